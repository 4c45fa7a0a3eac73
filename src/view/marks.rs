//! Marks of flagged readings, so few that they can be painted and so many that none is hidden.
//!
//! Owns this promise: every pixel column that holds a flagged reading of a visible device has a mark of each type present in
//! it. A few flagged readings are all marked; of many, each column keeps the lowest and the highest of each type.

use std::ops::Range;

use super::columns::Columns;
use super::flag_kind;
use crate::protocol::{FlagKind, Marks};

/// Up to so many flagged readings in the window are all marked.
const ALL: usize = 1500;

/// The types in the order in which they are painted: the rarer and graver ones last.
const KINDS: [FlagKind; 3] = [FlagKind::LowBattery, FlagKind::HighTemperature, FlagKind::Both];

/// Calls `found` with each flagged row of `rows` and its flag byte, skipping stretches without a flag, until it says no.
pub(super) fn flagged_rows(bytes: &[u8], rows: Range<usize>, mut found: impl FnMut(usize, u8) -> bool) {
    const CHUNK: usize = 64;
    let Some(bytes) = bytes.get(rows.clone()) else {
        return;
    };
    for (i, chunk) in bytes.chunks(CHUNK).enumerate() {
        if chunk.iter().fold(0, |all, &byte| all | byte) == 0 {
            continue;
        }
        for (j, &byte) in chunk.iter().enumerate() {
            if byte != 0 && !found(rows.start + i * CHUNK + j, byte) {
                return;
            }
        }
    }
}

/// Marks for the flagged rows among `visible` (one range of rows in the window for each visible device). A flagged reading
/// without a value is marked at NaN: [`ground`] gives it a place.
pub(super) fn marks(
    bytes: &[u8],
    t: &[i64],
    y: impl Fn(usize) -> f64,
    visible: &[Range<usize>],
    columns: &Columns,
) -> Vec<Marks> {
    thinned(ALL, bytes, t, y, visible, columns)
}

/// Marks of every flagged row up to `all` of them, of more only what a column needs.
fn thinned(
    all: usize,
    bytes: &[u8],
    t: &[i64],
    y: impl Fn(usize) -> f64,
    visible: &[Range<usize>],
    columns: &Columns,
) -> Vec<Marks> {
    let flagged = |rows: &Range<usize>| {
        let bytes = bytes.get(rows.clone()).unwrap_or(&[]);
        bytes.iter().filter(|&&byte| byte != 0).count()
    };
    let total: usize = visible.iter().map(flagged).sum();
    let mut marks = KINDS.map(|kind| Marks { kind, ..Marks::default() });
    if total <= all {
        for rows in visible {
            flagged_rows(bytes, rows.clone(), |row, flag| {
                if let Some(kind) = place(flag) {
                    marks[kind].x_us.push(t[row]);
                    marks[kind].y.push(y(row));
                }
                true
            });
        }
    } else {
        // Per type and column: the lowest and the highest.
        let mut ends: [Vec<Option<Ends>>; 3] = KINDS.map(|_| vec![None; columns.len()]);
        for rows in visible {
            let mut column = 0;
            flagged_rows(bytes, rows.clone(), |row, flag| {
                let Some(kind) = place(flag) else { return true };
                column = columns.column_from(column, t[row]);
                let point = (t[row], y(row));
                let ends = ends[kind][column].get_or_insert(Ends { low: point, high: point });
                ends.add(point);
                true
            });
        }
        for (marks, ends) in marks.iter_mut().zip(ends) {
            for Ends { low, high } in ends.into_iter().flatten() {
                marks.push(low);
                if high != low && !high.1.is_nan() {
                    marks.push(high);
                }
            }
        }
    }
    marks.into_iter().filter(|m| !m.x_us.is_empty()).collect()
}

/// Puts marks without a value on the ground of the chart, where they are seen and claim no value above it.
pub(super) fn ground(marks: &mut [Marks], bottom: f64) {
    for y in marks.iter_mut().flat_map(|m| &mut m.y) {
        if y.is_nan() {
            *y = bottom;
        }
    }
}

fn place(flag: u8) -> Option<usize> {
    let kind = flag_kind(flag)?;
    KINDS.iter().position(|&k| k == kind)
}

/// The lowest and the highest point of a column.
#[derive(Clone, Copy, Debug)]
struct Ends {
    low: (i64, f64),
    high: (i64, f64),
}

impl Ends {
    /// A known value displaces an unknown one.
    fn add(&mut self, point: (i64, f64)) {
        if point.1 < self.low.1 || self.low.1.is_nan() {
            self.low = point;
        }
        if point.1 > self.high.1 || self.high.1.is_nan() {
            self.high = point;
        }
    }
}

impl Marks {
    fn push(&mut self, point: (i64, f64)) {
        self.x_us.push(point.0);
        self.y.push(point.1);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// The lowest and highest known value of each column and type; NaN where a column's flagged rows have none.
    fn ends(
        points: impl Iterator<Item = (i64, f64, FlagKind)>,
        columns: &Columns,
    ) -> BTreeMap<(usize, u8), [String; 2]> {
        let mut ends: BTreeMap<(usize, u8), [f64; 2]> = BTreeMap::new();
        for (t, y, kind) in points {
            let [low, high] = ends.entry((columns.column_from(0, t), kind as u8)).or_insert([f64::NAN; 2]);
            (*low, *high) = (low.min(y), high.max(y));
        }
        ends.into_iter().map(|(place, ends)| (place, ends.map(|y| y.to_string()))).collect()
    }

    fn check(
        all: usize,
        t: &[i64],
        flags: &[u8],
        runs: &[Range<usize>],
        columns: &Columns,
    ) -> Result<usize, TestCaseError> {
        let visible: Vec<Range<usize>> = runs.iter().map(|run| columns.visible(t, run)).collect();
        let y = |row: usize| {
            if row.is_multiple_of(13) { f64::NAN } else { (row * 31 % 97) as f64 }
        };
        let marks = thinned(all, flags, t, y, &visible, columns);
        let rows: Vec<usize> = visible.iter().cloned().flatten().collect();
        let flagged = rows.iter().filter_map(|&row| Some((t[row], y(row), flag_kind(flags[row])?)));
        let marked = marks.iter().flat_map(|m| m.x_us.iter().zip(&m.y).map(|(&t, &y)| (t, y, m.kind)));
        prop_assert_eq!(ends(flagged, columns), ends(marked, columns));
        // Every mark is a flagged reading of its type.
        for m in &marks {
            for (&x, &value) in m.x_us.iter().zip(&m.y) {
                prop_assert!(rows.iter().any(|&row| t[row] == x
                    && (y(row) == value || (y(row).is_nan() && value.is_nan()))
                    && flag_kind(flags[row]) == Some(m.kind)));
            }
        }
        Ok(marks.iter().map(|m| m.x_us.len()).sum())
    }

    proptest! {
        #[test]
        fn every_column_with_a_flag_has_marks_of_each_type_at_its_ends(
            flags in proptest::collection::vec(0..4_u8, 1..400),
            from in -10..300_i64, span in 1..500_i64, columns in 1..50_u32, devices in 1..6_usize, all in 0..400_usize,
        ) {
            let size = flags.len().div_ceil(devices);
            let runs: Vec<Range<usize>> = (0..devices).map(|d| (d * size).min(flags.len())..((d + 1) * size).min(flags.len())).collect();
            let t: Vec<i64> = (0..flags.len()).map(|row| ((row % size) * 3) as i64).collect();
            check(all, &t, &flags, &runs, &Columns::new((from, from + span), columns))?;
        }
    }

    #[test]
    fn many_flags_keep_every_column_marked_with_few_marks() {
        let rows = 20_000;
        let flags: Vec<u8> = (0..rows).map(|row| if row % 1000 < 700 { (row / 7 % 4) as u8 } else { 0 }).collect();
        let t: Vec<i64> = (0..rows).map(|row| (row % (rows / 4)) as i64 * 60).collect();
        let runs: Vec<Range<usize>> = (0..4).map(|d| d * rows / 4..(d + 1) * rows / 4).collect();
        let columns = Columns::new((0, rows as i64 / 4 * 60), 300);
        let count = check(ALL, &t, &flags, &runs, &columns).unwrap();
        assert!(count > 300 && count <= 300 * 6, "{count}");
    }

    #[test]
    fn a_mark_without_a_value_stands_on_the_ground() {
        let columns = Columns::new((0, 10), 10);
        let mut marks = marks(&[2, 1], &[1, 2], |row| [f64::NAN, 35.0][row], &[0..1, 1..2], &columns);
        ground(&mut marks, 12.0);
        assert_eq!(marks[0].kind, FlagKind::LowBattery);
        assert_eq!(marks[0].y, [12.0]);
        assert_eq!(marks[1].y, [35.0]);
    }
}
