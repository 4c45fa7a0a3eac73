//! Per device and date, per device and hour, over the readings inside the date range. Depends on no limit.

use crate::enrich::Enriched;
use crate::table::Readings;

/// One device on one date. Means and minimum are over what is not missing; NaN where nothing is.
#[derive(Clone, Debug, PartialEq)]
pub struct DailyRow {
    /// Index of the device in the readings.
    pub device: usize,
    /// Days since 1970-01-01.
    pub day: i32,
    /// The readings' rows of this device and date: `start..end`.
    pub start: usize,
    pub end: usize,
    pub mean_temperature_celsius: f64,
    pub mean_humidity_percent: f64,
    pub min_battery_percent: f64,
    /// Cells filled, over all metrics.
    pub filled_cells: u64,
}

impl DailyRow {
    pub fn readings(&self) -> usize {
        self.end - self.start
    }
}

/// Mean temperature by device and hour of day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hourly {
    /// Twenty-four cells a device, hour 0 first; NaN where nothing was measured.
    pub mean_temperature_celsius: Vec<f64>,
}

/// Daily statistics, by device then date.
pub fn daily(_readings: &Readings, _enriched: &Enriched) -> Vec<DailyRow> {
    Vec::new()
}

/// Mean temperature per device and hour of day.
pub fn hourly(_readings: &Readings, _enriched: &Enriched) -> Hourly {
    Hourly::default()
}
