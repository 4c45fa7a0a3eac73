//! The rows of a table in the order in which they are shown: filtered and sorted.
//!
//! An order is made once for a table, a sort and a filter, and then paged by [`super::table`]; it holds as long as what the
//! table shows (for anomalies and daily statistics: until recipe or limits change).

use std::cmp::Ordering;

use super::Input;
use super::filter::Filter;
use super::marks::flagged_rows;
use super::rows::{Field, RawRow, cell, fields};
use crate::protocol::{Cell, FlagKind, TableAsk, TableKind};

/// The rows of a table as they are shown. Each number is a row's key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableOrder {
    pub rows: Vec<u32>,
    /// Rows that match the filter; more than `rows` where only the first ones were asked for.
    pub matched: u64,
    /// Rows of the whole table, whatever the filter.
    pub total: u64,
}

/// More rows than this are ordered as a whole.
const FEW: usize = 1_000;

/// The first rows of a table, where they are known without ordering all of them: a limit that moves flags other readings each
/// time, of which few are looked at. None for other tables, a sort, a filter, and for what lies deeper.
pub fn first(input: &Input<'_>, ask: &TableAsk) -> Option<TableOrder> {
    let many = usize::try_from(ask.from).ok()?.checked_add(ask.count as usize)?;
    if ask.table != TableKind::Anomalies || ask.sort.is_some() || !ask.filter.is_empty() || many > FEW {
        return None;
    }
    let t = &input.readings().timestamp_us;
    let mut flagged: Vec<(u64, u32)> = Vec::new();
    for device in 0..input.readings().devices.len() {
        // A device's rows ascend in time: none beyond its first ones is among the first of all.
        let mut left = many;
        flagged_rows(&input.outcome.flags.bytes, input.selected(device), |row, _| {
            flagged.push((integer_key(t[row]), row as u32));
            left = left.saturating_sub(1);
            left > 0
        });
    }
    flagged.sort_unstable();
    flagged.truncate(many);
    let total = input.tally.total.any();
    Some(TableOrder { rows: flagged.into_iter().map(|(_, row)| row).collect(), matched: total, total })
}

/// Orders and filters a table. `from` and `count` of the ask do not matter.
pub fn order(input: &Input<'_>, raw: &[RawRow], ask: &TableAsk) -> TableOrder {
    let mut rows = natural(input, raw, ask.table);
    let total = rows.len() as u64;
    let fields = fields(input, raw, ask.table);
    if let Some(mut filter) = Filter::new(input, &ask.filter) {
        rows.retain(|&row| fields.iter().any(|&field| filter.finds(input, raw, ask.table, row as usize, field)));
    }
    if let Some((column, descending)) = ask.sort
        && let Some(&field) = fields.get(usize::from(column))
    {
        rows = sorted(input, raw, ask.table, rows, field, descending);
    }
    TableOrder { matched: rows.len() as u64, rows, total }
}

/// All rows in their natural order: anomalies by time, then device; daily statistics by date, then device; the rest by file and
/// line.
fn natural(input: &Input<'_>, raw: &[RawRow], table: TableKind) -> Vec<u32> {
    let count = |len: usize| (0..u32::try_from(len).unwrap_or(u32::MAX)).collect();
    match table {
        TableKind::Anomalies => {
            let t = &input.readings().timestamp_us;
            let mut flagged: Vec<(u64, u32)> =
                Vec::with_capacity(usize::try_from(input.tally.total.any()).unwrap_or(0));
            for device in 0..input.readings().devices.len() {
                flagged_rows(&input.outcome.flags.bytes, input.selected(device), |row, _| {
                    flagged.push((integer_key(t[row]), row as u32));
                    true
                });
            }
            flagged.sort_unstable();
            flagged.into_iter().map(|(_, row)| row).collect()
        }
        TableKind::Daily => {
            let daily = &input.outcome.daily;
            places(daily.iter().map(|day| integer_key(i64::from(day.day))))
        }
        // A strict run sets no row aside: then its findings are listed, and nothing else.
        TableKind::SetAside | TableKind::Findings => count(input.log.violations.len()),
        TableKind::Dropped => count(input.outcome.cleaned.dropped.len()),
        TableKind::Raw => count(raw.len()),
    }
}

/// Sorts rows by a column, keeping the order of equal ones; missing comes last whichever way the rest is turned.
fn sorted(
    input: &Input<'_>,
    raw: &[RawRow],
    table: TableKind,
    rows: Vec<u32>,
    field: Field,
    descending: bool,
) -> Vec<u32> {
    let readings = input.readings();
    let key = |row: u32| match (table, field) {
        // Devices stand in the order of their names: their number is as good and much cheaper.
        (TableKind::Anomalies, Field::Device) => Cell::Count(readings.device_of(row as usize) as u64),
        (TableKind::Daily, Field::Device) => Cell::Count(input.outcome.daily[row as usize].device as u64),
        _ => cell(input, raw, table, row as usize, field),
    };
    if matches!(field, Field::File | Field::Column | Field::Found | Field::Expected | Field::Rule)
        || matches!(field, Field::Done | Field::Reason | Field::Raw(_))
    {
        let mut keyed: Vec<(TextKey, u32)> = rows.iter().map(|&row| (TextKey::of(key(row)), row)).collect();
        keyed.sort_by(|a, b| a.0.compare(&b.0, descending));
        return keyed.into_iter().map(|(_, row)| row).collect();
    }
    let keys = rows.iter().map(|&row| {
        let key = number_key(&key(row)).map(|key| if descending { !key } else { key });
        key.unwrap_or(u64::MAX)
    });
    places(keys).into_iter().map(|place| rows[place as usize]).collect()
}

/// The places of keys in ascending order, equal ones in the order in which they stand. The place makes keys unique, so that the
/// faster unstable sort does. Everything that has a number for a key is sorted here, so that the page carries one sort for it.
pub fn places(keys: impl Iterator<Item = u64>) -> Vec<u32> {
    let mut keyed: Vec<(u64, u32)> = keys.zip(0..).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, place)| place).collect()
}

const SIGN: u64 = 1 << 63;

/// A number that orders integers as they are.
pub(super) fn integer_key(value: i64) -> u64 {
    (value as u64) ^ SIGN
}

/// A number that orders numbers by IEEE 754, totalOrder: negative ones turned round, positive ones above them. Nothing gives -0
/// apart.
pub(super) fn float_key(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// A number that orders cells of one column as their values do; none for a missing cell.
fn number_key(cell: &Cell) -> Option<u64> {
    match cell {
        Cell::Missing | Cell::Text(_) => None,
        Cell::Count(count) => Some(*count),
        Cell::Number(number) | Cell::Filled(number) => Some(float_key(*number)),
        Cell::Time(t) => Some(integer_key(*t)),
        Cell::Day(day) => Some(integer_key(i64::from(*day))),
        Cell::Flag(kind) => Some(match kind {
            FlagKind::HighTemperature => 0,
            FlagKind::LowBattery => 1,
            FlagKind::Both => 2,
        }),
    }
}

/// What a text is sorted by: texts that are numbers come first, as numbers, then the others whatever their case.
#[derive(Clone, Debug, PartialEq)]
enum TextKey {
    Number(f64),
    Text(String),
    Missing,
}

impl TextKey {
    fn of(cell: Cell) -> Self {
        match cell {
            Cell::Text(text) => match text.trim().parse::<f64>() {
                Ok(number) if !number.is_nan() => Self::Number(number),
                _ => Self::Text(text.to_lowercase()),
            },
            _ => Self::Missing,
        }
    }

    fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let turned = |order: Ordering| if descending { order.reverse() } else { order };
        match (self, other) {
            (Self::Missing, Self::Missing) => Ordering::Equal,
            (Self::Missing, _) => Ordering::Greater,
            (_, Self::Missing) => Ordering::Less,
            (Self::Number(a), Self::Number(b)) => turned(a.total_cmp(b)),
            (Self::Text(a), Self::Text(b)) => turned(a.cmp(b)),
            (Self::Number(_), Self::Text(_)) => turned(Ordering::Less),
            (Self::Text(_), Self::Number(_)) => turned(Ordering::Greater),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Scene, scene};
    use super::*;
    use crate::contract::{Rule, Violation};

    const TEXT: &str = "\
Alpha 0:00 40.25 50 9
Alpha 0:10 - 50 8
Alpha 0:20 1042 50 9
beta 0:00 10 50 7
beta 0:10 10 50 14.5
";

    fn rows(scene: &Scene, table: TableKind, sort: Option<(u16, bool)>, filter: &str) -> Vec<u32> {
        let ask = TableAsk { table, sort, filter: filter.into(), from: 0, count: 0 };
        let order = order(&scene.input(), &[], &ask);
        assert!(order.rows.len() as u64 <= order.total);
        order.rows
    }

    #[test]
    fn anomalies_stand_by_time_then_device() {
        let scene = scene(TEXT, None);
        assert_eq!(rows(&scene, TableKind::Anomalies, None, ""), [0, 3, 1, 4, 2]);
    }

    #[test]
    fn every_column_sorts_both_ways_stably_with_missing_last() {
        let scene = scene(TEXT, None);
        let columns = fields(&scene.input(), &[], TableKind::Anomalies);
        let by = |field, descending| {
            let column = columns.iter().position(|&f| f == field).unwrap() as u16;
            rows(&scene, TableKind::Anomalies, Some((column, descending)), "")
        };
        assert_eq!(by(Field::Time, true), [2, 1, 4, 0, 3], "equal ones keep their order");
        assert_eq!(by(Field::Device, false), [0, 1, 2, 3, 4]);
        assert_eq!(by(Field::Device, true), [3, 4, 0, 1, 2]);
        assert_eq!(by(Field::Metric(0), false), [3, 4, 0, 2, 1]);
        assert_eq!(by(Field::Metric(0), true), [2, 0, 3, 4, 1]);
        assert_eq!(by(Field::Metric(2), false), [3, 1, 0, 2, 4]);
        let unknown = rows(&scene, TableKind::Anomalies, Some((99, true)), "");
        assert_eq!(unknown, [0, 3, 1, 4, 2]);
    }

    #[test]
    fn a_filter_finds_text_as_it_is_shown_whatever_its_case() {
        let scene = scene(TEXT, None);
        let with = |filter| rows(&scene, TableKind::Anomalies, None, filter);
        assert_eq!(with("ALPHA"), [0, 1, 2]);
        assert_eq!(with(" eta "), [3, 4]);
        assert_eq!(with("40.25"), [0]);
        assert_eq!(with("1,042"), [2]);
        assert_eq!(with("1042"), [2]);
        assert_eq!(with("00:20"), [2]);
        assert_eq!(with("low batt"), [0, 3, 1, 4, 2]);
        assert!(with("gamma").is_empty());
        let daily = |filter| rows(&scene, TableKind::Daily, None, filter);
        assert_eq!(daily("1970-01-01"), [0, 1]);
        assert_eq!(daily("beta"), [1]);
    }

    #[test]
    fn filter_and_sort_work_together() {
        let scene = scene(TEXT, None);
        assert_eq!(rows(&scene, TableKind::Anomalies, Some((0, true)), "alpha"), [2, 1, 0]);
    }

    #[test]
    fn found_values_sort_as_numbers_before_texts() {
        let mut scene = scene(TEXT, None);
        for (line, value) in [(2, "ERR"), (3, "1000"), (4, "99"), (5, ""), (6, "err"), (7, "NaN")] {
            let violation = Violation { file: 0, line, column: Some(2), rule: Rule::OutOfBounds, value: value.into() };
            scene.log.violations.push(violation);
        }
        let by_found = |descending| rows(&scene, TableKind::Findings, Some((2, descending)), "");
        assert_eq!(by_found(false), [2, 1, 0, 4, 5, 3]);
        assert_eq!(by_found(true), [5, 0, 4, 1, 2, 3]);
    }
}
