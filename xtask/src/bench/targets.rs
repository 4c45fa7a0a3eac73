//! The targets, and whether they are met.
//!
//! Owns the bounds. Assumes figures of one run. Refuses to judge where either side of a comparison is missing.

use super::figures::{Figures, Measure, median, worst};
use crate::size;

/// The two sizes that have targets.
const MILLION: usize = 1_000_000;
const TEN_MILLION: usize = 10_000_000;
/// The browser tells of tasks from this length on.
const TASK_MS: f64 = 50.0;
const WASM_BYTES: f64 = 1.3e9;
/// Larger logs are not exported: the target is about a million rows.
pub const EXPORTED_ROWS: usize = MILLION;

/// Which of the values is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Median,
    Worst,
}

/// The most that a measure may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub which: Which,
    /// Where the bound comes from, when it is not a mere number.
    pub words: &'static str,
    /// Absent when what it is compared with was not measured.
    pub at_most: Option<f64>,
}

/// What came of a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    Ok,
    /// By so much more than the target.
    Missed(f64),
    NotJudged,
}

/// The targets of a measure at a size.
pub fn targets(figures: &Figures, rows: usize, measure: Measure) -> Vec<Target> {
    let fixed = |which, at_most| Target { which, words: "", at_most: Some(at_most) };
    let share = |words, of: Measure, of_rows, part: f64| {
        let at_most = figures.median(of_rows, of).map(|median| median * part);
        Target { which: Which::Median, words, at_most }
    };
    let second = [fixed(Which::Median, 16.0), fixed(Which::Worst, 33.0)];
    match (measure, rows) {
        (Measure::Charts, MILLION) => vec![
            share("1/8 of DuckDB-WASM", Measure::DuckDb, rows, 1.0 / 8.0),
            share("1/5 of pandas", Measure::Pandas, rows, 1.0 / 5.0),
            share("that of Polars", Measure::Polars, rows, 1.0),
        ],
        (Measure::Charts, TEN_MILLION) => vec![
            share("12 times that of 1 M", Measure::Charts, MILLION, 12.0),
            share("1/8 of DuckDB-WASM", Measure::DuckDb, rows, 1.0 / 8.0),
        ],
        (Measure::Limit | Measure::LimitAnomalies | Measure::Zoom, MILLION) => second.to_vec(),
        (Measure::Limit | Measure::LimitAnomalies, TEN_MILLION) => vec![fixed(Which::Median, 100.0)],
        (Measure::Zoom, TEN_MILLION) => vec![share("1.3 times that of 1 M", Measure::Zoom, MILLION, 1.3)],
        (Measure::TaskReading | Measure::TaskMoving, _) => vec![fixed(Which::Worst, TASK_MS)],
        (Measure::WasmBytes, TEN_MILLION) => vec![fixed(Which::Median, WASM_BYTES)],
        (Measure::Export, MILLION) => vec![share("1/2 of pandas + pyarrow", Measure::PandasExport, rows, 0.5)],
        (Measure::ExportBytes, MILLION) => vec![share("pyarrow's", Measure::PandasExportBytes, rows, 1.0)],
        (Measure::Lake, TEN_MILLION) => vec![share("1/2 of Polars", Measure::PolarsLake, rows, 0.5)],
        (Measure::FetchedBytes, _) => vec![fixed(Which::Median, size::BUDGET_BYTES as f64)],
        _ => Vec::new(),
    }
}

/// Compares the values of a measure with one of its targets.
pub fn judge(values: &[f64], target: &Target) -> Verdict {
    let value = match target.which {
        Which::Median => median(values),
        Which::Worst => worst(values),
    };
    match (value, target.at_most) {
        (Some(value), Some(at_most)) if value > at_most => Verdict::Missed(value - at_most),
        (Some(_), Some(_)) => Verdict::Ok,
        _ => Verdict::NotJudged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_met_missed_or_not_judged() {
        let target = |which, at_most| Target { which, words: "", at_most };
        let values = [10.0, 12.0, 40.0];
        assert_eq!(judge(&values, &target(Which::Median, Some(12.0))), Verdict::Ok);
        assert_eq!(judge(&values, &target(Which::Median, Some(11.5))), Verdict::Missed(0.5));
        assert_eq!(judge(&values, &target(Which::Worst, Some(33.0))), Verdict::Missed(7.0));
        assert_eq!(judge(&values, &target(Which::Worst, None)), Verdict::NotJudged);
        assert_eq!(judge(&[], &target(Which::Worst, Some(33.0))), Verdict::NotJudged);
    }

    #[test]
    fn bounds_come_from_the_same_run() {
        let mut figures = Figures::default();
        figures.extend(MILLION, Measure::DuckDb, [1_500.0, 1_600.0, 9_000.0]);
        figures.extend(MILLION, Measure::Charts, [190.0, 200.0, 210.0]);
        let bounds = |rows| targets(&figures, rows, Measure::Charts).iter().map(|t| t.at_most).collect::<Vec<_>>();
        assert_eq!(bounds(MILLION), [Some(200.0), None, None]);
        assert_eq!(bounds(TEN_MILLION), [Some(2_400.0), None]);
        assert!(bounds(100_000).is_empty());
    }
}
