//! How long the views take over a synthetic fleet: `cargo bench --bench view`, or with a filter: `-- chart`.
//!
//! Fifty devices, one reading a minute each, a daily wave with noise, as the generator of the measures writes them. Made as
//! columns, not read from a file: only what `view` does is timed.

use std::f64::consts::TAU;
use std::sync::OnceLock;

use divan::{Bencher, black_box};
use sensorium::clean::Cleaned;
use sensorium::contract::{BATTERY, FillPolicy, TEMPERATURE};
use sensorium::pipeline::{self, Outcome};
use sensorium::protocol::{ChartAsk, Tab};
use sensorium::recipe::{Limits, Recipe};
use sensorium::table::{Bits, DeviceRun, Log, Metric, MetricInfo, Readings};
use sensorium::view::{self, Facts, Input, Tally};

const SIZES: [usize; 2] = [1_000_000, 10_000_000];
const DEVICES: usize = 50;
const STEP_US: i64 = 60_000_000;

struct Fleet {
    log: Log,
    recipe: Recipe,
    outcome: Outcome,
    facts: Facts,
    tally: Tally,
}

impl Fleet {
    fn new(rows: usize, devices: usize) -> Self {
        let each = rows / devices;
        let mut readings = Readings::default();
        let (mut temperature, mut battery) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        let mut filled = Bits::zeros(rows);
        let mut state = 7_u64;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        };
        for device in 0..devices {
            let start = device * each;
            readings.devices.push(DeviceRun { name: format!("sensor_{device:05}"), start, end: start + each });
            let base = 20.0 + 4.0 * noise();
            for tick in 0..each {
                readings.timestamp_us.push(1_672_560_000_000_000 + tick as i64 * STEP_US + device as i64 * 1_000_000);
                let day = tick as f64 / 1440.0 * TAU;
                let heat = if noise() < 0.0005 { 15.0 } else { 0.0 };
                let value: f64 = base + 5.0 * day.sin() + 2.4 * (noise() - 0.5) + heat;
                temperature.push((value * 100.0).round() / 100.0);
                let life = 9000 + 500 * device;
                battery.push((100.0 - (tick % life) as f64 / life as f64 * 97.0).round());
                if noise() < 0.02 {
                    filled.set(start + tick);
                }
            }
        }
        let rows = readings.timestamp_us.len();
        readings.line = (2..).take(rows).collect();
        let metric = |name: &str, unit: &str, values, filled| Metric {
            info: MetricInfo { name: name.into(), unit: unit.into(), fill: FillPolicy::Linear, required: true },
            values,
            filled,
        };
        readings.metrics =
            vec![metric(TEMPERATURE, "°C", temperature, filled), metric(BATTERY, "%", battery, Bits::zeros(rows))];
        let recipe = Recipe::default();
        let mut outcome = Outcome { cleaned: Cleaned { readings, ..Cleaned::default() }, ..Outcome::default() };
        pipeline::reselect(&mut outcome, &recipe);
        let (facts, tally) = (view::facts(&outcome), view::tally(&outcome));
        Self { log: Log::default(), recipe, outcome, facts, tally }
    }

    /// The fleet of a size; each is made once.
    fn of(rows: usize) -> &'static Self {
        static FLEETS: [OnceLock<Fleet>; 2] = [const { OnceLock::new() }; 2];
        FLEETS[usize::from(rows != SIZES[0])].get_or_init(|| Self::new(rows, DEVICES))
    }

    /// The same with a limit under which nine of ten readings are flagged.
    fn hot(rows: usize) -> &'static Self {
        static FLEETS: [OnceLock<Fleet>; 2] = [const { OnceLock::new() }; 2];
        FLEETS[usize::from(rows != SIZES[0])].get_or_init(|| {
            let mut fleet = Self::new(rows, DEVICES);
            fleet.recipe.limits = Limits { high_temp_celsius: 17.5, low_battery_percent: 30.0 };
            pipeline::redetect(&mut fleet.outcome, &fleet.recipe);
            fleet.tally = view::tally(&fleet.outcome);
            fleet
        })
    }

    fn input(&self) -> Input<'_> {
        Input { log: &self.log, recipe: &self.recipe, outcome: &self.outcome, facts: &self.facts, tally: &self.tally }
    }

    /// An ask for readings over time, over one part in `parts` of the time from its middle on.
    fn ask(&self, tab: Tab, parts: i64) -> ChartAsk {
        let (from, to) = self.facts.span_us.unwrap_or_default();
        let width = (to - from) / parts;
        let start = if parts == 1 { from } else { from + (to - from) / 2 };
        ChartAsk { tab, window_us: Some((start, start + width + 1)), columns_px: 1200, ..ChartAsk::default() }
    }
}

fn chart(bencher: Bencher, fleet: &Fleet, ask: &ChartAsk) {
    bencher.bench(|| view::chart(black_box(&fleet.input()), black_box(ask)));
}

#[divan::bench(args = SIZES)]
fn facts(bencher: Bencher, rows: usize) {
    let fleet = Fleet::of(rows);
    bencher.bench(|| view::facts(black_box(&fleet.outcome)));
}

#[divan::bench(args = SIZES)]
fn tally(bencher: Bencher, rows: usize) {
    let fleet = Fleet::of(rows);
    bencher.bench(|| view::tally(black_box(&fleet.outcome)));
}

#[divan::bench(args = SIZES)]
fn tally_nine_of_ten_flagged(bencher: Bencher, rows: usize) {
    let fleet = Fleet::hot(rows);
    bencher.bench(|| view::tally(black_box(&fleet.outcome)));
}

#[divan::bench(args = SIZES)]
fn chart_whole(bencher: Bencher, rows: usize) {
    let fleet = Fleet::of(rows);
    chart(bencher, fleet, &fleet.ask(Tab::Anomalies, 1));
}

#[divan::bench(args = SIZES)]
fn chart_tenth(bencher: Bencher, rows: usize) {
    let fleet = Fleet::of(rows);
    chart(bencher, fleet, &fleet.ask(Tab::Anomalies, 10));
}

#[divan::bench(args = SIZES)]
fn chart_thousandth(bencher: Bencher, rows: usize) {
    let fleet = Fleet::of(rows);
    chart(bencher, fleet, &fleet.ask(Tab::Anomalies, 1000));
}

#[divan::bench(args = SIZES)]
fn chart_nine_of_ten_flagged(bencher: Bencher, rows: usize) {
    let fleet = Fleet::hot(rows);
    chart(bencher, fleet, &fleet.ask(Tab::Anomalies, 1));
}

#[divan::bench(args = SIZES)]
fn chart_rolling(bencher: Bencher, rows: usize) {
    let fleet = Fleet::of(rows);
    chart(bencher, fleet, &fleet.ask(Tab::Rolling, 1));
}

#[divan::bench(args = [500, 5000])]
fn chart_of_devices(bencher: Bencher, devices: usize) {
    let fleet = Fleet::new(2_500_000, devices);
    chart(bencher, &fleet, &fleet.ask(Tab::Anomalies, 1));
}

fn main() {
    divan::main();
}
