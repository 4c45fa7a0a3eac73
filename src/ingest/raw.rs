//! Finds the text of a row again, by the file's marks.

use super::record::{CellText, End};
use super::source::{RawRows, Source};
use super::{Layout, RECORD_BYTES};
use crate::dialect::encoding::text_of;
use crate::table::{RowPlace, SourceFile};
use crate::{Error, ErrorKind};

/// Bytes read at a time: at least two of the longest record.
const WINDOW_BYTES: usize = 4 * RECORD_BYTES;
/// The first window is small: most look-ups want a row near its mark.
const FIRST_WINDOW_BYTES: usize = 64 * 1024;

/// Reads rows again from their files. Rows asked for in order of file and line are found without seeking back.
pub struct RawReader<'a, S> {
    files: &'a [SourceFile],
    sources: &'a mut [S],
    layouts: &'a [Layout],
    file: Option<u32>,
    /// Line and place in `buffer` of the next record.
    line: u32,
    at: usize,
    /// Offset in the file of `buffer[0]`.
    offset: u64,
    buffer: Vec<u8>,
    last: bool,
}

impl<'a, S: Source> RawReader<'a, S> {
    /// `sources` and `layouts` in the order of `files`.
    pub fn new(files: &'a [SourceFile], sources: &'a mut [S], layouts: &'a [Layout]) -> Self {
        Self { files, sources, layouts, file: None, line: 0, at: 0, offset: 0, buffer: Vec::new(), last: false }
    }

    fn error(&self, place: RowPlace, message: &str) -> Error {
        let name = self.files.get(place.file as usize).map_or("", |f| f.name.as_str());
        Error::new(ErrorKind::Read, name, message).at_line(u64::from(place.line))
    }

    fn seek(&mut self, place: RowPlace) -> Result<(), Error> {
        let Some(file) = self.files.get(place.file as usize) else {
            return Err(self.error(place, "no such file in this log"));
        };
        let mark = file.marks.partition_point(|(line, _)| *line <= place.line);
        let Some(&(line, offset)) = mark.checked_sub(1).and_then(|m| file.marks.get(m)) else {
            return Err(self.error(place, "no row starts there"));
        };
        // Going on is cheaper than a jump to a mark that lies behind.
        if self.file == Some(place.file) && self.line <= place.line && self.line >= line {
            return Ok(());
        }
        if let Some(left) = self.file.filter(|file| *file != place.file)
            && let Some(source) = self.sources.get_mut(left as usize)
        {
            source.rest();
        }
        (self.file, self.line, self.offset, self.at) = (Some(place.file), line, offset, 0);
        self.buffer.clear();
        self.last = false;
        Ok(())
    }

    /// Drops what lies behind and reads more.
    fn more(&mut self, place: RowPlace) -> Result<(), Error> {
        let window = if self.buffer.is_empty() { FIRST_WINDOW_BYTES } else { WINDOW_BYTES };
        self.offset += self.at as u64;
        self.buffer.drain(..self.at);
        self.at = 0;
        let filled = self.buffer.len();
        self.buffer.resize(filled + window, 0);
        let Some(source) = self.sources.get_mut(place.file as usize) else {
            return Err(self.error(place, "no such file in this log"));
        };
        let read = source.read_at(self.offset + filled as u64, &mut self.buffer[filled..]);
        let read = match read {
            Ok(read) => read,
            Err(why) => return Err(self.error(place, &why)),
        };
        self.buffer.truncate(filled + read);
        self.last = read < window;
        Ok(())
    }
}

impl<S: Source> RawRows for RawReader<'_, S> {
    fn raw_row(&mut self, place: RowPlace) -> Result<String, Error> {
        self.seek(place)?;
        loop {
            let start = self.at;
            let Some(layout) = self.layouts.get(place.file as usize) else {
                return Err(self.error(place, "no such file in this log"));
            };
            let (end, next, lines) = match layout.walk(&self.buffer, start, self.last, None) {
                End::Complete { end, next, lines } => (end, next, lines),
                End::OpenQuote { end, next } => (end, next, 1),
                End::Incomplete => {
                    self.more(place)?;
                    continue;
                }
                End::TooLong => return Err(self.error(place, CHANGED)),
            };
            if start >= self.buffer.len() {
                if self.last {
                    return Err(self.error(place, CHANGED));
                }
                self.more(place)?;
                continue;
            }
            let here = self.line;
            self.line += lines;
            self.at = next;
            if here == place.line {
                return Ok(text_of(&self.buffer[start..end]).into_owned());
            }
            if here > place.line {
                return Err(self.error(place, CHANGED));
            }
        }
    }
}

const CHANGED: &str = "the file has changed since it was read; open it again";

/// The first `count` records after the header as they stand in the file: line and cells.
///
/// # Errors
/// When the source can no longer be read.
pub fn first_rows<S: Source>(source: &mut S, layout: &Layout, count: usize) -> Result<Vec<(u32, Vec<String>)>, String> {
    let mut head = vec![0; 2 * RECORD_BYTES];
    let read = source.read_at(layout.first_offset, &mut head)?;
    head.truncate(read);
    let last = layout.first_offset + read as u64 >= source.bytes();
    let (mut rows, mut at, mut line) = (Vec::new(), 0, layout.first_line);
    while rows.len() < count && at < head.len() {
        let mut found = CellText::default();
        let end = layout.walk(&head, at, last, Some(&mut found));
        let cells = found.ranges.iter().map(|&(from, to)| text_of(&found.text[from..to]).into_owned()).collect();
        let (end, next, lines) = match end {
            End::Complete { end, next, lines } => (end, next, lines),
            End::OpenQuote { end, next } => (end, next, 1),
            End::Incomplete | End::TooLong => break,
        };
        if end > at {
            rows.push((line, cells));
        }
        (at, line) = (next.max(at + 1), line + lines);
    }
    Ok(rows)
}
