//! Charts, painted with plotters on any backend: a canvas in the tab, SVG natively.
//!
//! Owns the way from a [`Chart`] to pixels: margins, scales, ticks, colours, lines, marks, cells. Assumes values that are
//! decimated to the pixels already; survives any number in them. Refuses to touch the document, to compute a statistic, and to
//! keep anything between two paints.
//!
//! [`frame`] is geometry alone: the page uses the same one for painting and for finding what is under the pointer.

mod dates;
mod frame;
mod heat;
mod lines;
mod marks;
mod painter;
mod raster;
mod theme;
mod trace;
mod values;
pub mod window;

pub use frame::{Ahead, Frame, Rect, Size, Tick, frame, strip_frame};
pub use lines::COLOURED_CLOUDS;
pub use marks::mark_shape;
pub use painter::{Cloud, PathPainter, Pen, Polylines, SeriesPainter};
pub use raster::{Picture, scatter};
pub use theme::{Rgb, Theme, series_dash, viridis};

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::prelude::DrawingBackend;

use crate::protocol::{Chart, LineChart};

/// Paints `chart` where `frame` says, all of it with plotters. The area's size is the frame's in device pixels.
///
/// # Errors
/// What the backend said when it could not paint.
pub fn paint<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    chart: &Chart,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    paint_area(area, &mut PathPainter::new(area), chart, theme, frame)
}

/// Paints like [`paint`] on a bare backend, but lays series, dots and marks down with `painter`.
///
/// # Errors
/// What the backend or the painter said when it could not paint.
pub fn paint_with<DB: DrawingBackend>(
    backend: DB,
    painter: &mut impl SeriesPainter,
    chart: &Chart,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    paint_area(&backend.into_drawing_area(), painter, chart, theme, frame)
}

fn paint_area<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    painter: &mut impl SeriesPainter,
    chart: &Chart,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    match chart {
        Chart::Lines(lines) => lines::paint(area, painter, lines, theme, frame),
        Chart::Heat(heat) => heat::paint(area, painter, heat, theme, frame),
    }
}

/// Paints the strip under a chart over time: everything there is, small and grey.
///
/// # Errors
/// What the backend or the painter said when it could not paint.
pub fn paint_strip<DB: DrawingBackend>(
    backend: DB,
    painter: &mut impl SeriesPainter,
    chart: &LineChart,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    lines::paint_strip(&backend.into_drawing_area(), painter, chart, theme, frame)
}
