//! Engines that come as Python packages.
//!
//! Owns their pinned versions and the environment under `target/tools/python`. Assumes Python 3; venv and pip are installed where Debian
//! leaves them out. Refuses to use the person's own packages.

use std::fs;

use super::system;
use crate::command::{command, run};
use crate::place;

const PACKAGES: [&str; 4] = ["duckdb==2.0.1", "pyspark==4.1.4", "pyarrow==26.0.1", "polars==2.1.0"];

/// Makes the environment unless it is there.
pub fn install() -> Result<(), String> {
    let folder = place::tools().join("python");
    // Written last, so that what broke off is begun again.
    let note = folder.join("installed");
    if fs::read_to_string(&note).unwrap_or_default() == PACKAGES.join(" ") {
        return Ok(());
    }
    fs::create_dir_all(place::tools()).map_err(|error| error.to_string())?;
    let make = || run(command("python3", ["-m", "venv", "--clear", &folder.to_string_lossy()]));
    if place::program(&["python3"]).is_none() || make().is_err() {
        system::install(&["python3", "python3-venv"])?;
        make()?;
    }
    let python = folder.join("bin/python").to_string_lossy().into_owned();
    let mut packages = command(&python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    packages.args(PACKAGES);
    run(packages)?;
    fs::write(&note, PACKAGES.join(" ")).map_err(|error| error.to_string())
}
