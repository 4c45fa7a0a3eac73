//! The card's tables: a row a column of the file, and the first readings.

use leptos::prelude::*;
use sensorium::protocol::{Overview, PreviewRow};
use sensorium::survey::MetricCard;
use sensorium::wording::{count, number, time as stamp};

use super::super::overrule::say;
use super::super::state::{Page, page};
use super::choice::Choice;

/// Metrics that a column may be said to be: those of the contract, then common ones.
const METRICS: [&str; 14] = [
    "temperature_celsius",
    "humidity_percent",
    "pressure_hpa",
    "battery_level_percent",
    "co2_ppm",
    "pm2_5_ug_m3",
    "pm10_ug_m3",
    "voc_ppb",
    "voltage_v",
    "battery_voltage_v",
    "illuminance_lux",
    "wind_speed_ms",
    "rain_mm",
    "dew_point_celsius",
];
/// Units that a column may be said to have.
const UNITS: [&str; 12] = ["°C", "°F", "K", "%", "hPa", "kPa", "Pa", "bar", "inHg", "mmHg", "V", "mV"];

pub fn metric(page: Page, at: usize, card: MetricCard) -> impl IntoView {
    let MetricCard { name, source, unit, stated_unit, present, missing, missing_as, min, max, .. } = card;
    let range = match (min, max) {
        (Some(min), Some(max)) => format!("{} to {} {unit}", number(min), number(max)),
        _ => String::new(),
    };
    let counted_here = present + missing > 0;
    // Numbers that stand for nothing may be said to be measured.
    let sentinels: Vec<String> = missing_as
        .iter()
        .map(|(word, _)| word.clone())
        .filter(|word| word.parse::<f64>().is_ok_and(f64::is_finite))
        .collect();
    let sentinels = sentinels
        .into_iter()
        .map(|number| {
            let words = format!("{number} was measured");
            let choose = move |_| say(page, |told| told.measured.push(number.clone()));
            view! {
                <button class="link" data-card="measured" on:click=choose>
                    {words}
                </button>
            }
        })
        .collect_view();
    let missing_as: Vec<String> = missing_as
        .into_iter()
        .map(|(word, times)| format!("{} ×{}", if word.is_empty() { "empty" } else { &word }, count(times)))
        .collect();
    let missing =
        if missing_as.is_empty() { count(missing) } else { format!("{}: {}", count(missing), missing_as.join(", ")) };
    let in_file = if stated_unit.is_empty() { String::from("not stated") } else { stated_unit.clone() };
    let converted = !stated_unit.is_empty() && stated_unit != unit && !unit.is_empty();
    let (of_name, of_unit) = (source.clone(), source.clone());
    let (kept_name, kept_unit) = (name.clone(), stated_unit);
    let names: Vec<String> = std::iter::once(String::from("no metric")).chain(METRICS.map(String::from)).collect();
    let units: Vec<String> = std::iter::once(String::from("not stated")).chain(UNITS.map(String::from)).collect();
    view! {
           <tr data-card=format!("metric-{at}")>
               <td>{source.clone()}</td>
               <td>
                   <Choice
                       id=format!("card-metric-{at}")
    label=format!("Metric of {source}")
                       chosen=name
                       options=names
                       choose=move |word: String| {
                           let name = if word == "no metric" { String::new() } else { word };
                           say(page, |told| told.map_column(&of_name, &name, &kept_unit));
                       }
                   />
               </td>
               <td>
                   <Choice
                       id=format!("card-unit-{at}")
    label=format!("Unit of {source}")
                       chosen=in_file
                       options=units
                       choose=move |word: String| {
                           let unit = if word == "not stated" { String::new() } else { word };
                           say(page, |told| told.map_column(&of_unit, &kept_name, &unit));
                       }
                   />
                   {converted.then(|| format!(" converted to {unit}"))}
               </td>
               <td>{counted_here.then(|| count(present))}</td>
               <td>{counted_here.then_some(missing)} {sentinels}</td>
               <td>{range}</td>
           </tr>
       }
}

pub fn unread(page: Page, at: usize, (column, reason): (String, String)) -> impl IntoView {
    let of = column.clone();
    let names: Vec<String> = std::iter::once(String::from("no metric")).chain(METRICS.map(String::from)).collect();
    view! {
           <tr data-card=format!("unread-{at}")>
               <td>{column.clone()}</td>
               <td>
                   <Choice
                       id=format!("card-unread-{at}")
    label=format!("Metric of {column}")
                       chosen=String::from("no metric")
                       options=names
                       choose=move |word: String| say(page, |told| told.map_column(&of, &word, ""))
                   />
               </td>
               <td colspan="4">{format!("not read: {reason}")}</td>
           </tr>
       }
}

/// The first readings as they were read: what an overruled line changes is seen here at once.
#[component]
pub fn Looked() -> impl IntoView {
    let page = page();
    let shown = move || {
        page.overview.with(|overview| {
            overview.as_ref().filter(|overview| !overview.preview.rows.is_empty()).map(|overview| preview(overview))
        })
    };
    view! { {shown} }
}

fn preview(overview: &Overview) -> impl IntoView + use<> {
    let names = overview
        .metrics
        .iter()
        .map(|metric| view! { <th>{format!("{} {}", metric.name, metric.unit)}</th> })
        .collect_view();
    let row = |row: &PreviewRow| {
        let values = row
            .values
            .iter()
            .map(|value| view! { <td>{if value.is_nan() { String::from("–") } else { number(*value) }}</td> })
            .collect_view();
        view! {
            <tr>
                <td>{row.line}</td>
                <td>{stamp(row.stamp_us)}</td>
                <td>{row.device.clone()}</td>
                {values}
            </tr>
        }
    };
    let rows = overview.preview.rows.iter().map(row).collect_view();
    view! {
        <h3>"The first readings, so read"</h3>
        <div class="scroll">
            <table data-card="preview">
                <thead>
                    <tr>
                        <th>"Line"</th>
                        <th>"Time (UTC)"</th>
                        <th>"Device"</th>
                        {names}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
