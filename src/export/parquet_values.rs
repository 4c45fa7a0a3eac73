//! Columns of the outcome as column chunks: which values, in which encoding.
//!
//! A sensor's resolution leaves few distinct values, so measurements go through a dictionary unless that would be larger than
//! the values themselves.

use parquet::basic::Encoding;
use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescPtr;

use super::columns::Field;
use super::parquet_chunk::{Bounds, Chunk};
use super::spans::{self, Span};
use crate::contract::TEMPERATURE;
use crate::detect::anomaly_type;
use crate::encode::{Dictionary, booleans, differences, extremes, hybrid, plain, presence, width_of};
use crate::enrich::fahrenheit;
use crate::pipeline::Outcome;
use crate::table::hour_of;

/// The most rows of one page.
const PAGE_ROWS: usize = 1 << 16;
/// The most values of a dictionary: two MiB.
const DICTIONARY_VALUES: usize = 1 << 18;

/// Makes one column of the rows of `group`.
pub(super) fn column<'a>(
    descr: ColumnDescPtr,
    field: Field,
    outcome: &'a Outcome,
    group: &[Span],
) -> Result<Chunk<'a>, ParquetError> {
    let readings = &outcome.cleaned.readings;
    let temperature = readings.metric(TEMPERATURE).map(|m| readings.metrics[m].values.as_slice());
    let rolling = outcome.enriched.temp_rolling_avg_3.as_slice();
    let column = Column { descr, pages: spans::groups(group, PAGE_ROWS) };
    match field {
        Field::Timestamp => column.longs(&|_, row| Some(readings.timestamp_us[row])),
        Field::ValidUntil => column.longs(&|span, row| {
            let last = row + 1 == readings.devices[span.device].end;
            (!last).then(|| readings.timestamp_us[row + 1])
        }),
        Field::SourceLine => column.longs(&|_, row| Some(readings.line[row].into())),
        Field::Metric(metric) => column.doubles(Numbers::Measured(&readings.metrics[metric].values)),
        Field::Fahrenheit => column.doubles(temperature.map_or(Numbers::Missing, Numbers::Fahrenheit)),
        Field::RollingMean if rolling.is_empty() => column.doubles(Numbers::Missing),
        Field::RollingMean => column.doubles(Numbers::Measured(rolling)),
        Field::HourOfDay => column.hours(|row| hour_of(readings.timestamp_us[row])),
        Field::Device => column.texts(&|span, _| span.device, &|device| &readings.devices[device].name),
        Field::AnomalyType => {
            let flags = outcome.flags.bytes.as_slice();
            column.texts(&|_, row| usize::from(flags[row] & 3), &|flag| anomaly_type(flag as u8))
        }
        Field::SourceFile => column.texts(&|_, row| readings.file[row] as usize, &|file| readings.files[file].as_str()),
        Field::IsAnomaly => column.bools(&|row| outcome.flags.bytes[row] != 0),
        Field::Filled(metric) => {
            let filled = &readings.metrics[metric].filled;
            column.bools(&|row| filled.get(row))
        }
    }
}

/// Where a column of numbers comes from. A kind rather than a closure each, so that the column is compiled once for the page.
#[derive(Clone, Copy)]
enum Numbers<'a> {
    Measured(&'a [f64]),
    /// Of these degrees Celsius.
    Fahrenheit(&'a [f64]),
    Missing,
}

impl Numbers<'_> {
    /// The numbers of a span; those that follow from others are computed into `made`.
    fn of<'a>(&'a self, span: Span, made: &'a mut Vec<f64>) -> &'a [f64] {
        made.clear();
        match self {
            Self::Measured(values) => return &values[span.start..span.end],
            Self::Fahrenheit(celsius) => made.extend(celsius[span.start..span.end].iter().map(|c| fahrenheit(*c))),
            Self::Missing => made.resize(span.rows(), f64::NAN),
        }
        made
    }
}

/// A column, and its rows by page.
struct Column {
    descr: ColumnDescPtr,
    pages: Vec<Vec<Span>>,
}

impl Column {
    fn rows(&self) -> usize {
        self.pages.iter().map(|page| spans::count(page)).sum()
    }

    /// Numbers; NaN is missing.
    fn doubles<'a>(self, numbers: Numbers<'_>) -> Result<Chunk<'a>, ParquetError> {
        let mut dictionary = Dictionary::new();
        let mut indices: Vec<u32> = Vec::with_capacity(self.rows());
        let mut made = Vec::new();
        let mut fits = true;
        for span in self.pages.iter().flatten() {
            dictionary.indices(numbers.of(*span, &mut made), &mut indices);
            fits = dictionary.values.len() <= DICTIONARY_VALUES;
            if !fits {
                break;
            }
        }
        let width = width_of(dictionary.values.len().saturating_sub(1) as u32);
        let coded_bytes = dictionary.values.len() * 8 + indices.len() * width as usize / 8;
        if !fits || coded_bytes > indices.len() * 8 {
            return self.plain_doubles(numbers);
        }
        let mut chunk = Chunk::new(self.descr, Encoding::RLE_DICTIONARY);
        let mut distinct = Vec::new();
        plain(&mut distinct, &dictionary.values);
        chunk.dictionary(&distinct, dictionary.values.len())?;
        let mut indices = indices.as_slice();
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        for page in &self.pages {
            levels.clear();
            let present = page.iter().map(|span| presence(numbers.of(*span, &mut made), &mut levels)).sum();
            let (of_page, rest) = indices.split_at(present);
            indices = rest;
            values.clear();
            values.extend(of_page.iter().map(|&index| dictionary.values[index as usize]));
            let bounds = extremes(&values).map(|(min, max)| Bounds::Double(min, max));
            let missing = present < levels.len();
            chunk.page(levels.len(), missing.then_some(&levels), bounds, &|out| {
                coded(out, of_page);
            })?;
        }
        Ok(chunk)
    }

    fn plain_doubles<'a>(self, numbers: Numbers<'_>) -> Result<Chunk<'a>, ParquetError> {
        let mut chunk = Chunk::new(self.descr, Encoding::PLAIN);
        let (mut values, mut levels, mut made) = (Vec::new(), Vec::new(), Vec::new());
        for page in &self.pages {
            values.clear();
            levels.clear();
            for span in page {
                values.extend_from_slice(numbers.of(*span, &mut made));
            }
            let missing = presence(&values, &mut levels) < levels.len();
            let bounds = extremes(&values).map(|(min, max)| Bounds::Double(min, max));
            chunk.page(levels.len(), missing.then_some(&levels), bounds, &|out| plain(out, &values))?;
        }
        Ok(chunk)
    }

    /// Times and line numbers, as differences.
    fn longs<'a>(self, value: &dyn Fn(Span, usize) -> Option<i64>) -> Result<Chunk<'a>, ParquetError> {
        let mut chunk = Chunk::new(self.descr, Encoding::DELTA_BINARY_PACKED);
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        for page in &self.pages {
            values.clear();
            levels.clear();
            for &span in page {
                for value in (span.start..span.end).map(|row| value(span, row)) {
                    levels.push(u32::from(value.is_some()));
                    values.extend(value);
                }
            }
            let bounds = values.iter().fold(None, |bounds: Option<(i64, i64)>, &value| {
                Some(bounds.map_or((value, value), |(min, max)| (min.min(value), max.max(value))))
            });
            let bounds = bounds.map(|(min, max)| Bounds::Long(min, max));
            let missing = values.len() < levels.len();
            chunk.page(levels.len(), missing.then_some(&levels), bounds, &|out| differences(out, &values))?;
        }
        Ok(chunk)
    }

    /// Hours of the day, never missing.
    fn hours<'a>(self, hour: impl Fn(usize) -> u8) -> Result<Chunk<'a>, ParquetError> {
        let mut chunk = Chunk::new(self.descr, Encoding::RLE_DICTIONARY);
        let numbers: Vec<u8> = (0..24_i32).flat_map(i32::to_le_bytes).collect();
        chunk.dictionary(&numbers, 24)?;
        let mut hours = Vec::new();
        for page in &self.pages {
            hours.clear();
            hours.extend(page.iter().flat_map(|span| span.start..span.end).map(|row| u32::from(hour(row))));
            let min = hours.iter().min().copied().unwrap_or_default() as i32;
            let max = hours.iter().max().copied().unwrap_or_default() as i32;
            chunk.page(hours.len(), None, Some(Bounds::Int(min, max)), &|out| {
                coded(out, &hours);
            })?;
        }
        Ok(chunk)
    }

    /// Text that repeats, never missing: `number` says which, `text` how it reads.
    fn texts<'a>(
        self,
        number: &dyn Fn(Span, usize) -> usize,
        text: &dyn Fn(usize) -> &'a str,
    ) -> Result<Chunk<'a>, ParquetError> {
        // Numbers in order of appearance; those of one device or file mostly come in a row.
        let mut found: Vec<usize> = Vec::new();
        let mut index_of = std::collections::HashMap::new();
        let mut last = (usize::MAX, 0);
        let mut indices: Vec<u32> = Vec::with_capacity(self.rows());
        for &span in self.pages.iter().flatten() {
            for row in span.start..span.end {
                let number = number(span, row);
                if number != last.0 {
                    let index = *index_of.entry(number).or_insert_with(|| {
                        found.push(number);
                        found.len() - 1
                    });
                    last = (number, index as u32);
                }
                indices.push(last.1);
            }
        }
        let mut distinct = Vec::new();
        for &number in &found {
            let text = text(number);
            distinct.extend_from_slice(&(text.len() as u32).to_le_bytes());
            distinct.extend_from_slice(text.as_bytes());
        }
        let mut chunk = Chunk::new(self.descr, Encoding::RLE_DICTIONARY);
        chunk.dictionary(&distinct, found.len())?;
        let mut indices = indices.as_slice();
        for page in &self.pages {
            let (of_page, rest) = indices.split_at(spans::count(page));
            indices = rest;
            let mut bounds: Option<(&str, &str)> = None;
            let mut last = None;
            for &index in of_page.iter().filter(|&&index| last.replace(index) != Some(index)) {
                let text = text(found[index as usize]);
                bounds = Some(bounds.map_or((text, text), |(min, max)| (min.min(text), max.max(text))));
            }
            let bounds = bounds.map(|(min, max)| Bounds::Text(min, max));
            chunk.page(of_page.len(), None, bounds, &|out| {
                coded(out, of_page);
            })?;
        }
        Ok(chunk)
    }

    /// Truth, never missing.
    fn bools<'a>(self, value: &dyn Fn(usize) -> bool) -> Result<Chunk<'a>, ParquetError> {
        let mut chunk = Chunk::new(self.descr, Encoding::PLAIN);
        for page in &self.pages {
            let rows = || page.iter().flat_map(|span| span.start..span.end).map(&value);
            let count = spans::count(page);
            let yes = rows().filter(|yes| *yes).count();
            let bounds = Bounds::Bool(yes == count, yes > 0);
            chunk.page(count, None, Some(bounds), &|out| booleans(out, rows()))?;
        }
        Ok(chunk)
    }
}

/// Appends indices into a dictionary, each page with no more bits than it needs.
fn coded(out: &mut Vec<u8>, indices: &[u32]) {
    let width = width_of(indices.iter().max().copied().unwrap_or_default());
    out.push(width as u8);
    hybrid(out, indices, width);
}
