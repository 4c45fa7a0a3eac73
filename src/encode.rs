//! The encodings of Parquet pages: runs and packed bits, differences, booleans, dictionaries.
//!
//! Owns the loops over values; `export` says what goes into a file. Stands among the stages because those are built for speed; what
//! is called with whole stretches is never inlined, for it would then be built like its caller.
//! Assumes nothing but integers; follows "Encodings.md" of the Parquet format. One encoder a kind of value instead of the
//! crate's writers for every type keeps the page small and the export fast.

/// Values of one group of packed bits.
const GROUP: usize = 8;
/// Groups of one run of packed bits: its header then fits one byte, as other writers keep it.
const GROUPS: usize = 63;
/// Differences of one block, and of one of its four parts.
const BLOCK: usize = 128;
const MINIBLOCK: usize = 32;

/// Appends an unsigned number, seven bits a byte, lowest first.
fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Bits that hold every value up to `largest`, at least one.
pub fn width_of(largest: u32) -> u32 {
    (32 - largest.leading_zeros()).max(1)
}

/// Appends values as the hybrid of runs and packed bits (`RLE`), each `width` bits wide.
#[inline(never)]
pub fn hybrid(out: &mut Vec<u8>, values: &[u32], width: u32) {
    let (mut packed_from, mut at) = (0, 0);
    while at < values.len() {
        let first = values[at];
        let run = values[at..].iter().take_while(|&&value| value == first).count();
        if run >= GROUP {
            packed(out, &values[packed_from..at], width);
            one_run(out, first, run, width);
            at += run;
            packed_from = at;
        } else {
            at = values.len().min(at + GROUP);
        }
    }
    packed(out, &values[packed_from..], width);
}

/// Appends one run of a value, as [`hybrid`] would.
pub fn one_run(out: &mut Vec<u8>, value: u32, count: usize, width: u32) {
    varint(out, (count as u64) << 1);
    out.extend_from_slice(&value.to_le_bytes()[..width.div_ceil(8) as usize]);
}

/// Appends runs of packed bits; the last group is filled up with zeros.
fn packed(out: &mut Vec<u8>, values: &[u32], width: u32) {
    for run in values.chunks(GROUP * GROUPS) {
        let groups = run.len().div_ceil(GROUP);
        varint(out, (groups as u64) << 1 | 1);
        let end = out.len() + groups * width as usize;
        let (mut waiting, mut bits) = (0_u64, 0);
        for &value in run {
            waiting |= u64::from(value) << bits;
            bits += width;
            if bits >= 32 {
                out.extend_from_slice(&(waiting as u32).to_le_bytes());
                waiting >>= 32;
                bits -= 32;
            }
        }
        let rest = bits.div_ceil(8) as usize;
        out.extend_from_slice(&waiting.to_le_bytes()[..rest]);
        out.resize(end, 0);
    }
}

/// Appends integers as differences to the one before (`DELTA_BINARY_PACKED`).
#[inline(never)]
pub fn differences(out: &mut Vec<u8>, values: &[i64]) {
    let zigzag = |value: i64| (value << 1 ^ value >> 63) as u64;
    varint(out, BLOCK as u64);
    varint(out, (BLOCK / MINIBLOCK) as u64);
    varint(out, values.len() as u64);
    let Some(&first) = values.first() else {
        varint(out, 0);
        return;
    };
    varint(out, zigzag(first));
    let mut steps = [0_i64; BLOCK];
    let mut at = 1;
    while at < values.len() {
        let count = BLOCK.min(values.len() - at);
        for (i, step) in steps[..count].iter_mut().enumerate() {
            *step = values[at + i].wrapping_sub(values[at + i - 1]);
        }
        let steps = &steps[..count];
        let smallest = steps.iter().copied().min().unwrap_or_default();
        varint(out, zigzag(smallest));
        let above = |step: i64| step.wrapping_sub(smallest) as u64;
        let widths_at = out.len();
        out.resize(widths_at + BLOCK / MINIBLOCK, 0);
        for (i, part) in steps.chunks(MINIBLOCK).enumerate() {
            let widest = part.iter().fold(0, |all, &step| all | above(step));
            let width = 64 - widest.leading_zeros();
            out[widths_at + i] = width as u8;
            let end = out.len() + MINIBLOCK * width as usize / 8;
            let (mut waiting, mut bits) = (0_u128, 0);
            for &step in part {
                waiting |= u128::from(above(step)) << bits;
                bits += width;
                if bits >= 64 {
                    out.extend_from_slice(&(waiting as u64).to_le_bytes());
                    waiting >>= 64;
                    bits -= 64;
                }
            }
            let rest = bits.div_ceil(8) as usize;
            out.extend_from_slice(&waiting.to_le_bytes()[..rest]);
            out.resize(end, 0);
        }
        at += count;
    }
}

/// Appends booleans, one bit each, lowest first.
#[inline(never)]
pub fn booleans(out: &mut Vec<u8>, values: &[bool]) {
    out.extend(values.chunks(8).map(|eight| eight.iter().rev().fold(0, |byte, &value| byte << 1 | u8::from(value))));
}

/// Numbers anew in order of appearance: each becomes its place among the distinct ones, which are returned.
#[inline(never)]
pub fn by_appearance(numbers: &mut [u32]) -> Vec<u32> {
    let (mut found, mut place_of) = (Vec::new(), Vec::new());
    // Those of one device or file mostly come in a row.
    let mut last = (u32::MAX, 0);
    for number in numbers {
        if *number != last.0 {
            let at = *number as usize;
            if place_of.len() <= at {
                place_of.resize(at + 1, u32::MAX);
            }
            if place_of[at] == u32::MAX {
                place_of[at] = found.len() as u32;
                found.push(*number);
            }
            last = (*number, place_of[at]);
        }
        *number = last.1;
    }
    found
}

/// Smallest and largest integer; none of nothing.
#[inline(never)]
pub fn range(values: &[i64]) -> Option<(i64, i64)> {
    let first = *values.first()?;
    Some(values.iter().fold((first, first), |(min, max), &value| (min.min(value), max.max(value))))
}

/// The largest number; 0 of nothing.
#[inline(never)]
pub fn largest(values: &[u32]) -> u32 {
    values.iter().fold(0, |most, &value| most.max(value))
}

/// Distinct numbers in order of appearance, found by their bits.
pub struct Dictionary {
    pub values: Vec<f64>,
    /// Bits of a value and its index; an index of [`FREE`] is no value. A power of two, at most half full.
    slots: Vec<(u64, u32)>,
    last: (u64, u32),
}

const FREE: u32 = u32::MAX;

impl Default for Dictionary {
    fn default() -> Self {
        Self::new()
    }
}

/// Appends a 1 for each value and a 0 for each missing one; returns how many values there are.
#[inline(never)]
pub fn presence(values: &[f64], levels: &mut Vec<u32>) -> usize {
    let before = levels.len();
    levels.extend(values.iter().map(|value| u32::from(!value.is_nan())));
    levels[before..].iter().sum::<u32>() as usize
}

/// Smallest and largest value, missing ones ignored; none where all are missing.
#[inline(never)]
pub fn extremes(values: &[f64]) -> Option<(f64, f64)> {
    let (min, max) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), &value| {
        (if value < min { value } else { min }, if value > max { value } else { max })
    });
    (min <= max).then_some((min, max))
}

/// Appends values as they are, missing ones left out.
#[inline(never)]
pub fn plain(out: &mut Vec<u8>, values: &[f64]) {
    out.reserve(values.len() * 8);
    for value in values.iter().filter(|value| !value.is_nan()) {
        out.extend_from_slice(&value.to_le_bytes());
    }
}

impl Dictionary {
    pub fn new() -> Self {
        Self { values: Vec::new(), slots: vec![(0, FREE); 4096], last: (0, FREE) }
    }

    /// Appends the index of each value that is not missing; new ones are taken in.
    #[inline(never)]
    pub fn indices(&mut self, values: &[f64], indices: &mut Vec<u32>) {
        indices.reserve(values.len());
        for value in values.iter().filter(|value| !value.is_nan()) {
            indices.push(self.index(*value));
        }
    }

    #[inline]
    fn index(&mut self, value: f64) -> u32 {
        let bits = value.to_bits();
        if self.last == (bits, self.last.1) && self.last.1 != FREE {
            return self.last.1;
        }
        let mut slot = self.slot(bits);
        let index = loop {
            match self.slots[slot] {
                (_, FREE) => {
                    let index = self.values.len() as u32;
                    self.slots[slot] = (bits, index);
                    self.values.push(value);
                    if self.values.len() * 2 > self.slots.len() {
                        self.grow();
                    }
                    break index;
                }
                (found, index) if found == bits => break index,
                _ => slot = (slot + 1) & (self.slots.len() - 1),
            }
        };
        self.last = (bits, index);
        index
    }

    #[inline]
    fn slot(&self, bits: u64) -> usize {
        // Multiplicative hashing: the upper bits of the product depend on all bits of a value.
        let product = (bits ^ bits >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (product >> (64 - self.slots.len().trailing_zeros())) as usize
    }

    fn grow(&mut self) {
        self.slots = vec![(0, FREE); self.slots.len() * 4];
        for (index, value) in self.values.iter().enumerate() {
            let bits = value.to_bits();
            let mut slot = self.slot(bits);
            while self.slots[slot].1 != FREE {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = (bits, index as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the hybrid back, by the format's own words.
    fn unhybrid(mut bytes: &[u8], width: u32, count: usize) -> Vec<u32> {
        let mut values = Vec::new();
        let take = |bytes: &mut &[u8]| {
            let (mut value, mut shift) = (0_u64, 0);
            loop {
                let byte = bytes[0];
                *bytes = &bytes[1..];
                value |= u64::from(byte & 0x7F) << shift;
                shift += 7;
                if byte < 0x80 {
                    return value;
                }
            }
        };
        while values.len() < count {
            let header = take(&mut bytes);
            if header & 1 == 0 {
                let size = width.div_ceil(8) as usize;
                let mut value = [0; 4];
                value[..size].copy_from_slice(&bytes[..size]);
                bytes = &bytes[size..];
                values.resize(values.len() + (header >> 1) as usize, u32::from_le_bytes(value));
            } else {
                let groups = (header >> 1) as usize;
                let bit = |at: usize| u32::from(bytes[at / 8] >> (at % 8) & 1);
                for i in 0..groups * GROUP {
                    values.push((0..width as usize).map(|b| bit(i * width as usize + b) << b).sum());
                }
                bytes = &bytes[groups * width as usize..];
            }
        }
        assert!(bytes.is_empty() && values.len() < count + GROUP);
        values.truncate(count);
        values
    }

    #[test]
    fn runs_and_packed_bits_read_back() {
        let mut seed = 1_u64;
        let mut random = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed >> 40
        };
        for round in 0..400 {
            let width = 1 + round % 20;
            let mut values = Vec::new();
            while values.len() < round as usize * 5 {
                let value = random() as u32 & ((1 << width) - 1);
                let run = if random() % 3 == 0 { random() % 40 } else { 1 };
                values.extend(std::iter::repeat_n(value, run as usize));
            }
            let mut bytes = Vec::new();
            hybrid(&mut bytes, &values, width);
            assert_eq!(unhybrid(&bytes, width, values.len()), values, "{width} bits");
        }
    }

    #[test]
    fn a_dictionary_finds_every_value_by_its_bits() {
        let mut dictionary = Dictionary::new();
        let values: Vec<f64> = (0..50_000).map(|i| f64::from(i % 9000) / 100.0 - 20.0).chain([0.0, -0.0]).collect();
        let indices: Vec<u32> = values.iter().map(|&value| dictionary.index(value)).collect();
        assert_eq!(dictionary.values.len(), 9001);
        for (value, index) in values.iter().zip(indices) {
            assert_eq!(dictionary.values[index as usize].to_bits(), value.to_bits());
        }
    }

    #[test]
    fn widths_hold_the_largest_value() {
        assert_eq!([0, 1, 2, 3, 4, 255, 256].map(width_of), [1, 1, 2, 2, 3, 8, 9]);
    }
}
