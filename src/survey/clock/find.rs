//! Which columns tell the time, by content and by name.
//!
//! Owns the search. Assumes the table's shape. Refuses periods, columns of times that each belong to another column, elapsed time and
//! times without a date.

use super::{Digits, Form, Hours, NoTime, digits_us};
use crate::dialect::Order;
use crate::dialect::calendar::{Written, abbreviated_us};
use crate::dialect::names::{Quantity, meaning};
use crate::survey::cells::{Decimal, Kind, is_missing, joined, number_of};
use crate::survey::digits::{day_us, packed_us};
use crate::survey::grid::Grid;
use crate::survey::words::{TimeWord, time_word};

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
        let real = columns.filter(|column| self.share(*column, null) < 0.9);
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
            let varied = self.share(*column, |cell| Some(cell) != first.as_deref()) > 0.0;
            (varied, header.contains("utc"), !header.contains("local"), named, word, std::cmp::Reverse(*column))
        };
        columns.iter().copied().max_by_key(rank)
    }

    /// Where the times stand.
    pub fn find(&self) -> Result<Form, NoTime> {
        let dates = self.dates();
        let mut with_clock: Vec<usize> = dates.iter().filter(|(_, clock)| *clock).map(|(column, _)| *column).collect();
        let of = |columns: &[usize], word: TimeWord| columns.iter().copied().find(|column| self.word(*column) == word);
        let all: Vec<usize> = dates.iter().map(|(column, _)| *column).collect();
        if let (Some(start), Some(end)) = (of(&all, TimeWord::Start), of(&all, TimeWord::End)) {
            // What was queried, or what was measured from one time to the next, is no period of its own.
            with_clock.retain(|column| *column != start && *column != end);
            if with_clock.is_empty() {
                return if self.meet(start, end) || self.last_equally(start, end) {
                    Ok(self.dated(start))
                } else {
                    Err(NoTime::Periods(start, end))
                };
            }
        }
        if let Some((first, second)) = self.pairs(&with_clock) {
            return Err(NoTime::Pairs(first, second));
        }
        if let Some(date) = self.best(&with_clock) {
            // A clock on the wall beside seconds since 1970: those need no zone.
            let count = (0..self.kinds.len()).find(|column| self.is_epoch(*column));
            if let Some(per_second) = count.and_then(|column| self.epoch_of(column)).map(|(per_second, _)| per_second)
                && self.share(date, |cell| Written::read(cell).is_some_and(|written| written.is_zoned())) < 0.5
                && let Some(column) = count
            {
                return Ok(Form::Epoch { column, per_second });
            }
            return Ok(self.dated(date));
        }
        let clocks: Vec<usize> = (0..self.kinds.len()).filter(|column| self.kinds[*column] == Kind::Clock).collect();
        if let Some(date) = self.best(&all) {
            let clock = clocks.iter().copied().find(|column| *column > date).or_else(|| self.best(&clocks));
            return Ok(match (clock, self.hours(date + 1)) {
                (Some(clock), _) => {
                    Form::Date { date, more: std::iter::once(clock).chain(self.belonging(date, Some(clock))).collect() }
                }
                (None, Some(hours)) => Form::DateHours {
                    date,
                    hours,
                    minute: self.of_word(TimeWord::Minute).filter(|_| hours.digits == Digits::Hour),
                    second: self.of_word(TimeWord::Second),
                },
                (None, None) => self.dated(date),
            });
        }
        if let Some(form) = self.fields().or_else(|| self.packed(&clocks)).or_else(|| self.epoch()) {
            return Ok(form);
        }
        if let Some(column) = (0..self.kinds.len()).find(|column| self.is_serial(*column)) {
            return Ok(Form::Serial { column });
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

    fn share(&self, column: usize, test: impl Fn(&[u8]) -> bool) -> f64 {
        share(self.grid, self.body, column, test)
    }

    fn dated(&self, date: usize) -> Form {
        Form::Date { date, more: self.belonging(date, None) }
    }

    /// Columns that say which half of the day, and which zone, times are of that do not say it.
    fn belonging(&self, date: usize, clock: Option<usize>) -> Vec<usize> {
        let says = |test: fn(&Written) -> bool| {
            let column = clock.unwrap_or(date);
            self.share(column, |cell| {
                let cell = if clock.is_some() { joined(b"2000-01-01", cell) } else { cell.to_vec() };
                Written::read(&cell).is_some_and(|written| test(&written))
            }) > 0.5
        };
        let texts = |test: fn(&[u8]) -> bool| {
            (0..self.kinds.len())
                .find(|column| matches!(self.kinds[*column], Kind::Text) && self.share(*column, test) > 0.95)
        };
        let half = |cell: &[u8]| {
            let word: Vec<u8> =
                cell.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
            word == b"am" || word == b"pm"
        };
        let zone = |cell: &[u8]| {
            std::str::from_utf8(cell).is_ok_and(|cell| matches!(cell, "UTC" | "GMT") || abbreviated_us(cell).is_some())
        };
        let mut more: Vec<usize> = texts(half).filter(|_| !says(Written::has_half)).into_iter().collect();
        more.extend(texts(zone).filter(|_| !says(Written::is_zoned)));
        more
    }

    /// Whether each period ends where the next begins.
    fn meet(&self, start: usize, end: usize) -> bool {
        let rows = self.body..self.grid.rows();
        let (mut all, mut on, mut back) = (0_usize, 0_usize, 0_usize);
        for (one, next) in rows.clone().zip(rows.skip(1)) {
            all += 1;
            on += usize::from(self.grid.cell(one, end) == self.grid.cell(next, start));
            back += usize::from(self.grid.cell(one, start) == self.grid.cell(next, end));
        }
        all > 1 && on.max(back) * 10 >= all * 9
    }

    /// Whether all periods are equally long: what was measured in each stands for its time.
    fn last_equally(&self, start: usize, end: usize) -> bool {
        let stamp = |row: usize, column: usize| {
            let written = Written::read(self.grid.cell(row, column))?;
            Order::ALL.iter().find_map(|order| written.stamp_us(*order))
        };
        let lengths: Vec<i64> =
            (self.body..self.grid.rows()).filter_map(|row| Some(stamp(row, end)? - stamp(row, start)?)).collect();
        let usual = lengths.get(lengths.len() / 2).copied().filter(|length| *length > 0);
        usual.is_some_and(|usual| {
            lengths.len() > 3 && lengths.iter().filter(|length| **length == usual).count() * 20 >= lengths.len() * 19
        })
    }

    /// Columns of times each followed by a number, which tell different days: the times of one are not those of another's numbers.
    fn pairs(&self, times: &[usize]) -> Option<(usize, usize)> {
        let (first, second) = (*times.first()?, *times.get(1)?);
        let followed = |column: &usize| self.kinds.get(*column + 1) == Some(&Kind::Number);
        if !times.iter().all(followed) {
            return None;
        }
        let day = |cell: &[u8]| {
            Written::read(cell)?.date(Order::YearMonthDay).or_else(|| {
                Written::read(cell)?
                    .date(Order::DayMonthYear)
                    .or_else(|| Written::read(cell)?.date(Order::MonthDayYear))
            })
        };
        let (mut all, mut apart) = (0_u32, 0_u32);
        for row in self.body..self.grid.rows() {
            if let (Some(one), Some(other)) = (day(self.grid.cell(row, first)), day(self.grid.cell(row, second))) {
                all += 1;
                apart += u32::from((one - other).num_days().abs() > 1);
            }
        }
        (apart * 2 > all).then_some((first, second))
    }

    fn fields(&self) -> Option<Form> {
        let Some(year) = self.of_word(TimeWord::Year) else { return self.unnamed_fields() };
        let month = self.of_word(TimeWord::Month);
        let day = if month.is_some() { self.of_word(TimeWord::Day)? } else { self.of_word(TimeWord::DayOfYear)? };
        let hours = self.hours(day + 1);
        // `MM` is the month, and after the hours the minute.
        let after = hours.map_or(self.kinds.len(), |hours| hours.column + 1);
        let again = Some(after).filter(|at| *at < self.kinds.len() && self.word(*at) == TimeWord::Month);
        Some(Form::Fields {
            year,
            month,
            day,
            hours,
            minute: self
                .of_word(TimeWord::Minute)
                .or(again)
                .filter(|_| hours.is_some_and(|h| h.digits == Digits::Hour)),
            second: self.of_word(TimeWord::Second),
        })
    }

    /// Year, month, day and hours side by side in a table without names: dates that never go back.
    fn unnamed_fields(&self) -> Option<Form> {
        if self.headers.iter().any(|header| !header.is_empty()) {
            return None;
        }
        let number = |row: usize, column: usize| -> Option<i64> {
            std::str::from_utf8(self.grid.cell(row, column)).ok()?.parse().ok()
        };
        let rows = || self.body..self.grid.rows();
        let day = |row: usize, at: usize| {
            let year = number(row, at).filter(|year| (1900..2100).contains(year))?;
            day_us(year, number(row, at + 1)?, number(row, at + 2)?)
        };
        let year = (0..self.kinds.len().saturating_sub(3)).find(|at| {
            let days: Vec<i64> = rows().map_while(|row| day(row, *at)).collect();
            days.len() > 1 && days.len() == rows().len() && days.is_sorted()
        })?;
        let column = year + 3;
        let hours = self.digits_of(column, false).map(|digits| Hours { column, digits });
        Some(Form::Fields { year, month: Some(year + 1), day: year + 2, hours, minute: None, second: None })
    }

    fn packed(&self, clocks: &[usize]) -> Option<Form> {
        let column = (0..self.kinds.len()).find(|column| {
            let named = self.headers[*column].is_empty() || self.word(*column) != TimeWord::None;
            self.kinds[*column] == Kind::Number && named && self.share(*column, |cell| packed_us(cell).is_some()) > 0.95
        })?;
        if self.share(column, |cell| cell.len() == 8) < 0.5 {
            return Some(Form::Packed { date: column, clock: None });
        }
        let marked = clocks.first().map(|clock| Hours { column: *clock, digits: Digits::Marked });
        Some(Form::Packed { date: column, clock: marked.or_else(|| self.hours(column + 1)) })
    }

    /// A column of hours: named so anywhere, or named like a time, by its zone or not at all at this place.
    fn hours(&self, next: usize) -> Option<Hours> {
        let place = Some(next).filter(|column| {
            let header = self.headers.get(*column).map_or("", String::as_str).trim();
            let zone = matches!(header, "UTC" | "GMT") || abbreviated_us(header).is_some();
            *column < self.kinds.len() && (header.is_empty() || zone || self.word(*column) == TimeWord::Some)
        });
        let named = self.of_word(TimeWord::Hour);
        let column = named.or(place)?;
        Some(Hours { column, digits: self.digits_of(column, self.of_word(TimeWord::Minute).is_some())? })
    }

    /// What the digits of a column of hours are, beside which minutes may stand in a column of their own; none where they are no times of day.
    pub fn digits_of(&self, column: usize, minutes_apart: bool) -> Option<Digits> {
        if self.kinds[column] == Kind::Clock {
            return Some(Digits::Marked);
        }
        let numbers: Vec<i64> = (self.body..self.grid.rows())
            .take(2000)
            .map(|row| self.grid.cell(row, column))
            .filter(|cell| !is_missing(cell))
            .map(|cell| number_of(cell, self.decimal).filter(|number| number.fract() == 0.0).map_or(-1, |n| n as i64))
            .collect();
        let all = |digits| !numbers.is_empty() && numbers.iter().all(|number| digits_us(*number, digits).is_some());
        let steps = numbers.windows(2).filter(|pair| pair[1] - pair[0] == 1 || pair[1] < pair[0]).count();
        let hourly = minutes_apart
            || self.word(column) == TimeWord::Hour
            || numbers.len() > 2 && steps * 10 >= (numbers.len() - 1) * 9;
        match (all(Digits::Hour) && hourly, all(Digits::HourMinute), all(Digits::HourMinuteSecond)) {
            (true, ..) => Some(Digits::Hour),
            (_, true, _) => Some(Digits::HourMinute),
            (_, _, true) => Some(Digits::HourMinuteSecond),
            _ => None,
        }
    }

    /// Whether a column holds dates as spreadsheets count them, by its name and numbers: 2000 to 2060, with times of day.
    fn is_serial(&self, column: usize) -> bool {
        let word = self.word(column);
        let days = |cell: &[u8]| number_of(cell, self.decimal).is_some_and(|days| (36_526.0..58_440.0).contains(&days));
        self.kinds[column] == Kind::Number
            && !matches!(word, TimeWord::None | TimeWord::Elapsed)
            && self.share(column, days) > 0.95
    }

    /// Whether a column of numbers is part of a date that stands in columns of their own, whether or not another tells it whole.
    pub fn is_part(&self, column: usize) -> bool {
        use TimeWord::{Day, DayOfYear, Hour, Minute, Month, Second, Year};
        let dated =
            self.of_word(Year).is_some() && (self.of_word(Month).is_some() || self.of_word(DayOfYear).is_some());
        let part = matches!(self.word(column), Year | Month | Day | DayOfYear | Hour | Minute | Second);
        dated && part && self.kinds[column] == Kind::Number
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
            // Without a name whole seconds from 2001 to 2040 are no measurement either.
            let recent = |stamp: &f64| stamp.fract() == 0.0 && (1e9..2.2e9).contains(&(stamp / per_second as f64));
            let tells = rises || stamps.len() > 1 && stamps.iter().all(recent);
            (named || tells && header.is_empty()).then_some((per_second, named))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::survey::{Told, survey};

    /// First and last time, notation and zone of a table; or why there is none.
    fn times(text: &str) -> Result<(String, String, String, String), String> {
        let found =
            survey("x.csv", text.as_bytes(), &Told::default(), &[]).map_err(|error| error.message().to_string())?;
        let time = found.card.time;
        match found.card.question {
            Some(question) => Err(question),
            None => Ok((time.first.unwrap_or_default(), time.last.unwrap_or_default(), time.format, time.zone)),
        }
    }

    fn table(header: &str, rows: impl Iterator<Item = String>) -> String {
        std::iter::once(header.to_string()).chain(rows).map(|row| row + "\n").collect()
    }

    #[test]
    fn a_time_of_day_in_columns_of_its_own_is_not_lost() {
        let rows = |row: fn(u32) -> String| (1..20).map(row);
        let (first, last) = ("2024-03-12T01:15:00Z", "2024-03-12T19:15:00Z");
        for (text, ends) in [
            (table("date,hour,minute,temp", rows(|n| format!("2024-03-12,{n},15,2{n}.5"))), (first, last)),
            (table("Date,Time,temp", rows(|n| format!("20240312,{n:02}1500,2{n}.5"))), (first, last)),
            (table("Date,Hour,temp", rows(|n| format!("2024-03-12,{n:02}15,2{n}.5"))), (first, last)),
            (table("Year,DOY,UTC,temp", rows(|n| format!("2024,72,{n}15,2{n}.5"))), (first, last)),
            (table("Date,Time,temp", rows(|n| format!("20240312,{n:02}:15,2{n}.5"))), (first, last)),
            (
                table("YYYYMMDD,HH,temp", rows(|n| format!("20240312,{n},2{n}.5"))),
                ("2024-03-12T01:00:00Z", "2024-03-12T19:00:00Z"),
            ),
            (
                table("Date,Hour (PST),temp", rows(|n| format!("2024-03-12,{n}00,2{n}.5"))),
                ("2024-03-12T09:00:00Z", "2024-03-13T03:00:00Z"),
            ),
            (
                table(
                    "Date,Time,AM/PM,temp",
                    rows(|n| {
                        format!("2024-03-12,{}:15,{},2{n}.5", (n + 11) % 12 + 1, if n < 12 { "AM" } else { "PM" })
                    }),
                ),
                (first, last),
            ),
            (
                table("Time,tz_cd,temp", rows(|n| format!("2024-03-12 {n:02}:15,EST,2{n}.5"))),
                ("2024-03-12T06:15:00Z", "2024-03-13T00:15:00Z"),
            ),
            (table("Date,temp", rows(|n| format!("45363.{:05},2{n}.5", (n * 100_000 + 25_000) / 24))), (first, last)),
            (
                table(
                    "_start,_stop,_time,temp",
                    rows(|n| format!("2024-03-01,2024-04-01,2024-03-12 {n:02}:15,2{n}.5")),
                ),
                (first, last),
            ),
            (
                table("Start,End,kWh", rows(|n| format!("2024-03-12 {n:02}:15,2024-03-12 {n:02}:45,2{n}.5"))),
                (first, last),
            ),
        ] {
            let found = times(&text);
            let found = found.as_ref().map(|(first, last, ..)| (first.as_str(), last.as_str()));
            assert_eq!(found, Ok(ends), "{text}");
        }
        // Without names, as the weather services write it.
        let text: String = (1..20).map(|n| format!("2024 03 12 {n:02}   1{n}8    68 10129\n")).collect();
        assert_eq!(times(&text).map(|found| found.1), Ok("2024-03-12T19:00:00Z".to_string()));
    }

    #[test]
    fn zones_are_taken_from_where_they_are_stated() {
        for (head, zone) in [
            ("time (EST),temp", "EST (header)"),
            ("Date Time GMT -0700,temp", "GMT-0700 (header)"),
            ("Time zone: UTC+01:00\n\ntime,temp", "UTC+01:00 (line 1)"),
            ("place,utc_offset_seconds,x\ncellar,3600,1\n\ntime,temp", "3600 (line 1)"),
            ("timestamp(America/New_York),temp", "UTC (assumed; the header says America/New_York: choose it)"),
        ] {
            let text = table(head, (10..30).map(|n| format!("2024-03-12 08:{n}:00,2{n}.5")));
            assert_eq!(times(&text).map(|found| found.3), Ok(zone.to_string()), "{text}");
        }
    }

    #[test]
    fn times_of_other_numbers_and_of_whole_periods_are_refused() {
        let pairs =
            table("t1,a,t2,b", (1..9).map(|n| format!("2023-03-{n:02} 08:00,1.{n},2024-03-{n:02} 08:00,2.{n}")));
        assert!(times(&pairs).is_err_and(|why| why.starts_with("t1 and t2 tell different times")));
        let periods = table(
            "start,end,kWh",
            (1..9).map(|n| format!("2024-03-{n:02} 08:00,2024-03-{n:02} 09:{n}0,1.{n}")).take(5),
        );
        assert!(times(&periods).is_err_and(|why| why.starts_with("each row is a period")));
        // One time a month, month first, or days of January: nobody can tell.
        let monthly = table("date,temp", (1..13).map(|n| format!("{n:02}/01/2024,1.{n}")));
        assert!(times(&monthly).is_err_and(|why| why.starts_with("the dates may be")));
    }
}
