//! `cargo xtask test`: everything that has to hold, one step after the other, none skipped because another failed.
//!
//! Owns the list of steps. Assumes the browser tests are the test target `browser`, which only this command runs.
//! Refuses to end with success when anything failed.

use crate::command::{command, follow, run};
use crate::install::{self, browsers, engines};
use crate::tally::{SHARED, Tally};
use crate::{page, place, size};

const WASM: &str = "wasm32-unknown-unknown";

/// Runs everything and prints the totals last; false when anything failed.
pub fn test() -> bool {
    let mut tally = Tally::default();
    format_and_lints(&mut tally);
    native_tests(&mut tally);
    let built = page::build();
    let page_is_there = built.is_ok();
    tally.check("page", built);
    if page_is_there {
        tally.check("size budget", size::check(&place::dist()));
        browser_tests(&mut tally);
    } else {
        for what in ["size budget", "browser tests"] {
            tally.not_run(format!("{what}, the page could not be built"));
        }
    }
    let strict = std::env::var("CI").is_ok_and(|value| value == "true");
    let (lines, well) = tally.report(strict);
    println!();
    for line in lines {
        println!("{line}");
    }
    well
}

fn format_and_lints(tally: &mut Tally) {
    tally.check("format", run(command("cargo", ["fmt", "--all", "--check"])));
    let lints: [(&str, &[&str]); 3] = [
        ("lints", &["--workspace", "--all-targets"]),
        ("lints of the browser tests", &["--test", "browser"]),
        ("lints of the page", &["--target", WASM, "--lib", "--bin", "app"]),
    ];
    for (name, targets) in lints {
        let mut clippy = command("cargo", ["clippy", "--locked"]);
        clippy.args(targets).args(["--", "-D", "warnings"]);
        tally.check(name, run(clippy));
    }
}

fn native_tests(tally: &mut Tally) {
    for failure in engines::install() {
        eprintln!("{failure}");
    }
    tally.step("engines installed");
    let mut tests = command("cargo", ["test", "--locked", "--workspace", "--no-fail-fast"]);
    // Tests that compare with the recordings beside the project are marked as ignored, with that reason.
    if place::root().join(SHARED).is_dir() {
        tests.args(["--", "--include-ignored"]);
    }
    run_tests(tally, "native tests", tests);
}

fn browser_tests(tally: &mut Tally) {
    for failure in browsers::install() {
        eprintln!("{failure}");
    }
    if let Err(reason) = install::axe() {
        eprintln!("axe-core could not be installed: {reason}");
    }
    tally.step("browsers installed");
    run_tests(tally, "browser tests", command("cargo", ["test", "--locked", "--test", "browser"]));
}

fn run_tests(tally: &mut Tally, name: &str, tests: std::process::Command) {
    let before = tally.failed();
    let outcome = follow(tests, |line| tally.line(line));
    tally.run_ended(name, before, outcome);
}
