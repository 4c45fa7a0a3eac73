//! The command line, from a log to Parquet by date: what a night job takes.
//!
//! Owns the native build and its turn. Assumes nothing but cargo. Refuses to tell a time of a run that failed. The time is that of the
//! whole process.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::figures::{Figures, Measure};
use crate::command::{command, run};
use crate::place;

/// The command line, built for speed.
pub struct CommandLine {
    program: PathBuf,
}

impl CommandLine {
    /// Builds it.
    pub fn build() -> Result<Self, String> {
        run(command("cargo", ["build", "--locked", "--release", "--bin", "sensorium"]))?;
        let program = place::root().join("target/release/sensorium");
        if program.is_file() { Ok(Self { program }) } else { Err(format!("{} is absent", program.display())) }
    }

    /// One run into a folder that is not there yet.
    pub fn round(&self, work: &Path, log: &Path, rows: usize, figures: &mut Figures) -> Result<(), String> {
        let out = work.join("lake");
        let _ = std::fs::remove_dir_all(&out);
        let mut run = Command::new(&self.program);
        run.arg("run").arg(log).arg("--out").arg(&out).args(["--only", "parquet", "--json"]);
        let began = Instant::now();
        let ended = run.output().map_err(|error| format!("it could not be started: {error}"))?;
        let took_ms = began.elapsed().as_secs_f64() * 1_000.0;
        let _ = std::fs::remove_dir_all(&out);
        if !ended.status.success() {
            return Err(String::from_utf8_lossy(&ended.stderr).into_owned());
        }
        figures.extend(rows, Measure::Lake, [took_ms]);
        Ok(())
    }
}
