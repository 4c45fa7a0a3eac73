//! The three engines and their drivers.
//!
//! Owns which programs make an engine usable. Assumes the browser tests look for the same programs (`tests/browser/engine.rs`).
//! Refuses nothing: an engine that cannot be installed is left to the tests, which report it as not run.

use super::system;
use crate::place;

/// Installs the missing ones. Returns a sentence for each engine that could not be installed.
pub fn install() -> Vec<String> {
    let mut failures = Vec::new();
    for (engine, installed) in [("Chromium", chromium()), ("Firefox", firefox()), ("WebKitGTK", webkit())] {
        if let Err(reason) = installed {
            failures.push(format!("{engine} could not be installed: {reason}"));
        }
    }
    failures
}

/// Chromium and its driver.
pub fn chromium() -> Result<(), String> {
    let browser = place::program(&["chromium", "chromium-browser", "google-chrome"]);
    if browser.is_some() && place::program(&["chromedriver"]).is_some() {
        return Ok(());
    }
    if system::known("chromium-driver") {
        system::install(&["chromium", "chromium-driver"])
    } else {
        system::install(&["chromium-browser", "chromium-chromedriver"])
    }
}

fn firefox() -> Result<(), String> {
    if place::program(&["firefox", "firefox-esr"]).is_none() {
        let package = if system::known("firefox-esr") { "firefox-esr" } else { "firefox" };
        system::install(&[package])?;
    }
    if place::program(&["geckodriver"]).is_some() {
        return Ok(());
    }
    super::cargo_tool("geckodriver", "geckodriver", super::GECKODRIVER)
}

fn webkit() -> Result<(), String> {
    if ["WebKitWebDriver", "xvfb-run", "xauth"].iter().all(|name| place::program(&[name]).is_some()) {
        return Ok(());
    }
    system::install(&["webkit2gtk-driver", "xvfb", "xauth", "fonts-dejavu-core"])
}
