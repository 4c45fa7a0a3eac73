//! Set aside, fill, drop, mark.
//!
//! Owns the way from readings as measured to readings that can be used, and back again ([`undo`]). Works in place: a large log
//! is held once. Assumes the contract was judged, and rows ordered, while reading. Never changes a measured value: a filled cell
//! is always marked, a dropped row is always listed with its reason, and rows that leave are kept as they were measured.

mod drop;
mod fill;
mod repeats;
mod taken;

use crate::recipe::{Fill, Mode, Repeats};
use crate::table::{Bits, Log, Readings, RowPlace};
pub use taken::Taken;

/// Why a reading left the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// The device never measured this metric (index into the metrics).
    NeverMeasured { metric: usize },
    /// A metric that is not filled is missing here.
    Missing { metric: usize },
    /// As `Missing`, after repair took this value away.
    Repaired { metric: usize, was: Box<str> },
    /// The same device, time and values stand at this place already.
    Repeats { of: RowPlace },
}

/// A reading that left the table, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    pub place: RowPlace,
    pub reason: DropReason,
}

/// Cleaned readings and the rows that did not stay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cleaned {
    pub readings: Readings,
    /// In order of file and line.
    pub dropped: Vec<Dropped>,
    /// Rows set aside because of a violation, in order of file and line, each once.
    pub set_aside: Vec<RowPlace>,
    /// The rows set aside that had a time and a device, and the rows dropped after filling.
    pub taken: [Taken; 2],
    pub repeated: Repeated,
}

/// Readings that repeat the device and time of an earlier one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repeated {
    /// With equal values.
    pub exact: u64,
    /// With others.
    pub conflicting: u64,
}

impl DropReason {
    /// The reason in plain words, naming the metric: `missing battery_level_percent (repaired, was 101)`.
    pub fn sentence(&self, readings: &Readings) -> String {
        let name = |metric: usize| readings.metrics[metric].info.name.as_str();
        match self {
            DropReason::NeverMeasured { metric } => {
                format!("device never measured {}", name(*metric))
            }
            DropReason::Missing { metric } => format!("missing {}", name(*metric)),
            DropReason::Repaired { metric, was } => {
                format!("missing {} (repaired, was {was})", name(*metric))
            }
            DropReason::Repeats { of } => {
                match readings.files.get(of.file as usize).filter(|_| readings.files.len() > 1) {
                    Some(file) => format!("repeats line {} of {file}", of.line),
                    None => format!("repeats line {}", of.line),
                }
            }
        }
    }
}

/// Cleans the readings of a log, which holds their violations: rows read = readings + dropped + set aside, and `set_aside` also
/// holds the rows that never became readings.
#[inline(never)]
pub fn run(mut readings: Readings, log: &Log, mode: Mode, fill: Fill, repeats: Repeats) -> Cleaned {
    let set_aside = rows_set_aside(log, mode);
    let mut gone = rows_at(&readings, &set_aside);
    let (repeated, merged) = repeats::find(&readings, &mut gone, repeats == Repeats::Merge);
    let aside = taken::take_out(&mut readings, &gone);
    fill::gaps(&mut readings, fill);
    let (mut dropped, unusable) = drop::unusable(&mut readings, log);
    if !merged.is_empty() {
        dropped.extend(merged);
        dropped.sort_by_key(|dropped| dropped.place);
    }
    Cleaned { readings, dropped, set_aside, taken: [aside, unusable], repeated }
}

/// The readings as they were measured, before [`run`].
pub fn undo(cleaned: Cleaned) -> Readings {
    let Cleaned { mut readings, taken: [aside, unusable], .. } = cleaned;
    for metric in &mut readings.metrics {
        metric.filled.ones().for_each(|row| metric.values[row] = f64::NAN);
        metric.filled.clear();
    }
    taken::put_back(&mut readings, unusable);
    taken::put_back(&mut readings, aside);
    readings
}

/// Bits of the rows that stand at `places` (ascending); no bits at all where there is none.
fn rows_at(readings: &Readings, places: &[RowPlace]) -> Bits {
    if places.is_empty() {
        return Bits::default();
    }
    // Per file, the lines as bits: each row is then found in one step.
    let mut lines: Vec<Bits> = Vec::new();
    for of_file in places.chunk_by(|a, b| a.file == b.file) {
        let (Some(first), Some(last)) = (of_file.first(), of_file.last()) else { continue };
        lines.resize(first.file as usize + 1, Bits::default());
        let mut bits = Bits::zeros(last.line as usize + 1);
        of_file.iter().for_each(|place| bits.set(place.line as usize));
        lines[first.file as usize] = bits;
    }
    let mut rows = Bits::zeros(readings.rows());
    for row in 0..readings.rows() {
        let place = readings.place(row);
        if lines.get(place.file as usize).is_some_and(|bits| bits.get(place.line as usize)) {
            rows.set(row);
        }
    }
    rows
}

/// The rows that violations set aside in this mode, each once, in order of file and line.
pub fn rows_set_aside(log: &Log, mode: Mode) -> Vec<RowPlace> {
    let mut places: Vec<RowPlace> = log
        .violations
        .iter()
        .filter(|violation| mode != Mode::Repair || violation.rule.condemns_row())
        .map(|violation| RowPlace { file: violation.file, line: violation.line })
        .collect();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::{Cleaned, run, undo};
    use crate::contract::Contract;
    use crate::ingest::{Bytes, read_files};
    use crate::recipe::{Fill, Mode, Repeats};
    use expect_test::{Expect, expect};

    fn clean(body: &str, mode: Mode, fill: Fill) -> Cleaned {
        let text = format!(
            "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n{body}"
        );
        let files = vec![("log.csv".to_string(), Bytes(text))];
        let mut log = read_files(files, &Contract::default(), &mut |_| {}).unwrap().log;
        let measured = std::mem::take(&mut log.readings);
        let cleaned = run(measured.clone(), &log, mode, fill, Repeats::Keep);
        assert!(undo(cleaned.clone()).same_bits(&measured), "what was cleaned can be had back");
        cleaned
    }

    /// Readings a line each, filled cells marked `~`, then what did not stay.
    fn check(body: &str, mode: Mode, fill: Fill, expected: Expect) {
        let cleaned = clean(body, mode, fill);
        let readings = &cleaned.readings;
        let mut out = String::new();
        for device in &readings.devices {
            for row in device.range() {
                out += &format!(
                    "{:<2} {:<3} {:>5}",
                    readings.line[row],
                    device.name,
                    readings.timestamp_us[row] / 1_000_000
                );
                for metric in &readings.metrics {
                    let value = metric.values[row];
                    let shown = if value.is_nan() { "-".into() } else { format!("{value}") };
                    let mark = if metric.filled.get(row) { "~" } else { "" };
                    out += &format!(" {:>7}", format!("{mark}{shown}"));
                }
                out += "\n";
            }
        }
        for dropped in &cleaned.dropped {
            out += &format!("{:<2} dropped: {}\n", dropped.place.line, dropped.reason.sentence(readings));
        }
        for place in &cleaned.set_aside {
            out += &format!("{:<2} set aside\n", place.line);
        }
        expected.assert_eq(&out);
    }

    const POSITION: Fill = Fill::Position;

    #[test]
    fn orders_by_bytes_of_the_device_then_time_then_file_order() {
        check(
            "30,b,1,50,1000,80\n10,b,2,50,1000,80\n10,B,3,50,1000,80\n10,b,4,50,1000,80\n5,é,5,50,1000,80",
            Mode::SetAside,
            POSITION,
            expect![[r#"
                4  B      10       3      50    1000      80
                3  b      10       2      50    1000      80
                5  b      10       4      50    1000      80
                2  b      30       1      50    1000      80
                6  é       5       5      50    1000      80
            "#]],
        );
    }

    #[test]
    fn fills_by_position_with_the_ends_held() {
        check(
            "1,a,,50,1000,80\n2,a,10,,1000,80\n3,a,,,1000,80\n9,a,,,1000,80\n10,a,16,,1000,80\n11,a,,56,1000,80",
            Mode::SetAside,
            POSITION,
            expect![[r#"
                2  a       1     ~10      50    1000      80
                3  a       2      10   ~51.2    1000      80
                4  a       3     ~12   ~52.4    1000      80
                5  a       9     ~14   ~53.6    1000      80
                6  a      10      16   ~54.8    1000      80
                7  a      11     ~16      56    1000      80
            "#]],
        );
    }

    #[test]
    fn fills_by_time_and_leaves_gaps_that_are_too_long() {
        let body = "0,a,,50,1000,80\n10,a,10,50,1000,80\n12,a,,50,1000,80\n20,a,20,50,1000,80\n20,a,,50,1000,80\n20,a,30,50,1000,80\n50,a,,50,1000,80\n90,a,40,50,1000,80\n99,a,,50,1000,80";
        check(
            body,
            Mode::SetAside,
            Fill::Time { max_gap_seconds: Some(9.0) },
            expect![[r#"
                2  a       0       -      50    1000      80
                3  a      10      10      50    1000      80
                4  a      12       -      50    1000      80
                5  a      20      20      50    1000      80
                6  a      20     ~20      50    1000      80
                7  a      20      30      50    1000      80
                8  a      50       -      50    1000      80
                9  a      90      40      50    1000      80
                10 a      99     ~40      50    1000      80
            "#]],
        );
        check(
            body,
            Mode::SetAside,
            Fill::Time { max_gap_seconds: None },
            expect![[r#"
                2  a       0     ~10      50    1000      80
                3  a      10      10      50    1000      80
                4  a      12     ~12      50    1000      80
                5  a      20      20      50    1000      80
                6  a      20     ~20      50    1000      80
                7  a      20      30      50    1000      80
                8  a      50 ~34.285714285714285      50    1000      80
                9  a      90      40      50    1000      80
                10 a      99     ~40      50    1000      80
            "#]],
        );
    }

    #[test]
    fn drops_with_the_reason_after_taking_a_step() {
        check(
            "1,a,10,50,1000,80\n2,a,,50,1000,\n3,a,13,50,1000,80\n1,b,,50,1000,80\n2,b,,50,1000,",
            Mode::SetAside,
            POSITION,
            expect![[r#"
                2  a       1      10      50    1000      80
                4  a       3      13      50    1000      80
                3  dropped: missing battery_level_percent
                5  dropped: device never measured temperature_celsius
                6  dropped: device never measured temperature_celsius
            "#]],
        );
    }

    #[test]
    fn modes_set_aside_or_repair_what_breaks_the_contract() {
        let body =
            "1,a,10,50,1000,80\n2,a,999,50,1000,80\n3,a,14,50,1000,101\n4,a,16,50,1000,80\nx,a,16,50,1000,80\n5,a";
        check(
            body,
            Mode::SetAside,
            POSITION,
            expect![[r#"
                2  a       1      10      50    1000      80
                5  a       4      16      50    1000      80
                3  set aside
                4  set aside
                6  set aside
                7  set aside
            "#]],
        );
        check(
            body,
            Mode::Repair,
            POSITION,
            expect![[r#"
                2  a       1      10      50    1000      80
                3  a       2     ~12      50    1000      80
                5  a       4      16      50    1000      80
                4  dropped: missing battery_level_percent (repaired, was 101)
                6  set aside
                7  set aside
            "#]],
        );
    }
}
