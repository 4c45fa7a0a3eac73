//! Times as digits without marks: packed dates, hours and minutes, days of a year, patterns.
//!
//! Owns what such digits are. Assumes trimmed cells. Refuses what no calendar has; hour 24 is the next day's midnight.

use crate::dialect::calendar::DAY_US;

const SECOND_US: i64 = 1_000_000;
const MINUTE_US: i64 = 60 * SECOND_US;
const HOUR_US: i64 = 60 * MINUTE_US;

pub(super) fn day_us(year: i64, month: i64, day: i64) -> Option<i64> {
    let date = chrono::NaiveDate::from_ymd_opt(
        i32::try_from(year).ok()?,
        u32::try_from(month).ok()?,
        u32::try_from(day).ok()?,
    )?;
    Some(chrono::Datelike::num_days_from_ce(&date) as i64 * DAY_US - 719_163 * DAY_US)
}

pub(super) fn year_day_us(year: i64, day: i64) -> Option<i64> {
    let date = chrono::NaiveDate::from_yo_opt(i32::try_from(year).ok()?, u32::try_from(day).ok()?)?;
    Some(chrono::Datelike::num_days_from_ce(&date) as i64 * DAY_US - 719_163 * DAY_US)
}

/// `20240301`, `2024030107`, `202403010715`, `20240301071500`: microseconds since 1970.
pub(super) fn packed_us(cell: &[u8]) -> Option<i64> {
    let pattern = match cell.len() {
        8 => "%Y%m%d",
        10 => "%Y%m%d%H",
        12 => "%Y%m%d%H%M",
        14 => "%Y%m%d%H%M%S",
        _ => return None,
    };
    // 1900 to 2100.
    pattern_us(cell, pattern).filter(|us| (-2_208_988_800 * SECOND_US..4_102_444_800 * SECOND_US).contains(us))
}

/// Hours and minutes without a mark: `5` is five past midnight, `2400` the next one.
pub(super) fn hour_minute_us(cell: &[u8]) -> Option<i64> {
    let digits: i64 = std::str::from_utf8(cell).ok().filter(|text| text.len() <= 4)?.parse().ok()?;
    let (hour, minute) = (digits / 100, digits % 100);
    let good = (0..24).contains(&hour) && minute < 60 && digits >= 0 || digits == 2400;
    good.then_some(hour * HOUR_US + minute * MINUTE_US)
}

/// Digits by a pattern of `%Y %m %d %H %M %S %j`; `_` passes any character.
pub(super) fn pattern_us(cell: &[u8], pattern: &str) -> Option<i64> {
    let mut rest = std::str::from_utf8(cell).ok()?;
    let (mut year, mut month, mut day, mut of_year, mut hour, mut minute, mut second) = (0, 1, 1, None, 0, 0, 0);
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            let first = rest.chars().next().filter(|found| letter == '_' || *found == letter)?;
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (field, most): (&mut i64, usize) = match letters.next()? {
            'Y' => (&mut year, 4),
            'm' => (&mut month, 2),
            'd' => (&mut day, 2),
            'H' => (&mut hour, 2),
            'M' => (&mut minute, 2),
            'S' => (&mut second, 2),
            'j' => (of_year.insert(0), 3),
            _ => return None,
        };
        let digits = rest.get(..most).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        *field = digits.parse().ok()?;
        rest = &rest[most..];
    }
    let day = match of_year {
        Some(of_year) => year_day_us(year, of_year)?,
        None => day_us(year, month, day)?,
    };
    let good = rest.is_empty() && hour <= 24 && minute < 60 && second < 60 && (hour < 24 || minute == 0 && second == 0);
    good.then_some(day + hour * HOUR_US + minute * MINUTE_US + second * SECOND_US)
}

#[cfg(test)]
mod tests {
    use super::{hour_minute_us, packed_us, pattern_us};

    #[test]
    fn packed_digits_are_times() {
        let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros();
        assert_eq!(packed_us(b"20240229"), Some(at("2024-02-29T00:00:00Z")));
        assert_eq!(packed_us(b"202402292400"), Some(at("2024-03-01T00:00:00Z")));
        assert_eq!(packed_us(b"20240229071530"), Some(at("2024-02-29T07:15:30Z")));
        for none in ["20230229", "19991301", "12345678", "2024", "20240229256000", "202402292430"] {
            assert_eq!(packed_us(none.as_bytes()), None, "{none}");
        }
        assert_eq!(pattern_us(b"012016070616", "__%Y%m%d%H"), Some(at("2016-07-06T16:00:00Z")));
        assert_eq!(pattern_us(b"2018-032", "%Y-%j"), Some(at("2018-02-01T00:00:00Z")));
        assert_eq!(pattern_us(b"2018-032x", "%Y-%j"), None);
        assert_eq!(hour_minute_us(b"5"), Some(5 * 60_000_000));
        assert_eq!(hour_minute_us(b"2400"), Some(24 * 3_600_000_000));
        assert_eq!((hour_minute_us(b"2401"), hour_minute_us(b"1275"), hour_minute_us(b"-5")), (None, None, None));
    }
}
