//! The distribution above a limit's slider, with the part beyond the limit in its flag's colour.
//!
//! Owns its outline. Assumes bins over the slider's range. Refuses to hide a rare value: a bin that holds anything is seen.

use leptos::prelude::*;
use sensorium::protocol::Distribution;

/// Height of the drawing's own coordinates; a bin is one wide.
const HEIGHT: f64 = 34.0;
/// Least height of a bin that holds a reading.
const LEAST: f64 = 1.6;

/// Which side of the limit is flagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    Above,
    Below,
}

/// The drawing; `limit` colours it at once, without waiting for the worker.
#[component]
pub fn Histogram(distribution: Memo<Distribution>, limit: Signal<f64>, beyond: Beyond) -> impl IntoView {
    let width = move || distribution.with(|d| d.bins.len().max(1));
    let paths = Memo::new(move |_| distribution.with(|d| outlines(d, limit.get(), beyond)));
    let class = match beyond {
        Beyond::Above => "beyond hot",
        Beyond::Below => "beyond low",
    };
    view! {
        <svg
            class="histogram"
            preserveAspectRatio="none"
            viewBox=move || format!("0 0 {} {HEIGHT}", width())
            aria-hidden="true"
        >
            <path class="within" d=move || paths.with(|(within, _)| within.clone())></path>
            <path class=class d=move || paths.with(|(_, beyond)| beyond.clone())></path>
        </svg>
    }
}

/// The bins within and beyond the limit, as outlines. The bin that the limit cuts is drawn in two.
fn outlines(distribution: &Distribution, limit: f64, beyond: Beyond) -> (String, String) {
    let Distribution { from, to, bins, .. } = distribution;
    let most = f64::from(bins.iter().copied().max().unwrap_or(0).max(1));
    let step = (to - from) / bins.len().max(1) as f64;
    let (mut below, mut above) = (String::new(), String::new());
    // Where the limit stands, in bins; a little gap keeps bins apart.
    let cut = (limit - from) / step;
    for (i, n) in bins.iter().enumerate().filter(|(_, n)| **n > 0) {
        let height = (f64::from(*n) / most * HEIGHT).max(LEAST);
        let (left, right) = (i as f64, i as f64 + 0.82);
        let middle = cut.clamp(left, right);
        bar(&mut below, left, middle, height);
        bar(&mut above, middle, right, height);
    }
    match beyond {
        Beyond::Above => (below, above),
        Beyond::Below => (above, below),
    }
}

fn bar(out: &mut String, left: f64, right: f64, height: f64) {
    if right - left > 0.01 {
        out.push_str(&format!("M{left:.2} {HEIGHT}V{:.2}H{right:.2}V{HEIGHT}Z", HEIGHT - height));
    }
}
