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
    pub fn new(outcome: &'a Outcome, recipe: &Recipe) -> Self {
        Self { outcome, layout: Layout::new(outcome, recipe, true), days: spans::by_day(outcome) }
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
        let mut bytes = Vec::new();
        self.layout.write(&mut bytes, self.outcome, spans).map_err(failed)?;
        Ok(Partition { path: path_of(*day), rows: spans::count(spans) as u64, bytes })
    }
}

fn path_of(day: i32) -> String {
    let mut path = String::from("date=");
    text::push_day(&mut path, day);
    path.push_str("/part-0.parquet");
    path
}

/// A file of more rows than this is not held whole: it takes some thirty bytes a row, at most.
const HELD_ROWS: usize = 1 << 20;

/// Makes one file after the other, dates ascending; only one of them is held at a time. No input is
/// known to be the cause of an error.
pub fn partitions<'a>(
    outcome: &'a Outcome,
    recipe: &Recipe,
) -> impl Iterator<Item = Result<Partition, Error>> + use<'a> {
    let partitions = Partitions::new(outcome, recipe);
    (0..partitions.len()).map(move |place| partitions.make(place))
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
    let Partitions { outcome, layout, days } = Partitions::new(outcome, recipe);
    let (mut rows, mut parts) = (0, Vec::new());
    for (day, spans) in &days {
        rows += spans::count(spans) as u64;
        parts.push((path_of(*day), layout.write(out, outcome, spans).map_err(failed)?));
    }
    Ok((rows, parts))
}

/// Writes all partitions as one zip archive and returns the number of rows. Entries are stored (Parquet is compressed already) and carry a
/// fixed time, so that the same outcome gives the same bytes.
///
/// # Errors
/// When `out` refuses bytes.
pub fn partitions_zip(out: impl Write, outcome: &Outcome, recipe: &Recipe) -> Result<u64, Error> {
    zip_holding(out, outcome, recipe, HELD_ROWS)
}

fn zip_holding(out: impl Write, outcome: &Outcome, recipe: &Recipe, held_rows: usize) -> Result<u64, Error> {
    let Partitions { outcome, layout, days } = Partitions::new(outcome, recipe);
    let mut archive = Archive::new(out);
    let (mut rows, mut bytes) = (0, Vec::new());
    for (day, spans) in &days {
        let count = spans::count(spans);
        rows += count as u64;
        if count > held_rows {
            archive.add_made(&path_of(*day), &mut |out| layout.write(out, outcome, spans).map(|_| ()))
        } else {
            bytes.clear();
            layout.write(&mut bytes, outcome, spans).and_then(|_| archive.add(&path_of(*day), &bytes))
        }
        .map_err(failed)?;
    }
    archive.finish().map_err(failed)?;
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::{partitions, partitions_in_row, zip_holding};
    use crate::contract::Contract;
    use crate::ingest::{Bytes, read_files};
    use crate::pipeline;
    use crate::recipe::Recipe;

    #[test]
    fn files_are_the_same_held_or_not_and_one_behind_the_other() {
        let mut text = String::from(
            "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n",
        );
        for row in 0..600 {
            let (day, hour) = (1 + row / 200, row % 24);
            text += &format!("2024-03-0{day} {hour:02}:00:00,d{},{}.5,50,1000,80\n", row % 7, row % 40);
        }
        let files = vec![("a.csv".to_string(), Bytes(text))];
        let mut log = read_files(files, &Contract::default(), &mut |_| {}).unwrap().log;
        let recipe = Recipe::default();
        let outcome = pipeline::run(&mut log, &recipe);
        let zip = |held| {
            let mut out = Vec::new();
            assert_eq!(zip_holding(&mut out, &outcome, &recipe, held).unwrap(), 600);
            out
        };
        assert_eq!(zip(1 << 20), zip(0));
        let (mut out, mut behind) = (Vec::new(), Vec::new());
        let (rows, parts) = partitions_in_row(&mut out, &outcome, &recipe).unwrap();
        let mut expected = Vec::new();
        for partition in partitions(&outcome, &recipe).map(Result::unwrap) {
            expected.push((partition.path, partition.bytes.len() as u64));
            behind.extend(partition.bytes);
        }
        assert_eq!((rows, parts), (600, expected));
        assert_eq!(out, behind);
    }
}
