//! How a person has files read otherwise, and what is remembered of that.
//!
//! Owns the memory: what was said of files with the same columns, by their names alone, never a value. Assumes a log that is open.
//! Refuses to fail where nothing may be kept.

use leptos::prelude::*;
use sensorium::link::{self, View};
use sensorium::protocol::{Overview, Refusal};
use sensorium::recipe::Recipe;
use sensorium::recipe::query::{from_query, to_query};
use sensorium::survey::Told;

use super::state::Page;
use super::{address, engine, notices};

const KEY: &str = "sensorium-read-";

/// Says something of how the files are to be read, reads them so, and remembers it for files with the same columns.
pub fn say(page: Page, change: impl FnOnce(&mut Told)) {
    page.told.update(change);
    remember(page);
    engine::reopen(page);
}

/// Remembers what was said of the open files: their reading, the order of their dates, their zone.
pub fn remember(page: Page) {
    page.recalled.set_value(false);
    let (Some(storage), Some(key)) = (storage(), page.header_key.get_untracked()) else { return };
    let told = page.told.get_untracked();
    let (date_order, zone) = page.recipe.with_untracked(|recipe| (recipe.date_order, recipe.zone.clone()));
    let query = to_query(&Recipe { date_order, zone, ..Recipe::default() });
    let fragment = link::to_fragment(&View { told, ..View::default() });
    let kept = match query.is_empty() && fragment.is_empty() {
        true => storage.remove_item(&key),
        false => storage.set_item(&key, &format!("{query}#{fragment}")),
    };
    // A browser that keeps nothing reads the file all the same.
    let _ = kept;
}

/// Order and zone that were remembered of one log say nothing of the next.
pub fn forget(page: Page) {
    if page.recalled.get_value() {
        page.recalled.set_value(false);
        page.recipe.update(|recipe| (recipe.date_order, recipe.zone) = (None, None));
    }
}

/// Takes up what was said of files with the columns of the one that was just read. True: it is being read again.
pub fn recall(page: Page, overview: &Overview) -> bool {
    let columns = overview.files.iter().find(|file| file.error.is_none()).map(|file| file.columns);
    columns.is_some_and(|columns| take_up(page, columns))
}

/// The same for a file that asks something.
pub fn recall_asked(page: Page, refusal: &Refusal) -> bool {
    refusal.columns != 0 && take_up(page, refusal.columns)
}

fn take_up(page: Page, columns: u64) -> bool {
    if page.told.with_untracked(|told| *told != Told::default()) {
        return false;
    }
    let key = format!("{KEY}{columns:016x}");
    page.header_key.set(Some(key.clone()));
    let kept = storage().and_then(|storage| storage.get_item(&key).ok().flatten());
    let Some(kept) = kept else { return false };
    let (query, fragment) = kept.split_once('#').unwrap_or(("", &kept));
    let (said, told) = (from_query(query).0, link::from_fragment(fragment).0.told);
    let before = page.recipe.get_untracked();
    // What a link or a person says now holds over what was said before.
    let recipe = Recipe {
        date_order: before.date_order.or(said.date_order),
        zone: before.zone.clone().or(said.zone),
        ..before.clone()
    };
    if told == Told::default() && recipe == before {
        return false;
    }
    page.told.set(told);
    if recipe != before {
        page.recipe.set(recipe);
        page.recalled.set_value(true);
        address::at_rest(page);
    }
    notices::passing(page, String::from("Read as you said before of files with these columns."));
    engine::reopen(page);
    true
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
