//! Everything beside the readings as CSV: daily statistics, rows set aside, rows dropped, findings.

use std::collections::HashSet;
use std::io::Write;

use super::{failed, text};
use crate::Error;
use crate::contract::{Rule, Violation};
use crate::detect::{HIGH_TEMPERATURE, LOW_BATTERY};
use crate::ingest::RawRows;
use crate::pipeline::Outcome;
use crate::table::{Log, RowPlace};

/// Who reads the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// A spreadsheet: comma-separated, text that would be taken for a formula gets one leading `'`.
    Spreadsheet,
    /// A program: comma-separated, values exactly as found.
    Exact,
    /// A program: tab-separated, values exactly as found.
    ExactTabs,
}

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
            value(violation, Guard::Spreadsheet).as_ref(),
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

/// Every finding, a line each: what stopped whole files (`errors`), then every cell or row of `log` that breaks the contract.
/// Returns the number of lines.
///
/// # Errors
/// When `out` refuses bytes.
pub fn findings(out: impl Write, errors: &[Error], log: Option<&Log>, guard: Guard) -> Result<u64, Error> {
    let delimiter = if guard == Guard::ExactTabs { b'\t' } else { b',' };
    let mut csv = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
    csv.write_record(["file", "line", "column", "value", "rule"]).map_err(failed)?;
    let safe = |text| match guard {
        Guard::Spreadsheet => text::guarded(text),
        Guard::Exact | Guard::ExactTabs => text.into(),
    };
    let mut lines = 0;
    for error in errors {
        let position = error.position();
        let line = position.line.map(|line| line.to_string()).unwrap_or_default();
        for finding in error.findings() {
            csv.write_record([safe(&position.file).as_ref(), &line, &safe(&finding.column), "", &finding.rule])
                .map_err(failed)?;
            lines += 1;
        }
        if error.findings().is_empty() {
            let column = position.column.as_deref().unwrap_or_default();
            csv.write_record([safe(&position.file).as_ref(), &line, &safe(column), "", &safe(error.message())])
                .map_err(failed)?;
            lines += 1;
        }
    }
    for (log, violation) in log.iter().flat_map(|log| log.violations.iter().map(move |v| (log, v))) {
        csv.write_record([
            safe(file_name(log, violation.file)).as_ref(),
            &violation.line.to_string(),
            &safe(column_name(log, violation)),
            &value(violation, guard),
            violation.rule.name(),
        ])
        .map_err(failed)?;
        lines += 1;
    }
    csv.flush().map_err(failed)?;
    Ok(lines)
}

/// The value of a violation as a cell. One that is out of bounds is a number, and a number is no formula.
fn value(violation: &Violation, guard: Guard) -> std::borrow::Cow<'_, str> {
    if guard == Guard::Spreadsheet && violation.rule != Rule::OutOfBounds {
        text::guarded(&violation.value)
    } else {
        violation.value.as_ref().into()
    }
}

fn number(value: f64) -> String {
    let mut out = String::new();
    text::push_number(&mut out, value);
    out
}

/// The name of the file that the log holds at this index.
pub(super) fn file_name(log: &Log, file: u32) -> &str {
    log.files.get(file as usize).map_or("", |f| f.name.as_str())
}

/// The column's name as its file's header writes it, empty for a whole row.
pub(super) fn column_name<'a>(log: &'a Log, violation: &Violation) -> &'a str {
    let header = log.files.get(violation.file as usize).map(|f| f.header.as_slice());
    let name = violation.column.and_then(|column| header?.get(usize::from(column)));
    name.map_or("", String::as_str)
}
