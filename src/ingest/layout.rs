//! What the head of a file says about all of it: where the columns are, how numbers and times are written.
//!
//! Where [`crate::dialect`] meets the contract. What no rule reads is refused here by name.

mod names;
mod resync;

use std::sync::Arc;

use super::record::{CellText, End, walk};
use super::sniff::text_start;
use super::{columns, record, stamp};
use crate::contract::{ColumnKind, Contract, RESERVED, fold};
use crate::dialect::calendar::Written;
use crate::dialect::encoding::text_of;
use crate::dialect::names::{Quantity, meaning};
use crate::dialect::number::{self, NumberCell};
use crate::dialect::units::Conversion;
use crate::dialect::{
    Calendar, Judgement, Notation, Order, Orders, delimiter_of, delimiter_word, writes_decimal_commas,
};
use crate::survey::{Card, Told};
use crate::table::MetricInfo;
use crate::{Error, ErrorKind};

/// What a column of the file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Timestamp,
    Device,
    /// A metric of the contract: index into the layout's metrics.
    Metric(usize),
    /// A further column that is a metric if its cells are numbers: index into the layout's metrics.
    Extra(usize),
    /// Computed by Sensorium: read past.
    Skip,
}

/// What a person said of how a file is to be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hints {
    /// The order of dates that leave it open.
    pub order: Option<Order>,
    /// Everything else; what stands in it has a file surveyed whole, whatever its shape.
    pub told: Told,
}

impl Hints {
    /// Whether more than the order of dates was said.
    pub(super) fn says_more(&self) -> bool {
        self.told != Told::default()
    }
}

/// How one file is read.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Names of the columns: the contract's for those that it asks for, else as written.
    pub header: Vec<String>,
    /// Header cells as written, trimmed.
    pub(super) written: Vec<String>,
    pub delimiter: u8,
    pub decimal_comma: bool,
    pub notation: Notation,
    /// Byte offset and line of the first record after the header.
    pub first_offset: u64,
    pub first_line: u32,
    pub(super) roles: Vec<Role>,
    /// Metrics of the file: the contract's, then the further columns in file order.
    pub(super) metrics: Vec<MetricInfo>,
    /// Inclusive bounds, one pair a metric; infinite where there are none.
    pub(super) bounds: Vec<(f64, f64)>,
    /// What makes the file's numbers the contract's, one a metric of it.
    pub(super) conversions: Vec<Option<Conversion>>,
    /// Written by our own export: text cells carry the formula guard.
    pub(super) ours: bool,
    /// Whether a row showed how times are written; else it is taken for granted.
    pub(super) shown: bool,
    /// Dates whose order the head leaves open: what was seen of them.
    pub(super) open: Option<Orders>,
    /// The line that proves the order of dates, where one alone does.
    pub(super) proof: Option<u64>,
    /// How a file of another shape was surveyed; then its rows are read already.
    pub card: Option<Arc<Card>>,
    /// The contract's columns that the file lacks, as a sentence: what strict mode refuses.
    pub(super) absent: Option<Error>,
}

impl Layout {
    /// Reads the head of a file: its first [`super::RECORD_BYTES`] bytes or more, or all of it (`whole`). The order of dates may
    /// stay open.
    ///
    /// # Errors
    /// What the file is when it is no table this reader reads; which required columns are absent or repeated.
    #[cfg_attr(small, optimize(size))]
    pub fn of(file: &str, head: &[u8], whole: bool, contract: &Contract) -> Result<Self, Error> {
        let mut start = text_start(file, head, whole)?;
        let mut line = 1_u32;
        let known = |cell: &[u8]| {
            let name = fold(&text_of(cell));
            contract.columns.iter().any(|column| fold(&column.name) == name) || meaning(&name).is_some()
        };
        let (header, next, delimiter, header_line) = loop {
            let text = &head[start..];
            let first_line = &text[..memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len())];
            let delimiter = delimiter_of(first_line, known);
            let (cells, end) = record::cells_of(head, delimiter, start, whole);
            match end {
                End::Complete { end, next, lines } if end == start && next > start => {
                    (start, line) = (next, line + lines)
                }
                End::Complete { next, lines, .. } => {
                    line += lines;
                    break (cells, next, delimiter, line - lines);
                }
                End::OpenQuote { .. } => {
                    return Err(Error::new(ErrorKind::Header, file, "the header opens a quote that is never closed")
                        .at_line(u64::from(line)));
                }
                End::Incomplete | End::TooLong => {
                    return Err(Error::new(
                        ErrorKind::Encoding,
                        file,
                        "expected a header line, but found no line end in the first 1 MiB; this is no CSV table",
                    ));
                }
            }
        };
        let mut header: Vec<String> = header.iter().map(|cell| cell.trim().to_string()).collect();
        let sample = Sample::of(head, delimiter, next, whole, line);
        let widened = sample.widen(&mut header, |cell| {
            let means = || meaning(cell).is_some_and(|means| means.quantity == Quantity::Time);
            fold(cell) == contract_time(contract) || means()
        });
        let mut layout = Self::of_header(file, header, widened, u64::from(header_line), contract)?;
        layout.delimiter = delimiter;
        layout.first_offset = next as u64;
        layout.first_line = line;
        let metrics = |role: &Role| matches!(role, Role::Metric(_));
        layout.decimal_comma =
            delimiter != b',' && writes_decimal_commas(sample.cells(&layout.roles, metrics).map(|(_, cell)| cell));
        layout.judge_times(file, &sample)?;
        Ok(layout)
    }

    /// The notation of the timestamp column, judged by the rows of the head: the one of most rows. Notations that are not read are
    /// refused with the line that shows them.
    fn judge_times(&mut self, file: &str, sample: &Sample) -> Result<(), Error> {
        let mut orders = Orders::default();
        let mut counts = [(0_u32, Notation::Iso), (0, Notation::EpochSeconds), (0, Notation::EpochMillis)];
        let (mut dates, mut other) = (0, None);
        for (line, cell) in sample.cells(&self.roles, |role| *role == Role::Timestamp) {
            let notation =
                if stamp::parse_iso(cell).is_some() { Some(Notation::Iso) } else { stamp::epoch_notation(cell) };
            if let Some(notation) = notation {
                counts.iter_mut().filter(|(_, known)| *known == notation).for_each(|(count, _)| *count += 1);
            } else if orders.add(cell, line) {
                dates += 1;
            } else if other.is_none() && cell.iter().any(u8::is_ascii_digit) {
                other = Some((line, text_of(cell).into_owned()));
            }
        }
        // Of equals the first: the more usual.
        let (most, notation) = counts.into_iter().rev().max_by_key(|(count, _)| *count).unwrap_or((0, Notation::Iso));
        if most == 0 && dates == 0 {
            let (Some((line, cell)), Some(column)) = (other, self.time_column()) else { return Ok(()) };
            let sentence = format!(
                "expected times such as 2024-03-01 08:00:00, 01/03/2024 8:00 or epoch seconds, but found \"{}\"",
                cut(&cell, 60)
            );
            // A head without one time in it; rows after it may have some.
            return if sample.rows.len() < SAMPLED_ROWS {
                Ok(())
            } else {
                Err(Error::new(ErrorKind::Dialect, file, sentence).at_line(line).in_column(&self.header[column]))
            };
        }
        self.shown = true;
        self.notation = notation;
        if dates > most {
            self.judge_order(orders);
        }
        Ok(())
    }

    /// Takes the order that the dates seen so far prove, if they do; else the first that is possible, and leaves it open.
    pub(super) fn judge_order(&mut self, orders: Orders) {
        match orders.judge() {
            Judgement::Proved { calendar, line } => {
                (self.notation, self.open, self.proof) = (Notation::Calendar(calendar), None, line);
            }
            Judgement::Open { orders: possible, .. } => {
                let order = possible.first().copied().unwrap_or(Order::DayMonthYear);
                let half_days = orders.has_half_days();
                self.notation = Notation::Calendar(Calendar { order, half_days });
                self.open = Some(orders);
            }
            Judgement::None => {}
        }
    }

    /// Settles an order that all of the column left open, by what a person said.
    ///
    /// # Errors
    /// The question, with the line that shows it, where nobody said anything.
    pub(super) fn settle(&mut self, file: &str, hints: &Hints) -> Result<(), Error> {
        let Some(orders) = self.open.take() else { return Ok(()) };
        let Judgement::Open { orders: possible, line, cell } = orders.judge() else { return Ok(()) };
        if let Some(order) = hints.order.filter(|order| possible.contains(order)) {
            self.notation = Notation::Calendar(Calendar { order, half_days: orders.has_half_days() });
            return Ok(());
        }
        let words: Vec<&str> = possible.iter().map(|order| order.word()).collect();
        let words = match words.split_last() {
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
            None => String::new(),
        };
        let column = self.time_column().map_or("", |column| &self.header[column]);
        let error = Error::new(
            ErrorKind::Dialect,
            file,
            format!(
                "the dates may be {}, and no line proves which; say which (on the command line with --date-order): \"{cell}\"",
                words
            ),
        )
        .at_line(line)
        .in_column(column)
        .with_columns(&self.written);
        let written = Written::read(cell.as_bytes());
        Err(possible.into_iter().fold(error, |error, order| {
            let date = written.and_then(|written| written.date(order)).map_or(String::new(), |date| date.to_string());
            error.with_choice(order.name(), format!("{}: {date}", order.word()))
        }))
    }

    /// Names of the columns as they stand in the file.
    pub fn written(&self) -> &[String] {
        &self.written
    }

    pub(super) fn time_column(&self) -> Option<usize> {
        self.roles.iter().position(|role| *role == Role::Timestamp)
    }

    /// A number cell as this file writes it.
    #[inline]
    pub(super) fn number(&self, cell: &[u8]) -> NumberCell {
        if self.decimal_comma { number::parse_with_comma(cell) } else { number::parse(cell) }
    }

    fn of_header(
        file: &str,
        mut header: Vec<String>,
        widened: bool,
        line: u64,
        contract: &Contract,
    ) -> Result<Self, Error> {
        let folded: Vec<String> = header.iter().map(|name| fold(name)).collect();
        let assigned = columns::assign(&header, contract);
        columns::check(file, &header, &assigned, line, contract)?;
        let ours =
            ["temp_rolling_avg_3", "anomaly_type", "is_anomaly"].iter().all(|name| folded.iter().any(|f| f == name));
        let mut metrics = contract_metrics(contract);
        let mut bounds: Vec<(f64, f64)> = contract
            .metrics()
            .map(|column| (column.min.unwrap_or(f64::NEG_INFINITY), column.max.unwrap_or(f64::INFINITY)))
            .collect();
        let mut conversions = vec![None; metrics.len()];
        let mut roles = Vec::with_capacity(header.len());
        for (i, name) in folded.iter().enumerate() {
            let column = assigned[i].map(|at| &contract.columns[at.column]);
            roles.push(match column.map(|c| c.kind) {
                Some(ColumnKind::Timestamp) => Role::Timestamp,
                Some(ColumnKind::Device) => Role::Device,
                Some(ColumnKind::Number) => {
                    let metric = contract.metrics().position(|c| Some(c) == column).unwrap_or_default();
                    conversions[metric] = assigned[i].and_then(|at| at.conversion);
                    Role::Metric(metric)
                }
                None if name.is_empty() && (i == 0 || i + 1 == folded.len()) && widened => Role::Skip,
                None if RESERVED.contains(&name.as_str()) || (ours && name.ends_with("_filled")) => Role::Skip,
                None => {
                    metrics.push(MetricInfo {
                        name: unique_name(&header[i], i, &metrics),
                        unit: String::new(),
                        fill: crate::contract::FillPolicy::No,
                        required: false,
                    });
                    bounds.push((f64::NEG_INFINITY, f64::INFINITY));
                    Role::Extra(metrics.len() - 1)
                }
            });
        }
        // What follows knows the columns of the contract by its names.
        let written = header.clone();
        for (name, at) in header.iter_mut().zip(&assigned) {
            if let Some(at) = at.filter(|at| at.renamed) {
                name.clone_from(&contract.columns[at.column].name);
            }
        }
        Ok(Self {
            header,
            written,
            conversions,
            delimiter: b',',
            decimal_comma: false,
            notation: Notation::Iso,
            first_offset: 0,
            first_line: 0,
            roles,
            metrics,
            bounds,
            ours,
            shown: false,
            open: None,
            proof: None,
            card: None,
            absent: None,
        })
    }

    /// Whether rows may be read by their bytes alone: ISO times, decimal points, no cell that is read past, no guard on names.
    pub(super) fn is_plain(&self) -> bool {
        self.notation == Notation::Iso
            && !self.decimal_comma
            && self.conversions.iter().all(Option::is_none)
            && !self.ours
            && !self.roles.contains(&Role::Skip)
            && !self.roles.is_empty()
    }

    /// How times are written, in words.
    fn times(&self) -> String {
        match self.notation {
            Notation::Iso => "ISO times".into(),
            Notation::EpochSeconds => "epoch seconds".into(),
            Notation::EpochMillis => "epoch milliseconds".into(),
            Notation::Calendar(calendar) => match self.proof {
                Some(line) => format!("{} (line {line} proves it)", calendar.sentence()),
                None => calendar.sentence(),
            },
        }
    }

    /// How the file is read, in words: `comma, 6 columns, ISO times, UTC`.
    pub fn sentence(&self) -> String {
        if let Some(card) = &self.card {
            return card.sentence();
        }
        let times = self.times();
        let decimals = if self.decimal_comma { ", decimal comma" } else { "" };
        let renamed = self.written.iter().zip(&self.header).filter(|(written, name)| fold(written) != fold(name));
        let renamed: Vec<String> = renamed.map(|(written, name)| format!(", \"{written}\" as {name}")).collect();
        let (word, columns) = (delimiter_word(self.delimiter), self.header.len());
        format!("{word}{decimals}, {columns} columns, {times}, UTC{}", renamed.concat())
    }
}

fn contract_time(contract: &Contract) -> String {
    contract.columns.iter().find(|c| c.kind == ColumnKind::Timestamp).map_or(String::new(), |c| fold(&c.name))
}

/// The first rows of a file, as cells.
struct Sample {
    /// Line, and cells.
    rows: Vec<(u64, CellText)>,
}

impl Sample {
    fn of(head: &[u8], delimiter: u8, start: usize, whole: bool, line: u32) -> Self {
        let (mut offset, mut line) = (start, u64::from(line));
        let mut rows = Vec::new();
        while rows.len() < SAMPLED_ROWS {
            let mut cells = CellText::default();
            let (end, next, lines) = match walk(head, delimiter, offset, whole, Some(&mut cells)) {
                End::Complete { end, next, lines } if next > offset => (end, next, lines),
                End::OpenQuote { end, next } if next > offset => (end, next, 1),
                _ => break,
            };
            if end > offset {
                rows.push((line, cells));
            }
            (offset, line) = (next, line + u64::from(lines));
        }
        Self { rows }
    }

    /// Line and bytes of the cells of rows as wide as the roles, in the columns of some of them.
    fn cells<'a>(
        &'a self,
        roles: &'a [Role],
        some: impl Fn(&Role) -> bool + 'a,
    ) -> impl Iterator<Item = (u64, &'a [u8])> {
        let columns: Vec<usize> = (0..roles.len()).filter(|&column| some(&roles[column])).collect();
        self.rows.iter().filter(|(_, cells)| cells.ranges.len() == roles.len()).flat_map(move |(line, cells)| {
            let cells = columns.iter().map(|&column| (*line, cells.cell(column))).collect::<Vec<_>>();
            cells.into_iter()
        })
    }

    /// Adds the column that a header lacks where every row has one cell more: at the end where it is always empty, else at the start
    /// where times then stand below their name. Such columns have no name and are read past.
    fn widen(&self, header: &mut Vec<String>, is_time: impl Fn(&str) -> bool) -> bool {
        let wider = |(_, cells): &(u64, CellText)| cells.ranges.len() == header.len() + 1;
        if self.rows.is_empty() || !self.rows.iter().all(wider) {
            return false;
        }
        let Some(time) = header.iter().position(|name| is_time(name)) else { return false };
        let times = |column: usize| {
            self.rows.iter().filter(|(_, cells)| looks_like_time(cells.cell(column))).count() * 2 > self.rows.len()
        };
        if self.rows.iter().all(|(_, cells)| cells.cell(header.len()).trim_ascii().is_empty()) {
            header.push(String::new());
        } else if times(time + 1) && !times(time) {
            header.insert(0, String::new());
        } else {
            return false;
        }
        true
    }
}

fn looks_like_time(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    stamp::parse_iso(cell).is_some() || Orders::default().add(cell, 0) || {
        // Seconds of this century: a row number is none.
        cell.len() >= 9 && stamp::epoch_notation(cell).is_some()
    }
}

/// The contract's metrics as columns of the log, in its order.
#[cfg_attr(small, optimize(size))]
pub(super) fn contract_metrics(contract: &Contract) -> Vec<MetricInfo> {
    let info = |column: &crate::contract::Column| MetricInfo {
        name: column.name.clone(),
        unit: column.unit.clone(),
        fill: column.fill,
        required: true,
    };
    contract.metrics().map(info).collect()
}

/// Rows of the head that are asked for the notation of their time.
const SAMPLED_ROWS: usize = 1000;

/// A name for a further column: as written, numbered where another has it already, by position where it has none.
fn unique_name(written: &str, position: usize, taken: &[MetricInfo]) -> String {
    let base = if written.is_empty() { format!("column_{}", position + 1) } else { written.to_string() };
    let free = |name: &str| !taken.iter().any(|m| fold(&m.name) == fold(name));
    if free(&base) {
        return base;
    }
    (2..).map(|n| format!("{base}_{n}")).find(|name| free(name)).unwrap_or(base)
}

/// The first `bytes` bytes of a text, at a character boundary.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}
