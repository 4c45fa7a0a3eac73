//! Polars and pandas, each in a process of its own.
//!
//! Owns a Python environment. Assumes Python 3 with venv and pip. Refuses to use the person's own packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::command::{command, run};

const PACKAGES: [&str; 4] = ["polars==2.1.0", "pandas==3.1.1", "pyarrow==26.0.1", "numpy==2.4.6"];
const POLARS: &str = include_str!("polars_native.py");
const POLARS_LAKE: &str = include_str!("polars_lake.py");
const PANDAS: &str = include_str!("pandas_reference.py");

/// An environment with the packages.
pub struct Python {
    folder: PathBuf,
}

impl Python {
    /// Makes the environment unless it is there.
    pub fn install(peers: &Path) -> Result<Self, String> {
        let python = Self { folder: peers.join("python") };
        // Written last, so that what broke off is begun again.
        let note = python.folder.join("installed");
        if fs::read_to_string(&note).unwrap_or_default() != PACKAGES.join(" ") {
            fs::create_dir_all(peers).map_err(|error| error.to_string())?;
            run(command("python3", ["-m", "venv", "--clear", &python.folder.to_string_lossy()]))?;
            let mut install = command(&python.program().to_string_lossy(), ["-m", "pip", "install", "--quiet"]);
            install.args(PACKAGES);
            run(install)?;
            fs::write(&note, PACKAGES.join(" ")).map_err(|error| error.to_string())?;
        }
        for (name, script) in [("polars.py", POLARS), ("polars_lake.py", POLARS_LAKE), ("pandas.py", PANDAS)] {
            fs::write(python.script(name), script).map_err(|error| error.to_string())?;
        }
        Ok(python)
    }

    pub fn names(&self) -> String {
        PACKAGES.join(", ").replace("==", " ")
    }

    pub fn polars(&self, log: &Path) -> Result<Value, String> {
        self.ask(&self.script("polars.py"), &[log])
    }

    /// The same, and on to Parquet by date.
    pub fn polars_lake(&self, log: &Path) -> Result<Value, String> {
        self.ask(&self.script("polars_lake.py"), &[log, &self.folder.join("lake")])
    }

    /// The same in pandas, and the readings as Parquet when they are asked for.
    pub fn pandas(&self, log: &Path, exports: bool) -> Result<Value, String> {
        let out = self.folder.join("readings.parquet");
        let all: [&Path; 2] = [log, &out];
        self.ask(&self.script("pandas.py"), if exports { &all } else { &all[..1] })
    }

    fn program(&self) -> PathBuf {
        self.folder.join("bin/python")
    }

    /// A script of a package's name would be imported instead of the package.
    fn script(&self, name: &str) -> PathBuf {
        self.folder.join(format!("run_{name}"))
    }

    /// Runs a script, which prints one line of JSON.
    fn ask(&self, script: &Path, arguments: &[&Path]) -> Result<Value, String> {
        let ended = Command::new(self.program()).arg(script).args(arguments).output();
        let ended = ended.map_err(|error| format!("Python could not be run: {error}"))?;
        if !ended.status.success() {
            let told = String::from_utf8_lossy(&ended.stderr);
            return Err(told.lines().last().unwrap_or("Python failed and said nothing").to_owned());
        }
        serde_json::from_slice(&ended.stdout).map_err(|error| format!("expected one line of JSON: {error}"))
    }
}
