//! One bit a row.

/// A growable vector of bits, sixty-four to a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// `len` bits, all clear.
    pub fn zeros(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether bit `i` is set; false beyond the end.
    #[inline]
    pub fn get(&self, i: usize) -> bool {
        self.words.get(i / 64).is_some_and(|w| w >> (i % 64) & 1 == 1)
    }

    /// Sets bit `i`, which must be within the length.
    #[inline]
    pub fn set(&mut self, i: usize) {
        self.words[i / 64] |= 1 << (i % 64);
    }

    /// Clears every bit; the length stays.
    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    /// The places of set bits, ascending.
    pub fn ones(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(i, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let at = left.trailing_zeros() as usize;
                left &= left.checked_sub(1)?;
                Some(i * 64 + at)
            })
        })
    }

    pub fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        self.len += 1;
        if bit {
            self.set(self.len - 1);
        }
    }

    /// Appends whether each bit of `range` is set.
    #[inline(never)]
    pub fn mark(&self, range: std::ops::Range<usize>, into: &mut Vec<bool>) {
        into.extend(range.map(|i| self.get(i)));
    }

    /// How many bits are set in `range`.
    pub fn count(&self, range: std::ops::Range<usize>) -> usize {
        let (start, end) = (range.start, range.end.min(self.len));
        if start >= end {
            return 0;
        }
        let (first, last) = (start / 64, (end - 1) / 64);
        let mut total = 0;
        for i in first..=last {
            let mut word = self.words[i];
            if i == first {
                word &= !0 << (start % 64);
            }
            if i == last && !end.is_multiple_of(64) {
                word &= !0 >> (64 - end % 64);
            }
            total += word.count_ones() as usize;
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn counts_in_any_range_equal_a_loop() {
        let mut bits = Bits::default();
        for i in 0..300 {
            bits.push(i % 7 == 3 || i % 64 == 63);
        }
        for start in 0..300 {
            for end in start..=300 {
                let looped = (start..end).filter(|&i| bits.get(i)).count();
                assert_eq!(bits.ones().filter(|i| (start..end).contains(i)).count(), looped);
                assert_eq!(bits.count(start..end), looped, "{start}..{end}");
            }
        }
    }
}
