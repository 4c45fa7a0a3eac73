//! Gaps of metrics whose policy is linear: interior ones on the straight line, ends held at the nearest known value.

use crate::contract::FillPolicy;
use crate::recipe::Fill;
use crate::table::{Bits, Readings};

/// Fills every device and metric, and marks each filled cell.
pub(super) fn gaps(readings: &mut Readings, fill: Fill) {
    let max_gap_us = match fill {
        Fill::Time { max_gap_seconds: Some(seconds) } => seconds * 1e6,
        _ => f64::INFINITY,
    };
    let times = &readings.timestamp_us;
    for metric in readings.metrics.iter_mut().filter(|metric| metric.info.fill == FillPolicy::Linear) {
        for run in &readings.devices {
            let column = Column {
                times: &times[run.range()],
                values: &mut metric.values[run.range()],
                filled: &mut metric.filled,
                first: run.start,
            };
            match fill {
                Fill::Position => column.by_position(),
                Fill::Time { .. } => column.by_time(max_gap_us),
            }
        }
    }
}

/// One metric of one device.
struct Column<'a> {
    times: &'a [i64],
    values: &'a mut [f64],
    filled: &'a mut Bits,
    /// Row of the readings at which the device starts.
    first: usize,
}

/// A gap: missing rows `start..end` between known neighbours, where there are any.
struct Gap {
    start: usize,
    end: usize,
}

impl Column<'_> {
    /// The next gap at or after `from`.
    fn gap(&self, from: usize) -> Option<Gap> {
        let start = from + self.values[from..].iter().position(|v| v.is_nan())?;
        let length = self.values[start..].iter().position(|v| !v.is_nan());
        Some(Gap { start, end: length.map_or(self.values.len(), |length| start + length) })
    }

    fn set(&mut self, row: usize, value: f64) {
        self.values[row] = value;
        self.filled.set(self.first + row);
    }

    fn hold(&mut self, gap: &Gap, value: f64) {
        for row in gap.start..gap.end {
            self.set(row, value);
        }
    }

    /// The k-th reading after a known one at `a` lies at `slope * k + a`, in this order of operations: the reference
    /// pipeline's, to the bit.
    fn by_position(mut self) {
        let mut from = 0;
        while let Some(gap) = self.gap(from) {
            from = gap.end;
            match (gap.start.checked_sub(1), self.values.get(gap.end).copied()) {
                (Some(left), Some(b)) => {
                    let a = self.values[left];
                    let slope = (b - a) / (gap.end - left) as f64;
                    for row in gap.start..gap.end {
                        self.set(row, slope * (row - left) as f64 + a);
                    }
                }
                (Some(left), None) => self.hold(&gap, self.values[left]),
                (None, Some(b)) => self.hold(&gap, b),
                (None, None) => {}
            }
        }
    }

    /// The same over time. Where both neighbours have one stamp, the earlier value holds. A gap whose ends are farther apart
    /// than `max_gap_us` stays missing; so does an end gap that is longer.
    fn by_time(mut self, max_gap_us: f64) {
        let mut from = 0;
        while let Some(gap) = self.gap(from) {
            from = gap.end;
            let left = gap.start.checked_sub(1);
            let right = (gap.end < self.values.len()).then_some(gap.end);
            let first = self.times[left.unwrap_or(gap.start)];
            let last = self.times[right.unwrap_or(gap.end - 1)];
            let length_us = (last - first) as f64;
            if length_us > max_gap_us {
                continue;
            }
            match (left, right) {
                (Some(left), Some(right)) => {
                    let (a, b) = (self.values[left], self.values[right]);
                    let slope = if last == first { 0.0 } else { (b - a) / length_us };
                    for row in gap.start..gap.end {
                        self.set(row, slope * (self.times[row] - first) as f64 + a);
                    }
                }
                (Some(known), None) | (None, Some(known)) => self.hold(&gap, self.values[known]),
                (None, None) => {}
            }
        }
    }
}
