//! Painting on the panel's canvases.
//!
//! Owns their sizes and the attributes that say what was painted. Assumes to be called in an animation frame. Decides nothing
//! about the look: that is the library's chart room.

use std::sync::Arc;

use leptos::prelude::*;
use sensorium::browser::clock::now_ms;
use sensorium::browser::measure::measure;
use sensorium::chart::{
    COLOURED_CLOUDS, Frame, Layer, Size, Theme, frame, paint_pointed, paint_strip, paint_with, strip_frame,
};
use sensorium::link::tab_name;
use sensorium::protocol::{Chart, LineChart, Tab, Weight};
use web_sys::HtmlCanvasElement;

use super::super::state::Phase;
use super::super::{notices, timing};
use super::brush::{Brush, context, plain};
use super::ink::Ink;
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
    let ground = Ground::of(&chart, &frame, dark);
    let painted = ground.is_some() && panel.ground.with_value(|before| *before == ground);
    let painting = if painted { Ok(()) } else { paint_on(&canvas, &chart, theme, &frame, Layer::Ground) };
    panel.ground.set_value(ground.filter(|_| painting.is_ok()));
    let above = panel.above.get_untracked();
    let painting = painting.and_then(|()| above.map_or(Ok(()), |above| flags(&above, &chart, theme, &frame)));
    if let Err(reason) = painting {
        notices::lasting(page, format!("The chart could not be painted: {reason}."));
        return;
    }
    let paints = panel.paints.try_update_value(|paints| {
        *paints = paints.wrapping_add(1);
        *paints
    });
    if let Some(lines) = over_time(Some(&chart)) {
        strip(panel, lines, size, dark);
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

/// What the ground of the chart shows: axes and series. Unchanged, it is not painted again.
#[derive(Clone, PartialEq)]
pub struct Ground {
    lines: u32,
    tab: Tab,
    /// Device, colour and weight of each line; none where all are grey.
    looks: Vec<(u32, u16, Weight)>,
    /// A sentence stands in a chart that has nothing to show.
    marked: bool,
    /// The frame without its limit, which stands above.
    frame: Frame,
    dark: bool,
}

impl Ground {
    /// None where the series have no name.
    fn of(chart: &Chart, frame: &Frame, dark: bool) -> Option<Self> {
        let lines = over_time(Some(chart)).filter(|lines| lines.lines != 0)?;
        let frame = Frame { limit: None, ..frame.clone() };
        let grey = lines.series.iter().filter(|series| series.dots).count() > COLOURED_CLOUDS;
        let series = lines.series.iter().filter(|_| !grey);
        let looks = series.map(|series| (series.device, series.color, series.weight)).collect();
        Some(Self { lines: lines.lines, tab: lines.tab, looks, marked: !lines.marks.is_empty(), frame, dark })
    }
}

/// Paints a layer of a chart on a canvas; with its ground the canvas becomes as large as the frame.
///
/// # Errors
/// What the browser said when it could not.
pub fn paint_on(
    canvas: &HtmlCanvasElement,
    chart: &Chart,
    theme: &Theme,
    frame: &Frame,
    layer: Layer,
) -> Result<(), String> {
    fit(canvas, frame.size);
    let context = context(canvas).ok_or("the browser paints on no canvas")?;
    paint_with(&mut Ink::new(canvas, &context), &mut Brush::new(context), chart, theme, frame, layer)
}

/// Paints limit and marks on the canvas above the ground.
fn flags(above: &HtmlCanvasElement, chart: &Chart, theme: &Theme, frame: &Frame) -> Result<(), String> {
    fit(above, frame.size);
    let context = plain(above)?;
    context.clear_rect(0.0, 0.0, f64::from(above.width()), f64::from(above.height()));
    paint_with(&mut Ink::new(above, &context), &mut Brush::new(context), chart, theme, frame, Layer::Flags)
}

/// Lays the lines of a device over the others.
pub fn point(panel: Panel, device: u32, frame: &Frame) {
    let Some(canvas) = panel.pointed.get_untracked() else { return };
    let theme = Theme::of(panel.page.dark.get_untracked());
    fit(&canvas, frame.size);
    let Ok(context) = plain(&canvas) else { return };
    context.clear_rect(0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height()));
    panel.page.chart.with_untracked(|chart| {
        if let Some(lines) = over_time(chart.as_deref()) {
            // What cannot be laid over is still in the chart.
            let _ = paint_pointed(&mut Brush::new(context), lines, device, theme, frame);
        }
    });
}

/// Gives a canvas its size.
fn fit(canvas: &HtmlCanvasElement, size: Size) {
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
}

/// Says that nothing is painted any more.
pub fn unpainted(panel: Panel) {
    panel.paints.set_value(0);
    panel.ground.set_value(None);
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
    lines: u32,
}

fn strip(panel: Panel, lines: &LineChart, size: Size, dark: bool) {
    let Some(canvas) = panel.strip.get_untracked() else { return };
    let whole = panel.page.whole.get_value();
    // A former chart of everything is shown only while it is of the same lines.
    let part = lines.x_us != lines.full_x_us;
    let whole = over_time(whole.as_deref()).filter(|whole| part && same_lines(whole, lines)).unwrap_or(lines);
    let size = Size { height_px: STRIP_PX, ..size };
    let shown =
        Shown { full_x_us: lines.full_x_us, width_px: size.width_px, scale: size.scale, dark, lines: whole.lines };
    if shown.lines != 0 && panel.strip_shown.with_value(|before| before.as_ref() == Some(&shown)) {
        return;
    }
    let frame = strip_frame(whole, lines.full_x_us, size);
    fit(&canvas, size);
    let context = context(&canvas).ok_or_else(|| String::from("the browser paints on no canvas"));
    let painted = context.and_then(|context| {
        paint_strip(&mut Ink::new(&canvas, &context), &mut Brush::new(context), whole, Theme::of(dark), &frame)
    });
    match painted {
        Ok(()) => panel.strip_shown.set_value(Some(shown)),
        Err(reason) => notices::lasting(panel.page, format!("The overview could not be painted: {reason}.")),
    }
}

fn same_lines(a: &LineChart, b: &LineChart) -> bool {
    let drawn = |device: u32| a.series.iter().any(|series| series.device == device);
    let all = a.series.len() == b.series.len() && b.series.iter().all(|series| drawn(series.device));
    a.tab == b.tab && a.full_x_us == b.full_x_us && all
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
        Chart::Heat(heat) => (tab_name(Tab::Heatmap), 0, heat.cells.len()),
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
