//! The zone that a person chooses, from the browser's own list.
//!
//! Owns the way from a name to offsets over time. Assumes Intl. Refuses names that the browser does not know.

use sensorium::browser::zones::Clock;
use sensorium::survey::{Zone, changes, offset_of};

const HOUR_US: i64 = 3_600_000_000;
/// 1970 to 2100.
const SPAN_HOURS: std::ops::Range<i64> = 0..1_139_544;
/// No zone changes twice within so many hours.
const STEP_HOURS: i64 = 24 * 5;

/// The zone of that name or offset.
pub fn zone_of(name: &str) -> Option<Zone> {
    if let Some(offset_us) = offset_of(name) {
        return Some(Zone::fixed(name, offset_us));
    }
    let clock = Clock::of(name)?;
    let offset = |hour: i64| clock.offset(hour as f64 * 3_600_000.0).and_then(|text| offset_of(&text)).unwrap_or(0);
    Some(Zone { name: name.to_string(), changes: changes(SPAN_HOURS, STEP_HOURS, HOUR_US, offset) })
}
