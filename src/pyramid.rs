//! Extremes and sums of a column at every scale, so that no window looks at every reading. What is left to look at, the ends of
//! pixel columns, still comes from farther away the more readings there are.
//!
//! Owns two trees over one column: extremes with their rows, from 32 rows on, and sums, from 256 rows on; each level joins eight
//! nodes of the one below. Together they take 0.93 bytes a reading (24 bytes on 32 rows, 16 on 256, and a seventh of it above).
//! Leaves are counted from row 0 and may span two devices; such a one is never whole inside a device's range and so never read.
//! Every answer equals that of a plain look at each row, but for the last bits of sums, and an empty pyramid gives it by that
//! look: short columns need none.
//!
//! Sums are joined, not accumulated: a difference of running sums would lose small values behind large ones.

pub mod columns;
pub mod extremes;
mod tree;

use std::ops::Range;

use extremes::{Extremes, Sums};
use tree::{Part, Tree};

/// Rows of a leaf of the extremes: few, because those at both ends of a pixel column are looked at one by one.
pub const LEAF: usize = 32;
/// Rows of a leaf of the sums, which are asked for only once for each device.
const BLOCK: usize = 256;
/// Set in `low_row` where a value is missing.
const MISSING: u32 = 1 << 31;

/// [`Extremes`] of whole leaves, packed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Ends {
    low: f64,
    high: f64,
    low_row: u32,
    high_row: u32,
}

/// What adds up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    pub sum: f64,
    /// Values that are not missing.
    pub known: u32,
    /// Known values before which a line breaks: the one in the row before is missing, or the step to it is too long.
    starts: u32,
}

/// See the top of this file. Made from one column and its breaks, and asked with the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pyramid {
    ends: Tree<Ends>,
    totals: Tree<Totals>,
}

/// A column, the rows after which its lines break because the step is too long (ascending), and its pyramid.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// NaN is missing.
    pub y: &'a [f64],
    pub breaks: &'a [u32],
    pub pyramid: &'a Pyramid,
}

impl Ends {
    fn pack(found: &Extremes) -> Self {
        let row = |row: usize| u32::try_from(row).unwrap_or(0) & !MISSING;
        let missing = if found.missing { MISSING } else { 0 };
        Self { low: found.low, high: found.high, low_row: row(found.low_row) | missing, high_row: row(found.high_row) }
    }

    fn open(&self) -> Extremes {
        Extremes {
            low: self.low,
            high: self.high,
            low_row: (self.low_row & !MISSING) as usize,
            high_row: self.high_row as usize,
            missing: self.low_row & MISSING != 0,
        }
    }

    fn join(self, later: Self) -> Self {
        let mut both = self.open();
        both.add(&later.open());
        Self::pack(&both)
    }

    fn is_empty(&self) -> bool {
        self.low > self.high
    }
}

impl Totals {
    fn join(self, other: Self) -> Self {
        Self { sum: self.sum + other.sum, known: self.known + other.known, starts: self.starts + other.starts }
    }
}

impl Pyramid {
    /// One pass over the column.
    #[inline(never)]
    pub fn new(y: &[f64], breaks: &[u32]) -> Self {
        if y.len() >= MISSING as usize {
            return Self::default();
        }
        let mut ends = Vec::with_capacity(y.len() / LEAF);
        let mut totals = Vec::with_capacity(y.len() / BLOCK);
        let mut before = true;
        for (b, block) in y.chunks(BLOCK).enumerate() {
            let start = b * BLOCK;
            let mut total = Totals::default();
            for (l, leaf) in block.chunks_exact(LEAF).enumerate() {
                let sums = Sums::of(leaf);
                ends.push(Ends::pack(&Extremes::found(&sums, leaf, start + l * LEAF)));
                total.sum += sums.sum;
                total.known += sums.known as u32;
            }
            if block.len() == BLOCK {
                let whole = before && total.known as usize == BLOCK;
                total.starts = starts(y, breaks, start..start + BLOCK, whole) as u32;
                totals.push(total);
                before = !block[BLOCK - 1].is_nan();
            }
        }
        Self { ends: Tree::new(LEAF, ends, Ends::join), totals: Tree::new(BLOCK, totals, Totals::join) }
    }
}

impl Column<'_> {
    /// Smallest and largest value of `rows`. Of the leaves that lie across an end of them the rows are looked at only where
    /// the leaf reaches beyond what lies inside, and not with a row of `rows`: each row looked at is one fetched from far away.
    #[inline(never)]
    pub fn extremes(&self, rows: Range<usize>) -> Extremes {
        let look = |rows: Range<usize>| Extremes::of(&self.y[rows.clone()], rows.start);
        if rows.len() < LEAF {
            return look(rows);
        }
        let mut all = Extremes::default();
        let mut across = [0..0, 0..0];
        let mut at = 0;
        self.pyramid.ends.visit(rows.clone(), &mut |part| match part {
            Part::Rows(rows) if rows.len() < LEAF => {
                across[at] = rows;
                at = 1;
            }
            Part::Rows(rows) => all.add(&look(rows)),
            Part::Node(ends) => all.add(&ends.open()),
        });
        for part in across.into_iter().filter(|part| !part.is_empty()) {
            match self.pyramid.ends.leaves(&part) {
                Some([leaf]) if leaf.low_row & MISSING == 0 => {
                    let leaf = leaf.open();
                    let tells = |row: usize, beyond: bool| !beyond || part.contains(&row);
                    let (low, high) = (leaf.low < all.low, leaf.high > all.high);
                    if tells(leaf.low_row, low) && tells(leaf.high_row, high) {
                        all.add(&leaf);
                    } else {
                        all.add(&look(part));
                    }
                }
                _ => all.add(&look(part)),
            }
        }
        all
    }

    /// Between which no value of `rows` can lie outside; None where that is not known without looking, or where one is missing.
    pub fn bounds(&self, rows: &Range<usize>) -> Option<(f64, f64)> {
        let leaves = self.pyramid.ends.leaves(rows)?;
        let mut bounds = (f64::INFINITY, f64::NEG_INFINITY);
        for leaf in leaves {
            bounds = (bounds.0.min(leaf.low), bounds.1.max(leaf.high));
        }
        (bounds.0 <= bounds.1 && leaves.iter().all(|leaf| leaf.low_row & MISSING == 0)).then_some(bounds)
    }

    /// Sum and number of the known values of `rows`.
    #[inline(never)]
    pub fn totals(&self, rows: Range<usize>) -> Totals {
        let mut all = Totals::default();
        self.pyramid.totals.visit(rows, &mut |part| match part {
            Part::Rows(rows) => {
                let sums = Sums::of(&self.y[rows]);
                all = all.join(Totals { sum: sums.sum, known: sums.known as u32, starts: 0 });
            }
            Part::Node(totals) => all = all.join(*totals),
        });
        all
    }

    /// Whether a value of `rows` is missing.
    pub fn any_missing(&self, rows: Range<usize>) -> bool {
        if rows.len() < 2 * LEAF {
            return self.y[rows].iter().any(|y| y.is_nan());
        }
        let mut missing = false;
        self.pyramid.ends.visit(rows, &mut |part| match part {
            Part::Rows(rows) => missing = missing || self.y[rows].iter().any(|y| y.is_nan()),
            Part::Node(ends) => missing |= ends.low_row & MISSING != 0,
        });
        missing
    }

    /// How many times the line through `rows` breaks between two known values.
    #[inline(never)]
    pub fn gaps(&self, rows: Range<usize>) -> usize {
        let Some(first) = self.first_known(rows.clone()) else {
            return 0;
        };
        let mut count = 0;
        self.pyramid.totals.visit(first + 1..rows.end, &mut |part| {
            count += match part {
                Part::Rows(rows) => starts(self.y, self.breaks, rows, false),
                Part::Node(totals) => totals.starts as usize,
            }
        });
        count
    }

    pub fn first_known(&self, rows: Range<usize>) -> Option<usize> {
        let mut row = rows.start;
        while row < rows.end {
            if !self.y[row].is_nan() {
                return Some(row);
            }
            row = self.pyramid.ends.skip_forward(row, rows.end, Ends::is_empty).unwrap_or(row + 1);
        }
        None
    }

    pub fn last_known(&self, rows: Range<usize>) -> Option<usize> {
        let mut end = rows.end;
        while end > rows.start {
            if !self.y[end - 1].is_nan() {
                return Some(end - 1);
            }
            end = self.pyramid.ends.skip_backward(rows.start, end, Ends::is_empty).unwrap_or(end - 1);
        }
        None
    }
}

/// How many known values among `rows` have a break of the line before them. `whole`: none of them is missing, nor the one before.
fn starts(y: &[f64], breaks: &[u32], rows: Range<usize>, whole: bool) -> usize {
    // A break stands after a row; the first row of all has none before it.
    let from = rows.start.max(1);
    let at = |row: usize| breaks.partition_point(|&b| (b as usize) < row);
    let mut next = at(from - 1);
    if whole {
        return at((rows.end).saturating_sub(1)).saturating_sub(next);
    }
    let mut count = 0;
    for row in from..rows.end {
        while breaks.get(next).is_some_and(|&b| (b as usize) + 1 < row) {
            next += 1;
        }
        let broken = y[row - 1].is_nan() || breaks.get(next).is_some_and(|&b| b as usize + 1 == row);
        count += usize::from(broken && !y[row].is_nan());
    }
    count
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Columns of several leaves and blocks with missing stretches, breaks, and a range of rows.
    fn columns() -> impl Strategy<Value = (Vec<f64>, Vec<u32>, Range<usize>)> {
        let stretch = prop_oneof![
            6 => proptest::collection::vec(-50.0..50.0_f64, 1..400),
            2 => (1..900_usize).prop_map(|n| vec![f64::NAN; n]),
            1 => (1..300_usize).prop_map(|n| vec![7.0; n]),
            2 => proptest::collection::vec(prop_oneof![Just(1e9), Just(f64::NAN), Just(-3.0)], 1..300),
        ];
        (proptest::collection::vec(stretch, 1..16), 1..90_usize, 0.0..1.0_f64, 0.0..1.0_f64).prop_map(
            |(stretches, every, a, b)| {
                let y = stretches.concat();
                let breaks = (0..y.len()).filter(|row| row * row % every == 1).map(|row| row as u32).collect();
                let (a, b) = ((a * y.len() as f64) as usize, (b * y.len() as f64) as usize);
                (y, breaks, a.min(b)..a.max(b))
            },
        )
    }

    proptest! {
        #[test]
        fn answers_equal_those_of_a_plain_look((y, breaks, rows) in columns()) {
            let pyramid = Pyramid::new(&y, &breaks);
            let column = Column { y: &y, breaks: &breaks, pyramid: &pyramid };
            let known: Vec<usize> = rows.clone().filter(|&row| !y[row].is_nan()).collect();

            prop_assert_eq!(column.first_known(rows.clone()), known.first().copied());
            prop_assert_eq!(column.last_known(rows.clone()), known.last().copied());
            prop_assert_eq!(column.any_missing(rows.clone()), known.len() < rows.len());

            let totals = column.totals(rows.clone());
            let sum: f64 = known.iter().map(|&row| y[row]).sum();
            prop_assert_eq!(totals.known as usize, known.len());
            prop_assert!((totals.sum - sum).abs() <= 1e-12 * known.iter().map(|&row| y[row].abs()).sum::<f64>());

            let found = column.extremes(rows.clone());
            let low = known.iter().copied().reduce(|a, b| if y[b] < y[a] { b } else { a });
            let high = known.iter().copied().reduce(|a, b| if y[b] > y[a] { b } else { a });
            prop_assert_eq!(found.any(), low.is_some());
            if found.any() {
                prop_assert!(rows.contains(&found.low_row) && rows.contains(&found.high_row));
                prop_assert_eq!((y[found.low_row], y[found.high_row]), (found.low, found.high));
            }
            prop_assert_eq!(low.map(|row| y[row]), found.any().then_some(found.low));
            prop_assert_eq!(high.map(|row| y[row]), found.any().then_some(found.high));
            prop_assert_eq!(found.missing, known.len() < rows.len());
            if let Some((from, to)) = column.bounds(&rows) {
                prop_assert!(rows.clone().all(|row| (from..=to).contains(&y[row])));
            }

            let broken = |pair: &&[usize]| pair[1] > pair[0] + 1 || breaks.contains(&(pair[0] as u32));
            prop_assert_eq!(column.gaps(rows.clone()), known.windows(2).filter(broken).count());

            // Without a pyramid the same, by looking.
            let plain = Column { pyramid: &Pyramid::default(), ..column };
            let looked = plain.extremes(rows.clone());
            prop_assert_eq!((looked.low, looked.high, looked.missing), (found.low, found.high, found.missing));
            prop_assert_eq!(plain.gaps(rows.clone()), column.gaps(rows.clone()));
            prop_assert_eq!(plain.first_known(rows.clone()), column.first_known(rows));
        }
    }

    #[test]
    fn a_small_value_is_not_lost_behind_a_large_one() {
        let mut y = vec![0.25; 4096];
        y[0] = 1e300;
        let pyramid = Pyramid::new(&y, &[]);
        let column = Column { y: &y, breaks: &[], pyramid: &pyramid };
        assert_eq!(column.totals(256..4096).sum, 960.0);
    }

    #[test]
    fn a_reading_takes_less_than_a_byte() {
        let rows = 1 << 20;
        let y = vec![1.0; rows];
        let pyramid = Pyramid::new(&y, &[]);
        let bytes = pyramid.ends.nodes() * size_of::<Ends>() + pyramid.totals.nodes() * size_of::<Totals>();
        assert!(bytes < rows, "{bytes}");
    }
}
