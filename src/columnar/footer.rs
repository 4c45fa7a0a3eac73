//! What the end of a file says: its columns, and where their pages lie.

use super::thrift::Struct;
use super::{ReadAt, Refused, damaged, fetch};

/// Physical types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Boolean,
    Int32,
    Int64,
    Int96,
    Float,
    Double,
    Bytes,
    /// So many bytes.
    Fixed(usize),
}

/// What numbers stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Plain,
    Unsigned,
    /// Days since 1970.
    Date,
    /// So many units a second since 1970, and whether they are instants of UTC.
    Time {
        per_second: i64,
        utc: bool,
    },
    /// A whole number times ten to the minus so many.
    Decimal(u32),
    Half,
}

/// A column of the table.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub name: String,
    pub kind: Type,
    pub meaning: Meaning,
    /// Values may be missing.
    pub optional: bool,
}

/// Where a column's pages of one row group lie.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    pub start: u64,
    pub end: u64,
    pub values: usize,
    pub codec: i64,
}

/// A stretch of rows.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub rows: usize,
    /// One a column of the table.
    pub chunks: Vec<Chunk>,
}

/// The table as its footer tells it.
#[derive(Clone, Debug)]
pub(super) struct Footer {
    pub columns: Vec<Column>,
    pub groups: Vec<Group>,
}

/// A footer has this many bytes at most: what it lists is held.
const MOST_FOOTER_BYTES: usize = 64 << 20;
/// Cells of a table, at most: a small file may claim any number of equal rows, and each is read.
const MOST_CELLS: u64 = 1 << 32;

impl Footer {
    /// Reads the footer of a file of `size` bytes.
    pub(super) fn of(read: &mut ReadAt<'_>, size: u64) -> Result<Self, Refused> {
        let early = || damaged("its end is missing");
        let length_at = size.checked_sub(8).filter(|at| *at >= 4).ok_or_else(early)?;
        let (head, end) = (fetch(read, 0, 4)?, fetch(read, length_at, 8)?);
        if end.ends_with(b"PARE") || head == b"PARE" {
            return Err("the Parquet file is encrypted; write it without a key".into());
        }
        let length: [u8; 4] = end[..4].try_into().map_err(|_| early())?;
        let length = u32::from_le_bytes(length);
        let start = length_at.checked_sub(u64::from(length)).filter(|start| *start >= 4 && end.ends_with(b"PAR1"));
        let start = start.ok_or_else(early)?;
        let length = usize::try_from(length).ok().filter(|length| *length <= MOST_FOOTER_BYTES);
        let bytes = fetch(read, start, length.ok_or_else(|| damaged("its end is too long"))?)?;
        let metadata = Struct::read(&mut bytes.as_slice())?;
        let columns = columns(&metadata)?;
        let groups: Vec<Group> =
            metadata.structs(4).map(|group| group_of(group, columns.len(), length_at)).collect::<Result<_, _>>()?;
        let cells = groups.iter().map(|group| group.rows as u64 * columns.len() as u64).sum::<u64>();
        if cells > MOST_CELLS {
            return Err("the Parquet file holds more than 4,294,967,296 cells; export it in parts".into());
        }
        Ok(Self { columns, groups })
    }
}

fn columns(metadata: &Struct<'_>) -> Result<Vec<Column>, Refused> {
    let mut schema = metadata.structs(2);
    let root = schema.next().and_then(|root| root.count(5)).ok_or_else(|| damaged("it names no columns"))?;
    let columns: Vec<Column> = schema.map(column).collect::<Result<_, _>>()?;
    if columns.len() != root || columns.is_empty() {
        return Err(damaged("it names no columns"));
    }
    Ok(columns)
}

fn column(element: &Struct<'_>) -> Result<Column, Refused> {
    let name = element.text(4).ok_or_else(|| damaged("a column has no name"))?;
    if element.number(5).is_some_and(|children| children > 0) || element.number(3) == Some(2) {
        return Err(format!("the column {name} of the Parquet file is nested; only flat tables are read"));
    }
    let kind = match element.number(1) {
        Some(0) => Type::Boolean,
        Some(1) => Type::Int32,
        Some(2) => Type::Int64,
        Some(3) => Type::Int96,
        Some(4) => Type::Float,
        Some(5) => Type::Double,
        Some(6) => Type::Bytes,
        Some(7) => Type::Fixed(
            element
                .count(2)
                .filter(|bytes| (1..1 << 20).contains(bytes))
                .ok_or_else(|| damaged("a column has no width"))?,
        ),
        _ => return Err(damaged("a column is of no known type")),
    };
    Ok(Column { meaning: meaning(element, kind), name, kind, optional: element.number(3) == Some(1) })
}

fn meaning(element: &Struct<'_>, kind: Type) -> Meaning {
    let logical = element.inner(10);
    if let Some(time) = logical.and_then(|logical| logical.inner(8)) {
        let utc = matches!(time.get(1), Some(super::thrift::Value::Bool(true)));
        let unit = time.inner(2);
        let is = |field| unit.is_some_and(|unit| unit.inner(field).is_some());
        let per_second = if is(3) {
            1_000_000_000
        } else if is(2) {
            1_000_000
        } else {
            1_000
        };
        return Meaning::Time { per_second, utc };
    }
    if logical.is_some_and(|logical| logical.inner(15).is_some()) {
        return Meaning::Half;
    }
    let scale = || element.number(7).and_then(|scale| u32::try_from(scale).ok()).unwrap_or(0);
    match element.number(6) {
        Some(5) => Meaning::Decimal(scale()),
        Some(6) => Meaning::Date,
        Some(9) => Meaning::Time { per_second: 1_000, utc: true },
        Some(10) => Meaning::Time { per_second: 1_000_000, utc: true },
        Some(11..=14) => Meaning::Unsigned,
        // Nanoseconds in the file, made microseconds as they are read.
        _ if kind == Type::Int96 => Meaning::Time { per_second: 1_000_000, utc: false },
        _ => Meaning::Plain,
    }
}

/// Values of one row group, at most: a page may be all of it, and a small one may claim any number of equal ones.
const MOST_VALUES: usize = 1 << 26;

fn group_of(group: &Struct<'_>, columns: usize, most: u64) -> Result<Group, Refused> {
    let rows = group.count(3).ok_or_else(|| damaged("a row group counts no rows"))?;
    let chunks: Vec<Chunk> = group.structs(1).map(|chunk| chunk_of(chunk, most)).collect::<Result<_, _>>()?;
    if chunks.len() != columns || chunks.iter().any(|chunk| chunk.values != rows) {
        return Err(damaged("a row group lacks a column"));
    }
    if rows.checked_mul(columns).is_none_or(|values| values > MOST_VALUES) {
        return Err(
            "a row group of the Parquet file holds more than 67 million values; write it with smaller row groups"
                .into(),
        );
    }
    Ok(Group { rows, chunks })
}

fn chunk_of(chunk: &Struct<'_>, most: u64) -> Result<Chunk, Refused> {
    let of = || -> Option<Chunk> {
        let about = chunk.inner(3)?;
        if about.count(5)? == 0 {
            return Some(Chunk { start: 0, end: 0, values: 0, codec: 0 });
        }
        let place = |field| u64::try_from(about.number(field)?).ok();
        let first = place(9)?;
        // Some writers say that the dictionary is at 0 where there is none.
        let start = place(11).filter(|start| *start >= 4).map_or(first, |start| start.min(first));
        let end = start.checked_add(place(7)?)?;
        (start >= 4 && end <= most).then_some(Chunk { start, end, values: about.count(5)?, codec: about.number(4)? })
    };
    of().ok_or_else(|| damaged("a column's place lies outside of it"))
}
