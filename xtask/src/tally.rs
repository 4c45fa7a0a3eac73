//! Counting what passed, failed and was not run, and the time that each step took.
//!
//! Owns the totals. Assumes test programs that end with libtest's line and tell of gaps with a line `NOT RUN: what, why`.
//! Refuses to count anything that did not run as passed.

use std::time::{Duration, Instant};

/// What is said of tests that compare with recordings outside the project; their absence is no failure even in continuous integration.
pub const SHARED: &str = "../shared";

/// The totals so far.
#[derive(Debug)]
pub struct Tally {
    /// When the step now under way began.
    since: Instant,
    steps: Vec<(String, Duration)>,
    passed: u64,
    failed: u64,
    skipped: u64,
    failures: Vec<String>,
    not_run: Vec<String>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            steps: Vec::new(),
            passed: 0,
            failed: 0,
            skipped: 0,
            failures: Vec::new(),
            not_run: Vec::new(),
        }
    }
}

/// The totals of one run of a test program.
#[derive(Debug, Default, PartialEq, Eq)]
struct Totals {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Tally {
    /// Counts one check as a whole.
    pub fn check(&mut self, name: &str, outcome: Result<(), String>) {
        self.step(name);
        match outcome {
            Ok(()) => self.passed += 1,
            Err(reason) => self.fail(name, &reason),
        }
    }

    /// Counts a test program's output, line by line.
    pub fn line(&mut self, line: &str) {
        if let Some(totals) = totals(line) {
            self.passed += totals.passed;
            self.failed += totals.failed;
            self.skipped += totals.ignored;
        } else if let Some(gap) = line.strip_prefix("NOT RUN: ") {
            self.not_run(gap.to_owned());
        } else if let Some((name, reason)) = ignored(line) {
            self.not_run.push(format!("{name}, {reason}"));
        } else if let Some(name) = failed(line) {
            self.failures.push(name.to_owned());
        }
    }

    /// Ends a run of test programs: one that fails without a failed test (it did not compile, it broke off) counts as one failure.
    pub fn run_ended(&mut self, name: &str, failed_before: u64, outcome: Result<(), String>) {
        self.step(name);
        if let Err(reason) = outcome
            && self.failed == failed_before
        {
            self.fail(name, &reason);
        }
    }

    /// Ends a step: the time since the last one ended is its.
    pub fn step(&mut self, name: &str) {
        self.steps.push((name.to_owned(), self.since.elapsed()));
        self.since = Instant::now();
    }

    /// Failures so far.
    pub fn failed(&self) -> u64 {
        self.failed
    }

    /// Notes something that could not be run, as `what, why`.
    pub fn not_run(&mut self, gap: String) {
        self.skipped += 1;
        self.not_run.push(gap);
    }

    fn fail(&mut self, name: &str, reason: &str) {
        self.failed += 1;
        self.failures.push(format!("{name}: {reason}"));
    }

    /// The report's lines, and whether all is well. `strict`: whatever was not run is a failure, but for comparisons with [`SHARED`].
    pub fn report(mut self, strict: bool) -> (Vec<String>, bool) {
        let mut lines = Vec::new();
        for gap in &self.not_run {
            lines.push(format!("NOT RUN: {gap}"));
        }
        if !self.not_run.is_empty() {
            lines.push(format!("{} not run", self.not_run.len()));
        }
        if strict {
            for gap in self.not_run.clone() {
                if !gap.contains(SHARED) {
                    self.skipped = self.skipped.saturating_sub(1);
                    self.fail(&gap, "everything has to run where CI=true");
                }
            }
        }
        for failure in &self.failures {
            lines.push(format!("FAILED: {failure}"));
        }
        let mut total = format!("{} passed, {} failed", self.passed, self.failed);
        if self.skipped > 0 {
            total.push_str(&format!(", {} skipped", self.skipped));
        }
        let all: Duration = self.steps.iter().map(|(_, took)| *took).sum();
        let steps: Vec<String> = self.steps.iter().map(|(name, took)| format!("{name} {} s", took.as_secs())).collect();
        lines.push(format!("{} s: {}", all.as_secs(), steps.join(", ")));
        lines.push(total);
        (lines, self.failed == 0 && self.passed > 0)
    }
}

/// Reads `test result: ok. 12 passed; 0 failed; 1 ignored; ...`.
fn totals(line: &str) -> Option<Totals> {
    let rest = line.strip_prefix("test result: ")?;
    let counts = rest.split_once(". ")?.1;
    let mut totals = Totals::default();
    for part in counts.split("; ") {
        let mut words = part.split_whitespace();
        let (Some(number), Some(word)) = (words.next(), words.next()) else {
            continue;
        };
        let Ok(number) = number.parse() else { continue };
        match word {
            "passed" => totals.passed = number,
            "failed" => totals.failed = number,
            "ignored" => totals.ignored = number,
            _ => {}
        }
    }
    Some(totals)
}

/// Reads `test name ... ignored, reason`.
fn ignored(line: &str) -> Option<(&str, &str)> {
    let (name, outcome) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let reason = outcome.strip_prefix("ignored")?;
    Some((name, reason.strip_prefix(", ").unwrap_or("without a reason")))
}

/// Reads `test name ... FAILED`.
fn failed(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: [&str; 4] = [
        "test clean::orders ... ok",
        "test oracle::all ... ignored, compares with ../shared",
        "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
    ];

    fn counted() -> Tally {
        let mut tally = Tally::default();
        for line in LINES {
            tally.line(line);
        }
        tally
    }

    #[test]
    fn totals_are_added_up() {
        let (lines, well) = counted().report(false);
        assert_eq!(lines.last().map(String::as_str), Some("4 passed, 2 failed, 1 skipped"));
        assert!(!well);
    }

    #[test]
    fn absent_recordings_are_no_failure_and_absent_engines_are_where_strict() {
        let mut tally = Tally::default();
        tally.check("format", Ok(()));
        tally.not_run(String::from("oracle, no ../shared here"));
        assert!(tally.report(true).1);
        let mut tally = Tally::default();
        tally.check("format", Ok(()));
        tally.line("NOT RUN: browser tests in Firefox, geckodriver is absent");
        let (lines, well) = tally.report(true);
        assert!(!well);
        assert_eq!(lines[0], "NOT RUN: browser tests in Firefox, geckodriver is absent");
    }

    #[test]
    fn a_program_that_breaks_off_counts_as_a_failure() {
        let mut tally = counted();
        let before = tally.failed();
        tally.run_ended("tests", before, Err(String::from("signal 11")));
        assert_eq!(tally.failed(), before + 1);
        tally.run_ended("tests", before, Err(String::from("exit status 101")));
        assert_eq!(tally.failed(), before + 1);
    }

    #[test]
    fn nothing_run_is_not_well() {
        assert!(!Tally::default().report(false).1);
    }
}
