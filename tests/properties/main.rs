//! What holds for every log: the invariants of the crate's documentation, on random logs and on arbitrary bytes.
//!
//! Owns one test an invariant. Assumes the random logs of the `generated` tests.

#[allow(dead_code)]
#[path = "../generated/generate.rs"]
mod generate;
mod shapes;

use generate::{METRICS, Random};
use proptest::prelude::*;
use sensorium::contract::{Contract, FillPolicy};
use sensorium::export;
use sensorium::ingest::{RawReader, RawRows};
use sensorium::pipeline;
use sensorium::recipe::{Fill, Limits, Mode, Recipe};
use sensorium::table::{Log, RowPlace};
use shapes::{in_chunks, lines_of, read, same_log};

fn log(seed: u64) -> generate::Log {
    generate::log(&mut Random(seed), 80)
}

fn fills() -> impl Strategy<Value = Fill> {
    prop_oneof![
        Just(Fill::Position),
        prop::option::of(0.0..200_000.0).prop_map(|max_gap_seconds| Fill::Time { max_gap_seconds }),
    ]
}

fn recipes() -> impl Strategy<Value = Recipe> {
    let limit = || prop_oneof![Just(30.0), Just(15.0), 0.0..40.0];
    (prop::sample::select(&Mode::ALL[..]), fills(), limit(), limit(), any::<bool>()).prop_map(
        |(mode, fill, high_temp_celsius, low_battery_percent, ranged)| {
            let mut recipe = Recipe { mode, fill, ..Recipe::default() };
            recipe.limits = Limits { high_temp_celsius, low_battery_percent };
            // 2024-02-29, one of the four days of the random logs.
            recipe.dates.from_day = ranged.then_some(19_782);
            recipe
        },
    )
}

/// Where each row of the log stands, by its line.
fn by_line(log: &Log) -> std::collections::BTreeMap<u32, usize> {
    log.readings.line.iter().enumerate().map(|(row, line)| (*line, row)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_cut_into_chunks_and_blocks_gives_the_same_log(
        seed in any::<u64>(),
        mut cuts in prop::collection::vec((0_usize..6_000, any::<bool>()), 0..8),
    ) {
        let text = log(seed).text;
        cuts.sort_unstable();
        let whole = read(text.as_bytes()).expect("a log").log;
        let cut = in_chunks(text.as_bytes(), &cuts);
        prop_assert!(same_log(&whole, &cut), "{:?}\n{:?}", whole, cut);
    }

    #[test]
    fn a_measured_cell_is_never_altered_and_a_filled_one_is_marked(seed in any::<u64>(), recipe in recipes()) {
        let log = read(log(seed).text.as_bytes()).expect("a log").log;
        let rows = by_line(&log);
        let readings = pipeline::run(&mut log.clone(), &recipe).cleaned.readings;
        for row in 0..readings.rows() {
            for (index, metric) in readings.metrics.iter().enumerate() {
                let measured = log.readings.metrics[index].values[rows[&readings.line[row]]];
                let value = metric.values[row];
                if metric.filled.get(row) {
                    prop_assert!(measured.is_nan() && !value.is_nan());
                } else {
                    prop_assert!(measured.to_bits() == value.to_bits() || measured.is_nan() && value.is_nan());
                }
            }
        }
    }

    #[test]
    fn a_filled_cell_lies_between_its_known_neighbours(seed in any::<u64>(), recipe in recipes()) {
        // Every row stays, so that the neighbours in the table are those that the filling saw.
        let log = read(log(seed).text.as_bytes()).expect("a log").log;
        let outcome = pipeline::run(&mut log.clone(), &recipe);
        prop_assume!(outcome.cleaned.dropped.is_empty());
        let readings = outcome.cleaned.readings;
        let mut filled = 0;
        for run in &readings.devices {
            for metric in readings.metrics.iter().filter(|metric| metric.info.fill == FillPolicy::Linear) {
                let known = |row: &usize| !metric.filled.get(*row) && !metric.values[*row].is_nan();
                for row in run.range().filter(|row| metric.filled.get(*row)) {
                    let before = (run.start..row).rev().find(known);
                    let after = (row..run.end).find(known);
                    let ends: Vec<f64> = [before, after].iter().flatten().map(|row| metric.values[*row]).collect();
                    let least = ends.iter().copied().fold(f64::INFINITY, f64::min);
                    let most = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let slack = 1e-9 * most.abs().max(1.0);
                    let value = metric.values[row];
                    prop_assert!(least - slack <= value && value <= most + slack, "{} not in {}..{}", value, least, most);
                    filled += 1;
                }
            }
        }
        let counted: usize = readings.metrics.iter().map(|metric| metric.filled.count(0..readings.rows())).sum();
        prop_assert_eq!(filled, counted);
    }

    #[test]
    fn loosening_a_limit_never_adds_a_flag(seed in any::<u64>(), recipe in recipes(), by in 0.0..20.0) {
        let log = read(log(seed).text.as_bytes()).expect("a log").log;
        let mut outcome = pipeline::run(&mut log.clone(), &recipe);
        let (before, daily) = (outcome.clone(), outcome.daily.clone());
        let mut looser = recipe.clone();
        looser.limits.high_temp_celsius += by;
        looser.limits.low_battery_percent -= by;
        pipeline::redetect(&mut outcome, &looser);
        prop_assert_eq!(before.flags.bytes.len(), outcome.flags.bytes.len());
        for (before, after) in before.flags.bytes.iter().zip(&outcome.flags.bytes) {
            prop_assert_eq!(after & !before, 0);
        }
        // Flags depend on the table and the limits only, and nothing else on the limits.
        let whole = pipeline::run(&mut log.clone(), &looser);
        prop_assert_eq!(&whole.flags, &outcome.flags);
        prop_assert_eq!(format!("{:?}", whole.daily), format!("{:?}", daily));
        prop_assert_eq!(format!("{:?}", whole.hourly), format!("{:?}", before.hourly));
    }

    #[test]
    fn exported_readings_read_back_equal(seed in any::<u64>(), recipe in recipes()) {
        let log = read(log(seed).text.as_bytes()).expect("a log").log;
        let outcome = pipeline::run(&mut log.clone(), &recipe);
        let mut csv = Vec::new();
        let written = export::readings_csv(&mut csv, &outcome, &recipe).expect("memory takes every byte");
        let again = read(&csv).expect("our own export").log;
        let back = &again.readings;
        prop_assert_eq!(written as usize, outcome.enriched.rows_selected());
        prop_assert_eq!(back.rows(), written as usize);
        prop_assert!(again.violations.is_empty(), "{:?}", again.violations);
        let readings = &outcome.cleaned.readings;
        for (at, row) in outcome.enriched.rows().enumerate() {
            prop_assert_eq!(back.timestamp_us[at], readings.timestamp_us[row]);
            let device = &readings.devices[readings.device_of(row)].name;
            prop_assert_eq!(&back.devices[back.device_of(at)].name, device);
            for metric in &readings.metrics {
                let value = metric.values[row];
                let Some(index) = back.metric(&metric.info.name) else {
                    prop_assert!(value.is_nan(), "{} was not read back", metric.info.name);
                    continue;
                };
                let again = back.metrics[index].values[at];
                prop_assert!(again.to_bits() == value.to_bits() || again.is_nan() && value.is_nan());
            }
        }
    }

    #[test]
    fn every_row_is_accounted_for_and_can_be_had_again(seed in any::<u64>(), recipe in recipes()) {
        let source = log(seed);
        let mut opened = read(source.text.as_bytes()).expect("a log");
        let outcome = pipeline::run(&mut opened.log.clone(), &recipe);
        let summary = export::Summary::of(&opened.log, &outcome);
        prop_assert_eq!(summary.rows_read, source.rows.len() as u64);
        prop_assert_eq!(
            summary.rows_read,
            summary.rows_out + summary.rows_dropped + summary.rows_set_aside + summary.rows_outside_range
        );
        let mut lines = lines_of(&outcome);
        lines.sort_unstable();
        prop_assert_eq!(&lines, &source.rows.iter().map(|row| row.line).collect::<Vec<_>>());
        let mut raw = RawReader::new(&opened.log.files, &mut opened.sources, &opened.layouts);
        for row in &source.rows {
            let text = raw.raw_row(RowPlace { file: 0, line: row.line }).expect("the row is in the file");
            prop_assert!(!text.is_empty() && source.text.contains(&text));
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), recipe in recipes()) {
        if let Ok(opened) = read(&bytes) {
            let _ = pipeline::run(&mut opened.log.clone(), &recipe);
        }
    }

    #[test]
    fn arbitrary_rows_never_panic_and_none_is_lost(
        body in "(2024-03-0[1-9](T08:00)?|a|b|20|,|,|,|,|,|1e9|inf|-|é|\0|\n|\n|\r\n|\"|\"\"){0,120}",
        recipe in recipes(),
    ) {
        let header = format!("timestamp,device_id,{}", METRICS[..4].join(","));
        let text = format!("{header}\n{body}");
        let Ok(opened) = read(text.as_bytes()) else { return Ok(()) };
        let outcome = pipeline::run(&mut opened.log.clone(), &recipe);
        let summary = export::Summary::of(&opened.log, &outcome);
        prop_assert_eq!(
            summary.rows_read,
            summary.rows_out + summary.rows_dropped + summary.rows_set_aside + summary.rows_outside_range
        );
        if !body.contains('"') {
            let records = body.split('\n').filter(|line| !line.trim_end_matches('\r').is_empty()).count();
            prop_assert_eq!(summary.rows_read, records as u64);
        }
    }
}

#[test]
fn the_sample_has_something_for_every_view() {
    let log = read(sensorium::sample::csv().as_bytes()).expect("the sample").log;
    let recipe = Recipe::default();
    let outcome = pipeline::run(&mut log.clone(), &recipe);
    let summary = export::Summary::of(&log, &outcome);
    assert_eq!(summary.devices, 6);
    assert_eq!(log.readings.metrics.len(), Contract::default().metrics().count() + 1);
    for (what, count, least) in [
        ("readings", summary.rows_out, 10_000),
        ("dropped", summary.rows_dropped, 3),
        ("set aside", summary.rows_set_aside, 10),
        ("hot", summary.high_temperature, 50),
        ("low", summary.low_battery, 300),
        ("both", summary.both, 20),
        ("filled", summary.filled.iter().map(|(_, cells)| cells).sum(), 100),
        ("days", outcome.daily.len() as u64, 6 * 14),
    ] {
        assert!(count >= least, "{what}: {count}");
    }
    let mut rules: Vec<&str> = log.violations.iter().map(|violation| violation.rule.name()).collect();
    rules.sort_unstable();
    rules.dedup();
    assert_eq!(
        rules,
        ["bad_timestamp", "missing_device", "missing_timestamp", "not_a_number", "out_of_bounds", "ragged_row"]
    );
}
