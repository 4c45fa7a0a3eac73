//! Cells of a table of readings as text.

use super::columns::Field;
use super::spans::Span;
use super::text;
use crate::contract::TEMPERATURE;
use crate::detect::anomaly_type;
use crate::enrich::fahrenheit;
use crate::pipeline::Outcome;

/// Words cells into one buffer, again and again.
pub(crate) struct Cells<'a> {
    outcome: &'a Outcome,
    celsius: Option<&'a [f64]>,
    files: Vec<String>,
    text: String,
}

impl<'a> Cells<'a> {
    /// `word_file` makes the cell of a file's name.
    pub(crate) fn new(outcome: &'a Outcome, word_file: fn(&str) -> String) -> Self {
        let readings = &outcome.cleaned.readings;
        Self {
            outcome,
            celsius: readings.metric(TEMPERATURE).map(|m| readings.metrics[m].values.as_slice()),
            files: readings.files.iter().map(|name| word_file(name)).collect(),
            text: String::new(),
        }
    }

    /// The cell of a row of the span, the device's name as it is.
    pub(crate) fn cell(&mut self, field: Field, span: Span, row: usize) -> &str {
        let readings = &self.outcome.cleaned.readings;
        let truth = |yes: bool| if yes { "true" } else { "false" };
        let flag = || self.outcome.flags.bytes[row];
        self.text.clear();
        let out = &mut self.text;
        match field {
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
