//! The messages between page and worker: one closed enum each way, and the plain shapes that they carry.
//!
//! No behaviour. A request names what the page wants to see; a reply carries only that. Messages travel as bytes
//! ([`postcard`]); the bytes of exported files travel beside the reply, so that the page never holds them in its own memory.
//!
//! One request runs and one waits. What waits is merged with what comes later ([`Ask`] fields are wishes, the newest wins), so
//! a moved limit never displaces an export.

use serde::{Deserialize, Serialize};

use crate::recipe::{DateOrder, Recipe};
use crate::survey::{Card, Told};

mod charts;
mod packed;
mod tables;

pub use charts::*;
pub use tables::*;

/// What the page asks of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Read the files handed over beside this message, in order of name, and answer what `ask` wants of them.
    Open { names: Vec<String>, ask: Ask, told: Box<Told> },
    /// Read the built-in sample.
    OpenSample { ask: Ask },
    /// About the log that is open.
    Ask(Ask),
}

/// Wishes about the open log. A field that is none or empty asks nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// Grows with every request; a reply carries the generation it answers.
    pub generation: u32,
    /// Take this recipe from now on: the answer carries the overview anew.
    pub recipe: Option<Recipe>,
    pub chart: Option<ChartAsk>,
    /// The name of the series that the page holds: a chart with the same may come without them. 0 holds none.
    pub holds: u32,
    /// At most one a table.
    pub tables: Vec<TableAsk>,
    pub nearest: Option<NearestAsk>,
    pub export: Option<ExportKind>,
    /// Where a row of the anomaly table stands in the charts.
    pub locate: Option<LocateAsk>,
}

/// What the worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The worker has started and can be used.
    Hello,
    Progress(Progress),
    /// The log is open, or an ask about it is answered.
    Answer(Box<Answer>),
    /// The run is refused; the worker goes on serving (a changed mode may accept what was read).
    Refused(Box<Refusal>),
    /// This ask could not be answered; what is open stays open.
    Failed {
        generation: u32,
        message: String,
    },
}

/// How far reading is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub generation: u32,
    pub bytes_done: u64,
    pub bytes_total: u64,
    pub rows: u64,
}

/// The answer to one [`Ask`]: what was asked for, nothing else.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub generation: u32,
    /// After opening, and whenever a recipe was sent.
    pub overview: Option<Overview>,
    pub chart: Option<Chart>,
    pub tables: Vec<TablePage>,
    /// The reading nearest to the pointer; inner none where there is none.
    pub nearest: Option<Option<Nearest>>,
    /// Names and kinds of the files whose bytes travel beside this reply.
    pub exports: Vec<ExportedFile>,
    pub located: Option<Located>,
    /// Milliseconds on the worker's clock, for User Timing.
    pub timings: Timings,
}

/// How long the worker's phases took, in milliseconds; zero where a phase did not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    pub read_ms: f64,
    pub pipeline_ms: f64,
    /// Making what the answer carries: tables, charts, exports.
    pub view_ms: f64,
    /// Bytes of wasm memory of all workers together.
    pub wasm_bytes: u64,
}

/// Everything the page shows outside charts and tables.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// The recipe this belongs to.
    pub recipe: Recipe,
    pub files: Vec<FileRead>,
    pub counts: Counts,
    /// First and last timestamp of the readings shown, microseconds UTC; none without readings.
    pub span_us: Option<(i64, i64)>,
    /// Median step between a device's readings, over all devices, in microseconds.
    pub median_step_us: Option<i64>,
    /// Metrics in order, with units.
    pub metrics: Vec<MetricShown>,
    /// Devices in order of the readings (bytes of the name).
    pub devices: Vec<DeviceShown>,
    /// Of the rolling mean of temperature, with what is above the limit.
    pub high_temp: Distribution,
    /// Of the battery, with what is below the limit.
    pub low_battery: Distribution,
    /// Sentences about the whole: a file that was left out, columns not read.
    pub notices: Vec<String>,
    /// The zone by whose clock days and hours of the day are counted.
    pub zone: String,
    /// The first readings of a file of another shape, as they were read.
    pub preview: Preview,
}

/// The first readings as they were read, for a look.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    pub rows: Vec<PreviewRow>,
}

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PreviewRow {
    pub line: u32,
    /// Microseconds since the Unix epoch, UTC.
    pub stamp_us: i64,
    pub device: String,
    /// One a metric of the overview; NaN is missing.
    pub values: Vec<f64>,
}

/// One file as it was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileRead {
    pub name: String,
    pub bytes: u64,
    pub rows_read: u64,
    /// How it was read: `comma, 6 columns, ISO times, UTC`.
    pub read_as: String,
    /// The same in fewer words; equal for files that were read alike.
    pub way: String,
    /// Columns that are no metric, each with why.
    pub not_read: Vec<(String, String)>,
    /// Stands for the names of its columns: files with the same names have the same.
    pub columns: u64,
    /// What was understood of it, line by line; of the first file only.
    pub card: Option<Box<Card>>,
    /// Why the file was left out, if it was.
    pub error: Option<String>,
}

/// `rows_read = rows_out + rows_dropped + rows_set_aside + rows_outside_range`, always.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    pub rows_read: u64,
    pub rows_out: u64,
    pub rows_dropped: u64,
    pub rows_set_aside: u64,
    pub rows_outside_range: u64,
    pub devices: u64,
    /// Cells filled in readings that stay, per metric in order.
    pub filled: Vec<u64>,
    /// All metric cells of readings that stay: what the percentage of filled cells is of.
    pub metric_cells: u64,
    pub high_temperature: u64,
    pub low_battery: u64,
    pub both: u64,
    /// Cells and rows that broke the contract, whatever the mode did about them.
    pub violations: u64,
    /// Cells that the repair mode emptied.
    pub repaired: u64,
    /// Readings that repeat an earlier one of the same device and time: with equal values, and with others.
    pub repeated_exact: u64,
    pub repeated_otherwise: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MetricShown {
    pub name: String,
    pub unit: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeviceShown {
    pub name: String,
    pub readings: u64,
    /// Flagged readings of this device, of any type.
    pub flags: u64,
    /// Its highest temperature; none without one.
    pub peak_celsius: Option<f64>,
}

/// How often a quantity takes which value, over a limit's slider range.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Value at the left edge of the first bin and the right edge of the last. Values beyond are in the outermost bins.
    pub from: f64,
    pub to: f64,
    pub bins: Vec<u32>,
    /// Readings beyond the limit, and devices that have one.
    pub beyond_readings: u64,
    pub beyond_devices: u64,
}

/// Why nothing was computed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    pub generation: u32,
    /// The whole sentence, with file and line where there is one.
    pub message: String,
    pub files: Vec<FileRead>,
    pub rows_read: u64,
    /// Whether another mode would accept what was read: then the page offers set aside and repair.
    pub other_modes: bool,
    /// Rows that set aside would set aside; cells that repair would empty, and rows that it would set aside.
    pub would_set_aside: u64,
    pub would_repair_cells: u64,
    pub would_repair_rows: u64,
    /// The orders of dates that the page asks about, each with what it would mean. Empty where nothing is asked.
    pub date_orders: Vec<(DateOrder, String)>,
    /// Stands for the names of the columns of the file that asks, as in [`FileRead`]; 0 where none asks.
    pub columns: u64,
    /// Whether it is the shape of a file that is refused, so that it may be read otherwise.
    pub other_shape: bool,
    /// Total number of findings; pages of them come through [`TableKind::Findings`].
    pub findings: u64,
    /// The first page of findings.
    pub page: Option<TablePage>,
    pub exports: Vec<ExportedFile>,
}

/// What can be taken away. The chart as PNG is made by the page from its canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExportKind {
    Parquet,
    ParquetPartitioned,
    /// The same files one behind the other, for a folder that the page writes.
    Folder,
    /// A star schema for PostgreSQL, in a zip.
    StarSchema,
    /// The recipe as a script for each engine, in a zip.
    Sql,
    /// The run as one page of HTML.
    Report,
    Csv,
    Anomalies,
    Daily,
    SetAside,
    Dropped,
    Log,
    /// The findings of a refused run.
    Findings,
}

/// A file whose bytes travel beside the reply, at the same index.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExportedFile {
    pub name: String,
    pub media_type: String,
    /// None where it is no table.
    pub rows: Option<u64>,
    /// Path and length of each file, where the bytes are those of several one behind the other.
    pub parts: Vec<(String, u64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fields that are left out when written would shift all that follow in a format without names.
    #[test]
    fn messages_read_back_equal_from_their_bytes() {
        let ask = Ask {
            generation: 7,
            recipe: Some(Recipe::default()),
            chart: Some(ChartAsk { window_us: Some((-1, 5)), ..ChartAsk::default() }),
            export: Some(ExportKind::Csv),
            ..Ask::default()
        };
        let request = Request::Open { names: vec!["a.csv".into()], ask, told: Box::default() };
        let bytes = postcard::to_stdvec(&request).unwrap();
        assert_eq!(postcard::from_bytes::<Request>(&bytes).unwrap(), request);
        let overview = Overview { span_us: Some((0, 1)), ..Overview::default() };
        let answer = Answer { overview: Some(overview), nearest: Some(None), ..Answer::default() };
        let reply = Reply::Answer(Box::new(answer));
        let bytes = postcard::to_stdvec(&reply).unwrap();
        assert_eq!(postcard::from_bytes::<Reply>(&bytes).unwrap(), reply);
    }
}
