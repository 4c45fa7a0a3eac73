//! Which rows of a table hold a text.
//!
//! Owns what a filter means: the text stands, whatever its case, in a cell as the page words it. A number is searched to two
//! decimals, which is how far the page shows it. What a filter's letters rule out is never worded, so that a million rows are
//! searched while a person types.

use std::fmt::Write as _;

use super::Input;
use super::rows::{Field, RawRow, cell};
use crate::protocol::{Cell, FlagKind, TableKind};
use crate::wording;

/// A text that is searched for.
pub(super) struct Filter {
    /// In lower case.
    text: String,
    /// Whether a number, and whether a time or date, may hold it.
    number: bool,
    time: bool,
    /// Whether the text has a thousands separator: then numbers are worded with theirs.
    separators: bool,
    /// Devices whose name holds it.
    devices: Vec<bool>,
    /// A cell as worded, kept so that its room is used again.
    worded: String,
}

impl Filter {
    /// A filter for `text`; none where it is blank and keeps every row.
    pub fn new(input: &Input<'_>, text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return None;
        }
        let only = |allowed: &str| text.chars().all(|c| c.is_ascii_digit() || allowed.contains(c));
        let devices = input.readings().devices.iter();
        Some(Self {
            number: only(".,-e"),
            time: only(":.- "),
            separators: text.contains(','),
            devices: devices.map(|device| device.name.to_lowercase().contains(&text)).collect(),
            worded: String::new(),
            text,
        })
    }

    /// Whether the cell holds the text.
    pub fn finds(&mut self, input: &Input<'_>, raw: &[RawRow], table: TableKind, row: usize, field: Field) -> bool {
        let device = |device: usize| self.devices.get(device).copied().unwrap_or(false);
        match (table, field) {
            (TableKind::Anomalies, Field::Device) => return device(input.readings().device_of(row)),
            (TableKind::Daily, Field::Device) => {
                return input.outcome.daily.get(row).is_some_and(|day| device(day.device));
            }
            (_, Field::Time | Field::Date) if !self.time => return false,
            (_, field) if is_number(field) && !self.number => return false,
            _ => {}
        }
        self.worded.clear();
        self.word(&cell(input, raw, table, row, field));
        self.worded.contains(&self.text)
    }

    /// Appends a cell as the page shows it, in lower case.
    fn word(&mut self, cell: &Cell) {
        let worded = &mut self.worded;
        // Writing to a String never fails.
        match cell {
            Cell::Missing => {}
            Cell::Text(text) => {
                worded.push_str(text);
                if text.bytes().any(|b| b.is_ascii_uppercase() || !b.is_ascii()) {
                    *worded = worded.to_lowercase();
                }
            }
            Cell::Count(count) if self.separators => worded.push_str(&wording::count(*count)),
            Cell::Count(count) => {
                let _ = write!(worded, "{count}");
            }
            Cell::Number(number) | Cell::Filled(number) => {
                if self.separators || number.abs() >= 1e15 {
                    worded.push_str(&wording::fixed(*number, 2));
                } else {
                    let _ = write!(worded, "{:.2}", number + 0.0);
                }
            }
            Cell::Time(t) => worded.push_str(&wording::time(*t)),
            Cell::Day(day) => worded.push_str(&wording::day(*day)),
            Cell::Flag(kind) => worded.push_str(match kind {
                FlagKind::HighTemperature => "high temp.\nhigh temperature",
                FlagKind::LowBattery => "low battery",
                FlagKind::Both => "both\nhigh temp & low battery",
            }),
        }
    }
}

/// Whether a column holds only numbers.
fn is_number(field: Field) -> bool {
    matches!(
        field,
        Field::Metric(_)
            | Field::Rolling
            | Field::MeanTemperature
            | Field::MeanHumidity
            | Field::MinBattery
            | Field::Readings
            | Field::Filled
            | Field::Flags
            | Field::HighTemperature
            | Field::LowBattery
            | Field::Line
    )
}

#[cfg(test)]
mod tests {
    use super::super::fixture::scene;
    use super::*;

    fn worded(text: &str, cell: &Cell) -> bool {
        let scene = scene("a 0:00 20 50 90\n", None);
        let mut filter = Filter::new(&scene.input(), text).unwrap();
        filter.word(cell);
        filter.worded.contains(&filter.text)
    }

    #[test]
    fn a_cell_is_found_by_what_the_page_shows_of_it() {
        assert!(worded("36.5", &Cell::Number(36.5)));
        assert!(worded("36.57", &Cell::Number(36.566)));
        assert!(!worded("36.566", &Cell::Number(36.566)));
        assert!(worded("-4", &Cell::Number(-4.0)));
        assert!(worded("1,013", &Cell::Number(1013.25)));
        assert!(worded("1013", &Cell::Number(1013.25)));
        assert!(worded("1e20", &Cell::Number(1e20)));
        assert!(worded("1,000", &Cell::Count(1_000_000)));
        assert!(worded("ÉTÉ", &Cell::Text("Station Été".into())));
        assert!(worded("04 05:06", &Cell::Time(3 * 86_400_000_000 + 18_360_000_000)));
        assert!(worded("both", &Cell::Flag(FlagKind::Both)));
    }

    #[test]
    fn a_blank_filter_is_none() {
        let scene = scene("a 0:00 20 50 90\n", None);
        assert!(Filter::new(&scene.input(), " \t ").is_none());
    }
}
