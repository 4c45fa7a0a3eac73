//! Freshly generated logs: the library against a second, slow pipeline.
//!
//! Owns the comparison. Each run of the tests takes other logs; a failure names the seed, and `SENSORIUM_SEED` takes it again.

mod generate;
mod reference;

use generate::{Log, METRICS, Random};
use sensorium::contract::Contract;
use sensorium::detect::{HIGH_TEMPERATURE, LOW_BATTERY};
use sensorium::ingest::{Bytes, Opened, read_files};
use sensorium::pipeline;
use sensorium::recipe::query::to_query;
use sensorium::recipe::{DateRange, Fill, Limits, Mode, Recipe, Repeats};

type Check = Result<(), String>;

fn seed() -> u64 {
    let given = std::env::var("SENSORIUM_SEED").ok();
    let seed = given.map(|seed| seed.parse().expect("SENSORIUM_SEED is a number"));
    seed.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock after 1970");
        now.as_nanos() as u64
    })
}

fn read(log: &Log) -> Opened<Bytes<Vec<u8>>> {
    let file = ("log.csv".to_owned(), Bytes(log.text.clone().into_bytes()));
    match read_files(vec![file], &Contract::default(), &mut |_| {}) {
        Ok(opened) => opened,
        Err(error) => panic!("{error}\n{}", log.text),
    }
}

fn recipe(random: &mut Random) -> Recipe {
    let fill = match random.below(3) {
        0 => Fill::Position,
        1 => Fill::Time { max_gap_seconds: None },
        _ => Fill::Time { max_gap_seconds: Some(random.below(40_000) as f64) },
    };
    let day = |random: &mut Random| random.percent(30).then(|| 19_781 + random.below(4) as i32);
    let (one, other) = (day(random), day(random));
    let swap = matches!((one, other), (Some(one), Some(other)) if one > other);
    let (from_day, to_day) = if swap { (other, one) } else { (one, other) };
    Recipe {
        contract: Contract::default(),
        mode: *random.pick(&Mode::ALL),
        fill,
        limits: Limits {
            high_temp_celsius: *random.pick(&[30.0, 28.5, 31.25]),
            low_battery_percent: *random.pick(&[15.0, 7.5, 20.0]),
        },
        dates: DateRange { from_day, to_day },
        zone: None,
        date_order: None,
        repeats: Repeats::Keep,
    }
}

#[test]
fn the_library_agrees_with_plain_loops() {
    let base = seed();
    println!("seed {base}");
    let (mut readings, mut filled, mut dropped, mut set_aside, mut outside) = (0, 0, 0, 0, 0);
    for turn in 0..400 {
        let mut random = Random(base.wrapping_add(turn));
        let log = generate::log(&mut random, 120);
        let opened = read(&log);
        for _ in 0..3 {
            let recipe = recipe(&mut random);
            let metrics = if log.has_extra { 5 } else { 4 };
            let expected = reference::run(&log.rows, metrics, &recipe);
            if let Err(reason) = same(&log, &opened, &recipe, &expected) {
                let seed = base.wrapping_add(turn);
                panic!("SENSORIUM_SEED={seed}, recipe \"{}\": {reason}\n{}", to_query(&recipe), log.text);
            }
            readings += expected.readings.len();
            filled += expected.readings.iter().flat_map(|r| &r.filled).filter(|f| **f).count();
            dropped += expected.dropped.len();
            set_aside += expected.set_aside.len();
            outside += expected.readings.iter().filter(|r| !r.in_range).count();
        }
    }
    // The generator must have tried everything.
    let tried = [readings, filled, dropped, set_aside, outside];
    assert!(tried.iter().all(|count| *count > 100), "readings, filled, dropped, set aside, outside: {tried:?}");
}

fn same(log: &Log, opened: &Opened<Bytes<Vec<u8>>>, recipe: &Recipe, expected: &reference::Outcome) -> Check {
    let outcome = pipeline::run(&mut opened.log.clone(), recipe);
    violations(log, opened)?;
    rows(&outcome, expected)?;
    flags(&outcome, expected, recipe)?;
    left(&outcome, expected)?;
    days(&outcome, expected)?;
    let out = outcome.enriched.rows_selected();
    let (dropped, set_aside) = (outcome.cleaned.dropped.len(), outcome.cleaned.set_aside.len());
    let outside = outcome.cleaned.readings.rows() - out;
    check("rows read", opened.log.rows_read() as usize, log.rows.len())?;
    check("rows accounted for", out + dropped + set_aside + outside, log.rows.len())
}

fn check<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Check {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found:?}, not {expected:?}")) }
}

/// Numbers may differ in the last bits: the same line is computed in another order of operations.
fn near(what: &str, found: f64, expected: Option<f64>) -> Check {
    let same = match expected {
        None => found.is_nan(),
        Some(expected) => (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
    };
    if same { Ok(()) } else { Err(format!("{what}: {found}, not {expected:?}")) }
}

fn violations(log: &Log, opened: &Opened<Bytes<Vec<u8>>>) -> Check {
    let header = &opened.log.files[0].header;
    let found: Vec<(u32, &str, &str, &str)> = opened
        .log
        .violations
        .iter()
        .map(|v| (v.line, v.column.map_or("", |c| header[usize::from(c)].as_str()), &*v.value, v.rule.name()))
        .collect();
    let expected: Vec<(u32, &str, &str, &str)> = log
        .rows
        .iter()
        .flat_map(|row| {
            row.violations.iter().map(move |(column, value, rule)| (row.line, *column, value.as_str(), *rule))
        })
        .collect();
    check("violations", found, expected)
}

fn rows(outcome: &pipeline::Outcome, expected: &reference::Outcome) -> Check {
    let readings = &outcome.cleaned.readings;
    check("lines", readings.line.clone(), expected.readings.iter().map(|r| r.line).collect())?;
    for (row, reading) in expected.readings.iter().enumerate() {
        let at = |what: &str| format!("line {}, {what}", reading.line);
        check(&at("device"), &readings.devices[readings.device_of(row)].name, &reading.device)?;
        check(&at("time"), readings.timestamp_us[row], reading.time_us)?;
        check(&at("valid until"), readings.valid_until_us(row), reading.valid_until_us)?;
        check(&at("metrics"), readings.metrics.len(), reading.values.len())?;
        for (metric, column) in readings.metrics.iter().enumerate() {
            check(&at("metric"), column.info.name.as_str(), METRICS[metric])?;
            near(&at(METRICS[metric]), column.values[row], reading.values[metric])?;
            check(&at("filled"), column.filled.get(row), reading.filled[metric])?;
        }
        near(&at("rolling mean"), outcome.enriched.temp_rolling_avg_3[row], reading.rolling)?;
    }
    let inside: Vec<usize> = outcome.enriched.rows().collect();
    let expected_inside: Vec<usize> =
        expected.readings.iter().enumerate().filter(|(_, r)| r.in_range).map(|(row, _)| row).collect();
    check("rows inside the date range", inside, expected_inside)
}

fn flags(outcome: &pipeline::Outcome, expected: &reference::Outcome, recipe: &Recipe) -> Check {
    for (row, reading) in expected.readings.iter().enumerate() {
        // A mean this near its limit may fall on either side.
        if reading.rolling.is_some_and(|mean| (mean - recipe.limits.high_temp_celsius).abs() < 1e-9) {
            continue;
        }
        let owed = u8::from(reading.hot) * HIGH_TEMPERATURE + u8::from(reading.low) * LOW_BATTERY;
        check(&format!("line {}, flags", reading.line), outcome.flags.bytes[row], owed)?;
    }
    Ok(())
}

fn left(outcome: &pipeline::Outcome, expected: &reference::Outcome) -> Check {
    let readings = &outcome.cleaned.readings;
    let dropped: Vec<(u32, String)> =
        outcome.cleaned.dropped.iter().map(|d| (d.place.line, d.reason.sentence(readings))).collect();
    check("dropped", &dropped, &expected.dropped)?;
    let set_aside: Vec<u32> = outcome.cleaned.set_aside.iter().map(|place| place.line).collect();
    check("set aside", &set_aside, &expected.set_aside)
}

fn days(outcome: &pipeline::Outcome, expected: &reference::Outcome) -> Check {
    let devices = &outcome.cleaned.readings.devices;
    check("days", outcome.daily.len(), expected.days.len())?;
    for (day, owed) in outcome.daily.iter().zip(&expected.days) {
        let at = |what: &str| format!("{} day {}, {what}", owed.device, owed.day);
        check("device of a day", &devices[day.device].name, &owed.device)?;
        check("day", i64::from(day.day), owed.day)?;
        check(&at("readings"), day.readings(), owed.readings)?;
        near(&at("temperature"), day.mean_temperature_celsius, owed.mean_temperature)?;
        near(&at("humidity"), day.mean_humidity_percent, owed.mean_humidity)?;
        near(&at("battery"), day.min_battery_percent, owed.min_battery)?;
        check(&at("filled cells"), day.filled_cells as usize, owed.filled_cells)?;
    }
    let cells = &outcome.hourly.mean_temperature_celsius;
    check("cells of the heatmap", cells.len(), devices.len() * 24)?;
    for (index, cell) in cells.iter().enumerate() {
        let (device, hour) = (&devices[index / 24].name, (index % 24) as i64);
        let owed = expected.hours.iter().find(|(name, at, _)| name == device && *at == hour);
        near(&format!("{device} hour {hour}"), *cell, owed.map(|(.., mean)| *mean))?;
    }
    Ok(())
}
