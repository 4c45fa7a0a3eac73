//! The built-in sample log: six devices of a small site over fourteen days, a reading every ten minutes.
//!
//! Owns its story, so that every view has something to show: daily curves, silent hours, gaps, a hot spell, flat batteries,
//! readings that came late, and cells and rows that break the contract. Whole-number arithmetic alone, so that every platform
//! makes the same bytes; `public/sample.csv` is those bytes (tested). Refuses randomness, a clock and any real reading.

use std::fmt::Write;

mod story;

use story::{DEVICES, Device, Oddity, oddity};

/// The name under which the sample is opened.
pub const NAME: &str = "sample.csv";

const HEADER: &str =
    "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent,co2_ppm\n";
/// Monday 2024-06-03 is day 0.
const FIRST_DAY_OF_JUNE: i64 = 3;
const DAYS: i64 = 14;
const STEP_MINUTES: i64 = 10;
const DAY_MINUTES: i64 = 1440;

/// The sample log: CSV, commas, UTC, `\n` line ends.
pub fn csv() -> String {
    let mut out = String::with_capacity(800_000);
    out.push_str(HEADER);
    // Readings that a device kept back while it had no connection, sent in one go.
    let mut late = String::new();
    for minute in (0..DAYS * DAY_MINUTES).step_by(STEP_MINUTES as usize) {
        for device in &DEVICES {
            match oddity(device, minute) {
                Some(Oddity::Silent) => {}
                Some(Oddity::Late) => row(&mut late, device, minute, None),
                oddity => {
                    if device.sends_late && !late.is_empty() {
                        out.push_str(&late);
                        late.clear();
                    }
                    row(&mut out, device, minute, oddity);
                }
            }
        }
    }
    out
}

/// What a device measures at one moment, in hundredths of the unit; CO2 in ppm.
struct Measured {
    temperature: i64,
    humidity: i64,
    pressure: i64,
    battery: i64,
    co2_ppm: i64,
}

fn measure(device: &Device, minute: i64) -> Measured {
    let weather = story::weather(minute);
    let swing = device.swing * wave(minute) / 1000;
    let outside = weather.warmth * device.weather_percent / 100;
    let temperature = device.temperature + outside + swing + noise(device, minute, 0, 15);
    // Warm air of the same moisture is drier.
    let humidity = device.humidity - 2 * (outside + swing) + noise(device, minute, 1, 60);
    let occupied = (minute / DAY_MINUTES) % 7 < 5 && (8..18).contains(&(minute / 60 % 24));
    let people = if occupied { device.people_ppm } else { 0 };
    Measured {
        temperature,
        humidity: humidity.clamp(500, 9900),
        pressure: weather.pressure - device.height_hundredths_hpa + noise(device, minute, 2, 10),
        battery: device.battery(minute, wave(minute)).clamp(0, 10_000),
        co2_ppm: 425 + people + noise(device, minute, 3, 12 + people / 12),
    }
}

fn row(out: &mut String, device: &Device, minute: i64, oddity: Option<Oddity>) {
    let measured = measure(device, minute);
    let day = FIRST_DAY_OF_JUNE + minute / DAY_MINUTES;
    let time = format!("2024-06-{day:02} {:02}:{:02}:00", minute / 60 % 24, minute % 60);
    let mut cells = [
        time,
        device.name.to_owned(),
        hundredths(measured.temperature),
        tenths(measured.humidity),
        tenths(measured.pressure),
        tenths(measured.battery),
        measured.co2_ppm.to_string(),
    ];
    let mut width = cells.len();
    match oddity {
        Some(Oddity::Gap(column)) => cells[column].clear(),
        Some(Oddity::Cell(column, text)) => text.clone_into(&mut cells[column]),
        Some(Oddity::CutAfter(cells_left)) => width = cells_left,
        Some(Oddity::Silent | Oddity::Late) | None => {}
    }
    out.push_str(&cells[..width].join(","));
    out.push('\n');
}

/// The daily curve in thousandths, -1000 at 03:00, 1000 at 15:00: two parabolas, close to a sine.
fn wave(minute: i64) -> i64 {
    let half = DAY_MINUTES / 2;
    let since_nine = (minute - 9 * 60).rem_euclid(DAY_MINUTES);
    let (in_half, sign) = if since_nine < half { (since_nine, 1) } else { (since_nine - half, -1) };
    sign * 4000 * in_half * (half - in_half) / (half * half)
}

/// A number from `-size` to `size` that looks random: the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
fn noise(device: &Device, minute: i64, kind: u64, size: i64) -> i64 {
    let mut z = (device.seed << 40) ^ (kind << 32) ^ minute.unsigned_abs();
    z = z.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    (z % (2 * size.unsigned_abs() + 1)) as i64 - size
}

fn hundredths(value: i64) -> String {
    let mut text = String::new();
    let sign = if value < 0 { "-" } else { "" };
    // Writing to a String cannot fail.
    let _ = write!(text, "{sign}{}.{:02}", value.abs() / 100, value.abs() % 100);
    text
}

fn tenths(hundredths: i64) -> String {
    let mut text = String::new();
    let tenths = hundredths / 10;
    let sign = if tenths < 0 { "-" } else { "" };
    let _ = write!(text, "{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daily_curve_is_lowest_at_three_and_highest_at_fifteen() {
        assert_eq!(wave(3 * 60), -1000);
        assert_eq!(wave(15 * 60), 1000);
        assert_eq!((wave(9 * 60), wave(21 * 60)), (0, 0));
    }

    #[test]
    fn every_device_and_day_has_rows() {
        let csv = csv();
        for device in &DEVICES {
            for day in 3..17 {
                let start = format!("2024-06-{day:02} ");
                let rows = csv.lines().filter(|l| l.starts_with(&start) && l.contains(device.name));
                assert!(rows.count() > 80, "{} on {day} June", device.name);
            }
        }
        assert!((500_000..900_000).contains(&csv.len()), "{} bytes", csv.len());
        assert!(csv.is_ascii());
    }

    /// `SENSORIUM_WRITE_SAMPLE=1 cargo test` writes the file anew.
    #[test]
    fn the_published_file_is_the_same_bytes() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/public/sample.csv");
        if std::env::var_os("SENSORIUM_WRITE_SAMPLE").is_some() {
            std::fs::write(path, csv()).expect("public/ can be written");
        }
        let published = std::fs::read(path).expect("public/sample.csv is there");
        assert!(published == csv().as_bytes(), "public/sample.csv differs; see this test's comment");
    }
}
