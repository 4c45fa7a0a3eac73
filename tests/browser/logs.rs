//! Logs made up for the tests, and a folder to put them in.
//!
//! Owns every byte that the tests of the page's behaviour open, but for the built-in sample. Assumes the default contract.
//! Refuses chance: the same call makes the same bytes.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

pub const HEADER: &str =
    "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n";

/// Monday 2024-01-01 00:00:00 UTC in seconds.
pub const START_SECONDS: i64 = 1_704_067_200;

/// A folder in the temporary directory, removed with everything in it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("sensorium-logs-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder for logs");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file and returns where it is.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left of it stays in the temporary directory.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// `2024-01-02 03:04:05`, that many seconds after the start.
pub fn stamp(seconds: i64) -> String {
    sensorium::wording::time((START_SECONDS + seconds) * 1_000_000)
}

/// Four days of four devices with something of everything: gaps, a hot spell, a battery that runs flat, rows that break the
/// contract, a device without a battery, and ids that look like something else.
pub fn fleet() -> String {
    let mut out = HEADER.to_owned();
    let devices = ["north", "=SUM(A1)", "<b>bold</b>", "007"];
    for step in 0..4 * 144_i64 {
        for (place, device) in (0_i64..).zip(devices) {
            let hour = (step / 6) % 24;
            let mut hundredths = 1_800 + place * 200 + (12 - (hour - 13).abs()) * 60 + (step * 37 + place * 11) % 23;
            if place == 2 && (200..260).contains(&step) {
                hundredths += 1_500;
            }
            let battery = if place == 3 { 100 - step / 6 } else { 95 - step / 60 };
            let temperature = match (step + place) % 40 {
                7 | 8 => String::from("null"),
                9 if place == 1 && step % 2 == 0 => String::from("warm"),
                11 if place == 0 && step % 2 == 1 => String::from("1000"),
                _ => format!("{}.{:02}", hundredths / 100, hundredths % 100),
            };
            let humidity = if (step + place) % 57 == 3 { String::new() } else { (40 + hour + place).to_string() };
            let time = if place == 0 && step == 100 { String::from("2024-02-30 00:00:00") } else { stamp(step * 600) };
            writeln!(out, "{time},{device},{temperature},{humidity},1010.5,{battery}").expect("a string takes it");
        }
        if step % 48 == 0 {
            writeln!(out, "{},no battery,20,50,1000,", stamp(step * 600)).expect("a string takes it");
        }
    }
    out
}

/// Devices of [`steady`]: temperature, humidity and battery of the first day.
pub const STEADY: [(&str, f64, f64, f64); 3] =
    [("a", 18.0, 30.0, 90.0), ("b", 22.0, 50.0, 60.0), ("c", 27.1, 70.0, 30.0)];

/// Nine days of three devices whose every reading of a day is the same: `raised` above the level of [`STEADY`], 0.25 °C more
/// each day, and 1 % of battery less.
pub fn steady(raised: f64) -> String {
    let mut out = HEADER.to_owned();
    for hour in 0..9 * 24_i64 {
        for (device, temperature, humidity, battery) in STEADY {
            let day = (hour / 24) as f64;
            let temperature = temperature + raised + day * 0.25;
            let time = stamp(hour * 3_600);
            writeln!(out, "{time},{device},{temperature},{humidity},1000,{}", battery - day)
                .expect("a string takes it");
        }
    }
    out
}

/// A log that passes in every mode, of as many rows as wanted.
pub fn plain(rows: usize) -> String {
    let mut out = HEADER.to_owned();
    for row in 0..rows as i64 {
        let (time, device) = (stamp(row / 4 * 60), row % 4);
        writeln!(out, "{time},d{device},{}.5,55,1000,{}", 20 + row % 13, 100 - row % 97).expect("a string takes it");
    }
    out
}

/// A log that takes a while: the same rows again and again.
pub fn big(folder: &Folder, megabytes: usize) -> PathBuf {
    let text = plain(60_000);
    let (header, rows) = text.split_at(HEADER.len());
    let path = folder.write("big.csv", header);
    let mut file = fs::OpenOptions::new().append(true).open(&path).expect("the file opens");
    for _ in 0..megabytes * 1_000_000 / rows.len() {
        std::io::Write::write_all(&mut file, rows.as_bytes()).expect("the file is written");
    }
    path
}
