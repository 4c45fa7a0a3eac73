//! Flags counted, and on the way a note for every sixty-four rows of the types in them.

use std::ops::Range;

use super::facts::FlagCounts;

/// Rows of a note.
pub(super) const STRETCH: usize = 64;

/// Which types of flag may occur in each stretch of rows, counted from row 0: one byte on sixty-four readings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stretches(Vec<u8>);

impl Stretches {
    pub(super) const HIGH_TEMPERATURE: u8 = 1;
    pub(super) const LOW_BATTERY: u8 = 2;
    pub(super) const BOTH: u8 = 4;

    /// Notes of no flag.
    pub(super) fn new(rows: usize) -> Self {
        Self(vec![0; rows.div_ceil(STRETCH)])
    }

    /// The types in a stretch: a bit each. Any, where there is no note.
    pub(super) fn kinds(&self, stretch: usize) -> u8 {
        let any = Self::HIGH_TEMPERATURE | Self::LOW_BATTERY | Self::BOTH;
        self.0.get(stretch).copied().unwrap_or(any)
    }

    fn note(&mut self, stretch: usize, counts: &FlagCounts) {
        if let Some(kinds) = self.0.get_mut(stretch) {
            let note = |count: u64, bit: u8| if count > 0 { bit } else { 0 };
            *kinds |= note(counts.high_temperature, Self::HIGH_TEMPERATURE);
            *kinds |= note(counts.low_battery, Self::LOW_BATTERY);
            *kinds |= note(counts.both, Self::BOTH);
        }
    }
}

/// Counts the flags of `rows` by type and notes where they are.
pub(super) fn counted(bytes: &[u8], rows: Range<usize>, stretches: &mut Stretches) -> FlagCounts {
    let rows = rows.start.min(bytes.len())..rows.end.min(bytes.len());
    let mut all = FlagCounts::default();
    let mut at = rows.start;
    while at < rows.end {
        let end = (at / STRETCH * STRETCH + STRETCH).min(rows.end);
        let (counts, any) = count(&bytes[at..end]);
        if any {
            stretches.note(at / STRETCH, &counts);
            all.add(counts);
        }
        at = end;
    }
    all
}

/// Counts at most sixty-four flag bytes, eight to a word: most words are nothing but zeros, and sums of eight fit a byte.
fn count(bytes: &[u8]) -> (FlagCounts, bool) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut words = [0_u64; STRETCH / 8];
    let (chunks, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let mut at = 0;
    for &eight in chunks {
        words[at] = u64::from_le_bytes(eight);
        at += 1;
    }
    if at < words.len() {
        words[at] = u64::from_le_bytes(last);
    }
    if words.iter().fold(0, |all, word| all | word) == 0 {
        return (FlagCounts::default(), false);
    }
    let (mut hot, mut low, mut both) = (0_u64, 0_u64, 0_u64);
    for word in words {
        let (is_hot, is_low) = (word & ONES, word >> 1 & ONES);
        hot += is_hot;
        low += is_low;
        both += is_hot & is_low;
    }
    // The product gathers the sum of all bytes in the highest one: at most sixty-four.
    let sum = |bytes: u64| bytes.wrapping_mul(ONES) >> 56;
    let (hot, low, both) = (sum(hot), sum(low), sum(both));
    (FlagCounts { high_temperature: hot - both, low_battery: low - both, both }, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_counted_by_exclusive_type_in_any_rows() {
        let bytes: Vec<u8> =
            (0..3_000_u32).map(|i| if i / 200 % 3 == 0 { 0 } else { (i * 7 % 11 % 4) as u8 }).collect();
        for rows in [0..3000, 0..0, 63..65, 5..7, 64..128, 1..2999, 130..900, 2900..4000] {
            let mut stretches = Stretches::new(bytes.len());
            let counts = counted(&bytes, rows.clone(), &mut stretches);
            let inside = |stretch: usize| {
                let rows = rows.start.max(stretch * 64)..rows.end.min(stretch * 64 + 64).min(3000);
                bytes.get(rows).unwrap_or(&[]).to_vec()
            };
            let of = |flag: u8| (0..47).flat_map(inside).filter(|&b| b == flag).count() as u64;
            assert_eq!((counts.high_temperature, counts.low_battery, counts.both), (of(1), of(2), of(3)), "{rows:?}");
            for stretch in 0..47 {
                let kinds = inside(stretch).into_iter().fold(0, |kinds, b| kinds | [0, 1, 2, 4][usize::from(b)]);
                assert_eq!(stretches.kinds(stretch), kinds);
            }
        }
        assert_eq!(count(&[3; 64]).0.both, 64);
        assert_eq!(Stretches::default().kinds(0), 7);
    }
}
