//! One case, and one run of the command line over it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::table::Table;

/// The rows of a tab-separated file after its header.
pub fn lines(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// A finding as `findings.tsv` writes it; what a finding does not have is empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    line: String,
    column: String,
    value: String,
    rule: String,
}

impl Finding {
    pub fn new(line: &str, column: &str, value: &str, rule: &str) -> Self {
        let [line, column, value, rule] = [line, column, value, rule].map(str::to_owned);
        Self { line, column, value, rule }
    }
}

/// A folder of the recordings.
pub struct Case {
    pub folder: PathBuf,
    pub name: String,
    pub expected: Value,
}

/// What is expected of a run: the tables, and the counts that follow from them.
pub struct Recorded {
    pub readings: Table,
    pub anomalies: Table,
    pub daily: Table,
}

impl Recorded {
    /// Gives a device another name, in whose place it then stands.
    pub fn rename(&mut self, device: &str, name: &str) {
        for table in [&mut self.readings, &mut self.anomalies, &mut self.daily] {
            let column = table.column("device_id");
            table.rows.iter_mut().filter(|row| row[column] == device).for_each(|row| row[column] = name.to_owned());
            table.rows.sort_by(|a, b| a[column].as_bytes().cmp(b[column].as_bytes()));
        }
    }

    /// Keeps what belongs to one date.
    pub fn keep_day(&mut self, date: &str) {
        let (time, day) = (self.readings.column("timestamp"), self.daily.column("date"));
        self.readings.rows.retain(|row| row[time].starts_with(date));
        self.anomalies.rows.retain(|row| row[time].starts_with(date));
        self.daily.rows.retain(|row| row[day] == date);
    }
}

impl Case {
    pub fn at(folder: PathBuf) -> Self {
        let name = folder.file_name().expect("a folder's name").to_string_lossy().into_owned();
        let path = folder.join("expected.json");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let expected = serde_json::from_str(&text).expect("expected.json is JSON");
        Self { folder, name, expected }
    }

    /// The recorded tables whose file names start with `prefix`.
    pub fn recorded(&self, prefix: &str) -> Recorded {
        let table = |name: &str| Table::read(&self.folder.join(format!("{prefix}{name}")));
        Recorded { readings: table("transformed.csv"), anomalies: table("anomalies.csv"), daily: table("daily.csv") }
    }

    pub fn input(&self) -> Table {
        Table::read(&self.folder.join("input.csv"))
    }

    /// Runs the command line with the limits of the recording.
    pub fn run(&self, mode: &str) -> Run {
        self.run_with(mode, "")
    }

    /// The same, with more of a recipe.
    pub fn run_with(&self, mode: &str, recipe: &str) -> Run {
        self.run_told(mode, recipe, &[])
    }

    /// The same, with more options.
    pub fn run_told(&self, mode: &str, recipe: &str, told: &[&str]) -> Run {
        let mut recipe: Vec<String> = recipe.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned).collect();
        for (key, field) in [("high_temp", "temp_threshold"), ("low_battery", "battery_threshold")] {
            if let Some(limit) = self.expected[field].as_f64() {
                recipe.push(format!("{key}={limit}"));
            }
        }
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
            "oracle/{}-{mode}-{}{}",
            self.name,
            recipe.len(),
            told.concat()
        ));
        let _ = std::fs::remove_dir_all(&place);
        std::fs::create_dir_all(&place).expect("a folder for the output");
        let out = place.join("out");
        let findings = place.join("findings.csv");
        let mut command = Command::new(env!("CARGO_BIN_EXE_sensorium"));
        command.arg("run").arg(self.folder.join("input.csv")).arg("--out").arg(&out);
        command.args(["--mode", mode, "--json", "--findings"]).arg(&findings);
        command.args(told);
        if !recipe.is_empty() {
            command.args(["--recipe", &recipe.join("&")]);
        }
        let output = command.output().expect("the command line starts");
        let stdout = String::from_utf8(output.stdout).expect("UTF-8 on standard output");
        let stderr = String::from_utf8(output.stderr).expect("UTF-8 on standard error");
        let json = serde_json::from_str(&stdout).unwrap_or(Value::Null);
        let limit = |field: &str, default| self.expected[field].as_f64().unwrap_or(default);
        Run {
            exit: output.status.code(),
            stdout,
            stderr,
            json,
            out,
            findings,
            high_temp: limit("temp_threshold", 30.0),
        }
    }
}

/// What the command line did.
pub struct Run {
    pub exit: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// Null when standard output was no JSON.
    pub json: Value,
    /// Where the outputs are when the run was not refused.
    pub out: PathBuf,
    pub findings: PathBuf,
    pub high_temp: f64,
}

impl Run {
    /// Whether the run ended well.
    pub fn done(&self) -> Result<(), String> {
        if self.exit == Some(0) && self.json.is_object() {
            return Ok(());
        }
        Err(format!("exit code {:?}, {}{}", self.exit, self.stdout, self.stderr))
    }

    pub fn count(&self, name: &str) -> u64 {
        self.json[name].as_u64().unwrap_or_else(|| panic!("{name} is no count in {}", self.stdout))
    }

    /// The findings in the JSON, and those in the findings file, each sorted.
    pub fn findings(&self) -> Result<(Vec<Finding>, Vec<Finding>), String> {
        let text = |value: &Value| match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let listed = self.json["violations"].as_array().ok_or(format!("no violations in {}", self.stdout))?;
        let mut in_json: Vec<Finding> = listed
            .iter()
            .map(|v| Finding::new(&text(&v["line"]), &text(&v["column"]), &text(&v["value"]), &text(&v["rule"])))
            .collect();
        in_json.sort();
        if !self.findings.is_file() {
            return Err("no findings file was written".to_owned());
        }
        let table = Table::read(&self.findings);
        let mut in_file: Vec<Finding> = (0..table.rows.len())
            .map(|row| {
                let cell = |name| table.cell(row, name);
                Finding::new(cell("line"), cell("column"), cell("value"), cell("rule"))
            })
            .collect();
        in_file.sort();
        Ok((in_json, in_file))
    }
}
