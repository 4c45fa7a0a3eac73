//! Laying series down on a canvas: one path a line, one picture for all dots.
//!
//! Owns the calls to the 2D context that plotters would make one by one. Assumes the canvas that plotters paints on. Chooses no
//! colour and no place.

use std::cell::RefCell;

use js_sys::Array;
use sensorium::browser::sentence;
use sensorium::chart::{Cloud, Pen, Polylines, Rect, Rgb, SeriesPainter, scatter};
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// So many marks are filled at a time: the cost of one fill grows faster than its shapes.
const MARKS_A_FILL: usize = 128;

thread_local! {
    /// Where dots are put before they are drawn; kept, since making one costs as much as filling it.
    static BETWEEN: RefCell<Option<HtmlCanvasElement>> = const { RefCell::new(None) };
}

/// Paints series on one canvas.
pub struct Brush {
    context: CanvasRenderingContext2d,
}

/// The 2D context of a canvas without transparency, which is what the charts are painted on.
pub fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let options = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&options, &"alpha".into(), &JsValue::FALSE);
    canvas.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()
}

impl Brush {
    pub fn new(context: CanvasRenderingContext2d) -> Self {
        Self { context }
    }

    fn dash(&self, lengths: &[f64]) -> Result<(), String> {
        let lengths: Array = lengths.iter().map(|&length| JsValue::from_f64(length)).collect();
        self.context.set_line_dash(&lengths).map_err(|failure| sentence(&failure))
    }
}

impl SeriesPainter for Brush {
    fn lines(&mut self, lines: &Polylines, pen: &Pen) -> Result<(), String> {
        if lines.points.is_empty() {
            return Ok(());
        }
        let context = &self.context;
        context.set_stroke_style_str(&pen.color.css_alpha(pen.alpha));
        context.set_line_width(pen.width_px);
        context.set_line_join("round");
        if let Some((on, off)) = pen.dash {
            self.dash(&[on, off])?;
        }
        context.begin_path();
        for line in lines.iter() {
            let mut points = line.iter();
            if let Some(&(x, y)) = points.next() {
                context.move_to(x, y);
            }
            for &(x, y) in points {
                context.line_to(x, y);
            }
        }
        context.stroke();
        if pen.dash.is_some() { self.dash(&[]) } else { Ok(()) }
    }

    fn dots(&mut self, clouds: &[Cloud], size_px: f64, plot: &Rect) -> Result<(), String> {
        if clouds.iter().all(|cloud| cloud.points.is_empty()) {
            return Ok(());
        }
        let picture = scatter(clouds, size_px, plot);
        let failed = |failure: JsValue| sentence(&failure);
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&picture.rgba), picture.width, picture.height)
            .map_err(failed)?;
        // Pixels put on a canvas replace what is there; only a canvas drawn on another lets the grid shine through.
        BETWEEN.with_borrow_mut(|between| {
            let between = match between {
                Some(kept) if (kept.width(), kept.height()) == (picture.width, picture.height) => kept,
                _ => between.insert(blank(picture.width, picture.height)?),
            };
            plain(between)?.put_image_data(&image, 0.0, 0.0).map_err(failed)?;
            self.context
                .draw_image_with_html_canvas_element(between, plot.left.round(), plot.top.round())
                .map_err(failed)
        })
    }

    fn marks(&mut self, shape: &[(f64, f64)], at: &[(f64, f64)], color: Rgb) -> Result<(), String> {
        let context = &self.context;
        context.set_fill_style_str(&color.css());
        for at in at.chunks(MARKS_A_FILL) {
            context.begin_path();
            for &(x, y) in at {
                let mut corners = shape.iter();
                if let Some(&(dx, dy)) = corners.next() {
                    context.move_to(x + dx, y + dy);
                }
                for &(dx, dy) in corners {
                    context.line_to(x + dx, y + dy);
                }
                context.close_path();
            }
            context.fill();
        }
        Ok(())
    }
}

/// The 2D context of a canvas with a clear ground.
///
/// # Errors
/// When the browser makes none.
pub fn plain(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, String> {
    let context = canvas.get_context("2d").map_err(|failure| sentence(&failure))?;
    context.and_then(|context| context.dyn_into().ok()).ok_or_else(|| String::from("the browser paints on no canvas"))
}

/// A canvas that stands nowhere on the page.
///
/// # Errors
/// When the browser makes none.
pub fn blank(width: u32, height: u32) -> Result<HtmlCanvasElement, String> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or("there is no document here")?;
    let canvas = document.create_element("canvas").map_err(|failure| sentence(&failure))?;
    let canvas: HtmlCanvasElement = canvas.dyn_into().map_err(|_| "the browser made no canvas")?;
    canvas.set_width(width);
    canvas.set_height(height);
    Ok(canvas)
}
