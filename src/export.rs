//! Results as files: Parquet (one file, or one a date), spreadsheet CSVs, the run log.
//!
//! Owns encoding, partitioning and the names of files. Assumes an [`Outcome`](crate::pipeline::Outcome) whose columns run in
//! parallel. Writes to whatever it is handed, row by row or column by column, and never opens, downloads or names a place; knows no
//! clock, so that the same outcome gives the same bytes. Ignores the view, obeys the date range.
//!
//! Numbers, times and text are never altered in Parquet. In the CSVs a text cell that a spreadsheet would take for a formula
//! gets one leading `'` ([`text::guarded`]).

mod archive;
mod cells;
pub mod columns;
mod findings;
mod lists;
pub mod names;
mod parquet_chunk;
mod parquet_file;
mod parquet_values;
mod partitions;
mod readings_csv;
mod run_log;
mod spans;
mod summary;
pub mod text;
mod thrift;

pub(crate) use archive::Archive;
pub(crate) use cells::Cells;
pub use findings::{Finding, Guard, findings, write_findings};
pub use lists::{daily_csv, dropped_csv, set_aside_csv};
pub use parquet_file::{ROW_GROUP_ROWS, readings_parquet};
pub use partitions::{Partition, Partitions, partitions, partitions_in_row, partitions_zip};
pub use readings_csv::{anomalies_csv, readings_csv};
pub use run_log::{RunLog, Written, run_log, sentence};
pub use spans::Span;
pub(crate) use spans::selected;
pub use summary::Summary;

use crate::{Error, ErrorKind};

/// An error that stopped a file from being made.
pub(crate) fn failed(cause: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Export, "", format!("the file could not be written: {cause}"))
}
