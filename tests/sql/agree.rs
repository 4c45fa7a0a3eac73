//! The comparison: row for row and column for column, numbers within 1e-9, everything else exactly.

use sensorium::export::text::guarded;
use sensorium::recipe::Recipe;
use sensorium::sql::{Engine, Input, TABLES, Wanted, script};
use sensorium::survey::Told;

use crate::driver::Driver;
use crate::expected::{self, Table};

/// What a script is asked for, for files in this driver's folder.
pub fn wanted(driver: &Driver, input: Input) -> Wanted {
    Wanted {
        engine: driver.engine,
        input,
        delimiter: ',',
        lacking: Vec::new(),
        metrics: Vec::new(),
        unread: Vec::new(),
        schema: "sensorium".into(),
        told: Told::default(),
    }
}

/// The tables that the engine makes of files with these bytes.
pub fn found(driver: &mut Driver, files: &[Vec<u8>], recipe: &Recipe, adjust: &dyn Fn(&mut Wanted)) -> Found {
    let paths: Vec<std::path::PathBuf> = files.iter().map(|bytes| driver.log(bytes)).collect();
    let named = paths
        .iter()
        .zip(files)
        .map(|(path, bytes)| (path.file_name().expect("a name").to_string_lossy().into_owned(), bytes.clone()));
    let named = named.collect();
    let input = Input::Files(paths.iter().map(|path| path.display().to_string()).collect());
    let mut wanted = wanted(driver, input);
    adjust(&mut wanted);
    let text = script(recipe, &wanted).expect("a script");
    let tables = driver.run(&text, &[]);
    paths.iter().for_each(|path| std::fs::remove_file(path).expect("the log was there"));
    Found { files: named, told: wanted.told, tables }
}

/// What an engine made of files, by their names.
pub struct Found {
    pub files: Vec<(String, Vec<u8>)>,
    pub told: Told,
    pub tables: Result<Vec<Table>, String>,
}

impl Found {
    /// Whether the library makes the same.
    pub fn agree(self, engine: Engine, recipe: &Recipe) -> Result<Vec<Table>, String> {
        let tables = self.tables?;
        let opened = expected::opened(&self.files, recipe, &self.told)
            .map_err(|error| format!("the library refuses: {error}"))?;
        same(engine, &tables, &expected::tables(opened, recipe))?;
        Ok(tables)
    }
}

/// Both make the same of files with these bytes.
pub fn agree(
    driver: &mut Driver,
    files: &[Vec<u8>],
    recipe: &Recipe,
    adjust: &dyn Fn(&mut Wanted),
) -> Result<Vec<Table>, String> {
    found(driver, files, recipe, adjust).agree(driver.engine, recipe)
}

/// Whether all tables are the expected.
pub fn same(engine: Engine, found: &[Table], expected: &[Table]) -> Result<(), String> {
    for ((name, found), expected) in TABLES.iter().zip(found).zip(expected) {
        let mut found = found.clone();
        // Sensorium has no hours without a temperature.
        if *name == "hourly" {
            found.rows.retain(|row| !row[2].is_empty());
        }
        same_rows(engine, name, &found, expected)?;
    }
    Ok(())
}

/// Whether two tables hold the same rows, in the same order where the engine keeps one.
pub fn same_rows(engine: Engine, name: &str, found: &Table, expected: &Table) -> Result<(), String> {
    let (mut found, mut expected) = (found.clone(), expected.clone());
    // A table of Spark's is read in any order.
    if engine == Engine::Spark {
        let keys = if name == "set_aside" { 3 } else { 2 };
        sort(&mut found, keys);
        sort(&mut expected, keys);
        pair(&mut found, &expected, keys);
    }
    rows(&found, &expected).map_err(|reason| format!("{name}: {reason}"))
}

/// The first columns of a row, as the library writes them.
fn key(row: &[String], keys: usize) -> Vec<String> {
    row.iter().take(keys).map(|cell| if cell.starts_with('\'') { cell.clone() } else { guarded(cell).into() }).collect()
}

fn sort(table: &mut Table, keys: usize) {
    table.rows.sort_by_key(|row| key(row, keys));
}

/// Among rows of one key, each stands where its like is expected, if it has one.
fn pair(found: &mut Table, expected: &Table, keys: usize) {
    let count = found.rows.len().min(expected.rows.len());
    for row in 0..count {
        let of_key = key(&expected.rows[row], keys);
        let like = |found: &Vec<String>| {
            found.len() == expected.rows[row].len() && found.iter().zip(&expected.rows[row]).all(|(a, b)| cell(a, b))
        };
        let candidates = (row..found.rows.len()).take_while(|at| key(&found.rows[*at], keys) == of_key);
        if let Some(at) = { candidates }.find(|at| like(&found.rows[*at])) {
            found.rows.swap(row, at);
        }
    }
}

fn rows(found: &Table, expected: &Table) -> Result<(), String> {
    if found.header != expected.header {
        return Err(format!("columns {:?}, not {:?}", found.header, expected.header));
    }
    if found.rows.len() != expected.rows.len() {
        return Err(format!("{} rows, not {}", found.rows.len(), expected.rows.len()));
    }
    let unequal = |(found, expected): (&Vec<String>, &Vec<String>)| {
        (0..expected.len()).find(|&column| !cell(&found[column], &expected[column]))
    };
    for (row, pair) in found.rows.iter().zip(&expected.rows).enumerate() {
        if let Some(column) = unequal(pair) {
            let (found, expected) = pair;
            let name = &expected_name(column, &found[..], expected);
            return Err(format!("row {row}, column {column}: {name}\n{found:?}\n{expected:?}"));
        }
    }
    Ok(())
}

fn expected_name(column: usize, found: &[String], expected: &[String]) -> String {
    format!("{:?}, not {:?}", found[column], expected[column])
}

/// Text is guarded in the library's CSVs; a number has a point or an exponent there.
fn cell(found: &str, expected: &str) -> bool {
    if found == expected || guarded(found) == expected {
        return true;
    }
    let is_float = |text: &str| text.contains(['.', 'e']) && text.bytes().all(|b| b"0123456789+-.e".contains(&b));
    match (found.parse::<f64>(), expected.parse::<f64>()) {
        (Ok(a), Ok(b)) if is_float(found) && is_float(expected) => (a - b).abs() <= 1e-9 * b.abs().max(1.0),
        _ => false,
    }
}
