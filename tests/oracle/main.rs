//! The recorded runs of the reference pipeline, through the compiled command line.
//!
//! Owns the comparison that the recordings' notes ask for: rows, order, text, dates, counts and flags exactly, numbers within
//! 1e-9. Assumes `fixtures/oracle`, a copy of the recordings that may be copied. Recordings of other people's rows are read
//! beside the project; those tests are marked as ignored, so that their absence is counted and never taken for a pass.

mod compare;
mod run;
mod table;

use std::path::{Path, PathBuf};

use run::{Case, Finding, Run};
use table::Table;

fn copied() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/oracle")
}

/// Cases with this verdict, as `verdicts.tsv` lists them, that the project holds a copy of.
fn cases(verdict: &str) -> Vec<Case> {
    let root = copied();
    let listed = run::lines(&root.join("verdicts.tsv"));
    let of_verdict = listed.iter().filter(|row| row[1] == verdict);
    of_verdict.map(|row| root.join(&row[0])).filter(|folder| folder.is_dir()).map(Case::at).collect()
}

fn owed(case: &str) -> Option<(i32, Vec<Finding>)> {
    let rows = run::lines(&copied().join("findings.tsv"));
    let mut rows = rows.iter().filter(|row| row[0] == case).peekable();
    let exit = rows.peek()?[1].parse().expect("an exit code");
    Some((exit, rows.map(|row| Finding::new(&row[2], &row[3], &row[4], &row[5])).collect()))
}

/// Checks every case, reports every failure, and fails when there was one or when the number of cases is not the expected.
fn each(cases: Vec<Case>, count: usize, check: impl Fn(&Case) -> Result<(), String>) {
    assert_eq!(cases.len(), count, "cases of this verdict in the project's copy");
    let failures: Vec<String> =
        cases.iter().filter_map(|case| check(case).err().map(|reason| format!("{}: {reason}", case.name))).collect();
    assert!(failures.is_empty(), "{} of {count} cases fail:\n{}", failures.len(), failures.join("\n"));
}

fn equal(case: &Case) -> Result<(), String> {
    let run = case.run("strict");
    run.done()?;
    compare::outputs(case, &run, &case.recorded(""))
}

fn refused(case: &Case) -> Result<(), String> {
    let (exit, findings) = owed(&case.name).ok_or("no findings are owed")?;
    compare::refusal(&case.run("strict"), exit, &findings)
}

#[test]
fn equal_cases_give_the_recorded_rows() {
    each(cases("equal"), 33, equal);
}

#[test]
fn refused_cases_give_exactly_the_findings_owed() {
    each(cases("refuse"), 23, refused);
}

#[test]
fn better_cases_give_what_is_written_down() {
    each(cases("better"), 16, |case| match owed(&case.name) {
        Some(_) => refused(case),
        None if case.folder.join("expected_ours.transformed.csv").is_file() => {
            let run = case.run("strict");
            run.done()?;
            compare::outputs(case, &run, &case.recorded("expected_ours."))
        }
        None => nothing_left(case),
    });
}

/// No reading is left: said as such, with the reason of every row, and nothing is written.
fn nothing_left(case: &Case) -> Result<(), String> {
    let reason = match case.name.as_str() {
        "36_everything_dropped" => "device never measured temperature_celsius",
        "37_all_battery_missing" => "missing battery_level_percent",
        other => return Err(format!("{other} has no expected output")),
    };
    let run = case.run("strict");
    let lines: Vec<u64> = (2..=7).collect();
    compare::all_dropped(&run, reason, &lines)
}

#[test]
fn cases_of_other_dialects_are_read_or_asked_about() {
    let plain = Case::at(copied().join("26_no_trailing_newline"));
    each(cases("later"), 12, |case| match case.name.as_str() {
        "23_ts_slash_dayfirst" => equal(case),
        // One date, which may be three.
        "23_ts_ampm" => {
            compare::named(&case.run("strict"), "year first, day first or month first")?;
            let run = case.run_told("strict", "", &["--date-order", "month-first"]);
            run.done()?;
            compare::outputs(case, &run, &case.recorded(""))
        }
        // Said once, read as said: the reference takes the month first without a word.
        "23_ts_slash_ambiguous" => {
            compare::named(&case.run("strict"), "day first or month first")?;
            let run = case.run_told("strict", "", &["--date-order", "month-first"]);
            run.done()?;
            compare::outputs(case, &run, &case.recorded(""))?;
            let run = case.run_told("strict", "", &["--date-order", "day-first"]);
            times(&run, &["2024-02-01 08:00:00", "2024-02-02 08:00:00", "2024-02-03 08:00:00"])
        }
        // The last line proves the order of those before it.
        "23_ts_slash_switch" => {
            times(&case.run("strict"), &["2024-02-01 08:00:00", "2024-02-02 08:00:00", "2024-02-13 08:00:00"])
        }
        // A notation that one row has alone is no notation of the column.
        "23_ts_mixed_formats" => {
            let finding = Finding::new("3", "timestamp", "01/03/2024 08:10", "bad_timestamp");
            compare::refusal(&case.run("strict"), 1, &[finding])
        }
        "28_latin1" => {
            let mut recorded = plain.recorded("");
            recorded.rename("sensor_001", "sensör");
            let run = case.run("strict");
            run.done()?;
            compare::outputs(&plain, &run, &recorded)
        }
        _ => {
            let run = case.run("strict");
            run.done()?;
            compare::outputs(&plain, &run, &plain.recorded(""))
        }
    });
}

/// Whether the readings have these times.
fn times(run: &Run, expected: &[&str]) -> Result<(), String> {
    run.done()?;
    let readings = Table::read(&run.out.join("readings.csv"));
    let found: Vec<&str> = (0..readings.rows.len()).map(|row| readings.cell(row, "timestamp")).collect();
    if found == expected { Ok(()) } else { Err(format!("the times are {found:?}")) }
}

/// The reference filters dates before it fills. Ours selects afterwards, so that the values are those of the run without dates.
#[test]
fn a_date_range_selects_and_changes_no_value() {
    let filtered = Case::at(copied().join("31_date_filter_first"));
    let whole = Case::at(copied().join("31_no_date_filter"));
    let run = filtered.run_with("strict", "from=2024-05-02&to=2024-05-02");
    run.done().expect("the run succeeds");
    let mut expected = whole.recorded("");
    expected.keep_day("2024-05-02");
    compare::outputs(&filtered, &run, &expected).expect("the rows of one day");
    assert_eq!(run.count("rows_outside_range"), 4);
}

/// A recording of other people's rows, which lies beside the project.
fn shared(name: &str) -> Case {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracle/cases");
    let root = std::env::var_os("SENSORIUM_ORACLE").map_or(root, PathBuf::from);
    Case::at(root.join(name))
}

#[test]
#[ignore = "needs the recordings in ../shared"]
fn shared_seed_dataset() {
    equal(&shared("01_seed_dataset")).expect("the recorded rows");
}

#[test]
#[ignore = "needs the recordings in ../shared"]
fn shared_container_telemetry() {
    equal(&shared("50_real_container_telemetry")).expect("the recorded rows");
}

#[test]
#[ignore = "needs the recordings in ../shared"]
fn shared_airthings() {
    let case = shared("51_real_airthings_4000");
    refused(&case).expect("six rows without a time are named");
    let run: Run = case.run("set-aside");
    run.done().expect("set aside goes on");
    compare::outputs(&case, &run, &case.recorded("")).expect("the recorded rows");
    assert_eq!(run.count("rows_set_aside"), 6);
}

#[test]
#[ignore = "needs the recordings in ../shared"]
fn shared_sd_card() {
    refused(&shared("52_real_seeds_sdcard")).expect("one humidity is named");
}
