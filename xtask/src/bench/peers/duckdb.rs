//! DuckDB-WASM in the same browser.
//!
//! Owns a small page with the database. Assumes npm. Refuses any other host: everything is served from this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::super::chromium::{Chromium, OPEN};
use crate::command::{command, run};
use crate::serve;

const DUCKDB: &str = "1.32.0";
const ESBUILD: &str = "0.28.2";
const PAGE: &str = include_str!("duckdb.html");
const PIPELINE: &str = include_str!("pipeline.js");
const STARTING: Duration = Duration::from_secs(60);

/// A served page with the database.
pub struct DuckDb {
    address: String,
}

impl DuckDb {
    /// Makes the page unless it is there, and serves it.
    pub fn install(peers: &Path) -> Result<Self, String> {
        let (modules, page) = (peers.join("npm"), peers.join("duckdb"));
        let versions = format!("{DUCKDB} {ESBUILD}");
        let failed = |error: std::io::Error| error.to_string();
        // Written last, so that what broke off is begun again.
        let note = modules.join("installed");
        if fs::read_to_string(&note).unwrap_or_default() != versions {
            fs::create_dir_all(&modules).map_err(failed)?;
            fs::create_dir_all(&page).map_err(failed)?;
            let mut install = command("npm", ["install", "--no-audit", "--no-fund", "--save-exact", "--prefix"]);
            install.arg(&modules).arg(format!("@duckdb/duckdb-wasm@{DUCKDB}")).arg(format!("esbuild@{ESBUILD}"));
            run(install)?;
            bundle(&modules.join("node_modules"), &page)?;
            fs::write(&note, versions).map_err(failed)?;
        }
        fs::write(page.join("index.html"), PAGE).map_err(failed)?;
        fs::write(page.join("pipeline.js"), PIPELINE).map_err(failed)?;
        Ok(Self { address: serve::in_background(&page)? })
    }

    pub fn names(&self) -> String {
        format!("DuckDB-WASM {DUCKDB}")
    }

    /// One fresh browser on one log.
    pub fn run(&self, work: &Path, log: &Path) -> Result<Value, String> {
        let chromium = Chromium::start(work)?;
        let session = &chromium.session;
        session.visit(&self.address)?;
        if !session.wait("window.run", STARTING)? {
            return Err(String::from("the database does not start"));
        }
        std::thread::sleep(OPEN);
        session.keys("#files", &log.to_string_lossy())?;
        session.script("return window.run()", &[])
    }
}

/// The library as one file, and beside it what it loads.
fn bundle(modules: &Path, page: &Path) -> Result<(), String> {
    let dist: PathBuf = modules.join("@duckdb/duckdb-wasm/dist");
    let mut esbuild = command(&modules.join(".bin/esbuild").to_string_lossy(), ["--bundle", "--format=esm"]);
    esbuild.arg("--log-level=warning").arg(dist.join("duckdb-browser.mjs"));
    esbuild.arg(format!("--outfile={}", page.join("duckdb.js").display()));
    run(esbuild)?;
    for (from, to) in [("duckdb-browser-eh.worker.js", "worker.js"), ("duckdb-eh.wasm", "duckdb.wasm")] {
        fs::copy(dist.join(from), page.join(to)).map_err(|error| format!("{from}: {error}"))?;
    }
    Ok(())
}
