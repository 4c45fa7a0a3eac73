//! Which column names the device, or where else its name stands.
//!
//! Owns the words for what a device is called and where it stands. Assumes rows of data. Refuses a column whose every row is new:
//! that numbers records.

use std::collections::HashSet;

use super::cells::{Kind, is_missing, kind_of};
use super::grid::Grid;
use super::words::words;
use crate::dialect::names::{Quantity, meaning};

/// What devices, and the places where they stand, are called.
const THINGS: [&str; 26] = [
    "device",
    "sensor",
    "node",
    "logger",
    "station",
    "container",
    "room",
    "locality",
    "site",
    "location",
    "machine",
    "asset",
    "meter",
    "probe",
    "mote",
    "tag",
    "host",
    "gateway",
    "zone",
    "plot",
    "tank",
    "pump",
    "instance",
    "unit",
    "dispositivo",
    "gerät",
];
/// What is added to that.
const ENDINGS: [&str; 13] =
    ["id", "name", "no", "nr", "number", "code", "serial", "uid", "uuid", "mac", "eui", "address", "key"];

/// How much a header sounds like a device's; none where it does not.
fn rank(header: &str) -> Option<u32> {
    if meaning(header).is_some_and(|means| means.quantity == Quantity::Device) {
        return Some(3);
    }
    let words = words(header);
    let things = words.iter().filter(|word| THINGS.contains(&word.as_str())).count();
    let endings = words.iter().filter(|word| ENDINGS.contains(&word.as_str())).count();
    if words.is_empty() || things + endings < words.len() {
        return None;
    }
    match (things, endings) {
        (0, _) => words.iter().any(|word| matches!(word.as_str(), "mac" | "eui" | "serial")).then_some(1),
        (_, 0) => Some(1),
        _ => Some(2),
    }
}

/// The column that names the device, of those that `free` allows.
pub fn column(grid: &Grid, headers: &[String], rows: &[usize], free: impl Fn(usize) -> bool) -> Option<usize> {
    // Without names, a column of a few words is the device.
    let nameless = headers.iter().all(String::is_empty);
    let mut best: Option<(u32, usize)> = None;
    for (column, header) in headers.iter().enumerate() {
        let worded = || kind_of(rows.first().map_or(&[], |row| grid.cell(*row, column))) == Kind::Text;
        let found = if nameless { worded().then_some(1) } else { rank(header) };
        let Some(rank) = found.filter(|_| free(column)) else { continue };
        let (mut known, mut filled, mut told) = (HashSet::new(), 0_usize, 0_usize);
        for row in rows {
            let cell = grid.cell(*row, column);
            told += 1;
            if !is_missing(cell) {
                filled += 1;
                known.insert(cell);
            }
        }
        // A name in most rows, and not a new one in each.
        let good = filled * 2 > told && (known.len() * 10 <= filled * 9 || known.len() == 1 || filled <= 3);
        if good && best.is_none_or(|(other, _)| rank > other) {
            best = Some((rank, column));
        }
    }
    best.map(|(_, column)| column)
}

/// The one name that a column for it holds, if only in some rows: the logger's serial number in the first.
pub fn only(grid: &Grid, headers: &[String], rows: &[usize]) -> Option<(String, String)> {
    headers.iter().enumerate().find_map(|(column, header)| {
        rank(header)?;
        let mut cells = rows.iter().map(|row| grid.cell(*row, column)).filter(|cell| !is_missing(cell));
        let first = cells.next()?;
        let name = crate::dialect::encoding::text_of(first).into_owned();
        cells.all(|cell| cell == first).then(|| (name, format!("column {header}")))
    })
}
