//! Derived columns: rolling mean, and which readings lie inside the date range.
//!
//! What follows from one cell (Fahrenheit, hour of day) or from the next row (`valid_until`) is computed where it is used and
//! never stored. Depends on no limit.

use crate::recipe::DateRange;
use crate::table::Readings;

/// Columns beside the readings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Enriched {
    /// Mean of this and the two temperatures before it on the same device; NaN for a device's first two readings or where
    /// one of the three is missing. Empty without a temperature column.
    pub temp_rolling_avg_3: Vec<f64>,
    /// Per device run, the rows inside the date range: one `(start, end)` each, possibly empty.
    pub selected: Vec<(usize, usize)>,
}

impl Enriched {
    /// Readings inside the date range.
    pub fn rows_selected(&self) -> usize {
        self.selected.iter().map(|(start, end)| end - start).sum()
    }

    /// The rows inside the date range, device by device.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.selected.iter().flat_map(|&(start, end)| start..end)
    }
}

/// `c * 9 / 5 + 32`, in the order of the reference pipeline.
pub fn fahrenheit(celsius: f64) -> f64 {
    celsius * 9.0 / 5.0 + 32.0
}

/// Derives the columns.
pub fn run(_readings: &Readings, _dates: DateRange) -> Enriched {
    Enriched::default()
}
