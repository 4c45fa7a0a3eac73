//! Finds the bytes that can end a cell, sixty-four bytes at a time.

use wide::u8x16;

/// Walks over the positions of delimiters, line ends and quotes in a buffer.
pub(super) struct Marks<'a> {
    buffer: &'a [u8],
    delimiter: u8,
    /// Start of the block that `mask` describes.
    base: usize,
    /// Bit `i`: the byte at `base + i` is one of the four, and was not handed out yet.
    mask: u64,
}

impl<'a> Marks<'a> {
    pub fn new(buffer: &'a [u8], delimiter: u8) -> Self {
        let mut marks = Self { buffer, delimiter, base: 0, mask: 0 };
        marks.mask = marks.block(0);
        marks
    }

    /// The next position, ascending.
    #[inline]
    pub fn next(&mut self) -> Option<usize> {
        while self.mask == 0 {
            self.base += 64;
            if self.base >= self.buffer.len() {
                self.base = self.buffer.len();
                return None;
            }
            self.mask = self.block(self.base);
        }
        let position = self.base + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        Some(position)
    }

    /// Goes on from `position`, which may lie anywhere.
    pub fn seek(&mut self, position: usize) {
        self.base = position - position % 64;
        if self.base >= self.buffer.len() {
            self.base = self.buffer.len();
            self.mask = 0;
            return;
        }
        self.mask = self.block(self.base) & (!0 << (position % 64));
    }

    #[inline]
    fn block(&self, base: usize) -> u64 {
        if let Some(block) = self.buffer.get(base..base + 64) {
            return special(block, self.delimiter);
        }
        let Some(rest) = self.buffer.get(base..) else {
            return 0;
        };
        let mut block = [0; 64];
        block[..rest.len()].copy_from_slice(rest);
        special(&block, self.delimiter)
    }
}

/// One bit a byte of a 64-byte block: delimiter, quote, LF or CR.
#[inline]
fn special(block: &[u8], delimiter: u8) -> u64 {
    let mut mask = 0;
    for (i, lane) in block.chunks_exact(16).enumerate() {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(lane);
        let lane = u8x16::new(bytes);
        let hits = lane.simd_eq(u8x16::splat(delimiter))
            | lane.simd_eq(u8x16::splat(b'"'))
            | lane.simd_eq(u8x16::splat(b'\n'))
            | lane.simd_eq(u8x16::splat(b'\r'));
        mask |= u64::from(hits.to_bitmask()) << (16 * i);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::Marks;

    #[test]
    fn finds_what_a_loop_finds_from_anywhere() {
        let mut bytes = Vec::new();
        for i in 0..1000_u32 {
            bytes.push(b"abc,\"\n\r\0xyz0123456789,"[(i.wrapping_mul(2_654_435_761) >> 27) as usize % 22]);
        }
        for start in [0, 1, 63, 64, 65, 500, 999, 1000] {
            let mut marks = Marks::new(&bytes, b',');
            marks.seek(start);
            let mut found = Vec::new();
            while let Some(position) = marks.next() {
                found.push(position);
            }
            let looped: Vec<usize> = (start..bytes.len()).filter(|&i| b",\"\n\r".contains(&bytes[i])).collect();
            assert_eq!(found, looped, "from {start}");
        }
    }
}
