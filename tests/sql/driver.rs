//! One engine in a process of its own, which runs scripts and writes tables as CSV.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use sensorium::sql::{Engine, TABLES};
use serde_json::{Value, json};

use crate::expected::Table;
use crate::postgres::{Cluster, Programs};

/// A started engine.
pub struct Driver {
    pub engine: Engine,
    child: Child,
    /// None once it is to end.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// A folder of this engine's, for logs and tables.
    pub folder: PathBuf,
    logs: u32,
    /// PostgreSQL's server, which ends with the driver.
    _cluster: Option<Cluster>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn python() -> PathBuf {
    root().join("target/tools/python/bin/python")
}

impl Driver {
    /// Whether everything that the engine needs is there.
    pub fn programs(engine: Engine) -> Result<(), String> {
        if !python().is_file() {
            return Err("target/tools/python is absent: cargo xtask test makes it".into());
        }
        let module = match engine {
            Engine::DuckDb => "duckdb",
            Engine::PostgreSql => return Programs::find().map(|_| ()),
            Engine::Spark => "pyspark",
        };
        let found = Command::new(python()).args(["-c", &format!("import {module}")]).output();
        if !found.is_ok_and(|found| found.status.success()) {
            return Err(format!("the Python package {module} is absent"));
        }
        if engine == Engine::Spark && !Command::new("java").arg("-version").output().is_ok_and(|o| o.status.success()) {
            return Err("java is absent".into());
        }
        Ok(())
    }

    /// Starts the engine's driver and waits until it is ready.
    pub fn start(engine: Engine) -> Self {
        let name = engine.word();
        let folder = root().join("target/sql-tests").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for the tests");
        let script = root().join(format!("tests/sql/{name}_driver.py"));
        let mut command = Command::new(python());
        let cluster = (engine == Engine::PostgreSql)
            .then(|| Cluster::start(&Programs::find().expect("PostgreSQL")).expect("PostgreSQL starts"));
        command.args(["-B", "-u"]).arg(script).arg(&folder);
        if let Some(cluster) = &cluster {
            let psql = cluster.psql("postgres");
            command.arg(psql.get_program()).args(psql.get_args());
        }
        command.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        if engine == Engine::Spark {
            // Spark tells of its start on standard error.
            command.stderr(std::fs::File::create(folder.join("log.txt")).expect("a file for the log"));
        }
        let mut child = command.spawn().expect("the driver starts");
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("its output"));
        let mut driver = Self { engine, child, requests, answers, folder, logs: 0, _cluster: cluster };
        driver.answer().expect("the driver is ready");
        driver
    }

    fn answer(&mut self) -> Result<(), String> {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("an answer");
        let answer: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no answer but {line:?}"));
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(()),
        }
    }

    /// Runs a script, after other statements, and returns the tables in the order of [`TABLES`].
    pub fn run(&mut self, script: &str, before: &[String]) -> Result<Vec<Table>, String> {
        let request = json!({ "script": script, "before": before, "out": self.folder.display().to_string() });
        let requests = self.requests.as_mut().expect("the driver has its input");
        writeln!(requests, "{request}").expect("the driver listens");
        self.answer()?;
        Ok(TABLES.iter().map(|name| Table::read(&self.folder.join(format!("{name}.csv")))).collect())
    }

    /// Writes a log into the engine's folder under a fresh name, of characters that paths and addresses write otherwise, and returns its
    /// path.
    pub fn log(&mut self, bytes: &[u8]) -> PathBuf {
        self.logs += 1;
        let path = self.folder.join(format!("log-{:04} é+1%20.csv", self.logs));
        std::fs::write(&path, bytes).expect("the log is written");
        path
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Without input the driver ends, and ends what it started; a stubborn one is ended.
        self.requests = None;
        for _ in 0..200 {
            if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
