//! A cell's bytes to microseconds since the Unix epoch, UTC.

use chrono::{Datelike, NaiveDate};

use super::quick;
use crate::dialect::Notation;
use crate::table::DAY_US;

/// Parses the timestamps of one column; remembers the last date, which most rows repeat.
#[derive(Clone, Debug)]
pub(super) struct StampParser {
    notation: Notation,
    date: [u8; 10],
    day_us: i64,
}

impl StampParser {
    pub fn new(notation: Notation) -> Self {
        Self { notation, date: [0; 10], day_us: 0 }
    }

    /// Microseconds UTC, or none where the cell is no time of this column's notation.
    #[inline]
    pub fn parse(&mut self, cell: &[u8]) -> Option<i64> {
        match self.notation {
            Notation::Iso => self.iso(cell),
            Notation::EpochSeconds | Notation::EpochMillis => epoch(cell.trim_ascii(), self.notation),
            Notation::Calendar(calendar) => calendar.parse(cell),
        }
    }

    /// The time written in the nineteen bytes from `at`, if they are `YYYY-MM-DD hh:mm:ss` on the day of the time before.
    #[inline]
    pub fn quick(&self, block: &[u8], at: usize) -> Option<i64> {
        let day = block.get(at..at + 10)?;
        let seconds = quick::clock(block, at + 11)?;
        (day == self.date && matches!(block[at + 10], b' ' | b'T')).then(|| self.day_us + seconds * 1_000_000)
    }

    /// The shape of nearly every log, `YYYY-MM-DD hh:mm:ss` with a date seen before, else the general one.
    #[inline]
    fn iso(&mut self, cell: &[u8]) -> Option<i64> {
        if cell.len() == 19
            && cell[..10] == self.date
            && matches!(cell[10], b' ' | b'T')
            && cell[13] == b':'
            && cell[16] == b':'
        {
            let (hour, minute, second) = (two(&cell[11..13])?, two(&cell[14..16])?, two(&cell[17..19])?);
            if hour > 23 || minute > 59 || second > 59 {
                return None;
            }
            return Some(self.day_us + (hour * 3600 + minute * 60 + second) * 1_000_000);
        }
        let cell = cell.trim_ascii();
        let stamp = parse_iso(cell)?;
        let date: [u8; 10] = cell.get(..10)?.try_into().ok()?;
        // The written date is the UTC one only without an offset; the day's start is computed from the date alone.
        self.day_us = date_us(&date)?;
        self.date = date;
        Some(stamp)
    }
}

/// `YYYY-MM-DD[ T]hh:mm[:ss[.f]]` or the date alone, with `Z`, `+hh:mm` or `+hhmm`, to microseconds UTC. One to nine fraction
/// digits, cut to microseconds. Impossible dates, hour 24 and second 60 are none.
pub fn parse_iso(cell: &[u8]) -> Option<i64> {
    let date: &[u8; 10] = cell.get(..10)?.try_into().ok()?;
    let day_us = date_us(date)?;
    let rest = match &cell[10..] {
        [] => return Some(day_us),
        [b' ' | b'T', rest @ ..] => rest,
        _ => return None,
    };
    if rest.len() < 5 || rest[2] != b':' {
        return None;
    }
    let (hour, minute) = (two(&rest[..2])?, two(&rest[3..5])?);
    let mut rest = &rest[5..];
    let (mut second, mut fraction_us) = (0, 0);
    if let [b':', after @ ..] = rest {
        second = two(after.get(..2)?)?;
        rest = &after[2..];
        if let [b'.', after @ ..] = rest {
            let digits = after.iter().take_while(|b| b.is_ascii_digit()).count();
            if !(1..=9).contains(&digits) {
                return None;
            }
            let kept = digits.min(6);
            fraction_us = after[..kept].iter().fold(0, |us, digit| us * 10 + i64::from(digit - b'0'));
            fraction_us *= MICROS_PER[kept];
            rest = &after[digits..];
        }
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset_us = offset(rest)?;
    let local_us = day_us + (hour * 3600 + minute * 60 + second) * 1_000_000 + fraction_us;
    within_calendar(local_us - offset_us)
}

/// Microseconds in one unit of the last of that many fraction digits.
const MICROS_PER: [i64; 7] = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

/// Microseconds east of UTC; nothing written is zero.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [] | b"Z" => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        4 => (two(&digits[..2])?, two(&digits[2..])?),
        5 if digits[2] == b':' => (two(&digits[..2])?, two(&digits[3..])?),
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60) * 1_000_000)
}

/// The start of a day written `YYYY-MM-DD`, year 1 to 9999.
fn date_us(date: &[u8; 10]) -> Option<i64> {
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let year = two(&date[..2])? * 100 + two(&date[2..4])?;
    let (month, day) = (two(&date[5..7])?, two(&date[8..])?);
    if year == 0 {
        return None;
    }
    let date =
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?)?;
    Some(days_since_epoch(date) * DAY_US)
}

fn days_since_epoch(date: NaiveDate) -> i64 {
    // 1970-01-01 is day 719,163 of the common era.
    i64::from(date.num_days_from_ce()) - 719_163
}

/// Keeps a time only in the years 1 to 9999, which every calendar library can write.
fn within_calendar(stamp_us: i64) -> Option<i64> {
    const FIRST_US: i64 = -719_162 * DAY_US;
    const END_US: i64 = 2_932_897 * DAY_US;
    (FIRST_US..END_US).contains(&stamp_us).then_some(stamp_us)
}

#[inline]
fn two(digits: &[u8]) -> Option<i64> {
    let (tens, ones) = (digits[0].wrapping_sub(b'0'), digits[1].wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then_some(i64::from(tens) * 10 + i64::from(ones))
}

/// Integers below this size are seconds, else milliseconds: 1e11 s is the year 5138, 1e11 ms is 1973.
const SECONDS_BELOW: i64 = 100_000_000_000;

/// The unit of an epoch integer, or none where the cell is none.
pub(super) fn epoch_notation(cell: &[u8]) -> Option<Notation> {
    let value = integer(cell)?;
    Some(if value.abs() < SECONDS_BELOW { Notation::EpochSeconds } else { Notation::EpochMillis })
}

fn epoch(cell: &[u8], notation: Notation) -> Option<i64> {
    if epoch_notation(cell)? != notation {
        return None;
    }
    let factor = if notation == Notation::EpochSeconds { 1_000_000 } else { 1_000 };
    within_calendar(integer(cell)?.checked_mul(factor)?)
}

fn integer(cell: &[u8]) -> Option<i64> {
    let (sign, digits) = match cell {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, cell),
    };
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(sign * digits.iter().fold(0_i64, |n, d| n * 10 + i64::from(d - b'0')))
}

#[cfg(test)]
mod tests {
    use super::{Notation, StampParser, epoch_notation, parse_iso};

    fn iso(text: &str) -> Option<i64> {
        // Twice, so that the remembered date is used too.
        let mut parser = StampParser::new(Notation::Iso);
        let first = parser.parse(text.as_bytes());
        assert_eq!(parser.parse(text.as_bytes()), first, "{text}");
        assert_eq!(parse_iso(text.trim().as_bytes()), first, "{text}");
        first
    }

    #[test]
    fn reads_the_written_forms() {
        let second = 1_709_280_000_000_000;
        for (text, expected) in [
            ("2024-03-01 08:00:00", second),
            ("2024-03-01T08:00:00", second),
            (" 2024-03-01 08:00:00 ", second),
            ("2024-03-01 08:00", second),
            ("2024-03-01T08:00:00Z", second),
            ("2024-03-01 08:00:00.125", second + 125_000),
            ("2024-03-01 08:00:00.123456789", second + 123_456),
            ("2024-03-01 10:00:00+02:00", second),
            ("2024-03-01T02:30:00-0530", second),
            ("2024-03-01", second - 8 * 3_600_000_000),
            ("1970-01-01 00:00:00", 0),
            ("1677-09-21 00:12:43", -9_223_372_037_000_000),
        ] {
            assert_eq!(iso(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "yesterday",
            "2023-02-29 00:00:00",
            "2023-02-30",
            "2024-03-01 24:00:00",
            "2024-03-01 08:00:60",
            "2024-03-01 08:60:00",
            "2024-03-01 08:00:00.",
            "2024-03-01 08:00:00.1234567890",
            "24-03-01 08:00:00",
            "01/03/2024 08:00",
            "2024-03-01 8:00:00",
            "2024-03-01 08:00:00 PM",
            "2024-03-01T08",
            "2024-03-01 08:00:00+2",
            "2024-03-01 08:00:00+24:00",
            "0000-01-01 00:00:00",
            "0001-01-01 00:00:00+05:00",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }

    #[test]
    fn a_remembered_date_does_not_hide_a_bad_clock() {
        let mut parser = StampParser::new(Notation::Iso);
        assert!(parser.parse(b"2024-03-01 08:00:00").is_some());
        assert_eq!(parser.parse(b"2024-03-01 24:00:00"), None);
        assert_eq!(parser.parse(b"2024-03-01 08:00:6x"), None);
        assert_eq!(parser.parse(b"2024-03-01 10:00:00+02:00"), Some(1_709_280_000_000_000));
        assert_eq!(parser.parse(b"2024-03-01 08:00:00"), Some(1_709_280_000_000_000));
    }

    #[test]
    fn an_epoch_column_keeps_one_unit() {
        assert_eq!(epoch_notation(b"1709280000"), Some(Notation::EpochSeconds));
        assert_eq!(epoch_notation(b"1709280000000"), Some(Notation::EpochMillis));
        assert_eq!(epoch_notation(b"1709280000.5"), None);
        let mut seconds = StampParser::new(Notation::EpochSeconds);
        assert_eq!(seconds.parse(b"1709280000"), Some(1_709_280_000_000_000));
        assert_eq!(seconds.parse(b"-60"), Some(-60_000_000));
        assert_eq!(seconds.parse(b"1709280000000"), None);
        let mut millis = StampParser::new(Notation::EpochMillis);
        assert_eq!(millis.parse(b"1709280000125"), Some(1_709_280_000_125_000));
        assert_eq!(millis.parse(b"999999999999999999"), None);
    }
}
