//! Laying down what there is much of: lines, dots, marks.
//!
//! Owns the small interface behind which a backend may be faster than plotters, and its plain form with plotters. Assumes
//! points in device pixels, clipped to the plot. Chooses no colour.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{DashedPathElement, PathElement, Polygon, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::{Color, RGBAColor, RGBColor, ShapeStyle};

use super::theme::Rgb;

/// A stroke.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    pub color: Rgb,
    /// 0 to 1.
    pub alpha: f64,
    /// Device pixels.
    pub width_px: f64,
    /// Device pixels on and off; none is a whole line.
    pub dash: Option<(f64, f64)>,
}

/// Open lines, one behind the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polylines {
    /// Device pixels.
    pub points: Vec<(f64, f64)>,
    /// Where in `points` each line begins, ascending.
    pub starts: Vec<usize>,
}

impl Polylines {
    /// Begins a line.
    pub fn start(&mut self, point: (f64, f64)) {
        self.starts.push(self.points.len());
        self.points.push(point);
    }

    /// The lines one by one.
    pub fn iter(&self) -> impl Iterator<Item = &[(f64, f64)]> {
        let ends = self.starts.iter().skip(1).copied().chain([self.points.len()]);
        self.starts.iter().zip(ends).map(|(&start, end)| &self.points[start..end])
    }
}

/// Dots of one colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Cloud {
    pub color: Rgb,
    /// 0 to 1; dots on top of each other add up.
    pub alpha: f64,
    /// Middle of each dot, device pixels.
    pub points: Vec<(f64, f64)>,
}

/// What lays lines, dots and marks down.
pub trait SeriesPainter {
    /// Strokes open lines.
    ///
    /// # Errors
    /// What the backend said.
    fn lines(&mut self, lines: &Polylines, pen: &Pen) -> Result<(), String>;

    /// Strews square dots of `size_px` device pixels, inside `plot`.
    ///
    /// # Errors
    /// What the backend said.
    fn dots(&mut self, clouds: &[Cloud], size_px: f64, plot: &super::Rect) -> Result<(), String>;

    /// Fills `shape` (corners around 0, 0) at each place of `at`, device pixels.
    ///
    /// # Errors
    /// What the backend said.
    fn marks(&mut self, shape: &[(f64, f64)], at: &[(f64, f64)], color: Rgb) -> Result<(), String>;
}

/// The painter that plotters alone makes, for any backend.
pub struct PathPainter<'a, DB: DrawingBackend> {
    area: &'a DrawingArea<DB, Shift>,
}

impl<'a, DB: DrawingBackend> PathPainter<'a, DB> {
    pub fn new(area: &'a DrawingArea<DB, Shift>) -> Self {
        Self { area }
    }
}

/// The nearest device pixel.
pub(super) fn whole((x, y): (f64, f64)) -> (i32, i32) {
    (x.round() as i32, y.round() as i32)
}

pub(super) fn solid(color: Rgb) -> RGBColor {
    RGBColor(color.0, color.1, color.2)
}

fn seen(color: Rgb, alpha: f64) -> RGBAColor {
    solid(color).mix(alpha)
}

/// What a backend said.
pub(super) fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl<DB: DrawingBackend> SeriesPainter for PathPainter<'_, DB> {
    fn lines(&mut self, lines: &Polylines, pen: &Pen) -> Result<(), String> {
        let style = ShapeStyle {
            color: seen(pen.color, pen.alpha),
            filled: false,
            stroke_width: pen.width_px.round().max(1.0) as u32,
        };
        for line in lines.iter() {
            let points: Vec<_> = line.iter().copied().map(whole).collect();
            match pen.dash {
                None => self.area.draw(&PathElement::new(points, style)),
                Some((on, off)) => {
                    let path = DashedPathElement::new(points, on.round() as i32, off.round() as i32, style);
                    self.area.draw(&path)
                }
            }
            .map_err(said)?;
        }
        Ok(())
    }

    fn dots(&mut self, clouds: &[Cloud], size_px: f64, _plot: &super::Rect) -> Result<(), String> {
        let side = size_px.round().max(1.0) as i32;
        for cloud in clouds {
            let style = seen(cloud.color, cloud.alpha).filled();
            for &(x, y) in &cloud.points {
                let (left, top) = whole((x - size_px / 2.0, y - size_px / 2.0));
                let dot = Rectangle::new([(left, top), (left + side, top + side)], style);
                self.area.draw(&dot).map_err(said)?;
            }
        }
        Ok(())
    }

    fn marks(&mut self, shape: &[(f64, f64)], at: &[(f64, f64)], color: Rgb) -> Result<(), String> {
        for &(x, y) in at {
            let corners: Vec<_> = shape.iter().map(|&(dx, dy)| whole((x + dx, y + dy))).collect();
            self.area.draw(&Polygon::new(corners, solid(color).filled())).map_err(said)?;
        }
        Ok(())
    }
}
