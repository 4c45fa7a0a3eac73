//! System packages.
//!
//! Owns the calls of apt-get. Assumes Debian or Ubuntu. Refuses other systems with a sentence.

use std::sync::Once;

use crate::command::{command, output, run};
use crate::place;

/// Installs packages, as root directly and otherwise through sudo.
pub fn install(packages: &[&str]) -> Result<(), String> {
    if place::program(&["apt-get"]).is_none() {
        return Err(format!("this system has no apt-get; install these by hand: {}", packages.join(" ")));
    }
    update();
    let mut words = vec!["install", "--yes", "--no-install-recommends"];
    words.extend(packages);
    run(apt_get(&words))
}

/// True when the system's package lists know a package that can be installed.
pub fn known(package: &str) -> bool {
    // A fresh machine has no lists at all.
    update();
    let policy = output("apt-cache", ["policy", package]);
    policy.contains("Candidate:") && !policy.contains("Candidate: (none)")
}

/// Fetches the package lists, once.
fn update() {
    static UPDATED: Once = Once::new();
    UPDATED.call_once(|| {
        // A stale list of packages may still do.
        let _ = run(apt_get(&["update"]));
    });
}

fn apt_get(words: &[&str]) -> std::process::Command {
    let mut call = if output("id", ["-u"]).trim() == "0" {
        command("apt-get", words)
    } else {
        let mut call = command("sudo", ["--non-interactive", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        call.args(words);
        call
    };
    call.env("DEBIAN_FRONTEND", "noninteractive");
    call
}
