//! Axes, lines and words on a canvas.
//!
//! Owns the strokes that the charts ask of a surface. Assumes colours and places of whole pixels. Refuses to write on the
//! canvas of the page itself: choosing a font there would lay the whole page out first. Words are written on a canvas beside,
//! and pass over as pictures.

use std::cell::RefCell;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord};
use sensorium::browser::sentence;
use sensorium::chart::{FONT, Stroke, Strokes, Words};
use wasm_bindgen::JsValue;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::brush::{blank, plain};

thread_local! {
    /// Where words are written first.
    static SLATE: RefCell<Option<(HtmlCanvasElement, CanvasRenderingContext2d)>> = const { RefCell::new(None) };
}

/// Paints on one canvas.
pub struct Ink {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Ink {
    pub fn new(canvas: &HtmlCanvasElement, context: &CanvasRenderingContext2d) -> Self {
        Self { canvas: canvas.clone(), context: context.clone() }
    }

    fn trace(&self, path: &mut dyn Iterator<Item = BackendCoord>) {
        self.context.begin_path();
        // Without a first point, a line to a point begins there.
        for (x, y) in path {
            self.context.line_to(f64::from(x), f64::from(y));
        }
    }
}

fn css(color: BackendColor) -> String {
    let (r, g, b) = color.rgb;
    format!("rgba({r},{g},{b},{})", color.alpha)
}

impl Strokes for Ink {
    fn size(&self) -> (u32, u32) {
        (self.canvas.width(), self.canvas.height())
    }

    fn rect(&mut self, from: BackendCoord, to: BackendCoord, color: BackendColor) -> Result<(), String> {
        self.context.set_fill_style_str(&css(color));
        let [x, y, width, height] = [from.0, from.1, to.0 - from.0, to.1 - from.1].map(f64::from);
        self.context.fill_rect(x, y, width, height);
        Ok(())
    }

    fn path(&mut self, path: &mut dyn Iterator<Item = BackendCoord>, stroke: Stroke) -> Result<(), String> {
        self.trace(path);
        self.context.set_stroke_style_str(&css(stroke.color));
        self.context.set_line_width(f64::from(stroke.width_px));
        self.context.stroke();
        Ok(())
    }

    fn polygon(&mut self, path: &mut dyn Iterator<Item = BackendCoord>, color: BackendColor) -> Result<(), String> {
        self.trace(path);
        self.context.set_fill_style_str(&css(color));
        self.context.fill();
        Ok(())
    }

    fn words(&mut self, words: Words<'_>, at: BackendCoord) -> Result<(), String> {
        let Words { text, size_px: size, color, anchor } = words;
        // Every character is narrower than the font is high.
        let (width, height) = ((text.chars().count() as f64 + 1.0) * size, 2.0 * size);
        SLATE.with_borrow_mut(|slate| {
            let (picture, slate) = match slate {
                Some(slate) => slate,
                None => slate.insert(blank(1, 1).and_then(|canvas| Ok((canvas.clone(), plain(&canvas)?)))?),
            };
            if f64::from(picture.width()) < width || f64::from(picture.height()) < height {
                picture.set_width(picture.width().max(width.ceil() as u32));
                picture.set_height(picture.height().max(height.ceil() as u32));
            } else {
                slate.clear_rect(0.0, 0.0, width, height);
            }
            let (align, x) = match anchor.0 {
                HPos::Left => ("start", size / 2.0),
                HPos::Right => ("end", width - size / 2.0),
                HPos::Center => ("center", width / 2.0),
            };
            let (baseline, y) = match anchor.1 {
                VPos::Top => ("top", size / 2.0),
                VPos::Center => ("middle", size),
                VPos::Bottom => ("bottom", 1.5 * size),
            };
            slate.set_text_align(align);
            slate.set_text_baseline(baseline);
            slate.set_font(&format!("{size}px {FONT}"));
            slate.set_fill_style_str(&css(color));
            // A picture that begins at a whole pixel is as sharp as what it shows.
            let (x, y) = (x.floor(), y.floor());
            let failed = |failure: JsValue| sentence(&failure);
            slate.fill_text(text, x, y).map_err(failed)?;
            let (left, top) = (f64::from(at.0) - x, f64::from(at.1) - y);
            self.context
                .draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                    picture,
                    0.0,
                    0.0,
                    width.floor(),
                    height.floor(),
                    left,
                    top,
                    width.floor(),
                    height.floor(),
                )
                .map_err(failed)
        })
    }
}
