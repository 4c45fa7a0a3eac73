//! The figures as a table for people.
//!
//! Owns the words and the layout. Assumes a finished run. Refuses to print a figure that was not measured.

use super::figures::{Figures, Measure, median, worst};
use super::targets::{Target, Verdict, Which, judge, targets};

/// How a value is worded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Time,
    /// The browser tells only of tasks over 50 ms.
    Task,
    Bytes,
}

/// The lines of a size: what is measured, its words and its unit.
const LINES: [(Measure, &str, Unit); 18] = [
    (Measure::Charts, "file to charts", Unit::Time),
    (Measure::Read, "  of it reading", Unit::Time),
    (Measure::Pipeline, "  of it computing", Unit::Time),
    (Measure::Polars, "  Polars, to the same tables", Unit::Time),
    (Measure::Pandas, "  pandas, to the same tables", Unit::Time),
    (Measure::DuckDb, "  DuckDB-WASM, to the same tables", Unit::Time),
    (Measure::Limit, "limit to paint", Unit::Time),
    (Measure::LimitAnomalies, "limit to paint, Anomalies", Unit::Time),
    (Measure::Zoom, "zoom to paint, Anomalies", Unit::Time),
    (Measure::TaskReading, "longest task, reading", Unit::Task),
    (Measure::TaskMoving, "longest task, limits and zooms", Unit::Task),
    (Measure::WasmBytes, "wasm memory", Unit::Bytes),
    (Measure::Export, "Parquet export", Unit::Time),
    (Measure::PandasExport, "  pandas + pyarrow", Unit::Time),
    (Measure::ExportBytes, "Parquet file", Unit::Bytes),
    (Measure::PandasExportBytes, "  pyarrow's, Snappy", Unit::Bytes),
    (Measure::Lake, "command line, Parquet by date", Unit::Time),
    (Measure::PolarsLake, "  Polars, the same", Unit::Time),
];

/// What is compared with which measure of the page.
const PEERS: [(Measure, Measure); 6] = [
    (Measure::Polars, Measure::Charts),
    (Measure::Pandas, Measure::Charts),
    (Measure::DuckDb, Measure::Charts),
    (Measure::PandasExport, Measure::Export),
    (Measure::PandasExportBytes, Measure::ExportBytes),
    (Measure::PolarsLake, Measure::Lake),
];

const HEAD: [&str; 5] = ["measure", "median", "worst", "target", ""];

/// Everything that is printed at the end of a run.
pub fn words(figures: &Figures, sizes: &[usize]) -> String {
    let mut out = String::new();
    let mut tally = [0; 3];
    for &rows in sizes {
        let mut lines = vec![HEAD.map(str::to_owned)];
        for (measure, name, unit) in LINES {
            lines.extend(measure_lines(figures, rows, (measure, name, unit), &mut tally));
        }
        let rounds = figures.of(rows, Measure::Charts).len();
        out.push_str(&format!("\n{} rows, {rounds} {}\n", grouped(rows), if rounds == 1 { "round" } else { "rounds" }));
        out.push_str(&laid_out(&lines));
        out.push_str(&flagged(figures, rows));
    }
    let fetched = (Measure::FetchedBytes, "fetched, brotli", Unit::Bytes);
    out.push_str("\nThe page\n");
    out.push_str(&laid_out(&measure_lines(figures, 0, fetched, &mut tally)));
    for reason in &figures.absent {
        out.push_str(&format!("NOT RUN {reason}\n"));
    }
    let [ok, missed, not_judged] = tally;
    out.push_str(&format!("{ok} targets ok, {missed} MISSED, {not_judged} not judged\n"));
    out
}

/// The lines of one measure: the first with its figures, one for each target.
fn measure_lines(
    figures: &Figures,
    rows: usize,
    (measure, name, unit): (Measure, &str, Unit),
    tally: &mut [usize; 3],
) -> Vec<[String; 5]> {
    let values = figures.of(rows, measure);
    let targets = targets(figures, rows, measure);
    // A page that does not tell its memory is said to.
    if values.is_empty() && targets.is_empty() && measure != Measure::WasmBytes {
        return Vec::new();
    }
    let told = |value: Option<f64>| value.map_or_else(|| String::from("unknown"), |value| worded(value, unit));
    let mut lines = vec![[name.to_owned(), told(median(values)), told(worst(values)), String::new(), String::new()]];
    if let Some((_, ours)) = PEERS.iter().find(|(peer, _)| *peer == measure)
        && let (Some(peer), Some(ours)) = (median(values), figures.median(rows, *ours))
    {
        lines[0][4] = format!("{:.2} times Sensorium's", peer / ours);
    }
    for (at, target) in targets.iter().enumerate() {
        if at > 0 {
            lines.push(Default::default());
        }
        let verdict = judge(values, target);
        tally[match verdict {
            Verdict::Ok => 0,
            Verdict::Missed(_) => 1,
            Verdict::NotJudged => 2,
        }] += 1;
        lines[at][3] = bound(target, unit);
        lines[at][4] = match verdict {
            Verdict::Ok => String::from("ok"),
            Verdict::NotJudged => String::from("not judged"),
            Verdict::Missed(by) => missed(by, target, unit),
        };
    }
    lines
}

fn bound(target: &Target, unit: Unit) -> String {
    let which = if target.which == Which::Worst { "worst" } else { "median" };
    let at_most = target.at_most.map_or_else(|| String::from("unknown"), |value| worded(value, unit));
    let comma = if target.words.is_empty() { "" } else { ": " };
    format!("{which} at most {}{comma}{at_most}", target.words)
}

fn missed(by: f64, target: &Target, unit: Unit) -> String {
    let times = target.at_most.map_or(f64::NAN, |at_most| (at_most + by) / at_most);
    // No task is told of that is short enough for a bound on tasks.
    format!("MISSED by {} ({times:.2} times)", worded(by, if unit == Unit::Task { Unit::Time } else { unit }))
}

fn worded(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Task if value == 0.0 => String::from("none"),
        Unit::Time | Unit::Task if value >= 10_000.0 => format!("{:.1} s", value / 1_000.0),
        Unit::Time | Unit::Task if value >= 100.0 => format!("{value:.0} ms"),
        Unit::Time | Unit::Task => format!("{value:.1} ms"),
        Unit::Bytes if value >= 1e9 => format!("{:.2} GB", value / 1e9),
        Unit::Bytes if value >= 1e6 => format!("{:.1} MB", value / 1e6),
        Unit::Bytes => format!("{:.1} KB", value / 1e3),
    }
}

/// Whether all found the same anomalies. Sums of floating-point numbers end differently, so that a mean may cross a limit.
fn flagged(figures: &Figures, rows: usize) -> String {
    let all = [
        (Measure::Flagged, "Sensorium"),
        (Measure::PolarsFlagged, "Polars"),
        (Measure::PandasFlagged, "pandas"),
        (Measure::DuckDbFlagged, "DuckDB-WASM"),
    ];
    let told: Vec<String> =
        all.iter().filter_map(|(measure, who)| Some(format!("{who} {}", figures.median(rows, *measure)?))).collect();
    if told.is_empty() { String::new() } else { format!("anomalies found: {}\n", told.join(", ")) }
}

fn laid_out(lines: &[[String; 5]]) -> String {
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or_default();
    let [name, middle, most, target] = [0, 1, 2, 3].map(width);
    let worded = lines.iter().map(|[a, b, c, d, e]| {
        let line = format!("{a:name$}  {b:>middle$}  {c:>most$}  {d:target$}  {e}");
        format!("{}\n", line.trim_end())
    });
    worded.collect()
}

/// Groups of three digits.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let comma = |at: usize| if at > 0 && (digits.len() - at).is_multiple_of(3) { "," } else { "" };
    digits.char_indices().map(|(at, digit)| format!("{}{digit}", comma(at))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_target_has_its_verdict() {
        let mut figures = Figures::default();
        figures.extend(1_000_000, Measure::Charts, [500.0, 540.0, 600.0]);
        figures.extend(1_000_000, Measure::DuckDb, [1_600.0, 1_600.0, 1_700.0]);
        figures.extend(1_000_000, Measure::Limit, [10.0, 12.5, 40.0]);
        figures.extend(1_000_000, Measure::TaskReading, [0.0, 0.0]);
        figures.extend(0, Measure::FetchedBytes, [436_000.0]);
        figures.not_run(String::from("pandas: there is no Python"));
        figures.not_run(String::from("pandas: there is no Python"));
        let words = words(&figures, &[1_000_000]);
        let line = |start: &str, part: &str| {
            let narrow = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ").contains(part);
            let found = words.lines().any(|line| line.starts_with(start) && narrow(line));
            assert!(found, "no line {start}... with {part} in\n{words}");
        };
        line("1,000,000 rows", "3 rounds");
        line("file to charts", "540 ms 600 ms median at most 1/8 of DuckDB-WASM: 200 ms");
        line("file to charts", "MISSED by 340 ms (2.70 times)");
        line(" ", "median at most 1/5 of pandas: unknown");
        line("  DuckDB-WASM", "2.96 times Sensorium's");
        line("limit to paint ", "median at most 16.0 ms");
        line(" ", "worst at most 33.0 ms MISSED by 7.0 ms (1.21 times)");
        line("longest task, reading", "none");
        line("Parquet export", "unknown unknown");
        line("fetched, brotli", "436.0 KB 436.0 KB median at most 600.0 KB ok");
        line("NOT RUN pandas", "no Python");
        assert_eq!(words.matches("NOT RUN").count(), 1);
        line("3 targets ok, 2 MISSED, ", "not judged");
    }

    #[test]
    fn numbers_are_worded() {
        assert_eq!(worded(23_300.0, Unit::Time), "23.3 s");
        assert_eq!(worded(1_800.4, Unit::Time), "1800 ms");
        assert_eq!(worded(1.31e9, Unit::Bytes), "1.31 GB");
        assert_eq!([7, 1_000, 12_345, 10_000_000].map(grouped), ["7", "1,000", "12,345", "10,000,000"]);
    }
}
