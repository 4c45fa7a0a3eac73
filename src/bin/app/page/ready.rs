//! The page with a log open: counts, charts, tables.
//!
//! Owns their order. Stands ready before there is a log, so that an answer only fills it: until then nobody sees, reaches or
//! hears it. Refuses to hide a table behind a tab: each is one scroll away.

use leptos::prelude::*;
use sensorium::protocol::TableKind;

use super::source::ReadAs;
use super::state::{Phase, page};
use super::tables::TablePanel;
use super::tabs::Charts;
use super::tiles::Tiles;

/// Everything about the open log.
#[component]
pub fn Ready() -> impl IntoView {
    let page = page();
    let absent = move || page.phase.get() != Phase::Ready;
    view! {
        <div class="log" class:absent=absent inert=absent>
        <h1 class="unseen">"The log"</h1>
        <Tiles />
        <ReadAs />
        <Charts />
        <div class="two">
            <TablePanel
                kind=TableKind::Anomalies
                title="Anomalies"
                none="No reading is beyond a limit."
            />
            <TablePanel
                kind=TableKind::Daily
                title="Daily statistics"
                none="There is no day to show."
            />
        </div>
        <div class="two even">
            <TablePanel
                kind=TableKind::SetAside
                title="Set aside"
                none="No row broke the contract."
            />
            <TablePanel
                kind=TableKind::Dropped
                title="Dropped"
                none="No reading was dropped."
            />
        </div>
        <div class="one">
            <TablePanel
                kind=TableKind::Raw
                title="First rows as they stand in the file"
                none="There is no row to show."
            />
        </div>
        </div>
    }
}
