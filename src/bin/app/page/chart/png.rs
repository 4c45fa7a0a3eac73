//! The chart as a PNG file: title, axes, legend, on a solid ground, sharp enough to print.
//!
//! Owns the picture that is taken away. Assumes a chart on show. Shows exactly its window and limit.

use leptos::prelude::*;
use sensorium::browser::clock::now_ms;
use sensorium::browser::measure::measure;
use sensorium::browser::{download, sentence};
use sensorium::chart::{Entry, Layer, Rgb, Size, Theme, entries, frame, kind_words, stats};
use sensorium::link::tab_name;
use sensorium::wording::stem;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement};

use super::super::notices;
use super::brush::{blank, context};
use super::panel::Panel;
use super::sheet::paint_on;

/// Device pixels a CSS pixel, at least.
const SCALE: f64 = 2.0;
/// Height of the legend under the chart, CSS pixels.
const LEGEND_PX: f64 = 34.0;

/// Makes the picture and hands it over.
pub fn save(panel: Panel) {
    let started_ms = now_ms();
    if let Err(reason) = make(panel, started_ms) {
        notices::lasting(panel.page, format!("The picture could not be made: {reason}."));
    }
}

fn make(panel: Panel, started_ms: f64) -> Result<(), String> {
    let page = panel.page;
    let chart = page.chart.get_untracked().ok_or("no chart is shown yet")?;
    let size = untrack(|| panel.size()).ok_or("no chart is shown yet")?;
    let size = Size { scale: size.scale.max(SCALE), ..size };
    let theme = Theme::of(page.dark.get_untracked());
    let frame = frame(&chart, size, &untrack(|| panel.ahead(&chart)));
    let plain = blank(1, 1)?;
    paint_on(&plain, &chart, theme, &frame, Layer::Ground)?;
    paint_on(&plain, &chart, theme, &frame, Layer::Flags)?;
    let (width, height) = size.device_px();
    let canvas = blank(width, height + (LEGEND_PX * size.scale).round() as u32)?;
    let ink = context(&canvas).ok_or("the browser paints on no canvas")?;
    ink.set_fill_style_str(&theme.surface.css());
    ink.fill_rect(0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height()));
    ink.draw_image_with_html_canvas_element(&plain, 0.0, 0.0).map_err(|failure| sentence(&failure))?;
    let words = stats(&chart);
    write_legend(&ink, &entries(&chart, size.width_px), &words, theme, size).map_err(|failure| sentence(&failure))?;

    let files: Vec<String> = page.overview.with_untracked(|overview| {
        overview.as_ref().map(|o| o.files.iter().map(|file| file.name.clone()).collect()).unwrap_or_default()
    });
    let name = format!("{}.{}.png", stem(&files), tab_name(page.tab.get_untracked()));
    hand_over(panel, &canvas, name, started_ms)
}

fn hand_over(panel: Panel, canvas: &HtmlCanvasElement, name: String, started_ms: f64) -> Result<(), String> {
    let taken = Closure::once_into_js(move |blob: Option<Blob>| {
        let saved = match &blob {
            Some(blob) => download::save_blob(&name, blob),
            None => Err(String::from("the browser made no PNG of it")),
        };
        match saved {
            Ok(()) => {
                let bytes = blob.map_or(0.0, |blob| blob.size()) as u64;
                measure("export", started_ms, now_ms(), 0, bytes);
                notices::passing(panel.page, format!("{name} is ready."));
            }
            Err(reason) => notices::lasting(panel.page, format!("{name} could not be handed over: {reason}.")),
        }
    });
    canvas.to_blob(taken.unchecked_ref()).map_err(|failure| sentence(&failure))
}

/// One row of entries, as many as fit, and the statistics at the right.
fn write_legend(
    ink: &CanvasRenderingContext2d,
    entries: &[Entry],
    words: &str,
    theme: &Theme,
    size: Size,
) -> Result<(), wasm_bindgen::JsValue> {
    ink.scale(size.scale, size.scale)?;
    ink.set_font("12px system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, sans-serif");
    ink.set_text_baseline("middle");
    let middle = size.height_px + LEGEND_PX / 2.0 - 2.0;
    let write = |text: &str, x: f64, color: Rgb| {
        ink.set_fill_style_str(&color.css());
        ink.fill_text(text, x, middle)
    };
    let stats_px = ink.measure_text(words)?.width();
    let end = size.width_px - 16.0 - stats_px;
    write(words, end.max(8.0), theme.muted)?;
    let mut x = 8.0;
    for entry in entries {
        let (text, sign_px) = match entry {
            Entry::Line(name, ..) => (name.as_str(), 20.0),
            Entry::Mark(kind) => (kind_words(*kind), 16.0),
            Entry::Words(words) => (words.as_str(), 0.0),
        };
        let width = sign_px + ink.measure_text(text)?.width() + 14.0;
        if x + width > end - 8.0 {
            break;
        }
        match entry {
            Entry::Line(_, color, strong) => {
                ink.set_fill_style_str(&theme.device(*color).css());
                ink.fill_rect(x, middle - 1.5, 14.0, if *strong { 4.0 } else { 3.0 });
            }
            Entry::Mark(kind) => {
                ink.set_fill_style_str(&theme.flag(*kind).css());
                ink.begin_path();
                for (dx, dy) in sensorium::chart::mark_shape(*kind) {
                    ink.line_to(x + 6.0 + dx, middle + dy);
                }
                ink.fill();
            }
            Entry::Words(_) => {}
        }
        write(text, x + sign_px, theme.muted)?;
        x += width;
    }
    Ok(())
}
