//! `cargo xtask bench`: the log that every measure uses.
//!
//! Owns the command's words. Assumes nothing. Refuses what it does not know.

mod generate;

use std::path::PathBuf;

/// What the command line asked for: so many rows, written there.
pub struct Options {
    rows: usize,
    path: PathBuf,
}

impl Options {
    /// Reads the words after `bench`.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let usage = "expected --generate ROWS OUT.csv";
        let ["--generate", rows, path] = words else { return Err(String::from(usage)) };
        Ok(Self { rows: rows.parse().map_err(|_| usage)?, path: PathBuf::from(path) })
    }
}

/// Writes the log.
pub fn bench(options: &Options) -> Result<(), String> {
    generate::keep(options.rows, &options.path)
}
