//! A cell's bytes to a number, exactly.

/// What a cell of a number column holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NumberCell {
    /// Finite.
    Number(f64),
    Missing,
    /// Anything else: text, infinity, hexadecimal, overflow, ...
    Text,
}

/// The spellings of a missing number that the reference pipeline knows, after blanks are trimmed. Empty is missing too.
const MISSING: [&[u8]; 18] = [
    b"#N/A",
    b"#N/A N/A",
    b"#NA",
    b"-1.#IND",
    b"-1.#QNAN",
    b"-NaN",
    b"-nan",
    b"1.#IND",
    b"1.#QNAN",
    b"<NA>",
    b"N/A",
    b"NA",
    b"NULL",
    b"NaN",
    b"None",
    b"n/a",
    b"nan",
    b"null",
];

/// Powers of ten that an f64 holds exactly.
pub const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Reads a number cell. Numbers are decimal, with an optional sign, point and exponent, and correctly rounded.
#[inline]
pub fn parse(cell: &[u8]) -> NumberCell {
    match plain(cell) {
        Some(number) => NumberCell::Number(number),
        None => general(cell),
    }
}

/// The same where the decimal mark is a comma; a point is then no part of a number.
#[inline(never)]
pub fn parse_with_comma(cell: &[u8]) -> NumberCell {
    let cell = cell.trim_ascii();
    if cell.contains(&b'.') {
        return if MISSING.contains(&cell) { NumberCell::Missing } else { NumberCell::Text };
    }
    let mut text = [0; 64];
    match text.get_mut(..cell.len()) {
        Some(text) => {
            for (to, from) in text.iter_mut().zip(cell) {
                *to = if *from == b',' { b'.' } else { *from };
            }
            parse(text)
        }
        // Longer than any number.
        None => NumberCell::Text,
    }
}

/// `-?digits[.digits]` of at most 15 digits: the digits are an exact integer, the power of ten is exact, so that one division
/// rounds correctly (W. D. Clinger, "How to read floating point numbers accurately", 1990).
#[inline]
fn plain(cell: &[u8]) -> Option<f64> {
    let (negative, digits) = match cell {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, cell),
    };
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let mut mantissa = 0_u64;
    let mut count = 0;
    let mut point = None;
    for (i, &byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            mantissa = mantissa * 10 + u64::from(digit);
            count += 1;
        } else if byte == b'.' && point.is_none() {
            point = Some(i);
        } else {
            return None;
        }
    }
    if count == 0 || count > 15 {
        return None;
    }
    let mut number = mantissa as f64;
    if let Some(point) = point {
        number /= EXACT_POWERS[digits.len() - point - 1];
    }
    Some(if negative { -number } else { number })
}

#[inline(never)]
fn general(cell: &[u8]) -> NumberCell {
    let cell = cell.trim_ascii();
    if cell.is_empty() || MISSING.contains(&cell) {
        return NumberCell::Missing;
    }
    if !is_decimal(cell) {
        return NumberCell::Text;
    }
    match fast_float2::parse::<f64, _>(cell) {
        Ok(number) if number.is_finite() => NumberCell::Number(number),
        _ => NumberCell::Text,
    }
}

/// `[+-] digits [. digits] [e [+-] digits]`, with a digit before or after the point.
fn is_decimal(cell: &[u8]) -> bool {
    let mut rest = cell;
    if let [b'+' | b'-', after @ ..] = rest {
        rest = after;
    }
    let whole = digits(&mut rest);
    let mut fraction = 0;
    if let [b'.', after @ ..] = rest {
        rest = after;
        fraction = digits(&mut rest);
    }
    if whole + fraction == 0 {
        return false;
    }
    if let [b'e' | b'E', after @ ..] = rest {
        rest = after;
        if let [b'+' | b'-', after @ ..] = rest {
            rest = after;
        }
        if digits(&mut rest) == 0 {
            return false;
        }
    }
    rest.is_empty()
}

fn digits(rest: &mut &[u8]) -> usize {
    let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    *rest = &rest[count..];
    count
}

#[cfg(test)]
mod tests {
    use super::{NumberCell, parse};
    use proptest::prelude::*;

    #[test]
    fn reads_every_notation_of_the_reference() {
        for (text, number) in [
            ("20", 20.0),
            (" 20.5 ", 20.5),
            ("-0", -0.0),
            ("+3", 3.0),
            (".427", 0.427),
            ("-.033", -0.033),
            ("5.", 5.0),
            ("5.00E-06", 5e-6),
            ("1e9", 1e9),
            ("99999.994", 99999.994),
            ("1e-400", 0.0),
            ("0.1000000000000000055511151231257827", 0.1),
            ("9007199254740993", 9_007_199_254_740_992.0),
        ] {
            let NumberCell::Number(found) = parse(text.as_bytes()) else {
                panic!("{text} is a number");
            };
            assert_eq!(found.to_bits(), f64::to_bits(number), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_decimal_number() {
        for text in [
            "inf", "-inf", "Infinity", "1e400", "0x14", "2_0.5", "80%", "22,5", "22.5 C", "-", ".", "e5", "1e", "true",
            "ERR", "none", "1 2", "--1", "1.2.3", "٣",
        ] {
            assert_eq!(parse(text.as_bytes()), NumberCell::Text, "{text}");
        }
    }

    #[test]
    fn knows_the_missing_spellings() {
        for text in ["", "  ", "NA", "nan", "NULL", " null ", "#N/A N/A", "-1.#IND", "<NA>", "None"] {
            assert_eq!(parse(text.as_bytes()), NumberCell::Missing, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn rounds_as_the_standard_library(text in "-?[0-9]{1,19}(\\.[0-9]{0,12})?(e-?[0-9]{1,2})?") {
            let expected: f64 = text.parse().unwrap();
            let NumberCell::Number(found) = parse(text.as_bytes()) else { panic!("{text}") };
            prop_assert_eq!(found.to_bits(), expected.to_bits());
        }
    }
}
