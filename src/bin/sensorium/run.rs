//! One run: read, compute, write, report.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sensorium::export::{self, Summary};
use sensorium::ingest::{Hints, Opened, RawReader, read_files_on};
use sensorium::pipeline::{self, Outcome};
use sensorium::recipe::{Mode, Recipe};
use sensorium::survey::Told;
use sensorium::table::Log;
use sensorium::wording::minute;
use sensorium::{Error, ErrorKind};

use crate::disk::Disk;
use crate::folder::{self, Target};
use crate::options::RunOptions;
use crate::outputs::{Extras, Finished};
use crate::progress::Progress;
use crate::refusal::Refusal;
use crate::{disk, outputs, patterns, pictures, report};

/// Why a run stopped. What stood at the output folder's place still stands there.
enum Stop {
    /// The options cannot be used.
    Unusable(String),
    /// The input is refused, or the output cannot be written.
    Refused(Box<Refusal>),
}

impl From<String> for Stop {
    fn from(sentence: String) -> Self {
        Self::Unusable(sentence)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Refusal { errors: vec![error], ..Refusal::default() }.into()
    }
}

/// Runs and tells how it went: 0 done, 1 refused, 2 unreadable or unusable.
pub fn run(options: &RunOptions) -> ExitCode {
    match try_run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Unusable(sentence)) => {
            report::say([sentence]);
            ExitCode::from(2)
        }
        Err(Stop::Refused(refusal)) => ExitCode::from(refusal.tell(options)),
    }
}

fn try_run(options: &RunOptions) -> Result<(), Stop> {
    let recipe = options.recipe()?;
    let files = patterns::expanded(&options.files)?;
    let target = check_places(options, &files)?;
    let told = options.told(&recipe)?;
    let mut progress = Progress::new(options.json);
    let mut opened = read(&files, &recipe, told, &mut progress)?;
    let twins: Vec<Error> = opened
        .identical
        .iter()
        .map(|twin| {
            let rule = format!("same bytes as {}, read once", twin.same_as);
            Error::new(ErrorKind::Read, &twin.name, twin.sentence()).with_finding("", &rule)
        })
        .collect();
    let mut left_out = std::mem::take(&mut opened.left_out);
    if recipe.mode == Mode::Strict {
        left_out.extend(opened.log.files.iter().filter_map(|file| file.absent.clone()));
    }
    if recipe.mode == Mode::Strict && (!left_out.is_empty() || !opened.log.violations.is_empty()) {
        return Err(Refusal { errors: left_out, twins, log: Some(opened.log), outcome: None, recipe }.into());
    }
    progress.stage("Filling gaps, dropping, flagging");
    let outcome = pipeline::run(&mut opened.log, &recipe);
    let summary = Summary::of(&opened.log, &outcome);
    if summary.rows_out == 0 {
        let mut errors = vec![nothing_left(&opened.log, &summary)];
        errors.extend(left_out);
        let (log, outcome) = (Some(opened.log), Some(outcome));
        return Err(Refusal { errors, twins, log, outcome, recipe }.into());
    }
    let left_out_notices = left_out.iter().map(|error| format!("{error} (left out)"));
    let notices: Vec<String> = left_out_notices.chain(twins.iter().map(|t| t.message().to_string())).collect();
    progress.clear();
    report::say(&notices);

    let folder = target.begin()?;
    let at = options.report.then(now);
    let card = pictures::card(&opened.log, &opened.layouts, &outcome);
    let extras = Extras {
        star_schema: options.star_schema,
        charts: options.charts,
        report: at.as_deref().map(|at| (card.as_ref(), at)),
    };
    let mut raw = RawReader::new(&opened.log.files, &mut opened.sources, &opened.layouts);
    let finished = Finished {
        log: &opened.log,
        outcome: &outcome,
        recipe: &recipe,
        notices: &notices,
        tables: &options.tables(),
        extras,
    };
    let written = outputs::write(folder, &finished, &mut raw, &mut progress)?;
    let findings = export::findings(left_out.iter().chain(&twins), Some(&opened.log));
    outputs::findings(options.findings.as_deref(), &findings)?;
    target.swap()?;
    progress.clear();
    if options.json {
        report::json(summary.rows_read, Some(&summary), &findings);
    } else {
        let out_dir = options.out.display().to_string();
        report::text(&opened.log, &summary, span_us(&outcome), &written, &out_dir);
    }
    Ok(())
}

/// What the clock says, to the minute.
fn now() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("{} UTC", minute(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)))
}

/// Looks at every place that would be written, before anything is read.
fn check_places(options: &RunOptions, files: &[PathBuf]) -> Result<Target, String> {
    let mut inputs: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    if let Some(findings) = options.findings.as_deref() {
        if inputs.iter().any(|input| folder::same_place(input, findings)) {
            return Err(format!("--findings: {} is a log to be read; name another file", findings.display()));
        }
        if findings.is_dir() {
            return Err(format!("--findings: {} is a folder; name a file", findings.display()));
        }
        inputs.push(findings);
    }
    Target::check(&options.out, &inputs)
}

/// Reads every file. When none can be read, every one says why.
fn read(files: &[PathBuf], recipe: &Recipe, told: Told, progress: &mut Progress) -> Result<Opened<Disk>, Stop> {
    let hints = Hints { order: recipe.date_order, told };
    let names = names(files);
    let open = |i: usize| (names[i].clone(), Disk::open(&files[i]));
    let all = (0..files.len()).map(open).collect();
    let mut at = |at| progress.reading(at);
    read_files_on(disk::threads(), all, &recipe.contract, hints.clone(), &mut at).map_err(|first| {
        let mut errors = vec![first];
        if files.len() > 1 {
            let each =
                (0..files.len()).map(|i| read_files_on(1, vec![open(i)], &recipe.contract, hints.clone(), &mut |_| {}));
            let found: Vec<Error> = each.filter_map(Result::err).collect();
            if !found.is_empty() {
                errors = found;
            }
        }
        Refusal { errors, recipe: recipe.clone(), ..Refusal::default() }.into()
    })
}

/// What the files are called: by their last part, or by the whole path where two share it.
fn names(files: &[PathBuf]) -> Vec<String> {
    let last = |path: &Path| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let short: Vec<String> = files.iter().map(|path| last(path)).collect();
    let named = |i: usize| {
        let shared = short.iter().filter(|name| **name == short[i]).count() > 1;
        if shared { files[i].display().to_string() } else { short[i].clone() }
    };
    (0..files.len()).map(named).collect()
}

/// The error of a run that leaves no reading, with where the rows went.
fn nothing_left(log: &Log, summary: &Summary) -> Error {
    let file = if let [only] = log.files.as_slice() { only.name.as_str() } else { "" };
    let went = [
        (summary.rows_set_aside, "set aside"),
        (summary.rows_dropped, "dropped"),
        (summary.rows_outside_range, "outside the date range"),
    ];
    let went: Vec<String> =
        went.iter().filter(|(rows, _)| *rows > 0).map(|(rows, what)| format!("{rows} {what}")).collect();
    let message = match (summary.rows_read, went.join(", ")) {
        (0, _) => "expected readings, but found no reading after the header".to_string(),
        (read, went) => format!("expected readings, but no reading is left of {read} rows: {went}"),
    };
    Error::new(ErrorKind::Contract, file, message).with_finding("", "no reading")
}

/// First and last time of the readings inside the date range.
fn span_us(outcome: &Outcome) -> Option<(i64, i64)> {
    let stamps = &outcome.cleaned.readings.timestamp_us;
    let runs = outcome.enriched.selected.iter().filter(|(start, end)| start < end);
    runs.filter_map(|&(start, end)| Some((*stamps.get(start)?, *stamps.get(end.checked_sub(1)?)?)))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}
