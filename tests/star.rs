//! The files of a star schema as text, and what is learnt of devices. What a database makes of them is tested in `warehouse`.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{self, Write};

use expect_test::{Expect, expect, expect_file};
use proptest::prelude::*;
use sensorium::contract::Contract;
use sensorium::ingest::{Bytes, read_files};
use sensorium::pipeline::{self, Outcome};
use sensorium::recipe::Recipe;
use sensorium::star::{Bundle, Category, StarFile, interval};

/// Three devices over the turn of a year: one that measures every ten minutes, one that does now and then, one with a single reading
/// and a name of many kinds; a gap, a low battery, a repeated time, and a metric of the log's own.
const LOG: &str = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent,say \"hi\"\n\
    2023-12-31 23:40:00,a,20,50,1000,80,\n2023-12-31 23:50:00,a,,51,1000,80,1\n2024-01-01 00:00:00,a,21,52,1000,14,2\n\
    2024-01-01 00:10:00,a,22,53,1000,80,-0.5\n2024-01-01 00:00:00,b,20,50,1000.25,80,\n2024-01-01 00:00:00,b,20.5,50,1000.25,80,\n\
    2024-01-01 00:07:00.25,b,20,50,1000.25,80,\n2024-01-01 02:00:00,b,20,50,1000.25,80,\n\
    2024-01-01 00:00:00,\"=c, \"\"d\"\"\",40,50,1000,80,7\n";

fn outcome() -> Outcome {
    let file = ("log.csv".to_owned(), Bytes(LOG.as_bytes().to_vec()));
    let mut opened = read_files(vec![file], &Contract::default(), &mut |_| {}).unwrap();
    pipeline::run(&mut opened.log, &Recipe::default())
}

/// What a file holds, the version of this crate left out.
fn text(file: StarFile) -> String {
    let (outcome, recipe) = (outcome(), Recipe::default());
    let mut bytes = Vec::new();
    Bundle::new(&outcome, &recipe).write(file, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap().replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

fn check(file: StarFile, expected: Expect) {
    expected.assert_eq(&text(file));
}

#[test]
fn devices_are_told_by_their_steps() {
    check(
        StarFile::Devices,
        expect![[r#"
        device_id,expected_interval_seconds,sensor_category
        "=c, ""d""",,On-Event
        a,600.0,Periodic
        b,420.25,On-Event
    "#]],
    );
}

#[test]
fn readings_have_their_occurrence_and_no_guard() {
    check(
        StarFile::Readings,
        expect![[r#"
        device_id,timestamp,occurrence,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent,"say ""hi""",temperature_fahrenheit,hour_of_day,temp_rolling_avg_3,valid_until,anomaly_type,is_anomaly,temperature_celsius_filled,humidity_percent_filled,pressure_hpa_filled
        "=c, ""d""",2024-01-01 00:00:00,1,40.0,50.0,1000.0,80.0,7.0,104.0,0,,,Normal,false,false,false,false
        a,2023-12-31 23:40:00,1,20.0,50.0,1000.0,80.0,,68.0,23,,2023-12-31 23:50:00,Normal,false,false,false,false
        a,2023-12-31 23:50:00,1,20.5,51.0,1000.0,80.0,1.0,68.9,23,,2024-01-01 00:00:00,Normal,false,true,false,false
        a,2024-01-01 00:00:00,1,21.0,52.0,1000.0,14.0,2.0,69.8,0,20.5,2024-01-01 00:10:00,Low Battery,true,false,false,false
        a,2024-01-01 00:10:00,1,22.0,53.0,1000.0,80.0,-0.5,71.6,0,21.166666666666668,,Normal,false,false,false,false
        b,2024-01-01 00:00:00,1,20.0,50.0,1000.25,80.0,,68.0,0,,2024-01-01 00:00:00,Normal,false,false,false,false
        b,2024-01-01 00:00:00,2,20.5,50.0,1000.25,80.0,,68.9,0,,2024-01-01 00:07:00.25,Normal,false,false,false,false
        b,2024-01-01 00:07:00.25,1,20.0,50.0,1000.25,80.0,,68.0,0,20.166666666666668,2024-01-01 02:00:00,Normal,false,false,false,false
        b,2024-01-01 02:00:00,1,20.0,50.0,1000.25,80.0,,68.0,2,20.166666666666668,,Normal,false,false,false,false
    "#]],
    );
}

#[test]
fn days_tell_where_they_start_and_end() {
    check(
        StarFile::Daily,
        expect![[r#"
        device_id,date,daily_avg_temp,daily_avg_humidity,daily_min_battery,readings,filled_cells,high_temperature,low_battery,both,starts_at,ends_at
        "=c, ""d""",2024-01-01,40.0,50.0,80.0,1,0,0,0,0,2024-01-01 00:00:00,2024-01-02 00:00:00
        a,2023-12-31,20.25,50.5,80.0,2,1,0,0,0,2023-12-31 00:00:00,2024-01-01 00:00:00
        a,2024-01-01,21.5,52.5,14.0,2,0,0,1,0,2024-01-01 00:00:00,2024-01-02 00:00:00
        b,2024-01-01,20.125,50.0,80.0,4,0,0,0,0,2024-01-01 00:00:00,2024-01-02 00:00:00
    "#]],
    );
}

#[test]
fn the_sql_is_as_written_down() {
    expect_file!["star/schema.sql"].assert_eq(&text(StarFile::Schema));
    expect_file!["star/load.sql"].assert_eq(&text(StarFile::Load));
}

#[test]
fn the_readme_says_what_it_is_and_how_it_is_loaded() {
    let text = text(StarFile::Readme);
    for part in [
        "9 readings of 3 devices, 2023-12-31 23:40:00 to 2024-01-01 02:00:00 UTC\nRecipe: the default\n",
        "psql -v ON_ERROR_STOP=1 -f load.sql",
        "Rolling means and filled cells are those of the log loaded",
    ] {
        assert!(text.contains(part), "{text}");
    }
    for file in StarFile::ALL {
        assert!(file == StarFile::Readme || text.contains(&format!("\n{} ", file.name())), "{}", file.name());
    }
    assert!(text.lines().all(|line| line.chars().count() <= 130), "{text}");
}

/// Counts the pieces that it is handed, and their longest.
#[derive(Default)]
struct Pieces {
    count: usize,
    longest: usize,
}

impl Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.count += 1;
        self.longest = self.longest.max(piece.len());
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn large_files_come_in_small_pieces() {
    let log = sensorium::sample::csv();
    let file = ("log.csv".to_owned(), Bytes(log.into_bytes()));
    let mut opened = read_files(vec![file], &Contract::default(), &mut |_| {}).unwrap();
    let (outcome, recipe) = (pipeline::run(&mut opened.log, &Recipe::default()), Recipe::default());
    let mut pieces = Pieces::default();
    let rows = Bundle::new(&outcome, &recipe).write(StarFile::Readings, &mut pieces).unwrap();
    assert_eq!(rows, 11_944);
    assert!(pieces.count > 20 && pieces.longest < 70_000, "{} pieces of {}", pieces.count, pieces.longest);
}

#[test]
fn a_bundle_of_no_reading_is_written_too() {
    let (outcome, recipe) = (Outcome::default(), Recipe::default());
    for file in StarFile::ALL {
        let mut bytes = Vec::new();
        assert_eq!(Bundle::new(&outcome, &recipe).write(file, &mut bytes).unwrap(), 0);
        assert!(!bytes.is_empty(), "{}", file.name());
    }
}

#[test]
fn categories_change_where_they_are_said_to() {
    let of = |steps: &[i64]| {
        let mut time_us = 0;
        let stamps: Vec<i64> = std::iter::once(0)
            .chain(steps.iter().map(|step| {
                time_us += step * 1_000_000;
                time_us
            }))
            .collect();
        let learnt = interval(&stamps);
        (learnt.median_us.map(|us| us / 1_000_000), learnt.category)
    };
    use Category::{HighFrequency, OnEvent, Periodic};
    assert_eq!(of(&[]), (None, OnEvent));
    assert_eq!(of(&[0, 0]), (None, OnEvent));
    assert_eq!(of(&[60]), (Some(60), HighFrequency));
    assert_eq!(of(&[61]), (Some(61), Periodic));
    assert_eq!(of(&[1, 60, 9000]), (Some(60), HighFrequency));
    // Equal stamps are no step.
    assert_eq!(of(&[0, 600, 0, 600, 0]), (Some(600), Periodic));
    // Nine of ten within a tenth, both ends included.
    assert_eq!(of(&[100, 100, 100, 100, 90, 110, 100, 100, 100, 111]), (Some(100), Periodic));
    assert_eq!(of(&[100, 100, 100, 100, 89, 110, 100, 100, 100, 111]), (Some(100), OnEvent));
    // The lower one of two.
    assert_eq!(of(&[100, 200]), (Some(100), OnEvent));
}

proptest! {
    #[test]
    fn the_interval_is_that_of_a_plain_loop(steps in prop::collection::vec(prop_oneof![
        4 => Just(600_000_000_i64), 2 => 540_000_000..660_000_001_i64, 2 => 0..120_000_000_i64, 1 => 0..i64::MAX / 1000,
    ], 0..200)) {
        let mut time_us = -1_000_000_i64;
        let mut stamps = vec![time_us];
        for step in &steps {
            time_us += step;
            stamps.push(time_us);
        }
        let mut sorted: Vec<i64> = steps.into_iter().filter(|step| *step > 0).collect();
        sorted.sort_unstable();
        let learnt = interval(&stamps);
        if sorted.is_empty() {
            prop_assert_eq!((learnt.median_us, learnt.category), (None, Category::OnEvent));
        } else {
            let median = sorted[(sorted.len() - 1) / 2];
            let near = sorted.iter().filter(|step| (**step - median).abs() <= median / 10).count();
            let expected = if median <= 60_000_000 {
                Category::HighFrequency
            } else if near as f64 / sorted.len() as f64 >= 0.9 {
                Category::Periodic
            } else {
                Category::OnEvent
            };
            prop_assert_eq!((learnt.median_us, learnt.category), (Some(median), expected));
        }
    }
}
