//! The command line as a program: its folder, its exit codes, its words.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const HEADER: &str = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n";
/// Two dates, two devices, a gap, a low battery, and one value out of bounds.
const ROWS: &str = "2024-03-01 08:00:00,b,20,50,1000,80\n2024-03-01 08:10:00,b,,51,1001,14\n2024-03-02 08:00:00,b,22,52,1002,79\n\
                    2024-03-01 08:00:00,a,51,50,1000,80\n2024-03-01 08:10:00,a,20.5,50,1000,80\n";

/// A folder of this test alone.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn log(&self, name: &str) {
        self.write(name, format!("{HEADER}{ROWS}"));
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs `sensorium run` here with these words.
    fn run(&self, words: &str) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sensorium"));
        Ran::new(command.current_dir(&self.0).arg("run").args(words.split_whitespace()).output().unwrap())
    }

    /// Every file below, by path, with its bytes.
    fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.0.join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&self.0).unwrap().to_string_lossy().into_owned();
                    found.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        found
    }

    /// Names of everything that stands here, hidden or not.
    fn entries(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn new(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {:?} {}", self.out, self.err))
    }

    #[track_caller]
    fn refused(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        for part in parts {
            assert!(self.err.contains(part), "no {part:?} in {}", self.err);
        }
    }
}

#[test]
fn a_star_schema_is_written_where_it_is_asked_for() {
    let place = Place::new("star");
    place.log("gateway.csv");
    let ran = place.run("gateway.csv --out out --star-schema");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.contains("out: readings/ (2 dates), star/, readings.csv, "), "{}", ran.out);
    let files = place.files("out/star");
    let names: Vec<&str> = files.keys().map(|name| name.trim_start_matches("out/star/")).collect();
    let expected =
        ["README.txt", "daily_statistics.csv", "dim_devices.csv", "fact_sensor_readings.csv", "load.sql", "schema.sql"];
    assert_eq!(names, expected);
    assert_eq!(place.read("out/star/fact_sensor_readings.csv").lines().count(), 5);
    let log = place.read("out/run.log");
    for part in ["star/dim_devices.csv: 2 rows, ", "star/fact_sensor_readings.csv: 4 rows, ", "star/load.sql: 0 rows, "]
    {
        assert!(log.contains(part), "no {part:?} in {log}");
    }
    place.run("gateway.csv --out out");
    assert!(place.files("out/star").is_empty(), "the folder is replaced as a whole");
}

#[test]
fn charts_and_report_are_written_where_they_are_asked_for() {
    let place = Place::new("pictures");
    place.log("gateway.csv");
    let ran = place.run("gateway.csv --out out --charts --report");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.contains("out: readings/ (2 dates), charts/ (6 views), readings.csv, "), "{}", ran.out);
    assert!(ran.out.contains("dropped.csv, report.html, run.log"), "{}", ran.out);
    let files = place.files("out/charts");
    let names: Vec<&str> = files.keys().map(|name| name.trim_start_matches("out/charts/")).collect();
    let views = ["anomalies", "battery", "heatmap", "humidity", "rolling", "temperature"];
    let expected: Vec<String> = views.iter().flat_map(|view| [format!("{view}.png"), format!("{view}.svg")]).collect();
    assert_eq!(names, expected);
    let report = place.read("out/report.html");
    for (name, bytes) in &files {
        if name.ends_with(".png") {
            assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "{name}");
        } else {
            let svg = std::str::from_utf8(bytes).unwrap();
            assert!(report.contains(svg.strip_prefix("<svg").unwrap()), "{name} does not stand in the report");
        }
    }
    for part in
        ["gateway.csv", "out_of_bounds", "<code>51</code>", "data-count=\"readings\" data-value=\"4\"", " UTC</p>"]
    {
        assert!(report.contains(part), "no {part:?}");
    }
    let log = place.read("out/run.log");
    for part in ["charts/temperature.svg: 0 rows, ", "charts/rolling.png: 0 rows, ", "report.html: 0 rows, "] {
        assert!(log.contains(part), "no {part:?} in {log}");
    }
    assert_eq!(place.run("gateway.csv --out out").code, 0);
    let names: Vec<String> = place.files("out").into_keys().collect();
    assert!(names.iter().all(|name| !name.contains("charts") && !name.contains("report")), "{names:?}");
    // A report alone, of a log that has one metric.
    place.write(
        "cellar.csv",
        "timestamp,device_id,temperature_celsius\n2024-03-01 08:00:00,a,20\n2024-03-01 09:00:00,a,21\n",
    );
    let ran = place.run("cellar.csv --out out --report");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(place.files("out/charts").is_empty());
    assert_eq!(place.read("out/report.html").matches("<figure>").count(), 4, "views without humidity and battery");
    let ran = place.run("gateway.csv --out out --charts --report --mode strict");
    assert_eq!(ran.code, 1);
    assert!(place.read("out/report.html").contains("cellar.csv"), "a refused run leaves the last report");
}

#[test]
fn a_run_writes_every_file_and_reports() {
    let place = Place::new("whole");
    place.log("gateway.csv");
    let ran = place.run("gateway.csv --out deep/er/out");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    for part in ["5 rows from gateway.csv", "4 of 2 devices", "1 cell (6.2 %)", "1 row", "1 low battery", "(2 dates)"] {
        assert!(ran.out.contains(part), "no {part:?} in {}", ran.out);
    }
    let files = place.files("deep/er/out");
    let names: Vec<&str> = files.keys().map(|name| name.trim_start_matches("deep/er/out/")).collect();
    assert_eq!(
        names,
        [
            "anomalies.csv",
            "daily.csv",
            "dropped.csv",
            "readings.csv",
            "readings/date=2024-03-01/part-0.parquet",
            "readings/date=2024-03-02/part-0.parquet",
            "run.log",
            "set_aside.csv"
        ]
    );
    assert_eq!(
        place.read("deep/er/out/set_aside.csv"),
        "file,line,column,value,rule,row\n\
         gateway.csv,5,temperature_celsius,51,out_of_bounds,\"2024-03-01 08:00:00,a,51,50,1000,80\"\n"
    );
    assert_eq!(place.read("deep/er/out/dropped.csv"), "file,line,reason,row\n");
    assert_eq!(place.read("deep/er/out/readings.csv").lines().count(), 5);
    let log = place.read("deep/er/out/run.log");
    assert!(log.contains("readings.csv: 4 rows, ") && log.contains("part-0.parquet: 1 rows"), "{log}");
    assert_eq!(place.entries(), ["deep", "gateway.csv"], "nothing is left beside");
    assert_eq!(fs::read_dir(place.0.join("deep/er")).unwrap().count(), 1, "nothing is left beside the folder");
}

#[test]
fn json_has_exactly_the_named_keys() {
    let place = Place::new("json");
    place.log("gateway.csv");
    let ran = place.run("gateway.csv --out out --json");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let violation = json!({
        "file": "gateway.csv", "line": 5, "column": "temperature_celsius", "value": "51", "rule": "out_of_bounds"
    });
    assert_eq!(
        ran.json(),
        json!({
            "rows_read": 5, "rows_out": 4, "rows_dropped": 0, "rows_set_aside": 1, "rows_outside_range": 0, "devices": 2,
            "filled": {
                "temperature_celsius": 1, "humidity_percent": 0, "pressure_hpa": 0, "battery_level_percent": 0
            },
            "anomalies": {"High Temperature": 0, "Low Battery": 1, "High Temp & Low Battery": 0},
            "violations": [violation],
        })
    );
    let ran = place.run("gateway.csv --out out --json --mode strict");
    ran.refused(1, &["gateway.csv line 5, temperature_celsius", "--mode set-aside", "--mode repair"]);
    assert_eq!(
        ran.json(),
        json!({
            "rows_read": 5, "rows_out": null, "rows_dropped": null, "rows_set_aside": null, "rows_outside_range": null,
            "devices": null, "filled": null, "anomalies": null, "violations": [violation],
        })
    );
}

#[test]
fn repair_keeps_the_row_and_lists_what_it_took() {
    let place = Place::new("repair");
    place.log("gateway.csv");
    let ran = place.run("gateway.csv --out out --mode repair --json");
    let json = ran.json();
    assert_eq!((ran.code, &json["rows_out"], &json["rows_set_aside"]), (0, &json!(5), &json!(0)));
    assert_eq!(json["filled"]["temperature_celsius"], 2);
    assert_eq!(place.read("out/set_aside.csv").lines().count(), 1);
    let log = place.read("out/run.log");
    assert!(log.contains("Cells repaired\n  gateway.csv line 5, temperature_celsius"), "{log}");
}

#[test]
fn the_same_run_gives_the_same_bytes_and_never_doubles() {
    let place = Place::new("again");
    place.log("gateway.csv");
    assert_eq!(place.run("gateway.csv --out out").code, 0);
    let first = place.files("out");
    place.write("out/readings/date=1999-01-01/part-0.parquet", "stale");
    assert_eq!(place.run("gateway.csv --out out").code, 0);
    assert!(place.files("out") == first, "a second run replaces the first whole");
    assert_eq!(place.entries(), ["gateway.csv", "out"]);
}

#[test]
fn a_refused_run_touches_nothing() {
    let place = Place::new("refused");
    place.log("gateway.csv");
    place.write("short.csv", "timestamp,device_id\n2024-03-01,a\n");
    place.write("empty.csv", "");
    assert_eq!(place.run("gateway.csv --out out").code, 0);
    let before = place.files("out");
    place.run("gateway.csv --out out --mode strict").refused(1, &["refused in strict mode"]);
    place.run("short.csv --out out").refused(1, &["temperature_celsius", "header"]);
    place.run("empty.csv --out out").refused(2, &["the file is empty"]);
    place.run("absent.csv --out out").refused(2, &["there is no file absent.csv"]);
    place.run("gateway.csv --out new --mode strict").refused(1, &[]);
    assert!(place.files("out") == before);
    assert_eq!(place.entries(), ["empty.csv", "gateway.csv", "out", "short.csv"]);
}

#[test]
fn a_folder_of_someone_else_is_never_replaced() {
    let place = Place::new("foreign");
    place.log("gateway.csv");
    place.write("theirs/notes.txt", "keep me");
    place.write("logged/run.log", "a log of another program");
    place.write("file", "a file");
    fs::create_dir(place.0.join("empty")).unwrap();
    let before = (place.files("theirs"), place.files("logged"));
    place.run("gateway.csv --out theirs").refused(2, &["theirs holds files that sensorium did not write"]);
    place.run("gateway.csv --out logged").refused(2, &["logged holds files"]);
    place.run("gateway.csv --out file").refused(2, &["file is a file"]);
    place.run("gateway.csv --out .").refused(2, &["name a folder of its own"]);
    place.run("gateway.csv --out ..").refused(2, &["name a folder of its own"]);
    place.run("gateway.csv --out /").refused(2, &["name a folder of its own"]);
    place.run("gateway.csv --out absent/../out").refused(2, &["cannot be used"]);
    assert!(before == (place.files("theirs"), place.files("logged")));
    assert_eq!(place.run("gateway.csv --out empty").code, 0, "an empty folder may be used");
    // Reading from the folder that would be replaced would lose what was read.
    place.run("empty/readings.csv --out empty").refused(2, &["lies inside empty"]);
    place.run("gateway.csv --out empty --findings empty/f.csv").refused(2, &["lies inside empty"]);
    place.run("gateway.csv --out new --findings gateway.csv").refused(2, &["is a log to be read"]);
    assert_eq!(place.read("gateway.csv"), format!("{HEADER}{ROWS}"));
    assert!(!place.0.join("new").exists());
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_is_followed_and_stays() {
    let place = Place::new("link");
    place.log("gateway.csv");
    fs::create_dir(place.0.join("real")).unwrap();
    std::os::unix::fs::symlink("real", place.0.join("out")).unwrap();
    assert_eq!(place.run("gateway.csv --out out").code, 0);
    assert!(place.0.join("real/run.log").is_file());
    assert!(fs::symlink_metadata(place.0.join("out")).unwrap().is_symlink());
}

#[test]
fn a_crash_between_the_renames_is_undone_by_the_next_run() {
    let place = Place::new("crash");
    place.log("gateway.csv");
    assert_eq!(place.run("gateway.csv --out out").code, 0);
    fs::rename(place.0.join("out"), place.0.join(".out.sensorium-old")).unwrap();
    if Path::new("/proc/self").exists() {
        // No process has so high a number.
        place.write(".out.sensorium-new-4294967294/readings.csv", "half");
    }
    assert_eq!(place.run("gateway.csv --out out").code, 0);
    assert_eq!(place.entries(), ["gateway.csv", "out"]);
}

#[test]
fn findings_go_to_a_file_in_any_case() {
    let place = Place::new("findings");
    let rows = format!("{HEADER}2024-03-01,a,=1+1,50,1000,80\n2024-03-02,a,-,50,1000,80\n2024-03-03,a,20,50,1000,80\n");
    place.write("a.csv", rows);
    assert_eq!(place.run("a.csv --out out --findings f.csv").code, 0);
    let expected = "file,line,column,value,rule\n\
                    a.csv,2,temperature_celsius,=1+1,not_a_number\na.csv,3,temperature_celsius,-,not_a_number\n";
    assert_eq!(place.read("f.csv"), expected);
    place.run("a.csv --out new --mode strict --findings f.tsv").refused(1, &[]);
    assert_eq!(place.read("f.tsv"), expected.replace(',', "\t"));
    assert!(!place.0.join("new").exists());
}

#[test]
fn nothing_left_is_refused_with_the_reason_of_every_row() {
    let place = Place::new("nothing");
    place.write("header.csv", HEADER);
    place.write("dropped.csv", format!("{HEADER}2024-03-01,a,20,50,1000,\n2024-03-02,a,20,50,1000,NA\n"));
    place.write("violating.csv", format!("{HEADER}2024-03-01,a,99,50,1000,1\n"));
    place.log("gateway.csv");
    let ran = place.run("header.csv --out out --json");
    ran.refused(1, &["no reading after the header"]);
    let only = json!([{"file": "header.csv", "line": null, "column": null, "value": null, "rule": "no reading"}]);
    assert_eq!((&ran.json()["violations"], &ran.json()["rows_read"]), (&only, &json!(0)));
    let ran = place.run("dropped.csv --out out --json");
    ran.refused(1, &["no reading is left of 2 rows: 2 dropped"]);
    let violations = ran.json()["violations"].clone();
    assert_eq!((violations.as_array().unwrap().len(), &violations[2]["line"]), (3, &json!(3)));
    assert_eq!(violations[1]["rule"], "missing battery_level_percent");
    place.run("violating.csv --out out").refused(1, &["1 set aside", "violating.csv line 2, temperature_celsius"]);
    place.run("gateway.csv --out out --recipe from=2030-01-01").refused(1, &["outside the date range"]);
    assert!(!place.0.join("out").exists());
}

#[test]
fn several_files_become_one_table_in_the_order_given() {
    let place = Place::new("several");
    place.log("z.csv");
    place.write("a.csv", format!("{HEADER}2024-03-01 08:05:00,b,20,50,1000,80\n"));
    place.write("sub/z.csv", format!("{HEADER}2024-03-05 08:05:00,c,20,50,1000,80\n"));
    place.log("twin.csv");
    let ran = place.run("z.csv a.csv twin.csv --out out --json");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("twin.csv holds the same bytes as z.csv"), "{}", ran.err);
    let json = ran.json();
    assert_eq!(json["rows_read"], 6);
    let twin = json!({
        "file": "twin.csv", "line": null, "column": null, "value": null, "rule": "same bytes as z.csv, read once"
    });
    assert_eq!(json["violations"][0], twin);
    let readings = place.read("out/readings.csv");
    let rows: Vec<&str> = readings.lines().collect();
    assert!(rows[0].ends_with(",source_file,source_line"));
    assert!(rows[2].starts_with("2024-03-01 08:00:00,b,") && rows[2].ends_with(",z.csv,2"), "{}", rows[2]);
    assert!(rows[3].starts_with("2024-03-01 08:05:00,b,") && rows[3].ends_with(",a.csv,2"), "{}", rows[3]);
    // Two files of one name are told apart by their paths.
    assert_eq!(place.run("z.csv sub/z.csv --out out").code, 0);
    assert!(place.read("out/readings.csv").contains("sub/z.csv,2"));
}

#[test]
fn an_unreadable_file_is_left_out_alone_unless_strict() {
    let place = Place::new("unreadable");
    place.write("good.csv", format!("{HEADER}2024-03-01 08:05:00,b,20,50,1000,80\n"));
    place.write("picture.csv", b"\x89PNG\r\n\x1a\n");
    place.write("short.csv", "timestamp,device_id\n2024-03-01,a\n");
    fs::create_dir(place.0.join("folder")).unwrap();
    let ran = place.run("picture.csv good.csv absent.csv folder short.csv --out out --json");
    assert_eq!(ran.code, 0, "{}", ran.err);
    for part in ["PNG picture", "there is no file absent.csv", "folder is a folder", "short.csv line 1"] {
        assert!(ran.err.contains(part), "no {part:?} in {}", ran.err);
    }
    let json = ran.json();
    assert_eq!(json["rows_out"], 1);
    // One for the picture, the absent file and the folder each, four for the columns that short.csv lacks.
    assert_eq!(json["violations"].as_array().unwrap().len(), 7);
    assert!(place.read("out/run.log").contains("PNG picture"));

    place.run("picture.csv good.csv --out new --mode strict").refused(2, &["PNG picture"]);
    place.run("short.csv good.csv --out new --mode strict").refused(1, &["short.csv"]);
    let ran = place.run("picture.csv absent.csv --out new --json");
    ran.refused(2, &["PNG picture", "there is no file absent.csv"]);
    assert_eq!(ran.json()["rows_read"], 0);
    assert!(!place.0.join("new").exists());
}

#[test]
fn the_recipe_is_a_query_a_link_or_a_file_and_a_flag_beats_it() {
    let place = Place::new("recipe");
    place.log("gateway.csv");
    place.write("recipe.json", r#"{"low_battery": 80, "mode": "strict"}"#);
    let low = |words: &str| {
        let ran = place.run(&format!("gateway.csv --out out --json {words}"));
        assert_eq!(ran.code, 0, "{words}: {}", ran.err);
        ran.json()["anomalies"]["Low Battery"].as_u64().unwrap()
    };
    assert_eq!(low(""), 1);
    assert_eq!(low("--recipe low_battery=80"), 2);
    assert_eq!(low("--recipe https://host.example/x/?low_battery=80#tab=battery"), 2);
    assert_eq!(low("--recipe recipe.json --mode set-aside"), 2);
    place.run("gateway.csv --out new --recipe recipe.json").refused(1, &["refused in strict mode"]);
    for (words, part) in [
        ("--recipe high_tmp=1", "high_tmp=1"),
        ("--recipe high_temp=warm", "high_temp=warm"),
        ("--recipe absent.json", "absent.json"),
        ("--mode lenient", "lenient"),
        ("--unknown", "--unknown"),
    ] {
        let ran = place.run(&format!("gateway.csv --out new --json {words}"));
        ran.refused(2, &[part]);
        assert_eq!(ran.out, "");
    }
    assert!(!place.0.join("new").exists());
}

#[test]
fn formulas_are_kept_as_text_and_our_own_file_reads_back_equal() {
    let place = Place::new("guard");
    let rows = format!(
        "{HEADER}2024-03-01 08:00:00.25,=1+1,20,50,1000,80\n2024-03-01 08:00:01,'quoted,-5,50,1000,80\n\
         2024-03-01 08:00:02,\"a,\"\"b\"\"\",1e-7,50,1e300,80\n2024-03-01 08:00:03,<b>,0.1,50,1000,80\n"
    );
    place.write("a.csv", rows);
    assert_eq!(place.run("a.csv --out out").code, 0);
    let first = place.read("out/readings.csv");
    assert!(first.contains(",'=1+1,20.0,") && first.contains(",''quoted,-5.0,") && first.contains(",<b>,"), "{first}");
    fs::copy(place.0.join("out/readings.csv"), place.0.join("b.csv")).unwrap();
    assert_eq!(place.run("b.csv --out again").code, 0);
    assert_eq!(place.read("again/readings.csv"), first);
}

/// Runs `sensorium inspect` here.
fn inspect(place: &Place, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sensorium"));
    command.current_dir(&place.0).arg("inspect").args(words).output().unwrap()
}

#[test]
fn inspect_prints_the_reading_card() {
    let place = Place::new("inspect");
    place.write("cellar.csv", "Plot: x\nwhen;T1;note\n13/05/2024 08:00;20,5;a\n13/05/2024 08:15;-999;b\n");
    let ran = inspect(&place, &["cellar.csv", "--json"]);
    assert!(ran.status.success());
    let card: Value = serde_json::from_slice(&ran.stdout).unwrap();
    for (key, expected) in [
        ("/preset", Value::Null),
        ("/encoding", json!("ascii")),
        ("/delimiter", json!(";")),
        ("/decimal", json!(",")),
        ("/header_line", json!(2)),
        ("/time/columns", json!(["when"])),
        ("/time/format", json!("%d/%m/%Y %H:%M")),
        ("/time/order", json!("day-first")),
        ("/time/evidence_line", json!(3)),
        ("/time/zone", json!("UTC (assumed)")),
        ("/time/first", json!("2024-05-13T08:00:00Z")),
        ("/time/last", json!("2024-05-13T08:15:00Z")),
        ("/devices", json!(["cellar"])),
        ("/metrics/0/name", json!("t1")),
        ("/metrics/0/source", json!("T1")),
        ("/metrics/0/present", json!(1)),
        ("/metrics/0/missing", json!(1)),
        ("/metrics/0/missing_as", json!([["-999", 1]])),
        ("/metrics/0/mean", json!(20.5)),
        ("/data_rows", json!(2)),
        ("/skipped", json!([{"line": 1, "reason": "stands before the table"}])),
        ("/question", Value::Null),
        ("/refused", json!([])),
    ] {
        assert_eq!(card.pointer(key), Some(&expected), "{key}");
    }
    // What a person says goes before what is found.
    let words =
        ["cellar.csv", "--map", "T1=temperature_celsius:°F", "--device-from", "note", "--zone", "Europe/Berlin"];
    let text = String::from_utf8(inspect(&place, &words).stdout).unwrap();
    for words in
        ["temperature_celsius °C from \"T1\", written in °F", "devices      a, b (column note)", "2024-05-13T06:00:00Z"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    let measured = String::from_utf8(inspect(&place, &["cellar.csv", "--measured", "-999"]).stdout).unwrap();
    assert!(measured.contains("2 present, 0 missing"), "{measured}");
    let header = String::from_utf8(inspect(&place, &["cellar.csv", "--header-line", "3"]).stdout).unwrap();
    assert!(header.contains("header       line 3") && header.contains("rows         1 with a time"), "{header}");
    let missing = String::from_utf8(inspect(&place, &["cellar.csv", "--missing", "20.5"]).stdout).unwrap();
    assert!(missing.contains("-999 ×1, 20.5 ×1") || missing.contains("20.5 ×1"), "{missing}");
    // Found out by the names of columns, inside an archive too; or said.
    let row = |n: u32| format!("2024-05-13 08:{n:02},2{n}.5,倉庫\n");
    let rows = (1..9).map(row).collect::<String>();
    let text = format!("日時,温度,設置\n{rows}2024-05-13 08:15,off,倉庫\n");
    let japanese = encoding_rs::SHIFT_JIS.encode(&text).0;
    place.write("shed.csv", &japanese);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&japanese).unwrap();
    place.write("shed.csv.gz", packed.finish().unwrap());
    for (words, encoding, name) in [
        (&["shed.csv"][..], "shift_jis", "temperature_celsius"),
        (&["shed.csv.gz", "--missing", "OFF"], "shift_jis", "temperature_celsius"),
        (&["shed.csv", "--encoding", "windows-1252"], "windows-1252", "‰·“x"),
    ] {
        let text = String::from_utf8(inspect(&place, words).stdout).unwrap();
        assert!(text.contains(&format!("encoding     {encoding}\n")) && text.contains(name), "{words:?}: {text}");
        assert_eq!(text.contains("OFF") || text.contains("off ×1"), words.contains(&"OFF"), "{text}");
    }
    for (words, code, sentence) in [
        (&["cellar.csv", "--zone", "Mars"][..], 2, "neither an offset"),
        (&["cellar.csv", "--encoding", "morse"], 2, "there is no encoding \"morse\""),
        (&["cellar.csv", "--map", "T1"], 2, "no NAME=METRIC[:UNIT]"),
        (&["cellar.csv", "--delimiter", "dots"], 2, "possible values"),
        (&["absent.csv"], 2, "there is no file"),
    ] {
        let ran = inspect(&place, words);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!((ran.status.code(), said.contains(sentence)), (Some(code), true), "{words:?}: {said}");
    }
}

#[test]
fn a_link_says_how_files_were_read() {
    let place = Place::new("read_link");
    place.write("cellar.csv", "when;T1\n2024-05-13 08:00;50\n2024-05-13 08:15;59\n");
    let link = "https://host.example/?high_temp=12&zone=%2B02%3A00#read.map=T1:temperature_celsius:%C2%B0F";
    let ran = place.run(&format!("cellar.csv --out out --json --recipe {link}"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let readings = place.read("out/readings.csv");
    assert!(readings.contains("\n2024-05-13 06:00:00,cellar,10.0,"), "{readings}");
    assert!(place.read("out/run.log").contains("zone=%2B02%3A00"), "{}", place.read("out/run.log"));
    let ran = place.run("cellar.csv --out out --recipe zone=Mars");
    assert!(ran.code == 2 && ran.err.contains("\"Mars\" is neither an offset"), "{}", ran.err);
}

/// Runs `sensorium sql` with these words.
fn sql(words: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sensorium")).arg("sql").args(words.split_whitespace()).output().unwrap()
}

#[test]
fn the_recipe_is_printed_as_sql() {
    let out = sql(
        "--engine duckdb --csv a.csv --csv logs/*.csv --recipe high_temp=28.5&from=2024-03-01 --mode repair --metric CO2",
    );
    assert_eq!((out.status.code(), out.stderr.len()), (Some(0), 0));
    let text = String::from_utf8(out.stdout).unwrap();
    for part in [
        "the recipe high_temp=28.5&mode=repair&from=2024-03-01 as SQL for DuckDB",
        "read_text(['a.csv', 'logs/*.csv'])",
        "temp_rolling_avg_3 > 28.5e0",
        "date '2024-03-01'",
        "as source_file",
        "\"CO2\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let out = sql(
        "--engine postgresql --csv a.csv --delimiter semicolon --recipe https://host.example/?zone=Europe%2FBerlin&date_order=day-first#read.encoding=latin1",
    );
    let text = String::from_utf8(out.stdout).unwrap();
    for part in
        ["The clock of Europe/Berlin", "(1711846800, 7200)", ">= b and a >= c then 'day-first'", "'LATIN1'", "[;]"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    let json =
        r#"{"low_battery":7,"contract":{"columns":[{"name":"t","kind":"timestamp"},{"name":"d","kind":"device"}]}}"#;
    let place = Place::new("sql");
    place.write("recipe.json", json);
    let path = place.0.join("recipe.json").display().to_string();
    let out = sql(&format!("--engine spark --table lake.raw --ordinal n --schema clean --recipe {path}"));
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.contains("from `lake`.`raw`") && text.contains("create table `clean`.readings"), "{text}");
}

#[test]
fn sql_that_cannot_be_kept_is_refused() {
    for (words, part) in [
        ("--engine postgresql --csv logs/*.csv", "PostgreSQL's client reads files by their names"),
        ("--engine duckdb --table raw", "--ordinal"),
        ("--engine duckdb", "--csv"),
        ("--engine oracle --csv a.csv", "oracle"),
        ("--engine duckdb --csv a.csv --zone Nowhere/City", "neither an offset"),
        ("--engine duckdb --csv a.csv --zone Europe/Berlin --unread note", "--unread: with a zone"),
        ("--engine duckdb --csv a.csv --encoding shift_jis", "the encoding shift_jis cannot be kept"),
        ("--engine duckdb --csv a.csv --delimiter blanks", "not at runs of blanks"),
        ("--engine duckdb --csv a.csv --map T=temperature_celsius", "cannot be kept: columns mapped"),
        (
            "--engine duckdb --csv a.csv --recipe https://host.example/#read.decimal=comma",
            "cannot be kept: decimal mark",
        ),
        ("--engine spark --csv a.csv --mode strict --device-from file", "strict mode refuses"),
        ("--engine duckdb --csv a.csv --recipe high_tmp=3", "high_tmp=3"),
        ("--engine spark --csv a.csv --mode strict --lacking pressure_hpa", "strict mode refuses"),
    ] {
        let out = sql(words);
        let said = String::from_utf8(out.stderr).unwrap();
        assert_eq!((out.status.code(), out.stdout.len()), (Some(2), 0), "{words}: {said}");
        assert!(said.contains(part), "{words}: {said}");
    }
}

#[test]
fn help_version_and_a_reader_that_goes_away() {
    let run = |words: &[&str]| Ran::new(Command::new(env!("CARGO_BIN_EXE_sensorium")).args(words).output().unwrap());
    let help = run(&["run", "--help"]);
    assert_eq!(help.code, 0);
    for part in
        ["--out", "--recipe", "--findings", "possible values: set-aside, repair, strict", "Exit codes", "Examples"]
    {
        assert!(help.out.contains(part), "no {part:?} in {}", help.out);
    }
    assert!(run(&["--version"]).out.contains(env!("CARGO_PKG_VERSION")));
    assert_eq!(run(&[]).code, 2);
    assert_eq!(run(&["run"]).code, 2);

    let place = Place::new("pipe");
    let mut rows = String::from(HEADER);
    (0..20_000).for_each(|i| rows += &format!("{i},a,ERR,50,1000,80\n"));
    rows += "20001,a,20,50,1000,80\n";
    place.write("a.csv", rows);
    let mut child = Command::new(env!("CARGO_BIN_EXE_sensorium"))
        .current_dir(&place.0)
        .args(["run", "a.csv", "--out", "out", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = Ran::new(child.wait_with_output().unwrap());
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "a closed pipe is no failure");
}

fn packed(text: &str) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

/// Logs in folders, one row each, on a day each: two, a deeper one, and hidden ones.
fn fleet(name: &str) -> Place {
    let place = Place::new(name);
    let row = |day: u32| packed(&format!("{HEADER}2024-03-{day:02} 08:00:00,b,20,50,1000,80\n"));
    for (day, log) in [
        (2, "logs/b.csv.gz"),
        (1, "logs/a.csv.gz"),
        (3, "logs/deep/c.csv.gz"),
        (4, "logs/.d.csv.gz"),
        (5, "logs/.e/f.csv.gz"),
    ] {
        place.write(log, row(day));
    }
    place.write("logs/notes.txt", "no log");
    place
}

#[test]
fn patterns_that_the_shell_left_are_expanded() {
    let place = fleet("patterns");
    let sources = |words: &str| {
        let ran = place.run(&format!("{words} --out out"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{words}: {}", ran.out);
        let readings = place.read("out/readings.csv");
        readings.lines().skip(1).map(|row| row.rsplit(',').nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(sources("logs/*.csv.gz"), ["a.csv.gz", "b.csv.gz"]);
    assert_eq!(sources("logs/?.csv.*"), ["a.csv.gz", "b.csv.gz"]);
    assert_eq!(sources("logs/**/*.csv.gz"), ["a.csv.gz", "b.csv.gz", "c.csv.gz"]);
    assert_eq!(sources("logs/b.csv.gz logs/[ab].csv.gz"), ["a.csv.gz", "b.csv.gz"], "a file is meant once");
    assert!(
        place.read("out/run.log").find("b.csv.gz") < place.read("out/run.log").find("a.csv.gz"),
        "as they are named"
    );
    // A file of that very name is no pattern.
    place.log("odd[1].csv");
    let ran = place.run("odd[1].csv --out out --json");
    assert_eq!((ran.code, &ran.json()["rows_read"]), (0, &json!(5)), "{}", ran.err);

    let card = inspect(&place, &["logs/*.csv.gz", "--json"]);
    let card: Value = serde_json::from_slice(&card.stdout).unwrap();
    assert_eq!((&card["data_rows"], &card["time"]["last"]), (&json!(2), &json!("2024-03-02T08:00:00Z")));
}

#[test]
fn what_matches_nothing_and_folders_are_refused() {
    let place = fleet("unmatched");
    for (words, part) in [
        ("logs/*.csv", "no file matches logs/*.csv; check the pattern"),
        ("logs/a.csv.gz absent/*.csv", "no file matches absent/*.csv"),
        ("log?", "log? matches folders alone; name the files in them, such as 'log?/*.csv'"),
        ("logs/[a.csv", "logs/[a.csv is no pattern"),
        ("logs", "logs is a folder; name the files in it, such as 'logs/*.csv'"),
    ] {
        let ran = place.run(&format!("{words} --out out --json"));
        ran.refused(2, &[part]);
        let said = inspect(&place, &words.split(' ').collect::<Vec<_>>());
        assert_eq!(said.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&said.stderr).contains(part), "{}", String::from_utf8_lossy(&said.stderr));
    }
    place.run("logs/*.gz --out logs").refused(2, &["a.csv.gz lies inside logs"]);
    place.run("logs/*.gz --out out --findings logs/a.csv.gz").refused(2, &["is a log to be read"]);
    assert_eq!(place.entries(), ["logs"]);
}

#[test]
fn a_run_writes_the_tables_it_is_asked_for() {
    let place = Place::new("only");
    place.log("gateway.csv");
    assert_eq!(place.run("gateway.csv --out all").code, 0);
    let all = place.files("all");
    let always = ["dropped.csv", "run.log", "set_aside.csv"];
    let parquet = ["readings/date=2024-03-01/part-0.parquet", "readings/date=2024-03-02/part-0.parquet"];
    for (words, tables) in [
        ("parquet", parquet.to_vec()),
        ("daily.csv,anomalies.csv", vec!["anomalies.csv", "daily.csv"]),
        ("readings.csv --only parquet", [&["readings.csv"], &parquet[..]].concat()),
        (
            "parquet,readings.csv,anomalies.csv,daily.csv",
            [&["anomalies.csv", "daily.csv", "readings.csv"], &parquet[..]].concat(),
        ),
    ] {
        let ran = place.run(&format!("gateway.csv --out out --only {words}"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        let mut expected = [&tables[..], &always].concat();
        expected.sort_unstable();
        let files = place.files("out");
        let names: Vec<&str> = files.keys().map(|name| name.trim_start_matches("out/")).collect();
        assert_eq!(names, expected, "{words}");
        for name in names.iter().filter(|name| **name != "run.log") {
            assert!(files[&format!("out/{name}")] == all[&format!("all/{name}")], "{name} is that of a whole run");
        }
        let has_parquet = tables.contains(&parquet[0]);
        assert_eq!(ran.out.contains("readings/ (2 dates)"), has_parquet, "{}", ran.out);
        let log = place.read("out/run.log");
        assert!(tables.iter().all(|name| log.contains(&format!("{name}: "))), "{log}");
        assert_eq!(log.contains("part-0.parquet: "), has_parquet, "{log}");
    }
    assert_eq!(all["all/set_aside.csv"].iter().filter(|byte| **byte == b'\n').count(), 2, "a row is set aside");
    place
        .run("gateway.csv --out out --only star")
        .refused(2, &["possible values: parquet, readings.csv, anomalies.csv, daily.csv"]);
}

/// Through `script`, which is part of every Debian: a terminal for standard error, and what was shown on it.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_shows_how_far_a_run_is_and_nothing_else_does() {
    let place = Place::new("progress");
    place.log("gateway.csv");
    let shown = |words: &str| {
        let command = format!("'{}' run gateway.csv --out out {words} > said.txt", env!("CARGO_BIN_EXE_sensorium"));
        let mut terminal = Command::new("script");
        terminal
            .current_dir(&place.0)
            .args(["-qec", &command, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut terminal = terminal.spawn().expect("script of util-linux");
        // An end of its input would be shown, too.
        let input = terminal.stdin.take();
        let ran = terminal.wait_with_output().unwrap();
        drop(input);
        assert!(ran.status.success());
        (String::from_utf8(ran.stdout).unwrap(), place.read("said.txt"))
    };
    let (line, said) = shown("");
    assert!(line.starts_with("\rReading: 5 rows, 2") && line.contains("bytes (100 %)"), "{line:?}");
    assert!(line.contains("\rFilling gaps") && line.contains("\rWriting"), "{line:?}");
    assert!(!line.contains('\n') && line.ends_with(" \r"), "one line, gone at the end: {line:?}");
    assert!(said.starts_with("Read ") && !said.contains("Reading:"), "{said:?}");
    assert!(!place.read("out/run.log").contains("Reading:"));
    let (line, said) = shown("--json");
    assert_eq!((line.as_str(), said.starts_with("{\"rows_read\":5,")), ("", true), "{said}");
    let piped = place.run("gateway.csv --out out");
    assert_eq!(piped.err, "");
}

#[test]
fn completions_and_manual_pages_are_printed() {
    let run = |words: &str| {
        Ran::new(Command::new(env!("CARGO_BIN_EXE_sensorium")).args(words.split_whitespace()).output().unwrap())
    };
    for (shell, part) in [
        ("bash", "complete -F _sensorium"),
        ("zsh", "#compdef sensorium"),
        ("fish", "complete -c sensorium"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let ran = run(&format!("completions {shell}"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        for part in [part, "only", "star-schema", "inspect"] {
            assert!(ran.out.contains(part), "no {part:?} in that of {shell}");
        }
        assert!(shell == "powershell" || ran.out.contains("month-first"), "values are completed in {shell}");
    }
    run("completions tcsh").refused(2, &["possible values: bash"]);
    #[cfg(target_os = "linux")]
    {
        let script = "eval \"$(\"$0\" completions bash)\"; COMP_WORDS=(sensorium run --on); COMP_CWORD=2; \
                      _sensorium sensorium --on run; echo \"${COMPREPLY[@]}\"";
        let ran =
            Ran::new(Command::new("bash").args(["-c", script, env!("CARGO_BIN_EXE_sensorium")]).output().unwrap());
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("--only\n", ""));
    }
    let page = run("man");
    for part in [".TH sensorium 1", "sensorium\\-run(1)", ".SH SUBCOMMANDS", ".SH NOTES", "sensorium inspect hobo.csv"]
    {
        assert!(page.out.contains(part), "no {part:?} in {}", page.out);
    }
    let page = run("man run");
    for part in [
        ".TH sensorium-run 1",
        ".SH OPTIONS",
        "\\fB\\-\\-only\\fR",
        "Exit codes: 0 done",
        "  sensorium run \\(aqlogs/**/*.csv.gz\\(aq \\-\\-out lake \\-\\-only parquet \\-\\-json\n",
        "Hive\\(aqs layout",
    ] {
        assert!(page.out.contains(part), "no {part:?} in {}", page.out);
    }
    assert!(!page.out.lines().any(|line| line.starts_with('\'')), "an apostrophe would begin a request of roff");
    run("man walk").refused(2, &["there is no command walk", "run, inspect, sql"]);
    assert!(run("run --help").out.contains("On a terminal a line on standard error shows how far the run is"));
    assert!(run("--help").out.contains("completions"));
}
