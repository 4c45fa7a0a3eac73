//! Chunks of bytes to one columnar log in file order, keeping each row's place.
//!
//! Owns the reading of CSV: header, rows, cells, violations. Assumes a header line with the contract's names; how the
//! rest is written [`crate::dialect`] judges, and a [`Layout`] holds. What is no table is refused by name in `sniff`. Never fills, sorts or logs, and never loses a row: each record becomes a row of the log or
//! a violation.
//!
//! A file is read in ranges, a range in blocks; `rows` parses whole records and leaves the rest for the next block; the columns
//! of a range are a [`Chunk`], ordered by device and time; `assembly` joins chunks in file order. Any cut of the same bytes gives
//! the same log. `ranges` reads parts of a file independently of each other and proves afterwards that they meet; [`Reading`] is
//! the plan of which range is read when, by whom, and joined.

mod assembly;
mod chunk;
mod columns;
mod files;
mod layout;
mod made;
mod quick;
mod ranges;
mod raw;
mod reading;
mod record;
mod rows;
mod scan;
mod sniff;
pub mod source;
mod stamp;
mod surveyed;
#[cfg(not(target_arch = "wasm32"))]
mod threads;
mod unpacked;
mod whole;
mod zipped;

pub use assembly::Assembly;
pub use chunk::{Chunk, ChunkColumns, ChunkHead, Column, Columns, Sent, Unsent};
pub use files::{Identical, Opened, ReadProgress, layout_if_plain, layout_of, read_files};
pub use layout::{Hints, Layout};
pub use made::Table;
pub use ranges::{Arrived, RangeRows, read_range};
pub use raw::{RawReader, first_rows};
pub use reading::{Reading, Task};
pub use rows::RowParser;
pub use source::{Bytes, RawRows, Source, Stored};
pub use stamp::parse_iso;
pub use surveyed::survey_of;
#[cfg(not(target_arch = "wasm32"))]
pub use threads::read_files_on;
pub use whole::{Whole, bytes_of, files_of};

/// The longest record, in bytes. A quote still open after this many is taken as never closed, and a line this long as no
/// row of readings: both bound the memory that one bad byte can cost.
pub const RECORD_BYTES: usize = 1 << 20;
