//! Parts of one file, read independently of each other, joined without a guess.
//!
//! A range's rows are those that start in it. Where its first row starts is not known before the range ahead of it is read: a
//! line end may lie inside a quoted cell. So a range is read on the assumption that it does not, and [`join`] checks:
//! the first range starts at a row, and each range ends where its last row ends; when the next one began right there, its rows
//! are rows, else it is read again from there. By induction every row is one that a single reader would have found.

use std::ops::Range;

use super::files::read_rows;
use super::{Assembly, Chunk, ChunkHead, Columns, Layout, RECORD_BYTES, Source};
use crate::{Error, ErrorKind};

/// The rows that start in a range, if its first line end is one between rows.
#[derive(Clone, Debug, Default)]
pub struct RangeRows {
    /// Byte offset of the first row.
    pub first: u64,
    /// Byte offset of the first row after the range's last.
    pub next: u64,
    pub chunk: Chunk,
}

/// The same on its way to be joined: from another worker, or from this one.
#[derive(Clone, Debug)]
pub struct Arrived<B> {
    pub first: u64,
    pub next: u64,
    pub head: ChunkHead,
    pub columns: Columns<B>,
}

impl<B> From<RangeRows> for Arrived<B> {
    fn from(RangeRows { first, next, chunk }: RangeRows) -> Self {
        Self { first, next, head: chunk.head, columns: chunk.columns.into() }
    }
}

/// Reads the rows that start in `range`: from its start where that is the layout's first row, else from the first line that
/// starts in it. Lines count from the range's own start.
///
/// # Errors
/// Whatever makes the range unreadable, if it is one: only [`join`] knows.
pub fn read_range<S: Source>(
    name: &str,
    source: &mut S,
    layout: &Layout,
    range: Range<u64>,
) -> Result<RangeRows, Error> {
    let first = if range.start <= layout.first_offset {
        layout.first_offset
    } else {
        let start = line_start(source, &range).map_err(|why| Error::new(ErrorKind::Read, name, why))?;
        start.unwrap_or(range.end)
    };
    read_rows(name, source, layout, first..range.end.max(first), 1)
}

/// Adds the next range of a file to the assembly; reads it again where its assumption was wrong or where it was not read at all.
/// `expected` is where the range's first row starts; afterwards, where that of the next range does.
///
/// # Errors
/// Whatever makes the file unreadable as a table, at its line.
pub(super) fn join<S: Source>(
    name: &str,
    source: &mut S,
    layout: &Layout,
    range: Range<u64>,
    read: Option<Arrived<S::Sent>>,
    expected: &mut u64,
    assembly: &mut Assembly<S::Sent>,
) -> Result<(), Error> {
    if *expected >= range.end {
        return Ok(());
    }
    let rows = match read {
        Some(rows) if rows.first == *expected => rows,
        // What went wrong may stand on a line that is none: only a reading from the right place tells.
        _ => read_rows(name, source, layout, *expected..range.end, u64::from(assembly.next_line()))?.into(),
    };
    *expected = rows.next;
    assembly.push_parts(rows.head, rows.columns)
}

/// Where the first line starts in a range that is not the file's first.
fn line_start<S: Source>(source: &mut S, range: &Range<u64>) -> Result<Option<u64>, String> {
    let mut at = range.start - 1;
    let mut block = vec![0; WINDOW_BYTES];
    while at < range.end {
        let read = source.read_at(at, &mut block)?;
        let bytes = &block[..read];
        if let Some(found) = memchr::memchr2(b'\n', b'\r', bytes) {
            let pair = bytes[found] == b'\r';
            // Whether a CR at the end of the window is half of a line end is for the next window to say.
            if pair && found + 1 == read && read == block.len() {
                at += found as u64;
                continue;
            }
            let length = if pair && bytes.get(found + 1) == Some(&b'\n') { 2 } else { 1 };
            let start = at + (found + length) as u64;
            return Ok((start < range.end).then_some(start));
        }
        if read < block.len() {
            break;
        }
        at += read as u64;
    }
    Ok(None)
}

/// Bytes looked through at a time for a line end.
const WINDOW_BYTES: usize = RECORD_BYTES / 16;

#[cfg(test)]
mod tests {
    use super::{join, read_range};
    use crate::contract::{ColumnKind, Contract};
    use crate::ingest::{Assembly, Bytes, Hints, layout_of};
    use crate::table::{Log, Readings};
    use proptest::prelude::*;

    /// Reads a text in ranges cut at `cuts`. With `again`, counts how many ranges had to be read again.
    fn in_ranges(text: &[u8], cuts: &[u64]) -> Result<Log, String> {
        let mut contract = Contract::default();
        contract.columns.retain(|c| c.kind != ColumnKind::Number || c.name == "temperature_celsius");
        let mut source = Bytes(text);
        let layout = layout_of("x", &mut source, &contract, &Hints::default()).map_err(|e| e.to_string())?;
        let bytes = text.len() as u64;
        let mut edges: Vec<u64> =
            [0, bytes].into_iter().chain(cuts.iter().map(|cut| cut.min(&bytes)).copied()).collect();
        edges.sort_unstable();
        let mut assembly = Assembly::new(&contract);
        assembly.begin_file("x", bytes, &layout);
        let mut expected = layout.first_offset;
        for edge in edges.windows(2) {
            let range = edge[0]..edge[1];
            let read = read_range("x", &mut Bytes(text), &layout, range.clone()).ok().map(Into::into);
            join("x", &mut source, &layout, range, read, &mut expected, &mut assembly).map_err(|e| e.to_string())?;
        }
        Ok(assembly.finish())
    }

    fn same(a: &Log, b: &Log) -> bool {
        let mut b_files = b.files.clone();
        for (file, other) in b_files.iter_mut().zip(&a.files) {
            // Marks depend on the cuts; what they lead to does not.
            file.marks.clone_from(&other.marks);
        }
        let without = |log: &Log| Log { readings: Readings::default(), ..log.clone() };
        a.readings.same_bits(&b.readings) && without(a) == Log { files: b_files, ..without(b) }
    }

    #[test]
    fn a_cut_inside_quotes_is_read_again() {
        let text = b"timestamp,device_id,temperature_celsius\n1,\"a\nb\n3,c,4\n\",2\n5,d,6\n";
        let whole = in_ranges(text, &[]).unwrap();
        let names: Vec<&str> = whole.readings.devices.iter().map(|run| run.name.as_str()).collect();
        assert_eq!(names, ["a\nb\n3,c,4\n", "d"]);
        for cut in 0..text.len() as u64 {
            assert!(same(&whole, &in_ranges(text, &[cut]).unwrap()), "cut at {cut}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn ranges_give_the_log_of_one_reader(
            body in "(1970-01-0[1-9](,[ab]){0,1}|[0-9]{1,3}|\"|\"\"|,|\n|\r|\r\n|x|é|20.5){0,60}",
            cuts in prop::collection::vec(0_u64..260, 0..8),
        ) {
            let text = format!("timestamp,device_id,temperature_celsius,n\n{body}");
            match (in_ranges(text.as_bytes(), &[]), in_ranges(text.as_bytes(), &cuts)) {
                (Ok(whole), Ok(cut)) => prop_assert!(same(&whole, &cut), "{whole:?}\n{cut:?}"),
                (whole, cut) => prop_assert_eq!(whole.err(), cut.err()),
            }
        }
    }
}
