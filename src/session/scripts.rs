//! The recipe as SQL, a script an engine.
//!
//! Owns what of a log the scripts are told: its files, how they were said to be read, its metrics. Assumes readings. What an engine cannot
//! keep is said in place of its script.

use std::io::Write;

use crate::contract::{Column, ColumnKind, fold};
use crate::export::{self, Archive};
use crate::ingest::{Layout, Opened};
use crate::pipeline::Outcome;
use crate::recipe::Recipe;
use crate::sql::{Engine, Input, Wanted, script};
use crate::survey::Told;
use crate::{Error, ErrorKind};

/// Writes the scripts as a zip.
///
/// # Errors
/// When the log is not of a shape that scripts read, or `out` refuses bytes.
pub(super) fn zip<S>(
    out: &mut dyn Write,
    opened: &Opened<S>,
    (recipe, told): (&Recipe, &Told),
    outcome: &Outcome,
) -> Result<(), Error> {
    let delimiter = opened.layouts.first().map_or(b',', |layout| layout.delimiter);
    let is_time = |name: &String| {
        recipe
            .contract
            .columns
            .iter()
            .any(|column| column.kind == ColumnKind::Timestamp && fold(&column.name) == fold(name))
    };
    // What a survey found out by itself no script knows; what was said, a script can follow.
    let said = *told != Told::default();
    let followed = |layout: &Layout| {
        layout.card.is_none() || said && (told.header_line == Some(0) || layout.written().iter().any(is_time))
    };
    let alike = |layout: &Layout| followed(layout) && layout.delimiter == delimiter && !layout.decimal_comma;
    if !opened.layouts.iter().all(alike) {
        return Err(Error::new(ErrorKind::Export, "", OTHER_SHAPE));
    }
    let there = |column: &Column| opened.layouts.iter().any(|layout| layout.header.contains(&column.name));
    let lacking = recipe.contract.metrics().filter(|column| !there(column));
    let lacking: Vec<String> = lacking.map(|column| column.name.clone()).collect();
    let further = outcome.cleaned.readings.metrics.iter().filter(|metric| !metric.info.required);
    let mut archive = Archive::new(out);
    for engine in Engine::ALL {
        let wanted = Wanted {
            engine,
            input: Input::Files(opened.log.files.iter().map(|file| file.name.clone()).collect()),
            delimiter: char::from(delimiter),
            lacking: lacking.clone(),
            metrics: further.clone().map(|metric| metric.info.name.clone()).collect(),
            unread: Vec::new(),
            schema: String::from("sensorium"),
            told: Told { delimiter: None, ..told.clone() },
        };
        let (ending, text) = match script(recipe, &wanted) {
            Ok(script) => (".sql", script),
            Err(sentence) => (".refused.txt", sentence),
        };
        archive.add(&[engine.word(), ending].concat(), text.as_bytes()).map_err(export::failed)?;
    }
    archive.finish().map_err(export::failed)
}

const OTHER_SHAPE: &str = "a script reads logs of the standard shape, and this one is of another: export the readings and give those to an engine";
