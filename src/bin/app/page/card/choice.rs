//! Lists from which a line of the card is overruled.

use leptos::prelude::*;
use sensorium::browser;
use sensorium::recipe::words::parse_zone;
use sensorium::survey::{Decimal, Delimiter, Told, encodings};

use super::super::actions;
use super::super::overrule::say;
use super::super::state::page;
use crate::zone::zone_of;

/// A list of which one is chosen.
#[component]
pub fn Choice(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    chosen: String,
    options: Vec<String>,
    choose: impl Fn(String) + 'static,
) -> impl IntoView {
    let mut options = options;
    options.dedup();
    if !options.contains(&chosen) {
        options.insert(0, chosen.clone());
    }
    view! {
        <select id=id aria-label=label on:change=move |event| choose(event_target_value(&event))>
            {options
                .into_iter()
                .map(|option| {
                    let selected = option == chosen;
                    view! {
                        <option value=option.clone() selected=selected>
                            {option.clone()}
                        </option>
                    }
                })
                .collect_view()}
        </select>
    }
}

/// The encoding: as found, or one of the list.
#[component]
pub fn Encoding(#[prop(into)] id: String, found: String) -> impl IntoView {
    let page = page();
    let chosen = page.told.with_untracked(|told| told.encoding.clone());
    view! {
        <Choice
            id=id
            label="Encoding"
            chosen=chosen.unwrap_or_else(|| found.clone())
            options=std::iter::once(found.clone()).chain(encodings().filter(|label| *label != found).map(String::from)).collect()
            choose=move |word: String| {
                let encoding = Some(word).filter(|word| *word != found);
                say(page, |told| told.encoding = encoding);
            }
        />
    }
}

/// The same lists where nothing could be read: what separates the cells, the decimal mark, how packed times are written.
#[component]
pub fn WaysOfReading() -> impl IntoView {
    let page = page();
    let told = move || page.told.with_untracked(Told::clone);
    let found = String::from("as found");
    let list = |words: &[&str]| -> Vec<String> {
        std::iter::once(found.clone()).chain(words.iter().map(|word| word.to_string())).collect()
    };
    let delimiter = told().delimiter.map_or_else(|| found.clone(), |delimiter| delimiter.word().to_string());
    let decimal = told().decimal.map_or_else(|| found.clone(), |decimal| decimal.word().to_string());
    view! {
           <section class="ways" aria-label="Read it otherwise">
               <h2>"Read it otherwise"</h2>
               <div class="line">
                   <label>
                       "Encoding"
                       <Encoding id="ways-encoding" found=found.clone() />
                   </label>
                   <label>
                       "Delimiter"
                       <Choice
                           id="ways-delimiter"
    label="Delimiter"
                           chosen=delimiter
                           options=list(&["comma", "semicolon", "tab", "pipe", "blanks"])
                           choose=move |word: String| say(page, |told| told.delimiter = Delimiter::from_name(&word))
                       />
                   </label>
                   <label>
                       "Decimal mark"
                       <Choice
                           id="ways-decimal"
    label="Decimal mark"
                           chosen=decimal
                           options=list(&["point", "comma"])
                           choose=move |word: String| say(page, |told| told.decimal = Decimal::from_word(&word))
                       />
                   </label>
                   <label>
                       "Digits of the time"
                       <input
                           id="ways-time"
                           placeholder="%Y%m%d%H%M"
                           prop:value=told().time_format.unwrap_or_default()
                           on:change=move |event| {
                               let format = Some(event_target_value(&event)).filter(|format| !format.trim().is_empty());
                               say(page, |told| told.time_format = format);
                           }
                       />
                   </label>
                <label>
                    "The log begins on"
                    <input
                        id="ways-start"
                        placeholder="2024-03-01 08:00"
                        prop:value=told().start.unwrap_or_default()
                        on:change=move |event| {
                            let start = event_target_value(&event);
                            say(page, |told| {
                                told.start = None;
                                told.take_word("start", &start);
                            });
                        }
                    />
                </label>
               </div>
           </section>
       }
}

/// The zone: what the file says, or one of the browser's list.
#[component]
pub fn Zone(zone: String) -> impl IntoView {
    let page = page();
    let stated = !zone.contains("assumed") && !zone.contains("chosen");
    // Where times state their own, only days and hours follow what is chosen.
    let label = if stated { "Zone of days and hours" } else { "Zone of times that state none, of days and hours" };
    let wrong = RwSignal::new(false);
    let chosen = page.recipe.with_untracked(|recipe| recipe.zone.clone());
    let choose = move |event: web_sys::Event| {
        let zone = match event_target_value(&event).trim() {
            "" => Some(None),
            name => parse_zone(name).filter(|zone| zone.as_deref().is_none_or(|name| zone_of(name).is_some())),
        };
        wrong.set(zone.is_none());
        if let Some(zone) = zone {
            actions::say_zone(page, zone);
        }
    };
    view! {
        <span>{zone}</span>
        {stated.then_some(view! { <span>"days and hours by"</span> })}
        <input
            id="card-zone"
            aria-label=label
            list="zones"
            placeholder="UTC"
            aria-invalid=move || wrong.get().to_string()
            prop:value=chosen.unwrap_or_default()
            on:change=choose
        />
        <datalist id="zones">
            {browser::zones::names().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}
        </datalist>
    }
}
