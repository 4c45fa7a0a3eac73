//! Which columns, types, units and bounds make a reading valid, and the names of what breaks it.
//!
//! Owns the contract as data and the closed list of rules. Assumes cells already parsed to numbers. Never reads bytes and
//! never decides what happens to a violating row: that is the mode of the recipe.

use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    Timestamp,
    Device,
    Number,
}

/// What happens to a gap in a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillPolicy {
    /// A gap stays missing.
    #[default]
    No,
    /// On the straight line between the known neighbours; ends hold the nearest value.
    Linear,
}

/// One column of a contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
    /// The unit as written after a number, empty where there is none.
    #[serde(default)]
    pub unit: String,
    /// Inclusive lower bound.
    #[serde(default)]
    pub min: Option<f64>,
    /// Inclusive upper bound.
    #[serde(default)]
    pub max: Option<f64>,
    #[serde(default)]
    pub fill: FillPolicy,
}

impl Column {
    /// Whether a measured value keeps the bounds. A value that is not finite keeps none.
    #[inline]
    pub fn admits(&self, value: f64) -> bool {
        value.is_finite() && self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }

    /// What a cell of this column is expected to be, for a sentence: `a number between -20 and 50`.
    pub fn expectation(&self) -> String {
        match (self.kind, self.min, self.max) {
            (ColumnKind::Timestamp, ..) => "a time that exists, such as 2024-03-01 08:00:00".into(),
            (ColumnKind::Device, ..) => "a device id".into(),
            (ColumnKind::Number, Some(min), Some(max)) => {
                format!("a number between {min} and {max}")
            }
            (ColumnKind::Number, Some(min), None) => format!("a number of at least {min}"),
            (ColumnKind::Number, None, Some(max)) => format!("a number of at most {max}"),
            (ColumnKind::Number, None, None) => "a number".into(),
        }
    }
}

/// The columns that a log must have. One timestamp, one device, any number of metrics; names are unique whatever their case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    pub columns: Vec<Column>,
}

/// The metric whose rolling mean the high temperature limit tests.
pub const TEMPERATURE: &str = "temperature_celsius";
/// The metric of the daily mean humidity.
pub const HUMIDITY: &str = "humidity_percent";
/// The metric that the low battery limit tests.
pub const BATTERY: &str = "battery_level_percent";

impl Default for Contract {
    fn default() -> Self {
        let column = |name: &str, kind, unit: &str, min, max, fill| Column {
            name: name.into(),
            kind,
            unit: unit.into(),
            min,
            max,
            fill,
        };
        use ColumnKind::{Device, Number, Timestamp};
        use FillPolicy::{Linear, No};
        Self {
            columns: vec![
                column("timestamp", Timestamp, "", None, None, No),
                column("device_id", Device, "", None, None, No),
                column(TEMPERATURE, Number, "°C", Some(-20.0), Some(50.0), Linear),
                column(HUMIDITY, Number, "%", Some(0.0), Some(100.0), Linear),
                column("pressure_hpa", Number, "hPa", None, None, Linear),
                column(BATTERY, Number, "%", Some(0.0), Some(100.0), No),
            ],
        }
    }
}

impl Contract {
    /// Why this contract cannot be used, if it cannot: a sentence for a person who wrote it as JSON.
    pub fn fault(&self) -> Option<String> {
        let count = |kind| self.columns.iter().filter(|c| c.kind == kind).count();
        if count(ColumnKind::Timestamp) != 1 {
            return Some("a contract needs exactly one timestamp column".into());
        }
        if count(ColumnKind::Device) != 1 {
            return Some("a contract needs exactly one device column".into());
        }
        for (i, column) in self.columns.iter().enumerate() {
            let name = fold(&column.name);
            if name.is_empty() {
                return Some(format!("column {} of the contract has no name", i + 1));
            }
            if self.columns[..i].iter().any(|c| fold(&c.name) == name) {
                return Some(format!("the contract names \"{}\" twice", column.name));
            }
            if RESERVED.contains(&name.as_str()) {
                return Some(format!("\"{}\" is a column that Sensorium computes", column.name));
            }
            if [column.min, column.max].iter().flatten().any(|b| !b.is_finite()) {
                return Some(format!("the bounds of \"{}\" are no finite numbers", column.name));
            }
            if let (Some(min), Some(max)) = (column.min, column.max)
                && min > max
            {
                return Some(format!("\"{}\" has a lower bound of {min} above its upper bound of {max}", column.name));
            }
        }
        None
    }

    /// The contract's metrics, in its order.
    pub fn metrics(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|c| c.kind == ColumnKind::Number)
    }
}

/// Columns that Sensorium computes. A column of that name in a file is not read, so that no export names one twice.
pub const RESERVED: [&str; 8] = [
    "temperature_fahrenheit",
    "hour_of_day",
    "temp_rolling_avg_3",
    "valid_until",
    "anomaly_type",
    "is_anomaly",
    "source_file",
    "source_line",
];

/// A column name as it is compared: without surrounding blanks, in lower case.
pub fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

/// How a cell or row can break the contract. The closed list of `semantics.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    NotANumber,
    OutOfBounds,
    BadTimestamp,
    MissingTimestamp,
    MissingDevice,
    RaggedRow,
    NulByte,
    OpenQuote,
}

impl Rule {
    /// The rule's name in files and messages.
    pub fn name(self) -> &'static str {
        match self {
            Rule::NotANumber => "not_a_number",
            Rule::OutOfBounds => "out_of_bounds",
            Rule::BadTimestamp => "bad_timestamp",
            Rule::MissingTimestamp => "missing_timestamp",
            Rule::MissingDevice => "missing_device",
            Rule::RaggedRow => "ragged_row",
            Rule::NulByte => "nul_byte",
            Rule::OpenQuote => "open_quote",
        }
    }

    /// Whether repairing a cell cannot save its row: no time, no device, or no trustworthy cells at all.
    pub fn condemns_row(self) -> bool {
        !matches!(self, Rule::NotANumber | Rule::OutOfBounds)
    }
}

/// The longest text kept of a violating value, in bytes. The whole row stays retrievable from the file.
pub const VALUE_BYTES: usize = 200;

/// One cell or row that breaks the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Index of the file in the log.
    pub file: u32,
    /// Line on which the row starts, as an editor counts, from 1.
    pub line: u32,
    /// Position of the cell in the file's header, from 0; none for a row that breaks as a whole.
    pub column: Option<u16>,
    pub rule: Rule,
    /// The value as found, cut to [`VALUE_BYTES`]; for a ragged row `7 of 6`.
    pub value: Box<str>,
}

/// Whether a spreadsheet would take this text for a formula: its first non-blank character is one of `= + - @ '`, tab, CR, LF
/// or NUL (OWASP, CSV injection). Such a text cell gets one leading `'` on export; reading our own export takes it off.
pub fn starts_formula(text: &[u8]) -> bool {
    let first = text.iter().find(|b| !matches!(b, b' '));
    first.is_some_and(|b| matches!(b, b'=' | b'+' | b'-' | b'@' | b'\'' | b'\t' | b'\r' | b'\n' | 0))
}
