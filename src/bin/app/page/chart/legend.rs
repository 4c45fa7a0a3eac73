//! The row under the chart: which line is whose, what the marks mean, statistics of what is visible.
//!
//! Owns how its entries look. Assumes that the chart room words them. Computes no statistic.

use std::sync::Arc;

use leptos::prelude::*;
use sensorium::chart::{Entry, LONGEST, entries, kind_words, stats};
use sensorium::protocol::Overview;

use super::super::icons;
use super::super::state::Page;
use super::panel::Panel;

/// The row.
#[component]
pub fn Legend(panel: Panel) -> impl IntoView {
    let page = panel.page;
    let entries = Memo::new(move |_| {
        let width_px = panel.room.get().map_or(800.0, |(width_px, _)| width_px);
        page.chart.with(|chart| chart.as_deref().map(|chart| entries(chart, width_px)).unwrap_or_default())
    });
    let stats = Memo::new(move |_| page.chart.with(|chart| chart.as_deref().map(stats).unwrap_or_default()));
    view! {
        <div class="legend">
            {move || entries.get().into_iter().map(|entry| shown(entry, page)).collect_view()}
            <span class="stats">{stats}</span>
        </div>
    }
}

fn shown(entry: Entry, page: Page) -> AnyView {
    match entry {
        Entry::Line(name, color, strong) => {
            let class = format!("swatch c{} d{}{}", color % 8, (color / 8) % 4, if strong { " strong" } else { "" });
            let short: String = name.chars().take(LONGEST).collect();
            let pointed = name.clone();
            let point = move |_| {
                let place = |o: &Arc<Overview>| {
                    o.devices.binary_search_by(|device| device.name.as_bytes().cmp(pointed.as_bytes()))
                };
                let place = page.overview.with_untracked(|o| o.as_ref().and_then(|o| place(o).ok()));
                page.pointed.set(place.and_then(|place| u32::try_from(place).ok()));
            };
            view! {
                <span class="mark" title=name on:pointerenter=point on:pointerleave=move |_| page.pointed.set(None)>
                    <span class=class></span>
                    {short}
                </span>
            }
            .into_any()
        }
        Entry::Mark(kind) => view! { <span class="mark">{icons::flag(kind)} {kind_words(kind)}</span> }.into_any(),
        Entry::Words(words) => view! { <span>{words}</span> }.into_any(),
    }
}
