//! Where bytes come from, and where the text of a row can be had again.

use std::sync::Arc;

use super::chunk::{Sent, Unsent};
use super::made::Table;
use crate::Error;
use crate::survey::Zone;
use crate::table::RowPlace;

/// A file that can be read from any place. In the browser a `File`, natively a file on disk, in tests bytes in memory.
pub trait Source {
    /// How columns arrive that another worker read from such a source.
    type Sent: Sent;

    /// Bytes in all.
    fn bytes(&self) -> u64;

    /// Reads into `buffer` from `offset`; returns how many bytes were read, fewer only at the end.
    ///
    /// # Errors
    /// A sentence in plain words: the file changed, vanished, or is a directory.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, String>;

    /// The bytes from `offset` on that are in memory already, as many as there are; none where there are none. They are then parsed
    /// where they stand.
    fn at_hand(&self, _offset: u64) -> &[u8] {
        &[]
    }

    /// Text of an encoding that is not read here, by its label; see [`crate::dialect::encoding::decode`]. A browser has its own way.
    fn decoded(label: &str, bytes: &[u8], strict: bool) -> Option<String> {
        crate::dialect::encoding::decode(label, bytes, strict)
    }

    /// The zone of that name, by whoever knows zones: a browser, or a database on the command line.
    fn zone(_name: &str) -> Option<Zone> {
        None
    }

    /// It is read no further for now: what is held to go on is given up.
    fn rest(&mut self) {}

    /// The same file once more, to be read from another thread; none where that cannot be had.
    fn again(&self) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }
}

/// Bytes in memory as a source.
#[derive(Clone, Debug)]
pub struct Bytes<T: AsRef<[u8]>>(pub T);

impl<T: AsRef<[u8]> + Clone> Source for Bytes<T> {
    type Sent = Unsent;

    fn bytes(&self) -> u64 {
        self.0.as_ref().len() as u64
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, String> {
        let all = self.0.as_ref();
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(all.len());
        let count = buffer.len().min(all.len() - start);
        buffer[..count].copy_from_slice(&all[start..start + count]);
        Ok(count)
    }

    fn again(&self) -> Option<Self> {
        Some(self.clone())
    }
}

/// A file as it is read: as it stands, or as the text that it was turned into ([`super::unpacked`]).
pub enum Stored<S> {
    File(S),
    Text(Bytes<Arc<[u8]>>),
    /// A Parquet file, whose text is made where it is read.
    Table(Box<Table<S>>),
}

impl<S: Source> Stored<S> {
    /// No text.
    pub(super) fn nothing() -> Self {
        Self::Text(Bytes(Arc::from([])))
    }

    /// Where a range that ends about there had better end.
    pub(super) fn cut(&self, offset: u64) -> u64 {
        if let Self::Table(table) = self { table.whole_blocks(offset) } else { offset }
    }
}

impl<S: Source> Source for Stored<S> {
    type Sent = S::Sent;

    fn bytes(&self) -> u64 {
        match self {
            Self::File(file) => file.bytes(),
            Self::Text(text) => text.bytes(),
            Self::Table(table) => table.bytes(),
        }
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, String> {
        match self {
            Self::File(file) => file.read_at(offset, buffer),
            Self::Text(text) => text.read_at(offset, buffer),
            Self::Table(table) => table.read_at(offset, buffer),
        }
    }

    fn at_hand(&self, offset: u64) -> &[u8] {
        match self {
            Self::File(file) => file.at_hand(offset),
            Self::Text(text) => text.at_hand(offset),
            Self::Table(_) => &[],
        }
    }

    fn rest(&mut self) {
        if let Self::Table(table) = self {
            table.rest();
        }
    }

    fn zone(name: &str) -> Option<Zone> {
        S::zone(name)
    }

    fn decoded(label: &str, bytes: &[u8], strict: bool) -> Option<String> {
        S::decoded(label, bytes, strict)
    }

    fn again(&self) -> Option<Self> {
        match self {
            Self::File(file) => file.again().map(Self::File),
            Self::Text(text) => text.again().map(Self::Text),
            Self::Table(table) => table.again().map(|table| Self::Table(Box::new(table))),
        }
    }
}

/// Gives back the raw text of a row, as it stands in its file. Fastest when asked in order of file and line.
pub trait RawRows {
    /// The row that starts at `place`, without its line end.
    ///
    /// # Errors
    /// When the file can no longer be read or has changed since.
    fn raw_row(&mut self, place: RowPlace) -> Result<String, Error>;
}
