//! The form of a preset.
//!
//! Also compiled into the build script, which turns presets from JSON into bytes: knows nothing but serde.

use serde::{Deserialize, Serialize};

/// What a preset adds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Preset {
    /// As the card shows it: `hoboware`.
    pub name: String,
    /// Whose files these are, for people.
    pub title: String,
    pub fingerprint: Fingerprint,
    /// `comma`, `semicolon`, `tab`, `pipe`, `blanks`; else it is found.
    pub delimiter: Option<String>,
    pub header: HeaderRule,
    pub time: TimeRule,
    pub device: DeviceRule,
    pub columns: Vec<ColumnRule>,
    /// Numbers that stand for no value in any column.
    pub missing: Vec<f64>,
    /// Long tables: headers of the columns.
    pub long: Option<LongRule>,
}

/// How the files are known. All that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fingerprint {
    /// Pattern of the file's first line; `*` is anything, `#` a digit.
    pub first_line: String,
    /// Pattern of one of the first lines.
    pub line: String,
    /// Pattern of the file's name.
    pub file: String,
    /// What the first cells of most lines are: `int`, `number`, `date`, `clock`, `text`, `missing`, `any`, or a pattern.
    pub row: Vec<String>,
    /// Cells of most lines: least and most.
    pub width: Option<(usize, usize)>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HeaderRule {
    /// There is no line of names.
    pub none: bool,
    /// The line of the names; the table begins after it, or after the line of units or `body`.
    pub line: Option<u32>,
    pub units_line: Option<u32>,
    /// The first line of the table.
    pub body: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TimeRule {
    /// Columns of the time, from 1: a date, then a time of day.
    pub columns: Vec<usize>,
    /// Digits by `%Y %m %d %H %M %S %j`, `_` any character; the column is the first of `columns`.
    pub pattern: String,
    /// `fields`: year, month, day, hour, minute in `columns`; `packed`: digits of a date, then of hours and minutes;
    /// `year-day`: the year, the day of it, and hours and minutes; without the year where it stands in `year_from`.
    pub form: String,
    /// Line and cell, from 1, where the year stands.
    pub year_from: Option<(u32, usize)>,
    /// Offset of all times: `-08:00`.
    pub zone: String,
    /// Line and cell, from 1, where hours east of UTC stand.
    pub zone_from: Option<(u32, usize)>,
    /// Abbreviations that a header may have instead of a name, with their offsets.
    pub zone_names: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceRule {
    /// Pattern of the file's name, without its ending: `<` and `>` stand around the device.
    pub file: Vec<String>,
    /// Line and cell, from 1, of its name.
    pub cell: Option<(u32, usize)>,
    /// A whole line, from 1.
    pub line: Option<u32>,
    /// Column, from 1.
    pub column: Option<usize>,
    /// So many first characters of the column's cells.
    pub first: Option<usize>,
}

/// One column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ColumnRule {
    /// Position from 1, or a pattern of its header.
    pub at: Option<usize>,
    pub header: String,
    /// The metric's name; none where the column is no metric.
    pub name: String,
    /// The unit of its numbers, as headers write it.
    pub unit: String,
    /// Why it is no metric, for people.
    pub skip: String,
    /// Numbers that stand for no value in this column.
    pub missing: Vec<f64>,
    /// Bounds of what the sensor measures.
    pub min: Option<f64>,
    pub max: Option<f64>,
}

/// A row a value: headers of the metric's and the value's column. Where device and metric stand in one cell, the metric is its
/// last words that are known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LongRule {
    pub metric: String,
    pub value: String,
    /// The metric's cell also names the device: `sensor.cellar_temperature`.
    pub with_device: bool,
}
