//! The recipe in words: what was asked, whether it stands at its default or not.
//!
//! Owns the wording of what holds; what differs from the default is worded by the recipe. Assumes a usable recipe.

use super::html::{Html, Kind};
use crate::contract::{ColumnKind, Contract, FillPolicy};
use crate::recipe::query::to_query;
use crate::recipe::{Fill, Mode, Recipe, Repeats, changes};
use crate::wording::exact;

pub(super) fn recipe(html: &mut Html, recipe: &Recipe) {
    html.heading("Recipe");
    let changed = changes(recipe);
    let mut words = String::from("The default recipe.");
    if !changed.is_empty() {
        words = String::from("Other than the default: ");
        words.push_str(&changed.join(", "));
        words.push('.');
    }
    html.paragraph(&words);
    html.raw("<dl class=\"facts\" data-recipe>\n");
    let mut line = |name: &str, words: &[&str]| {
        html.raw("<dt>");
        html.text(name);
        html.raw("</dt><dd>");
        words.iter().for_each(|part| html.text(part));
        html.raw("</dd>\n");
    };
    let limits = recipe.limits;
    let (high, low) = (exact(limits.high_temp_celsius), exact(limits.low_battery_percent));
    line("High temperature", &["flagged where the mean of three readings is above ", &high, " °C"]);
    line("Low battery", &["flagged below ", &low, " %"]);
    line(
        "Rows that break the contract",
        &[match recipe.mode {
            Mode::Strict => "refuse the run",
            Mode::SetAside => "are set aside",
            Mode::Repair => "lose the cell, which is filled like a gap; a row that cannot be trusted is set aside",
        }],
    );
    let most = recipe.fill.max_gap_seconds().map(exact);
    match (recipe.fill, &most) {
        (Fill::Position, _) => line("Gaps", &["filled on a straight line between readings"]),
        (Fill::Time { .. }, None) => line("Gaps", &["filled on a straight line over time"]),
        (Fill::Time { .. }, Some(most)) => {
            line("Gaps", &["filled on a straight line over time, where they are no longer than ", most, " s"]);
        }
    }
    let repeats = match recipe.repeats {
        Repeats::Keep => "kept",
        Repeats::Merge => "dropped where device, time and values are equal",
    };
    line("Repeated readings", &[repeats]);
    let query = to_query(recipe);
    if !query.is_empty() {
        line("As a link", &["?", &query]);
    }
    html.raw("</dl>\n");
    if recipe.contract != Contract::default() {
        contract(html, &recipe.contract);
    }
}

/// A contract that a link does not carry.
fn contract(html: &mut Html, contract: &Contract) {
    let columns = [("Column", Kind::Row), ("Expected", Kind::Words), ("Unit", Kind::Words), ("Gaps", Kind::Words)];
    html.table("contract", "The recipe's own contract", &columns);
    for column in &contract.columns {
        let gaps = match (column.kind, column.fill) {
            (ColumnKind::Number, FillPolicy::Linear) => "filled",
            (ColumnKind::Number, FillPolicy::No) => "the row is dropped",
            _ => "",
        };
        html.row(&[
            (Kind::Row, column.name.as_str()),
            (Kind::Words, &column.expectation()),
            (Kind::Words, &column.unit),
            (Kind::Words, gaps),
        ]);
    }
    html.end_table();
}
