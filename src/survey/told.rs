//! What a person said of how a file is to be read.
//!
//! Owns its words. Assumes nothing: what is not said is found out. The order of dates stands in the recipe, for it changes numbers.

use serde::{Deserialize, Serialize};

use super::cells::Decimal;
use super::zone::Zone;
use super::{Delimiter, Order};
use crate::dialect::calendar::Written;

/// What a person said of how files are to be read, beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Label of the file's encoding, as the WHATWG Encoding Standard has it: `shift_jis`.
    pub encoding: Option<String>,
    pub delimiter: Option<Delimiter>,
    pub decimal: Option<Decimal>,
    /// Line of the names of the columns; 0: there is none, and the table begins at once.
    pub header_line: Option<u32>,
    /// Numbers that look as if they stood for nothing, and were measured all the same: `-200`.
    pub measured: Vec<String>,
    /// Words and numbers that stand for no value, beyond those that are known: `off`, `0`.
    pub missing: Vec<String>,
    /// The order of dates that leave it open.
    pub order: Option<Order>,
    /// Digits of the time by `%Y %m %d %H %M %S %j`, in the column that tells the time.
    pub time_format: Option<String>,
    /// When the log begins, of times without a date and of seconds since a start: `2004-03-10`, `2004-03-10 18:00`.
    pub start: Option<String>,
    /// The clock of times that state no offset, with its changes; by name it stands in the recipe.
    pub zone: Option<Zone>,
    /// Header of the device's column; `file` for the file's name.
    pub device_from: Option<String>,
    /// Headers that are metrics: header, name, unit. An empty name: no metric.
    pub map: Vec<(String, String, String)>,
    /// Read by the general rules alone.
    pub without_presets: bool,
}

impl Told {
    /// As words of a link: key and value. Order and zone stand in the recipe.
    pub fn to_words(&self) -> Vec<(&'static str, String)> {
        let mut words = Vec::new();
        if let Some(encoding) = &self.encoding {
            words.push(("encoding", encoding.clone()));
        }
        if let Some(delimiter) = self.delimiter {
            words.push(("delimiter", delimiter.word().to_string()));
        }
        if let Some(decimal) = self.decimal {
            words.push(("decimal", decimal.word().to_string()));
        }
        if self.without_presets {
            words.push(("presets", "none".to_string()));
        }
        if let Some(line) = self.header_line {
            words.push(("header", line.to_string()));
        }
        if !self.measured.is_empty() {
            words.push(("measured", self.measured.join(" ")));
        }
        if !self.missing.is_empty() {
            words.push(("missing", self.missing.join(",")));
        }
        if let Some(format) = &self.time_format {
            words.push(("time", format.clone()));
        }
        if let Some(start) = &self.start {
            words.push(("start", start.clone()));
        }
        if let Some(column) = &self.device_from {
            words.push(("device", column.clone()));
        }
        words
    }

    /// Takes one word of a link. False: it is none, or its value cannot be used.
    pub fn take_word(&mut self, key: &str, value: &str) -> bool {
        match key {
            "encoding" => self.encoding = Some(value.to_string()).filter(|value| is_label(value)),
            "delimiter" => self.delimiter = Delimiter::from_name(value),
            "decimal" => self.decimal = Decimal::from_word(value),
            "presets" => self.without_presets = value == "none",
            "header" => self.header_line = value.parse().ok(),
            "measured" => {
                let numbers = value.split_whitespace().filter(|number| number.parse::<f64>().is_ok());
                self.measured = numbers.map(String::from).collect();
            }
            "missing" => self.missing = words_of(value),
            "time" => self.time_format = Some(value.to_string()).filter(|value| !value.is_empty()),
            "start" => self.start = Some(value.to_string()).filter(|value| start_us(value).is_some()),
            "device" => self.device_from = Some(value.to_string()).filter(|value| !value.is_empty()),
            _ => return false,
        }
        match key {
            "encoding" => self.encoding.is_some(),
            "delimiter" => self.delimiter.is_some(),
            "decimal" => self.decimal.is_some(),
            "presets" => self.without_presets,
            "header" => self.header_line.is_some(),
            "measured" => !self.measured.is_empty(),
            "missing" => !self.missing.is_empty(),
            "time" => self.time_format.is_some(),
            "start" => self.start.is_some(),
            _ => self.device_from.is_some(),
        }
    }

    /// Says what a column is, instead of what was said of it before.
    pub fn map_column(&mut self, header: &str, name: &str, unit: &str) {
        self.map.retain(|(known, ..)| known != header);
        self.map.push((header.to_string(), name.to_string(), unit.to_string()));
    }
}

/// Whether a text may be the label of an encoding.
fn is_label(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b',')
}

/// Words for a missing value, as a person lists them: between commas.
pub fn words_of(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(String::from).collect()
}

/// The instant that a person names as the beginning of a log: a date, year first, with or without a time of day.
pub fn start_us(text: &str) -> Option<i64> {
    Written::read(text.trim().as_bytes())?.stamp_us(Order::YearMonthDay)
}

#[cfg(test)]
mod tests {
    use super::{Decimal, Delimiter, Told};

    #[test]
    fn words_read_back_equal() {
        let told = Told {
            encoding: Some("shift_jis".into()),
            missing: vec!["off".into(), "no reading".into()],
            delimiter: Some(Delimiter::Blanks),
            decimal: Some(Decimal::Comma),
            without_presets: true,
            header_line: Some(3),
            measured: vec!["-200".into(), "9999".into()],
            time_format: Some("%Y%j".into()),
            start: Some("2024-05-01 08:00".into()),
            device_from: Some("file".into()),
            ..Told::default()
        };
        let mut read = Told::default();
        for (key, value) in told.to_words() {
            assert!(read.take_word(key, &value), "{key}");
        }
        assert_eq!(read, told);
        assert!(
            !read.take_word("delimiter", "dots")
                && !read.take_word("start", "soon")
                && !read.take_word("colour", "red")
        );
    }
}
