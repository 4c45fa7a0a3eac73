//! How a file is written: its delimiter, its decimal mark, its times, its names of columns and their units.
//!
//! Owns the judgement of samples; what it finds ends in a layout of `ingest`. Assumes bytes of the file's start, and all its dates
//! where those leave their order open; what the rest of the file says against it is for the reader to tell. Never guesses where nothing proves:
//! an order of day and month that stays open is a question, and asked.

pub mod calendar;
mod delimiter;
pub mod encoding;
pub mod names;
pub mod number;
mod order;
pub mod units;

pub use calendar::{Calendar, Order};
pub use delimiter::{delimiter_of, delimiter_word, writes_decimal_commas};
pub use order::{Judgement, Orders};

/// How the times of a file are written. One notation a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// `YYYY-MM-DD hh:mm:ss` and its relatives.
    Iso,
    EpochSeconds,
    EpochMillis,
    /// Dates in another order or with other marks, clocks of twelve hours, names of months.
    Calendar(Calendar),
}
