//! Marks of flagged readings.
//!
//! Owns the shape of each kind. Assumes the worker has chosen what is marked. Decides no colour.

use super::frame::{Frame, Rect};
use super::painter::SeriesPainter;
use super::theme::Theme;
use super::trace::places;
use crate::protocol::{FlagKind, Marks};

/// Corners of a kind's mark around its middle, CSS pixels: triangle, square, diamond.
pub fn mark_shape(kind: FlagKind) -> &'static [(f64, f64)] {
    match kind {
        FlagKind::HighTemperature => &[(0.0, -5.0), (4.5, 4.0), (-4.5, 4.0)],
        FlagKind::LowBattery => &[(-3.0, -3.0), (3.0, -3.0), (3.0, 3.0), (-3.0, 3.0)],
        FlagKind::Both => &[(0.0, -6.0), (6.0, 0.0), (0.0, 6.0), (-6.0, 0.0)],
    }
}

/// Whether the middle of any mark lies in a rectangle.
pub(super) fn any_in(marks: &[Marks], frame: &Frame, place: &Rect) -> bool {
    let at = places(frame);
    let points = marks.iter().flat_map(|marks| marks.x_us.iter().zip(&marks.y));
    points.filter_map(|(&x_us, &y)| at(x_us, y)).any(|(x, y)| place.holds(x, y))
}

pub(super) fn paint(
    painter: &mut dyn SeriesPainter,
    marks: &[Marks],
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    // The rarest kind is painted last, so that no other hides it.
    for kind in [FlagKind::LowBattery, FlagKind::HighTemperature, FlagKind::Both] {
        let (plot, place) = (frame.plot, places(frame));
        let at: Vec<(f64, f64)> = marks
            .iter()
            .filter(|marks| marks.kind == kind)
            .flat_map(|marks| marks.x_us.iter().zip(&marks.y))
            .filter_map(|(&x_us, &y)| place(x_us, y))
            .filter(|(x, _)| *x >= plot.left && *x <= plot.right())
            .map(|(x, y)| (x, y.clamp(plot.top, plot.bottom())))
            .collect();
        if !at.is_empty() {
            // Marks in every few pixels are smaller, so that what they mark is still seen.
            let part = if at.len() as f64 > frame.plot.width / frame.px(6.0) { 0.75 } else { 1.0 };
            let px = |css_px: f64| frame.px(css_px) * part;
            let shape: Vec<_> = mark_shape(kind).iter().map(|&(dx, dy)| (px(dx), px(dy))).collect();
            painter.marks(&shape, &at, theme.flag(kind))?;
        }
    }
    Ok(())
}
