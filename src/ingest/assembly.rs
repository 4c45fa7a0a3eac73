//! Joins chunks, in file order, into one log, and decides at the end which further columns are metrics.
//!
//! Owns the order of the whole: each chunk holds its rows device after device, so that a device's rows are the stretches of all
//! chunks, one behind the other; only where those overlap in time are they sorted. Assumes chunks in file order. Columns are
//! joined one by one and each chunk's is given up as soon as it is joined: at most one column is held twice.

mod join;

use std::collections::HashMap;

use super::chunk::{Chunk, ChunkHead, Columns, Sent, text_cell, text_number};
use super::layout::{Layout, Role, contract_metrics, cut};
use crate::contract::{Contract, Rule, Violation, fold};
use crate::table::{Log, MetricInfo, SourceFile};
use crate::{Error, ErrorKind};

/// A further column is a metric when at least this share of its non-missing cells are numbers.
const NUMBERS_SHARE: f64 = 0.95;

/// Said of a file in which some text is no UTF-8.
const FOREIGN: &str = ", Windows-1252 where it is no UTF-8";

/// A log in the making.
pub struct Assembly<B> {
    files: Vec<SourceFile>,
    violations: Vec<Violation>,
    metrics: Vec<MetricInfo>,
    /// Metrics that a file's rows must have: none in a table of single values, where each device has its own.
    asked: Vec<bool>,
    /// Device names by number, and their numbers.
    devices: Vec<String>,
    device_numbers: HashMap<Box<str>, u32>,
    /// Per metric, the texts found in it and their numbers.
    texts: Vec<HashMap<Box<str>, u32>>,
    text_names: Vec<Vec<Box<str>>>,
    /// Per file, for each metric of its layout the place among the log's.
    places: Vec<Vec<usize>>,
    parts: Vec<Part<B>>,
    rows: u64,
    /// Line on which the next chunk of the current file starts.
    next_line: u32,
}

/// The columns of a chunk, and what they are in the log.
struct Part<B> {
    file: u32,
    /// Line of the file from which the chunk's lines count.
    first_line: u32,
    /// Device number in the log, and number of rows, of each stretch.
    runs: Vec<(u32, u32)>,
    columns: Columns<B>,
}

impl<B: Sent> Assembly<B> {
    pub fn new(contract: &Contract) -> Self {
        let metrics = contract_metrics(contract);
        let count = metrics.len();
        Self {
            files: Vec::new(),
            violations: Vec::new(),
            metrics,
            asked: vec![false; count],
            devices: Vec::new(),
            device_numbers: HashMap::new(),
            texts: vec![HashMap::new(); count],
            text_names: vec![Vec::new(); count],
            places: Vec::new(),
            parts: Vec::new(),
            rows: 0,
            next_line: 1,
        }
    }

    /// The chunks that follow belong to this file.
    pub fn begin_file(&mut self, name: &str, bytes: u64, layout: &Layout) {
        let places: Vec<usize> = layout.metrics.iter().map(|info| self.place_of(info)).collect();
        for (place, _) in places.iter().zip(&layout.metrics).filter(|(_, info)| info.required) {
            self.asked[*place] = true;
        }
        self.places.push(places);
        self.next_line = layout.first_line;
        self.files.push(SourceFile {
            name: name.to_string(),
            bytes,
            header: layout.header.clone(),
            read_as: layout.sentence(),
            absent: layout.absent.clone(),
            not_read: if let Some(card) = &layout.card {
                card.not_read.clone()
            } else {
                layout
                    .roles
                    .iter()
                    .zip(&layout.header)
                    .filter(|(role, _)| **role == Role::Skip)
                    .map(|(_, name)| match name.as_str() {
                        "" => ("a column without a name".to_string(), "the header has no cell for it".to_string()),
                        name => (name.to_string(), "Sensorium computes it".to_string()),
                    })
                    .collect()
            },
            ..SourceFile::default()
        });
    }

    /// Adds to how the current file was read: it was turned into text from something else.
    pub fn note(&mut self, words: &str) {
        if let Some(file) = self.files.last_mut() {
            file.read_as = format!("{words}, {}", file.read_as);
        }
    }

    /// The log's column of a metric, added where it is new.
    fn place_of(&mut self, info: &MetricInfo) -> usize {
        if let Some(place) = self.metrics.iter().position(|m| fold(&m.name) == fold(&info.name)) {
            return place;
        }
        self.metrics.push(info.clone());
        self.asked.push(info.required);
        self.texts.push(HashMap::new());
        self.text_names.push(Vec::new());
        self.metrics.len() - 1
    }

    /// Line on which the next chunk of the current file starts.
    pub fn next_line(&self) -> u32 {
        self.next_line
    }

    /// Rows with a time and a device so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Records read from all files.
    pub fn rows_read(&self) -> u64 {
        self.files.iter().map(|file| file.rows_read).sum()
    }

    /// Metrics so far, further columns included.
    pub fn metrics(&self) -> usize {
        self.metrics.len()
    }

    /// Takes the current file out again, which turned out to be unreadable.
    pub fn abandon_file(&mut self) {
        self.files.pop();
        self.places.pop();
        let files = self.files.len();
        self.parts.retain(|part| (part.file as usize) < files);
        self.rows = self.parts.iter().map(|part| part.runs.iter().map(|(_, rows)| u64::from(*rows)).sum::<u64>()).sum();
        self.violations.truncate(self.violations.partition_point(|v| (v.file as usize) < files));
    }

    /// Adds the next chunk of the current file.
    ///
    /// # Errors
    /// Kind `TooLarge` where lines or rows pass what 32 bits can count.
    pub fn push(&mut self, chunk: Chunk) -> Result<(), Error> {
        self.push_parts(chunk.head, chunk.columns.into())
    }

    /// The same, with columns that may have arrived from another worker.
    ///
    /// # Errors
    /// As [`Assembly::push`].
    pub fn push_parts(&mut self, head: ChunkHead, mut columns: Columns<B>) -> Result<(), Error> {
        let file = u32::try_from(self.files.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let first_line = self.next_line;
        let Some(source) = self.files.last_mut() else {
            return Ok(());
        };
        let rows = self.rows + head.rows();
        let next_line = first_line.checked_add(head.lines).filter(|_| rows <= u64::from(u32::MAX));
        let Some(next_line) = next_line else {
            let sentence = "more rows than 4,294,967,295; split the log";
            return Err(Error::new(ErrorKind::TooLarge, &source.name, sentence));
        };
        self.next_line = next_line;
        self.rows = rows;
        source.rows_read += head.rows_read;
        if head.foreign && !source.read_as.ends_with(FOREIGN) {
            source.read_as += FOREIGN;
        }
        source.repeated_headers.extend(head.repeated_headers.iter().map(|line| first_line + line));
        source.marks.extend(head.marks.iter().map(|(line, offset)| (first_line + line, *offset)));
        let numbers: Vec<u32> = head.devices.into_iter().map(|name| self.device_number(name)).collect();
        let runs = head.runs.iter().map(|&(device, rows)| (numbers[device as usize], rows)).collect();
        for (metric, texts) in head.texts.into_iter().enumerate() {
            if !texts.is_empty() {
                self.renumber_texts(columns.values[metric].cells(), texts, self.places[file as usize][metric]);
            }
        }
        self.violations.extend(head.violations.into_iter().map(|v| Violation {
            file,
            line: first_line + v.line,
            column: v.column,
            rule: v.rule,
            value: v.value,
        }));
        self.parts.push(Part { file, first_line, runs, columns });
        Ok(())
    }

    fn device_number(&mut self, name: Box<str>) -> u32 {
        *self.device_numbers.entry(name).or_insert_with_key(|name| {
            self.devices.push(name.to_string());
            u32::try_from(self.devices.len() - 1).unwrap_or(u32::MAX)
        })
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
                *value = text_cell(numbers[number as usize]);
            }
        }
    }

    /// The log. Further columns are judged now that all cells are known: all or nearly all numbers makes a metric, whose other
    /// cells are violations; anything else is named as not read.
    pub fn finish(mut self) -> Log {
        let mut kept = Vec::new();
        let mut added = false;
        for place in 0..self.metrics.len() {
            if self.metrics[place].required {
                // A metric of the contract that no file has is none of the log.
                if self.places.iter().any(|places| places.contains(&place)) {
                    self.metrics[place].required = self.asked[place];
                    kept.push(place);
                }
                continue;
            }
            let (mut texts, mut numbers) = (0_usize, 0_usize);
            for values in self.parts.iter_mut().filter_map(|part| part.column(&self.places, place)) {
                texts += values.iter().filter(|v| text_number(**v).is_some()).count();
                numbers += values.iter().filter(|v| !v.is_nan()).count();
            }
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
        if added {
            self.violations.sort_by_key(|v| (v.file, v.line, v.column));
        }
        for file in &mut self.files {
            let repeated = match file.repeated_headers.as_slice() {
                [] => continue,
                [line] => format!("; line {line} repeats the header and is skipped"),
                [line, rest @ ..] => format!("; line {line} and {} more repeat the header and are skipped", rest.len()),
            };
            file.read_as += &repeated;
        }
        let metrics = kept.iter().map(|&place| (place, self.metrics[place].clone())).collect();
        let names = self.files.iter().map(|file| file.name.clone()).collect();
        let readings = join::readings(self.parts, &self.places, &self.devices, metrics, names);
        Log { files: self.files, violations: self.violations, readings }
    }

    fn not_read(&mut self, place: usize, reason: &str) {
        let name = &self.metrics[place].name;
        for file in &mut self.files {
            if file.header.iter().any(|h| fold(h) == fold(name)) || name.starts_with("column_") {
                file.not_read.push((name.clone(), reason.to_string()));
            }
        }
    }

    /// Turns the text cells of a further metric into violations and missing cells.
    fn text_violations(&mut self, place: usize) {
        let name = fold(&self.metrics[place].name);
        for part in &mut self.parts {
            let Some(metric) = self.places[part.file as usize].iter().position(|p| *p == place) else {
                continue;
            };
            let header = &self.files[part.file as usize].header;
            let column = header.iter().position(|h| fold(h) == name);
            let column =
                column.or_else(|| name.strip_prefix("column_").and_then(|n| n.parse::<usize>().ok()).map(|n| n - 1));
            let lines = part.columns.line.cells();
            for (value, line) in part.columns.values[metric].cells().iter_mut().zip(lines.iter()) {
                if let Some(number) = text_number(*value) {
                    *value = f64::NAN;
                    self.violations.push(Violation {
                        file: part.file,
                        line: part.first_line + line,
                        column: column.and_then(|c| u16::try_from(c).ok()),
                        rule: Rule::NotANumber,
                        value: self.text_names[place][number as usize].clone(),
                    });
                }
            }
        }
    }
}

impl<B: Sent> Part<B> {
    /// The chunk's column of a metric of the log, if its file has it.
    fn column(&mut self, places: &[Vec<usize>], place: usize) -> Option<&[f64]> {
        let metric = places[self.file as usize].iter().position(|p| *p == place)?;
        Some(self.columns.values.get_mut(metric)?.cells())
    }
}
