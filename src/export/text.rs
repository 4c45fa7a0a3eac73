//! Values as text in CSV cells: times, dates, numbers, and text that a spreadsheet must not take for a formula.

use std::borrow::Cow;
use std::fmt::Write;

use crate::contract::starts_formula;
use crate::table::{DAY_US, day_of};

/// Appends a date, `2024-02-29`. Days since 1970-01-01 in the proleptic Gregorian calendar.
pub fn push_day(out: &mut String, day: i32) {
    let (year, month, day) = civil(day);
    if year < 0 {
        out.push('-');
    }
    push_digits(out, year.unsigned_abs(), 4);
    out.push('-');
    push_digits(out, month.into(), 2);
    out.push('-');
    push_digits(out, day.into(), 2);
}

/// Appends `2024-02-29 08:00:00.25`: the fraction without trailing zeros, none where there is none.
pub fn push_time(out: &mut String, timestamp_us: i64) {
    push_day(out, day_of(timestamp_us));
    let within = timestamp_us.rem_euclid(DAY_US).unsigned_abs();
    let (seconds, mut fraction) = (within / 1_000_000, within % 1_000_000);
    for (separator, part) in [(' ', seconds / 3600), (':', seconds / 60 % 60), (':', seconds % 60)] {
        out.push(separator);
        push_digits(out, part, 2);
    }
    if fraction > 0 {
        let mut digits = 6;
        while fraction.is_multiple_of(10) {
            fraction /= 10;
            digits -= 1;
        }
        out.push('.');
        push_digits(out, fraction, digits);
    }
}

/// Appends a finite number in the shortest form that reads back equal, nothing for a missing one: `20.0`, `-0.5`, `1e300`.
pub fn push_number(out: &mut String, value: f64) {
    if value.is_nan() {
        return;
    }
    // Most measurements have at most four decimals. Where value is the double nearest to n / 10000 and n has at most fifteen
    // digits, those digits without trailing zeros are the shortest form: decimals of fifteen digits or fewer never share a
    // double.
    let scaled = (value * 1e4).round();
    if scaled.abs() < 1e15 && scaled / 1e4 == value && (value != 0.0 || value.is_sign_positive()) {
        if value < 0.0 {
            out.push('-');
        }
        let scaled = scaled.abs() as u64;
        push_digits(out, scaled / 10_000, 1);
        out.push('.');
        let (mut fraction, mut digits) = (scaled % 10_000, 4);
        while digits > 1 && fraction.is_multiple_of(10) {
            fraction /= 10;
            digits -= 1;
        }
        push_digits(out, fraction, digits);
        return;
    }
    // Shortest digits, with an exponent only where plain digits would be a monster.
    let _ = write!(out, "{value:?}");
}

/// Appends `value` with at least `width` digits.
pub fn push_digits(out: &mut String, mut value: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    while value > 0 || digits.len() - start < width {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    out.extend(digits[start..].iter().map(|&d| char::from(d)));
}

/// A text cell for a spreadsheet: with one leading `'` where it would be taken for a formula, else as it is.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if starts_formula(text.as_bytes()) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Year, month and day of a day since 1970-01-01, after Howard Hinnant's `civil_from_days`: eras of 400 years that start on
/// the first of March.
fn civil(day: i32) -> (i64, u8, u8) {
    let shifted = i64::from(day) + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * shifted_month + 2) / 5 + 1) as u8;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u8;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: f64) -> String {
        let mut out = String::new();
        push_number(&mut out, value);
        out
    }

    fn time(timestamp_us: i64) -> String {
        let mut out = String::new();
        push_time(&mut out, timestamp_us);
        out
    }

    #[test]
    fn numbers_are_short_and_read_back_equal() {
        let cases = [
            (20.0, "20.0"),
            (-0.5, "-0.5"),
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (22.5001, "22.5001"),
            (1013.25, "1013.25"),
            (1e300, "1e300"),
            (-4.9e-324, "-5e-324"),
            (f64::MAX, "1.7976931348623157e308"),
            (9_007_199_254_740_993.0, "9007199254740992.0"),
        ];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
        assert_eq!(number(f64::NAN), "");
    }

    #[test]
    fn the_short_way_gives_the_same_text_as_the_long_one() {
        // Digits from a fixed multiplicative walk: two to six decimals, some beyond what the short way covers.
        let mut seed = 7_u64;
        for _ in 0..200_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = ((seed >> 33) as f64 - 1e9) / [1e2, 1e3, 1e4, 1e5, 3.0][(seed % 5) as usize];
            assert_eq!(number(value), format!("{value:?}"));
            assert_eq!(number(value).parse::<f64>(), Ok(value));
        }
    }

    #[test]
    fn times_have_fractions_only_where_needed() {
        let cases = [
            (0, "1970-01-01 00:00:00"),
            (-1, "1969-12-31 23:59:59.999999"),
            (1_709_193_600_250_000, "2024-02-29 08:00:00.25"),
            (951_782_400_000_001, "2000-02-29 00:00:00.000001"),
            (-62_135_596_800_000_000, "0001-01-01 00:00:00"),
            (253_402_300_799_000_000, "9999-12-31 23:59:59"),
        ];
        for (timestamp_us, expected) in cases {
            assert_eq!(time(timestamp_us), expected);
        }
    }

    #[test]
    fn days_agree_with_chrono_over_four_hundred_years() {
        let epoch = chrono::NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        for day in -70_000..80_000 {
            let mut ours = String::new();
            push_day(&mut ours, day);
            assert_eq!(ours, (epoch + chrono::Duration::days(day.into())).to_string());
        }
    }

    #[test]
    fn formulas_get_one_apostrophe() {
        for text in ["=1+1", "+1", "-2", "@x", "'quoted", "\tx", "\rx", "\nx", "  =1", "\0"] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["", "sensor_1", "a=b", "007", "<b>"] {
            assert_eq!(guarded(text), text);
        }
    }
}
