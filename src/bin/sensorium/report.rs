//! What a run says: the short report or the JSON object on standard output, sentences on standard error.

use std::io::Write;

use sensorium::export::{Finding, Summary, Written};
use sensorium::table::Log;
use sensorium::wording::{count, counted, share, time};
use serde::{Serialize, Serializer};

/// The JSON object. Of a refused run only the rows read and the violations are known.
#[derive(Serialize)]
struct Object<'a> {
    rows_read: u64,
    rows_out: Option<u64>,
    rows_dropped: Option<u64>,
    rows_set_aside: Option<u64>,
    rows_outside_range: Option<u64>,
    devices: Option<u64>,
    filled: Option<Pairs<'a>>,
    anomalies: Option<Pairs<'a>>,
    violations: &'a [Finding<'a>],
}

/// An object in the order of its pairs.
struct Pairs<'a>(Vec<(&'a str, u64)>);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// Prints the JSON object; without a summary, that of a refused run.
pub fn json(rows_read: u64, summary: Option<&Summary>, violations: &[Finding<'_>]) {
    let object = Object {
        rows_read,
        rows_out: summary.map(|s| s.rows_out),
        rows_dropped: summary.map(|s| s.rows_dropped),
        rows_set_aside: summary.map(|s| s.rows_set_aside),
        rows_outside_range: summary.map(|s| s.rows_outside_range),
        devices: summary.map(|s| s.devices),
        filled: summary.map(|s| Pairs(s.filled.iter().map(|(name, cells)| (name.as_str(), *cells)).collect())),
        anomalies: summary.map(|s| Pairs(s.by_type().to_vec())),
        violations,
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    // A reader that has gone away needs no more.
    let _ = serde_json::to_writer(&mut out, &object).map_err(std::io::Error::from).and_then(|()| writeln!(out));
    let _ = out.flush();
}

/// Prints the short report of a finished run.
pub fn text(log: &Log, summary: &Summary, span_us: Option<(i64, i64)>, written: &[Written], out_dir: &str) {
    let mut lines = Vec::new();
    let mut line = |name: &str, what: String| lines.push(format!("{name:<10} {what}"));
    let files = match log.files.as_slice() {
        [only] => only.name.clone(),
        files => counted(files.len() as u64, "file", "files"),
    };
    line("Read", format!("{} from {files}", counted(summary.rows_read, "row", "rows")));
    for file in &log.files {
        for (column, why) in &file.not_read {
            line("", format!("column \"{column}\" of {} was not read: {why}", file.name));
        }
    }
    let devices = counted(summary.devices, "device", "devices");
    line("Readings", format!("{} of {devices}", count(summary.rows_out)));
    if let Some((first, last)) = span_us {
        line("", format!("{} to {} UTC", time(first), time(last)));
    }
    let filled: u64 = summary.filled.iter().map(|(_, cells)| cells).sum();
    let cells = summary.rows_out * summary.filled.len() as u64;
    line("Filled", format!("{} ({})", counted(filled, "cell", "cells"), share(filled, cells)));
    line("Set aside", counted(summary.rows_set_aside, "row", "rows"));
    line("Dropped", counted(summary.rows_dropped, "row", "rows"));
    if summary.rows_outside_range > 0 {
        line("Outside", format!("{} outside the date range", counted(summary.rows_outside_range, "row", "rows")));
    }
    line(
        "Anomalies",
        format!(
            "{} ({} high temperature, {} low battery, {} both)",
            count(summary.anomalies()),
            count(summary.high_temperature),
            count(summary.low_battery),
            count(summary.both)
        ),
    );
    let tables: Vec<&str> = written.iter().map(|w| w.name.as_str()).filter(|name| !name.contains('/')).collect();
    let within = |folder: &str| written.iter().filter(|w| w.name.starts_with(folder)).count() as u64;
    let readings = match within("readings/") {
        0 => String::new(),
        dates => format!("readings/ ({}), ", counted(dates, "date", "dates")),
    };
    let star = if within("star/") > 0 { "star/, " } else { "" };
    let charts = match within("charts/") / 2 {
        0 => String::new(),
        views => format!("charts/ ({}), ", counted(views, "view", "views")),
    };
    line("Written", format!("{out_dir}: {readings}{star}{charts}{}, run.log", tables.join(", ")));
    let mut out = std::io::stdout().lock();
    let _ = lines.iter().try_for_each(|line| writeln!(out, "{line}"));
}

/// Says sentences on standard error.
pub fn say<S: AsRef<str>>(sentences: impl IntoIterator<Item = S>) {
    let mut out = std::io::stderr().lock();
    for sentence in sentences {
        let _ = writeln!(out, "sensorium: {}", sentence.as_ref());
    }
}
