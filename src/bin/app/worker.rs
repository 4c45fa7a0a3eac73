//! The worker role: request to session to reply.
//!
//! Owns the clock readings of each phase and the pace of progress. Assumes that the page sends one request at a time.

use std::cell::RefCell;

use sensorium::browser::file::FileSource;
use sensorium::browser::{clock, scope};
use sensorium::ingest::{ReadProgress, Source};
use sensorium::protocol::{Answer, Ask, Progress, Reply, Request, Timings};
use sensorium::sample;
use sensorium::session::Session;

/// Progress is told this often, in milliseconds.
const PROGRESS_EVERY_MS: f64 = 50.0;

/// A file that the page handed over, or the built-in sample.
enum Input {
    File(FileSource),
    Sample(Vec<u8>),
}

impl Source for Input {
    fn bytes(&self) -> u64 {
        match self {
            Input::File(file) => file.size_bytes(),
            Input::Sample(bytes) => bytes.len() as u64,
        }
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, String> {
        let left = usize::try_from(self.bytes().saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = buffer.len().min(left);
        let into = &mut buffer[..count];
        match self {
            Input::File(file) => file.read_at(offset, into).map_err(|error| error.0)?,
            Input::Sample(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                into.copy_from_slice(&bytes[start..start + count]);
            }
        }
        Ok(count)
    }
}

/// Starts serving.
pub fn start() {
    let session = RefCell::new(Session::default());
    let served = scope::serve(move |request| {
        let Ok(mut session) = session.try_borrow_mut() else {
            return;
        };
        let (reply, bulk) = match postcard::from_bytes(&request.bytes) {
            Ok(message) => serve(&mut session, message, request.files),
            Err(error) => (
                Reply::Failed { generation: 0, message: format!("the request was not understood: {error}") },
                Vec::new(),
            ),
        };
        post(&reply, bulk);
    });
    if let Err(reason) = served {
        panic!("{reason}");
    }
    post(&Reply::Hello, Vec::new());
}

fn serve(session: &mut Session<Input>, message: Request, files: Vec<FileSource>) -> (Reply, Vec<Vec<u8>>) {
    let mut timings = Timings::default();
    let ask = match message {
        Request::Open { names, mut ask } => {
            ask.recipe.get_or_insert_default();
            let inputs = names.into_iter().zip(files.into_iter().map(Input::File)).collect();
            read(session, inputs, &ask, &mut timings);
            ask
        }
        Request::OpenSample { mut ask } => {
            ask.recipe.get_or_insert_default();
            let inputs = vec![(sample::NAME.to_string(), Input::Sample(sample::csv().into_bytes()))];
            read(session, inputs, &ask, &mut timings);
            ask
        }
        Request::Ask(ask) => ask,
    };
    if let Some(recipe) = &ask.recipe {
        let start = clock::now_ms();
        session.compute(recipe.clone());
        timings.pipeline_ms = clock::now_ms() - start;
    }
    let start = clock::now_ms();
    let (mut reply, bulk) = session.answer(&ask);
    if let Reply::Answer(answer) = &mut reply {
        let Answer { timings: told, .. } = answer.as_mut();
        *told = Timings { view_ms: clock::now_ms() - start, ..timings };
    }
    (reply, bulk)
}

fn read(session: &mut Session<Input>, files: Vec<(String, Input)>, ask: &Ask, timings: &mut Timings) {
    let contract = ask.recipe.clone().unwrap_or_default().contract;
    let start = clock::now_ms();
    let mut told_ms = start;
    let mut tell = |at: ReadProgress| {
        let now = clock::now_ms();
        if now - told_ms >= PROGRESS_EVERY_MS {
            told_ms = now;
            let ReadProgress { bytes_done, bytes_total, rows } = at;
            post(&Reply::Progress(Progress { generation: ask.generation, bytes_done, bytes_total, rows }), Vec::new());
        }
    };
    // A file that cannot be read is worded by the session's answer.
    let _ = session.read(files, &contract, &mut tell);
    timings.read_ms = clock::now_ms() - start;
}

fn post(reply: &Reply, bulk: Vec<Vec<u8>>) {
    match postcard::to_stdvec(reply) {
        Ok(bytes) => {
            if let Err(reason) = scope::post(&bytes, bulk) {
                panic!("the reply could not be sent: {reason}");
            }
        }
        Err(error) => panic!("the reply could not be written: {error}"),
    }
}
