//! The zone that a person chooses, from the browser's own list.
//!
//! Owns the way from a name to offsets over time. Assumes Intl. Refuses names that the browser does not know.

use leptos::prelude::*;
use sensorium::browser::zones::Clock;
use sensorium::survey::{Zone, changes, offset_of};

use super::notices;
use super::state::Page;

/// The zone of that name or offset.
pub fn zone_of(name: &str) -> Option<Zone> {
    if let Some(offset_us) = offset_of(name) {
        return Some(Zone::fixed(name, offset_us));
    }
    let clock = Clock::of(name)?;
    let offset = |hour: i64| clock.offset(hour as f64 * 3_600_000.0).and_then(|text| offset_of(&text)).unwrap_or(0);
    Some(Zone { name: name.to_string(), changes: changes(offset) })
}

/// Finds the changes of the recipe's zone, once. One that the browser does not know is told, and UTC holds.
pub fn resolve(page: Page) {
    let name = page.recipe.with_untracked(|recipe| recipe.zone.clone());
    if name == page.zone.with_value(|zone| zone.as_ref().map(|zone| zone.name.clone())) {
        return;
    }
    let zone = name.as_deref().and_then(zone_of);
    if let Some(name) = name.filter(|_| zone.is_none()) {
        notices::lasting(page, format!("This browser knows no zone {name}; times are in UTC."));
        page.recipe.update(|recipe| recipe.zone = None);
    }
    page.zone.set_value(zone);
}
