//! Prints the reading card: how files are read.

use std::process::ExitCode;

use sensorium::Error;
use sensorium::ingest::{Stored, bytes_of, files_of, survey_of};
use sensorium::survey::{Card, Told, merged};

use crate::disk::Disk;
use crate::options::InspectOptions;
use crate::{patterns, report};

/// Prints how each file is read, as one table: 0 read, 2 no table or unusable options.
pub fn inspect(options: &InspectOptions) -> ExitCode {
    let usable = options.reading.told(Told::default(), None);
    let (told, files) = match usable.and_then(|told| Ok((told, patterns::expanded(&options.files)?))) {
        Ok(usable) => usable,
        Err(sentence) => {
            report::say([sentence]);
            return ExitCode::from(2);
        }
    };
    let (mut cards, mut refused) = (Vec::new(), Vec::new());
    for path in &files {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        for (name, source) in files_of(&name, Disk::open(path)) {
            match source.and_then(|source| card_of(&name, source, &told)) {
                Ok(card) => cards.push(card),
                Err(error) => refused.push(error),
            }
        }
    }
    let read = !cards.is_empty();
    let card = merged(cards);
    if options.json {
        println!("{}", as_json(read.then_some(&card), &refused));
    } else if read {
        print!("{card}");
    }
    report::say(refused.iter().map(ToString::to_string).collect::<Vec<String>>());
    if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) }
}

fn card_of(name: &str, mut source: Stored<Disk>, told: &Told) -> Result<Card, Error> {
    let whole = bytes_of(name, &mut source, told.encoding.as_deref())?;
    Ok(survey_of::<Disk>(name, &whole, told, &[])?.card)
}

/// The card as one JSON object; what was refused stands in it under `refused`.
fn as_json(card: Option<&Card>, refused: &[Error]) -> String {
    let mut object = card.and_then(|card| serde_json::to_value(card).ok()).unwrap_or_else(|| serde_json::json!({}));
    let list: Vec<serde_json::Value> = refused
        .iter()
        .map(|error| {
            let at = error.position();
            serde_json::json!({ "file": at.file, "line": at.line, "column": at.column, "reason": error.message() })
        })
        .collect();
    if let Some(object) = object.as_object_mut() {
        if card.is_none() {
            object.insert("question".into(), serde_json::Value::Null);
            object.insert("data_rows".into(), 0.into());
        }
        object.insert("refused".into(), list.into());
    }
    serde_json::to_string_pretty(&object).unwrap_or_default()
}
