//! Readings as one Parquet file, written column by column without an intermediate table.
//!
//! Strings and measurements are dictionary-encoded (a sensor's resolution leaves few distinct values), times and line numbers
//! as differences, everything Snappy-compressed, with minimum and maximum a row group and page.
//!
//! Owns the file's frame: schema, indexes, footer (Apache Parquet 2.11, parquet.thrift). Written here because the library's writer is
//! a fourteenth of what the page fetches; its reader judges every file in the tests.

use std::io::{self, Write};

use super::columns::{ExportColumn, Field, columns};
use super::failed;
use super::parquet_chunk::{SNAPPY, Written};
use super::parquet_values;
use super::spans::{self, Span};
use super::thrift::{Kind, Thrift};
use crate::Error;
use crate::pipeline::Outcome;
use crate::recipe::Recipe;

/// The most rows of one row group.
pub const ROW_GROUP_ROWS: usize = 1 << 20;

const MAGIC: &[u8] = b"PAR1";

/// Writes every reading inside the date range. Returns the number of rows.
///
/// # Errors
/// When `out` refuses bytes.
pub fn readings_parquet(mut out: impl Write, outcome: &Outcome, recipe: &Recipe) -> Result<u64, Error> {
    let layout = Layout::new(outcome, recipe, false);
    let rows = spans::selected(outcome);
    layout.write(&mut out, outcome, &rows).map_err(failed)?;
    Ok(spans::count(&rows) as u64)
}

/// How a value is stored, by the format's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Physical {
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Double = 5,
    ByteArray = 6,
}

/// What a value means beyond how it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Logical {
    Nothing,
    Text,
    /// Microseconds of a local time.
    Time,
}

/// A column's type in the file. Whatever can be missing under some recipe is optional under all of them, so that files of
/// different runs fit together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub physical: Physical,
    logical: Logical,
    pub optional: bool,
}

impl Shape {
    fn of(field: Field) -> Self {
        let (physical, logical, optional) = match field {
            Field::Timestamp => (Physical::Int64, Logical::Time, false),
            Field::ValidUntil => (Physical::Int64, Logical::Time, true),
            Field::Device | Field::AnomalyType | Field::SourceFile => (Physical::ByteArray, Logical::Text, false),
            Field::Metric(_) | Field::Fahrenheit | Field::RollingMean => (Physical::Double, Logical::Nothing, true),
            Field::HourOfDay => (Physical::Int32, Logical::Nothing, false),
            Field::IsAnomaly | Field::Filled(_) => (Physical::Boolean, Logical::Nothing, false),
            Field::SourceLine => (Physical::Int64, Logical::Nothing, false),
        };
        Self { physical, logical, optional }
    }
}

/// What all files of one export share: columns and what the file says of itself.
pub(super) struct Layout {
    columns: Vec<ExportColumn>,
    about: [(&'static str, String); 2],
}

/// A row group that was written: its rows, and where each column begins.
struct Group {
    rows: usize,
    columns: Vec<(Written, u64)>,
}

impl Layout {
    pub(super) fn new(outcome: &Outcome, recipe: &Recipe, partitioned: bool) -> Self {
        Self {
            columns: columns(&recipe.contract, &outcome.cleaned.readings, partitioned),
            about: [
                ("sensorium.version", env!("CARGO_PKG_VERSION").into()),
                ("sensorium.recipe", crate::recipe::json::to_json(recipe)),
            ],
        }
    }

    /// Writes one file of the rows of `spans`; returns its length. Of the file a column of a row group is held. One type of `out`, so that
    /// this is compiled once for the page.
    pub(super) fn write(&self, out: &mut dyn Write, outcome: &Outcome, spans: &[Span]) -> io::Result<u64> {
        out.write_all(MAGIC)?;
        let mut at = MAGIC.len() as u64;
        let mut groups = Vec::new();
        for rows in spans::groups(spans, ROW_GROUP_ROWS) {
            let mut columns = Vec::with_capacity(self.columns.len());
            for column in &self.columns {
                let shape = Shape::of(column.field);
                let mut written = parquet_values::column(shape, column.field, outcome, &rows)?.finish();
                let bytes = std::mem::take(&mut written.bytes);
                out.write_all(&bytes)?;
                columns.push((written, at));
                at += bytes.len() as u64;
            }
            groups.push(Group { rows: spans::count(&rows), columns });
        }
        // The indexes of all pages by column, then where the pages are.
        let mut indexes = Vec::new();
        for index in [Written::column_index, Written::offset_index] {
            let mut places = Vec::new();
            for (column, start) in groups.iter().flat_map(|group| &group.columns) {
                let bytes = index(column, *start);
                out.write_all(&bytes)?;
                places.push((at, bytes.len()));
                at += bytes.len() as u64;
            }
            indexes.push(places);
        }
        let footer = self.footer(&groups, &indexes);
        out.write_all(&footer)?;
        out.write_all(&(footer.len() as u32).to_le_bytes())?;
        out.write_all(MAGIC)?;
        Ok(at + (footer.len() + 4 + MAGIC.len()) as u64)
    }

    fn footer(&self, groups: &[Group], indexes: &[Vec<(u64, usize)>]) -> Vec<u8> {
        let mut out = Thrift::default();
        out.begin();
        out.number(1, Kind::I32, 1);
        out.list(2, Kind::Struct, self.columns.len() + 1);
        out.begin();
        out.text(4, b"schema");
        out.number(5, Kind::I32, self.columns.len() as i64);
        out.end();
        self.columns.iter().for_each(|column| schema(&mut out, column));
        out.number(3, Kind::I64, groups.iter().map(|group| group.rows as i64).sum());
        out.list(4, Kind::Struct, groups.len());
        let mut places = indexes.iter().map(|places| places.iter()).collect::<Vec<_>>();
        for (number, group) in groups.iter().enumerate() {
            self.group(&mut out, number, group, &mut places);
        }
        out.list(5, Kind::Struct, self.about.len());
        for (key, value) in &self.about {
            out.begin();
            out.text(1, key.as_bytes());
            out.text(2, value.as_bytes());
            out.end();
        }
        out.text(6, concat!("sensorium version ", env!("CARGO_PKG_VERSION")).as_bytes());
        // Values are ordered as their types say.
        out.list(7, Kind::Struct, self.columns.len());
        for _ in &self.columns {
            out.begin();
            out.inner(1);
            out.end();
            out.end();
        }
        out.end();
        out.bytes
    }

    fn group(&self, out: &mut Thrift, number: usize, group: &Group, places: &mut [std::slice::Iter<'_, (u64, usize)>]) {
        let sum = |of: fn(&Written) -> usize| group.columns.iter().map(|(column, _)| of(column) as i64).sum();
        out.begin();
        out.list(1, Kind::Struct, group.columns.len());
        for ((written, start), column) in group.columns.iter().zip(&self.columns) {
            out.begin();
            out.number(2, Kind::I64, 0);
            out.inner(3);
            chunk(out, column, written, *start as i64);
            out.end();
            // The offset index, then the column index.
            for (field, places) in [6, 4].into_iter().zip(&mut *places).rev() {
                if let Some((at, bytes)) = places.next() {
                    out.number(field, Kind::I64, *at as i64);
                    out.number(field + 1, Kind::I32, *bytes as i64);
                }
            }
            out.end();
        }
        out.number(2, Kind::I64, sum(|column| column.plain_bytes));
        out.number(3, Kind::I64, group.rows as i64);
        if let Some((_, start)) = group.columns.first() {
            out.number(5, Kind::I64, *start as i64);
        }
        out.number(6, Kind::I64, sum(|column| column.compressed_bytes));
        out.number(7, Kind::I16, number as i64);
        out.end();
    }
}

fn schema(out: &mut Thrift, column: &ExportColumn) {
    let Shape { physical, logical, optional } = Shape::of(column.field);
    out.begin();
    out.number(1, Kind::I32, physical as i64);
    out.number(3, Kind::I32, optional.into());
    out.text(4, column.name.as_bytes());
    match logical {
        Logical::Nothing => {}
        Logical::Text => {
            // The older word for the same, UTF8.
            out.number(6, Kind::I32, 0);
            out.inner(10);
            out.inner(1);
            out.end();
            out.end();
        }
        Logical::Time => {
            // The older word for nearly the same, TIMESTAMP_MICROS.
            out.number(6, Kind::I32, 10);
            out.inner(10);
            out.inner(8);
            out.flag(1, false);
            out.inner(2);
            out.inner(2);
            (0..4).for_each(|_| out.end());
        }
    }
    out.end();
}

fn chunk(out: &mut Thrift, column: &ExportColumn, written: &Written, start: i64) {
    let (encodings, pages) = written.encodings();
    out.number(1, Kind::I32, written.shape.physical as i64);
    out.list(2, Kind::I32, encodings.len());
    encodings.iter().for_each(|encoding| out.zigzag(*encoding as i64));
    out.list(3, Kind::Bytes, 1);
    out.entry(column.name.as_bytes());
    out.number(4, Kind::I32, SNAPPY);
    out.number(5, Kind::I64, written.rows as i64);
    out.number(6, Kind::I64, written.plain_bytes as i64);
    out.number(7, Kind::I64, written.compressed_bytes as i64);
    out.number(9, Kind::I64, start + written.data_offset as i64);
    if written.dictionary {
        out.number(11, Kind::I64, start);
    }
    if written.has_statistics() {
        out.inner(12);
        out.number(3, Kind::I64, written.nulls as i64);
        if let Some((min, max)) = &written.bounds {
            out.text(5, max);
            out.text(6, min);
            out.flag(7, true);
            out.flag(8, true);
        }
        out.end();
    }
    out.list(13, Kind::Struct, pages.len());
    for (page, encoding, count) in pages {
        out.begin();
        out.number(1, Kind::I32, page as i64);
        out.number(2, Kind::I32, encoding as i64);
        out.number(3, Kind::I32, count);
        out.end();
    }
}
