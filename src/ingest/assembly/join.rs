//! Columns of chunks to columns of readings.

use super::Part;
use crate::ingest::chunk::{Sent, gather, sort_by_time};
use crate::survey::Zone;
use crate::table::{Bits, DeviceRun, Metric, MetricInfo, Readings};

/// A stretch of a chunk's columns, the rows of one device, and where it belongs among all rows.
struct Stretch {
    start: usize,
    end: usize,
    to: usize,
}

/// Rows of a device that are not in order where its stretches stand one behind the other: where, and which row belongs there.
struct Sorted {
    start: usize,
    order: Vec<u32>,
}

/// Joins the parts by device (bytes of its name), time and file order. `metrics`: place among the log's, and what it is.
#[inline(never)]
pub(super) fn readings<B: Sent>(
    mut parts: Vec<Part<B>>,
    places: &[Vec<usize>],
    names: &[String],
    metrics: Vec<(usize, MetricInfo)>,
    files: Vec<String>,
) -> Readings {
    let (devices, stretches) = stretches(&parts, names);
    let rows = devices.last().map_or(0, |run| run.end);
    let mut scratch = Vec::new();
    let mut timestamp_us = vec![0; rows];
    for (part, stretches) in parts.iter_mut().zip(&stretches) {
        part.columns.timestamp_us.give_up(&mut scratch, |cells| {
            for at in stretches {
                timestamp_us[at.range()].copy_from_slice(&cells[at.start..at.end]);
            }
        });
    }
    let sorted = unsorted(&devices, &timestamp_us);
    reorder(&mut timestamp_us, &sorted);

    let mut scratch = Vec::new();
    let mut line = vec![0; rows];
    for (part, stretches) in parts.iter_mut().zip(&stretches) {
        let first_line = part.first_line;
        part.columns.line.give_up(&mut scratch, |cells| {
            for at in stretches {
                for (line, cell) in line[at.range()].iter_mut().zip(&cells[at.start..at.end]) {
                    *line = first_line + cell;
                }
            }
        });
    }
    reorder(&mut line, &sorted);

    let mut file = Vec::new();
    if files.len() > 1 {
        file = vec![0; rows];
        for (part, stretches) in parts.iter().zip(&stretches) {
            stretches.iter().for_each(|at| file[at.range()].fill(part.file));
        }
        reorder(&mut file, &sorted);
    }
    let mut scratch = Vec::new();
    let metrics = metrics.into_iter().map(|(place, info)| {
        let mut values = vec![0.0; rows];
        for (part, stretches) in parts.iter_mut().zip(&stretches) {
            let metric = places[part.file as usize].iter().position(|p| *p == place);
            match metric.and_then(|metric| part.columns.values.get_mut(metric)) {
                Some(column) => column.give_up(&mut scratch, |cells| {
                    for at in stretches {
                        values[at.range()].copy_from_slice(&cells[at.start..at.end]);
                    }
                }),
                // A metric that a file lacks is missing in its rows.
                None => stretches.iter().for_each(|at| values[at.range()].fill(f64::NAN)),
            }
        }
        reorder(&mut values, &sorted);
        Metric { info, values, filled: Bits::zeros(rows) }
    });
    let metrics = metrics.collect();
    Readings { devices, timestamp_us, metrics, line, file, files, zone: Zone::default() }
}

impl Stretch {
    /// Where it belongs.
    fn range(&self) -> std::ops::Range<usize> {
        self.to..self.to + (self.end - self.start)
    }
}

/// Device runs of the whole, and per part the stretches that they are made of.
fn stretches<B>(parts: &[Part<B>], names: &[String]) -> (Vec<DeviceRun>, Vec<Vec<Stretch>>) {
    let mut by_name: Vec<u32> = (0..).take(names.len()).collect();
    by_name.sort_unstable_by(|&a, &b| names[a as usize].as_bytes().cmp(names[b as usize].as_bytes()));
    let mut counts = vec![0_usize; names.len()];
    for &(device, rows) in parts.iter().flat_map(|part| &part.runs) {
        counts[device as usize] += rows as usize;
    }
    // Where the next rows of each device belong.
    let mut next = vec![0; names.len()];
    let (mut devices, mut start) = (Vec::new(), 0);
    for &device in &by_name {
        let rows = counts[device as usize];
        next[device as usize] = start;
        // The device of a file that was abandoned has none.
        if rows > 0 {
            devices.push(DeviceRun { name: names[device as usize].clone(), start, end: start + rows });
            start += rows;
        }
    }
    let of_part = |part: &Part<B>| {
        let mut start = 0;
        let stretch = |&(device, rows): &(u32, u32)| {
            let at = Stretch { start, end: start + rows as usize, to: next[device as usize] };
            start = at.end;
            next[device as usize] += rows as usize;
            at
        };
        part.runs.iter().map(stretch).collect()
    };
    (devices, parts.iter().map(of_part).collect())
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
