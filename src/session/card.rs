//! The reading card of each file, for the page.
//!
//! Owns how long lists are cut. Assumes a log that was read. Counts nothing anew: what the stages count stands in the overview.

use super::Session;
use crate::ingest::{Layout, Source};
use crate::protocol::{Preview, PreviewRow};
use crate::survey::Card;
use crate::table::Log;
use crate::view;

/// Names and lines sent at most; their numbers are told.
const SENT: usize = 60;
/// Readings in the preview.
const PREVIEWED: usize = 5;

impl<S: Source> Session<S> {
    /// How a file was read.
    pub(super) fn card(&self, at: usize) -> Option<Card> {
        let opened = self.opened.as_ref()?;
        let layout = opened.layouts.get(at)?;
        let readings = if self.computed { &self.outcome.cleaned.readings } else { &opened.log.readings };
        let mut card = view::card(layout, opened.log.files.get(at)?, readings, SENT);
        card.skipped.truncate(SENT);
        card.notes.truncate(SENT);
        Some(card)
    }
}

/// The first readings of the first file as they were read, where it was surveyed.
pub(super) fn preview(log: &Log, layouts: &[Layout]) -> Preview {
    if layouts.first().is_none_or(|layout| layout.card.is_none()) {
        return Preview::default();
    }
    let readings = &log.readings;
    let mut rows: Vec<usize> = (0..readings.rows()).filter(|row| readings.place(*row).file == 0).collect();
    let kept = rows.len().min(PREVIEWED);
    if kept < rows.len() {
        rows.select_nth_unstable_by_key(kept, |row| readings.line[*row]);
    }
    rows.truncate(kept);
    rows.sort_by_key(|row| readings.line[*row]);
    let shown = |row: &usize| PreviewRow {
        line: readings.line[*row],
        stamp_us: readings.timestamp_us[*row],
        device: readings.devices[readings.device_of(*row)].name.clone(),
        values: readings.metrics.iter().map(|metric| metric.values[*row]).collect(),
    };
    Preview { rows: rows.iter().map(shown).collect() }
}
