//! What engines need not read: other partitions and row groups. Their values are made unreadable, and what is asked for is found all the
//! same; what lies in them is not.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use parquet::file::reader::{FileReader, SerializedFileReader};
use sensorium::clean::Cleaned;
use sensorium::contract::FillPolicy;
use sensorium::detect::Flags;
use sensorium::enrich::Enriched;
use sensorium::export::{self, ROW_GROUP_ROWS};
use sensorium::pipeline::Outcome;
use sensorium::recipe::Recipe;
use sensorium::table::{Bits, DeviceRun, Metric, MetricInfo, Readings};

use crate::Case;
use crate::driver::{Driver, Engine};
use crate::logs::{HEADER, place, run};

pub const CASES: &[Case] = &[
    ("other_partitions_are_not_read", partitions),
    ("row_groups_of_other_devices_and_times_are_not_read", row_groups),
];

/// Makes the values of a file's row groups from this one on unreadable; what stands at the file's end stays.
fn damage(file: &PathBuf, from_group: usize) {
    let mut bytes = fs::read(file).unwrap();
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes.clone())).unwrap();
    let mut damaged = 0;
    for group in reader.metadata().row_groups().iter().skip(from_group) {
        for chunk in group.columns() {
            let (start, length) = chunk.byte_range();
            let start = usize::try_from(start).unwrap();
            bytes[start..start + usize::try_from(length).unwrap()].fill(0xff);
            damaged += 1;
        }
    }
    assert!(damaged >= 9, "{}", file.display());
    fs::write(file, bytes).unwrap();
}

fn partitions(driver: &mut Driver) {
    let mut text = format!("{}\n", HEADER.trim_end_matches(",co2_ppm,date"));
    for day in 1..=5 {
        text += &format!("2024-03-0{day} 08:00:00,a,20,50,1000,80\n2024-03-0{day} 08:00:00,b,20,50,1000,80\n");
    }
    let out = run(&format!("skipped-{}", driver.engine.word()), &[("log.csv", &text)], &[]);
    let lake = out.join("readings");
    assert_eq!(driver.find(&lake, "date", "2024-03-04"), Ok(2));
    assert_eq!(driver.find(&lake, "device_id", "a"), Ok(5));
    for day in [1, 2, 3, 5] {
        damage(&lake.join(format!("date=2024-03-0{day}/part-0.parquet")), 0);
    }
    assert_eq!(driver.find(&lake, "date", "2024-03-04"), Ok(2), "the other dates are not read");
    assert!(driver.find(&lake, "device_id", "a").is_err(), "what is damaged cannot be read");
    assert!(driver.find(&lake, "date", "2024-03-05").is_err(), "what is damaged cannot be read");
}

/// A file of two row groups, made once: devices `d0` (one reading), `d1` (in both groups) and `d2`, a reading a second over all of them.
pub fn two_groups(name: &str) -> PathBuf {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    let path = place(name).join("readings.parquet");
    fs::write(&path, BYTES.get_or_init(two_groups_of_readings)).unwrap();
    path
}

fn two_groups_of_readings() -> Vec<u8> {
    let (first, second, third) = (1, ROW_GROUP_ROWS + 10, 50);
    let rows = first + second + third;
    let mut readings = Readings { line: (2..).take(rows).collect(), ..Readings::default() };
    readings.timestamp_us = (0..).take(rows).map(|second: i64| second * 1_000_000).collect();
    let info =
        MetricInfo { name: "temperature_celsius".into(), unit: "°C".into(), fill: FillPolicy::Linear, required: true };
    let values = (0..rows).map(|row| (row % 500) as f64 / 10.0).collect();
    readings.metrics = vec![Metric { info, values, filled: Bits::zeros(rows) }];
    let ends = [first, first + second, rows];
    let starts = [0, first, first + second];
    for ((name, start), end) in ["d0", "d1", "d2"].into_iter().zip(starts).zip(ends) {
        readings.devices.push(DeviceRun { name: name.into(), start, end });
    }
    let outcome = Outcome {
        enriched: Enriched { temp_rolling_avg_3: vec![21.5; rows], selected: starts.into_iter().zip(ends).collect() },
        flags: Flags { bytes: vec![0; rows] },
        cleaned: Cleaned { readings, ..Cleaned::default() },
        ..Outcome::default()
    };
    let mut bytes = Vec::new();
    assert_eq!(export::readings_parquet(&mut bytes, &outcome, &Recipe::default()).unwrap(), rows as u64);
    bytes
}

fn row_groups(driver: &mut Driver) {
    let file = two_groups(&format!("two-groups-{}", driver.engine.word()));
    // Times in the first group and in the second.
    let (near, far) = ("1970-01-01 00:00:30", "1970-01-13 03:16:40");
    let asks = [("device_id", "d0", "d2", 50), ("timestamp", near, far, 1)];
    for (column, first, second, in_second) in asks {
        assert_eq!(driver.find(&file, column, first), Ok(1), "{column}");
        assert_eq!(driver.find(&file, column, second), Ok(in_second), "{column}");
    }
    damage(&file, 1);
    for (column, first, second, _) in asks {
        // Spark hands no times without a zone to its reader of Parquet.
        if driver.engine != Engine::Spark || column != "timestamp" {
            assert_eq!(driver.find(&file, column, first), Ok(1), "the group of other values of {column} is not read");
        }
        assert!(driver.find(&file, column, second).is_err(), "what is damaged cannot be read");
    }
}
