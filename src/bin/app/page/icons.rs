//! The few signs of the page, drawn in the text's colour.
//!
//! Owns their outlines. Assumes the style sheet sizes them. Refuses meaning of their own: each stands beside words or in a
//! labelled button.

use leptos::prelude::*;
use sensorium::protocol::FlagKind;

/// The product's sign: a gauge.
pub fn gauge() -> impl IntoView {
    view! {
        <svg class="sign" viewBox="0 0 24 24" aria-hidden="true">
            <path class="stroke" d="M4 17a8 8 0 1 1 16 0"></path>
            <path class="stroke" d="m12 17 4-6"></path>
            <circle class="fill" cx="12" cy="17" r="1.6"></circle>
        </svg>
    }
}

pub fn lock() -> impl IntoView {
    view! {
        <svg viewBox="0 0 16 16" aria-hidden="true">
            <path
                class="fill"
                d="M4 7V5a4 4 0 1 1 8 0v2h1v7H3V7h1Zm2 0h4V5a2 2 0 1 0-4 0v2Z"
            ></path>
        </svg>
    }
}

/// The theme button's half-filled circle.
pub fn contrast() -> impl IntoView {
    view! {
        <svg viewBox="0 0 16 16" aria-hidden="true">
            <circle class="stroke thin" cx="8" cy="8" r="5.5"></circle>
            <path class="fill" d="M8 2.5a5.5 5.5 0 0 1 0 11Z"></path>
        </svg>
    }
}

pub fn cross() -> impl IntoView {
    view! {
        <svg viewBox="0 0 16 16" aria-hidden="true">
            <path class="stroke" d="m4 4 8 8m0-8-8 8"></path>
        </svg>
    }
}

pub fn folder() -> impl IntoView {
    view! {
        <svg viewBox="0 0 16 16" aria-hidden="true">
            <path class="stroke thin" d="M2 12.500v-9h4l1.500 2H14v7z"></path>
        </svg>
    }
}

/// Two links of a chain.
pub fn link() -> impl IntoView {
    view! {
        <svg viewBox="0 0 16 16" aria-hidden="true">
            <path class="stroke thin" d="M6.500 9.500 9.500 6.500M7 4.500l1.500-1.500a2.800 2.800 0 0 1 4 4L11 8.500M9 11.500 7.500 13a2.800 2.800 0 0 1-4-4L5 7.500"></path>
        </svg>
    }
}

pub fn chevron() -> impl IntoView {
    view! {
        <svg class="chevron" viewBox="0 0 16 16" aria-hidden="true">
            <path class="stroke" d="m4 6 4 4 4-4"></path>
        </svg>
    }
}

pub fn file() -> impl IntoView {
    view! {
        <svg class="sheet" viewBox="0 0 48 48" aria-hidden="true">
            <path class="stroke thin" d="M12 5h17l9 9v29H12z"></path>
            <path class="stroke thin" d="M29 5v9h9"></path>
            <path class="stroke accent" d="M17 33h3l3.500-10 4.500 14 3-8h2.500"></path>
        </svg>
    }
}

/// The mark of a type of flag, in its colour and shape, as the charts draw it.
pub fn flag(kind: FlagKind) -> impl IntoView {
    let (class, outline) = flag_outline(kind);
    view! {
        <svg class=class viewBox="0 0 11 11" aria-hidden="true">
            <path d=outline></path>
        </svg>
    }
}

/// The class of the mark and its outline in a square of 11.
pub fn flag_outline(kind: FlagKind) -> (&'static str, &'static str) {
    match kind {
        FlagKind::HighTemperature => ("flag hot", "M5.5 1 10.500 10h-10z"),
        FlagKind::LowBattery => ("flag low", "M1.500 1.500h8v8h-8z"),
        FlagKind::Both => ("flag both", "M5.500 0 11 5.500 5.500 11 0 5.500z"),
    }
}

/// The words for a type of flag, short enough for a table.
pub fn flag_words(kind: FlagKind) -> &'static str {
    match kind {
        FlagKind::HighTemperature => "High temp.",
        FlagKind::LowBattery => "Low battery",
        FlagKind::Both => "Both",
    }
}
