//! Rows that left the table, kept as they were measured, so that they can come back.

use crate::table::{Bits, DeviceRun, Metric, Readings};

/// Rows taken out of readings, and where they stood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taken {
    /// The device runs before.
    devices: Vec<DeviceRun>,
    /// Row numbers before, ascending. Parallel to the columns.
    rows: Vec<u32>,
    timestamp_us: Vec<i64>,
    line: Vec<u32>,
    file: Vec<u32>,
    /// Per metric, as measured: a cell that was filled is missing again.
    values: Vec<Vec<f64>>,
}

/// Takes the rows whose bits are set out; the others move up. No bits at all is no row.
pub(super) fn take_out(readings: &mut Readings, gone: &Bits) -> Taken {
    // Rows are numbered in 32 bits; `ingest` refuses more.
    let rows: Vec<u32> = gone.ones().filter_map(|row| u32::try_from(row).ok()).collect();
    if rows.is_empty() {
        return Taken::default();
    }
    let measured = |metric: &Metric| -> Vec<f64> {
        let cell = |&row: &u32| if metric.filled.get(row as usize) { f64::NAN } else { metric.values[row as usize] };
        rows.iter().map(cell).collect()
    };
    let taken = Taken {
        devices: readings.devices.clone(),
        timestamp_us: taken(&mut readings.timestamp_us, &rows, gone),
        line: taken(&mut readings.line, &rows, gone),
        file: taken(&mut readings.file, &rows, gone),
        values: readings.metrics.iter().map(measured).collect(),
        rows,
    };
    for Metric { values, filled, .. } in &mut readings.metrics {
        let mut kept = Bits::default();
        (0..values.len()).filter(|row| !gone.get(*row)).for_each(|row| kept.push(filled.get(row)));
        *filled = kept;
        retain(values, gone);
    }
    let mut start = 0;
    for run in &mut readings.devices {
        let length = run.len() - gone.count(run.range());
        (run.start, run.end) = (start, start + length);
        start += length;
    }
    readings.devices.retain(|run| !run.is_empty());
    taken
}

/// Puts rows back where they stood. The readings must be those that [`take_out`] left, with nothing filled.
pub(super) fn put_back(readings: &mut Readings, taken: Taken) {
    if taken.rows.is_empty() {
        return;
    }
    let rows = &taken.rows;
    merge(&mut readings.timestamp_us, &taken.timestamp_us, rows);
    merge(&mut readings.line, &taken.line, rows);
    if !taken.file.is_empty() {
        merge(&mut readings.file, &taken.file, rows);
    }
    for (metric, values) in readings.metrics.iter_mut().zip(&taken.values) {
        merge(&mut metric.values, values, rows);
        metric.filled = Bits::zeros(metric.values.len());
    }
    readings.devices = taken.devices;
}

/// The entries at `rows`, which leave the column. An empty column has none.
fn taken<T: Copy>(column: &mut Vec<T>, rows: &[u32], gone: &Bits) -> Vec<T> {
    let entries = rows.iter().filter_map(|&row| column.get(row as usize).copied()).collect();
    retain(column, gone);
    entries
}

fn retain<T>(column: &mut Vec<T>, gone: &Bits) {
    let mut row = 0;
    column.retain(|_| {
        row += 1;
        !gone.get(row - 1)
    });
}

/// Inserts entries so that they stand at `rows` (ascending) of the result.
fn merge<T: Copy>(column: &mut Vec<T>, entries: &[T], rows: &[u32]) {
    let mut all = Vec::with_capacity(column.len() + entries.len());
    let mut rest = &column[..];
    for (&entry, &row) in entries.iter().zip(rows) {
        let (before, after) = rest.split_at((row as usize - all.len()).min(rest.len()));
        all.extend_from_slice(before);
        all.push(entry);
        rest = after;
    }
    all.extend_from_slice(rest);
    *column = all;
}
