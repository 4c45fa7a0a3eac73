//! The scripts of the room `sql`: what they say, and what real engines make of them, beside what the library makes of the same logs.
//!
//! Each engine is one driver, started once (Spark two), that runs script after script (`tests/sql/*_driver.py`, in the environment that
//! `cargo xtask test` makes under `target/tools`). One that cannot be started is told of with a line `NOT RUN: ...` and never counted as
//! passed; `SENSORIUM_SQL_ENGINES=duckdb,spark` chooses some.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod agree;
mod driver;
mod expected;
#[allow(dead_code, reason = "the room `generated` uses all of it")]
#[path = "../generated/generate.rs"]
mod generate;
mod handover;
mod logs;
#[allow(dead_code, reason = "the tests of the star schema use all of it")]
#[path = "../engines/postgres.rs"]
mod postgres;
#[path = "../engines/python.rs"]
mod python;
mod recordings;
mod refusals;
mod scripts;
mod shapes;

use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use libtest_mimic::{Arguments, Trial};
use sensorium::sql::Engine;

use driver::Driver;

/// What is run in every engine: a name and the test. Recordings lie beside the project; their tests are ignored where they are not.
type Case = (&'static str, fn(&mut Driver));

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Two, for Spark's drivers; the others' tests wait for the one of their engine.
    arguments.test_threads = arguments.test_threads.or(Some(2));
    let mut trials: Vec<Trial> = scripts::cases().into_iter().map(|(name, run)| trial(name.into(), run)).collect();
    let chosen = std::env::var("SENSORIUM_SQL_ENGINES").unwrap_or_default();
    let cases: Vec<Case> = [logs::cases(), refusals::cases(), shapes::cases()].concat();
    for engine in Engine::ALL {
        let title = engine.title();
        let count = cases.len() + recordings::CASES.len();
        if !chosen.is_empty() && !chosen.split(',').any(|word| word.trim() == engine.word()) {
            println!("NOT RUN: {count} tests of SQL in {title}, SENSORIUM_SQL_ENGINES leaves it out");
            continue;
        }
        if let Err(reason) = Driver::programs(engine) {
            println!("NOT RUN: {count} tests of SQL in {title}, {reason}");
            continue;
        }
        // Spark plans each statement in one thread, far longer than it runs it.
        let drivers = if engine == Engine::Spark { 2 } else { 1 };
        let drivers: Arc<[Place]> = (0..drivers).map(|_| Place::default()).collect();
        let of_engine = |(name, run): &Case, is_ignored: bool| {
            let (drivers, run) = (Arc::clone(&drivers), *run);
            let test = move || {
                let (number, mut driver) = free(&drivers);
                run(driver.get_or_insert_with(|| Driver::start(engine, number)));
            };
            trial(format!("{}::{name}", engine.word()), test).with_ignored_flag(is_ignored)
        };
        trials.extend(cases.iter().map(|case| of_engine(case, false)));
        trials.extend(recordings::CASES.iter().map(|case| of_engine(case, true)));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A driver, from its first test on.
type Place = Mutex<Option<Driver>>;

/// A driver that no test holds, or the first one once it is free. One of a failed test goes on.
fn free(drivers: &[Place]) -> (usize, MutexGuard<'_, Option<Driver>>) {
    for (number, place) in drivers.iter().enumerate() {
        match place.try_lock() {
            Ok(driver) => return (number, driver),
            Err(TryLockError::Poisoned(driver)) => return (number, driver.into_inner()),
            Err(TryLockError::WouldBlock) => {}
        }
    }
    (0, drivers[0].lock().unwrap_or_else(PoisonError::into_inner))
}

fn trial(name: String, run: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        run();
        Ok(())
    })
}
