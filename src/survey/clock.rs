//! What each row's time is, once it is known which columns tell it ([`find`]).
//!
//! Owns the forms: one column, a date and a time of day, fields in columns of their own, packed digits, seconds since 1970. Assumes
//! the table's shape. Refuses elapsed time and times without a date: no day is invented.

mod find;

pub use find::Table;

use super::cells::{Decimal, is_clock, joined, number_of};
use super::digits::{day_us, hour_minute_us, packed_us, pattern_us, year_day_us};
use super::grid::Grid;
use crate::dialect::calendar::DAY_US;
use crate::dialect::calendar::Written;
use crate::dialect::{Calendar, Judgement, Order, Orders};

const SECOND_US: i64 = 1_000_000;
const MINUTE_US: i64 = 60 * SECOND_US;
const HOUR_US: i64 = 60 * MINUTE_US;

/// How a row's time is put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A date, and in further columns its time of day, the half of it, its zone.
    Date { date: usize, more: Vec<usize> },
    /// A date, and numbers of a time of day in columns of their own.
    DateHours { date: usize, hours: Hours, minute: Option<usize>, second: Option<usize> },
    /// Numbers of a date in columns of their own; without a month, the day is that of the year.
    Fields {
        year: usize,
        month: Option<usize>,
        day: usize,
        hours: Option<Hours>,
        minute: Option<usize>,
        second: Option<usize>,
    },
    /// Digits of a date, and of a time of day in a second column where there is one.
    Packed { date: usize, clock: Option<Hours> },
    /// Days since the beginning of 1900, as spreadsheets count them.
    Serial { column: usize },
    /// Units since 1970, so many in a second.
    Epoch { column: usize, per_second: i64 },
    /// Digits by a pattern of a preset: `__%Y%m%d%H`.
    Pattern { column: usize, pattern: String },
    /// Times of day, from the day on which the log begins; one that goes back is of the next day.
    DaysFrom { clock: usize, day_us: i64 },
    /// Seconds since an instant.
    Since { column: usize, start_us: i64 },
    /// Day of a year, and hours and minutes as `HHMM`.
    YearDay { year: Year, day: usize, clock: usize },
}

/// A column of hours, and what its digits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    pub column: usize,
    pub digits: Digits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// `18`.
    Hour,
    /// `1815`.
    HourMinute,
    /// `181530`.
    HourMinuteSecond,
    /// `18:15`.
    Marked,
}

/// Where a year stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Year {
    /// Once in the file, for all rows.
    Fixed(i32),
    Column(usize),
}

/// How the times of a file are read.
#[derive(Clone, Debug)]
pub struct Clock {
    pub form: Form,
    /// For dates: their order, settled or taken until it is.
    pub calendar: Calendar,
    /// The line that proves the order, where one alone does.
    pub evidence_line: Option<u64>,
    /// Orders that stay possible, with the cell that shows it; empty where nothing is open.
    pub open: Vec<Order>,
    pub open_cell: Option<(u64, String)>,
    /// Microseconds east of UTC of times that state no offset.
    pub offset_us: i64,
    /// Words that say where the zone comes from: `GMT-05:00 in the header`.
    pub zone: String,
    /// The name of a zone in a header.
    pub named: Option<String>,
    /// Times state their own offset.
    pub zoned: bool,
    /// The zone is stated anywhere in the file, or by its preset.
    pub stated: bool,
    decimal: Decimal,
}

/// Why a table has no time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoTime {
    /// Times of day, and no date.
    OnlyClock(usize),
    /// Seconds since a start that is not told.
    Elapsed(usize),
    /// Each row is a period, from one time to another.
    Periods(usize, usize),
    /// Each of several columns tells the time of the column after it.
    Pairs(usize, usize),
    /// No column is a time.
    None,
}

impl Clock {
    /// Times of day become days: each that goes back is of the next one.
    pub fn count_days(&self, stamps: &mut [i64]) {
        if !matches!(self.form, Form::DaysFrom { .. }) {
            return;
        }
        let (mut days_us, mut last) = (0, i64::MIN);
        for stamp in stamps {
            if *stamp < last {
                days_us += DAY_US;
            }
            last = *stamp;
            *stamp += days_us;
        }
    }

    pub fn new(form: Form, decimal: Decimal) -> Self {
        Self {
            form,
            calendar: Calendar { order: Order::YearMonthDay, half_days: false },
            evidence_line: None,
            open: Vec::new(),
            open_cell: None,
            offset_us: 0,
            zone: String::new(),
            named: None,
            zoned: false,
            stated: false,
            decimal,
        }
    }

    /// Judges the order of dates by all rows of the table, or takes the one that a header states or a person told.
    pub fn judge(&mut self, grid: &Grid, rows: &[usize], stated: Option<Order>, told: Option<Order>) {
        let (Form::Date { date, .. } | Form::DateHours { date, .. }) = self.form else { return };
        let mut orders = Orders::default();
        for row in rows {
            let line = u64::from(grid.record_of(*row).line);
            let cell = self.whole_cell(grid, *row, date);
            self.zoned |= Written::read(&cell).is_some_and(|written| written.is_zoned());
            orders.add(&cell, line);
            if orders.is_proved() && orders.seen() > 2000 {
                break;
            }
        }
        match orders.judge() {
            Judgement::Proved { calendar, line } => (self.calendar, self.evidence_line) = (calendar, line),
            Judgement::Open { orders: possible, line, cell } => {
                let settled = stated.or(told).filter(|order| possible.contains(order));
                let order = settled.or(possible.first().copied()).unwrap_or(Order::DayMonthYear);
                self.calendar = Calendar { order, half_days: orders.has_half_days() };
                if settled.is_none() {
                    (self.open, self.open_cell) = (possible, Some((line, cell)));
                }
            }
            Judgement::None => {}
        }
    }

    /// Columns that tell the time.
    pub fn columns(&self) -> Vec<usize> {
        match &self.form {
            Form::Date { date, more } => [&[*date], more.as_slice()].concat(),
            Form::DateHours { date, hours, minute, second } => {
                [Some(*date), Some(hours.column), *minute, *second].into_iter().flatten().collect()
            }
            Form::Packed { date, clock } => {
                [Some(*date), clock.map(|clock| clock.column)].into_iter().flatten().collect()
            }
            Form::Fields { year, month, day, hours, minute, second } => {
                let hours = hours.map(|hours| hours.column);
                [Some(*year), *month, Some(*day), hours, *minute, *second].into_iter().flatten().collect()
            }
            Form::Epoch { column, .. }
            | Form::Pattern { column, .. }
            | Form::Since { column, .. }
            | Form::Serial { column } => vec![*column],
            Form::DaysFrom { clock, .. } => vec![*clock],
            Form::YearDay { year, day, clock } => {
                let year = if let Year::Column(column) = year { Some(*column) } else { None };
                year.into_iter().chain([*day, *clock]).collect()
            }
        }
    }

    /// A row's time in microseconds UTC; none where it has none.
    #[inline]
    pub fn stamp_us(&self, grid: &Grid, row: usize) -> Option<i64> {
        let number = |column: usize| number_of(grid.cell(row, column), self.decimal);
        let whole = |column: usize| number(column).filter(|number| number.fract() == 0.0).map(|number| number as i64);
        let stamp = match &self.form {
            Form::Date { date, more } if more.is_empty() => return self.date_us(grid.cell(row, *date)),
            Form::Date { date, .. } => {
                return if grid.cell(row, *date).is_empty() {
                    None
                } else {
                    self.date_us(&self.whole_cell(grid, row, *date))
                };
            }
            Form::DateHours { date, hours, minute, second } => {
                let day = self.date_us(grid.cell(row, *date))?;
                return Some(day + self.hours_us(grid, row, *hours, *minute, *second)?);
            }
            Form::Fields { year, month, day, hours, minute, second } => {
                let year = whole(*year).map(|year| if year < 100 { year + 2000 } else { year })?;
                let day_us = match month {
                    Some(month) => day_us(year, whole(*month)?, whole(*day)?)?,
                    None => year_day_us(year, whole(*day)?)?,
                };
                let clock_us = hours.map_or(Some(0), |hours| self.hours_us(grid, row, hours, *minute, *second));
                day_us + clock_us?
            }
            Form::Packed { date, clock } => {
                let day = packed_us(grid.cell(row, *date))?;
                day + clock.map_or(Some(0), |clock| self.hours_us(grid, row, clock, None, None))?
            }
            Form::Serial { column } => {
                // Day 25,569 is 1970-01-01. To the second, for five decimals hold no more; to the millisecond, where nine stand there.
                let cell = grid.cell(row, *column);
                let decimals = cell.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
                let days = number(*column).filter(|days| (1.0..2_958_466.0).contains(days))?;
                let unit_us = if (9..cell.len()).contains(&decimals) { 1_000 } else { SECOND_US };
                ((days - 25_569.0) * (DAY_US / unit_us) as f64).round() as i64 * unit_us
            }
            Form::Epoch { column, per_second } => {
                let cell = grid.cell(row, *column);
                let whole: Option<i128> = std::str::from_utf8(cell).ok().and_then(|text| text.parse().ok());
                let us = match whole {
                    // Exact, for nanoseconds have more digits than a double.
                    Some(units) => i64::try_from(units * i128::from(SECOND_US) / i128::from(*per_second)).ok()?,
                    None => (number(*column)? * (SECOND_US as f64 / *per_second as f64)).round() as i64,
                };
                return (-62_135_596_800 * SECOND_US..253_402_300_800 * SECOND_US).contains(&us).then_some(us);
            }
            Form::Pattern { column, pattern } => pattern_us(grid.cell(row, *column), pattern)?,
            Form::DaysFrom { clock, day_us } => {
                let cell = grid.cell(row, *clock);
                if !is_clock(cell) {
                    return None;
                }
                day_us + Written::read(&joined(b"1970-01-01", cell))?.stamp_us(Order::YearMonthDay)?
            }
            Form::Since { column, start_us } => start_us + (number(*column)? * SECOND_US as f64).round() as i64,
            Form::YearDay { year, day, clock } => {
                let year = match year {
                    Year::Fixed(year) => i64::from(*year),
                    Year::Column(column) => whole(*column)?,
                };
                year_day_us(year, whole(*day)?)? + hour_minute_us(grid.cell(row, *clock))?
            }
        };
        Some(stamp - self.offset_us)
    }

    /// The date's cell with what belongs to it in other columns.
    fn whole_cell(&self, grid: &Grid, row: usize, date: usize) -> Vec<u8> {
        let mut cell = grid.cell(row, date).to_vec();
        if let Form::Date { more, .. } = &self.form {
            more.iter().for_each(|column| cell = joined(&cell, grid.cell(row, *column)));
        }
        cell
    }

    /// The time of day in columns of numbers.
    fn hours_us(
        &self,
        grid: &Grid,
        row: usize,
        hours: Hours,
        minute: Option<usize>,
        second: Option<usize>,
    ) -> Option<i64> {
        let cell = grid.cell(row, hours.column);
        let clock_us = match hours.digits {
            Digits::Marked if !is_clock(cell) => return None,
            Digits::Marked => Written::read(&joined(b"1970-01-01", cell))?.stamp_us(Order::YearMonthDay)?,
            digits => {
                let number = number_of(cell, self.decimal).filter(|number| number.fract() == 0.0)? as i64;
                digits_us(number, digits)?
            }
        };
        let number = |column: Option<usize>| column.map_or(Some(0.0), |at| number_of(grid.cell(row, at), self.decimal));
        let (minute, second) = (number(minute)?, number(second)?);
        let good = (0.0..60.0).contains(&minute) && minute.fract() == 0.0 && (0.0..61.0).contains(&second);
        good.then_some(clock_us + minute as i64 * MINUTE_US + (second * 1e6).round() as i64)
    }

    fn date_us(&self, cell: &[u8]) -> Option<i64> {
        let written = Written::read(cell)?;
        if self.calendar.half_days && written.has_clock() && !written.has_half() {
            return None;
        }
        let stamp = written.stamp_us(self.calendar.order)?;
        Some(if written.is_zoned() { stamp } else { stamp - self.offset_us })
    }
}

/// A time of day from digits without marks; hour 24 is the next midnight.
fn digits_us(number: i64, digits: Digits) -> Option<i64> {
    let (hour, minute, second) = match digits {
        Digits::Hour => (number, 0, 0),
        Digits::HourMinute => (number / 100, number % 100, 0),
        _ => (number / 10_000, number / 100 % 100, number % 100),
    };
    let good = (0..24).contains(&hour) && minute < 60 && second < 60 && number >= 0
        || hour == 24 && minute == 0 && second == 0;
    good.then_some(hour * HOUR_US + minute * MINUTE_US + second * SECOND_US)
}
