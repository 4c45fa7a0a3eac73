//! The pages of a column: found, unpacked, their levels and values read, one page at a time.

use std::io::Read;

use super::bits::hybrid;
use super::cells::Cells;
use super::footer::{Chunk, Column, Type};
use super::headers::{Header, Kind, Levels};
use super::thrift::Struct;
use super::values::{MOST_TEXT_BYTES, Texts, Values, too_much_text};
use super::{ReadAt, Refused, damaged, fetch, take};
use crate::packed::Checksum;
use crate::packed::Gzip;

/// A page may have this many bytes when it is unpacked.
const MOST_PAGE_BYTES: usize = 256 << 20;
/// And this many rows: a small one may claim any number of equal ones.
const MOST_PAGE_ROWS: usize = 1 << 24;
/// A page's header may have this many.
const MOST_HEADER_BYTES: usize = 16 << 20;
/// Bytes read at a time, at least: a header, and small pages behind it.
const WINDOW_BYTES: usize = 64 << 10;
/// Bytes kept once a page is read, at most.
const KEPT_BYTES: usize = 16 * WINDOW_BYTES;

/// A column of one row group, from one row on.
pub(super) struct Pages {
    cells: Cells,
    /// Where the next page is, and its first row.
    next: u64,
    next_row: usize,
    /// The cells of the dictionary.
    dictionary: Option<Texts>,
    page: Page,
    /// Bytes of cells measured so far.
    text_bytes: usize,
    /// Bytes of the file, and where they begin there.
    window: (u64, Vec<u8>),
}

/// Rows of a page.
struct Page {
    /// Its first row in the group, and how many it has.
    first: usize,
    rows: usize,
    /// The next row, counted from its first, and its value.
    row: usize,
    value: usize,
    /// Whether each row has a value; empty where none can be missing.
    present: Vec<bool>,
    values: Found,
}

impl Page {
    /// Goes on to the next row; where its value is, if it has one.
    #[inline]
    fn next(&mut self, column: &Column) -> Option<usize> {
        let there = self.present.get(self.row).copied().unwrap_or(!column.optional);
        self.row += 1;
        self.value += usize::from(there);
        there.then(|| self.value - 1)
    }
}

/// A cell by its place in the dictionary.
#[inline]
fn cell<'a>(places: &[u32], dictionary: Option<&'a Texts>, at: usize) -> Result<&'a [u8], Refused> {
    let cell = places.get(at).and_then(|place| dictionary?.get(*place as usize));
    cell.ok_or_else(|| damaged("a value is in no dictionary"))
}

/// Values as a page has them.
enum Found {
    Values(Values),
    /// Places in the dictionary.
    Places(Vec<u32>),
}

impl Pages {
    pub(super) fn new(chunk: &Chunk, ours: bool) -> Self {
        Self {
            cells: Cells::new(ours),
            next: chunk.start,
            next_row: 0,
            dictionary: None,
            page: Page { first: 0, rows: 0, row: 0, value: 0, present: Vec::new(), values: Found::Places(Vec::new()) },
            text_bytes: 0,
            window: (0, Vec::new()),
        }
    }

    /// Goes to a row that is not behind, so that its cell is the next one. Pages before it are passed as they are.
    pub(super) fn go_to(
        &mut self,
        row: usize,
        read: &mut ReadAt<'_>,
        column: &Column,
        chunk: &Chunk,
    ) -> Result<(), Refused> {
        while self.page.first + self.page.rows <= row {
            self.next_page(row, read, column, chunk)?;
        }
        let page = &mut self.page;
        let passed = page.row..(row - page.first).max(page.row);
        page.value += if column.optional {
            page.present[passed.clone()].iter().filter(|there| **there).count()
        } else {
            passed.len()
        };
        page.row = passed.end;
        Ok(())
    }

    /// Rows that the page at hand still has.
    pub(super) fn left(&self) -> usize {
        self.page.rows - self.page.row
    }

    /// Writes the next cell of the page at hand.
    #[inline]
    pub(super) fn push(&mut self, out: &mut Vec<u8>, column: &Column) -> Result<(), Refused> {
        let Some(at) = self.page.next(column) else { return Ok(()) };
        match &self.page.values {
            Found::Places(places) => out.extend_from_slice(cell(places, self.dictionary.as_ref(), at)?),
            Found::Values(values) => self.cells.push(out, column, values, at)?,
        }
        Ok(())
    }

    /// Adds the lengths of the next cells, which the page at hand has.
    pub(super) fn measure(&mut self, lengths: &mut [usize], column: &Column) -> Result<(), Refused> {
        let mut text = Vec::new();
        for length in lengths {
            let Some(at) = self.page.next(column) else { continue };
            let bytes = match &self.page.values {
                Found::Places(places) => cell(places, self.dictionary.as_ref(), at)?.len(),
                Found::Values(values) => {
                    text.clear();
                    self.cells.push(&mut text, column, values, at)?;
                    text.len()
                }
            };
            *length = length.saturating_add(bytes);
            self.text_bytes += bytes;
        }
        // A few long ones repeated by their places may be of any size.
        if matches!(column.kind, Type::Bytes | Type::Fixed(_)) && self.text_bytes > MOST_TEXT_BYTES {
            return Err(too_much_text());
        }
        Ok(())
    }

    /// Bytes of the chunk from a place on: so many, or as many as are left of it, and maybe more.
    fn bytes(&mut self, read: &mut ReadAt<'_>, at: u64, count: usize, end: u64) -> Result<&[u8], Refused> {
        let left = usize::try_from(end.saturating_sub(at)).unwrap_or(usize::MAX);
        let (start, window) = &mut self.window;
        let from = at.checked_sub(*start).and_then(|from| usize::try_from(from).ok());
        let known = from.filter(|from| window.len().checked_sub(*from).is_some_and(|known| known >= count.min(left)));
        let from = match known {
            Some(from) => from,
            None => {
                *window = fetch(read, at, count.max(WINDOW_BYTES).min(left))?;
                *start = at;
                0
            }
        };
        let there = (window.len() - from).min(left);
        Ok(&window[from..from + there])
    }

    /// Reads the next page; passes one that ends before `row`.
    fn next_page(&mut self, row: usize, read: &mut ReadAt<'_>, column: &Column, chunk: &Chunk) -> Result<(), Refused> {
        // Most headers are small; one with long texts for its smallest and largest value is not.
        let mut count = 1 << 10;
        let (header_bytes, sizes) = loop {
            let left = chunk.end.saturating_sub(self.next);
            let bytes = self.bytes(read, self.next, count, chunk.end)?;
            let (mut rest, all) = (bytes, bytes.len() as u64 >= left);
            match Struct::read(&mut rest) {
                Ok(header) => break (bytes.len() - rest.len(), Header::of(&header, column.optional)?),
                Err(refused) if all || count > MOST_HEADER_BYTES => return Err(refused),
                Err(_) => count = bytes.len().max(count) * 4,
            }
        };
        let start = self.next + header_bytes as u64;
        let left = chunk.end.saturating_sub(start);
        if sizes.packed as u64 > left {
            return Err(damaged("it ends early"));
        }
        self.next = start + sizes.packed as u64;
        let first = self.next_row;
        if let Some(rows) = sizes.rows {
            if rows == 0 || rows > chunk.values - first {
                return Err(damaged("a page counts other rows"));
            }
            self.next_row += rows;
            if self.next_row <= row {
                return Ok(());
            }
        }
        if sizes.unpacked > MOST_PAGE_BYTES || sizes.packed > MOST_PAGE_BYTES {
            return Err("a page of the Parquet file holds more than 256 MB; write it with smaller pages".into());
        }
        if self.next_row - first > MOST_PAGE_ROWS {
            return Err(
                "a page of the Parquet file holds more than 16 million rows; write it with smaller pages".into()
            );
        }
        let rows = self.next_row - first;
        let page = &self.bytes(read, start, sizes.packed, chunk.end)?[..sizes.packed];
        if let Some(stated) = sizes.checksum {
            let mut sum = Checksum::default();
            sum.update(page);
            if sum.sum() as i32 as i64 != stated {
                return Err(damaged("the checksum of a page is another"));
            }
        }
        match sizes.kind {
            Kind::Dictionary(count) => {
                let content = unpack(page, chunk.codec, sizes.unpacked)?;
                let mut known = Values::none_of(column.kind);
                known.plain(column.kind, &mut content.as_slice(), count)?;
                let (mut texts, mut cell) = (Texts::default(), Vec::new());
                for at in 0..known.len() {
                    cell.clear();
                    self.cells.push(&mut cell, column, &known, at)?;
                    texts.push(&cell)?;
                }
                self.dictionary = Some(texts);
            }
            Kind::Values { encoding, levels } => {
                let mut present = Vec::new();
                let content;
                let (there, mut rest) = match levels {
                    None => {
                        content = unpack(page, chunk.codec, sizes.unpacked)?;
                        let mut rest = content.as_slice();
                        let levels = if column.optional {
                            let length: [u8; 4] =
                                take(&mut rest, 4)?.try_into().map_err(|_| damaged("levels have no length"))?;
                            take(&mut rest, u32::from_le_bytes(length) as usize)?
                        } else {
                            &[]
                        };
                        (present_of(column, levels, rows, &mut present)?, rest)
                    }
                    Some(Levels { definitions, repetitions, packed }) => {
                        let mut rest = page;
                        take(&mut rest, repetitions)?;
                        let levels = take(&mut rest, definitions)?;
                        let there = present_of(column, levels, rows, &mut present)?;
                        let left = sizes.unpacked.checked_sub(definitions + repetitions);
                        let left = left.ok_or_else(|| damaged("levels are too long"))?;
                        content = if packed { unpack(rest, chunk.codec, left)? } else { rest.to_vec() };
                        (there, content.as_slice())
                    }
                };
                let values = decode(column.kind, encoding, &mut rest, there)?;
                if let Found::Places(places) = &values {
                    let known = self.dictionary.as_ref().map(Texts::len);
                    if there > 0 && known.is_none() {
                        return Err(damaged("a dictionary is missing"));
                    }
                    if places.iter().any(|place| *place as usize >= known.unwrap_or(0)) {
                        return Err(damaged("a value is in no dictionary"));
                    }
                }
                self.page = Page { first, rows, row: 0, value: 0, present, values };
            }
            Kind::Other => {}
        }
        if self.window.1.len() > KEPT_BYTES {
            self.window = (0, Vec::new());
        }
        Ok(())
    }
}

/// Reads which values are there; returns how many.
fn present_of(column: &Column, mut levels: &[u8], count: usize, present: &mut Vec<bool>) -> Result<usize, Refused> {
    if !column.optional {
        return Ok(count);
    }
    let mut found = Vec::new();
    hybrid(&mut levels, 1, count, &mut found)?;
    present.extend(found.iter().map(|level| *level == 1));
    Ok(found.iter().filter(|level| **level == 1).count())
}

fn decode(kind: Type, encoding: Option<i64>, bytes: &mut &[u8], count: usize) -> Result<Found, Refused> {
    let mut values = Values::none_of(kind);
    if count == 0 {
        return Ok(Found::Values(values));
    }
    match encoding {
        Some(0) => values.plain(kind, bytes, count)?,
        Some(2 | 8) => {
            let width = u32::from(take(bytes, 1)?[0]);
            let mut places = Vec::with_capacity(count);
            hybrid(bytes, width, count, &mut places)?;
            return Ok(Found::Places(places));
        }
        Some(3) => {
            take(bytes, 4)?;
            let mut bits = Vec::with_capacity(count);
            hybrid(bytes, 1, count, &mut bits)?;
            let Values::Bool(out) = &mut values else { return Err(damaged("an encoding does not fit its column")) };
            out.extend(bits.iter().map(|bit| *bit == 1));
        }
        Some(5) => values.deltas(kind, bytes, count)?,
        Some(6) => values.texts(bytes, count, false)?,
        Some(7) => values.texts(bytes, count, true)?,
        Some(9) => values.split(kind, bytes, count)?,
        other => {
            let name = other.map_or(String::from("none"), |number| number.to_string());
            return Err(format!("the Parquet file has an encoding that is not known (number {name}); write it anew"));
        }
    }
    if values.len() == count { Ok(Found::Values(values)) } else { Err(damaged("a page lacks values")) }
}

/// Unpacks a page to its stated length.
fn unpack(page: &[u8], codec: i64, length: usize) -> Result<Vec<u8>, Refused> {
    let unpacked = match codec {
        // A page without a value.
        _ if page.is_empty() && length == 0 => Vec::new(),
        0 => page.to_vec(),
        1 => {
            if snap::raw::decompress_len(page).ok() != Some(length) {
                return Err(damaged("a page has another length"));
            }
            snap::raw::Decoder::new().decompress_vec(page).map_err(|_| damaged("a page cannot be unpacked"))?
        }
        2 => {
            let mut out = Vec::new();
            let read = Gzip::new(page).take(length as u64 + 1).read_to_end(&mut out);
            read.map_err(|_| damaged("a page cannot be unpacked"))?;
            out
        }
        codec => {
            let name = match codec {
                3 => "LZO",
                4 => "Brotli",
                5 | 7 => "LZ4",
                6 => "Zstandard",
                _ => "an unknown codec",
            };
            return Err(format!(
                "the Parquet file is packed with {name}, which is not read; write it uncompressed, or with Snappy or gzip"
            ));
        }
    };
    if unpacked.len() == length { Ok(unpacked) } else { Err(damaged("a page has another length")) }
}
