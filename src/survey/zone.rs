//! What offset a clock on the wall has from UTC.
//!
//! Owns fixed offsets as people write them, and zones as lists of changes, wherever those come from: this package knows no zone.
//! Hours that do not exist are read as if the clock had not been moved; hours that occur twice are the first of both until the
//! log's clock goes back. Both are counted and told.

use serde::{Deserialize, Serialize};

use crate::dialect::calendar::{DAY_US, abbreviated_us};

const HOUR_US: i64 = 3_600_000_000;
const MINUTE_US: i64 = 60_000_000;

/// The offset from UTC over time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// As people name it: `Europe/Berlin`, `-05:00`.
    pub name: String,
    /// From this instant (microseconds UTC) on, so many microseconds east of UTC. Ascending; the first holds before it too.
    pub changes: Vec<(i64, i64)>,
}

/// What a time on the wall is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wall {
    /// One instant.
    Once(i64),
    /// It occurs twice: these instants.
    Twice(i64, i64),
    /// The clock was moved past it: the instant as if it had not been.
    Never(i64),
}

impl Zone {
    pub fn fixed(name: &str, offset_us: i64) -> Self {
        Self { name: name.to_string(), changes: vec![(0, offset_us)] }
    }

    /// Whether it is UTC: no offset was ever named.
    pub fn is_utc(&self) -> bool {
        self.changes.is_empty()
    }

    /// What the clock on the wall shows at an instant, as microseconds since 1970.
    pub fn local_us(&self, utc_us: i64) -> i64 {
        if self.is_utc() { utc_us } else { utc_us.saturating_add(self.offset_at(utc_us)) }
    }

    /// The first instant of a date, in days since 1970-01-01.
    pub fn start_of_day_us(&self, day: i64) -> i64 {
        let local_us = day.saturating_mul(DAY_US);
        if self.is_utc() {
            return local_us;
        }
        match self.wall(local_us) {
            Wall::Once(instant) | Wall::Twice(instant, _) | Wall::Never(instant) => instant,
        }
    }

    /// The offset in force at an instant.
    pub fn offset_at(&self, utc_us: i64) -> i64 {
        let after = self.changes.partition_point(|(from, _)| *from <= utc_us);
        self.changes.get(after.saturating_sub(1)).map_or(0, |(_, offset)| *offset)
    }

    /// The instant of a time on the wall.
    pub fn wall(&self, local_us: i64) -> Wall {
        // No offset is larger than a day: only the changes around can matter.
        let (early, late) = (self.offset_at(local_us - 24 * HOUR_US), self.offset_at(local_us + 24 * HOUR_US));
        let holds = |offset: i64| self.offset_at(local_us - offset) == offset;
        match (holds(early), early == late || holds(late)) {
            (true, true) if early == late => Wall::Once(local_us - early),
            (true, true) => Wall::Twice(local_us - early, local_us - late),
            (true, false) => Wall::Once(local_us - early),
            (false, true) => Wall::Once(local_us - late),
            (false, false) => Wall::Never(local_us - early),
        }
    }
}

/// 1970 to 2100.
const SPAN_HOURS: std::ops::Range<i64> = 0..1_139_544;
/// No zone changes twice within so many hours.
const STEP_HOURS: i64 = 24 * 5;

/// The changes from 1970 to 2100 of an offset that is known hour by hour: the offset (microseconds) of an hour (since 1970) is
/// looked at every few days, and between two that differ searched to the hour.
pub fn changes(offset: impl Fn(i64) -> i64) -> Vec<(i64, i64)> {
    let mut before = (SPAN_HOURS.start, offset(SPAN_HOURS.start));
    let mut changes = vec![(before.0 * HOUR_US, before.1)];
    let mut at = SPAN_HOURS.start;
    while at < SPAN_HOURS.end {
        at = (at + STEP_HOURS).min(SPAN_HOURS.end);
        let now = offset(at);
        if now != before.1 {
            let (mut low, mut high) = (before.0, at);
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if offset(middle) == before.1 { low = middle } else { high = middle }
            }
            changes.push((high * HOUR_US, offset(high)));
        }
        before = (at, now);
    }
    changes
}

/// An offset as headers and people write it: `-05:00`, `+0530`, `GMT+2`, `UTC`. Microseconds east of UTC.
pub fn offset_of(text: &str) -> Option<i64> {
    let text = text.trim();
    let named = ["GMT", "UTC", "Z"].iter().find_map(|name| text.strip_prefix(name));
    let rest = named.unwrap_or(text).trim();
    if rest.is_empty() {
        return named.map(|_| 0);
    }
    let (sign, digits) = match rest.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-" | "\u{2212}", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(both) => both,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number =
        |text: &str| text.parse::<i64>().ok().filter(|_| text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit()));
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * HOUR_US + minutes * MINUTE_US))
}

/// The zone that a header tells: `Date Time, GMT-05:00`, `time (UTC)`, `Zeit [MEZ]`, `local (+02:00)`; as written, and its offset.
pub fn zone_of_header(header: &str) -> Option<(String, i64)> {
    let lower = header.to_ascii_lowercase();
    for (at, _) in lower.match_indices("gmt").chain(lower.match_indices("utc")) {
        let (before, name) = (&header[..at], &header[at..at + 3]);
        let after = header[at + 3..].trim_start();
        let new_word = name.starts_with(char::is_uppercase) && before.ends_with(char::is_lowercase);
        if before.ends_with(char::is_alphanumeric) && !new_word {
            continue;
        }
        let signed = after.starts_with(['+', '-', '\u{2212}']);
        let digits = |letter: char| letter.is_ascii_digit() || letter == ':';
        let end = after.char_indices().skip(1).find(|(_, letter)| !digits(*letter)).map_or(after.len(), |(end, _)| end);
        if signed && let Some(offset_us) = offset_of(&after[..end]) {
            return Some((format!("{}{}", name.to_uppercase(), &after[..end]), offset_us));
        }
        if !signed && !header[at + 3..].starts_with(char::is_alphanumeric) {
            return Some((name.to_uppercase(), 0));
        }
    }
    let mut words = header.split(|letter: char| !letter.is_ascii_alphanumeric());
    if let Some(found) = words.find_map(|word| Some((word.to_string(), abbreviated_us(word)?))) {
        return Some(found);
    }
    let (_, inside) = header.split_once(['(', '['])?;
    let inside = inside.split([')', ']']).next().filter(|inside| inside.starts_with(['+', '-']))?;
    Some((inside.to_string(), offset_of(inside)?))
}

/// A zone's name of the database in a header: `timestamp(America/New_York)`. What its offsets are is not known here.
pub fn named_zone(header: &str) -> Option<&str> {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '_');
    const AREAS: [&str; 10] =
        ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
    let mut words = header.split(|c: char| !letter(c));
    words.find(|word| word.split_once('/').is_some_and(|(area, city)| AREAS.contains(&area) && !city.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::{HOUR_US, Wall, Zone, named_zone, offset_of, zone_of_header};

    #[test]
    fn offsets_are_read_as_written() {
        for (text, hours) in
            [("-05:00", -5.0), ("GMT+02:00", 2.0), ("+0530", 5.5), ("UTC", 0.0), ("GMT-4", -4.0), ("Z", 0.0)]
        {
            assert_eq!(offset_of(text), Some((hours * HOUR_US as f64) as i64), "{text}");
        }
        for text in ["", "5", "+25:00", "+5:60", "CET", "-x"] {
            assert_eq!(offset_of(text), None, "{text}");
        }
        assert_eq!(zone_of_header("Date Time, GMT-05:00"), Some(("GMT-05:00".into(), -5 * HOUR_US)));
        assert_eq!(zone_of_header("time (UTC)"), Some(("UTC".into(), 0)));
        for (header, hours) in [
            ("Date GMT -0700", -7.0),
            ("time utc+01:00", 1.0),
            ("time_utc", 0.0),
            ("TimeUTC", 0.0),
            ("Zeit [MEZ]", 1.0),
            ("Time (EST)", -5.0),
            ("MST", -7.0),
            ("local (+05:30)", 5.5),
        ] {
            let found = zone_of_header(header).map(|(_, offset_us)| offset_us);
            assert_eq!(found, Some((hours * HOUR_US as f64) as i64), "{header}");
        }
        for header in ["Temp", "Time (est.)", "outcome", "time (h)", "Time (America/New_York)"] {
            assert_eq!(zone_of_header(header), None, "{header}");
        }
        assert_eq!(named_zone("timestamp(America/New_York)"), Some("America/New_York"));
        assert_eq!(named_zone("CO/NO2 time"), None);
    }

    #[test]
    fn moved_clocks_skip_and_repeat_an_hour() {
        // Winter +1, summer +2 from 10 h to 100 h UTC.
        let changes = vec![(0, HOUR_US), (10 * HOUR_US, 2 * HOUR_US), (100 * HOUR_US, HOUR_US)];
        let zone = Zone { name: "x".into(), changes };
        let wall = |half_hours: i64| zone.wall(half_hours * HOUR_US / 2);
        assert_eq!(wall(21), Wall::Once(19 * HOUR_US / 2));
        assert_eq!(wall(23), Wall::Never(21 * HOUR_US / 2));
        assert_eq!(wall(24), Wall::Once(10 * HOUR_US));
        assert_eq!(wall(203), Wall::Twice(199 * HOUR_US / 2, 201 * HOUR_US / 2));
        assert_eq!(wall(204), Wall::Once(101 * HOUR_US));
        assert_eq!(zone.start_of_day_us(1), 22 * HOUR_US);
        assert_eq!(zone.local_us(22 * HOUR_US), 24 * HOUR_US);
        assert_eq!(Zone::default().start_of_day_us(2), 48 * HOUR_US);
    }
}
