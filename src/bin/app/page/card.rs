//! The reading card: "I read it as", line by line, each overruled from a list.
//!
//! Owns its wording and its lists. Assumes an overview. Refuses to hide what was skipped: every reason is told, and a long list
//! says how long it is.

mod choice;
mod rows;

pub use choice::WaysOfReading;

use choice::{Choice, Encoding, Zone};
use leptos::prelude::*;
use rows::{Looked, metric, unread};
use sensorium::browser::clock::now_ms;
use sensorium::recipe::{DateOrder, Repeats};
use sensorium::survey::{Card, Decimal, Delimiter, MetricCard, Told, words_of};
use sensorium::wording::{count, counted};

use super::actions;
use super::overrule::say;
use super::state::{Page, page};

/// The card of the first file; those of a fleet are read alike.
#[component]
pub fn ReadingCard() -> impl IntoView {
    let page = page();
    let card = Memo::new(move |_| {
        page.overview.with(|overview| {
            overview.as_ref().and_then(|overview| overview.files.iter().find_map(|file| file.card.clone()))
        })
    });
    view! { {move || card.get().map(|card| lines(page, &card))} }
}

fn lines(page: Page, card: &Card) -> impl IntoView + use<> {
    let delimiter = card.delimiter_word().to_string();
    let decimal = if card.decimal == "," { Decimal::Comma } else { Decimal::Point };
    let encoding = card.encoding.clone();
    let also_missing = page.told.with_untracked(|told| told.missing.join(", "));
    let header =
        card.header_line.filter(|line| *line > 0).map_or("no line of names".into(), |line| format!("line {line}"));
    // What a line proves is no choice.
    let order = card.time.order.clone().filter(|_| card.time.evidence_line.is_none());
    let proof = card.time.evidence_line.map_or(String::new(), |line| format!("line {line} proves it"));
    let time = format!("{}: {}", card.time.columns.join(" + "), card.time.format);
    let preset = card.preset.clone().unwrap_or_else(|| "no preset".into());
    let by_preset = card.preset.is_some();
    let general = page.told.with_untracked(|told| told.without_presets);
    let devices = card.devices.join(", ");
    let more = card.device_count.saturating_sub(card.devices.len() as u64);
    let devices = if more > 0 { format!("{devices} and {} more", count(more)) } else { devices };
    let said_line = page.told.with_untracked(|told| told.header_line).map_or(String::new(), |line| line.to_string());
    let columns: Vec<String> = columns_of(card);
    let metrics: Vec<MetricCard> = card.metrics.clone();
    let skipped = card.skipped.iter().map(|skipped| (skipped.line, skipped.reason.clone())).collect::<Vec<_>>();
    let rest = card.skipped_count.saturating_sub(skipped.len() as u64);
    let skipped_words = match card.skipped_count {
        0 => "none".to_string(),
        many => counted(many, "line", "lines"),
    };
    let notes = card.notes.iter().map(|note| format!("line {}: {}", note.line, note.reason)).collect::<Vec<_>>();
    let not_read = card.not_read.clone();
    let device_from = card.device_from.clone();
    let together = (card.layout == "long").then(|| {
        let (rows, readings) = (card.data_rows, card.readings);
        format!("a value a row: {} make {}", counted(rows, "row", "rows"), counted(readings, "reading", "readings"))
    });
    view! {
        <div class="reading-card" data-card="card">
            <h2>"I read it as"</h2>
            <dl>
                <dt>"Format"</dt>
                <dd data-card="preset">
                    {preset}
                    <Show when=move || by_preset || general>
                        <button class="link" on:click=move |_| say(page, |told| told.without_presets = !told.without_presets)>
                            {if general { "use presets again" } else { "read it without the preset" }}
                        </button>
                    </Show>
                </dd>
                <dt>"Encoding"</dt>
                <dd data-card="encoding">
                    <Encoding id="card-encoding" found=encoding />
                </dd>
                <dt>
                    "Delimiter"
                </dt>
                <dd data-card="delimiter">
                    <Choice
                        id="card-delimiter"
                        label="Delimiter"
                        chosen=delimiter
                        options=["comma", "semicolon", "tab", "pipe", "blanks"].map(String::from).to_vec()
                        choose=move |word: String| say(page, |told| told.delimiter = Delimiter::from_name(&word))
                    />
                </dd>
                <dt>
                    "Decimal mark"
                </dt>
                <dd data-card="decimal">
                    <Choice
                        id="card-decimal"
                        label="Decimal mark"
                        chosen=decimal.word().to_string()
                        options=["point", "comma"].map(String::from).to_vec()
                        choose=move |word: String| say(page, |told| told.decimal = Decimal::from_word(&word))
                    />
                </dd>
                <dt>"Names of columns"</dt>
                <dd data-card="header">
                 <span>{header}</span>
                 <input
                     id="card-header"
                     aria-label="Line of the names of columns"
                     placeholder="line"
                     inputmode="numeric"
                     prop:value=said_line
                     on:change=move |event| {
                         let line = event_target_value(&event).trim().parse().ok();
                         say(page, |told| told.header_line = line);
                     }
                 />
             </dd>
                <dt>
                    "Time"
                </dt>
                <dd data-card="time">
                    <span>{time}</span>
                    {order
                        .map(|order| {
                            view! {
                                <Choice
                                    id="card-order"
                        label="Order of dates"
                                    chosen=order
                                    options=DateOrder::ALL.map(|order| order.name().to_string()).to_vec()
                                    choose=move |word: String| {
                                        if let Some(order) = DateOrder::from_name(&word) {
                                            actions::say_date_order(page, order);
                                        }
                                    }
                                />
                            }
                        })}
                    <span>{proof}</span>
                </dd>
                <dt>
                    "Zone"
                </dt>
                <dd data-card="zone">
                    <Zone zone=card.time.zone.clone() />
                </dd>
                <dt>
                    "Devices"
                </dt>
                <dd data-card="devices">
                    <span>{devices}</span>
                    <Choice
                        id="card-device"
                        label="Devices from"
                        chosen=device_from.strip_prefix("column ").map_or_else(|| device_from.clone(), str::to_string)
                        options=std::iter::once(String::from("file name")).chain(columns).collect()
                        choose=move |word: String| {
                            let from = if word == "file name" { String::from("file") } else { word };
                            say(page, |told| told.device_from = Some(from));
                        }
                    />
                </dd>
                {together
                    .map(|words| {
                        view! {
                            <dt>"Layout"</dt>
                            <dd data-card="layout">{words}</dd>
                        }
                    })}
                <dt>"Missing values"</dt>
                <dd data-card="missing">
                    <span>"as counted below, and"</span>
                    <input
                        id="card-missing"
                        aria-label="Words that stand for no value, between commas"
                        placeholder="words or numbers"
                        prop:value=also_missing
                        on:change=move |event| {
                            let words = words_of(&event_target_value(&event));
                            say(page, |told| told.missing = words);
                        }
                    />
                </dd>
                <dt>"Rows skipped"</dt>
                <dd data-card="skipped">
                    {skipped_words}
                    <ul>
                        {skipped
                            .into_iter()
                            .map(|(line, reason)| view! { <li>{format!("line {line}: {reason}")}</li> })
                            .collect_view()}
                        {(rest > 0).then(|| view! { <li>{format!("and {} more", count(rest))}</li> })}
                    </ul>
                </dd>
                <RepeatedTimes />
             {(!notes.is_empty())
                    .then(|| {
                        view! {
                            <dt>"Moved clocks"</dt>
                            <dd data-card="notes">
                                <ul>{notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}</ul>
                            </dd>
                        }
                    })}
            </dl>
            <div class="scroll">
                <table data-card="metrics">
                    <thead>
                        <tr>
                            <th>"Column"</th>
                            <th>"Metric"</th>
                            <th>"Unit in the file"</th>
                            <th>"Present"</th>
                            <th>"Missing"</th>
                            <th>"Range"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {metrics.into_iter().enumerate().map(|(at, card)| metric(page, at, card)).collect_view()}
                        {not_read.into_iter().enumerate().map(|(at, column)| unread(page, at, column)).collect_view()}
                    </tbody>
                </table>
            </div>
            <Looked />
            <Show when=move || page.told.with(|told| *told != Told::default())>
                <button class="btn" data-card="reset" on:click=move |_| say(page, |told| *told = Told::default())>
                    "Read it as found"
                </button>
            </Show>
        </div>
    }
}

/// Names of all columns but those of the time.
fn columns_of(card: &Card) -> Vec<String> {
    let metrics = card.metrics.iter().map(|metric| metric.source.clone());
    let device = card.device_from.strip_prefix("column ").map(String::from);
    device.into_iter().chain(metrics).chain(card.not_read.iter().map(|(name, _)| name.clone())).collect()
}

/// Readings that repeat others, and whether they stay.
#[component]
fn RepeatedTimes() -> impl IntoView {
    let page = page();
    let counts = move || {
        page.overview.with(|overview| {
            overview.as_ref().map_or((0, 0), |o| (o.counts.repeated_exact, o.counts.repeated_otherwise))
        })
    };
    let words = move || {
        let (exact, other) = counts();
        format!("{} with equal values, {} with others", counted(exact, "reading", "readings"), count(other))
    };
    let chosen = page.recipe.with_untracked(|recipe| recipe.repeats.name().to_string());
    let choose = move |word: String| {
        if let Some(repeats) = Repeats::from_name(&word) {
            actions::set_recipe(page, now_ms(), move |recipe| recipe.repeats = repeats);
        }
    };
    view! {
        <Show when=move || { counts() != (0, 0) }>
            <dt>"Repeated times"</dt>
            <dd data-card="repeated">
                <span>{words}</span>
                <Choice
                    id="card-repeats"
                    label="Readings that repeat others"
                    chosen=chosen.clone()
                    options=Repeats::ALL.map(|repeats| repeats.name().to_string()).to_vec()
                    choose=choose
                />
            </dd>
        </Show>
    }
}
