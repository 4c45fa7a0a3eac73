//! Which column of a file is which of the contract.
//!
//! Owns the assignment: a column of the contract is the one that bears its name, else the only one whose name means the same and
//! whose unit is its unit or can be converted. Refuses to choose between two.

use super::layout::cut;
use crate::contract::{Column, ColumnKind, Contract, fold};
use crate::dialect::names::{Meaning, Quantity, meaning};
use crate::dialect::units::{Conversion, unit_of};
use crate::{Error, ErrorKind};

/// A column of the contract that a column of the file is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Assigned {
    /// Index among the contract's columns.
    pub column: usize,
    /// What makes the file's numbers the contract's.
    pub conversion: Option<Conversion>,
    /// Whether it bears another name than the contract's.
    pub renamed: bool,
}

/// Per column of the file, the contract's column that it is.
pub(super) fn assign(header: &[String], contract: &Contract) -> Vec<Option<Assigned>> {
    let by_name = |name: &String| {
        let column = contract.columns.iter().position(|column| fold(&column.name) == fold(name))?;
        Some(Assigned { column, conversion: None, renamed: false })
    };
    let mut assigned: Vec<Option<Assigned>> = header.iter().map(by_name).collect();
    for (column, wanted) in contract.columns.iter().enumerate() {
        if assigned.iter().flatten().any(|at| at.column == column) {
            continue;
        }
        let free = (0..header.len()).filter(|&at| assigned[at].is_none());
        let mut means = free.filter_map(|at| Some((at, same(wanted, &header[at])?)));
        if let (Some((at, conversion)), None) = (means.next(), means.next()) {
            assigned[at] = Some(Assigned { column, conversion, renamed: true });
        }
    }
    assigned
}

/// Whether a name means a column of the contract, and what makes its numbers the contract's.
fn same(wanted: &Column, name: &str) -> Option<Option<Conversion>> {
    let Meaning { quantity, unit } = meaning(name)?;
    let expected = match wanted.kind {
        ColumnKind::Timestamp => Quantity::Time,
        ColumnKind::Device => Quantity::Device,
        ColumnKind::Number => meaning(&wanted.name)?.quantity,
    };
    if quantity != expected {
        return None;
    }
    match (unit, unit_of(&wanted.unit)) {
        (None, _) => Some(None),
        (Some(unit), Some(expected)) if unit == expected => Some(None),
        (Some(unit), Some(expected)) => unit.to(expected).map(Some),
        (Some(_), None) => None,
    }
}

/// The sentence about columns of the contract that a file lacks.
#[cfg_attr(small, optimize(size))]
pub(super) fn absence(file: &str, header: &[String], absent: &[&str], line: u64) -> Error {
    let found: Vec<String> = header.iter().take(12).map(|name| format!("\"{}\"", cut(name, 60))).collect();
    let more = if header.len() > 12 { format!(" and {} more", header.len() - 12) } else { String::new() };
    let error = Error::new(
        ErrorKind::Header,
        file,
        format!(
            "expected the column{} {}, but found {}{more}",
            if absent.len() == 1 { "" } else { "s" },
            absent.join(", "),
            found.join(", ")
        ),
    )
    .at_line(line);
    absent.iter().fold(error, |error, name| error.with_finding(name, "required column absent"))
}

/// Refuses a header in which a column of the contract is absent or repeated.
///
/// # Errors
/// Kind `Header`, with a finding a column.
pub(super) fn check(
    file: &str,
    header: &[String],
    assigned: &[Option<Assigned>],
    line: u64,
    contract: &Contract,
) -> Result<(), Error> {
    let positions = |name: &str| -> Vec<usize> {
        let is = |at: &Option<Assigned>| at.is_some_and(|at| contract.columns[at.column].name == name);
        (0..assigned.len()).filter(|&i| is(&assigned[i])).collect()
    };
    let absent: Vec<&str> =
        contract.columns.iter().map(|c| c.name.as_str()).filter(|name| positions(name).is_empty()).collect();
    if !absent.is_empty() {
        return Err(absence(file, header, &absent, line));
    }
    let repeated: Vec<(&str, Vec<usize>)> =
        contract.columns.iter().map(|c| (c.name.as_str(), positions(&c.name))).filter(|(_, at)| at.len() > 1).collect();
    if let Some((name, at)) = repeated.first() {
        let places: Vec<String> = at.iter().map(|i| (i + 1).to_string()).collect();
        let mut error = Error::new(
            ErrorKind::Header,
            file,
            format!("expected the column {name} once, but found it as columns {}", places.join(" and ")),
        )
        .at_line(line);
        for (name, _) in &repeated {
            error = error.with_finding(name, "required column repeated");
        }
        return Err(error);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::assign;
    use crate::contract::Contract;

    /// Per column of the file, the name of the contract's, with `*` where it is converted.
    fn assigned(header: &str) -> Vec<String> {
        let (header, contract) = (header.split('|').map(str::to_owned).collect::<Vec<_>>(), Contract::default());
        let name = |at: Option<super::Assigned>| {
            at.map_or(String::new(), |at| {
                let mark = if at.conversion.is_some() { "*" } else { "" };
                contract.columns[at.column].name.clone() + mark
            })
        };
        assign(&header, &contract).into_iter().map(name).collect()
    }

    #[test]
    fn a_column_is_found_by_name_then_by_meaning() {
        assert_eq!(
            assigned("Datum|Sensor ID|Temp (°F)|RH %|Luftdruck [kPa]|Battery"),
            [
                "timestamp",
                "device_id",
                "temperature_celsius*",
                "humidity_percent",
                "pressure_hpa*",
                "battery_level_percent"
            ]
        );
        // Its own name beats another that means the same.
        assert_eq!(assigned("temperature_celsius|temperature_fahrenheit"), ["temperature_celsius", ""]);
        assert_eq!(assigned("Temperature|Temp (°C)|time"), ["", "", "timestamp"], "two mean the same");
        assert_eq!(assigned("Battery (V)|Pressure (°C)|Humidity"), ["", "", "humidity_percent"]);
    }
}
