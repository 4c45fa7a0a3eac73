//! Tables to what the page shows: choose, page, decimate. Runs on the worker's side.
//!
//! Owns the way from an [`Outcome`] to the values of [`crate::protocol`]. Assumes that every column of the outcome is parallel
//! to its readings and that [`Facts`] and [`Tally`] were made from that same outcome. Paints nothing, words no number beyond
//! what stands inside a sentence, keeps nothing between calls: what is worth keeping ([`Facts`], [`Tally`], [`TableOrder`]) is
//! handed back to the caller.
//!
//! What depends on what: [`facts`] on everything but the limits, [`tally`] on the flags, [`order`] on a table's sort and filter
//! and, for tables that show flags, on the flags. The rest is made anew for each ask.

mod card;
mod choice;
mod crowd;
mod daily;
mod decimate;
mod facts;
mod filter;
mod findings;
#[cfg(test)]
mod fixture;
mod frame;
mod heat;
mod kept;
mod lines;
mod locate;
mod marks;
mod nearest;
mod order;
mod overview;
mod rows;
mod sentences;
mod steps;
mod stretches;

pub use card::card;
pub use facts::{Facts, FlagCounts, Tally, facts, tally};
pub use findings::{Remedies, finding_sentence, remedies};
pub use kept::kept;
pub use lines::{again, chart};
pub use locate::locate;
pub use nearest::nearest;
pub use order::{TableOrder, first, order, places};
pub use overview::{counts, overview};
pub use rows::{RawRow, table};

use crate::contract;
use crate::pipeline::Outcome;
use crate::protocol::FlagKind;
use crate::recipe::Recipe;
use crate::table::{Log, Readings};

/// What every view is made from. For a refused run `outcome`, `facts` and `tally` are their defaults: then only the table of
/// findings has rows.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    pub log: &'a Log,
    pub recipe: &'a Recipe,
    pub outcome: &'a Outcome,
    pub facts: &'a Facts,
    pub tally: &'a Tally,
}

impl<'a> Input<'a> {
    fn readings(&self) -> &'a Readings {
        &self.outcome.cleaned.readings
    }

    /// The rows of a device inside the date range.
    fn selected(&self, device: usize) -> std::ops::Range<usize> {
        let selected = &self.outcome.enriched.selected;
        selected.get(device).map_or(0..0, |&(start, end)| start..end)
    }

    /// One column, empty where the log has no such metric.
    fn values(&self, name: &str) -> &'a [f64] {
        let readings = self.readings();
        readings.metric(name).map_or(&[], |m| &readings.metrics[m].values)
    }

    fn temperature(&self) -> &'a [f64] {
        self.values(contract::TEMPERATURE)
    }

    /// The unit of a metric; empty where unknown.
    fn unit(&self, name: &str) -> &'a str {
        let readings = self.readings();
        readings.metric(name).map_or("", |m| &readings.metrics[m].info.unit)
    }

    /// Whether more than one file was read, so that a place needs the file's name.
    fn several_files(&self) -> bool {
        self.log.files.len() > 1
    }

    /// Name of a file of the log.
    fn file_name(&self, file: u32) -> &'a str {
        self.log.files.get(file as usize).map_or("", |f| f.name.as_str())
    }
}

/// The kind of a flag byte; none is Normal.
fn flag_kind(flag: u8) -> Option<FlagKind> {
    use crate::detect::{HIGH_TEMPERATURE, LOW_BATTERY};
    match flag & (HIGH_TEMPERATURE | LOW_BATTERY) {
        0 => None,
        HIGH_TEMPERATURE => Some(FlagKind::HighTemperature),
        LOW_BATTERY => Some(FlagKind::LowBattery),
        _ => Some(FlagKind::Both),
    }
}
