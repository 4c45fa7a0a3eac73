//! Columns of the outcome as column chunks: which values, in which encoding.
//!
//! A sensor's resolution leaves few distinct values, so measurements go through a dictionary unless that would be larger than
//! the values themselves.

use std::io;

use super::columns::Field;
use super::parquet_chunk::{Bounds, Chunk, Encoding};
use super::parquet_file::Shape;
use super::spans::{self, Span};
use crate::contract::TEMPERATURE;
use crate::detect::anomaly_type;
use crate::encode::{
    Dictionary, booleans, by_appearance, differences, extremes, hybrid, largest, plain, presence, range, width_of,
};
use crate::enrich::fahrenheits;
use crate::pipeline::Outcome;
use crate::survey::Zone;
use crate::table::hours_of;

/// The most rows of one page.
const PAGE_ROWS: usize = 1 << 16;
/// The most values of a dictionary: two MiB.
const DICTIONARY_VALUES: usize = 1 << 18;

/// Makes one column of the rows of `group`.
pub(super) fn column<'a>(shape: Shape, field: Field, outcome: &'a Outcome, group: &[Span]) -> io::Result<Chunk<'a>> {
    let readings = &outcome.cleaned.readings;
    let temperature = readings.metric(TEMPERATURE).map(|m| readings.metrics[m].values.as_slice());
    let rolling = outcome.enriched.temp_rolling_avg_3.as_slice();
    let column = Column { shape, pages: spans::groups(group, PAGE_ROWS) };
    match field {
        Field::Timestamp => {
            column.longs(&|span, values| values.extend_from_slice(&readings.timestamp_us[span.range()]))
        }
        Field::ValidUntil => column.longs(&|span, values| {
            // The device's last reading has none after it.
            let end = (span.end + 1).min(readings.devices[span.device].end);
            values.extend_from_slice(&readings.timestamp_us[span.start + 1..end]);
        }),
        Field::SourceLine => {
            column.longs(&|span, values| values.extend(readings.line[span.range()].iter().map(|line| i64::from(*line))))
        }
        Field::Metric(metric) => column.doubles(Numbers::Measured(&readings.metrics[metric].values)),
        Field::Fahrenheit => column.doubles(temperature.map_or(Numbers::Missing, Numbers::Fahrenheit)),
        Field::RollingMean if rolling.is_empty() => column.doubles(Numbers::Missing),
        Field::RollingMean => column.doubles(Numbers::Measured(rolling)),
        Field::HourOfDay => column.hours(&readings.timestamp_us, &readings.zone),
        Field::Device => column
            .texts(&|span, numbers| numbers.resize(numbers.len() + span.rows(), span.device as u32), &|device| {
                &readings.devices[device].name
            }),
        Field::AnomalyType => {
            let flags = outcome.flags.bytes.as_slice();
            let take = |span: Span, numbers: &mut Vec<u32>| {
                numbers.extend(flags[span.range()].iter().map(|flag| u32::from(flag & 3)));
            };
            column.texts(&take, &|flag| anomaly_type(flag as u8))
        }
        Field::SourceFile => {
            let take = |span: Span, numbers: &mut Vec<u32>| numbers.extend_from_slice(&readings.file[span.range()]);
            column.texts(&take, &|file| readings.files[file].as_str())
        }
        Field::IsAnomaly => column.bools(&|span, values| outcome.flags.mark(span.range(), values)),
        Field::Filled(metric) => {
            let filled = &readings.metrics[metric].filled;
            column.bools(&|span, values| filled.mark(span.range(), values))
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
            Self::Fahrenheit(celsius) => fahrenheits(&celsius[span.range()], made),
            Self::Missing => made.resize(span.rows(), f64::NAN),
        }
        made
    }
}

/// A column, and its rows by page.
struct Column {
    shape: Shape,
    pages: Vec<Vec<Span>>,
}

impl Column {
    fn rows(&self) -> usize {
        self.pages.iter().map(|page| spans::count(page)).sum()
    }

    /// Numbers; NaN is missing.
    fn doubles<'a>(self, numbers: Numbers<'_>) -> io::Result<Chunk<'a>> {
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
        let mut chunk = Chunk::new(self.shape, Encoding::Dictionary);
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

    fn plain_doubles<'a>(self, numbers: Numbers<'_>) -> io::Result<Chunk<'a>> {
        let mut chunk = Chunk::new(self.shape, Encoding::Plain);
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

    /// Times and line numbers, as differences. `take` appends those of a span; where it appends one less than there are rows, the
    /// last row has none.
    fn longs<'a>(self, take: &dyn Fn(Span, &mut Vec<i64>)) -> io::Result<Chunk<'a>> {
        let mut chunk = Chunk::new(self.shape, Encoding::Differences);
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        for page in &self.pages {
            values.clear();
            levels.clear();
            for &span in page {
                let before = values.len();
                take(span, &mut values);
                levels.resize(levels.len() + values.len() - before, 1);
                levels.resize(levels.len() + span.rows() + before - values.len(), 0);
            }
            let bounds = range(&values).map(|(min, max)| Bounds::Long(min, max));
            let missing = values.len() < levels.len();
            chunk.page(levels.len(), missing.then_some(&levels), bounds, &|out| differences(out, &values))?;
        }
        Ok(chunk)
    }

    /// Hours of the day, never missing.
    fn hours<'a>(self, timestamp_us: &[i64], zone: &Zone) -> io::Result<Chunk<'a>> {
        let mut chunk = Chunk::new(self.shape, Encoding::Dictionary);
        let numbers: Vec<u8> = (0..24_i32).flat_map(i32::to_le_bytes).collect();
        chunk.dictionary(&numbers, 24)?;
        let mut hours = Vec::new();
        for page in &self.pages {
            hours.clear();
            page.iter().for_each(|span| hours_of(&timestamp_us[span.range()], zone, &mut hours));
            let min = hours.iter().min().copied().unwrap_or_default() as i32;
            let max = largest(&hours) as i32;
            chunk.page(hours.len(), None, Some(Bounds::Int(min, max)), &|out| {
                coded(out, &hours);
            })?;
        }
        Ok(chunk)
    }

    /// Text that repeats, never missing: `take` appends which of a span's rows has which number, `text` says how a number reads.
    fn texts<'a>(self, take: &dyn Fn(Span, &mut Vec<u32>), text: &dyn Fn(usize) -> &'a str) -> io::Result<Chunk<'a>> {
        let mut indices: Vec<u32> = Vec::with_capacity(self.rows());
        self.pages.iter().flatten().for_each(|span| take(*span, &mut indices));
        let found = by_appearance(&mut indices);
        let mut distinct = Vec::new();
        for &number in &found {
            let text = text(number as usize);
            distinct.extend_from_slice(&(text.len() as u32).to_le_bytes());
            distinct.extend_from_slice(text.as_bytes());
        }
        let mut chunk = Chunk::new(self.shape, Encoding::Dictionary);
        chunk.dictionary(&distinct, found.len())?;
        let mut indices = indices.as_slice();
        for page in &self.pages {
            let (of_page, rest) = indices.split_at(spans::count(page));
            indices = rest;
            let mut bounds: Option<(&str, &str)> = None;
            let mut last = None;
            for &index in of_page.iter().filter(|&&index| last.replace(index) != Some(index)) {
                let text = text(found[index as usize] as usize);
                bounds = Some(bounds.map_or((text, text), |(min, max)| (min.min(text), max.max(text))));
            }
            let bounds = bounds.map(|(min, max)| Bounds::Text(min, max));
            chunk.page(of_page.len(), None, bounds, &|out| {
                coded(out, of_page);
            })?;
        }
        Ok(chunk)
    }

    /// Truth, never missing. `take` appends that of a span.
    fn bools<'a>(self, take: &dyn Fn(Span, &mut Vec<bool>)) -> io::Result<Chunk<'a>> {
        let mut chunk = Chunk::new(self.shape, Encoding::Plain);
        let mut values = Vec::new();
        for page in &self.pages {
            values.clear();
            page.iter().for_each(|span| take(*span, &mut values));
            let bounds = Bounds::Bool(!values.contains(&false), values.contains(&true));
            chunk.page(values.len(), None, Some(bounds), &|out| booleans(out, &values))?;
        }
        Ok(chunk)
    }
}

/// Appends indices into a dictionary, each page with no more bits than it needs.
fn coded(out: &mut Vec<u8>, indices: &[u32]) {
    let width = width_of(largest(indices));
    out.push(width as u8);
    hybrid(out, indices, width);
}
