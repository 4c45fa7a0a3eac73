//! The log that every measure uses: a fleet's readings as a gateway writes them down.
//!
//! Owns the distribution of the values. Assumes fifty devices, a reading a minute each. Refuses a clock and true chance: the same
//! number of rows gives the same bytes.

use std::f64::consts::TAU;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const DEVICES: usize = 50;
const INTERVAL_SECONDS: u64 = 60;
/// The share of temperature, humidity and pressure cells that are missing.
const MISSING: f64 = 0.02;
/// The share of temperatures of a device that stands in the sun.
const HEAT: f64 = 0.0005;
const SEED: u64 = 7;
/// 2023-01-01 08:00:00 UTC, in seconds.
const START_SECONDS: u64 = 1_672_560_000;
const DAY_SECONDS: u64 = 86_400;
const HEADER: &str = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent";

/// The log of so many rows in a folder, made unless it is there already.
pub fn kept(rows: usize, folder: &Path) -> Result<PathBuf, String> {
    let path = folder.join(format!("telemetry-{rows}.csv"));
    if !path.is_file() {
        make(rows, &path)?;
    }
    Ok(path)
}

/// Makes the log of so many rows. A half-written one is never left under its name.
pub fn make(rows: usize, path: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let unfinished = path.with_extension("part");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&unfinished).map_err(failed)?);
    write(rows, &mut out).and_then(|()| out.flush()).map_err(failed)?;
    fs::rename(&unfinished, path).map_err(failed)
}

/// Writes the header and so many rows, interleaved over the devices in the order of time.
fn write(rows: usize, out: &mut impl Write) -> std::io::Result<()> {
    let mut chance = Chance::new(SEED);
    let offset_seconds: Vec<u64> = (0..DEVICES).map(|_| chance.dice.u64(0..INTERVAL_SECONDS)).collect();
    let base_celsius: Vec<f64> = (0..DEVICES).map(|_| chance.around(22.0, 2.0)).collect();
    let mut order: Vec<usize> = (0..DEVICES).collect();
    order.sort_by_key(|&device| (offset_seconds[device], device));
    writeln!(out, "{HEADER}")?;
    let mut line = Vec::with_capacity(96);
    let mut calendar = Calendar::default();
    for tick in 0..rows.div_ceil(DEVICES) {
        // The last round may end before every device has had its turn.
        let turns = DEVICES.min(rows - tick * DEVICES);
        for &device in order.iter().filter(|&&device| device < turns) {
            let minutes = tick as u64 * INTERVAL_SECONDS / 60;
            let seconds = START_SECONDS + tick as u64 * INTERVAL_SECONDS + offset_seconds[device];
            line.clear();
            calendar.write(seconds, &mut line)?;
            write!(line, ",sensor_{:03}", device + 1)?;
            for value in values(seconds, base_celsius[device], &mut chance) {
                if chance.dice.f64() < MISSING {
                    line.extend_from_slice(b",null");
                } else {
                    line.push(b',');
                    write_hundredths(value, &mut line)?;
                }
            }
            writeln!(line, ",{}", battery_percent(minutes, device as u64))?;
            out.write_all(&line)?;
        }
    }
    Ok(())
}

/// Temperature, humidity and pressure of one moment.
fn values(seconds: u64, base_celsius: f64, chance: &mut Chance) -> [f64; 3] {
    let day = seconds as f64 / DAY_SECONDS as f64 * TAU;
    let mut temperature = (base_celsius + 5.0 * day.sin() + chance.around(0.0, 0.8)).clamp(-20.0, 50.0);
    if chance.dice.f64() < HEAT {
        temperature = (temperature + 10.0 + 10.0 * chance.dice.f64()).clamp(-20.0, 50.0);
    }
    let humidity = (55.0 - 10.0 * day.sin() + chance.around(0.0, 3.0)).clamp(0.0, 100.0);
    [temperature, humidity, 1_010.0 + 4.0 * (day / 5.0).sin() + chance.around(0.0, 0.6)]
}

/// A battery runs down from 100 to 3 % and is changed.
fn battery_percent(minutes: u64, device: u64) -> u64 {
    let life = 9_000 + 500 * device;
    (100.0 - (minutes % life) as f64 / life as f64 * 97.0).round_ties_even() as u64
}

/// Two decimals at most, one at least: `22.57`, `22.5`, `22.0`.
fn write_hundredths(value: f64, out: &mut Vec<u8>) -> std::io::Result<()> {
    let hundredths = (value * 100.0).round_ties_even() as i64;
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    if rest % 10 == 0 { write!(out, "{sign}{whole}.{}", rest / 10) } else { write!(out, "{sign}{whole}.{rest:02}") }
}

/// Equal and normal chances from a small generator with a fixed seed.
struct Chance {
    dice: fastrand::Rng,
    /// Box and Muller's method makes normal numbers in pairs.
    spare: Option<f64>,
}

impl Chance {
    fn new(seed: u64) -> Self {
        Self { dice: fastrand::Rng::with_seed(seed), spare: None }
    }

    fn around(&mut self, mean: f64, deviation: f64) -> f64 {
        let normal = self.spare.take().unwrap_or_else(|| {
            // A share is below 1, so that the logarithm is finite.
            let far = (-2.0 * (1.0 - self.dice.f64()).ln()).sqrt();
            let (sin, cos) = (TAU * self.dice.f64()).sin_cos();
            self.spare = Some(far * sin);
            far * cos
        });
        mean + deviation * normal
    }
}

/// Writes times; the words of a day are kept for all its readings.
#[derive(Default)]
struct Calendar {
    day: u64,
    words: String,
}

impl Calendar {
    fn write(&mut self, seconds: u64, out: &mut Vec<u8>) -> std::io::Result<()> {
        let (day, rest) = (seconds / DAY_SECONDS, seconds % DAY_SECONDS);
        if day != self.day {
            let (year, month, date) = date_of(day);
            self.day = day;
            self.words = format!("{year:04}-{month:02}-{date:02}");
        }
        write!(out, "{} {:02}:{:02}:{:02}", self.words, rest / 3_600, rest / 60 % 60, rest % 60)
    }
}

/// Year, month and day of a number of days since 1970-01-01. Years begin in March here, so that the leap day ends one.
fn date_of(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = (era * 400 + year_of_era, if month < 10 { month + 3 } else { month - 9 });
    (if month <= 2 { year + 1 } else { year }, month, date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(rows: usize) -> String {
        let mut out = Vec::new();
        write(rows, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn column(text: &str, at: usize) -> Vec<&str> {
        text.lines().skip(1).map(|line| line.split(',').nth(at).unwrap()).collect()
    }

    #[test]
    fn the_same_number_of_rows_gives_the_same_bytes() {
        let log = made(2_345);
        assert_eq!(log, made(2_345));
        assert_eq!(log.lines().next(), Some(HEADER));
        assert_eq!(log.lines().count(), 2_346);
        assert!(log.lines().all(|line| line.split(',').count() == 6));
    }

    #[test]
    fn rows_are_in_the_order_of_time_and_every_device_has_its_turn() {
        // The last round holds the first three devices alone.
        let log = made(20 * DEVICES + 3);
        let times = column(&log, 0);
        assert!(times.is_sorted());
        assert!(times[0].starts_with("2023-01-01 08:00:") && times[times.len() - 1].starts_with("2023-01-01 08:20:"));
        let devices = column(&log, 1);
        let of = |name: &str| devices.iter().filter(|device| **device == name).count();
        assert_eq!((of("sensor_001"), of("sensor_003"), of("sensor_004"), of("sensor_050")), (21, 21, 20, 20));
    }

    #[test]
    fn values_have_the_distribution_of_the_measures() {
        // Five days: the pressure's period.
        let log = made(360_000);
        for (at, mean, spread) in [(2, 22.0, 4.1), (3, 55.0, 7.7), (4, 1_010.0, 2.9)] {
            let cells = column(&log, at);
            let missing = cells.iter().filter(|cell| **cell == "null").count() as f64 / cells.len() as f64;
            assert!((0.018..0.022).contains(&missing), "column {at}: {missing} of the cells are missing");
            let values: Vec<f64> = cells.iter().filter_map(|cell| cell.parse().ok()).collect();
            let mid = values.iter().sum::<f64>() / values.len() as f64;
            let variance = values.iter().map(|value| (value - mid).powi(2)).sum::<f64>() / values.len() as f64;
            assert!((mid - mean).abs() < 1.2, "column {at}: mean {mid}");
            assert!((variance.sqrt() - spread).abs() < 0.6, "column {at}: deviation {}", variance.sqrt());
        }
        let hot = column(&log, 2).iter().filter(|cell| cell.parse().is_ok_and(|value: f64| value > 36.0)).count();
        assert!((50..300).contains(&hot), "{hot} of about 180 readings in the sun are seen");
        let batteries = column(&log, 5);
        assert!(batteries.iter().all(|cell| cell.parse().is_ok_and(|value: u64| value <= 100)));
        assert_eq!((battery_percent(0, 0), battery_percent(8_999, 0), battery_percent(9_000, 0)), (100, 3, 100));
    }

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        let words = |value: f64| {
            let mut out = Vec::new();
            write_hundredths(value, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let all = [22.5, 22.0, 22.567, 22.07, -0.05, -3.5, 0.0, 1_010.999].map(words);
        assert_eq!(all, ["22.5", "22.0", "22.57", "22.07", "-0.05", "-3.5", "0.0", "1011.0"]);
    }

    #[test]
    fn days_have_their_dates() {
        assert_eq!(date_of(0), (1970, 1, 1));
        assert_eq!(date_of(START_SECONDS / DAY_SECONDS), (2023, 1, 1));
        assert_eq!([date_of(19_781), date_of(19_782), date_of(19_783)], [(2024, 2, 28), (2024, 2, 29), (2024, 3, 1)]);
    }
}
