//! Marks of flagged readings, so few that they can be painted and so many that none is hidden.
//!
//! Owns this promise: every pixel column that holds a flagged reading of a visible device has a mark of each type present in
//! it. A few flagged readings are all marked; of many, each column keeps the lowest and the highest of each type.
//!
//! Of many, few are looked at: a stretch without a flag is passed over by its note in [`Stretches`], and one whose values are
//! known to lie between the marks that its column already has cannot move them. Only what can is looked at row by row.

use std::ops::Range;

use super::stretches::{STRETCH, Stretches};
use crate::detect::{HIGH_TEMPERATURE, LOW_BATTERY};
use crate::protocol::{FlagKind, Marks};
use crate::pyramid::columns::Columns;

/// Up to so many flagged readings in the window are all marked.
const ALL: usize = 1500;

/// Rows a column, up to which each is looked at.
const FEW: usize = 4;

/// The types in the order in which they are painted: the rarer and graver ones last.
const KINDS: [FlagKind; 3] = [FlagKind::LowBattery, FlagKind::HighTemperature, FlagKind::Both];

/// The flags of every reading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flagged<'a> {
    pub bytes: &'a [u8],
    pub stretches: &'a Stretches,
}

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

/// Where marks stand.
pub(super) struct Places<'a, Y, B> {
    pub t: &'a [i64],
    /// The value of a row at which its mark stands; NaN where there is none.
    pub y: Y,
    /// Between which no value of some rows lies outside, none of them missing; None where that is not known.
    pub bounds: B,
}

/// Marks for the flagged rows among `visible` (one range of rows in the window for each visible device). A flagged reading
/// without a value is marked at NaN: [`ground`] gives it a place.
pub(super) fn marks<Y, B>(
    flagged: Flagged<'_>,
    places: &Places<'_, Y, B>,
    visible: &[Range<usize>],
    columns: &Columns,
) -> Vec<Marks>
where
    Y: Fn(usize) -> f64,
    B: Fn(&Range<usize>) -> Option<(f64, f64)>,
{
    thinned(ALL, flagged, places, visible, columns)
}

/// Marks of every flagged row up to `all` of them, of more only what a column needs.
fn thinned<Y, B>(
    all: usize,
    flagged: Flagged<'_>,
    places: &Places<'_, Y, B>,
    visible: &[Range<usize>],
    columns: &Columns,
) -> Vec<Marks>
where
    Y: Fn(usize) -> f64,
    B: Fn(&Range<usize>) -> Option<(f64, f64)>,
{
    let mut marks = KINDS.map(|kind| Marks { kind, ..Marks::default() });
    if flagged.at_most(all, visible) {
        for (rows, _) in flagged.pieces(visible) {
            flagged_rows(flagged.bytes, rows, |row, flag| {
                if let Some(kind) = place(flag) {
                    marks[kind].push((places.t[row], (places.y)(row)));
                }
                true
            });
        }
    } else {
        // Per type and column: the lowest and the highest.
        let mut ends: [Vec<Option<Ends>>; 3] = KINDS.map(|_| vec![None; columns.count()]);
        for rows in visible {
            // Where a column holds few rows, finding out which ones costs more than looking at the flagged ones.
            if rows.len() < columns.count() * FEW {
                for (piece, _) in flagged.pieces(std::slice::from_ref(rows)) {
                    flagged_rows(flagged.bytes, piece, |row, flag| {
                        let Some(kind) = place(flag) else { return true };
                        Ends::add(&mut ends[kind][columns.column_of(places.t[row])], (places.y)(row), row);
                        true
                    });
                }
                continue;
            }
            let mut runs = columns.runs(places.t, rows).into_iter();
            // The rows before `until` lie in `column`.
            let (mut column, mut until) = (0, rows.start);
            for (piece, kinds) in flagged.pieces(std::slice::from_ref(rows)) {
                let bounds = (places.bounds)(&piece);
                let mut at = piece.start;
                while at < piece.end {
                    while until <= at
                        && let Some(run) = runs.next()
                    {
                        (column, until) = run;
                    }
                    let end = piece.end.min(until.max(at + 1));
                    let settled = |kind: usize| {
                        let hold = |ends: Ends| bounds.is_some_and(|bounds| ends.hold(bounds));
                        kinds & bit(kind) == 0 || ends[kind][column].is_some_and(hold)
                    };
                    if !(settled(0) && settled(1) && settled(2)) {
                        flagged_rows(flagged.bytes, at..end, |row, flag| {
                            let Some(kind) = place(flag) else { return true };
                            Ends::add(&mut ends[kind][column], (places.y)(row), row);
                            true
                        });
                    }
                    at = end;
                }
            }
        }
        for (marks, ends) in marks.iter_mut().zip(ends) {
            for Ends { low, high } in ends.into_iter().flatten() {
                marks.push((places.t[low.1], low.0));
                if high != low && !high.0.is_nan() {
                    marks.push((places.t[high.1], high.0));
                }
            }
        }
    }
    marks.into_iter().filter(|m| !m.x_us.is_empty()).collect()
}

impl Flagged<'_> {
    /// The stretches of `visible` that hold a flag, cut at the ends of ranges, each with the types that may be in it.
    fn pieces<'b>(&'b self, visible: &'b [Range<usize>]) -> impl Iterator<Item = (Range<usize>, u8)> + 'b {
        visible.iter().filter(|rows| !rows.is_empty()).flat_map(move |rows| {
            (rows.start / STRETCH..rows.end.div_ceil(STRETCH)).filter_map(move |stretch| {
                let kinds = self.stretches.kinds(stretch);
                let piece = (stretch * STRETCH).max(rows.start)..((stretch + 1) * STRETCH).min(rows.end);
                (kinds != 0).then_some((piece, kinds))
            })
        })
    }

    /// Whether at most `all` of the rows are flagged; counts no further.
    fn at_most(&self, all: usize, visible: &[Range<usize>]) -> bool {
        let mut total = 0;
        for (rows, _) in self.pieces(visible) {
            let bytes = self.bytes.get(rows).unwrap_or(&[]);
            total += bytes.iter().filter(|&&byte| byte != 0).count();
            if total > all {
                return false;
            }
        }
        true
    }
}

/// Puts marks without a value on the ground of the chart, where they are seen and claim no value above it.
pub(super) fn ground(marks: &mut [Marks], bottom: f64) {
    for y in marks.iter_mut().flat_map(|m| &mut m.y) {
        if y.is_nan() {
            *y = bottom;
        }
    }
}

/// Place of a flag byte's type in [`KINDS`].
fn place(flag: u8) -> Option<usize> {
    match flag & (HIGH_TEMPERATURE | LOW_BATTERY) {
        0 => None,
        LOW_BATTERY => Some(0),
        HIGH_TEMPERATURE => Some(1),
        _ => Some(2),
    }
}

/// The bit of a type in what [`Stretches::kinds`] says.
fn bit(kind: usize) -> u8 {
    match KINDS[kind] {
        FlagKind::HighTemperature => Stretches::HIGH_TEMPERATURE,
        FlagKind::LowBattery => Stretches::LOW_BATTERY,
        FlagKind::Both => Stretches::BOTH,
    }
}

/// The lowest and the highest value of a column, with their rows.
#[derive(Clone, Copy, Debug)]
struct Ends {
    low: (f64, usize),
    high: (f64, usize),
}

impl Ends {
    /// A known value displaces an unknown one.
    fn add(ends: &mut Option<Self>, y: f64, row: usize) {
        let ends = ends.get_or_insert(Ends { low: (y, row), high: (y, row) });
        if y < ends.low.0 || ends.low.0.is_nan() {
            ends.low = (y, row);
        }
        if y > ends.high.0 || ends.high.0.is_nan() {
            ends.high = (y, row);
        }
    }

    /// Whether no value between these bounds would move them.
    fn hold(&self, bounds: (f64, f64)) -> bool {
        self.low.0 <= bounds.0 && bounds.1 <= self.high.0
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

    use super::super::flag_kind;
    use super::super::stretches::counted;
    use super::*;

    /// The lowest and highest known value of each column and type; NaN where a column's flagged rows have none.
    fn ends(
        points: impl Iterator<Item = (i64, f64, FlagKind)>,
        columns: &Columns,
    ) -> BTreeMap<(usize, u8), [String; 2]> {
        let mut ends: BTreeMap<(usize, u8), [f64; 2]> = BTreeMap::new();
        for (t, y, kind) in points {
            let [low, high] = ends.entry((columns.column_of(t), kind as u8)).or_insert([f64::NAN; 2]);
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
        let mut stretches = Stretches::new(flags.len());
        for run in runs {
            counted(flags, run.clone(), &mut stretches);
        }
        // Only rows without a missing value have bounds.
        let bounds = |rows: &Range<usize>| {
            let known = rows.clone().all(|row| !y(row).is_nan());
            let ys = || rows.clone().map(y);
            known.then(|| (ys().fold(f64::INFINITY, f64::min), ys().fold(f64::NEG_INFINITY, f64::max)))
        };
        let places = Places { t, y, bounds };
        let marks = thinned(all, Flagged { bytes: flags, stretches: &stretches }, &places, &visible, columns);
        // Without notes and bounds the same, by looking.
        let plain = Places { t, y, bounds: |_: &Range<usize>| None };
        let looked =
            thinned(all, Flagged { bytes: flags, stretches: &Stretches::default() }, &plain, &visible, columns);
        prop_assert_eq!(format!("{marks:?}"), format!("{looked:?}"));
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
        let flagged = Flagged { bytes: &[2, 1], stretches: &Stretches::default() };
        let places = Places { t: &[1, 2], y: |row| [f64::NAN, 35.0][row], bounds: |_: &Range<usize>| None };
        let mut marks = marks(flagged, &places, &[0..1, 1..2], &columns);
        ground(&mut marks, 12.0);
        assert_eq!(marks[0].kind, FlagKind::LowBattery);
        assert_eq!(marks[0].y, [12.0]);
        assert_eq!(marks[1].y, [35.0]);
    }
}
