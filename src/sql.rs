//! The recipe as SQL: one script that makes of raw rows what the stages make of them, for engines that scale out.
//!
//! Owns the text of the scripts. Assumes raw text of the standard shape: lines of cells between delimiters, a header with the contract's
//! names, or a table with such columns; and of what a person says of other files, what [`Wanted::told`] may hold. Refuses what an engine cannot keep, here where the recipe or the input says it, and in the
//! script, which stops with a sentence, where only the rows can say it. Opens nothing and runs nothing.
//!
//! A script goes the way of the stages, a statement or a named step each: lines, records and cells as in `ingest`, the contract's
//! rules, then order, fill and drop as in `clean`, features, date range, flags, and the statistics of a day and of an hour. Times are
//! whole microseconds until the readings are written.

mod check;
mod clean;
mod encoding;
mod engine;
mod names;
mod raw;
mod results;
mod surveyed;
mod times;
mod zone;

pub use engine::Engine;

use crate::contract::VALUE_BYTES;
use crate::recipe::{Mode, Recipe};
use crate::survey::Told;
use names::Names;

/// Where the raw rows are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Paths of CSV files, or patterns of such paths where the engine knows them.
    Files(Vec<String>),
    /// A table whose columns bear the contract's names, and the column that numbers its rows in the order of the log.
    Table { name: String, ordinal: String },
}

/// What a script is asked for, beside the recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub engine: Engine,
    pub input: Input,
    /// What separates the cells of files.
    pub delimiter: char,
    /// Metrics of the contract that the log does not have: refused in strict mode.
    pub lacking: Vec<String>,
    /// Further columns that are metrics: names as the header writes them.
    pub metrics: Vec<String>,
    /// Further columns of numbers that are left unread on purpose.
    pub unread: Vec<String>,
    /// The schema of the tables that are made.
    pub schema: String,
    /// What was said of how files are to be read, with the zone of the recipe.
    pub told: Told,
}

/// The tables that a script makes.
pub const TABLES: [&str; 5] = ["readings", "set_aside", "dropped", "daily", "hourly"];

/// What every part of the script knows.
struct Plan<'a> {
    recipe: &'a Recipe,
    wanted: &'a Wanted,
    engine: Engine,
    names: Names,
}

impl Plan<'_> {
    /// Whether the rows come from files, which have lines.
    fn of_files(&self) -> bool {
        matches!(self.wanted.input, Input::Files(_))
    }

    /// Whether the library surveys such files whole, by rules of its own, because something was said of them.
    fn is_surveyed(&self) -> bool {
        self.wanted.told != Told::default()
    }

    /// What is told of a cell that breaks a rule: its start.
    fn value(&self, cell: &str) -> String {
        let most = if self.is_surveyed() { "60".into() } else { VALUE_BYTES.to_string() };
        ["left(", cell, ", ", &most, ")"].concat()
    }

    /// Whether readings say which file they came from: where more than one may be read.
    fn of_several_files(&self) -> bool {
        match &self.wanted.input {
            Input::Files(paths) => paths.len() > 1 || paths.iter().any(|path| path.contains(['*', '?', '['])),
            Input::Table { .. } => false,
        }
    }

    /// The delimiter as a literal.
    fn delimiter(&self) -> String {
        self.engine.text(self.wanted.delimiter.encode_utf8(&mut [0; 4]))
    }

    /// A step that later steps read, gone when the script ends. Spark would make a view anew each time that it is read, and a cached
    /// one of its whole lineage: there a step is a table.
    fn step(&self, name: &str, comment: &str, query: &str) -> String {
        let template = self.engine.of(
            "{comment}create or replace temp table {name} as\n{query};\n\n",
            "{comment}create temp table {name} on commit drop as\n{query};\n\n",
            "{comment}drop table if exists {table};\ncreate table {table} using parquet as\n{query};\n\
             create or replace temporary view {name} as select * from {table};\n\n",
        );
        lay(template, &[("comment", comment), ("name", name), ("table", &self.table(name)), ("query", query)])
    }

    /// A table of the results, with its schema.
    fn table(&self, name: &str) -> String {
        let mut table = self.engine.name(&self.wanted.schema);
        table.push('.');
        table.push_str(name);
        table
    }
}

/// The script that runs this recipe. The same recipe and wish give the same text.
///
/// # Errors
/// A sentence that names what the engine cannot keep, or what of the wish cannot be used.
pub fn script(recipe: &Recipe, wanted: &Wanted) -> Result<String, String> {
    raw::refusal(recipe, wanted)?;
    surveyed::refusal(recipe, wanted)?;
    let plan = Plan { recipe, wanted, engine: wanted.engine, names: Names::of(recipe, wanted)? };
    let mut text = raw::head(&plan);
    text.push_str(&raw::records(&plan));
    text.push_str(&check::cells(&plan));
    text.push_str(&check::judged(&plan));
    if plan.is_surveyed() {
        text.push_str(&surveyed::faults(&plan));
    }
    if recipe.mode == Mode::Strict {
        text.push_str(&check::strict(&plan));
    }
    text.push_str(&check::set_aside(&plan));
    text.push_str(&clean::cleaned(&plan));
    text.push_str(&zone::faults(&plan));
    text.push_str(&clean::dropped(&plan));
    text.push_str(&results::readings(&plan));
    text.push_str(&results::statistics(&plan));
    text.push_str(&raw::foot(&plan));
    Ok(text)
}

/// A text with `{word}` replaced by what is laid in for it. Other braces stay.
fn lay(text: &str, slots: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let slot = rest.find('}').and_then(|end| {
            let (_, value) = slots.iter().find(|(word, _)| *word == &rest[1..end])?;
            Some((*value, end + 1))
        });
        let (value, length) = slot.unwrap_or((&rest[..1], 1));
        out.push_str(value);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}
