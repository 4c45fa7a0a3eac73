//! The worker role: request to session to reply.
//!
//! Owns the clock readings of each phase, the pace of progress, and who reads: files of some size are read by readers, in ranges
//! side by side. Assumes that the page sends one request at a time.

mod readers;
pub mod warm;

use std::cell::RefCell;
use std::rc::Rc;

use sensorium::browser::columns::memory_bytes;
use sensorium::browser::file::FileSource;
use sensorium::browser::pieces::Pieces;
use sensorium::browser::worker::Incoming;
use sensorium::browser::{clock, scope};
use sensorium::ingest::{Arrived, Reading, Stored};
use sensorium::protocol::{Answer, Ask, Progress, Reply, Request, Timings};
use sensorium::sample;
use sensorium::session::Session;
use sensorium::survey::Told;
use web_sys::Blob;

use super::input::{Ahead, Input};
use super::reader::{Order, received};
use readers::Readers;

/// Progress is told this often, in milliseconds.
const PROGRESS_EVERY_MS: f64 = 100.0;
/// What a log may take: a page's memory ends at 4 GiB, and something must be left for charts and files.
const MEMORY_BYTES: u64 = 3_700_000_000;
/// Less than this is read sooner than it is given away.
const WORTH_SHARING_BYTES: u64 = 512 << 10;

/// What is being read, and what shall be answered when it is.
struct Opening {
    reading: Reading<Input>,
    ask: Ask,
    started_ms: f64,
    /// Each file is read whole, for a person said how.
    whole: bool,
}

#[derive(Default)]
struct Desk {
    session: Session<Input>,
    readers: Readers,
    opening: Option<Opening>,
    /// Number of the present opening.
    number: u32,
    told_ms: f64,
    /// Whether the page has asked for anything yet.
    asked: bool,
}

type Shared = Rc<RefCell<Desk>>;

/// Starts serving.
pub fn start() {
    let desk = Shared::default();
    let at_work = Rc::clone(&desk);
    let served = scope::serve(move |request| {
        let Ok(mut desk) = at_work.try_borrow_mut() else { return };
        desk.asked = true;
        match postcard::from_bytes(&request.bytes) {
            Ok(message) => desk.serve(message, request.files),
            Err(error) => {
                let message = format!("the request was not understood: {error}");
                post(&Reply::Failed { generation: 0, message }, None);
            }
        }
    });
    if let Err(reason) = served {
        scope::give_up(&reason);
    }
    post(&Reply::Hello, None);
    let (hearing, losing) = (Rc::clone(&desk), Rc::clone(&desk));
    let readers = Readers::start(
        move |number, incoming| {
            if let Ok(mut desk) = hearing.try_borrow_mut() {
                desk.hear(number, incoming);
            }
        },
        move |number| {
            if let Ok(mut desk) = losing.try_borrow_mut() {
                desk.lose(number);
            }
        },
    );
    desk.borrow_mut().readers = readers;
    warm::in_pauses(Rc::new(move || desk.try_borrow().is_ok_and(|desk| !desk.asked)));
}

impl Desk {
    fn serve(&mut self, message: Request, files: Vec<FileSource>) {
        match message {
            Request::Open { names, ask, told } => {
                let files = files.into_iter().map(|file| Input::File(file, Ahead::default()));
                self.open(names.into_iter().zip(files).collect(), ask, *told);
            }
            Request::OpenSample { ask } => {
                self.open(
                    vec![(sample::NAME.to_string(), Input::Sample(sample::csv().into_bytes()))],
                    ask,
                    Told::default(),
                );
            }
            Request::Ask(ask) => self.answer(&ask, Timings::default()),
        }
    }

    fn open(&mut self, files: Vec<(String, Input)>, mut ask: Ask, told: Told) {
        let whole = told != Told::default();
        let started_ms = clock::now_ms();
        let reading = self.session.begin_told(files, ask.recipe.get_or_insert_default(), told);
        self.number = self.number.wrapping_add(1);
        self.told_ms = started_ms;
        self.opening = Some(Opening { reading, ask, started_ms, whole });
        self.share_out();
    }

    /// Gives the readers what they can take; reads here what nobody else can; answers when all is read.
    fn share_out(&mut self) {
        if self.too_large() {
            return;
        }
        while let Some(opening) = &mut self.opening {
            let shared =
                self.readers.any() && !opening.whole && opening.reading.progress().bytes_total >= WORTH_SHARING_BYTES;
            let free = self.readers.free();
            if shared && free.is_none() {
                return;
            }
            let Some(task) = opening.reading.next_task() else { break };
            let order = Order {
                task: task.id,
                file: (self.number, u32::try_from(task.file).unwrap_or(u32::MAX)),
                name: opening.reading.name(task.file).to_string(),
                contract: self.session.recipe().contract.clone(),
                start: task.range.start,
                end: task.range.end,
            };
            let given = match (opening.reading.source(task.file), free.filter(|_| shared)) {
                (Stored::File(Input::File(file, _)), Some(reader)) => self.readers.give(reader, &order, file.handle()),
                _ => false,
            };
            if !given {
                opening.reading.accept(task.id, None);
                self.tell();
            }
        }
        self.answer_opening();
    }

    fn answer_opening(&mut self) {
        let Some(opening) = self.opening.take_if(|opening| opening.reading.done()) else { return };
        let Opening { reading, ask, started_ms, .. } = opening;
        // A file that cannot be read is worded by the session's answer.
        let _ = self.session.take(reading);
        let read_ms = clock::now_ms() - started_ms;
        self.answer(&ask, Timings { read_ms, ..Timings::default() });
    }

    /// What a reader says.
    fn hear(&mut self, number: usize, incoming: Incoming) {
        let Some((part, columns)) = received(incoming) else { return };
        self.readers.heard(number, part.task, part.memory_bytes);
        // What is late of an opening that was given up belongs to no range of this one.
        let task = part.task.filter(|(opening, _)| *opening == self.number).map(|(_, task)| task);
        if let (Some(task), Some(opening)) = (task, &mut self.opening) {
            let rows = part.rows.map(|(first, next, head)| Arrived { first, next, head, columns });
            opening.reading.accept(task, rows);
            self.tell();
        }
        // Even then a reader is free that was not before.
        self.share_out();
    }

    /// Refuses a log as soon as it shows that it will not fit, instead of running out of memory at its end.
    fn too_large(&mut self) -> bool {
        let Some(error) = self.opening.as_ref().and_then(|opening| opening.reading.too_large_for(MEMORY_BYTES)) else {
            return false;
        };
        if let Some(Opening { ask, .. }) = self.opening.take() {
            self.session.refuse(error);
            self.answer(&ask, Timings::default());
        }
        true
    }

    /// A reader died: what it had is read here.
    fn lose(&mut self, number: usize) {
        for (opened, task) in self.readers.lost(number) {
            if let (Some(opening), true) = (&mut self.opening, opened == self.number) {
                opening.reading.accept(task, None);
            }
        }
        self.share_out();
    }

    fn tell(&mut self) {
        let (now, Some(opening)) = (clock::now_ms(), &self.opening) else { return };
        if now - self.told_ms >= PROGRESS_EVERY_MS {
            self.told_ms = now;
            let at = opening.reading.progress();
            let generation = opening.ask.generation;
            let (bytes_done, bytes_total, rows) = (at.bytes_done, at.bytes_total, at.rows);
            post(&Reply::Progress(Progress { generation, bytes_done, bytes_total, rows }), None);
        }
    }

    fn answer(&mut self, ask: &Ask, mut timings: Timings) {
        if let Some(recipe) = &ask.recipe {
            let start = clock::now_ms();
            self.session.compute(recipe.clone());
            timings.pipeline_ms = clock::now_ms() - start;
        }
        let start = clock::now_ms();
        let mut pieces = Pieces::begin();
        let mut reply = self.session.answer(ask, &mut pieces);
        let media_type = match &reply {
            Reply::Answer(answer) => answer.exports.first().map_or("", |file| file.media_type.as_str()),
            _ => "",
        };
        let file = pieces.blob(media_type).unwrap_or_else(|message| {
            reply = Reply::Failed { generation: ask.generation, message };
            None
        });
        if let Reply::Answer(answer) = &mut reply {
            let Answer { timings: told, .. } = answer.as_mut();
            let wasm_bytes = memory_bytes() + self.readers.memory_bytes();
            *told = Timings { view_ms: clock::now_ms() - start, wasm_bytes, ..timings };
        }
        post(&reply, file.as_ref());
    }
}

fn post(reply: &Reply, file: Option<&Blob>) {
    match postcard::to_stdvec(reply) {
        Ok(bytes) => {
            if let Err(reason) = scope::post(&bytes, file) {
                scope::give_up(&format!("the reply could not be sent: {reason}"));
            }
        }
        Err(error) => scope::give_up(&format!("the reply could not be written: {error}")),
    }
}
