//! What is read: a file that the page handed over, or the built-in sample.
//!
//! Owns the bytes at hand. Assumes a worker. One type for every reader, so that reading is compiled once.

use sensorium::browser::columns::{self, ArrayBuffer};
use sensorium::browser::decoder;
use sensorium::browser::file::FileSource;
use sensorium::ingest::{Sent, Source};
use sensorium::survey::Zone;

use crate::zone::zone_of;

/// A log to be read.
pub enum Input {
    /// A file, and a stretch of it that was read ahead.
    File(FileSource, Ahead),
    Sample(Vec<u8>),
}

/// Bytes of a file that are in memory already, from `start` on.
#[derive(Default)]
pub struct Ahead {
    pub start: u64,
    pub bytes: Vec<u8>,
}

/// A column that a reader sent.
pub struct SentColumn(pub ArrayBuffer);

impl Sent for SentColumn {
    fn integers(&self, into: &mut Vec<i64>) {
        columns::integers(&self.0, into);
    }

    fn counts(&self, into: &mut Vec<u32>) {
        columns::counts(&self.0, into);
    }

    fn numbers(&self, into: &mut Vec<f64>) {
        columns::numbers(&self.0, into);
    }
}

impl Source for Input {
    type Sent = SentColumn;

    fn bytes(&self) -> u64 {
        match self {
            Self::File(file, _) => file.size_bytes(),
            Self::Sample(bytes) => bytes.len() as u64,
        }
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, String> {
        let left = usize::try_from(self.bytes().saturating_sub(offset)).unwrap_or(usize::MAX);
        let into = {
            let count = buffer.len().min(left);
            &mut buffer[..count]
        };
        let at_hand = self.at_hand(offset);
        match self {
            _ if at_hand.len() >= into.len() => into.copy_from_slice(&at_hand[..into.len()]),
            Self::File(file, _) => file.read_at(offset, into).map_err(|error| error.0)?,
            Self::Sample(_) => return Err(String::from("the sample ends before its end")),
        }
        Ok(into.len())
    }

    fn zone(name: &str) -> Option<Zone> {
        zone_of(name)
    }

    fn decoded(label: &str, bytes: &[u8], strict: bool) -> Option<String> {
        decoder::decode(label, bytes, strict)
    }

    fn at_hand(&self, offset: u64) -> &[u8] {
        let (start, bytes) = match self {
            Self::File(_, Ahead { start, bytes }) => (*start, bytes),
            Self::Sample(bytes) => (0, bytes),
        };
        let from = offset.checked_sub(start).and_then(|from| usize::try_from(from).ok());
        from.and_then(|from| bytes.get(from..)).unwrap_or_default()
    }
}
