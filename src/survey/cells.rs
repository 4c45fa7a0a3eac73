//! What single cells are: numbers in either decimal mark, dates, times of day, words for nothing.
//!
//! Owns the spellings of missing values of all loggers, and of grouped digits and units inside cells. Assumes trimmed cells.

use serde::{Deserialize, Serialize};

use crate::dialect::calendar::Written;
use crate::dialect::number::{self, NumberCell};
use crate::dialect::units::{Unit, unit_of};

/// What a cell looks like by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Missing,
    Number,
    /// A date, with or without a time of day.
    Date,
    /// A time of day alone.
    Clock,
    Text,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Missing, Self::Number, Self::Date, Self::Clock, Self::Text];
}

/// Words of loggers for a missing value, in lower case, beyond those that the contract's reader knows.
const MISSING: [&str; 22] = [
    "-",
    "--",
    "---",
    "----",
    "?",
    "n.a.",
    "n.a",
    "nil",
    "none",
    "null",
    "nan",
    "na",
    "n/a",
    "unavailable",
    "unknown",
    "missing",
    "no data",
    "nodata",
    "#value!",
    "#div/0!",
    "#ref!",
    "#n/a",
];

/// Whether a trimmed cell says that there is no value.
pub fn is_missing(cell: &[u8]) -> bool {
    // Marks of another delimiter pad lines.
    if cell.iter().all(|byte| matches!(byte, b',' | b';')) {
        return true;
    }
    if cell.len() > 11 || cell[0].is_ascii_digit() {
        return false;
    }
    if cell[0] == b'-' && cell.get(1).is_some_and(u8::is_ascii_digit) {
        return number::parse(cell) == NumberCell::Missing;
    }
    let mut lower = [0; 11];
    lower[..cell.len()].copy_from_slice(cell);
    lower.make_ascii_lowercase();
    MISSING.iter().any(|word| word.as_bytes() == &lower[..cell.len()]) || number::parse(cell) == NumberCell::Missing
}

/// Which decimal mark the numbers of a file have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decimal {
    #[default]
    Point,
    Comma,
}

impl Decimal {
    /// As options name it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Comma => "comma",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Point, Self::Comma].into_iter().find(|decimal| decimal.word() == word)
    }
}

/// The number in a cell. Groups of three digits are read where a decimal mark follows them (`1.013,25`, `1 013,25`); a unit that
/// follows is read past.
#[inline]
pub fn number_of(cell: &[u8], decimal: Decimal) -> Option<f64> {
    measured(cell, decimal).map(|(number, _)| number)
}

/// The same with the unit that follows it, where one does.
#[inline]
pub fn measured(cell: &[u8], decimal: Decimal) -> Option<(f64, Option<Unit>)> {
    let plain = match decimal {
        Decimal::Point => number::parse(cell),
        Decimal::Comma => number::parse_with_comma(cell),
    };
    match plain {
        NumberCell::Number(number) => Some((number, None)),
        NumberCell::Missing => None,
        NumberCell::Text if !cell.iter().any(u8::is_ascii_digit) => None,
        NumberCell::Text => match grouped(cell, decimal) {
            Some(number) => Some((number, None)),
            None => with_unit(cell, decimal).map(|(number, unit)| (number, Some(unit))),
        },
    }
}

#[inline(never)]
fn grouped(cell: &[u8], decimal: Decimal) -> Option<f64> {
    let text = std::str::from_utf8(cell).ok()?;
    let (mark, group) = match decimal {
        Decimal::Point => ('.', ','),
        Decimal::Comma => (',', '.'),
    };
    let (whole, fraction) = text.split_once(mark)?;
    let whole = whole.replace(['\u{a0}', '\u{202f}', '\''], " ");
    let group = if whole.contains(' ') { ' ' } else { group };
    let mut groups = whole.split(group);
    let first = groups.next()?;
    let digits = first.trim_start_matches(['-', '+']);
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let rest: Vec<&str> = groups.collect();
    let grouped =
        !rest.is_empty() && digits.len() <= 3 && rest.iter().all(|group| group.len() == 3 && all_digits(group));
    if !grouped || !all_digits(digits) || !all_digits(fraction) {
        return None;
    }
    match number::parse(format!("{first}{}.{fraction}", rest.concat()).as_bytes()) {
        NumberCell::Number(number) => Some(number),
        _ => None,
    }
}

/// `22.5 °C`: a number and the unit that follows it.
fn with_unit(cell: &[u8], decimal: Decimal) -> Option<(f64, Unit)> {
    let text = std::str::from_utf8(cell).ok()?;
    let at = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (number, unit) = text.split_at(at);
    let unit = unit_of(unit)?;
    let number = match decimal {
        Decimal::Point => number::parse(number.as_bytes()),
        Decimal::Comma => number::parse_with_comma(number.as_bytes()),
    };
    match number {
        NumberCell::Number(number) => Some((number, unit)),
        _ => None,
    }
}

/// Whether a cell is a time of day alone: `18.00.00`, `6:05 PM`, `24:00`.
pub fn is_clock(cell: &[u8]) -> bool {
    let marks = cell.iter().filter(|byte| matches!(byte, b':' | b'.')).count();
    let colons = cell.contains(&b':') || marks == 2;
    cell.first().is_some_and(u8::is_ascii_digit)
        && colons
        && cell.len() <= 24
        && Written::read(&joined(b"2000-01-01", cell)).is_some()
}

/// A date and a time of day as one cell.
pub fn joined(date: &[u8], clock: &[u8]) -> Vec<u8> {
    let mut cell = Vec::with_capacity(date.len() + clock.len() + 1);
    cell.extend_from_slice(date);
    if !clock.is_empty() {
        cell.push(b' ');
        cell.extend_from_slice(clock);
    }
    cell
}

/// Whether a cell is a date in some order, with or without a time of day.
pub fn is_date(cell: &[u8]) -> bool {
    use crate::dialect::Order;
    (6..=80).contains(&cell.len())
        && Written::read(cell).is_some_and(|written| Order::ALL.iter().any(|order| written.date(*order).is_some()))
}

/// What a trimmed cell looks like; a number in either decimal mark is one.
pub fn kind_of(cell: &[u8]) -> Kind {
    if is_missing(cell) {
        Kind::Missing
    } else if number_of(cell, Decimal::Point).is_some() || number_of(cell, Decimal::Comma).is_some() {
        Kind::Number
    } else if is_date(cell) {
        Kind::Date
    } else if is_clock(cell) {
        Kind::Clock
    } else {
        Kind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, Kind, kind_of, number_of};

    #[test]
    fn cells_are_what_people_take_them_for() {
        for (cell, kind) in [
            ("", Kind::Missing),
            ("-", Kind::Missing),
            ("N/A", Kind::Missing),
            ("NAN", Kind::Missing),
            ("unavailable", Kind::Missing),
            ("-1.#IND", Kind::Missing),
            ("-12", Kind::Number),
            (".427", Kind::Number),
            ("22,5", Kind::Number),
            ("1.013,25", Kind::Number),
            ("5.00E-06", Kind::Number),
            ("21.5 °C", Kind::Number),
            ("45%", Kind::Number),
            ("2024-03-01", Kind::Date),
            ("21.04.08 23:00:00", Kind::Date),
            ("03/01/24 12:30:00 PM", Kind::Date),
            ("2022-11-10T11:08:12Z", Kind::Date),
            ("18.00.00", Kind::Clock),
            ("24:00", Kind::Clock),
            ("9:05 PM", Kind::Clock),
            ("Logged", Kind::Text),
            ("1.2.3", Kind::Text),
            ("inf", Kind::Text),
            ("sensor-1", Kind::Text),
        ] {
            assert_eq!(kind_of(cell.as_bytes()), kind, "{cell}");
        }
    }

    #[test]
    fn digits_may_stand_in_groups_before_a_decimal_mark() {
        for (cell, decimal, expected) in [
            ("1.013,25", Decimal::Comma, Some(1013.25)),
            ("1 013,25", Decimal::Comma, Some(1013.25)),
            ("-1,234,567.5", Decimal::Point, Some(-1_234_567.5)),
            ("1'013.25", Decimal::Point, Some(1013.25)),
            ("1,013", Decimal::Point, None),
            ("1,01,3.5", Decimal::Point, None),
            ("7,870", Decimal::Comma, Some(7.87)),
            ("12,5 %", Decimal::Comma, Some(12.5)),
            ("12 apples", Decimal::Point, None),
        ] {
            assert_eq!(number_of(cell.as_bytes(), decimal), expected, "{cell}");
        }
    }
}
