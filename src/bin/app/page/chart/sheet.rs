//! Painting on the panel's canvases.
//!
//! Owns their sizes and the attributes that say what was painted. Assumes to be called in an animation frame. Decides nothing
//! about the look: that is the library's chart room.

use std::sync::Arc;

use leptos::prelude::*;
use plotters_canvas::CanvasBackend;
use sensorium::browser::clock::now_ms;
use sensorium::browser::measure::measure;
use sensorium::chart::{Frame, Size, Theme, frame, paint_strip, paint_with, strip_frame};
use sensorium::link::tab_name;
use sensorium::protocol::{Chart, LineChart};
use web_sys::HtmlCanvasElement;

use super::super::state::Phase;
use super::super::{notices, timing};
use super::brush::{Brush, context};
use super::panel::{Panel, over_time};

/// Height of the strip, CSS pixels.
const STRIP_PX: f64 = 44.0;

/// Paints the chart and, where it changed, the strip.
pub fn paint(panel: Panel, asked_ms: f64) {
    let page = panel.page;
    let Some(chart) = page.chart.get_untracked() else { return };
    let (Some(canvas), Some(size)) = (panel.canvas.get_untracked(), untrack(|| panel.size())) else {
        return;
    };
    let started_ms = now_ms();
    let dark = page.dark.get_untracked();
    let theme = Theme::of(dark);
    let frame = frame(&chart, size, &untrack(|| panel.ahead(&chart)));
    if let Err(reason) = paint_on(&canvas, &chart, theme, &frame) {
        notices::lasting(page, format!("The chart could not be painted: {reason}."));
        return;
    }
    let paints = panel.paints.try_update_value(|paints| {
        *paints = paints.wrapping_add(1);
        *paints
    });
    if let Some(lines) = over_time(Some(&chart)) {
        strip(panel, &chart, lines, size, dark);
    }
    let ended_ms = now_ms();
    if page.phase.get_untracked() != Phase::Ready {
        return;
    }
    let rows = over_time(Some(&chart)).map_or(0, |lines| lines.visible.readings);
    measure("paint", started_ms, ended_ms, rows, 0);
    timing::painted(asked_ms, started_ms, ended_ms);
    end_zoom(panel, &chart, ended_ms - (started_ms - asked_ms), rows);
    describe(&canvas, &chart, &frame, paints.unwrap_or_default());
    panel.frame.set(Some(Arc::new(frame)));
}

/// Paints a chart on a canvas, whose size becomes the frame's.
///
/// # Errors
/// What the browser said when it could not.
pub fn paint_on(canvas: &HtmlCanvasElement, chart: &Chart, theme: &Theme, frame: &Frame) -> Result<(), String> {
    let mut brush = fitted(canvas, frame.size)?;
    let backend = CanvasBackend::with_canvas_object(canvas.clone()).ok_or("the browser paints on no canvas")?;
    paint_with(backend, &mut brush, chart, theme, frame)
}

/// Gives a canvas its size, and a brush for it.
fn fitted(canvas: &HtmlCanvasElement, size: Size) -> Result<Brush, String> {
    let (width, height) = size.device_px();
    // Setting a size clears the canvas and gives its memory back, so that only a new size is set.
    if canvas.width() != width {
        canvas.set_width(width);
    }
    if canvas.height() != height {
        canvas.set_height(height);
    }
    let style = web_sys::HtmlElement::style(canvas);
    let _ = style.set_property("width", &format!("{}px", size.width_px));
    let _ = style.set_property("height", &format!("{}px", size.height_px));
    context(canvas).ok_or("the browser paints on no canvas")?;
    Brush::new(canvas).ok_or_else(|| String::from("the browser paints on no canvas"))
}

/// Says that nothing is painted any more.
pub fn unpainted(panel: Panel) {
    panel.paints.set_value(0);
    if let Some(canvas) = panel.canvas.get_untracked() {
        let _ = canvas.set_attribute("data-painted", "0");
        let _ = canvas.set_attribute("data-chart", "");
    }
}

/// What the strip shows; unchanged, it is not painted again.
#[derive(Clone, PartialEq)]
pub struct Shown {
    full_x_us: (i64, i64),
    width_px: f64,
    scale: f64,
    dark: bool,
    lines: u64,
}

fn strip(panel: Panel, chart: &Arc<Chart>, lines: &LineChart, size: Size, dark: bool) {
    let Some(canvas) = panel.strip.get_untracked() else { return };
    if lines.x_us == lines.full_x_us {
        panel.whole.set_value(Some(chart.clone()));
    }
    let whole = panel.whole.get_value();
    // A former chart of everything is shown only while it is of the same lines.
    let whole = over_time(whole.as_deref()).filter(|whole| same_lines(whole, lines)).unwrap_or(lines);
    let size = Size { height_px: STRIP_PX, ..size };
    let shown = Shown {
        full_x_us: lines.full_x_us,
        width_px: size.width_px,
        scale: size.scale,
        dark,
        lines: fingerprint(whole),
    };
    if panel.strip_shown.with_value(|before| before.as_ref() == Some(&shown)) {
        return;
    }
    let frame = strip_frame(whole, lines.full_x_us, size);
    let painted = fitted(&canvas, size).and_then(|mut brush| {
        let backend = CanvasBackend::with_canvas_object(canvas).ok_or("the browser paints on no canvas")?;
        paint_strip(backend, &mut brush, whole, Theme::of(dark), &frame)
    });
    match painted {
        Ok(()) => panel.strip_shown.set_value(Some(shown)),
        Err(reason) => notices::lasting(panel.page, format!("The overview could not be painted: {reason}.")),
    }
}

fn same_lines(a: &LineChart, b: &LineChart) -> bool {
    let devices = |chart: &LineChart| chart.series.iter().map(|series| series.device).collect::<Vec<_>>();
    a.tab == b.tab && a.full_x_us == b.full_x_us && devices(a) == devices(b)
}

/// A number that differs when lines differ; cheaper than painting them. Multiplier: Fowler, Noll and Vo, FNV-1a, 64 bits.
fn fingerprint(lines: &LineChart) -> u64 {
    let mix = |hash: u64, value: u64| (hash ^ value).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(17);
    lines.series.iter().fold(0xcbf2_9ce4_8422_2325, |hash, series| {
        let hash = mix(mix(hash, u64::from(series.device)), u64::from(series.dots));
        let points = series.x_us.iter().zip(&series.y);
        points.fold(hash, |hash, (&x_us, y)| mix(mix(hash, x_us as u64), y.to_bits()))
    })
}

/// A zoom ends with the paint of what the worker sent for its window; the paint before that was of what was at hand.
fn end_zoom(panel: Panel, chart: &Chart, ended_ms: f64, rows: u64) {
    let Some(zoom) = panel.zoom.get_value() else { return };
    if over_time(Some(chart)).is_some_and(|lines| lines.x_us == zoom.window_us) {
        panel.zoom.set_value(None);
        measure("zoom-to-paint", zoom.started_ms, ended_ms, rows, 0);
    }
}

/// Says on the canvas what stands where, for tests and scripts: times in microseconds, the plot in CSS pixels.
fn describe(canvas: &HtmlCanvasElement, chart: &Chart, frame: &Frame, paints: u32) {
    let scale = frame.size.scale;
    let plot = frame.plot;
    let plot = [plot.left, plot.top, plot.width, plot.height].map(|px| (px / scale).to_string()).join(",");
    let (name, marks, points) = match chart {
        Chart::Lines(lines) => (
            tab_name(lines.tab),
            lines.marks.iter().map(|marks| marks.x_us.len()).sum(),
            lines.series.iter().map(|series| series.x_us.len()).sum(),
        ),
        Chart::Heat(heat) => (tab_name(sensorium::protocol::Tab::Heatmap), 0, heat.cells.len()),
    };
    let limit = frame.limit.as_ref().map(|limit| limit.value.to_string()).unwrap_or_default();
    for (attribute, value) in [
        ("data-chart", name.to_string()),
        ("data-x0-us", (frame.x.0 as i64).to_string()),
        ("data-x1-us", (frame.x.1 as i64).to_string()),
        ("data-y0", frame.y.0.to_string()),
        ("data-y1", frame.y.1.to_string()),
        ("data-plot", plot),
        ("data-limit", limit),
        ("data-marks", marks.to_string()),
        ("data-points", points.to_string()),
        // Last, so that whoever waits for a paint reads what belongs to it.
        ("data-painted", paints.to_string()),
    ] {
        let _ = canvas.set_attribute(attribute, &value);
    }
}
