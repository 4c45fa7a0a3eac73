//! Browser tests over WebDriver, on the page as built in `dist/` (`cargo xtask build`), run by `cargo xtask test`.
//!
//! `cargo test --test browser` runs them alone; `SENSORIUM_ENGINES=chromium,firefox` chooses engines, words after `--` choose tests by
//! name, `SENSORIUM_DIST` another page. An engine that is absent is told of with a line `NOT RUN: ...` and never counted as passed.
//! To add tests, write a module with a function `cases` and name it in [`cases`].

// The page object is a vocabulary: not every word of it is used at every time.
#![allow(dead_code)]

mod access;
mod axe;
mod canvas;
mod case;
mod charts;
mod downloads;
mod engine;
mod expected;
mod folder;
mod gestures;
mod host;
mod large;
mod limits;
mod links;
mod logs;
mod million;
mod opening;
mod page;
mod privacy;
mod refused;
mod report;
mod shapes;
mod smoke;
mod start;
mod tables;
mod visit;
mod ways_out;
mod webdriver;
mod workers;
mod zoom;

use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use libtest_mimic::{Arguments, Trial};

use case::Case;
use engine::{ALL, Engine};

fn cases() -> Vec<Case> {
    let rooms: [fn() -> Vec<Case>; 19] = [
        start::cases,
        privacy::cases,
        smoke::cases,
        opening::cases,
        limits::cases,
        charts::cases,
        gestures::cases,
        zoom::cases,
        tables::cases,
        links::cases,
        downloads::cases,
        folder::cases,
        refused::cases,
        report::cases,
        shapes::cases,
        workers::cases,
        large::cases,
        access::cases,
        million::cases,
    ];
    rooms.into_iter().flat_map(|cases| cases()).collect()
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Browsers side by side would slow each other down and make times meaningless.
    arguments.test_threads = arguments.test_threads.or(Some(1));
    let chosen = std::env::var("SENSORIUM_ENGINES").unwrap_or_default();
    let words: Vec<&str> = chosen.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
    if let Some(word) = words.iter().find(|word| !ALL.iter().any(|engine| engine.name() == **word)) {
        eprintln!("SENSORIUM_ENGINES: expected chromium, firefox or webkit, but found {word:?}");
        return ExitCode::FAILURE;
    }
    let cases = cases();
    let mut trials = Vec::new();
    for engine in ALL {
        let mine: Vec<&Case> = cases.iter().filter(|case| case.engines.contains(&engine)).collect();
        if !words.is_empty() && !words.contains(&engine.name()) {
            println!("NOT RUN: {} browser tests in {}, SENSORIUM_ENGINES leaves it out", mine.len(), engine.name());
            continue;
        }
        if let Err(reason) = engine.programs() {
            println!("NOT RUN: {} browser tests in {}, {reason}", mine.len(), engine.name());
            continue;
        }
        for case in mine {
            trials.push(trial(case, engine));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

static CURRENT_CASE: Mutex<&str> = Mutex::new("");

/// The name of the test that is running, for the pictures of failures.
fn current_case() -> &'static str {
    *CURRENT_CASE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn trial(case: &Case, engine: Engine) -> Trial {
    let (name, run) = (case.name, case.run);
    Trial::test(format!("{}::{}", engine.name(), case.name), move || {
        *CURRENT_CASE.lock().unwrap_or_else(PoisonError::into_inner) = name;
        run(engine);
        Ok(())
    })
}
