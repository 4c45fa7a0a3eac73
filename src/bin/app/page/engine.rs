//! The page's side of the worker: at most one request runs and one waits.
//!
//! Owns the worker, the file handles and the queue. Assumes a worker that answers every request once. Refuses replies that
//! answer anything but the running request, and ends a worker only to cancel or replace it.

use leptos::prelude::*;
use sensorium::browser::clock::now_ms;
use sensorium::browser::frame::after;
use sensorium::browser::role::Role;
use sensorium::browser::worker::{Incoming, WorkerHandle};
use sensorium::protocol::{Ask, Chart, ChartAsk, ExportKind, Reply, Request};
use sensorium::survey::Told;
use sensorium::wish::Wishes;

use super::state::{Page, Phase, Reading};
use super::{answers, notices, rehearsal, room, timing, zones};

/// What a log is read from. The handles are kept, so that it can be read again.
#[derive(Clone)]
pub enum Source {
    Sample,
    Files(Vec<web_sys::File>),
}

impl Source {
    /// `gateway-03.csv`, `gateway-03.csv and 2 more`.
    pub fn title(&self) -> String {
        match self {
            Self::Sample => String::from("sample.csv"),
            Self::Files(files) => {
                let first = files.first().map(web_sys::File::name).unwrap_or_default();
                match files.len() {
                    0 | 1 => first,
                    n => format!("{first} and {} more", n - 1),
                }
            }
        }
    }

    fn bytes(&self) -> u64 {
        match self {
            Self::Sample => 0,
            Self::Files(files) => files.iter().map(|file| file.size() as u64).sum(),
        }
    }
}

/// The request that the worker is at.
pub struct Running {
    pub generation: u32,
    pub opens: bool,
    /// When the input event happened that the answer to this request will show.
    pub limit_started_ms: Option<f64>,
    /// When the export was asked for.
    pub export_started_ms: Option<f64>,
}

#[derive(Default)]
pub struct Engine {
    worker: Option<WorkerHandle>,
    generation: u32,
    running: Option<Running>,
    wishes: Wishes,
    exports_started: Vec<(ExportKind, f64)>,
    /// What shall be read as soon as the exports of the present log are done.
    opening: Option<Source>,
    /// What the worker holds or reads.
    open: Option<Source>,
    /// What was open before that.
    former: Option<Source>,
    /// Whether what is open was read, so that going back to it makes sense.
    answered: bool,
    /// Workers that died one after the other without a word.
    deaths: u32,
    chart_asked: Option<ChartAsk>,
    /// The name of the series that the page shows, or is about to show.
    holds: u32,
}

/// After as many deaths in a row another worker would die, too.
const MOST_DEATHS: u32 = 3;
/// Milliseconds after which the page shows that the worker is at work.
const BUSY_AFTER_MS: i32 = 180;

/// Starts a worker, in place of the present one.
pub fn start_worker(page: Page) {
    let started = WorkerHandle::start(
        Role::Worker,
        move |incoming| receive(page, incoming),
        move |reason| {
            // The handle must not be dropped within its own callback.
            after(0, move || died(page, &reason));
        },
    );
    match started {
        Ok(worker) => page.engine.update_value(|engine| {
            engine.worker = Some(worker);
            engine.running = None;
            engine.chart_asked = None;
        }),
        Err(reason) => notices::lasting(page, format!("The worker could not be started: {reason}. Reload the page.")),
    }
}

/// Reads files or the sample in place of what is open.
pub fn open(page: Page, source: Source) {
    rehearsal::forget(page);
    zones::resolve(page);
    room::foresee(page);
    let busy_reading = page.engine.with_value(|engine| engine.running.as_ref().is_some_and(|running| running.opens));
    if busy_reading {
        // Reading can take long, and what it reads is no longer wanted.
        page.engine.update_value(|engine| engine.worker = None);
        start_worker(page);
    }
    page.engine.update_value(|engine| engine.opening = Some(source));
    send_next(page);
}

/// Reads again what is open, because it shall be read otherwise.
pub fn reopen(page: Page) {
    let source = page
        .engine
        .try_update_value(|engine| {
            // What was open before it stays the former one.
            engine.answered = false;
            engine.opening.clone().or(engine.open.clone())
        })
        .flatten();
    if let Some(source) = source {
        open(page, source);
    }
}

/// Whether a log is open, refused or being read: whether the worker can be asked about it.
pub fn has_log(page: Page) -> bool {
    page.engine.with_value(|engine| engine.open.is_some() || engine.opening.is_some())
}

/// The title of the log that was open before the present one.
pub fn former_title(page: Page) -> Option<String> {
    page.engine.with_value(|engine| engine.former.as_ref().map(Source::title))
}

/// The title of the log that is open, refused or being read.
pub fn open_title(page: Page) -> Option<String> {
    page.engine.with_value(|engine| engine.open.as_ref().map(Source::title))
}

/// Asks something about the open log.
pub fn wish(page: Page, ask: Ask) {
    if !has_log(page) {
        return;
    }
    page.engine.update_value(|engine| {
        if let Some(kind) = ask.export {
            engine.exports_started.push((kind, now_ms()));
        }
        if let Some(chart) = &ask.chart {
            engine.chart_asked = Some(chart.clone());
        }
        engine.wishes.merge(ask);
    });
    send_next(page);
}

/// Asks for a chart, unless the same was asked for last.
pub fn wish_chart(page: Page, chart: ChartAsk) {
    let known = page.engine.with_value(|engine| engine.chart_asked.as_ref() == Some(&chart));
    if !known {
        wish(page, Ask { chart: Some(chart), ..Ask::default() });
    }
}

/// Asks for the present chart, whatever was asked for last.
pub fn wish_chart_anew(page: Page) {
    let chart = untrack(|| page.chart_ask());
    page.engine.update_value(|engine| engine.holds = 0);
    wish(page, Ask { chart: Some(chart), ..Ask::default() });
}

/// Ends the worker in the midst of reading; what was open before is read again.
pub fn cancel(page: Page) {
    let (cancelled, former) = page
        .engine
        .try_update_value(|engine| {
            engine.worker = None;
            engine.running = None;
            engine.opening = None;
            engine.wishes.clear();
            (engine.open.take(), engine.former.take())
        })
        .unwrap_or_default();
    start_worker(page);
    let title = cancelled.map(|source| source.title()).unwrap_or_default();
    if let Some(former) = former {
        notices::passing(page, format!("Reading {title} was cancelled. {} is opened again.", former.title()));
        open(page, former);
    } else {
        answers::close(page);
        notices::passing(page, format!("Reading {title} was cancelled."));
    }
}

/// Reads again what was open before the present log, or before the worker died.
pub fn reopen_former(page: Page) {
    let former = page
        .engine
        .try_update_value(|engine| {
            let former = engine.former.take();
            engine.open = None;
            former
        })
        .flatten();
    if let Some(former) = former {
        open(page, former);
    }
}

fn died(page: Page, reason: &str) {
    let title = page
        .engine
        .try_update_value(|engine| {
            engine.worker = None;
            engine.running = None;
            engine.wishes.clear();
            engine.exports_started.clear();
            let lost = engine.opening.take().or(engine.open.take());
            if lost.is_some() {
                engine.former = lost;
            }
            engine.open = None;
            engine.answered = false;
            engine.deaths += 1;
            engine.former.as_ref().map(Source::title)
        })
        .flatten();
    answers::close(page);
    // A panic's first line is its place in our source.
    let reason: String = reason.lines().next_back().unwrap_or_default().chars().take(200).collect();
    // Code that just stops could not get memory, or met a fault of its own: it has no words in either case.
    let reason = match reason.as_str() {
        "" => String::from("no reason was given"),
        told if ["unreachable", "memory", "allocation"].iter().any(|word| told.contains(word)) => {
            String::from("most often for want of memory: choose fewer files, or use the command line")
        }
        _ => reason,
    };
    match title {
        Some(title) => notices::with_reopen(
            page,
            format!(
                "The worker that computes stopped while it held {title} ({reason}). Another has taken its place; your files are untouched."
            ),
        ),
        None => {
            notices::lasting(page, format!("The worker that computes stopped ({reason}). Another has taken its place."))
        }
    }
    if page.engine.with_value(|engine| engine.deaths) < MOST_DEATHS {
        start_worker(page);
    } else {
        notices::lasting(page, String::from("Workers stop as soon as they start. Reload the page."));
    }
}

/// Sends what waits, if nothing runs.
fn send_next(page: Page) {
    let mut sent_open = None;
    // The ask of an opening depends on signals, which must not be read while the engine is borrowed for writing.
    let opening_ask = Ask {
        recipe: Some(page.recipe.get_untracked()),
        chart: Some(untrack(|| page.chart_ask())),
        tables: page.tables[..5].iter().map(|table| table.ask.get_untracked()).collect(),
        ..Ask::default()
    };
    let told = Told { zone: page.zone.get_value(), ..page.told.get_untracked() };
    let failed = page
        .engine
        .try_update_value(|engine| {
            if engine.running.is_some() || engine.worker.is_none() {
                return None;
            }
            let generation = engine.generation.wrapping_add(1);
            let last_export = engine.opening.is_some().then(|| engine.wishes.take_export(generation)).flatten();
            let (request, files) = if let Some(ask) = last_export {
                (Request::Ask(ask), Vec::new())
            } else if let Some(source) = engine.opening.take() {
                engine.wishes.clear();
                engine.exports_started.clear();
                let ask = Ask { generation, ..opening_ask };
                engine.chart_asked.clone_from(&ask.chart);
                let request = match &source {
                    Source::Sample => (Request::OpenSample { ask }, Vec::new()),
                    Source::Files(files) => {
                        let names = files.iter().map(web_sys::File::name).collect();
                        (Request::Open { names, ask, told: Box::new(told) }, files.clone())
                    }
                };
                let replaced = engine.open.take();
                if engine.answered {
                    engine.former = replaced;
                }
                engine.answered = false;
                sent_open = Some(source.clone());
                engine.open = Some(source);
                request
            } else if engine.open.is_some() {
                (Request::Ask(Ask { holds: engine.holds, ..engine.wishes.take(generation)? }), Vec::new())
            } else {
                return None;
            };
            engine.generation = generation;
            engine.running = Some(running(engine, &request, generation));
            let Ok(bytes) = postcard::to_stdvec(&request) else {
                return Some(String::from("the request could not be written"));
            };
            engine.worker.as_ref().and_then(|worker| worker.post(&bytes, &files).err())
        })
        .flatten();
    if let Some(source) = sent_open {
        let now = now_ms();
        page.reading.set(Reading {
            title: source.title(),
            progress: sensorium::protocol::Progress { bytes_total: source.bytes(), ..Default::default() },
            started_ms: now,
            now_ms: now,
        });
        page.set_phase(Phase::Reading);
    } else {
        let generation = page.engine.with_value(|engine| engine.generation);
        after(BUSY_AFTER_MS, move || {
            let at_it = page.engine.with_value(|engine| {
                engine.running.as_ref().is_some_and(|running| running.generation == generation && !running.opens)
            });
            if at_it {
                page.busy.set(true);
            }
        });
    }
    if let Some(reason) = failed {
        after(0, move || died(page, &reason));
    }
}

fn running(engine: &mut Engine, request: &Request, generation: u32) -> Running {
    let (opens, ask) = match request {
        Request::Open { ask, .. } | Request::OpenSample { ask } => (true, ask),
        Request::Ask(ask) => (false, ask),
    };
    let export_started_ms = ask.export.and_then(|kind| {
        let at = engine.exports_started.iter().position(|(started, _)| *started == kind)?;
        Some(engine.exports_started.remove(at).1)
    });
    Running {
        generation,
        opens,
        limit_started_ms: ask.recipe.as_ref().and_then(|_| timing::take_limit()),
        export_started_ms,
    }
}

fn receive(page: Page, incoming: Incoming) {
    page.engine.update_value(|engine| engine.deaths = 0);
    let Ok(reply) = postcard::from_bytes::<Reply>(&incoming.bytes) else {
        after(0, move || {
            died(page, "its answer could not be read");
        });
        return;
    };
    let generation = match &reply {
        Reply::Hello => return,
        Reply::Progress(progress) => {
            let current = page.engine.with_value(|engine| {
                engine.running.as_ref().is_some_and(|running| running.generation == progress.generation)
            });
            if current {
                page.reading.update(|reading| {
                    reading.progress = progress.clone();
                    reading.now_ms = now_ms();
                });
            }
            return;
        }
        Reply::Answer(answer) => answer.generation,
        Reply::Refused(refusal) => refusal.generation,
        Reply::Failed { generation, .. } => *generation,
    };
    let running = page
        .engine
        .try_update_value(|engine| engine.running.take_if(|running| running.generation == generation))
        .flatten();
    let Some(running) = running else { return };
    page.busy.set(false);
    let read = match &reply {
        Reply::Answer(_) => true,
        Reply::Refused(refusal) => refusal.other_modes,
        _ => false,
    };
    if read {
        page.engine.update_value(|engine| engine.answered = true);
    }
    if let Reply::Answer(answer) = &reply
        && let Some(chart) = &answer.chart
    {
        let holds = if let Chart::Lines(lines) = chart { lines.lines } else { 0 };
        page.engine.update_value(|engine| engine.holds = holds);
    }
    // The next request is sent first, so that the worker is not idle while the page shows this answer.
    send_next(page);
    match reply {
        Reply::Answer(answer) => answers::show(page, *answer, incoming.file.as_ref(), &running),
        Reply::Refused(refusal) => answers::refuse(page, *refusal, incoming.file.as_ref(), &running),
        Reply::Failed { message, .. } => answers::fail(page, &message, &running),
        Reply::Hello | Reply::Progress(_) => {}
    }
}

/// A request to read failed as a whole: what was open before is open still.
pub fn back_to_former(page: Page) -> bool {
    page.engine
        .try_update_value(|engine| {
            engine.open = engine.former.take();
            engine.open.is_some()
        })
        .unwrap_or_default()
}
