//! What breaks the contract: how often each rule, and the first places.
//!
//! Owns how many are listed. Assumes findings in the order of the log.

use super::html::{Html, Kind};
use super::{Report, counted_cell, left_out};
use crate::contract::Rule;
use crate::export::Finding;

/// Findings listed with their place.
const LISTED: usize = 20;

pub(super) fn findings(html: &mut Html, report: &Report<'_>) {
    html.heading("Contract findings");
    let log = report.input.log;
    if log.violations.is_empty() {
        html.paragraph("No cell and no row breaks the contract.");
        return;
    }
    let mut rules: Vec<(Rule, u64)> = Vec::new();
    for violation in &log.violations {
        match rules.iter_mut().find(|(rule, _)| *rule == violation.rule) {
            Some((_, n)) => *n += 1,
            None => rules.push((violation.rule, 1)),
        }
    }
    rules.sort_by_key(|(rule, n)| (std::cmp::Reverse(*n), *rule));
    html.table("rules", "Findings by rule", &[("Rule", Kind::Row), ("Findings", Kind::Number)]);
    for (rule, n) in rules {
        html.row(&[(Kind::Row, String::from(rule.name())), counted_cell(n)]);
    }
    html.end_table();
    let columns = [
        ("File", Kind::Row),
        ("Line", Kind::Number),
        ("Column", Kind::Words),
        ("Value", Kind::Words),
        ("Rule", Kind::Words),
    ];
    html.table("findings", "First findings", &columns);
    for violation in log.violations.iter().take(LISTED) {
        let found = Finding::of_violation(log, violation);
        html.row(&[
            (Kind::Row, found.file),
            (Kind::Number, &found.line.map(|line| line.to_string()).unwrap_or_default()),
            (Kind::Words, found.column.unwrap_or("the whole row")),
            (Kind::Code, found.value.unwrap_or_default()),
            (Kind::Words, &found.rule),
        ]);
    }
    html.end_table();
    let all = log.violations.len();
    left_out(
        html,
        all.min(LISTED),
        all,
        "findings are listed; the run log and the table of rows set aside have the others.",
    );
}
