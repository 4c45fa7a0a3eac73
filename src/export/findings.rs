//! Findings: everything that a run has to say against its input, one line each.

use std::borrow::Cow;
use std::io::Write;

use serde::Serialize;

use super::{failed, text};
use crate::Error;
use crate::clean::DropReason;
use crate::contract::{Rule, Violation};
use crate::pipeline::Outcome;
use crate::table::Log;

/// One finding: a cell or row that breaks the contract, a row dropped, or what is wrong with a whole file. What it does not
/// have is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding<'a> {
    /// The file's name; empty for the run as a whole.
    pub file: &'a str,
    /// The line as an editor counts, from 1.
    pub line: Option<u64>,
    pub column: Option<&'a str>,
    /// As found, see [`crate::contract::VALUE_BYTES`].
    pub value: Option<&'a str>,
    /// A rule of the contract by name, or plain words.
    pub rule: Cow<'a, str>,
}

/// Who reads the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// A spreadsheet: comma-separated, text that would be taken for a formula gets one leading `'`.
    Spreadsheet,
    /// A program: comma-separated, values exactly as found.
    Exact,
    /// A program: tab-separated, values exactly as found.
    ExactTabs,
}

/// Every finding: what stopped whole files, then every cell or row of the log that breaks the contract.
pub fn findings<'a>(errors: impl IntoIterator<Item = &'a Error>, log: Option<&'a Log>) -> Vec<Finding<'a>> {
    let mut all: Vec<Finding<'a>> = errors.into_iter().flat_map(Finding::of_error).collect();
    if let Some(log) = log {
        all.extend(log.violations.iter().map(|violation| Finding::of_violation(log, violation)));
    }
    all
}

impl<'a> Finding<'a> {
    /// What an error found: its findings about the file as a whole, or else its message.
    fn of_error(error: &'a Error) -> Vec<Self> {
        let position = error.position();
        let file = position.file.as_str();
        let words = |text: &'a str| (!text.is_empty()).then_some(text);
        if error.findings().is_empty() {
            let (line, column) = (position.line, position.column.as_deref());
            return vec![Self { file, line, column, value: None, rule: error.message().into() }];
        }
        let of_file = error.findings().iter();
        of_file
            .map(|f| Self { file, line: None, column: words(&f.column), value: None, rule: f.rule.as_str().into() })
            .collect()
    }

    /// A cell or row that breaks the contract.
    pub fn of_violation(log: &'a Log, violation: &'a Violation) -> Self {
        let column = column_name(log, violation);
        Self {
            file: file_name(log, violation.file),
            line: Some(violation.line.into()),
            column: (!column.is_empty()).then_some(column),
            value: Some(&violation.value),
            rule: violation.rule.name().into(),
        }
    }

    /// Every row that was dropped, its reason as the rule: what to say when no reading is left.
    pub fn of_dropped(log: &'a Log, outcome: &'a Outcome) -> impl Iterator<Item = Self> {
        let readings = &outcome.cleaned.readings;
        outcome.cleaned.dropped.iter().map(|dropped| {
            let metric = match &dropped.reason {
                DropReason::NeverMeasured { metric }
                | DropReason::Missing { metric }
                | DropReason::Repaired { metric, .. } => readings.metrics.get(*metric),
                DropReason::Repeats { .. } => None,
            };
            Self {
                file: file_name(log, dropped.place.file),
                line: Some(dropped.place.line.into()),
                column: metric.map(|m| m.info.name.as_str()),
                value: None,
                rule: dropped.reason.sentence(readings).into(),
            }
        })
    }
}

/// Writes findings under the header `file, line, column, value, rule`. Returns the number of lines.
///
/// # Errors
/// When `out` refuses bytes.
pub fn write_findings(out: impl Write, findings: &[Finding<'_>], guard: Guard) -> Result<u64, Error> {
    let delimiter = if guard == Guard::ExactTabs { b'\t' } else { b',' };
    let mut csv = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
    csv.write_record(["file", "line", "column", "value", "rule"]).map_err(failed)?;
    let safe = |text| match guard {
        Guard::Spreadsheet => text::guarded(text),
        Guard::Exact | Guard::ExactTabs => Cow::Borrowed(text),
    };
    for finding in findings {
        let value = finding.value.unwrap_or_default();
        csv.write_record([
            safe(finding.file).as_ref(),
            &finding.line.map(|line| line.to_string()).unwrap_or_default(),
            &safe(finding.column.unwrap_or_default()),
            &if guard == Guard::Spreadsheet { guarded_value(&finding.rule, value) } else { value.into() },
            &safe(&finding.rule),
        ])
        .map_err(failed)?;
    }
    csv.flush().map_err(failed)?;
    Ok(findings.len() as u64)
}

/// The value of a finding as a cell of a spreadsheet. One that is out of bounds is a number, and a number is no formula.
pub(super) fn guarded_value<'a>(rule: &str, value: &'a str) -> Cow<'a, str> {
    if rule == Rule::OutOfBounds.name() { value.into() } else { text::guarded(value) }
}

/// The name of the file that the log holds at this index.
pub(super) fn file_name(log: &Log, file: u32) -> &str {
    log.files.get(file as usize).map_or("", |f| f.name.as_str())
}

/// The column's name as its file's header writes it, empty for a whole row.
pub(super) fn column_name<'a>(log: &'a Log, violation: &Violation) -> &'a str {
    let header = log.files.get(violation.file as usize).map(|f| f.header.as_slice());
    let name = violation.column.and_then(|column| header?.get(usize::from(column)));
    name.map_or("", String::as_str)
}
