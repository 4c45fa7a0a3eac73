//! Made logs: hostile names and values, several files, a zone, and a large one, as `sensorium run` and the library write them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono_tz::Tz;
use sensorium::export;
use sensorium::ingest::{Bytes, read_files};
use sensorium::pipeline;
use sensorium::recipe::Recipe;

use crate::Case;
use crate::driver::Driver;
use crate::table::{Cell, Table, same};

pub const CASES: &[Case] = &[
    ("hostile_names_and_values_are_read_equal", hostile),
    ("several_files_keep_their_names_and_lines", several),
    ("dates_are_those_of_the_zone", zones),
    ("one_file_is_read_equal", single),
    ("a_hundred_thousand_readings_are_read_equal", large),
];

pub const HEADER: &str =
    "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent,co2_ppm,date";

/// Device ids that paths, formulas, numbers, nulls or quotes could be taken for.
const DEVICES: [&str; 17] = [
    "007",
    "1e5",
    "=cmd|' /C calc'!A0",
    "'quoted",
    "\\N",
    "NA",
    "null",
    "true",
    "a,\"b\"",
    "two\nlines",
    "a%20b/../c",
    "date=2024-03-01",
    "__HIVE_DEFAULT_PARTITION__",
    "gerät 😀",
    "\u{202e}rtl",
    "2024-03-01",
    "nan",
];

/// Pressures: the contract bounds none that is finite. In `{:?}` they read back equal.
const PRESSURES: [f64; 9] = [-0.0, 0.0, 1e300, f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.1, 1013.25, 1e-7];

/// Times: the first and last that are read, before 1970, before the calendars changed, beyond nanoseconds in 64 bits.
const TIMES: [&str; 11] = [
    "0001-01-01 00:00:00",
    "1582-10-10 12:00:00",
    "1677-09-21 00:12:43.1",
    "1899-12-31 23:59:59",
    "1969-12-31 23:59:59.999999",
    "1970-01-01 00:00:00",
    "2024-02-29 23:59:59.999999",
    "2024-03-01 00:00:00",
    "2024-03-01 00:00:00",
    "2262-04-12 00:00:00",
    "9999-12-31 23:59:59.999999",
];

pub fn hostile_log() -> String {
    let mut text = format!("{HEADER}\n");
    let long = "x".repeat(5_000);
    for (number, device) in DEVICES.iter().copied().chain([long.as_str()]).enumerate() {
        let device = format!("\"{}\"", device.replace('"', "\"\""));
        for (place, time) in TIMES.iter().enumerate() {
            let pressure = PRESSURES[(number + place) % PRESSURES.len()];
            let temperature = ["-0.0", "-20", "50", "", "31.5"][(number + place) % 5];
            let humidity = ["", "0", "100", "NaN", "33.3"][(number * 3 + place) % 5];
            let battery = if (number + place) % 13 == 12 { "" } else { "14.5" };
            // Measured on few days alone, so that whole files are without a value.
            let co2 = if place < 2 { "400.25" } else { "" };
            text += &format!("{time},{device},{temperature},{humidity},{pressure:?},{battery},{co2},{place}\n");
        }
    }
    text
}

/// A folder of the tests.
pub fn place(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lake").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Runs the command line over logs, each a name and its text, and returns the folder of results.
pub fn run(name: &str, logs: &[(&str, &str)], options: &[&str]) -> PathBuf {
    let folder = place(name);
    let mut command = Command::new(env!("CARGO_BIN_EXE_sensorium"));
    command.current_dir(&folder).arg("run");
    for (log, text) in logs {
        fs::write(folder.join(log), text).expect("the log is written");
        command.arg(log);
    }
    let output = command.args(["--out", "out"]).args(options).output().expect("the command line starts");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    folder.join("out")
}

/// What a run's CSV says its lake holds.
pub fn expected(out: &Path, zone: Tz) -> Table {
    Table::of_csv(&fs::read(out.join("readings.csv")).expect("readings.csv"), Some(zone))
}

/// Reads the lake of a run and compares. Returns what the CSV has.
#[track_caller]
fn compare(driver: &mut Driver, out: &Path, zone: Tz) -> Table {
    let expected = expected(out, zone);
    let found = driver.rows(&out.join("readings"));
    let what = format!("{}, {}", driver.engine.word(), out.display());
    if driver.engine.keeps_order() {
        same(&what, &found, &expected);
    } else {
        same(&what, &found.sorted(), &expected.clone().sorted());
    }
    expected
}

/// How many folders of dates a lake has.
fn dates(out: &Path) -> usize {
    fs::read_dir(out.join("readings")).expect("the lake").count()
}

fn hostile(driver: &mut Driver) {
    let out = run(&format!("hostile-{}", driver.engine.word()), &[("log.csv", &hostile_log())], &[]);
    let table = compare(driver, &out, Tz::UTC);
    assert!(table.rows.len() > 150, "{}", table.rows.len());
    assert_eq!(dates(&out), TIMES.len() - 1, "two times share a date");
    let devices: BTreeSet<&Cell> = table.column("device_id").collect();
    assert_eq!(devices.len(), DEVICES.len() + 1);
    let pressures: BTreeSet<&Cell> = table.column("pressure_hpa").collect();
    for value in PRESSURES {
        assert!(pressures.contains(&Cell::Number(value.to_bits())), "{value:?} is among the pressures");
    }
    assert!(table.column("temperature_celsius").any(|cell| *cell == Cell::Number((-0.0_f64).to_bits())));
    for name in ["co2_ppm", "temp_rolling_avg_3", "valid_until"] {
        assert!(table.column(name).any(|cell| *cell == Cell::Missing), "{name} misses some");
        assert!(table.column(name).any(|cell| *cell != Cell::Missing), "{name} has some");
    }
    for (name, kind) in table.names.iter().zip(&table.kinds).filter(|(_, kind)| *kind == "number") {
        let nan = |cell: &Cell| matches!(cell, Cell::Number(bits) if f64::from_bits(*bits).is_nan());
        assert!(!table.column(name).any(nan), "{name}, a {kind}, is never NaN");
    }
    assert!(table.names.contains(&"date_2".into()), "{:?}", table.names);
}

fn several(driver: &mut Driver) {
    let header = HEADER.trim_end_matches(",co2_ppm,date");
    let one = format!("{header}\n2024-03-01 08:00:00,a,20,50,1000,80\n2024-03-01 08:00:00,a,,50,1000,80\n");
    let two =
        format!("{header},co2_ppm\n2024-03-01 08:00:00,a,22,50,1000,80,400\n2024-03-02 08:00:00,b,20,50,1000,80,\n");
    let out = run(&format!("several-{}", driver.engine.word()), &[("=a, \"b\".csv", &one), ("gerät 2.csv", &two)], &[]);
    let table = compare(driver, &out, Tz::UTC);
    let sources: Vec<&Cell> = table.column("source_file").collect();
    let text = |text: &str| Cell::Text(text.into());
    assert_eq!(sources, [&text("=a, \"b\".csv"), &text("=a, \"b\".csv"), &text("gerät 2.csv"), &text("gerät 2.csv")]);
    let lines: Vec<&Cell> = table.column("source_line").collect();
    assert_eq!(lines, [2, 3, 2, 3].map(Cell::Whole).iter().collect::<Vec<_>>());
    assert_eq!(table.kinds[table.place("source_line")], "long");
}

/// A reading an hour over a change of clocks, and around midnight on both sides of Greenwich.
fn zones(driver: &mut Driver) {
    let mut text = format!("{}\n", HEADER.trim_end_matches(",co2_ppm,date"));
    for hour in 0..72 {
        let (day, hour) = (9 + hour / 24, hour % 24);
        text +=
            &format!("2024-03-{day:02}T{hour:02}:30:00Z,a,20,50,1000,80\n1969-12-31T{hour:02}:59:59Z,b,20,50,1,80\n");
    }
    for zone in [Tz::America__New_York, Tz::Asia__Kolkata, Tz::UTC] {
        let name = format!("zone-{}-{}", zone.name().replace('/', "-"), driver.engine.word());
        let out = run(&name, &[("log.csv", &text)], &["--zone", zone.name()]);
        let table = compare(driver, &out, zone);
        assert_eq!(table.rows.len(), 144, "{zone}");
        let expected = if zone == Tz::UTC { 4 } else { 6 };
        assert_eq!(dates(&out), expected, "{zone}");
    }
}

/// The file of the library's export and of the page.
fn single(driver: &mut Driver) {
    let (file, csv) =
        export_of(&format!("single-{}", driver.engine.word()), hostile_log().as_bytes(), &Recipe::default())
            .expect("readings are left");
    let expected = Table::of_csv(&csv, None);
    assert!(expected.rows.len() > 150 && expected.names.contains(&"date".into()));
    same(driver.engine.word(), &sorted_unless_kept(driver, &file), &sorted_if(driver, expected));
}

fn sorted_unless_kept(driver: &mut Driver, file: &Path) -> Table {
    let found = driver.rows(file);
    sorted_if(driver, found)
}

fn sorted_if(driver: &Driver, table: Table) -> Table {
    if driver.engine.keeps_order() { table } else { table.sorted() }
}

/// Writes the library's one file of a log into a folder of the tests; beside it the library's CSV. None where no reading is left.
pub fn export_of(name: &str, log: &[u8], recipe: &Recipe) -> Option<(PathBuf, Vec<u8>)> {
    let files = vec![("input.csv".to_string(), Bytes(log.to_vec()))];
    let mut opened = read_files(files, &recipe.contract, &mut |_| {}).ok()?;
    let outcome = pipeline::run(&mut opened.log, recipe);
    let (mut parquet, mut csv) = (Vec::new(), Vec::new());
    let rows = export::readings_parquet(&mut parquet, &outcome, recipe).expect("memory takes all");
    assert_eq!(export::readings_csv(&mut csv, &outcome, recipe).expect("memory takes all"), rows);
    let path = place(name).join("readings.parquet");
    fs::write(&path, parquet).expect("the file is written");
    (rows > 0).then_some((path, csv))
}

fn large(driver: &mut Driver) {
    let mut text = format!("{}\n", HEADER.trim_end_matches(",co2_ppm,date"));
    let mut seed = 7_u64;
    for row in 0..100_000_u32 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let cell = |shift: u32, low: u64, span: u64| {
            let value = seed >> shift & 0xffff;
            if value.is_multiple_of(50) { String::new() } else { format!("{}.{:02}", low + value % span, value % 100) }
        };
        let (device, minute) = (row % 25, row / 25);
        let time = format!("2024-03-{:02} {:02}:{:02}:00", 1 + minute / 1440, minute / 60 % 24, minute % 60);
        let (celsius, humidity, pressure) = (cell(3, 15, 20), cell(11, 20, 70), cell(23, 980, 60));
        text += &format!("{time},sensor_{device:03},{celsius},{humidity},{pressure},{}\n", 5 + (seed >> 40) % 90);
    }
    let out = run(&format!("large-{}", driver.engine.word()), &[("log.csv", &text)], &[]);
    let table = compare(driver, &out, Tz::UTC);
    assert_eq!(table.rows.len(), 100_000);
}
