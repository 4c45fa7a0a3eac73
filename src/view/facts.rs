//! What is counted once for a whole outcome and kept beside it: [`Facts`], which no limit changes, and [`Tally`], which is all
//! that a moved limit makes anew.

use std::ops::Range;

use super::steps;
use super::stretches::{Stretches, counted};
use crate::contract;
use crate::pipeline::Outcome;
use crate::pyramid::{Column, Pyramid};

/// Bins of a distribution over the sliders' range, 0 to 100.
pub(super) const BINS: usize = 100;
/// Value at the right edge of the last bin; the first begins at 0.
pub(super) const SLIDER_END: f64 = 100.0;

/// A line of up to so many readings is drawn in about a millisecond, natively, by looking at all of them. Only one device's rolling mean
/// is drawn at a time.
const PLAIN_ROWS: usize = 1 << 18;

/// What the overview and the charts need to know about an outcome, whatever the limits. Per device in the readings' order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// First and last timestamp inside the date range, microseconds UTC.
    pub span_us: Option<(i64, i64)>,
    /// Median step over all devices; see `device_step_us`.
    pub median_step_us: Option<i64>,
    /// Median step of each device between unequal stamps, whatever the date range; none where there is one stamp only.
    pub device_step_us: Vec<Option<i64>>,
    /// Rows after which a device's step exceeds three of its median steps, ascending.
    pub breaks: Vec<u32>,
    /// Highest temperature of each device inside the date range; negative infinity where there is none.
    pub peak_celsius: Vec<f64>,
    /// Filled cells inside the date range, per metric.
    pub filled: Vec<u64>,
    /// Readings inside the date range.
    pub rows_out: u64,
    /// Devices with a reading inside the date range.
    pub devices: u64,
    /// How often the rolling mean of temperature takes which value, 0 to 100, the outermost bins open.
    pub rolling_bins: Vec<u32>,
    /// The same of the battery.
    pub battery_bins: Vec<u32>,
    /// Over the temperature.
    pub(super) temperature: Pyramid,
    /// Over the rolling mean; empty unless a device has so many readings that its line needs one.
    pub(super) rolling: Pyramid,
}

/// How many readings are flagged with one type only, and with both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlagCounts {
    pub high_temperature: u64,
    pub low_battery: u64,
    pub both: u64,
}

impl FlagCounts {
    /// Flagged readings of any type.
    pub fn any(&self) -> u64 {
        self.high_temperature + self.low_battery + self.both
    }

    /// Readings whose rolling mean is above its limit.
    pub fn hot(&self) -> u64 {
        self.high_temperature + self.both
    }

    /// Readings whose battery is below its limit.
    pub fn low(&self) -> u64 {
        self.low_battery + self.both
    }

    pub(super) fn add(&mut self, other: FlagCounts) {
        self.high_temperature += other.high_temperature;
        self.low_battery += other.low_battery;
        self.both += other.both;
    }
}

/// Flags counted inside the date range.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    pub total: FlagCounts,
    /// Per device in the readings' order.
    pub devices: Vec<FlagCounts>,
    /// Parallel to the outcome's daily rows.
    pub days: Vec<FlagCounts>,
    /// Where flags are, inside the date range.
    pub(super) stretches: Stretches,
}

/// Counts what no limit changes.
pub fn facts(outcome: &Outcome) -> Facts {
    let readings = &outcome.cleaned.readings;
    let stamps = &readings.timestamp_us;
    let selected: Vec<Range<usize>> = outcome.enriched.selected.iter().map(|&(start, end)| start..end).collect();
    let runs: Vec<Range<usize>> = readings.devices.iter().map(|d| d.range()).collect();

    let steps::Steps { median_us, overall_us, breaks } = steps::steps(stamps, &runs);
    let temperature: &[f64] = readings.metric(contract::TEMPERATURE).map_or(&[], |m| &readings.metrics[m].values);
    let battery: &[f64] = readings.metric(contract::BATTERY).map_or(&[], |m| &readings.metrics[m].values);
    let pyramid = Pyramid::new(temperature, &breaks);
    let peak = |rows: &Range<usize>| match temperature.get(rows.clone()) {
        Some(_) => Column { y: temperature, breaks: &[], pyramid: &pyramid }.extremes(rows.clone()).high,
        None => f64::NEG_INFINITY,
    };
    let peak_celsius = selected.iter().map(peak).collect();
    let means = &outcome.enriched.temp_rolling_avg_3;
    let many = runs.iter().any(|run| run.len() > PLAIN_ROWS);
    let rolling = if many { Pyramid::new(means, &breaks) } else { Pyramid::default() };
    let occupied = || selected.iter().filter(|rows| !rows.is_empty());
    Facts {
        span_us: occupied()
            .map(|rows| (stamps[rows.start], stamps[rows.end - 1]))
            .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))),
        median_step_us: overall_us,
        device_step_us: median_us,
        breaks,
        peak_celsius,
        filled: readings
            .metrics
            .iter()
            .map(|metric| {
                let cells: usize = selected.iter().map(|r| metric.filled.count(r.clone())).sum();
                cells as u64
            })
            .collect(),
        rows_out: selected.iter().map(|rows| rows.len() as u64).sum(),
        devices: occupied().count() as u64,
        rolling_bins: bins(means, &selected),
        battery_bins: bins(battery, &selected),
        temperature: pyramid,
        rolling,
    }
}

/// Counts the flags, in one pass: the days of a device are all of its selected readings.
pub fn tally(outcome: &Outcome) -> Tally {
    let bytes = &outcome.flags.bytes;
    let mut tally = Tally {
        total: FlagCounts::default(),
        devices: vec![FlagCounts::default(); outcome.enriched.selected.len()],
        days: Vec::with_capacity(outcome.daily.len()),
        stretches: Stretches::new(bytes.len()),
    };
    for day in &outcome.daily {
        let counts = counted(bytes, day.start..day.end, &mut tally.stretches);
        tally.days.push(counts);
        tally.total.add(counts);
        if let Some(device) = tally.devices.get_mut(day.device) {
            device.add(counts);
        }
    }
    tally
}

/// Counts values by whole units from 0 to 100; what lies beyond goes to the outermost bins, what is missing nowhere.
fn bins(values: &[f64], selected: &[Range<usize>]) -> Vec<u32> {
    // Neighbours often fall into one bin; in turns they do not wait for each other. The last bin takes what is missing.
    const TURNS: usize = 4;
    let mut turns = [[0_u32; BINS + 1]; TURNS];
    let bin = |value: f64| {
        // `as` saturates, and truncates towards zero, which the clamp makes no different from rounding down.
        if value.is_nan() { BINS } else { (value as i32).clamp(0, BINS as i32 - 1) as usize }
    };
    let [first, second, third, fourth] = &mut turns;
    for rows in selected {
        let values = values.get(rows.clone()).unwrap_or(&[]);
        let (chunks, rest) = values.as_chunks::<TURNS>();
        for &[a, b, c, d] in chunks {
            first[bin(a)] += 1;
            second[bin(b)] += 1;
            third[bin(c)] += 1;
            fourth[bin(d)] += 1;
        }
        for &value in rest {
            first[bin(value)] += 1;
        }
    }
    (0..BINS).map(|bin| turns.iter().map(|turn| turn[bin]).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::scene;
    use super::*;

    #[test]
    fn bins_hold_whole_units_and_what_lies_beyond() {
        let values = [-300.0, -0.5, 0.0, 0.99, 1.0, 99.9, 100.0, 1e30, f64::NAN];
        let bins = bins(&values, &[0..4, 4..9]);
        assert_eq!((bins[0], bins[1], bins[99]), (4, 1, 3));
        assert_eq!(bins.iter().sum::<u32>(), 8);
        // Only selected rows count.
        assert_eq!(super::bins(&values, &[4..5, 7..7]).iter().sum::<u32>(), 1);
    }

    #[test]
    fn facts_and_tally_look_only_inside_the_date_range() {
        let scene = scene(
            "a 0:00 40 50 90\na 0:10 ~41 50 90\na 0:20 42 50 5\na 24:00 ~99 ~50 3\nb 0:05 10 50 50\n",
            Some((0, 0)),
        );
        let facts = facts(&scene.outcome);
        assert_eq!(facts.rows_out, 4);
        assert_eq!(facts.devices, 2);
        assert_eq!(facts.filled, [1, 0, 0]);
        assert_eq!(facts.peak_celsius, [42.0, 10.0]);
        assert_eq!(facts.span_us, Some((0, 20 * 60_000_000)));
        assert_eq!(facts.median_step_us, Some(10 * 60_000_000));
        assert_eq!(facts.device_step_us, [Some(10 * 60_000_000), None]);
        assert_eq!(facts.breaks, [2]);
        assert_eq!(facts.rolling_bins[41], 1);
        assert_eq!(facts.rolling_bins.iter().sum::<u32>(), 1);
        assert_eq!(facts.battery_bins.iter().sum::<u32>(), 4);
        let tally = tally(&scene.outcome);
        let both = FlagCounts { both: 1, ..FlagCounts::default() };
        assert_eq!(tally.total, both);
        assert_eq!(tally.devices, [both, FlagCounts::default()]);
        assert_eq!(tally.days, [both, FlagCounts::default()]);
    }
}
