//! Every file of a finished run, written into a folder.
//!
//! Owns which files there are and who writes them: those that need nothing but the outcome on all cores, side by side, the others one
//! after the other. What is written does not depend on the number of cores.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use sensorium::export::{self, Finding, Guard, Partitions, RunLog, Written};
use sensorium::ingest::RawRows;
use sensorium::pipeline::Outcome;
use sensorium::recipe::Recipe;
use sensorium::report;
use sensorium::star::{Bundle, StarFile};
use sensorium::survey::Card;
use sensorium::table::Log;
use sensorium::{Error, ErrorKind};

use crate::disk;
use crate::pictures::{self, Shown};
use crate::progress::Progress;

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

/// A table that a run may do without. What left the table (`set_aside.csv`, `dropped.csv`) and `run.log` are never among them: a run
/// that kept them back would lose rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// `readings/date=YYYY-MM-DD/part-0.parquet`
    Parquet,
    Readings,
    Anomalies,
    Daily,
}

impl Table {
    pub const ALL: [Self; 4] = [Self::Parquet, Self::Readings, Self::Anomalies, Self::Daily];

    /// What it is called on the command line; a CSV by its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Readings => "readings.csv",
            Self::Anomalies => "anomalies.csv",
            Self::Daily => "daily.csv",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.word() == word)
    }

    /// How a CSV is written.
    fn csv(self) -> Option<WriteCsv> {
        match self {
            Self::Parquet => None,
            Self::Readings => Some(|out, outcome, recipe| export::readings_csv(out, outcome, recipe)),
            Self::Anomalies => Some(|out, outcome, recipe| export::anomalies_csv(out, outcome, recipe)),
            Self::Daily => Some(|out, outcome, _| export::daily_csv(out, outcome)),
        }
    }
}

type WriteCsv = fn(&mut BufWriter<File>, &Outcome, &Recipe) -> Result<u64, Error>;

/// A finished run, and what is to be written of it.
pub struct Finished<'a> {
    pub log: &'a Log,
    pub outcome: &'a Outcome,
    pub recipe: &'a Recipe,
    pub notices: &'a [String],
    pub tables: &'a [Table],
    pub extras: Extras<'a>,
}

/// What one thread writes.
#[derive(Clone, Copy)]
enum Part<'a> {
    Csv(&'static str, WriteCsv),
    Partition(&'a Partitions<'a>, usize),
}

/// Writes all files and returns them.
///
/// # Errors
/// When the disk refuses, a row can no longer be read from its log, or a chart cannot be painted.
pub fn write(
    folder: &Path,
    run: &Finished<'_>,
    raw: &mut impl RawRows,
    progress: &mut Progress,
) -> Result<Vec<Written>, Error> {
    let (outcome, recipe) = (run.outcome, run.recipe);
    let partitions = run.tables.contains(&Table::Parquet).then(|| Partitions::new(outcome, recipe));
    // A CSV takes longer than a date's file: the long ones first.
    let csvs = Table::ALL.into_iter().filter(|table| run.tables.contains(table));
    let mut parts: Vec<Part<'_>> = csvs.filter_map(|table| Some(Part::Csv(table.word(), table.csv()?))).collect();
    let count = parts.len();
    parts.extend(partitions.iter().flat_map(|all| (0..all.len()).map(move |place| Part::Partition(all, place))));
    let make = |part: Part<'_>| match part {
        Part::Csv(name, write) => table(folder, name, &mut |out| write(out, outcome, recipe)),
        Part::Partition(partitions, place) => partition(folder, &partitions.make(place)?),
    };
    let mut written = side_by_side(&parts, &make, &mut |done| progress.writing(done, parts.len()))?;
    written.rotate_left(count);
    progress.stage("Writing what left the table");
    written.push(table(folder, "set_aside.csv", &mut |out| export::set_aside_csv(out, run.log, outcome, raw))?);
    written.push(table(folder, "dropped.csv", &mut |out| export::dropped_csv(out, run.log, outcome, raw))?);
    if run.extras.star_schema {
        progress.stage("Writing the star schema");
        fs::create_dir(folder.join("star")).map_err(|error| failed("star", &error))?;
        let bundle = Bundle::new(outcome, recipe);
        for file in StarFile::ALL {
            written.push(table(folder, &format!("star/{}", file.name()), &mut |out| bundle.write(file, out))?);
        }
    }
    let extras = &run.extras;
    if extras.charts || extras.report.is_some() {
        progress.stage("Painting the charts");
        let shown = Shown::of(run.log, outcome, recipe)?;
        if extras.charts {
            fs::create_dir(folder.join("charts")).map_err(|error| failed("charts", &error))?;
            for (name, bytes) in shown.files() {
                let (name, bytes) = (format!("charts/{name}"), bytes?);
                let write = &mut |out: &mut BufWriter<File>| {
                    out.write_all(&bytes).map(|()| 0).map_err(|error| failed(&name, &error))
                };
                written.push(table(folder, &name, write)?);
            }
        }
        if let Some((card, at)) = extras.report {
            let told = shown.report(card, run.notices, at);
            written.push(table(folder, pictures::REPORT, &mut |out| report::write(out, &told).map(|()| 0))?);
        }
    }
    let log = RunLog { log: run.log, outcome, recipe, notices: run.notices, written: &written, at: None };
    create(folder, "run.log", &mut |out| export::run_log(out, &log).map(|()| 0))?;
    Ok(written)
}

/// Makes parts on all cores and returns them in their order. The first failure ends it: what was begun is finished, nothing else begun.
fn side_by_side(
    parts: &[Part<'_>],
    make: &(dyn Fn(Part<'_>) -> Result<Written, Error> + Sync),
    at: &mut dyn FnMut(usize),
) -> Result<Vec<Written>, Error> {
    let next = AtomicUsize::new(0);
    let (results, made) = mpsc::channel();
    let mut written: Vec<(usize, Written)> = Vec::with_capacity(parts.len());
    let mut failure = None;
    std::thread::scope(|scope| {
        for _ in 0..disk::threads().min(parts.len()) {
            let (next, results) = (&next, results.clone());
            scope.spawn(move || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(part) = parts.get(place) else { return };
                    let result = make(*part);
                    if result.is_err() {
                        next.store(parts.len(), Ordering::Relaxed);
                    }
                    if results.send((place, result)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(results);
        for (place, result) in made {
            match result {
                Ok(file) => written.push((place, file)),
                Err(error) => failure = failure.take().or(Some(error)),
            }
            at(written.len());
        }
    });
    if let Some(error) = failure {
        return Err(error);
    }
    written.sort_by_key(|(place, _)| *place);
    Ok(written.into_iter().map(|(_, file)| file).collect())
}

fn partition(folder: &Path, partition: &export::Partition) -> Result<Written, Error> {
    let name = format!("readings/{}", partition.path);
    let path = folder.join(&name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| failed(&name, &error))?;
    }
    fs::write(&path, &partition.bytes).map_err(|error| failed(&name, &error))?;
    Ok(Written { name, rows: partition.rows, bytes: partition.bytes.len() as u64 })
}

fn table(
    folder: &Path,
    name: &str,
    write: &mut dyn FnMut(&mut BufWriter<File>) -> Result<u64, Error>,
) -> Result<Written, Error> {
    let rows = create(folder, name, write)?;
    let bytes = fs::metadata(folder.join(name)).map_err(|error| failed(name, &error))?.len();
    Ok(Written { name: name.into(), rows, bytes })
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
