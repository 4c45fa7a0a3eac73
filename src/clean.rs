//! Order, fill, drop, mark.
//!
//! Owns the way from [`Log`] to [`Readings`]. Assumes the contract was judged while reading. Never changes a measured value:
//! a filled cell is always marked, a dropped row is always listed with its reason.

use crate::recipe::{Fill, Mode};
use crate::table::{Log, Readings, RowPlace};

/// Why a reading left the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// The device never measured this metric (index into the metrics).
    NeverMeasured { metric: usize },
    /// A metric that is not filled is missing here.
    Missing { metric: usize },
    /// As `Missing`, after repair took this value away.
    Repaired { metric: usize, was: Box<str> },
}

/// A reading that left the table, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    pub place: RowPlace,
    pub reason: DropReason,
}

/// Cleaned readings and the rows that did not stay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cleaned {
    pub readings: Readings,
    /// In order of file and line.
    pub dropped: Vec<Dropped>,
    /// Rows set aside because of a violation, in order of file and line, each once.
    pub set_aside: Vec<RowPlace>,
}

impl DropReason {
    /// The reason in plain words, naming the metric: `missing battery_level_percent (repaired, was 101)`.
    pub fn sentence(&self, readings: &Readings) -> String {
        let name = |metric: usize| readings.metrics[metric].info.name.as_str();
        match self {
            DropReason::NeverMeasured { metric } => {
                format!("device never measured {}", name(*metric))
            }
            DropReason::Missing { metric } => format!("missing {}", name(*metric)),
            DropReason::Repaired { metric, was } => {
                format!("missing {} (repaired, was {was})", name(*metric))
            }
        }
    }
}

/// Cleans a log: rows in = readings + dropped + set aside.
pub fn run(_log: &Log, _mode: Mode, _fill: Fill) -> Cleaned {
    Cleaned::default()
}
