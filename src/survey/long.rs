//! Long tables: a row a value, the metric's name in a column.
//!
//! Owns how such rows become readings: those of one device and time make one, and a second value of the same metric at the same
//! time makes another. Assumes rows with a time. Refuses a table whose metric column has too many names.

use std::collections::{HashMap, HashSet};

use super::grid::Grid;
use super::words::words;
use crate::dialect::encoding::text_of;
use crate::dialect::names::meaning;
use crate::dialect::units::unit_of;

/// Columns of a long table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Long {
    pub metric: usize,
    pub value: usize,
    /// Where each row states its unit.
    pub unit: Option<usize>,
}

/// More metrics than this are no metrics.
const MOST: usize = 300;

/// What the metric's column is called; the last of them only where a cell of it is a known quantity.
const METRICS: [&str; 19] = [
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
    "sensor type",
    "channel",
    "param",
    "signal",
    "kind",
    "type",
    "sensor name",
    "name",
];
const SURE: usize = 11;
const VALUES: [&str; 9] =
    ["value", "val", "reading", "state", "result", "wert", "valor", "measured value", "data value"];
/// What the unit's column is called.
const UNITS: [&str; 8] =
    ["unit", "units", "uom", "unit of measurement", "unit of measure", "einheit", "unidad", "unité"];

/// The columns of a long table, if it is one.
pub fn find(
    grid: &Grid,
    headers: &[String],
    rows: &[usize],
    free: impl Fn(usize) -> bool,
    filled: impl Fn(usize) -> bool,
) -> Option<Long> {
    let joined: Vec<String> = headers.iter().map(|header| words(header).join(" ")).collect();
    let of = |word: &str| (0..headers.len()).find(|column| free(*column) && filled(*column) && joined[*column] == word);
    let value = VALUES.iter().find_map(|word| of(word))?;
    let metric = METRICS.iter().enumerate().find_map(|(rank, word)| {
        let column = (0..headers.len()).find(|column| joined[*column] == *word && *column != value && free(*column))?;
        let mut known = HashSet::new();
        let mut understood = false;
        for row in rows {
            let cell = grid.cell(*row, column);
            if known.insert(cell) {
                understood |= meaning(&text_of(cell)).is_some();
                if known.len() > MOST {
                    return None;
                }
            }
        }
        // A column of numbers names no metric.
        let named = known.iter().all(|cell| !cell.is_empty() && !cell[0].is_ascii_digit());
        let varied = rows.len() < 4 || known.len() * 2 <= rows.len();
        (named && varied && (rank < SURE || understood)).then_some(column)
    })?;
    Some(Long { metric, value, unit: unit_column(headers) })
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

/// Device and metric of `sensor.cellar_temperature`: after the domain, the last words that are a known quantity are the metric.
pub fn entity(id: &str) -> Option<(String, String)> {
    let name = id.split_once('.').map_or(id, |(_, name)| name);
    let parts: Vec<&str> = name.split('_').filter(|part| !part.is_empty()).collect();
    (1..=2).rev().chain([1]).find_map(|count| {
        let (device, metric) = parts.split_at_checked(parts.len().checked_sub(count)?)?;
        let metric = metric.join("_");
        let known = meaning(&metric.replace('_', " ")).is_some() || OTHERS.contains(&metric.as_str());
        (known && !device.is_empty()).then(|| (device.join("_"), metric))
    })
}

/// Words for quantities beyond the contract's.
const OTHERS: [&str; 21] = [
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
];

#[cfg(test)]
mod tests {
    use super::{Pivot, entity};

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
        ] {
            let expected = expected.map(|(device, metric)| (device.to_string(), metric.to_string()));
            assert_eq!(entity(id), expected, "{id}");
        }
    }
}
