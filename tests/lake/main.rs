//! The lake, read by others: Parquet files and folders of Sensorium through pyarrow, Polars, DuckDB and Spark, beside its own CSV.
//!
//! Each engine is one driver, started once (`tests/lake/*_driver.py`, in the environment that `cargo xtask test` makes under
//! `target/tools`). One that cannot be started is told of with a line `NOT RUN: ...` and never counted as passed;
//! `SENSORIUM_LAKE_ENGINES=polars,spark` chooses some.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod about;
mod driver;
mod logs;
#[path = "../engines/python.rs"]
mod python;
mod recordings;
mod skips;
mod table;

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Trial};

use driver::{Driver, Engine};

/// What is asked of an engine: a name and the test.
type Case = (&'static str, fn(&mut Driver));

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Engines side by side would slow each other down.
    arguments.test_threads = arguments.test_threads.or(Some(1));
    let chosen = std::env::var("SENSORIUM_LAKE_ENGINES").unwrap_or_default();
    let mut trials = Vec::new();
    for engine in Engine::ALL {
        let mut cases: Vec<Case> = [logs::CASES, skips::CASES].concat();
        match engine {
            Engine::PyArrow => cases.extend(about::PYARROW),
            Engine::DuckDb => cases.extend(about::DUCKDB),
            Engine::Polars | Engine::Spark => {}
        }
        let (word, count) = (engine.word(), cases.len() + recordings::CASES.len());
        if !chosen.is_empty() && !chosen.split(',').any(|name| name.trim() == word) {
            println!("NOT RUN: {count} tests of Parquet in {word}, SENSORIUM_LAKE_ENGINES leaves it out");
            continue;
        }
        if let Err(reason) = engine.installed() {
            println!("NOT RUN: {count} tests of Parquet in {word}, {reason}");
            continue;
        }
        let driver = Arc::new(Mutex::new(None));
        let trial = |(name, run): &Case, is_ignored: bool| {
            let (driver, run) = (Arc::clone(&driver), *run);
            let test = move || {
                let mut driver = driver.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                run(driver.get_or_insert_with(|| Driver::start(engine)));
                Ok(())
            };
            Trial::test(format!("{word}::{name}"), test).with_ignored_flag(is_ignored)
        };
        trials.extend(cases.iter().map(|case| trial(case, false)));
        trials.extend(recordings::CASES.iter().map(|case| trial(case, true)));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
