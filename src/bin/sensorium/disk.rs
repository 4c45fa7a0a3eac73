//! Files on disk as sources of bytes.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sensorium::ingest::Source;
use sensorium::survey::Zone;

use crate::zones;

/// More threads than this wait for the disk.
const MOST_THREADS: usize = 8;

/// How many threads read or write files side by side: one a core.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS)
}

/// A log on disk. One that cannot be opened stays a source, whose reading says why: it is refused like any other file.
#[derive(Debug)]
pub enum Disk {
    Regular {
        file: File,
        bytes: u64,
        path: PathBuf,
    },
    /// A pipe or a device, read whole.
    Piped(Vec<u8>),
    Broken(String),
}

impl Disk {
    pub fn open(path: &Path) -> Self {
        match Self::try_open(path) {
            Ok(disk) => disk,
            Err(error) => Self::Broken(sentence(path, &error)),
        }
    }

    fn try_open(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        if metadata.is_file() {
            return Ok(Self::Regular { bytes: metadata.len(), file, path: path.into() });
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Self::Piped(bytes))
    }
}

impl Source for Disk {
    type Sent = sensorium::ingest::Unsent;

    fn zone(name: &str) -> Option<Zone> {
        zones::zone_of(name)
    }

    fn bytes(&self) -> u64 {
        match self {
            Self::Regular { bytes, .. } => *bytes,
            Self::Piped(bytes) => bytes.len() as u64,
            Self::Broken(_) => 0,
        }
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, String> {
        match self {
            Self::Regular { file, .. } => {
                read_from(file, offset, buffer).map_err(|error| format!("the file cannot be read: {error}"))
            }
            Self::Piped(bytes) => sensorium::ingest::Bytes(bytes.as_slice()).read_at(offset, buffer),
            Self::Broken(why) => Err(why.clone()),
        }
    }

    /// Opened anew, because a copy of the handle would share its place in the file.
    fn again(&self) -> Option<Self> {
        match self {
            Self::Regular { path, bytes, .. } => {
                Self::try_open(path).ok().filter(|disk| matches!(disk, Self::Regular { bytes: b, .. } if b == bytes))
            }
            Self::Piped(_) | Self::Broken(_) => None,
        }
    }
}

/// Reads until the buffer is full or the file ends.
fn read_from(file: &mut File, offset: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
    file.seek(SeekFrom::Start(offset))?;
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Why a file cannot be opened, and what to do.
fn sentence(path: &Path, error: &std::io::Error) -> String {
    let path = path.display();
    match error.kind() {
        ErrorKind::NotFound => format!("there is no file {path}; check the path"),
        ErrorKind::IsADirectory => {
            format!("expected a file, but {path} is a folder; name the files in it, such as '{path}/*.csv'")
        }
        ErrorKind::PermissionDenied => format!("{path} may not be read by this user; change its permissions"),
        _ => format!("{path} cannot be read: {error}"),
    }
}
