//! Values of a column as they are decoded, and the plain and text encodings.

use super::bits::differences;
use super::footer::Type;
use super::{Refused, damaged, take};

/// Decoded values, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    Bool(Vec<bool>),
    /// Whole numbers; of 96 bits, microseconds since 1970.
    Whole(Vec<i64>),
    Number(Vec<f64>),
    Text(Texts),
}

/// Texts in one piece.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Texts {
    /// Adds one; a few long ones repeated by their places may be of any size.
    pub(super) fn push(&mut self, text: &[u8]) -> Result<(), Refused> {
        if self.bytes.len() + text.len() > MOST_TEXT_BYTES {
            return Err(too_much_text());
        }
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u32);
        Ok(())
    }

    pub(super) fn get(&self, at: usize) -> Option<&[u8]> {
        let start = if at == 0 { 0 } else { *self.ends.get(at - 1)? as usize };
        self.bytes.get(start..*self.ends.get(at)? as usize)
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }
}

/// Text of a column in one row group, at most.
pub(super) const MOST_TEXT_BYTES: usize = 256 << 20;

pub(super) fn too_much_text() -> Refused {
    "a column of the Parquet file holds more than 256 MB of text in a row group; write it with smaller row groups"
        .into()
}

/// 1970-01-01 as a Julian day.
const EPOCH_JULIAN: i64 = 2_440_588;

impl Values {
    pub(super) fn none_of(kind: Type) -> Self {
        match kind {
            Type::Boolean => Self::Bool(Vec::new()),
            Type::Int32 | Type::Int64 | Type::Int96 => Self::Whole(Vec::new()),
            Type::Float | Type::Double => Self::Number(Vec::new()),
            Type::Bytes | Type::Fixed(_) => Self::Text(Texts::default()),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Bool(values) => values.len(),
            Self::Whole(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Text(texts) => texts.len(),
        }
    }

    /// Appends `count` values as they stand (PLAIN).
    pub(super) fn plain(&mut self, kind: Type, bytes: &mut &[u8], count: usize) -> Result<(), Refused> {
        let fixed = |bytes: &mut &'_ [u8], width: usize| -> Result<Vec<u8>, Refused> {
            let length = count.checked_mul(width).ok_or_else(|| damaged("a page is too long"))?;
            take(bytes, length).map(<[u8]>::to_vec)
        };
        match (self, kind) {
            (Self::Bool(out), _) => {
                let packed = take(bytes, count.div_ceil(8))?;
                out.extend((0..count).map(|at| packed[at / 8] >> (at % 8) & 1 == 1));
            }
            (Self::Whole(out), Type::Int32) => {
                let all = fixed(bytes, 4)?;
                out.extend(all.as_chunks().0.iter().map(|value| i64::from(i32::from_le_bytes(*value))));
            }
            (Self::Whole(out), Type::Int96) => {
                let all = fixed(bytes, 12)?;
                out.extend(all.as_chunks().0.iter().map(|value: &[u8; 12]| of_96(value)));
            }
            (Self::Whole(out), _) => {
                let all = fixed(bytes, 8)?;
                out.extend(all.as_chunks().0.iter().map(|value| i64::from_le_bytes(*value)));
            }
            (Self::Number(out), Type::Float) => {
                let all = fixed(bytes, 4)?;
                // As a person would write it: 21.3, not 21.299999237060547.
                out.extend(all.as_chunks().0.iter().map(|value| short(f32::from_le_bytes(*value))));
            }
            (Self::Number(out), _) => {
                let all = fixed(bytes, 8)?;
                out.extend(all.as_chunks().0.iter().map(|value| f64::from_le_bytes(*value)));
            }
            (Self::Text(out), Type::Fixed(width)) => {
                for _ in 0..count {
                    out.push(take(bytes, width)?)?;
                }
            }
            (Self::Text(out), _) => {
                for _ in 0..count {
                    let length: [u8; 4] = take(bytes, 4)?.try_into().map_err(|_| damaged("a text has no length"))?;
                    out.push(take(bytes, u32::from_le_bytes(length) as usize)?)?;
                }
            }
        }
        Ok(())
    }

    /// Appends whole numbers written as differences (DELTA_BINARY_PACKED).
    pub(super) fn deltas(&mut self, kind: Type, bytes: &mut &[u8], count: usize) -> Result<(), Refused> {
        let Self::Whole(out) = self else { return Err(damaged("an encoding does not fit its column")) };
        let numbers = differences(bytes, count)?;
        // Differences of 32 bits wrap around there.
        out.extend(numbers.iter().map(|number| if kind == Type::Int32 { i64::from(*number as i32) } else { *number }));
        Ok(())
    }

    /// Appends texts whose lengths stand before them (DELTA_LENGTH_BYTE_ARRAY), or that share their starts (DELTA_BYTE_ARRAY).
    pub(super) fn texts(&mut self, bytes: &mut &[u8], count: usize, shared: bool) -> Result<(), Refused> {
        let Self::Text(out) = self else { return Err(damaged("an encoding does not fit its column")) };
        let starts = if shared { differences(bytes, count)? } else { vec![0; count] };
        let lengths = differences(bytes, count)?;
        if starts.len() != count || lengths.len() != count {
            return Err(damaged("a page lacks texts"));
        }
        let mut text = Vec::new();
        for (start, length) in starts.iter().zip(&lengths) {
            let kept = usize::try_from(*start).ok().filter(|kept| *kept <= text.len());
            let length = usize::try_from(*length).map_err(|_| damaged("a text has no length"))?;
            text.truncate(kept.ok_or_else(|| damaged("a text has no start"))?);
            text.extend_from_slice(take(bytes, length)?);
            out.push(&text)?;
        }
        Ok(())
    }

    /// Appends values whose bytes stand apart: all first ones, all second ones (BYTE_STREAM_SPLIT).
    pub(super) fn split(&mut self, kind: Type, bytes: &mut &[u8], count: usize) -> Result<(), Refused> {
        let width = match kind {
            Type::Int32 | Type::Float => 4,
            Type::Int64 | Type::Double => 8,
            Type::Fixed(width) => width,
            _ => return Err(damaged("an encoding does not fit its column")),
        };
        let length = count.checked_mul(width).ok_or_else(|| damaged("a page is too long"))?;
        let apart = take(bytes, length)?;
        let whole: Vec<u8> = (0..length).map(|at| apart[at % width * count + at / width]).collect();
        self.plain(kind, &mut whole.as_slice(), count)
    }
}

/// Microseconds since 1970 of nanoseconds within a Julian day.
fn of_96(value: &[u8; 12]) -> i64 {
    let nanos = value[..8].iter().rev().fold(0_u64, |nanos, byte| nanos << 8 | u64::from(*byte)) as i64;
    let day = value[8..].iter().rev().fold(0_u32, |day, byte| day << 8 | u32::from(*byte)) as i32;
    (i64::from(day) - EPOCH_JULIAN).saturating_mul(86_400_000_000).saturating_add(nanos.div_euclid(1_000))
}

/// The double that has the shortest decimals of a float.
fn short(value: f32) -> f64 {
    if value.is_finite() { value.to_string().parse().unwrap_or(f64::from(value)) } else { f64::from(value) }
}
