//! Files that come with the cells they hold: csv-spectrum and csv-test-data, beside the project.
//!
//! Owns the differences, each named with its reason; all else agrees. The fast reader is held to the csv crate by properties.

use std::path::{Path, PathBuf};

use sensorium::survey::{Delimiter, records};
use serde_json::Value;

fn corpora() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    std::env::var_os("SENSORIUM_CORPORA").map_or(beside, PathBuf::from)
}

/// Files that are read otherwise than their authors expect, and why.
const OTHERWISE: [(&str, &str); 5] = [
    ("all-empty", "a line without a byte is no record: loggers write them at breaks"),
    ("empty-one-column", "a line without a byte is no record"),
    ("leading-space", "blanks around a cell are none of it: loggers pad their columns"),
    ("trailing-space", "blanks around a cell are none of it"),
    ("newlines_crlf", "the file beside the project has lost the carriage return that its cells have"),
];

/// A list of lists, or of objects whose keys are the header, as records.
fn expected(json: &Value) -> Vec<Vec<String>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = json.as_array().expect("a list");
    let mut found = Vec::new();
    for row in rows {
        match row {
            Value::Array(cells) => found.push(cells.iter().map(text).collect()),
            Value::Object(cells) => {
                if found.is_empty() {
                    found.push(cells.keys().cloned().collect());
                }
                found.push(cells.values().map(text).collect());
            }
            other => panic!("{other}"),
        }
    }
    found
}

/// Records with the columns of the header in the order of its names, as JSON objects have them.
fn by_name(rows: Vec<Vec<String>>, json: &Value) -> Vec<Vec<String>> {
    if !json.as_array().is_some_and(|rows| rows.iter().all(Value::is_object)) {
        return rows;
    }
    let Some(header) = rows.first() else { return rows };
    let mut order: Vec<usize> = (0..header.len()).collect();
    order.sort_by(|a, b| header[*a].cmp(&header[*b]));
    let pick = |row: &Vec<String>| order.iter().map(|at| row.get(*at).cloned().unwrap_or_default()).collect();
    rows.iter().map(pick).collect()
}

#[test]
#[ignore = "needs the corpora in ../shared"]
fn cells_are_those_that_the_files_come_with() {
    let (mut compared, mut otherwise) = (0, Vec::new());
    for (folder, csvs) in [("b01_csv-spectrum", "csvs"), ("b02_csv-test-data", "csv")] {
        let mut files: Vec<PathBuf> = std::fs::read_dir(corpora().join(folder).join(csvs))
            .expect("the files")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        files.sort();
        for file in files {
            let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
            let Ok(json) = std::fs::read_to_string(corpora().join(folder).join(format!("json/{name}.json"))) else {
                continue;
            };
            let json: Value = serde_json::from_str(&json).expect("JSON");
            let found = records(&std::fs::read(&file).expect("a file"), Delimiter::Mark(b','));
            let (found, expected) = (by_name(found, &json), expected(&json));
            // A header alone is an empty list of objects.
            let same = found == expected || expected.is_empty() && found.len() == 1;
            compared += 1;
            if !same {
                let known = OTHERWISE.iter().any(|(known, _)| *known == name);
                assert!(known, "{name}: {found:?}, expected {expected:?}");
                otherwise.push(name);
            }
        }
    }
    println!("{compared} files compared, read otherwise: {otherwise:?}");
    assert!(compared >= 24, "{compared}");
    for (name, _) in OTHERWISE {
        assert!(otherwise.iter().any(|found| found == name), "{name} is no difference any more");
    }
}
