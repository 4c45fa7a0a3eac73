//! Which columns tell the time, and what each row's time is.
//!
//! Owns the search for the time by content and by name: one column, a date and a time of day, fields in columns of their own,
//! packed digits, seconds since 1970. Assumes the table's shape. Refuses elapsed time and times without a date: no day is invented.

use super::cells::{Decimal, Kind, is_clock, is_missing, joined, number_of};
use super::digits::{day_us, hour_minute_us, packed_us, pattern_us, year_day_us};
use super::grid::Grid;
use super::words::{TimeWord, time_word};
use crate::dialect::calendar::DAY_US;
use crate::dialect::calendar::Written;
use crate::dialect::names::{Quantity, meaning};
use crate::dialect::{Calendar, Judgement, Order, Orders};

const SECOND_US: i64 = 1_000_000;
const MINUTE_US: i64 = 60 * SECOND_US;
const HOUR_US: i64 = 60 * MINUTE_US;

/// How a row's time is put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A date, and a time of day in a second column where there is one.
    Date { date: usize, clock: Option<usize> },
    /// Numbers of a date in columns of their own; without a month, the day is that of the year.
    Fields {
        year: usize,
        month: Option<usize>,
        day: usize,
        hour: Option<usize>,
        minute: Option<usize>,
        second: Option<usize>,
    },
    /// Digits of a date, and of hours and minutes in a second column where there is one.
    Packed { date: usize, clock: Option<usize> },
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
    /// No column is a time.
    None,
}

/// A column's cells of some rows, from all over the table.
fn sampled(grid: &Grid, body: usize, column: usize) -> impl Iterator<Item = &[u8]> {
    let step = (grid.rows() - body).div_ceil(400).max(1);
    (body..grid.rows()).step_by(step).map(move |row| grid.cell(row, column)).filter(|cell| !is_missing(cell))
}

/// The share of a column's cells that a test holds for; none where it has no cells.
fn share(grid: &Grid, body: usize, column: usize, test: impl Fn(&[u8]) -> bool) -> f64 {
    let (mut all, mut held) = (0_u32, 0_u32);
    for cell in sampled(grid, body, column) {
        all += 1;
        held += u32::from(test(cell));
    }
    if all == 0 { 0.0 } else { f64::from(held) / f64::from(all) }
}

/// What is known of a table before its time is looked for.
pub struct Table<'a> {
    pub grid: &'a Grid,
    pub kinds: &'a [Kind],
    /// Names of the columns, empty where there are none.
    pub headers: &'a [String],
    pub body: usize,
    pub decimal: Decimal,
}

impl Table<'_> {
    fn word(&self, column: usize) -> TimeWord {
        time_word(&self.headers[column])
    }

    fn of_word(&self, word: TimeWord) -> Option<usize> {
        (0..self.kinds.len()).find(|column| self.kinds[*column] == Kind::Number && self.word(*column) == word)
    }

    /// Date columns: (column, has a time of day), null dates left out.
    fn dates(&self) -> Vec<(usize, bool)> {
        let null = |cell: &[u8]| {
            let written = Written::read(cell);
            Order::ALL.iter().any(|order| {
                let date = written.and_then(|written| written.date(*order));
                date.is_some_and(|date| matches!(date.to_string().as_str(), "1899-12-30" | "1900-01-01"))
            })
        };
        let columns = (0..self.kinds.len()).filter(|column| self.kinds[*column] == Kind::Date);
        let real = columns.filter(|column| share(self.grid, self.body, *column, null) < 0.9);
        real.map(|column| {
            let clock = |cell: &[u8]| Written::read(cell).is_some_and(|written| written.has_clock());
            (column, share(self.grid, self.body, column, clock) > 0.1)
        })
        .collect()
    }

    /// The best of several columns: named for UTC, then for time, then varied, then the leftmost.
    fn best(&self, columns: &[usize]) -> Option<usize> {
        let rank = |column: &usize| {
            let header = self.headers[*column].to_lowercase();
            let named = meaning(&header).is_some_and(|means| means.quantity == Quantity::Time);
            let word = self.word(*column) != TimeWord::None;
            let first = sampled(self.grid, self.body, *column).next().map(<[u8]>::to_vec);
            let varied = share(self.grid, self.body, *column, |cell| Some(cell) != first.as_deref()) > 0.0;
            (varied, header.contains("utc"), !header.contains("local"), named, word, std::cmp::Reverse(*column))
        };
        columns.iter().copied().max_by_key(rank)
    }

    /// Where the times stand.
    pub fn find(&self) -> Result<Form, NoTime> {
        let dates = self.dates();
        let with_clock: Vec<usize> = dates.iter().filter(|(_, clock)| *clock).map(|(column, _)| *column).collect();
        let of = |columns: &[usize], word: TimeWord| columns.iter().copied().find(|column| self.word(*column) == word);
        let all: Vec<usize> = dates.iter().map(|(column, _)| *column).collect();
        if let (Some(start), Some(end)) = (of(&all, TimeWord::Start), of(&all, TimeWord::End)) {
            return Err(NoTime::Periods(start, end));
        }
        if let Some(date) = self.best(&with_clock) {
            // A clock on the wall beside seconds since 1970: those need no zone.
            let zoned = |cell: &[u8]| Written::read(cell).is_some_and(|written| written.is_zoned());
            let count = (0..self.kinds.len()).find(|column| self.is_epoch(*column));
            if let Some(per_second) = count.and_then(|column| self.epoch_of(column)).map(|(per_second, _)| per_second)
                && share(self.grid, self.body, date, zoned) < 0.5
                && let Some(column) = count
            {
                return Ok(Form::Epoch { column, per_second });
            }
            return Ok(Form::Date { date, clock: None });
        }
        let clocks: Vec<usize> = (0..self.kinds.len()).filter(|column| self.kinds[*column] == Kind::Clock).collect();
        if let Some(date) = self.best(&all) {
            let clock = clocks.iter().copied().find(|column| *column > date).or_else(|| self.best(&clocks));
            return Ok(Form::Date { date, clock });
        }
        if let Some(form) = self.fields().or_else(|| self.packed(&clocks)).or_else(|| self.epoch()) {
            return Ok(form);
        }
        if let Some(clock) = self.best(&clocks) {
            return Err(NoTime::OnlyClock(clock));
        }
        let named = |column: &usize| {
            let header = self.headers[*column].to_lowercase();
            let means = meaning(&header).is_some_and(|means| means.quantity == Quantity::Time);
            self.kinds[*column] == Kind::Number && (means || self.word(*column) == TimeWord::Elapsed)
        };
        Err((0..self.kinds.len()).find(named).map_or(NoTime::None, NoTime::Elapsed))
    }

    fn fields(&self) -> Option<Form> {
        let year = self.of_word(TimeWord::Year)?;
        let month = self.of_word(TimeWord::Month);
        let day = if month.is_some() { self.of_word(TimeWord::Day)? } else { self.of_word(TimeWord::DayOfYear)? };
        let hour = self.of_word(TimeWord::Hour);
        Some(Form::Fields {
            year,
            month,
            day,
            hour,
            minute: self.of_word(TimeWord::Minute),
            second: self.of_word(TimeWord::Second),
        })
    }

    fn packed(&self, clocks: &[usize]) -> Option<Form> {
        let column = (0..self.kinds.len()).find(|column| {
            let named = self.headers[*column].is_empty() || self.word(*column) != TimeWord::None;
            self.kinds[*column] == Kind::Number
                && named
                && share(self.grid, self.body, *column, |cell| packed_us(cell).is_some()) > 0.95
        })?;
        let day = |cell: &[u8]| cell.len() == 8;
        if share(self.grid, self.body, column, day) < 0.5 {
            return Some(Form::Packed { date: column, clock: None });
        }
        let next = column + 1;
        let minutes = |cell: &[u8]| hour_minute_us(cell).is_some();
        let named = |column: usize| self.headers[column].is_empty() || self.word(column) != TimeWord::None;
        let follows = next < self.kinds.len()
            && self.kinds[next] == Kind::Number
            && named(next)
            && share(self.grid, self.body, next, minutes) > 0.95;
        let clock = clocks.first().copied().or(follows.then_some(next));
        Some(Form::Packed { date: column, clock })
    }

    /// Whether a column of numbers counts from 1970 by its name and numbers.
    pub fn is_epoch(&self, column: usize) -> bool {
        self.epoch_of(column).is_some_and(|named| named.1)
    }

    fn epoch(&self) -> Option<Form> {
        let (column, per_second) = (0..self.kinds.len()).find_map(|column| Some((column, self.epoch_of(column)?.0)))?;
        Some(Form::Epoch { column, per_second })
    }

    /// Units a second of a column that counts from 1970, and whether its name says that it is a time.
    fn epoch_of(&self, column: usize) -> Option<(i64, bool)> {
        {
            if self.kinds[column] != Kind::Number {
                return None;
            }
            let header = &self.headers[column];
            let named = meaning(header).is_some_and(|means| means.quantity == Quantity::Time)
                || self.word(column) != TimeWord::None;
            let stamps: Vec<f64> =
                sampled(self.grid, self.body, column).filter_map(|cell| number_of(cell, self.decimal)).collect();
            // 1990 to 2100: the least and the most that a log of today holds.
            let per_second = [1_i64, 1_000, 1_000_000, 1_000_000_000].into_iter().find(|per_second| {
                let range = 631_152_000.0 * *per_second as f64..4_102_444_800.0 * *per_second as f64;
                !stamps.is_empty()
                    && stamps.iter().filter(|stamp| range.contains(*stamp)).count() * 20 >= stamps.len() * 19
            })?;
            let rises = stamps.is_sorted() && stamps.len() > 1;
            (named || rises && header.is_empty()).then_some((per_second, named))
        }
    }
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
            zoned: false,
            stated: false,
            decimal,
        }
    }

    /// Judges the order of dates by all rows of the table, or takes the one that a header states or a person told.
    pub fn judge(&mut self, grid: &Grid, rows: &[usize], stated: Option<Order>, told: Option<Order>) {
        let Form::Date { date, clock } = self.form else { return };
        let mut orders = Orders::default();
        for row in rows {
            let line = u64::from(grid.record_of(*row).line);
            let cell = grid.cell(*row, date);
            let cell = match clock {
                Some(clock) => joined(cell, grid.cell(*row, clock)),
                None => cell.to_vec(),
            };
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
            Form::Date { date, clock } | Form::Packed { date, clock } => {
                [Some(*date), *clock].into_iter().flatten().collect()
            }
            Form::Fields { year, month, day, hour, minute, second } => {
                [Some(*year), *month, Some(*day), *hour, *minute, *second].into_iter().flatten().collect()
            }
            Form::Epoch { column, .. } | Form::Pattern { column, .. } | Form::Since { column, .. } => vec![*column],
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
            Form::Date { date, clock: None } => return self.date_us(grid.cell(row, *date)),
            Form::Date { date, clock: Some(clock) } => {
                let cell = grid.cell(row, *date);
                return if cell.is_empty() { None } else { self.date_us(&joined(cell, grid.cell(row, *clock))) };
            }
            Form::Fields { year, month, day, hour, minute, second } => {
                let of = |column: &Option<usize>| column.map_or(Some(0), whole);
                let year = whole(*year).map(|year| if year < 100 { year + 2000 } else { year })?;
                let day_us = match month {
                    Some(month) => day_us(year, whole(*month)?, whole(*day)?)?,
                    None => year_day_us(year, whole(*day)?)?,
                };
                // Hours beyond a day are hours and minutes together.
                let (hour, minute) = match (of(hour)?, minute) {
                    (hour @ 25..=2400, None) => (hour / 100, hour % 100),
                    (hour, minute) => (hour, of(minute)?),
                };
                let second_us = second.map_or(Some(0.0), number)? * 1e6;
                let good = (0..=24).contains(&hour) && (0..60).contains(&minute) && (0.0..61e6).contains(&second_us);
                day_us + good.then_some(hour * HOUR_US + minute * MINUTE_US + second_us.round() as i64)?
            }
            Form::Packed { date, clock } => {
                let day = packed_us(grid.cell(row, *date))?;
                match clock {
                    None => day,
                    Some(clock) => day + hour_minute_us(grid.cell(row, *clock))?,
                }
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

    fn date_us(&self, cell: &[u8]) -> Option<i64> {
        let written = Written::read(cell)?;
        if self.calendar.half_days && written.has_clock() && !written.has_half() {
            return None;
        }
        let stamp = written.stamp_us(self.calendar.order)?;
        Some(if written.is_zoned() { stamp } else { stamp - self.offset_us })
    }
}
