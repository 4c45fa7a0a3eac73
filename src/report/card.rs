//! What was read: files, and how.
//!
//! Owns how many names of each kind are listed. Assumes that the reading card is whole or says what it leaves out.

use super::html::{Html, Kind};
use super::{Report, counted_cell, left_out};
use crate::survey::Card;
use crate::wording::{bytes, count, counted};

/// Files listed by name.
const FILES: usize = 20;
/// Devices, columns and skipped lines named one by one.
const NAMED: usize = 10;

pub(super) fn read(html: &mut Html, report: &Report<'_>) {
    html.heading("What was read");
    let files = &report.input.log.files;
    let columns = [("File", Kind::Row), ("Rows", Kind::Number), ("Size", Kind::Number), ("Read as", Kind::Words)];
    html.table("files", "Files", &columns);
    for file in files.iter().take(FILES) {
        html.row(&[
            (Kind::Row, file.name.clone()),
            counted_cell(file.rows_read),
            (Kind::Number, bytes(file.bytes)),
            (Kind::Words, file.read_as.clone()),
        ]);
    }
    html.end_table();
    left_out(html, files.len().min(FILES), files.len(), "files are listed; the run log lists all.");
    for notice in report.notices.iter().take(FILES) {
        html.paragraph(notice);
    }
    left_out(html, report.notices.len().min(FILES), report.notices.len(), "notices are listed; the run log lists all.");
    if let Some(card) = report.card {
        if files.len() > 1 {
            let mut words = String::from("How the first file was read, ");
            words.push_str(&card.file);
            words.push(':');
            html.paragraph(&words);
        }
        facts(html, card);
    }
}

/// The main lines of the reading card.
fn facts(html: &mut Html, card: &Card) {
    html.raw("<dl class=\"facts\" data-card>\n");
    let mut line = |name: &str, words: &str| {
        if !words.is_empty() {
            html.raw("<dt>");
            html.text(name);
            html.raw("</dt><dd>");
            html.text(words);
            html.raw("</dd>\n");
        }
    };
    line("Preset", card.preset.as_deref().unwrap_or("none"));
    line("Encoding", &card.encoding);
    line("Delimiter", card.delimiter_word());
    line("Decimal mark", if card.decimal == "," { "comma" } else { "point" });
    let mut header = String::from("none");
    if let Some(at) = card.header_line {
        header = String::from("line ");
        header.push_str(&at.to_string());
    }
    line("Header", &header);
    line("Times", &times(card));
    line("Zone", &card.time.zone);
    line("Devices", &devices(card));
    for metric in card.metrics.iter().take(NAMED) {
        let mut words = metric.name.clone();
        if !metric.unit.is_empty() {
            words.push_str(" in ");
            words.push_str(&metric.unit);
        }
        words.push_str(" from \"");
        words.push_str(&metric.source);
        words.push('"');
        if !metric.stated_unit.is_empty() && metric.stated_unit != metric.unit {
            words.push_str(", written in ");
            words.push_str(&metric.stated_unit);
        }
        let mut spelt = metric.missing_as.iter().take(NAMED).peekable();
        if spelt.peek().is_some() {
            words.push_str(", missing as ");
            let spelt: Vec<String> = spelt
                .map(|(word, n)| {
                    let word = if word.is_empty() { "nothing" } else { word.as_str() };
                    let mut spelt = String::from(word);
                    spelt.push_str(" (");
                    spelt.push_str(&count(*n));
                    spelt.push(')');
                    spelt
                })
                .collect();
            words.push_str(&spelt.join(", "));
        }
        line("Metric", &words);
    }
    more(&mut line, "Metric", card.metrics.len(), "metric", "metrics");
    for (column, why) in card.not_read.iter().take(NAMED) {
        let mut words = String::from("\"");
        words.push_str(column);
        words.push_str("\": ");
        words.push_str(why);
        line("Not read", &words);
    }
    more(&mut line, "Not read", card.not_read.len(), "column", "columns");
    for skipped in card.skipped.iter().take(NAMED) {
        let mut words = String::from("line ");
        words.push_str(&skipped.line.to_string());
        words.push_str(": ");
        words.push_str(&skipped.reason);
        line("Skipped", &words);
    }
    more(&mut line, "Skipped", (card.skipped_count as usize).max(card.skipped.len()), "line", "lines");
    html.raw("</dl>\n");
}

/// How many of a list are not named.
fn more(line: &mut impl FnMut(&str, &str), name: &str, all: usize, one: &str, many: &str) {
    if all > NAMED {
        let mut words = String::from("and ");
        words.push_str(&counted((all - NAMED) as u64, one, many));
        words.push_str(" more");
        line(name, &words);
    }
}

fn times(card: &Card) -> String {
    let time = &card.time;
    let mut words = time.columns.join(" + ");
    if !time.format.is_empty() {
        words.push_str(if words.is_empty() { "" } else { ": " });
        words.push_str(&time.format);
    }
    if let Some(order) = &time.order {
        words.push_str(", ");
        words.push_str(&order.replace('-', " "));
    }
    if let Some(line) = time.evidence_line {
        words.push_str(", which line ");
        words.push_str(&line.to_string());
        words.push_str(" proves");
    }
    words
}

fn devices(card: &Card) -> String {
    let all = (card.device_count as usize).max(card.devices.len());
    let named: Vec<&str> = card.devices.iter().take(NAMED).map(String::as_str).collect();
    let mut words = named.join(", ");
    if all > named.len() {
        words.push_str(" and ");
        words.push_str(&count((all - named.len()) as u64));
        words.push_str(" more");
    }
    if !card.device_from.is_empty() {
        words.push_str(", from ");
        words.push_str(&card.device_from);
    }
    words
}
