//! The address bar: the recipe in the query string, the view in the fragment, back and forward.
//!
//! Owns when the address is written: a recipe at rest pushes one entry, a view replaces the present one. Assumes the grammars of
//! the library. Refuses to navigate.

use std::cell::Cell;

use leptos::prelude::*;
use sensorium::browser::frame::after;
use sensorium::browser::url;
use sensorium::link::{self, View};
use sensorium::recipe::query::{from_query, to_query};

use super::state::Page;
use super::{actions, notices};

/// A recipe is at rest when it has not moved for this long.
const REST_MS: i32 = 400;
/// A view is written when it has not moved for this long; browsers bound how often an address may change.
const VIEW_REST_MS: i32 = 250;

thread_local! {
    static MOVES: Cell<u32> = const { Cell::new(0) };
    static VIEW_MOVES: Cell<u32> = const { Cell::new(0) };
}

/// Reads the address into the signals and follows it from then on.
pub fn start(page: Page) {
    read(page, true);
    if let Ok(listener) = url::watch(move || read(page, false)) {
        // The page listens as long as it stands.
        std::mem::forget(listener);
    }
    Effect::new(move |first: Option<()>| {
        let fragment = link::to_fragment(&view(page));
        if first.is_none() {
            return;
        }
        let moves = VIEW_MOVES.get() + 1;
        VIEW_MOVES.set(moves);
        after(VIEW_REST_MS, move || {
            if VIEW_MOVES.get() == moves && url::fragment() != fragment {
                url::replace(&url::query(), &fragment);
            }
        });
    });
}

/// Writes one history entry as soon as the recipe is at rest.
pub fn at_rest(page: Page) {
    let moves = MOVES.get() + 1;
    MOVES.set(moves);
    after(REST_MS, move || {
        if MOVES.get() == moves {
            let query = page.recipe.with_untracked(to_query);
            if query != url::query() {
                url::push(&query, &link::to_fragment(&untrack(|| view(page))));
            }
        }
    });
}

/// The link of the present recipe and view.
pub fn link(page: Page) -> String {
    untrack(|| url::link(&page.recipe.with(to_query), &link::to_fragment(&view(page))))
}

/// Takes the recipe and the view from the address.
fn read(page: Page, first: bool) {
    // What still waits to be written would undo the step that was just taken.
    MOVES.set(MOVES.get() + 1);
    VIEW_MOVES.set(VIEW_MOVES.get() + 1);
    let (recipe, wrong) = from_query(&url::query());
    let (view, wrong_view) = link::from_fragment(&url::fragment());
    if first {
        for notice in wrong {
            notices::lasting(page, notice.sentence);
        }
        for sentence in wrong_view {
            notices::lasting(page, sentence);
        }
    }
    page.tab.set(view.tab);
    page.devices.set(view.devices);
    page.window_us.set(view.window_us);
    page.rolling.set(view.rolling);
    page.metric.set(view.metric);
    let told = view.told;
    let otherwise = page.told.with_untracked(|before| *before != told);
    page.told.set(told);
    for table in page.tables {
        let sort = view
            .sorts
            .iter()
            .find(|(kind, ..)| *kind == table.kind)
            .map(|(_, column, descending)| (*column, *descending));
        actions::ask_table(page, table.kind, |ask| ask.sort = sort);
    }
    actions::give_recipe(page, recipe);
    if otherwise && !first {
        super::engine::reopen(page);
    }
}

/// The present view; tracks the signals it is made of.
fn view(page: Page) -> View {
    View {
        tab: page.tab.get(),
        devices: page.devices.get(),
        window_us: page.window_us.get(),
        rolling: page.rolling.get(),
        metric: page.metric.get(),
        told: page.told.get(),
        sorts: page
            .tables
            .iter()
            .filter_map(|table| {
                let (column, descending) = table.ask.with(|ask| ask.sort)?;
                Some((table.kind, column, descending))
            })
            .collect(),
    }
}
