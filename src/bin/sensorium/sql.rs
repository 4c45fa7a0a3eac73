//! Prints the recipe as SQL.

use std::io::Write;
use std::process::ExitCode;

use sensorium::sql::{Engine, Input, Wanted, script};
use sensorium::survey::Delimiter;

use crate::options::SqlOptions;
use crate::report;

/// Prints the script: 0 printed, 2 refused or unusable options.
pub fn print(options: &SqlOptions) -> ExitCode {
    match text(options) {
        Ok(text) => {
            // A reader that has gone away needs no more.
            let _ = std::io::stdout().lock().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            report::say([sentence]);
            ExitCode::from(2)
        }
    }
}

fn text(options: &SqlOptions) -> Result<String, String> {
    let (recipe, mut told) = options.recipe()?;
    let delimiter = match told.delimiter {
        None => ',',
        Some(Delimiter::Mark(mark)) => char::from(mark),
        Some(Delimiter::Blanks) => {
            return Err("--delimiter: scripts cut lines at one character, not at runs of blanks".into());
        }
    };
    if options.reading.delimiter.is_some() {
        // It is found out, and so the same file of the standard shape.
        told.delimiter = None;
    }
    let input = match (&options.table, &options.ordinal) {
        (Some(name), Some(ordinal)) => Input::Table { name: name.clone(), ordinal: ordinal.clone() },
        _ => Input::Files(options.csv.clone()),
    };
    let wanted = Wanted {
        engine: Engine::from_word(&options.engine).unwrap_or(Engine::DuckDb),
        input,
        delimiter,
        lacking: options.lacking.clone(),
        metrics: options.metric.clone(),
        unread: options.unread.clone(),
        schema: options.schema.clone(),
        told,
    };
    script(&recipe, &wanted)
}
