//! Charts: which one an ask means, and the two that draw readings over time.

use std::ops::Range;

use super::choice::{self, Shown};
use super::crowd;
use super::decimate::{Detail, Keep, Line, Stats, decimate};
use super::marks::{Flagged, Places, ground, marks};
use super::{Input, daily, frame, heat};
use crate::contract;
use crate::protocol::{Chart, ChartAsk, FlagKind, LimitLine, LineChart, Series, Tab, Weight};
use crate::pyramid::columns::Columns;
use crate::pyramid::{Column, Pyramid};
use crate::table::HOUR_US;

/// The chart that is asked for, cut down to the pixels that it has.
pub fn chart(input: &Input<'_>, ask: &ChartAsk) -> Chart {
    match (ask.tab, daily::quantity(ask.tab)) {
        (_, Some(quantity)) => Chart::Lines(daily::chart(input, ask, quantity)),
        (Tab::Heatmap, _) => Chart::Heat(heat::chart(input, ask)),
        (Tab::Rolling, _) => Chart::Lines(rolling(input, ask)),
        (Tab::Metric, _) => Chart::Lines(metric(input, ask)),
        _ => Chart::Lines(anomalies(input, ask)),
    }
}

/// The window of everything there is to show over time.
pub(super) fn full_window(input: &Input<'_>) -> (i64, i64) {
    frame::full_window(input.facts.span_us.unwrap_or((0, 0)), HOUR_US / 2)
}

/// Temperatures of many devices as dots, flagged ones marked.
fn anomalies(input: &Input<'_>, ask: &ChartAsk) -> LineChart {
    let mut chart = empty(input, ask);
    chart.title = "Temperature, flagged readings marked".into();
    let columns = Columns::new(chart.x_us, ask.columns_px);
    let shown = choice::devices(input, &ask.devices);
    let line = temperature(input);
    let visible: Vec<Range<usize>> = shown.iter().map(|s| columns.visible(line.t, &input.selected(s.device))).collect();
    let faint = crowd::faint(&columns, Keep::Dots, &shown, &visible);
    let plain = Detail { columns, keep: Keep::Line };
    let mut stats = Stats::default();
    for (device, visible) in shown.iter().zip(&visible) {
        let mut series = series(input, device);
        series.dots = true;
        let detail = if device.weight == Weight::Faint { &faint } else { &plain };
        decimate_known(&line, &input.selected(device.device), visible, detail, &mut series, &mut stats);
        chart.series.push(series);
    }
    chart.devices = shown.len() as u32;
    chart.faint = shown.iter().filter(|s| s.weight == Weight::Faint).count() as u32;
    let places = Places {
        t: line.t,
        y: |row: usize| line.column.y.get(row).copied().unwrap_or(f64::NAN),
        bounds: |rows: &Range<usize>| line.column.bounds(rows),
    };
    finish(input, chart, &plain.columns, &stats, &visible, &places)
}

/// The metric of [`Tab::Metric`]: the one asked for, else the first that has no view of its own, else the first.
pub(super) fn metric_of(input: &Input<'_>, asked: Option<u16>) -> Option<usize> {
    let metrics = &input.readings().metrics;
    let own = [contract::TEMPERATURE, contract::HUMIDITY, contract::BATTERY];
    let asked = asked.map(usize::from).filter(|metric| *metric < metrics.len());
    let other = || metrics.iter().position(|metric| !own.contains(&metric.info.name.as_str()));
    asked.or_else(other).or((!metrics.is_empty()).then_some(0))
}

/// Readings of any metric, a line a device. Its pyramid is made for the one chart: few logs are asked for many metrics.
fn metric(input: &Input<'_>, ask: &ChartAsk) -> LineChart {
    let mut chart = empty(input, ask);
    let readings = input.readings();
    let Some(metric) = metric_of(input, ask.metric).map(|metric| &readings.metrics[metric]) else { return chart };
    chart.title.clone_from(&metric.info.name);
    chart.unit.clone_from(&metric.info.unit);
    let columns = Columns::new(chart.x_us, ask.columns_px);
    let shown = choice::devices(input, &ask.devices);
    let pyramid = Pyramid::new(&metric.values, &input.facts.breaks);
    let column = Column { y: &metric.values, breaks: &input.facts.breaks, pyramid: &pyramid };
    let line = Line { t: &readings.timestamp_us, column, filled: Some(&metric.filled) };
    let visible: Vec<Range<usize>> = shown.iter().map(|s| columns.visible(line.t, &input.selected(s.device))).collect();
    let faint = crowd::faint(&columns, Keep::Line, &shown, &visible);
    let plain = Detail { columns, keep: Keep::Line };
    let mut stats = Stats::default();
    for (device, visible) in shown.iter().zip(&visible) {
        let mut series = series(input, device);
        let detail = if device.weight == Weight::Faint { &faint } else { &plain };
        decimate_known(&line, &input.selected(device.device), visible, detail, &mut series, &mut stats);
        chart.series.push(series);
    }
    chart.devices = shown.len() as u32;
    chart.faint = shown.iter().filter(|s| s.weight == Weight::Faint).count() as u32;
    chart.y = frame::y_range(&stats, None, &chart.unit);
    chart.visible = frame::visible(&stats, visible.iter().map(|rows| rows.len() as u64).sum());
    chart
}

/// Raw and rolling temperature of one device; its flagged readings are marked on the rolling mean, which the limit tests.
fn rolling(input: &Input<'_>, ask: &ChartAsk) -> LineChart {
    let mut chart = empty(input, ask);
    chart.title = "Temperature and its rolling average over 3 readings".into();
    let columns = Columns::new(chart.x_us, ask.columns_px);
    let Some(device) = choice::rolling_device(input, ask.rolling_device) else {
        let places = Places { t: &[], y: |_| f64::NAN, bounds: |_: &Range<usize>| None };
        return finish(input, chart, &columns, &Stats::default(), &[], &places);
    };
    let raw = temperature(input);
    let means = Column { y: &input.outcome.enriched.temp_rolling_avg_3, pyramid: &input.facts.rolling, ..raw.column };
    let mean = Line { column: means, filled: None, ..raw };
    let rows = input.selected(device);
    let visible = columns.visible(raw.t, &rows);
    let detail = Detail { columns, keep: Keep::Line };
    let mut stats = Stats::default();
    for (line, weight) in [(raw, Weight::Plain), (mean, Weight::Strong)] {
        let mut series = series(input, &Shown { device, color: (device % choice::HUES) as u16, weight });
        // The raw readings are the metric shown; their mean lies between them.
        let mut aside = Stats::default();
        let stats = if weight == Weight::Plain { &mut stats } else { &mut aside };
        decimate_known(&line, &rows, &visible, &detail, &mut series, stats);
        chart.series.push(series);
    }
    chart.devices = 1;
    // Where a mean is missing nothing is known of where its mark stands.
    let places =
        Places { t: raw.t, y: |row: usize| rolling_y(input, row), bounds: |rows: &Range<usize>| means.bounds(rows) };
    finish(input, chart, &detail.columns, &stats, std::slice::from_ref(&visible), &places)
}

/// Where a reading is marked in the chart of the rolling average: on the mean, else on the reading itself.
pub(super) fn rolling_y(input: &Input<'_>, row: usize) -> f64 {
    let of = |column: &[f64]| column.get(row).copied().unwrap_or(f64::NAN);
    let mean = of(&input.outcome.enriched.temp_rolling_avg_3);
    if mean.is_nan() { of(input.temperature()) } else { mean }
}

/// The temperature column as a line; empty without one.
fn temperature<'a>(input: &Input<'a>) -> Line<'a> {
    let readings = input.readings();
    Line {
        t: &readings.timestamp_us,
        column: Column { y: input.temperature(), breaks: &input.facts.breaks, pyramid: &input.facts.temperature },
        filled: readings.metric(contract::TEMPERATURE).map(|m| &readings.metrics[m].filled),
    }
}

/// Decimates a line that may have no column to draw.
fn decimate_known(
    line: &Line<'_>,
    rows: &Range<usize>,
    visible: &Range<usize>,
    detail: &Detail,
    into: &mut Series,
    stats: &mut Stats,
) {
    if line.column.y.len() == line.t.len() {
        decimate(line, rows, visible, detail, into, stats);
    }
}

fn series(input: &Input<'_>, shown: &Shown) -> Series {
    Series {
        device: shown.device as u32,
        name: input.readings().devices[shown.device].name.clone(),
        color: shown.color,
        weight: shown.weight,
        ..Series::default()
    }
}

/// A chart of temperature over time with its windows, still without lines.
fn empty(input: &Input<'_>, ask: &ChartAsk) -> LineChart {
    let full_x_us = full_window(input);
    LineChart {
        tab: ask.tab,
        unit: input.unit(contract::TEMPERATURE).into(),
        x_us: frame::window(ask.window_us, full_x_us),
        full_x_us,
        ..LineChart::default()
    }
}

/// Adds what needs all lines to be known: marks, limit, range of values, statistics.
fn finish<Y, B>(
    input: &Input<'_>,
    mut chart: LineChart,
    columns: &Columns,
    stats: &Stats,
    visible: &[Range<usize>],
    places: &Places<'_, Y, B>,
) -> LineChart
where
    Y: Fn(usize) -> f64,
    B: Fn(&Range<usize>) -> Option<(f64, f64)>,
{
    let flagged = Flagged { bytes: &input.outcome.flags.bytes, stretches: &input.tally.stretches };
    chart.marks = marks(flagged, places, visible, columns);
    let limit = input.recipe.limits.high_temp_celsius;
    chart.y = frame::y_range(stats, Some(limit), &chart.unit);
    ground(&mut chart.marks, chart.y.0);
    chart.limit = Some(limit_line(limit, &chart.unit));
    chart.visible = frame::visible(stats, visible.iter().map(|rows| rows.len() as u64).sum());
    chart
}

/// The chart that `before` becomes when nothing but the limits has moved. Its series say how they look now; those without points
/// keep what the device had. A line that comes to the front has more points there than it had behind the others, and brings them.
/// None where the devices shown differ, and for charts whose lines are few.
pub fn again(input: &Input<'_>, ask: &ChartAsk, before: &LineChart) -> Option<LineChart> {
    let visible = before.visible;
    // Where nothing is visible, the range of values depends on what lies beside the window.
    if !visible.mean.is_finite() {
        return None;
    }
    let look = |shown: &Shown| Series { dots: true, ..series(input, shown) };
    let mut looks: Vec<Series> = match ask.tab {
        Tab::Anomalies => choice::devices(input, &ask.devices).iter().map(look).collect(),
        Tab::Rolling => {
            let bare = |s: &Series| Series { x_us: Vec::new(), y: Vec::new(), filled: Vec::new(), ..s.clone() };
            let device = choice::rolling_device(input, ask.rolling_device)?;
            before
                .series
                .iter()
                .all(|s| s.device as usize == device)
                .then(|| before.series.iter().map(bare).collect())?
        }
        _ => return None,
    };
    let shown_before = |look: &Series| before.series.iter().find(|s| s.device == look.device);
    if looks.len() != before.series.len() || !looks.iter().all(|look| shown_before(look).is_some()) {
        return None;
    }
    let columns = Columns::new(before.x_us, ask.columns_px);
    let line = temperature(input);
    let mut devices: Vec<usize> = looks.iter().map(|s| s.device as usize).collect();
    devices.dedup();
    let visible_rows: Vec<Range<usize>> =
        devices.iter().map(|&device| columns.visible(line.t, &input.selected(device))).collect();
    let plain = Detail { columns: columns.clone(), keep: Keep::Line };
    for (look, rows) in looks.iter_mut().zip(&visible_rows) {
        let was = shown_before(look).map_or(look.weight, |s| s.weight);
        if was == Weight::Faint && look.weight != Weight::Faint {
            let device = look.device as usize;
            decimate_known(&line, &input.selected(device), rows, &plain, look, &mut Stats::default());
        }
    }
    let stats = Stats { min: visible.min, max: visible.max, values: 1, ..Stats::default() };
    let mut chart = empty(input, ask);
    chart.title.clone_from(&before.title);
    (chart.devices, chart.faint, chart.series) = (before.devices, before.faint, looks);
    let rolling = ask.tab == Tab::Rolling;
    let means = Column { y: &input.outcome.enriched.temp_rolling_avg_3, pyramid: &input.facts.rolling, ..line.column };
    let column = if rolling { means } else { line.column };
    let places = Places {
        t: line.t,
        y: |row: usize| {
            if rolling { rolling_y(input, row) } else { line.column.y.get(row).copied().unwrap_or(f64::NAN) }
        },
        bounds: |rows: &Range<usize>| column.bounds(rows),
    };
    let chart = finish(input, chart, &columns, &stats, &visible_rows, &places);
    Some(LineChart { visible, ..chart })
}

fn limit_line(value: f64, unit: &str) -> LimitLine {
    frame::limit_line(value, unit, FlagKind::HighTemperature)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::scene;
    use super::*;

    const TEXT: &str = "\
a 0:00 20 50 90
a 0:10 ~22 50 90
a 0:20 40 50 9
a 0:30 42 50 90
a 5:00 41 50 90
b 0:05 10 50 14
";

    fn lines(input: &Input<'_>, ask: &ChartAsk) -> LineChart {
        match chart(input, ask) {
            Chart::Lines(lines) => lines,
            Chart::Heat(_) => panic!("a heatmap was not asked for"),
        }
    }

    fn ask(tab: Tab) -> ChartAsk {
        ChartAsk { tab, columns_px: 1000, ..ChartAsk::default() }
    }

    const MINUTE_US: i64 = 60_000_000;

    #[test]
    fn anomalies_are_dots_of_each_device_with_marks_by_type() {
        let scene = scene(TEXT, None);
        let chart = lines(&scene.input(), &ask(Tab::Anomalies));
        assert_eq!(chart.series.len(), 2);
        let a = &chart.series[0];
        assert!(a.dots && a.name == "a");
        assert_eq!(a.x_us.len(), 6, "five readings and a break");
        assert_eq!(a.filled.iter().filter(|&&f| f).count(), 1);
        let marks: Vec<(FlagKind, Vec<i64>)> =
            chart.marks.iter().map(|m| (m.kind, m.x_us.iter().map(|t| t / MINUTE_US).collect())).collect();
        assert_eq!(marks, [(FlagKind::LowBattery, vec![20, 5]), (FlagKind::HighTemperature, vec![30, 300])]);
        assert_eq!((chart.visible.min, chart.visible.max), (10.0, 42.0));
        assert_eq!((chart.visible.readings, chart.visible.gaps), (6, 1));
        assert_eq!(chart.full_x_us, (0, 300 * MINUTE_US + 1));
    }

    #[test]
    fn rolling_draws_raw_and_mean_of_the_most_flagged_device() {
        let scene = scene(TEXT, None);
        let chart = lines(&scene.input(), &ask(Tab::Rolling));
        let weights: Vec<Weight> = chart.series.iter().map(|s| s.weight).collect();
        assert_eq!(weights, [Weight::Plain, Weight::Strong]);
        assert!(chart.series.iter().all(|s| s.device == 0 && !s.dots));
        let mean = &chart.series[1];
        assert_eq!(mean.x_us[0], 20 * MINUTE_US);
        assert_eq!(mean.y[0], (20.0 + 22.0 + 40.0) / 3.0);
        assert!(mean.filled.is_empty());
        assert_eq!(chart.series[0].filled[1..3], [true, false]);
        // The hot marks stand on the mean.
        let hot = chart.marks.iter().find(|m| m.kind == FlagKind::HighTemperature);
        assert_eq!(hot.unwrap().y[1], 41.0);
        assert_eq!((chart.visible.readings, chart.visible.max), (5, 42.0));
        let other = ChartAsk { rolling_device: Some(1), ..ask(Tab::Rolling) };
        let other = lines(&scene.input(), &other);
        assert_eq!(other.series[0].y, [10.0]);
        // Its reading has no mean yet: the mark stands on the reading.
        assert_eq!(other.marks[0].y, [10.0]);
    }

    #[test]
    fn a_moved_limit_changes_all_but_the_series() {
        let before = scene(TEXT, None);
        for (high, low) in [(30.0, 15.0), (41.5, 12.0), (99.0, 20.0)] {
            let after = scene(TEXT, None).limits(high, low);
            for tab in [Tab::Anomalies, Tab::Rolling] {
                for window_us in [None, Some((MINUTE_US, 40 * MINUTE_US))] {
                    let ask = ChartAsk { window_us, ..ask(tab) };
                    let mut known = lines(&before.input(), &ask);
                    let anew = lines(&after.input(), &ask);
                    let again = again(&after.input(), &ask, &known).unwrap();
                    let look = |s: &Series| (s.device, s.color, s.weight, s.dots, s.name.clone());
                    assert!(again.series.iter().map(look).eq(anew.series.iter().map(look)));
                    let again = LineChart { series: anew.series.clone(), ..again };
                    // A missing value is equal to none, not even to itself.
                    assert_eq!(format!("{again:?}"), format!("{anew:?}"));
                    known.series[0].device += 7;
                    assert_eq!(super::again(&after.input(), &ask, &known), None);
                }
            }
        }
    }

    #[test]
    fn a_chosen_device_hides_the_marks_of_others() {
        let scene = scene(TEXT, None);
        let ask = ChartAsk { devices: vec![1], ..ask(Tab::Anomalies) };
        let chart = lines(&scene.input(), &ask);
        assert_eq!(chart.marks.len(), 1);
        assert_eq!(chart.marks[0].x_us, [5 * MINUTE_US]);
        assert_eq!(chart.visible.readings, 1);
    }

    #[test]
    fn readings_outside_the_date_range_are_not_shown() {
        let text = "a 22:00 20 50 90\na 23:00 21 50 90\na 25:00 22 50 1\n";
        let scene = scene(text, Some((0, 0)));
        let chart = lines(&scene.input(), &ask(Tab::Anomalies));
        assert_eq!(chart.series[0].x_us, [22 * HOUR_US, 23 * HOUR_US]);
        assert_eq!(chart.marks, []);
    }

    #[test]
    fn nothing_at_all_still_makes_every_chart() {
        let outcome = crate::pipeline::Outcome::default();
        let log = crate::table::Log::default();
        let recipe = crate::recipe::Recipe::default();
        let input = Input {
            log: &log,
            recipe: &recipe,
            outcome: &outcome,
            facts: &super::super::facts(&outcome),
            tally: &super::super::tally(&outcome),
        };
        for tab in [Tab::Temperature, Tab::Battery, Tab::Humidity, Tab::Anomalies, Tab::Rolling] {
            let chart = lines(&input, &ask(tab));
            assert!(chart.x_us.0 < chart.x_us.1 && chart.y.0 < chart.y.1);
            assert!(chart.series.is_empty() && chart.visible.mean.is_nan());
        }
        let Chart::Heat(heat) = super::chart(&input, &ask(Tab::Heatmap)) else {
            panic!("a heatmap was asked for");
        };
        assert!(heat.cells.is_empty());
    }
}
