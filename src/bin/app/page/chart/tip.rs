//! What stands over the chart and never repaints it: crosshair, point, chosen stretch, tooltip.
//!
//! Owns their places, which are those of the last paint's frame. Assumes the worker words what is nearest. Computes no value.

use std::sync::Arc;

use leptos::prelude::*;
use sensorium::chart::Frame;
use sensorium::protocol::{FlagKind, Nearest, Tab};
use sensorium::wording;

use super::panel::Panel;

/// Widest tooltip, CSS pixels.
const TIP_PX: f64 = 272.0;
/// Distance of the tooltip from its point, CSS pixels.
const APART_PX: f64 = 14.0;

/// A place on the stage in CSS pixels.
type Place = (f64, f64);

fn px(value: f64) -> String {
    format!("{value:.1}px")
}

/// Everything over the canvas.
#[component]
pub fn Overlay(panel: Panel) -> impl IntoView {
    let page = panel.page;
    let heat = move || page.tab.get() == Tab::Heatmap;
    let frame = move || panel.frame.get();
    // What is nearest, while the pointer or the cursor is there, and where it stands.
    let found: Memo<Option<(Nearest, Place)>> = Memo::new(move |_| {
        if !panel.inside.get() {
            return None;
        }
        let nearest = page.nearest.get()?;
        let at = place(&*frame()?, nearest.x_us, nearest.y)?;
        Some((nearest, at))
    });
    let point = move || found.with(|found| found.as_ref().map(|(_, at)| *at));
    let bottom = move || frame().map_or(0.0, |frame| frame.plot.bottom() / frame.size.scale);
    let top = move || frame().map_or(0.0, |frame| frame.plot.top / frame.size.scale);
    // The reading that a row of the table stands for.
    let located = move || {
        let located = page.located.get().filter(|_| matches!(page.tab.get(), Tab::Anomalies))?;
        place(&*frame()?, located.timestamp_us as f64, located.y)
    };
    let cell = move || {
        let frame = frame()?;
        let scale = frame.size.scale;
        let rows = frame.y.0;
        Some((frame.plot.width / scale / 24.0, frame.plot.height / scale / rows))
    };
    let chosen = move || panel.chosen_px.get().map(|(a, b)| (a.min(b), (a - b).abs()));
    view! {
        <div
            class="cross"
            hidden=move || heat() || point().is_none()
            style:left=move || px(point().unwrap_or_default().0)
            style:top=move || px(top())
            style:height=move || px(bottom() - top())
        ></div>
        <div
            class="point"
            hidden=move || heat() || point().is_none()
            style:left=move || px(point().unwrap_or_default().0)
            style:top=move || px(point().unwrap_or_default().1)
        ></div>
        <div
            class="cell"
            hidden=move || !heat() || point().is_none()
            style:left=move || px(point().unwrap_or_default().0)
            style:top=move || px(point().unwrap_or_default().1)
            style:width=move || px(cell().unwrap_or_default().0)
            style:height=move || px(cell().unwrap_or_default().1)
        ></div>
        <div
            class="ring"
            hidden=move || located().is_none()
            style:left=move || px(located().unwrap_or_default().0)
            style:top=move || px(located().unwrap_or_default().1)
        ></div>
        <div
            class="stretch"
            hidden=move || chosen().is_none()
            style:left=move || px(chosen().unwrap_or_default().0)
            style:width=move || px(chosen().unwrap_or_default().1)
            style:top=move || px(top())
            style:height=move || px(bottom() - top())
        ></div>
        {move || found.get().map(|(nearest, at)| tip(&nearest, at, panel))}
        <p class="unseen" role="log" aria-live="polite">
            {move || match panel.cursor.get() {
                Some(_) => found.with(|found| found.as_ref().map(|(nearest, _)| spoken(nearest))),
                None => None,
            }}
        </p>
    }
}

/// Where a value stands on the stage, if it is in the plot.
fn place(frame: &Frame, x: f64, y: f64) -> Option<Place> {
    let (x, y) = (frame.x_to_px(x), frame.y_to_px(y));
    let near = frame.px(1.0);
    let plot = frame.plot;
    let inside = x >= plot.left - near && x <= plot.right() + near && y >= plot.top - near && y <= plot.bottom() + near;
    inside.then_some((x / frame.size.scale, y / frame.size.scale))
}

fn tip(nearest: &Nearest, (x, y): Place, panel: Panel) -> impl IntoView + use<> {
    let frame: Option<Arc<Frame>> = panel.frame.get_untracked();
    let (width, height) = frame.map_or((800.0, 380.0), |frame| (frame.size.width_px, frame.size.height_px));
    // Beside the point, on the side with more room, and never beyond the stage.
    let wide = TIP_PX.min(width * 0.62);
    let left = if x > width / 2.0 { x - APART_PX - wide } else { x + APART_PX };
    let left = left.min(width - wide).max(0.0);
    let guessed_px = 44.0 + 19.0 * (nearest.values.len() + 2 * nearest.flags.len() + 1) as f64;
    let top = (y - guessed_px / 3.0).min(height - guessed_px).max(0.0);
    let values = nearest.values.iter().map(|shown| {
        view! {
            <dt>{shown.name.clone()}</dt>
            <dd>{value(shown.value, &shown.unit, shown.filled)}</dd>
        }
    });
    let flags = nearest.flags.iter().map(|(kind, sentence)| {
        view! { <p class=flag_class(*kind)>{sentence.clone()}</p> }
    });
    let place = (!nearest.place.is_empty()).then(|| view! { <p class="place">{nearest.place.clone()}</p> });
    view! {
        <div class="tip" style:left=px(left) style:top=px(top) style:width=px(wide)>
            <b>{heading(nearest, panel.page.tab.get_untracked())}</b>
            <dl>{values.collect_view()}</dl>
            {flags.collect_view()}
            {place}
        </div>
    }
}

fn flag_class(kind: FlagKind) -> &'static str {
    match kind {
        FlagKind::HighTemperature => "hot",
        FlagKind::LowBattery => "low",
        FlagKind::Both => "both",
    }
}

fn heading(nearest: &Nearest, tab: Tab) -> String {
    let name: String = nearest.device_name.chars().take(80).collect();
    match tab {
        Tab::Heatmap => name,
        _ if nearest.daily => {
            let day = nearest.timestamp_us.div_euclid(sensorium::table::DAY_US);
            format!("{name} · {}", i32::try_from(day).map(wording::day).unwrap_or_default())
        }
        _ => format!("{name} · {}", wording::time(nearest.timestamp_us)),
    }
}

fn value(value: Option<f64>, unit: &str, filled: bool) -> String {
    let Some(value) = value else { return String::from("missing") };
    let mut words = wording::number(value);
    if !unit.is_empty() {
        words.push(' ');
        words.push_str(unit);
    }
    if filled {
        words.push_str(" (filled)");
    }
    words
}

/// What is read out at the cursor.
fn spoken(nearest: &Nearest) -> String {
    let tab = if nearest.daily || !nearest.place.is_empty() { Tab::Temperature } else { Tab::Heatmap };
    let values =
        nearest.values.iter().map(|shown| format!("{} {}", shown.name, value(shown.value, &shown.unit, shown.filled)));
    let flags = nearest.flags.iter().map(|(_, sentence)| sentence.clone());
    let all: Vec<String> = [heading(nearest, tab)].into_iter().chain(flags).chain(values).collect();
    all.join("; ")
}
