//! Light or dark: as the system asks, until the person chooses.
//!
//! Owns the choice, which is the only thing this page keeps between visits. Assumes a document. Refuses to fail where nothing
//! may be kept.

use leptos::prelude::*;
use sensorium::browser::theme;

use super::icons;
use super::state::{Page, page};

const KEY: &str = "sensorium-theme";

/// Takes up the kept choice or the system's, and follows the system's changes while nothing is chosen.
pub fn start(page: Page) {
    let kept = kept();
    show(page, kept.unwrap_or_else(theme::prefers_dark));
    if kept.is_some() {
        mark(page.dark.get_untracked());
    }
    if let Ok(listener) = theme::watch(move |dark| {
        if self::kept().is_none() {
            show(page, dark);
        }
    }) {
        // The page follows as long as it stands.
        std::mem::forget(listener);
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

fn kept() -> Option<bool> {
    match storage()?.get_item(KEY).ok()??.as_str() {
        "dark" => Some(true),
        "light" => Some(false),
        _ => None,
    }
}

fn show(page: Page, dark: bool) {
    page.dark.set(dark);
}

/// Tells the style sheet of a choice; without one it follows the system by itself.
fn mark(dark: bool) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", name(dark));
    }
}

fn name(dark: bool) -> &'static str {
    if dark { "dark" } else { "light" }
}

/// The button in the header.
#[component]
pub fn ThemeButton() -> impl IntoView {
    let page = page();
    let choose = move |_| {
        let dark = !page.dark.get_untracked();
        mark(dark);
        show(page, dark);
        if let Some(storage) = storage() {
            let _ = storage.set_item(KEY, name(dark));
        }
    };
    view! {
        <button
            id="theme"
            class="btn icon"
            aria-label=move || {
                if page.dark.get() { "Switch to light colours" } else { "Switch to dark colours" }
            }
            title=move || if page.dark.get() { "Light colours" } else { "Dark colours" }
            on:click=choose
        >
            {icons::contrast()}
        </button>
    }
}
