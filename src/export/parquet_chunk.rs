//! One column of one row group: pages, Snappy-compressed, with their statistics and index.

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, PageType, Type as Physical};
use parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ColumnIndexBuilder, OffsetIndexBuilder, PageEncodingStats};

use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use crate::encode::{hybrid, one_run};

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

/// A column chunk in the making.
pub(super) struct Chunk<'a> {
    descr: ColumnDescPtr,
    sink: TrackedWrite<Vec<u8>>,
    snappy: snap::raw::Encoder,
    columns: ColumnIndexBuilder,
    offsets: OffsetIndexBuilder,
    bounds: Option<Bounds<'a>>,
    /// Encoding of the values, and number of data pages.
    encoding: Encoding,
    pages: i32,
    rows: usize,
    nulls: usize,
    compressed_bytes: usize,
    plain_bytes: usize,
    dictionary_offset: Option<i64>,
    data_offset: i64,
    body: Vec<u8>,
}

impl<'a> Chunk<'a> {
    pub(super) fn new(descr: ColumnDescPtr, encoding: Encoding) -> Self {
        let columns = ColumnIndexBuilder::new(descr.physical_type());
        Self {
            descr,
            sink: TrackedWrite::new(Vec::new()),
            snappy: snap::raw::Encoder::new(),
            columns,
            offsets: OffsetIndexBuilder::new(),
            bounds: None,
            encoding,
            pages: 0,
            rows: 0,
            nulls: 0,
            compressed_bytes: 0,
            plain_bytes: 0,
            dictionary_offset: None,
            data_offset: 0,
            body: Vec::new(),
        }
    }

    /// Writes the dictionary: `count` values, plain.
    pub(super) fn dictionary(&mut self, values: &[u8], count: usize) -> Result<(), ParquetError> {
        let buf = self.compressed(values)?;
        let page = Page::DictionaryPage { buf, num_values: count as u32, encoding: Encoding::PLAIN, is_sorted: false };
        let spec = self.write(page, values.len())?;
        self.dictionary_offset = Some(spec.offset as i64);
        self.data_offset = spec.bytes_written as i64;
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
    ) -> Result<(), ParquetError> {
        let mut body = std::mem::take(&mut self.body);
        body.clear();
        if self.descr.max_def_level() > 0 {
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
        let buf = self.compressed(&body)?;
        let page = Page::DataPage {
            buf,
            num_values: rows as u32,
            encoding: self.encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let spec = self.write(page, body.len())?;
        self.body = body;
        let nulls = present.map_or(0, |levels| levels.iter().filter(|&&level| level == 0).count());
        let (min, max) = bounds.map(Bounds::bytes).unwrap_or_default();
        self.columns.append(bounds.is_none(), min, max, nulls as i64);
        self.offsets.append_offset_and_size(spec.offset as i64, spec.compressed_size as i32);
        self.offsets.append_row_count(rows as i64);
        self.bounds = match (self.bounds, bounds) {
            (Some(all), Some(page)) => Some(all.join(page)),
            (all, page) => all.or(page),
        };
        self.pages += 1;
        self.rows += rows;
        self.nulls += nulls;
        Ok(())
    }

    fn compressed(&mut self, bytes: &[u8]) -> Result<Bytes, ParquetError> {
        self.snappy.compress_vec(bytes).map(Bytes::from).map_err(|error| ParquetError::External(Box::new(error)))
    }

    fn write(&mut self, page: Page, plain_bytes: usize) -> Result<PageWriteSpec, ParquetError> {
        let page = CompressedPage::new(page, plain_bytes);
        let spec = SerializedPageWriter::new(&mut self.sink).write_page(page)?;
        self.compressed_bytes += spec.compressed_size;
        self.plain_bytes += spec.uncompressed_size;
        Ok(spec)
    }

    /// The chunk's bytes, and what the file has to know of them.
    pub(super) fn finish(self) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
        let mut encodings = vec![Encoding::RLE, self.encoding];
        let mut stats =
            vec![PageEncodingStats { page_type: PageType::DATA_PAGE, encoding: self.encoding, count: self.pages }];
        if self.dictionary_offset.is_some() {
            encodings.push(Encoding::PLAIN);
            stats.push(PageEncodingStats { page_type: PageType::DICTIONARY_PAGE, encoding: Encoding::PLAIN, count: 1 });
        }
        let nulls = Some(self.nulls as u64);
        let statistics = match (self.bounds, self.descr.physical_type()) {
            (Some(Bounds::Double(min, max)), _) => {
                Some(Statistics::double(Some(lowest_zero(min)), Some(highest_zero(max)), None, nulls, false))
            }
            (Some(Bounds::Long(min, max)), _) => Some(Statistics::int64(Some(min), Some(max), None, nulls, false)),
            (Some(Bounds::Int(min, max)), _) => Some(Statistics::int32(Some(min), Some(max), None, nulls, false)),
            (Some(Bounds::Bool(min, max)), _) => Some(Statistics::boolean(Some(min), Some(max), None, nulls, false)),
            (Some(Bounds::Text(min, max)), _) => {
                Some(Statistics::byte_array(Some(min.into()), Some(max.into()), None, nulls, false))
            }
            // Without a value there are no bounds, and engines still see that all are missing.
            (None, Physical::DOUBLE) => Some(Statistics::double(None, None, None, nulls, false)),
            (None, Physical::INT64) => Some(Statistics::int64(None, None, None, nulls, false)),
            (None, _) => None,
        };
        let mut metadata = ColumnChunkMetaData::builder(self.descr)
            .set_compression(Compression::SNAPPY)
            .set_encodings(encodings)
            .set_page_encoding_stats(stats)
            .set_num_values(self.rows as i64)
            .set_total_compressed_size(self.compressed_bytes as i64)
            .set_total_uncompressed_size(self.plain_bytes as i64)
            .set_dictionary_page_offset(self.dictionary_offset)
            .set_data_page_offset(self.data_offset);
        if let Some(statistics) = statistics {
            metadata = metadata.set_statistics(statistics);
        }
        let close = ColumnCloseResult {
            bytes_written: self.compressed_bytes as u64,
            rows_written: self.rows as u64,
            metadata: metadata.build()?,
            bloom_filter: None,
            column_index: Some(self.columns.build()?),
            offset_index: Some(self.offsets.build()),
        };
        Ok((self.sink.into_inner()?.into(), close))
    }
}
