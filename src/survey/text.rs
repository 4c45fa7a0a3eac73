//! The reading card as lines of text, for a terminal.
//!
//! Owns the words. Assumes a card. Long lists are cut, and say so.

use std::fmt;

use super::Card;

/// Lines and devices shown at most.
const SHOWN: usize = 12;

impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text_of(self))
    }
}

fn text_of(card: &Card) -> String {
    let mut out = String::new();
    let mut line = |name: &str, text: String| out += &format!("{name:<12} {text}\n");
    line("file", card.file.clone());
    line("preset", card.preset.clone().unwrap_or_else(|| "no preset".into()));
    line("encoding", card.encoding.clone());
    line("delimiter", card.delimiter_word().to_string());
    line("decimal", if card.decimal == "," { "comma" } else { "point" }.to_string());
    line("header", card.header_line.map_or("no header line".into(), |at| format!("line {at}")));
    let time = &card.time;
    let proof = time.evidence_line.map_or(String::new(), |at| format!(" (line {at} proves it)"));
    let order = time.order.as_ref().map_or(String::new(), |order| format!(", {order}{proof}"));
    line("time", format!("{}: {}{order}", time.columns.join(" + "), time.format));
    line("zone", time.zone.clone());
    let span = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
    line("span", format!("{} to {}", span(&time.first), span(&time.last)));
    let named: Vec<&str> = card.devices.iter().take(SHOWN).map(String::as_str).collect();
    let more = card.devices.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    line("devices", format!("{}{more} ({})", named.join(", "), card.device_from));
    line("rows", format!("{} with a time, {} readings, {} layout", card.data_rows, card.readings, card.layout));
    let twins = card.duplicates;
    if twins.exact + twins.conflicting > 0 {
        line("repeated", format!("{} with equal values, {} with others", twins.exact, twins.conflicting));
    }
    for metric in &card.metrics {
        let number = |value: Option<f64>| value.map_or("none".into(), |value| value.to_string());
        let converted = if metric.stated_unit.is_empty() || metric.stated_unit == metric.unit {
            String::new()
        } else {
            format!(", written in {}", metric.stated_unit)
        };
        let missing: Vec<String> = metric
            .missing_as
            .iter()
            .map(|(word, count)| format!("{} ×{count}", if word.is_empty() { "empty" } else { word }))
            .collect();
        let missing = if missing.is_empty() { String::new() } else { format!(": {}", missing.join(", ")) };
        line(
            "metric",
            format!(
                "{} {} from \"{}\"{converted}: {} present, {} missing{missing}; {} to {}, mean {}",
                metric.name,
                metric.unit,
                metric.source,
                metric.present,
                metric.missing,
                number(metric.min),
                number(metric.max),
                number(metric.mean)
            ),
        );
    }
    for (column, reason) in &card.not_read {
        line("not read", format!("{column}: {reason}"));
    }
    for skipped in card.skipped.iter().take(SHOWN) {
        line("skipped", format!("line {}: {}", skipped.line, skipped.reason));
    }
    if card.skipped.len() > SHOWN {
        line("skipped", format!("{} lines more", card.skipped.len() - SHOWN));
    }
    if let Some(question) = &card.question {
        line("question", question.clone());
    }
    out
}
