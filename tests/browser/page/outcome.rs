//! What came of it: pixels, pictures, downloads, the console, the page's own times and counts.
//!
//! Owns reading what is not text or attributes. Assumes the folder of downloads of the page's own browser. Refuses to act.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{PATIENCE, Page};
use crate::engine::Engine;

impl Page {
    /// The colour at a place of a canvas, in CSS pixels from its top left corner: red, green, blue, alpha.
    pub fn pixel(&self, canvas: &str, x_px: f64, y_px: f64) -> [u8; 4] {
        let script = format!(
            "{} const canvas = document.querySelector(arguments[0]);
            const scale = canvas.width / canvas.getBoundingClientRect().width;
            const at = [arguments[1], arguments[2]].map((place) => Math.round(place * scale));
            return Array.from(whole(canvas).getContext('2d').getImageData(at[0], at[1], 1, 1).data)",
            crate::canvas::WHOLE
        );
        let colour = self.script(&script, &[canvas.into(), x_px.into(), y_px.into()]);
        std::array::from_fn(|part| colour[part].as_u64().and_then(|value| u8::try_from(value).ok()).unwrap_or_default())
    }

    /// A picture of the window, written as PNG.
    pub fn screenshot(&self, path: &Path) {
        let picture = self.script_free_screenshot().unwrap_or_else(|reason| panic!("no screenshot: {reason}"));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("a folder for the screenshot");
        }
        fs::write(path, picture).expect("the screenshot is written");
    }

    /// The page on paper, as PDF.
    pub fn paper(&self) -> Vec<u8> {
        let text = self.command("print", &json!({}));
        let bytes =
            from_base64(text.as_str().unwrap_or_default()).unwrap_or_else(|reason| panic!("no paper: {reason}"));
        assert!(bytes.starts_with(b"%PDF"), "the driver printed no PDF");
        bytes
    }

    pub(super) fn script_free_screenshot(&self) -> Result<Vec<u8>, String> {
        let text = self.browser.session.get("screenshot")?;
        from_base64(text.as_str().ok_or("the driver gave no picture")?)
    }

    /// Waits for a finished download whose name ends so, and returns its path.
    pub fn download(&self, ending: &str) -> PathBuf {
        let began = Instant::now();
        let mut last = None;
        loop {
            let found = self.downloads().into_iter().find(|path| path.to_string_lossy().ends_with(ending));
            let now = found.and_then(|path| Some((fs::metadata(&path).ok()?.len(), path)));
            match (now, last.take()) {
                // Finished when it neither grows nor is empty between two looks.
                (Some(now), Some(before)) if now == before && now.0 > 0 => return now.1,
                (now, _) => last = now,
            }
            let patience = PATIENCE * 2;
            assert!(
                began.elapsed() < patience,
                "no download ends with {ending} within {} s; there are {:?}",
                patience.as_secs(),
                self.downloads()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Every finished download so far.
    pub fn downloads(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.browser.downloads()).expect("the folder of downloads");
        let unfinished = [".crdownload", ".part", ".wkdownload"];
        let mut paths: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.is_file())
            .filter(|path| !unfinished.iter().any(|ending| path.to_string_lossy().ends_with(ending)))
            .collect();
        paths.sort();
        paths
    }

    /// Removes every download so far, so that the next of the same name is not numbered.
    pub fn clear_downloads(&self) {
        for path in self.downloads() {
            fs::remove_file(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }

    /// What the console told of as severe since the last call. Chromium only; elsewhere there is no such list.
    pub fn console_errors(&self) -> Vec<String> {
        assert_eq!(self.engine, Engine::Chromium, "only Chromium tells what the console says");
        let entries = self.command("se/log", &json!({"type": "browser"}));
        let severe = |entry: &&Value| entry["level"] == "SEVERE";
        let message = |entry: &Value| entry["message"].as_str().unwrap_or_default().to_owned();
        entries.as_array().map(|list| list.iter().filter(severe).map(message).collect()).unwrap_or_default()
    }

    /// The User Timing entries of a name: start and duration in milliseconds, rows and bytes.
    pub fn measures(&self, name: &str) -> Vec<Measure> {
        let script = "return performance.getEntriesByName(arguments[0]).map((entry) =>
            [entry.startTime, entry.duration, entry.detail?.rows ?? -1, entry.detail?.bytes ?? -1])";
        let entries = self.script(script, &[name.into()]);
        let part = |entry: &Value, at: usize| entry[at].as_f64().unwrap_or(-1.0);
        entries
            .as_array()
            .map(|list| {
                list.iter()
                    .map(|entry| Measure {
                        start_ms: part(entry, 0),
                        duration_ms: part(entry, 1),
                        rows: part(entry, 2),
                        bytes: part(entry, 3),
                    })
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The page's own count of requests since the network was closed.
    pub fn requests(&self) -> u64 {
        let text = self.text("[data-requests]");
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap_or_else(|_| panic!("expected a count of requests, but found {text:?}"))
    }
}

/// One entry of the page's own timing.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    pub start_ms: f64,
    pub duration_ms: f64,
    pub rows: f64,
    pub bytes: f64,
}

fn from_base64(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in text.bytes().filter(|letter| !b"=\r\n".contains(letter)) {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            other => return Err(format!("{other} is no letter of base 64")),
        };
        bits = (bits << 6) | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    Ok(bytes)
}
