//! The list of devices: search, choose, flags.
//!
//! Owns which devices are shown. Assumes an overview. Refuses to put thousands of rows on the page: only those in sight are.

use std::cmp::Ordering;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use sensorium::protocol::{Chart, DeviceShown, Overview, Weight};
use sensorium::wording::{count, counted};

use super::actions;
use super::state::{Phase, page};

/// Choices of the hottest devices.
const TOP: [usize; 4] = [3, 5, 10, 25];

/// Rows beyond the edge that are kept ready.
const OVERSCAN: usize = 6;

/// One device in the list: its place in the overview, and itself.
type Listed = (usize, DeviceShown);

/// The section of the rail.
#[component]
pub fn Devices() -> impl IntoView {
    let page = page();
    let search = RwSignal::new(String::new());
    let list = NodeRef::<html::Ul>::new();
    let scrolled_px = RwSignal::new(0.0);
    let row_px = RwSignal::new(26.0);
    let height_px = RwSignal::new(190.0);
    let listed = Memo::new(move |_| {
        let search = search.get().to_lowercase();
        page.overview.with(|overview| Arc::new(overview.as_deref().map(|o| sorted(o, &search)).unwrap_or_default()))
    });
    let all = move || page.overview.with(|overview| overview.as_ref().map_or(0, |o| o.devices.len()));
    let measure = move || {
        let Some(list) = list.get_untracked() else {
            return;
        };
        scrolled_px.set(f64::from(list.scroll_top()));
        height_px.set(f64::from(list.client_height()));
        if let Ok(Some(row)) = list.query_selector(".device") {
            let height = row.get_bounding_client_rect().height();
            if height > 1.0 {
                row_px.set(height);
            }
        }
    };
    let in_sight = move || {
        let total = listed.with(|listed| listed.len());
        let first = (scrolled_px.get() / row_px.get()) as usize;
        let first = first.saturating_sub(OVERSCAN).min(total);
        let many = (height_px.get() / row_px.get()) as usize + 2 * OVERSCAN + 1;
        (first, (first + many).min(total))
    };
    let rows = move || {
        let (first, end) = in_sight();
        listed
            .get()
            .get(first..end)
            .unwrap_or_default()
            .iter()
            .map(|(index, device)| view! { <Device index=*index device=device.clone() /> })
            .collect_view()
    };
    let above = move || format!("{}px", in_sight().0 as f64 * row_px.get());
    let below = move || {
        let left = listed.with(|listed| listed.len()) - in_sight().1;
        format!("{}px", left as f64 * row_px.get())
    };
    // Which of the choices the devices on show are; none of them where they were picked one by one.
    let shown_top = Memo::new(move |_| {
        let top = page.overview.with(|overview| {
            let overview = overview.as_deref()?;
            page.devices
                .with(|names| TOP.into_iter().find(|many| !names.is_empty() && hottest(overview, *many) == *names))
        });
        match top {
            Some(many) => many.to_string(),
            None if page.devices.with(Vec::is_empty) => String::from("0"),
            None => String::new(),
        }
    });
    let shown_words = move || {
        let chosen = page.devices.with(Vec::len);
        let all = all() as u64;
        if chosen == 0 {
            format!("{} shown", counted(all, "device", "devices"))
        } else {
            format!("{} of {} shown", count(chosen as u64), count(all))
        }
    };
    // Another log has other names.
    Effect::new(move |_| {
        page.log.track();
        if !search.with_untracked(String::is_empty) {
            search.set(String::new());
        }
    });
    view! {
        <section hidden=move || page.phase.get() != Phase::Ready>
            <h2>"Devices"</h2>
            <input
                class="search"
                type="search"
                id="device-search"
                aria-label="Search devices"
                placeholder=move || format!("Search {}", counted(all() as u64, "device", "devices"))
                prop:value=search
                on:input=move |event| {
                    search.set(event_target_value(&event));
                    if let Some(list) = list.get_untracked() {
                        list.set_scroll_top(0);
                    }
                    measure();
                }
            />
            <select
                id="top-devices"
                aria-label="Devices with the highest temperatures"
                prop:value=shown_top
                on:change=move |event| {
                    let many = event_target_value(&event).parse().unwrap_or(0);
                    page.devices.set(page.overview.with_untracked(|o| o.as_deref().map(|o| hottest(o, many)).unwrap_or_default()));
                }
            >
                <option value="0">"All devices"</option>
                {TOP
                    .map(|many| view! { <option value=many.to_string()>{format!("Top {many} by peak temperature")}</option> })
                    .into_iter()
                    .collect_view()}
                <option value="" disabled hidden>
                    "Chosen devices"
                </option>
            </select>
            <ul
                class="devices"
                node_ref=list
                tabindex="-1"
                aria-label="Devices"
                on:scroll=move |_| measure()
                on:pointerleave=move |_| page.pointed.set(None)
            >
                <li class="spacer" aria-hidden="true" style:height=above></li>
                {rows}
                <li class="spacer" aria-hidden="true" style:height=below></li>
            </ul>
            <p class="hint picked">
                <span>
                    {move || {
                        if listed.with(|listed| listed.is_empty()) {
                            String::from("No device has this in its name")
                        } else {
                            shown_words()
                        }
                    }}
                </span>
                <button
                    class="link"
                    hidden=move || page.devices.with(Vec::is_empty)
                    on:click=move |_| page.devices.set(Vec::new())
                >
                    "Show all"
                </button>
            </p>
        </section>
    }
}

/// Devices whose name holds the search, those with most flags first.
fn sorted(overview: &Overview, search: &str) -> Vec<Listed> {
    let found = |device: &DeviceShown| search.is_empty() || device.name.to_lowercase().contains(search);
    let devices = overview.devices.iter().zip(0..).filter(|(device, _)| found(device));
    let mut order: Vec<(u64, u32)> = devices.map(|(device, index)| (!device.flags, index)).collect();
    order.sort_unstable();
    let listed = order.into_iter().map(|(_, index)| index as usize);
    listed.map(|index| (index, overview.devices[index].clone())).collect()
}

/// Names of so many devices with the highest temperatures, the highest first.
fn hottest(overview: &Overview, many: usize) -> Vec<String> {
    let mut left: Vec<&DeviceShown> = overview.devices.iter().filter(|device| device.peak_celsius.is_some()).collect();
    let mut names = Vec::new();
    while names.len() < many {
        let hotter =
            |a: &usize, b: &usize| left[*a].peak_celsius.partial_cmp(&left[*b].peak_celsius).unwrap_or(Ordering::Equal);
        // The last of the highest in reverse is the first in order of the names.
        let Some(at) = (0..left.len()).rev().max_by(hotter) else { break };
        names.push(left.remove(at).name.clone());
    }
    names
}

#[component]
fn Device(index: usize, device: DeviceShown) -> impl IntoView {
    let page = page();
    let name = device.name.clone();
    let chosen = {
        let name = name.clone();
        move || page.devices.with(|names| names.contains(&name))
    };
    let title = format!("{}: {}", device.name, counted(device.readings, "reading", "readings"));
    view! {
        <li
            class="device"
            on:pointerenter=move |_| page.pointed.set(u32::try_from(index).ok())
            on:pointerleave=move |_| page.pointed.set(None)
            on:focusin=move |_| page.pointed.set(u32::try_from(index).ok())
            on:focusout=move |_| page.pointed.set(None)
        >
            <label title=title>
                <input
                    type="checkbox"
                    prop:checked=chosen
                    on:change=move |event| {
                        actions::toggle_device(page, &name, event_target_checked(&event));
                    }
                />
                <span class=move || swatch(page.chart.get().as_deref(), index)></span>
                <span class="name">{device.name}</span>
                <span class="flags">{counted(device.flags, "flag", "flags")}</span>
            </label>
        </li>
    }
}

/// The colour of a device's line in the chart on show.
fn swatch(chart: Option<&Chart>, device: usize) -> String {
    let series = match chart {
        Some(Chart::Lines(lines)) => {
            lines.series.iter().find(|series| series.device as usize == device && series.weight != Weight::Faint)
        }
        _ => None,
    };
    match series {
        Some(series) => format!("swatch c{} d{}", series.color % 8, (series.color / 8).min(3)),
        None => String::from("swatch"),
    }
}
