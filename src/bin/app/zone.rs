//! Zones by name, as the browser knows them.
//!
//! Owns the way from a name to offsets over time, for page and worker. Assumes Intl. Refuses names that the browser does not know.

use sensorium::browser::zones::Clock;
use sensorium::survey::{Zone, changes, offset_of};

/// The zone of that name or offset.
pub fn zone_of(name: &str) -> Option<Zone> {
    if let Some(offset_us) = offset_of(name) {
        return Some(Zone::fixed(name, offset_us));
    }
    let clock = Clock::of(name)?;
    let offset = |hour: i64| clock.offset(hour as f64 * 3_600_000.0).and_then(|text| offset_of(&text)).unwrap_or(0);
    Some(Zone { name: name.to_string(), changes: changes(offset) })
}
