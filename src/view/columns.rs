//! A line of many readings, cut down to what the pixels of a chart can show.
//!
//! Owns the pixel columns of a window and the decimation to them: of each column a line keeps the first, the last, the smallest
//! and the largest value, in time order; that paints the same pixels as all of them. Assumes ascending timestamps. Allocates
//! nothing per row.
//!
//! The place for a pyramid of minima and maxima is [`summary`]: it is the only function here that looks at every row.

use std::ops::Range;

use crate::protocol::Series;
use crate::table::Bits;

/// The most pixel columns that a window is cut into: wider than any screen.
const MOST_COLUMNS: u32 = 16_384;
/// A column of so few rows keeps them all.
const FEW: usize = 4;

/// The pixel columns of a window.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// Column `c` holds the times from `edges[c]` to before `edges[c + 1]`.
    edges: Vec<i64>,
}

impl Columns {
    /// Cuts `window_us` (end exclusive, start before end) into `columns_px` columns as a painter does:
    /// `column = floor((t - start) * columns / span)`.
    pub fn new(window_us: (i64, i64), columns_px: u32) -> Self {
        let count = i128::from(columns_px.clamp(1, MOST_COLUMNS));
        let start = i128::from(window_us.0);
        let span = i128::from(window_us.1) - start;
        let edge = |c: i128| (start + (c * span + count - 1).div_euclid(count)) as i64;
        Self { edges: (0..=count).map(edge).collect() }
    }

    pub fn window_us(&self) -> (i64, i64) {
        (self.edges[0], self.edges[self.edges.len() - 1])
    }

    pub fn len(&self) -> usize {
        self.edges.len() - 1
    }

    /// The column of a time inside the window, searched from `from` on: times that ascend find theirs in few steps.
    pub fn column_from(&self, from: usize, t: i64) -> usize {
        let mut column = from;
        while column + 1 < self.len() && self.edges[column + 1] <= t {
            column += 1;
        }
        column
    }

    /// The rows of `rows` that lie in the window.
    pub fn visible(&self, t: &[i64], rows: &Range<usize>) -> Range<usize> {
        let (from, to) = self.window_us();
        let inside = &t[rows.clone()];
        let start = inside.partition_point(|&t| t < from);
        let end = inside.partition_point(|&t| t < to);
        rows.start + start..rows.start + end.max(start)
    }
}

/// What a line is drawn from: parallel columns, and the rows after which it breaks because the step is too long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub t: &'a [i64],
    /// NaN breaks the line.
    pub y: &'a [f64],
    /// Ascending.
    pub breaks: &'a [u32],
    pub filled: Option<&'a Bits>,
}

/// Statistics of visible values, added up line by line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stats {
    pub min: f64,
    pub max: f64,
    pub sum: f64,
    /// Values that are not missing.
    pub values: usize,
    /// Rows seen.
    pub rows: usize,
    /// Places where a line breaks.
    pub breaks: usize,
    /// Smallest and largest value just outside the window, to which lines lead that have no value inside it.
    pub beside: (f64, f64),
}

impl Default for Stats {
    fn default() -> Self {
        Self {
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            sum: 0.0,
            values: 0,
            rows: 0,
            breaks: 0,
            beside: (f64::INFINITY, f64::NEG_INFINITY),
        }
    }
}

impl Stats {
    fn add(&mut self, part: &Stats) {
        self.min = self.min.min(part.min);
        self.max = self.max.max(part.max);
        self.sum += part.sum;
        self.values += part.values;
        self.rows += part.rows;
        self.breaks += part.breaks;
        self.beside = (self.beside.0.min(part.beside.0), self.beside.1.max(part.beside.1));
    }
}

/// Smallest, largest, sum and number of values, missing ones ignored; four lanes, so that a compiler can use its wide registers.
pub(super) fn summary(values: &[f64]) -> Stats {
    const LANES: usize = 4;
    let mut min = [f64::INFINITY; LANES];
    let mut max = [f64::NEG_INFINITY; LANES];
    let mut sum = [0.0; LANES];
    let mut known = [0_u64; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder();
    let mut lane = |i: usize, v: f64| {
        // Comparisons with NaN are false: it changes nothing.
        min[i] = if v < min[i] { v } else { min[i] };
        max[i] = if v > max[i] { v } else { max[i] };
        sum[i] += if v.is_nan() { 0.0 } else { v };
        known[i] += u64::from(!v.is_nan());
    };
    for chunk in chunks {
        for (i, &v) in chunk.iter().enumerate() {
            lane(i, v);
        }
    }
    for (i, &v) in rest.iter().enumerate() {
        lane(i, v);
    }
    Stats {
        min: min.into_iter().fold(f64::INFINITY, f64::min),
        max: max.into_iter().fold(f64::NEG_INFINITY, f64::max),
        sum: sum.iter().sum(),
        values: known.iter().sum::<u64>() as usize,
        rows: values.len(),
        ..Stats::default()
    }
}

/// Draws the rows of one device that lie in the window, and one neighbour on each side so that the line enters and leaves the
/// frame. `rows` are the device's rows that may be shown. Adds the visible rows to `stats`.
pub(super) fn decimate(line: &Line<'_>, rows: Range<usize>, columns: &Columns, into: &mut Series, stats: &mut Stats) {
    let visible = columns.visible(line.t, &rows);
    let shown = visible.start.saturating_sub(1).max(rows.start)..(visible.end + 1).min(rows.end);
    let most = visible.len().min(columns.len() * FEW) + 2;
    into.x_us.reserve(most);
    into.y.reserve(most);
    let mut pen = Pen::new(line, into);
    let mut seen = Stats::default();
    pen.rows(shown.start..visible.start);
    let mut column = 0;
    let mut at = visible.start;
    while at < visible.end {
        column = columns.column_from(column, line.t[at]);
        let end = run_until(line.t, at..visible.end, columns.edges[column + 1]);
        let part = summary(&line.y[at..end]);
        pen.missing |= part.values < part.rows;
        if end - at <= FEW {
            pen.rows(at..end);
        } else if part.values > 0 {
            pen.extremes(at..end, &part);
        }
        // Breaks at missing values lie behind the pen once a column without one is drawn.
        pen.missing &= part.values < part.rows;
        seen.add(&part);
        at = end;
    }
    pen.rows(visible.end..shown.end);
    if seen.values == 0 {
        let beside = shown.clone().map(|row| line.y[row]);
        seen.beside = beside.fold(seen.beside, |(low, high), y| (low.min(y), high.max(y)));
    }
    seen.breaks = count_breaks(line, shown, seen.values < seen.rows);
    stats.add(&seen);
}

/// The end of the rows of `rows` that lie before `edge`: doubling steps, then halving, so that full columns cost little.
fn run_until(t: &[i64], rows: Range<usize>, edge: i64) -> usize {
    let mut low = rows.start;
    let mut step = 4;
    while low + step < rows.end && t[low + step] < edge {
        low += step;
        step *= 2;
    }
    let high = (low + step).min(rows.end);
    low + t[low..high].partition_point(|&t| t < edge)
}

/// How many times the line through `rows` breaks between two known values.
fn count_breaks(line: &Line<'_>, rows: Range<usize>, missing: bool) -> usize {
    let ends = |row: usize| line.y.get(row).is_none_or(|y| y.is_nan());
    if rows.len() < 2 {
        return 0;
    }
    if !missing && !ends(rows.start) && !ends(rows.end - 1) {
        let from = line.breaks.partition_point(|&b| (b as usize) < rows.start);
        let to = line.breaks.partition_point(|&b| (b as usize) < rows.end - 1);
        return to.saturating_sub(from);
    }
    let mut known = rows.filter(|&row| !ends(row));
    let Some(mut last) = known.next() else {
        return 0;
    };
    let mut count = 0;
    let mut next = line.breaks.partition_point(|&b| (b as usize) < last);
    for row in known {
        let before = next;
        while line.breaks.get(next).is_some_and(|&b| (b as usize) < row) {
            next += 1;
        }
        count += usize::from(row > last + 1 || next > before);
        last = row;
    }
    count
}

/// Puts rows into a series in time order, each once, with a NaN between two where the line breaks.
struct Pen<'a, 'b> {
    line: &'a Line<'a>,
    into: &'b mut Series,
    last: Option<usize>,
    /// Index of the first break that the pen has not passed.
    next_break: usize,
    /// Whether a value may be missing between the last row and the next.
    missing: bool,
}

impl<'a, 'b> Pen<'a, 'b> {
    fn new(line: &'a Line<'a>, into: &'b mut Series) -> Self {
        Self { line, into, last: None, next_break: 0, missing: true }
    }

    fn rows(&mut self, rows: Range<usize>) {
        for row in rows {
            self.row(row);
        }
    }

    /// First, smallest, largest and last of `rows`, of which `part` knows the extremes and that one is known.
    fn extremes(&mut self, rows: Range<usize>, part: &Stats) {
        let y = &self.line.y[rows.clone()];
        let place = |value: f64| y.iter().position(|&v| v == value).unwrap_or(0);
        let first = y.iter().position(|v| !v.is_nan()).unwrap_or(0);
        let last = y.iter().rposition(|v| !v.is_nan()).unwrap_or(0);
        let (low, high) = (place(part.min), place(part.max));
        let mut previous = None;
        for at in [first, low.min(high), low.max(high), last] {
            if previous.is_none_or(|p| p < at) {
                self.row(rows.start + at);
                previous = Some(at);
            }
        }
    }

    fn row(&mut self, row: usize) {
        let (t, y) = (self.line.t[row], self.line.y[row]);
        if y.is_nan() {
            self.missing = true;
            return;
        }
        let breaks = self.line.breaks;
        match self.last {
            None => self.next_break = breaks.partition_point(|&b| (b as usize) < row),
            Some(last) => {
                let before = self.next_break;
                while breaks.get(self.next_break).is_some_and(|&b| (b as usize) < row) {
                    self.next_break += 1;
                }
                let between = &self.line.y[last + 1..row];
                if self.next_break > before || (self.missing && between.iter().any(|v| v.is_nan())) {
                    let before = self.line.t[last];
                    self.push(i64::midpoint(before, t), f64::NAN, false);
                }
            }
        }
        let filled = self.line.filled.is_some_and(|bits| bits.get(row));
        self.push(t, y, filled);
        self.last = Some(row);
    }

    fn push(&mut self, t: i64, y: f64, filled: bool) {
        self.into.x_us.push(t);
        self.into.y.push(y);
        if self.line.filled.is_some() {
            self.into.filled.push(filled);
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The column of a time as a painter computes it.
    fn plain_column(window: (i64, i64), columns: u32, t: i64) -> i128 {
        let span = i128::from(window.1) - i128::from(window.0);
        ((i128::from(t) - i128::from(window.0)) * i128::from(columns)).div_euclid(span)
    }

    fn drawn(line: &Line<'_>, window: (i64, i64), columns: u32) -> (Series, Stats) {
        let mut series = Series::default();
        let mut stats = Stats::default();
        let columns = Columns::new(window, columns);
        decimate(line, 0..line.t.len(), &columns, &mut series, &mut stats);
        (series, stats)
    }

    /// Every row between its neighbours, with the breaks: what decimation must look like.
    fn undecimated(line: &Line<'_>, window: (i64, i64)) -> (Vec<(i64, f64)>, usize) {
        let inside = |row: &usize| (window.0..window.1).contains(&line.t[*row]);
        let rows: Vec<usize> = (0..line.t.len()).filter(inside).collect();
        let start = line.t.iter().filter(|&&t| t < window.0).count();
        let end = start + rows.len();
        let shown: Vec<usize> = (start.saturating_sub(1)..(end + 1).min(line.t.len())).collect();
        let known: Vec<usize> = shown.into_iter().filter(|&r| !line.y[r].is_nan()).collect();
        let breaks =
            known.windows(2).filter(|pair| pair[1] > pair[0] + 1 || line.breaks.contains(&(pair[0] as u32))).count();
        let points = rows.iter().map(|&row| (line.t[row], line.y[row]));
        (points.filter(|p| !p.1.is_nan()).collect(), breaks)
    }

    /// Timestamps that ascend with equal stamps and gaps, values with missing runs, and a window over them.
    fn lines() -> impl Strategy<Value = (Vec<i64>, Vec<f64>, (i64, i64), u32)> {
        let step = prop_oneof![4 => 0..20_i64, 1 => 100..900_i64];
        let value = prop_oneof![6 => -5.0..5.0_f64, 2 => Just(1.0), 1 => Just(f64::NAN)];
        (proptest::collection::vec((step, value), 0..200), -50..1500_i64, 1..3000_i64, 1..60_u32).prop_map(
            |(rows, from, span, columns)| {
                let mut t = 0;
                let times = rows.iter().map(|(step, _)| {
                    t += step;
                    t
                });
                let times: Vec<i64> = times.collect();
                let values = rows.iter().map(|(_, value)| *value).collect();
                (times, values, (from, from + span), columns)
            },
        )
    }

    proptest! {
        #[test]
        fn each_column_keeps_first_last_smallest_and_largest((t, y, window, columns) in lines()) {
            let breaks: Vec<u32> = (1..t.len()).filter(|&i| t[i] - t[i - 1] > 60).map(|i| i as u32 - 1).collect();
            let line = Line { t: &t, y: &y, breaks: &breaks, filled: None };
            let (series, stats) = drawn(&line, window, columns);
            let (points, broken) = undecimated(&line, window);

            // Nothing is invented: every drawn value is a reading, in time order, and lines break as the readings do.
            let kept: Vec<(i64, f64)> = series.x_us.iter().copied().zip(series.y.iter().copied()).collect();
            prop_assert!(kept.windows(2).all(|pair| pair[0].0 <= pair[1].0));
            for point in kept.iter().filter(|p| !p.1.is_nan()) {
                prop_assert!((0..t.len()).any(|i| t[i] == point.0 && y[i] == point.1));
            }
            prop_assert_eq!(stats.breaks, broken);
            prop_assert!(kept.iter().filter(|p| p.1.is_nan()).count() <= broken);
            prop_assert!(kept.windows(2).all(|pair| !(pair[0].1.is_nan() && pair[1].1.is_nan())));

            // At most four a column and two neighbours, breaks aside.
            prop_assert!(kept.iter().filter(|p| !p.1.is_nan()).count() <= 4 * columns as usize + 2);

            for column in 0..i128::from(columns) {
                let of = |all: &[(i64, f64)]| -> Vec<(i64, f64)> {
                    all.iter().copied().filter(|p| !p.1.is_nan() && (window.0..window.1).contains(&p.0)
                        && plain_column(window, columns, p.0) == column).collect()
                };
                let (all, some) = (of(&points), of(&kept));
                prop_assert_eq!(all.first(), some.first());
                prop_assert_eq!(all.last(), some.last());
                let low = |p: &[(i64, f64)]| p.iter().map(|p| p.1).reduce(f64::min);
                let high = |p: &[(i64, f64)]| p.iter().map(|p| p.1).reduce(f64::max);
                prop_assert_eq!(low(&all), low(&some));
                prop_assert_eq!(high(&all), high(&some));
            }

            prop_assert_eq!(stats.values, points.len());
            let sum: f64 = points.iter().map(|p| p.1).sum();
            prop_assert!((stats.sum - sum).abs() < 1e-9);
        }

        #[test]
        fn two_drawn_rows_are_joined_exactly_when_nothing_breaks_between_them((t, y, window, columns) in lines()) {
            let breaks: Vec<u32> = (1..t.len()).filter(|&i| t[i] - t[i - 1] > 60).map(|i| i as u32 - 1).collect();
            // Unique values name the rows.
            let y: Vec<f64> = y.iter().enumerate().map(|(i, v)| v * 0.0 + ((i * 7919) % 10_007) as f64).collect();
            let line = Line { t: &t, y: &y, breaks: &breaks, filled: None };
            let (series, _) = drawn(&line, window, columns);
            let row_of = |value: f64| y.iter().position(|&v| v == value);
            let mut last: Option<(usize, bool)> = None;
            for &value in &series.y {
                let Some(row) = row_of(value) else {
                    last = last.map(|(row, _)| (row, true));
                    continue;
                };
                if let Some((before, broken)) = last {
                    let apart = (before..row).any(|r| breaks.contains(&(r as u32)))
                        || y[before..row].iter().any(|v| v.is_nan());
                    prop_assert_eq!(apart, broken);
                }
                last = Some((row, false));
            }
        }

        #[test]
        fn columns_are_a_painters_columns(from in any::<i32>(), span in 1..5_000_000_i64, columns in 1..2000_u32, part in 0.0..1.0_f64) {
            let window = (i64::from(from), i64::from(from) + span);
            let cut = Columns::new(window, columns);
            let t = window.0 + (span as f64 * part) as i64;
            prop_assert_eq!(cut.window_us(), window);
            prop_assert_eq!(cut.column_from(0, t) as i128, plain_column(window, columns, t));
        }
    }

    #[test]
    fn a_neighbour_on_each_side_lets_the_line_enter_and_leave() {
        let line = Line { t: &[0, 10, 20, 30, 40], y: &[0.0, 1.0, 2.0, 3.0, 4.0], breaks: &[], filled: None };
        let (series, stats) = drawn(&line, (15, 35), 100);
        assert_eq!(series.x_us, [10, 20, 30, 40]);
        assert_eq!((stats.values, stats.min, stats.max), (2, 2.0, 3.0));
        // Between two readings there is still a line to see.
        assert_eq!(drawn(&line, (12, 18), 100).0.x_us, [10, 20]);
    }

    #[test]
    fn windows_at_the_ends_of_time_do_not_overflow() {
        let columns = Columns::new((i64::MIN, i64::MAX), 3);
        assert_eq!(columns.window_us(), (i64::MIN, i64::MAX));
        assert_eq!(columns.column_from(0, 0), 1);
    }
}
