//! The recipe as the query string of a link.
//!
//! Owns the closed table of keys: `v`, `high_temp`, `low_battery`, `mode`, `fill`, `max_gap`, `from`, `to`, `zone`,
//! `date_order`, `repeats`. Assumes
//! nothing of what it reads: a value that is unknown, repeated, too long or malformed becomes a [`Notice`] and the default
//! holds. Carries neither the contract (only JSON does) nor anything of the view (that is the fragment's).

use super::percent::{decode, encode};
use super::words::{day_text, number_text, parse_day, parse_number, parse_seconds, parse_zone};
use super::{DateOrder, DateRange, Fill, Limits, Mode, Recipe, Repeats};
use crate::contract::Contract;

/// Every key, in the order in which they are written.
pub const KEYS: [&str; 11] =
    ["v", "high_temp", "low_battery", "mode", "fill", "max_gap", "from", "to", "zone", "date_order", "repeats"];

/// The longest value that is looked at, in bytes after decoding.
const VALUE_BYTES: usize = 100;
/// The longest text of a key or value that a notice quotes, in characters.
const QUOTED_CHARS: usize = 40;
/// The longest query string that is looked at, in bytes.
const QUERY_BYTES: usize = 65_536;
/// More notices than these are counted in the last one.
const NOTICES: usize = 20;

/// One thing in a link that could not be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The key as found, cut short; empty when it is about the whole query string.
    pub key: String,
    /// The value as found, cut short.
    pub value: String,
    /// What was found and what holds instead, for a person.
    pub sentence: String,
}

/// The recipe as a query string, without its `?`: defaults elided, keys in a fixed order. The contract is not carried.
pub fn to_query(recipe: &Recipe) -> String {
    let default = Limits::default();
    let number = |key, value: f64, default: f64| (value != default).then(|| (key, number_text(value)));
    let Recipe { limits, dates, .. } = recipe;
    [
        number("high_temp", limits.high_temp_celsius, default.high_temp_celsius),
        number("low_battery", limits.low_battery_percent, default.low_battery_percent),
        (recipe.mode != Mode::default()).then(|| ("mode", recipe.mode.name().to_owned())),
        (recipe.fill != Fill::default()).then(|| ("fill", recipe.fill.name().to_owned())),
        recipe.fill.max_gap_seconds().map(|seconds| ("max_gap", number_text(seconds))),
        dates.from_day.and_then(day_text).map(|day| ("from", day)),
        dates.to_day.and_then(day_text).map(|day| ("to", day)),
        recipe.zone.clone().map(|zone| ("zone", zone)),
        recipe.date_order.map(|order| ("date_order", order.name().to_owned())),
        (recipe.repeats != Repeats::default()).then(|| ("repeats", recipe.repeats.name().to_owned())),
    ]
    .into_iter()
    .flatten()
    .map(|(key, value)| format!("{key}={}", encode(&value)))
    .collect::<Vec<_>>()
    .join("&")
}

/// Reads a query string, with or without its `?`. The contract is the default one.
pub fn from_query(query: &str) -> (Recipe, Vec<Notice>) {
    let query = query.strip_prefix('?').unwrap_or(query);
    let mut notices = Vec::new();
    if query.len() > QUERY_BYTES {
        notices.push(Notice {
            key: String::new(),
            value: String::new(),
            sentence: format!(
                "The link's query string has {} bytes, more than the {QUERY_BYTES} that are read; the default recipe holds.",
                query.len()
            ),
        });
        return (Recipe::default(), notices);
    }
    let values = collect(query, &mut notices);
    let mut reading = Reading { values, notices };
    let recipe = reading.recipe();
    let mut notices = reading.notices;
    if notices.len() > NOTICES {
        let more = notices.len() - (NOTICES - 1);
        notices.truncate(NOTICES - 1);
        notices.push(Notice {
            key: String::new(),
            value: String::new(),
            sentence: format!("The link holds {more} more values that could not be followed; the defaults hold."),
        });
    }
    (recipe, notices)
}

/// The query string in a whole link, without `?` and fragment; what is no link is taken as a query string itself.
pub fn query_of_link(link: &str) -> &str {
    let link = link.trim();
    let link = link.split_once('#').map_or(link, |(before, _)| before);
    match link.split_once('?') {
        // In a bare query string a question mark may stand inside a value.
        Some((before, _)) if before.contains('=') && !before.contains("://") => link,
        Some((_, query)) => query,
        None if link.contains("://") => "",
        None => link,
    }
}

/// The one decoded value of each key; whatever cannot be one becomes a notice.
fn collect(query: &str, notices: &mut Vec<Notice>) -> [Option<String>; KEYS.len()] {
    let mut found: [Vec<String>; KEYS.len()] = Default::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (key, value) = (decode(key), decode(value));
        match KEYS.iter().position(|known| *known == key) {
            Some(index) => found[index].push(value),
            None => notices.push(Notice {
                sentence: format!(
                    "The link names \"{}\", which Sensorium does not know; it changes nothing.",
                    cut(&key)
                ),
                key: cut(&key),
                value: cut(&value),
            }),
        }
    }
    let mut index = 0;
    found.map(|mut values| {
        let key = KEYS[index];
        index += 1;
        let value = values.pop()?;
        let found = if !values.is_empty() {
            format!("{} times", values.len() + 1)
        } else if value.len() > VALUE_BYTES {
            format!("with a value of {} bytes", value.len())
        } else {
            return Some(value);
        };
        notices.push(Notice {
            key: key.to_owned(),
            value: cut(&value),
            sentence: format!("The link names {key} {found}; {}.", default_holds(key)),
        });
        None
    })
}

struct Reading {
    values: [Option<String>; KEYS.len()],
    notices: Vec<Notice>,
}

impl Reading {
    fn recipe(&mut self) -> Recipe {
        let default = Limits::default();
        self.read("v", "1, the version of links that is read", |v| (v.trim() == "1").then_some(()));
        let high_temp_celsius = self.read("high_temp", "a number", parse_number);
        let low_battery_percent = self.read("low_battery", "a number", parse_number);
        let mode = self.read("mode", "strict, set-aside or repair", Mode::from_name);
        let fill = self.read("fill", "position or time", Fill::from_name);
        let max_gap = self.read("max_gap", "a number of seconds", parse_seconds);
        let from_day = self.read("from", "a date such as 2024-03-01", parse_day);
        let to_day = self.read("to", "a date such as 2024-03-01", parse_day);
        let zone = self.read("zone", "a zone such as Europe/Berlin or an offset such as -05:00", parse_zone);
        let date_order = self.read("date_order", "day-first, month-first or year-first", DateOrder::from_name);
        let repeats = self.read("repeats", "keep or merge", Repeats::from_name);
        let limits = Limits {
            high_temp_celsius: high_temp_celsius.unwrap_or(default.high_temp_celsius),
            low_battery_percent: low_battery_percent.unwrap_or(default.low_battery_percent),
        };
        Recipe {
            contract: Contract::default(),
            mode: mode.unwrap_or_default(),
            fill: self.fill(fill.unwrap_or_default(), max_gap),
            limits,
            dates: self.dates(from_day, to_day),
            zone: zone.flatten(),
            date_order,
            repeats: repeats.unwrap_or_default(),
        }
    }

    /// The value of a key; a malformed one becomes a notice.
    fn read<T>(&mut self, key: &str, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let value = self.value(key)?;
        let parsed = parse(value);
        if parsed.is_none() {
            let found = if value.is_empty() { "is empty".to_owned() } else { format!("is \"{}\"", cut(value)) };
            self.notice(key, format!("The link's {key} should be {expected}, but {found}; {}.", default_holds(key)));
        }
        parsed
    }

    fn fill(&mut self, fill: Fill, max_gap_seconds: Option<f64>) -> Fill {
        match (fill, max_gap_seconds) {
            (Fill::Time { .. }, _) => Fill::Time { max_gap_seconds },
            (Fill::Position, None) => Fill::Position,
            (Fill::Position, Some(_)) => {
                let sentence =
                    "The link names max_gap, which only has a meaning with fill=time; gaps of any length are filled.";
                self.notice("max_gap", sentence.to_owned());
                Fill::Position
            }
        }
    }

    fn dates(&mut self, from_day: Option<i32>, to_day: Option<i32>) -> DateRange {
        if let (Some(from), Some(to)) = (from_day, to_day)
            && from > to
        {
            let value = |key| self.value(key).map(cut).unwrap_or_default();
            let sentence = format!(
                "The link's first day {} is after its last day {}; all days are kept.",
                value("from").trim(),
                value("to").trim()
            );
            self.notice("from", sentence);
            return DateRange::default();
        }
        DateRange { from_day, to_day }
    }

    fn value(&self, key: &str) -> Option<&str> {
        let index = KEYS.iter().position(|known| *known == key)?;
        self.values[index].as_deref()
    }

    fn notice(&mut self, key: &str, sentence: String) {
        let value = self.value(key).map(cut).unwrap_or_default();
        self.notices.push(Notice { key: key.to_owned(), value, sentence });
    }
}

/// What holds where a link does not say it: the end of a sentence.
fn default_holds(key: &str) -> String {
    let default = Limits::default();
    match key {
        "high_temp" => format!("the default of {} °C holds", default.high_temp_celsius),
        "low_battery" => format!("the default of {} % holds", default.low_battery_percent),
        "mode" => format!("the default, {}, holds", Mode::default().name()),
        "fill" => format!("the default, {}, holds", Fill::default().name()),
        "max_gap" => "no maximum gap is set".to_owned(),
        "from" => "no first day is set".to_owned(),
        "to" => "no last day is set".to_owned(),
        "zone" => "times are in UTC".to_owned(),
        "date_order" => "dates must prove their order".to_owned(),
        "repeats" => "repeated readings are kept".to_owned(),
        _ => "the link is read as version 1".to_owned(),
    }
}

fn cut(text: &str) -> String {
    let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut short: String = text.chars().take(QUOTED_CHARS).map(clean).collect();
    if text.chars().nth(QUOTED_CHARS).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests;
