//! Times written for people: `13/02/2024 08:00`, `03/01/24 12:30:00 PM`, `1. Mar 2024 8.00`.
//!
//! Owns the fields of such a time and what they mean in an [`Order`]. Assumes one time a cell. Refuses what no calendar has:
//! 30 February, a thirteenth hour before noon, hour 25. Hour 24 is the next day's midnight (ISO 8601-1:2019/Amd 1).

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// In which order a date's fields stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Order {
    #[serde(rename = "year-first")]
    YearMonthDay,
    #[serde(rename = "day-first")]
    DayMonthYear,
    #[serde(rename = "month-first")]
    MonthDayYear,
}

impl Order {
    pub const ALL: [Self; 3] = [Self::YearMonthDay, Self::DayMonthYear, Self::MonthDayYear];

    /// As options name it: `day-first`.
    pub fn name(self) -> &'static str {
        match self {
            Self::YearMonthDay => "year-first",
            Self::DayMonthYear => "day-first",
            Self::MonthDayYear => "month-first",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }

    /// As people say it: `day first`.
    pub fn word(self) -> &'static str {
        match self {
            Self::YearMonthDay => "year first",
            Self::DayMonthYear => "day first",
            Self::MonthDayYear => "month first",
        }
    }
}

/// The notation of a column of such times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub order: Order,
    /// Times say AM or PM.
    pub half_days: bool,
}

/// The fields of a time as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Three numbers of the date as they stand; a named month is its number.
    date: [u32; 3],
    /// Digits of each; 0 for a named month.
    digits: [u8; 3],
    /// Since midnight; 12 hours a half day where `half` says which.
    hour: i64,
    within_hour_us: i64,
    /// AM is false.
    half: Option<bool>,
    offset_us: i64,
    /// Whether a time of day is written.
    clock: bool,
    /// Whether an offset from UTC is written.
    zoned: bool,
}

/// Microseconds of one day.
pub const DAY_US: i64 = 86_400_000_000;
const HOUR_US: i64 = DAY_US / 24;
const MINUTE_US: i64 = HOUR_US / 60;
const SECOND_US: i64 = 1_000_000;

/// The first three letters of the months in English; names in other languages that begin alike are read too.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Words for the half of the day, in lower case without full stops: before noon, after noon.
const HALVES: [(&str, bool); 6] =
    [("am", false), ("pm", true), ("a", false), ("p", true), ("dop", false), ("odp", true)];

impl Written {
    /// Reads the fields of a time; none where the cell is none.
    pub fn read(cell: &[u8]) -> Option<Self> {
        let mut rest = Rest(std::str::from_utf8(cell).ok()?.trim());
        let (mut date, mut digits) = ([0; 3], [0; 3]);
        for field in 0..3 {
            if field > 0 && !rest.mark() {
                return None;
            }
            (date[field], digits[field]) = match rest.number(4) {
                Some((number, length)) => (number, length),
                None => (rest.month()?, 0),
            };
        }
        if digits.iter().filter(|length| **length == 0).count() > 1 || digits.contains(&3) {
            return None;
        }
        let mut written =
            Self { date, digits, hour: 0, within_hour_us: 0, half: None, offset_us: 0, clock: false, zoned: false };
        rest.0 = rest.0.strip_prefix(',').unwrap_or(rest.0);
        if rest.0.is_empty() {
            return Some(written);
        }
        rest.0 = rest.0.strip_prefix(['T', ' ', '_'])?.trim_start();
        written.clock(&mut rest)?;
        written.clock = true;
        rest.0.is_empty().then_some(written)
    }

    fn clock(&mut self, rest: &mut Rest<'_>) -> Option<()> {
        let (hour, _) = rest.number(2)?;
        let mark = rest.0.chars().next().filter(|mark| matches!(mark, ':' | '.'))?;
        let mut field = || -> Option<Option<i64>> {
            let Some(after) = rest.0.strip_prefix(mark) else { return Some(None) };
            rest.0 = after;
            let (number, digits) = rest.number(2)?;
            (digits == 2 && number < 60).then(|| Some(i64::from(number)))
        };
        let minute = field()??;
        let second = field()?;
        let mut fraction_us = 0;
        if second.is_some()
            && let Some(after) = rest.0.strip_prefix(['.', ','])
        {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            if !(1..=9).contains(&digits) {
                return None;
            }
            let kept = digits.min(6);
            let number: i64 = after[..kept].parse().ok()?;
            fraction_us = number * 10_i64.pow(6 - u32::try_from(kept).ok()?);
            rest.0 = &after[digits..];
        }
        self.within_hour_us = minute * MINUTE_US + second.unwrap_or(0) * SECOND_US + fraction_us;
        let word: String = rest.0.chars().filter(|c| !matches!(c, '.' | ' ')).flat_map(char::to_lowercase).collect();
        self.half = HALVES.iter().find(|(half, _)| *half == word).map(|(_, half)| *half);
        if self.half.is_some() {
            rest.0 = "";
        } else {
            let before = rest.0.trim_start();
            let (offset_us, after) = offset(before)?;
            self.zoned = after.len() < before.len();
            (self.offset_us, rest.0) = (offset_us, after);
        }
        self.hour = match self.half {
            Some(after_noon) if (1..=12).contains(&hour) => i64::from(hour) % 12 + if after_noon { 12 } else { 0 },
            Some(_) => return None,
            None if hour < 24 || hour == 24 && self.within_hour_us == 0 => i64::from(hour),
            None => return None,
        };
        Some(())
    }

    pub fn has_half(&self) -> bool {
        self.half.is_some()
    }

    /// Whether a time of day is written.
    pub fn has_clock(&self) -> bool {
        self.clock
    }

    /// Whether an offset from UTC is written.
    pub fn is_zoned(&self) -> bool {
        self.zoned
    }

    /// Microseconds east of UTC as written; 0 where nothing is.
    pub fn offset_us(&self) -> i64 {
        self.offset_us
    }

    /// The date, if the fields are one in that order.
    pub fn date(&self, order: Order) -> Option<NaiveDate> {
        let [a, b, c] = self.date;
        let [first, second, third] = self.digits;
        let ((year, year_digits), (month, month_digits), (day, day_digits)) = match order {
            Order::YearMonthDay => ((a, first), (b, second), (c, third)),
            Order::DayMonthYear => ((c, third), (b, second), (a, first)),
            Order::MonthDayYear => ((c, third), (a, first), (b, second)),
        };
        if self.digits.contains(&0) && month_digits != 0 || month_digits > 2 || !(1..=2).contains(&day_digits) {
            return None;
        }
        let year = match year_digits {
            4 => year,
            // POSIX: 69 to 99 are of the last century.
            2 => year + if year < 69 { 2000 } else { 1900 },
            _ => return None,
        };
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).filter(|date| date.year() > 0)
    }

    /// Microseconds UTC, if the fields are a date in that order.
    pub fn stamp_us(&self, order: Order) -> Option<i64> {
        let date = self.date(order)?;
        // 1970-01-01 is day 719,163 of the common era.
        let day = i64::from(date.num_days_from_ce()) - 719_163;
        let stamp_us = day * DAY_US + self.hour * HOUR_US + self.within_hour_us - self.offset_us;
        // An offset may lead out of the years 1 to 9999, which every calendar library can write.
        (-719_162 * DAY_US..2_932_897 * DAY_US).contains(&stamp_us).then_some(stamp_us)
    }
}

/// What is still to be read of a cell.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    /// A number of at most so many digits, and how many it has.
    fn number(&mut self, most: usize) -> Option<(u32, u8)> {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > most {
            return None;
        }
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        Some((number.parse().ok()?, u8::try_from(digits).ok()?))
    }

    fn month(&mut self) -> Option<u32> {
        let letters = self.0.find(|c: char| !c.is_alphabetic()).unwrap_or(self.0.len());
        let (name, rest) = self.0.split_at(letters);
        let start: String = name.chars().take(3).flat_map(char::to_lowercase).collect();
        let month = MONTHS.iter().position(|month| *month == start)?;
        self.0 = rest;
        u32::try_from(month + 1).ok()
    }

    /// What stands between two fields of a date: one of `/ . -`, a blank, or a mark and a blank.
    fn mark(&mut self) -> bool {
        let after = self.0.strip_prefix(['/', '.', '-', ',']).unwrap_or(self.0).trim_start_matches(' ');
        let passed = after.len() < self.0.len();
        self.0 = after;
        passed
    }
}

/// Microseconds east of UTC, and what follows; nothing written is zero.
fn offset(text: &str) -> Option<(i64, &str)> {
    if let Some(after) =
        text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT")).or_else(|| text.strip_prefix('Z'))
    {
        return Some((0, after));
    }
    let (sign, digits) = match text.split_at_checked(1) {
        Some(("+", digits)) => (1, digits),
        Some(("-", digits)) => (-1, digits),
        _ => return Some((0, text)),
    };
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes = digits.get(2..)?.strip_prefix(':').unwrap_or(&digits[2..]);
    let (minutes, after) = minutes.split_at_checked(2)?;
    let minutes: i64 = minutes.parse().ok()?;
    (hours < 24 && minutes < 60).then_some((sign * (hours * HOUR_US + minutes * MINUTE_US), after))
}

impl Calendar {
    /// Microseconds UTC, or none where the cell is no time of this notation.
    pub fn parse(&self, cell: &[u8]) -> Option<i64> {
        let written = Written::read(cell)?;
        // A time without AM or PM among those that have it may mean either.
        if self.half_days && !written.has_half() && written.hour != 0 {
            return None;
        }
        written.stamp_us(self.order)
    }

    /// In words: `dates day first, 12-hour clock`.
    pub fn sentence(&self) -> String {
        let clock = if self.half_days { ", 12-hour clock" } else { "" };
        format!("dates {}{clock}", self.order.word())
    }
}

#[cfg(test)]
mod tests {
    use super::{Calendar, Order, Written};
    use chrono::NaiveDateTime;

    fn iso(text: &str) -> Option<i64> {
        let time = if text.len() == 10 { format!("{text} 00:00:00") } else { text.to_string() };
        let time = NaiveDateTime::parse_from_str(&time, "%Y-%m-%d %H:%M:%S%.f").ok()?;
        Some(time.and_utc().timestamp_micros())
    }

    fn stamp(text: &str, order: Order) -> Option<i64> {
        Written::read(text.as_bytes())?.stamp_us(order)
    }

    #[test]
    fn reads_what_loggers_write() {
        use Order::{DayMonthYear as Dmy, MonthDayYear as Mdy, YearMonthDay as Ymd};
        for (text, order, expected) in [
            ("13/02/2024 08:00", Dmy, "2024-02-13 08:00:00"),
            ("02/13/2024 8:00", Mdy, "2024-02-13 08:00:00"),
            ("03/01/24 08:00:00 AM", Mdy, "2024-03-01 08:00:00"),
            ("03/01/24 12:30:00 PM", Mdy, "2024-03-01 12:30:00"),
            ("03/01/24 12:30:00 AM", Mdy, "2024-03-01 00:30:00"),
            ("03/01/24 11:59:59.5 p.m.", Mdy, "2024-03-01 23:59:59.5"),
            ("21.04.08 23:00:00", Ymd, "2021-04-08 23:00:00"),
            ("08.04.2021 21:00:00", Dmy, "2021-04-08 21:00:00"),
            ("9.4.2019 13:15", Dmy, "2019-04-09 13:15:00"),
            ("02.10.2022", Dmy, "2022-10-02"),
            ("10/03/2004 18.00.00", Dmy, "2004-03-10 18:00:00"),
            ("24-Mar-2021 06:07", Dmy, "2021-03-24 06:07:00"),
            ("March 24, 2021 06:07", Mdy, "2021-03-24 06:07:00"),
            ("24 mars 2021 6:07", Dmy, "2021-03-24 06:07:00"),
            ("2024/03/01 08:00:00", Ymd, "2024-03-01 08:00:00"),
            ("01.03.2024, 08:00:00", Dmy, "2024-03-01 08:00:00"),
            ("16/12/2006 17:24:00+02:00", Dmy, "2006-12-16 15:24:00"),
            ("16/12/2006 17:24:00 UTC", Dmy, "2006-12-16 17:24:00"),
            ("1/1/1948", Mdy, "1948-01-01"),
            ("12/31/1999 24:00", Mdy, "2000-01-01"),
        ] {
            assert_eq!(stamp(text, order), Some(iso(expected).unwrap()), "{text}");
        }
    }

    #[test]
    fn refuses_what_no_calendar_has() {
        for text in [
            "30/02/2024 08:00",
            "13/13/2024 08:00",
            "01/02/2024 08:60",
            "01/02/2024 13:00 PM",
            "01/02/2024 0:30 AM",
            "01/02/2024 8",
            "01/02/2024 08:0",
            "01/02/024 08:00",
            "01/02",
            "12:30:00",
            "2024",
            "1.5",
            "a/b/c",
            "01/02/2024 08:00 maybe",
            "01/02/2024 08:00:00.1234567890",
            "01//02/2024",
            "31/12/9999 23:00-05:00",
            "01/01/0001 01:00+05:00",
        ] {
            assert!(Order::ALL.iter().all(|order| stamp(text, *order).is_none()), "{text}");
        }
    }

    #[test]
    fn a_column_with_half_days_keeps_them() {
        let calendar = Calendar { order: Order::MonthDayYear, half_days: true };
        assert!(calendar.parse(b"03/01/24 08:00 AM").is_some());
        assert_eq!(calendar.parse(b"03/01/24 08:00"), None);
    }
}
