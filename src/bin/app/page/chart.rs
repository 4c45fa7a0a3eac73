//! The chart panel: canvas, overlay, tooltip, overview strip.

use leptos::prelude::*;

/// The chart on show.
#[component]
pub fn ChartPanel() -> impl IntoView {
    view! { <canvas data-chart="" data-painted="0"></canvas> }
}
