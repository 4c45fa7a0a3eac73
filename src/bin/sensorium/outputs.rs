//! Every file of a finished run, written into a folder.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use sensorium::export::{self, Finding, Guard, RunLog, Written};
use sensorium::ingest::RawRows;
use sensorium::pipeline::Outcome;
use sensorium::recipe::Recipe;
use sensorium::report;
use sensorium::star::{Bundle, StarFile};
use sensorium::survey::Card;
use sensorium::table::Log;
use sensorium::{Error, ErrorKind};

use crate::pictures::{self, Shown};

/// What is written beside the tables.
#[derive(Debug, Default)]
pub struct Extras<'a> {
    /// A bundle under `star/`.
    pub star_schema: bool,
    /// Pictures under `charts/`.
    pub charts: bool,
    /// `report.html`: how the first file was read, and when the run was.
    pub report: Option<(Option<&'a Card>, &'a str)>,
}

/// Writes all files and returns them.
///
/// # Errors
/// When the disk refuses, a row can no longer be read from its log, or a chart cannot be painted.
pub fn write(
    folder: &Path,
    log: &Log,
    outcome: &Outcome,
    recipe: &Recipe,
    notices: &[String],
    raw: &mut impl RawRows,
    extras: &Extras<'_>,
) -> Result<Vec<Written>, Error> {
    let mut written = Vec::new();
    for partition in export::partitions(outcome, recipe)? {
        let partition = partition?;
        let name = format!("readings/{}", partition.path);
        let path = folder.join(&name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| failed(&name, &error))?;
        }
        fs::write(&path, &partition.bytes).map_err(|error| failed(&name, &error))?;
        written.push(Written { name, rows: partition.rows, bytes: partition.bytes.len() as u64 });
    }
    let mut table = |name: &str, write: &mut dyn FnMut(&mut BufWriter<File>) -> Result<u64, Error>| {
        let rows = create(folder, name, write)?;
        let bytes = fs::metadata(folder.join(name)).map_err(|error| failed(name, &error))?.len();
        written.push(Written { name: name.into(), rows, bytes });
        Ok::<_, Error>(())
    };
    table("readings.csv", &mut |out| export::readings_csv(out, outcome, recipe))?;
    table("anomalies.csv", &mut |out| export::anomalies_csv(out, outcome, recipe))?;
    table("daily.csv", &mut |out| export::daily_csv(out, outcome))?;
    table("set_aside.csv", &mut |out| export::set_aside_csv(out, log, outcome, raw))?;
    table("dropped.csv", &mut |out| export::dropped_csv(out, log, outcome, raw))?;
    if extras.star_schema {
        fs::create_dir(folder.join("star")).map_err(|error| failed("star", &error))?;
        let bundle = Bundle::new(outcome, recipe);
        for file in StarFile::ALL {
            table(&format!("star/{}", file.name()), &mut |out| bundle.write(file, out))?;
        }
    }
    if extras.charts || extras.report.is_some() {
        let shown = Shown::of(log, outcome, recipe)?;
        if extras.charts {
            fs::create_dir(folder.join("charts")).map_err(|error| failed("charts", &error))?;
            for (name, bytes) in shown.files() {
                let (name, bytes) = (format!("charts/{name}"), bytes?);
                table(&name, &mut |out| out.write_all(&bytes).map(|()| 0).map_err(|error| failed(&name, &error)))?;
            }
        }
        if let Some((card, at)) = extras.report {
            let told = shown.report(card, notices, at);
            table(pictures::REPORT, &mut |out| report::write(out, &told).map(|()| 0))?;
        }
    }
    let run = RunLog { log, outcome, recipe, notices, written: &written, at: None };
    create(folder, "run.log", &mut |out| export::run_log(out, &run).map(|()| 0))?;
    Ok(written)
}

/// Writes the findings where they were asked for: values exactly as found, tab-separated where the name ends in `.tsv`.
///
/// # Errors
/// A sentence, when the disk refuses.
pub fn findings(path: Option<&Path>, findings: &[Finding<'_>]) -> Result<(), String> {
    let Some(path) = path else { return Ok(()) };
    let tabs = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("tsv"));
    let guard = if tabs { Guard::ExactTabs } else { Guard::Exact };
    let name = path.to_string_lossy();
    create(Path::new(""), &name, &mut |out| export::write_findings(out, findings, guard))
        .map(|_| ())
        .map_err(|error| format!("--findings: {name}: {error}; name another file"))
}

/// Makes a file and writes it. Returns what `write` does: its rows.
fn create(
    folder: &Path,
    name: &str,
    write: &mut dyn FnMut(&mut BufWriter<File>) -> Result<u64, Error>,
) -> Result<u64, Error> {
    let file = File::create(folder.join(name)).map_err(|error| failed(name, &error))?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    let rows = write(&mut out)?;
    out.flush().map_err(|error| failed(name, &error))?;
    Ok(rows)
}

fn failed(name: &str, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Export, "", format!("{name} could not be written: {error}"))
}
