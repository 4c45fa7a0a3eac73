//! Rows in file order to device runs in time order.

use crate::table::{Bits, DeviceRun, Log, Metric, Readings, RowPlace};

/// Leaves out the rows at `set_aside` (ascending) and orders the rest by device (bytes of its name), then time, stable in file
/// order.
pub(super) fn by_device_and_time(log: &Log, set_aside: &[RowPlace]) -> Readings {
    let kept = rows_kept(log, set_aside);
    let (devices, order) = permutation(log, kept.as_deref());
    let gather = |values: &[f64]| order.iter().map(|&row| values[row as usize]).collect();
    let metrics = log.metrics.iter().zip(&log.values).map(|(info, values)| Metric {
        info: info.clone(),
        values: gather(values),
        filled: Bits::zeros(order.len()),
    });
    Readings {
        metrics: metrics.collect(),
        timestamp_us: order.iter().map(|&row| log.timestamp_us[row as usize]).collect(),
        line: order.iter().map(|&row| log.line[row as usize]).collect(),
        file: files(log, &order),
        files: log.files.iter().map(|file| file.name.clone()).collect(),
        devices,
    }
}

/// The log's rows that stay, or none where all do.
fn rows_kept(log: &Log, set_aside: &[RowPlace]) -> Option<Vec<u32>> {
    if set_aside.is_empty() {
        return None;
    }
    let mut kept = Vec::with_capacity(log.rows());
    let mut left_out = set_aside.iter().copied().peekable();
    for (index, file) in (0..).zip(&log.files) {
        for row in file.first_row..file.first_row + file.rows {
            let place = RowPlace { file: index, line: log.line[row] };
            while left_out.next_if(|l| *l < place).is_some() {}
            if left_out.peek() != Some(&place) {
                kept.push(index_of(row));
            }
        }
    }
    Some(kept)
}

/// Device runs, and for each place in them the log's row that belongs there.
fn permutation(log: &Log, kept: Option<&[u32]>) -> (Vec<DeviceRun>, Vec<u32>) {
    let mut counts = vec![0_usize; log.devices.len()];
    match kept {
        Some(rows) => rows.iter().for_each(|&row| counts[log.device[row as usize] as usize] += 1),
        None => log.device.iter().for_each(|&device| counts[device as usize] += 1),
    }
    let mut by_name: Vec<usize> = (0..counts.len()).filter(|&device| counts[device] > 0).collect();
    by_name.sort_unstable_by(|&a, &b| log.devices[a].as_bytes().cmp(log.devices[b].as_bytes()));
    let (mut runs, mut next) = (Vec::with_capacity(by_name.len()), vec![0_usize; counts.len()]);
    let mut start = 0;
    for device in by_name {
        next[device] = start;
        let end = start + counts[device];
        runs.push(DeviceRun { name: log.devices[device].clone(), start, end });
        start = end;
    }
    let mut order = vec![0_u32; start];
    let mut place = |row: u32| {
        let at = &mut next[log.device[row as usize] as usize];
        order[*at] = row;
        *at += 1;
    };
    match kept {
        Some(rows) => rows.iter().for_each(|&row| place(row)),
        None => (0..index_of(log.rows())).for_each(place),
    }
    for run in &runs {
        let rows = &mut order[run.range()];
        let time = |row: &u32| log.timestamp_us[*row as usize];
        if !rows.is_sorted_by_key(time) {
            rows.sort_by_key(time);
        }
    }
    (runs, order)
}

/// Each row's file, empty when there is only one.
fn files(log: &Log, order: &[u32]) -> Vec<u32> {
    if log.files.len() < 2 {
        return Vec::new();
    }
    let mut file_of_row = vec![0_u32; log.rows()];
    for (index, file) in (0..).zip(&log.files) {
        file_of_row[file.first_row..file.first_row + file.rows].fill(index);
    }
    order.iter().map(|&row| file_of_row[row as usize]).collect()
}

/// Rows are numbered in 32 bits; `ingest` refuses more.
fn index_of(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}
