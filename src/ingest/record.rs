//! One record by the grammar of the `csv` crate, byte by byte: for quoted rows, and for finding rows again.

use super::RECORD_BYTES;
use crate::dialect::encoding::text_of;

/// Where a record ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The record's bytes end before `end`; the next one starts at `next`; `lines` line ends were passed.
    Complete { end: usize, next: usize, lines: u32 },
    /// The buffer ends first, and more bytes may come.
    Incomplete,
    /// A quote is never closed (to the end of the file, or for [`RECORD_BYTES`]): only the first line is taken, the rest is
    /// read anew. `end` and `next` are those of the first line.
    OpenQuote { end: usize, next: usize },
    /// Longer than [`RECORD_BYTES`] without a quote that would explain it.
    TooLong,
}

/// The unescaped cells of one record: their bytes, and each cell's range of them.
#[derive(Clone, Debug, Default)]
pub(super) struct CellText {
    pub text: Vec<u8>,
    pub ranges: Vec<(usize, usize)>,
}

impl CellText {
    /// A cell's bytes; empty where there is none.
    pub fn cell(&self, column: usize) -> &[u8] {
        self.ranges.get(column).map_or(&[], |&(from, to)| &self.text[from..to])
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ranges.clear();
    }

    /// Ends the cell that starts where the one before ended.
    fn finish_cell(&mut self) {
        let from = self.ranges.last().map_or(0, |range| range.1);
        self.ranges.push((from, self.text.len()));
    }
}

/// Finds the end of the record that starts at `start`. `last`: no byte comes after this buffer. With `cells`, also collects
/// the unescaped cells.
pub(super) fn walk(buffer: &[u8], delimiter: u8, start: usize, last: bool, mut cells: Option<&mut CellText>) -> End {
    #[derive(PartialEq)]
    enum State {
        CellStart,
        Plain,
        Quoted,
        /// After a quote inside a quoted cell: a second one is a quote of the text.
        QuoteInQuoted,
    }
    let mut state = State::CellStart;
    let (mut i, mut lines) = (start, 0);
    let mut first_line_end = None;
    if let Some(cells) = cells.as_mut() {
        cells.clear();
    }
    let push = |cells: &mut Option<&mut CellText>, bytes: &[u8]| {
        if let Some(cells) = cells {
            cells.text.extend_from_slice(bytes);
        }
    };
    let finish_cell = |cells: &mut Option<&mut CellText>| {
        if let Some(cells) = cells {
            cells.finish_cell();
        }
    };
    loop {
        if i - start > RECORD_BYTES {
            return match (first_line_end, state) {
                (Some((end, next)), _) => End::OpenQuote { end, next },
                (None, _) => End::TooLong,
            };
        }
        let Some(&byte) = buffer.get(i) else {
            if !last {
                return End::Incomplete;
            }
            if state == State::Quoted {
                let (end, next) = first_line_end.unwrap_or((i, i));
                return End::OpenQuote { end, next };
            }
            finish_cell(&mut cells);
            return End::Complete { end: i, next: i, lines };
        };
        let line_end = matches!(byte, b'\n' | b'\r');
        if line_end && byte == b'\r' && i + 1 == buffer.len() && !last {
            return End::Incomplete;
        }
        let after = if byte == b'\r' && buffer.get(i + 1) == Some(&b'\n') { i + 2 } else { i + 1 };
        match state {
            State::Quoted if byte == b'"' => state = State::QuoteInQuoted,
            State::Quoted => {
                if line_end {
                    lines += 1;
                    first_line_end.get_or_insert((i, after));
                    push(&mut cells, &buffer[i..after]);
                    i = after;
                    continue;
                }
                push(&mut cells, &[byte]);
            }
            State::CellStart if byte == b'"' => state = State::Quoted,
            State::QuoteInQuoted if byte == b'"' => {
                push(&mut cells, b"\"");
                state = State::Quoted;
            }
            _ if line_end => {
                finish_cell(&mut cells);
                return End::Complete { end: i, next: after, lines: lines + 1 };
            }
            _ if byte == delimiter => {
                finish_cell(&mut cells);
                state = State::CellStart;
            }
            _ => {
                push(&mut cells, &[byte]);
                state = State::Plain;
            }
        }
        i += 1;
    }
}

/// The cells of the record at `start`, as text.
pub(super) fn cells_of(buffer: &[u8], delimiter: u8, start: usize, last: bool) -> (Vec<String>, End) {
    let mut cells = CellText::default();
    let end = walk(buffer, delimiter, start, last, Some(&mut cells));
    let CellText { text, ranges } = cells;
    let cells = ranges.iter().map(|&(from, to)| text_of(&text[from..to]).into_owned()).collect();
    (cells, end)
}

#[cfg(test)]
mod tests {
    use super::{End, cells_of};

    #[test]
    fn takes_quotes_as_the_csv_crate_does() {
        for text in [
            "a,b",
            "\"a\",\"b\"",
            "\"a,b\",c",
            "\"a\"\"b\",c",
            "\"a\"x,c",
            "a\"b\",c",
            "\"a\nb\",c",
            "\"a\"b\"c\",d",
            ",",
            "\"\",",
            "\"a\" ,b",
        ] {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let expected: Vec<String> = reader.records().next().unwrap().unwrap().iter().map(String::from).collect();
            assert_eq!(cells_of(text.as_bytes(), b',', 0, true).0, expected, "{text}");
        }
    }

    #[test]
    fn counts_lines_as_an_editor_does() {
        assert_eq!(cells_of(b"\"a\r\nb\",c\r\nd", b',', 0, true).1, End::Complete { end: 8, next: 10, lines: 2 });
        assert_eq!(cells_of(b"a\rb", b',', 0, true).1, End::Complete { end: 1, next: 2, lines: 1 });
        assert_eq!(cells_of(b"a\r", b',', 0, false).1, End::Incomplete);
    }

    #[test]
    fn an_open_quote_costs_its_first_line_only() {
        assert_eq!(cells_of(b"a,\"b\nc,d\n", b',', 0, true).1, End::OpenQuote { end: 4, next: 5 });
        assert_eq!(cells_of(b"a,\"b", b',', 0, true).1, End::OpenQuote { end: 4, next: 4 });
        assert_eq!(cells_of(b"a,\"b", b',', 0, false).1, End::Incomplete);
        let mut long = b"a,\"b\n".to_vec();
        long.resize(super::RECORD_BYTES + 100, b'x');
        assert_eq!(cells_of(&long, b',', 0, false).1, End::OpenQuote { end: 4, next: 5 });
    }
}
