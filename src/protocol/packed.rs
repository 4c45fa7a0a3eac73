//! Columns of a chart as plain bytes, little end first: written and read as blocks, not number by number.
//!
//! Owns the form of three kinds of column inside a message. Assumes a format that carries bytes as they are. Refuses bytes that
//! are no whole number of cells.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

/// A cell of a column.
pub(super) trait Cell: Sized {
    const BYTES: usize;
    fn put(&self, into: &mut Vec<u8>);
    fn get(bytes: &[u8]) -> Self;
}

macro_rules! number {
    ($number:ty, $bytes:literal) => {
        impl Cell for $number {
            const BYTES: usize = $bytes;

            fn put(&self, into: &mut Vec<u8>) {
                into.extend_from_slice(&self.to_le_bytes());
            }

            fn get(bytes: &[u8]) -> Self {
                let mut cell = [0; $bytes];
                cell.copy_from_slice(bytes);
                Self::from_le_bytes(cell)
            }
        }
    };
}

number!(i64, 8);
number!(f64, 8);

impl Cell for bool {
    const BYTES: usize = 1;

    fn put(&self, into: &mut Vec<u8>) {
        into.push(u8::from(*self));
    }

    fn get(bytes: &[u8]) -> Self {
        bytes != [0]
    }
}

pub(super) fn serialize<T: Cell, S: Serializer>(cells: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    let mut bytes = Vec::with_capacity(cells.len() * T::BYTES);
    for cell in cells {
        cell.put(&mut bytes);
    }
    serializer.serialize_bytes(&bytes)
}

pub(super) fn deserialize<'de, T: Cell, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_bytes(Column(std::marker::PhantomData))
}

struct Column<T>(std::marker::PhantomData<T>);

impl<T: Cell> Visitor<'_> for Column<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cells of {} bytes", T::BYTES)
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<T>, E> {
        if !bytes.len().is_multiple_of(T::BYTES) {
            return Err(E::invalid_length(bytes.len(), &self));
        }
        Ok(bytes.chunks_exact(T::BYTES).map(T::get).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::protocol::Series;

    #[test]
    fn columns_read_back_as_they_were_and_half_a_cell_is_refused() {
        let series = Series {
            x_us: vec![i64::MIN, -1, 0, i64::MAX],
            y: vec![f64::INFINITY, -0.0, 1e-300, 30.25],
            filled: vec![true, false, false, true],
            ..Series::default()
        };
        let bytes = postcard::to_stdvec(&series).unwrap();
        assert_eq!(postcard::from_bytes::<Series>(&bytes).unwrap(), series);
        // A column of 9 bytes.
        let mut broken = postcard::to_stdvec(&Series::default()).unwrap();
        let at = broken.len() - 4;
        broken.splice(at..=at, [9].into_iter().chain([0; 9]));
        assert!(postcard::from_bytes::<Series>(&broken).is_err());
    }
}
