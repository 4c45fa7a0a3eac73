//! What a view shows is what the stages computed: counts add up, no pixel column loses an extreme or a flag, every row that is
//! counted can be listed.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sensorium::contract::Contract;
use sensorium::detect::{HIGH_TEMPERATURE, LOW_BATTERY};
use sensorium::ingest::{Bytes, read_files};
use sensorium::pipeline::{self, Outcome};
use sensorium::protocol::{
    Chart, ChartAsk, FlagKind, LimitLine, LineChart, LocateAsk, NearestAsk, Tab, TableAsk, TableKind, TablePage,
};
use sensorium::recipe::{DateRange, Fill, Limits, Mode, Recipe};
use sensorium::sample;
use sensorium::table::{DAY_US, Log};
use sensorium::view::{self, Facts, Input, Tally};

/// A log with everything that belongs to a view of it.
struct Scene {
    log: Log,
    recipe: Recipe,
    outcome: Outcome,
    facts: Facts,
    tally: Tally,
}

impl Scene {
    fn new(csv: &str, recipe: Recipe) -> Option<Self> {
        let files = vec![("log.csv".to_string(), Bytes(csv.as_bytes().to_vec()))];
        let log = read_files(files, &Contract::default(), &mut |_| {}).ok()?.log;
        let outcome = pipeline::run(&mut log.clone(), &recipe);
        let (facts, tally) = (view::facts(&outcome), view::tally(&outcome));
        Some(Self { log, recipe, outcome, facts, tally })
    }

    fn input(&self) -> Input<'_> {
        Input { log: &self.log, recipe: &self.recipe, outcome: &self.outcome, facts: &self.facts, tally: &self.tally }
    }

    fn lines(&self, ask: &ChartAsk) -> LineChart {
        match view::chart(&self.input(), ask) {
            Chart::Lines(lines) => lines,
            Chart::Heat(_) => panic!("a heatmap was not asked for"),
        }
    }

    fn table(&self, table: TableKind, filter: &str, sort: Option<(u16, bool)>) -> TablePage {
        let ask = TableAsk { table, sort, filter: filter.into(), from: 0, count: u32::MAX };
        let order = view::order(&self.input(), &[], &ask);
        view::table(&self.input(), &[], &ask, &order)
    }
}

/// One line of a log: minutes, device, temperature, battery; some cells missing, some breaking the contract.
fn rows() -> impl Strategy<Value = Vec<(u32, u8, String, String)>> {
    let temperature = prop_oneof![
        8 => (0..400_u32).prop_map(|t| format!("{}", f64::from(t) / 10.0)),
        1 => Just(String::new()),
        1 => Just("1000".to_string()),
    ];
    let battery = prop_oneof![
        8 => (0..100_u32).prop_map(|b| b.to_string()),
        1 => Just(String::new()),
        1 => Just("flat".to_string()),
    ];
    proptest::collection::vec((0..6000_u32, 0..4_u8, temperature, battery), 1..120)
}

fn csv(rows: &[(u32, u8, String, String)]) -> String {
    let mut out =
        String::from("timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n");
    for (minutes, device, temperature, battery) in rows {
        let (day, hour, minute) = (minutes / 1440 + 1, minutes / 60 % 24, minutes % 60);
        out += &format!("2024-03-{day:02} {hour:02}:{minute:02}:00,dev{device},{temperature},50,1000,{battery}\n");
    }
    out
}

/// 2024-03-01 in days since 1970-01-01.
const FIRST_DAY: i32 = 19_783;

fn recipes() -> impl Strategy<Value = Recipe> {
    let mode = prop_oneof![Just(Mode::SetAside), Just(Mode::Repair)];
    let fill = prop_oneof![
        Just(Fill::Position),
        Just(Fill::Time { max_gap_seconds: None }),
        Just(Fill::Time { max_gap_seconds: Some(3600.0) }),
    ];
    let day = || proptest::option::of((-1..6_i32).prop_map(|d| FIRST_DAY + d));
    let limits = (-5.0..45.0_f64, 0.0..100.0_f64);
    (mode, fill, day(), day(), limits).prop_map(|(mode, fill, from_day, to_day, limits)| Recipe {
        mode,
        fill,
        dates: DateRange { from_day, to_day },
        limits: Limits { high_temp_celsius: limits.0, low_battery_percent: limits.1 },
        ..Recipe::default()
    })
}

/// A window in minutes since the first day, or everything; and a width in pixels.
fn frames() -> impl Strategy<Value = (Option<(i64, i64)>, u32)> {
    let window = (0..6000_i64, 1..6000_i64).prop_map(|(from, span)| {
        let start = i64::from(FIRST_DAY) * DAY_US + from * 60_000_000;
        (start, start + span * 60_000_000)
    });
    (proptest::option::of(window), prop_oneof![1..12_u32, 1..400_u32])
}

fn column(window: (i64, i64), columns: u32, t: i64) -> i128 {
    (i128::from(t - window.0) * i128::from(columns)).div_euclid(i128::from(window.1 - window.0))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn counts_add_up_and_every_counted_row_is_listed(rows in rows(), recipe in recipes()) {
        let Some(scene) = Scene::new(&csv(&rows), recipe) else { return Ok(()) };
        let input = scene.input();
        let overview = view::overview(&input, Vec::new(), Vec::new(), Default::default());
        let counts = &overview.counts;
        prop_assert_eq!(counts.rows_read, rows.len() as u64);
        prop_assert_eq!(
            counts.rows_read,
            counts.rows_out + counts.rows_dropped + counts.rows_set_aside + counts.rows_outside_range
        );
        let flagged = counts.high_temperature + counts.low_battery + counts.both;
        prop_assert_eq!(scene.table(TableKind::Anomalies, "", None).total, flagged);
        prop_assert_eq!(scene.table(TableKind::Dropped, "", None).total, counts.rows_dropped);
        prop_assert_eq!(scene.table(TableKind::SetAside, "", None).total, counts.violations);
        prop_assert_eq!(overview.devices.iter().map(|d| d.readings).sum::<u64>(), counts.rows_out);
        prop_assert_eq!(overview.devices.iter().map(|d| d.flags).sum::<u64>(), flagged);
        prop_assert_eq!(overview.high_temp.beyond_readings, counts.high_temperature + counts.both);
        prop_assert_eq!(overview.low_battery.beyond_readings, counts.low_battery + counts.both);
        prop_assert_eq!(overview.low_battery.bins.iter().map(|&b| u64::from(b)).sum::<u64>(), counts.rows_out);
        let days: u64 = scene.tally.days.iter().map(|d| d.any()).sum();
        prop_assert_eq!(days, flagged);
        // A finding is repaired or sets its row aside.
        if scene.recipe.mode == Mode::SetAside {
            prop_assert_eq!(view::remedies(&scene.log.violations).set_aside_rows, counts.rows_set_aside);
        } else {
            let remedies = view::remedies(&scene.log.violations);
            prop_assert_eq!((remedies.repair_rows, remedies.repair_cells), (counts.rows_set_aside, counts.repaired));
        }
    }

    #[test]
    fn every_column_keeps_its_extremes_and_its_flags(
        rows in rows(), recipe in recipes(), (window_us, columns_px) in frames(), chosen in proptest::collection::vec(0..4_u32, 0..3),
    ) {
        let Some(scene) = Scene::new(&csv(&rows), recipe) else { return Ok(()) };
        let ask = ChartAsk { tab: Tab::Anomalies, devices: chosen, window_us, columns_px, ..ChartAsk::default() };
        let chart = scene.lines(&ask);
        let readings = &scene.outcome.cleaned.readings;
        let temperature = &readings.metrics[0].values;
        let inside = |t: i64| (chart.x_us.0..chart.x_us.1).contains(&t);

        let mut flags = BTreeSet::new();
        let mut visible = 0;
        for series in &chart.series {
            let (start, end) = scene.outcome.enriched.selected[series.device as usize];
            let mut wanted: BTreeMap<i128, [f64; 4]> = BTreeMap::new();
            for row in (start..end).filter(|&row| inside(readings.timestamp_us[row])) {
                visible += 1;
                let place = column(chart.x_us, columns_px, readings.timestamp_us[row]);
                match scene.outcome.flags.bytes[row] {
                    0 => {}
                    flag => { flags.insert((place, flag)); }
                }
                let y = temperature[row];
                if !y.is_nan() {
                    let ends = wanted.entry(place).or_insert([y; 4]);
                    *ends = [ends[0], y, ends[2].min(y), ends[3].max(y)];
                }
            }
            let mut got: BTreeMap<i128, [f64; 4]> = BTreeMap::new();
            for (&t, &y) in series.x_us.iter().zip(&series.y).filter(|(t, y)| inside(**t) && !y.is_nan()) {
                let ends = got.entry(column(chart.x_us, columns_px, t)).or_insert([y; 4]);
                *ends = [ends[0], y, ends[2].min(y), ends[3].max(y)];
            }
            prop_assert_eq!(wanted, got);
            prop_assert_eq!(series.filled.len(), series.y.len());
        }
        prop_assert_eq!(chart.visible.readings, visible);

        let marked: BTreeSet<(i128, u8)> = chart.marks.iter().flat_map(|marks| {
            let flag = match marks.kind {
                FlagKind::HighTemperature => HIGH_TEMPERATURE,
                FlagKind::LowBattery => LOW_BATTERY,
                FlagKind::Both => HIGH_TEMPERATURE | LOW_BATTERY,
            };
            let window = chart.x_us;
            marks.x_us.iter().map(move |&t| (column(window, columns_px, t), flag))
        }).collect();
        prop_assert_eq!(flags, marked);

        let shown = chart.series.iter().flat_map(|s| s.x_us.iter().zip(&s.y));
        for (_, &y) in shown.filter(|(t, y)| inside(**t) && !y.is_nan()) {
            prop_assert!((chart.y.0..=chart.y.1).contains(&y));
        }
        for y in chart.marks.iter().flat_map(|m| &m.y) {
            prop_assert!((chart.y.0..=chart.y.1).contains(y));
        }
        let Some(LimitLine { value, .. }) = chart.limit else { panic!("anomalies have a limit") };
        prop_assert_eq!(value, scene.recipe.limits.high_temp_celsius);
    }

    #[test]
    fn the_nearest_reading_is_no_farther_than_any_other(
        rows in rows(), recipe in recipes(), at in (0.0..6000.0_f64, 0.0..40.0_f64),
    ) {
        let Some(scene) = Scene::new(&csv(&rows), recipe) else { return Ok(()) };
        let ask = NearestAsk {
            chart: ChartAsk { tab: Tab::Anomalies, columns_px: 500, ..ChartAsk::default() },
            x_us: f64::from(FIRST_DAY) * DAY_US as f64 + at.0 * 6e7,
            y: at.1,
            us_per_px: 6e7 * 12.0,
            y_per_px: 0.1,
        };
        let readings = &scene.outcome.cleaned.readings;
        let temperature = &readings.metrics[0].values;
        let across = |t: i64| (t as f64 - ask.x_us).abs() / ask.us_per_px;
        let distance = |t: i64, y: f64| across(t).hypot((y - ask.y) / ask.y_per_px);
        let known: Vec<usize> = scene.outcome.enriched.rows().filter(|&row| !temperature[row].is_nan()).collect();
        let found = view::nearest(&scene.input(), &ask);
        prop_assert_eq!(found.is_some(), !known.is_empty());
        if let Some(found) = found {
            let near = known.iter().filter(|&&row| across(readings.timestamp_us[row]) <= 24.0);
            let best = near.map(|&row| distance(readings.timestamp_us[row], temperature[row])).fold(f64::INFINITY, f64::min);
            // A flagged reading is found from five pixels farther away.
            prop_assert!(distance(found.timestamp_us, found.y) <= best + 5.0 + 1e-9);
        }
    }

    #[test]
    fn a_sorted_table_holds_the_same_rows_and_a_filter_only_some(rows in rows(), recipe in recipes(), column in 0..8_u16) {
        let Some(scene) = Scene::new(&csv(&rows), recipe) else { return Ok(()) };
        for table in [TableKind::Anomalies, TableKind::Daily, TableKind::SetAside, TableKind::Dropped] {
            let keys = |page: &TablePage| -> Vec<u64> { page.rows.iter().map(|row| row.key).collect() };
            let plain = scene.table(table, "", None);
            let mut up = keys(&scene.table(table, "", Some((column, false))));
            let mut natural = keys(&plain);
            up.sort_unstable();
            natural.sort_unstable();
            prop_assert_eq!(&up, &natural);
            let filtered = scene.table(table, "dev3", None);
            let all: Vec<_> = plain.rows.iter().filter(|row| filtered.rows.contains(row)).collect();
            prop_assert_eq!(all.len() as u64, filtered.matched);
            prop_assert_eq!(filtered.total, plain.total);
        }
    }
}

#[test]
fn the_sample_has_something_to_show_in_every_view() {
    let scene = Scene::new(&sample::csv(), Recipe::default()).unwrap();
    let overview = view::overview(&scene.input(), Vec::new(), Vec::new(), Default::default());
    assert!(overview.devices.len() >= 5);
    assert!(overview.counts.filled.iter().sum::<u64>() > 0);
    assert!(overview.high_temp.beyond_readings > 0 && overview.low_battery.beyond_readings > 0);
    assert_eq!(overview.median_step_us, Some(600_000_000));
    for tab in [Tab::Temperature, Tab::Battery, Tab::Humidity, Tab::Anomalies, Tab::Rolling] {
        let chart = scene.lines(&ChartAsk { tab, columns_px: 900, ..ChartAsk::default() });
        assert!(chart.series.iter().all(|s| s.x_us.len() > 10), "{tab:?}");
        assert_eq!(chart.marks.is_empty(), tab == Tab::Humidity, "{tab:?}");
    }
    for table in [TableKind::Anomalies, TableKind::Daily, TableKind::SetAside] {
        assert!(scene.table(table, "", None).total > 0, "{table:?}");
    }
    let first = scene.table(TableKind::Anomalies, "", None).rows.remove(0);
    let located = view::locate(&scene.input(), LocateAsk { key: first.key }).unwrap();
    assert!((located.window_us.0..located.window_us.1).contains(&located.timestamp_us));
}
