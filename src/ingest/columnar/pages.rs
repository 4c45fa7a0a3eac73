//! The pages of a column: unpacked, their levels and values read.

use std::io::Read;

use super::bits::hybrid;
use super::footer::{Chunk, Column, Type};
use super::thrift::Struct;
use super::values::Values;
use super::{Refused, damaged, take};
use crate::ingest::checksum::Checksum;
use crate::ingest::gzip::Gzip;

/// A page may have this many bytes when it is unpacked.
const MOST_PAGE_BYTES: usize = 256 << 20;

/// A column of one row group: its values, and per row whether there is one.
pub(super) struct Pages {
    pub values: Values,
    /// Empty where no value can be missing.
    pub present: Vec<bool>,
}

/// Reads a column's pages.
pub(super) fn read(file: &[u8], column: &Column, chunk: &Chunk) -> Result<Pages, Refused> {
    let mut bytes = file.get(chunk.start..chunk.end).ok_or_else(|| damaged("a column's place lies outside of it"))?;
    let (mut values, mut present, mut dictionary) = (Values::none_of(column.kind), Vec::new(), None);
    let mut rows = 0;
    while rows < chunk.values {
        let header = Struct::read(&mut bytes)?;
        let lengths = (header.count(2), header.count(3));
        let (Some(unpacked), Some(packed)) = lengths else { return Err(damaged("a page has no length")) };
        if unpacked > MOST_PAGE_BYTES {
            return Err("a page of the Parquet file holds more than 256 MB; write it with smaller pages".into());
        }
        let page = take(&mut bytes, packed)?;
        if let Some(stated) = header.number(4) {
            let mut sum = Checksum::default();
            sum.update(page);
            if sum.sum() as i32 as i64 != stated {
                return Err(damaged("the checksum of a page is another"));
            }
        }
        match header.number(1) {
            Some(2) => {
                let count = header
                    .inner(7)
                    .and_then(|about| about.count(1))
                    .ok_or_else(|| damaged("a dictionary counts nothing"))?;
                let content = unpack(page, chunk.codec, unpacked)?;
                let mut known = Values::none_of(column.kind);
                known.plain(column.kind, &mut content.as_slice(), count)?;
                dictionary = Some(known);
            }
            Some(0) => {
                let about = header.inner(5).ok_or_else(|| damaged("a page says nothing of itself"))?;
                let content = unpack(page, chunk.codec, unpacked)?;
                let mut content = content.as_slice();
                let count = rows_of(about, chunk.values - rows)?;
                let levels = if column.optional {
                    if about.number(3) != Some(3) {
                        return Err(
                            "the Parquet file marks missing values in a way that is out of use; write it anew".into()
                        );
                    }
                    let length: [u8; 4] =
                        take(&mut content, 4)?.try_into().map_err(|_| damaged("levels have no length"))?;
                    take(&mut content, u32::from_le_bytes(length) as usize)?
                } else {
                    &[]
                };
                let there = present_of(column, levels, count, &mut present)?;
                decode(column.kind, about.number(2), &mut content, there, dictionary.as_ref(), &mut values)?;
                rows += count;
            }
            Some(3) => {
                let about = header.inner(8).ok_or_else(|| damaged("a page says nothing of itself"))?;
                let count = rows_of(about, chunk.values - rows)?;
                let mut rest = page;
                let length = |field| about.count(field).ok_or_else(|| damaged("levels have no length"));
                let (definitions, repetitions) = (length(5)?, length(6)?);
                take(&mut rest, repetitions)?;
                let levels = take(&mut rest, definitions)?;
                let there = present_of(column, levels, count, &mut present)?;
                let packed = !matches!(about.get(7), Some(super::thrift::Value::Bool(false)));
                let left =
                    unpacked.checked_sub(definitions + repetitions).ok_or_else(|| damaged("levels are too long"))?;
                let content = if packed { unpack(rest, chunk.codec, left)? } else { rest.to_vec() };
                decode(column.kind, about.number(4), &mut content.as_slice(), there, dictionary.as_ref(), &mut values)?;
                rows += count;
            }
            // Indexes and what later versions may add.
            Some(_) => {}
            None => return Err(damaged("a page is of no type")),
        }
    }
    Ok(Pages { values, present })
}

fn rows_of(about: &Struct<'_>, left: usize) -> Result<usize, Refused> {
    about.count(1).filter(|count| (1..=left).contains(count)).ok_or_else(|| damaged("a page counts other rows"))
}

/// Reads which values are there; returns how many.
fn present_of(column: &Column, mut levels: &[u8], count: usize, present: &mut Vec<bool>) -> Result<usize, Refused> {
    if !column.optional {
        return Ok(count);
    }
    let mut found = Vec::new();
    hybrid(&mut levels, 1, count, &mut found)?;
    present.extend(found.iter().map(|level| *level == 1));
    Ok(found.iter().filter(|level| **level == 1).count())
}

fn decode(
    kind: Type,
    encoding: Option<i64>,
    bytes: &mut &[u8],
    count: usize,
    dictionary: Option<&Values>,
    values: &mut Values,
) -> Result<(), Refused> {
    if count == 0 {
        return Ok(());
    }
    let before = values.len();
    match encoding {
        Some(0) => values.plain(kind, bytes, count)?,
        Some(2 | 8) => {
            let known = dictionary.ok_or_else(|| damaged("a dictionary is missing"))?;
            let width = u32::from(take(bytes, 1)?[0]);
            let mut places = Vec::with_capacity(count);
            hybrid(bytes, width, count, &mut places)?;
            values.look_up(known, &places)?;
        }
        Some(3) => {
            take(bytes, 4)?;
            let mut bits = Vec::with_capacity(count);
            hybrid(bytes, 1, count, &mut bits)?;
            let Values::Bool(out) = values else { return Err(damaged("an encoding does not fit its column")) };
            out.extend(bits.iter().map(|bit| *bit == 1));
        }
        Some(5) => values.deltas(kind, bytes, count)?,
        Some(6) => values.texts(bytes, count, false)?,
        Some(7) => values.texts(bytes, count, true)?,
        Some(9) => values.split(kind, bytes, count)?,
        other => {
            let name = other.map_or(String::from("none"), |number| number.to_string());
            return Err(format!("the Parquet file has an encoding that is not known (number {name}); write it anew"));
        }
    }
    if values.len() == before + count { Ok(()) } else { Err(damaged("a page lacks values")) }
}

/// Unpacks a page to its stated length.
fn unpack(page: &[u8], codec: i64, length: usize) -> Result<Vec<u8>, Refused> {
    let unpacked = match codec {
        // A page without a value.
        _ if page.is_empty() && length == 0 => Vec::new(),
        0 => page.to_vec(),
        1 => {
            if snap::raw::decompress_len(page).ok() != Some(length) {
                return Err(damaged("a page has another length"));
            }
            snap::raw::Decoder::new().decompress_vec(page).map_err(|_| damaged("a page cannot be unpacked"))?
        }
        2 => {
            let mut out = Vec::new();
            let read = Gzip::new(page).take(length as u64 + 1).read_to_end(&mut out);
            read.map_err(|_| damaged("a page cannot be unpacked"))?;
            out
        }
        codec => {
            let name = match codec {
                3 => "LZO",
                4 => "Brotli",
                5 | 7 => "LZ4",
                6 => "Zstandard",
                _ => "an unknown codec",
            };
            return Err(format!(
                "the Parquet file is packed with {name}, which is not read; write it uncompressed, or with Snappy or gzip"
            ));
        }
    };
    if unpacked.len() == length { Ok(unpacked) } else { Err(damaged("a page has another length")) }
}
