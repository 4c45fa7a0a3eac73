//! The page when a run is refused: why, every finding, and the ways on.
//!
//! Owns the wording of the ways on. Assumes a refusal. Refuses to end the visit: every control goes on working.

use leptos::prelude::*;
use sensorium::browser::clock::now_ms;
use sensorium::protocol::{ExportKind, Refusal, TableKind};
use sensorium::recipe::Mode;
use sensorium::wording::counted;

use super::answers::sentence;
use super::card::WaysOfReading;
use super::state::page;
use super::tables::TablePanel;
use super::{actions, drop, engine};

/// The refusal.
#[component]
pub fn Refused() -> impl IntoView {
    let page = page();
    let refusal = move || page.refusal.with(|refusal| refusal.as_deref().cloned().unwrap_or_default());
    let other_modes = move || refusal().other_modes;
    let findings = move || refusal().findings > 0;
    let go_on = move |mode| {
        actions::set_recipe(page, now_ms(), move |recipe| recipe.mode = mode);
        page.recipe_given.update(|n| *n += 1);
    };
    let asked = move || refusal().date_orders;
    // Only a text may be read otherwise.
    let shape = move || refusal().other_shape;
    let former = move || {
        page.refusal.track();
        engine::former_title(page)
    };
    view! {
        <section class="notice" aria-labelledby="refused-title">
            <h1 id="refused-title">{move || sentence(&refusal().message)}</h1>
            <p>{move || advice(&refusal())}</p>
            <div class="choices">
                <Show when=other_modes>
                    <button class="btn primary" on:click=move |_| go_on(Mode::SetAside)>
                        {move || set_aside_words(&refusal())}
                    </button>
                    <button class="btn" on:click=move |_| go_on(Mode::Repair)>
                        {move || repair_words(&refusal())}
                    </button>
                </Show>
                {move || {
                    asked()
                        .into_iter()
                        .map(|(order, meaning)| {
                            view! {
                                <button
                                    class="btn primary"
                                    data-date-order=order.name()
                                    on:click=move |_| actions::say_date_order(page, order)
                                >
                                    {capital(&meaning)}
                                </button>
                            }
                        })
                        .collect_view()
                }}
                <Show when=move || !other_modes() && asked().is_empty()>
                    <button class="btn primary" on:click=|_| drop::choose()>
                        "Choose other files"
                    </button>
                </Show>
                <Show when=findings>
                    <button
                        class="btn"
                        data-export="findings"
                        on:click=move |_| actions::export(page, ExportKind::Findings)
                    >
                        "Download the findings"
                    </button>
                </Show>
                {move || {
                    former()
                        .map(|title| {
                            view! {
                                <button
                                    class="btn"
                                    on:click=move |_| engine::reopen_former(page)
                                >
                                    "Back to "
                                    {title}
                                </button>
                            }
                        })
                }}
            </div>
            <Show when=move || shape() && asked().is_empty() && !other_modes()>
                <WaysOfReading />
            </Show>
        </section>
        <Show when=findings>
            <TablePanel kind=TableKind::Findings title="Findings" none="There is no finding." />
        </Show>
    }
}

/// The same words with a capital.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn advice(refusal: &Refusal) -> &'static str {
    if !refusal.date_orders.is_empty() {
        "Nothing was read yet. Say how the dates are meant: the link remembers it, and other logs that prove their order keep it."
    } else if refusal.other_modes {
        "Nothing was computed and nothing was lost. Set these rows aside and go on, repair the cells as gaps, or mend the file."
    } else {
        "Nothing was computed and nothing was lost. Mend the file and drop it again, or choose another."
    }
}

fn set_aside_words(refusal: &Refusal) -> String {
    format!("Set aside {} and go on", counted(refusal.would_set_aside, "row", "rows"))
}

fn repair_words(refusal: &Refusal) -> String {
    let cells = counted(refusal.would_repair_cells, "cell", "cells");
    if refusal.would_repair_rows == 0 {
        format!("Repair {cells}")
    } else {
        format!("Repair {cells}, set {} aside", counted(refusal.would_repair_rows, "row", "rows"))
    }
}
