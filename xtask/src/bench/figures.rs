//! What was measured.
//!
//! Owns the values of every measure and size, in the order in which they came. Assumes milliseconds and bytes. Refuses to judge.

use std::collections::BTreeMap;

/// What is measured, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    Charts,
    Read,
    Pipeline,
    Polars,
    Pandas,
    DuckDb,
    Limit,
    LimitAnomalies,
    Zoom,
    TaskReading,
    TaskMoving,
    WasmBytes,
    Export,
    PandasExport,
    ExportBytes,
    PandasExportBytes,
    /// The command line, from the log to Parquet by date.
    Lake,
    PolarsLake,
    FetchedBytes,
    /// Anomalies that each found, as a sign that all did the same work.
    Flagged,
    PolarsFlagged,
    PandasFlagged,
    DuckDbFlagged,
}

/// Every value of every measure.
#[derive(Default)]
pub struct Figures {
    values: BTreeMap<(usize, Measure), Vec<f64>>,
    /// Why something is not there, each reason once.
    pub absent: Vec<String>,
    /// Name and version of the browser.
    pub browser: String,
}

impl Figures {
    pub fn extend(&mut self, rows: usize, measure: Measure, values: impl IntoIterator<Item = f64>) {
        self.values.entry((rows, measure)).or_default().extend(values);
    }

    /// Every value so far.
    pub fn of(&self, rows: usize, measure: Measure) -> &[f64] {
        self.values.get(&(rows, measure)).map_or(&[], Vec::as_slice)
    }

    pub fn median(&self, rows: usize, measure: Measure) -> Option<f64> {
        median(self.of(rows, measure))
    }

    pub fn not_run(&mut self, reason: String) {
        if !self.absent.contains(&reason) {
            self.absent.push(reason);
        }
    }
}

/// The middle value, or the mean of both middle ones.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (below, above) = (sorted.get(sorted.len().saturating_sub(1) / 2)?, sorted.get(sorted.len() / 2)?);
    Some(f64::midpoint(*below, *above))
}

/// The largest value.
pub fn worst(values: &[f64]) -> Option<f64> {
    values.iter().copied().max_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[9.0, 1.0, 5.0]), Some(5.0));
        assert_eq!(median(&[9.0, 1.0, 5.0, 7.0]), Some(6.0));
        assert_eq!((worst(&[]), worst(&[1.0, 9.0, 5.0])), (None, Some(9.0)));
    }

    #[test]
    fn values_are_kept_by_size_and_measure() {
        let mut figures = Figures::default();
        figures.extend(10, Measure::Limit, [3.0, 1.0]);
        figures.extend(10, Measure::Limit, [2.0]);
        figures.extend(20, Measure::Limit, [8.0]);
        assert_eq!(figures.of(10, Measure::Limit), [3.0, 1.0, 2.0]);
        assert_eq!((figures.median(10, Measure::Limit), figures.median(10, Measure::Zoom)), (Some(2.0), None));
    }
}
