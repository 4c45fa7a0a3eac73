//! Whatever is painted on, as one backend of plotters.
//!
//! Owns the few strokes that the charts ask of a backend, so that the painters are built once and not for each kind of surface: the page fetches
//! them. Assumes places of whole pixels. Paints nothing itself.

use plotters::prelude::SVGBackend;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};

use super::lines::styled;

/// What a surface said.
#[derive(Debug)]
pub struct Said(String);

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Said {}

/// A colour and, for lines, a width in pixels.
#[derive(Clone, Copy)]
pub struct Stroke {
    pub color: BackendColor,
    pub width_px: u32,
}

impl BackendStyle for Stroke {
    fn color(&self) -> BackendColor {
        self.color
    }

    fn stroke_width(&self) -> u32 {
        self.width_px
    }
}

/// Words on their way to a surface: in the charts' font, `size_px` high, anchored where they are written.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    pub text: &'a str,
    pub size_px: f64,
    pub color: BackendColor,
    pub anchor: (HPos, VPos),
}

/// What is painted on. Each stroke says why it failed.
pub trait Strokes {
    /// Device pixels.
    fn size(&self) -> (u32, u32);
    /// Fills a rectangle.
    fn rect(&mut self, from: BackendCoord, to: BackendCoord, color: BackendColor) -> Result<(), String>;
    /// Strokes an open line.
    fn path(&mut self, path: &mut dyn Iterator<Item = BackendCoord>, stroke: Stroke) -> Result<(), String>;
    /// Fills a shape.
    fn polygon(&mut self, path: &mut dyn Iterator<Item = BackendCoord>, color: BackendColor) -> Result<(), String>;
    fn words(&mut self, words: Words<'_>, at: BackendCoord) -> Result<(), String>;
    /// Nothing more will come.
    fn end(&mut self) -> Result<(), String> {
        Ok(())
    }
}

/// A surface for plotters.
pub struct Surface<'a>(pub &'a mut dyn Strokes);

type Drawn = Result<(), DrawingErrorKind<Said>>;

fn failed(reason: String) -> DrawingErrorKind<Said> {
    DrawingErrorKind::DrawingError(Said(reason))
}

impl DrawingBackend for Surface<'_> {
    type ErrorType = Said;

    fn get_size(&self) -> (u32, u32) {
        self.0.size()
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        self.0.end().map_err(failed)
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.0.rect(point, (point.0 + 1, point.1 + 1), color).map_err(failed)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    /// The charts fill every rectangle.
    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, _fill: bool) -> Drawn {
        self.0.rect(from, to, style.color()).map_err(failed)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        let stroke = Stroke { color: style.color(), width_px: style.stroke_width() };
        self.0.path(&mut path.into_iter(), stroke).map_err(failed)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        self.0.polygon(&mut path.into_iter(), style.color()).map_err(failed)
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        let anchor = (style.anchor().h_pos, style.anchor().v_pos);
        let words = Words { text, size_px: style.size(), color: style.color(), anchor };
        self.0.words(words, at).map_err(failed)
    }
}

fn reason(failure: DrawingErrorKind<std::io::Error>) -> String {
    failure.to_string()
}

impl Strokes for SVGBackend<'_> {
    fn size(&self) -> (u32, u32) {
        self.get_size()
    }

    fn rect(&mut self, from: BackendCoord, to: BackendCoord, color: BackendColor) -> Result<(), String> {
        self.draw_rect(from, to, &Stroke { color, width_px: 1 }, true).map_err(reason)
    }

    fn path(&mut self, path: &mut dyn Iterator<Item = BackendCoord>, stroke: Stroke) -> Result<(), String> {
        self.draw_path(path, &stroke).map_err(reason)
    }

    fn polygon(&mut self, path: &mut dyn Iterator<Item = BackendCoord>, color: BackendColor) -> Result<(), String> {
        self.fill_polygon(path, &Stroke { color, width_px: 1 }).map_err(reason)
    }

    fn words(&mut self, words: Words<'_>, at: BackendCoord) -> Result<(), String> {
        self.draw_text(words.text, &styled(words.color, words.size_px, words.anchor), at).map_err(reason)
    }

    fn end(&mut self) -> Result<(), String> {
        self.present().map_err(reason)
    }
}
