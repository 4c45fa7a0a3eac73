//! Other people's files, read in debug with overflow checks.
//!
//! Owns what must hold whatever a file is: no panic, and every record is a reading, a violation's row or a repeated header. Assumes
//! the corpora beside the project, which are never copied into it; without them the tests are ignored, and counted as such.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sensorium::contract::{Column, ColumnKind, Contract, FillPolicy, RESERVED, fold};
use sensorium::ingest::{Bytes, RawReader, RawRows, Reading, Source, read_range};
use sensorium::table::{Log, RowPlace};

fn corpora() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    std::env::var_os("SENSORIUM_CORPORA").map_or(beside, PathBuf::from)
}

/// Every file below the folders of the corpora whose names begin so.
fn files(beginning: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = std::fs::read_dir(corpora())
        .expect("the corpora")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(beginning)))
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// A contract that asks for the columns which the first line of a file seems to have: the first a time, the second a device, the
/// others numbers.
fn contract_of(bytes: &[u8], delimiter: u8) -> Contract {
    let line = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.is_empty()).unwrap_or_default();
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let mut columns: Vec<Column> = Vec::new();
    for cell in line.split(|byte| *byte == delimiter) {
        let name = String::from_utf8_lossy(cell).trim().trim_matches('"').trim().to_owned();
        let kind = match columns.len() {
            0 => ColumnKind::Timestamp,
            1 => ColumnKind::Device,
            _ => ColumnKind::Number,
        };
        let known = columns.iter().any(|column| fold(&column.name) == fold(&name));
        if !name.is_empty() && !known && !RESERVED.contains(&fold(&name).as_str()) {
            columns.push(Column { name, kind, unit: String::new(), min: None, max: None, fill: FillPolicy::No });
        }
    }
    Contract { columns }
}

/// Reads bytes in ranges of so many; `None` where they are refused.
fn read(bytes: &[u8], contract: &Contract, range_bytes: u64) -> Option<(Log, String)> {
    read_named("log", bytes, contract, range_bytes)
}

fn read_named(name: &str, bytes: &[u8], contract: &Contract, range_bytes: u64) -> Option<(Log, String)> {
    let files = vec![(name.to_owned(), Bytes(bytes.to_vec()))];
    let mut reading = Reading::in_ranges(files, contract, range_bytes);
    while let Some(task) = reading.next_task() {
        let layout = reading.layout(task.file).ok();
        let mut source = reading.source(task.file).again().expect("bytes in memory");
        let rows = layout.and_then(|layout| read_range("log", &mut source, &layout, task.range).ok());
        reading.accept(task.id, rows.map(Into::into));
    }
    let mut opened = reading.finish().ok()?;
    let log = opened.log;
    // What every record became.
    let mut lines: BTreeSet<u32> = log.readings.line.iter().copied().collect();
    let kept = lines.len();
    let condemned: BTreeSet<u32> =
        log.violations.iter().filter(|v| v.rule.condemns_row()).map(|violation| violation.line).collect();
    lines.extend(&condemned);
    assert_eq!(lines.len(), kept + condemned.len(), "a row is kept and set aside");
    assert_eq!(log.rows_read(), lines.len() as u64, "a record is neither kept nor set aside");
    assert_eq!(
        log.rows_read(),
        (log.readings.rows() + condemned.len()) as u64,
        "a record is neither kept nor set aside"
    );
    let repeated = &log.files[0].repeated_headers;
    assert!(repeated.iter().all(|line| !lines.contains(line)), "a repeated header is a row");
    // Each is found again.
    let mut raw = RawReader::new(&log.files, &mut opened.sources, &opened.layouts);
    for line in lines {
        raw.raw_row(RowPlace { file: 0, line }).unwrap_or_else(|error| panic!("{error}"));
    }
    let shown = format!("{:?} {:?} {:?}", log.readings.line, log.readings.timestamp_us, log.violations);
    Some((log, shown))
}

#[test]
#[ignore = "needs the corpora in ../shared"]
fn shared_files_of_any_kind_lose_no_row() {
    let (mut tried, mut opened, mut rows) = (0, 0, 0);
    for path in files("b") {
        let bytes = std::fs::read(&path).expect("a file");
        for delimiter in [b',', b';', b'\t', b'|'] {
            let contract = contract_of(&bytes, delimiter);
            tried += 1;
            if contract.fault().is_some() {
                continue;
            }
            let said = std::panic::catch_unwind(|| {
                let whole = read(&bytes, &contract, u64::MAX / 2);
                let cut = read(&bytes, &contract, 61.max(bytes.len() as u64 / 9));
                let shown = |found: &Option<(Log, String)>| found.as_ref().map(|(_, shown)| shown.clone());
                assert_eq!(shown(&whole), shown(&cut), "ranges differ");
                whole
            });
            let found = said.unwrap_or_else(|_| panic!("{} is not read as it should be", path.display()));
            if let Some((log, _)) = found {
                opened += 1;
                rows += log.rows_read();
            }
        }
    }
    println!("{tried} readings tried, {opened} opened, {rows} records");
    assert!(opened > 500 && rows > 50_000, "{tried} readings tried, {opened} opened, {rows} records");
}

#[test]
#[ignore = "needs the corpora in ../shared"]
fn shared_files_are_read_under_the_standard_contract_or_refused() {
    let contract = Contract::default();
    let (mut tried, mut opened, mut rows) = (0, 0, 0);
    for path in files("a").into_iter().chain(files("b")).chain(files("c")) {
        let bytes = std::fs::read(&path).expect("a file");
        let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
        tried += 1;
        let found = std::panic::catch_unwind(|| read_named(&name, &bytes, &contract, u64::MAX / 2));
        let found = found.unwrap_or_else(|_| panic!("{} is not read as it should be", path.display()));
        if let Some((log, _)) = found {
            opened += 1;
            rows += log.rows_read();
        }
    }
    println!("{tried} files tried, {opened} opened, {rows} records");
    assert!(opened > 380 && rows > 400_000, "{tried} files tried, {opened} opened, {rows} records");
}
