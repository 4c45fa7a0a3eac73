//! A file of any shape, read whole: what separates its cells, where the table begins, which columns tell the time and the device,
//! which are metrics, what stands for nothing. Ends in a [`Card`] and in columns.
//!
//! Owns the judgement of whole files. Assumes bytes in memory and what a person told beforehand. Refuses tables without a time or
//! a number, times without a date, damaged numbers; asks where only a person can tell. Never loses a row: each record is a row of
//! data or stands in `odd` or `skipped` with its reason.

use serde::{Deserialize, Serialize};

mod card;
mod cells;
mod clock;
mod device;
mod digits;
mod grid;
mod long;
mod marks;
mod metrics;
mod naming;
mod notation;
mod preset;
mod quantities;
mod read;
mod sentinels;
mod shape;
mod text;
mod told;
mod words;
mod zone;

pub use crate::dialect::encoding::choices as encodings;
pub use card::{Card, Duplicates, MetricCard, Skipped, TimeCard, merged, rfc3339};
pub use cells::Decimal;
pub use naming::keeps_name;
pub use preset::Preset;
pub use read::{Bounds, Looked, Odd, OddRule, Survey, look, records, survey, survey_with};
pub use sentinels::known_sentinels;
pub use told::{Told, words_of};
pub use zone::{Zone, changes, offset_of};

use crate::dialect::Order;

/// What separates the cells of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delimiter {
    Mark(u8),
    /// Runs of blanks and tabs.
    Blanks,
}

impl Delimiter {
    /// As options name it.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "," | "comma" => Self::Mark(b','),
            ";" | "semicolon" => Self::Mark(b';'),
            "\t" | "tab" => Self::Mark(b'\t'),
            "|" | "pipe" => Self::Mark(b'|'),
            " " | "blanks" => Self::Blanks,
            _ => return None,
        })
    }

    /// As options and people name it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mark(b',') => "comma",
            Self::Mark(b';') => "semicolon",
            Self::Mark(b'\t') => "tab",
            Self::Mark(b'|') => "pipe",
            Self::Mark(_) => "mark",
            Self::Blanks => "blanks",
        }
    }

    /// As the card shows it.
    pub fn name(self) -> String {
        match self {
            Self::Mark(mark) => char::from(mark).to_string(),
            Self::Blanks => "blanks".into(),
        }
    }
}
