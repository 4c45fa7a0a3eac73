//! Readings and flagged readings as CSV, with the columns of the Parquet file.

use std::io::Write;

use super::columns::{ExportColumn, Field, columns};
use super::spans::{self, Span};
use super::{failed, text};
use crate::Error;
use crate::contract::TEMPERATURE;
use crate::detect::anomaly_type;
use crate::enrich::fahrenheit;
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
    let mut cells = Cells::new(outcome);
    let mut rows = 0;
    for span in spans::selected(outcome) {
        let device = text::guarded(&outcome.cleaned.readings.devices[span.device].name);
        for row in (span.start..span.end).filter(|&row| keep(row)) {
            for column in &columns {
                let cell = if column.field == Field::Device { &device } else { cells.cell(column, span, row) };
                csv.write_field(cell.as_bytes()).map_err(failed)?;
            }
            csv.write_record(None::<&[u8]>).map_err(failed)?;
            rows += 1;
        }
    }
    csv.flush().map_err(failed)?;
    Ok(rows)
}

/// Words cells into one buffer, again and again.
struct Cells<'a> {
    outcome: &'a Outcome,
    celsius: Option<&'a [f64]>,
    files: Vec<String>,
    text: String,
}

impl<'a> Cells<'a> {
    fn new(outcome: &'a Outcome) -> Self {
        let readings = &outcome.cleaned.readings;
        Self {
            outcome,
            celsius: readings.metric(TEMPERATURE).map(|m| readings.metrics[m].values.as_slice()),
            files: readings.files.iter().map(|name| text::guarded(name).into_owned()).collect(),
            text: String::new(),
        }
    }

    fn cell(&mut self, column: &ExportColumn, span: Span, row: usize) -> &str {
        let readings = &self.outcome.cleaned.readings;
        let truth = |yes: bool| if yes { "true" } else { "false" };
        let flag = || self.outcome.flags.bytes[row];
        self.text.clear();
        let out = &mut self.text;
        match column.field {
            Field::Timestamp => text::push_time(out, readings.timestamp_us[row]),
            Field::Device => out.push_str(&readings.devices[span.device].name),
            Field::Metric(metric) => text::push_number(out, readings.metrics[metric].values[row]),
            Field::Fahrenheit => {
                if let Some(celsius) = self.celsius {
                    text::push_number(out, fahrenheit(celsius[row]));
                }
            }
            Field::HourOfDay => text::push_digits(out, readings.hour_of(readings.timestamp_us[row]).into(), 1),
            Field::RollingMean => {
                if let Some(&mean) = self.outcome.enriched.temp_rolling_avg_3.get(row) {
                    text::push_number(out, mean);
                }
            }
            Field::ValidUntil => {
                if row + 1 < readings.devices[span.device].end {
                    text::push_time(out, readings.timestamp_us[row + 1]);
                }
            }
            Field::AnomalyType => return anomaly_type(flag()),
            Field::IsAnomaly => return truth(flag() != 0),
            Field::Filled(metric) => return truth(readings.metrics[metric].filled.get(row)),
            Field::SourceFile => return &self.files[readings.file[row] as usize],
            Field::SourceLine => text::push_digits(out, readings.line[row].into(), 1),
        }
        &self.text
    }
}
