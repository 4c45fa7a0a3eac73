//! A million readings: they become charts, limits move, windows zoom, and memory keeps its budget.
//!
//! Owns the generated log of fifty devices and the budget of memory. Assumes the release page. Tells times and does not judge
//! them: they are the machine's as much as the page's, and `cargo xtask bench` compares them. Refuses counts that the generator
//! did not count itself.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

use crate::canvas::{CHART, settle};
use crate::case::{Case, in_chromium};
use crate::engine::Engine;
use crate::logs::Folder;
use crate::page::Page;
use crate::visit::visit;

const ROWS: usize = 1_000_000;
const DEVICES: usize = 50;
/// 2023-01-01 08:00:00 UTC in seconds.
const START_SECONDS: i64 = 1_672_560_000;

/// Wasm memory of the page and all its workers, at most: what a reading takes (`sensorium::table::bytes_per_reading` of four
/// metrics, once as columns and once as the chunks they are joined from), and what stands there without a log.
const BYTES_PER_READING: f64 = 120.0;
const BYTES_AT_REST: f64 = 60e6;

pub fn cases() -> Vec<Case> {
    vec![in_chromium("a_million_readings_are_shown_without_standing_still", million)]
}

/// Numbers that look like chance and are the same each time (a linear congruential generator, Knuth's MMIX).
struct Chance(u64);

impl Chance {
    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Around 0 with a deviation of 1, nearly normal: the sum of twelve shares.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}

/// What the generator knows of its log.
struct Made {
    path: PathBuf,
    bytes: u64,
    /// Readings by their battery in whole percent.
    battery: [u64; 101],
    missing: u64,
}

/// The log of the measures: fifty devices, a reading a minute, daily curves, 2 % missing, rare heat, batteries that run down.
fn make(folder: &Folder) -> Made {
    let path = folder.path().join("million.csv");
    let mut out = BufWriter::new(File::create(&path).expect("the log is created"));
    let mut chance = Chance(7);
    let offset: Vec<i64> = (0..DEVICES).map(|_| (chance.share() * 60.0) as i64).collect();
    let base: Vec<f64> = (0..DEVICES).map(|_| 22.0 + 2.0 * chance.normal()).collect();
    let mut order: Vec<usize> = (0..DEVICES).collect();
    order.sort_by_key(|device| (offset[*device], *device));
    let mut made = Made { path, bytes: 0, battery: [0; 101], missing: 0 };
    out.write_all(crate::logs::HEADER.as_bytes()).expect("the log is written");
    for row in 0..ROWS {
        let (tick, device) = (row / DEVICES, order[row % DEVICES]);
        let seconds = START_SECONDS + tick as i64 * 60 + offset[device];
        let day = seconds as f64 / 86_400.0 * std::f64::consts::TAU;
        let mut temperature = base[device] + 5.0 * day.sin() + 0.8 * chance.normal();
        if chance.share() < 0.0005 {
            temperature += 10.0 + 10.0 * chance.share();
        }
        let humidity = (55.0 - 10.0 * day.sin() + 3.0 * chance.normal()).clamp(0.0, 100.0);
        let pressure = 1_010.0 + 4.0 * (day / 5.0).sin() + 0.6 * chance.normal();
        let life = 9_000 + 500 * device;
        let battery = (100.0 - (tick % life) as f64 / life as f64 * 97.0).round() as usize;
        made.battery[battery] += 1;
        let time = sensorium::wording::time(seconds * 1_000_000);
        write!(out, "{time},sensor_{:03}", device + 1).expect("the log is written");
        for value in [temperature.clamp(-20.0, 50.0), humidity, pressure] {
            if chance.share() < 0.02 {
                made.missing += 1;
                out.write_all(b",null").expect("the log is written");
            } else {
                write!(out, ",{value:.2}").expect("the log is written");
            }
        }
        writeln!(out, ",{battery}").expect("the log is written");
    }
    out.flush().expect("the log is written");
    made.bytes = std::fs::metadata(&made.path).expect("the log is there").len();
    made
}

/// Writes down every task of the main thread that took longer than 50 ms.
fn watch_tasks(page: &Page) {
    page.script(
        "window.tasks = []; window.watch ??= new PerformanceObserver((list) =>
          window.tasks.push(...list.getEntries().map((one) => one.duration)));
        window.watch.observe({ type: 'longtask' })",
        &[],
    );
}

/// The longest task so far, in milliseconds; 0 where none took longer than 50 ms.
fn longest_task(page: &Page) -> f64 {
    // Entries come a little after the tasks.
    std::thread::sleep(Duration::from_millis(300));
    page.script("return Math.max(0, ...window.tasks)", &[]).as_f64().unwrap_or(f64::MAX)
}

fn million(engine: Engine) {
    let folder = Folder::new();
    let made = make(&folder);
    visit(engine, "", |page| {
        watch_tasks(page);
        page.upload(&[&made.path]);
        page.wait_with(
            "the span ends",
            "return performance.getEntriesByName('file-to-charts').length > 0",
            &[],
            Duration::from_secs(60),
        );
        let whole = page.measures("file-to-charts")[0];
        assert_eq!((whole.rows, whole.bytes), (ROWS as f64, made.bytes as f64));
        page.wait_count("readings", ROWS as u64);
        page.wait_count("devices", DEVICES as u64);
        page.wait_count("filled", made.missing);
        println!(
            "1,000,000 readings: charts after {:.0} ms, longest task {:.0} ms",
            whole.duration_ms,
            longest_task(page)
        );
        for (name, wanted) in [("Anomalies", "anomalies"), ("Temperature", "temperature")] {
            page.tab(name);
            let script = "return document.querySelector('canvas[data-chart]').dataset.chart === arguments[0]";
            page.wait_with(name, script, &[wanted.into()], Duration::from_secs(20));
            settle(page);
            move_limits(page, &made);
        }
        zoom(page);
        let mut limits_ms: Vec<f64> = page.measures("limit-to-paint").iter().map(|one| one.duration_ms).collect();
        assert_eq!(limits_ms.len(), 32, "each move of a limit is painted once: {limits_ms:?}");
        limits_ms.sort_by(f64::total_cmp);
        println!("32 limits moved, painted after {:.0} ms (median), {:.0} ms (worst)", limits_ms[16], limits_ms[31]);

        let bytes: f64 = page.attr("body", "data-wasm-bytes").and_then(|bytes| bytes.parse().ok()).unwrap_or(f64::MAX);
        println!("wasm memory of page and workers: {:.0} MB", bytes / 1e6);
        let budget = BYTES_AT_REST + ROWS as f64 * BYTES_PER_READING;
        assert!(bytes <= budget, "the page and its workers take {bytes} bytes, more than {budget}");
    });
}

/// Moves both limits about, one move after the other.
fn move_limits(page: &Page, made: &Made) {
    // Above every temperature only batteries are flagged, which the generator counted.
    page.set_slider("#high-temp", 100.0);
    for limit in [16_u32, 40, 23] {
        page.set_slider("#low-battery", f64::from(limit));
        page.wait_count("anomalies", made.battery.iter().take(limit as usize).sum());
        settle(page);
    }
    for step in 0..12 {
        page.set_slider("#high-temp", 24.0 + f64::from(step));
        settle(page);
    }
}

/// Zooms in and out by the wheel.
fn zoom(page: &Page) {
    for turn in [-300, -300, 300, 300] {
        page.wheel(CHART, 400.0, 150.0, turn);
        settle(page);
    }
    let took_ms: Vec<f64> = page.measures("zoom-to-paint").iter().map(|one| one.duration_ms).collect();
    println!("zooms painted after {took_ms:.0?} ms");
    assert!(!took_ms.is_empty());
}
