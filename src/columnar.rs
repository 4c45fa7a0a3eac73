//! Parquet files as text: the columns of a flat table, row by row, as a CSV would have them.
//!
//! Owns what is read of the format (Apache Parquet 2.11): flat columns, every encoding of the specification, pages of either version,
//! uncompressed, Snappy or gzip. Assumes a file that can be read from any place: a table is never held whole, its text is made in
//! blocks, and made again where it is asked for again. Refuses nested columns, encryption and other codecs by name, and whatever is
//! damaged: every length and offset is checked before it is believed. Written here because the library's reader weighs four times as
//! much and may stop the page on a damaged file; tests hold it to that reader.

mod bits;
mod cells;
mod footer;
mod headers;
mod pages;
mod rows;
mod thrift;
mod values;

pub use rows::{Position, Rows};

/// Why a file is not read: a sentence without an end point.
pub type Refused = String;

/// Reads bytes of a file from an offset on, as a source does.
pub type ReadAt<'a> = dyn FnMut(u64, &mut [u8]) -> Result<usize, String> + 'a;

/// So many bytes, which the file has.
fn fetch(read: &mut ReadAt<'_>, offset: u64, count: usize) -> Result<Vec<u8>, Refused> {
    let mut bytes = vec![0; count];
    if read(offset, &mut bytes)? < count {
        return Err(CHANGED.into());
    }
    Ok(bytes)
}

const CHANGED: &str = "the file changed while it was being read; open it again";

/// What is said of a file whose parts do not fit together.
fn damaged(what: &str) -> Refused {
    format!("the Parquet file is damaged ({what}); fetch or write it again")
}

/// The first so many bytes, which are taken off.
fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Result<&'a [u8], Refused> {
    let (taken, rest) = bytes.split_at_checked(count).ok_or_else(|| damaged("it ends early"))?;
    *bytes = rest;
    Ok(taken)
}

/// A number in groups of seven bits, smallest first.
fn varint(bytes: &mut &[u8]) -> Result<u64, Refused> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?[0];
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(damaged("a number is too long"))
}

/// The same with its sign in the lowest bit.
fn zigzag(bytes: &mut &[u8]) -> Result<i64, Refused> {
    let number = varint(bytes)?;
    Ok((number >> 1) as i64 ^ -((number & 1) as i64))
}
