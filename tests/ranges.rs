//! A log read in ranges, in any number and order, is the log of one reader: to the last byte of the exported Parquet.
//!
//! Owns logs whose cuts fall on quotes and line ends. Their seed is new in each run and printed; `SENSORIUM_SEED` repeats one.
//! Assumes that equal bytes of Parquet are equal tables, which `tests/exports.rs` shows the other way round.

use std::path::Path;

use sensorium::contract::Contract;
use sensorium::export;
use sensorium::ingest::{Bytes, Opened, Reading, Source, read_files, read_range};
use sensorium::pipeline;
use sensorium::recipe::{Mode, Recipe};

/// Numbers of ranges that are compared with one reader.
const RANGES: [u64; 4] = [1, 2, 3, 8];

fn seed() -> u64 {
    let given = std::env::var("SENSORIUM_SEED").ok().and_then(|seed| seed.parse().ok());
    let now =
        || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |now| now.as_nanos() as u64);
    given.unwrap_or_else(now)
}

/// Small numbers, one after the other: the generator of D. Knuth's MMIX.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }
}

/// A log with quoted cells, line ends in them, both kinds of line ends, gaps, disorder, and rows that break the contract.
fn log(seed: u64) -> String {
    let mut dice = Dice(seed);
    let mut text = String::from(
        "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent,co2\n",
    );
    let devices = ["plain", "\"a,b\"", "\"two\nlines\"", "\"say \"\"hi\"\"\"", "\"line\r\nend\"", "é"];
    for n in 0..400 {
        let device = devices[dice.below(6) as usize];
        let stamp = 1_709_280_000 + (n + dice.below(40)) * 60;
        let mut cell = |usual: u64| match dice.below(40) {
            0 => String::from("ERR"),
            1..=3 => String::new(),
            4 => String::from("\"21.5\""),
            5 => String::from("999"),
            _ => format!("{}.{}", usual + dice.below(9), dice.below(10)),
        };
        let (temperature, humidity, pressure, battery, co2) = (cell(20), cell(50), cell(1000), cell(13), cell(400));
        text += &format!("{stamp},{device},{temperature},{humidity},{pressure},{battery},{co2}");
        text += match dice.below(20) {
            0 => ",too many\n",
            1 => "\r\n",
            2 => "\n\n",
            _ => "\n",
        };
    }
    if dice.below(2) == 0 {
        // The worst: a quote that is never closed, in the last row.
        text += "1709290000,\"open,20,50,1000,80,400\n";
    }
    text
}

/// The exported readings, and what was found on the way.
fn exported<S>(mut opened: Opened<S>, mode: Mode) -> (Vec<u8>, String) {
    let recipe = Recipe { mode, ..Recipe::default() };
    let outcome = pipeline::run(&mut opened.log, &recipe);
    let mut bytes = Vec::new();
    export::readings_parquet(&mut bytes, &outcome, &recipe).expect("memory takes every byte");
    let found = format!(
        "{:?} {:?} {:?} {}",
        opened.log.violations,
        outcome.cleaned.dropped,
        outcome.cleaned.set_aside,
        opened.log.rows_read()
    );
    (bytes, found)
}

/// Reads a text in ranges of so many bytes, each on its own, the last one first.
fn in_ranges(text: &[u8], range_bytes: u64) -> Opened<Bytes<Vec<u8>>> {
    let files = vec![(String::from("log.csv"), Bytes(text.to_vec()))];
    let mut reading = Reading::in_ranges(files, &Contract::default(), range_bytes);
    let mut tasks = Vec::new();
    while let Some(task) = reading.next_task() {
        tasks.push(task);
    }
    for task in tasks.into_iter().rev() {
        let layout = reading.layout(task.file).ok();
        let mut source = reading.source(task.file).again().expect("bytes in memory");
        let rows = layout.and_then(|layout| read_range("log.csv", &mut source, &layout, task.range.clone()).ok());
        reading.accept(task.id, rows.map(Into::into));
    }
    reading.finish().expect("a log")
}

fn alone(text: &[u8]) -> Opened<Bytes<Vec<u8>>> {
    let files = vec![(String::from("log.csv"), Bytes(text.to_vec()))];
    read_files(files, &Contract::default(), &mut |_| {}).expect("a log")
}

#[test]
fn ranges_export_the_bytes_of_one_reader() {
    let seed = seed();
    println!("SENSORIUM_SEED={seed}");
    for round in 0..12 {
        let text = log(seed.wrapping_add(round)).into_bytes();
        for mode in [Mode::SetAside, Mode::Repair] {
            let whole = exported(alone(&text), mode);
            for ranges in RANGES {
                let cut = exported(in_ranges(&text, (text.len() as u64).div_ceil(ranges)), mode);
                assert!(whole == cut, "seed {seed}, round {round}, {ranges} ranges, {mode:?}");
            }
        }
    }
}

#[test]
fn cuts_may_fall_on_quotes_and_line_ends() {
    let seed = seed();
    println!("SENSORIUM_SEED={seed}");
    let text = log(seed).into_bytes();
    let whole = exported(alone(&text), Mode::SetAside);
    // A first range that ends before, on and after each of some quotes and line ends; the ranges after it as it comes.
    let special = (0..text.len()).filter(|&at| matches!(text[at], b'"' | b'\n' | b'\r'));
    let mut tried = 0;
    for at in special.filter(|at| at % 5 == (seed % 5) as usize && *at > 200) {
        for range_bytes in [at, at + 1] {
            let cut = exported(in_ranges(&text, range_bytes as u64), Mode::SetAside);
            assert!(whole == cut, "seed {seed}, ranges of {range_bytes} bytes");
            tried += 1;
        }
    }
    assert!(tried > 50, "{tried} cuts");
}

#[test]
fn the_recorded_cases_are_read_alike_in_ranges() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/oracle");
    let mut read = 0;
    for case in std::fs::read_dir(cases).expect("the recorded cases") {
        let input = case.expect("a case").path().join("input.csv");
        let Ok(text) = std::fs::read(&input) else { continue };
        let files = vec![(String::from("log.csv"), Bytes(text.clone()))];
        let Ok(opened) = read_files(files, &Contract::default(), &mut |_| {}) else { continue };
        let whole = exported(opened, Mode::SetAside);
        for ranges in RANGES {
            let cut = exported(in_ranges(&text, (text.len() as u64).div_ceil(ranges)), Mode::SetAside);
            assert!(whole == cut, "{} in {ranges} ranges", input.display());
        }
        read += 1;
    }
    assert!(read > 50, "only {read} cases were read");
}
