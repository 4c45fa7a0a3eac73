//! Which columns of a wide table are metrics, and their values.
//!
//! Owns that choice, by name and by content. Assumes rows of data. Refuses columns of text, numbers of rows, marks of quality and
//! places, each with its reason; a constant is a metric, for sensors stand still.

use std::collections::HashMap;

use super::card::{MetricCard, Statistics};
use super::cells::{Decimal, in_groups, is_missing, measured};
use super::grid::Grid;
use super::marks::Below;
use super::naming::{Named, named, no_metric, plausible};
use super::preset::{ColumnRule, matches};
use super::sentinels::Sentinels;
use super::words::aside;
use crate::dialect::encoding::text_of;
use crate::dialect::names::{Quantity, meaning};
use crate::dialect::units::{Unit, is_unit, same_unit, unit_of};

/// A metric's column.
#[derive(Clone, Debug)]
pub struct MetricColumn {
    /// Its column in the file, from 0; the value's column of a long table.
    pub at: usize,
    pub card: MetricCard,
    /// What tells it from others of the same name; empty where nothing does.
    pub label: String,
    /// Bounds of its sensor, of a preset.
    pub bounds: (f64, f64),
    /// One value a row, after conversion; NaN is missing.
    pub values: Vec<f64>,
}

/// What a column of the table turned out to be.
pub enum Found {
    Metric(Box<MetricColumn>),
    /// No metric, for this reason.
    Not(String),
}

/// A cell that is neither a number nor a word for none: row index, column, text.
pub type NotNumber = (u32, usize, Box<str>);

/// How the reason ends where a column's marks may be read both ways.
pub const WHICH_MARK: &str = "say which the decimal mark is";

/// Numbers among the cells with a word, at least, that make a column one of numbers.
const NUMBERS: f64 = 0.8;

/// What all columns of a table share.
pub struct Wide<'a> {
    pub grid: &'a Grid,
    pub rows: &'a [usize],
    pub headers: &'a [String],
    pub units: &'a [String],
    pub decimal: Decimal,
    /// A person said which the decimal mark is.
    pub decimal_told: bool,
    pub rules: &'a [ColumnRule],
    /// Sentinels of the preset, and numbers that a person says stand for no value.
    pub missing: &'a [f64],
    /// Words that a person says stand for no value.
    pub words: &'a [String],
    /// Numbers that a person says were measured.
    pub measured: &'a [f64],
    /// There is a line of names.
    pub named: bool,
    /// No preset knows the file.
    pub general: bool,
}

/// How a column is called where it has no header.
pub fn source_of(headers: &[String], column: usize) -> String {
    match headers.get(column).map(|header| header.trim()).filter(|header| !header.is_empty()) {
        Some(header) => header.to_string(),
        None => format!("column {}", column + 1),
    }
}

/// The rule of a preset for a column.
pub fn rule_of<'a>(rules: &'a [ColumnRule], headers: &[String], column: usize) -> Option<&'a ColumnRule> {
    rules.iter().find(|rule| {
        rule.at == Some(column + 1)
            || rule.at.is_none() && headers.get(column).is_some_and(|header| matches(&rule.header, header))
    })
}

/// The values of a column as they stand: number, or NaN with what stood there.
#[derive(Default)]
pub struct Cells {
    pub numbers: Vec<f64>,
    pub sentinels: Sentinels,
    pub words: HashMap<Box<[u8]>, u64>,
    pub empty: u64,
    /// Row index, place among the numbers, text.
    pub texts: Vec<(u32, u32, Box<str>)>,
    pub text_count: u64,
    pub found: u64,
    /// The unit that follows the numbers, as the first of them has it.
    pub unit: Option<Box<str>>,
    /// Groups of digits or decimals: a cell of a column whose marks may be either.
    open: Option<Box<str>>,
    steps: u64,
    last: f64,
}

impl Cells {
    /// Adds a cell of the row of that index. A number of another unit than the first is text: one column, one unit.
    pub fn add(&mut self, cell: &[u8], row: usize, decimal: Decimal) {
        if cell.is_empty() {
            self.empty += 1;
        } else if let Some(number) = self.number(cell, decimal) {
            self.found += 1;
            self.steps += u64::from(number == self.last + 1.0);
            self.last = number;
            self.sentinels.add(number);
            self.numbers.push(number);
            return;
        } else if is_missing(cell) {
            *self.words.entry(cell.into()).or_default() += 1;
        } else {
            self.add_text(&text_of(cell), row);
            return;
        }
        self.numbers.push(f64::NAN);
    }

    /// Adds what is no number of this metric.
    pub fn add_text(&mut self, text: &str, row: usize) {
        self.text_count += 1;
        let text: String = text.chars().take(60).collect();
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.texts.push((narrow(row), narrow(self.numbers.len()), text.into()));
        self.numbers.push(f64::NAN);
    }

    /// The stated unit, or where none is the one inside the cells.
    pub fn or_unit<'a>(&'a self, stated: &'a str) -> &'a str {
        if stated.is_empty() { self.unit.as_deref().unwrap_or("") } else { stated }
    }

    /// The same for a column of that name: the pressure of the air is never so few inches of anything but mercury.
    pub fn unit_for<'a>(&'a self, header: &str, stated: &'a str) -> &'a str {
        let unit = self.or_unit(stated);
        let air = |number: &f64| number.is_nan() || (20.0..=32.0).contains(number);
        let pressure = || meaning(header).is_some_and(|means| means.quantity == Quantity::Pressure);
        if same_unit(unit, "in") && pressure() && self.numbers.iter().all(air) { "inHg" } else { unit }
    }

    fn number(&mut self, cell: &[u8], decimal: Decimal) -> Option<f64> {
        let (number, unit) = measured(cell, decimal)?;
        self.is_of_unit(unit).then_some(number)
    }

    /// Whether a number's unit is the one of the column, which the first states.
    fn is_of_unit(&mut self, unit: Option<&str>) -> bool {
        unit.is_none_or(|unit| {
            let symbol = unit_of(unit).map_or(unit, |known| known.symbol());
            same_unit(self.unit.get_or_insert_with(|| symbol.into()), symbol)
        })
    }

    /// Reads cells that were taken for text as numbers in groups of three digits, where the column proves that they are: several
    /// groups, or numbers that go on without a break where those below a thousand end.
    pub fn regroup(&mut self, decimal: Decimal, decimal_told: bool) {
        let mut groups: Vec<(usize, f64)> = Vec::new();
        let (mut open, mut sure, mut least, mut others) = (None, decimal_told, f64::INFINITY, 0);
        let texts = std::mem::take(&mut self.texts);
        for (at, (_, _, text)) in texts.iter().enumerate() {
            match in_groups(text.as_bytes(), decimal).filter(|(_, _, unit)| self.is_of_unit(*unit)) {
                Some((number, may_be_decimal, _)) => {
                    groups.push((at, number));
                    least = least.min(number.abs());
                    sure |= !may_be_decimal;
                    open = open.or(may_be_decimal.then(|| text.clone()));
                }
                None => others += 1,
            }
            // A column of labels.
            if others > 20 && others > groups.len() {
                break;
            }
        }
        let plain = self.numbers.iter().fold(0.0_f64, |most, number| most.max(number.abs()));
        let mut below = Below::default();
        self.numbers.iter().for_each(|number| below.add(*number));
        let mut kept = vec![true; texts.len()];
        if others * 4 <= groups.len() && plain < 1000.0 && !groups.is_empty() {
            if open.is_none() || sure || below.goes_on_at(least) {
                for (at, number) in groups {
                    kept[at] = false;
                    self.numbers[texts[at].1 as usize] = number;
                    self.sentinels.add(number);
                    self.found += 1;
                }
            } else {
                self.open = open;
            }
        }
        self.texts = texts.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(text, _)| text).collect();
        self.text_count = self.texts.len() as u64;
    }

    /// Ends in a metric of that name: sentinels taken out, units converted, statistics made.
    pub fn into_metric(
        mut self,
        at: usize,
        source: String,
        named: Named,
        missing: &[f64],
        measured: &[f64],
        bounds: (f64, f64),
    ) -> MetricColumn {
        let mut stand_for_nothing = self.sentinels.found(named.unit_of_cells());
        stand_for_nothing.extend_from_slice(missing);
        stand_for_nothing.retain(|number| !measured.contains(number));
        let mut counts = vec![0_u64; stand_for_nothing.len()];
        let mut statistics = Statistics::default();
        for value in self.numbers.iter_mut().filter(|value| !value.is_nan()) {
            match stand_for_nothing.iter().position(|nothing| nothing == value) {
                Some(at) => {
                    counts[at] += 1;
                    *value = f64::NAN;
                }
                None => {
                    if let Some(conversion) = &named.conversion {
                        *value = conversion.apply(*value);
                    }
                    statistics.add(*value);
                }
            }
        }
        let mut missing_as: Vec<(String, u64)> = Vec::new();
        if self.empty > 0 {
            missing_as.push((String::new(), self.empty));
        }
        let mut words: Vec<(String, u64)> =
            self.words.iter().map(|(word, count)| (text_of(word).into_owned(), *count)).collect();
        words.sort();
        missing_as.extend(words);
        let sentinels = stand_for_nothing.iter().zip(&counts).filter(|(_, count)| **count > 0);
        missing_as.extend(sentinels.map(|(number, count)| (number.to_string(), *count)));
        let some = |value: f64| (statistics.present > 0).then_some(value);
        let card = MetricCard {
            name: named.name,
            source,
            column: u32::try_from(at + 1).ok(),
            unit: named.unit,
            stated_unit: named.stated,
            present: statistics.present,
            missing: self.numbers.len() as u64 - statistics.present,
            missing_as,
            min: some(statistics.min),
            max: some(statistics.max),
            mean: some(statistics.mean()),
        };
        MetricColumn { at, card, label: named.label, bounds, values: self.numbers }
    }

    /// Why the cells are not of the unit that their header or preset states, if they are not.
    pub fn contradicts(&self, called: &Named) -> Option<String> {
        let (inside, stated) = (self.unit.as_deref()?, called.stated.as_str());
        let inches = stated.to_lowercase().trim_end_matches("hg").trim_end() == inside;
        let other = is_unit(stated) && !inches && !same_unit(inside, stated);
        let stated = unit_of(stated).map_or(stated, |known| known.symbol());
        other.then(|| format!("its cells are in {inside}, though {stated} is stated: say which it is"))
    }

    /// Takes texts that are among these words for words that stand for no value.
    pub fn forgive(&mut self, words: &[String]) {
        let words_there = &mut self.words;
        self.texts.retain(|(_, _, text)| {
            let known = words.iter().any(|word| word.eq_ignore_ascii_case(text));
            if known {
                *words_there.entry(text.as_bytes().into()).or_default() += 1;
            }
            !known
        });
        self.text_count = self.texts.len() as u64;
    }

    /// Whether half of the numbers or more lie where a quantity would in the contract's unit. A battery of a few volts and a
    /// humidity of at most one are no percent.
    pub fn is_plain(&self, quantity: Quantity) -> bool {
        let (low, high) = plausible(quantity);
        let known: Vec<f64> = self.numbers.iter().copied().filter(|number| !number.is_nan()).collect();
        let inside = known.iter().filter(|number| (low..=high).contains(*number)).count();
        let broken = |low: f64, high: f64| {
            known.iter().all(|number| (low..=high).contains(number)) && known.iter().any(|number| number.fract() != 0.0)
        };
        let other = match quantity {
            Quantity::Battery => broken(0.0, 16.0),
            Quantity::Humidity => broken(0.0, 1.0),
            _ => false,
        };
        inside * 2 >= known.len() && !other
    }

    /// Whether every number is the same whole number.
    fn is_one_number(&self) -> bool {
        let mut known = self.numbers.iter().filter(|number| !number.is_nan());
        let first = known.next().copied().unwrap_or(f64::NAN);
        first.fract() == 0.0 && known.all(|number| *number == first) && self.sentinels.found("").is_empty()
    }

    fn counts_rows(&self) -> bool {
        self.found > 2 && self.steps * 100 >= (self.found - 1) * 95
    }
}

impl Wide<'_> {
    /// What a column is. Cells that are no number go to `odd`.
    pub fn column(&self, column: usize, told: Option<&(String, String)>, odd: &mut Vec<NotNumber>) -> Found {
        let mut cells = Cells::default();
        for (index, row) in self.rows.iter().enumerate() {
            cells.add(self.grid.cell(*row, column), index, self.decimal);
        }
        cells.forgive(self.words);
        cells.regroup(self.decimal, self.decimal_told);
        let header = self.headers.get(column).map_or("", String::as_str);
        let rule = rule_of(self.rules, self.headers, column);
        if told.is_none() {
            if let Some(rule) = rule.filter(|rule| !rule.skip.is_empty()) {
                return Found::Not(rule.skip.clone());
            }
            if cells.found == 0 {
                return Found::Not(self.without_numbers(&cells));
            }
            if rule.is_none() {
                if let Some(aside) = aside(header) {
                    return Found::Not(aside.reason().into());
                }
                if let Some(reason) = no_metric(header, &cells.numbers) {
                    return Found::Not(reason.into());
                }
                let first = cells.numbers.iter().copied().find(|number| !number.is_nan());
                let from_start = cells.found > 4 && matches!(first, Some(0.0 | 1.0));
                if column == 0 && from_start && cells.counts_rows() {
                    return Found::Not("it numbers the rows".into());
                }
                if header.is_empty() && column == 0 && (cells.counts_rows() || !self.named && cells.is_one_number()) {
                    return Found::Not("it numbers the rows".into());
                }
                // Without a name, what never changes and has no fraction tells nothing.
                if !self.named && self.general && cells.is_one_number() && cells.found > 3 {
                    return Found::Not("it has no name and never changes".into());
                }
                if (cells.found as f64) < NUMBERS * (cells.found + cells.text_count) as f64 {
                    return Found::Not(self.without_numbers(&cells));
                }
            }
        }
        let units = self.units.get(column).map_or("", String::as_str);
        let called = match (told, rule) {
            (Some((name, unit)), _) => as_told(name, cells.or_unit(unit)),
            (None, Some(rule)) => as_told(&rule.name, cells.or_unit(&rule.unit)),
            (None, None) => {
                // A unit inside the cells is as good as one in the header.
                let header = if header.is_empty() { &format!("column_{}", column + 1) } else { header };
                named(header, cells.unit_for(header, units), |quantity| cells.is_plain(quantity))
            }
        };
        if told.is_none()
            && let Some(reason) = cells.contradicts(&called)
        {
            return Found::Not(reason);
        }
        let mut missing = self.missing.to_vec();
        missing.extend(rule.iter().flat_map(|rule| &rule.missing));
        let bounds = rule.map_or((f64::NEG_INFINITY, f64::INFINITY), |rule| {
            (rule.min.unwrap_or(f64::NEG_INFINITY), rule.max.unwrap_or(f64::INFINITY))
        });
        odd.extend(cells.texts.iter().map(|(row, _, text)| (*row, column, text.clone())));
        Found::Metric(Box::new(cells.into_metric(
            column,
            source_of(self.headers, column),
            called,
            &missing,
            self.measured,
            bounds,
        )))
    }

    fn without_numbers(&self, cells: &Cells) -> String {
        if let Some(open) = &cells.open {
            return format!(
                "\"{open}\" may be in groups of three digits or have decimals: say which the decimal mark is"
            );
        }
        match cells.texts.first() {
            Some((_, _, text)) => format!("it holds text, such as \"{text}\""),
            None => "it has no values".into(),
        }
    }
}

/// A name and unit that a person or a preset gives: the contract's names are kept, units converted to theirs.
pub fn as_told(name: &str, unit: &str) -> Named {
    let stated = unit_of(unit);
    let target = [Unit::Celsius, Unit::Hectopascal, Unit::Volt].into_iter().find(|target| {
        stated.is_some_and(|stated| stated.to(*target).is_some())
            && (*target != Unit::Hectopascal || name.contains("pressure"))
            && (*target != Unit::Volt || name.contains("voltage"))
    });
    let conversion = stated.zip(target).and_then(|(stated, target)| stated.to(target));
    let unit_after = target.or(stated).map_or_else(|| unit.to_string(), |unit| unit.symbol().to_string());
    Named { name: name.to_string(), unit: unit_after, stated: unit.to_string(), conversion, label: String::new() }
}
