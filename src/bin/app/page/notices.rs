//! Notices: sentences that come, are read out politely, and go.
//!
//! Owns the list and its place on the page. Assumes whole sentences. Refuses more than a handful at once: the oldest leave.

use std::cell::Cell;

use leptos::prelude::*;
use sensorium::browser::frame::after;

use super::engine;
use super::icons;
use super::state::{Notice, Page, Weight, page};

/// How long a passing notice stays.
const PASSING_MS: i32 = 8_000;
/// How many notices stand at once.
const MOST: usize = 6;

thread_local! {
    static LAST_ID: Cell<u32> = const { Cell::new(0) };
}

/// A notice that leaves by itself.
pub fn passing(page: Page, sentence: String) {
    add(page, sentence, Weight::Passing, false);
}

/// A notice that stays until it is dismissed.
pub fn lasting(page: Page, sentence: String) {
    add(page, sentence, Weight::Lasting, false);
}

/// A notice that offers to read the former files again.
pub fn with_reopen(page: Page, sentence: String) {
    add(page, sentence, Weight::Lasting, true);
}

/// Forgets what was said about an earlier log.
pub fn clear(page: Page) {
    page.notices.update(Vec::clear);
}

fn add(page: Page, sentence: String, weight: Weight, reopen: bool) {
    let id = LAST_ID.get() + 1;
    LAST_ID.set(id);
    page.notices.update(|notices| {
        // The same sentence twice is one notice.
        notices.retain(|notice| notice.sentence != sentence);
        notices.push(Notice { id, sentence, weight, reopen });
        if notices.len() > MOST {
            notices.remove(0);
        }
    });
    if weight == Weight::Passing {
        after(PASSING_MS, move || dismiss(page, id));
    }
}

/// Takes a notice away.
pub fn dismiss(page: Page, id: u32) {
    page.notices.update(|notices| notices.retain(|notice| notice.id != id));
}

/// The place of the notices.
#[component]
pub fn Notices() -> impl IntoView {
    let page = page();
    view! {
        <div class="notices" role="status" aria-live="polite" aria-label="Notices">
            <For each=move || page.notices.get() key=|notice| notice.id let:notice>
                <div class="toast" class:lasting=notice.weight == Weight::Lasting>
                    <p>{notice.sentence.clone()}</p>
                    {notice
                        .reopen
                        .then(|| {
                            view! {
                                <button
                                    class="btn primary"
                                    on:click=move |_| {
                                        dismiss(page, notice.id);
                                        engine::reopen_former(page);
                                    }
                                >
                                    "Reopen the file"
                                </button>
                            }
                        })}
                    <button
                        class="btn icon quiet"
                        aria-label="Dismiss"
                        on:click=move |_| dismiss(page, notice.id)
                    >
                        {icons::cross()}
                    </button>
                </div>
            </For>
        </div>
    }
}
