//! Numbers of a few bits: runs and packed groups, and differences in blocks.

use super::{Refused, damaged, take, varint, zigzag};

/// Appends `count` numbers of `width` bits from runs and packed groups (RLE / bit-packing hybrid).
pub(super) fn hybrid(bytes: &mut &[u8], width: u32, count: usize, out: &mut Vec<u32>) -> Result<(), Refused> {
    if width > 32 {
        return Err(damaged("numbers are too wide"));
    }
    let end = out.len() + count;
    while out.len() < end {
        let head = varint(bytes)?;
        let left = end - out.len();
        if head & 1 == 0 {
            let run = usize::try_from(head >> 1).unwrap_or(usize::MAX);
            let value = take(bytes, width.div_ceil(8) as usize)?;
            let value = value.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte));
            if run == 0 {
                return Err(damaged("a run is empty"));
            }
            out.extend(std::iter::repeat_n(value, run.min(left)));
        } else {
            let groups = usize::try_from(head >> 1).unwrap_or(usize::MAX);
            let length = groups.checked_mul(width as usize).ok_or_else(|| damaged("a run is too long"))?;
            // The last groups may be cut where nothing follows them.
            let packed = take(bytes, length.min(bytes.len()))?;
            let there = if width == 0 { left } else { packed.len() * 8 / width as usize };
            let numbers = groups.saturating_mul(8).min(left).min(there);
            if numbers == 0 {
                return Err(damaged("it ends early"));
            }
            out.extend((0..numbers).map(|at| packed_at(packed, at * width as usize, width) as u32));
        }
    }
    Ok(())
}

/// A number of `width` bits from a bit on; bits beyond the end are zero.
fn packed_at(packed: &[u8], bit: usize, width: u32) -> u64 {
    let (first, shift) = (bit / 8, bit % 8);
    // Most numbers are in the eight bytes at hand.
    if width <= 56
        && let Some(bytes) = packed.get(first..).and_then(|bytes| bytes.first_chunk())
    {
        return u64::from_le_bytes(*bytes) >> shift & ((1 << width) - 1);
    }
    let mut wide = 0_u128;
    for (at, byte) in packed.iter().skip(first).take(9).enumerate() {
        wide |= u128::from(*byte) << (8 * at);
    }
    let mask = if width == 64 { u64::MAX } else { (1 << width) - 1 };
    (wide >> shift) as u64 & mask
}

/// Numbers as differences in blocks of miniblocks (DELTA_BINARY_PACKED).
pub(super) fn differences(bytes: &mut &[u8], most: usize) -> Result<Vec<i64>, Refused> {
    let size = |number: u64| usize::try_from(number).ok();
    let (block, minis, count) = (size(varint(bytes)?), size(varint(bytes)?), size(varint(bytes)?));
    let (Some(block), Some(minis), Some(count)) = (block, minis, count) else {
        return Err(damaged("a block is too long"));
    };
    let mut last = zigzag(bytes)?;
    if count > most
        || minis == 0
        || minis > 1 << 10
        || block > 1 << 20
        || block % minis != 0
        || (block / minis) % 8 != 0
    {
        return Err(damaged("a block has no size"));
    }
    let mut numbers = Vec::with_capacity(count);
    if count > 0 {
        numbers.push(last);
    }
    let each = block / minis;
    while numbers.len() < count {
        let least = zigzag(bytes)?;
        let widths = take(bytes, minis)?;
        for width in widths {
            if numbers.len() == count {
                break;
            }
            let width = u32::from(*width);
            if width > 64 || each == 0 {
                return Err(damaged("numbers are too wide"));
            }
            let packed = take(bytes, each / 8 * width as usize)?;
            for at in 0..each.min(count - numbers.len()) {
                let step = packed_at(packed, at * width as usize, width) as i64;
                last = last.wrapping_add(least).wrapping_add(step);
                numbers.push(last);
            }
        }
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::{differences, hybrid};

    #[test]
    fn the_examples_of_the_specification_are_read() {
        // 0 to 7 of three bits.
        let mut out = Vec::new();
        hybrid(&mut &[3, 0x88, 0xC6, 0xFA][..], 3, 8, &mut out).unwrap();
        assert_eq!(out, [0, 1, 2, 3, 4, 5, 6, 7]);
        let mut out = Vec::new();
        hybrid(&mut &[0x0A, 0x02][..], 2, 4, &mut out).unwrap();
        assert_eq!(out, [2; 4]);
        // 7, 5, 3, 1, 2, 3, 4, 5: least difference -2, in two bits.
        let mut bytes = vec![128, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0xC0, 0x3F];
        bytes.extend([0; 6]);
        assert_eq!(differences(&mut bytes.as_slice(), 8).unwrap(), [7, 5, 3, 1, 2, 3, 4, 5]);
        for end in 0..bytes.len() {
            assert!(differences(&mut &bytes[..end], 8).is_err(), "{end}");
        }
        assert!(
            hybrid(&mut &[0, 0][..], 2, 4, &mut Vec::new()).is_err() && differences(&mut bytes.as_slice(), 7).is_err()
        );
    }
}
