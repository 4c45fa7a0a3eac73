//! The run log: what was read, under which recipe, what each stage did, what was found, what was written. Plain text.

use std::fmt::Write as _;
use std::io::Write;

use super::findings::{column_name, file_name};
use super::{Summary, failed};
use crate::Error;
use crate::contract::{Contract, Violation, fold};
use crate::pipeline::Outcome;
use crate::recipe::{Mode, Recipe};
use crate::table::{Log, RowPlace};

/// Findings of rows set aside are listed up to this many: all of them stand in `set_aside.csv`.
const LISTED: usize = 1000;

/// A file that this run wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub name: String,
    pub rows: u64,
    pub bytes: u64,
}

/// What a run log tells.
#[derive(Clone, Copy, Debug)]
pub struct RunLog<'a> {
    pub log: &'a Log,
    pub outcome: &'a Outcome,
    pub recipe: &'a Recipe,
    /// Sentences about whole files: left out, or the same bytes as another.
    pub notices: &'a [String],
    pub written: &'a [Written],
    /// When the run was, as the caller's clock has it. Without it the log depends on its input alone.
    pub at: Option<&'a str>,
}

/// Writes the run log.
///
/// # Errors
/// When `out` refuses bytes.
pub fn run_log(mut out: impl Write, run: &RunLog<'_>) -> Result<(), Error> {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = word(&mut text, run);
    out.write_all(text.as_bytes()).map_err(failed)?;
    out.flush().map_err(failed)
}

fn word(text: &mut String, run: &RunLog<'_>) -> std::fmt::Result {
    writeln!(text, "Sensorium {} run log", env!("CARGO_PKG_VERSION"))?;
    if let Some(at) = run.at {
        writeln!(text, "Run at {at}")?;
    }
    recipe(text, run.recipe)?;
    files(text, run)?;
    stages(text, &Summary::of(run.log, run.outcome))?;
    findings(text, run)?;
    if !run.written.is_empty() {
        writeln!(text, "\nFiles written")?;
        for Written { name, rows, bytes } in run.written {
            writeln!(text, "  {name}: {rows} rows, {bytes} bytes")?;
        }
    }
    Ok(())
}

fn recipe(text: &mut String, recipe: &Recipe) -> std::fmt::Result {
    writeln!(text, "\nRecipe")?;
    let query = crate::recipe::query::to_query(recipe);
    match query.as_str() {
        "" => writeln!(text, "  link: the default")?,
        query => writeln!(text, "  link: ?{query}")?,
    }
    if recipe.contract == Contract::default() {
        return writeln!(text, "  contract: the default");
    }
    writeln!(text, "  contract: its own, which a link does not carry; the whole recipe as JSON:")?;
    for line in crate::recipe::json::to_json(recipe).lines() {
        writeln!(text, "    {line}")?;
    }
    Ok(())
}

fn files(text: &mut String, run: &RunLog<'_>) -> std::fmt::Result {
    writeln!(text, "\nFiles read")?;
    for file in &run.log.files {
        writeln!(text, "  {}: {} rows, {} bytes", printable(&file.name), file.rows_read, file.bytes)?;
        for (column, why) in &file.not_read {
            writeln!(text, "    column \"{}\" was not read: {}", printable(column), printable(why))?;
        }
    }
    for notice in run.notices {
        writeln!(text, "  {}", printable(notice))?;
    }
    Ok(())
}

fn stages(text: &mut String, summary: &Summary) -> std::fmt::Result {
    writeln!(text, "\nStages")?;
    let rows = [
        ("rows read", summary.rows_read),
        ("rows set aside", summary.rows_set_aside),
        ("rows dropped", summary.rows_dropped),
        ("rows outside the date range", summary.rows_outside_range),
        ("rows out", summary.rows_out),
        ("devices", summary.devices),
    ];
    for (name, count) in rows {
        writeln!(text, "  {name}: {count}")?;
    }
    for (metric, cells) in &summary.filled {
        writeln!(text, "  cells filled in {}: {cells}", printable(metric))?;
    }
    writeln!(text, "  anomalies: {}", summary.anomalies())?;
    writeln!(text, "    high temperature: {}", summary.high_temperature)?;
    writeln!(text, "    low battery: {}", summary.low_battery)?;
    writeln!(text, "    both: {}", summary.both)
}

fn findings(text: &mut String, run: &RunLog<'_>) -> std::fmt::Result {
    let violations = &run.log.violations;
    writeln!(text, "\nFindings\n  {} in all", violations.len())?;
    let mut rules: Vec<(&str, usize)> = Vec::new();
    for violation in violations {
        match rules.iter_mut().find(|(rule, _)| *rule == violation.rule.name()) {
            Some((_, count)) => *count += 1,
            None => {
                let name = violation.rule.name();
                rules.insert(rules.partition_point(|(rule, _)| *rule < name), (name, 1));
            }
        }
    }
    for (rule, count) in rules {
        writeln!(text, "  {rule}: {count}")?;
    }
    let aside = &run.outcome.cleaned.set_aside;
    let is_aside = |v: &Violation| aside.binary_search(&RowPlace { file: v.file, line: v.line }).is_ok();
    // What repair took away stands nowhere else: every one is listed.
    let (aside, repaired): (Vec<_>, Vec<_>) = violations.iter().partition(|v| is_aside(v));
    list(text, "Rows set aside", &aside[..aside.len().min(LISTED)], run)?;
    if aside.len() > LISTED {
        writeln!(text, "  and {} more, in the file of rows set aside", aside.len() - LISTED)?;
    }
    let heading = if run.recipe.mode == Mode::Repair { "Cells repaired" } else { "Others" };
    list(text, heading, &repaired, run)
}

fn list(text: &mut String, heading: &str, violations: &[&Violation], run: &RunLog<'_>) -> std::fmt::Result {
    if !violations.is_empty() {
        writeln!(text, "\n{heading}")?;
    }
    for violation in violations {
        writeln!(text, "  {}", sentence(run.log, &run.recipe.contract, violation))?;
    }
    Ok(())
}

/// A violation for a person: `gateway.csv line 13, temperature_celsius: expected a number between -20 and 50, but found "1000"`.
/// Characters that would break the line are escaped.
pub fn sentence(log: &Log, contract: &Contract, violation: &Violation) -> String {
    use crate::contract::Rule::{MissingDevice, MissingTimestamp, NulByte, OpenQuote, RaggedRow};
    let name = column_name(log, violation);
    let column = contract.columns.iter().find(|c| fold(&c.name) == fold(name));
    let mut out = format!("{} line {}", printable(file_name(log, violation.file)), violation.line);
    if !name.is_empty() {
        let _ = write!(out, ", {}", printable(name));
    }
    let found = printable(&violation.value);
    let _ = match violation.rule {
        RaggedRow => write!(out, ": expected as many cells as the header has, but found {found}"),
        NulByte => write!(out, ": expected text, but found a NUL byte in \"{found}\""),
        OpenQuote => write!(out, ": expected a closing quote, but found none"),
        MissingTimestamp => write!(out, ": expected a time, but found nothing"),
        MissingDevice => write!(out, ": expected a device id, but found nothing"),
        _ => {
            let expected = column.map_or_else(|| "a number".to_string(), |c| c.expectation());
            write!(out, ": expected {expected}, but found \"{found}\"")
        }
    };
    out
}

/// Text on one line: control characters escaped.
fn printable(text: &str) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().collect() } else { String::from(c) };
    text.chars().map(escaped).collect()
}
