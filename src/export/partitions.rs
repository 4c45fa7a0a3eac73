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

/// Makes one file after the other, dates ascending; only one of them is held at a time.
///
/// # Errors
/// When the schema or a file cannot be made, which no input is known to cause.
pub fn partitions<'a>(
    outcome: &'a Outcome,
    recipe: &Recipe,
) -> Result<impl Iterator<Item = Result<Partition, Error>> + use<'a>, Error> {
    let layout = Layout::new(outcome, recipe, true).map_err(failed)?;
    let days = spans::by_day(outcome);
    Ok(days.into_iter().map(move |(day, spans)| partition(outcome, &layout, day, &spans)))
}

fn partition(outcome: &Outcome, layout: &Layout, day: i32, spans: &[Span]) -> Result<Partition, Error> {
    let mut path = String::from("date=");
    text::push_day(&mut path, day);
    path.push_str("/part-0.parquet");
    let mut bytes = Vec::new();
    layout.write(&mut bytes, outcome, spans).map_err(failed)?;
    Ok(Partition { path, rows: spans::count(spans) as u64, bytes })
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
