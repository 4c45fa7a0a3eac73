//! The strip under a chart over time: everything there is, and the window as a frame that can be moved and resized.
//!
//! Owns the drag of that frame. Assumes the strip's pixels are those of the chart's plot. The keyboard zooms at the chart itself.

use leptos::html;
use leptos::prelude::*;
use sensorium::browser::clock::now_ms;
use sensorium::chart::window;
use web_sys::PointerEvent;

use super::panel::{Panel, over_time};
use super::pointer::within;

/// Nearer than this to an edge, the edge is taken, CSS pixels.
const EDGE_PX: f64 = 8.0;

/// What a drag moves.
#[derive(Clone, Copy, PartialEq)]
enum Grip {
    Start,
    End,
    Window,
}

/// A drag: what it moves, where it began, and the window then.
#[derive(Clone, Copy)]
struct Drag {
    grip: Grip,
    start_px: f64,
    window_us: (i64, i64),
}

/// The strip; hidden where time is no axis.
#[component]
pub fn Strip(panel: Panel) -> impl IntoView {
    let root = NodeRef::<html::Div>::new();
    let drag = StoredValue::new(None::<Drag>);
    let over = move || panel.page.chart.with(|chart| over_time(chart.as_deref()).is_some());
    // Left edge and width of the plot, CSS pixels, and the window in it.
    let plot = move || {
        let frame = panel.frame.get()?;
        Some((frame.plot.left / frame.size.scale, frame.plot.width / frame.size.scale))
    };
    let stretch = move || {
        let (left, width) = plot()?;
        let full = panel.page.chart.with(|chart| over_time(chart.as_deref()).map(|lines| lines.full_x_us))?;
        let shown = window::shown(panel.page.window_us.get(), full);
        let length = full.1 as f64 - full.0 as f64;
        let at = |us: i64| left + ((us as f64 - full.0 as f64) / length).clamp(0.0, 1.0) * width;
        Some((at(shown.0), at(shown.1)))
    };
    let left = move || format!("{:.1}px", stretch().unwrap_or_default().0);
    let width = move || {
        let (from, to) = stretch().unwrap_or_default();
        format!("{:.1}px", (to - from).max(6.0))
    };
    let place = move |event: &PointerEvent| root.get_untracked().map(|root| within(event, &root));
    let full_length = move || {
        let ((_, full), (_, width)) = (panel.windows()?, untrack(plot)?);
        Some((full, (full.1 as f64 - full.0 as f64) / width.max(1.0)))
    };
    let down = move |event: PointerEvent| {
        let (Some(x), Some((from, to)), Some((window_us, full))) = (place(&event), untrack(stretch), panel.windows())
        else {
            return;
        };
        if let Some(root) = root.get_untracked() {
            let _ = root.set_pointer_capture(event.pointer_id());
        }
        let mut window_us = window_us;
        let grip = match ((x - from).abs(), (x - to).abs()) {
            (a, b) if a <= EDGE_PX && a <= b => Grip::Start,
            (_, b) if b <= EDGE_PX => Grip::End,
            _ if (from..=to).contains(&x) => Grip::Window,
            _ => {
                // A press beside the window brings it there.
                if let Some((_, us_per_px)) = full_length() {
                    let wanted = window::panned(window_us, (x - (from + to) / 2.0) * us_per_px, full);
                    window_us = wanted.unwrap_or(full);
                    panel.zoom_to(wanted, event.time_stamp());
                }
                Grip::Window
            }
        };
        drag.set_value(Some(Drag { grip, start_px: x, window_us }));
    };
    let moved = move |event: PointerEvent| {
        let (Some(drag), Some(x), Some((full, us_per_px))) = (drag.get_value(), place(&event), full_length()) else {
            return;
        };
        let by_us = (x - drag.start_px) * us_per_px;
        let (from, to) = (drag.window_us.0 as f64, drag.window_us.1 as f64);
        let wanted = match drag.grip {
            Grip::Window => window::panned(drag.window_us, by_us, full),
            Grip::Start => window::between((from + by_us).clamp(full.0 as f64, full.1 as f64), to, full),
            Grip::End => window::between(from, (to + by_us).clamp(full.0 as f64, full.1 as f64), full),
        };
        panel.zoom_to(wanted, now_ms());
    };
    let end = move |_: PointerEvent| drag.set_value(None);
    view! {
        <div
            class="strip"
            node_ref=root
            hidden=move || !over()
            aria-hidden="true"
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=end
            on:pointercancel=end
            on:dblclick=move |event| panel.zoom_to(None, event.time_stamp())
        >
            <canvas node_ref=panel.strip></canvas>
            <div class="window" style:left=left style:width=width>
                <span></span>
                <span></span>
            </div>
        </div>
    }
}
