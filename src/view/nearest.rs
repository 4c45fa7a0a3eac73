//! What the tooltip says: the reading, day or hour nearest to the pointer.
//!
//! Nearest is meant in pixels, over the devices shown and inside the window. A flagged reading is found from a little farther
//! away, because its mark is larger than a point.

use std::ops::Range;

use super::sentences::{flag_sentences, metric_words, place};
use super::{Input, choice, daily, flag_kind, frame, heat, lines};
use crate::aggregate::DailyRow;
use crate::contract;
use crate::protocol::{ChartAsk, FlagKind, Nearest, NearestAsk, NearestValue, Tab};
use crate::pyramid::columns::Columns;
use crate::table::HOUR_US;

/// Readings within so many pixels of the pointer's column are compared by distance; without one, the nearest in time is taken.
const REACH_PX: f64 = 24.0;
/// How much nearer a flagged reading counts.
const MARK_PX: f64 = 5.0;

/// What is nearest to the pointer; none where the chart shows nothing.
pub fn nearest(input: &Input<'_>, ask: &NearestAsk) -> Option<Nearest> {
    match (ask.chart.tab, daily::quantity(ask.chart.tab)) {
        (_, Some(quantity)) => nearest_day(input, ask, quantity),
        (Tab::Heatmap, _) => nearest_hour(input, ask),
        (tab, _) => nearest_reading(input, ask, tab == Tab::Rolling),
    }
}

/// The pointer, and the best of what was offered to it.
struct Pointer {
    x_us: f64,
    y: f64,
    us_per_px: f64,
    y_per_px: f64,
    /// Distance in pixels and what is there.
    best: Option<(f64, Found)>,
}

#[derive(Clone, Copy, Debug)]
struct Found {
    device: usize,
    /// Row of the readings, or index of the daily row.
    row: usize,
    y: f64,
}

impl Pointer {
    fn new(ask: &NearestAsk) -> Self {
        // A scale that cannot be is taken as one to one: the answer is then the nearest by number.
        let scale = |s: f64| if s.is_finite() && s > 0.0 { s } else { 1.0 };
        Self { x_us: ask.x_us, y: ask.y, us_per_px: scale(ask.us_per_px), y_per_px: scale(ask.y_per_px), best: None }
    }

    fn across_px(&self, t: i64) -> f64 {
        ((t as f64 - self.x_us) / self.us_per_px).abs()
    }

    fn offer(&mut self, t: i64, flagged: bool, found: Found) {
        if found.y.is_nan() {
            return;
        }
        let up = (found.y - self.y) / self.y_per_px;
        let bonus = if flagged { MARK_PX } else { 0.0 };
        let distance = (self.across_px(t).hypot(up) - bonus).max(0.0);
        if self.best.is_none_or(|(best, _)| distance < best) {
            self.best = Some((distance, found));
        }
    }

    /// Offers the rows of one side, which lead away from the pointer, until one is out of reach and one was offered.
    fn side(
        &mut self,
        t: &[i64],
        rows: impl Iterator<Item = usize>,
        known: impl Fn(usize) -> bool,
        mut offer: impl FnMut(&mut Self, usize),
    ) {
        let mut offered = false;
        for row in rows {
            if offered && self.across_px(t[row]) > REACH_PX {
                break;
            }
            if known(row) {
                offer(self, row);
                offered = true;
            }
        }
    }

    /// Offers every row of `rows` within reach of the pointer; without one, the nearest known on each side.
    fn sweep(
        &mut self,
        t: &[i64],
        rows: Range<usize>,
        known: impl Fn(usize) -> bool,
        mut offer: impl FnMut(&mut Self, usize),
    ) {
        let x = self.x_us;
        let middle = rows.start + t[rows.clone()].partition_point(|&t| (t as f64) < x);
        self.side(t, (rows.start..middle).rev(), &known, &mut offer);
        self.side(t, middle..rows.end, &known, &mut offer);
    }
}

fn nearest_reading(input: &Input<'_>, ask: &NearestAsk, rolling: bool) -> Option<Nearest> {
    let readings = input.readings();
    let t = &readings.timestamp_us;
    let window = frame::window(ask.chart.window_us, lines::full_window(input));
    let columns = Columns::new(window, 1);
    let devices: Vec<usize> = if rolling {
        choice::rolling_device(input, ask.chart.rolling_device).into_iter().collect()
    } else {
        shown(input, &ask.chart)
    };
    let other = (ask.chart.tab == Tab::Metric).then(|| lines::metric_of(input, ask.chart.metric)).flatten();
    let temperature = other.map_or(input.temperature(), |metric| &readings.metrics[metric].values);
    let of = |column: &[f64], row: usize| column.get(row).copied().unwrap_or(f64::NAN);
    let mean = |row| of(&input.outcome.enriched.temp_rolling_avg_3, row);
    let flag = |row: usize| input.outcome.flags.bytes.get(row).copied().unwrap_or(0);
    let mut pointer = Pointer::new(ask);
    for device in devices {
        let rows = columns.visible(t, &input.selected(device));
        let known = |row: usize| !of(temperature, row).is_nan();
        pointer.sweep(t, rows, known, |pointer, row| {
            let flagged = flag(row) != 0 && other.is_none();
            let found = |y| Found { device, row, y };
            pointer.offer(t[row], flagged && !rolling, found(of(temperature, row)));
            if rolling {
                pointer.offer(t[row], flagged, found(mean(row)));
            }
        });
    }
    let (_, Found { device, row, y }) = pointer.best?;

    let mut values = Vec::with_capacity(readings.metrics.len() + 1);
    for metric in &readings.metrics {
        let value = metric.values[row];
        values.push(NearestValue {
            name: metric_words(&metric.info.name).into(),
            value: Some(value).filter(|v| !v.is_nan()),
            unit: metric.info.unit.clone(),
            filled: metric.filled.get(row),
        });
        if metric.info.name == contract::TEMPERATURE {
            values.push(NearestValue {
                name: "Rolling average".into(),
                value: Some(mean(row)).filter(|v| !v.is_nan()),
                unit: metric.info.unit.clone(),
                filled: false,
            });
        }
    }
    let battery = of(input.values(contract::BATTERY), row);
    let limits = input.recipe.limits;
    Some(Nearest {
        device: device as u32,
        device_name: readings.devices[device].name.clone(),
        timestamp_us: t[row],
        x_us: t[row] as f64,
        y,
        daily: false,
        values,
        flags: flag_sentences(flag_kind(flag(row)), mean(row), battery, limits),
        place: place(readings, row, input.file_name(readings.place(row).file)),
    })
}

fn nearest_day(input: &Input<'_>, ask: &NearestAsk, quantity: daily::Quantity) -> Option<Nearest> {
    let window = frame::window(ask.chart.window_us, daily::full_window(input));
    let columns = Columns::new(window, 1);
    let all = &input.outcome.daily;
    let mut pointer = Pointer::new(ask);
    for device in shown(input, &ask.chart) {
        let days = daily::days_of(input, device);
        let t: Vec<i64> = all[days.clone()].iter().map(daily::day_us).collect();
        let visible = columns.visible(&t, &(0..t.len()));
        let y = |i: usize| quantity.value(&all[days.start + i]);
        pointer.sweep(
            &t,
            visible,
            |i| !y(i).is_nan(),
            |pointer, i| {
                let row = days.start + i;
                pointer.offer(t[i], false, Found { device, row, y: y(i) });
            },
        );
    }
    let (_, Found { device, row, y }) = pointer.best?;
    let day = &all[row];
    let t = daily::day_us(day);
    Some(Nearest {
        device: device as u32,
        device_name: input.readings().devices[device].name.clone(),
        timestamp_us: t,
        x_us: t as f64,
        y,
        daily: true,
        values: day_values(input, day),
        flags: day_sentences(input, row, day),
        place: String::new(),
    })
}

/// The statistics of a day, with units.
fn day_values(input: &Input<'_>, day: &DailyRow) -> Vec<NearestValue> {
    let value = |name: &str, value: f64, unit: &str| NearestValue {
        name: name.into(),
        value: Some(value).filter(|v| !v.is_nan()),
        unit: unit.into(),
        filled: false,
    };
    vec![
        value("Mean temperature", day.mean_temperature_celsius, input.unit(contract::TEMPERATURE)),
        value("Mean humidity", day.mean_humidity_percent, input.unit(contract::HUMIDITY)),
        value("Minimum battery", day.min_battery_percent, input.unit(contract::BATTERY)),
        value("Readings", day.readings() as f64, ""),
        value("Filled cells", day.filled_cells as f64, ""),
    ]
}

/// How many of a day's readings each limit flags.
fn day_sentences(input: &Input<'_>, row: usize, day: &DailyRow) -> Vec<(FlagKind, String)> {
    let Some(flags) = input.tally.days.get(row) else {
        return Vec::new();
    };
    let all = day.readings();
    [(FlagKind::HighTemperature, "High temperature", flags.hot()), (FlagKind::LowBattery, "Low battery", flags.low())]
        .into_iter()
        .filter(|(.., count)| *count > 0)
        .map(|(kind, words, count)| (kind, format!("{words}: {count} of {all} readings")))
        .collect()
}

/// The cell of the heatmap under the pointer: `x_us` is the hour of day, `y` the row.
fn nearest_hour(input: &Input<'_>, ask: &NearestAsk) -> Option<Nearest> {
    let devices = heat::devices(input, &ask.chart);
    let last = devices.len().checked_sub(1)?;
    // `as` saturates and takes NaN as 0: a pointer outside finds the cell at the edge.
    let row = (ask.y.floor() as usize).min(last);
    let hour = (ask.x_us.floor() as usize).min(heat::HOURS - 1);
    let device = devices[row];
    let mean = heat::cells(input, device).get(hour).copied();
    Some(Nearest {
        device: device as u32,
        device_name: input.readings().devices[device].name.clone(),
        timestamp_us: hour as i64 * HOUR_US,
        x_us: hour as f64 + 0.5,
        y: row as f64 + 0.5,
        daily: false,
        values: vec![NearestValue {
            name: format!("Mean temperature, {hour:02}:00 to {:02}:00", hour + 1),
            value: mean.filter(|v| !v.is_nan()),
            unit: input.unit(contract::TEMPERATURE).into(),
            filled: false,
        }],
        flags: Vec::new(),
        place: String::new(),
    })
}

/// The devices in the chart, those that stand out first: of two at the same distance theirs is found.
fn shown(input: &Input<'_>, ask: &ChartAsk) -> Vec<usize> {
    let shown = choice::devices(input, &ask.devices);
    shown.into_iter().rev().map(|s| s.device).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Scene, scene};
    use super::*;
    use crate::table::DAY_US;

    const MINUTE_US: f64 = 60_000_000.0;

    fn three() -> Scene {
        scene(
            "\
a 0:00 20 50 90
a 0:10 ~34 - 90
a 0:20 40 50 9
a 0:30 38 50 90
b 0:10 10 50 14
c 30:00 12 50 50
",
            None,
        )
    }

    fn at(tab: Tab, minutes: f64, y: f64) -> NearestAsk {
        NearestAsk {
            chart: ChartAsk { tab, ..ChartAsk::default() },
            x_us: minutes * MINUTE_US,
            y,
            us_per_px: MINUTE_US,
            y_per_px: 0.1,
        }
    }

    #[test]
    fn a_reading_comes_with_all_metrics_its_flags_and_its_place() {
        let scene = three();
        let found = nearest(&scene.input(), &at(Tab::Anomalies, 21.0, 40.0)).unwrap();
        assert_eq!((found.device_name.as_str(), found.y), ("a", 40.0));
        assert_eq!(found.timestamp_us, 20 * 60_000_000);
        assert_eq!(found.place, "log.csv line 4");
        let names: Vec<&str> = found.values.iter().map(|v| v.name.as_str()).collect();
        assert_eq!(names, ["Temperature", "Rolling average", "Humidity", "Battery"]);
        let sentences: Vec<&str> = found.flags.iter().map(|f| f.1.as_str()).collect();
        assert_eq!(sentences, ["High temperature: 31.33 is above 30", "Low battery: 9 is below 15"]);
        let filled = nearest(&scene.input(), &at(Tab::Anomalies, 10.0, 34.0)).unwrap();
        assert!(filled.values[0].filled);
        assert_eq!((filled.values[1].value, filled.values[2].value), (None, None));
        assert!(filled.flags.is_empty());
    }

    #[test]
    fn height_decides_between_devices_at_one_time() {
        let scene = three();
        let low = nearest(&scene.input(), &at(Tab::Anomalies, 11.0, 12.0)).unwrap();
        assert_eq!(low.device_name, "b");
        let only_a = NearestAsk {
            chart: ChartAsk { tab: Tab::Anomalies, devices: vec![0], ..ChartAsk::default() },
            ..at(Tab::Anomalies, 11.0, 12.0)
        };
        assert_eq!(nearest(&scene.input(), &only_a).unwrap().device_name, "a");
    }

    #[test]
    fn far_from_any_reading_the_nearest_in_time_is_found() {
        let scene = three();
        let found = nearest(&scene.input(), &at(Tab::Anomalies, 900.0, 20.0)).unwrap();
        assert_eq!(found.device_name, "a");
        let found = nearest(&scene.input(), &at(Tab::Anomalies, 1700.0, 20.0)).unwrap();
        assert_eq!(found.device_name, "c");
        // But never outside the window.
        let ask = NearestAsk {
            chart: ChartAsk { tab: Tab::Anomalies, window_us: Some((0, 3_600_000_000)), ..ChartAsk::default() },
            ..at(Tab::Anomalies, 1700.0, 20.0)
        };
        assert_ne!(nearest(&scene.input(), &ask).unwrap().device_name, "c");
    }

    #[test]
    fn rolling_finds_the_reading_by_either_line() {
        let scene = three();
        let by_mean = nearest(&scene.input(), &at(Tab::Rolling, 20.0, 31.0)).unwrap();
        let by_raw = nearest(&scene.input(), &at(Tab::Rolling, 20.0, 41.0)).unwrap();
        assert_eq!(by_mean.timestamp_us, by_raw.timestamp_us);
        assert_eq!((by_mean.y, by_raw.y), (94.0 / 3.0, 40.0));
    }

    #[test]
    fn a_day_comes_with_its_statistics() {
        let scene = three();
        let ask = NearestAsk { us_per_px: DAY_US as f64 / 400.0, ..at(Tab::Temperature, 30.0, 33.0) };
        let found = nearest(&scene.input(), &ask).unwrap();
        assert!(found.daily && found.place.is_empty());
        assert_eq!((found.device_name.as_str(), found.timestamp_us), ("a", 0));
        assert_eq!(found.y, 33.0);
        let readings = found.values.iter().find(|v| v.name == "Readings");
        assert_eq!(readings.unwrap().value, Some(4.0));
        let sentences: Vec<&str> = found.flags.iter().map(|f| f.1.as_str()).collect();
        assert_eq!(sentences, ["High temperature: 2 of 4 readings", "Low battery: 1 of 4 readings"]);
    }

    #[test]
    fn the_heatmap_answers_with_the_cell_under_the_pointer() {
        let scene = three();
        let ask = NearestAsk { x_us: 6.4, y: 2.9, ..at(Tab::Heatmap, 0.0, 0.0) };
        let found = nearest(&scene.input(), &ask).unwrap();
        assert_eq!((found.device_name.as_str(), found.x_us, found.y), ("c", 6.5, 2.5));
        assert_eq!(found.values[0].value, Some(12.0));
        let outside = NearestAsk { x_us: f64::NAN, y: 1e9, ..ask };
        let found = nearest(&scene.input(), &outside).unwrap();
        assert_eq!((found.device_name.as_str(), found.x_us), ("c", 0.5));
        assert_eq!(found.values[0].value, None);
    }

    #[test]
    fn an_empty_chart_has_nothing_near() {
        let scene = scene("a 0:00 20 50 90\n", Some((5, 6)));
        for tab in [Tab::Temperature, Tab::Anomalies, Tab::Rolling, Tab::Heatmap] {
            assert_eq!(nearest(&scene.input(), &at(tab, 0.0, 0.0)), None);
        }
    }
}
