//! A whole text as records of cells.
//!
//! Owns where each cell stands and on which line each record starts. Assumes UTF-8. A quote that is never closed costs its own
//! line only; a record with one is marked broken. Lines without a byte are no records.

use super::Delimiter;
use super::cells::is_date;

/// Byte range of a cell in [`Grid::text`].
type Span = (u32, u32);

/// One record.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// Index of its first cell.
    first: u32,
    /// Line on which it starts, as an editor counts, from 1.
    pub line: u32,
    /// Byte range of the record as written.
    pub start: u32,
    pub end: u32,
    /// A quote was opened on its line and never closed.
    pub broken: bool,
}

/// The records of a text, split by one delimiter.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// The text, followed by the cells whose doubled quotes were undone.
    text: Vec<u8>,
    cells: Vec<Span>,
    records: Vec<Record>,
    /// Lines of the text.
    pub lines: u32,
}

/// Longest record, in bytes: a quote still open after so many is never closed.
const RECORD_BYTES: usize = 1 << 20;

fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Grid {
    /// The longest text that is split: its cells, and as much again of undone quotes, are counted in 32 bits.
    pub const MOST_BYTES: usize = u32::MAX as usize / 2;

    /// Splits a text of at most [`Self::MOST_BYTES`].
    #[inline(never)]
    pub fn of(text: Vec<u8>, delimiter: Delimiter) -> Self {
        let mut grid = Self { text, ..Self::default() };
        let length = grid.text.len().min(Self::MOST_BYTES);
        let (mut at, mut line) = (0, 1_u32);
        while at < length {
            let first = grid.cells.len();
            let (end, next, lines, broken) = match delimiter {
                Delimiter::Blanks => grid.blank_record(at, length),
                Delimiter::Mark(mark) => grid.record(at, length, mark),
            };
            if end > at {
                grid.records.push(Record { first: narrow(first), line, start: narrow(at), end: narrow(end), broken });
            } else {
                grid.cells.truncate(first);
            }
            line = line.saturating_add(lines);
            at = next;
        }
        let ended = matches!(grid.text[..length].last(), None | Some(b'\n' | b'\r'));
        grid.lines = if ended { line - 1 } else { line };
        grid
    }

    /// End of the line that starts at `at`, and the start of the next.
    fn line_end(&self, at: usize, length: usize) -> (usize, usize) {
        let end = memchr::memchr2(b'\n', b'\r', &self.text[at..length]).map_or(length, |n| at + n);
        (end, self.after_end(end, length))
    }

    fn after_end(&self, end: usize, length: usize) -> usize {
        match self.text.get(end..(end + 2).min(length)) {
            Some([b'\r', b'\n']) => end + 2,
            Some([_, ..]) => end + 1,
            _ => end,
        }
    }

    /// Cells between runs of blanks and tabs; blanks at the ends are none.
    fn blank_record(&mut self, at: usize, length: usize) -> (usize, usize, u32, bool) {
        let (end, next) = self.line_end(at, length);
        let mut from = None;
        for i in at..=end {
            let blank = i == end || matches!(self.text[i], b' ' | b'\t');
            match (from, blank) {
                (None, false) => from = Some(i),
                (Some(start), true) => {
                    self.cells.push((narrow(start), narrow(i)));
                    from = None;
                }
                _ => {}
            }
        }
        (end, next, 1, false)
    }

    fn record(&mut self, at: usize, length: usize, mark: u8) -> (usize, usize, u32, bool) {
        let first = self.cells.len();
        let expected = self.records.last().map_or(0, |record| first - record.first as usize);
        let (mut start, mut lines, mut broken) = (at, 1, false);
        loop {
            // Blanks before a quote belong to the delimiter.
            let blanks = self.text[start..length].iter().take_while(|byte| **byte == b' ').count();
            if blanks > 0 && start + blanks < length && self.text[start + blanks] == b'"' {
                start += blanks;
            }
            if start < length && self.text[start] == b'"' {
                let before = self.cells.len();
                let closed = self.quoted(start, length, mark);
                let Some((after, inner)) = closed.filter(|(after, inner)| {
                    *inner == 0
                        || !broken
                            && after - at <= RECORD_BYTES
                            && !self.swallows_records(start, *after, mark, expected)
                }) else {
                    // The quote is never closed, so it is text: the record ends with its line, the next line starts anew.
                    broken = true;
                    let end =
                        memchr::memchr3(mark, b'\n', b'\r', &self.text[start..length]).map_or(length, |n| start + n);
                    self.cells.truncate(before);
                    self.cells.push((narrow(start), narrow(end)));
                    if end < length && self.text[end] == mark {
                        start = end + 1;
                        continue;
                    }
                    return (end, self.after_end(end, length), 1, true);
                };
                lines += inner;
                match self.text.get(after).filter(|_| after < length) {
                    Some(byte) if *byte == mark => start = after + 1,
                    _ => return (after, self.after_end(after, length), lines, broken),
                }
                continue;
            }
            let end = memchr::memchr3(mark, b'\n', b'\r', &self.text[start..length]).map_or(length, |n| start + n);
            self.cells.push((narrow(start), narrow(end)));
            if end < length && self.text[end] == mark {
                start = end + 1;
            } else {
                return (end, self.after_end(end, length), lines, broken);
            }
        }
    }

    /// Reads the quoted cell that starts at `start`: where it ends, and how many line ends stand in it. None: it is never closed.
    fn quoted(&mut self, start: usize, length: usize, mark: u8) -> Option<(usize, u32)> {
        let (mut i, mut lines, mut doubled) = (start + 1, 0, false);
        loop {
            let at = i + memchr::memchr3(b'"', b'\n', b'\r', self.text.get(i..length)?)?;
            match self.text[at] {
                b'"' if self.text.get(at + 1) == Some(&b'"') && at + 1 < length => (i, doubled) = (at + 2, true),
                // Escaped by a backslash, where a closing quote would be followed by something else.
                b'"' if at > i
                    && self.text[at - 1] == b'\\'
                    && !matches!(self.text.get(at + 1), None | Some(b'\n' | b'\r'))
                    && self.text.get(at + 1) != Some(&mark) =>
                {
                    (i, doubled) = (at + 1, true);
                }
                b'"' => {
                    i = at;
                    break;
                }
                b'\r' if self.text.get(at + 1) == Some(&b'\n') => (i, lines) = (at + 2, lines + 1),
                _ => (i, lines) = (at + 1, lines + 1),
            }
            if i - start > RECORD_BYTES {
                return None;
            }
        }
        // What follows the closing quote belongs to the cell, as the csv crate reads it.
        let rest = &self.text[i + 1..length];
        let end = i + 1 + memchr::memchr3(mark, b'\n', b'\r', rest).unwrap_or(rest.len());
        if doubled || end > i + 1 {
            let mut cell = Vec::with_capacity(end - start);
            let mut quotes = 0;
            for byte in &self.text[start + 1..i] {
                if *byte == b'"' && cell.last() == Some(&b'\\') {
                    cell.pop();
                }
                quotes = if *byte == b'"' { quotes + 1 } else { 0 };
                if quotes != 2 {
                    cell.push(*byte);
                } else {
                    quotes = 0;
                }
            }
            cell.extend_from_slice(&self.text[i + 1..end]);
            let from = self.text.len();
            self.text.extend_from_slice(&cell);
            self.cells.push((narrow(from), narrow(self.text.len())));
        } else {
            self.cells.push((narrow(start + 1), narrow(i)));
        }
        Some((end, lines))
    }

    /// Whether a quoted cell over several lines holds a line that is a record by itself: then its quote was never closed, and the
    /// one that seems to close it opens another cell.
    fn swallows_records(&self, start: usize, end: usize, mark: u8, expected: usize) -> bool {
        let inside = &self.text[start..end];
        let mut lines = inside.split(|byte| *byte == b'\n').skip(1).peekable();
        let mut found = false;
        while let Some(line) = lines.next() {
            // The last line may end in what follows the cell.
            let whole = lines.peek().is_some();
            let cells = || line.split(|byte| *byte == mark);
            let timed =
                |cell: &[u8]| is_date(cell.trim_ascii()) || cell.len() >= 9 && cell.iter().all(u8::is_ascii_digit);
            found |= whole && expected > 1 && cells().count() == expected && cells().any(timed);
        }
        found
    }

    pub fn rows(&self) -> usize {
        self.records.len()
    }

    pub fn record_of(&self, row: usize) -> &Record {
        &self.records[row]
    }

    /// How many cells a record has.
    pub fn width(&self, row: usize) -> usize {
        let next = self.records.get(row + 1).map_or(self.cells.len(), |record| record.first as usize);
        next - self.records[row].first as usize
    }

    /// A cell without blanks around it; empty where the record has none.
    #[inline]
    pub fn cell(&self, row: usize, column: usize) -> &[u8] {
        if column >= self.width(row) {
            return &[];
        }
        let (start, end) = self.cells[self.records[row].first as usize + column];
        self.text[start as usize..end as usize].trim_ascii()
    }

    pub fn cells(&self, row: usize) -> impl Iterator<Item = &[u8]> {
        (0..self.width(row)).map(move |column| self.cell(row, column))
    }

    /// A cell as text.
    pub fn text(&self, row: usize, column: usize) -> std::borrow::Cow<'_, str> {
        crate::dialect::encoding::text_of(self.cell(row, column))
    }

    /// A record as written.
    pub fn written(&self, row: usize) -> &[u8] {
        let record = &self.records[row];
        &self.text[record.start as usize..record.end as usize]
    }

    /// Whether no cell of a record holds anything.
    pub fn is_empty_row(&self, row: usize) -> bool {
        self.cells(row).all(<[u8]>::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::{Delimiter, Grid};
    use proptest::prelude::*;

    fn shown(text: &str, delimiter: Delimiter) -> Vec<String> {
        let grid = Grid::of(text.as_bytes().to_vec(), delimiter);
        let row = |row| {
            let cells: Vec<String> = grid.cells(row).map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
            let broken = if grid.record_of(row).broken { " broken" } else { "" };
            format!("{} {}{broken}", grid.record_of(row).line, cells.join("|"))
        };
        (0..grid.rows()).map(row).collect()
    }

    #[test]
    fn lines_are_those_of_an_editor() {
        let text = "a;b\r\n\r\n\"x\ny\";1\n \"q\"\"r\";\"s\"\"t\";2\r3;";
        assert_eq!(shown(text, Delimiter::Mark(b';')), ["1 a|b", "3 x\ny|1", "5 q\"r|s\"t|2", "6 3|"]);
        assert_eq!(shown("  1  2\t3 \n\n   \n4", Delimiter::Blanks), ["1 1|2|3", "3 ", "4 4"]);
    }

    #[test]
    fn an_open_quote_costs_its_own_line() {
        let comma = Delimiter::Mark(b',');
        assert_eq!(shown("a,b\n1,\"2\n3,4\n5,6", comma), ["1 a|b", "2 1|\"2 broken", "3 3|4", "4 5|6"]);
        // One that a later quote seems to close.
        assert_eq!(
            shown("a,b\n1,\"2\n2024-05-01,4\n5,\"6\"\n7,8", comma),
            ["1 a|b", "2 1|\"2 broken", "3 2024-05-01|4", "4 5|6", "5 7|8"]
        );
        assert_eq!(shown("a,b\n1,\"2\n3\"\n7,8", comma), ["1 a|b", "2 1|2\n3", "4 7|8"]);
    }

    proptest! {
        #[test]
        fn records_are_those_of_the_csv_crate(body in "([ab1]|\"\"|,|\n|\r\n|\"[ab,\n]{0,3}\"){0,30}") {
            let grid = Grid::of(body.clone().into_bytes(), Delimiter::Mark(b','));
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(body.as_bytes());
            let theirs: Vec<Vec<String>> = reader.records().map(|r| r.unwrap().iter().map(String::from).collect()).collect();
            let ours: Vec<Vec<String>> = (0..grid.rows())
                .map(|row| grid.cells(row).map(|cell| String::from_utf8_lossy(cell).into_owned()).collect())
                .collect();
            if (0..grid.rows()).all(|row| !grid.record_of(row).broken) {
                prop_assert_eq!(ours, theirs);
            }
        }
    }
}
