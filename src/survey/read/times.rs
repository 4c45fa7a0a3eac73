//! The time of each row: where it stands, its order and zone, what no rule tells.

use std::collections::HashMap;

use super::{OddRule, Reader, Survey};
use crate::Error;
use crate::dialect::calendar::DAY_US;
use crate::survey::card::{Skipped, TimeCard, rfc3339};
use crate::survey::cells::{is_missing, number_of};
use crate::survey::clock::{Clock, Digits, Form, Hours, NoTime, Table, Year};
use crate::survey::metrics::source_of;
use crate::survey::notation::notation_of;
use crate::survey::told::start_us;
use crate::survey::zone::{Wall, named_zone, offset_of, zone_of_header};

impl Reader<'_> {
    pub(super) fn table(&self) -> Table<'_> {
        Table {
            grid: &self.grid,
            kinds: &self.shape.kinds,
            headers: &self.headers,
            body: self.shape.body,
            decimal: self.decimal,
        }
    }

    pub(super) fn told_form(&self, table: &Table<'_>) -> Option<Form> {
        if let Some(pattern) = &self.told.time_format {
            let column = table.find().ok().map(|form| Clock::new(form, self.decimal).columns()[0]).unwrap_or(0);
            return Some(Form::Pattern { column, pattern: pattern.clone() });
        }
        let rule = &self.preset.as_ref()?.time;
        let column =
            |n: usize| rule.columns.get(n).and_then(|column| column.checked_sub(1)).filter(|at| *at < self.shape.width);
        let hours = |n: usize| {
            let column = column(n)?;
            Some(Hours { column, digits: table.digits_of(column, rule.form == "fields" && rule.columns.len() > 4)? })
        };
        if !rule.pattern.is_empty() {
            return Some(Form::Pattern { column: column(0)?, pattern: rule.pattern.clone() });
        }
        Some(match rule.form.as_str() {
            "fields" => Form::Fields {
                year: column(0)?,
                month: column(1),
                day: column(2)?,
                hours: hours(3),
                minute: column(4),
                second: column(5),
            },
            "packed" => Form::Packed { date: column(0)?, clock: hours(1) },
            "year-day" => {
                // The year stands in the first column, or once in the file.
                let (year, next) = match rule.year_from {
                    Some(at) => (Year::Fixed(self.cell_at(at)?.parse().ok()?), 0),
                    None => (Year::Column(column(0)?), 1),
                };
                Form::YearDay { year, day: column(next)?, clock: column(next + 1)? }
            }
            _ => Form::Date { date: column(0)?, more: column(1).into_iter().collect() },
        })
    }

    /// A cell by its line and position, both from 1, as the preset tells them.
    pub(super) fn cell_at(&self, (line, cell): (u32, usize)) -> Option<String> {
        let row = (0..self.grid.rows().min(50)).find(|row| self.grid.record_of(*row).line == line)?;
        let text = self.grid.text(row, cell.checked_sub(1)?).into_owned();
        Some(text).filter(|text| !text.is_empty())
    }

    /// The times of a table without dates, from the beginning that a person told. Seconds that start anew have no one beginning.
    pub(super) fn told_start(&self, rows: &[usize], none: &NoTime) -> Option<Form> {
        let start_us = start_us(self.told.start.as_deref()?)?;
        match *none {
            NoTime::OnlyClock(clock) => Some(Form::DaysFrom { clock, day_us: start_us - start_us.rem_euclid(DAY_US) }),
            NoTime::Elapsed(column) => {
                let seconds = rows.iter().filter_map(|row| number_of(self.grid.cell(*row, column), self.decimal));
                seconds.is_sorted().then_some(Form::Since { column, start_us })
            }
            _ => None,
        }
    }

    pub(super) fn judge_zone(&self, clock: &mut Clock) {
        let headers: Vec<&str> = clock.columns().iter().map(|column| self.headers[*column].as_str()).collect();
        let rule = self.preset.as_ref().map(|preset| &preset.time);
        let of_names = || {
            let names = &rule?.zone_names;
            names.iter().find_map(|(name, offset)| {
                headers
                    .iter()
                    .any(|header| header == name)
                    .then(|| Some((format!("{name} (header)"), offset_of(offset)?)))?
            })
        };
        let of_line = || {
            let hours: f64 = self.cell_at(rule?.zone_from?)?.parse().ok()?;
            Some((format!("{hours:+} h (line {})", rule?.zone_from?.0), (hours * 3.6e9) as i64))
        };
        let of_preset = || {
            let zone = &rule.filter(|rule| !rule.zone.is_empty())?.zone;
            Some((format!("{zone} (known of these files)"), offset_of(zone)?))
        };
        let of_header = || {
            headers.iter().find_map(|header| zone_of_header(header)).map(|(text, us)| (format!("{text} (header)"), us))
        };
        let named = headers.iter().find_map(|header| named_zone(header));
        if matches!(clock.form, Form::Epoch { .. }) {
            (clock.zone, clock.stated) = ("UTC (seconds since 1970)".into(), true);
        } else if clock.zoned {
            (clock.zone, clock.stated) = ("stated in each time".into(), true);
        } else if let Some((zone, offset_us)) =
            of_header().or_else(of_names).or_else(of_line).or_else(of_preset).or_else(|| self.zone_above())
        {
            (clock.zone, clock.offset_us, clock.stated) = (zone, offset_us, true);
        } else if let Some(zone) = &self.told.zone {
            let from = if named == Some(zone.name.as_str()) { "header" } else { "chosen" };
            clock.zone = format!("{} ({from})", zone.name);
        } else if let Some(name) = named {
            (clock.zone, clock.named) =
                (format!("UTC (assumed; the header says {name}: choose it)"), Some(name.to_string()));
        } else {
            clock.zone = "UTC (assumed)".into();
        }
    }

    /// The zone that a line above the table states: `Time zone: UTC+01:00`, or a name over or before its value.
    fn zone_above(&self) -> Option<(String, i64)> {
        const NAMES: [(&str, i64); 9] = [
            ("utc_offset_seconds", 1_000_000),
            ("utc offset seconds", 1_000_000),
            ("time zone", 3_600_000_000),
            ("timezone", 3_600_000_000),
            ("zeitzone", 3_600_000_000),
            ("fuseau horaire", 3_600_000_000),
            ("zona horaria", 3_600_000_000),
            ("utc offset", 3_600_000_000),
            ("gmt offset", 3_600_000_000),
        ];
        let names = [self.shape.header, self.shape.upper];
        let above = (0..self.shape.body.min(100)).filter(|row| !names.contains(&Some(*row)));
        let cells = above.flat_map(|row| (0..self.grid.width(row)).map(move |column| (row, column)));
        for (row, column) in cells {
            let text = self.grid.text(row, column);
            let (name, rest) = text.split_once(':').unwrap_or((&text, ""));
            let name = name.trim_matches(['#', ' ', '"']).to_lowercase();
            let Some((_, unit_us)) = NAMES.iter().find(|(known, _)| *known == name) else { continue };
            let below = if row + 1 < self.shape.body { self.grid.text(row + 1, column) } else { "".into() };
            for value in [rest, &self.grid.text(row, column + 1), &below] {
                let number =
                    value.trim().parse::<f64>().ok().filter(|number| (number * *unit_us as f64).abs() <= 5.1e10);
                let offset_us = number.map(|number| (number * *unit_us as f64) as i64).or_else(|| offset_of(value));
                let found = offset_us.map(|offset_us| (value.trim().to_string(), offset_us));
                if let Some((text, offset_us)) = found.or_else(|| zone_of_header(value)) {
                    return Some((format!("{text} (line {})", self.grid.record_of(row).line), offset_us));
                }
            }
        }
        None
    }

    /// The rows that have a time, and their times.
    pub(super) fn stamps(&mut self, rows: Vec<usize>, clock: &Clock) -> (Vec<usize>, Vec<i64>) {
        let mut stamps = Vec::with_capacity(rows.len());
        let mut kept = Vec::with_capacity(rows.len());
        let columns = clock.columns();
        for row in rows {
            match clock.stamp_us(&self.grid, row) {
                Some(stamp) => {
                    stamps.push(stamp);
                    kept.push(row);
                }
                None => {
                    let texts: Vec<String> =
                        columns.iter().map(|column| self.grid.text(row, *column).into_owned()).collect();
                    let value = texts.join(" ").trim().to_string();
                    if is_missing(value.as_bytes()) {
                        self.odd(row, columns.first().copied(), OddRule::NoTime, "", "it has no time".into());
                    } else {
                        let reason =
                            format!("expected a time, but found \"{}\"", value.chars().take(40).collect::<String>());
                        self.odd(row, columns.first().copied(), OddRule::BadTime, &value, reason);
                    }
                }
            }
        }
        (kept, stamps)
    }

    /// Turns times on a wall into instants, device by device.
    pub(super) fn apply_zone(&mut self, clock: &Clock, rows: &[usize], device_of: &[u32], stamps: &mut [i64]) {
        let Some(zone) = self.told.zone.clone().filter(|_| !clock.stated) else { return };
        let mut before: HashMap<u32, i64> = HashMap::new();
        let mut second: HashMap<u32, bool> = HashMap::new();
        for ((row, device), stamp) in rows.iter().zip(device_of).zip(stamps) {
            let line = self.grid.record_of(*row).line;
            let local = *stamp;
            let went_back = before.insert(*device, local).is_some_and(|before| local <= before);
            *stamp = match zone.wall(local) {
                Wall::Once(instant) => {
                    second.insert(*device, false);
                    instant
                }
                Wall::Twice(first, later) => {
                    let again = second.entry(*device).or_default();
                    *again |= went_back;
                    let reason = if *again { "second" } else { "first" };
                    self.card
                        .notes
                        .push(Skipped { line, reason: format!("its hour occurs twice: read as the {reason} one") });
                    if *again { later } else { first }
                }
                Wall::Never(instant) => {
                    self.card.notes.push(Skipped {
                        line,
                        reason: "its hour does not exist: read as if the clock had not been moved".into(),
                    });
                    instant
                }
            };
        }
    }

    pub(super) fn time_card(&mut self, clock: &Clock, rows: &[usize], stamps: &[i64]) {
        let columns = clock.columns();
        let first = rows.first().map(|row| {
            let cells: Vec<String> = columns.iter().map(|column| self.grid.text(*row, *column).into_owned()).collect();
            cells.join(" ")
        });
        let dated = matches!(clock.form, Form::Date { .. } | Form::DateHours { .. });
        let format = match &clock.form {
            Form::Date { .. } | Form::DateHours { .. } => {
                first.map_or(String::new(), |cell| notation_of(&cell, clock.calendar.order, clock.calendar.half_days))
            }
            Form::Fields { month: Some(_), .. } => "year, month, day and clock in columns of their own".into(),
            Form::Fields { .. } => "year and day of the year in columns of their own".into(),
            Form::Packed { clock: Some(clock), .. } => match clock.digits {
                Digits::Hour => "%Y%m%d %H",
                Digits::HourMinute => "%Y%m%d %H%M",
                Digits::HourMinuteSecond => "%Y%m%d %H%M%S",
                Digits::Marked => "%Y%m%d %H:%M",
            }
            .into(),
            Form::Serial { .. } => "days of a spreadsheet, since 1900".into(),
            Form::Packed { .. } => "%Y%m%d and what follows of %H%M%S".into(),
            Form::Epoch { per_second, .. } => match per_second {
                1 => "seconds since 1970",
                1_000 => "milliseconds since 1970",
                1_000_000 => "microseconds since 1970",
                _ => "nanoseconds since 1970",
            }
            .into(),
            Form::Pattern { pattern, .. } => pattern.clone(),
            Form::DaysFrom { .. } => "times of day, from the day told".into(),
            Form::Since { .. } => "seconds since the start told".into(),
            Form::YearDay { year: Year::Fixed(_), .. } => "%j %H%M".into(),
            Form::YearDay { .. } => "%Y %j %H%M".into(),
        };
        self.card.time = TimeCard {
            columns: columns.iter().map(|column| source_of(&self.headers, *column)).collect(),
            format,
            order: dated.then(|| clock.calendar.order.name().to_string()),
            evidence_line: clock.evidence_line.filter(|_| dated),
            zone: clock.zone.clone(),
            first: stamps.iter().min().map(|stamp| rfc3339(*stamp)),
            last: stamps.iter().max().map(|stamp| rfc3339(*stamp)),
        };
    }

    pub(super) fn ask_order(&mut self, clock: &Clock, survey: &mut Survey) {
        let words: Vec<&str> = clock.open.iter().map(|order| order.word()).collect();
        let words = match words.split_last() {
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
            None => String::new(),
        };
        let (line, cell) = clock.open_cell.clone().unwrap_or_default();
        self.card.question = Some(format!("the dates may be {words}, and no line proves which: \"{cell}\""));
        survey.orders.clone_from(&clock.open);
        survey.asked_at = (Some(line), self.card.time.columns.first().cloned());
        survey.asked_cell = cell;
    }

    /// A table whose rows have no date: a question, or a refusal.
    pub(super) fn without_time(mut self, none: NoTime) -> Result<Survey, Error> {
        let source = |column: usize| source_of(&self.headers, column);
        let question = match none {
            NoTime::OnlyClock(column) => {
                format!("{} holds times of day and no column a date: on which day does the log begin?", source(column))
            }
            NoTime::Elapsed(column) => {
                format!("{} counts from a start that the file does not tell: when did it begin?", source(column))
            }
            NoTime::Periods(start, end) => {
                let (start, end) = (source(start), source(end));
                return Err(self.refuse(format!(
                    "each row is a period ({start} to {end}), not a reading; expected one time a row and columns of numbers"
                )));
            }
            NoTime::Pairs(one, other) => {
                let (one, other) = (source(one), source(other));
                return Err(self.refuse(format!(
                    "{one} and {other} tell different times, each of the column after it; expected one time a row: save each pair as a file of its own"
                )));
            }
            NoTime::None => {
                return Err(self.refuse(
                    "expected a column of times, but found none: no date, no seconds since 1970; this is no log of readings".into(),
                ));
            }
        };
        self.card.question = Some(question);
        self.card.skipped.sort_by_key(|skipped| skipped.line);
        let headers = (0..self.shape.width).map(source).collect();
        Ok(Survey { card: self.card, odd: self.odd, headers, lines: self.grid.lines, ..Survey::default() })
    }
}
