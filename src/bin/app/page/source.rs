//! The line "Read as", with everything that was noticed while reading one click away.
//!
//! Owns its wording. Assumes an overview. Refuses to hide a file that was left out: the line itself says so.

use leptos::prelude::*;
use sensorium::protocol::{FileRead, Overview};
use sensorium::wording;
use wasm_bindgen::JsCast;

use super::card::ReadingCard;
use super::state::page;

/// The line and its details.
#[component]
pub fn ReadAs() -> impl IntoView {
    let page = page();
    let line = move || {
        page.overview.with(|overview| overview.as_ref().map(|overview| summary(overview, page.took_seconds.get())))
    };
    let details = move || page.overview.with(|overview| overview.as_ref().map(|overview| detail(overview)));
    // The card is built when it is first looked at, and then only when it says something else.
    let unfolded = RwSignal::new(false);
    let toggled = move |event: web_sys::Event| {
        let open = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if open.is_some_and(|details| details.has_attribute("open")) {
            unfolded.set(true);
        }
    };
    view! {
        <details class="readas" on:toggle=toggled>
            <summary>
                <span>{line}</span>
                <span class="more">"details"</span>
            </summary>
            <div class="panel">
                <Show when=move || unfolded.get()>
                    <ReadingCard />
                </Show>
                {details}
            </div>
        </details>
    }
}

fn summary(overview: &Overview, took_seconds: f64) -> String {
    let read: Vec<&FileRead> = overview.files.iter().filter(|f| f.error.is_none()).collect();
    let mut parts = Vec::new();
    let mut ways: Vec<&str> = read.iter().map(|file| file.way.as_str()).collect();
    ways.sort_unstable();
    ways.dedup();
    match (read.len(), ways.as_slice()) {
        (1, [way]) => parts.push(format!("Read as: {way}")),
        (n, [way]) => parts.push(format!("{n} files, all read as: {way}")),
        (n, _) => parts.push(format!("{n} files, read in {} ways", ways.len())),
    }
    if let Some((first, last)) = overview.span_us {
        parts.push(format!("{} to {}", wording::minute(first), wording::minute(last)));
    }
    if let Some(step_us) = overview.median_step_us {
        parts.push(format!("every {} per device", wording::step(step_us)));
    }
    let bytes: u64 = read.iter().map(|file| file.bytes).sum();
    let took = match took_seconds {
        short if short < 0.01 => String::from("under 0.01 s"),
        seconds => wording::duration(seconds),
    };
    parts.push(format!("{} in {took}", wording::bytes(bytes)));
    let left_out = overview.files.len() - read.len();
    if left_out > 0 {
        parts.push(format!("{} left out", wording::counted(left_out as u64, "file", "files")));
    }
    let unread: usize = read.iter().map(|file| file.not_read.len()).sum();
    if unread > 0 {
        parts.push(format!("{} not read", wording::counted(unread as u64, "column", "columns")));
    }
    parts.join(" · ")
}

fn detail(overview: &Overview) -> impl IntoView + use<> {
    let counts = &overview.counts;
    let filled: Vec<String> = overview
        .metrics
        .iter()
        .zip(&counts.filled)
        .map(|(metric, filled)| format!("{} {}", metric.name, wording::count(*filled)))
        .collect();
    let files = overview.files.iter().map(file).collect_view();
    let notices = overview.notices.iter().map(|sentence| view! { <li>{sentence.clone()}</li> }).collect_view();
    view! {
        <h2>"What became of it"</h2>
        <ul class="files">{files}</ul>
        <p>
            {format!(
                "{} read = {} shown + {} dropped + {} set aside + {} outside the dates. {} broke the contract.",
                wording::counted(counts.rows_read, "row", "rows"),
                wording::count(counts.rows_out),
                wording::count(counts.rows_dropped),
                wording::count(counts.rows_set_aside),
                wording::count(counts.rows_outside_range),
                wording::counted(counts.violations, "cell or row", "cells or rows"),
            )}
        </p>
        <p>{format!("Filled cells: {}.", filled.join(", "))}</p>
        <ul>{notices}</ul>
    }
}

fn file(file: &FileRead) -> impl IntoView + use<> {
    let words = match &file.error {
        Some(error) => format!("left out: {error}"),
        None => format!(
            "{}, {}, {}",
            wording::bytes(file.bytes),
            wording::counted(file.rows_read, "row", "rows"),
            file.read_as
        ),
    };
    // The card tells them already.
    let untold = if file.card.is_some() { &[][..] } else { &file.not_read };
    let not_read = untold
        .iter()
        .map(|(column, reason)| {
            view! {
                <li>
                    "column " <code>{column.clone()}</code> " is not read: " {reason.clone()}
                </li>
            }
        })
        .collect_view();
    view! {
        <li class:wrong=file.error.is_some()>
            <b>{file.name.clone()}</b>
            " "
            {words}
            <ul>{not_read}</ul>
        </li>
    }
}
