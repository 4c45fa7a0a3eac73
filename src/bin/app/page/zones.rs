//! The zone that a person chooses.
//!
//! Owns when its changes are found: once, before a log is opened. Refuses a name that the browser does not know, in words.

use leptos::prelude::*;

use super::notices;
use super::state::Page;
use crate::zone::zone_of;

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
