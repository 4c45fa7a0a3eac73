//! Charts, painted natively: pictures of all six views, and the geometry that the page relies on.
//!
//! The pictures are `tests/snapshots/*.svg`; after a wanted change run `UPDATE_EXPECT=1 cargo test --test charts` and look at
//! them. They are made from values written here, so that only painting can change them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use expect_test::expect_file;
use plotters::prelude::{IntoDrawingArea, SVGBackend};
use proptest::prelude::*;
use sensorium::chart::{Ahead, Frame, PathPainter, Size, Theme, frame, paint, paint_strip, strip_frame};
use sensorium::protocol::{Chart, FlagKind, HeatChart, LimitLine, LineChart, Marks, Series, Tab, Weight};

const DAY_US: i64 = 86_400_000_000;
/// 2023-01-01.
const START_US: i64 = 19_358 * DAY_US;
const WIDE: Size = Size { width_px: 960.0, height_px: 380.0, scale: 1.0 };

fn svg(chart: &Chart, theme: &Theme, frame: &Frame) -> String {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, frame.size.device_px()).into_drawing_area();
        paint(&area, chart, theme, frame).unwrap();
        area.present().unwrap();
    }
    text
}

fn painted(chart: &Chart, size: Size) -> String {
    svg(chart, &Theme::LIGHT, &frame(chart, size, &Ahead::default()))
}

/// A daily wave, a phase and a height a device.
fn wave(device: u32, day: usize) -> f64 {
    let phase = f64::from(device) * 0.7;
    let value = 22.0 + f64::from(device % 5) * 1.5 + 4.0 * (day as f64 * 0.9 + phase).sin();
    (value * 100.0).round() / 100.0
}

fn series(device: u32, days: usize) -> Series {
    Series {
        device,
        name: format!("sensor_{device:03}"),
        color: device as u16,
        weight: if device < 7 { Weight::Plain } else { Weight::Faint },
        x_us: (0..days).map(|day| START_US + day as i64 * DAY_US).collect(),
        y: (0..days).map(|day| wave(device, day)).collect(),
        ..Series::default()
    }
}

fn limit(value: f64, unit: &str, kind: FlagKind) -> Option<LimitLine> {
    Some(LimitLine { value, label: format!("limit {value} {unit}"), kind })
}

fn over_time(tab: Tab, title: &str, unit: &str) -> LineChart {
    let x_us = (START_US, START_US + 13 * DAY_US);
    let mut devices: Vec<Series> = (0..12).map(|device| series(device, 14)).collect();
    // A gap, a filled stretch, and a device that measured on one day only.
    devices[1].y[5] = f64::NAN;
    devices[2].filled = (0..14).map(|day| (8..10).contains(&day)).collect();
    devices[6].x_us.truncate(1);
    devices[6].y.truncate(1);
    devices.sort_by_key(|series| series.weight != Weight::Faint);
    LineChart {
        tab,
        title: title.to_owned(),
        unit: unit.to_owned(),
        x_us,
        full_x_us: x_us,
        y: (16.0, 33.0),
        series: devices,
        devices: 12,
        faint: 5,
        ..LineChart::default()
    }
}

fn temperature() -> LineChart {
    let chart = over_time(Tab::Temperature, "Daily mean temperature", "°C");
    LineChart { limit: limit(30.0, "°C", FlagKind::HighTemperature), ..chart }
}

fn battery() -> LineChart {
    let mut chart = over_time(Tab::Battery, "Daily minimum battery", "%");
    for series in &mut chart.series {
        series.y.iter_mut().enumerate().for_each(|(day, y)| *y = 100.0 - *y - day as f64 * 4.0);
    }
    LineChart { y: (10.0, 90.0), limit: limit(15.0, "%", FlagKind::LowBattery), ..chart }
}

fn humidity() -> LineChart {
    let mut chart = over_time(Tab::Humidity, "Daily mean humidity", "%");
    chart.series.iter_mut().flat_map(|series| &mut series.y).for_each(|y| *y += 30.0);
    LineChart { y: (45.0, 64.0), ..chart }
}

fn marks(kind: FlagKind, days: std::ops::Range<usize>, y: f64) -> Marks {
    let x_us = days.clone().map(|day| START_US + day as i64 * DAY_US + DAY_US / 2).collect();
    Marks { kind, x_us, y: days.map(|day| y + (day % 3) as f64 * 0.5).collect() }
}

fn anomalies() -> LineChart {
    let mut chart = over_time(Tab::Anomalies, "Temperature, flagged readings marked", "°C");
    chart.series.iter_mut().for_each(|series| series.dots = true);
    chart.marks = vec![
        marks(FlagKind::HighTemperature, 3..7, 31.0),
        marks(FlagKind::LowBattery, 8..12, 20.0),
        marks(FlagKind::Both, 6..8, 32.0),
    ];
    LineChart { limit: limit(30.0, "°C", FlagKind::HighTemperature), ..chart }
}

fn rolling() -> LineChart {
    let chart = over_time(Tab::Rolling, "Temperature and its rolling average over 3 readings", "°C");
    let raw = series(3, 14);
    let mut mean = Series { weight: Weight::Strong, ..raw.clone() };
    mean.y =
        (0..14).map(|day| if day < 2 { f64::NAN } else { raw.y[day - 2..=day].iter().sum::<f64>() / 3.0 }).collect();
    LineChart {
        series: vec![raw, mean],
        marks: vec![marks(FlagKind::HighTemperature, 9..11, 30.5)],
        limit: limit(30.0, "°C", FlagKind::HighTemperature),
        ..chart
    }
}

fn heatmap(devices: u32) -> HeatChart {
    let cell = |device: u32, hour: u32| {
        if device == 3 && (9..12).contains(&hour) { f64::NAN } else { wave(device, hour as usize) }
    };
    HeatChart {
        zone: String::new(),
        title: String::from("Mean temperature by hour of day"),
        unit: String::from("°C"),
        devices: (0..devices).collect(),
        names: (0..devices).map(|device| format!("sensor_{device:03}")).collect(),
        cells: (0..devices).flat_map(|device| (0..24).map(move |hour| cell(device, hour))).collect(),
        range: (18.0, 32.0),
    }
}

macro_rules! pictures {
    ($($name:ident: $chart:expr;)*) => { $(
        #[test]
        fn $name() {
            let chart = $chart;
            let frame = frame(&chart, WIDE, &Ahead::default());
            expect_file![concat!("snapshots/", stringify!($name), "_light.svg")]
                .assert_eq(&svg(&chart, &Theme::LIGHT, &frame));
            expect_file![concat!("snapshots/", stringify!($name), "_dark.svg")]
                .assert_eq(&svg(&chart, &Theme::DARK, &frame));
        }
    )* };
}

pictures! {
    temperature_by_day: Chart::Lines(temperature());
    battery_by_day: Chart::Lines(battery());
    humidity_by_day: Chart::Lines(humidity());
    anomalies_over_time: Chart::Lines(anomalies());
    heatmap_by_hour: Chart::Heat(heatmap(18));
    rolling_average: Chart::Lines(rolling());
}

#[test]
fn a_chart_of_nothing_says_so() {
    let nothing = painted(&Chart::Lines(LineChart::default()), WIDE);
    assert!(nothing.contains("There is nothing to show in this window."));
    let bare = painted(&Chart::Heat(heatmap(0)), WIDE);
    assert!(bare.contains("There is nothing to show for these devices."));
    assert!(!painted(&Chart::Lines(temperature()), WIDE).contains("nothing"));
}

/// Every `points` of the paths of one colour, in order.
fn points(svg: &str, color: &str) -> Vec<Vec<(f64, f64)>> {
    svg.lines()
        .filter(|line| line.starts_with("<polyline") && line.contains(color))
        .filter_map(|line| line.split("points=\"").nth(1)?.split('"').next())
        .map(|points| {
            let point = |pair: &str| pair.split_once(',').map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()));
            points.split_whitespace().filter_map(point).collect()
        })
        .collect()
}

#[test]
fn a_known_reading_stands_where_the_scale_says() {
    let chart = Chart::Lines(temperature());
    for scale in [1.0, 1.5, 2.0] {
        let frame = frame(&chart, Size { scale, ..WIDE }, &Ahead::default());
        let svg = svg(&chart, &Theme::LIGHT, &frame);
        // Device 0 is the only one in the first colour without a dash, and it has no gap.
        let lines = points(&svg, "#0072B2");
        let line = lines.iter().find(|line| line.len() == 14).expect("the line of device 0");
        for (day, &(x, y)) in line.iter().enumerate() {
            let x_us = (START_US + day as i64 * DAY_US) as f64;
            assert!((frame.x_to_px(x_us) - x).abs() <= 1.0, "day {day}: {x}");
            assert!((frame.y_to_px(wave(0, day)) - y).abs() <= 1.0, "day {day}: {y}");
        }
        // By hand: the plot begins 52 pixels from the left and ends 16 before the right.
        assert!((line[0].0 - 52.0 * scale).abs() <= 1.0);
        assert!((line[13].0 - (960.0 - 16.0) * scale).abs() <= 1.0);
        // The axis runs from 15 to 35 degrees between 30 pixels from the top and 28 from the bottom.
        assert_eq!(frame.y, (15.0, 35.0));
        let by_hand = (352.0 - (wave(0, 0) - 15.0) / 20.0 * 322.0) * scale;
        assert!((line[0].1 - by_hand).abs() <= 2.0, "{} and {by_hand}", line[0].1);
    }
}

#[test]
fn the_limit_line_moves_before_the_worker_answers() {
    let chart = Chart::Lines(temperature());
    let at = |limit: Option<f64>| {
        let frame = frame(&chart, WIDE, &Ahead { limit, ..Ahead::default() });
        let svg = svg(&chart, &Theme::LIGHT, &frame);
        let dash = points(&svg, "#C44E00").first().and_then(|dash| dash.first().copied()).expect("a limit line");
        (dash.1, frame.y_to_px(limit.unwrap_or(30.0)), svg)
    };
    let (rest, scale, _) = at(None);
    assert!((rest - scale).abs() <= 1.0);
    let (moved, scale, svg) = at(Some(25.5));
    assert!((moved - scale).abs() <= 1.0 && moved > rest + 20.0);
    assert!(svg.contains("limit 25.5 °C"));
    // A limit beyond what the axis showed widens it.
    let (beyond, scale, _) = at(Some(80.0));
    assert!((beyond - scale).abs() <= 1.0 && beyond >= 30.0);
    // One that no slider reaches does not flatten the lines, and is not lost.
    let frame = frame(&chart, WIDE, &Ahead { limit: Some(1e9), ..Ahead::default() });
    assert_eq!(frame.y, (15.0, 35.0));
    assert!(self::svg(&chart, &Theme::LIGHT, &frame).contains("limit 1000000000 °C, above"));
}

#[test]
fn the_limit_label_gives_way_to_marks() {
    let label_y = |marks: Vec<Marks>| {
        let svg = painted(&Chart::Lines(LineChart { marks, ..temperature() }), WIDE);
        let before = svg.split("limit 30").next().unwrap().to_owned();
        let y = before.rsplit(" y=\"").next().unwrap().split('"').next().unwrap();
        y.parse::<f64>().unwrap()
    };
    let frame = frame(&Chart::Lines(temperature()), WIDE, &Ahead::default());
    let line = frame.y_to_px(30.0);
    assert!(label_y(Vec::new()) < line);
    let above = Marks { kind: FlagKind::Both, x_us: vec![START_US + 12 * DAY_US + DAY_US / 2], y: vec![30.6] };
    assert!(label_y(vec![above]) > line);
}

#[test]
fn a_window_ahead_of_the_data_shows_what_is_at_hand() {
    let chart = Chart::Lines(temperature());
    let window_us = Some((START_US + 4 * DAY_US, START_US + 6 * DAY_US));
    let frame = frame(&chart, WIDE, &Ahead { window_us, ..Ahead::default() });
    let svg = svg(&chart, &Theme::LIGHT, &frame);
    for (x, y) in points(&svg, "#0072B2").into_iter().flatten() {
        assert!(frame.plot.left <= x && x <= frame.plot.right(), "{x}");
        assert!(frame.plot.top <= y && y <= frame.plot.bottom(), "{y}");
    }
    assert!(svg.contains("12:00"));
}

#[test]
fn the_strip_shows_everything_below_the_plot() {
    let lines = temperature();
    let size = Size { height_px: 44.0, ..WIDE };
    let chart = Chart::Lines(LineChart { x_us: (START_US + DAY_US, START_US + 2 * DAY_US), ..lines.clone() });
    let above = frame(&chart, WIDE, &Ahead::default());
    let strip = strip_frame(&lines, lines.full_x_us, size);
    assert_eq!((strip.plot.left, strip.plot.width), (above.plot.left, above.plot.width));
    assert_eq!(strip.x, (START_US as f64, (START_US + 13 * DAY_US) as f64));
    let mut text = String::new();
    {
        // The painter needs an area of its own; what it paints goes where the strip's backend paints.
        let mut strokes = String::new();
        {
            let area = SVGBackend::with_string(&mut strokes, size.device_px()).into_drawing_area();
            let mut surface = SVGBackend::with_string(&mut text, size.device_px());
            paint_strip(&mut surface, &mut PathPainter::new(&area), &lines, &Theme::LIGHT, &strip).unwrap();
        }
        let lines = points(&strokes, "#556270");
        assert_eq!(lines.iter().filter(|line| line.len() == 14).count(), 9, "all but those with a gap, a fill, a day");
        for (x, y) in lines.into_iter().flatten() {
            assert!(strip.plot.holds(x, y), "{x}, {y}");
        }
    }
    assert!(text.contains("<rect") && !text.contains("<text"));
}

#[test]
fn cells_stand_in_their_hour_and_row() {
    let chart = Chart::Heat(heatmap(18));
    let frame = frame(&chart, WIDE, &Ahead::default());
    assert_eq!((frame.x, frame.y), ((0.0, 24.0), (18.0, 0.0)));
    assert!((frame.y_to_px(0.0) - frame.plot.top).abs() < 1e-9);
    // The middle of the cell of device 2 at 13 h.
    let (x, y) = (frame.x_to_px(13.5), frame.y_to_px(2.5));
    assert_eq!((frame.px_to_x(x).floor(), frame.px_to_y(y).floor()), (13.0, 2.0));
    let svg = svg(&chart, &Theme::LIGHT, &frame);
    assert_eq!(svg.matches("<polygon").count(), 18 * 24 - 3, "every cell but the three without a value");
    assert!(svg.contains("sensor_017"));
}

#[test]
fn names_are_thinned_out_and_shortened() {
    let mut chart = heatmap(300);
    chart.names[0] = "x".repeat(10_000);
    let svg = painted(&Chart::Heat(chart), WIDE);
    assert!(svg.matches("sensor_").count() < 30);
    assert!(svg.contains("xxx…") && !svg.contains(&"x".repeat(40)));
}

#[test]
fn names_are_text_whatever_they_look_like() {
    let mut chart = heatmap(2);
    chart.names[1] = String::from("<b>&\"'");
    let svg = painted(&Chart::Heat(chart), WIDE);
    assert!(!svg.contains("<b>"));
}

fn any_value() -> impl Strategy<Value = f64> {
    prop_oneof![
        5 => -1e3..1e3f64,
        1 => proptest::num::f64::ANY,
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(0.0),
    ]
}

fn any_time() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => START_US..START_US + 30 * DAY_US,
        1 => any::<i64>(),
        1 => Just(i64::MIN),
        1 => Just(i64::MAX),
        // 1677 and 9999.
        1 => Just(-9_223_372_036_854_775),
        1 => Just(253_402_300_799_999_999),
    ]
}

fn any_size() -> impl Strategy<Value = Size> {
    let scale = prop_oneof![4 => 0.5..4.0f64, 1 => any_value()];
    let side = || prop_oneof![4 => 1.0..2_000.0f64, 1 => any_value()];
    (side(), side(), scale).prop_map(|(width_px, height_px, scale)| Size { width_px, height_px, scale })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn nothing_in_a_chart_over_time_stops_its_painting(
        points in proptest::collection::vec((any_time(), any_value()), 0..12),
        x_us in (any_time(), any_time()),
        y in (any_value(), any_value()),
        value in any_value(),
        size in any_size(),
        ahead in proptest::option::of((any_time(), any_time())),
        dots in any::<bool>(),
    ) {
        let mut points = points;
        points.sort_by_key(|point| point.0);
        let times: Vec<i64> = points.iter().map(|point| point.0).collect();
        let values: Vec<f64> = points.iter().map(|point| point.1).collect();
        let chart = Chart::Lines(LineChart {
            x_us,
            full_x_us: x_us,
            y,
            limit: limit(value, "°C", FlagKind::Both),
            series: vec![Series { x_us: times.clone(), y: values.clone(), dots, ..Series::default() }],
            marks: vec![Marks { kind: FlagKind::Both, x_us: times, y: values }],
            ..LineChart::default()
        });
        let frame = frame(&chart, size, &Ahead { window_us: ahead, limit: None });
        // Dates beyond the picture would be painted one by one: their number is bounded.
        prop_assert!(frame.x_ticks.len() < 200 && frame.y_ticks.len() < 50);
        let svg = svg(&chart, &Theme::DARK, &frame);
        prop_assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN"));
    }

    #[test]
    fn pixels_and_values_are_each_others_inverse(
        from in START_US..START_US + 1_000 * DAY_US,
        length in 1_000i64..20_000 * DAY_US,
        y in (-1e6..1e6f64, 1e-3..1e6f64),
        part in (0.0..1.0f64, 0.0..1.0f64),
        scale in 0.5..4.0f64,
    ) {
        let chart = Chart::Lines(LineChart {
            x_us: (from, from + length),
            full_x_us: (from, from + length),
            y: (y.0, y.0 + y.1),
            ..LineChart::default()
        });
        let frame = frame(&chart, Size { scale, ..WIDE }, &Ahead::default());
        let plot = frame.plot;
        let px = (plot.left + part.0 * plot.width, plot.top + part.1 * plot.height);
        prop_assert!((frame.x_to_px(frame.px_to_x(px.0)) - px.0).abs() < 1.0);
        prop_assert!((frame.y_to_px(frame.px_to_y(px.1)) - px.1).abs() < 1e-3);
        // What is to be shown is inside, and so is every tick.
        prop_assert!(frame.y.0 <= y.0 && y.0 + y.1 <= frame.y.1);
        for tick in &frame.x_ticks {
            prop_assert!(plot.left - 1.0 <= frame.x_to_px(tick.at) && frame.x_to_px(tick.at) <= plot.right() + 1.0);
        }
        for tick in &frame.y_ticks {
            prop_assert!(plot.top - 1.0 <= frame.y_to_px(tick.at) && frame.y_to_px(tick.at) <= plot.bottom() + 1.0);
        }
        prop_assert!(frame.y_ticks.len() >= 2);
    }

    #[test]
    fn nothing_in_a_heatmap_stops_its_painting(
        cells in proptest::collection::vec(any_value(), 0..100),
        rows in 0usize..6,
        range in (any_value(), any_value()),
        size in any_size(),
    ) {
        let chart = Chart::Heat(HeatChart {
            devices: (0..rows as u32).collect(),
            names: vec![String::from("=cmd"); rows],
            cells,
            range,
            ..HeatChart::default()
        });
        let svg = svg(&chart, &Theme::LIGHT, &frame(&chart, size, &Ahead::default()));
        prop_assert!(svg.ends_with("</svg>\n"));
    }
}
