//! Columns of chunks to columns of readings.

use super::Part;
use crate::ingest::chunk::{gather, sort_by_time};
use crate::table::{Bits, DeviceRun, Metric, MetricInfo, Readings};

/// A stretch of a chunk's columns: the rows of one device.
struct Stretch {
    part: u32,
    start: u32,
    end: u32,
}

/// Rows of a device that are not in order where its stretches stand one behind the other: where, and which row belongs there.
struct Sorted {
    start: usize,
    order: Vec<u32>,
}

/// Joins the parts by device (bytes of its name), time and file order. `metrics`: place among the log's, and what it is.
#[inline(never)]
pub(super) fn readings(
    mut parts: Vec<Part>,
    places: &[Vec<usize>],
    names: &[String],
    metrics: Vec<(usize, MetricInfo)>,
    files: Vec<String>,
) -> Readings {
    let (devices, stretches) = stretches(&parts, names);
    let rows = devices.last().map_or(0, |run| run.end);
    let mut timestamp_us = Vec::with_capacity(rows);
    for at in &stretches {
        timestamp_us.extend_from_slice(&parts[at.part as usize].columns.timestamp_us[at.range()]);
    }
    parts.iter_mut().for_each(|part| part.columns.timestamp_us = Vec::new());
    let sorted = unsorted(&devices, &timestamp_us);
    reorder(&mut timestamp_us, &sorted);

    let mut line = Vec::with_capacity(rows);
    for at in &stretches {
        let part = &parts[at.part as usize];
        line.extend(part.columns.line[at.range()].iter().map(|line| part.first_line + line));
    }
    parts.iter_mut().for_each(|part| part.columns.line = Vec::new());
    reorder(&mut line, &sorted);

    let mut file = Vec::new();
    if files.len() > 1 {
        file.reserve_exact(rows);
        for at in &stretches {
            file.resize(file.len() + at.range().len(), parts[at.part as usize].file);
        }
        reorder(&mut file, &sorted);
    }
    let metrics = metrics.into_iter().map(|(place, info)| {
        // A metric that a file lacks is missing in its rows.
        let columns: Vec<Option<Vec<f64>>> = parts
            .iter_mut()
            .map(|part| {
                let metric = places[part.file as usize].iter().position(|p| *p == place)?;
                part.columns.values.get_mut(metric).map(std::mem::take)
            })
            .collect();
        let mut values = Vec::with_capacity(rows);
        for at in &stretches {
            match &columns[at.part as usize] {
                Some(column) => values.extend_from_slice(&column[at.range()]),
                None => values.resize(values.len() + at.range().len(), f64::NAN),
            }
        }
        drop(columns);
        reorder(&mut values, &sorted);
        Metric { info, values, filled: Bits::zeros(rows) }
    });
    let metrics = metrics.collect();
    Readings { devices, timestamp_us, metrics, line, file, files }
}

impl Stretch {
    fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Device runs of the whole, and the stretches that they are made of, in order.
fn stretches(parts: &[Part], names: &[String]) -> (Vec<DeviceRun>, Vec<Stretch>) {
    let mut by_name: Vec<u32> = (0..).take(names.len()).collect();
    by_name.sort_unstable_by(|&a, &b| names[a as usize].as_bytes().cmp(names[b as usize].as_bytes()));
    let mut rank = vec![0_u32; names.len()];
    for (place, &device) in (0..).zip(&by_name) {
        rank[device as usize] = place;
    }
    // Per device, in file order.
    let mut of_device: Vec<Vec<Stretch>> = Vec::new();
    of_device.resize_with(names.len(), Vec::new);
    for (number, part) in (0..).zip(parts) {
        let mut start = 0;
        for &(device, rows) in &part.runs {
            of_device[rank[device as usize] as usize].push(Stretch { part: number, start, end: start + rows });
            start += rows;
        }
    }
    let (mut devices, mut all) = (Vec::new(), Vec::new());
    let mut start = 0;
    for (stretches, &device) in of_device.into_iter().zip(&by_name) {
        let rows: usize = stretches.iter().map(|stretch| stretch.range().len()).sum();
        // The device of a file that was abandoned has none.
        if rows > 0 {
            devices.push(DeviceRun { name: names[device as usize].clone(), start, end: start + rows });
            start += rows;
            all.extend(stretches);
        }
    }
    (devices, all)
}

/// The devices whose stretches overlap in time, with the order that their rows belong in.
fn unsorted(devices: &[DeviceRun], timestamp_us: &[i64]) -> Vec<Sorted> {
    let sorted = devices.iter().filter_map(|run| {
        let times = &timestamp_us[run.range()];
        if times.is_sorted() {
            return None;
        }
        // Rows are numbered in 32 bits: the assembly refuses more.
        let mut order: Vec<u32> = (0..).take(times.len()).collect();
        sort_by_time(&mut order, times);
        Some(Sorted { start: run.start, order })
    });
    sorted.collect()
}

fn reorder<T: Copy>(column: &mut [T], sorted: &[Sorted]) {
    for Sorted { start, order } in sorted {
        let rows = &mut column[*start..start + order.len()];
        let moved = gather(rows, order);
        rows.copy_from_slice(&moved);
    }
}
