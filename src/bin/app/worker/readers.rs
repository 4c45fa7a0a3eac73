//! The readers of a session: one a processor, each at work on a few ranges at most.
//!
//! Owns the workers and who reads what. Assumes that a reader answers each order once, or dies. Refuses to wait for a reader that
//! has not started: whoever is there reads.

use sensorium::browser::role::Role;
use sensorium::browser::scope;
use sensorium::browser::worker::{Incoming, WorkerHandle};

use super::super::reader::Order;

/// The most readers, however many processors there are.
const MOST: usize = 8;
/// Orders given to a reader at once, so that it has the next one when it ends one.
const AHEAD: usize = 2;

struct Reader {
    worker: Option<WorkerHandle>,
    started: bool,
    /// What it is at: opening and task, for tasks are numbered anew in each opening.
    tasks: Vec<(u32, u32)>,
    /// The files of the present opening that it has.
    files: Vec<(u32, u32)>,
    memory_bytes: u64,
}

#[derive(Default)]
pub struct Readers {
    readers: Vec<Reader>,
}

impl Readers {
    /// Starts one reader a processor (one more was measured and is no faster). Both callbacks get the reader's number.
    pub fn start(
        on_message: impl Fn(usize, Incoming) + Clone + 'static,
        on_died: impl Fn(usize) + Clone + 'static,
    ) -> Self {
        let start = |number: usize| {
            let (on_message, on_died) = (on_message.clone(), on_died.clone());
            let started = WorkerHandle::start(
                Role::Reader,
                move |incoming| on_message(number, incoming),
                move |_| on_died(number),
            );
            // Without a reader the session reads alone.
            Reader { worker: started.ok(), started: false, tasks: Vec::new(), files: Vec::new(), memory_bytes: 0 }
        };
        Self { readers: (0..scope::processors().min(MOST)).map(start).collect() }
    }

    /// Whether any reader can be given orders.
    pub fn any(&self) -> bool {
        self.readers.iter().any(Reader::serves)
    }

    /// The reader that has the fewest orders, if one can take another.
    pub fn free(&self) -> Option<usize> {
        let serving = (0..self.readers.len()).filter(|&number| self.readers[number].serves());
        serving.min_by_key(|&number| self.readers[number].tasks.len()).filter(|&n| self.readers[n].tasks.len() < AHEAD)
    }

    /// Gives a reader an order; false where it cannot be reached. The file goes with its first order only: posting it is not cheap.
    pub fn give(&mut self, number: usize, order: &Order, file: &web_sys::File) -> bool {
        let Some(reader) = self.readers.get_mut(number) else { return false };
        let Ok(bytes) = postcard::to_stdvec(order) else { return false };
        let known = reader.files.contains(&order.file);
        let beside = if known { &[][..] } else { std::slice::from_ref(file) };
        let posted = reader.worker.as_ref().is_some_and(|worker| worker.post(&bytes, beside).is_ok());
        if posted {
            reader.tasks.push((order.file.0, order.task));
            if !known {
                reader.files.retain(|(opening, _)| *opening == order.file.0);
                reader.files.push(order.file);
            }
        }
        posted
    }

    /// A reader has started, or answered an order.
    pub fn heard(&mut self, number: usize, task: Option<(u32, u32)>, memory_bytes: u64) {
        if let Some(reader) = self.readers.get_mut(number) {
            reader.started = true;
            reader.memory_bytes = memory_bytes;
            reader.tasks.retain(|known| Some(*known) != task);
        }
    }

    /// A reader has died: the orders that nobody will answer.
    pub fn lost(&mut self, number: usize) -> Vec<(u32, u32)> {
        self.readers.get_mut(number).map_or_else(Vec::new, |reader| {
            // Its handle must not be dropped within its own callback.
            reader.started = false;
            std::mem::take(&mut reader.tasks)
        })
    }

    /// Wasm memory of all readers together.
    pub fn memory_bytes(&self) -> u64 {
        self.readers.iter().map(|reader| reader.memory_bytes).sum()
    }
}

impl Reader {
    fn serves(&self) -> bool {
        self.started && self.worker.is_some()
    }
}
