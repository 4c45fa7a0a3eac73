//! What the pipeline computes, once more and slowly: plain loops over rows, written from the semantics alone.
//!
//! Owns a second opinion. Assumes the rows' meaning is known. Shares no code with the library but its recipe.

use sensorium::recipe::{Fill, Mode, Recipe};

use crate::generate::{METRICS, Row};

const LOWEST: i64 = i64::MIN;
const DAY_US: i64 = 86_400_000_000;

/// A reading that stays, or stays but for the date range.
#[derive(Clone, Debug)]
pub struct Reading {
    pub line: u32,
    pub device: String,
    pub time_us: i64,
    pub values: Vec<Option<f64>>,
    pub filled: Vec<bool>,
    pub rolling: Option<f64>,
    pub valid_until_us: Option<i64>,
    pub in_range: bool,
    pub hot: bool,
    pub low: bool,
}

impl Reading {
    fn day(&self) -> i64 {
        self.time_us.div_euclid(DAY_US)
    }
}

/// Daily statistics of one device and date.
#[derive(Debug)]
pub struct Day {
    pub device: String,
    pub day: i64,
    pub readings: usize,
    pub mean_temperature: Option<f64>,
    pub mean_humidity: Option<f64>,
    pub min_battery: Option<f64>,
    pub filled_cells: usize,
}

/// Everything that a run computes.
#[derive(Debug, Default)]
pub struct Outcome {
    pub readings: Vec<Reading>,
    /// Line and reason, by line.
    pub dropped: Vec<(u32, String)>,
    /// Lines, ascending.
    pub set_aside: Vec<u32>,
    pub days: Vec<Day>,
    /// Device, hour, mean temperature.
    pub hours: Vec<(String, i64, f64)>,
}

/// Fill policies: linear for all but the battery and further columns.
fn linear(metric: usize) -> bool {
    metric < 3
}

/// Runs a recipe over rows. Strict mode computes as set aside does: whoever must refuse has looked at the violations.
pub fn run(rows: &[Row], metrics: usize, recipe: &Recipe) -> Outcome {
    let mut outcome = Outcome::default();
    let mut kept: Vec<Row> = Vec::new();
    for row in rows {
        let whole = row.violations.iter().any(|(_, _, rule)| !matches!(*rule, "not_a_number" | "out_of_bounds"));
        if whole || (!row.violations.is_empty() && recipe.mode != Mode::Repair) {
            outcome.set_aside.push(row.line);
        } else {
            kept.push(row.clone());
        }
    }
    let mut names: Vec<String> = kept.iter().map(|row| row.device.clone()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let mut rows: Vec<Row> = kept.iter().filter(|row| row.device == name).cloned().collect();
        rows.sort_by_key(|row| row.time_us);
        device(&mut outcome, &rows, metrics, recipe);
    }
    outcome.dropped.sort();
    days(&mut outcome);
    hours(&mut outcome);
    outcome
}

fn device(outcome: &mut Outcome, rows: &[Row], metrics: usize, recipe: &Recipe) {
    let measured = |metric: usize| rows.iter().any(|row| row.cells[metric].is_some());
    let never = (0..4).find(|metric| linear(*metric) && !measured(*metric));
    let mut readings = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        if let Some(metric) = never {
            outcome.dropped.push((row.line, format!("device never measured {}", METRICS[metric])));
            continue;
        }
        if row.cells[3].is_none() {
            let was = row.violations.iter().find(|(column, ..)| *column == METRICS[3]);
            let repaired = was.map(|(_, value, _)| format!(" (repaired, was {value})")).unwrap_or_default();
            outcome.dropped.push((row.line, format!("missing {}{repaired}", METRICS[3])));
            continue;
        }
        let mut values = Vec::new();
        let mut filled = Vec::new();
        for metric in 0..metrics {
            let value = match row.cells[metric] {
                None if linear(metric) => between(rows, index, metric, recipe.fill),
                known => known,
            };
            values.push(value);
            filled.push(value.is_some() && row.cells[metric].is_none());
        }
        readings.push(Reading {
            line: row.line,
            device: row.device.clone(),
            time_us: row.time_us,
            values,
            filled,
            rolling: None,
            valid_until_us: None,
            in_range: false,
            hot: false,
            low: false,
        });
    }
    for index in 0..readings.len() {
        if index >= 2 {
            let three: Option<Vec<f64>> = (index - 2..=index).map(|i| readings[i].values[0]).collect();
            readings[index].rolling = three.map(|three| (three[0] + three[1] + three[2]) / 3.0);
        }
        readings[index].valid_until_us = readings.get(index + 1).map(|next| next.time_us);
        let reading = &mut readings[index];
        let (from, to) = (recipe.dates.from_day.map(i64::from), recipe.dates.to_day.map(i64::from));
        reading.in_range = from.is_none_or(|from| reading.day() >= from) && to.is_none_or(|to| reading.day() <= to);
        reading.hot = reading.rolling.is_some_and(|mean| mean > recipe.limits.high_temp_celsius);
        reading.low = reading.values[3].is_some_and(|level| level < recipe.limits.low_battery_percent);
    }
    outcome.readings.extend(readings);
}

/// The value of a gap's cell, from the nearest known ones before and after it.
fn between(rows: &[Row], index: usize, metric: usize, fill: Fill) -> Option<f64> {
    let before = (0..index).rev().find(|i| rows[*i].cells[metric].is_some());
    let after = (index + 1..rows.len()).find(|i| rows[*i].cells[metric].is_some());
    let known = |i: usize| rows[i].cells[metric].expect("a known cell");
    if let Fill::Time { max_gap_seconds: Some(seconds) } = fill {
        let first = before.unwrap_or(0);
        let last = after.unwrap_or(rows.len() - 1);
        if (rows[last].time_us - rows[first].time_us) as f64 / 1e6 > seconds {
            return None;
        }
    }
    match (before, after, fill) {
        (Some(b), Some(a), Fill::Position) => {
            let share = (index - b) as f64 / (a - b) as f64;
            Some(known(b) + (known(a) - known(b)) * share)
        }
        (Some(b), Some(a), Fill::Time { .. }) => {
            let whole = (rows[a].time_us - rows[b].time_us) as f64;
            let share = if whole == 0.0 { 0.0 } else { (rows[index].time_us - rows[b].time_us) as f64 / whole };
            Some(known(b) + (known(a) - known(b)) * share)
        }
        (Some(end), None, _) | (None, Some(end), _) => Some(known(end)),
        (None, None, _) => None,
    }
}

fn days(outcome: &mut Outcome) {
    let mut last = (String::new(), LOWEST);
    for reading in outcome.readings.iter().filter(|reading| reading.in_range) {
        let key = (reading.device.clone(), reading.day());
        if key == last {
            continue;
        }
        let of_day: Vec<&Reading> = outcome
            .readings
            .iter()
            .filter(|other| other.in_range && other.device == key.0 && other.day() == key.1)
            .collect();
        let known = |metric: usize| of_day.iter().filter_map(|r| r.values[metric]).collect::<Vec<f64>>();
        let mean = |values: Vec<f64>| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
        outcome.days.push(Day {
            device: key.0.clone(),
            day: key.1,
            readings: of_day.len(),
            mean_temperature: mean(known(0)),
            mean_humidity: mean(known(1)),
            min_battery: known(3).into_iter().reduce(f64::min),
            filled_cells: of_day.iter().map(|r| r.filled.iter().filter(|f| **f).count()).sum(),
        });
        last = key;
    }
}

fn hours(outcome: &mut Outcome) {
    let mut names: Vec<&str> = outcome.readings.iter().map(|r| r.device.as_str()).collect();
    names.dedup();
    let mut hours = Vec::new();
    for name in names {
        for hour in 0..24 {
            let values: Vec<f64> = outcome
                .readings
                .iter()
                .filter(|r| r.in_range && r.device == name && r.time_us.rem_euclid(DAY_US) / 3_600_000_000 == hour)
                .filter_map(|r| r.values[0])
                .collect();
            if !values.is_empty() {
                hours.push((name.to_owned(), hour, values.iter().sum::<f64>() / values.len() as f64));
            }
        }
    }
    outcome.hours = hours;
}
