//! The device of each row: by a column, the lines before the table, the header, or the file's name.

use std::collections::HashMap;

use super::{OddRule, Reader};
use crate::dialect::encoding::text_of;
use crate::survey::cells::is_missing;
use crate::survey::metrics::source_of;
use crate::survey::naming::{device_of_file, serial};
use crate::survey::preset::captured;
use crate::survey::words::words;
use crate::survey::{device, long};

impl Reader<'_> {
    pub(super) fn device_column(&mut self, rows: &[usize], free: impl Fn(usize) -> bool) -> Option<usize> {
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
        device::column(&self.grid, &self.headers, rows, free)
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
    pub(super) fn devices(&mut self, rows: &[usize], column: Option<usize>) -> (Vec<String>, Vec<u32>) {
        let Some(column) = column else {
            let (name, from) = self.lone_device(rows);
            self.card.device_from = from;
            return (vec![name], vec![0; rows.len()]);
        };
        self.card.device_from = format!("column {}", source_of(&self.headers, column).trim_start_matches("column "));
        let first = self.preset.as_ref().and_then(|preset| preset.device.first);
        let entity = self.preset.as_ref().and_then(|preset| preset.long.as_ref()).is_some_and(|rule| rule.with_device);
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

    /// What the lines before the table call the device: `Serial Number:,EF1234`, `Station: Ridge`.
    pub(super) fn preamble_device(&self) -> Option<(String, String)> {
        const KEYS: [&str; 11] = [
            "device name",
            "device id",
            "logger name",
            "logger id",
            "sensor name",
            "sensor id",
            "station name",
            "station",
            "serial number",
            "serial no",
            "serial",
        ];
        let pairs: Vec<(String, String, u32)> = (0..self.shape.header.unwrap_or(self.shape.body).min(60))
            .filter_map(|row| {
                let cells: Vec<&[u8]> = self.grid.cells(row).filter(|cell| !cell.is_empty()).collect();
                let (key, value) = match cells[..] {
                    [key, value] => (text_of(key).into_owned(), text_of(value).into_owned()),
                    [both] => {
                        let both = text_of(both).into_owned();
                        let (key, value) = both.split_once(':')?;
                        (key.to_string(), value.to_string())
                    }
                    _ => return None,
                };
                let key = words(&key).join(" ");
                Some((key, value.trim().to_string(), self.grid.record_of(row).line))
                    .filter(|(_, value, _)| !value.is_empty())
            })
            .collect();
        KEYS.iter().find_map(|wanted| {
            let (_, value, line) = pairs.iter().find(|(key, ..)| key == wanted)?;
            Some((value.clone(), format!("line {line}")))
        })
    }
}
