//! Numbers, times and sizes as people read them: separators, units, the right number of digits.
//!
//! Owns the one function for each kind of value that a person sees, on the page and on the command line. Assumes finite numbers
//! where a number is given. Refuses to compute anything: what is worded here was computed elsewhere.

use crate::table::DAY_US;

/// A whole number with commas: `1,000,000`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 row`, `2 rows`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// Most decimals that a measured or computed number is shown with.
const MOST_DECIMALS: usize = 2;

/// How many decimals show a number to two decimals without trailing zeros: 2 for 36.56, 1 for 36.5, 0 for 36.
pub fn decimals(value: f64) -> usize {
    let text = format!("{value:.MOST_DECIMALS$}");
    let zeros = text.len() - text.trim_end_matches('0').len();
    MOST_DECIMALS - zeros.min(MOST_DECIMALS)
}

/// A number with that many decimals and commas: `-1,013.25`. What rounds to nothing loses its sign.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return String::from("not a number");
    }
    if value.abs() >= 1e15 {
        return format!("{value:e}");
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let zero = text.bytes().all(|b| b == b'0' || b == b'.');
    let mut out = String::new();
    if value < 0.0 && !zero {
        out.push('-');
    }
    out.push_str(&count(whole.parse().unwrap_or(u64::MAX)));
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A number to two decimals, without trailing zeros: `36.5`, `1,013.25`.
pub fn number(value: f64) -> String {
    fixed(value, decimals(value))
}

/// A limit exactly as it is set, in the shortest form that reads back equal: `30`, `28.55`, `1e300`.
pub fn exact(value: f64) -> String {
    if value != 0.0 && (value.abs() >= 1e15 || value.abs() < 1e-6) { format!("{value:e}") } else { format!("{value}") }
}

/// Year, month and day of a day number (days since 1970-01-01), in the proleptic Gregorian calendar.
///
/// Howard Hinnant, `civil_from_days` (chrono-Compatible Low-Level Date Algorithms).
pub(crate) fn civil(day: i64) -> (i64, u32, u32) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let d = doy - (153 * mp + 2) / 5 + 1;
    let m = if mp < 10 { mp + 3 } else { mp - 9 };
    let y = yoe + era * 400 + i64::from(m <= 2);
    (y, m as u32, d as u32)
}

/// A day number as `2023-01-09`.
pub fn day(day: i32) -> String {
    let (y, m, d) = civil(i64::from(day));
    format!("{y:04}-{m:02}-{d:02}")
}

/// The day number of a text of the form `YYYY-MM-DD` that names a day that exists.
pub fn parse_day(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let part = |from: usize, to: usize| -> Option<i64> {
        let part = text.get(from..to)?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let (y, m, d) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    if !(1..=12).contains(&m) || !(1..=31).contains(&d) {
        return None;
    }
    let shifted = if m <= 2 { y - 1 } else { y };
    let era = shifted.div_euclid(400);
    let yoe = shifted.rem_euclid(400);
    let doy = (153 * (if m > 2 { m - 3 } else { m + 9 }) + 2) / 5 + d - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    let number = era * 146_097 + doe - 719_468;
    (civil(number) == (y, m as u32, d as u32)).then(|| i32::try_from(number).ok())?
}

/// A timestamp (microseconds UTC) as `2023-01-09 14:21:07`, with a fraction where there is one: `14:21:07.25`.
pub fn time(timestamp_us: i64) -> String {
    let mut out = minute(timestamp_us);
    let of_day = timestamp_us.rem_euclid(DAY_US);
    out.push_str(&format!(":{:02}", of_day / 1_000_000 % 60));
    let fraction = of_day % 1_000_000;
    if fraction > 0 {
        let digits = format!("{fraction:06}");
        out.push('.');
        out.push_str(digits.trim_end_matches('0'));
    }
    out
}

/// A timestamp (microseconds UTC) to the minute: `2023-01-09 14:21`.
pub fn minute(timestamp_us: i64) -> String {
    let (y, m, d) = civil(timestamp_us.div_euclid(DAY_US));
    let minutes = timestamp_us.rem_euclid(DAY_US) / 60_000_000;
    format!("{y:04}-{m:02}-{d:02} {:02}:{:02}", minutes / 60, minutes % 60)
}

/// A size with a decimal unit: `812 bytes`, `53.6 MB`.
pub fn bytes(n: u64) -> String {
    if n < 1_000 {
        return counted(n, "byte", "bytes");
    }
    let mut value = n as f64 / 1_000.0;
    let mut unit = "kB";
    for next in ["MB", "GB", "TB"] {
        // What would round to 1,000 belongs to the next unit.
        if value < 999.5 {
            break;
        }
        value /= 1_000.0;
        unit = next;
    }
    if value < 99.95 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

/// A span of time that something took or will take: `0.24 s`, `12 s`, `2 min 5 s`.
pub fn duration(seconds: f64) -> String {
    if seconds < 9.95 {
        let text = format!("{:.*}", if seconds < 0.995 { 2 } else { 1 }, seconds);
        return format!("{text} s");
    }
    let whole = seconds.round().min(1e9) as u64;
    match whole {
        0..=119 => format!("{whole} s"),
        120..=7_199 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3_600, whole / 60 % 60),
    }
}

/// A step between readings: `0.5 s`, `60 s`, `15 min`, `6 h`.
pub fn step(step_us: i64) -> String {
    let seconds = step_us as f64 / 1e6;
    if seconds <= 120.0 {
        format!("{} s", number(seconds))
    } else if seconds < 3_600.0 {
        format!("{} min", number(seconds / 60.0))
    } else if seconds < 172_800.0 {
        format!("{} h", number(seconds / 3_600.0))
    } else {
        format!("{} days", number(seconds / 86_400.0))
    }
}

/// A share in percent with one decimal: `2.0 %`. What is something but rounds to nothing is `under 0.1 %`.
pub fn share(part: u64, whole: u64) -> String {
    if part == 0 || whole == 0 {
        return String::from("0 %");
    }
    let percent = part as f64 * 100.0 / whole as f64;
    if percent < 0.05 { String::from("under 0.1 %") } else { format!("{percent:.1} %") }
}

/// What the names of files made from these begin with: `gateway-03` for one file, `gateway-03-and-2-more` for three. Without a usable name: `sensor-log`.
pub fn stem<S: AsRef<str>>(files: &[S]) -> String {
    let first = files.first().map_or("", |name| name.as_ref());
    let base = first.rsplit(['/', '\\']).next().unwrap_or(first);
    let stem = match base.rsplit_once('.') {
        Some((stem, _)) => stem,
        None => base,
    };
    // Characters that some file system refuses in a name.
    let forbidden = |c: char| c.is_control() || "<>:\"|?*".contains(c);
    let mut stem = stem.trim().replace(forbidden, "_");
    if stem.is_empty() {
        stem = "sensor-log".into();
    }
    match files.len() {
        0 | 1 => stem,
        count => format!("{stem}-and-{}-more", count - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_carry_separators() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(53_941), "53,941");
        assert_eq!(count(1_000_000), "1,000,000");
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(counted(12_000, "row", "rows"), "12,000 rows");
    }

    #[test]
    fn numbers_lose_only_what_two_decimals_cannot_show() {
        assert_eq!(number(36.56), "36.56");
        assert_eq!(number(36.5), "36.5");
        assert_eq!(number(36.0), "36");
        assert_eq!(number(-0.001), "0");
        assert_eq!(number(-20.25), "-20.25");
        assert_eq!(number(1_013.254), "1,013.25");
        assert_eq!(number(1e20), "1e20");
        assert_eq!(fixed(36.5, 2), "36.50");
        assert_eq!(fixed(1e14, 0), "100,000,000,000,000");
        assert_eq!(number(f64::NAN), "not a number");
    }

    #[test]
    fn limits_are_worded_exactly() {
        for (value, text) in
            [(30.0, "30"), (28.55, "28.55"), (1e300, "1e300"), (1e-9, "1e-9"), (-4.0, "-4"), (0.0, "0")]
        {
            assert_eq!(exact(value), text);
            assert_eq!(exact(value).parse::<f64>(), Ok(value));
        }
    }

    #[test]
    fn days_read_back_and_impossible_ones_do_not() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(-1), "1969-12-31");
        assert_eq!(day(19_366), "2023-01-09");
        for number in (-200_000..200_000).step_by(17) {
            assert_eq!(parse_day(&day(number)), Some(number), "{}", day(number));
        }
        for wrong in [
            "2023-02-29",
            "2023-13-01",
            "2023-00-01",
            "2023-1-1",
            "23-01-01",
            "2023/01/01",
            "+023-01-01",
            "",
            "2023-01-32",
            "２０",
        ] {
            assert_eq!(parse_day(wrong), None, "{wrong}");
        }
        assert_eq!(parse_day("2024-02-29"), Some(19_782));
    }

    #[test]
    fn times_show_a_fraction_only_where_there_is_one() {
        let us = 19_366 * DAY_US + 51_667 * 1_000_000;
        assert_eq!(time(us), "2023-01-09 14:21:07");
        assert_eq!(time(us + 250_000), "2023-01-09 14:21:07.25");
        assert_eq!(time(-1), "1969-12-31 23:59:59.999999");
        assert_eq!(minute(us), "2023-01-09 14:21");
    }

    #[test]
    fn sizes_and_spans_carry_their_unit() {
        assert_eq!(bytes(0), "0 bytes");
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(1_234), "1.2 kB");
        assert_eq!(bytes(53_600_000), "53.6 MB");
        assert_eq!(bytes(999_960), "1.0 MB");
        assert_eq!(bytes(535_000_000), "535 MB");
        assert_eq!(bytes(2_147_483_648), "2.1 GB");
        assert_eq!(duration(0.236), "0.24 s");
        assert_eq!(duration(1.27), "1.3 s");
        assert_eq!(duration(12.2), "12 s");
        assert_eq!(duration(125.0), "2 min 5 s");
        assert_eq!(duration(7_325.0), "2 h 2 min");
        assert_eq!(step(60_000_000), "60 s");
        assert_eq!(step(900_000_000), "15 min");
        assert_eq!(step(3_600_000_000), "1 h");
        assert_eq!(step(21_600_000_000), "6 h");
        assert_eq!(step(500_000), "0.5 s");
        assert_eq!(share(59_911, 3_000_000), "2.0 %");
        assert_eq!(share(1, 3_000_000), "under 0.1 %");
        assert_eq!(share(0, 0), "0 %");
    }
}
