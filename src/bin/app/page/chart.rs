//! The chart panel: canvas, overlay, tooltip, strip, legend.
//!
//! Owns when to paint and what pointer and keys do. Assumes a chart that the worker has cut down to the pixels. Refuses to loop
//! over readings: what the tooltip says is asked of the worker.

mod brush;
mod ink;
mod keys;
mod legend;
mod panel;
mod png;
mod pointer;
mod sheet;
mod strip;
mod tip;

use leptos::prelude::*;
use sensorium::browser::frame::{listen, next_frame};
use sensorium::chart::{Size, columns_px, described};
use sensorium::protocol::Chart;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::state::Phase;
use legend::Legend;
use panel::{Panel, over_time};
use strip::Strip;
use tip::Overlay;

/// The chart on show.
#[component]
pub fn ChartPanel() -> impl IntoView {
    let panel = Panel::new();
    let page = panel.page;
    follow_room(panel);
    // Every reason to paint.
    Effect::new(move |_| {
        page.dark.track();
        page.phase.track();
        if page.chart.with(Option::is_none) {
            sheet::unpainted(panel);
        } else if panel.size().is_some() {
            panel.wish_paint();
        }
    });
    // What is seen sooner than the worker answers.
    Effect::new(move |before: Option<()>| {
        page.recipe.track();
        page.window_us.track();
        if before.is_some() && page.chart.with_untracked(Option::is_some) {
            panel.wish_ahead();
        }
    });
    // The plot's width does not wait for a chart: the first one is already made for it.
    Effect::new(move |_| {
        if let Some((width_px, scale)) = panel.room.get() {
            let size = Size { width_px, height_px: 380.0, scale };
            let columns = columns_px(size);
            if page.columns_px.get_untracked() != columns {
                page.columns_px.set(columns);
            }
        }
    });
    Effect::new(move |_| {
        page.log.track();
        panel.forget();
        sheet::unpainted(panel);
    });
    Effect::new(move |_| {
        // A paint moves what is pointed at, too.
        if let (Some(device), Some(frame)) = (page.pointed.get(), panel.frame.get()) {
            sheet::point(panel, device, &frame);
        }
    });
    // A cursor belongs to its chart's lines; another tab has others.
    Effect::new(move |_| {
        page.tab.track();
        panel.leave();
    });
    Effect::new(move |before: Option<u32>| {
        let wanted = page.png_wanted.get();
        if before.is_some_and(|before| before != wanted) {
            png::save(panel);
        }
        wanted
    });
    let label = Memo::new(move |_| page.chart.with(|chart| chart.as_deref().map(labelled).unwrap_or_default()));
    view! {
        <div class="plot">
            <div class="stage" node_ref=panel.stage>
                <canvas
                    data-chart=""
                    data-painted="0"
                    node_ref=panel.canvas
                    role="img"
                    tabindex="0"
                    aria-label=label
                    class:zoomable=move || page.chart.with(|chart| over_time(chart.as_deref()).is_some())
                    on:wheel=move |event| pointer::wheel(panel, &event)
                    on:pointerdown=move |event| pointer::down(panel, &event)
                    on:pointermove=move |event| pointer::moved(panel, &event)
                    on:pointerup=move |event| pointer::up(panel, &event)
                    on:pointercancel=move |_| pointer::cancelled(panel)
                    on:pointerleave=move |event| pointer::left(panel, &event)
                    on:dblclick=move |event| pointer::reset(panel, &event)
                    on:keydown=move |event| keys::pressed(panel, &event)
                    on:blur=move |_| panel.leave()
                ></canvas>
                <canvas class="above" node_ref=panel.above aria-hidden="true"></canvas>
                <canvas class="pointed" node_ref=panel.pointed aria-hidden="true" hidden=move || page.pointed.get().is_none()></canvas>
                <Overlay panel=panel />
            </div>
            <Strip panel=panel />
        </div>
        <Legend panel=panel />
    }
}

/// The chart for people who do not see it.
fn labelled(chart: &Chart) -> String {
    let keys = match chart {
        Chart::Lines(_) => "Arrow keys move from reading to reading, plus and minus zoom, 0 shows everything.",
        Chart::Heat(_) => "Arrow keys move from cell to cell.",
    };
    format!("{}. {keys}", described(chart))
}

/// Follows the width of the stage and the pixels of the screen.
fn follow_room(panel: Panel) {
    let look = move || {
        let Some(stage) = panel.stage.try_get_untracked().flatten() else { return };
        let room = (f64::from(stage.client_width()), window().device_pixel_ratio());
        if room.0 > 0.0 && panel.room.get_untracked() != Some(room) {
            panel.room.set(Some(room));
        }
    };
    // Nobody observes what is not shown. As soon as a log is read, the rail has its place and the stage its width; a log that
    // is read at once is looked at when it is shown.
    let page = panel.page;
    Effect::new(move |looked: Option<bool>| match page.phase.get() {
        Phase::Reading => {
            next_frame(move |_| look());
            true
        }
        Phase::Ready if looked != Some(true) => {
            look();
            true
        }
        _ => false,
    });
    let observed = StoredValue::new_local(None);
    Effect::new(move |_| {
        let Some(stage) = panel.stage.get() else { return };
        look();
        let callback = Closure::<dyn FnMut()>::new(look);
        if let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(&stage);
            observed.set_value(Some((observer, callback)));
        }
    });
    // Zooming the page changes the pixels of the screen and not always the width.
    let listener = StoredValue::new_local(listen(&window(), "resize", move |_| look()).ok());
    on_cleanup(move || {
        listener.set_value(None);
        observed.try_update_value(|observed| {
            if let Some((observer, _)) = observed.take() {
                observer.disconnect();
            }
        });
    });
}
