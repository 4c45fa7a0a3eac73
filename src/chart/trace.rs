//! A series as lines in pixels.
//!
//! Owns breaks, filled stretches, lone points, and clipping to the plot. Assumes times in ascending order. Paints nothing.

use super::frame::{Frame, Rect};
use super::painter::Polylines;
use crate::protocol::Series;

/// A series in pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Trace {
    /// Between measured points.
    pub(super) plain: Polylines,
    /// To or from a filled point.
    pub(super) filled: Polylines,
    /// Points with no neighbour to join.
    pub(super) lone: Vec<(f64, f64)>,
}

/// Places of a series' points in pixels; none for what cannot be drawn.
pub(super) fn places(frame: &Frame) -> impl Fn(i64, f64) -> Option<(f64, f64)> + use<> {
    // Far outside the plot is far enough: what goes on from there must not overflow.
    const FAR_PX: f64 = 1e7;
    let to_px = frame.to_px();
    move |x_us, y| {
        let (x, y) = to_px(x_us as f64, y);
        y.is_finite().then(|| (x.clamp(-FAR_PX, FAR_PX), y.clamp(-FAR_PX, FAR_PX)))
    }
}

/// Lines of a series where `frame` shows it.
pub(super) fn trace(series: &Series, frame: &Frame) -> Trace {
    let mut trace = Trace::default();
    let (plot, place) = (frame.plot, places(frame));
    let mut before: Option<((f64, f64), bool)> = None;
    // Whether the line that is being drawn ends at `before`, and whether it is a filled one.
    let mut open: Option<bool> = None;
    let mut joined = false;
    let lone = |trace: &mut Trace, before: Option<((f64, f64), bool)>, joined: bool| {
        if let (Some((point, _)), false) = (before, joined)
            && plot.holds(point.0, point.1)
        {
            trace.lone.push(point);
        }
    };
    for (i, (&x_us, &y)) in series.x_us.iter().zip(&series.y).enumerate() {
        let Some(point) = place(x_us, y) else {
            lone(&mut trace, before.take(), joined);
            (open, joined) = (None, false);
            continue;
        };
        let is_filled = series.filled.get(i).copied().unwrap_or(false);
        let Some((from, was_filled)) = before.replace((point, is_filled)) else {
            (open, joined) = (None, false);
            continue;
        };
        joined = true;
        let Some((start, end)) = clip(from, point, &plot) else {
            open = None;
            continue;
        };
        let kind = is_filled || was_filled;
        let lines = if kind { &mut trace.filled } else { &mut trace.plain };
        if open != Some(kind) || start != from {
            lines.start(start);
        }
        lines.points.push(end);
        open = (end == point).then_some(kind);
    }
    lone(&mut trace, before, joined);
    trace
}

/// The part of a segment inside a rectangle. Liang and Barsky, A New Concept and Method for Line Clipping (1984).
fn clip(from: (f64, f64), to: (f64, f64), plot: &Rect) -> Option<((f64, f64), (f64, f64))> {
    if plot.holds(from.0, from.1) && plot.holds(to.0, to.1) {
        return Some((from, to));
    }
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    let edges = [
        (-dx, from.0 - plot.left),
        (dx, plot.right() - from.0),
        (-dy, from.1 - plot.top),
        (dy, plot.bottom() - from.1),
    ];
    for (toward, room) in edges {
        if toward == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if toward < 0.0 {
            enters = enters.max(room / toward);
        } else {
            leaves = leaves.min(room / toward);
        }
    }
    // A segment that only touches a corner has no length inside.
    if enters >= leaves {
        return None;
    }
    let at = |part: f64| (from.0 + part * dx, from.1 + part * dy);
    let start = if enters > 0.0 { at(enters) } else { from };
    let end = if leaves < 1.0 { at(leaves) } else { to };
    Some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Ahead, Size, frame};
    use crate::protocol::{Chart, LineChart};

    /// 0 to 100 microseconds over 100 pixels, values 0 to 10 over 100 pixels, upper left corner of the plot at 0, 0.
    fn ten_by_ten() -> Frame {
        let chart = Chart::Lines(LineChart { x_us: (0, 100), y: (0.0, 10.0), ..LineChart::default() });
        let size = Size { width_px: 200.0, height_px: 200.0, scale: 1.0 };
        Frame {
            plot: Rect { left: 0.0, top: 0.0, width: 100.0, height: 100.0 },
            x: (0.0, 100.0),
            y: (0.0, 10.0),
            ..frame(&chart, size, &Ahead::default())
        }
    }

    fn traced(x_us: &[i64], y: &[f64], filled: &[bool]) -> Trace {
        let series = Series { x_us: x_us.to_vec(), y: y.to_vec(), filled: filled.to_vec(), ..Series::default() };
        trace(&series, &ten_by_ten())
    }

    fn lines(lines: &Polylines) -> Vec<Vec<(f64, f64)>> {
        lines.iter().map(<[_]>::to_vec).collect()
    }

    #[test]
    fn a_missing_value_breaks_the_line_and_a_lone_point_stays() {
        let nan = f64::NAN;
        let trace = traced(&[0, 10, 20, 30, 40, 50, 60], &[5.0, 6.0, nan, 5.0, nan, 4.0, 3.0], &[]);
        assert_eq!(lines(&trace.plain), [vec![(0.0, 50.0), (10.0, 40.0)], vec![(50.0, 60.0), (60.0, 70.0)]]);
        assert_eq!(trace.lone, [(30.0, 50.0)]);
        assert_eq!(traced(&[50], &[5.0], &[]).lone, [(50.0, 50.0)]);
        assert_eq!(traced(&[150], &[5.0], &[]).lone, []);
    }

    #[test]
    fn filled_stretches_are_apart_and_join_the_measured_ones() {
        let trace = traced(&[0, 10, 20, 30], &[1.0, 2.0, 3.0, 4.0], &[false, false, true, false]);
        assert_eq!(lines(&trace.plain), [vec![(0.0, 90.0), (10.0, 80.0)]]);
        assert_eq!(lines(&trace.filled), [vec![(10.0, 80.0), (20.0, 70.0), (30.0, 60.0)]]);
    }

    #[test]
    fn lines_end_at_the_edge_of_the_plot() {
        let trace = traced(&[-100, 100, 300], &[0.0, 10.0, 0.0], &[]);
        assert_eq!(lines(&trace.plain), [vec![(0.0, 50.0), (100.0, 0.0)]]);
        let through = traced(&[-50, 150], &[5.0, 5.0], &[]);
        assert_eq!(lines(&through.plain), [vec![(0.0, 50.0), (100.0, 50.0)]]);
        assert_eq!(traced(&[200, 300], &[5.0, 5.0], &[]), Trace::default());
    }

    #[test]
    fn values_that_no_plot_can_show_draw_nothing_wild() {
        let trace = traced(&[0, 50, 100], &[1e300, f64::INFINITY, -1e300], &[]);
        assert!(trace.plain.points.iter().all(|p| p.0.is_finite() && p.1.abs() <= 100.0));
    }
}
