//! Thrift's compact protocol, as far as the metadata of a Parquet file needs it, written.
//!
//! Owns the bytes of fields and lists (Apache Thrift, "Thrift Compact protocol encoding"). Assumes that fields come in the order of their
//! numbers. Knows nothing of Parquet.

/// Types of fields and of entries of lists.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Bytes = 8,
    Struct = 12,
}

/// Structures in the making.
#[derive(Default)]
pub(super) struct Thrift {
    pub bytes: Vec<u8>,
    /// Number of the last field of each structure that is open.
    last: Vec<i16>,
}

impl Thrift {
    /// Begins a structure: the outermost, or an entry of a list.
    pub fn begin(&mut self) {
        self.last.push(0);
    }

    /// Ends the structure that was begun last.
    pub fn end(&mut self) {
        self.last.pop();
        self.bytes.push(0);
    }

    fn field(&mut self, number: i16, kind: u8) {
        let last = self.last.last_mut().map_or(0, |last| std::mem::replace(last, number));
        match u8::try_from(number - last) {
            Ok(step @ 1..=15) => self.bytes.push(step << 4 | kind),
            _ => {
                self.bytes.push(kind);
                self.zigzag(number.into());
            }
        }
    }

    pub fn number(&mut self, number: i16, kind: Kind, value: i64) {
        self.field(number, kind as u8);
        self.zigzag(value);
    }

    pub fn flag(&mut self, number: i16, value: bool) {
        self.field(number, if value { 1 } else { 2 });
    }

    pub fn text(&mut self, number: i16, value: &[u8]) {
        self.field(number, Kind::Bytes as u8);
        self.entry(value);
    }

    /// A structure as a field; end it.
    pub fn inner(&mut self, number: i16) {
        self.field(number, Kind::Struct as u8);
        self.begin();
    }

    /// A list of so many entries, which follow.
    pub fn list(&mut self, number: i16, kind: Kind, count: usize) {
        self.listed(number, kind as u8, count);
    }

    /// A list of truths.
    pub fn flags(&mut self, number: i16, values: &[bool]) {
        self.listed(number, 2, values.len());
        self.bytes.extend(values.iter().map(|value| if *value { 1 } else { 2 }));
    }

    fn listed(&mut self, number: i16, kind: u8, count: usize) {
        self.field(number, 9);
        if count < 15 {
            self.bytes.push((count as u8) << 4 | kind);
        } else {
            self.bytes.push(0xF0 | kind);
            self.varint(count as u64);
        }
    }

    /// A text as an entry of a list.
    pub fn entry(&mut self, value: &[u8]) {
        self.varint(value.len() as u64);
        self.bytes.extend_from_slice(value);
    }

    /// A number as an entry of a list.
    pub fn zigzag(&mut self, value: i64) {
        self.varint((value << 1 ^ value >> 63) as u64);
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Thrift};

    /// The example numbers of the protocol's description, and a field far from the one before it.
    #[test]
    fn numbers_and_fields_are_those_of_the_protocol() {
        let mut thrift = Thrift::default();
        thrift.begin();
        thrift.number(1, Kind::I32, -1);
        thrift.number(2, Kind::I64, 50_399);
        thrift.flag(3, true);
        thrift.text(40, b"ab");
        thrift.list(41, Kind::I64, 16);
        (0..16).for_each(|entry| thrift.zigzag(entry));
        thrift.end();
        let head = [0x15, 0x01, 0x16, 0xBE, 0x93, 0x06, 0x11, 0x08, 0x50, 0x02, b'a', b'b', 0x19, 0xF6, 0x10];
        assert_eq!(thrift.bytes[..head.len()], head);
        assert_eq!(thrift.bytes[head.len()..head.len() + 3], [0, 2, 4]);
        assert_eq!(thrift.bytes.last(), Some(&0));
    }
}
