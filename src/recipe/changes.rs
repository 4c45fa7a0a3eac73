//! What a recipe changes, in plain words, for the page and the run log.
//!
//! Owns the wording. Assumes a usable recipe. Refuses to name what stands at its default.

use super::words::{day_text, number_text};
use super::{Fill, Limits, Mode, Recipe, Repeats};
use crate::contract::Contract;

/// What differs from the default recipe, in plain words.
pub fn changes(recipe: &Recipe) -> Vec<String> {
    let default = Limits::default();
    let Recipe { limits, dates, .. } = recipe;
    let mut changes = Vec::new();
    if recipe.contract != Contract::default() {
        changes.push(format!("own contract of {} columns", recipe.contract.columns.len()));
    }
    if limits.high_temp_celsius != default.high_temp_celsius {
        changes.push(format!("high temperature limit {} °C", number_text(limits.high_temp_celsius)));
    }
    if limits.low_battery_percent != default.low_battery_percent {
        changes.push(format!("low battery limit {} %", number_text(limits.low_battery_percent)));
    }
    if recipe.mode != Mode::default() {
        changes.push(mode_words(recipe.mode).to_owned());
    }
    if let Fill::Time { max_gap_seconds } = recipe.fill {
        changes.push(match max_gap_seconds {
            None => "gaps filled by time".to_owned(),
            Some(seconds) => format!("gaps filled by time, up to {} s", number_text(seconds)),
        });
    }
    let from = dates.from_day.and_then(day_text);
    let to = dates.to_day.and_then(day_text);
    match (from, to) {
        (Some(from), Some(to)) => changes.push(format!("dates {from} to {to}")),
        (Some(from), None) => changes.push(format!("dates from {from}")),
        (None, Some(to)) => changes.push(format!("dates up to {to}")),
        (None, None) => {}
    }
    if let Some(zone) = &recipe.zone {
        changes.push(format!("zone {zone}"));
    }
    if let Some(order) = recipe.date_order {
        changes.push(format!("dates read {}", order.word()));
    }
    if recipe.repeats == Repeats::Merge {
        changes.push(String::from("repeated readings merged"));
    }
    changes
}

fn mode_words(mode: Mode) -> &'static str {
    match mode {
        Mode::Strict => "strict contract",
        Mode::SetAside => "rows that break the contract set aside",
        Mode::Repair => "cells that break the contract repaired",
    }
}
