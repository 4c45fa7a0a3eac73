//! The comparison of what a run wrote with what is recorded.

use std::collections::BTreeMap;

use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::run::{Case, Finding, Recorded, Run};
use crate::table::Table;

const TEXT: [&str; 4] = ["device_id", "anomaly_type", "is_anomaly", "date"];
const FILLED: [&str; 3] = ["temperature_celsius", "humidity_percent", "pressure_hpa"];
/// What number columns may write for a missing cell.
const MISSING: [&str; 19] = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
];

/// Everything that a run over a case wrote, against what is recorded.
pub fn outputs(case: &Case, run: &Run, recorded: &Recorded) -> Result<(), String> {
    let readings = Table::read(&run.out.join("readings.csv"));
    let anomalies = Table::read(&run.out.join("anomalies.csv"));
    let daily = Table::read(&run.out.join("daily.csv"));
    rows(&readings, &recorded.readings, run.high_temp).map_err(|e| format!("readings.csv {e}"))?;
    let flagged = |table: &Table| without_edges(table, run.high_temp);
    rows(&flagged(&anomalies), &flagged(&recorded.anomalies), run.high_temp)
        .map_err(|e| format!("anomalies.csv {e}"))?;
    rows(&daily, &recorded.daily, run.high_temp).map_err(|e| format!("daily.csv {e}"))?;
    marks(case, &readings, &recorded.readings)?;
    counts(case, run, recorded)?;
    partitions(run, &recorded.readings)?;
    daily_counts(run, &readings, &daily)
}

/// Row for row, column for column of the recording.
fn rows(ours: &Table, theirs: &Table, limit: f64) -> Result<(), String> {
    if ours.rows.len() != theirs.rows.len() {
        return Err(format!("has {} rows, not {}", ours.rows.len(), theirs.rows.len()));
    }
    for name in theirs.header.iter().filter(|name| *name != "src_row") {
        let Some(column) = ours.find(name) else { return Err(format!("has no column {name}")) };
        let flag = name == "anomaly_type" || name == "is_anomaly";
        for (row, expected) in theirs.rows.iter().enumerate() {
            let found = &ours.rows[row][column];
            let expected = &expected[theirs.column(name)];
            let excused = flag && on_edge(theirs, row, limit);
            if !excused && !same(name, found, expected) {
                return Err(format!("row {row}, {name}: {found:?}, not {expected:?}"));
            }
        }
    }
    Ok(())
}

fn same(column: &str, found: &str, expected: &str) -> bool {
    if column == "timestamp" || column == "valid_until" {
        return found == to_the_microsecond(expected);
    }
    if TEXT.contains(&column) {
        // A spreadsheet would take such text for a formula: one ' stands before it.
        let formula = expected.trim_start().starts_with(['=', '+', '-', '@', '\'', '\t', '\r', '\n', '\0']);
        return if formula { found.strip_prefix('\'') == Some(expected) } else { found == expected };
    }
    match (found.parse::<f64>(), expected.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1.0),
        _ => found.is_empty() && expected.is_empty(),
    }
}

/// The reference keeps nanoseconds; ours cuts them off.
fn to_the_microsecond(stamp: &str) -> &str {
    match stamp.split_once('.') {
        Some((whole, fraction)) if fraction.len() > 6 => {
            let cut = &stamp[..whole.len() + 7];
            cut.trim_end_matches('0').trim_end_matches('.')
        }
        _ => stamp,
    }
}

/// Whether a reading's rolling mean is so near the limit that the reference's running sum may fall on either side.
fn on_edge(table: &Table, row: usize, limit: f64) -> bool {
    let mean = table.find("temp_rolling_avg_3").and_then(|column| table.rows[row][column].parse::<f64>().ok());
    mean.is_some_and(|mean| (mean - limit).abs() < 1e-9)
}

fn without_edges(table: &Table, limit: f64) -> Table {
    let kept = (0..table.rows.len()).filter(|row| !on_edge(table, *row, limit)).map(|row| table.rows[row].clone());
    Table { header: table.header.clone(), rows: kept.collect() }
}

/// A cell is marked as filled exactly where the input has none.
fn marks(case: &Case, readings: &Table, recorded: &Table) -> Result<(), String> {
    let input = case.input();
    for name in FILLED {
        let (source, mark) = (input.column(name), readings.column(&format!("{name}_filled")));
        for (row, cells) in readings.rows.iter().enumerate() {
            let src: usize = recorded.cell(row, "src_row").parse().expect("a row number");
            let missing = MISSING.contains(&input.rows[src][source].trim());
            if cells[mark] != missing.to_string() {
                return Err(format!("readings.csv row {row}: {name}_filled is {}", cells[mark]));
            }
        }
    }
    Ok(())
}

fn counts(case: &Case, run: &Run, recorded: &Recorded) -> Result<(), String> {
    let readings = &recorded.readings;
    let mut devices: Vec<&str> = (0..readings.rows.len()).map(|row| readings.cell(row, "device_id")).collect();
    devices.dedup();
    let expect = |name: &str, expected: u64| match run.count(name) {
        found if found == expected => Ok(()),
        found => Err(format!("{name} is {found}, not {expected}")),
    };
    let read = case.expected["rows_read"].as_u64().expect("rows_read is recorded");
    expect("rows_read", read)?;
    expect("rows_out", readings.rows.len() as u64)?;
    expect("devices", devices.len() as u64)?;
    let left: u64 =
        ["rows_out", "rows_dropped", "rows_set_aside", "rows_outside_range"].map(|n| run.count(n)).iter().sum();
    if left != read {
        return Err(format!("of {read} rows {left} are accounted for"));
    }
    for (name, count) in [("dropped.csv", "rows_dropped"), ("set_aside.csv", "rows_set_aside")] {
        let lines = Table::read(&run.out.join(name)).rows.len() as u64;
        if lines != run.count(count) {
            return Err(format!("{name} has {lines} rows, {count} is {}", run.count(count)));
        }
    }
    let edges = (0..readings.rows.len()).filter(|row| on_edge(readings, *row, run.high_temp)).count();
    for kind in ["High Temperature", "Low Battery", "High Temp & Low Battery"] {
        let expected =
            (0..readings.rows.len()).filter(|row| readings.cell(*row, "anomaly_type") == kind).count() as u64;
        let found = run.json["anomalies"][kind].as_u64().unwrap_or(0);
        if found.abs_diff(expected) > edges as u64 {
            return Err(format!("{found} readings flagged {kind}, not {expected}"));
        }
    }
    if edges == 0 {
        let flagged: u64 = run.json["anomalies"]
            .as_object()
            .ok_or("no counts of anomalies")?
            .values()
            .filter_map(serde_json::Value::as_u64)
            .sum();
        if flagged != recorded.anomalies.rows.len() as u64 {
            return Err(format!("{flagged} readings flagged, not {}", recorded.anomalies.rows.len()));
        }
    }
    let written = Table::read(&run.out.join("readings.csv"));
    for name in FILLED {
        let marked = (0..written.rows.len())
            .filter(|row| written.cell(*row, &format!("{name}_filled")) == "true")
            .count() as u64;
        if run.json["filled"][name].as_u64() != Some(marked) {
            return Err(format!("filled cells of {name}: {}, not {marked}", run.json["filled"][name]));
        }
    }
    match run.json["violations"].as_array() {
        Some(listed) if listed.len() as u64 == run.count("rows_set_aside") => Ok(()),
        _ => Err(format!("violations: {}", run.json["violations"])),
    }
}

/// One Parquet file a date, with as many rows as the readings have.
fn partitions(run: &Run, readings: &Table) -> Result<(), String> {
    let mut expected: BTreeMap<String, i64> = BTreeMap::new();
    for row in 0..readings.rows.len() {
        *expected.entry(format!("date={}", &readings.cell(row, "timestamp")[..10])).or_default() += 1;
    }
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(run.out.join("readings")).map_err(|e| format!("readings/: {e}"))? {
        let entry = entry.map_err(|e| e.to_string())?;
        let path = entry.path().join("part-0.parquet");
        let file = std::fs::File::open(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let reader = SerializedFileReader::new(file).map_err(|e| format!("{}: {e}", path.display()))?;
        found.insert(entry.file_name().to_string_lossy().into_owned(), reader.metadata().file_metadata().num_rows());
    }
    if found == expected { Ok(()) } else { Err(format!("partitions {found:?}, not {expected:?}")) }
}

/// What ours counts beyond the reference, per device and date, against the readings written.
fn daily_counts(run: &Run, readings: &Table, daily: &Table) -> Result<(), String> {
    for day in 0..daily.rows.len() {
        let of_day = |row: &usize| {
            readings.cell(*row, "device_id") == daily.cell(day, "device_id")
                && readings.cell(*row, "timestamp").starts_with(daily.cell(day, "date"))
        };
        let rows: Vec<usize> = (0..readings.rows.len()).filter(of_day).collect();
        let flagged = |kind: &str| rows.iter().filter(|row| readings.cell(**row, "anomaly_type") == kind).count();
        let marked =
            |row: &usize| FILLED.iter().filter(|name| readings.cell(*row, &format!("{name}_filled")) == "true").count();
        for (column, expected) in [
            ("readings", rows.len()),
            ("filled_cells", rows.iter().map(marked).sum()),
            ("high_temperature", flagged("High Temperature")),
            ("low_battery", flagged("Low Battery")),
            ("both", flagged("High Temp & Low Battery")),
        ] {
            if daily.cell(day, column) != expected.to_string() {
                return Err(format!("daily.csv row {day}, {column}: {}, not {expected}", daily.cell(day, column)));
            }
        }
    }
    if run.out.join("run.log").is_file() { Ok(()) } else { Err("no run.log was written".to_owned()) }
}

/// A refused run: the exit code, exactly the findings owed, in the JSON and in the file, and no output.
pub fn refusal(run: &Run, exit: i32, owed: &[Finding]) -> Result<(), String> {
    refused(run, exit)?;
    let mut owed = owed.to_vec();
    owed.sort();
    let (in_json, in_file) = run.findings()?;
    if in_json != owed {
        return Err(format!("findings {in_json:?}, not {owed:?}"));
    }
    if in_file != owed {
        return Err(format!("findings file {in_file:?}, not {owed:?}"));
    }
    Ok(())
}

fn refused(run: &Run, exit: i32) -> Result<(), String> {
    if run.exit != Some(exit) {
        return Err(format!("exit code {:?}, not {exit}: {}{}", run.exit, run.stdout, run.stderr));
    }
    if run.out.exists() {
        return Err("an output folder was written".to_owned());
    }
    if !run.json.is_object() {
        return Err(format!("standard output is no JSON object: {}", run.stdout));
    }
    for count in ["rows_out", "rows_dropped", "rows_set_aside", "rows_outside_range"] {
        if !run.json[count].is_null() {
            return Err(format!("a refused run has {count} {}", run.json[count]));
        }
    }
    Ok(())
}

/// A run that left no reading: exit code 1, and the reason of every row by its line.
pub fn all_dropped(run: &Run, reason: &str, lines: &[u64]) -> Result<(), String> {
    refused(run, 1)?;
    let said = format!("{}{}", run.stdout, run.stderr);
    if !said.contains("no reading") {
        return Err(format!("\"no reading\" is not said: {said}"));
    }
    if run.json["rows_read"].as_u64() != Some(lines.len() as u64) {
        return Err(format!("rows_read is {}", run.json["rows_read"]));
    }
    let findings = Table::read(&run.findings);
    let reasons: Vec<String> = (0..findings.rows.len())
        .filter(|row| findings.cell(*row, "rule") == reason)
        .map(|row| findings.cell(row, "line").to_owned())
        .collect();
    let expected: Vec<String> = lines.iter().map(u64::to_string).collect();
    if reasons != expected {
        return Err(format!("lines {reasons:?} have the reason {reason}, not {expected:?}: {said}"));
    }
    Ok(())
}

/// Refused, with what was seen in what is said.
pub fn named(run: &Run, seen: &str) -> Result<(), String> {
    if !matches!(run.exit, Some(1 | 2)) || run.out.exists() {
        return Err(format!("exit code {:?}, not refused", run.exit));
    }
    let said = format!("{}\n{}", run.stdout, run.stderr);
    if said.replace(": ", ":").contains(seen) || said.contains(seen) {
        return Ok(());
    }
    Err(format!("{seen:?} is not said: {said}"))
}
