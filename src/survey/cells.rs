//! What single cells are: numbers in either decimal mark, dates, times of day, words for nothing.
//!
//! Owns the spellings of missing values of all loggers, and of grouped digits and units inside cells. Assumes trimmed cells.

use serde::{Deserialize, Serialize};

use crate::dialect::calendar::Written;
use crate::dialect::number::{self, NumberCell};
use crate::dialect::units::{is_unit, names_a_column, unit_of};

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
const MISSING: [&str; 21] = [
    "?",
    "–",
    "—",
    "−",
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
    // Marks of another delimiter pad lines; `---` and `--.-` fill a display.
    if cell.iter().all(|byte| matches!(byte, b',' | b';' | b'-' | b'.' | b'*')) {
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

/// Minus signs of typesetters: hyphens, dashes, U+2212 and its wide and small relatives.
const MINUS: [char; 7] = ['\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2212}', '\u{fe63}', '\u{ff0d}'];

fn plain(cell: &[u8], decimal: Decimal) -> NumberCell {
    match decimal {
        Decimal::Point => number::parse(cell),
        Decimal::Comma => number::parse_with_comma(cell),
    }
}

/// The number in a cell. Groups of three digits are read where a decimal mark follows them (`1.013,25`, `1 013,25`); a unit that
/// follows is read past.
#[inline]
pub fn number_of(cell: &[u8], decimal: Decimal) -> Option<f64> {
    measured(cell, decimal).map(|(number, _)| number)
}

/// The same with the unit that follows it as written, where one does.
#[inline]
pub fn measured(cell: &[u8], decimal: Decimal) -> Option<(f64, Option<&str>)> {
    match plain(cell, decimal) {
        NumberCell::Number(number) => Some((number, None)),
        NumberCell::Missing => None,
        NumberCell::Text if !cell.iter().any(u8::is_ascii_digit) => None,
        NumberCell::Text => {
            let figure = Figure::of(cell)?;
            let number = match plain(figure.number.as_bytes(), decimal) {
                NumberCell::Number(number) => number,
                _ => grouped(figure.number, decimal, true)?.0,
            };
            figure.signed(number)
        }
    }
}

/// The number of digits in groups of three without a decimal part, whether their mark may as well be a decimal one, and the unit
/// that follows: only a whole column proves such groups.
#[inline(never)]
pub fn in_groups(cell: &[u8], decimal: Decimal) -> Option<(f64, bool, Option<&str>)> {
    let figure = Figure::of(cell)?;
    let (number, open) = grouped(figure.number, decimal, false)?;
    let (number, unit) = figure.signed(number)?;
    Some((number, open, unit))
}

/// A cell that begins with a number, perhaps behind a typesetter's minus, and what follows it.
struct Figure<'a> {
    negative: bool,
    number: &'a str,
    rest: &'a str,
    apart: bool,
}

impl<'a> Figure<'a> {
    fn of(cell: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(cell).ok()?.trim();
        let after = text.strip_prefix(MINUS);
        let (negative, text) = (after.is_some(), after.unwrap_or(text));
        let first = text.as_bytes().first()?;
        if !first.is_ascii_digit() && (negative || !matches!(first, b'-' | b'+' | b'.' | b',')) {
            return None;
        }
        let part = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | '+' | '.' | ',' | '\'' | '’');
        let (number, rest) = text.split_at(text.find(|c| !part(c)).unwrap_or(text.len()));
        let apart = number.ends_with(char::is_whitespace);
        Some(Self { negative, number: number.trim_end(), rest, apart })
    }

    /// The number with its sign, where what follows it is nothing or a unit.
    fn signed(&self, number: f64) -> Option<(f64, Option<&'a str>)> {
        // `12A` is a name, `12 A` a current.
        let known =
            |unit: &str| unit_of(unit).is_some() || is_unit(unit) && (self.apart || unit.len() > 1 || unit == "W");
        if !self.rest.is_empty() && !known(self.rest) {
            return None;
        }
        let unit = Some(self.rest).filter(|unit| !unit.is_empty());
        Some((if self.negative { -number } else { number }, unit))
    }
}

/// A number in groups of three digits, with a decimal part or without, and whether the mark of its groups may be a decimal one.
fn grouped(text: &str, decimal: Decimal, with_fraction: bool) -> Option<(f64, bool)> {
    let (mark, group) = match decimal {
        Decimal::Point => ('.', ','),
        Decimal::Comma => (',', '.'),
    };
    let (whole, fraction) = text.split_once(mark).unwrap_or((text, ""));
    let whole = whole.replace(|c: char| c.is_whitespace() || matches!(c, '\'' | '’'), " ");
    let group = if whole.contains(' ') { ' ' } else { group };
    let mut groups = whole.split(group);
    let first = groups.next()?;
    let digits = first.trim_start_matches(['-', '+']);
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let rest: Vec<&str> = groups.collect();
    let grouped =
        !rest.is_empty() && digits.len() <= 3 && rest.iter().all(|group| group.len() == 3 && all_digits(group));
    if !grouped
        || !all_digits(digits)
        || with_fraction != all_digits(fraction)
        || !with_fraction && digits.starts_with('0')
    {
        return None;
    }
    let open = group != ' ' && rest.len() == 1;
    match number::parse([first, &rest.concat(), ".", fraction].concat().as_bytes()) {
        NumberCell::Number(number) => Some((number, open)),
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
    let number =
        |decimal| measured(cell, decimal).is_some_and(|(_, unit)| unit.is_none_or(|unit| !names_a_column(unit)));
    if is_missing(cell) {
        Kind::Missing
    } else if number(Decimal::Point) || number(Decimal::Comma) {
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
    use super::{Decimal, Kind, in_groups, kind_of, measured, number_of};

    #[test]
    fn cells_are_what_people_take_them_for() {
        for (cell, kind) in [
            ("", Kind::Missing),
            ("-", Kind::Missing),
            ("--.-", Kind::Missing),
            ("−", Kind::Missing),
            ("−2,5", Kind::Number),
            ("12 W", Kind::Text),
            ("12 ppm", Kind::Number),
            ("10 cm", Kind::Text),
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

    #[test]
    fn signs_and_units_are_read_as_people_do() {
        for (cell, decimal, expected) in [
            ("−2.2", Decimal::Point, Some((-2.2, None))),
            ("–0,9 °C", Decimal::Comma, Some((-0.9, Some("°C")))),
            ("412 ppm", Decimal::Point, Some((412.0, Some("ppm")))),
            ("184.5 w/m²", Decimal::Point, Some((184.5, Some("w/m²")))),
            ("21.7*C", Decimal::Point, Some((21.7, Some("*C")))),
            ("1 234,5 kWh", Decimal::Comma, Some((1234.5, Some("kWh")))),
            ("45 %rH", Decimal::Point, Some((45.0, Some("%rH")))),
            ("12 A", Decimal::Point, Some((12.0, Some("A")))),
            ("12A", Decimal::Point, None),
            ("−−2", Decimal::Point, None),
            ("1-2", Decimal::Point, None),
            ("2m temperature", Decimal::Point, None),
        ] {
            assert_eq!(measured(cell.as_bytes(), decimal), expected, "{cell}");
        }
        for (cell, decimal, expected) in [
            ("1,408", Decimal::Point, Some((1408.0, true, None))),
            ("−1.408", Decimal::Comma, Some((-1408.0, true, None))),
            ("1,234,567", Decimal::Point, Some((1_234_567.0, false, None))),
            ("1\u{202f}234 W", Decimal::Comma, Some((1234.0, false, Some("W")))),
            ("1’234", Decimal::Point, Some((1234.0, false, None))),
            ("0,123", Decimal::Point, None),
            ("1234", Decimal::Point, None),
            ("1,234.5", Decimal::Point, None),
        ] {
            assert_eq!(in_groups(cell.as_bytes(), decimal), expected, "{cell}");
        }
    }
}
