//! What files tell before a value is read: bounds and nulls a row group, order of rows, recipe and version.

use std::fs;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use sensorium::recipe::Recipe;
use sensorium::recipe::json::{from_json, to_json};
use serde_json::Value;

use crate::Case;
use crate::driver::Driver;
use crate::logs::{expected, hostile_log, run};
use crate::skips;
use crate::table::{Cell, Table, cell_of};

pub const PYARROW: &[Case] = &[
    ("statistics_of_every_column_and_row_group_are_right", statistics),
    ("recipe_version_and_optional_columns_are_told", told),
    ("files_are_sorted_by_device_and_time", sorted),
];
pub const DUCKDB: &[Case] = &[("statistics_of_time_and_device_are_told", told_to_duckdb)];

/// Every file of a lake that the hostile log makes, by path.
fn parts(name: &str) -> Vec<PathBuf> {
    let out = run(name, &[("log.csv", &hostile_log())], &["--recipe", "high_temp=28.5&low_battery=20"]);
    assert!(!expected(&out, Tz::UTC).rows.is_empty());
    let mut dates: Vec<PathBuf> =
        fs::read_dir(out.join("readings")).unwrap().map(|entry| entry.unwrap().path().join("part-0.parquet")).collect();
    dates.sort();
    assert!(dates.len() > 5, "{dates:?}");
    dates
}

/// The smallest and largest value that statistics may name; a zero leaves room for both of its signs.
fn bounds(kind: &str, cells: &[&Cell]) -> Option<(Cell, Cell)> {
    if kind == "number" {
        let numbers = || cells.iter().filter_map(|cell| if let Cell::Number(bits) = cell { Some(*bits) } else { None });
        let numbers: Vec<f64> = numbers().map(f64::from_bits).collect();
        let low = numbers.iter().copied().reduce(f64::min)?;
        let high = numbers.iter().copied().reduce(f64::max)?;
        let (low, high) = (if low == 0.0 { -0.0 } else { low }, if high == 0.0 { 0.0 } else { high });
        return Some((Cell::Number(low.to_bits()), Cell::Number(high.to_bits())));
    }
    let known = || cells.iter().filter(|cell| ***cell != Cell::Missing);
    Some(((*known().min()?).clone(), (*known().max()?).clone()))
}

#[track_caller]
fn statistics_are_right(driver: &mut Driver, file: &Path) -> usize {
    let (table, about) = (driver.rows(file), driver.about(file));
    let mut first = 0;
    for group in about["groups"].as_array().unwrap() {
        let end = first + usize::try_from(group["rows"].as_u64().unwrap()).unwrap();
        for (place, (name, kind)) in table.names.iter().zip(&table.kinds).enumerate() {
            let cells: Vec<&Cell> = table.rows[first..end].iter().map(|row| &row[place]).collect();
            let chunk = &group["chunks"][name];
            let what = format!("{name} of rows {first}..{end} in {}", file.display());
            let found = chunk["bounds"].as_array().map(|both| (cell_of(kind, &both[0]), cell_of(kind, &both[1])));
            assert_eq!(found, bounds(kind, &cells), "{what}");
            let missing = cells.iter().filter(|cell| ***cell == Cell::Missing).count();
            assert_eq!(chunk["nulls"].as_u64(), Some(missing as u64), "{what}");
            assert_eq!((&chunk["compression"], &chunk["indexed"]), (&"SNAPPY".into(), &true.into()), "{what}");
        }
        first = end;
    }
    assert_eq!(first, table.rows.len());
    about["groups"].as_array().unwrap().len()
}

fn statistics(driver: &mut Driver) {
    for part in parts("statistics") {
        assert_eq!(statistics_are_right(driver, &part), 1, "{}", part.display());
    }
    assert_eq!(statistics_are_right(driver, &skips::two_groups("two-groups-statistics")), 2);
}

fn told(driver: &mut Driver) {
    let recipe = sensorium::recipe::query::from_query("high_temp=28.5&low_battery=20").0;
    for part in parts("told") {
        let about = driver.about(&part);
        let metadata = &about["metadata"];
        assert_eq!(metadata["sensorium.version"], env!("CARGO_PKG_VERSION"), "{metadata}");
        let written = metadata["sensorium.recipe"].as_str().unwrap();
        assert_eq!(from_json(written).unwrap(), recipe);
        assert_eq!(written, to_json(&recipe));
        assert_ne!(recipe, Recipe::default());
        let optional: Vec<&str> =
            about["nullable"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(
            optional,
            [
                "temperature_celsius",
                "humidity_percent",
                "pressure_hpa",
                "battery_level_percent",
                "co2_ppm",
                "date_2",
                "temperature_fahrenheit",
                "temp_rolling_avg_3",
                "valid_until"
            ]
        );
    }
}

fn sorted(driver: &mut Driver) {
    for part in parts("sorted") {
        let table: Table = driver.rows(&part);
        let (device, time) = (table.place("device_id"), table.place("timestamp"));
        let keys: Vec<(&Cell, &Cell)> = table.rows.iter().map(|row| (&row[device], &row[time])).collect();
        assert!(keys.is_sorted(), "{}", part.display());
        assert!(keys.len() > 10 && keys.first() != keys.last());
    }
}

fn told_to_duckdb(driver: &mut Driver) {
    let plain = (0..50).map(|row| {
        let (day, device) = (1 + row % 2, row % 3);
        format!("2024-03-0{day} 08:{row:02}:00,sensor_{device},20,50,1000,80\n")
    });
    let header = crate::logs::HEADER.trim_end_matches(",co2_ppm,date");
    let log = format!("{header}\n{}", plain.collect::<String>());
    let out = run("told-to-duckdb", &[("log.csv", &log)], &[]);
    for date in ["2024-03-01", "2024-03-02"] {
        let file = out.join(format!("readings/date={date}/part-0.parquet"));
        let (table, about) = (driver.rows(&file), driver.about(&file));
        let columns = about.as_array().unwrap();
        assert_eq!(columns.len(), 2, "{about}");
        for column in columns {
            let name = column["column"].as_str().unwrap();
            let cells: Vec<&Cell> = table.column(name).collect();
            let worded = |cell: Cell| match cell {
                Cell::Whole(us) => Value::from(us.to_string()),
                Cell::Text(text) => Value::from(text),
                other => panic!("{other:?}"),
            };
            let (low, high) = bounds(&table.kinds[table.place(name)], &cells).unwrap();
            assert_eq!(column["bounds"], Value::from(vec![worded(low), worded(high)]), "{name}");
            assert_eq!((&column["rows"], &column["nulls"]), (&25.into(), &0.into()), "{name}");
        }
    }
}
