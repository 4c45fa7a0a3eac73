//! Everything that a refused run has to say against its input, as a list and as a table.

use super::Session;
use crate::Error;
use crate::export::{self, Finding};
use crate::ingest::Source;
use crate::protocol::{Cell, TableAsk, TableColumn, TableKind, TablePage, TableRow};
use crate::view;

impl<S: Source> Session<S> {
    /// Errors about whole files: left out ones, and what refused the run.
    pub(super) fn errors(&self) -> Vec<Error> {
        let mut errors = self.opened.as_ref().map_or_else(Vec::new, |opened| opened.left_out.clone());
        if let Some(refused) = &self.refused
            && (self.opened.is_none() || !refused.findings().is_empty())
            && !errors.contains(refused)
        {
            errors.push(refused.clone());
        }
        errors
    }

    /// Whether cells and rows of the log are all there is to find: then the view's table shows them, with what was expected.
    pub(super) fn only_violations(&self) -> bool {
        let violations = self.opened.as_ref().is_some_and(|opened| !opened.log.violations.is_empty());
        violations && self.errors().is_empty()
    }

    /// Whole files first, then cells and rows, then, where no reading is left, every dropped row with its reason.
    pub(super) fn findings<'a>(&'a self, errors: &'a [Error]) -> Vec<Finding<'a>> {
        let log = self.opened.as_ref().map(|opened| &opened.log);
        let mut all = export::findings(errors, log);
        if let (Some(log), Some(_)) = (log, &self.refused) {
            all.extend(Finding::of_dropped(log, &self.outcome));
        }
        all
    }
}

/// A window of a list of findings, filtered and sorted as asked.
pub(super) fn page(findings: &[Finding<'_>], ask: &TableAsk) -> TablePage {
    let filter = ask.filter.trim().to_lowercase();
    let found = |finding: &&Finding<'_>| {
        filter.is_empty() || texts(finding).iter().any(|text| text.to_lowercase().contains(&filter))
    };
    let mut matched: Vec<&Finding<'_>> = findings.iter().filter(found).collect();
    if let Some((column, descending)) = ask.sort {
        match column {
            LINE => {
                let order =
                    view::places(matched.iter().map(|finding| finding.line.map_or(0, |line| line.saturating_add(1))));
                matched = order.into_iter().map(|place| matched[place as usize]).collect();
            }
            column => matched.sort_by_key(|finding| texts(finding).get(usize::from(column)).map(ToString::to_string)),
        }
        if descending {
            matched.reverse();
        }
    }
    let from = usize::try_from(ask.from).unwrap_or(usize::MAX).min(matched.len());
    let column = |label: &str, numeric, code| TableColumn { label: label.into(), numeric, code };
    TablePage {
        table: TableKind::Findings,
        columns: vec![
            column("File", false, false),
            column("Line", true, false),
            column("Column", false, false),
            column("Found", false, true),
            column("Finding", false, false),
        ],
        total: findings.len() as u64,
        matched: matched.len() as u64,
        from: from as u64,
        rows: (from as u64..)
            .zip(&matched[from..])
            .take(ask.count as usize)
            .map(|(key, finding)| TableRow { key, cells: cells(finding) })
            .collect(),
    }
}

/// Place of the line among the columns.
const LINE: u16 = 1;

fn texts<'a>(finding: &'a Finding<'_>) -> [&'a str; 5] {
    [finding.file, "", finding.column.unwrap_or_default(), finding.value.unwrap_or_default(), &finding.rule]
}

fn cells(finding: &Finding<'_>) -> Vec<Cell> {
    let mut cells = Vec::from(texts(finding).map(|text| match text {
        "" => Cell::Missing,
        text => Cell::Text(text.into()),
    }));
    cells[usize::from(LINE)] = finding.line.map_or(Cell::Missing, Cell::Count);
    cells
}
