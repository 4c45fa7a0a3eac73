//! The reading card: what was understood of a file, line by line, for people and for programs.
//!
//! Owns its shape and names. Assumes nothing. What is not known is none, never a default.

use serde::{Deserialize, Serialize};

use super::Delimiter;

/// What was understood of a file, or of several that make one table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub file: String,
    /// The format's name where a preset knows it.
    pub preset: Option<String>,
    /// `ascii`, `utf-8`, `utf-8-bom`, `utf-16`, `windows-1252`.
    pub encoding: String,
    /// The character itself; `blanks` for runs of blanks.
    pub delimiter: String,
    /// `.` or `,`.
    pub decimal: String,
    /// Line of the names of the columns, none where there is none.
    pub header_line: Option<u32>,
    pub units_line: Option<u32>,
    pub time: TimeCard,
    /// `wide`: a column a metric; `long`: a row a value.
    pub layout: String,
    /// `column room_id`, `file name`, `header (LGR S/N)`.
    pub device_from: String,
    pub devices: Vec<String>,
    /// How many devices there are, where not all are named here.
    #[serde(default)]
    pub device_count: u64,
    pub metrics: Vec<MetricCard>,
    /// Columns that are no metric, each with the reason.
    pub not_read: Vec<(String, String)>,
    /// Records with a time.
    pub data_rows: u64,
    /// Of these, with at least one value.
    pub readings: u64,
    /// Records that repeat the device and time of an earlier one: with equal values, and with others.
    pub duplicates: Duplicates,
    /// Records that are no data, by line.
    pub skipped: Vec<Skipped>,
    /// How many there are, where not all stand here.
    #[serde(default)]
    pub skipped_count: u64,
    /// Records that are data and were read in a way that is worth telling, by line.
    pub notes: Vec<Skipped>,
    /// What only a person can tell, as a sentence.
    pub question: Option<String>,
}

/// Where the time stands and how it is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TimeCard {
    /// Headers of its columns, `column 2` where there is none.
    pub columns: Vec<String>,
    /// In the notation of strftime: `%d.%m.%Y %H:%M`.
    pub format: String,
    /// `year-first`, `day-first`, `month-first`; none where no date is written.
    pub order: Option<String>,
    /// The line that proves the order, where one alone does.
    pub evidence_line: Option<u64>,
    /// `UTC (assumed)`, `GMT-05:00 (header)`, `stated in each time`.
    pub zone: String,
    /// RFC 3339, UTC.
    pub first: Option<String>,
    pub last: Option<String>,
}

/// One metric: what was read, after conversion.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MetricCard {
    pub name: String,
    /// The header as written; `column 4` where there is none.
    pub source: String,
    /// Position of its column, from 1; in a long table that of the values.
    pub column: Option<u32>,
    /// Unit of the numbers here; empty where it is not known.
    pub unit: String,
    /// Unit in the file; empty where none is stated.
    pub stated_unit: String,
    /// Values that are numbers, and cells without one.
    pub present: u64,
    pub missing: u64,
    /// How missing values are spelt, with counts; sentinels among them.
    pub missing_as: Vec<(String, u64)>,
    /// None where no value is present.
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub mean: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicates {
    pub exact: u64,
    pub conflicting: u64,
}

/// A record that is no data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    pub line: u32,
    pub reason: String,
}

impl Card {
    /// The delimiter in words.
    pub fn delimiter_word(&self) -> &str {
        Delimiter::from_name(&self.delimiter).map_or(self.delimiter.as_str(), |found| found.word())
    }

    /// How the file was read, in a line: `semicolon, decimal comma, header on line 2, day first, UTC (assumed)`. Files that were
    /// read alike have the same.
    pub fn summary(&self) -> String {
        let mut parts = vec![self.delimiter_word().to_string()];
        if let Some(preset) = &self.preset {
            parts.insert(0, preset.clone());
        }
        if self.decimal == "," {
            parts.push("decimal comma".into());
        }
        parts.push(self.header_line.map_or("no header line".into(), |line| format!("header on line {line}")));
        if self.layout == "long" {
            parts.push("a value a row".into());
        }
        parts.push(match &self.time.order {
            Some(order) => format!("times {}, {}", self.time.format, order.replace('-', " ")),
            None => format!("times as {}", self.time.format),
        });
        parts.push(self.time.zone.clone());
        parts.join(", ")
    }

    /// The same with where devices and metrics come from, for the record.
    pub fn sentence(&self) -> String {
        let mut parts = vec![self.summary()];
        parts.extend(self.time.evidence_line.map(|line| format!("line {line} proves the order")));
        parts.push(format!("devices from {}", self.device_from));
        let named = self.metrics.iter().map(|metric| {
            let unit = if metric.stated_unit.is_empty() || metric.stated_unit == metric.unit {
                String::new()
            } else {
                format!(", converted from {}", metric.stated_unit)
            };
            format!("\"{}\" as {}{unit}", metric.source, metric.name)
        });
        parts.extend(named);
        parts.join(", ")
    }
}

/// A mean that loses nothing on the way: Neumaier's compensated sum.
#[derive(Clone, Copy, Debug, Default)]
pub struct Statistics {
    pub present: u64,
    pub min: f64,
    pub max: f64,
    sum: f64,
    lost: f64,
}

impl Statistics {
    #[inline]
    pub fn add(&mut self, number: f64) {
        if self.present == 0 {
            (self.min, self.max) = (number, number);
        }
        self.present += 1;
        self.min = self.min.min(number);
        self.max = self.max.max(number);
        let sum = self.sum + number;
        self.lost += if self.sum.abs() >= number.abs() { (self.sum - sum) + number } else { (number - sum) + self.sum };
        self.sum = sum;
    }

    pub fn mean(&self) -> f64 {
        (self.sum + self.lost) / self.present as f64
    }
}

/// RFC 3339 in UTC; whole seconds without a fraction.
pub fn rfc3339(stamp_us: i64) -> String {
    use chrono::{Datelike, Timelike};
    let Some(time) = chrono::DateTime::from_timestamp_micros(stamp_us) else { return String::new() };
    let (date, clock) = (time.date_naive(), time.time());
    let fraction = match stamp_us.rem_euclid(1_000_000) {
        0 => String::new(),
        fraction => format!(".{fraction:06}"),
    };
    let (year, month, day) = (date.year(), date.month(), date.day());
    let (hour, minute, second) = (clock.hour(), clock.minute(), clock.second());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// Cards of several files as that of one table: counts added, extremes joined, means weighed.
pub fn merged(cards: Vec<Card>) -> Card {
    let mut cards = cards.into_iter();
    let Some(mut all) = cards.next() else { return Card::default() };
    let mut files = 1_u32;
    for card in cards {
        files += 1;
        let least = |a: &Option<String>, b: &Option<String>, first: bool| match (a, b) {
            (Some(a), Some(b)) => Some(if (a <= b) == first { a.clone() } else { b.clone() }),
            (a, b) => a.clone().or_else(|| b.clone()),
        };
        all.time.first = least(&all.time.first, &card.time.first, true);
        all.time.last = least(&all.time.last, &card.time.last, false);
        for device in card.devices {
            if !all.devices.contains(&device) {
                all.devices.push(device);
            }
        }
        for metric in card.metrics {
            match all.metrics.iter_mut().find(|known| known.name == metric.name) {
                Some(known) => known.join(metric),
                None => all.metrics.push(metric),
            }
        }
        for column in card.not_read {
            if !all.not_read.contains(&column) {
                all.not_read.push(column);
            }
        }
        all.data_rows += card.data_rows;
        all.readings += card.readings;
        all.duplicates.exact += card.duplicates.exact;
        all.duplicates.conflicting += card.duplicates.conflicting;
        all.skipped.extend(card.skipped);
        all.skipped_count += card.skipped_count;
        all.notes.extend(card.notes);
        all.question = all.question.take().or(card.question);
        if all.preset != card.preset {
            all.preset = None;
        }
    }
    all.device_count = all.devices.len() as u64;
    // A column that is a metric in one file is one.
    let Card { metrics, not_read, .. } = &mut all;
    not_read.retain(|(column, _)| metrics.iter().all(|metric| metric.source != *column));
    if files > 1 {
        all.file = format!("{} and {} more", all.file, files - 1);
    }
    all
}

impl MetricCard {
    fn join(&mut self, other: Self) {
        let sum = |card: &Self| card.mean.unwrap_or(0.0) * card.present as f64;
        let present = self.present + other.present;
        let total = sum(self) + sum(&other);
        self.mean = (present > 0).then(|| total / present as f64);
        let pick = |a: Option<f64>, b: Option<f64>, of: fn(f64, f64) -> f64| match (a, b) {
            (Some(a), Some(b)) => Some(of(a, b)),
            (a, b) => a.or(b),
        };
        (self.min, self.max) = (pick(self.min, other.min, f64::min), pick(self.max, other.max, f64::max));
        self.present = present;
        self.missing += other.missing;
        for (word, count) in other.missing_as {
            match self.missing_as.iter_mut().find(|(known, _)| *known == word) {
                Some((_, known)) => *known += count,
                None => self.missing_as.push((word, count)),
            }
        }
    }
}
