//! Rows as lines of a CSV.

use std::io::Write;

use super::footer::{Column, Footer, Meaning};
use super::pages::{self, Pages};
use super::values::Values;
use super::{Refused, damaged};
use crate::survey::rfc3339;

const DAY_US: i64 = crate::table::DAY_US;

/// The text of a file: a header, and a line a row. Missing values are empty; texts of our own exports carry the guard that the reader of
/// such a CSV takes off.
///
/// # Errors
/// A sentence: what is not read, or what is damaged; that there is more text than `most` bytes.
pub(in crate::ingest) fn text_of(file: &[u8], most: usize) -> Result<Vec<u8>, Refused> {
    let footer = Footer::of(file)?;
    let named = |name: &str| footer.columns.iter().any(|column| column.name == name);
    let ours = ["temp_rolling_avg_3", "anomaly_type", "is_anomaly"].into_iter().all(named);
    let mut out = Vec::new();
    for (at, column) in footer.columns.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        push_quoted(&mut out, column.name.as_bytes(), false);
    }
    out.push(b'\n');
    for group in &footer.groups {
        let columns: Vec<Pages> = footer
            .columns
            .iter()
            .zip(&group.chunks)
            .map(|(column, chunk)| pages::read(file, column, chunk))
            .collect::<Result<_, _>>()?;
        let mut next = vec![0; columns.len()];
        for row in 0..group.rows {
            for (at, (column, pages)) in footer.columns.iter().zip(&columns).enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                if pages.present.get(row).copied().unwrap_or(!column.optional) {
                    push(&mut out, column, &pages.values, next[at], ours)?;
                    next[at] += 1;
                }
            }
            if out.last() == Some(&b'\n') && columns.len() == 1 {
                // A blank line would be no row.
                out.extend(b"\"\"");
            }
            out.push(b'\n');
            if out.len() > most {
                return Err("the Parquet file holds more than 512 MB of text; narrow it, or export it in parts".into());
            }
        }
    }
    Ok(out)
}

fn push(out: &mut Vec<u8>, column: &Column, values: &Values, at: usize, ours: bool) -> Result<(), Refused> {
    let lacking = || damaged("a column lacks values");
    match values {
        Values::Bool(values) => out.extend(if *values.get(at).ok_or_else(lacking)? { &b"true"[..] } else { b"false" }),
        Values::Whole(values) => push_whole(out, column.meaning, *values.get(at).ok_or_else(lacking)?),
        Values::Number(values) => push_number(out, *values.get(at).ok_or_else(lacking)?),
        Values::Text(texts) => {
            let text = texts.get(at).ok_or_else(lacking)?;
            match column.meaning {
                Meaning::Decimal(scale) if text.len() <= 16 => push_decimal(out, big_endian(text), scale),
                Meaning::Half if text.len() == 2 => push_number(out, half([text[0], text[1]])),
                // Bytes that are no text would make other cells of the line none.
                _ => push_quoted(out, String::from_utf8_lossy(text).as_bytes(), ours),
            }
        }
    }
    Ok(())
}

fn write_to(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Memory takes what it is given.
    let _ = out.write_fmt(text);
}

fn push_number(out: &mut Vec<u8>, number: f64) {
    if !number.is_nan() {
        write_to(out, format_args!("{number}"));
    }
}

fn push_whole(out: &mut Vec<u8>, meaning: Meaning, number: i64) {
    let time = match meaning {
        Meaning::Date => number.checked_mul(DAY_US).map(rfc3339).and_then(|time| Some(time.get(..10)?.to_string())),
        Meaning::Time { per_second, utc } => {
            let us = if per_second > 1_000_000 {
                Some(number.div_euclid(per_second / 1_000_000))
            } else {
                number.checked_mul(1_000_000 / per_second)
            };
            us.map(rfc3339)
                .filter(|time| !time.is_empty())
                .map(|time| if utc { time } else { time.trim_end_matches('Z').to_string() })
        }
        Meaning::Decimal(scale) => return push_decimal(out, i128::from(number), scale),
        Meaning::Unsigned if number < 0 => return write_to(out, format_args!("{}", number as u64)),
        _ => None,
    };
    match time {
        Some(time) => out.extend_from_slice(time.as_bytes()),
        None => write_to(out, format_args!("{number}")),
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
fn push_quoted(out: &mut Vec<u8>, text: &[u8], ours: bool) {
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
