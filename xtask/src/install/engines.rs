//! The engines that results are handed over to.
//!
//! Owns which programs make an engine usable. Assumes the tests look for the same programs (`tests/engines`). Refuses nothing: an
//! engine that cannot be installed is left to the tests, which report it as not run.

use std::path::PathBuf;

use super::{python, system};
use crate::place;

/// Installs the missing ones. Returns a sentence for each engine that could not be installed.
pub fn install() -> Vec<String> {
    let mut failures = Vec::new();
    let engines = "DuckDB, PySpark, pyarrow and Polars";
    for (engine, installed) in [("PostgreSQL", postgres()), (engines, python::install()), ("Java", java())] {
        if let Err(reason) = installed {
            failures.push(format!("{engine} could not be installed: {reason}"));
        }
    }
    failures
}

/// PostgreSQL with its client. Debian keeps the server's programs out of the search path, in a folder a version.
fn postgres() -> Result<(), String> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.extend(place::search_path());
    let whole = |folder: &PathBuf| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).is_file());
    if folders.iter().any(whole) { Ok(()) } else { system::install(&["postgresql"]) }
}

/// What runs Spark.
fn java() -> Result<(), String> {
    if place::program(&["java"]).is_some() {
        return Ok(());
    }
    // Debian and Ubuntu differ in which they have; Spark 4 runs on 17 and 21.
    let known =
        ["openjdk-17-jre-headless", "openjdk-21-jre-headless"].into_iter().find(|package| system::known(package));
    system::install(&[known.unwrap_or("default-jre-headless")])
}
