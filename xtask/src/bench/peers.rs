//! The peers: who else does the same work on the same file.
//!
//! Owns their pinned versions and how each is asked. Assumes a network the first time, and Python 3 and npm. Refuses to tell a time
//! of a peer that did not run.

mod duckdb;
mod python;

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::figures::{Figures, Measure};
use super::targets::EXPORTED_ROWS;
use duckdb::DuckDb;
use python::Python;

/// The peers that could be installed.
pub struct Peers {
    work: PathBuf,
    python: Option<Python>,
    duckdb: Option<DuckDb>,
}

impl Peers {
    /// Installs what is missing; who could not be installed is noted.
    pub fn install(work: &Path, figures: &mut Figures) -> Self {
        let folder = work.join("peers");
        let python = or_not_run(Python::install(&folder), "Polars and pandas", figures);
        let duckdb = or_not_run(DuckDb::install(&folder), "DuckDB-WASM", figures);
        Self { work: work.to_path_buf(), python, duckdb }
    }

    /// Who takes part, with versions.
    pub fn names(&self) -> String {
        let names = [self.python.as_ref().map(Python::names), self.duckdb.as_ref().map(DuckDb::names)];
        names.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Each one's turn.
    pub fn round(&self, log: &Path, rows: usize, figures: &mut Figures) {
        if let Some(python) = &self.python {
            let polars = python.polars(log);
            keep(
                polars,
                "Polars",
                rows,
                &[("charts_ms", Measure::Polars), ("anomalies", Measure::PolarsFlagged)],
                figures,
            );
            let lake = python.polars_lake(log);
            keep(lake, "Polars to Parquet by date", rows, &[("lake_ms", Measure::PolarsLake)], figures);
            let kept = [
                ("charts_ms", Measure::Pandas),
                ("anomalies", Measure::PandasFlagged),
                ("export_ms", Measure::PandasExport),
                ("export_bytes", Measure::PandasExportBytes),
            ];
            keep(python.pandas(log, rows <= EXPORTED_ROWS), "pandas", rows, &kept, figures);
        }
        if let Some(duckdb) = &self.duckdb {
            let kept = [("charts_ms", Measure::DuckDb), ("anomalies", Measure::DuckDbFlagged)];
            keep(duckdb.run(&self.work, log), "DuckDB-WASM", rows, &kept, figures);
        }
    }
}

fn keep(outcome: Result<Value, String>, who: &str, rows: usize, kept: &[(&str, Measure)], figures: &mut Figures) {
    if let Some(told) = or_not_run(outcome, &format!("{who}, {} rows", super::table::grouped(rows)), figures) {
        for (key, measure) in kept {
            figures.extend(rows, *measure, told[key].as_f64());
        }
    }
}

fn or_not_run<T>(outcome: Result<T, String>, who: &str, figures: &mut Figures) -> Option<T> {
    outcome.map_err(|reason| figures.not_run(format!("{who}: {reason}"))).ok()
}
