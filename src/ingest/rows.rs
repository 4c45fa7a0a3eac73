//! Blocks of bytes to rows of a [`Chunk`]. Whole records only; the rest waits for the next block.

use super::chunk::{Chunk, ChunkColumns, ChunkHead, ChunkViolation, Interner, text_cell};
use super::layout::{Layout, Role, cut};
use super::quick::{self, Names};
use super::record::{CellText, End};
use super::scan::Marks;
use super::stamp::StampParser;
use crate::contract::{Rule, VALUE_BYTES};
use crate::dialect::encoding;
use crate::dialect::number::NumberCell;
use crate::{Error, ErrorKind};

/// Bytes that tell how long rows are.
const SAMPLE_BYTES: usize = 16 << 10;
/// Room is made at once for the rows of so many bytes at most.
const MOST_BYTES: u64 = 64 << 20;

/// A row start is marked every so many rows, to find rows again without reading the file from its start.
const ROWS_PER_MARK: u64 = 256;

/// Parses the rows of one range of one file.
pub struct RowParser<'a> {
    file: &'a str,
    layout: &'a Layout,
    /// Line of the file on which this range starts, for messages.
    first_line: u64,
    stamps: StampParser,
    devices: Interner,
    /// Whether rows may be read the quick way, and the devices that it knows.
    names: Option<Names>,
    texts: Vec<Interner>,
    head: ChunkHead,
    /// In file order, until they are ordered at the end.
    columns: ChunkColumns,
    device: Vec<u32>,
    /// Byte offset in the file of the start of the block being parsed.
    offset: u64,
    /// Rows that start at or after this byte offset belong to another range.
    end: u64,
    /// Start and end of each cell of the row at hand.
    cells: Vec<(usize, usize)>,
    /// Unescaped cells of a quoted row.
    quoted: CellText,
    /// One value a metric of the row at hand.
    row: Vec<f64>,
}

impl<'a> RowParser<'a> {
    /// A parser for rows that start at `offset` of `file`, on line `first_line`.
    #[cfg_attr(small, optimize(size))]
    pub fn new(file: &'a str, layout: &'a Layout, offset: u64, first_line: u64) -> Self {
        let metrics = layout.metrics.len();
        let columns = ChunkColumns { values: vec![Vec::new(); metrics], ..ChunkColumns::default() };
        Self {
            file,
            layout,
            first_line,
            stamps: StampParser::new(layout.notation),
            devices: Interner::default(),
            names: layout.is_plain().then(|| Names::new(layout.delimiter)),
            texts: vec![Interner::default(); metrics],
            head: ChunkHead::default(),
            columns,
            device: Vec::new(),
            offset,
            end: u64::MAX,
            cells: Vec::with_capacity(layout.roles.len() + 1),
            quoted: CellText::default(),
            row: vec![f64::NAN; metrics],
        }
    }

    /// The same parser, for the rows that start before `end` only.
    #[must_use]
    pub fn until(mut self, end: u64) -> Self {
        self.end = end;
        self
    }

    /// Byte offset in the file of the next row.
    pub fn next_row(&self) -> u64 {
        self.offset
    }

    /// Rows parsed so far.
    pub fn rows_read(&self) -> u64 {
        self.head.rows_read
    }

    /// Parses every whole record of `block` and returns how many bytes that took; hand in the rest again, followed by more.
    /// `last`: no byte comes after this block. A block longer than [`super::RECORD_BYTES`] always makes progress.
    ///
    /// # Errors
    /// Kind `Encoding` where the bytes are no UTF-8, `TooLarge` for a line longer than [`super::RECORD_BYTES`].
    #[inline(never)]
    pub fn parse(&mut self, block: &[u8], last: bool) -> Result<usize, Error> {
        let consumed = self.records(block, last)?;
        self.offset += consumed as u64;
        Ok(consumed)
    }

    /// About how many rows so many bytes hold, judged by the first lines of `block`.
    pub fn rows_of(&self, block: &[u8], bytes: u64) -> usize {
        let sample = &block[..block.len().min(SAMPLE_BYTES)];
        let lines = memchr::memchr_iter(b'\n', sample).count();
        // A few more than that: growing costs more than the room.
        let rows = (lines + 1) as f64 * bytes.min(MOST_BYTES) as f64 / sample.len().max(1) as f64 * 1.02;
        rows as usize + 16
    }

    /// Makes room for about so many rows, so that columns need not grow while they are filled.
    pub fn expect_rows(&mut self, rows: usize) {
        self.columns.timestamp_us.reserve(rows);
        self.columns.line.reserve(rows);
        self.columns.values.iter_mut().for_each(|column| column.reserve(rows));
        self.device.reserve(rows);
    }

    /// The columns of everything parsed, by device and time.
    #[inline(never)]
    pub fn finish(mut self) -> Chunk {
        self.head.foreign |= self.devices.foreign || self.texts.iter().any(|texts| texts.foreign);
        self.head.devices = self.devices.take_names();
        self.head.texts = self.texts.iter_mut().map(Interner::take_names).collect();
        let mut chunk = Chunk { head: self.head, columns: self.columns };
        chunk.order(&self.device);
        chunk
    }

    fn records(&mut self, block: &[u8], last: bool) -> Result<usize, Error> {
        let mut start = 0;
        let end = usize::try_from(self.end.saturating_sub(self.offset)).unwrap_or(usize::MAX).min(block.len());
        start = self.quick_rows(block, start, end)?;
        if start >= end {
            return Ok(start);
        }
        let nul = memchr::memchr(0, block).is_some();
        let mut marks = Marks::new(block, self.layout.delimiter);
        marks.seek(start);
        'rows: while start < end {
            self.cells.clear();
            let mut cell = start;
            loop {
                if block.get(cell) == Some(&b'"') {
                    let Some(next) = self.quoted_row(block, start, last, nul)? else {
                        return Ok(start);
                    };
                    marks.seek(next);
                    start = next;
                    continue 'rows;
                }
                let Some(at) = marks.next() else {
                    if !last {
                        return self.long_line(block.len() - start).map(|()| start);
                    }
                    self.cells.push((cell, block.len()));
                    self.plain_row(block, start, block.len(), nul);
                    return Ok(block.len());
                };
                match block[at] {
                    mark if mark == self.layout.delimiter => {
                        self.cells.push((cell, at));
                        cell = at + 1;
                    }
                    // Inside an unquoted cell a quote is text.
                    b'"' => {}
                    ending => {
                        let mut next = at + 1;
                        if ending == b'\r' {
                            if next == block.len() && !last {
                                return Ok(start);
                            }
                            if block.get(next) == Some(&b'\n') {
                                next += 1;
                                marks.next();
                            }
                        }
                        self.long_line(at - start)?;
                        // A blank line is no record.
                        if at > start {
                            self.cells.push((cell, at));
                            self.plain_row(block, start, at, nul);
                        }
                        self.line_ends(1)?;
                        start = self.quick_rows(block, next, end)?;
                        if start > next {
                            marks.seek(start);
                        }
                        continue 'rows;
                    }
                }
            }
        }
        Ok(start)
    }

    /// Reads rows for as long as they have the shape of [`quick`], and returns where that ended.
    #[inline]
    fn quick_rows(&mut self, block: &[u8], mut start: usize, end: usize) -> Result<usize, Error> {
        let Some(names) = self.names.take() else { return Ok(start) };
        while start < end
            && let Some(next) = self.quick_row(&names, block, start)
        {
            self.line_ends(1)?;
            start = next;
        }
        self.names = Some(names);
        Ok(start)
    }

    /// Reads the row that starts at `start`, if it is one of [`quick`] that keeps the contract, and returns where the next starts.
    #[inline]
    fn quick_row(&mut self, names: &Names, block: &[u8], start: usize) -> Option<usize> {
        let layout = self.layout;
        let (mut stamp, mut device, mut at) = (0, 0, start);
        let last = layout.roles.len() - 1;
        for (column, role) in layout.roles.iter().enumerate() {
            let end = match *role {
                Role::Metric(metric) | Role::Extra(metric) => {
                    let (value, end) = quick::number(block, at)?;
                    let (min, max) = layout.bounds[metric];
                    if value < min || value > max {
                        return None;
                    }
                    self.row[metric] = value;
                    end
                }
                Role::Timestamp => {
                    stamp = self.stamps.quick(block, at)?;
                    at + 19
                }
                Role::Device => {
                    let end;
                    (device, end) = names.number(block, at)?;
                    end
                }
                Role::Skip => return None,
            };
            match *block.get(end)? {
                mark if mark == layout.delimiter && column < last => at = end + 1,
                b'\n' if column == last => at = end + 1,
                b'\r' if column == last && *block.get(end + 1)? == b'\n' => at = end + 2,
                _ => return None,
            }
        }
        self.mark(start);
        self.head.rows_read += 1;
        self.keep(stamp, device);
        Some(at)
    }

    #[inline]
    fn keep(&mut self, stamp: i64, device: u32) {
        self.columns.timestamp_us.push(stamp);
        self.device.push(device);
        self.columns.line.push(self.head.lines);
        for (column, value) in self.columns.values.iter_mut().zip(&self.row) {
            column.push(*value);
        }
    }

    fn line_ends(&mut self, lines: u32) -> Result<(), Error> {
        match self.head.lines.checked_add(lines) {
            Some(total) => {
                self.head.lines = total;
                Ok(())
            }
            None => {
                Err(Error::new(ErrorKind::TooLarge, self.file, "the file has more than 4,294,967,295 lines; split it"))
            }
        }
    }

    fn long_line(&self, bytes: usize) -> Result<(), Error> {
        if bytes <= super::RECORD_BYTES {
            return Ok(());
        }
        let line = self.first_line + u64::from(self.head.lines);
        Err(Error::new(ErrorKind::TooLarge, self.file, "the line is longer than 1 MiB; this is no table of readings")
            .at_line(line))
    }

    /// A row with a quoted cell, which starts at `start`. None: it needs more bytes. Else where the next row starts.
    #[inline(never)]
    fn quoted_row(&mut self, block: &[u8], start: usize, last: bool, nul: bool) -> Result<Option<usize>, Error> {
        let mut quoted = std::mem::take(&mut self.quoted);
        let end = self.layout.walk(block, start, last, Some(&mut quoted));
        std::mem::swap(&mut self.cells, &mut quoted.ranges);
        let next = match end {
            End::Incomplete => None,
            End::TooLong => {
                self.long_line(usize::MAX)?;
                None
            }
            End::OpenQuote { next, .. } => {
                self.mark(start);
                self.head.rows_read += 1;
                self.violation(None, Rule::OpenQuote, b"");
                self.line_ends(u32::from(next > start && matches!(block[next - 1], b'\n' | b'\r')))?;
                Some(next)
            }
            End::Complete { end, next, lines } => {
                let nul = nul && block[start..end].contains(&0);
                self.row(&quoted.text, start, nul);
                self.line_ends(lines)?;
                Some(next)
            }
        };
        self.quoted = quoted;
        Ok(next)
    }

    #[inline]
    fn plain_row(&mut self, block: &[u8], start: usize, end: usize, nul: bool) {
        let nul = nul && block[start..end].contains(&0);
        self.row(block, start, nul);
    }

    #[inline]
    fn mark(&mut self, start: usize) {
        if self.head.rows_read.is_multiple_of(ROWS_PER_MARK) {
            self.head.marks.push((self.head.lines, self.offset + start as u64));
        }
    }

    /// Judges the row whose cells are in `self.cells`, as ranges of `bytes`.
    #[inline]
    fn row(&mut self, bytes: &[u8], start: usize, nul: bool) {
        if self.repeats_header(bytes) {
            self.head.repeated_headers.push(self.head.lines);
            return;
        }
        self.mark(start);
        self.head.rows_read += 1;
        let layout = self.layout;
        if self.cells.len() != layout.roles.len() {
            let value = format!("{} of {}", self.cells.len(), layout.roles.len());
            self.violation(None, Rule::RaggedRow, value.as_bytes());
            return;
        }
        if nul {
            self.nul_row(bytes);
            return;
        }
        let (mut stamp, mut device) = (None, None);
        let cells = std::mem::take(&mut self.cells);
        for (column, (role, &(from, to))) in layout.roles.iter().zip(&cells).enumerate() {
            let cell = &bytes[from..to];
            match *role {
                Role::Metric(metric) => {
                    let mut value = f64::NAN;
                    match layout.number(cell) {
                        NumberCell::Number(number) => {
                            let number = layout.conversions[metric].map_or(number, |convert| convert.apply(number));
                            let (min, max) = layout.bounds[metric];
                            if number >= min && number <= max {
                                value = number;
                            } else {
                                self.violation(Some(column), Rule::OutOfBounds, cell);
                            }
                        }
                        NumberCell::Missing => {}
                        NumberCell::Text => self.violation(Some(column), Rule::NotANumber, cell),
                    }
                    self.row[metric] = value;
                }
                Role::Timestamp => {
                    stamp = self.stamps.parse(cell);
                    if stamp.is_none() {
                        let rule =
                            if cell.trim_ascii().is_empty() { Rule::MissingTimestamp } else { Rule::BadTimestamp };
                        self.violation(Some(column), rule, cell);
                    }
                }
                Role::Device => {
                    let id = if layout.ours { unguarded(cell) } else { cell };
                    if id.is_empty() {
                        self.violation(Some(column), Rule::MissingDevice, cell);
                    } else {
                        let number = self.devices.number(id);
                        if let Some(names) = &mut self.names {
                            names.keep(id, number);
                        }
                        device = Some(number);
                    }
                }
                Role::Extra(metric) => {
                    self.row[metric] = match layout.number(cell) {
                        NumberCell::Number(number) => number,
                        NumberCell::Missing => f64::NAN,
                        NumberCell::Text => text_cell(self.texts[metric].number(encoding::start_of(cell, VALUE_BYTES))),
                    };
                }
                Role::Skip => {}
            }
        }
        self.cells = cells;
        if let (Some(stamp), Some(device)) = (stamp, device) {
            self.keep(stamp, device);
        }
    }

    /// Whether the row's cells are the header's.
    #[inline]
    fn repeats_header(&self, bytes: &[u8]) -> bool {
        let cell = |column: usize| self.cells.get(column).map(|&(from, to)| bytes[from..to].trim_ascii());
        let names = |column: usize| cell(column) == Some(self.layout.written[column].as_bytes());
        // The time's name tells nearly every row at once.
        self.layout.time_column().is_some_and(names)
            && self.cells.len() == self.layout.header.len()
            && (0..self.cells.len()).all(names)
    }

    /// A row with a NUL byte: named at the cell that holds it, with the byte shown as its symbol.
    fn nul_row(&mut self, bytes: &[u8]) {
        let at = self.cells.iter().position(|&(from, to)| bytes[from..to].contains(&0));
        let shown = at.map(|column| {
            let (from, to) = self.cells[column];
            encoding::text_of(&bytes[from..to]).replace('\0', "\u{2400}")
        });
        self.violation(at, Rule::NulByte, shown.unwrap_or_default().as_bytes());
    }

    #[inline(never)]
    fn violation(&mut self, column: Option<usize>, rule: Rule, value: &[u8]) {
        let bytes = encoding::start_of(value, VALUE_BYTES);
        let value = encoding::text_of(bytes);
        self.head.foreign |= value.as_bytes() != bytes;
        self.head.violations.push(ChunkViolation {
            line: self.head.lines,
            column: column.and_then(|c| u16::try_from(c).ok()),
            rule,
            value: cut(&value, VALUE_BYTES).into(),
        });
    }
}

/// A text cell of our own export without its formula guard: exactly one `'`, where the rest would be taken as a formula.
fn unguarded(cell: &[u8]) -> &[u8] {
    match cell {
        [b'\'', rest @ ..] if crate::contract::starts_formula(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::RowParser;
    use crate::contract::{ColumnKind, Contract, Rule};
    use crate::dialect::number::{self, NumberCell};
    use crate::ingest::Chunk;
    use crate::ingest::Layout;
    use crate::ingest::stamp::{StampParser, epoch_notation};
    use proptest::prelude::*;

    /// Device, time and bits of the temperature of each row that is kept, in file order.
    type Rows = Vec<(String, i64, u64)>;

    fn layout() -> Layout {
        let mut contract = Contract::default();
        contract.columns.retain(|c| c.kind != ColumnKind::Number || c.name == "temperature_celsius");
        Layout::of("x", b"timestamp,device_id,temperature_celsius\n1,a,1\n", true, &contract).unwrap()
    }

    /// What the `csv` crate finds: kept rows, and records in all.
    fn by_the_crate(body: &[u8]) -> (Rows, u64) {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(body);
        let mut stamps = StampParser::new(epoch_notation(b"1").unwrap());
        let (mut rows, mut records) = (Vec::new(), 0);
        for record in reader.byte_records() {
            let record = record.unwrap();
            records += 1;
            if record.len() != 3 || record[1].is_empty() {
                continue;
            }
            let Some(stamp) = stamps.parse(&record[0]) else { continue };
            let temperature = match number::parse(&record[2]) {
                NumberCell::Number(number) if (-20.0..=50.0).contains(&number) => number,
                _ => f64::NAN,
            };
            rows.push((String::from_utf8(record[1].to_vec()).unwrap(), stamp, temperature.to_bits()));
        }
        (rows, records)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5_000, max_global_rejects: 50_000, ..ProptestConfig::default() })]
        #[test]
        fn rows_are_those_of_the_csv_crate(body in "([0-9]{1,2},(a|\"b\"|\"c,\n\"|é\"|\"\"\"\"|),[0-9]{0,2}|[0-9a\",\n\r é.]{0,6}|\n|\r\n){0,12}") {
            let layout = layout();
            let mut parser = RowParser::new("x", &layout, 0, 1);
            prop_assert_eq!(parser.parse(body.as_bytes(), true), Ok(body.len()));
            let chunk = parser.finish();
            // The crate takes a quote that is never closed as a cell to the end; ours costs its line only.
            prop_assume!(!chunk.head.violations.iter().any(|v| v.rule == Rule::OpenQuote));
            let mut found = Vec::new();
            let mut row = 0;
            for &(device, rows) in &chunk.head.runs {
                for _ in 0..rows {
                    let columns = &chunk.columns;
                    let name = chunk.head.devices[device as usize].to_string();
                    found.push((columns.line[row], (name, columns.timestamp_us[row], columns.values[0][row].to_bits())));
                    row += 1;
                }
            }
            found.sort_by_key(|(line, _)| *line);
            let found: Rows = found.into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!((found, chunk.head.rows_read), by_the_crate(body.as_bytes()));
        }

        /// Times in two days, known and new names, numbers short and long, and what is none of it.
        #[test]
        fn the_quick_way_finds_what_the_general_one_finds(
            body in "((2024-03-0[12][ T](08|24):0[0-3]:00,(a|bc|a quite long name|é),-?[0-9]{0,3}(\\.[0-9]{0,9})?,[0-9]{0,9}(\r\n|\n|\n\n)){0,3}\
                     |[-0-9:ab\",\n\r é.\x00]{0,6}){0,8}",
        ) {
            let mut contract = Contract::default();
            contract.columns.retain(|c| c.kind != ColumnKind::Number || c.name == "temperature_celsius");
            let head = b"timestamp,device_id,temperature_celsius,n\n2024-03-01,a,1,1\n";
            let layout = Layout::of("x", head, true, &contract).unwrap();
            let mut quick = RowParser::new("x", &layout, 0, 1);
            let mut general = RowParser { names: None, ..RowParser::new("x", &layout, 0, 1) };
            prop_assert!(quick.names.is_some());
            prop_assert_eq!(quick.parse(body.as_bytes(), true), general.parse(body.as_bytes(), true));
            let (quick, general) = (quick.finish(), general.finish());
            prop_assert_eq!(&quick.head, &general.head);
            let bits = |chunk: &Chunk| -> Vec<Vec<u64>> {
                chunk.columns.values.iter().map(|values| values.iter().map(|v| v.to_bits()).collect()).collect()
            };
            prop_assert_eq!(bits(&quick), bits(&general));
            prop_assert_eq!(quick.columns.timestamp_us, general.columns.timestamp_us);
            prop_assert_eq!(quick.columns.line, general.columns.line);
        }
    }
}
