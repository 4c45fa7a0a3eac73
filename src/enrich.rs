//! Derived columns: rolling mean, and which readings lie inside the date range.
//!
//! What follows from one cell (Fahrenheit, hour of day) or from the next row (`valid_until`) is computed where it is used and
//! never stored. Depends on no limit.

use crate::contract::TEMPERATURE;
use crate::recipe::DateRange;
use crate::table::Readings;

/// Columns beside the readings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Enriched {
    /// Mean of this and the two temperatures before it on the same device; NaN for a device's first two readings or where
    /// one of the three is missing. All NaN without a temperature column.
    pub temp_rolling_avg_3: Vec<f64>,
    /// Per device run, the rows inside the date range: one `(start, end)` each, possibly empty.
    pub selected: Vec<(usize, usize)>,
}

impl Enriched {
    /// Readings inside the date range.
    pub fn rows_selected(&self) -> usize {
        self.selected.iter().map(|(start, end)| end - start).sum()
    }

    /// The rows inside the date range, device by device.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.selected.iter().flat_map(|&(start, end)| start..end)
    }
}

/// `c * 9 / 5 + 32`, in the order of the reference pipeline.
pub fn fahrenheit(celsius: f64) -> f64 {
    celsius * 9.0 / 5.0 + 32.0
}

/// Appends each temperature in degrees Fahrenheit.
#[inline(never)]
pub fn fahrenheits(celsius: &[f64], into: &mut Vec<f64>) {
    into.extend(celsius.iter().map(|c| fahrenheit(*c)));
}

/// Derives the columns. The date range selects afterwards, so that means look across its edge.
#[inline(never)]
pub fn run(readings: &Readings, dates: DateRange) -> Enriched {
    let temp_rolling_avg_3 = match readings.metric(TEMPERATURE) {
        Some(metric) => rolling_mean(readings, &readings.metrics[metric].values),
        None => vec![f64::NAN; readings.rows()],
    };
    Enriched { temp_rolling_avg_3, selected: select(readings, dates) }
}

fn rolling_mean(readings: &Readings, values: &[f64]) -> Vec<f64> {
    let mut means = vec![f64::NAN; values.len()];
    for run in &readings.devices {
        let windows = values[run.range()].windows(3);
        for (mean, window) in means[run.range()].iter_mut().skip(2).zip(windows) {
            // A missing one makes the sum missing.
            *mean = (window[0] + window[1] + window[2]) / 3.0;
        }
    }
    means
}

/// Rows are in time order, so the days of the range are one stretch of each device.
fn select(readings: &Readings, dates: DateRange) -> Vec<(usize, usize)> {
    let zone = &readings.zone;
    let from_us = dates.from_day.map_or(i64::MIN, |day| zone.start_of_day_us(i64::from(day)));
    let end_us = dates.to_day.map_or(i64::MAX, |day| zone.start_of_day_us(i64::from(day) + 1));
    let stretch = |run: &crate::table::DeviceRun| {
        let times = &readings.timestamp_us[run.range()];
        let start = run.start + times.partition_point(|t| *t < from_us);
        let end = run.start + times.partition_point(|t| *t < end_us);
        (start, end.max(start))
    };
    readings.devices.iter().map(stretch).collect()
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::contract::{FillPolicy, TEMPERATURE};
    use crate::recipe::DateRange;
    use crate::table::{Bits, DAY_US, DeviceRun, Metric, MetricInfo, Readings};

    fn readings(days: &[i64], values: &[f64], runs: &[(usize, usize)]) -> Readings {
        let info =
            MetricInfo { name: TEMPERATURE.into(), unit: "°C".into(), fill: FillPolicy::Linear, required: true };
        Readings {
            devices: runs.iter().map(|&(start, end)| DeviceRun { name: start.to_string(), start, end }).collect(),
            timestamp_us: days.iter().map(|day| day * DAY_US).collect(),
            metrics: vec![Metric { info, values: values.to_vec(), filled: Bits::zeros(values.len()) }],
            ..Readings::default()
        }
    }

    #[test]
    fn the_mean_needs_three_known_readings_of_one_device() {
        let table = readings(&[0; 8], &[1.0, 2.0, 6.0, f64::NAN, 1.0, 1.0, 1.0, 4.0], &[(0, 7), (7, 8)]);
        let means = run(&table, DateRange::default()).temp_rolling_avg_3;
        let shown: Vec<String> = means.iter().map(f64::to_string).collect();
        assert_eq!(shown, ["NaN", "NaN", "3", "NaN", "NaN", "NaN", "1", "NaN"]);
    }

    #[test]
    fn the_date_range_is_inclusive_and_may_leave_a_device_empty() {
        let table = readings(&[0, 1, 2, 3, 9], &[1.0, 2.0, 3.0, 4.0, 5.0], &[(0, 4), (4, 5)]);
        let selected = |from_day, to_day| run(&table, DateRange { from_day, to_day }).selected;
        assert_eq!(selected(Some(1), Some(2)), [(1, 3), (4, 4)]);
        assert_eq!(selected(None, None), [(0, 4), (4, 5)]);
        assert_eq!(selected(Some(5), None), [(4, 4), (4, 5)]);
        assert_eq!(selected(Some(3), Some(1)), [(3, 3), (4, 4)]);
    }
}
