//! The files of a bundle, one after the other.

use std::io::Write;

use super::columns::{Column, columns};
use super::{devices, readme, rows, sql};
use crate::Error;
use crate::export::{Archive, Span, failed, selected};
use crate::pipeline::Outcome;
use crate::recipe::Recipe;

/// A file of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StarFile {
    /// What this is and how it is loaded.
    Readme,
    /// Tables, indexes, partitions.
    Schema,
    /// Stages, upserts and checks, in one transaction.
    Load,
    /// A row a device.
    Devices,
    /// A row a reading.
    Readings,
    /// A row a device and date.
    Daily,
}

impl StarFile {
    /// Every file, in the order in which a bundle lists them.
    pub const ALL: [Self; 6] = [Self::Readme, Self::Schema, Self::Load, Self::Devices, Self::Readings, Self::Daily];

    /// The file's name in its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Readme => "README.txt",
            Self::Schema => "schema.sql",
            Self::Load => "load.sql",
            Self::Devices => "dim_devices.csv",
            Self::Readings => "fact_sensor_readings.csv",
            Self::Daily => "daily_statistics.csv",
        }
    }
}

/// What a bundle is made of. Making one looks at no reading.
#[derive(Debug)]
pub struct Bundle<'a> {
    pub(super) outcome: &'a Outcome,
    pub(super) recipe: &'a Recipe,
    pub(super) columns: Vec<Column>,
    /// Every reading inside the date range.
    pub(super) spans: Vec<Span>,
}

impl<'a> Bundle<'a> {
    pub fn new(outcome: &'a Outcome, recipe: &'a Recipe) -> Self {
        let columns = columns(&recipe.contract, &outcome.cleaned.readings);
        Self { outcome, recipe, columns, spans: selected(outcome) }
    }

    /// Writes a file, in pieces of some 64 kB; only a text of a log that is longer makes a longer one. Returns the number of its
    /// rows, zero for what is no table.
    ///
    /// # Errors
    /// When `out` refuses bytes.
    pub fn write(&self, file: StarFile, out: &mut dyn Write) -> Result<u64, Error> {
        let text = match file {
            StarFile::Devices => return devices::write(self, out),
            StarFile::Readings => return rows::readings(self, out),
            StarFile::Daily => return rows::daily(self, out),
            StarFile::Readme => readme::text(self),
            StarFile::Schema => sql::schema(self),
            StarFile::Load => sql::load(self),
        };
        out.write_all(text.as_bytes()).map_err(failed)?;
        Ok(0)
    }

    /// Writes the bundle as a zip archive, no file of it held whole. Returns the number of readings.
    ///
    /// # Errors
    /// When `out` refuses bytes, or with more than 4 GB: then the command line writes it as a folder.
    pub fn zip(&self, out: &mut dyn Write) -> Result<u64, Error> {
        let mut archive = Archive::new(out);
        for file in StarFile::ALL {
            let make = &mut |out: &mut dyn Write| self.write(file, out).map(|_| ()).map_err(std::io::Error::other);
            archive.add_made(file.name(), make).map_err(failed)?;
        }
        archive.finish().map_err(failed)?;
        Ok(self.readings() as u64)
    }

    /// How many readings the bundle holds.
    pub(super) fn readings(&self) -> usize {
        self.spans.iter().map(Span::rows).sum()
    }

    /// First and last time of the readings, in microseconds; none of no reading.
    pub(super) fn span_us(&self) -> Option<(i64, i64)> {
        let stamps = &self.outcome.cleaned.readings.timestamp_us;
        // A span has at least one row, and its rows are in order of time.
        let ends = self.spans.iter().map(|span| (stamps[span.start], stamps[span.end - 1]));
        ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }
}
