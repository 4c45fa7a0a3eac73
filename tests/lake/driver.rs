//! One engine in a process of its own, which reads Parquet and tells what it found.

use std::path::Path;

use serde_json::{Value, json};

use crate::python::{self, Served};
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
        let spark = self == Self::Spark;
        python::installed(if spark { "pyspark" } else { self.word() }, spark)
    }
}

/// A started engine.
pub struct Driver {
    pub engine: Engine,
    served: Served,
}

impl Driver {
    /// Starts the engine's driver and waits until it is ready.
    pub fn start(engine: Engine) -> Self {
        Self { engine, served: Served::start(("lake", engine.word()), engine.word(), [], engine == Engine::Spark) }
    }

    /// Every row of a file, or of a folder of partitions.
    #[track_caller]
    pub fn rows(&mut self, path: &Path) -> Table {
        let out = self.served.folder.join("rows.jsonl");
        let _ = std::fs::remove_file(&out);
        let told = self.served.ask(&json!({ "ask": "rows", "path": path, "lake": path.is_dir(), "out": out }));
        told.unwrap_or_else(|error| panic!("{}: {}: {error}", self.engine.word(), path.display()));
        Table::of_engine(&std::fs::read_to_string(&out).expect("the rows"))
    }

    /// How many rows hold this value.
    pub fn find(&mut self, path: &Path, column: &str, value: &str) -> Result<u64, String> {
        let ask = json!({ "ask": "find", "path": path, "lake": path.is_dir(), "column": column, "value": value });
        Ok(self.served.ask(&ask)?.as_u64().expect("a count"))
    }

    /// What the engine tells about a file.
    pub fn about(&mut self, file: &Path) -> Value {
        self.served.ask(&json!({ "ask": "about", "path": file })).expect("the file is told about")
    }
}
