//! Axes, lines and words on a canvas, for plotters.
//!
//! Owns the few strokes that the charts ask of a backend: they fill every rectangle. Assumes colours and places of whole pixels. Refuses to write on the
//! canvas of the page itself: choosing a font there would lay the whole page out first. Words are written on a canvas beside,
//! and pass over as pictures.

use std::cell::RefCell;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};
use sensorium::browser::sentence;
use wasm_bindgen::JsValue;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::brush::{blank, plain};

thread_local! {
    /// Where words are written first.
    static SLATE: RefCell<Option<(HtmlCanvasElement, CanvasRenderingContext2d)>> = const { RefCell::new(None) };
}

/// What a browser said.
#[derive(Debug)]
pub struct Said(String);

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Said {}

type Drawn = Result<(), DrawingErrorKind<Said>>;

fn failed(reason: String) -> DrawingErrorKind<Said> {
    DrawingErrorKind::DrawingError(Said(reason))
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

    fn trace(&self, path: impl IntoIterator<Item = BackendCoord>) {
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

impl DrawingBackend for Ink {
    type ErrorType = Said;

    fn get_size(&self) -> (u32, u32) {
        (self.canvas.width(), self.canvas.height())
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.context.set_fill_style_str(&css(color));
        self.context.fill_rect(f64::from(point.0), f64::from(point.1), 1.0, 1.0);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, _fill: bool) -> Drawn {
        self.context.set_fill_style_str(&css(style.color()));
        let [x, y, width, height] = [from.0, from.1, to.0 - from.0, to.1 - from.1].map(f64::from);
        self.context.fill_rect(x, y, width, height);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        self.trace(path);
        self.context.set_stroke_style_str(&css(style.color()));
        self.context.set_line_width(f64::from(style.stroke_width()));
        self.context.stroke();
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        self.trace(path);
        self.context.set_fill_style_str(&css(style.color()));
        self.context.fill();
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        let size = style.size();
        // Every character is narrower than the font is high.
        let (width, height) = ((text.chars().count() as f64 + 1.0) * size, 2.0 * size);
        SLATE
            .with_borrow_mut(|slate| {
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
                let (align, x) = match style.anchor().h_pos {
                    HPos::Left => ("start", size / 2.0),
                    HPos::Right => ("end", width - size / 2.0),
                    HPos::Center => ("center", width / 2.0),
                };
                let (baseline, y) = match style.anchor().v_pos {
                    VPos::Top => ("top", size / 2.0),
                    VPos::Center => ("middle", size),
                    VPos::Bottom => ("bottom", 1.5 * size),
                };
                slate.set_text_align(align);
                slate.set_text_baseline(baseline);
                slate.set_font(&format!("{size}px {}", style.family().as_str()));
                slate.set_fill_style_str(&css(style.color()));
                // A picture that begins at a whole pixel is as sharp as what it shows.
                let (x, y) = (x.floor(), y.floor());
                let words = |failure: JsValue| sentence(&failure);
                slate.fill_text(text, x, y).map_err(words)?;
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
                    .map_err(words)
            })
            .map_err(failed)
    }
}
