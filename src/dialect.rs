//! How a file is written: its delimiter, its decimal mark, its times, its names of columns and their units.
//!
//! Owns [`Dialect`], a plain value that travels between workers, and the judgement of samples by which it is found. Assumes bytes
//! of the file's start; what the rest of the file says against it is for the reader to tell. Never guesses where nothing proves:
//! an order of day and month that stays open is a question, and asked.

pub mod calendar;
mod delimiter;
pub mod encoding;
pub mod names;
mod order;
pub mod units;

use serde::{Deserialize, Serialize};

pub use calendar::{Calendar, Order};
pub use delimiter::{delimiter_of, writes_decimal_commas};
pub use order::{Judgement, Orders};

/// How the times of a file are written. One notation a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notation {
    /// `YYYY-MM-DD hh:mm:ss` and its relatives.
    Iso,
    EpochSeconds,
    EpochMillis,
    /// Dates in another order or with other marks, clocks of twelve hours, names of months.
    Calendar(Calendar),
}

/// How one file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    pub delimiter: u8,
    /// Numbers are written `22,5`.
    pub decimal_comma: bool,
    /// None where no row showed how times are written.
    pub notation: Option<Notation>,
}

impl Dialect {
    /// The delimiter in words.
    pub fn delimiter_word(&self) -> &'static str {
        match self.delimiter {
            b';' => "semicolon",
            b'\t' => "tab",
            b'|' => "pipe",
            _ => "comma",
        }
    }
}
