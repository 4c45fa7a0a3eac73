//! The header: what is open, the closed network, open, share, export, colours.
//!
//! Owns the bar at the top. Assumes the signals say what is open. Refuses buttons that would do nothing in the present state.

use leptos::prelude::*;
use sensorium::wording;

use super::exports::ExportMenu;
use super::state::{Page, Phase, page};
use super::theme::ThemeButton;
use super::{actions, drop, engine, icons};

/// The bar.
#[component]
pub fn Header() -> impl IntoView {
    let page = page();
    let opened = move || page.phase.get() != Phase::Empty;
    let ready = move || page.phase.get() == Phase::Ready;
    view! {
        <header class="bar">
            <span class="brand">{icons::gauge()} <span class="words">"Sensorium"</span></span>
            <span class="source">{move || source(page)}</span>
            <span class="grow"></span>
            <Privacy />
            <Show when=opened>
                <button class="btn tool" aria-label="Open files" title="Open files" on:click=|_| drop::choose()>
                    {icons::folder()}
                    <span class="words">"Open files"</span>
                </button>
            </Show>
            // The link carries the recipe, so it can be shared before any file is chosen.
            <button
                id="share"
                class="btn tool"
                aria-label="Share"
                title="Copy a link of these settings"
                hidden=move || !opened()
                on:click=move |_| actions::share(page)
            >
                {icons::link()}
                <span class="words">"Share"</span>
            </button>
            <Show when=ready>
                <ExportMenu />
            </Show>
            <ThemeButton />
            <drop::FileInput />
        </header>
    }
}

/// Name and size of what is open.
fn source(page: Page) -> impl IntoView {
    let title = (page.phase.get() != Phase::Empty).then(|| engine::open_title(page)).flatten()?;
    let size = match page.phase.get() {
        Phase::Ready => page.overview.with(|overview| {
            let counts = &overview.as_ref()?.counts;
            Some(format!(
                "{} · {}",
                wording::counted(counts.rows_out, "reading", "readings"),
                wording::counted(counts.devices, "device", "devices")
            ))
        }),
        _ => {
            let bytes = page.reading.with(|reading| reading.progress.bytes_total);
            (bytes > 0).then(|| wording::bytes(bytes))
        }
    };
    Some(view! {
        <b>{title}</b>
        {size.map(|size| view! { <span>" · " {size}</span> })}
    })
}

/// The promise, with the live count of requests.
#[component]
fn Privacy() -> impl IntoView {
    let page = page();
    view! {
        <span
            class="pill"
            class:broken=move || { page.requests.get() > 0 }
            title="After loading, the policy of this page allows no connection. Requests since then are counted here."
        >
            {icons::lock()}
            <span class="words">"Network closed · "</span>
            <span data-requests=move || page.requests.get().to_string()>
                {move || wording::count(u64::from(page.requests.get()))}
            </span>
            <span class="words">
                {move || if page.requests.get() == 1 { " request" } else { " requests" }}
            </span>
        </span>
    }
}
