//! The checksum of gzip and zip.
//!
//! Owns CRC-32 (ISO 3309: polynomial 0xEDB88320, reflected), eight bytes a step (M. Kounavis, F. Berry, "A Systematic Approach to
//! Building High Performance Software-based CRC Generators", 2005). Its tables are made when they are needed: sixteen thousand bytes of
//! them would not compress, and weigh as much as a fortieth of the page.

/// A checksum in the making.
#[derive(Clone, Debug)]
pub struct Checksum {
    sum: u32,
    tables: Box<[[u32; 256]; 8]>,
}

impl Default for Checksum {
    fn default() -> Self {
        let mut tables = Box::new([[0_u32; 256]; 8]);
        for number in 0..256 {
            let step = |rest: u32, _| if rest & 1 == 1 { rest >> 1 ^ 0xEDB8_8320 } else { rest >> 1 };
            tables[0][number] = (0..8).fold(number as u32, step);
        }
        for further in 1..8 {
            for number in 0..256 {
                let before = tables[further - 1][number];
                tables[further][number] = before >> 8 ^ tables[0][(before & 0xFF) as usize];
            }
        }
        Self { sum: !0, tables }
    }
}

impl Checksum {
    #[inline(never)]
    pub fn update(&mut self, bytes: &[u8]) {
        let tables = &self.tables;
        let mut sum = self.sum;
        let (blocks, rest) = bytes.as_chunks::<8>();
        for block in blocks {
            let low = sum.to_le_bytes();
            sum = (0..8).fold(0, |next, at| {
                let byte = if at < 4 { block[at] ^ low[at] } else { block[at] };
                next ^ tables[7 - at][usize::from(byte)]
            });
        }
        self.sum = rest.iter().fold(sum, |sum, byte| sum >> 8 ^ tables[0][((sum ^ u32::from(*byte)) & 0xFF) as usize]);
    }

    /// Of all bytes so far.
    pub fn sum(&self) -> u32 {
        !self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::Checksum;

    #[test]
    fn the_checksum_is_that_of_the_standard_in_any_pieces() {
        let of = |pieces: &[&[u8]]| {
            let mut sum = Checksum::default();
            pieces.iter().for_each(|piece| sum.update(piece));
            sum.sum()
        };
        assert_eq!((of(&[b"123456789"]), of(&[])), (0xCBF4_3926, 0));
        let long: Vec<u8> = (0..10_007_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let mut other = flate2::Crc::new();
        other.update(&long);
        for cut in [0, 1, 7, 8, 9, 5_000] {
            assert_eq!(of(&[&long[..cut], &long[cut..]]), other.sum(), "{cut}");
        }
    }
}
