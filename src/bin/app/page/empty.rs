//! The empty page: one sentence, where to drop, what is expected, what becomes of it.
//!
//! Owns the wording of the first impression. Assumes nothing is open. Refuses length.

use leptos::prelude::*;
use sensorium::contract::Contract;
use sensorium::recipe::changes;

use super::state::page;
use super::{actions, drop, icons};

/// What is shown before a log is open.
#[component]
pub fn Empty() -> impl IntoView {
    let page = page();
    let columns = Contract::default().columns;
    let changed = move || page.recipe.with(changes);
    view! {
        <div class="welcome">
            <h1>"Sensor logs, checked and charted in this tab."</h1>
            <p class="lead">
                "Drop a CSV of your devices. It is read, repaired and judged here; nothing is uploaded."
            </p>
            <Show when=move || !changed().is_empty()>
                <p class="given">
                    "This recipe is set: " {move || changed().join(", ")} "."
                </p>
            </Show>
            <div class="zone">
                {icons::file()} <div class="choices">
                    <button class="btn primary" on:click=|_| drop::choose()>
                        "Choose files"
                    </button>
                    <button
                        id="sample"
                        class="btn"
                        on:click=move |event| actions::open_sample(page, event.time_stamp())
                    >
                        "Try the sample log"
                    </button>
                </div>
                <p>"or drop them anywhere on this page"</p>
            </div>
            <div class="facts">
                <section>
                    <h2>"What it reads"</h2>
                    <p>
                        {columns
                            .into_iter()
                            .map(|column| view! { <code>{column.name}</code> ", " })
                            .collect_view()} "and any further numeric column. Several files become one table."
                    </p>
                </section>
                <section>
                    <h2>"What you get"</h2>
                    <p>
                        "Gaps filled and marked, rows that break the contract set aside with a reason, anomalies by your limits, daily statistics, Parquet and CSV."
                    </p>
                </section>
                <section>
                    <h2>"Where your data goes"</h2>
                    <p>
                        "Nowhere. After loading, the policy of this page forbids every connection. Unplug the network and try."
                    </p>
                </section>
            </div>
        </div>
    }
}
