//! Cells in the shape of nearly every log, read in one pass over their bytes, eight or sixteen at a time.
//!
//! Owns no rule: whatever is not plainly a short number, a clock on a known day or a known name is left to the general reader,
//! which decides. Assumes that a cell ends at the first delimiter, quote or line end. What is found here the general reader would
//! have found too; a property in `rows` holds both to it.

use wide::u8x16;

use crate::dialect::number::EXACT_POWERS;

/// Every byte of `x` is below 128: the high bit of each byte above 9, and maybe of bytes behind the first such.
const ABOVE_NINE: u64 = 0x7676_7676_7676_7676;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
const ZEROS: u64 = 0x3030_3030_3030_3030;

#[inline]
fn eight(block: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(block.get(at..at + 8)?.try_into().ok()?))
}

/// The number that starts at `at` and where its cell ends; NaN for an empty cell. At most eight digits and a point, which makes
/// the quotient exact, as in [`super::number`].
#[inline]
pub(super) fn number(block: &[u8], at: usize) -> Option<(f64, usize)> {
    let negative = *block.get(at)? == b'-';
    let start = at + usize::from(negative);
    let digits = eight(block, start)? ^ ZEROS;
    let others = ((digits.wrapping_add(ABOVE_NINE)) | digits) & HIGH_BITS;
    if others == 0 {
        return None;
    }
    // A bit position within its byte is 7, so that the shift to the byte's start is exact.
    let whole_bits = others.trailing_zeros() & !7;
    let (packed, count, fraction, length);
    if (digits >> whole_bits) & 0xFF == u64::from(b'.' ^ b'0') {
        let behind = others & (others - 1);
        if behind == 0 {
            return None;
        }
        length = (behind.trailing_zeros() >> 3) as usize;
        count = length - 1;
        fraction = count - (whole_bits >> 3) as usize;
        let before = (1_u64 << whole_bits) - 1;
        packed = (digits & before) | ((digits >> 8) & !before);
    } else {
        length = (whole_bits >> 3) as usize;
        (count, fraction, packed) = (length, 0, digits);
    }
    if count == 0 {
        return (length == 0 && !negative).then_some((f64::NAN, at));
    }
    // The first digit stands in the lowest byte: zeros are put before it. Then pairs, then fours, then eight.
    let digits = packed << (64 - 8 * count);
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let high = (pairs & 0xFF_0000_00FF).wrapping_mul(0x000F_4240_0000_0064);
    let low = ((pairs >> 16) & 0xFF_0000_00FF).wrapping_mul(0x0000_2710_0000_0001);
    let mantissa = high.wrapping_add(low) >> 32;
    let number = mantissa as f64 / EXACT_POWERS[fraction];
    Some((if negative { -number } else { number }, start + length))
}

/// Seconds of the day written `hh:mm:ss` in eight bytes.
#[inline]
pub(super) fn clock(block: &[u8], at: usize) -> Option<i64> {
    let digits = eight(block, at)? ^ 0x3030_3A30_303A_3030;
    let wrong = (((digits.wrapping_add(ABOVE_NINE)) | digits) & HIGH_BITS) | (digits & 0x0000_FF00_00FF_0000);
    let two = |shift: u32| ((digits >> shift) & 0xF) * 10 + ((digits >> (shift + 8)) & 0xF);
    let (hour, minute, second) = (two(0), two(24), two(48));
    if wrong != 0 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    i64::try_from(hour * 3600 + minute * 60 + second).ok()
}

/// A name of at most sixteen bytes, as two words and its length.
type Short = (u64, u64, usize);

/// Slots of [`Names`]: enough for the devices of most logs.
const SLOTS: usize = 1024;

/// Numbers of short names, each in the slot of its bytes; a name may push out another.
#[derive(Clone, Debug)]
pub(super) struct Names {
    delimiter: u8,
    slots: Vec<(Short, u32)>,
}

impl Names {
    pub fn new(delimiter: u8) -> Self {
        // No name has that length.
        Self { delimiter, slots: vec![((0, 0, usize::MAX), 0); SLOTS] }
    }

    /// The number of the name in the cell that starts at `at`, and where the cell ends.
    #[inline]
    pub fn number(&self, block: &[u8], at: usize) -> Option<(u32, usize)> {
        let window: [u8; 16] = block.get(at..at + 16)?.try_into().ok()?;
        let lane = u8x16::new(window);
        let ends = lane.simd_eq(u8x16::splat(self.delimiter))
            | lane.simd_eq(u8x16::splat(b'"'))
            | lane.simd_eq(u8x16::splat(b'\n'))
            | lane.simd_eq(u8x16::splat(b'\r'));
        let length = ends.to_bitmask().trailing_zeros() as usize;
        if length >= 16 {
            return None;
        }
        let short = short(u128::from_le_bytes(window), length);
        let (name, number) = self.slots[slot(short)];
        (name == short).then_some((number, at + length))
    }

    /// Keeps the number of a name.
    pub fn keep(&mut self, name: &[u8], number: u32) {
        if name.len() < 16 {
            let mut window = [0; 16];
            window[..name.len()].copy_from_slice(name);
            let short = short(u128::from_le_bytes(window), name.len());
            self.slots[slot(short)] = (short, number);
        }
    }
}

/// The first `length` bytes, below sixteen.
#[inline]
fn short(window: u128, length: usize) -> Short {
    let bytes = window & ((1 << (8 * length)) - 1);
    (bytes as u64, (bytes >> 64) as u64, length)
}

#[inline]
fn slot((low, high, length): Short) -> usize {
    let mixed = (low ^ high.rotate_left(31) ^ length as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 54) as usize
}

#[cfg(test)]
mod tests {
    use super::{Names, clock, number};
    use crate::dialect::number::{NumberCell, parse};
    use proptest::prelude::*;

    #[test]
    fn clocks_that_exist() {
        assert_eq!(clock(b"00:00:00", 0), Some(0));
        assert_eq!(clock(b"x23:59:59", 1), Some(86_399));
        for text in ["24:00:00", "12:60:00", "12:00:60", "1a:00:00", "12-00:00", "12:00;00", ":2:00:00", "12:0:000"] {
            assert_eq!(clock(text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn names_are_known_by_all_their_bytes() {
        let mut names = Names::new(b',');
        names.keep(b"sensor_001", 7);
        names.keep(b"", 8);
        let find = |text: &str| names.number(text.as_bytes(), 0);
        assert_eq!(find("sensor_001,20.5,1"), Some((7, 10)));
        assert_eq!(find("sensor_0012,20.5,"), None);
        assert_eq!(find("sensor_001\n20.5,1"), Some((7, 10)));
        assert_eq!(find("sensor_00,20.5,1,"), None);
        assert_eq!(find("sensor_001,"), None, "too near the end");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn numbers_are_those_of_the_general_reader(text in "(-?[0-9]{0,9}(\\.[0-9]{0,8})?|[-+0-9.eé/:;<]{0,9})", end in "[,\n\r]") {
            let block = format!("{text}{end}2023-01-01 08:00:00");
            if let Some((found, length)) = number(block.as_bytes(), 0) {
                // The caller goes on only where the cell ends.
                if !matches!(block.as_bytes()[length], b',' | b'\n' | b'\r') {
                    return Ok(());
                }
                prop_assert_eq!(length, text.len());
                match parse(text.as_bytes()) {
                    NumberCell::Number(expected) => prop_assert_eq!(found.to_bits(), expected.to_bits()),
                    NumberCell::Missing => prop_assert!(found.is_nan() && text.is_empty()),
                    NumberCell::Text => prop_assert!(false, "{} is no number", text),
                }
            } else {
                // Whatever fits is read: this way is not there for nothing.
                let digits = text.strip_prefix('-').unwrap_or(&text);
                let fits = digits.len() < 8 && digits.bytes().all(|b| b.is_ascii_digit());
                prop_assert!(!fits || text == "-", "{} was left", text);
            }
        }
    }
}
