//! Thrift's compact protocol, as far as Parquet's metadata needs it.

use super::{Refused, damaged, take, varint, zigzag};

/// A value of any type.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Bool(bool),
    Number(i64),
    Bytes(&'a [u8]),
    List(Vec<Value<'a>>),
    Struct(Struct<'a>),
}

/// Fields by their numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Struct<'a>(Vec<(i16, Value<'a>)>);

/// No metadata of Parquet is nested as deeply.
const DEEPEST: u32 = 24;
/// Nor has a list as many entries.
const MOST_LISTED: u64 = 1 << 20;

impl<'a> Struct<'a> {
    /// Reads one, to its stop.
    pub(super) fn read(bytes: &mut &'a [u8]) -> Result<Self, Refused> {
        read_struct(bytes, 0)
    }

    pub(super) fn get(&self, field: i16) -> Option<&Value<'a>> {
        self.0.iter().find(|(number, _)| *number == field).map(|(_, value)| value)
    }

    pub(super) fn number(&self, field: i16) -> Option<i64> {
        if let Some(Value::Number(number)) = self.get(field) { Some(*number) } else { None }
    }

    /// A number that counts something.
    pub(super) fn count(&self, field: i16) -> Option<usize> {
        usize::try_from(self.number(field)?).ok()
    }

    pub(super) fn text(&self, field: i16) -> Option<String> {
        if let Some(Value::Bytes(bytes)) = self.get(field) {
            Some(String::from_utf8_lossy(bytes).into_owned())
        } else {
            None
        }
    }

    pub(super) fn inner(&self, field: i16) -> Option<&Self> {
        if let Some(Value::Struct(inner)) = self.get(field) { Some(inner) } else { None }
    }

    pub(super) fn structs(&self, field: i16) -> impl Iterator<Item = &Self> {
        let list = if let Some(Value::List(list)) = self.get(field) { list.as_slice() } else { &[] };
        list.iter().filter_map(|value| if let Value::Struct(inner) = value { Some(inner) } else { None })
    }
}

fn read_struct<'a>(bytes: &mut &'a [u8], depth: u32) -> Result<Struct<'a>, Refused> {
    if depth > DEEPEST {
        return Err(damaged("its metadata is nested too deeply"));
    }
    let (mut fields, mut last) = (Vec::new(), 0_i16);
    loop {
        let head = take(bytes, 1)?[0];
        if head == 0 {
            return Ok(Struct(fields));
        }
        last = match head >> 4 {
            0 => i16::try_from(zigzag(bytes)?).map_err(|_| damaged("a field of its metadata has no number"))?,
            step => {
                last.checked_add(i16::from(step)).ok_or_else(|| damaged("a field of its metadata has no number"))?
            }
        };
        let value = match head & 0xF {
            1 => Value::Bool(true),
            2 => Value::Bool(false),
            kind => read_value(bytes, kind, depth)?,
        };
        fields.push((last, value));
    }
}

fn read_value<'a>(bytes: &mut &'a [u8], kind: u8, depth: u32) -> Result<Value<'a>, Refused> {
    Ok(match kind {
        1 | 2 => Value::Bool(take(bytes, 1)?[0] == 1),
        3 => Value::Number(i64::from(take(bytes, 1)?[0] as i8)),
        4..=6 => Value::Number(zigzag(bytes)?),
        7 => {
            take(bytes, 8)?;
            Value::Bytes(&[])
        }
        8 => {
            let length = usize::try_from(varint(bytes)?).map_err(|_| damaged("a text is too long"))?;
            Value::Bytes(take(bytes, length)?)
        }
        9 | 10 => {
            let head = take(bytes, 1)?[0];
            let count = if head >> 4 == 15 { varint(bytes)? } else { u64::from(head >> 4) };
            // Each has a byte at least in the file, and many more here.
            if count > bytes.len() as u64 || count > MOST_LISTED {
                return Err(damaged("a list is too long"));
            }
            let values = (0..count).map(|_| match head & 0xF {
                12 => Ok(Value::Struct(read_struct(bytes, depth + 1)?)),
                kind => read_value(bytes, kind, depth + 1),
            });
            Value::List(values.collect::<Result<_, _>>()?)
        }
        12 => Value::Struct(read_struct(bytes, depth + 1)?),
        _ => return Err(damaged("its metadata is of no known type")),
    })
}
