//! The counts of a run, for the run log and the command line.

use crate::detect::{HIGH_TEMPERATURE, LOW_BATTERY, anomaly_type};
use crate::pipeline::Outcome;
use crate::table::Log;

/// How many rows went where. `rows_read = rows_out + rows_dropped + rows_set_aside + rows_outside_range`, always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub rows_read: u64,
    pub rows_out: u64,
    pub rows_dropped: u64,
    pub rows_set_aside: u64,
    pub rows_outside_range: u64,
    /// Devices with a reading inside the date range.
    pub devices: u64,
    /// Name of each metric and its cells filled in readings that stay, in order.
    pub filled: Vec<(String, u64)>,
    /// Readings flagged with this type alone.
    pub high_temperature: u64,
    pub low_battery: u64,
    /// Readings flagged with both.
    pub both: u64,
}

impl Summary {
    pub fn of(log: &Log, outcome: &Outcome) -> Self {
        let readings = &outcome.cleaned.readings;
        let selected = &outcome.enriched.selected;
        let rows_out = outcome.enriched.rows_selected();
        let flagged = |bits: u8| {
            let flags = selected.iter().filter_map(|&(start, end)| outcome.flags.bytes.get(start..end));
            flags.map(|flags| flags.iter().filter(|&&flag| flag == bits).count() as u64).sum()
        };
        let filled = readings.metrics.iter().map(|metric| {
            let cells: usize = selected.iter().map(|&(start, end)| metric.filled.count(start..end)).sum();
            (metric.info.name.clone(), cells as u64)
        });
        Self {
            rows_read: log.rows_read(),
            rows_out: rows_out as u64,
            rows_dropped: outcome.cleaned.dropped.len() as u64,
            rows_set_aside: outcome.cleaned.set_aside.len() as u64,
            rows_outside_range: (readings.rows() - rows_out) as u64,
            devices: selected.iter().filter(|(start, end)| start < end).count() as u64,
            filled: filled.collect(),
            high_temperature: flagged(HIGH_TEMPERATURE),
            low_battery: flagged(LOW_BATTERY),
            both: flagged(HIGH_TEMPERATURE | LOW_BATTERY),
        }
    }

    /// Flagged readings of any type.
    pub fn anomalies(&self) -> u64 {
        self.high_temperature + self.low_battery + self.both
    }

    /// The types of anomaly by name, each with its readings.
    pub fn by_type(&self) -> [(&'static str, u64); 3] {
        [
            (anomaly_type(HIGH_TEMPERATURE), self.high_temperature),
            (anomaly_type(LOW_BATTERY), self.low_battery),
            (anomaly_type(HIGH_TEMPERATURE | LOW_BATTERY), self.both),
        ]
    }
}
