//! Windows of time: zoomed around a moment, panned, kept inside what there is.
//!
//! Owns the arithmetic of zooming. Assumes microseconds UTC, ends exclusive. Knows no pixels.

/// Shortest window that zooming reaches, microseconds.
const SHORTEST_US: f64 = 1_000.0;

/// The window that is shown when `asked` is wanted: everything where it is none, empty, turned round or beside the log. The
/// same rule as the worker's.
pub fn shown(asked_us: Option<(i64, i64)>, full_us: (i64, i64)) -> (i64, i64) {
    match asked_us {
        Some((from, to)) if from < to && from < full_us.1 && to > full_us.0 => (from, to),
        _ => full_us,
    }
}

/// The window `factor` times as long that leaves the moment `at_us` where it stands; none where that shows everything.
pub fn zoomed(window_us: (i64, i64), at_us: f64, factor: f64, full_us: (i64, i64)) -> Option<(i64, i64)> {
    let (from, to) = (window_us.0 as f64, window_us.1 as f64);
    let factor = if factor.is_finite() && factor > 0.0 { factor } else { 1.0 };
    let length = ((to - from) * factor).max(SHORTEST_US);
    let part = ((at_us - from) / (to - from)).clamp(0.0, 1.0);
    // A window without extent has no place for the moment.
    let part = if part.is_nan() { 0.5 } else { part };
    kept(at_us - part * length, length, full_us)
}

/// The window moved by `by_us`; none where that shows everything.
pub fn panned(window_us: (i64, i64), by_us: f64, full_us: (i64, i64)) -> Option<(i64, i64)> {
    let (from, to) = (window_us.0 as f64, window_us.1 as f64);
    kept(from + if by_us.is_finite() { by_us } else { 0.0 }, to - from, full_us)
}

/// The window between two moments in any order, at least the shortest; none where that shows everything.
pub fn between(a_us: f64, b_us: f64, full_us: (i64, i64)) -> Option<(i64, i64)> {
    let (from, to) = (a_us.min(b_us), a_us.max(b_us));
    kept(from, (to - from).max(SHORTEST_US), full_us)
}

/// A window moved, not shortened, into what there is.
fn kept(from: f64, length: f64, full_us: (i64, i64)) -> Option<(i64, i64)> {
    let (first, last) = (full_us.0 as f64, full_us.1 as f64);
    if length.is_nan() || from.is_nan() || length >= last - first {
        return None;
    }
    let from = from.clamp(first, last - length);
    let window = (from.round() as i64, (from + length).round() as i64);
    (window.0 < window.1).then_some(window)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: (i64, i64) = (0, 100_000);

    #[test]
    fn zooming_keeps_the_moment_under_the_pointer() {
        assert_eq!(zoomed(FULL, 50_000.0, 0.5, FULL), Some((25_000, 75_000)));
        assert_eq!(zoomed(FULL, 0.0, 0.5, FULL), Some((0, 50_000)));
        assert_eq!(zoomed((25_000, 75_000), 37_500.0, 0.5, FULL), Some((31_250, 56_250)));
        assert_eq!(zoomed((25_000, 75_000), 50_000.0, 2.0, FULL), None);
        assert_eq!(zoomed((80_000, 100_000), 80_000.0, 2.0, FULL), Some((60_000, 100_000)));
        assert_eq!(zoomed((0, 2_000), 0.0, 1e-9, FULL), Some((0, 1_000)));
        assert_eq!(zoomed((25_000, 75_000), 50_000.0, f64::NAN, FULL), Some((25_000, 75_000)));
    }

    #[test]
    fn panning_stops_at_the_ends() {
        assert_eq!(panned((10_000, 30_000), 5_000.0, FULL), Some((15_000, 35_000)));
        assert_eq!(panned((10_000, 30_000), -50_000.0, FULL), Some((0, 20_000)));
        assert_eq!(panned((10_000, 30_000), 1e300, FULL), Some((80_000, 100_000)));
        assert_eq!(panned(FULL, 5.0, FULL), None);
    }

    #[test]
    fn windows_that_show_nothing_are_not_taken() {
        assert_eq!(shown(None, FULL), FULL);
        assert_eq!(shown(Some((5, 6)), FULL), (5, 6));
        assert_eq!(shown(Some((6, 5)), FULL), FULL);
        assert_eq!(shown(Some((200_000, 300_000)), FULL), FULL);
        assert_eq!(between(9_000.0, 3_000.0, FULL), Some((3_000, 9_000)));
        assert_eq!(between(9_000.0, 9_000.0, FULL), Some((9_000, 10_000)));
        assert_eq!(between(f64::NAN, 5.0, FULL), Some((5, 1_005)));
        assert_eq!(zoomed((i64::MIN, i64::MAX), 0.0, 0.5, (i64::MIN, i64::MAX)).map(|w| w.0 < w.1), Some(true));
    }
}
