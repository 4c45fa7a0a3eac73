//! The page with a log open: counts, charts, tables.
//!
//! Owns their order. Assumes an overview is here. Refuses to hide a table behind a tab: each is one scroll away.

use leptos::prelude::*;
use sensorium::protocol::TableKind;

use super::source::ReadAs;
use super::tables::TablePanel;
use super::tabs::Charts;
use super::tiles::Tiles;

/// Everything about the open log.
#[component]
pub fn Ready() -> impl IntoView {
    view! {
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
    }
}
