//! The frame of a chart over time: which window it shows, from where to where its values go, and its limit line.

use super::decimate::Stats;
use crate::protocol::{FlagKind, LimitLine, VisibleStats};
use crate::view::facts::SLIDER_END;
use crate::wording;

/// Free room above and below what is shown, as a part of its height.
const MARGIN: f64 = 0.04;
/// A limit that no slider reaches is shown only within so many heights of what is visible, or it would flatten the lines.
const FAR_HEIGHTS: f64 = 3.0;

/// The window that holds every timestamp of `span_us` (both inclusive), end exclusive. A single moment gets `alone_us` around it.
pub(super) fn full_window(span_us: (i64, i64), alone_us: i64) -> (i64, i64) {
    if span_us.0 == span_us.1 {
        (span_us.0.saturating_sub(alone_us), span_us.1.saturating_add(alone_us))
    } else {
        (span_us.0, span_us.1.saturating_add(1))
    }
}

/// The window asked for, or the full one where it is empty, turned round or shows nothing of the log.
pub(super) fn window(asked_us: Option<(i64, i64)>, full_us: (i64, i64)) -> (i64, i64) {
    match asked_us {
        Some((from, to)) if from < to && from < full_us.1 && to > full_us.0 => (from, to),
        _ => full_us,
    }
}

/// From where to where values go: what is visible (or, where a window holds no value, those beside it) and the limit, with a
/// little room. Percentages stay within 0 and 100 where
/// the values do.
pub(super) fn y_range(stats: &Stats, limit: Option<f64>, unit: &str) -> (f64, f64) {
    let (mut low, mut high) = if stats.values == 0 { stats.beside } else { (stats.min, stats.max) };
    if low > high {
        (low, high) = limit.map_or((0.0, 1.0), |limit| (limit, limit));
    } else if let Some(limit) = limit {
        let room = (high - low).max(1.0) * FAR_HEIGHTS;
        let near = (low - room..=high + room).contains(&limit);
        if near || (0.0..=SLIDER_END).contains(&limit) {
            (low, high) = (low.min(limit), high.max(limit));
        }
    }
    let height = high - low;
    // A flat line stands in the middle of a unit, or of what floats can tell apart at its size.
    let room = if height > 0.0 { height * MARGIN } else { 0.5_f64.max(high.abs() * 1e-6) };
    let (from, to) = (low - room, high + room);
    if unit == "%" && low >= 0.0 && high <= 100.0 { (from.max(0.0), to.min(100.0)) } else { (from, to) }
}

/// The line of a limit, `limit 30 °C`.
pub(super) fn limit_line(value: f64, unit: &str, kind: FlagKind) -> LimitLine {
    LimitLine { value, label: format!("limit {} {unit}", wording::exact(value)).trim_end().into(), kind }
}

/// What the page says below the chart; NaN where nothing is visible.
pub(super) fn visible(stats: &Stats, readings: u64) -> VisibleStats {
    if stats.values == 0 {
        return VisibleStats { min: f64::NAN, mean: f64::NAN, max: f64::NAN, readings, gaps: stats.breaks as u64 };
    }
    VisibleStats {
        min: stats.min,
        mean: stats.sum / stats.values as f64,
        max: stats.max,
        readings,
        gaps: stats.breaks as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stats(min: f64, max: f64) -> Stats {
        Stats { min, max, values: 2, rows: 2, ..Stats::default() }
    }

    #[test]
    fn a_window_that_shows_nothing_is_not_taken() {
        let full = full_window((100, 200), 50);
        assert_eq!(full, (100, 201));
        assert_eq!(full_window((100, 100), 50), (50, 150));
        assert_eq!(window(None, full), full);
        assert_eq!(window(Some((120, 130)), full), (120, 130));
        assert_eq!(window(Some((0, 5000)), full), (0, 5000));
        assert_eq!(window(Some((130, 120)), full), full);
        assert_eq!(window(Some((0, 100)), full), full);
        assert_eq!(window(Some((201, 300)), full), full);
    }

    #[test]
    fn the_range_holds_values_and_limit_with_room() {
        let (low, high) = y_range(&stats(10.0, 20.0), Some(30.0), "°C");
        assert!(low < 10.0 && low > 8.0 && high > 30.0 && high < 32.0);
        // A limit out of the sliders' reach and far away does not flatten the lines.
        assert!(y_range(&stats(10.0, 20.0), Some(1e9), "°C").1 < 21.0);
        assert!(y_range(&stats(10.0, 20.0), Some(-19.0), "°C").0 < -19.0);
        // The whole range of a slider always fits.
        assert!(y_range(&stats(20.0, 20.1), Some(100.0), "°C").1 > 100.0);
    }

    #[test]
    fn flat_and_empty_ranges_have_height() {
        let flat = y_range(&stats(20.0, 20.0), None, "°C");
        assert_eq!(flat, (19.5, 20.5));
        let huge = y_range(&stats(1e17, 1e17), None, "");
        assert!(huge.0 < 1e17 && huge.1 > 1e17);
        assert_eq!(y_range(&Stats::default(), Some(30.0), "°C"), (29.5, 30.5));
        let empty = y_range(&Stats::default(), None, "°C");
        assert!(empty.0 < empty.1);
    }

    #[test]
    fn percentages_do_not_leave_their_scale() {
        assert_eq!(y_range(&stats(0.0, 100.0), Some(15.0), "%"), (0.0, 100.0));
        assert!(y_range(&stats(0.0, 120.0), None, "%").1 > 120.0);
    }

    #[test]
    fn a_limit_is_labelled_with_its_unit() {
        let label = |value, unit| limit_line(value, unit, FlagKind::LowBattery).label;
        assert_eq!(label(30.0, "°C"), "limit 30 °C");
        assert_eq!(label(14.5, "%"), "limit 14.5 %");
    }
}
