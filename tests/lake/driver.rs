//! One engine in a process of its own, which reads Parquet and tells what it found.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::table::Table;

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    PyArrow,
    Polars,
    DuckDb,
    Spark,
}

impl Engine {
    pub const ALL: [Self; 4] = [Self::PyArrow, Self::Polars, Self::DuckDb, Self::Spark];

    /// The word that names it in tests and files.
    pub fn word(self) -> &'static str {
        match self {
            Self::PyArrow => "pyarrow",
            Self::Polars => "polars",
            Self::DuckDb => "duckdb",
            Self::Spark => "spark",
        }
    }

    /// Whether it reads files one after the other, in the order of their paths. Spark packs them into tasks by their size.
    pub fn keeps_order(self) -> bool {
        self != Self::Spark
    }

    /// Whether everything that it needs is there.
    pub fn installed(self) -> Result<(), String> {
        if !python().is_file() {
            return Err("target/tools/python is absent: cargo xtask test makes it".into());
        }
        let module = if self == Self::Spark { "pyspark" } else { self.word() };
        let found = Command::new(python()).args(["-c", &format!("import {module}")]).output();
        if !found.is_ok_and(|found| found.status.success()) {
            return Err(format!("the Python package {module} is absent"));
        }
        if self == Self::Spark && !Command::new("java").arg("-version").output().is_ok_and(|o| o.status.success()) {
            return Err("java is absent".into());
        }
        Ok(())
    }
}

/// A started engine.
pub struct Driver {
    pub engine: Engine,
    child: Child,
    /// None once it is to end.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    folder: PathBuf,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn python() -> PathBuf {
    root().join("target/tools/python/bin/python")
}

impl Driver {
    /// Starts the engine's driver and waits until it is ready.
    pub fn start(engine: Engine) -> Self {
        let name = engine.word();
        let folder = root().join("target/lake-tests").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for the tests");
        let mut command = Command::new(python());
        command.args(["-B", "-u"]).arg(root().join(format!("tests/lake/{name}_driver.py"))).arg(&folder);
        command.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        if engine == Engine::Spark {
            // Spark tells of its start on standard error.
            command.stderr(std::fs::File::create(folder.join("log.txt")).expect("a file for the log"));
        }
        let mut child = command.spawn().expect("the driver starts");
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("its output"));
        let mut driver = Self { engine, child, requests, answers, folder };
        driver.answer().expect("the driver is ready");
        driver
    }

    fn ask(&mut self, request: &Value) -> Result<Value, String> {
        let requests = self.requests.as_mut().expect("the driver has its input");
        writeln!(requests, "{request}").expect("the driver listens");
        self.answer()
    }

    fn answer(&mut self) -> Result<Value, String> {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("an answer");
        let answer: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no answer but {line:?}"));
        match (answer["error"].as_str(), answer.get("ok")) {
            (None, Some(told)) => Ok(told.clone()),
            (error, _) => Err(error.unwrap_or(&line).to_owned()),
        }
    }

    /// Every row of a file, or of a folder of partitions.
    #[track_caller]
    pub fn rows(&mut self, path: &Path) -> Table {
        let out = self.folder.join("rows.jsonl");
        let _ = std::fs::remove_file(&out);
        let told = self.ask(&json!({ "ask": "rows", "path": path, "lake": path.is_dir(), "out": out }));
        told.unwrap_or_else(|error| panic!("{}: {}: {error}", self.engine.word(), path.display()));
        Table::of_engine(&std::fs::read_to_string(&out).expect("the rows"))
    }

    /// How many rows hold this value.
    pub fn find(&mut self, path: &Path, column: &str, value: &str) -> Result<u64, String> {
        let ask = json!({ "ask": "find", "path": path, "lake": path.is_dir(), "column": column, "value": value });
        Ok(self.ask(&ask)?.as_u64().expect("a count"))
    }

    /// What the engine tells about a file.
    pub fn about(&mut self, file: &Path) -> Value {
        self.ask(&json!({ "ask": "about", "path": file })).expect("the file is told about")
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
