//! Zones by name, natively: from the database that comes with chrono-tz.

use chrono::{Offset, TimeZone};
use chrono_tz::Tz;
use sensorium::survey::Zone;

/// The zone of that name or offset.
pub fn zone_of(name: &str) -> Option<Zone> {
    if let Some(offset_us) = sensorium::survey::offset_of(name) {
        return Some(Zone::fixed(name, offset_us));
    }
    let zone: Tz = name.parse().ok()?;
    let offset = |hour: i64| -> i64 {
        let at = chrono::DateTime::from_timestamp(hour * 3600, 0).unwrap_or_default();
        i64::from(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()) * 1_000_000
    };
    Some(Zone { name: name.to_string(), changes: sensorium::survey::changes(offset) })
}

#[cfg(test)]
mod tests {
    use super::zone_of;

    #[test]
    fn zones_change_when_their_clocks_are_moved() {
        let berlin = zone_of("Europe/Berlin").unwrap();
        let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros();
        for (instant, hours) in [
            ("2024-03-31T00:59:59Z", 1),
            ("2024-03-31T01:00:00Z", 2),
            ("2024-10-27T00:59:59Z", 2),
            ("2024-10-27T01:00:00Z", 1),
            ("1975-07-01T00:00:00Z", 1),
        ] {
            assert_eq!(berlin.offset_at(at(instant)), hours * 3_600_000_000, "{instant}");
        }
        assert_eq!(zone_of("-05:30").unwrap().offset_at(0), -19_800_000_000);
        assert_eq!(zone_of("Nowhere/City"), None);
    }
}
