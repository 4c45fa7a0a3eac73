//! The smallest and the largest of a few values, and where they stand.

use wide::f64x2;

/// Smallest and largest value of a stretch of rows, missing ones ignored, each with a row that has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extremes {
    /// Infinity where no value is known.
    pub low: f64,
    /// Negative infinity where no value is known.
    pub high: f64,
    pub low_row: usize,
    pub high_row: usize,
    /// Whether a value is missing.
    pub missing: bool,
}

impl Default for Extremes {
    fn default() -> Self {
        Self { low: f64::INFINITY, high: f64::NEG_INFINITY, low_row: 0, high_row: 0, missing: false }
    }
}

impl Extremes {
    /// Of `values`, whose first one stands in `row`.
    pub fn of(values: &[f64], row: usize) -> Self {
        Self::found(&Sums::of(values), values, row)
    }

    /// The same, where the sums of `values` are known already.
    #[inline(never)]
    pub fn found(sums: &Sums, values: &[f64], row: usize) -> Self {
        Self {
            low: sums.low,
            high: sums.high,
            low_row: row + position(values, sums.low),
            high_row: row + position(values, sums.high),
            missing: sums.known < values.len(),
        }
    }

    /// Takes in what stands in later rows.
    pub fn add(&mut self, later: &Self) {
        if later.low < self.low {
            (self.low, self.low_row) = (later.low, later.low_row);
        }
        if later.high > self.high {
            (self.high, self.high_row) = (later.high, later.high_row);
        }
        self.missing |= later.missing;
    }

    /// Whether a value is known.
    pub fn any(&self) -> bool {
        self.low <= self.high
    }
}

/// The first place of a value; the start where it is nowhere. Sixteen comparisons need no branch.
fn position(values: &[f64], value: f64) -> usize {
    const AT_ONCE: usize = 16;
    let wanted = f64x2::splat(value);
    let chunks = values.chunks_exact(AT_ONCE);
    let rest = chunks.remainder();
    for (c, chunk) in chunks.enumerate() {
        let mut found = 0;
        for (i, two) in chunk.chunks_exact(2).enumerate() {
            found |= f64x2::new([two[0], two[1]]).simd_eq(wanted).to_bitmask() << (2 * i);
        }
        if found != 0 {
            return c * AT_ONCE + found.trailing_zeros() as usize;
        }
    }
    rest.iter().position(|&v| v == value).map_or(0, |at| values.len() - rest.len() + at)
}

/// What a stretch of values adds up to, missing ones ignored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sums {
    pub low: f64,
    pub high: f64,
    pub sum: f64,
    /// Values that are not missing.
    pub known: usize,
}

impl Sums {
    /// Two lanes by hand: the page is compiled for size, where no compiler makes them.
    pub fn of(values: &[f64]) -> Self {
        const LANES: usize = 4;
        let infinity = f64x2::splat(f64::INFINITY);
        let (mut low, mut high, mut sum) = ([infinity; 2], [-infinity; 2], [f64x2::splat(0.0); 2]);
        let chunks = values.chunks_exact(LANES);
        let rest = chunks.remainder();
        for chunk in chunks {
            for lane in 0..2 {
                let two = f64x2::new([chunk[lane * 2], chunk[lane * 2 + 1]]);
                low[lane] = low[lane].fast_min(two);
                high[lane] = high[lane].fast_max(two);
                sum[lane] += two;
            }
        }
        let low = low[0].fast_min(low[1]).to_array();
        let high = high[0].fast_max(high[1]).to_array();
        let sum = (sum[0] + sum[1]).to_array();
        let mut sums = Self {
            low: if low[0] < low[1] { low[0] } else { low[1] },
            high: if high[0] > high[1] { high[0] } else { high[1] },
            sum: sum[0] + sum[1],
            known: values.len() - rest.len(),
        };
        // What the lanes make of a missing value differs between machines; the sum tells that there was one.
        if sums.sum.is_nan() {
            sums = Self { low: f64::INFINITY, high: f64::NEG_INFINITY, sum: 0.0, known: 0 };
            sums.add_each(&values[..values.len() - rest.len()]);
        }
        sums.add_each(rest);
        sums
    }

    fn add_each(&mut self, values: &[f64]) {
        for &v in values {
            // Comparisons with NaN are false: it changes nothing.
            self.low = if v < self.low { v } else { self.low };
            self.high = if v > self.high { v } else { self.high };
            self.sum += if v.is_nan() { 0.0 } else { v };
            self.known += usize::from(!v.is_nan());
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lanes_find_what_a_loop_finds(values in proptest::collection::vec(
            prop_oneof![6 => -9.0..9.0_f64, 2 => Just(1.5), 1 => Just(f64::NAN)], 0..90), row in 0..9_usize,
        ) {
            let known = || values.iter().copied().filter(|v| !v.is_nan());
            let sums = Sums::of(&values);
            prop_assert_eq!(sums.known, known().count());
            prop_assert!((sums.sum - known().sum::<f64>()).abs() < 1e-9);
            let found = Extremes::of(&values, row);
            prop_assert_eq!(found.low, known().fold(f64::INFINITY, f64::min));
            prop_assert_eq!(found.high, known().fold(f64::NEG_INFINITY, f64::max));
            prop_assert_eq!(found.any(), sums.known > 0);
            prop_assert_eq!(found.missing, sums.known < values.len());
            if found.any() {
                let place = |value| row + values.iter().position(|&v| v == value).unwrap();
                prop_assert_eq!((found.low_row, found.high_row), (place(found.low), place(found.high)));
            }
        }
    }
}
