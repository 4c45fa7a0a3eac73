//! The steps of a survey, in their order: text, delimiter, table, rows, time, device, metrics, card.

mod devices;
mod labels;
mod stated;
mod times;
mod values;

use values::{duplicates, filled, unique_names};

use super::card::{Card, Skipped};
use super::cells::{Decimal, Kind, kind_of};
use super::clock::Clock;
use super::grid::Grid;
use super::marks::Marks;
use super::metrics::{MetricColumn, WHICH_MARK, source_of};
use super::preset::Preset;
use super::shape::{Shape, delimiter_of, fits, is_comment};
use super::words::stated_order;
use super::{Delimiter, Told};
use crate::dialect::Order;
use crate::dialect::calendar::Written;
use crate::dialect::encoding::{from_utf16, utf8_by_lines, utf16_big_endian};
use crate::{Error, ErrorKind};

/// Inclusive bounds of metrics by name: values outside are missing, and odd.
pub type Bounds = [(String, f64, f64)];

/// A record of data that has something against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    pub line: u32,
    /// Column in the file, none where the record is odd as a whole.
    pub column: Option<usize>,
    pub rule: OddRule,
    pub value: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddRule {
    Ragged,
    OpenQuote,
    NoTime,
    BadTime,
    NoDevice,
    NotANumber,
    OutOfBounds,
}

/// A file as it was understood.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    pub card: Card,
    /// What the question may be answered with.
    pub orders: Vec<Order>,
    /// The question's line and column, and the cell that shows it.
    pub asked_at: (Option<u64>, Option<String>),
    asked_cell: String,
    pub delimiter: Option<Delimiter>,
    /// Headers of the file's columns; `column 2` where there is none.
    pub headers: Vec<String>,
    /// The zone that a header names, where none was told.
    pub named_zone: Option<String>,
    pub devices: Vec<String>,
    /// Per reading: line, index of the device, microseconds UTC.
    pub readings: Vec<(u32, u32, i64)>,
    pub metrics: Vec<MetricColumn>,
    pub odd: Vec<Odd>,
    /// Line and byte offset, in the text, of some records, ascending.
    pub marks: Vec<(u32, u64)>,
    /// Lines of the file.
    pub lines: u32,
}

impl Survey {
    /// The day of the cell that the question shows, in an order of dates.
    pub fn asked_date(&self, order: Order) -> Option<String> {
        Some(Written::read(self.asked_cell.as_bytes())?.date(order)?.to_string())
    }
}

/// Text of bytes, and what it was written in.
fn text_from(bytes: &[u8]) -> (Vec<u8>, &'static str) {
    if let Some(big_endian) = utf16_big_endian(bytes) {
        return (from_utf16(bytes, big_endian).into_bytes(), "utf-16");
    }
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return (if std::str::from_utf8(rest).is_ok() { rest.to_vec() } else { utf8_by_lines(rest) }, "utf-8-bom");
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => (bytes.to_vec(), "ascii"),
        Ok(_) => (bytes.to_vec(), "utf-8"),
        Err(_) => (utf8_by_lines(bytes), "windows-1252"),
    }
}

/// A table as it was found, before anything is made of its columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Names of the columns; none where there is no line of them.
    pub header: Vec<String>,
    /// Records of the table that hold anything, as they stand.
    pub rows: Vec<Vec<String>>,
}

/// The records of a file as cells, whatever they mean.
#[inline(never)]
pub fn records(bytes: &[u8], delimiter: Delimiter) -> Vec<Vec<String>> {
    let (text, _) = text_from(bytes);
    let grid = Grid::of(text, delimiter);
    let cells = |row: usize| (0..grid.width(row)).map(|column| grid.text(row, column).into_owned()).collect();
    (0..grid.rows()).map(cells).collect()
}

/// Looks at a file: what separates its cells, where its table begins, what its cells are. None where no records are alike.
#[inline(never)]
pub fn look(bytes: &[u8]) -> Option<Looked> {
    let (text, _) = text_from(bytes);
    let delimiter = delimiter_of(&text);
    let grid = Grid::of(text, delimiter);
    let cells = |row: usize| (0..grid.width(row)).map(|column| grid.text(row, column).into_owned()).collect();
    if grid.rows() == 1 && grid.width(0) > 1 && grid.cells(0).all(|cell| kind_of(cell) == Kind::Text) {
        return Some(Looked { header: cells(0), rows: Vec::new() });
    }
    let shape = Shape::of(&grid)?;
    let header = shape.header.map_or(Vec::new(), cells);
    let rows = (shape.body..grid.rows()).filter(|row| !grid.is_empty_row(*row)).map(cells).collect();
    Some(Looked { header, rows })
}

/// What is worked on.
struct Reader<'a> {
    file: &'a str,
    told: &'a Told,
    bounds: &'a Bounds,
    /// Numbers that the person says were measured.
    measured: Vec<f64>,
    /// Numbers that stand for nothing, by the preset or by the person.
    missing: Vec<f64>,
    preset: Option<Preset>,
    grid: Grid,
    shape: Shape,
    headers: Vec<String>,
    units: Vec<String>,
    decimal: Decimal,
    card: Card,
    odd: Vec<Odd>,
}

/// Reads a file whole.
///
/// # Errors
/// Why it is no table of readings: no columns, no time at all, no column of numbers, periods instead of readings, damaged numbers.
#[inline(never)]
pub fn survey(file: &str, bytes: &[u8], told: &Told, bounds: &Bounds) -> Result<Survey, Error> {
    let presets = if told.without_presets { Vec::new() } else { Preset::all() };
    survey_with(file, bytes, told, bounds, presets)
}

/// The same, with these presets instead of those that come with Sensorium.
///
/// # Errors
/// As [`survey`].
#[inline(never)]
pub fn survey_with(
    file: &str,
    bytes: &[u8],
    told: &Told,
    bounds: &Bounds,
    presets: Vec<Preset>,
) -> Result<Survey, Error> {
    let (text, encoding) = text_from(bytes);
    if text.len() > Grid::MOST_BYTES {
        let sentence = "the text is longer than 2 GB; split the file";
        return Err(Error::new(ErrorKind::TooLarge, file, sentence));
    }
    let head = String::from_utf8_lossy(&text[..text.len().min(16 << 10)]).into_owned();
    let preset = presets.into_iter().find(|preset| preset.knows(file, &head));
    let delimiter =
        told.delimiter.or_else(|| preset.as_ref().and_then(Preset::delimiter)).unwrap_or_else(|| delimiter_of(&text));
    let grid = Grid::of(text, delimiter);
    let numbers = |words: &[String]| words.iter().filter_map(|word| word.parse().ok()).collect::<Vec<f64>>();
    let refuse = |message: &str| Error::new(ErrorKind::Dialect, file, message);
    if grid.rows() == 0 {
        return Err(Error::new(
            ErrorKind::Empty,
            file,
            "the file holds only blank lines; expected a header line and readings",
        ));
    }
    let found = Shape::of(&grid).or_else(|| Shape::told(&grid, preset.as_ref()?));
    let Some(mut shape) = found else {
        return Err(refuse("expected a table of readings, but found no lines with columns that are alike"));
    };
    shape.follow(&grid, preset.as_ref());
    if let Some(line) = told.header_line {
        shape.take_header(&grid, line);
    }
    let card = Card {
        file: file.to_string(),
        preset: preset.as_ref().map(|preset| preset.name.clone()),
        encoding: encoding.to_string(),
        delimiter: delimiter.name(),
        layout: "wide".into(),
        header_line: shape.header.map(|row| grid.record_of(row).line),
        units_line: shape.units.map(|row| grid.record_of(row).line),
        ..Card::default()
    };
    let mut reader = Reader {
        file,
        told,
        bounds,
        measured: numbers(&told.measured),
        missing: [preset.as_ref().map_or(Vec::new(), |preset| preset.missing.clone()), numbers(&told.missing)].concat(),
        preset,
        grid,
        shape,
        headers: Vec::new(),
        units: Vec::new(),
        decimal: Decimal::Point,
        card,
        odd: Vec::new(),
    };
    reader.name_columns();
    reader.state_units();
    reader.judge_decimals();
    reader.refuse_split_decimals()?;
    let mut survey = reader.read()?;
    survey.delimiter = Some(delimiter);
    Ok(survey)
}

impl Reader<'_> {
    fn refuse(&self, message: String) -> Error {
        Error::new(ErrorKind::Dialect, self.file, message)
    }

    fn name_columns(&mut self) {
        let cells = |row: Option<usize>| -> Vec<String> {
            let mut cells: Vec<String> = row.map_or(Vec::new(), |row| {
                (0..self.grid.width(row))
                    .map(|column| self.grid.text(row, column).trim_end_matches([',', ';']).to_string())
                    .collect()
            });
            if row.is_some() && self.shape.shifted {
                cells.insert(0, String::new());
            }
            cells.resize(self.shape.width, String::new());
            cells
        };
        let upper = cells(self.shape.upper);
        (self.headers, self.units) = (cells(self.shape.header), cells(self.shape.units));
        if let Some(first) = self.headers.first_mut().filter(|first| first.len() > 1) {
            *first = first.trim_start_matches(['#', ' ']).to_string();
        }
        for unit in &mut self.units {
            *unit = unit.trim_matches(['[', ']', '(', ')']).to_string();
        }
        for (header, above) in self.headers.iter_mut().zip(upper).filter(|(_, above)| !above.is_empty()) {
            *header = format!("{above} {header}").trim().to_string();
        }
        self.take_units_above();
        if self.shape.header.is_none() && self.preset.is_none() && self.told.header_line.is_none() {
            self.name_by_labels();
        }
    }

    /// Decimal commas: numbers with a comma in columns of numbers, and none with a point; groups of three digits are none.
    fn judge_decimals(&mut self) {
        let numbers = |column: &usize| matches!(self.shape.kinds[*column], Kind::Number | Kind::Text);
        let step = (self.grid.rows() - self.shape.body).div_ceil(2000).max(1);
        let (mut commas, mut points) = (0, 0);
        for column in (0..self.shape.width).filter(numbers) {
            let mut marks = Marks::default();
            (self.shape.body..self.grid.rows()).step_by(step).for_each(|row| marks.add(self.grid.cell(row, column)));
            let votes = marks.votes(self.card.delimiter == ",");
            (points, commas) = (points + votes[0], commas + votes[1]);
        }
        let comma = self.told.decimal.unwrap_or(if commas > points { Decimal::Comma } else { Decimal::Point });
        self.decimal = comma;
        self.card.decimal = if comma == Decimal::Comma { "," } else { "." }.into();
    }

    fn skip(&mut self, row: usize, reason: String) {
        self.card.skipped.push(Skipped { line: self.grid.record_of(row).line, reason });
    }

    fn odd(&mut self, row: usize, column: Option<usize>, rule: OddRule, value: &str, reason: String) {
        let line = self.grid.record_of(row).line;
        self.odd.push(Odd { line, column, rule, value: value.chars().take(60).collect::<String>().into() });
        self.card.skipped.push(Skipped { line, reason });
    }

    /// The records of the table that are whole; all others are told.
    fn rows(&mut self) -> Vec<usize> {
        let header: Option<Vec<Vec<u8>>> =
            self.shape.header.map(|row| self.grid.cells(row).map(<[u8]>::to_vec).collect());
        for row in 0..self.shape.body {
            let named = [self.shape.header, self.shape.units, self.shape.upper].contains(&Some(row));
            if !named && !self.grid.is_empty_row(row) {
                self.skip(row, "stands before the table".into());
            }
        }
        let mut rows = Vec::with_capacity(self.grid.rows() - self.shape.body);
        for row in self.shape.body..self.grid.rows() {
            let record = *self.grid.record_of(row);
            if record.broken {
                self.odd(row, None, OddRule::OpenQuote, "", "a quote is opened and never closed".into());
            } else if self.grid.is_empty_row(row) {
                self.skip(row, "no cell holds anything".into());
            } else if header.as_ref().is_some_and(|header| self.repeats(row, header)) {
                self.skip(row, "repeats the header".into());
            } else if is_comment(&self.grid, row) {
                self.skip(row, "a comment".into());
            } else if !fits(&self.grid, row, self.shape.width) && !self.short(row) {
                let (found, expected) = (self.grid.width(row), self.shape.width);
                self.odd(
                    row,
                    None,
                    OddRule::Ragged,
                    &format!("{found} of {expected}"),
                    format!("{found} {} instead of {expected}", if found == 1 { "cell" } else { "cells" }),
                );
            } else {
                rows.push(row);
            }
        }
        rows
    }

    fn repeats(&self, row: usize, header: &[Vec<u8>]) -> bool {
        self.grid.width(row) >= header.len()
            && header.iter().enumerate().all(|(column, cell)| self.grid.cell(row, column) == cell)
    }

    /// Whether a record only lacks empty cells at its end that other loggers write: the last columns hold nothing anywhere, or many
    /// records end so.
    fn short(&self, row: usize) -> bool {
        let width = self.grid.width(row);
        self.shape.widths.contains(&width) && self.shape.is_like(&self.grid, row)
            || width < self.shape.width
                && self.shape.kinds[width..].iter().all(|kind| matches!(kind, Kind::Missing | Kind::Text))
                && width * 2 > self.shape.width
    }

    fn read(mut self) -> Result<Survey, Error> {
        let rows = self.rows();
        let form = {
            let table = self.table();
            match self.told_form(&table) {
                Some(form) => Ok(form),
                None => table.find(),
            }
        };
        let form = match form {
            Ok(form) => form,
            Err(none) => match self.told_start(&rows, &none) {
                Some(form) => form,
                None => return self.without_time(none),
            },
        };
        let mut clock = Clock::new(form, self.decimal);
        let stated = clock.columns().iter().find_map(|column| stated_order(&self.headers[*column]));
        clock.judge(&self.grid, &rows, stated, self.told.order);
        self.judge_zone(&mut clock);
        let (rows, mut stamps) = self.stamps(rows, &clock);
        clock.count_days(&mut stamps);
        let time_columns = clock.columns();
        let epochs: Vec<usize> = {
            let table = self.table();
            (0..self.shape.width).filter(|column| table.is_epoch(*column) || table.is_part(*column)).collect()
        };
        let dates: Vec<usize> = (0..self.shape.width)
            .filter(|column| matches!(self.shape.kinds[*column], Kind::Date | Kind::Clock) || epochs.contains(column))
            .collect();
        let free = |column: usize| !time_columns.contains(&column) && !dates.contains(&column);
        let mut long = self.long_rule(&rows, free);
        let taken = |column: usize| long.as_ref().is_some_and(|long| column == long.metric || column == long.value);
        let device_column = self.device_column(&rows, &stamps, long.as_ref(), |column| free(column) && !taken(column));
        let entity = self.judge_entity(&rows, &mut long, device_column);
        let (rows, mut stamps) = self.with_device(rows, stamps, entity.or(device_column));
        let (devices, device_of) = self.devices(&rows, entity.or(device_column), entity.is_some());
        self.apply_zone(&clock, &rows, &device_of, &mut stamps);
        self.time_card(&clock, &rows, &stamps);
        self.card.data_rows = rows.len() as u64;

        let mut survey = Survey { devices, ..Survey::default() };
        match long {
            Some(long) => self.long_metrics(long, &rows, &stamps, &device_of, &mut survey),
            None => {
                let metrics = |column: usize| free(column) && Some(column) != device_column;
                self.take_unit(&rows, metrics);
                survey.metrics = self.wide_metrics(&rows, metrics, &time_columns, device_column.as_slice());
                let line =
                    |(index, row): (usize, &usize)| (self.grid.record_of(*row).line, device_of[index], stamps[index]);
                survey.readings = rows.iter().enumerate().map(line).collect();
                self.card.readings = filled(&survey.metrics, rows.len());
                self.leave_out_empty(&mut survey, &rows);
            }
        }
        if survey.metrics.is_empty() {
            if let Some((column, reason)) = self.card.not_read.iter().find(|(_, reason)| reason.ends_with(WHICH_MARK)) {
                return Err(self.refuse(reason.clone()).in_column(column));
            }
            return Err(self.refuse(
                "expected a column of numbers beside the time, but found none; this is no table of readings".into(),
            ));
        }
        self.refuse_damaged(&survey)?;
        self.card.duplicates = duplicates(&survey);
        self.card.devices.clone_from(&survey.devices);
        self.card.device_count = survey.devices.len() as u64;
        unique_names(&mut survey.metrics);
        self.card.metrics = survey.metrics.iter().map(|metric| metric.card.clone()).collect();
        self.card.skipped.sort_by_key(|skipped| skipped.line);
        self.odd.sort_by_key(|odd| (odd.line, odd.column));
        let mark = |row: usize| {
            let record = self.grid.record_of(row);
            (record.line, u64::from(record.start))
        };
        survey.marks = (self.shape.body..self.grid.rows()).step_by(64).map(mark).collect();
        survey.named_zone.clone_from(&clock.named);
        if !clock.open.is_empty() {
            self.ask_order(&clock, &mut survey);
        }
        survey.headers = (0..self.shape.width).map(|column| source_of(&self.headers, column)).collect();
        self.card.skipped_count = self.card.skipped.len() as u64;
        (survey.odd, survey.lines, survey.card) = (self.odd, self.grid.lines, self.card);
        Ok(survey)
    }
}
