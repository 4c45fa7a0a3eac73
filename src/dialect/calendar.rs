//! Times written for people: `13/02/2024 08:00`, `03/01/24 12:30:00 PM`, `1. Mar 2024 8.00`.
//!
//! Owns the fields of such a time and what they mean in an [`Order`]. Assumes one time a cell. Refuses what no calendar has:
//! 30 February, a thirteenth hour before noon, hour 25. Hour 24 is the next day's midnight (ISO 8601-1:2019/Amd 1).

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

mod cell;

pub use cell::{abbreviated_us, usual};

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

impl Written {
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
        // Nobody writes `12-Mar-24` with the year first.
        let short_year = month_digits == 0 && order == Order::YearMonthDay && year_digits < 4;
        if self.digits.contains(&0) && month_digits != 0
            || short_year
            || month_digits > 2
            || !(1..=2).contains(&day_digits)
        {
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
            ("1/2/2024 8:5:0", Dmy, "2024-02-01 08:05:00"),
            ("01/02/2024 13:00 PM", Dmy, "2024-02-01 13:00:00"),
            ("01/02/2024 0:30 AM", Dmy, "2024-02-01 00:30:00"),
            ("01/02/2024 0:30 PM", Dmy, "2024-02-01 12:30:00"),
            ("05-janv.-2023 06:00", Dmy, "2023-01-05 06:00:00"),
            ("3/12/24, 1:05\u{202f}PM", Mdy, "2024-03-12 13:05:00"),
            ("2024年3月12日 08:15", Ymd, "2024-03-12 08:15:00"),
            ("2024/3/12 下午1:05:30", Ymd, "2024-03-12 13:05:30"),
            ("2024. 3. 12. 오후 1:05", Ymd, "2024-03-12 13:05:00"),
            ("12. Mai 2024 08:15", Dmy, "2024-05-12 08:15:00"),
            ("12 juil. 2024 08:15", Dmy, "2024-07-12 08:15:00"),
            ("12 juin 2024 08:15", Dmy, "2024-06-12 08:15:00"),
            ("12 de marzo de 2024 08:15", Dmy, "2024-03-12 08:15:00"),
            ("12-dic-2024 08:15:00 p. m.", Dmy, "2024-12-12 20:15:00"),
            ("20240312T080000Z", Ymd, "2024-03-12 08:00:00"),
            ("20240312 08:00:00", Ymd, "2024-03-12 08:00:00"),
            ("20160101:0010", Ymd, "2016-01-01 00:10:00"),
            ("20170413_084516", Ymd, "2017-04-13 08:45:16"),
            ("2024-072T08:00:00.5", Ymd, "2024-03-12 08:00:00.5"),
            ("2024-03-12 08-00-30", Ymd, "2024-03-12 08:00:30"),
            ("12/03/2024 08:00:00:123", Dmy, "2024-03-12 08:00:00.123"),
            ("08:00:05 12/03/2024", Dmy, "2024-03-12 08:00:05"),
            ("Tue 12.03.2024 08:00", Dmy, "2024-03-12 08:00:00"),
            ("Di., 12. März 2024 08:00", Dmy, "2024-03-12 08:00:00"),
            ("Tue Mar 12 08:00:05 2024", Mdy, "2024-03-12 08:00:05"),
            ("Tue, 12 Mar 2024 08:00:00 +0100", Dmy, "2024-03-12 07:00:00"),
            ("Tue Mar 12 2024 08:00:00 GMT+0100 (Central European Standard Time)", Mdy, "2024-03-12 07:00:00"),
            ("2024-03-12 08:00:00+01", Ymd, "2024-03-12 07:00:00"),
            ("2024-03-12T08:00:00+01:00[Europe/Berlin]", Ymd, "2024-03-12 07:00:00"),
            ("2024-03-12 08:00:00 +0000 UTC", Ymd, "2024-03-12 08:00:00"),
            ("12-Mar-24 8:00 AM EST", Dmy, "2024-03-12 13:00:00"),
            ("12.03.2024 08:00 MESZ", Dmy, "2024-03-12 06:00:00"),
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
            "01/02/2024 13:00 AM",
            "01/02/2024 8",
            "01/02/2024 8.5",
            "20240312",
            "2024-072",
            "20241312 08:00",
            "2024-366T08:00x",
            "Sensor 12.03.2024 08:00 x",
            "12:30 12:45 01/02/2024 03/02/2024",
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
