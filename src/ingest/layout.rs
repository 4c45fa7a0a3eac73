//! What the head of a file says about all of it: where the columns are, how times are written.
//!
//! The place for other dialects: whatever reads them ends in a [`Layout`]. Until then they are refused here by name.

use super::record::{CellText, End, walk};
use super::sniff::{not_utf8, text_start};
use super::{record, stamp};
use crate::contract::{ColumnKind, Contract, RESERVED, fold};
use crate::table::MetricInfo;
use crate::{Error, ErrorKind};

/// How the timestamps of a file are written. One notation a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// `YYYY-MM-DD hh:mm:ss` and its relatives.
    Iso,
    EpochSeconds,
    EpochMillis,
}

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

/// How one file is read.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Header cells as written, trimmed.
    pub header: Vec<String>,
    pub notation: Notation,
    /// Byte offset and line of the first record after the header.
    pub first_offset: u64,
    pub first_line: u32,
    pub(super) roles: Vec<Role>,
    /// Metrics of the file: the contract's, then the further columns in file order.
    pub(super) metrics: Vec<MetricInfo>,
    /// Inclusive bounds, one pair a metric; infinite where there are none.
    pub(super) bounds: Vec<(f64, f64)>,
    /// Written by our own export: text cells carry the formula guard.
    pub(super) ours: bool,
    /// Whether a row showed how times are written; else it is taken for granted.
    pub(super) shown: bool,
}

impl Layout {
    /// Reads the head of a file: its first [`super::RECORD_BYTES`] bytes or more, or all of it (`whole`).
    ///
    /// # Errors
    /// What the file is when it is no table this reader reads; which required columns are absent or repeated.
    pub fn of(file: &str, head: &[u8], whole: bool, contract: &Contract) -> Result<Self, Error> {
        let mut start = text_start(file, head, whole)?;
        let mut line = 1_u32;
        let (header, next) = loop {
            let (cells, end) = record::cells_of(head, start, whole);
            match end {
                End::Complete { end, next, lines } if end == start && next > start => {
                    (start, line) = (next, line + lines)
                }
                End::Complete { next, lines, .. } => {
                    let raw = &head[start..next];
                    if let Err(fault) = std::str::from_utf8(raw) {
                        return Err(not_utf8(file, u64::from(line), raw[fault.valid_up_to()]));
                    }
                    line += lines;
                    break (cells, next);
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
        let header: Vec<String> = header.iter().map(|cell| cell.trim().to_string()).collect();
        let mut layout = Self::of_header(file, header, u64::from(line) - 1, contract)?;
        layout.first_offset = next as u64;
        layout.first_line = line;
        let notation = layout.notation_of(file, head, next, whole)?;
        (layout.notation, layout.shown) = (notation.unwrap_or(Notation::Iso), notation.is_some());
        Ok(layout)
    }

    fn of_header(file: &str, header: Vec<String>, line: u64, contract: &Contract) -> Result<Self, Error> {
        let folded: Vec<String> = header.iter().map(|name| fold(name)).collect();
        check_required(file, &header, &folded, line, contract)?;
        let ours =
            ["temp_rolling_avg_3", "anomaly_type", "is_anomaly"].iter().all(|name| folded.iter().any(|f| f == name));
        let mut metrics = contract_metrics(contract);
        let mut bounds: Vec<(f64, f64)> = contract
            .metrics()
            .map(|column| (column.min.unwrap_or(f64::NEG_INFINITY), column.max.unwrap_or(f64::INFINITY)))
            .collect();
        let mut roles = Vec::with_capacity(header.len());
        for (i, name) in folded.iter().enumerate() {
            let column = contract.columns.iter().find(|c| fold(&c.name) == *name);
            roles.push(match column.map(|c| c.kind) {
                Some(ColumnKind::Timestamp) => Role::Timestamp,
                Some(ColumnKind::Device) => Role::Device,
                Some(ColumnKind::Number) => {
                    let metric = contract.metrics().position(|c| fold(&c.name) == *name).unwrap_or_default();
                    Role::Metric(metric)
                }
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
        let (notation, shown) = (Notation::Iso, false);
        Ok(Self { header, notation, first_offset: 0, first_line: 0, roles, metrics, bounds, ours, shown })
    }

    /// The notation of the timestamp column, judged by the rows of the head. A day / month order and other notations that are
    /// not read yet are refused with the line that shows them.
    fn notation_of(&self, file: &str, head: &[u8], start: usize, whole: bool) -> Result<Option<Notation>, Error> {
        let Some(column) = self.roles.iter().position(|r| *r == Role::Timestamp) else {
            return Ok(None);
        };
        let mut cells = CellText::default();
        let (mut offset, mut line) = (start, u64::from(self.first_line));
        let mut foreign = None;
        for _ in 0..SAMPLED_ROWS {
            let (next, lines) = match walk(head, offset, whole, Some(&mut cells)) {
                End::Complete { next, lines, .. } if next > offset => (next, lines),
                End::OpenQuote { next, .. } if next > offset => (next, 1),
                _ => break,
            };
            if let Some(&(from, to)) = cells.ranges.get(column)
                && cells.ranges.len() == self.roles.len()
            {
                let cell = cells.text[from..to].trim_ascii();
                if stamp::parse_iso(cell).is_some() {
                    return Ok(Some(Notation::Iso));
                }
                if let Some(notation) = stamp::epoch_notation(cell) {
                    return Ok(Some(notation));
                }
                if foreign.is_none()
                    && let Some(what) = foreign_notation(cell)
                {
                    foreign = Some((what, line, String::from_utf8_lossy(cell).into_owned()));
                }
            }
            (offset, line) = (next, line + u64::from(lines));
        }
        match foreign {
            None => Ok(None),
            Some((what, line, cell)) => Err(Error::new(
                ErrorKind::Dialect,
                file,
                format!("expected times such as 2024-03-01 08:00:00 or epoch seconds, but found {what}, which is not read yet: \"{cell}\""),
            )
            .at_line(line)
            .in_column(&self.header[column])),
        }
    }

    /// Whether rows may be read by their bytes alone: ISO times, no cell that is read past, no guard on names.
    pub(super) fn is_plain(&self) -> bool {
        self.notation == Notation::Iso && !self.ours && !self.roles.contains(&Role::Skip) && !self.roles.is_empty()
    }

    /// How the file is read, in words: `comma, 6 columns, ISO times, UTC`.
    pub fn sentence(&self) -> String {
        let times = match self.notation {
            Notation::Iso => "ISO times",
            Notation::EpochSeconds => "epoch seconds",
            Notation::EpochMillis => "epoch milliseconds",
        };
        format!("comma, {} columns, {times}, UTC", self.header.len())
    }
}

/// The contract's metrics as columns of the log, in its order.
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

fn check_required(
    file: &str,
    header: &[String],
    folded: &[String],
    line: u64,
    contract: &Contract,
) -> Result<(), Error> {
    let positions = |name: &str| -> Vec<usize> { (0..folded.len()).filter(|&i| folded[i] == fold(name)).collect() };
    let absent: Vec<&str> =
        contract.columns.iter().map(|c| c.name.as_str()).filter(|name| positions(name).is_empty()).collect();
    if !absent.is_empty() {
        if let Some(error) = other_delimiter(file, header, line, contract) {
            return Err(error);
        }
        let found: Vec<String> = header.iter().take(12).map(|name| format!("\"{}\"", cut(name, 60))).collect();
        let more = if header.len() > 12 { format!(" and {} more", header.len() - 12) } else { String::new() };
        let mut error = Error::new(
            ErrorKind::Header,
            file,
            format!(
                "expected the column{} {}, but found {}{more}",
                if absent.len() == 1 { "" } else { "s" },
                absent.join(", "),
                found.join(", ")
            ),
        )
        .at_line(line);
        for name in absent {
            error = error.with_finding(name, "required column absent");
        }
        return Err(error);
    }
    let repeated: Vec<(&str, Vec<usize>)> =
        contract.columns.iter().map(|c| (c.name.as_str(), positions(&c.name))).filter(|(_, at)| at.len() > 1).collect();
    if let Some((name, at)) = repeated.first() {
        let places: Vec<String> = at.iter().map(|i| (i + 1).to_string()).collect();
        let mut error = Error::new(
            ErrorKind::Header,
            file,
            format!("expected the column {name} once, but found it as columns {}", places.join(" and ")),
        )
        .at_line(line);
        for (name, _) in &repeated {
            error = error.with_finding(name, "required column repeated");
        }
        return Err(error);
    }
    Ok(())
}

/// A table in another delimiter: splitting the header by it gives more of the contract's columns than commas do.
fn other_delimiter(file: &str, header: &[String], line: u64, contract: &Contract) -> Option<Error> {
    let known = |cells: &mut dyn Iterator<Item = &str>| {
        cells.filter(|cell| contract.columns.iter().any(|c| fold(&c.name) == fold(cell.trim_matches('"')))).count()
    };
    let by_comma = known(&mut header.iter().map(String::as_str));
    let joined = header.join(",");
    for (delimiter, word) in [(';', "semicolons"), ('\t', "tabs"), ('|', "pipes")] {
        let cells = joined.matches(delimiter).count();
        let by_other = known(&mut joined.split(delimiter));
        if by_other > by_comma || (by_comma == 0 && cells >= 2 && cells > header.len()) {
            return Some(
                Error::new(ErrorKind::Dialect, file, format!("expected commas between the columns, but found {word}, which are not read yet; save the file with commas: \"{}\"", cut(&joined, 120)))
                    .at_line(line),
            );
        }
    }
    None
}

/// What other notation of time a cell shows, if it looks like one.
fn foreign_notation(cell: &[u8]) -> Option<&'static str> {
    let text = std::str::from_utf8(cell).ok()?;
    let date = text.split([' ', 'T']).next()?;
    let fields: Vec<&str> = date.split(['/', '.', '-']).collect();
    let numeric = fields.len() == 3
        && fields.iter().all(|f| !f.is_empty() && f.len() <= 4 && f.bytes().all(|b| b.is_ascii_digit()));
    let upper = text.to_ascii_uppercase();
    if upper.ends_with("AM") || upper.ends_with("PM") {
        return Some("a 12-hour clock");
    }
    if numeric && fields[0].len() == 4 && !date.contains('-') {
        return Some("a date with other separators than dashes");
    }
    if numeric && fields[0].len() <= 2 {
        return Some("a date in day / month order");
    }
    let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    if text.bytes().any(|b| b.is_ascii_digit()) && months.iter().any(|m| upper.contains(m)) {
        return Some("a date with a month name");
    }
    None
}

/// The first `bytes` bytes of a text, at a character boundary.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}
