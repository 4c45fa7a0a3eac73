//! One engine in a process of its own, which runs scripts and writes tables as CSV.

use std::ffi::OsString;
use std::path::PathBuf;

use sensorium::sql::{Engine, TABLES};
use serde_json::json;

use crate::expected::Table;
use crate::postgres::{Cluster, Programs};
use crate::python::{self, Served};

/// A started engine.
pub struct Driver {
    pub engine: Engine,
    served: Served,
    logs: u32,
    /// PostgreSQL's server, which ends after the driver.
    _cluster: Option<Cluster>,
}

impl Driver {
    /// Whether everything that the engine needs is there.
    pub fn programs(engine: Engine) -> Result<(), String> {
        match engine {
            Engine::DuckDb => python::installed("duckdb", false),
            // The driver feeds psql; any Python does.
            Engine::PostgreSql => python::installed("json", false).and_then(|()| Programs::find().map(|_| ())),
            Engine::Spark => python::installed("pyspark", true),
        }
    }

    /// Starts an engine's driver, of which there may be several, and waits until it is ready.
    pub fn start(engine: Engine, number: usize) -> Self {
        let cluster = (engine == Engine::PostgreSql)
            .then(|| Cluster::start(&Programs::find().expect("PostgreSQL")).expect("PostgreSQL starts"));
        let psql = cluster.as_ref().map(|cluster| cluster.psql("postgres"));
        let words = psql.iter().flat_map(|psql| std::iter::once(psql.get_program()).chain(psql.get_args()));
        let words: Vec<OsString> = words.map(OsString::from).collect();
        let name = format!("{}-{number}", engine.word());
        let served = Served::start(("sql", engine.word()), &name, words, engine == Engine::Spark);
        Self { engine, served, logs: 0, _cluster: cluster }
    }

    /// A folder of this engine's, for logs and tables.
    pub fn folder(&self) -> &std::path::Path {
        &self.served.folder
    }

    /// Runs a script, after other statements, and returns the tables in the order of [`TABLES`].
    pub fn run(&mut self, script: &str, before: &[String]) -> Result<Vec<Table>, String> {
        let out = self.folder().display().to_string();
        self.served.ask(&json!({ "script": script, "before": before, "out": out }))?;
        Ok(TABLES.iter().map(|name| Table::read(&self.folder().join(format!("{name}.csv")))).collect())
    }

    /// Runs a script that makes one table of this name, and returns it.
    pub fn table(&mut self, script: &str, name: &str) -> Result<Table, String> {
        let out = self.folder().display().to_string();
        self.served.ask(&json!({ "script": script, "out": out, "tables": [name] }))?;
        Ok(Table::read(&self.folder().join(format!("{name}.csv"))))
    }

    /// Writes a log into the engine's folder under a fresh name, of characters that paths and addresses write otherwise, and returns its
    /// path.
    pub fn log(&mut self, bytes: &[u8]) -> PathBuf {
        self.logs += 1;
        let path = self.folder().join(format!("log-{:04} é+1%20.csv", self.logs));
        std::fs::write(&path, bytes).expect("the log is written");
        path
    }
}
