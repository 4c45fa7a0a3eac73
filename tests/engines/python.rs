//! A program in Python that serves an engine: a line of JSON in, a line of JSON out.
//!
//! Owns the process and its folder. Assumes the environment that `cargo xtask test` makes under `target/tools`. Refuses to pass over an
//! absent one in silence: the reason is returned.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A started program.
pub struct Served {
    child: Child,
    /// None once it is to end.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// A folder of this engine's, for logs and tables.
    pub folder: PathBuf,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn python() -> PathBuf {
    root().join("target/tools/python/bin/python")
}

/// Whether a package of Python is there, and Java where it is asked for.
pub fn installed(module: &str, java: bool) -> Result<(), String> {
    if !python().is_file() {
        return Err("target/tools/python is absent: cargo xtask test makes it".into());
    }
    let found = Command::new(python()).args(["-c", &format!("import {module}")]).output();
    if !found.is_ok_and(|found| found.status.success()) {
        return Err(format!("the Python package {module} is absent"));
    }
    if java && !Command::new("java").arg("-version").output().is_ok_and(|found| found.status.success()) {
        return Err("java is absent".into());
    }
    Ok(())
}

impl Served {
    /// Starts `tests/<tests>/<engine>_driver.py` in an empty folder of this name and waits until it is ready. One that tells of its start
    /// on standard error has a log.
    pub fn start(
        (tests, engine): (&str, &str),
        name: &str,
        further: impl IntoIterator<Item = OsString>,
        log: bool,
    ) -> Self {
        let folder = root().join(format!("target/{tests}-tests")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for the tests");
        let mut command = Command::new(python());
        let script = root().join(format!("tests/{tests}/{engine}_driver.py"));
        command.args(["-B", "-u"]).arg(script).arg(&folder).args(further);
        command.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        if log {
            command.stderr(std::fs::File::create(folder.join("log.txt")).expect("a file for the log"));
        }
        let mut child = command.spawn().expect("the driver starts");
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("its output"));
        let mut served = Self { child, requests, answers, folder };
        served.answer().expect("the driver is ready");
        served
    }

    /// Asks, and waits for what is told under `ok`; the error's words where it failed.
    pub fn ask(&mut self, request: &Value) -> Result<Value, String> {
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
}

impl Drop for Served {
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
