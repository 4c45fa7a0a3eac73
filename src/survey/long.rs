//! Long tables: a row a value, the metric's name in a column.
//!
//! Owns how such rows become readings: those of one device and time make one, and a second value of the same metric at the same
//! time makes another. Assumes rows with a time. Refuses a table whose metric column has too many names.

use std::collections::{HashMap, HashSet};

use super::cells::{Decimal, Kind, number_of};
use super::grid::Grid;
use super::words::{aside, words};
use crate::dialect::encoding::text_of;
use crate::dialect::names::{Quantity, meaning};
use crate::dialect::units::unit_of;

/// Columns of a long table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Long {
    pub metric: usize,
    pub value: usize,
    /// Where each row states its unit.
    pub unit: Option<usize>,
    /// The metric's cells name the device too.
    pub with_device: bool,
}

/// More metrics than this are no metrics.
const MOST: usize = 300;

/// What the metric's column is called.
const METRICS: [&str; 26] = [
    "field",
    "metric",
    "parameter",
    "variable",
    "quantity",
    "measurement",
    "measure",
    "attribute",
    "characteristic",
    "observable",
    "observed property",
    "parameter name",
    "param name",
    "variable name",
    "var name",
    "varname",
    "metric name",
    "field name",
    "messgröße",
    "messgroesse",
    "magnitud",
    "parámetro",
    "parametro",
    "grandeur",
    "grandezza",
    "grootheid",
];
/// What it may also be called, where its words are known quantities or their values lie apart.
const PERHAPS: [&str; 19] = [
    "entity id",
    "entity",
    "größe",
    "sensor type",
    "channel",
    "param",
    "signal",
    "kind",
    "type",
    "sensor name",
    "name",
    "series",
    "topic",
    "item",
    "point",
    "tag",
    "tag name",
    "tagname",
    "sensor",
];
const VALUES: [&str; 16] = [
    "value",
    "val",
    "reading",
    "state",
    "result",
    "wert",
    "valor",
    "measured value",
    "data value",
    "payload",
    "var value",
    "messwert",
    "valeur",
    "valore",
    "waarde",
    "sample measurement",
];
/// What the unit's column is called.
const UNITS: [&str; 12] = [
    "unit",
    "units",
    "uom",
    "unit of measurement",
    "unit of measure",
    "units of measure",
    "einheit",
    "unidad",
    "unité",
    "unità",
    "eenheid",
    "unit name",
];

/// The columns of a long table, if it is one: by the names of its columns, or by what they hold.
pub fn find(
    grid: &Grid,
    headers: &[String],
    rows: &[usize],
    decimal: Decimal,
    kind: impl Fn(usize) -> Option<Kind>,
) -> Option<Long> {
    let joined: Vec<String> = headers.iter().map(|header| words(header).join(" ")).collect();
    let of = |word: &str| (0..headers.len()).find(|column| kind(*column).is_some() && joined[*column] == word);
    let value = VALUES.iter().find_map(|word| of(word).filter(|column| kind(*column) != Some(Kind::Missing)));
    let unit = unit_column(headers);
    let long = |metric: usize, value: usize, items: &Items| {
        let with_device = items.with_device();
        Long { metric, value, unit, with_device }
    };
    if let Some(value) = value {
        let of = |word: &str| of(word).filter(|column| *column != value);
        if let Some((column, items)) = METRICS.iter().find_map(|word| {
            let column = of(word)?;
            Some((column, Items::of(grid, rows, column)?))
        }) {
            return Some(long(column, value, &items));
        }
        let perhaps = PERHAPS.iter().find_map(|word| {
            let column = of(word)?;
            let items = Items::of(grid, rows, column)?;
            let apart =
                || *word != "sensor" && *word != "sensor name" && items.lie_apart(grid, rows, column, value, decimal);
            (items.understood() || items.with_device() || apart()).then(|| long(column, value, &items))
        });
        if perhaps.is_some() {
            return perhaps;
        }
    }
    // One column of numbers that no name explains, beside one of quantities.
    let mut numbers =
        (0..headers.len()).filter(|column| kind(*column) == Some(Kind::Number) && aside(&headers[*column]).is_none());
    let lone = || numbers.next().filter(|column| numbers.next().is_none() && meaning(&headers[*column]).is_none());
    let number = value.or_else(lone)?;
    let texts = (0..headers.len()).filter(|column| kind(*column) == Some(Kind::Text) && *column != number);
    let quantities = texts
        .filter_map(|column| Some((column, Items::of(grid, rows, column)?)))
        .find(|(_, items)| items.0.len() > 1 && (items.with_device() || items.0.iter().all(|item| is_quantity(item))));
    // Values of several units are of several quantities, though no word says which.
    let by_unit = |column: &usize| {
        is_unit_column(grid, headers, rows, *column)
            && Items::of(grid, rows, *column).is_some_and(|units| units.0.len() > 1)
    };
    quantities.map(|(column, items)| long(column, number, &items)).or_else(|| {
        let metric = unit.filter(|column| value.is_some() && by_unit(column))?;
        Some(Long { metric, value: number, unit, with_device: false })
    })
}

/// The names in a column that may be that of metrics.
struct Items(Vec<String>);

impl Items {
    fn of(grid: &Grid, rows: &[usize], column: usize) -> Option<Self> {
        let mut known = HashSet::new();
        for row in rows {
            known.insert(grid.cell(*row, column));
            if known.len() > MOST {
                return None;
            }
        }
        // A column of numbers names no metric.
        let named = known.iter().all(|cell| !cell.is_empty() && !cell[0].is_ascii_digit());
        let varied = rows.len() < 4 || known.len() * 2 <= rows.len();
        (named && varied).then(|| Self(known.iter().map(|cell| text_of(cell).into_owned()).collect()))
    }

    fn understood(&self) -> bool {
        self.0.iter().any(|item| meaning(item).is_some())
    }

    /// Every name is one of a device and of a quantity.
    fn with_device(&self) -> bool {
        self.0.iter().all(|item| !is_quantity(item) && entity(item).is_some())
    }

    /// Whether the values of each name lie clear of those of all others: they are of different quantities.
    fn lie_apart(&self, grid: &Grid, rows: &[usize], column: usize, value: usize, decimal: Decimal) -> bool {
        let mut ranges: HashMap<&[u8], (f64, f64)> = HashMap::new();
        for row in rows {
            if let Some(number) = number_of(grid.cell(*row, value), decimal) {
                let range = ranges.entry(grid.cell(*row, column)).or_insert((number, number));
                *range = (range.0.min(number), range.1.max(number));
            }
        }
        let mut ranges: Vec<(f64, f64)> = ranges.into_values().collect();
        ranges.sort_by(|a, b| a.0.total_cmp(&b.0));
        ranges.len() > 1 && rows.len() > 3 * ranges.len() && ranges.windows(2).all(|pair| pair[0].1 < pair[1].0)
    }
}

/// The column that states each row's unit.
pub fn unit_column(headers: &[String]) -> Option<usize> {
    headers.iter().position(|header| names_unit(header))
}

/// Whether a header says that units stand below it.
pub fn names_unit(header: &str) -> bool {
    UNITS.contains(&words(header).join(" ").as_str())
}

/// Whether a header says that values stand below it, and not of what.
pub fn names_value(header: &str) -> bool {
    VALUES.contains(&words(header).join(" ").as_str())
}

/// Whether a column is that of units, and holds some.
pub fn is_unit_column(grid: &Grid, headers: &[String], rows: &[usize], column: usize) -> bool {
    let unit = |row: &usize| unit_of(&grid.text(*row, column)).is_some();
    UNITS.contains(&words(&headers[column]).join(" ").as_str()) && rows.iter().take(100).all(unit)
}

/// Whether a row's unit is the one of its metric, which the first row states.
pub fn one_unit(first: &mut String, unit: &str) -> bool {
    if first.is_empty() {
        *first = unit.to_string();
    }
    first == unit || unit_of(first).is_some_and(|known| unit_of(unit) == Some(known))
}

/// Readings as they are put together from values.
#[derive(Default)]
pub struct Pivot {
    rows: HashMap<(u32, i64, u32), u32>,
    /// (device, time, index of the first record of each).
    pub readings: Vec<(u32, i64, usize)>,
    /// Reading of each record.
    pub of_record: HashMap<usize, u32>,
    /// Per metric, per reading.
    pub values: Vec<Vec<f64>>,
}

impl Pivot {
    /// Puts a value where it belongs.
    pub fn put(&mut self, device: u32, stamp_us: i64, metric: usize, value: f64, record: usize) {
        if self.values.len() <= metric {
            self.values.resize_with(metric + 1, Vec::new);
        }
        for occurrence in 0.. {
            let readings = &mut self.readings;
            let row = *self.rows.entry((device, stamp_us, occurrence)).or_insert_with(|| {
                readings.push((device, stamp_us, record));
                u32::try_from(readings.len() - 1).unwrap_or(u32::MAX)
            }) as usize;
            let column = &mut self.values[metric];
            if column.len() <= row {
                column.resize(row + 1, f64::NAN);
            }
            if column[row].is_nan() {
                column[row] = value;
                self.of_record.insert(record, u32::try_from(row).unwrap_or(u32::MAX));
                return;
            }
        }
    }

    /// Makes all columns equally long.
    pub fn finish(&mut self) {
        let rows = self.readings.len();
        self.values.iter_mut().for_each(|column| column.resize(rows, f64::NAN));
    }
}

/// Device and metric of `sensor.cellar_temperature` and `house/cellar/temperature`: after the domain, the last or the first words
/// that are a known quantity are the metric.
pub fn entity(id: &str) -> Option<(String, String)> {
    let domain = |domain: &str| domain.ends_with("sensor") || matches!(domain, "climate" | "weather" | "number");
    let name = id.split_once('.').filter(|(before, _)| domain(before)).map_or(id, |(_, name)| name);
    let marks: Vec<usize> = name.match_indices(MARKS).map(|(at, _)| at).collect();
    let last = marks.iter().rev().take(2).rev().map(|at| (&name[..*at], &name[at + 1..]));
    let first = marks.iter().take(2).rev().map(|at| (&name[at + 1..], &name[..*at]));
    let (device, metric) = last.chain(first).find(|(device, metric)| !device.is_empty() && is_quantity(metric))?;
    Some((device.to_string(), metric.to_string()))
}

/// What stands between the words of an entity.
const MARKS: [char; 6] = ['_', '/', '.', ':', '-', ' '];

/// Whether words are those of a known quantity.
pub fn is_quantity(words: &str) -> bool {
    let name = words.replace(MARKS, "_").to_lowercase();
    let known = meaning(&name.replace('_', " "));
    known.is_some_and(|means| !matches!(means.quantity, Quantity::Time | Quantity::Device))
        || OTHERS.contains(&name.as_str())
}

/// Words for quantities beyond the contract's.
const OTHERS: [&str; 24] = [
    "co2",
    "carbon_dioxide",
    "voltage",
    "current",
    "power",
    "energy",
    "illuminance",
    "light",
    "pm25",
    "pm10",
    "pm1",
    "voc",
    "noise",
    "moisture",
    "wind_speed",
    "rain",
    "dew_point",
    "lux",
    "distance",
    "frequency",
    "signal_strength",
    "level",
    "flow",
    "ph",
];

#[cfg(test)]
mod tests {
    use super::{Long, Pivot, entity, find};
    use crate::survey::Delimiter;
    use crate::survey::cells::{Decimal, kind_of};
    use crate::survey::grid::Grid;

    /// The long table in rows with a header, whose first column is the time.
    fn long(table: &str) -> Option<Long> {
        let grid = Grid::of(table.as_bytes().to_vec(), Delimiter::Mark(b','));
        let headers: Vec<String> = grid.cells(0).map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        let rows: Vec<usize> = (1..grid.rows()).collect();
        let kind = |column: usize| (column > 0).then(|| kind_of(grid.cell(1, column)));
        find(&grid, &headers, &rows, Decimal::Point, kind)
    }

    #[test]
    fn long_tables_are_known_by_words_or_content() {
        let rows = |names: [&str; 2]| {
            let row = |n: u32| format!("8,{},{}\n9,{},{}", names[0], n, names[1], n + 40);
            [11, 12, 13, 14].map(row).join("\n")
        };
        let is =
            |header: &str, names: [&str; 2]| long(&format!("{header}\n{}", rows(names))).map(|long| long.with_device);
        for (header, names, expected) in [
            ("t,Messgröße,Wert", ["Temperatur", "Feuchte"], Some(false)),
            ("t,sensor,value", ["temperature", "humidity"], Some(false)),
            ("t,topic,payload", ["a/temperature", "a/humidity"], Some(true)),
            ("t,what,much", ["temperature", "humidity"], Some(false)),
            // Words that name different things, though nothing tells what.
            ("t,series,value", ["boiler", "supply"], Some(false)),
            // Devices, whose values may lie apart.
            ("t,sensor,value", ["boiler", "supply"], None),
            ("t,room,temperature", ["attic", "bath"], None),
            ("t,what,much", ["attic", "bath"], None),
        ] {
            assert_eq!(is(header, names), expected, "{header} {names:?}");
        }
    }

    #[test]
    fn values_of_one_time_are_one_reading() {
        let mut pivot = Pivot::default();
        for (record, (device, stamp, metric, value)) in
            [(0, 1, 0, 1.0), (0, 1, 1, 2.0), (1, 1, 0, 3.0), (0, 1, 0, 4.0), (0, 2, 1, 5.0)].into_iter().enumerate()
        {
            pivot.put(device, stamp, metric, value, record);
        }
        pivot.finish();
        assert_eq!(pivot.readings, [(0, 1, 0), (1, 1, 2), (0, 1, 3), (0, 2, 4)]);
        assert_eq!(format!("{:?}", pivot.values), "[[1.0, 3.0, 4.0, NaN], [2.0, NaN, NaN, 5.0]]");
    }

    #[test]
    fn entities_tell_device_and_metric() {
        for (id, expected) in [
            ("sensor.cellar_temperature", Some(("cellar", "temperature"))),
            ("sensor.living_room_air_humidity", Some(("living_room", "air_humidity"))),
            ("sensor.meter_battery_level", Some(("meter", "battery_level"))),
            ("sensor.office_co2", Some(("office", "co2"))),
            ("binary_sensor.front_door", None),
            ("sensor.temperature", None),
            ("home/kitchen/temperature", Some(("home/kitchen", "temperature"))),
            ("AHU1.TEMPERATURE", Some(("AHU1", "TEMPERATURE"))),
            ("Tank1_Level", Some(("Tank1", "Level"))),
            ("Temperature Attic", Some(("Attic", "Temperature"))),
            ("a.b.c", None),
        ] {
            let expected = expected.map(|(device, metric)| (device.to_string(), metric.to_string()));
            assert_eq!(entity(id), expected, "{id}");
        }
    }
}
