//! The views of the log, one at a time.
//!
//! Owns the tabs. Assumes the chart panel paints whatever tab is chosen. Refuses a tab without a name.

use leptos::prelude::*;
use sensorium::contract;
use sensorium::link::tab_name;
use sensorium::protocol::Tab;

use super::actions;
use super::chart::ChartPanel;
use super::state::{Page, Phase, page};

const TABS: [(Tab, &str); 7] = [
    (Tab::Temperature, "Temperature"),
    (Tab::Battery, "Battery"),
    (Tab::Humidity, "Humidity"),
    (Tab::Anomalies, "Anomalies"),
    (Tab::Heatmap, "Heatmap"),
    (Tab::Rolling, "Rolling average"),
    (Tab::Metric, "Any metric"),
];

/// The metric that a view is of; none where any will do.
fn metric_of(tab: Tab) -> Option<&'static str> {
    match tab {
        Tab::Temperature | Tab::Anomalies | Tab::Heatmap | Tab::Rolling => Some(contract::TEMPERATURE),
        Tab::Battery => Some(contract::BATTERY),
        Tab::Humidity => Some(contract::HUMIDITY),
        Tab::Metric => None,
    }
}

/// Whether the log has what a view shows. Before a log is open every view stands there.
fn has(page: Page, tab: Tab) -> bool {
    page.overview.with(|overview| match (overview, metric_of(tab)) {
        (Some(overview), Some(name)) => overview.metrics.iter().any(|metric| metric.name == name),
        _ => true,
    })
}

fn tab_id(tab: Tab) -> String {
    format!("tab-{}", tab_name(tab))
}

/// Tabs and the panel they choose.
#[component]
pub fn Charts() -> impl IntoView {
    let page = page();
    // A log without what the view shows is seen in the first one that it has something for.
    Effect::new(move |_| {
        if page.phase.get() == Phase::Ready
            && !has(page, page.tab.get())
            && let Some((tab, _)) = TABS.into_iter().find(|(tab, _)| has(page, *tab))
        {
            page.tab.set(tab);
        }
    });
    let step = move |event: web_sys::KeyboardEvent| {
        let there: Vec<Tab> = untrack(|| TABS.into_iter().map(|(tab, _)| tab).filter(|tab| has(page, *tab)).collect());
        let at = there.iter().position(|tab| *tab == page.tab.get_untracked()).unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % there.len(),
            "ArrowLeft" => (at + there.len() - 1) % there.len(),
            "Home" => 0,
            "End" => there.len() - 1,
            _ => return,
        };
        event.prevent_default();
        let tab = there[to];
        actions::show_tab(page, tab);
        focus(&tab_id(tab));
    };
    let tabs = TABS.map(|(tab, title)| {
        let chosen = move || page.tab.get() == tab;
        view! {
            <button
                role="tab"
                id=tab_id(tab)
                aria-selected=move || chosen().to_string()
                aria-controls="chart"
                hidden=move || !has(page, tab)
                tabindex=move || if chosen() { "0" } else { "-1" }
                on:click=move |_| actions::show_tab(page, tab)
            >
                {title}
            </button>
        }
    });
    view! {
        <section class="panel charts" aria-label="Charts">
            <div class="tabs" role="tablist" aria-label="Charts" on:keydown=step>
                {tabs.into_iter().collect_view()}
            </div>
            <div
                id="chart"
                role="tabpanel"
                aria-labelledby=move || tab_id(page.tab.get())
            >
                <Show when=move || page.tab.get() == Tab::Rolling>
                    <RollingDevice />
                </Show>
                <Show when=move || page.tab.get() == Tab::Metric>
                    <AnyMetric />
                </Show>
                <ChartPanel />
            </div>
        </section>
    }
}

fn focus(id: &str) {
    use wasm_bindgen::JsCast;
    let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(element) = element {
        let _ = element.focus();
    }
}

/// Which device the rolling average is of.
#[component]
fn RollingDevice() -> impl IntoView {
    let page = page();
    let names = Memo::new(move |_| {
        page.overview.with(|overview| {
            overview.as_ref().map(|o| o.devices.iter().map(|d| d.name.clone()).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    // Without a choice the worker takes the device with most flags; the chart says which.
    let shown = move || {
        page.rolling.get().or_else(|| {
            page.chart.with(|chart| match chart.as_deref() {
                Some(sensorium::protocol::Chart::Lines(lines)) if lines.tab == Tab::Rolling => {
                    let index = lines.series.first()?.device as usize;
                    names.with(|names| names.get(index).cloned())
                }
                _ => None,
            })
        })
    };
    pick("rolling-device", "Device", names, shown, page.rolling)
}

/// Which metric is charted.
#[component]
fn AnyMetric() -> impl IntoView {
    let page = page();
    let names = Memo::new(move |_| {
        page.overview.with(|overview| {
            overview.as_ref().map(|o| o.metrics.iter().map(|m| m.name.clone()).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    // Without a choice the chart says which it took.
    let shown = move || {
        page.metric.get().or_else(|| {
            page.chart.with(|chart| match chart.as_deref() {
                Some(sensorium::protocol::Chart::Lines(lines)) if lines.tab == Tab::Metric => Some(lines.title.clone()),
                _ => None,
            })
        })
    };
    pick("any-metric", "Metric", names, shown, page.metric)
}

/// One of some names.
fn pick(
    id: &'static str,
    label: &'static str,
    names: Memo<Vec<String>>,
    shown: impl Fn() -> Option<String> + Send + 'static,
    chosen: RwSignal<Option<String>>,
) -> impl IntoView {
    view! {
        <label class="pick" for=id>
            <span>{label}</span>
            <select
                id=id
                prop:value=move || {
                    names.track();
                    shown().unwrap_or_default()
                }
                on:change=move |event| chosen.set(Some(event_target_value(&event)))
            >
                {move || {
                    names
                        .get()
                        .into_iter()
                        .map(|name| view! { <option value=name.clone()>{name.clone()}</option> })
                        .collect_view()
                }}
            </select>
        </label>
    }
}
