//! What stands beside the readings as CSV: daily statistics, rows set aside, rows dropped.

use std::collections::HashSet;
use std::io::Write;

use super::findings::{column_name, file_name, guarded_value};
use super::{failed, text};
use crate::Error;
use crate::detect::{HIGH_TEMPERATURE, LOW_BATTERY};
use crate::ingest::RawRows;
use crate::pipeline::Outcome;
use crate::table::{Log, RowPlace};

/// Daily statistics by device, then date. Returns the number of rows.
///
/// # Errors
/// When `out` refuses bytes.
pub fn daily_csv(out: impl Write, outcome: &Outcome) -> Result<u64, Error> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "device_id",
        "date",
        "daily_avg_temp",
        "daily_avg_humidity",
        "daily_min_battery",
        "readings",
        "filled_cells",
        "high_temperature",
        "low_battery",
        "both",
    ])
    .map_err(failed)?;
    for row in &outcome.daily {
        let name = &outcome.cleaned.readings.devices[row.device].name;
        let flags = outcome.flags.bytes.get(row.start..row.end).unwrap_or_default();
        let flagged = |bits| flags.iter().filter(|&&flag| flag == bits).count().to_string();
        let mut date = String::new();
        text::push_day(&mut date, row.day);
        csv.write_record([
            text::guarded(name).as_ref(),
            &date,
            &number(row.mean_temperature_celsius),
            &number(row.mean_humidity_percent),
            &number(row.min_battery_percent),
            &row.readings().to_string(),
            &row.filled_cells.to_string(),
            &flagged(HIGH_TEMPERATURE),
            &flagged(LOW_BATTERY),
            &flagged(HIGH_TEMPERATURE | LOW_BATTERY),
        ])
        .map_err(failed)?;
    }
    csv.flush().map_err(failed)?;
    Ok(outcome.daily.len() as u64)
}

/// Rows set aside, a line a violation, each with the text of its row. Returns the number of lines.
///
/// # Errors
/// When `out` refuses bytes, or a row can no longer be read from its file.
pub fn set_aside_csv(out: impl Write, log: &Log, outcome: &Outcome, raw: &mut impl RawRows) -> Result<u64, Error> {
    let aside: HashSet<RowPlace> = outcome.cleaned.set_aside.iter().copied().collect();
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["file", "line", "column", "value", "rule", "row"]).map_err(failed)?;
    let (mut lines, mut last) = (0, None);
    for violation in &log.violations {
        let place = RowPlace { file: violation.file, line: violation.line };
        if !aside.contains(&place) {
            continue;
        }
        // Several violations of one row stand next to each other: its text is asked for once.
        let row = match last.take() {
            Some((of, row)) if of == place => row,
            _ => raw.raw_row(place)?,
        };
        csv.write_record([
            text::guarded(file_name(log, violation.file)).as_ref(),
            &violation.line.to_string(),
            text::guarded(column_name(log, violation)).as_ref(),
            guarded_value(violation.rule.name(), &violation.value).as_ref(),
            violation.rule.name(),
            text::guarded(&row).as_ref(),
        ])
        .map_err(failed)?;
        last = Some((place, row));
        lines += 1;
    }
    csv.flush().map_err(failed)?;
    Ok(lines)
}

/// Rows dropped, each with its reason and its text. Returns the number of rows.
///
/// # Errors
/// When `out` refuses bytes, or a row can no longer be read from its file.
pub fn dropped_csv(out: impl Write, log: &Log, outcome: &Outcome, raw: &mut impl RawRows) -> Result<u64, Error> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["file", "line", "reason", "row"]).map_err(failed)?;
    for dropped in &outcome.cleaned.dropped {
        let row = raw.raw_row(dropped.place)?;
        csv.write_record([
            text::guarded(file_name(log, dropped.place.file)).as_ref(),
            &dropped.place.line.to_string(),
            text::guarded(&dropped.reason.sentence(&outcome.cleaned.readings)).as_ref(),
            text::guarded(&row).as_ref(),
        ])
        .map_err(failed)?;
    }
    csv.flush().map_err(failed)?;
    Ok(outcome.cleaned.dropped.len() as u64)
}

fn number(value: f64) -> String {
    let mut out = String::new();
    text::push_number(&mut out, value);
    out
}
