//! Readings as one Parquet file a UTC date, in the layout of Hive: `date=2024-03-01/part-0.parquet`.
//!
//! The date stands in the path only. Every date of the outcome is made anew, so running twice never doubles a row.

use std::io::Write;

use super::archive::Archive;
use super::parquet_file::Layout;
use super::spans::{self, Span};
use super::{failed, text};
use crate::Error;
use crate::pipeline::Outcome;
use crate::recipe::Recipe;

/// One date's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    /// `date=2024-03-01/part-0.parquet`
    pub path: String,
    pub rows: u64,
    pub bytes: Vec<u8>,
}

/// The files of all dates, each to be made by itself: none needs another, and several may be made side by side.
pub struct Partitions<'a> {
    outcome: &'a Outcome,
    layout: Layout,
    days: Vec<(i32, Vec<Span>)>,
}

impl<'a> Partitions<'a> {
    /// Plans one file a date, dates ascending.
    ///
    /// # Errors
    /// When the schema cannot be made, which no input is known to cause.
    pub fn new(outcome: &'a Outcome, recipe: &Recipe) -> Result<Self, Error> {
        let layout = Layout::new(outcome, recipe, true);
        Ok(Self { outcome, layout, days: spans::by_day(outcome) })
    }

    /// How many dates there are.
    pub fn len(&self) -> usize {
        self.days.len()
    }

    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// Makes the file of the date at this place.
    ///
    /// # Errors
    /// When there is no such date, or the file cannot be made, which no input is known to cause.
    pub fn make(&self, place: usize) -> Result<Partition, Error> {
        let (day, spans) = self.days.get(place).ok_or_else(|| failed("there is no such date"))?;
        let mut path = String::from("date=");
        text::push_day(&mut path, *day);
        path.push_str("/part-0.parquet");
        let mut bytes = Vec::new();
        self.layout.write(&mut bytes, self.outcome, spans).map_err(failed)?;
        Ok(Partition { path, rows: spans::count(spans) as u64, bytes })
    }
}

/// Makes one file after the other, dates ascending; only one of them is held at a time.
///
/// # Errors
/// When the schema or a file cannot be made, which no input is known to cause.
pub fn partitions<'a>(
    outcome: &'a Outcome,
    recipe: &Recipe,
) -> Result<impl Iterator<Item = Result<Partition, Error>> + use<'a>, Error> {
    let partitions = Partitions::new(outcome, recipe)?;
    Ok((0..partitions.len()).map(move |place| partitions.make(place)))
}

/// Writes all partitions one behind the other; returns the number of rows, and path and length of each.
///
/// # Errors
/// When `out` refuses bytes.
pub fn partitions_in_row(
    out: &mut dyn Write,
    outcome: &Outcome,
    recipe: &Recipe,
) -> Result<(u64, Vec<(String, u64)>), Error> {
    let (mut rows, mut parts) = (0, Vec::new());
    for partition in partitions(outcome, recipe)? {
        let Partition { path, rows: more, bytes } = partition?;
        rows += more;
        out.write_all(&bytes).map_err(failed)?;
        parts.push((path, bytes.len() as u64));
    }
    Ok((rows, parts))
}

/// Writes all partitions as one zip archive and returns the number of rows. Entries are stored (Parquet is compressed already) and carry a
/// fixed time, so that the same outcome gives the same bytes.
///
/// # Errors
/// When `out` refuses bytes.
pub fn partitions_zip(out: impl Write, outcome: &Outcome, recipe: &Recipe) -> Result<u64, Error> {
    let mut archive = Archive::new(out);
    let mut rows = 0;
    for partition in partitions(outcome, recipe)? {
        let partition = partition?;
        rows += partition.rows;
        archive.add(&partition.path, &partition.bytes).map_err(failed)?;
    }
    archive.finish().map_err(failed)?;
    Ok(rows)
}
