//! A line of many readings, cut down to what the pixels of a chart can show.
//!
//! Owns the decimation: of each pixel column a line keeps the first, the last, the smallest and the largest value, in time order;
//! that paints the same pixels as all of them. Assumes ascending timestamps. Looks at few rows a column, however many it holds:
//! the rest is known from the column's [`Pyramid`](crate::pyramid::Pyramid). Allocates nothing per row.

use std::ops::Range;

use crate::protocol::Series;
use crate::pyramid::Column;
use crate::pyramid::columns::Columns;
use crate::pyramid::extremes::Extremes;
use crate::table::Bits;

/// A column of so few rows keeps them all.
const FEW: usize = 4;

/// What a line is drawn from, all parallel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub t: &'a [i64],
    /// A missing value breaks the line, and so does a step that is too long.
    pub column: Column<'a>,
    pub filled: Option<&'a Bits>,
}

/// How much of each pixel column is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// First, smallest, largest and last: a line through them covers the same pixels as one through all.
    Line,
    /// Smallest and largest, and no breaks: dots that are not joined.
    Dots,
}

impl Keep {
    /// The most readings kept of a column.
    pub fn most(self) -> usize {
        match self {
            Keep::Line => FEW,
            Keep::Dots => 2,
        }
    }
}

/// The pixel columns to which a line is cut, and what is kept of each.
#[derive(Clone, Debug)]
pub(super) struct Detail {
    pub columns: Columns,
    pub keep: Keep,
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

/// Draws the rows of one device that lie in the window (`visible`), and one neighbour on each side so that the line enters and
/// leaves the frame. `rows` are the device's rows that may be shown. Adds the visible rows to `stats`.
pub(super) fn decimate(
    line: &Line<'_>,
    rows: &Range<usize>,
    visible: &Range<usize>,
    detail: &Detail,
    into: &mut Series,
    stats: &mut Stats,
) {
    let shown = visible.start.saturating_sub(1).max(rows.start)..(visible.end + 1).min(rows.end);
    let Detail { columns, keep } = detail;
    let most = visible.len().min(columns.count() * keep.most()) + 2;
    let totals = line.column.totals(visible.clone());
    let mut seen = Stats { sum: totals.sum, values: totals.known as usize, rows: visible.len(), ..Stats::default() };
    let mut pen = Pen::new(line, *keep, most);
    pen.rows(shown.start..visible.start);
    let mut at = visible.start;
    for (_, end) in columns.runs(line.t, visible) {
        let part = line.column.extremes(at..end);
        pen.missing |= part.missing;
        if end - at <= keep.most() {
            pen.rows(at..end);
        } else if part.any() {
            pen.extremes(at..end, &part);
        }
        // Breaks at missing values lie behind the pen once a column without one is drawn.
        pen.missing &= part.missing;
        seen.min = seen.min.min(part.low);
        seen.max = seen.max.max(part.high);
        at = end;
    }
    pen.rows(visible.end..shown.end);
    pen.draw(into);
    if seen.values == 0 {
        let beside = (shown.start..visible.start).chain(visible.end..shown.end).map(|row| line.column.y[row]);
        seen.beside = beside.fold(seen.beside, |(low, high), y| (low.min(y), high.max(y)));
    }
    seen.breaks = line.column.gaps(shown);
    stats.add(&seen);
}

/// Chooses rows in time order, each once, with a break between two where the line breaks; then puts them into a series. Chosen
/// first and fetched together, they do not wait for each other's way from memory.
struct Pen<'a> {
    line: &'a Line<'a>,
    keep: Keep,
    chosen: Vec<usize>,
    /// Places among the chosen rows before which the line breaks, ascending.
    broken: Vec<usize>,
    /// Index of the first break that the pen has not passed.
    next_break: usize,
    /// Whether a value may be missing between the last row and the next.
    missing: bool,
}

impl<'a> Pen<'a> {
    fn new(line: &'a Line<'a>, keep: Keep, most: usize) -> Self {
        Self { line, keep, chosen: Vec::with_capacity(most), broken: Vec::new(), next_break: 0, missing: true }
    }

    fn rows(&mut self, rows: Range<usize>) {
        for row in rows {
            if self.line.column.y[row].is_nan() {
                self.missing = true;
            } else {
                self.row(row);
            }
        }
    }

    /// What is kept of `rows`, of which `part` knows the extremes and that one is known.
    fn extremes(&mut self, rows: Range<usize>, part: &Extremes) {
        let (low, high) = (part.low_row.min(part.high_row), part.low_row.max(part.high_row));
        let (first, last) = match self.keep {
            Keep::Line => {
                let column = &self.line.column;
                (column.first_known(rows.clone()).unwrap_or(low), column.last_known(rows).unwrap_or(high))
            }
            Keep::Dots => (low, high),
        };
        let mut previous = None;
        for row in [first, low, high, last] {
            if previous.is_none_or(|p| p < row) {
                self.row(row);
                previous = Some(row);
            }
        }
    }

    /// Chooses a row whose value is known.
    fn row(&mut self, row: usize) {
        let breaks = self.line.column.breaks;
        match self.chosen.last() {
            _ if self.keep == Keep::Dots => {}
            None => self.next_break = breaks.partition_point(|&b| (b as usize) < row),
            Some(&last) => {
                let before = self.next_break;
                while breaks.get(self.next_break).is_some_and(|&b| (b as usize) < row) {
                    self.next_break += 1;
                }
                if self.next_break > before || (self.missing && self.line.column.any_missing(last + 1..row)) {
                    self.broken.push(self.chosen.len());
                }
            }
        }
        self.chosen.push(row);
    }

    /// Puts the chosen rows into the series, and a NaN halfway where the line breaks.
    fn draw(&self, into: &mut Series) {
        let Line { t, column, filled } = *self.line;
        let starts = std::iter::once(0).chain(self.broken.iter().copied());
        let ends = self.broken.iter().copied().chain([self.chosen.len()]);
        let points = self.chosen.len() + self.broken.len();
        into.x_us.reserve(points);
        into.y.reserve(points);
        into.filled.reserve(if filled.is_some() { points } else { 0 });
        for (start, end) in starts.zip(ends) {
            let chosen = &self.chosen[start..end];
            if let (Some(&before), Some(&after)) = (into.x_us.last(), chosen.first()) {
                into.x_us.push(i64::midpoint(before, t[after]));
                into.y.push(f64::NAN);
                into.filled.extend(filled.map(|_| false));
            }
            into.x_us.extend(chosen.iter().map(|&row| t[row]));
            into.y.extend(chosen.iter().map(|&row| column.y[row]));
            if let Some(filled) = filled {
                into.filled.extend(chosen.iter().map(|&row| filled.get(row)));
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pyramid::Pyramid;

    /// The column of a time as a painter computes it.
    fn plain_column(window: (i64, i64), columns: u32, t: i64) -> i128 {
        let span = i128::from(window.1) - i128::from(window.0);
        ((i128::from(t) - i128::from(window.0)) * i128::from(columns)).div_euclid(span)
    }

    fn drawn(line: &Line<'_>, window: (i64, i64), columns: u32) -> (Series, Stats) {
        let mut series = Series::default();
        let mut stats = Stats::default();
        let columns = Columns::new(window, columns);
        let rows = 0..line.t.len();
        let visible = columns.visible(line.t, &rows);
        decimate(line, &rows, &visible, &Detail { columns, keep: Keep::Line }, &mut series, &mut stats);
        (series, stats)
    }

    /// Every row between its neighbours, with the breaks: what decimation must look like.
    fn undecimated(line: &Line<'_>, window: (i64, i64)) -> (Vec<(i64, f64)>, usize) {
        let inside = |row: &usize| (window.0..window.1).contains(&line.t[*row]);
        let rows: Vec<usize> = (0..line.t.len()).filter(inside).collect();
        let start = line.t.iter().filter(|&&t| t < window.0).count();
        let end = start + rows.len();
        let shown: Vec<usize> = (start.saturating_sub(1)..(end + 1).min(line.t.len())).collect();
        let known: Vec<usize> = shown.into_iter().filter(|&r| !line.column.y[r].is_nan()).collect();
        let breaks = known
            .windows(2)
            .filter(|pair| pair[1] > pair[0] + 1 || line.column.breaks.contains(&(pair[0] as u32)))
            .count();
        let points = rows.iter().map(|&row| (line.t[row], line.column.y[row]));
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
            let pyramid = Pyramid::new(&y, &breaks);
            let line = Line { t: &t, column: Column { y: &y, breaks: &breaks, pyramid: &pyramid }, filled: None };
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
        fn dots_keep_the_extremes_of_each_column_and_every_statistic((t, y, window, columns) in lines()) {
            let breaks: Vec<u32> = (1..t.len()).filter(|&i| t[i] - t[i - 1] > 60).map(|i| i as u32 - 1).collect();
            let pyramid = Pyramid::new(&y, &breaks);
            let line = Line { t: &t, column: Column { y: &y, breaks: &breaks, pyramid: &pyramid }, filled: None };
            let (_, whole) = drawn(&line, window, columns);
            let (mut series, mut stats) = (Series::default(), Stats::default());
            let cut = Columns::new(window, columns);
            let visible = cut.visible(&t, &(0..t.len()));
            let dots = Detail { columns: cut, keep: Keep::Dots };
            decimate(&line, &(0..t.len()), &visible, &dots, &mut series, &mut stats);
            prop_assert_eq!(format!("{stats:?}"), format!("{whole:?}"));
            prop_assert!(series.y.len() <= 2 * columns as usize + 2 && series.y.iter().all(|y| !y.is_nan()));
            let ends = |points: &mut dyn Iterator<Item = (i64, f64)>| {
                let mut ends = std::collections::BTreeMap::new();
                for (t, y) in points.filter(|p| !p.1.is_nan() && (window.0..window.1).contains(&p.0)) {
                    let (low, high) = ends.entry(plain_column(window, columns, t)).or_insert((y, y));
                    (*low, *high) = (low.min(y), high.max(y));
                }
                ends
            };
            let kept = ends(&mut series.x_us.iter().copied().zip(series.y.iter().copied()));
            prop_assert_eq!(kept, ends(&mut t.iter().copied().zip(y.iter().copied())));
        }

        #[test]
        fn two_drawn_rows_are_joined_exactly_when_nothing_breaks_between_them((t, y, window, columns) in lines()) {
            let breaks: Vec<u32> = (1..t.len()).filter(|&i| t[i] - t[i - 1] > 60).map(|i| i as u32 - 1).collect();
            // Unique values name the rows.
            let y: Vec<f64> = y.iter().enumerate().map(|(i, v)| v * 0.0 + ((i * 7919) % 10_007) as f64).collect();
            let pyramid = Pyramid::new(&y, &breaks);
            let line = Line { t: &t, column: Column { y: &y, breaks: &breaks, pyramid: &pyramid }, filled: None };
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
    }

    #[test]
    fn a_neighbour_on_each_side_lets_the_line_enter_and_leave() {
        let column = Column { y: &[0.0, 1.0, 2.0, 3.0, 4.0], breaks: &[], pyramid: &Pyramid::default() };
        let line = Line { t: &[0, 10, 20, 30, 40], column, filled: None };
        let (series, stats) = drawn(&line, (15, 35), 100);
        assert_eq!(series.x_us, [10, 20, 30, 40]);
        assert_eq!((stats.values, stats.min, stats.max), (2, 2.0, 3.0));
        // Between two readings there is still a line to see.
        assert_eq!(drawn(&line, (12, 18), 100).0.x_us, [10, 20]);
    }
}
