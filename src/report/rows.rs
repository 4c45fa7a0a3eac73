//! What became of rows and cells: filled, dropped, flagged.
//!
//! Owns which devices and reasons are listed. Assumes counts of the same outcome. Refuses to flag anything itself.

use std::cmp::Reverse;

use super::html::{Html, Kind};
use super::{Report, counted_cell, left_out};
use crate::clean::DropReason;
use crate::contract::{BATTERY, TEMPERATURE};
use crate::protocol::Counts;
use crate::table::Readings;
use crate::view::FlagCounts;
use crate::wording::{count, counted, share};

/// Devices and reasons listed by name.
const LISTED: usize = 20;

pub(super) fn filled_and_dropped(html: &mut Html, report: &Report<'_>, counts: &Counts) {
    html.heading("Filled and dropped");
    let readings = &report.input.outcome.cleaned.readings;
    let columns =
        [("Metric", Kind::Row), ("Unit", Kind::Words), ("Cells filled", Kind::Number), ("Of all cells", Kind::Number)];
    html.table("filled", "Cells filled, by metric", &columns);
    for (metric, &filled) in readings.metrics.iter().zip(&counts.filled) {
        html.row(&[
            (Kind::Row, metric.info.name.clone()),
            (Kind::Words, metric.info.unit.clone()),
            counted_cell(filled),
            (Kind::Number, share(filled, counts.rows_out)),
        ]);
    }
    html.end_table();
    if counts.repaired > 0 {
        let mut words =
            counted(counts.repaired, "cell that breaks the contract was", "cells that break the contract were");
        words.push_str(" taken away; filled ones are counted above.");
        html.paragraph(&words);
    }
    if counts.repeated_exact + counts.repeated_otherwise > 0 {
        let mut words = counted(counts.repeated_exact, "reading repeats", "readings repeat");
        words.push_str(" device, time and values of an earlier one, ");
        words.push_str(&count(counts.repeated_otherwise));
        words.push_str(" device and time with other values.");
        html.paragraph(&words);
    }
    dropped(html, report, readings);
}

/// Dropped rows by reason.
fn dropped(html: &mut Html, report: &Report<'_>, readings: &Readings) {
    let dropped = &report.input.outcome.cleaned.dropped;
    if dropped.is_empty() {
        html.paragraph("No row was dropped.");
        return;
    }
    let mut reasons: Vec<((&str, Option<usize>), u64)> = Vec::new();
    for row in dropped {
        let reason = match &row.reason {
            DropReason::NeverMeasured { metric } => ("the device never measured ", Some(*metric)),
            DropReason::Missing { metric } => ("missing ", Some(*metric)),
            DropReason::Repaired { metric, .. } => ("missing after repair: ", Some(*metric)),
            DropReason::Repeats { .. } => ("repeats another reading", None),
        };
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, n)) => *n += 1,
            None => reasons.push((reason, 1)),
        }
    }
    reasons.sort_by_key(|(_, n)| Reverse(*n));
    html.table("dropped", "Rows dropped, by reason", &[("Reason", Kind::Row), ("Rows", Kind::Number)]);
    for ((words, metric), n) in reasons.iter().take(LISTED) {
        let mut words = String::from(*words);
        let metric = metric.and_then(|metric| readings.metrics.get(metric));
        words.push_str(metric.map_or("", |metric| &metric.info.name));
        html.row(&[(Kind::Row, words), counted_cell(*n)]);
    }
    html.end_table();
    left_out(html, reasons.len().min(LISTED), reasons.len(), "reasons are listed.");
}

/// Flagged readings by device, most first.
pub(super) fn anomalies(html: &mut Html, report: &Report<'_>, counts: &Counts) {
    html.heading("Anomalies");
    let readings = &report.input.outcome.cleaned.readings;
    if readings.metric(TEMPERATURE).is_none() && readings.metric(BATTERY).is_none() {
        html.paragraph("The log has neither temperature nor battery: there is nothing to flag.");
        return;
    }
    let tally = report.input.tally;
    if tally.total.any() == 0 {
        html.paragraph("No reading is flagged.");
        return;
    }
    let mut flagged: Vec<(usize, FlagCounts)> =
        tally.devices.iter().copied().enumerate().filter(|(_, flags)| flags.any() > 0).collect();
    flagged.sort_by_key(|(device, flags)| (Reverse(flags.any()), *device));
    let columns = [
        ("Device", Kind::Row),
        ("Readings", Kind::Number),
        ("High temperature", Kind::Number),
        ("Low battery", Kind::Number),
        ("Both", Kind::Number),
        ("All anomalies", Kind::Number),
        ("Of its readings", Kind::Number),
    ];
    html.table("anomalies", "Flagged readings, by device", &columns);
    let row = |html: &mut Html, name: &str, rows: u64, flags: FlagCounts| {
        html.row(&[
            (Kind::Row, String::from(name)),
            counted_cell(rows),
            counted_cell(flags.high_temperature),
            counted_cell(flags.low_battery),
            counted_cell(flags.both),
            counted_cell(flags.any()),
            (Kind::Number, share(flags.any(), rows)),
        ]);
    };
    for &(device, flags) in flagged.iter().take(LISTED) {
        let name = readings.devices.get(device).map_or("", |run| run.name.as_str());
        let &(start, end) = report.input.outcome.enriched.selected.get(device).unwrap_or(&(0, 0));
        row(html, name, end.saturating_sub(start) as u64, flags);
    }
    row(html, "All devices", counts.rows_out, tally.total);
    html.end_table();
    left_out(
        html,
        flagged.len().min(LISTED),
        flagged.len(),
        "devices with anomalies are listed, those with most; the table of anomalies has every reading.",
    );
    let calm = counts.devices.saturating_sub(flagged.len() as u64);
    if calm > 0 {
        let mut words = counted(calm, "device has", "devices have");
        words.push_str(" none.");
        html.paragraph(&words);
    }
}
