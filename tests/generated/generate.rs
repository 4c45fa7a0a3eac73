//! Random logs: text as a logger might write it, and beside it what each row means.
//!
//! Owns the choice of what happens to a row. Assumes a seed: the same one gives the same log everywhere.

/// SplitMix64 (Steele, Lea and Flood 2014).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
}

/// A violation owed: column name, empty for a whole row; value; rule.
pub type Owed = (&'static str, String, &'static str);

/// What one record of the log means.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub line: u32,
    pub device: String,
    pub time_us: i64,
    /// Temperature, humidity, pressure, battery and, where the log has it, CO2.
    pub cells: [Option<f64>; 5],
    pub violations: Vec<Owed>,
}

/// A log as text and as rows.
pub struct Log {
    pub text: String,
    pub rows: Vec<Row>,
    pub has_extra: bool,
}

pub const METRICS: [&str; 5] =
    ["temperature_celsius", "humidity_percent", "pressure_hpa", "battery_level_percent", "co2_ppm"];
const DEVICES: [&str; 9] = ["a", "B", "007", "7", "1e5", "=cmd", "gerät 3", "x,1", "say \"hi\""];
const MISSING: [&str; 6] = ["", "NaN", "NULL", "null", "N/A", " "];
const DAY_US: i64 = 86_400_000_000;
/// 2024-02-28, so that the leap day is among the days.
const FIRST_DAY: i64 = 19_781;
const DATES: [&str; 4] = ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"];

/// A log of up to `most` records.
pub fn log(random: &mut Random, most: u64) -> Log {
    let end = *random.pick(&["\n", "\r\n", "\r"]);
    let has_extra = random.percent(40);
    let blank_lines = random.percent(30);
    let faults = *random.pick(&[0, 0, 2, 10]);
    let gaps = *random.pick(&[0, 10, 40]);
    let devices = 1 + random.below(4);
    let steps = 3 + random.below(200) as i64;
    let mut columns: Vec<usize> = (0..if has_extra { 7 } else { 6 }).collect();
    if random.percent(30) {
        for i in (1..columns.len()).rev() {
            columns.swap(i, random.below(i as u64 + 1) as usize);
        }
    }
    let name = |column: usize| ["timestamp", "device_id"].get(column).copied().unwrap_or_else(|| METRICS[column - 2]);
    let mut text = if random.percent(20) { "\u{feff}".to_owned() } else { String::new() };
    text += &columns.iter().map(|c| name(*c)).collect::<Vec<_>>().join(",");
    text += end;
    let mut line = 2;
    let mut rows = Vec::new();
    let count = random.below(most + 1);
    for index in 0..count {
        if blank_lines && random.percent(5) {
            text += end;
            line += 1;
        }
        let device = DEVICES[random.below(devices) as usize + (steps as usize % 6)].to_owned();
        let mut row = Row { line, device, ..Row::default() };
        let mut cells = vec![String::new(); 7];
        let step = if random.percent(80) { index as i64 } else { random.below(count) as i64 };
        (cells[0], row.time_us) = moment(random, step, steps);
        cells[1].clone_from(&row.device);
        for metric in 0..5 {
            // A further column is a metric because it holds a number: the first record sees to that.
            let gaps = if metric == 4 && index == 0 { 0 } else { gaps };
            cells[metric + 2] = measured(random, &mut row, metric, gaps);
        }
        if !has_extra {
            row.cells[4] = None;
        }
        let faults = if has_extra && index == 0 { 0 } else { faults };
        if random.percent(faults) {
            spoil(random, &mut row, &mut cells);
        }
        let quoted = random.percent(10);
        let mut written: Vec<String> = columns.iter().map(|c| cell(&cells[*c], quoted)).collect();
        if random.percent(faults) && random.percent(30) {
            let width = written.len();
            if random.percent(50) {
                written.push("1".to_owned());
            } else {
                // One empty cell alone would be a blank line, which is no record.
                written.truncate(2 + random.below(width as u64 - 2) as usize);
            }
            row.violations = vec![("", format!("{} of {width}", written.len()), "ragged_row")];
        }
        // Findings of a row stand in the order of the file's columns.
        row.violations.sort_by_key(|(column, ..)| columns.iter().position(|c| name(*c) == *column));
        text += &written.join(",");
        if index + 1 < count || random.percent(80) {
            text += end;
        }
        line += 1;
        rows.push(row);
    }
    Log { text, rows, has_extra }
}

/// A moment on one of four days, in one of the notations that are read, and in microseconds.
fn moment(random: &mut Random, step: i64, steps: i64) -> (String, i64) {
    let minutes = (step * (4 * 1440) / steps).min(4 * 1440 - 1);
    let (day, minute) = (minutes / 1440, minutes % 1440);
    let day_us = (FIRST_DAY + day) * DAY_US;
    let date = DATES[day as usize];
    let clock = format!("{:02}:{:02}", minute / 60, minute % 60);
    let time_us = day_us + minute * 60_000_000;
    match random.below(12) {
        0 => (date.to_owned(), day_us),
        1 => (format!("{date}T{clock}"), time_us),
        2 => (format!("{date} {clock}:30.25"), time_us + 30_250_000),
        3 => (format!("{date}T{clock}:00Z"), time_us),
        4 => (format!("{date} {clock}:00+0130"), time_us - 90 * 60_000_000),
        5 => (format!("{date} {clock}:00.123456789"), time_us + 123_456),
        _ => (format!("{date} {clock}:00"), time_us),
    }
}

fn measured(random: &mut Random, row: &mut Row, metric: usize, gaps: u64) -> String {
    if random.percent(if metric == 3 { gaps / 4 } else { gaps }) {
        return (*random.pick(&MISSING)).to_owned();
    }
    let (least, span, decimals) = [(24, 10, 2), (0, 101, 1), (980, 50, 2), (5, 30, 0), (400, 900, 0)][metric];
    let scale = 10_u64.pow(decimals);
    let whole = least * scale + random.below(span * scale - scale + 1);
    let text = match decimals {
        0 => whole.to_string(),
        _ => format!("{}.{:0width$}", whole / scale, whole % scale, width = decimals as usize),
    };
    row.cells[metric] = Some(text.parse().expect("a number"));
    if random.percent(3) { format!(" {text}") } else { text }
}

/// Breaks one to three cells of a row.
fn spoil(random: &mut Random, row: &mut Row, cells: &mut [String]) {
    for _ in 0..=random.below(3) {
        let column = random.below(6) as usize;
        let name = ["timestamp", "device_id"].get(column).copied().unwrap_or_else(|| METRICS[column - 2]);
        if row.violations.iter().any(|(known, ..)| *known == name) {
            continue;
        }
        let (value, rule) = match column {
            0 => *random.pick(&[
                ("", "missing_timestamp"),
                ("2023-02-29 08:00:00", "bad_timestamp"),
                ("2024-03-01 24:00:00", "bad_timestamp"),
                ("2024-03-01 08:00:60", "bad_timestamp"),
                ("yesterday", "bad_timestamp"),
            ]),
            1 => ("", "missing_device"),
            4 => *random.pick(&[("inf", "not_a_number"), ("1e400", "not_a_number"), ("0x3e8", "not_a_number")]),
            _ => *random.pick(&[
                ("ERR", "not_a_number"),
                ("true", "not_a_number"),
                ("1_0", "not_a_number"),
                ("-999", "out_of_bounds"),
                ("100.01", "out_of_bounds"),
            ]),
        };
        cells[column] = value.to_owned();
        if column >= 2 {
            row.cells[column - 2] = None;
        }
        row.violations.push((name, value.to_owned(), rule));
    }
}

fn cell(text: &str, quoted: bool) -> String {
    if quoted || text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
