//! The reading card of a file, for people.
//!
//! Owns how a file of the standard shape is told in the same words as a surveyed one. Assumes a log that was read. Counts nothing
//! anew: what the stages count stands in the overview.

use crate::ingest::Layout;
use crate::survey::{Card, MetricCard, Skipped, TimeCard};
use crate::table::{Readings, SourceFile};

/// How a file was read. `readings` are those of the whole log; at most `most_devices` of their devices are named.
pub fn card(layout: &Layout, file: &SourceFile, readings: &Readings, most_devices: usize) -> Card {
    if let Some(card) = &layout.card {
        let mut card = card.as_ref().clone();
        card.devices.truncate(most_devices);
        return card;
    }
    let mut card = standard(layout, file);
    card.devices = readings.devices.iter().take(most_devices).map(|run| run.name.clone()).collect();
    card.device_count = readings.devices.len() as u64;
    card
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
