//! One column of one row group: pages, Snappy-compressed, with their statistics and index.

use std::io;

use super::parquet_file::{Physical, Shape};
use super::thrift::{Kind, Thrift};
use crate::encode::{hybrid, one_run};

/// How values are written, by the format's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain = 0,
    /// Runs and packed bits, here of presence.
    Rle = 3,
    Differences = 5,
    Dictionary = 8,
}

/// Kinds of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    Values = 0,
    Dictionary = 2,
}

/// The format's number of the compression.
pub(super) const SNAPPY: i64 = 1;

/// Smallest and largest value of a page or column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bounds<'a> {
    Double(f64, f64),
    Long(i64, i64),
    Int(i32, i32),
    Bool(bool, bool),
    Text(&'a str, &'a str),
}

impl Bounds<'_> {
    /// As bytes, plain.
    fn bytes(self) -> (Vec<u8>, Vec<u8>) {
        match self {
            // The format asks for the zeros that leave room for both.
            Self::Double(min, max) => (lowest_zero(min).to_le_bytes().into(), highest_zero(max).to_le_bytes().into()),
            Self::Long(min, max) => (min.to_le_bytes().into(), max.to_le_bytes().into()),
            Self::Int(min, max) => (min.to_le_bytes().into(), max.to_le_bytes().into()),
            Self::Bool(min, max) => (vec![min.into()], vec![max.into()]),
            Self::Text(min, max) => (min.into(), max.into()),
        }
    }

    fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Double(a, b), Self::Double(c, d)) => Self::Double(a.min(c), b.max(d)),
            (Self::Long(a, b), Self::Long(c, d)) => Self::Long(a.min(c), b.max(d)),
            (Self::Int(a, b), Self::Int(c, d)) => Self::Int(a.min(c), b.max(d)),
            (Self::Bool(a, b), Self::Bool(c, d)) => Self::Bool(a & c, b | d),
            (Self::Text(a, b), Self::Text(c, d)) => Self::Text(a.min(c), b.max(d)),
            (same, _) => same,
        }
    }
}

fn lowest_zero(value: f64) -> f64 {
    if value == 0.0 { -0.0 } else { value }
}

fn highest_zero(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value }
}

/// A page of values: bounds, nulls, place in the chunk, bytes with its header, and its first row.
struct PageEntry {
    bounds: Option<(Vec<u8>, Vec<u8>)>,
    nulls: usize,
    offset: usize,
    bytes: usize,
    first_row: usize,
}

/// A column chunk in the making.
pub(super) struct Chunk<'a> {
    snappy: snap::raw::Encoder,
    bounds: Option<Bounds<'a>>,
    body: Vec<u8>,
    written: Written,
}

/// A column chunk: its bytes, and what the file has to know of them.
pub(super) struct Written {
    pub shape: Shape,
    pub bytes: Vec<u8>,
    pub rows: usize,
    pub nulls: usize,
    pub compressed_bytes: usize,
    pub plain_bytes: usize,
    /// Whether it begins with a dictionary.
    pub dictionary: bool,
    /// Where its first page of values begins.
    pub data_offset: usize,
    /// Smallest and largest value, as bytes.
    pub bounds: Option<(Vec<u8>, Vec<u8>)>,
    encoding: Encoding,
    pages: Vec<PageEntry>,
}

impl<'a> Chunk<'a> {
    pub(super) fn new(shape: Shape, encoding: Encoding) -> Self {
        let written = Written {
            shape,
            bytes: Vec::new(),
            rows: 0,
            nulls: 0,
            compressed_bytes: 0,
            plain_bytes: 0,
            dictionary: false,
            data_offset: 0,
            bounds: None,
            encoding,
            pages: Vec::new(),
        };
        Self { snappy: snap::raw::Encoder::new(), bounds: None, body: Vec::new(), written }
    }

    /// Writes the dictionary: `count` values, plain.
    pub(super) fn dictionary(&mut self, values: &[u8], count: usize) -> io::Result<()> {
        self.write(Page::Dictionary, Encoding::Plain, count, values)?;
        self.written.dictionary = true;
        self.written.data_offset = self.written.bytes.len();
        Ok(())
    }

    /// Writes one page of `rows` rows. `present` says which have a value where the column is optional and some have none;
    /// `values` appends the encoded values that are there.
    pub(super) fn page(
        &mut self,
        rows: usize,
        present: Option<&[u32]>,
        bounds: Option<Bounds<'a>>,
        values: &dyn Fn(&mut Vec<u8>),
    ) -> io::Result<()> {
        let mut body = std::mem::take(&mut self.body);
        body.clear();
        if self.written.shape.optional {
            let length_at = body.len();
            body.extend_from_slice(&[0; 4]);
            match present {
                Some(levels) => hybrid(&mut body, levels, 1),
                None => one_run(&mut body, 1, rows, 1),
            }
            let length = (body.len() - length_at - 4) as u32;
            body[length_at..length_at + 4].copy_from_slice(&length.to_le_bytes());
        }
        values(&mut body);
        let offset = self.written.bytes.len();
        self.write(Page::Values, self.written.encoding, rows, &body)?;
        self.body = body;
        let nulls = present.map_or(0, |levels| levels.iter().filter(|&&level| level == 0).count());
        self.bounds = match (self.bounds, bounds) {
            (Some(all), Some(page)) => Some(all.join(page)),
            (all, page) => all.or(page),
        };
        let written = &mut self.written;
        let bytes = written.bytes.len() - offset;
        let bounds = bounds.map(Bounds::bytes);
        written.pages.push(PageEntry { bounds, nulls, offset, bytes, first_row: written.rows });
        written.rows += rows;
        written.nulls += nulls;
        Ok(())
    }

    /// Writes a page with its header.
    fn write(&mut self, page: Page, encoding: Encoding, count: usize, body: &[u8]) -> io::Result<()> {
        let compressed = self.snappy.compress_vec(body).map_err(io::Error::other)?;
        let mut header = Thrift::default();
        header.begin();
        header.number(1, Kind::I32, page as i64);
        header.number(2, Kind::I32, body.len() as i64);
        header.number(3, Kind::I32, compressed.len() as i64);
        header.inner(if page == Page::Values { 5 } else { 7 });
        header.number(1, Kind::I32, count as i64);
        header.number(2, Kind::I32, encoding as i64);
        if page == Page::Values {
            header.number(3, Kind::I32, Encoding::Rle as i64);
            header.number(4, Kind::I32, Encoding::Rle as i64);
        } else {
            header.flag(3, false);
        }
        header.end();
        header.end();
        let written = &mut self.written;
        written.bytes.extend_from_slice(&header.bytes);
        written.bytes.extend_from_slice(&compressed);
        written.compressed_bytes += header.bytes.len() + compressed.len();
        written.plain_bytes += header.bytes.len() + body.len();
        Ok(())
    }

    pub(super) fn finish(mut self) -> Written {
        self.written.bounds = self.bounds.map(Bounds::bytes);
        self.written
    }
}

impl Written {
    /// The encodings of all pages; and of each kind of page its encoding, and how many there are.
    pub(super) fn encodings(&self) -> (Vec<Encoding>, Vec<(Page, Encoding, i64)>) {
        let mut encodings = vec![Encoding::Rle, self.encoding];
        let mut pages = vec![(Page::Values, self.encoding, self.pages.len() as i64)];
        if self.dictionary {
            encodings.push(Encoding::Plain);
            pages.push((Page::Dictionary, Encoding::Plain, 1));
        }
        encodings.sort_by_key(|encoding| *encoding as u8);
        (encodings, pages)
    }

    /// Without a value there are no bounds, and engines still see that all are missing.
    pub(super) fn has_statistics(&self) -> bool {
        self.bounds.is_some() || matches!(self.shape.physical, Physical::Double | Physical::Int64)
    }

    /// Smallest and largest value of each page.
    pub(super) fn column_index(&self, _start: u64) -> Vec<u8> {
        let mut out = Thrift::default();
        let without: Vec<bool> = self.pages.iter().map(|page| page.bounds.is_none()).collect();
        out.begin();
        out.flags(1, &without);
        for (field, of) in [(2, 0), (3, 1)] {
            out.list(field, Kind::Bytes, self.pages.len());
            for page in &self.pages {
                let bound = page.bounds.as_ref().map(|(min, max)| if of == 0 { min } else { max });
                out.entry(bound.map_or(&[], Vec::as_slice));
            }
        }
        // In no order.
        out.number(4, Kind::I32, 0);
        out.list(5, Kind::I64, self.pages.len());
        self.pages.iter().for_each(|page| out.zigzag(page.nulls as i64));
        out.end();
        out.bytes
    }

    /// Where the pages are in a file in which the chunk begins at `start`.
    pub(super) fn offset_index(&self, start: u64) -> Vec<u8> {
        let mut out = Thrift::default();
        out.begin();
        out.list(1, Kind::Struct, self.pages.len());
        for page in &self.pages {
            out.begin();
            out.number(1, Kind::I64, (start as usize + page.offset) as i64);
            out.number(2, Kind::I32, page.bytes as i64);
            out.number(3, Kind::I64, page.first_row as i64);
            out.end();
        }
        out.end();
        out.bytes
    }
}
