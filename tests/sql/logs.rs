//! Made logs: small nasty ones again and again, and a large one.

use sensorium::contract::{Contract, Rule};
use sensorium::ingest::{Bytes, read_files};
use sensorium::recipe::{DateRange, Fill, Limits, Mode, Recipe, Repeats};
use sensorium::sql::{Engine, Input, Wanted, script};
use sensorium::survey::{Told, Zone};

use crate::Case;
use crate::agree::{agree, found, same, wanted};
use crate::driver::Driver;
use crate::generate::{self, Random};
use crate::{expected, handover};

pub fn cases() -> Vec<Case> {
    vec![
        ("nasty_logs_agree", nasty),
        ("several_files_agree", several),
        ("a_table_agrees_with_the_file_it_was_made_from", table),
        ("a_hundred_thousand_rows_agree", large),
    ]
}

pub fn seed() -> u64 {
    let given = std::env::var("SENSORIUM_SEED").ok().map(|seed| seed.parse().expect("SENSORIUM_SEED is a number"));
    given.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock after 1970");
        now.as_nanos() as u64
    })
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
        mode: *random.pick(&[Mode::SetAside, Mode::Repair]),
        fill,
        limits: Limits {
            high_temp_celsius: *random.pick(&[30.0, 28.5, 31.25]),
            low_battery_percent: *random.pick(&[15.0, 7.5, 20.0]),
        },
        dates: DateRange { from_day, to_day },
        repeats: *random.pick(&[Repeats::Keep, Repeats::Merge]),
        ..Recipe::default()
    }
}

/// Whether more than half of a log's rows have no time that can be read, as the library finds.
fn mostly_without_times(text: &str) -> bool {
    let files = vec![("log.csv".to_string(), Bytes(text.to_string()))];
    let log = read_files(files, &Contract::default(), &mut |_| {}).unwrap().log;
    let count =
        |rules: &[Rule]| log.violations.iter().filter(|violation| rules.contains(&violation.rule)).count() as u64;
    // Rows that are wide or narrow, and those without any time, say nothing of it.
    let asked = log.rows_read() - count(&[Rule::RaggedRow, Rule::MissingTimestamp]);
    count(&[Rule::BadTimestamp]) * 2 > asked
}

/// Logs with gaps at both ends, equal stamps, violations, several devices, any line ends, quotes, columns in any order.
fn nasty(driver: &mut Driver) {
    let base = seed();
    println!("SENSORIUM_SEED={base}");
    let turns = if driver.engine == Engine::Spark { 8 } else { 150 };
    let (mut readings, mut set_aside, mut dropped, mut unclear) = (0, 0, 0, 0);
    for turn in 0..turns {
        let mut random = Random(base.wrapping_add(turn));
        let log = generate::log(&mut random, 120);
        let mut recipe = recipe(&mut random);
        let wish = |wanted: &mut Wanted| {
            if log.has_extra {
                wanted.metrics.push("co2_ppm".into());
            }
        };
        if log.rows.is_empty() {
            continue;
        }
        let files = [log.text.clone().into_bytes()];
        let mut agreed = agree(driver, &files, &recipe, &wish);
        if recipe.repeats == Repeats::Merge
            && agreed.as_ref().is_err_and(|reason| reason.contains("at most 64 readings"))
        {
            recipe.repeats = Repeats::Keep;
            agreed = agree(driver, &files, &recipe, &wish);
        }
        match agreed {
            Ok(tables) => {
                readings += tables[0].rows.len();
                set_aside += tables[1].rows.len();
                dropped += tables[2].rows.len();
            }
            // By chance most of a short log's times are none: a script must not guess their notation.
            Err(reason) if reason.contains("expected times of one notation") && mostly_without_times(&log.text) => {
                unclear += 1;
            }
            Err(reason) => {
                let seed = base.wrapping_add(turn);
                panic!("SENSORIUM_SEED={seed}, {recipe:?}: {reason}\n{}", log.text)
            }
        }
    }
    assert!(unclear * 10 <= turns, "{unclear} of {turns} logs were refused");
    let tried = [readings, set_aside, dropped];
    assert!(tried.iter().all(|count| *count > 0), "readings, set aside, dropped: {tried:?}");
}

/// Columns in any order, one metric in one file alone, a file twice, readings of one time in two files.
fn several(driver: &mut Driver) {
    let header = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent";
    let one = format!("{header}\n3,a,20,,1000,80\n1,b,,50,1000,80\n2,a,21,50,1000,\n2,a,99,50,1000,80\n");
    let two = "CO2,battery_level_percent,pressure_hpa,humidity_percent,temperature_celsius,device_id,TimeStamp\r\n\
               400,80,1000,50,22.5,a,1970-01-01 00:00:02\r\n,80,1000,50,23,b,1970-01-01T00:00:05Z\r\n";
    let files: Vec<Vec<u8>> = [&one, two, &one].iter().map(|text| text.as_bytes().to_vec()).collect();
    for repeats in [Repeats::Keep, Repeats::Merge] {
        for mode in [Mode::SetAside, Mode::Repair] {
            let recipe = Recipe { repeats, mode, ..Recipe::default() };
            agree(driver, &files, &recipe, &|wanted| wanted.metrics = vec!["CO2".into()]).unwrap();
        }
    }
}

/// The rows of a log as a table: as text, and as numbers and times where all of them are.
fn table(driver: &mut Driver) {
    let engine = driver.engine;
    for typed in [false, true] {
        let (body, mut values) = (&mut String::new(), Vec::new());
        let mut random = Random(11);
        for row in 1..300_u64 {
            let time = format!("2024-03-01 {:02}:{:02}:30.25", row / 60, row / 2 % 30);
            let cell = |random: &mut Random, bad: &str| match random.below(10) {
                0 => String::new(),
                1 if !typed => bad.to_owned(),
                _ => format!("{}.5", 1 + random.below(40)),
            };
            let cells =
                [cell(&mut random, "ERR"), cell(&mut random, "101"), cell(&mut random, "inf"), cell(&mut random, "-1")];
            let device = if row % 41 == 0 && !typed { "" } else { *random.pick(&["a", "B", "it's"]) };
            *body += &format!("{time},{device},{}\n", cells.join(","));
            let quoted = |text: &String| if text.is_empty() { "null".into() } else { format!("'{text}'") };
            let cells = cells.each_ref().map(quoted);
            let device = if engine == Engine::Spark { device.replace('\'', "\\'") } else { device.replace('\'', "''") };
            values.push(format!("({row}, '{time}', '{device}', {})", cells.join(", ")));
        }
        let header = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent";
        let columns = header.replace(',', ", ");
        let cast = |text: &str, kind: &str| if typed { format!("cast({text} as {kind})") } else { text.to_string() };
        let (double, time) = match engine {
            Engine::PostgreSql => ("double precision", "timestamp"),
            Engine::DuckDb => ("double", "timestamp"),
            Engine::Spark => ("double", "timestamp_ntz"),
        };
        let numbers: Vec<String> =
            columns.split(", ").skip(2).map(|name| format!("{} as {name}", cast(name, double))).collect();
        let select = format!(
            "select n, {} as {}, device_id, {} from (values {}) as given(n, t, device_id, temperature_celsius, humidity_percent, pressure_hpa, battery_level_percent)",
            cast("t", time),
            if engine == Engine::Spark { "timestamp" } else { "\"timestamp\"" },
            numbers.join(", "),
            values.join(", ")
        );
        let before = match engine {
            Engine::Spark => vec![format!("create or replace temporary view raw_log as {select}")],
            _ => vec!["drop table if exists raw_log".into(), format!("create table raw_log as {select}")],
        };
        let zone = Zone::fixed("+05:30", 19_800_000_000);
        for (mode, zone) in [(Mode::SetAside, None), (Mode::Repair, None), (Mode::SetAside, Some(zone))] {
            let recipe = Recipe { mode, zone: zone.as_ref().map(|zone| zone.name.clone()), ..Recipe::default() };
            let told = Told { zone, ..Told::default() };
            let files = [("log.csv".into(), format!("{header}\n{body}").into_bytes())];
            let opened = expected::opened(&files, &recipe, &told).unwrap();
            let mut tables = expected::tables(opened, &recipe);
            // A table has no name, and numbers where a file has lines.
            for table in &mut tables[1..3] {
                table.header.remove(0);
                table.header.pop();
                for row in &mut table.rows {
                    row.remove(0);
                    row.pop();
                    row[0] = (row[0].parse::<u64>().unwrap() - 1).to_string();
                }
            }
            let input = Input::Table { name: "raw_log".into(), ordinal: "n".into() };
            let text = script(&recipe, &Wanted { told, ..wanted(driver, input) }).unwrap();
            let found = driver.run(&text, &before).unwrap();
            same(engine, &found, &tables).unwrap();
            assert!(found[0].rows.len() > 100);
        }
    }
    let columns = "temperature_celsius, humidity_percent, pressure_hpa, battery_level_percent from raw_log";
    let twice = match engine {
        Engine::Spark => vec![format!(
            "create or replace temporary view raw_twice as select n % 7 as n, timestamp, device_id, {columns}"
        )],
        _ => vec![
            "drop table if exists raw_twice".into(),
            format!("create table raw_twice as select n % 7 as n, \"timestamp\", device_id, {columns}"),
        ],
    };
    let input = Input::Table { name: "raw_twice".into(), ordinal: "n".into() };
    let text = script(&Recipe::default(), &wanted(driver, input)).unwrap();
    let fault = driver.run(&text, &twice).unwrap_err();
    assert!(fault.contains("raw_twice: expected one row with the number"), "{fault}");
}

/// Twenty devices, a reading a minute each, some out of order, some at one time, with gaps and violations.
fn large_log(rows: u64) -> String {
    let mut random = Random(7);
    let mut text =
        String::from("timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n");
    for row in 0..rows {
        let device = row % 20;
        let step = if random.percent(1) { (row / 20).saturating_sub(random.below(50)) } else { row / 20 };
        let (day, minute) = (1 + step / 1440, step % 1440);
        let gap = |random: &mut Random, text: String| if random.percent(2) { String::new() } else { text };
        let temperature = 2000 + (random.below(2400)) + device * 20;
        let temperature = format!("{}.{:02}", temperature / 100, temperature % 100);
        let temperature = if random.below(1000) == 0 { "999".to_string() } else { gap(&mut random, temperature) };
        let humidity = random.below(1000);
        let humidity = gap(&mut random, format!("{}.{}", humidity / 10, humidity % 10));
        let pressure = 98_000 + random.below(5000);
        let pressure = gap(&mut random, format!("{}.{:02}", pressure / 100, pressure % 100));
        let battery = if random.below(200) == 0 { String::new() } else { (5 + random.below(96)).to_string() };
        let quote = if random.percent(1) { "\"" } else { "" };
        text += &format!(
            "2024-03-{day:02} {:02}:{:02}:00,{quote}sensor {device}{quote},{temperature},{humidity},{pressure},{battery}\n",
            minute / 60,
            minute % 60
        );
    }
    text
}

fn large(driver: &mut Driver) {
    let log = large_log(100_000).into_bytes();
    let set_aside = Recipe::default();
    let repair = Recipe {
        mode: Mode::Repair,
        fill: Fill::Time { max_gap_seconds: Some(90.0) },
        dates: DateRange { from_day: Some(19_784), to_day: Some(19_785) },
        ..Recipe::default()
    };
    for recipe in [set_aside, repair] {
        let started = std::time::Instant::now();
        let found = found(driver, std::slice::from_ref(&log), &recipe, &|_| {});
        let files = found.files.clone();
        let failed = |reason: String| -> Vec<expected::Table> { panic!("{recipe:?}: {reason}") };
        let tables = found.agree(driver.engine, &recipe).unwrap_or_else(failed);
        handover::agrees(driver, (&files, &Told::default()), &recipe, &tables[0])
            .unwrap_or_else(|reason| panic!("{recipe:?}: {reason}"));
        println!("{} readings in {:?}", tables[0].rows.len(), started.elapsed());
        assert!(tables.iter().all(|table| !table.rows.is_empty()) || recipe.mode == Mode::Repair);
    }
}
