//! Joins chunks, in file order, into one log, and decides at the end which further columns are metrics.

use std::collections::HashMap;

use super::chunk::{Chunk, text_number};
use super::layout::{Layout, Role, contract_metrics, cut};
use crate::contract::{Contract, Rule, Violation, fold};
use crate::table::{Log, MetricInfo, SourceFile};
use crate::{Error, ErrorKind};

/// A further column is a metric when at least this share of its non-missing cells are numbers.
const NUMBERS_SHARE: f64 = 0.95;

/// A log in the making.
pub struct Assembly {
    log: Log,
    devices: HashMap<Box<str>, u32>,
    /// Per metric, the texts found in it and their numbers.
    texts: Vec<HashMap<Box<str>, u32>>,
    text_names: Vec<Vec<Box<str>>>,
    /// Per metric of the current file's layout, its place among the log's.
    places: Vec<usize>,
    /// Line on which the next chunk of the current file starts.
    next_line: u32,
}

impl Assembly {
    pub fn new(contract: &Contract) -> Self {
        let metrics = contract_metrics(contract);
        let count = metrics.len();
        Self {
            log: Log { metrics, values: vec![Vec::new(); count], ..Log::default() },
            devices: HashMap::new(),
            texts: vec![HashMap::new(); count],
            text_names: vec![Vec::new(); count],
            places: Vec::new(),
            next_line: 1,
        }
    }

    /// The chunks that follow belong to this file.
    pub fn begin_file(&mut self, name: &str, bytes: u64, layout: &Layout) {
        self.places = layout.metrics.iter().map(|info| self.place_of(info)).collect();
        self.next_line = layout.first_line;
        self.log.files.push(SourceFile {
            name: name.to_string(),
            bytes,
            first_row: self.log.rows(),
            header: layout.header.clone(),
            read_as: layout.sentence(),
            not_read: layout
                .roles
                .iter()
                .zip(&layout.header)
                .filter(|(role, _)| **role == Role::Skip)
                .map(|(_, name)| (name.clone(), "Sensorium computes it".to_string()))
                .collect(),
            ..SourceFile::default()
        });
    }

    /// The log's column of a metric, added (missing so far) where it is new.
    fn place_of(&mut self, info: &MetricInfo) -> usize {
        if let Some(place) = self.log.metrics.iter().position(|m| fold(&m.name) == fold(&info.name)) {
            return place;
        }
        self.log.metrics.push(info.clone());
        self.log.values.push(vec![f64::NAN; self.log.rows()]);
        self.texts.push(HashMap::new());
        self.text_names.push(Vec::new());
        self.log.metrics.len() - 1
    }

    /// Line on which the next chunk of the current file starts.
    pub fn next_line(&self) -> u32 {
        self.next_line
    }

    /// Takes the current file out again, which turned out to be unreadable.
    pub fn abandon_file(&mut self) {
        let Some(file) = self.log.files.pop() else {
            return;
        };
        let log = &mut self.log;
        log.timestamp_us.truncate(file.first_row);
        log.device.truncate(file.first_row);
        log.line.truncate(file.first_row);
        log.values.iter_mut().for_each(|column| column.truncate(file.first_row));
        let files = log.files.len();
        log.violations.truncate(log.violations.partition_point(|v| (v.file as usize) < files));
    }

    /// Adds the next chunk of the current file.
    ///
    /// # Errors
    /// Kind `TooLarge` where lines or rows pass what 32 bits can count.
    pub fn push(&mut self, mut chunk: Chunk) -> Result<(), Error> {
        let file = u32::try_from(self.log.files.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let first_line = self.next_line;
        let Some(source) = self.log.files.last_mut() else {
            return Ok(());
        };
        let too_large =
            |name: &str| Error::new(ErrorKind::TooLarge, name, "more rows than 4,294,967,295; split the log");
        let next_line = first_line.checked_add(chunk.lines).ok_or_else(|| too_large(&source.name))?;
        source.rows_read += chunk.rows_read;
        source.rows += chunk.timestamp_us.len();
        source.marks.extend(chunk.marks.iter().map(|(line, offset)| (first_line + line, *offset)));
        let numbers: Vec<u32> =
            chunk.devices.drain(..).map(|name| intern(&mut self.devices, &mut self.log.devices, name)).collect();
        self.log.device.extend(chunk.device.iter().map(|d| numbers[*d as usize]));
        self.log.line.extend(chunk.line.iter().map(|line| first_line + line));
        append(&mut self.log.timestamp_us, chunk.timestamp_us);
        let places = self.places.clone();
        for ((mut values, texts), place) in chunk.values.into_iter().zip(chunk.texts).zip(places) {
            if !texts.is_empty() {
                self.renumber_texts(&mut values, texts, place);
            }
            append(&mut self.log.values[place], values);
        }
        let rows = self.log.timestamp_us.len();
        for column in &mut self.log.values {
            // A metric that this file lacks is missing in its rows.
            column.resize(rows, f64::NAN);
        }
        self.log.violations.extend(chunk.violations.into_iter().map(|v| Violation {
            file,
            line: first_line + v.line,
            column: v.column,
            rule: v.rule,
            value: v.value,
        }));
        self.next_line = next_line;
        Ok(())
    }

    fn renumber_texts(&mut self, values: &mut [f64], texts: Vec<Box<str>>, place: usize) {
        let numbers: Vec<u32> = texts
            .into_iter()
            .map(|text| {
                let names = &mut self.text_names[place];
                *self.texts[place].entry(text.clone()).or_insert_with(|| {
                    names.push(text);
                    u32::try_from(names.len() - 1).unwrap_or(u32::MAX)
                })
            })
            .collect();
        for value in values {
            if let Some(number) = text_number(*value) {
                *value = super::chunk::text_cell(numbers[number as usize]);
            }
        }
    }

    /// The log. Further columns are judged now that all cells are known: all or nearly all numbers makes a metric, whose other
    /// cells are violations; anything else is named as not read.
    pub fn finish(mut self) -> Log {
        let mut kept = Vec::new();
        let mut added = false;
        for place in 0..self.log.metrics.len() {
            if self.log.metrics[place].required {
                kept.push(place);
                continue;
            }
            let texts = self.log.values[place].iter().filter(|v| text_number(**v).is_some()).count();
            let numbers = self.log.values[place].iter().filter(|v| !v.is_nan()).count();
            let reason = if numbers + texts == 0 {
                Some("it has no values".to_string())
            } else if (numbers as f64) < NUMBERS_SHARE * (numbers + texts) as f64 {
                let example = self.text_names[place].first().map_or("", |text| cut(text, 40));
                Some(format!("it holds text, such as \"{example}\""))
            } else {
                None
            };
            match reason {
                None => {
                    added |= texts > 0;
                    self.text_violations(place);
                    kept.push(place);
                }
                Some(reason) => self.not_read(place, &reason),
            }
        }
        let log = &mut self.log;
        if kept.len() < log.metrics.len() {
            let (mut metrics, mut values) = (std::mem::take(&mut log.metrics), std::mem::take(&mut log.values));
            for place in kept {
                log.metrics.push(std::mem::replace(&mut metrics[place], NO_METRIC));
                log.values.push(std::mem::take(&mut values[place]));
            }
        }
        if added {
            log.violations.sort_by_key(|v| (v.file, v.line, v.column));
        }
        self.log
    }

    fn not_read(&mut self, place: usize, reason: &str) {
        let name = &self.log.metrics[place].name;
        for file in &mut self.log.files {
            if file.header.iter().any(|h| fold(h) == fold(name)) || name.starts_with("column_") {
                file.not_read.push((name.clone(), reason.to_string()));
            }
        }
    }

    /// Turns the text cells of a further metric into violations and missing cells.
    fn text_violations(&mut self, place: usize) {
        let log = &mut self.log;
        let name = fold(&log.metrics[place].name);
        for (index, file) in log.files.iter().enumerate() {
            let column = file.header.iter().position(|h| fold(h) == name);
            let column =
                column.or_else(|| name.strip_prefix("column_").and_then(|n| n.parse::<usize>().ok()).map(|n| n - 1));
            for row in file.first_row..file.first_row + file.rows {
                if let Some(number) = text_number(log.values[place][row]) {
                    log.values[place][row] = f64::NAN;
                    log.violations.push(Violation {
                        file: u32::try_from(index).unwrap_or(u32::MAX),
                        line: log.line[row],
                        column: column.and_then(|c| u16::try_from(c).ok()),
                        rule: Rule::NotANumber,
                        value: self.text_names[place][number as usize].clone(),
                    });
                }
            }
        }
    }
}

const NO_METRIC: MetricInfo =
    MetricInfo { name: String::new(), unit: String::new(), fill: crate::contract::FillPolicy::No, required: false };

fn intern(numbers: &mut HashMap<Box<str>, u32>, names: &mut Vec<String>, name: Box<str>) -> u32 {
    *numbers.entry(name).or_insert_with_key(|name| {
        names.push(name.to_string());
        u32::try_from(names.len() - 1).unwrap_or(u32::MAX)
    })
}

/// Appends without copying where there is nothing yet.
fn append<T>(all: &mut Vec<T>, mut more: Vec<T>) {
    if all.is_empty() {
        *all = more;
    } else {
        all.append(&mut more);
    }
}
