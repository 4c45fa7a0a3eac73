//! Tables of readings, as an engine reads them and as Sensorium's own CSV has them: names, kinds and cells that compare bit by bit.

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use serde_json::Value;

/// One cell; numbers by their bits, times in microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    Missing,
    Whole(i64),
    Truth(bool),
    Number(u64),
    Text(String),
}

/// A table as it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub names: Vec<String>,
    /// `time`, `text`, `number`, `int` (32 bits), `long`, `truth`, `date`, or an engine's own word for what is none of these.
    pub kinds: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// What a driver wrote: see `rows.py`.
    pub fn of_engine(text: &str) -> Self {
        let mut lines = text.lines();
        let mut words = || -> Vec<String> { serde_json::from_str(lines.next().expect("a line")).expect("words") };
        let (names, kinds) = (words(), words());
        let row = |line: &str| -> Vec<Cell> {
            let cells: Vec<Value> = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            cells.iter().zip(&kinds).map(|(value, kind)| cell_of(kind, value)).collect()
        };
        let rows = lines.map(row).collect();
        Self { names, kinds, rows }
    }

    /// Sensorium's `readings.csv`. `lake` is the zone of a partitioned lake's dates, which are its last column.
    pub fn of_csv(bytes: &[u8], lake: Option<Tz>) -> Self {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        let mut lines = reader.records().map(|line| line.expect("CSV").iter().map(unguarded).collect::<Vec<_>>());
        let mut names = lines.next().expect("a header");
        let mut kinds: Vec<String> = names.iter().map(|name| kind_of(name).to_owned()).collect();
        let mut rows: Vec<Vec<Cell>> =
            lines.map(|line| line.iter().zip(&kinds).map(|(text, kind)| cell_of_text(kind, text)).collect()).collect();
        if let Some(zone) = lake {
            // The name of the partitions' column is theirs alone.
            names.iter_mut().filter(|name| *name == "date").for_each(|name| name.push_str("_2"));
            names.push("date".into());
            kinds.push("date".into());
            for row in &mut rows {
                let Cell::Whole(us) = row[0] else { panic!("a time comes first: {row:?}") };
                row.push(Cell::Text(date_in(zone, us)));
            }
            // Files are read in the order of their paths, and hold the order of the readings.
            let last = names.len() - 1;
            rows.sort_by(|one, other| one[last].cmp(&other[last]));
        }
        Self { names, kinds, rows }
    }

    /// Place of a column.
    #[track_caller]
    pub fn place(&self, name: &str) -> usize {
        self.names.iter().position(|known| known == name).unwrap_or_else(|| panic!("no {name} in {:?}", self.names))
    }

    pub fn column(&self, name: &str) -> impl Iterator<Item = &Cell> {
        let place = self.place(name);
        self.rows.iter().map(move |row| &row[place])
    }

    /// The same rows in an order of their own.
    pub fn sorted(mut self) -> Self {
        self.rows.sort();
        self
    }
}

/// Fails with the first difference.
#[track_caller]
pub fn same(what: &str, found: &Table, expected: &Table) {
    assert_eq!(found.names, expected.names, "{what}");
    assert_eq!(found.kinds, expected.kinds, "{what}: {:?}", found.names);
    for (number, (found_row, row)) in found.rows.iter().zip(&expected.rows).enumerate() {
        for (place, name) in found.names.iter().enumerate() {
            assert_eq!(found_row[place], row[place], "{what}: row {number}, {name}: {found_row:?} for {row:?}");
        }
    }
    assert_eq!(found.rows.len(), expected.rows.len(), "{what}: rows");
}

/// In the CSV one `'` stands before what a spreadsheet would take for a formula, and before a `'`.
fn unguarded(text: &str) -> String {
    text.strip_prefix('\'').unwrap_or(text).to_owned()
}

fn kind_of(name: &str) -> &'static str {
    match name {
        "timestamp" | "valid_until" => "time",
        "device_id" | "anomaly_type" | "source_file" => "text",
        "hour_of_day" => "int",
        "source_line" => "long",
        "is_anomaly" => "truth",
        name if name.ends_with("_filled") => "truth",
        _ => "number",
    }
}

fn cell_of_text(kind: &str, text: &str) -> Cell {
    let number = |what: &str| -> ! { panic!("{text:?} is no {what}") };
    match kind {
        // No column of text is ever without a value.
        "text" => Cell::Text(text.into()),
        _ if text.is_empty() => Cell::Missing,
        "time" => {
            let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").unwrap_or_else(|_| number("time"));
            Cell::Whole(time.and_utc().timestamp_micros())
        }
        "truth" => Cell::Truth(text.parse().unwrap_or_else(|_| number("truth"))),
        "number" => Cell::Number(text.parse::<f64>().unwrap_or_else(|_| number("number")).to_bits()),
        _ => Cell::Whole(text.parse().unwrap_or_else(|_| number("whole number"))),
    }
}

/// A cell as `rows.py` words it.
pub fn cell_of(kind: &str, value: &Value) -> Cell {
    match (kind, value) {
        (_, Value::Null) => Cell::Missing,
        ("number", Value::String(bits)) => Cell::Number(u64::from_str_radix(bits, 16).expect("bits")),
        (_, Value::String(text)) => Cell::Text(text.clone()),
        (_, Value::Bool(truth)) => Cell::Truth(*truth),
        (_, value) => Cell::Whole(value.as_i64().unwrap_or_else(|| panic!("{value} is no {kind}"))),
    }
}

/// The date on a clock of this zone, found without the library.
fn date_in(zone: Tz, us: i64) -> String {
    let at = DateTime::UNIX_EPOCH + TimeDelta::microseconds(us);
    at.with_timezone(&zone).format("%Y-%m-%d").to_string()
}
