//! Which column names the device, or where else its name stands.
//!
//! Owns the words for what a device is called and where it stands, and the judgement by content: which names take turns at one time.
//! Assumes rows of data. Refuses a column whose every row is new, for that numbers records, and numbers that are measured.

use std::collections::{HashMap, HashSet};

use super::cells::{Decimal, Kind, is_missing, kind_of, number_of};
use super::grid::Grid;
use super::long::is_unit_column;
use super::words::{Aside, aside, words};
use crate::dialect::names::{Quantity, meaning};

/// What devices, and the places where they stand, are called.
const THINGS: [&str; 44] = [
    "poste",
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
    "dev",
    "module",
    "stations",
    "stn",
    "sta",
    "estación",
    "estacion",
    "stacja",
    "stazione",
    "standort",
    "raum",
    "ort",
    "messstelle",
    "lieu",
    "salle",
    "sala",
    "ubicación",
];
/// What is added to that.
const ENDINGS: [&str; 17] = [
    "id", "name", "no", "nr", "num", "number", "numer", "code", "abbr", "serial", "uid", "uuid", "mac", "eui", "imei",
    "address", "key",
];

/// How much a header sounds like a device's; none where it does not.
pub(super) fn rank(header: &str) -> Option<u32> {
    if meaning(header).is_some_and(|means| means.quantity == Quantity::Device) {
        return Some(3);
    }
    let words = words(header);
    let thing = |word: &str| THINGS.contains(&word);
    let things = words.iter().filter(|word| thing(word)).count();
    let endings = words.iter().filter(|word| ENDINGS.contains(&word.as_str())).count();
    if let [word] = &words[..]
        && ENDINGS.iter().any(|ending| word.strip_suffix(ending).is_some_and(thing))
    {
        return Some(2);
    }
    if let [_, .., a, b] = &words[..]
        && thing(a)
        && ENDINGS.contains(&b.as_str())
    {
        return Some(1);
    }
    if words.is_empty() || things + endings < words.len() {
        return None;
    }
    match (things, endings) {
        (0, _) => words.iter().any(|word| matches!(word.as_str(), "mac" | "eui" | "serial" | "imei")).then_some(1),
        (_, 0) => Some(1),
        _ => Some(2),
    }
}

/// Whether a header says that its column holds names or numbers of things.
fn says_id(header: &str) -> bool {
    words(header).iter().any(|word| ENDINGS.iter().any(|ending| word.ends_with(ending)))
}

/// The names in a column.
struct Names<'a> {
    /// Which name each row has, none where it has none.
    of_row: Vec<Option<u32>>,
    known: HashMap<&'a [u8], u32>,
    filled: usize,
    numbers: bool,
    /// The numbers are those from 0 or 1 on.
    counted: bool,
    /// From row to row the numbers change by one at most, as what is measured does.
    smooth: bool,
    /// A number has a fraction.
    fraction: bool,
}

impl<'a> Names<'a> {
    fn of(grid: &'a Grid, rows: &[usize], column: usize) -> Self {
        let mut known: HashMap<&[u8], u32> = HashMap::new();
        let name = |row: &usize| {
            let cell = grid.cell(*row, column);
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            (!is_missing(cell)).then(|| *known.entry(cell).or_insert(next))
        };
        let of_row: Vec<Option<u32>> = rows.iter().map(name).collect();
        let number = |cell: &[u8]| number_of(cell, Decimal::Point).or_else(|| number_of(cell, Decimal::Comma));
        let numbers = !known.is_empty() && known.keys().all(|cell| number(cell).is_some());
        let fraction = numbers && known.keys().any(|cell| number(cell).is_some_and(|number| number.fract() != 0.0));
        let looked = if numbers { &rows[..rows.len().min(2000)] } else { &[] };
        let values: Vec<f64> = looked.iter().filter_map(|row| number(grid.cell(*row, column))).collect();
        let small = values.windows(2).filter(|pair| (pair[1] - pair[0]).abs() <= 1.0).count();
        let smooth = (small + 1) * 10 >= values.len() * 9;
        let counted = numbers
            && known.keys().filter_map(|cell| number(cell)).all(|number| number >= 0.0 && number <= known.len() as f64);
        Self { counted, smooth, filled: of_row.iter().flatten().count(), of_row, known, numbers, fraction }
    }

    /// Whether rows of different names take turns: in one order, at one time, or one after the other, each from its own beginning.
    fn take_turns(&self, keys: &[(i64, u32)]) -> bool {
        let mut next: HashMap<u32, u32> = HashMap::new();
        let pairs = || self.of_row.iter().zip(self.of_row.iter().skip(1)).filter_map(|(a, b)| (*a).zip(*b));
        let in_order = pairs().all(|(a, b)| a != b && *next.entry(a).or_insert(b) == b);
        let anew =
            self.of_row.windows(2).zip(keys.windows(2)).any(|(names, keys)| names[0] != names[1] && keys[1] < keys[0]);
        in_order && self.known.len() * 2 <= self.filled || anew || self.once_a_time(keys)
    }

    /// Whether times repeat, and each name stands once at each.
    fn once_a_time(&self, keys: &[(i64, u32)]) -> bool {
        let times: HashSet<&(i64, u32)> = keys.iter().collect();
        let found: HashSet<(&(i64, u32), Option<u32>)> = keys.iter().zip(self.of_row.iter().copied()).collect();
        times.len() * 3 <= keys.len() * 2 && found.len() * 100 >= keys.len() * 99
    }
}

/// The column that names the device, of those that `free` allows. `keys` are what devices repeat: a time, and in long tables a metric.
pub fn column(
    grid: &Grid,
    headers: &[String],
    rows: &[usize],
    keys: &[(i64, u32)],
    free: impl Fn(usize) -> bool,
) -> Option<usize> {
    // Without names, a column of a few words is the device.
    let nameless = headers.iter().all(String::is_empty);
    // Whether it tells devices apart, how it is called, which it is.
    let mut best: Option<((bool, u32), usize)> = None;
    for (column, header) in headers.iter().enumerate() {
        let worded = || kind_of(rows.first().map_or(&[], |row| grid.cell(*row, column))) == Kind::Text;
        let found = if nameless { worded().then_some(1) } else { rank(header) };
        let Some(rank) = found.filter(|_| free(column)) else { continue };
        let names = Names::of(grid, rows, column);
        let (known, filled) = (names.known.len(), names.filled);
        // A name in most rows, and not a new one in each; numbers may be measured in rooms and tanks.
        let good = filled * 2 > rows.len() && (known * 10 <= filled * 9 || known == 1 || filled <= 3);
        let few = names.counted || known * 10 <= filled && (rank == 3 || !names.smooth);
        let measured =
            names.fraction || names.numbers && known > 1 && !few && !says_id(header) && !names.take_turns(keys);
        let told = !names.numbers || best.is_none() || says_id(header);
        let apart = known > 1 && (told || names.take_turns(keys));
        let order = (nameless || apart, rank);
        let better = best.is_none_or(|(other, _)| order > other);
        if good && !measured && better && !is_unit_column(grid, headers, rows, column) {
            best = Some((order, column));
        }
    }
    match best {
        Some(((true, _), column)) => Some(column),
        _ => by_turns(grid, headers, rows, keys, &free)
            .or(best.map(|(_, column)| column))
            .or_else(|| by_label(grid, headers, rows, &free)),
    }
}

/// The column of words that may name a device, where no other does: else what is of different things would be of one.
fn by_label(grid: &Grid, headers: &[String], rows: &[usize], free: impl Fn(usize) -> bool) -> Option<usize> {
    const LABELS: [&str; 8] = ["name", "item", "topic", "series", "channel", "point", "tag name", "tagname"];
    (0..headers.len()).filter(|column| free(*column)).find(|column| {
        LABELS.contains(&words(&headers[*column]).join(" ").as_str()) && {
            let names = Names::of(grid, rows, *column);
            !names.numbers
                && names.known.len() > 1
                && names.known.len() * 2 <= names.filled
                && names.filled == rows.len()
        }
    })
}

/// What is said of a device and is not its name.
const STATES: [&str; 8] = ["state", "status", "event", "mode", "phase", "type", "direction", "level"];

/// The column whose names stand once each at most times, whatever it is called: a word rather than a number. Numbers must be
/// said to be names, for hours of a day and marks take turns too.
fn by_turns(
    grid: &Grid,
    headers: &[String],
    rows: &[usize],
    keys: &[(i64, u32)],
    free: impl Fn(usize) -> bool,
) -> Option<usize> {
    if keys.is_sorted_by(|a, b| a < b) {
        return None;
    }
    let mut times: HashMap<&(i64, u32), usize> = HashMap::new();
    keys.iter().for_each(|key| *times.entry(key).or_default() += 1);
    let most = times.values().copied().max().filter(|_| times.len() * 3 <= keys.len() * 2)?;
    let takes_turns = |column: &usize| {
        let header = &headers[*column];
        let other = matches!(aside(header), Some(Aside::Flag | Aside::Position))
            || words(header).last().is_some_and(|word| STATES.contains(&word.as_str()))
            || meaning(header).is_some_and(|means| means.quantity != Quantity::Device);
        if !free(*column) || other || is_unit_column(grid, headers, rows, *column) {
            return false;
        }
        let mut known: HashSet<&[u8]> = HashSet::new();
        if rows.iter().any(|row| known.insert(grid.cell(*row, *column)) && known.len() > most) {
            return false;
        }
        let names = Names::of(grid, rows, *column);
        let half = |cell: &&[u8]| cell.eq_ignore_ascii_case(b"am") || cell.eq_ignore_ascii_case(b"pm");
        let thing = says_id(header) || words(header).iter().any(|word| THINGS.contains(&word.as_str()));
        let other = names.numbers && !thing || names.known.keys().all(half);
        let whole = names.known.len() == most && most * 2 <= rows.len() && names.filled == rows.len();
        whole && !names.fraction && !other && names.once_a_time(keys)
    };
    let found: Vec<usize> = (0..headers.len()).filter(takes_turns).collect();
    let word = |column: &&usize| rows.first().is_some_and(|row| kind_of(grid.cell(*row, **column)) == Kind::Text);
    found.iter().find(word).or(found.first()).copied()
}

/// The one name that a column for it holds, if only in some rows: the logger's serial number in the first.
pub fn only(grid: &Grid, headers: &[String], rows: &[usize]) -> Option<(String, String)> {
    headers.iter().enumerate().find_map(|(column, header)| {
        rank(header).filter(|_| !is_unit_column(grid, headers, rows, column))?;
        let mut cells = rows.iter().map(|row| grid.cell(*row, column)).filter(|cell| !is_missing(cell));
        let first = cells.next()?;
        let name = crate::dialect::encoding::text_of(first).into_owned();
        cells.all(|cell| cell == first).then(|| (name, format!("column {header}")))
    })
}

#[cfg(test)]
mod tests {
    use super::{column, rank};
    use crate::survey::Delimiter;
    use crate::survey::grid::Grid;

    /// The column of the device in a table with a header, whose first column is a time in hours.
    fn found(table: &str) -> Option<String> {
        let grid = Grid::of(table.as_bytes().to_vec(), Delimiter::Mark(b','));
        let headers: Vec<String> = grid.cells(0).map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        let rows: Vec<usize> = (1..grid.rows()).collect();
        let keys: Vec<(i64, u32)> = rows.iter().map(|row| (grid.text(*row, 0).parse().unwrap(), 0)).collect();
        column(&grid, &headers, &rows, &keys, |column| column > 0).map(|column| headers[column].clone())
    }

    #[test]
    fn devices_are_what_takes_turns_at_one_time() {
        for (table, expected) in [
            ("h,house,t\n8,A,1.5\n8,B,2.5\n9,A,1.5\n9,B,2.5", Some("house")),
            ("h,id,t\n8,1,11\n8,2,12\n9,1,13\n9,2,14", Some("id")),
            ("h,id,name,t\n8,1,N,11\n8,2,S,12\n9,1,N,13\n9,2,S,14", Some("name")),
            ("h,STATIONS_ID,t\n8,44,1.5\n9,44,1.6\n8,73,2.5\n9,73,2.6", Some("STATIONS_ID")),
            ("h,Unit,house,t\n8,C,A,1.5\n8,C,B,2.5\n9,C,A,1.5\n9,C,B,2.5", Some("house")),
            // What is measured is no device.
            ("h,Radiator,Room\n8,32,22\n9,33,22\n10,33,23\n11,34,23", None),
            ("h,Zone,t\n8,1.5,22\n8,2.5,22\n9,1.5,23\n9,2.5,23", None),
            ("h,name,t\n8,A,22.5\n9,B,22.5\n10,B,22.5\n11,A,23.5", Some("name")),
            ("h,node,t\n8,1,22.5\n9,3,22.5\n10,3,22.5\n11,2,22.5\n12,2,21.5", Some("node")),
            ("h,gas,t\n8,0,11\n8,1,12\n9,0,13\n9,1,14", None),
            ("h,sensor,room,t\n8,DHT,A,22.5\n9,DHT,B,22.5\n10,DHT,B,22.5\n11,DHT,A,23.5", Some("room")),
            ("h,Met station number,t\n8,066062,22.5\n9,066062,22.5", Some("Met station number")),
            ("h,Room,t\n8,1,22.5\n9,2,22.5\n10,1,22.5\n11,2,23.5", Some("Room")),
        ] {
            assert_eq!(found(table).as_deref(), expected, "{table}");
        }
    }

    #[test]
    fn headers_sound_like_devices() {
        for header in
            ["devEUI", "dev_id", "moteid", "imei", "numer_sta", "station_abbr", "Stn Id", "Standort", "Estación"]
        {
            assert!(rank(header).is_some(), "{header}");
        }
        for header in ["humid", "value", "name", "id", "grid", "temp no"] {
            assert_eq!(rank(header), None, "{header}");
        }
    }
}
