//! Hand-made outcomes for this room's tests: what the stages should make of a few readings, written in the plainest way.

use super::{Facts, Input, Tally, facts, tally};
use crate::aggregate::DailyRow;
use crate::contract::{BATTERY, FillPolicy, HUMIDITY, TEMPERATURE};
use crate::detect::{HIGH_TEMPERATURE, LOW_BATTERY};
use crate::pipeline::Outcome;
use crate::recipe::Recipe;
use crate::table::{Bits, DeviceRun, HOUR_US, Log, Metric, MetricInfo, Readings, SourceFile, day_of, hour_of};

/// An outcome with everything that belongs to it.
pub(super) struct Scene {
    pub log: Log,
    pub recipe: Recipe,
    pub outcome: Outcome,
    pub facts: Facts,
    pub tally: Tally,
}

impl Scene {
    pub fn input(&self) -> Input<'_> {
        Input { log: &self.log, recipe: &self.recipe, outcome: &self.outcome, facts: &self.facts, tally: &self.tally }
    }

    /// Flags anew and counts anew.
    pub fn limits(mut self, high_temp_celsius: f64, low_battery_percent: f64) -> Self {
        self.recipe.limits.high_temp_celsius = high_temp_celsius;
        self.recipe.limits.low_battery_percent = low_battery_percent;
        let readings = &self.outcome.cleaned.readings;
        let battery = &readings.metrics[2].values;
        self.outcome.flags.bytes = (0..readings.rows())
            .map(|row| {
                let hot = self.outcome.enriched.temp_rolling_avg_3[row] > high_temp_celsius;
                let low = battery[row] < low_battery_percent;
                u8::from(hot) * HIGH_TEMPERATURE + u8::from(low) * LOW_BATTERY
            })
            .collect();
        self.tally = tally(&self.outcome);
        self
    }
}

/// One reading a line: `device hours:minutes temperature humidity battery`, by device and time. Hours count on from the epoch,
/// `-` is missing, `~` marks a filled cell. `days` is the date range, inclusive.
pub(super) fn scene(text: &str, days: Option<(i32, i32)>) -> Scene {
    let info = |name: &str, unit: &str, fill| MetricInfo { name: name.into(), unit: unit.into(), fill, required: true };
    let mut readings = Readings {
        files: vec!["log.csv".into()],
        metrics: [
            info(TEMPERATURE, "°C", FillPolicy::Linear),
            info(HUMIDITY, "%", FillPolicy::Linear),
            info(BATTERY, "%", FillPolicy::No),
        ]
        .map(|info| Metric { info, values: Vec::new(), filled: Bits::default() })
        .into(),
        ..Readings::default()
    };
    for (row, line) in text.lines().enumerate() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        if readings.devices.last().is_none_or(|d| d.name != cells[0]) {
            readings.devices.push(DeviceRun { name: cells[0].into(), start: row, end: row });
        }
        readings.devices.last_mut().unwrap().end = row + 1;
        let (hours, minutes) = cells[1].split_once(':').unwrap();
        let minutes: f64 = minutes.parse().unwrap();
        let hours: i64 = hours.parse().unwrap();
        readings.timestamp_us.push(hours * HOUR_US + (minutes * 6e7) as i64);
        readings.line.push(row as u32 + 2);
        for (metric, cell) in readings.metrics.iter_mut().zip(&cells[2..]) {
            let number = cell.trim_start_matches('~');
            metric.values.push(number.parse().unwrap_or(f64::NAN));
            metric.filled.push(cell.starts_with('~'));
        }
    }
    from_readings(readings, days)
}

/// The rest of an outcome around readings with temperature, humidity and battery.
pub(super) fn from_readings(readings: Readings, days: Option<(i32, i32)>) -> Scene {
    let rows = readings.rows();
    let mut outcome = Outcome::default();
    let t = &readings.timestamp_us;
    let temperature = &readings.metrics[0].values;
    for (device, run) in readings.devices.iter().enumerate() {
        for row in run.range() {
            let mean =
                if row < run.start + 2 { f64::NAN } else { temperature[row - 2..=row].iter().sum::<f64>() / 3.0 };
            outcome.enriched.temp_rolling_avg_3.push(mean);
        }
        let inside = |row: &usize| days.is_none_or(|(a, b)| (a..=b).contains(&day_of(t[*row])));
        let start = run.range().find(inside).unwrap_or(run.end);
        let end = start + (start..run.end).take_while(inside).count();
        outcome.enriched.selected.push((start, end));
        let mean = |values: Vec<f64>| {
            let known: Vec<f64> = values.into_iter().filter(|v| !v.is_nan()).collect();
            known.iter().sum::<f64>() / known.len() as f64
        };
        let mut first = start;
        while first < end {
            let day = day_of(t[first]);
            let last = first + (first..end).take_while(|&r| day_of(t[r]) == day).count();
            let cells = |metric: usize| readings.metrics[metric].values[first..last].to_vec();
            outcome.daily.push(DailyRow {
                device,
                day,
                start: first,
                end: last,
                mean_temperature_celsius: mean(cells(0)),
                mean_humidity_percent: mean(cells(1)),
                min_battery_percent: cells(2).into_iter().fold(f64::NAN, f64::min),
                filled_cells: readings.metrics.iter().map(|m| m.filled.count(first..last) as u64).sum(),
            });
            first = last;
        }
        for hour in 0..24 {
            let cells = (start..end).filter(|&r| hour_of(t[r]) == hour);
            let mean = mean(cells.map(|r| temperature[r]).collect());
            outcome.hourly.mean_temperature_celsius.push(mean);
        }
    }
    outcome.cleaned.readings = readings;
    let log = Log {
        files: vec![SourceFile {
            name: "log.csv".into(),
            rows_read: rows as u64,
            header: ["timestamp", "device_id", TEMPERATURE, HUMIDITY, BATTERY].map(String::from).into(),
            ..SourceFile::default()
        }],
        ..Log::default()
    };
    let facts = facts(&outcome);
    Scene { log, recipe: Recipe::default(), outcome, facts, tally: Tally::default() }.limits(30.0, 15.0)
}
