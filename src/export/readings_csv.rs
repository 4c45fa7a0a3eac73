//! Readings and flagged readings as CSV, with the columns of the Parquet file.

use std::io::Write;

use super::cells::Cells;
use super::columns::{Field, columns};
use super::{failed, spans, text};
use crate::Error;
use crate::pipeline::Outcome;
use crate::recipe::Recipe;

/// Writes every reading inside the date range. Returns the number of rows.
///
/// # Errors
/// When `out` refuses bytes.
pub fn readings_csv(out: impl Write, outcome: &Outcome, recipe: &Recipe) -> Result<u64, Error> {
    write(out, outcome, recipe, |_| true)
}

/// As [`readings_csv`], flagged readings only.
///
/// # Errors
/// When `out` refuses bytes.
pub fn anomalies_csv(out: impl Write, outcome: &Outcome, recipe: &Recipe) -> Result<u64, Error> {
    write(out, outcome, recipe, |row| outcome.flags.bytes[row] != 0)
}

fn write(out: impl Write, outcome: &Outcome, recipe: &Recipe, keep: impl Fn(usize) -> bool) -> Result<u64, Error> {
    let columns = columns(&recipe.contract, &outcome.cleaned.readings, false);
    let mut csv = csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(out);
    for column in &columns {
        csv.write_field(text::guarded(&column.name).as_bytes()).map_err(failed)?;
    }
    csv.write_record(None::<&[u8]>).map_err(failed)?;
    let mut cells = Cells::new(outcome, |name| text::guarded(name).into_owned());
    let mut rows = 0;
    for span in spans::selected(outcome) {
        let device = text::guarded(&outcome.cleaned.readings.devices[span.device].name);
        for row in (span.start..span.end).filter(|&row| keep(row)) {
            for column in &columns {
                let cell = if column.field == Field::Device { &device } else { cells.cell(column.field, span, row) };
                csv.write_field(cell.as_bytes()).map_err(failed)?;
            }
            csv.write_record(None::<&[u8]>).map_err(failed)?;
            rows += 1;
        }
    }
    csv.flush().map_err(failed)?;
    Ok(rows)
}
