//! The rail: limits, dates, devices, gaps, contract.
//!
//! Owns the controls of the recipe. Assumes that a recipe is always whole: an entry that cannot be read is marked and the last
//! good one holds. Refuses to clamp a number box to the slider's range.

use leptos::prelude::*;
use sensorium::contract;
use sensorium::protocol::{Distribution, Overview};
use sensorium::recipe::{Fill, Mode, Recipe};
use sensorium::wording::{counted, day, exact, parse_day};

use super::actions;
use super::devices::Devices;
use super::histogram::{Beyond, Histogram};
use super::icons;
use super::state::{Page, Phase, page};

/// The zone by whose clock days are counted.
fn zone_of(page: Page) -> String {
    page.overview
        .with(|overview| overview.as_ref().map_or_else(|| String::from("UTC"), |overview| overview.zone.clone()))
}

/// Whether the log measures what a limit is of; before one is open it may.
fn measures(page: Page, name: &str) -> bool {
    page.overview.with(|overview| {
        overview.as_ref().is_none_or(|overview| overview.metrics.iter().any(|metric| metric.name == name))
    })
}

/// The rail. On a narrow page it is folded away behind its own button.
#[component]
pub fn Controls(shown: Signal<bool>) -> impl IntoView {
    let page = page();
    let unfolded = RwSignal::new(false);
    view! {
        <aside class="rail" aria-label="Limits and filters" hidden=move || !shown.get()>
            <button
                class="btn fold"
                aria-expanded=move || unfolded.get().to_string()
                aria-controls="controls"
                on:click=move |_| unfolded.update(|unfolded| *unfolded = !*unfolded)
            >
                "Limits and filters"
                {icons::chevron()}
            </button>
            <div id="controls" class:unfolded=move || unfolded.get()>
                <section hidden=move || !measures(page, contract::TEMPERATURE) && !measures(page, contract::BATTERY)>
                    <h2>"Limits"</h2>
                    <div hidden=move || !measures(page, contract::TEMPERATURE)>
                    <Limit
                        name="high-temp"
                        title="High temperature"
                        unit="°C"
                        beyond=Beyond::Above
                        value=|recipe| recipe.limits.high_temp_celsius
                        set=|recipe, value| recipe.limits.high_temp_celsius = value
                        distribution=|overview| overview.high_temp.clone()
                    />
                    </div>
                    <div hidden=move || !measures(page, contract::BATTERY)>
                    <Limit
                        name="low-battery"
                        title="Low battery"
                        unit="%"
                        beyond=Beyond::Below
                        value=|recipe| recipe.limits.low_battery_percent
                        set=|recipe, value| recipe.limits.low_battery_percent = value
                        distribution=|overview| overview.low_battery.clone()
                    />
                    </div>
                </section>
                <section>
                    <h2>{move || format!("Dates ({})", zone_of(page))}</h2>
                    <DateBound
                        name="date-from"
                        title="from"
                        value=|recipe| recipe.dates.from_day
                        set=|recipe, day| recipe.dates.from_day = day
                        outermost=|(first, _)| first
                    />
                    <DateBound
                        name="date-to"
                        title="to"
                        value=|recipe| recipe.dates.to_day
                        set=|recipe, day| recipe.dates.to_day = day
                        outermost=|(_, last)| last
                    />
                </section>
                <Devices />
                <section>
                    <h2>
                        <label for="fill">"Gaps"</label>
                    </h2>
                    <Gaps />
                </section>
                <section>
                    <h2>
                        <label for="mode">"When a row breaks the contract"</label>
                    </h2>
                    <ModeChoice />
                </section>
                <section>
                    <button
                        id="reset"
                        class="btn full"
                        disabled=move || page.recipe.with(|recipe| *recipe == Recipe::default())
                        on:click=move |_| actions::reset(page)
                    >
                        "Back to defaults"
                    </button>
                </section>
            </div>
        </aside>
    }
}

#[component]
fn Limit(
    name: &'static str,
    title: &'static str,
    unit: &'static str,
    beyond: Beyond,
    value: fn(&Recipe) -> f64,
    set: fn(&mut Recipe, f64),
    distribution: fn(&Overview) -> Distribution,
) -> impl IntoView {
    let page = page();
    let limit = Signal::derive(move || page.recipe.with(value));
    // While another log is read, the former distribution says nothing any more.
    let shown = Memo::new(move |_| {
        let ready = page.phase.get() == Phase::Ready;
        page.overview.with(|overview| overview.as_ref().filter(|_| ready).map(|o| distribution(o)).unwrap_or_default())
    });
    let slide = move |event: web_sys::Event| {
        if let Ok(value) = event_target_value(&event).parse() {
            actions::set_recipe(page, event.time_stamp(), |recipe| set(recipe, value));
        }
    };
    // What stands in the box while it is being edited is the person's; otherwise it is the recipe's.
    let wrong = RwSignal::new(false);
    let entered = move |event: web_sys::Event| {
        let value = event_target_value(&event).trim().parse().ok().filter(|value: &f64| value.is_finite());
        wrong.set(value.is_none());
        if let Some(value) = value {
            actions::set_recipe(page, event.time_stamp(), |recipe| set(recipe, value));
        }
    };
    let left = move |event: web_sys::Event| {
        wrong.set(false);
        let input: web_sys::HtmlInputElement = event_target(&event);
        input.set_value(&exact(limit.get_untracked()));
    };
    let number = format!("{name}-number");
    let hint = format!("{name}-hint");
    view! {
        <div class="limit">
            <div class="head">
                <label for=name>{title}</label>
                <span class="num">
                    <input
                        id=number
                        type="number"
                        step="any"
                        aria-label=format!("{title} limit in {}", if unit == "%" { "percent" } else { "degrees Celsius" })
                        aria-invalid=move || wrong.get().to_string()
                        prop:value=move || exact(limit.get())
                        on:input=entered
                        on:blur=move |event| left(event.into())
                    />
                    <span class="unit">{unit}</span>
                </span>
            </div>
            <Show when=move || shown.with(|d| !d.bins.is_empty())>
                <Histogram distribution=shown limit=limit beyond=beyond />
            </Show>
            <input
                id=name
                type="range"
                min="0"
                max="100"
                step="0.1"
                aria-describedby=hint.clone()
                aria-valuetext=move || format!("{} {unit}", exact(limit.get()))
                prop:value=move || exact(limit.get())
                on:input=slide
            />
            <p class="hint" id=hint>
                {move || shown.with(|d| (!d.bins.is_empty()).then(|| hint_words(d, beyond)))}
            </p>
        </div>
    }
}

fn hint_words(distribution: &Distribution, beyond: Beyond) -> String {
    let readings = distribution.beyond_readings;
    let (what, side) = match beyond {
        Beyond::Above => (counted(readings, "rolling mean", "rolling means"), "above"),
        Beyond::Below => (counted(readings, "reading", "readings"), "below"),
    };
    let devices = counted(distribution.beyond_devices, "device", "devices");
    if readings == 0 { format!("None {side}") } else { format!("{what} on {devices} {side}") }
}

#[component]
fn DateBound(
    name: &'static str,
    title: &'static str,
    value: fn(&Recipe) -> Option<i32>,
    set: fn(&mut Recipe, Option<i32>),
    outermost: fn((i64, i64)) -> i64,
) -> impl IntoView {
    let page = page();
    let wrong = RwSignal::new(false);
    let chosen = move || {
        // A recipe that was given wins over what is being typed.
        page.recipe_given.track();
        page.recipe.with(value).map(day).unwrap_or_default()
    };
    let read = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        let text = text.trim();
        let found = parse_day(text);
        let complete = found.is_some() || text.is_empty();
        // Half a date is no mistake yet while it is being typed.
        wrong.set(!complete && (event.type_() == "change" || text.len() >= 10));
        if complete {
            actions::set_recipe(page, event.time_stamp(), |recipe| set(recipe, found));
        }
    };
    let hint = move || {
        page.overview.with(|overview| {
            overview
                .as_ref()
                .and_then(|overview| overview.span_us)
                .map(outermost)
                .map_or_else(|| String::from("YYYY-MM-DD"), |us| day(sensorium::table::day_of(us)))
        })
    };
    view! {
        <label class="field" for=name>
            <span>{title}</span>
            <input
                id=name
                type="text"
                inputmode="numeric"
                autocomplete="off"
                spellcheck="false"
                maxlength="10"
                placeholder=hint
                aria-invalid=move || wrong.get().to_string()
                aria-describedby=format!("{name}-wrong")
                prop:value=chosen
                on:input=read
                on:change=read
            />
        </label>
        <p class="hint wrong" id=format!("{name}-wrong")>
            {move || wrong.get().then_some("Write a day that exists, such as 2023-01-31")}
        </p>
    }
}

#[component]
fn Gaps() -> impl IntoView {
    let page = page();
    let by_time = move || page.recipe.with(|recipe| recipe.fill != Fill::Position);
    let choose = move |event: web_sys::Event| {
        let fill =
            if event_target_value(&event) == "time" { Fill::Time { max_gap_seconds: None } } else { Fill::Position };
        actions::set_recipe(page, event.time_stamp(), |recipe| recipe.fill = fill);
    };
    let wrong = RwSignal::new(false);
    let longest = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        let seconds = text.trim().parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
        let complete = seconds.is_some() || text.trim().is_empty();
        wrong.set(!complete);
        if complete {
            actions::set_recipe(page, event.time_stamp(), |recipe| {
                recipe.fill = Fill::Time { max_gap_seconds: seconds };
            });
        }
    };
    view! {
        <select
            id="fill"
            prop:value=move || if by_time() { "time" } else { "position" }
            on:change=choose
        >
            <option value="position">"Fill by position"</option>
            <option value="time">"Fill by time"</option>
        </select>
        <Show when=by_time>
            <label class="field wide" for="max-gap">
                <span>"longest gap, s"</span>
                <input
                    id="max-gap"
                    type="number"
                    min="0"
                    step="any"
                    placeholder="any"
                    aria-invalid=move || wrong.get().to_string()
                    prop:value=move || max_gap(page)
                    on:input=longest
                />
            </label>
        </Show>
    }
}

fn max_gap(page: Page) -> String {
    page.recipe.with(|recipe| match recipe.fill {
        Fill::Time { max_gap_seconds: Some(seconds) } => exact(seconds),
        _ => String::new(),
    })
}

/// What the mode does to this log, where it does anything.
fn mode_words(page: Page) -> Option<String> {
    let mode = page.recipe.with(|recipe| recipe.mode);
    let repaired = page.overview.with(|overview| overview.as_ref().map_or(0, |o| o.counts.repaired));
    match mode {
        Mode::Strict => Some(String::from("Any bad row stops the run.")),
        Mode::SetAside => None,
        Mode::Repair if repaired == 0 => Some(String::from("Bad cells are filled like gaps.")),
        Mode::Repair => Some(format!("{} emptied and filled like gaps.", counted(repaired, "bad cell", "bad cells"))),
    }
}

/// A native list of three, shown side by side.
#[component]
fn ModeChoice() -> impl IntoView {
    let page = page();
    let choose = move |event: web_sys::Event| {
        let mode = match event_target_value(&event).as_str() {
            "strict" => Mode::Strict,
            "repair" => Mode::Repair,
            _ => Mode::SetAside,
        };
        actions::set_recipe(page, event.time_stamp(), |recipe| recipe.mode = mode);
    };
    let name = move || {
        page.recipe.with(|recipe| match recipe.mode {
            Mode::Strict => "strict",
            Mode::SetAside => "set-aside",
            Mode::Repair => "repair",
        })
    };
    view! {
        <select id="mode" class="seg" size="3" prop:value=name on:change=choose>
            <option value="strict">"Stop"</option>
            <option value="set-aside">"Set aside"</option>
            <option value="repair">"Repair"</option>
        </select>
        <p class="hint">
            {move || mode_words(page)}
        </p>
    }
}
