//! While a log is read: how far, how fast, how long still, and Cancel.
//!
//! Owns the wording of progress. Assumes progress replies of the worker. Refuses a time left before there is a speed to judge by.

use leptos::prelude::*;
use sensorium::wording;

use super::engine;
use super::icons;
use super::state::{Reading, page};

/// The card.
#[component]
pub fn ReadingLog() -> impl IntoView {
    let page = page();
    let percent = move || page.reading.with(|reading| (share(reading) * 100.0).floor());
    view! {
        <div class="reading">
            {icons::file()} <h1>"Reading " {move || page.reading.with(|r| r.title.clone())}</h1>
            <div
                class="progress"
                role="progressbar"
                aria-label="Bytes read"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || percent().to_string()
            >
                <div style:width=move || format!("{}%", percent())></div>
            </div>
            <p class="far">{move || page.reading.with(far)}</p>
            <p class="fast">{move || page.reading.with(fast)}</p>
            <button id="cancel" class="btn" on:click=move |_| engine::cancel(page)>
                "Cancel"
            </button>
        </div>
    }
}

fn share(reading: &Reading) -> f64 {
    let Reading { progress, .. } = reading;
    if progress.bytes_total == 0 {
        return 0.0;
    }
    (progress.bytes_done as f64 / progress.bytes_total as f64).min(1.0)
}

fn far(reading: &Reading) -> String {
    let progress = &reading.progress;
    let mut out = format!("{} of {}", wording::bytes(progress.bytes_done), wording::bytes(progress.bytes_total));
    if progress.rows > 0 {
        out.push_str(" · ");
        out.push_str(&wording::counted(progress.rows, "row", "rows"));
    }
    out
}

fn fast(reading: &Reading) -> String {
    let seconds = (reading.now_ms - reading.started_ms) / 1_000.0;
    let progress = &reading.progress;
    if progress.bytes_total > 0 && progress.bytes_done >= progress.bytes_total {
        return String::from("All bytes are read; filling, flagging and charting.");
    }
    if seconds < 0.2 || progress.bytes_done == 0 {
        return String::from("Starting.");
    }
    let speed = progress.bytes_done as f64 / seconds;
    let left = (progress.bytes_total - progress.bytes_done) as f64 / speed;
    format!("{} a second · about {} left", wording::bytes(speed as u64), wording::duration(left.max(0.1)))
}
