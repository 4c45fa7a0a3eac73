//! What broke the contract, in words, and what the modes would do about it.

use crate::contract::{Column, Contract, Rule, Violation, fold};
use crate::table::Log;

/// What the modes other than strict would do with a log's violations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remedies {
    /// Rows that set aside would set aside.
    pub set_aside_rows: u64,
    /// Cells that repair would empty.
    pub repair_cells: u64,
    /// Rows that repair would have to set aside.
    pub repair_rows: u64,
}

/// Counts what the modes would do. Assumes the violations in order of file and line.
pub fn remedies(violations: &[Violation]) -> Remedies {
    let mut remedies = Remedies::default();
    for row in violations.chunk_by(|a, b| (a.file, a.line) == (b.file, b.line)) {
        remedies.set_aside_rows += 1;
        if row.iter().any(|v| v.rule.condemns_row()) {
            remedies.repair_rows += 1;
        } else {
            remedies.repair_cells += row.len() as u64;
        }
    }
    remedies
}

/// A violation as a sentence:
/// `gateway.csv line 13, temperature_celsius: expected a number between -20 and 50, but found "1000"`.
pub fn finding_sentence(log: &Log, contract: &Contract, violation: &Violation) -> String {
    let file = log.files.get(violation.file as usize);
    let file = file.map_or("", |f| f.name.as_str());
    let column = column_name(log, contract, violation);
    let comma = if column.is_empty() { "" } else { ", " };
    let expected = expected(log, contract, violation);
    let found = match (violation.rule, violation.value.as_ref()) {
        (Rule::RaggedRow, value) => ragged(value).0.to_string(),
        (_, "") => "nothing".to_string(),
        (_, value) => format!("{value:?}"),
    };
    let line = violation.line;
    format!("{file} line {line}{comma}{column}: expected {expected}, but found {found}").trim_start().into()
}

/// The column that a violation is about, by the contract's name or else the file's; empty for a row as a whole.
pub(super) fn column_name<'a>(log: &'a Log, contract: &'a Contract, violation: &Violation) -> &'a str {
    let written = written_name(log, violation).unwrap_or("");
    contract_column(contract, written).map_or(written, |column| &column.name)
}

/// What should have stood there: `a number between -20 and 50`.
pub(super) fn expected(log: &Log, contract: &Contract, violation: &Violation) -> String {
    match violation.rule {
        Rule::NotANumber => "a number".into(),
        Rule::OutOfBounds => {
            let written = written_name(log, violation).unwrap_or("");
            contract_column(contract, written).map_or_else(|| "a finite number".into(), Column::expectation)
        }
        Rule::BadTimestamp => "a time that exists".into(),
        Rule::MissingTimestamp => "a time".into(),
        Rule::MissingDevice => "a device id".into(),
        Rule::RaggedRow => match ragged(&violation.value).1 {
            "" => "a cell for each column".into(),
            cells => format!("{cells} cells"),
        },
        Rule::NulByte => "text without NUL bytes".into(),
        Rule::OpenQuote => "a closing quote".into(),
    }
}

/// What was found, as shown: `4 of 6 cells` for a ragged row.
pub(super) fn found(violation: &Violation) -> String {
    match violation.rule {
        Rule::RaggedRow => format!("{} cells", violation.value),
        _ => violation.value.to_string(),
    }
}

/// The two numbers of `4 of 6`.
fn ragged(value: &str) -> (&str, &str) {
    value.split_once(" of ").unwrap_or((value, ""))
}

fn written_name<'a>(log: &'a Log, violation: &Violation) -> Option<&'a str> {
    let header = &log.files.get(violation.file as usize)?.header;
    Some(header.get(usize::from(violation.column?))?.as_str())
}

fn contract_column<'a>(contract: &'a Contract, written: &str) -> Option<&'a Column> {
    let name = fold(written);
    contract.columns.iter().find(|c| fold(&c.name) == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::SourceFile;

    fn log() -> Log {
        Log {
            files: vec![SourceFile {
                name: "gateway.csv".into(),
                header: ["timestamp", "device_id", "Temperature_Celsius", "co2"].map(String::from).into(),
                ..SourceFile::default()
            }],
            ..Log::default()
        }
    }

    fn violation(line: u32, column: Option<u16>, rule: Rule, value: &str) -> Violation {
        Violation { file: 0, line, column, rule, value: value.into() }
    }

    #[test]
    fn a_finding_says_where_what_was_expected_and_what_was_found() {
        let sentence = |column, rule, value| {
            let violation = violation(13, column, rule, value);
            finding_sentence(&log(), &Contract::default(), &violation)
        };
        assert_eq!(
            sentence(Some(2), Rule::OutOfBounds, "1000"),
            "gateway.csv line 13, temperature_celsius: expected a number between -20 and 50, but found \"1000\""
        );
        assert_eq!(
            sentence(Some(3), Rule::NotANumber, "ERR"),
            "gateway.csv line 13, co2: expected a number, but found \"ERR\""
        );
        assert_eq!(
            sentence(Some(0), Rule::BadTimestamp, "2023-02-30"),
            "gateway.csv line 13, timestamp: expected a time that exists, but found \"2023-02-30\""
        );
        assert_eq!(
            sentence(Some(1), Rule::MissingDevice, ""),
            "gateway.csv line 13, device_id: expected a device id, but found nothing"
        );
        assert_eq!(sentence(None, Rule::RaggedRow, "4 of 6"), "gateway.csv line 13: expected 6 cells, but found 4");
    }

    #[test]
    fn remedies_count_rows_once_and_cells_each() {
        let violations = [
            violation(2, Some(2), Rule::OutOfBounds, "99"),
            violation(5, Some(2), Rule::NotANumber, "x"),
            violation(5, Some(3), Rule::NotANumber, "y"),
            violation(7, Some(0), Rule::BadTimestamp, "z"),
            violation(7, Some(2), Rule::OutOfBounds, "99"),
            violation(9, None, Rule::RaggedRow, "1 of 4"),
        ];
        let expected = Remedies { set_aside_rows: 4, repair_cells: 3, repair_rows: 2 };
        assert_eq!(remedies(&violations), expected);
        assert_eq!(remedies(&[]), Remedies::default());
    }
}
