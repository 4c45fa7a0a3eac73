//! The reading card of each file, for the page.
//!
//! Owns how a file of the standard shape is told in the same words as a surveyed one, and how long lists are cut. Assumes a log
//! that was read. Counts nothing anew: what the stages count stands in the overview.

use super::Session;
use crate::ingest::{Layout, Source};
use crate::protocol::{Preview, PreviewRow};
use crate::survey::{Card, MetricCard, Skipped, TimeCard};
use crate::table::{Log, SourceFile};

/// Names and lines sent at most; their numbers are told.
const SENT: usize = 60;
/// Readings in the preview.
const PREVIEWED: usize = 5;

impl<S: Source> Session<S> {
    /// How a file was read.
    pub(super) fn card(&self, at: usize) -> Option<Card> {
        let opened = self.opened.as_ref()?;
        let layout = opened.layouts.get(at)?;
        let mut card = match &layout.card {
            Some(card) => card.as_ref().clone(),
            None => standard(layout, opened.log.files.get(at)?),
        };
        if layout.card.is_none() {
            let readings = if self.computed { &self.outcome.cleaned.readings } else { &opened.log.readings };
            card.devices = readings.devices.iter().take(SENT).map(|run| run.name.clone()).collect();
            card.device_count = readings.devices.len() as u64;
        }
        card.devices.truncate(SENT);
        card.skipped.truncate(SENT);
        card.notes.truncate(SENT);
        Some(card)
    }
}

/// The card of a file whose rows the fast reader read.
fn standard(layout: &Layout, file: &SourceFile) -> Card {
    let named = layout.columns();
    let metrics = named.metrics.into_iter().map(|(name, source, unit, stated_unit)| MetricCard {
        name,
        source,
        unit,
        stated_unit,
        ..MetricCard::default()
    });
    let skipped = file.repeated_headers.iter();
    let foreign = file.read_as.contains("Windows-1252");
    Card {
        file: file.name.clone(),
        encoding: if foreign { "windows-1252" } else { "utf-8" }.into(),
        delimiter: char::from(layout.delimiter).to_string(),
        decimal: if layout.decimal_comma { "," } else { "." }.into(),
        header_line: Some(named.header_line),
        time: TimeCard {
            columns: named.time.into_iter().collect(),
            format: named.time_format,
            order: named.order,
            evidence_line: named.evidence_line,
            zone: "UTC (assumed)".into(),
            ..TimeCard::default()
        },
        layout: "wide".into(),
        device_from: named.device.map_or(String::new(), |column| format!("column {column}")),
        metrics: metrics.collect(),
        not_read: file.not_read.clone(),
        data_rows: file.rows_read,
        skipped: skipped.map(|line| Skipped { line: *line, reason: "repeats the header".into() }).collect(),
        skipped_count: file.repeated_headers.len() as u64,
        ..Card::default()
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
