//! One database of the server, and the folders that are loaded into it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sensorium::pipeline::Outcome;
use sensorium::recipe::Recipe;
use sensorium::star::{Bundle, StarFile};

use crate::postgres::{Cluster, said};

/// A database of one test, and a schema in it.
pub struct Database<'a> {
    pub cluster: &'a Cluster,
    pub name: String,
    /// The first of the search path, in quotes; empty for the usual one.
    schema: String,
}

impl<'a> Database<'a> {
    /// Makes an empty one.
    pub fn new(cluster: &'a Cluster, name: &str) -> Self {
        cluster.sql("postgres", &format!("CREATE DATABASE {name}")).expect("a new database");
        Self { cluster, name: name.into(), schema: String::new() }
    }

    /// A new schema in it.
    pub fn schema(&self, name: &str) -> Database<'a> {
        self.sql(&format!("CREATE SCHEMA \"{name}\""));
        Database { cluster: self.cluster, name: self.name.clone(), schema: format!("\"{name}\"") }
    }

    fn options(&self, psql: &mut Command) {
        if !self.schema.is_empty() {
            psql.env("PGOPTIONS", format!("-c search_path={}", self.schema));
        }
    }

    /// What statements print.
    pub fn sql(&self, statements: &str) -> String {
        let mut psql = self.cluster.psql(&self.name);
        self.options(&mut psql);
        psql.args(["-v", "ON_ERROR_STOP=1", "-A", "-t", "-q", "-c", statements]);
        said(&psql.output().expect("psql starts")).unwrap_or_else(|error| panic!("{statements}: {error}"))
    }

    /// The rows of a query, null as `\N`.
    pub fn rows(&self, query: &str) -> Vec<Vec<String>> {
        let text = self.sql(&format!("COPY ({query}) TO STDOUT WITH (FORMAT csv, NULL '\\N')"));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
    }

    /// `psql -v ON_ERROR_STOP=1 -f load.sql` in a bundle's folder, as a role.
    pub fn psql_load(&self, role: &str, folder: &Path) -> Command {
        let mut psql = self.cluster.psql_as(role, &self.name);
        self.options(&mut psql);
        psql.args(["-v", "ON_ERROR_STOP=1", "-f", "load.sql"]).current_dir(folder);
        psql
    }

    /// Loads a folder and returns what was said.
    #[track_caller]
    pub fn load(&self, folder: &Path) -> String {
        let output = self.psql_load(crate::postgres::OWNER, folder).output().expect("psql starts");
        assert!(output.stderr.is_empty(), "{}: {}", folder.display(), String::from_utf8_lossy(&output.stderr));
        said(&output).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    }

    /// Tries to load a folder, which must fail, and returns what was said.
    #[track_caller]
    pub fn refuses(&self, mut psql: Command) -> String {
        let Output { status, stderr, .. } = psql.output().expect("psql starts");
        assert!(!status.success(), "the load went through");
        String::from_utf8_lossy(&stderr).into_owned()
    }

    /// The names of all tables and views.
    pub fn tables(&self) -> Vec<String> {
        let names =
            self.sql("SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace ORDER BY 1");
        names.lines().map(str::to_owned).collect()
    }

    /// Row versions and places of everything: equal where nothing was written.
    pub fn versions(&self) -> Vec<Vec<String>> {
        let of =
            |table: &str| self.rows(&format!("SELECT tableoid::regclass, ctid, xmin, xmax FROM {table} ORDER BY 1, 2"));
        ["dim_devices", "fact_sensor_readings", "daily_statistics"].into_iter().flat_map(of).collect()
    }
}

/// A folder of the tests.
pub fn place(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("warehouse").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Runs the command line over a log with these options and returns the folder of results.
pub fn run(log: &Path, name: &str, options: &[&str]) -> Result<PathBuf, String> {
    let out = place(name).join("out");
    let mut command = Command::new(env!("CARGO_BIN_EXE_sensorium"));
    command.arg("run").arg(log).arg("--out").arg(&out).arg("--star-schema").args(options);
    said(&command.output().expect("the command line starts"))?;
    Ok(out)
}

/// The same, over the text of a log.
pub fn run_text(text: &str, name: &str, options: &[&str]) -> PathBuf {
    let log = place(&format!("{name}-log")).join("log.csv");
    std::fs::write(&log, text).expect("the log is written");
    run(&log, name, options).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Writes the bundle of an outcome.
pub fn write(outcome: &Outcome, recipe: &Recipe, folder: &Path) {
    let bundle = Bundle::new(outcome, recipe);
    for file in StarFile::ALL {
        let mut bytes = Vec::new();
        bundle.write(file, &mut bytes).expect("a file in memory");
        std::fs::write(folder.join(file.name()), bytes).expect("a file");
    }
}
