//! Charts of daily statistics: one point for each device and date.
//!
//! A point stands at the start of its day, where the axis has the date's tick, so that a point is read off under its label.

use std::ops::Range;

use super::choice::{self, Shown};
use super::crowd;
use super::decimate::{Detail, Keep, Line, Stats, decimate};
use super::marks::ground;
use super::{Input, frame, steps};
use crate::aggregate::DailyRow;
use crate::contract;
use crate::protocol::{ChartAsk, FlagKind, LineChart, Marks, Series, Tab, Weight};
use crate::pyramid::columns::Columns;
use crate::pyramid::{Column, Pyramid};
use crate::table::DAY_US;
use crate::view::facts::FlagCounts;

/// How many of a day's readings have a flag.
type Count = fn(&FlagCounts) -> u64;

/// What a tab shows of a day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantity {
    pub title: &'static str,
    pub metric: &'static str,
    value: fn(&DailyRow) -> f64,
    /// The flag whose limit the chart draws, and how many readings of a day have it.
    flag: Option<(FlagKind, Count)>,
}

/// The quantity of a tab with daily values.
pub(super) fn quantity(tab: Tab) -> Option<Quantity> {
    match tab {
        Tab::Temperature => Some(Quantity {
            title: "Daily mean temperature",
            metric: contract::TEMPERATURE,
            value: |day| day.mean_temperature_celsius,
            flag: Some((FlagKind::HighTemperature, FlagCounts::hot)),
        }),
        Tab::Battery => Some(Quantity {
            title: "Daily minimum battery",
            metric: contract::BATTERY,
            value: |day| day.min_battery_percent,
            flag: Some((FlagKind::LowBattery, FlagCounts::low)),
        }),
        Tab::Humidity => Some(Quantity {
            title: "Daily mean humidity",
            metric: contract::HUMIDITY,
            value: |day| day.mean_humidity_percent,
            flag: None,
        }),
        Tab::Anomalies | Tab::Heatmap | Tab::Rolling | Tab::Metric => None,
    }
}

impl Quantity {
    pub fn value(&self, day: &DailyRow) -> f64 {
        (self.value)(day)
    }

    fn limit(&self, input: &Input<'_>) -> Option<f64> {
        let limits = input.recipe.limits;
        self.flag.map(|(kind, _)| match kind {
            FlagKind::LowBattery => limits.low_battery_percent,
            FlagKind::HighTemperature | FlagKind::Both => limits.high_temp_celsius,
        })
    }
}

/// Where a day's point stands.
pub(super) fn day_us(day: &DailyRow) -> i64 {
    i64::from(day.day) * DAY_US
}

/// The daily rows of a device.
pub(super) fn days_of(input: &Input<'_>, device: usize) -> Range<usize> {
    let daily = &input.outcome.daily;
    let start = daily.partition_point(|day| day.device < device);
    start..daily.partition_point(|day| day.device <= device)
}

/// Those of a device that stand in the window.
fn visible_days(input: &Input<'_>, device: usize, window_us: (i64, i64)) -> Range<usize> {
    let rows = days_of(input, device);
    let days = &input.outcome.daily[rows.clone()];
    let before = |edge: i64| rows.start + days.partition_point(|day| day_us(day) < edge);
    before(window_us.0)..before(window_us.1)
}

/// The window of everything there is to show.
pub(super) fn full_window(input: &Input<'_>) -> (i64, i64) {
    let days = input.outcome.daily.iter().map(day_us);
    let span = days.map(|t| (t, t)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    frame::full_window(span.unwrap_or((0, 0)), DAY_US / 2)
}

/// The chart of a tab with daily values.
pub(super) fn chart(input: &Input<'_>, ask: &ChartAsk, quantity: Quantity) -> LineChart {
    let full_x_us = full_window(input);
    let x_us = frame::window(ask.window_us, full_x_us);
    let columns = Columns::new(x_us, ask.columns_px);
    let shown = choice::devices(input, &ask.devices);
    let visible: Vec<Range<usize>> = shown.iter().map(|s| visible_days(input, s.device, x_us)).collect();
    let mut chart = Drawing {
        quantity,
        faint: crowd::faint(&columns, Keep::Line, &shown, &visible),
        plain: Detail { columns, keep: Keep::Line },
        stats: Stats::default(),
        readings: 0,
        marks: Marks { kind: quantity.flag.map(|(kind, _)| kind).unwrap_or_default(), ..Marks::default() },
    };
    let series: Vec<Series> = shown.iter().map(|s| chart.device(input, s)).collect();

    let Drawing { stats, readings, marks, .. } = chart;
    let unit = input.unit(quantity.metric);
    let limit = quantity.limit(input);
    let y = frame::y_range(&stats, limit, unit);
    let mut marks: Vec<Marks> = Some(marks).filter(|m| !m.x_us.is_empty()).into_iter().collect();
    ground(&mut marks, y.0);
    LineChart {
        tab: ask.tab,
        title: quantity.title.into(),
        zone: input.readings().zone.name.clone(),
        unit: unit.into(),
        x_us,
        full_x_us,
        y,
        limit: limit.zip(quantity.flag).map(|(value, (kind, _))| frame::limit_line(value, unit, kind)),
        faint: shown.iter().filter(|s| s.weight == Weight::Faint).count() as u32,
        devices: shown.len() as u32,
        series,
        marks,
        visible: frame::visible(&stats, readings),
        ..LineChart::default()
    }
}

/// What is drawn while going through the devices.
struct Drawing {
    quantity: Quantity,
    plain: Detail,
    /// That of faint lines.
    faint: Detail,
    stats: Stats,
    readings: u64,
    marks: Marks,
}

impl Drawing {
    /// One device's line, its visible days added to the statistics and its flagged days to the marks.
    fn device(&mut self, input: &Input<'_>, shown: &Shown) -> Series {
        let rows = days_of(input, shown.device);
        let days = &input.outcome.daily[rows.clone()];
        let t: Vec<i64> = days.iter().map(day_us).collect();
        let y: Vec<f64> = days.iter().map(|day| self.quantity.value(day)).collect();
        let all = 0..t.len();
        let mut breaks = Vec::new();
        let step = steps::median_step_us(&t, std::slice::from_ref(&all));
        steps::breaks(&t, all.clone(), step, &mut breaks);
        // Days are few: they are looked at one by one.
        let column = Column { y: &y, breaks: &breaks, pyramid: &Pyramid::default() };
        let line = Line { t: &t, column, filled: None };
        let visible = self.plain.columns.visible(&t, &all);
        let mut series = Series {
            device: shown.device as u32,
            name: input.readings().devices[shown.device].name.clone(),
            color: shown.color,
            weight: shown.weight,
            ..Series::default()
        };
        let detail = if shown.weight == Weight::Faint { &self.faint } else { &self.plain };
        decimate(&line, &all, &visible, detail, &mut series, &mut self.stats);
        for i in visible {
            self.readings += days[i].readings() as u64;
            let flags = input.tally.days.get(rows.start + i);
            if let (Some((_, count)), Some(flags)) = (self.quantity.flag, flags)
                && count(flags) > 0
            {
                self.marks.x_us.push(t[i]);
                self.marks.y.push(y[i]);
            }
        }
        series
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::scene;
    use super::*;

    fn ask(tab: Tab) -> ChartAsk {
        ChartAsk { tab, columns_px: 800, ..ChartAsk::default() }
    }

    fn chart(input: &Input<'_>, ask: &ChartAsk) -> LineChart {
        super::chart(input, ask, quantity(ask.tab).unwrap())
    }

    const TEXT: &str = "\
a 8:00 20 50 90
a 9:00 22 52 88
a 33:00 31 40 12
a 34:00 32 - 80
a 35:00 33 42 80
a 59:00 20 40 80
b 8:00 10 90 50
";

    #[test]
    fn a_point_is_a_device_and_a_date_at_the_days_start() {
        let scene = scene(TEXT, None);
        let chart = chart(&scene.input(), &ask(Tab::Temperature));
        let a = &chart.series[0];
        assert_eq!(a.name, "a");
        assert_eq!(a.x_us, [0, DAY_US, 2 * DAY_US]);
        assert_eq!(a.y, [21.0, 32.0, 20.0]);
        assert_eq!(chart.series[1].y, [10.0]);
        assert_eq!(chart.full_x_us, (0, 2 * DAY_US + 1));
        assert_eq!(chart.x_us, chart.full_x_us);
        assert_eq!((chart.devices, chart.faint), (2, 0));
        assert_eq!((chart.visible.min, chart.visible.max), (10.0, 32.0));
        assert_eq!(chart.visible.mean, 83.0 / 4.0);
        assert_eq!((chart.visible.readings, chart.visible.gaps), (7, 0));
        assert_eq!(chart.limit.unwrap().label, "limit 30 °C");
    }

    #[test]
    fn a_day_is_marked_when_the_limit_of_its_tab_flags_a_reading() {
        let scene = scene(TEXT, None);
        let hot = chart(&scene.input(), &ask(Tab::Temperature)).marks;
        assert_eq!(hot.len(), 1);
        assert_eq!(hot[0].kind, FlagKind::HighTemperature);
        assert_eq!((&hot[0].x_us[..], &hot[0].y[..]), (&[DAY_US][..], &[32.0][..]));
        let low = chart(&scene.input(), &ask(Tab::Battery)).marks;
        assert_eq!(low[0].kind, FlagKind::LowBattery);
        assert_eq!((&low[0].x_us[..], &low[0].y[..]), (&[DAY_US][..], &[12.0][..]));
        let humidity = chart(&scene.input(), &ask(Tab::Humidity));
        assert_eq!(humidity.marks, []);
        assert_eq!(humidity.limit, None);
        assert_eq!(humidity.series[0].y, [51.0, 41.0, 40.0]);
        let calm = scene.limits(99.0, 0.0);
        assert_eq!(chart(&calm.input(), &ask(Tab::Battery)).marks, []);
    }

    #[test]
    fn lines_break_where_days_are_missing_or_have_no_value() {
        let mut text = String::new();
        for day in [0, 1, 2, 3, 7, 8, 9] {
            let humidity = if day == 8 { "-" } else { "50" };
            text += &format!("a {}:00 20 {humidity} 90\n", day * 24);
        }
        let scene = scene(&text, None);
        let temperature = chart(&scene.input(), &ask(Tab::Temperature));
        let y = &temperature.series[0].y;
        assert_eq!(y.len(), 8);
        assert!(y[4].is_nan());
        assert_eq!(temperature.visible.gaps, 1);
        let humidity = chart(&scene.input(), &ask(Tab::Humidity));
        assert_eq!(humidity.visible.gaps, 2);
        assert_eq!(humidity.series[0].y.iter().filter(|v| v.is_nan()).count(), 2);
    }

    #[test]
    fn a_window_keeps_the_days_beside_it() {
        let scene = scene(TEXT, None);
        let ask = ChartAsk { window_us: Some((DAY_US / 2, DAY_US + 1)), devices: vec![0], ..ask(Tab::Temperature) };
        let chart = chart(&scene.input(), &ask);
        assert_eq!(chart.series[0].x_us, [0, DAY_US, 2 * DAY_US]);
        assert_eq!((chart.visible.min, chart.visible.max), (32.0, 32.0));
        assert_eq!(chart.visible.readings, 3);
        assert_eq!(chart.x_us, (DAY_US / 2, DAY_US + 1));
    }

    #[test]
    fn between_two_days_the_line_is_still_in_the_frame() {
        let scene = scene(TEXT, None).limits(25.0, 15.0);
        let hours = |h: i64| h * DAY_US / 24;
        let ask = ChartAsk { window_us: Some((hours(30), hours(36))), devices: vec![0], ..ask(Tab::Temperature) };
        let chart = chart(&scene.input(), &ask);
        assert_eq!(chart.series[0].x_us, [DAY_US, 2 * DAY_US]);
        assert!(chart.y.0 < 20.0 && chart.y.1 > 32.0, "{:?}", chart.y);
        assert!(chart.visible.mean.is_nan());
        assert_eq!(chart.visible.readings, 0);
    }

    #[test]
    fn one_day_alone_has_a_window_around_it() {
        let scene = scene("a 8:00 20 50 90\n", None);
        let chart = chart(&scene.input(), &ask(Tab::Temperature));
        assert_eq!(chart.x_us, (-DAY_US / 2, DAY_US / 2));
        assert_eq!(chart.series[0].x_us, [0]);
    }
}
