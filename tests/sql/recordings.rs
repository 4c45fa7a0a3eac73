//! The logs of the recorded runs, which lie beside the project.

use std::path::{Path, PathBuf};

use sensorium::recipe::{DateOrder, Fill, Mode, Recipe};
use sensorium::sql::{Engine, Wanted};
use sensorium::survey::Told;

use crate::Case;
use crate::agree::found;
use crate::driver::Driver;
use crate::{expected, handover};

/// Ignored where the recordings are absent; the name says why. In parts, which drivers of one engine share.
pub const CASES: [Case; 4] = [
    ("first_recorded_logs_agree_as_they_stand_in_../shared", |driver| recorded(driver, 0)),
    ("second_recorded_logs_agree_as_they_stand_in_../shared", |driver| recorded(driver, 1)),
    ("third_recorded_logs_agree_as_they_stand_in_../shared", |driver| recorded(driver, 2)),
    ("last_recorded_logs_agree_as_they_stand_in_../shared", |driver| recorded(driver, 3)),
];

fn root() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracle/cases");
    std::env::var_os("SENSORIUM_ORACLE").map_or(beside, PathBuf::from)
}

/// Logs that the library reads and the scripts refuse, and a part of the sentence with which they do.
const REFUSED: [(&str, &str); 1] = [
    // No engine's lines know where the quote was meant to end.
    ("28_unterminated_quote", "line 4: expected a row in one line"),
];

/// Logs of which both make the same, and those that the scripts refuse, in each part.
const RUNS: [(usize, usize); 4] = [(23, 0), (20, 0), (20, 1), (19, 0)];

/// The order of dates that the recipe has to say: two of these logs prove it, of the others the library asks.
fn date_order(name: &str) -> Option<DateOrder> {
    match name {
        "23_ts_slash_dayfirst" | "23_ts_slash_switch" => Some(DateOrder::DayMonthYear),
        "23_ts_ampm" | "23_ts_slash_ambiguous" => Some(DateOrder::MonthDayYear),
        _ => None,
    }
}

/// What has to be said of some logs.
fn adjust(name: &str, wanted: &mut Wanted) {
    match name {
        "20_missing_column_device_id" => wanted.told.device_from = Some("file".into()),
        "27_no_header" => wanted.told.header_line = Some(0),
        "28_latin1" => wanted.told.encoding = Some("windows-1252".into()),
        "28_utf16" => wanted.told.encoding = Some("utf-16le".into()),
        _ => {}
    }
    wanted.delimiter = match name {
        "28_semicolons" => ';',
        "28_tabs" => '\t',
        _ => ',',
    };
    if let Some(column) = name.strip_prefix("20_missing_column_").filter(|column| *column != "device_id") {
        wanted.lacking.push(column.into());
    }
}

fn recorded(driver: &mut Driver, part: usize) {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(root()).expect("the recordings").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    let position = Recipe::default();
    let time = Recipe { mode: Mode::Repair, fill: Fill::Time { max_gap_seconds: Some(3600.0) }, ..Recipe::default() };
    let (mut agreed, mut refusals, mut failures) = (0, 0, Vec::new());
    for (turn, folder) in folders.iter().enumerate().filter(|(turn, _)| turn * RUNS.len() / folders.len() == part) {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let Ok(log) = std::fs::read(folder.join("input.csv")) else { continue };
        // Spark takes seconds for each.
        let recipes: Vec<&Recipe> = match driver.engine {
            Engine::Spark => vec![[&position, &time][turn % 2]],
            _ => vec![&position, &time],
        };
        for recipe in recipes {
            let recipe = &Recipe { date_order: date_order(&name), ..recipe.clone() };
            let files = [("input.csv".to_string(), log.clone())];
            let Ok(opened) = expected::opened(&files, recipe, &Told::default()) else { continue };
            let metrics: Vec<String> =
                opened.log.readings.metrics.iter().filter(|m| !m.info.required).map(|m| m.info.name.clone()).collect();
            if expected::tables(opened, recipe)[0].rows.is_empty() {
                continue;
            }
            let wish = |wanted: &mut Wanted| {
                wanted.metrics.clone_from(&metrics);
                adjust(&name, wanted);
            };
            let mut found = found(driver, std::slice::from_ref(&log), recipe, &wish);
            // The library finds out by itself what scripts are told.
            found.told = Told::default();
            let (files, told) = (found.files.clone(), found.told.clone());
            let found = found
                .agree(driver.engine, recipe)
                .and_then(|tables| handover::agrees(driver, (&files, &told), recipe, &tables[0]).map(|()| tables));
            let refused = REFUSED.iter().find(|(case, _)| *case == name).map(|(_, part)| *part);
            match (found, refused) {
                (Err(reason), Some(part)) if reason.contains(part) => refusals += 1,
                (Ok(_), None) => agreed += 1,
                (Ok(_), Some(_)) => failures.push(format!("{name}: expected to be refused")),
                (Err(reason), _) => failures.push(format!("{name}, {:?}: {reason}", recipe.mode)),
            }
        }
    }
    assert!(failures.is_empty(), "{agreed} agree, {} do not:\n{}", failures.len(), failures.join("\n"));
    println!("{agreed} runs agree, {refusals} are refused");
    let runs = if driver.engine == Engine::Spark { 1 } else { 2 };
    let (agreeing, refused) = RUNS[part];
    assert_eq!((agreed, refusals), (agreeing * runs, refused * runs));
}
