//! Columns and limits to flags, beside the table. Never writes into it.

use crate::contract::BATTERY;
use crate::enrich::Enriched;
use crate::recipe::Limits;
use crate::table::Readings;

/// Bit of a flag byte: the rolling mean is above its limit.
pub const HIGH_TEMPERATURE: u8 = 1;
/// Bit of a flag byte: the battery is below its limit.
pub const LOW_BATTERY: u8 = 2;

/// One byte a reading: no bit is Normal, see [`HIGH_TEMPERATURE`] and [`LOW_BATTERY`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    pub bytes: Vec<u8>,
}

impl Flags {
    /// Appends whether each reading of `range` is flagged.
    #[inline(never)]
    pub fn mark(&self, range: std::ops::Range<usize>, into: &mut Vec<bool>) {
        into.extend(self.bytes[range].iter().map(|flag| *flag != 0));
    }
}

/// The `anomaly_type` of a flag byte.
pub fn anomaly_type(flag: u8) -> &'static str {
    match flag & (HIGH_TEMPERATURE | LOW_BATTERY) {
        0 => "Normal",
        HIGH_TEMPERATURE => "High Temperature",
        LOW_BATTERY => "Low Battery",
        _ => "High Temp & Low Battery",
    }
}

/// Flags every reading. Strict comparisons; a missing value never flags.
#[inline(never)]
pub fn run(readings: &Readings, enriched: &Enriched, limits: Limits) -> Flags {
    let means = &enriched.temp_rolling_avg_3;
    let mut bytes: Vec<u8> = means.iter().map(|mean| u8::from(*mean > limits.high_temp_celsius)).collect();
    if let Some(metric) = readings.metric(BATTERY) {
        for (byte, battery) in bytes.iter_mut().zip(&readings.metrics[metric].values) {
            *byte |= u8::from(*battery < limits.low_battery_percent) << 1;
        }
    }
    Flags { bytes }
}

#[cfg(test)]
mod tests {
    use super::{anomaly_type, run};
    use crate::contract::{BATTERY, FillPolicy};
    use crate::enrich::Enriched;
    use crate::recipe::Limits;
    use crate::table::{Bits, Metric, MetricInfo, Readings};

    #[test]
    fn comparisons_are_strict_and_missing_never_flags() {
        let info = MetricInfo { name: BATTERY.into(), unit: "%".into(), fill: FillPolicy::No, required: true };
        let values = vec![15.0, 14.9, 80.0, 10.0, f64::NAN];
        let metrics = vec![Metric { info, values, filled: Bits::zeros(5) }];
        let readings = Readings { metrics, timestamp_us: vec![0; 5], ..Readings::default() };
        let temp_rolling_avg_3 = vec![30.0, 30.0, 30.1, 30.1, f64::NAN];
        let flags = run(&readings, &Enriched { temp_rolling_avg_3, selected: vec![] }, Limits::default());
        let types: Vec<&str> = flags.bytes.iter().map(|flag| anomaly_type(*flag)).collect();
        assert_eq!(types, ["Normal", "Low Battery", "High Temperature", "High Temp & Low Battery", "Normal"]);
    }
}
