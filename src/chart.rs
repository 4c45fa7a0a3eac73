//! Charts, painted with plotters on any backend: a canvas in the tab, SVG natively.
//!
//! Owns the way from a [`Chart`] to pixels: margins, scales, ticks, colours, lines, marks, cells. Assumes values that are
//! decimated to the pixels already; survives any number in them. Refuses to touch the document, to compute a statistic, and to
//! keep anything between two paints.
//!
//! [`frame`] is geometry alone: the page uses the same one for painting and for finding what is under the pointer.

mod dates;
mod dots;
mod frame;
mod heat;
mod legend;
mod lines;
mod marks;
mod painter;
mod picture;
mod raster;
mod surface;
mod theme;
mod trace;
mod values;
pub mod window;

pub use frame::{Ahead, Frame, Rect, Size, Tick, columns_px, frame, strip_frame};
pub use legend::{Entry, LONGEST, described, entries, kind_words, stats};
pub use lines::{COLOURED_CLOUDS, FONT};
pub use marks::mark_shape;
pub use painter::{Cloud, PathPainter, Pen, Polylines, SeriesPainter};
#[cfg(not(target_arch = "wasm32"))]
pub use picture::png;
pub use picture::{KEPT, LEGEND_PX, svg};
pub use raster::{Picture, scatter};
pub use surface::{Stroke, Strokes, Surface, Words};
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
    let painter = &mut PathPainter::new(area);
    match chart {
        Chart::Lines(lines) => {
            lines::paint_ground(area, painter, lines, theme, frame)?;
            lines::paint_flags(area, painter, lines, theme, frame)
        }
        Chart::Heat(heat) => heat::paint(area, painter, heat, theme, frame),
    }
}

/// Paints like [`paint`] on a bare surface, but lays series, dots and marks down with `painter`.
///
/// # Errors
/// What the surface or the painter said when it could not paint.
pub fn paint_with(
    surface: &mut dyn Strokes,
    painter: &mut dyn SeriesPainter,
    chart: &Chart,
    theme: &Theme,
    frame: &Frame,
    layer: Layer,
) -> Result<(), String> {
    let area = Surface(surface).into_drawing_area();
    match (chart, layer) {
        (Chart::Lines(lines), Layer::Ground) => lines::paint_ground(&area, painter, lines, theme, frame),
        (Chart::Lines(lines), Layer::Flags) => lines::paint_flags(&area, painter, lines, theme, frame),
        (Chart::Heat(heat), Layer::Ground) => heat::paint(&area, painter, heat, theme, frame),
        (Chart::Heat(_), Layer::Flags) => Ok(()),
    }
}

/// What a moved limit leaves as it is, and what it changes: the layer above, which has no ground of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Ground, axes, series.
    Ground,
    /// Limit and marks.
    Flags,
}

/// Lays one device's lines over a chart, stronger than all others and in the device's colour.
///
/// # Errors
/// What the painter said when it could not paint.
pub fn paint_pointed(
    painter: &mut dyn SeriesPainter,
    chart: &LineChart,
    device: u32,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    lines::paint_pointed(painter, chart, device, theme, frame)
}

/// Paints the strip under a chart over time: everything there is, small and grey.
///
/// # Errors
/// What the surface or the painter said when it could not paint.
pub fn paint_strip(
    surface: &mut dyn Strokes,
    painter: &mut dyn SeriesPainter,
    chart: &LineChart,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    lines::paint_strip(&Surface(surface).into_drawing_area(), painter, chart, theme, frame)
}
