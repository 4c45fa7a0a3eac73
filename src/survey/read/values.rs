//! The metrics of a table, wide or long, and what is wrong with all of them together.

use std::collections::HashMap;

use super::{Odd, OddRule, Reader, Survey};
use crate::Error;
use crate::dialect::encoding::text_of;
use crate::dialect::names::Quantity;
use crate::survey::card::{Duplicates, MetricCard};
use crate::survey::cells::{Kind, is_missing};
use crate::survey::long;
use crate::survey::long::{Long, Pivot};
use crate::survey::metrics::{Cells, Found, MetricColumn, NotNumber, Wide, as_told, rule_of, source_of};
use crate::survey::naming::named;
use crate::survey::words::aside;

impl Reader<'_> {
    pub(super) fn long_rule(&self, rows: &[usize], free: impl Fn(usize) -> bool) -> Option<Long> {
        if let Some(rule) = self.preset.as_ref().and_then(|preset| preset.long.as_ref()) {
            let of = |name: &str| self.headers.iter().position(|header| header.eq_ignore_ascii_case(name));
            let unit = long::unit_column(&self.headers);
            return Some(Long {
                metric: of(&rule.metric)?,
                value: of(&rule.value)?,
                unit,
                with_device: rule.with_device,
            });
        }
        if !self.told.map.is_empty() || self.shape.header.is_none() {
            return None;
        }
        let kind = |column: usize| free(column).then(|| self.shape.kinds[column]);
        long::find(&self.grid, &self.headers, rows, self.decimal, kind)
    }

    /// A column that states one unit for all rows is that of the only column of numbers.
    pub(super) fn take_unit(&mut self, rows: &[usize], free: impl Fn(usize) -> bool) {
        let stated = long::unit_column(&self.headers).filter(|column| free(*column)).zip(rows.first().copied());
        let Some((column, first)) = stated else { return };
        let unit = self.grid.text(first, column).into_owned();
        if unit.is_empty() || rows.iter().any(|row| self.grid.text(*row, column) != unit.as_str()) {
            return;
        }
        let number =
            |at: &usize| free(*at) && self.shape.kinds[*at] == Kind::Number && aside(&self.headers[*at]).is_none();
        let mut numbers = (0..self.shape.width).filter(number);
        if let (Some(only), None) = (numbers.next(), numbers.next())
            && let Some(stated) = self.units.get_mut(only).filter(|stated| stated.is_empty())
        {
            *stated = unit;
        }
    }

    pub(super) fn wide<'a>(&'a self, rows: &'a [usize]) -> Wide<'a> {
        let preset = self.preset.as_ref();
        Wide {
            grid: &self.grid,
            rows,
            headers: &self.headers,
            units: &self.units,
            decimal: self.decimal,
            decimal_told: self.told.decimal.is_some(),
            rules: preset.map_or(&[], |preset| &preset.columns),
            missing: &self.missing,
            words: &self.told.missing,
            measured: &self.measured,
            named: self.shape.header.is_some(),
            general: preset.is_none(),
        }
    }

    pub(super) fn wide_metrics(
        &mut self,
        rows: &[usize],
        free: impl Fn(usize) -> bool,
        time: &[usize],
        devices: &[usize],
    ) -> Vec<MetricColumn> {
        let mut metrics = Vec::new();
        let mut not_numbers: Vec<NotNumber> = Vec::new();
        let mut not_read = Vec::new();
        for column in 0..self.shape.width {
            let source = source_of(&self.headers, column);
            if !free(column) {
                if !time.contains(&column) && !devices.contains(&column) {
                    not_read.push((source, "it holds another time".into()));
                }
                continue;
            }
            let told = self.told.map.iter().find(|(header, ..)| *header == source);
            if told.is_some_and(|(_, name, _)| name.is_empty()) {
                not_read.push((source, "it is no metric by choice".into()));
                continue;
            }
            let told = told.map(|(_, name, unit)| (name.clone(), unit.clone()));
            match self.wide(rows).column(column, told.as_ref(), &mut not_numbers) {
                Found::Metric(mut metric) => {
                    self.judge_bounds(&mut metric, |index| rows[index]);
                    metrics.push(*metric);
                }
                Found::Not(reason) => not_read.push((source, reason)),
            }
        }
        self.card.not_read = not_read;
        for (index, column, text) in not_numbers {
            let line = self.grid.record_of(rows[index as usize]).line;
            self.odd.push(Odd { line, column: Some(column), rule: OddRule::NotANumber, value: text });
        }
        metrics
    }

    pub(super) fn long_metrics(
        &mut self,
        long: Long,
        rows: &[usize],
        stamps: &[i64],
        device_of: &[u32],
        survey: &mut Survey,
    ) {
        self.card.layout = "long".into();
        let mut names: HashMap<String, usize> = HashMap::new();
        let mut columns: Vec<(String, Cells, Vec<usize>, String)> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let name = self.grid.text(*row, long.metric);
            let name = match long::entity(&name).filter(|_| long.with_device) {
                Some((_, metric)) => metric,
                None => name.into_owned(),
            };
            let at = *names.entry(name.clone()).or_insert_with(|| {
                columns.push((name, Cells::default(), Vec::new(), String::new()));
                columns.len() - 1
            });
            let (_, cells, records, stated) = &mut columns[at];
            let (value, unit) =
                (self.grid.cell(*row, long.value), long.unit.map(|column| self.grid.text(*row, column)));
            let unit = unit.unwrap_or_default();
            // One metric, one unit: a number of another is not read as if it were of the first.
            if unit.is_empty() || is_missing(value) || long::one_unit(stated, &unit) {
                cells.add(value, index, self.decimal);
            } else {
                cells.add_text(&format!("{} {unit}", text_of(value)), index);
            }
            records.push(index);
        }
        let mut pivot = Pivot::default();
        let rules = self.preset.as_ref().map_or(Vec::new(), |preset| preset.columns.clone());
        let mut put: Vec<(usize, usize, f64)> = Vec::new();
        for (name, mut cells, records, stated) in columns {
            cells.forgive(&self.told.missing);
            cells.regroup(self.decimal, self.told.decimal.is_some());
            if cells.found == 0 {
                self.card.not_read.push((name, "its values are no numbers".into()));
                continue;
            }
            let called = match rule_of(&rules, std::slice::from_ref(&name), 0) {
                Some(rule) if !rule.unit.is_empty() => as_told(&rule.name, &rule.unit),
                Some(rule) => as_told(&rule.name, cells.or_unit(&stated)),
                // A metric that only its unit tells is called as its column.
                None if long.unit == Some(long.metric) => {
                    named(&self.headers[long.value], &stated, |quantity: Quantity| cells.is_plain(quantity))
                }
                None => named(&name, cells.unit_for(&name, &stated), |quantity: Quantity| cells.is_plain(quantity)),
            };
            if let Some(reason) = cells.contradicts(&called) {
                self.card.not_read.push((name, reason));
                continue;
            }
            for (index, _, text) in &cells.texts {
                let line = self.grid.record_of(rows[*index as usize]).line;
                self.odd.push(Odd { line, column: Some(long.value), rule: OddRule::NotANumber, value: text.clone() });
            }
            let bounds = (f64::NEG_INFINITY, f64::INFINITY);
            let mut metric = cells.into_metric(long.value, name, called, &self.missing, &self.measured, bounds);
            self.judge_bounds(&mut metric, |index| rows[records[index]]);
            put.extend(
                records.iter().zip(&metric.values).map(|(record, value)| (*record, survey.metrics.len(), *value)),
            );
            survey.metrics.push(metric);
        }
        // In the order of the file, so that readings are.
        put.sort_by_key(|(record, metric, _)| (*record, *metric));
        for (record, metric, value) in put {
            pivot.put(device_of[record], stamps[record], metric, value, record);
        }
        pivot.finish();
        let line =
            |(device, stamp, record): &(u32, i64, usize)| (self.grid.record_of(rows[*record]).line, *device, *stamp);
        survey.readings = pivot.readings.iter().map(line).collect();
        self.join_odd(&pivot, rows, survey);
        for (metric, values) in survey.metrics.iter_mut().zip(pivot.values) {
            metric.values = values;
        }
        self.card.readings = filled(&survey.metrics, survey.readings.len());
        forget_unread(survey);
    }

    /// A reading of several records stands on the line of the first of them that is odd, and all that is odd about it there: so a row
    /// that is set aside is the reading, and counted once.
    fn join_odd(&mut self, pivot: &Pivot, rows: &[usize], survey: &mut Survey) {
        let cells = |odd: &&mut Odd| matches!(odd.rule, OddRule::NotANumber | OddRule::OutOfBounds);
        let record_on: HashMap<u32, usize> =
            rows.iter().enumerate().map(|(record, row)| (self.grid.record_of(*row).line, record)).collect();
        self.odd.sort_by_key(|odd| odd.line);
        let mut told: HashMap<u32, u32> = HashMap::new();
        for odd in self.odd.iter_mut().filter(cells) {
            let reading = record_on.get(&odd.line).and_then(|record| pivot.of_record.get(record));
            if let Some(reading) = reading {
                odd.line = *told.entry(*reading).or_insert(odd.line);
                survey.readings[*reading as usize].0 = odd.line;
            }
        }
    }

    /// Takes out values beyond what the contract or the sensor allows; the card has counted them already.
    fn judge_bounds(&mut self, metric: &mut MetricColumn, row_of: impl Fn(usize) -> usize) {
        let told = self.bounds.iter().find(|(name, ..)| *name == metric.card.name);
        let (low, high) = told.map_or(metric.bounds, |(_, low, high)| (*low, *high));
        if low == f64::NEG_INFINITY && high == f64::INFINITY {
            return;
        }
        for (index, value) in metric.values.iter_mut().enumerate() {
            if *value < low || *value > high {
                let row = row_of(index);
                let value_there = self.grid.text(row, metric.at).chars().take(60).collect::<String>();
                self.odd.push(Odd {
                    line: self.grid.record_of(row).line,
                    column: Some(metric.at),
                    rule: OddRule::OutOfBounds,
                    value: value_there.into(),
                });
                *value = f64::NAN;
            }
        }
    }

    /// Readings whose cells are all empty: events, or a time alone. They are told, and left out.
    pub(super) fn leave_out_empty(&mut self, survey: &mut Survey, rows: &[usize]) {
        let empty = |index: usize| {
            survey
                .metrics
                .iter()
                .all(|metric| metric.values[index].is_nan() && self.grid.cell(rows[index], metric.at).is_empty())
        };
        let gone: Vec<bool> = (0..rows.len()).map(empty).collect();
        if !gone.contains(&true) {
            return;
        }
        for (row, _) in rows.iter().zip(&gone).filter(|(_, gone)| **gone) {
            self.skip(*row, "it has a time and no value".into());
        }
        let keep = |index: &mut usize| {
            *index += 1;
            !gone[*index - 1]
        };
        let mut at = 0;
        survey.readings.retain(|_| keep(&mut at));
        for metric in &mut survey.metrics {
            at = 0;
            metric.values.retain(|_| keep(&mut at));
        }
    }

    /// Numbers whose decimal marks were lost are ten or ten thousand times too large: humidity shows it.
    pub(super) fn refuse_damaged(&self, survey: &Survey) -> Result<(), Error> {
        let mut values = survey.metrics.iter().flat_map(|metric| &metric.values).filter(|value| !value.is_nan());
        let marked = values.any(|value| value.fract() != 0.0);
        let numbered = |header: &&String| {
            let digits = header.to_lowercase().strip_prefix("col").map(str::to_string);
            digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        };
        if !marked && self.card.delimiter == "," && self.headers.iter().filter(numbered).count() > 2 {
            return Err(self.refuse(
                "the decimal commas of this file were taken for delimiters: columns are numbered, and no number has a mark; export it again"
                    .into(),
            ));
        }
        let named = |metric: &&MetricColumn| {
            let means = crate::dialect::names::meaning(&metric.card.source);
            means.is_some_and(|means| means.quantity == Quantity::Humidity)
        };
        for metric in survey.metrics.iter().filter(named) {
            let (mut over, mut all) = (0_u64, 0_u64);
            for value in metric.values.iter().filter(|value| !value.is_nan()) {
                all += 1;
                over += u64::from(*value > 110.0);
            }
            if over * 2 > all && !marked {
                let message = format!(
                    "the decimal marks of this file are lost: humidity goes up to {}, and no number has a mark; export it again",
                    metric.card.max.unwrap_or(f64::NAN)
                );
                return Err(self.refuse(message).in_column(&metric.card.source));
            }
        }
        Ok(())
    }
}

/// Leaves out devices none of whose values was read.
fn forget_unread(survey: &mut Survey) {
    let mut number = vec![u32::MAX; survey.devices.len()];
    survey.readings.iter().for_each(|(_, device, _)| number[*device as usize] = 0);
    for (next, number) in (0..).zip(number.iter_mut().filter(|number| **number == 0)) {
        *number = next;
    }
    let mut at = 0;
    survey.devices.retain(|_| {
        at += 1;
        number[at - 1] != u32::MAX
    });
    survey.readings.iter_mut().for_each(|(_, device, _)| *device = number[*device as usize]);
}

/// Readings with a value.
pub(super) fn filled(metrics: &[MetricColumn], rows: usize) -> u64 {
    (0..rows).filter(|row| metrics.iter().any(|metric| !metric.values[*row].is_nan())).count() as u64
}

/// Numbers names that occur twice; of two columns of one quantity the one that needs no conversion keeps its name.
pub(super) fn unique_names(metrics: &mut [MetricColumn]) {
    let shared =
        |at: usize| metrics.iter().enumerate().any(|(n, other)| n != at && other.card.name == metrics[at].card.name);
    let labelled: Vec<usize> = (0..metrics.len()).filter(|at| !metrics[*at].label.is_empty() && shared(*at)).collect();
    for at in labelled {
        let metric = &mut metrics[at];
        metric.card.name = format!("{}_{}", metric.card.name, metric.label);
    }
    for at in 0..metrics.len() {
        let converted = |card: &MetricCard| card.stated_unit != card.unit && !card.stated_unit.is_empty();
        let twin = (0..at).find(|other| metrics[*other].card.name == metrics[at].card.name);
        if let Some(twin) = twin {
            let late = if converted(&metrics[twin].card) && !converted(&metrics[at].card) { twin } else { at };
            let name = metrics[late].card.name.clone();
            let free = (2..)
                .map(|n| format!("{name}_{n}"))
                .find(|name| metrics.iter().all(|metric| metric.card.name != *name));
            metrics[late].card.name = free.unwrap_or(name);
        }
    }
}

/// Of many readings at one time, so many before each are compared with it.
const NEIGHBOURS: usize = 64;

/// Readings that repeat the device and time of an earlier one.
pub(super) fn duplicates(survey: &Survey) -> Duplicates {
    let mut order: Vec<u32> = (0..u32::try_from(survey.readings.len()).unwrap_or(u32::MAX)).collect();
    let key = |at: u32| {
        let (_, device, stamp) = survey.readings[at as usize];
        (device, stamp)
    };
    if !order.is_sorted_by_key(|at| key(*at)) {
        order.sort_by_key(|at| key(*at));
    }
    let same = |a: u32, b: u32| {
        let bits = |values: &[f64], at: u32| values[at as usize].to_bits();
        survey.metrics.iter().all(|metric| bits(&metric.values, a) == bits(&metric.values, b))
    };
    let mut found = Duplicates::default();
    let mut start = 0;
    for at in 1..order.len() {
        if key(order[at]) != key(order[start]) {
            start = at;
        } else if (start.max(at.saturating_sub(NEIGHBOURS))..at).any(|other| same(order[other], order[at])) {
            found.exact += 1;
        } else {
            found.conflicting += 1;
        }
    }
    found
}
