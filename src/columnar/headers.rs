//! What stands ahead of a page.

use super::thrift::{Struct, Value};
use super::{Refused, damaged};

/// A page's header.
pub(super) struct Header {
    pub packed: usize,
    pub unpacked: usize,
    pub checksum: Option<i64>,
    /// Rows, of a page of values.
    pub rows: Option<usize>,
    pub kind: Kind,
}

pub(super) enum Kind {
    /// So many values.
    Dictionary(usize),
    Values {
        encoding: Option<i64>,
        /// Of the second version; in the first one they are packed with the values.
        levels: Option<Levels>,
    },
    /// Indexes and what later versions may add.
    Other,
}

pub(super) struct Levels {
    pub definitions: usize,
    pub repetitions: usize,
    /// The values are.
    pub packed: bool,
}

impl Header {
    pub(super) fn of(header: &Struct<'_>, optional: bool) -> Result<Self, Refused> {
        let lengths = (header.count(2), header.count(3));
        let (Some(unpacked), Some(packed)) = lengths else { return Err(damaged("a page has no length")) };
        let about = |field| header.inner(field).ok_or_else(|| damaged("a page says nothing of itself"));
        let rows_of = |about: &Struct<'_>| about.count(1).ok_or_else(|| damaged("a page counts other rows"));
        let (rows, kind) = match header.number(1) {
            Some(2) => {
                let count = header.inner(7).and_then(|about| about.count(1));
                (None, Kind::Dictionary(count.ok_or_else(|| damaged("a dictionary counts nothing"))?))
            }
            Some(0) => {
                let about = about(5)?;
                if optional && about.number(3) != Some(3) {
                    return Err(
                        "the Parquet file marks missing values in a way that is out of use; write it anew".into()
                    );
                }
                (Some(rows_of(about)?), Kind::Values { encoding: about.number(2), levels: None })
            }
            Some(3) => {
                let about = about(8)?;
                let length = |field| about.count(field).ok_or_else(|| damaged("levels have no length"));
                let levels = Levels {
                    definitions: length(5)?,
                    repetitions: length(6)?,
                    packed: !matches!(about.get(7), Some(Value::Bool(false))),
                };
                (Some(rows_of(about)?), Kind::Values { encoding: about.number(4), levels: Some(levels) })
            }
            Some(_) => (None, Kind::Other),
            None => return Err(damaged("a page is of no type")),
        };
        Ok(Self { packed, unpacked, checksum: header.number(4), rows, kind })
    }
}
