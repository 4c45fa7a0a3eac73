//! Values as cells of a CSV.

use std::io::Write;

use super::footer::{Column, Meaning};
use super::values::Values;
use super::{Refused, damaged};
use crate::dialect::calendar::DAY_US;
use crate::survey::rfc3339;

/// Writes the cells of a column.
pub(super) struct Cells {
    /// The table is an export of ours, whose texts carry the guard that the reader of such a CSV takes off.
    ours: bool,
    /// The day of the latest time, and how it is written.
    day: i64,
    date: String,
}

/// A text has this many bytes at most: more is no cell of a reading.
const MOST_CELL_BYTES: usize = 16 << 20;
/// Decimals of the numbers that are written without a search for their shortest digits.
const FEW_DECIMALS: usize = 4;

impl Cells {
    pub(super) fn new(ours: bool) -> Self {
        Self { ours, day: i64::MIN, date: String::new() }
    }

    pub(super) fn push(
        &mut self,
        out: &mut Vec<u8>,
        column: &Column,
        values: &Values,
        at: usize,
    ) -> Result<(), Refused> {
        let lacking = || damaged("a column lacks values");
        match values {
            Values::Bool(values) => {
                out.extend(if *values.get(at).ok_or_else(lacking)? { &b"true"[..] } else { b"false" });
            }
            Values::Whole(values) => self.push_whole(out, column.meaning, *values.get(at).ok_or_else(lacking)?),
            Values::Number(values) => push_number(out, *values.get(at).ok_or_else(lacking)?),
            Values::Text(texts) => {
                let text = texts.get(at).ok_or_else(lacking)?;
                match column.meaning {
                    Meaning::Decimal(scale) if text.len() <= 16 => push_decimal(out, big_endian(text), scale),
                    Meaning::Half if text.len() == 2 => push_number(out, half([text[0], text[1]])),
                    _ if text.len() > MOST_CELL_BYTES => {
                        return Err("a cell of the Parquet file holds more than 16 MB; that is no reading".into());
                    }
                    // Bytes that are no text would make other cells of the line none.
                    _ => push_quoted(out, String::from_utf8_lossy(text).as_bytes(), self.ours),
                }
            }
        }
        Ok(())
    }

    fn push_whole(&mut self, out: &mut Vec<u8>, meaning: Meaning, number: i64) {
        let written = match meaning {
            Meaning::Date => self.push_date(out, number),
            Meaning::Time { per_second, utc } => {
                let us = if per_second > 1_000_000 {
                    Some(number.div_euclid(per_second / 1_000_000))
                } else {
                    number.checked_mul(1_000_000 / per_second)
                };
                us.is_some_and(|us| self.push_time(out, us, utc))
            }
            Meaning::Decimal(scale) => return push_decimal(out, i128::from(number), scale),
            Meaning::Unsigned => return push_digits(out, number as u64),
            _ => false,
        };
        // What the calendar does not have is the number that it is.
        if !written {
            if number < 0 {
                out.push(b'-');
            }
            push_digits(out, number.unsigned_abs());
        }
    }

    /// A date; false where the calendar has none.
    fn push_date(&mut self, out: &mut Vec<u8>, day: i64) -> bool {
        if self.day != day {
            let midnight = day.checked_mul(DAY_US).map(rfc3339).unwrap_or_default();
            self.date = midnight.split('T').next().unwrap_or_default().to_string();
            self.day = day;
        }
        out.extend_from_slice(self.date.as_bytes());
        !self.date.is_empty()
    }

    fn push_time(&mut self, out: &mut Vec<u8>, us: i64, utc: bool) -> bool {
        if !self.push_date(out, us.div_euclid(DAY_US)) {
            return false;
        }
        let (second, fraction) = (us.rem_euclid(DAY_US) / 1_000_000, us.rem_euclid(1_000_000));
        for (mark, number) in [(b'T', second / 3600), (b':', second / 60 % 60), (b':', second % 60)] {
            out.extend([mark, b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]);
        }
        if fraction > 0 {
            // The one ahead makes the six digits, and gives way to the point.
            let point = out.len();
            push_digits(out, 1_000_000 + fraction as u64);
            out[point] = b'.';
        }
        if utc {
            out.push(b'Z');
        }
        true
    }
}

fn write_to(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Memory takes what it is given.
    let _ = out.write_fmt(text);
}

fn push_digits(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// The shortest decimals that are read as that number again; none of what is no number.
fn push_number(out: &mut Vec<u8>, number: f64) {
    if number.is_nan() {
        return;
    }
    // A whole number of fifteen digits over a power of ten is one number alone, and the first that fits is the shortest.
    let size = number.abs();
    let mut power = 1.0;
    for decimals in 0..=FEW_DECIMALS {
        let scaled = (size * power + 0.5) as u64;
        if scaled >= 1_000_000_000_000_000 {
            break;
        }
        if scaled as f64 / power == size {
            if number.is_sign_negative() {
                out.push(b'-');
            }
            push_scaled(out, scaled, decimals);
            return;
        }
        power *= 10.0;
    }
    write_to(out, format_args!("{number}"));
}

/// A whole number over ten to so many.
fn push_scaled(out: &mut Vec<u8>, scaled: u64, decimals: usize) {
    let start = out.len();
    push_digits(out, scaled);
    if decimals > 0 {
        // Zeros ahead, so that a digit stands before the point.
        let missing = (decimals + 1).saturating_sub(out.len() - start);
        out.splice(start..start, std::iter::repeat_n(b'0', missing));
        out.insert(out.len() - decimals, b'.');
    }
}

fn big_endian(bytes: &[u8]) -> i128 {
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    bytes.iter().fold(if negative { -1 } else { 0 }, |number, byte| number << 8 | i128::from(*byte))
}

fn push_decimal(out: &mut Vec<u8>, number: i128, scale: u32) {
    let scale = scale.min(60) as usize;
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    write_to(out, format_args!("{}{whole}", if number < 0 { "-" } else { "" }));
    if scale > 0 {
        write_to(out, format_args!(".{fraction}"));
    }
}

/// A number of sixteen bits (IEEE 754 binary16).
fn half(bytes: [u8; 2]) -> f64 {
    let bits = u16::from_le_bytes(bytes);
    let (sign, exponent, fraction) =
        (if bits >> 15 == 1 { -1.0 } else { 1.0 }, bits >> 10 & 31, f64::from(bits & 1023));
    sign * match exponent {
        0 => fraction / 16_777_216.0,
        31 => {
            if fraction == 0.0 {
                f64::INFINITY
            } else {
                f64::NAN
            }
        }
        _ => (1.0 + fraction / 1024.0) * 2_f64.powi(i32::from(exponent) - 15),
    }
}

/// A text as a cell; in our own files with the guard of spreadsheets.
pub(super) fn push_quoted(out: &mut Vec<u8>, text: &[u8], ours: bool) {
    let first = text.iter().find(|byte| **byte != b' ');
    let guard = ours && first.is_some_and(|byte| b"=+-@'\t\r\n\0".contains(byte));
    let blank = text.first() == Some(&b' ') || text.last() == Some(&b' ');
    let quoted = blank || text.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'));
    if quoted {
        out.push(b'"');
    }
    if guard {
        out.push(b'\'');
    }
    for byte in text {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    if quoted {
        out.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::{Cells, push_number};
    use crate::columnar::footer::{Column, Meaning, Type};
    use crate::columnar::values::Values;
    use crate::survey::rfc3339;
    use proptest::prelude::*;

    fn written(number: f64) -> String {
        let mut out = Vec::new();
        push_number(&mut out, number);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_written_with_their_shortest_digits() {
        for number in [0.0, -0.0, 0.1, -0.05, 21.3, 0.1 + 0.2, 1e15, 999_999_999_999_999.0, 1e300, 5e-324, 0.00001] {
            assert_eq!(written(number), number.to_string());
        }
        for number in [f64::INFINITY, f64::NEG_INFINITY, f64::MAX, 99_999_999_999.999_9, 123_456_789_012.345_6] {
            assert_eq!(written(number), number.to_string());
        }
        assert_eq!(written(f64::NAN), "");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]
        #[test]
        fn any_number_is_written_as_the_library_writes_it(bits in any::<u64>(), whole in any::<i64>(), decimals in 0..7_i32) {
            for number in [f64::from_bits(bits), (whole % 100_000_000) as f64 / 10_f64.powi(decimals), whole as f64 / 10_f64.powi(decimals)] {
                prop_assert_eq!(written(number), if number.is_nan() { String::new() } else { number.to_string() });
            }
        }

        #[test]
        fn any_time_is_written_as_the_calendar_has_it(times in prop::collection::vec(prop_oneof![any::<i64>(), -5_000_000_000_000_000..5_000_000_000_000_000_i64], 1..4)) {
            let meaning = Meaning::Time { per_second: 1_000_000, utc: true };
            let column = Column { name: String::new(), kind: Type::Int64, meaning, optional: false };
            let mut cells = Cells::new(false);
            for (at, time) in times.iter().enumerate() {
                let mut out = Vec::new();
                cells.push(&mut out, &column, &Values::Whole(times.clone()), at).unwrap();
                let known = rfc3339(*time);
                prop_assert_eq!(String::from_utf8(out).unwrap(), if known.is_empty() { time.to_string() } else { known });
            }
        }
    }
}
