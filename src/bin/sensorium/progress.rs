//! How far a run is: one line on a terminal, rewritten in place and gone when something is said.
//!
//! Owns when it is shown: only where standard error is a terminal and no JSON is asked for, so that no log ever holds it.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use sensorium::ingest::ReadProgress;
use sensorium::wording::{bytes, count};

/// The least time between two lines, so that a terminal is not kept busy.
const PAUSE: Duration = Duration::from_millis(100);

/// The line. Dropped, it is cleared.
pub struct Progress {
    shown: bool,
    last: Option<Instant>,
    /// Characters that stand there.
    width: usize,
}

impl Progress {
    /// `silent`: nothing is shown, terminal or not.
    pub fn new(silent: bool) -> Self {
        Self { shown: !silent && std::io::stderr().is_terminal(), last: None, width: 0 }
    }

    /// Reading is so far.
    pub fn reading(&mut self, at: ReadProgress) {
        if self.is_due() {
            self.show(&reading(at));
        }
    }

    /// So many of all files are written.
    pub fn writing(&mut self, done: usize, all: usize) {
        if self.is_due() {
            self.show(&format!("Writing: {done} of {all} files"));
        }
    }

    /// A stage begins that tells nothing of itself until it ends.
    pub fn stage(&mut self, words: &str) {
        if self.shown {
            self.show(words);
        }
    }

    /// Takes the line away.
    pub fn clear(&mut self) {
        if self.width > 0 {
            self.show("");
            let _ = write!(std::io::stderr(), "\r");
        }
    }

    fn is_due(&self) -> bool {
        self.shown && self.last.is_none_or(|last| last.elapsed() >= PAUSE)
    }

    fn show(&mut self, line: &str) {
        let mut out = std::io::stderr().lock();
        // A terminal that has gone away needs no more. Blanks cover what a longer line left behind.
        let _ = write!(out, "\r{line:<width$}", width = self.width);
        let _ = out.flush();
        (self.width, self.last) = (line.chars().count(), Some(Instant::now()));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// `Reading: 3,200,000 rows, 171.2 of 535.0 MB (32 %)`
fn reading(at: ReadProgress) -> String {
    let rows = count(at.rows);
    let (done, all) = (at.bytes_done.min(at.bytes_total), at.bytes_total);
    match (100 * done).checked_div(all) {
        Some(percent) => format!("Reading: {rows} rows, {} of {} ({percent} %)", bytes(done), bytes(all)),
        // A pipe does not say how long it is.
        None => format!("Reading: {rows} rows"),
    }
}

#[cfg(test)]
mod tests {
    use super::reading;
    use sensorium::ingest::ReadProgress;

    #[test]
    fn rows_bytes_and_percent_are_told() {
        let at = ReadProgress { bytes_done: 171_200_000, bytes_total: 535_000_000, rows: 3_200_000 };
        assert_eq!(reading(at), "Reading: 3,200,000 rows, 171 MB of 535 MB (32 %)");
        assert_eq!(reading(ReadProgress { rows: 5, ..ReadProgress::default() }), "Reading: 5 rows");
    }
}
