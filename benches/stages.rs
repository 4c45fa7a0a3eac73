//! How long reading, the stages and Parquet take: `cargo bench --bench stages`, or with a filter: `-- read`.
//!
//! A million rows of fifty devices in memory, rows in order of time, 2 % missing, as a gateway logs them: one thread, no disk.

use std::fmt::Write;
use std::sync::OnceLock;

use divan::{Bencher, black_box};
use sensorium::contract::Contract;
use sensorium::ingest::{Bytes, Opened, read_files};
use sensorium::pipeline;
use sensorium::recipe::Recipe;
use sensorium::{detect, export};

const ROWS: usize = 1_000_000;
const DEVICES: usize = 50;

fn text() -> &'static [u8] {
    static TEXT: OnceLock<Vec<u8>> = OnceLock::new();
    TEXT.get_or_init(|| {
        let mut out = String::from(
            "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n",
        );
        let mut state = 7_u64;
        let mut below = |count: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % count
        };
        for row in 0..ROWS {
            let (tick, device) = (row / DEVICES, row % DEVICES);
            let time = sensorium::wording::time((1_672_560_000 + tick as i64 * 60 + device as i64) * 1_000_000);
            let mut cell = |from: u64, to: u64| match below(50) {
                0 => String::from("null"),
                _ => format!("{}.{:02}", from + below(to - from), below(100)),
            };
            let (temperature, humidity, pressure) = (cell(15, 32), cell(40, 70), cell(1000, 1020));
            let battery = 100 - tick / 90 % 97;
            let written = writeln!(out, "{time},sensor_{device:03},{temperature},{humidity},{pressure},{battery}");
            assert!(written.is_ok(), "a string takes it");
        }
        out.into_bytes()
    })
}

fn read() -> Opened<Bytes<&'static [u8]>> {
    let files = vec![(String::from("log.csv"), Bytes(text()))];
    read_files(files, &Contract::default(), &mut |_| {}).unwrap_or_else(|error| panic!("{error}"))
}

#[divan::bench(sample_count = 10)]
fn read_rows(bencher: Bencher) {
    text();
    bencher.bench_local(|| black_box(read().log.readings.rows()));
}

#[divan::bench(sample_count = 10)]
fn stages(bencher: Bencher) {
    let recipe = Recipe::default();
    bencher.with_inputs(|| read().log).bench_local_values(|mut log| black_box(pipeline::run(&mut log, &recipe)));
}

#[divan::bench(sample_count = 50)]
fn flags(bencher: Bencher) {
    let mut log = read().log;
    let recipe = Recipe::default();
    let outcome = pipeline::run(&mut log, &recipe);
    bencher.bench_local(|| black_box(detect::run(&outcome.cleaned.readings, &outcome.enriched, recipe.limits)));
}

#[divan::bench(sample_count = 10)]
fn parquet(bencher: Bencher) {
    let mut log = read().log;
    let recipe = Recipe::default();
    let outcome = pipeline::run(&mut log, &recipe);
    bencher.bench_local(|| {
        let mut bytes = Vec::new();
        black_box(export::readings_parquet(&mut bytes, &outcome, &recipe).is_ok())
    });
}

fn main() {
    divan::main();
}
