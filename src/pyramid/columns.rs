//! The pixel columns of a window, cut as a painter cuts them.

use std::ops::Range;

/// The most pixel columns that a window is cut into: wider than any screen.
const MOST_COLUMNS: u32 = 16_384;

/// The pixel columns of a window.
#[derive(Clone, Debug)]
pub struct Columns {
    /// Column `c` holds the times from `edges[c]` to before `edges[c + 1]`.
    edges: Vec<i64>,
    /// Columns a microsecond.
    per_us: f64,
}

impl Columns {
    /// Cuts `window_us` (end exclusive, start before end) into `columns_px` columns as a painter does:
    /// `column = floor((t - start) * columns / span)`.
    pub fn new(window_us: (i64, i64), columns_px: u32) -> Self {
        let count = u64::from(columns_px.clamp(1, MOST_COLUMNS));
        // The start lies before the end, so that the difference fits without a sign.
        let span = window_us.1.wrapping_sub(window_us.0).cast_unsigned();
        // Columns of some whole microseconds, and one more for some of them: no product leaves its type.
        let (each, more) = (span / count, span % count);
        let edge = |c: u64| window_us.0.wrapping_add((c * each + (c * more).div_ceil(count)).cast_signed());
        Self { edges: (0..=count).map(edge).collect(), per_us: count as f64 / span as f64 }
    }

    /// The same window in fewer columns.
    pub fn coarser(&self, count: usize) -> Self {
        Self::new(self.window_us(), u32::try_from(count.min(self.count())).unwrap_or(MOST_COLUMNS))
    }

    pub fn window_us(&self) -> (i64, i64) {
        (self.edges[0], self.edges[self.edges.len() - 1])
    }

    /// How many pixel columns there are.
    pub fn count(&self) -> usize {
        self.edges.len() - 1
    }

    /// The column of a time inside the window.
    pub fn column_of(&self, t: i64) -> usize {
        // Not before the start, so that the difference fits without a sign. The guess is right, or beside it by a rounding.
        let since = t.wrapping_sub(self.edges[0]).cast_unsigned();
        let mut column = ((since as f64 * self.per_us) as usize).min(self.count() - 1);
        while column > 0 && self.edges[column] > t {
            column -= 1;
        }
        while column + 1 < self.count() && self.edges[column + 1] <= t {
            column += 1;
        }
        column
    }

    /// The columns that have some of `visible` (rows in the window), each with the row at which its rows end.
    ///
    /// Where steps are even each end is guessed right, and only confirmed: no row is waited for to know where the next one is.
    #[inline(never)]
    pub fn runs(&self, t: &[i64], visible: &Range<usize>) -> Vec<(usize, usize)> {
        let mut runs = Vec::new();
        let (Some(&first), Some(&last)) = (t[visible.clone()].first(), t[visible.clone()].last()) else {
            return runs;
        };
        runs.reserve(self.count().min(visible.len()));
        let since = |t: i64| t.wrapping_sub(first).cast_unsigned() as f64;
        let rows_per_us = (visible.len() - 1) as f64 / since(last).max(1.0);
        let mut column = self.column_of(first);
        let mut at = visible.start;
        // How far the steps before were from even ones.
        let mut drift = 0_isize;
        while at < visible.end && column < self.count() {
            let edge = self.edges[column + 1];
            let even = visible.start.saturating_add((since(edge) * rows_per_us).ceil() as usize);
            let end = run_until(t, at..visible.end, edge, even.saturating_add_signed(drift));
            if end == at {
                column = self.column_of(t[at]);
                continue;
            }
            drift = end.cast_signed().wrapping_sub(even.cast_signed());
            runs.push((column, end));
            at = end;
            column += 1;
        }
        runs
    }

    /// The rows of `rows` that lie in the window.
    #[inline(never)]
    pub fn visible(&self, t: &[i64], rows: &Range<usize>) -> Range<usize> {
        let (from, to) = self.window_us();
        let inside = &t[rows.clone()];
        let start = inside.partition_point(|&t| t < from);
        let end = inside.partition_point(|&t| t < to);
        rows.start + start..rows.start + end.max(start)
    }
}

/// The end of the rows of `rows` that lie before `edge`, looked for around the row `guess`: doubling steps, then halving.
fn run_until(t: &[i64], rows: Range<usize>, edge: i64, guess: usize) -> usize {
    let before = |row: usize| t[row] < edge;
    let guess = guess.clamp(rows.start, rows.end);
    let mut step = 1;
    let (low, high) = if guess == rows.start || before(guess - 1) {
        if guess == rows.end || !before(guess) {
            return guess;
        }
        // Everything before `low` lies before the edge.
        let mut low = guess;
        while low + step < rows.end && before(low + step) {
            low += step;
            step *= 2;
        }
        (low, (low + step).min(rows.end))
    } else {
        // What stands at `high` does not.
        let mut high = guess - 1;
        while high >= rows.start + step && !before(high - step) {
            high -= step;
            step *= 2;
        }
        (high.saturating_sub(step).max(rows.start), high)
    };
    low + t[low..high].partition_point(|&t| t < edge)
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

    proptest! {
        #[test]
        fn columns_are_a_painters_columns(from in any::<i32>(), span in 1..5_000_000_i64, columns in 1..2000_u32, part in 0.0..1.0_f64) {
            let window = (i64::from(from), i64::from(from) + span);
            let cut = Columns::new(window, columns);
            let t = window.0 + (span as f64 * part) as i64;
            prop_assert_eq!(cut.window_us(), window);
            prop_assert_eq!(cut.column_of(t) as i128, plain_column(window, columns, t));
        }

        #[test]
        fn a_run_ends_at_its_edge_whatever_the_guess(
            mut t in proptest::collection::vec(0..60_i64, 0..80), start in 0..80_usize, edge in -2..64_i64, guess in 0..90_usize,
        ) {
            t.sort_unstable();
            let rows = start.min(t.len())..t.len();
            let plain = rows.start + t[rows.clone()].iter().filter(|&&t| t < edge).count();
            prop_assert_eq!(run_until(&t, rows, edge, guess), plain);
        }

        #[test]
        fn runs_are_the_columns_that_have_rows(
            steps in proptest::collection::vec(prop_oneof![6 => Just(60_i64), 2 => 0..90_i64, 1 => 500..5000_i64], 1..300),
            from in -100..9000_i64, span in 1..20_000_i64, columns in 1..120_u32,
        ) {
            let t: Vec<i64> = steps.iter().scan(0, |t, step| { *t += step; Some(*t) }).collect();
            let cut = Columns::new((from, from + span), columns);
            let visible = cut.visible(&t, &(0..t.len()));
            let mut plain = Vec::new();
            for row in visible.clone() {
                let next = visible.end == row + 1 || cut.column_of(t[row + 1]) != cut.column_of(t[row]);
                plain.extend(next.then_some((cut.column_of(t[row]), row + 1)));
            }
            prop_assert_eq!(cut.runs(&t, &visible), plain);
        }
    }

    #[test]
    fn windows_at_the_ends_of_time_do_not_overflow() {
        let columns = Columns::new((i64::MIN, i64::MAX), 3);
        assert_eq!(columns.window_us(), (i64::MIN, i64::MAX));
        assert_eq!(columns.column_of(0), 1);
    }
}
