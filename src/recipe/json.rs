//! The recipe as JSON, for the command line and the run log.
//!
//! Owns the written form: the keys of the query string and, only here, the contract. Assumes a person wrote it: every fault is
//! one sentence with its line. Unlike a link, which may be followed in part, a faulty recipe is refused whole.

use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use super::words::{day_text, parse_day, parse_zone};
use super::{DateOrder, DateRange, Fill, Limits, Mode, Recipe, Repeats};
use crate::contract::Contract;
use crate::{Error, ErrorKind};

/// The name under which faults are reported: the text may come from any file.
const FILE: &str = "recipe";

/// What stands in the file. A field that is absent or null takes its default.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    v: Option<u64>,
    #[serde(default)]
    high_temp: Option<f64>,
    #[serde(default)]
    low_battery: Option<f64>,
    #[serde(default)]
    mode: Option<Mode>,
    #[serde(default)]
    fill: Option<FillName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_gap: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(default)]
    zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date_order: Option<DateOrder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repeats: Option<Repeats>,
    #[serde(default)]
    contract: Option<Contract>,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FillName {
    Position,
    Time,
}

/// The whole recipe, defaults included, with the contract: what can be edited and given back.
pub fn to_json(recipe: &Recipe) -> String {
    let written = Written {
        v: Some(1),
        high_temp: Some(recipe.limits.high_temp_celsius),
        low_battery: Some(recipe.limits.low_battery_percent),
        mode: Some(recipe.mode),
        fill: Some(match recipe.fill {
            Fill::Position => FillName::Position,
            Fill::Time { .. } => FillName::Time,
        }),
        max_gap: recipe.fill.max_gap_seconds(),
        from: recipe.dates.from_day.and_then(day_text),
        to: recipe.dates.to_day.and_then(day_text),
        zone: Some(recipe.zone.clone().unwrap_or_else(|| "UTC".to_owned())),
        date_order: recipe.date_order,
        repeats: (recipe.repeats != Repeats::default()).then_some(recipe.repeats),
        contract: Some(recipe.contract.clone()),
    };
    // Plain fields with text keys always become JSON; a number that is not finite becomes null, the default.
    serde_json::to_string_pretty(&written).unwrap_or_default()
}

/// Reads a recipe. Absent fields take the default.
///
/// # Errors
/// One sentence of kind [`ErrorKind::Recipe`], with the line where there is one: no JSON, an unknown or repeated field, a value
/// that is none of its field's, values that do not go together, a contract that cannot be used.
pub fn from_json(text: &str) -> Result<Recipe, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Serde would read a list as the fields in order.
    if !text.trim_start().starts_with('{') {
        return Err(refuse_whole("expected JSON that starts with a brace, such as {\"high_temp\": 28.5}".to_owned()));
    }
    let written: Written = serde_json::from_str(text).map_err(|fault| syntax(&fault))?;
    let default = Limits::default();
    if let Some(v) = written.v
        && v != 1
    {
        return Err(refuse("v", format!("expected 1, the version of recipes that is read, but found {v}")));
    }
    let zone = match written.zone.as_deref() {
        None => None,
        Some(zone) => parse_zone(zone).ok_or_else(|| {
            refuse(
                "zone",
                format!("expected a zone such as Europe/Berlin or an offset such as -05:00, but found {zone:?}"),
            )
        })?,
    };
    let contract = written.contract.unwrap_or_default();
    if let Some(fault) = contract.fault() {
        return Err(refuse("contract", fault));
    }
    let dates =
        DateRange { from_day: day("from", written.from.as_deref())?, to_day: day("to", written.to.as_deref())? };
    if let (Some(from), Some(to)) = (dates.from_day, dates.to_day)
        && from > to
    {
        return Err(refuse("from", "expected a first day that is not after the last day".to_owned()));
    }
    Ok(Recipe {
        contract,
        mode: written.mode.unwrap_or_default(),
        fill: fill(written.fill, written.max_gap)?,
        limits: Limits {
            high_temp_celsius: written.high_temp.unwrap_or(default.high_temp_celsius),
            low_battery_percent: written.low_battery.unwrap_or(default.low_battery_percent),
        },
        dates,
        zone,
        date_order: written.date_order,
        repeats: written.repeats.unwrap_or_default(),
    })
}

fn fill(name: Option<FillName>, max_gap_seconds: Option<f64>) -> Result<Fill, Error> {
    if let Some(seconds) = max_gap_seconds
        && seconds < 0.0
    {
        return Err(refuse("max_gap", format!("expected a number of seconds, but found {seconds}")));
    }
    match (name, max_gap_seconds) {
        (Some(FillName::Time), _) => Ok(Fill::Time { max_gap_seconds }),
        (_, None) => Ok(Fill::Position),
        (_, Some(_)) => Err(refuse(
            "max_gap",
            "expected \"fill\": \"time\" beside max_gap, which has no meaning without it".to_owned(),
        )),
    }
}

fn day(key: &str, text: Option<&str>) -> Result<Option<i32>, Error> {
    text.map(|text| {
        parse_day(text).ok_or_else(|| refuse(key, format!("expected a date such as 2024-03-01, but found {text:?}")))
    })
    .transpose()
}

fn refuse(key: &str, sentence: String) -> Error {
    Error::new(ErrorKind::Recipe, FILE, sentence).in_column(key)
}

/// The parser's own sentence in plain words, without the place that it ends with: the place is the error's position.
fn syntax(fault: &serde_json::Error) -> Error {
    let sentence = fault.to_string();
    let place = format!(" at line {} column {}", fault.line(), fault.column());
    let sentence = sentence.strip_suffix(&place).unwrap_or(&sentence);
    let error = refuse_whole(match fault.classify() {
        Category::Eof => "expected JSON to its end, but found that it stops early".to_owned(),
        Category::Data => sentence.replace("f64", "a number").replace("u64", "a whole number"),
        Category::Syntax | Category::Io => format!("expected JSON, but found a fault: {sentence}"),
    });
    match fault.line() {
        0 => error,
        line => error.at_line(line as u64),
    }
}

fn refuse_whole(sentence: String) -> Error {
    Error::new(ErrorKind::Recipe, FILE, sentence)
}

#[cfg(test)]
mod tests;
