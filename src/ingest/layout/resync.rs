//! Where a quote that was never closed seems to be closed by the next one: the rows between are rows again.

use super::{Layout, looks_like_time};
use crate::ingest::record::{CellText, End, walk};

impl Layout {
    /// Finds the end of the record that starts at `start`, as [`walk`] does. A quoted cell over several lines, one of which is a row
    /// by itself, was never closed: then only its first line is taken.
    pub(in crate::ingest) fn walk(&self, buffer: &[u8], start: usize, last: bool, cells: Option<&mut CellText>) -> End {
        let end = walk(buffer, self.delimiter, start, last, cells);
        if let End::Complete { end, lines: 3.., .. } = end
            && let Some((end, next)) = self.first_line_of_swallowed(&buffer[start..end])
        {
            return End::OpenQuote { end: start + end, next: start + next };
        }
        end
    }

    /// Where the first line of a record ends, if a line inside of it is a row.
    #[inline(never)]
    fn first_line_of_swallowed(&self, record: &[u8]) -> Option<(usize, usize)> {
        let first = memchr::memchr(b'\n', record)?;
        let mut at = first + 1;
        while let Some(length) = memchr::memchr(b'\n', &record[at..]) {
            if self.is_row(&record[at..at + length]) {
                let end = if first > 0 && record[first - 1] == b'\r' { first - 1 } else { first };
                return Some((end, first + 1));
            }
            at += length + 1;
        }
        None
    }

    fn is_row(&self, line: &[u8]) -> bool {
        let cells = || line.split(|byte| *byte == self.delimiter);
        self.roles.len() > 1 && cells().count() == self.roles.len() && cells().any(looks_like_time)
    }
}
