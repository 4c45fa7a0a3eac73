//! Tables, a window of rows at a time.

use serde::{Deserialize, Serialize};

/// The tables of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TableKind {
    Anomalies,
    Daily,
    SetAside,
    Dropped,
    /// The first raw rows, as they stand in the file.
    Raw,
    /// What refused the run.
    Findings,
}

/// Which rows of a table the page wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableAsk {
    pub table: TableKind,
    /// Column and whether descending; none is the natural order.
    pub sort: Option<(u16, bool)>,
    /// Rows that hold this text in any column, whatever its case; empty keeps all.
    pub filter: String,
    pub from: u64,
    pub count: u32,
}

/// A window of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TablePage {
    pub table: TableKind,
    pub columns: Vec<TableColumn>,
    /// Rows of the whole table.
    pub total: u64,
    /// Rows that match the filter.
    pub matched: u64,
    pub from: u64,
    pub rows: Vec<TableRow>,
}

/// A column's heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumn {
    /// `Temp. °C`
    pub label: String,
    /// Right-aligned.
    pub numeric: bool,
    /// Set in a fixed-width face: text as it stands in a file.
    pub code: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableRow {
    /// Names the row for [`super::LocateAsk`]; stable while the recipe stays.
    pub key: u64,
    pub cells: Vec<Cell>,
}

/// A cell, before it is worded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    Missing,
    Text(String),
    Count(u64),
    /// A measured or computed number.
    Number(f64),
    /// A number that was filled in.
    Filled(f64),
    /// Microseconds UTC.
    Time(i64),
    /// Days since 1970-01-01.
    Day(i32),
    Flag(super::FlagKind),
}
