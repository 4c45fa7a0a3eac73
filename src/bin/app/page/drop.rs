//! Files dropped anywhere on the page, or chosen.
//!
//! Owns the file input and the page-wide drop. Assumes the whole page stays where it is when something is dropped on it.
//! Refuses folders with a sentence.

use leptos::prelude::*;
use sensorium::browser::frame::{Listener, listen};
use wasm_bindgen::JsCast;

use super::actions;
use super::state::{Page, page};

/// The id of the input that every "choose" button opens.
const INPUT: &str = "files";

/// Opens the browser's own dialogue for choosing files.
pub fn choose() {
    let input = document().get_element_by_id(INPUT).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(input) = input {
        input.click();
    }
}

/// The input, there in every state, and the veil shown while something is dragged over the page.
#[component]
pub fn FileInput() -> impl IntoView {
    let page = page();
    let chosen = move |event: web_sys::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        let files = input.files().map(|list| listed(&list)).unwrap_or_default();
        // Choosing the same file again shall be a change again.
        input.set_value("");
        actions::open_files(page, files, event.time_stamp());
    };
    let dragging = RwSignal::new(false);
    follow_drags(page, dragging);
    view! {
        <input
            id=INPUT
            class="unseen"
            type="file"
            multiple
            aria-label="Choose CSV files"
            tabindex="-1"
            on:change=chosen
        />
        <div class="veil" class:shown=move || dragging.get() aria-hidden="true">
            <p>"Drop to read it here, in this tab"</p>
        </div>
    }
}

fn listed(list: &web_sys::FileList) -> Vec<web_sys::File> {
    (0..list.length()).filter_map(|i| list.get(i)).collect()
}

fn follow_drags(page: Page, dragging: RwSignal<bool>) {
    let document = document();
    let carries_files = |event: &web_sys::DragEvent| {
        event
            .data_transfer()
            .is_some_and(|carried| carried.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files")))
    };
    let over = move |event: web_sys::Event| {
        let Some(event) = event.dyn_ref::<web_sys::DragEvent>() else {
            return;
        };
        if carries_files(event) {
            // Without this the browser would open the file in place of the page.
            event.prevent_default();
            dragging.set(true);
        }
    };
    let left = move |event: web_sys::Event| {
        // Leaving the window, not merely one element for another.
        let outside = event.dyn_ref::<web_sys::DragEvent>().is_some_and(|event| event.related_target().is_none());
        if outside {
            dragging.set(false);
        }
    };
    let dropped = move |event: web_sys::Event| {
        dragging.set(false);
        let Some(event) = event.dyn_ref::<web_sys::DragEvent>() else {
            return;
        };
        let Some(carried) = event.data_transfer() else {
            return;
        };
        event.prevent_default();
        let (files, folders) = sorted(&carried);
        actions::open_files(page, files, event.time_stamp());
        actions::refuse_folders(page, &folders);
    };
    let listeners: [Result<Listener, String>; 4] = [
        listen(&document, "dragenter", over),
        listen(&document, "dragover", over),
        listen(&document, "dragleave", left),
        listen(&document, "drop", dropped),
    ];
    // They live as long as the page.
    std::mem::forget(listeners);
}

/// Files, and the names of folders among them.
fn sorted(carried: &web_sys::DataTransfer) -> (Vec<web_sys::File>, Vec<String>) {
    let items = carried.items();
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for i in 0..items.length() {
        let Some(item) = items.get(i).filter(|item| item.kind() == "file") else {
            continue;
        };
        let entry = item.webkit_get_as_entry().ok().flatten();
        if let Some(folder) = entry.filter(web_sys::FileSystemEntry::is_directory) {
            folders.push(folder.name());
        } else if let Ok(Some(file)) = item.get_as_file() {
            files.push(file);
        }
    }
    if files.is_empty() && folders.is_empty() {
        files = carried.files().map(|list| listed(&list)).unwrap_or_default();
    }
    (files, folders)
}
