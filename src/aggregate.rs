//! Per device and date, per device and hour, over the readings inside the date range. Depends on no limit.

use crate::contract::{BATTERY, HUMIDITY, TEMPERATURE};
use crate::enrich::Enriched;
use crate::table::{Readings, hour_of};

/// One device on one date. Means and minimum are over what is not missing; NaN where nothing is.
#[derive(Clone, Debug, PartialEq)]
pub struct DailyRow {
    /// Index of the device in the readings.
    pub device: usize,
    /// Days since 1970-01-01.
    pub day: i32,
    /// The readings' rows of this device and date: `start..end`.
    pub start: usize,
    pub end: usize,
    pub mean_temperature_celsius: f64,
    pub mean_humidity_percent: f64,
    pub min_battery_percent: f64,
    /// Cells filled, over all metrics.
    pub filled_cells: u64,
}

impl DailyRow {
    pub fn readings(&self) -> usize {
        self.end - self.start
    }
}

/// Mean temperature by device and hour of day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hourly {
    /// Twenty-four cells a device, hour 0 first; NaN where nothing was measured.
    pub mean_temperature_celsius: Vec<f64>,
}

/// Daily statistics, by device then date. A device's readings are in time order, so each date is one stretch of rows.
#[inline(never)]
pub fn daily(readings: &Readings, enriched: &Enriched) -> Vec<DailyRow> {
    let column = |name: &str| readings.metric(name).map(|metric| &readings.metrics[metric].values[..]);
    let (temperature, humidity, battery) = (column(TEMPERATURE), column(HUMIDITY), column(BATTERY));
    let mut rows = Vec::new();
    for (device, &(first, last)) in enriched.selected.iter().enumerate() {
        let mut start = first;
        while start < last {
            let day = readings.day_of(readings.timestamp_us[start]);
            // A clock that was set back may show a date again: a day never ends before its first reading.
            let end_us = readings.zone.start_of_day_us(i64::from(day) + 1).max(readings.timestamp_us[start] + 1);
            let end = start + readings.timestamp_us[start..last].partition_point(|t| *t < end_us);
            rows.push(DailyRow {
                device,
                day,
                start,
                end,
                mean_temperature_celsius: temperature.map_or(f64::NAN, |values| mean(&values[start..end])),
                mean_humidity_percent: humidity.map_or(f64::NAN, |values| mean(&values[start..end])),
                min_battery_percent: battery.map_or(f64::NAN, |values| minimum(&values[start..end])),
                filled_cells: readings.metrics.iter().map(|metric| metric.filled.count(start..end) as u64).sum(),
            });
            start = end;
        }
    }
    rows
}

/// Mean temperature per device and hour of day.
#[inline(never)]
pub fn hourly(readings: &Readings, enriched: &Enriched) -> Hourly {
    let mut cells = vec![f64::NAN; readings.devices.len() * 24];
    let Some(metric) = readings.metric(TEMPERATURE) else {
        return Hourly { mean_temperature_celsius: cells };
    };
    let values = &readings.metrics[metric].values;
    let (t, utc) = (&readings.timestamp_us, readings.zone.is_utc());
    for (cells, &(start, end)) in cells.chunks_exact_mut(24).zip(&enriched.selected) {
        let mut sums = [(0.0, 0_u64); 24];
        for row in start..end {
            if !values[row].is_nan() {
                let (sum, count) = &mut sums[usize::from(if utc { hour_of(t[row]) } else { readings.hour_of(t[row]) })];
                *sum += values[row];
                *count += 1;
            }
        }
        for (cell, (sum, count)) in cells.iter_mut().zip(sums) {
            *cell = if count == 0 { f64::NAN } else { sum / count as f64 };
        }
    }
    Hourly { mean_temperature_celsius: cells }
}

/// Mean of what is not missing; NaN of nothing.
fn mean(values: &[f64]) -> f64 {
    let known = || values.iter().filter(|v| !v.is_nan());
    let count = known().count();
    if count == 0 { f64::NAN } else { known().sum::<f64>() / count as f64 }
}

/// Minimum of what is not missing; NaN of nothing.
fn minimum(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NAN, f64::min)
}

#[cfg(test)]
mod tests {
    use super::{daily, hourly};
    use crate::contract::{BATTERY, FillPolicy, TEMPERATURE};
    use crate::enrich::Enriched;
    use crate::recipe::DateRange;
    use crate::survey::Zone;
    use crate::table::{Bits, DAY_US, DeviceRun, HOUR_US, Metric, MetricInfo, Readings};

    #[test]
    fn days_and_hours_ignore_what_is_missing() {
        let metric = |name: &str, values: &[f64]| {
            let info = MetricInfo { name: name.into(), unit: String::new(), fill: FillPolicy::Linear, required: true };
            let mut filled = Bits::zeros(values.len());
            filled.set(1);
            Metric { info, values: values.to_vec(), filled }
        };
        let readings = Readings {
            devices: vec![DeviceRun { name: "a".into(), start: 0, end: 4 }],
            timestamp_us: vec![-HOUR_US, 0, HOUR_US / 2, DAY_US],
            metrics: vec![metric(TEMPERATURE, &[1.0, 2.0, f64::NAN, 6.0]), metric(BATTERY, &[9.0, 8.0, 7.0, f64::NAN])],
            ..Readings::default()
        };
        let enriched = Enriched { temp_rolling_avg_3: vec![f64::NAN; 4], selected: vec![(0, 4)] };
        let shown: Vec<String> = daily(&readings, &enriched)
            .iter()
            .map(|d| {
                let (mean, humidity, battery) =
                    (d.mean_temperature_celsius, d.mean_humidity_percent, d.min_battery_percent);
                format!("{} {}..{} {mean} {humidity} {battery} {}", d.day, d.start, d.end, d.filled_cells)
            })
            .collect();
        assert_eq!(shown, ["-1 0..1 1 NaN 9 0", "0 1..3 2 NaN 7 2", "1 3..4 6 NaN NaN 0"]);
        let cells = hourly(&readings, &enriched).mean_temperature_celsius;
        assert_eq!((cells[0], cells[23]), (4.0, 1.0));
        assert!(cells[1..23].iter().all(|cell| cell.is_nan()));
    }

    #[test]
    fn days_and_hours_are_those_of_the_zone() {
        // One hour east, two from half past midnight UTC on: the clock goes from 1:30 to 2:30.
        let zone = Zone { name: "x".into(), changes: vec![(i64::MIN, HOUR_US), (HOUR_US / 2, 2 * HOUR_US)] };
        let info =
            MetricInfo { name: TEMPERATURE.into(), unit: String::new(), fill: FillPolicy::Linear, required: true };
        let values = vec![1.0, 2.0, 3.0, 4.0];
        let readings = Readings {
            devices: vec![DeviceRun { name: "a".into(), start: 0, end: 4 }],
            timestamp_us: vec![-HOUR_US - 1, -HOUR_US, HOUR_US / 2, DAY_US - 2 * HOUR_US],
            metrics: vec![Metric { info, values, filled: Bits::zeros(4) }],
            zone,
            ..Readings::default()
        };
        let selected = crate::enrich::run(&readings, DateRange { from_day: Some(0), to_day: Some(0) }).selected;
        assert_eq!(selected, [(1, 3)]);
        let enriched = Enriched { temp_rolling_avg_3: vec![f64::NAN; 4], selected: vec![(0, 4)] };
        let days: Vec<(i32, usize, usize)> =
            daily(&readings, &enriched).iter().map(|day| (day.day, day.start, day.end)).collect();
        assert_eq!(days, [(-1, 0, 1), (0, 1, 3), (1, 3, 4)]);
        let cells = hourly(&readings, &enriched).mean_temperature_celsius;
        assert_eq!((cells[23], cells[0], cells[2]), (1.0, 3.0, 3.0));
    }
}
