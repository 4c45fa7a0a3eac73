//! Every real file of `../shared/corpora/a*`, read without a hand on it, beside what a careful person reads from it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sensorium::survey::{Card, MetricCard, Survey, Told, survey};
use serde_json::Value;

fn corpora() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    std::env::var_os("SENSORIUM_CORPORA").map_or(beside, PathBuf::from)
}

/// What became of a file.
fn outcome(truth: &Value, told: &Told) -> Result<String, String> {
    let file = truth["file"].as_str().expect("as the corpora are written");
    let status = truth["status"].as_str().expect("as the corpora are written");
    if let Some(folder) = file.strip_suffix("/*") {
        return fleet(truth, &corpora().join(folder), told);
    }
    let bytes = std::fs::read(corpora().join(file)).expect("as the corpora are written");
    let found = survey(file, &bytes, told, &[]);
    match (status, &found) {
        ("incomplete_time" | "not_telemetry" | "corrupt", Err(error)) => Ok(format!("refused: {}", error.message())),
        ("incomplete_time" | "not_telemetry" | "corrupt", Ok(survey)) => match &survey.card.question {
            Some(question) => Ok(format!("asked: {question}")),
            None => Err("read, but should be asked about or refused".into()),
        },
        ("no_readings", Err(error)) => Ok(format!("refused: {}", error.message())),
        (_, Err(error)) => Err(format!("refused: {}", error.message())),
        (_, Ok(survey)) => match &survey.card.question {
            Some(question) => Err(format!("asked: {question}")),
            None => compare(truth, survey),
        },
    }
}

/// A folder of one logger's files.
fn fleet(truth: &Value, folder: &Path, told: &Told) -> Result<String, String> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("as the corpora are written")
        .map(|entry| entry.expect("as the corpora are written").path())
        .collect();
    files.sort();
    let mut cards = Vec::new();
    for file in &files {
        let name = file.file_name().expect("as the corpora are written").to_string_lossy();
        let found = survey(&name, &std::fs::read(file).expect("as the corpora are written"), told, &[])
            .map_err(|error| error.to_string())?;
        cards.push(found.card);
    }
    let rows: u64 = cards.iter().map(|card| card.data_rows).sum();
    equal("data rows", &truth["data_rows"], rows)?;
    let devices: std::collections::BTreeSet<&String> = cards.iter().flat_map(|card| &card.devices).collect();
    equal("devices", &truth["layout"]["devices"], devices.len() as u64)?;
    for metric in truth["metrics"].as_array().expect("as the corpora are written") {
        let index = metric["index"].as_u64().expect("as the corpora are written");
        let of = |card: &Card| card.metrics.iter().find(|m| m.source == format!("column {index}")).cloned();
        let present: u64 = cards.iter().filter_map(of).map(|metric| metric.present).sum();
        equal("present", &metric["present"], present)?;
    }
    Ok(format!("{rows} rows of {} files", files.len()))
}

fn equal(what: &str, expected: &Value, found: u64) -> Result<(), String> {
    if expected.as_u64() == Some(found) { Ok(()) } else { Err(format!("{what}: {found}, expected {expected}")) }
}

fn close(what: &str, expected: &Value, found: Option<f64>) -> Result<(), String> {
    let expected = expected.as_f64();
    let same = match (expected, found) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1e-9),
        (None, None) => true,
        _ => false,
    };
    if same { Ok(()) } else { Err(format!("{what}: {found:?}, expected {expected:?}")) }
}

fn compare(truth: &Value, survey: &Survey) -> Result<String, String> {
    let card = &survey.card;
    let rows = truth["acceptable_data_rows"].as_array().expect("as the corpora are written");
    if !rows.iter().any(|rows| rows.as_u64() == Some(card.data_rows) || rows.as_u64() == Some(card.readings)) {
        return Err(format!("data rows: {} ({} readings), expected {rows:?}", card.data_rows, card.readings));
    }
    times(truth, card)?;
    devices(truth, card)?;
    for metric in truth["metrics"].as_array().expect("as the corpora are written") {
        if metric["present"].as_u64() == Some(0) && found(metric, card).is_none() {
            continue;
        }
        let Some(read) = found(metric, card) else {
            return Err(format!("metric {} ({}) is not read", metric["header"], metric["index"]));
        };
        one(metric, read).map_err(|fault| format!("{}: {fault}", read.source))?;
    }
    for other in truth["other_columns"].as_array().into_iter().flatten() {
        let role = other["role"].as_str().unwrap_or("");
        let barred = [
            "row_index",
            "record_number",
            "record_id",
            "flag",
            "empty",
            "null-date",
            "array_id",
            "timezone_quarter_hours",
            "local_date",
            "local_time",
            "version",
            "constant",
            "event",
        ];
        if barred.contains(&role)
            && let Some(read) = found(other, card)
        {
            return Err(format!("{} is a metric, but it is {role}", read.source));
        }
    }
    let preset = card.preset.as_deref().unwrap_or("no preset");
    Ok(format!("{} rows, {} metrics, {} devices, {preset}", card.data_rows, card.metrics.len(), card.devices.len()))
}

/// The metric of the card that a metric of the truth is.
fn found<'a>(metric: &Value, card: &'a Card) -> Option<&'a MetricCard> {
    if card.layout == "long" {
        return card.metrics.iter().find(|read| Some(read.source.as_str()) == metric["header"].as_str());
    }
    let position = metric["index"].as_u64()?;
    card.metrics.iter().find(|read| read.column == u32::try_from(position).ok())
}

fn one(metric: &Value, read: &MetricCard) -> Result<(), String> {
    equal("present", &metric["present"], read.present)?;
    equal("missing", &metric["missing"], read.missing)?;
    // A unit that is not stated is not converted.
    let kind = if read.stated_unit == read.unit || metric["unit_certainty"] != "stated" { "" } else { "_canonical" };
    for (what, value) in [("min", read.min), ("max", read.max), ("mean", read.mean)] {
        close(what, &metric[format!("{what}{kind}")], value)?;
    }
    Ok(())
}

fn times(truth: &Value, card: &Card) -> Result<(), String> {
    let time = &truth["time"];
    for (what, found) in [("min", &card.time.first), ("max", &card.time.last)] {
        let utc = time[format!("{what}_utc")].as_str();
        let written = utc.or(time[format!("{what}_iso")].as_str()).unwrap_or("");
        let seconds = |text: &str| {
            let text = if text.ends_with('Z') || text.rfind('+').is_some_and(|at| at > 10) {
                text.to_string()
            } else {
                format!("{text}Z")
            };
            chrono::DateTime::parse_from_rfc3339(&text).map(|time| time.timestamp_micros()).ok()
        };
        // Documented offsets are those of presets.
        let offset = time["offset_documented"].as_str().filter(|_| utc.is_none() && time["offset"].is_null());
        let shift: i64 = offset.map_or(0, |offset| {
            let hours: i64 = offset[1..3].parse().expect("as the corpora are written");
            if offset.starts_with('-') { hours } else { -hours }
        });
        let expected = seconds(written).map(|us| us + shift * 3_600_000_000);
        let found_us = found.as_deref().and_then(seconds);
        if expected != found_us && !(card.preset.is_none() && seconds(written) == found_us) {
            return Err(format!("{what} time: {found:?}, expected {written} (offset {offset:?})"));
        }
    }
    Ok(())
}

fn devices(truth: &Value, card: &Card) -> Result<(), String> {
    let layout = &truth["layout"];
    let alternatives = [&layout["devices"], &layout["devices_alternative"]];
    if !alternatives.iter().any(|count| count.as_u64() == Some(card.devices.len() as u64)) {
        return Err(format!("{} devices, expected {}", card.devices.len(), layout["devices"]));
    }
    if let Some(value) = layout["device_value"].as_str() {
        let same = card.devices == [value] || card.preset.is_none() && card.devices[0].contains(value);
        if !same {
            return Err(format!("device {:?}, expected {value}", card.devices));
        }
    }
    if let Some(rows) = layout["device_rows"].as_object() {
        for name in
            rows.keys().filter(|name| !name.starts_with('<')).filter(|_| layout["devices_alternative"].is_null())
        {
            if !card.devices.contains(name) && layout["device_value"].is_null() {
                return Err(format!("device {name} is not read"));
            }
        }
    }
    Ok(())
}

fn table(told: &Told) -> BTreeMap<String, Result<String, String>> {
    let text = std::fs::read_to_string(corpora().join("truth.json")).expect("as the corpora are written");
    let truths: Vec<Value> = serde_json::from_str(&text).expect("as the corpora are written");
    truths
        .iter()
        .map(|truth| (truth["file"].as_str().expect("as the corpora are written").to_string(), outcome(truth, told)))
        .collect()
}

/// The table as text, and how many of how many are right.
fn shown(told: &Told) -> (String, usize, usize) {
    let table = table(told);
    let mut text = String::new();
    for (file, outcome) in &table {
        match outcome {
            Ok(how) => text += &format!("right  {file}: {how}\n"),
            Err(why) => text += &format!("wrong  {file}: {why}\n"),
        }
    }
    let right = table.values().filter(|outcome| outcome.is_ok()).count();
    text += &format!("{right} of {} are read right\n", table.len());
    print!("{text}");
    (text, right, table.len())
}

#[test]
#[ignore = "reads the corpora, which are no part of the project"]
fn every_real_file_is_read_right() {
    let (text, right, all) = shown(&Told::default());
    expect_test::expect_file!["truth/with_presets.txt"].assert_eq(&text);
    assert_eq!(right, all);
}

#[test]
#[ignore = "reads the corpora, which are no part of the project"]
fn most_are_read_right_without_presets() {
    let (text, right, _) = shown(&Told { without_presets: true, ..Told::default() });
    expect_test::expect_file!["truth/without_presets.txt"].assert_eq(&text);
    assert!(right >= 60, "{right}");
}

/// The same readings in other writings, as the notes on the files say.
#[test]
#[ignore = "reads the corpora, which are no part of the project"]
fn the_same_readings_are_read_from_other_writings() {
    let read = |file: &str, told: &Told| {
        let bytes = std::fs::read(corpora().join(file)).expect("as the corpora are written");
        survey(file, &bytes, told, &[]).expect("as the corpora are written")
    };
    let folder = "a11_airqualityuci_in_the_wild";
    let start = Told { start: Some("2004-03-10".into()), ..Told::default() };
    let all = [
        read(&format!("{folder}/2_erlanggapratamaP.csv"), &Told::default()),
        read(&format!("{folder}/5_Ved28Sawant.csv"), &Told::default()),
        read(&format!("{folder}/1_ioanniskalogridis.csv"), &start),
    ];
    let stamps = |survey: &Survey| survey.readings.iter().map(|(_, _, stamp)| *stamp).collect::<Vec<i64>>();
    for other in &all[1..] {
        assert_eq!(stamps(&all[0]), stamps(other));
        for (a, b) in all[0].metrics.iter().zip(&other.metrics) {
            let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<u64>>();
            assert_eq!(a.card.name, b.card.name);
            assert_eq!(bits(&a.values), bits(&b.values), "{}", a.card.name);
        }
    }
}
