//! The hand-shake with a worker, what waits for it, and its end.
//!
//! Owns whether a worker is ready or ended. Assumes the start-up lines of [`super::script`] and [`crate::browser::scope`] at the other end.
//! Refuses to tell of a death twice, or of one after the worker was ended on purpose.

use std::cell::{Cell, RefCell};

use js_sys::{Array, WebAssembly};
use wasm_bindgen::JsValue;

/// The state of one worker.
pub struct Link {
    worker: web_sys::Worker,
    module: WebAssembly::Module,
    ready: Cell<bool>,
    ended: Cell<bool>,
    waiting: RefCell<Vec<(JsValue, Array)>>,
    last_words: RefCell<Option<String>>,
    on_died: RefCell<Box<dyn FnMut(String)>>,
}

impl Link {
    /// A worker that has just been made and will want the compiled module.
    pub fn new(worker: web_sys::Worker, module: WebAssembly::Module, on_died: impl FnMut(String) + 'static) -> Self {
        Self {
            worker,
            module,
            ready: Cell::new(false),
            ended: Cell::new(false),
            waiting: RefCell::default(),
            last_words: RefCell::default(),
            on_died: RefCell::new(Box::new(on_died)),
        }
    }

    /// Whether the worker takes requests.
    pub fn ready(&self) -> bool {
        self.ready.get()
    }

    /// Whether the worker is of no further use.
    pub fn ended(&self) -> bool {
        self.ended.get()
    }

    /// Takes a word of the hand-shake, or the words of a panic.
    pub fn heard(&self, word: String) {
        match word.as_str() {
            "here" => self.send(&self.module, &Array::new()),
            "ready" => {
                self.ready.set(true);
                for (content, transfer) in self.waiting.take() {
                    self.send(&content, &transfer);
                }
            }
            _ => {
                self.last_words.replace(Some(word));
            }
        }
    }

    /// Posts now, or once the worker is ready.
    pub fn post(&self, content: JsValue, transfer: Array) -> Result<(), String> {
        if self.ready.get() {
            let posted = self.worker.post_message_with_transfer(&content, &transfer);
            return posted.map_err(|failure| crate::browser::sentence(&failure));
        }
        self.waiting.borrow_mut().push((content, transfer));
        Ok(())
    }

    /// Tells of the worker's death once, with its last words where it had any, and ends what is left of it.
    pub fn died(&self, reason: String) {
        if self.ended() {
            return;
        }
        self.end();
        let reason = self.last_words.take().unwrap_or(reason);
        if let Ok(mut on_died) = self.on_died.try_borrow_mut() {
            on_died(reason);
        }
    }

    /// Ends the worker.
    pub fn end(&self) {
        self.ended.set(true);
        self.worker.terminate();
    }

    fn send(&self, content: &JsValue, transfer: &Array) {
        if let Err(failure) = self.worker.post_message_with_transfer(content, transfer) {
            self.died(crate::browser::sentence(&failure));
        }
    }
}
