//! The counts, each with a plain number for scripts.
//!
//! Owns the wording of the tiles. Assumes an overview. Refuses arithmetic beyond the sum of filled cells and of flags.

use leptos::prelude::*;
use sensorium::protocol::{Counts, FlagKind};
use sensorium::wording::{count, share};

use super::icons;
use super::state::page;

/// All readings that carry a flag of any type.
pub fn flagged(counts: &Counts) -> u64 {
    counts.high_temperature + counts.low_battery + counts.both
}

/// The tiles.
#[component]
pub fn Tiles() -> impl IntoView {
    let page = page();
    let counts = Memo::new(move |_| {
        page.overview.with(|overview| overview.as_ref().map(|overview| overview.counts.clone()).unwrap_or_default())
    });
    let of = move |pick: fn(&Counts) -> u64| Signal::derive(move || counts.with(pick));
    let filled = of(|counts| counts.filled.iter().sum());
    let kind = move |kind, pick: fn(&Counts) -> u64, words: &'static str| {
        let n = of(pick);
        view! { <span class="mark">{icons::flag(kind)} {move || count(n.get())} " " {words}</span> }
    };
    view! {
        <dl class="tiles">
            <Tile name="readings" title="Readings" value=of(|counts| counts.rows_out)>
                {move || {
                    let counts = counts.get();
                    (counts.rows_outside_range > 0)
                        .then(|| format!("of {} in the dates", count(counts.rows_out + counts.rows_outside_range)))
                }}
            </Tile>
            <Tile name="devices" title="Devices" value=of(|counts| counts.devices)>
                ""
            </Tile>
            <Tile name="filled" title="Filled cells" value=filled>
                {move || share(filled.get(), counts.with(|counts| counts.metric_cells))}
            </Tile>
            <Tile name="set-aside" title="Set aside" value=of(|counts| counts.rows_set_aside)>
                {move || if counts.with(|c| c.rows_set_aside) == 1 { "row, " } else { "rows, " }}
                <span
                    data-count="dropped"
                    data-value=move || counts.with(|c| c.rows_dropped).to_string()
                >
                    {move || count(counts.with(|c| c.rows_dropped))}
                </span>
                " dropped"
            </Tile>
            <div class="tile split">
                    <dt>"Anomalies"</dt>
                    <dd
                        data-count="anomalies"
                        data-value=move || counts.with(flagged).to_string()
                    >
                        {move || count(counts.with(flagged))}
                    </dd>
                <dd class="kinds">
                    {kind(FlagKind::HighTemperature, |c| c.high_temperature, "high temperature")}
                    {kind(FlagKind::LowBattery, |c| c.low_battery, "low battery")}
                    {kind(FlagKind::Both, |c| c.both, "both")}
                </dd>
            </div>
        </dl>
    }
}

#[component]
fn Tile(name: &'static str, title: &'static str, value: Signal<u64>, children: Children) -> impl IntoView {
    view! {
        <div class="tile">
            <dt>{title}</dt>
            <dd data-count=name data-value=move || value.get().to_string()>
                {move || count(value.get())}
                <small>{children()}</small>
            </dd>
        </div>
    }
}
