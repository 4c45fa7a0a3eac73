//! What a person does, one function each.
//!
//! Owns the step from an input event to signals, wishes and the address. Assumes to be called from event handlers. Refuses to
//! touch the worker itself.

use leptos::prelude::*;
use sensorium::browser::{clipboard, folder};
use sensorium::protocol::{Ask, ExportKind, LocateAsk, NearestAsk, Tab, TableAsk, TableKind};
use sensorium::recipe::{DateOrder, Recipe};
use sensorium::survey::Told;
use sensorium::wording;

use super::engine::{self, Source};
use super::state::{Page, Phase};
use super::timing::{self, Span};
use super::{address, notices, overrule};

/// Changes the recipe from its controls. `at_ms` is the input event's time.
pub fn set_recipe(page: Page, at_ms: f64, change: impl FnOnce(&mut Recipe)) {
    let before = page.recipe.get_untracked();
    let mut after = before.clone();
    change(&mut after);
    if after == before {
        return;
    }
    page.recipe.set(after.clone());
    address::at_rest(page);
    wish_recipe(page, at_ms, &before, after);
}

/// Says in which order dates are written that do not prove it, and reads the log as said.
pub fn say_date_order(page: Page, order: DateOrder) {
    page.recipe.update(|recipe| recipe.date_order = Some(order));
    address::at_rest(page);
    overrule::remember(page);
    engine::reopen(page);
}

/// Says whose clock times are of that state none, and by which days and hours are counted; none is UTC.
pub fn say_zone(page: Page, zone: Option<String>) {
    page.recipe.update(|recipe| recipe.zone = zone);
    address::at_rest(page);
    overrule::remember(page);
    engine::reopen(page);
}

/// Takes a recipe that something other than a control gives: a link, a step back, a reset.
pub fn give_recipe(page: Page, recipe: Recipe) {
    let before = page.recipe.get_untracked();
    page.recipe.set(recipe.clone());
    page.recipe_given.update(|n| *n += 1);
    if recipe.date_order != before.date_order || recipe.zone != before.zone {
        engine::reopen(page);
    } else if recipe != before {
        wish_recipe(page, sensorium::browser::clock::now_ms(), &before, recipe);
    }
}

fn wish_recipe(page: Page, at_ms: f64, before: &Recipe, recipe: Recipe) {
    if !engine::has_log(page) {
        return;
    }
    let only_limits = Recipe { limits: recipe.limits, ..before.clone() } == recipe;
    if only_limits && page.phase.get_untracked() == Phase::Ready {
        timing::begin(Span::LimitToPaint, at_ms);
    }
    let tables: Vec<TableAsk> = page.tables[..5]
        .iter()
        .filter(|table| !only_limits || matches!(table.kind, TableKind::Anomalies | TableKind::Daily))
        .map(|table| table.ask.get_untracked())
        .collect();
    if !only_limits {
        page.located.set(None);
    }
    engine::wish(
        page,
        Ask { recipe: Some(recipe), chart: Some(untrack(|| page.chart_ask())), tables, ..Ask::default() },
    );
}

/// Back to the default recipe.
pub fn reset(page: Page) {
    give_recipe(page, Recipe::default());
    address::at_rest(page);
}

/// Reads files, in order of their names. `at_ms` is the input event's time.
pub fn open_files(page: Page, files: Vec<web_sys::File>, at_ms: f64) {
    if files.is_empty() {
        return;
    }
    let mut sorted: Vec<web_sys::File> = Vec::with_capacity(files.len());
    for file in files {
        let name = file.name();
        sorted.insert(sorted.partition_point(|other| other.name() <= name), file);
    }
    open(page, Source::Files(sorted), at_ms);
}

/// Reads the built-in sample.
pub fn open_sample(page: Page, at_ms: f64) {
    open(page, Source::Sample, at_ms);
}

fn open(page: Page, source: Source, at_ms: f64) {
    timing::begin(Span::FileToCharts, at_ms);
    notices::clear(page);
    // The view of a link is for the first log; a later log is looked at as a whole.
    if engine::has_log(page) {
        page.window_us.set(None);
        page.devices.set(Vec::new());
        page.rolling.set(None);
        page.metric.set(None);
        page.told.set(Told::default());
        overrule::forget(page);
    }
    page.header_key.set(None);
    page.located.set(None);
    page.nearest.set(None);
    for table in page.tables {
        table.ask.update(|ask| {
            ask.from = 0;
            ask.filter.clear();
        });
    }
    engine::open(page, source);
}

/// Shows a tab.
pub fn show_tab(page: Page, tab: Tab) {
    page.nearest.set(None);
    page.tab.set(tab);
}

/// Shows a device, or no longer; with none chosen all are shown.
pub fn toggle_device(page: Page, name: &str, shown: bool) {
    page.devices.update(|devices| {
        devices.retain(|device| device != name);
        if shown {
            devices.push(name.to_owned());
        }
    });
}

/// Shows a window of time, none for everything. The chart panel calls this when it zooms or pans.
pub fn zoom_to(page: Page, window_us: Option<(i64, i64)>) {
    if page.window_us.get_untracked() != window_us {
        page.window_us.set(window_us);
    }
}

/// Asks for the reading nearest to the pointer. The chart panel calls this when the pointer moves.
pub fn ask_nearest(page: Page, at: NearestAsk) {
    engine::wish(page, Ask { nearest: Some(at), ..Ask::default() });
}

/// Shows the moment of a row of the anomaly table in the chart.
pub fn locate(page: Page, key: u64) {
    engine::wish(page, Ask { locate: Some(LocateAsk { key }), ..Ask::default() });
}

/// Makes a file and hands it over.
pub fn export(page: Page, kind: ExportKind) {
    engine::wish(page, Ask { export: Some(kind), ..Ask::default() });
}

/// Lets a folder be chosen, and writes the readings into it, a file a date.
pub fn export_to_folder(page: Page) {
    leptos::task::spawn_local(async move {
        match folder::choose().await {
            Ok(None) => {}
            Ok(chosen) => {
                page.folder.set_value(chosen);
                export(page, ExportKind::Folder);
            }
            Err(reason) => notices::lasting(page, format!("No folder could be chosen: {reason}.")),
        }
    });
}

/// Copies the link of recipe and view.
pub fn share(page: Page) {
    let link = address::link(page);
    leptos::task::spawn_local(async move {
        match clipboard::copy(&link).await {
            Ok(()) => notices::passing(
                page,
                String::from("The link was copied. It carries the recipe and the view, never a reading."),
            ),
            Err(reason) => {
                notices::lasting(page, format!("The link could not be copied ({reason}). Here it is: {link}"))
            }
        }
    });
}

/// Keeps a sentence about folders, which a drop cannot read.
pub fn refuse_folders(page: Page, names: &[String]) {
    let Some(first) = names.first() else { return };
    notices::lasting(
        page,
        if names.len() == 1 {
            format!("{first} is a folder, and folders are not read. Choose or drop the files in it.")
        } else {
            format!(
                "{}, {first} among them, are not read. Choose or drop the files in them.",
                wording::counted(names.len() as u64, "folder", "folders")
            )
        },
    );
}

/// Asks a window of rows of a table, another order or another filter.
pub fn ask_table(page: Page, kind: TableKind, change: impl FnOnce(&mut TableAsk)) {
    let table = page.table(kind);
    let before = table.ask.get_untracked();
    let mut after = before.clone();
    change(&mut after);
    if after == before {
        return;
    }
    table.ask.set(after.clone());
    engine::wish(page, Ask { tables: vec![after], ..Ask::default() });
}
