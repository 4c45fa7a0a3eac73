//! The logs of the recorded runs, which lie beside the project, as the library's one file.

use std::path::{Path, PathBuf};

use sensorium::recipe::{Fill, Mode, Recipe};

use crate::Case;
use crate::driver::{Driver, Engine};
use crate::logs::export_of;
use crate::table::{Table, same};

/// Ignored where the recordings are absent; the name says why.
pub const CASES: &[Case] = &[("recorded_logs_are_read_equal_as_they_stand_in_../shared", recorded)];

fn root() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracle/cases");
    std::env::var_os("SENSORIUM_ORACLE").map_or(beside, PathBuf::from)
}

fn recorded(driver: &mut Driver) {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(root()).expect("the recordings").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    let time = Recipe { mode: Mode::Repair, fill: Fill::Time { max_gap_seconds: Some(3600.0) }, ..Recipe::default() };
    let recipes = [Recipe::default(), time];
    let mut compared = 0;
    for (turn, folder) in folders.iter().enumerate() {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let Ok(log) = std::fs::read(folder.join("input.csv")) else { continue };
        // Spark takes a while for each.
        let chosen = if driver.engine == Engine::Spark { &recipes[turn % 2..=turn % 2] } else { &recipes[..] };
        for recipe in chosen {
            let Some((file, csv)) = export_of(&format!("recorded-{}", driver.engine.word()), &log, recipe) else {
                continue;
            };
            let (found, expected) = (driver.rows(&file), Table::of_csv(&csv, None));
            let what = format!("{name}, {:?}, {}", recipe.mode, driver.engine.word());
            same(&what, &found.sorted(), &expected.sorted());
            compared += 1;
        }
    }
    println!("{compared} files agree");
    let least = if driver.engine == Engine::Spark { 75 } else { 150 };
    assert!(compared >= least, "{compared} of at least {least} files were compared");
}
