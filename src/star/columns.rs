//! Which columns a log has in the warehouse, under which names and types.
//!
//! They are those of the exported readings, but for the time and the device, which have one name in every log. A name is used
//! as it is wherever PostgreSQL can have it.

use crate::contract::{Contract, fold};
use crate::export::columns::{self, Field};
use crate::table::Readings;

pub(super) const NUMBER: &str = "double precision";
pub(super) const TIME: &str = "timestamp";
pub(super) const TRUTH: &str = "boolean";

/// A column of `fact_sensor_readings` beside device, time and occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Not quoted.
    pub name: String,
    /// The type in PostgreSQL.
    pub kind: &'static str,
    pub field: Field,
    /// Whether every warehouse has it, whatever its logs.
    pub standard: bool,
}

/// Columns of every warehouse, as `schema.sql` has them.
const STANDARD: [(&str, &str); 13] = [
    ("temperature_celsius", NUMBER),
    ("humidity_percent", NUMBER),
    ("pressure_hpa", NUMBER),
    ("battery_level_percent", NUMBER),
    ("temperature_fahrenheit", NUMBER),
    ("hour_of_day", "smallint"),
    ("temp_rolling_avg_3", NUMBER),
    ("valid_until", TIME),
    ("anomaly_type", "text"),
    ("is_anomaly", TRUTH),
    ("temperature_celsius_filled", TRUTH),
    ("humidity_percent_filled", TRUTH),
    ("pressure_hpa_filled", TRUTH),
];

/// Names that the table has for itself, and those of PostgreSQL's system columns.
const TAKEN: [&str; 11] = [
    "reading_id",
    "device_key",
    "device_id",
    "timestamp",
    "occurrence",
    "tableoid",
    "xmin",
    "cmin",
    "xmax",
    "cmax",
    "ctid",
];

/// The longest name that PostgreSQL keeps whole, in bytes.
const NAME_BYTES: usize = 63;

/// The columns of a log, in the order of the exported readings.
pub(super) fn columns(contract: &Contract, readings: &Readings) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for column in columns::columns(contract, readings, false) {
        let kind = match column.field {
            Field::Timestamp | Field::Device => continue,
            Field::Metric(_) | Field::Fahrenheit | Field::RollingMean => NUMBER,
            Field::HourOfDay => "smallint",
            Field::ValidUntil => TIME,
            Field::AnomalyType | Field::SourceFile => "text",
            Field::IsAnomaly | Field::Filled(_) => TRUTH,
            Field::SourceLine => "bigint",
        };
        let name = kept_whole(&column.name);
        let (mut unique, mut number) = (name.clone(), 2);
        while is_taken(&unique, kind) || columns.iter().any(|other| fold(&other.name) == fold(&unique)) {
            unique = name.clone();
            unique.push('_');
            crate::export::text::push_digits(&mut unique, number, 1);
            number += 1;
        }
        let standard = STANDARD.contains(&(unique.as_str(), kind));
        columns.push(Column { name: unique, kind, field: column.field, standard });
    }
    columns
}

/// Whether the table has that name for something else.
fn is_taken(name: &str, kind: &str) -> bool {
    let name = fold(name);
    TAKEN.contains(&name.as_str()) || STANDARD.iter().any(|(other, of)| *other == name && *of != kind)
}

/// A name that PostgreSQL does not cut: one that is too long keeps its start and gets a number made from all of it, the same in
/// every log. Four bytes stay free for what makes it unique.
fn kept_whole(name: &str) -> String {
    let name = name.replace('\0', "_");
    if name.len() <= NAME_BYTES - 4 {
        return name;
    }
    let mut short = String::new();
    for character in name.chars() {
        if short.len() + character.len_utf8() > NAME_BYTES - 4 - 11 {
            break;
        }
        short.push(character);
    }
    // FNV-1a, 32 bits.
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    short.push('_');
    crate::export::text::push_digits(&mut short, hash.into(), 10);
    short
}

#[cfg(test)]
mod tests {
    use super::{STANDARD, columns};
    use crate::contract::{Contract, FillPolicy};
    use crate::table::{Metric, MetricInfo, Readings};

    fn named(names: &[&str]) -> Vec<String> {
        let metric = |name: &&str| Metric {
            info: MetricInfo { name: (*name).into(), unit: String::new(), fill: FillPolicy::No, required: false },
            values: Vec::new(),
            filled: crate::table::Bits::default(),
        };
        let readings = Readings { metrics: names.iter().map(metric).collect(), ..Readings::default() };
        let all = columns(&Contract::default(), &readings);
        all.iter().filter(|c| !c.standard).map(|c| c.name.clone()).collect()
    }

    #[test]
    fn names_are_kept_where_they_can_be() {
        let names = ["co2", "say \"hi\"; --", "XMIN", "timestamp", "temperature_celsius_filled", "Reading_Id"];
        assert_eq!(
            named(&names),
            ["co2", "say \"hi\"; --", "XMIN_2", "timestamp_2", "temperature_celsius_filled_2", "Reading_Id_2"]
        );
    }

    #[test]
    fn long_names_differ_within_what_is_kept() {
        let long = "ü".repeat(40);
        let found = named(&[&format!("{long}a"), &format!("{long}b")]);
        assert!(found.iter().all(|name| name.len() <= 63 && name.starts_with("üüüü")), "{found:?}");
        assert_ne!(found[0], found[1]);
        assert_eq!(found[0], named(&[&format!("{long}a")])[0], "the same in every log");
    }

    #[test]
    fn the_schema_has_the_standard_columns() {
        for (name, kind) in STANDARD {
            assert!(super::super::sql::SCHEMA.contains(&format!("\n    {name} {kind},\n")), "{name} {kind}");
        }
    }
}
