//! Every preset reads its own files, written here in the shape of its logger's.
//!
//! Owns the fixtures of `tests/presets`: a folder a preset, files of one table in it, and the reading card that they must give.
//! `UPDATE_EXPECT=1` writes the cards anew.

use std::path::{Path, PathBuf};

use expect_test::expect_file;
use sensorium::survey::{Preset, Told, merged, survey, survey_with};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/presets")
}

fn files(preset: &str) -> Vec<PathBuf> {
    let entries =
        std::fs::read_dir(folder().join(preset)).unwrap_or_else(|error| panic!("{preset} has no files: {error}"));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a file of the project").path()).collect();
    files.retain(|file| file.file_name().is_some_and(|name| name != "card.txt"));
    files.sort();
    files
}

fn name(file: &Path) -> String {
    file.file_name().expect("a file of the project").to_string_lossy().into_owned()
}

#[test]
fn every_preset_reads_its_files() {
    let presets = Preset::all();
    assert!(presets.len() >= 30, "{}", presets.len());
    for preset in presets {
        let mut cards = Vec::new();
        let mut refused = String::new();
        for file in files(&preset.name) {
            let bytes = std::fs::read(&file).expect("a file of the project");
            match survey(&name(&file), &bytes, &Told::default(), &[]) {
                Ok(survey) => {
                    assert_eq!(survey.card.preset.as_deref(), Some(preset.name.as_str()), "{}", file.display());
                    cards.push(survey.card);
                }
                Err(error) => refused += &format!("{error}\n"),
            }
        }
        let shown = if cards.is_empty() { refused } else { format!("{}{refused}", merged(cards)) };
        expect_file![folder().join(&preset.name).join("card.txt")].assert_eq(&shown);
    }
}

#[test]
fn a_new_logger_is_a_preset_and_a_file() {
    let preset = r#"{
        "name": "made-up", "title": "A logger that nobody has built",
        "fingerprint": { "row": ["Q#", "int", "int", "number"], "width": [5, 5] },
        "delimiter": "pipe", "header": { "none": true },
        "time": { "columns": [2], "pattern": "%j-%Y.%H%M", "zone": "+01:00" },
        "device": { "column": 1 },
        "columns": [
            { "at": 3, "skip": "it numbers the rows" },
            { "at": 4, "name": "temperature_celsius", "unit": "°F", "missing": [777] },
            { "at": 5, "name": "flow", "unit": "l/min" }
        ]
    }"#
    .replace("\"int\", \"int\"", "\"###-####.####\", \"int\"");
    let preset = Preset::parse(&preset).expect("a file of the project");
    let file = b"Q1|122-2024.0030|1|50|3.5\nQ2|122-2024.0030|2|777|3.25\nQ1|122-2024.0100|3|59|3\n";
    let found = survey_with("x.log", file, &Told::default(), &[], vec![preset]).expect("a file of the project");
    expect_test::expect![[r#"
        file         x.log
        preset       made-up
        encoding     ascii
        delimiter    pipe
        decimal      point
        header       no header line
        time         column 2: %j-%Y.%H%M
        zone         +01:00 (known of these files)
        span         2024-04-30T23:30:00Z to 2024-05-01T00:00:00Z
        devices      Q1, Q2 (column 1)
        rows         3 with a time, 3 readings, wide layout
        metric       temperature_celsius °C from "column 4", written in °F: 2 present, 1 missing: 777 ×1; 10 to 15, mean 12.5
        metric       flow l/min from "column 5": 3 present, 0 missing; 3 to 3.5, mean 3.25
        not read     column 3: it numbers the rows
    "#]]
    .assert_eq(&found.card.to_string());
}
