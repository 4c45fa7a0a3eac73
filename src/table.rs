//! Readings as columns: device runs, timestamps, metric columns with missing and filled marks.
//!
//! Owns [`Readings`], rows by device and time, and [`Log`], the readings as read with what was found on the way.
//! Assumes finite numbers; a missing cell is NaN. Knows no CSV, no limit and no colour.

mod bits;

pub use bits::Bits;

use crate::contract::{FillPolicy, Violation};
use crate::survey::Zone;

/// A metric column's name and how the contract treats it.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricInfo {
    /// The contract's name, or the header's for an extra metric.
    pub name: String,
    /// As written after a number; empty where unknown.
    pub unit: String,
    pub fill: FillPolicy,
    /// Whether the contract asks for it: only then can a missing cell drop a reading.
    pub required: bool,
}

/// A file of the log, and which of the log's rows came from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceFile {
    pub name: String,
    pub bytes: u64,
    /// Records after the header, blank lines not counted.
    pub rows_read: u64,
    /// The header's cells as written, trimmed.
    pub header: Vec<String>,
    /// How it was read, in words: `comma, 6 columns, ISO times, UTC`.
    pub read_as: String,
    /// Columns that are no metric, each with the reason in plain words.
    pub not_read: Vec<(String, String)>,
    /// The contract's columns that the file lacks, as strict mode refuses them.
    pub absent: Option<crate::Error>,
    /// Lines that repeat the header: no rows.
    pub repeated_headers: Vec<u32>,
    /// Places from which a row can be found again: (line, byte offset) of some row starts, ascending.
    pub marks: Vec<(u32, u64)>,
}

/// Every row of every file that has a time and a device, and the violations found on the way.
///
/// A metric cell that broke a rule is missing in the readings and listed in `violations`; rows that cannot be kept in any mode
/// (no time, ragged, ...) stand only in `violations`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    pub files: Vec<SourceFile>,
    /// In order of file, line, column.
    pub violations: Vec<Violation>,
    /// What was measured, in order, nothing filled. The stages take it out of the log and work in place, so that a large log is
    /// held once; [`crate::clean::undo`] gives it back.
    pub readings: Readings,
}

impl Log {
    /// Records read from all files.
    pub fn rows_read(&self) -> u64 {
        self.files.iter().map(|f| f.rows_read).sum()
    }
}

/// Where a row stands: index of its file, and the line on which it starts (from 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowPlace {
    pub file: u32,
    pub line: u32,
}

/// One device's rows in [`Readings`]: `start..end`, in time order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRun {
    pub name: String,
    pub start: usize,
    pub end: usize,
}

impl DeviceRun {
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start..self.end
    }

    pub fn len(&self) -> usize {
        self.end - self.start
    }

    pub fn is_empty(&self) -> bool {
        self.end == self.start
    }
}

/// One measured column of [`Readings`].
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    pub info: MetricInfo,
    /// One value a row; NaN is missing.
    pub values: Vec<f64>,
    /// One bit a row: the value was filled, not measured.
    pub filled: Bits,
}

/// Readings by device (bytes of its name), then time, then file order. Every device run has at least one row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings {
    pub devices: Vec<DeviceRun>,
    /// Microseconds since the Unix epoch, UTC.
    pub timestamp_us: Vec<i64>,
    pub metrics: Vec<Metric>,
    pub line: Vec<u32>,
    /// Index of each row's file; empty when only one file was read.
    pub file: Vec<u32>,
    /// Names of the files, by index.
    pub files: Vec<String>,
    /// The clock by which days and hours of the day are counted.
    pub zone: Zone,
}

impl Readings {
    pub fn rows(&self) -> usize {
        self.timestamp_us.len()
    }

    /// Whether two tables hold the same, missing cells included: equal to the bit.
    pub fn same_bits(&self, other: &Self) -> bool {
        let metric = |(a, b): (&Metric, &Metric)| {
            let bits = |metric: &Metric| metric.values.iter().map(|v| v.to_bits()).collect::<Vec<u64>>();
            a.info == b.info && a.filled == b.filled && bits(a) == bits(b)
        };
        let without = |table: &Self| Self { metrics: Vec::new(), ..table.clone() };
        self.metrics.len() == other.metrics.len()
            && self.metrics.iter().zip(&other.metrics).all(metric)
            && without(self) == without(other)
    }

    /// The date of an instant, in days since 1970-01-01.
    pub fn day_of(&self, timestamp_us: i64) -> i32 {
        day_of(self.zone.local_us(timestamp_us))
    }

    /// The hour of the day of an instant, 0 to 23.
    pub fn hour_of(&self, timestamp_us: i64) -> u8 {
        hour_of(self.zone.local_us(timestamp_us))
    }

    /// Where a row came from.
    pub fn place(&self, row: usize) -> RowPlace {
        RowPlace { file: self.file.get(row).copied().unwrap_or(0), line: self.line[row] }
    }

    /// Index of the metric of that name.
    pub fn metric(&self, name: &str) -> Option<usize> {
        self.metrics.iter().position(|m| m.info.name == name)
    }

    /// Index of the device whose run holds the row.
    pub fn device_of(&self, row: usize) -> usize {
        self.devices.partition_point(|d| d.end <= row)
    }

    /// The device's next timestamp after a row of it, none for its last: the end of the validity window.
    pub fn valid_until_us(&self, row: usize) -> Option<i64> {
        let run = &self.devices[self.device_of(row)];
        (row + 1 < run.end).then(|| self.timestamp_us[row + 1])
    }
}

pub use crate::dialect::calendar::DAY_US;
/// Microseconds of one hour.
pub const HOUR_US: i64 = 3_600_000_000;

/// Days since 1970-01-01 of a timestamp in UTC microseconds.
pub fn day_of(timestamp_us: i64) -> i32 {
    i32::try_from(timestamp_us.div_euclid(DAY_US)).unwrap_or(i32::MAX)
}

/// Appends the hour of day of each timestamp.
#[inline(never)]
pub fn hours_of(timestamp_us: &[i64], zone: &Zone, hours: &mut Vec<u32>) {
    if zone.is_utc() {
        hours.extend(timestamp_us.iter().map(|t| u32::from(hour_of(*t))));
    } else {
        hours.extend(timestamp_us.iter().map(|t| u32::from(hour_of(zone.local_us(*t)))));
    }
}

/// Hour of day, 0 to 23, of a timestamp in UTC microseconds.
pub fn hour_of(timestamp_us: i64) -> u8 {
    (timestamp_us.rem_euclid(DAY_US) / HOUR_US) as u8
}

/// Bytes that a reading takes in memory once a log is read and computed, and a metric's column is joined: timestamp, line, rolling mean, flags, and
/// per metric a value and a bit; with several files the number of its file; and once more a column that is being joined or moved.
pub fn bytes_per_reading(metrics: usize, several_files: bool) -> f64 {
    let file = if several_files { 4.0 } else { 0.0 };
    8.0 + 4.0 + 8.0 + 1.0 + metrics as f64 * 8.125 + file + 8.0
}
