//! The device of each row: by a column, the lines before the table, the header, or the file's name.

use std::collections::HashMap;

use super::{OddRule, Reader};
use crate::dialect::encoding::text_of;
use crate::survey::cells::is_missing;
use crate::survey::long::Long;
use crate::survey::metrics::source_of;
use crate::survey::naming::{device_of_file, serial};
use crate::survey::preset::captured;
use crate::survey::words::words;
use crate::survey::{Delimiter, device, long};

impl Reader<'_> {
    pub(super) fn device_column(
        &mut self,
        rows: &[usize],
        stamps: &[i64],
        long: Option<&Long>,
        free: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        if let Some(told) = self.told.device_from.as_deref() {
            let column = self.headers.iter().position(|header| header.eq_ignore_ascii_case(told));
            return column.filter(|_| told != "file");
        }
        if let Some(preset) = &self.preset {
            let rule = &preset.device;
            if let Some(column) = rule.column {
                return column.checked_sub(1).filter(|column| *column < self.shape.width);
            }
            if rule.cell.is_some() || rule.line.is_some() || !rule.file.is_empty() {
                return None;
            }
        }
        let mut metrics: HashMap<&[u8], u32> = HashMap::new();
        let mut metric = |row: &usize| {
            let next = u32::try_from(metrics.len()).unwrap_or(u32::MAX);
            long.map_or(0, |long| *metrics.entry(self.grid.cell(*row, long.metric)).or_insert(next))
        };
        let keys: Vec<(i64, u32)> = rows.iter().zip(stamps).map(|(row, stamp)| (*stamp, metric(row))).collect();
        device::column(&self.grid, &self.headers, rows, &keys, free)
    }

    /// The metric's column, where it names the devices too and no other column does.
    pub(super) fn judge_entity(&self, rows: &[usize], long: &mut Option<Long>, column: Option<usize>) -> Option<usize> {
        let long = long.as_mut()?;
        let first = |column: usize| rows.first().map(|row| self.grid.cell(*row, column));
        let varied = |column: usize| rows.iter().any(|row| Some(self.grid.cell(*row, column)) != first(column));
        let other = |column: usize| column != long.metric && (varied(column) || self.told.device_from.is_some());
        long.with_device &= !column.is_some_and(other) && self.told.device_from.as_deref() != Some("file");
        long.with_device.then_some(long.metric)
    }

    /// The rows that name their device, where a column does; the others are told.
    pub(super) fn with_device(
        &mut self,
        rows: Vec<usize>,
        stamps: Vec<i64>,
        column: Option<usize>,
    ) -> (Vec<usize>, Vec<i64>) {
        let Some(column) = column else { return (rows, stamps) };
        let (named, nameless): (Vec<_>, Vec<_>) =
            rows.into_iter().zip(stamps).partition(|(row, _)| !is_missing(self.grid.cell(*row, column)));
        for (row, _) in nameless {
            self.odd(row, Some(column), OddRule::NoDevice, "", "it names no device".into());
        }
        named.into_iter().unzip()
    }

    /// The names of the devices, and which each row is of.
    pub(super) fn devices(&mut self, rows: &[usize], column: Option<usize>, entity: bool) -> (Vec<String>, Vec<u32>) {
        let Some(column) = column else {
            let (name, from) = self.lone_device(rows);
            self.card.device_from = from;
            return (vec![name], vec![0; rows.len()]);
        };
        self.card.device_from = format!("column {}", source_of(&self.headers, column).trim_start_matches("column "));
        let first = self.preset.as_ref().and_then(|preset| preset.device.first);
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut names = Vec::new();
        let mut device_of = Vec::with_capacity(rows.len());
        let mut last: (Vec<u8>, u32) = (Vec::new(), u32::MAX);
        for row in rows {
            let cell = self.grid.cell(*row, column);
            if last.1 == u32::MAX || last.0 != cell {
                let text = text_of(cell);
                let text: String = match first {
                    Some(first) => text.chars().take(first).collect(),
                    None if entity => long::entity(&text).map_or_else(|| text.to_string(), |(device, _)| device),
                    None => text.into_owned(),
                };
                let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
                let index = *known.entry(text.clone()).or_insert_with(|| {
                    names.push(text);
                    next
                });
                last = (cell.to_vec(), index);
            }
            device_of.push(last.1);
        }
        (names, device_of)
    }

    /// The device of a file that names none in its rows, and where that name stands.
    pub(super) fn lone_device(&self, rows: &[usize]) -> (String, String) {
        let stem = device_of_file(self.file);
        if self.told.device_from.as_deref() == Some("file") {
            return (stem, "file name".into());
        }
        if let Some(serial) = serial(&self.headers) {
            return (serial, "header (LGR S/N)".into());
        }
        if let Some(found) = device::only(&self.grid, &self.headers, rows) {
            return found;
        }
        if let Some(found) = self.preamble_device().filter(|_| self.preset.is_none()) {
            return found;
        }
        let name = self.file.rsplit(['/', '\\']).next().unwrap_or(self.file);
        let whole = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if let Some(rule) = self.preset.as_ref().map(|preset| &preset.device) {
            if let Some(found) = rule.cell.and_then(|at| self.cell_at(at)) {
                return (found, format!("line {}", rule.cell.map_or(0, |(line, _)| line)));
            }
            let line = rule
                .line
                .and_then(|line| (0..self.grid.rows().min(50)).find(|row| self.grid.record_of(*row).line == line));
            if let Some(row) = line {
                return (
                    text_of(self.grid.written(row)).trim().to_string(),
                    format!("line {}", self.grid.record_of(row).line),
                );
            }
            if let Some(found) = rule.file.iter().find_map(|pattern| captured(pattern, whole)) {
                return (found, "file name".into());
            }
        }
        (stem, "file name".into())
    }

    /// What the lines before the table call the device: `Serial Number:,EF1234`, `Station: Ridge`, a name above its value.
    pub(super) fn preamble_device(&self) -> Option<(String, String)> {
        let line = |row: usize| self.grid.record_of(row).line;
        let mut pairs: Vec<(String, String, u32)> = Vec::new();
        let mut pair = |key: &str, value: &str, line: u32| {
            let value = value.trim();
            if !value.is_empty() && value.len() < 80 {
                pairs.push((words(key).join(" "), value.to_string(), line));
            }
        };
        let end = self.shape.header.unwrap_or(self.shape.body).min(100);
        let blanks = self.card.delimiter == Delimiter::Blanks.name();
        for row in 0..end {
            if blanks {
                if let Some((key, value)) = text_of(self.grid.written(row)).split_once([':', '=']) {
                    pair(key, value, line(row));
                }
                continue;
            }
            let cells: Vec<String> = (0..self.grid.width(row)).map(|at| self.grid.text(row, at).into_owned()).collect();
            let filled: Vec<&String> = cells.iter().filter(|cell| !cell.is_empty()).collect();
            if let [key, value] = filled[..] {
                pair(key, value, line(row));
            }
            for (at, cell) in cells.iter().enumerate() {
                // What stands below: a value by itself, or that of a column.
                let below = row + 1 < end
                    && (filled.len() == 1 && cell.ends_with(':')
                        || cells.len() > 2 && self.grid.width(row + 1) == cells.len());
                match cell.split_once(':').filter(|(_, value)| !value.trim().is_empty()) {
                    Some((key, value)) => pair(key, value, line(row)),
                    None if below => pair(cell, &self.grid.text(row + 1, at), line(row + 1)),
                    None => {}
                }
            }
        }
        KEYS.iter().find_map(|wanted| {
            let known = |key: &str| {
                key.strip_suffix(wanted)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with(' ') && wanted.contains(' '))
            };
            let mut found = pairs.iter().filter(|(key, ..)| known(key));
            let (_, value, line) = found.next()?;
            // Of two devices above the table, neither is that of all columns.
            let one = *wanted != "sn" || found.all(|(_, other, _)| other == value);
            one.then(|| (value.clone(), format!("line {line}")))
        })
    }
}

/// What lines before the table call a device, the surest first.
const KEYS: [&str; 24] = [
    "device name",
    "device id",
    "logger name",
    "logger id",
    "sensor name",
    "sensor id",
    "station name",
    "station",
    "module name",
    "serial number",
    "serial no",
    "serial num",
    "serial",
    "registration number",
    "seriennummer",
    "número de serie",
    "numéro de série",
    "sn",
    "s n",
    "device",
    "logger",
    "site name",
    "site",
    "location",
];
