//! The end of a worker that started it: start, post, listen, end. The page starts the session, the session its readers.
//!
//! Owns one worker. Assumes the network is closed, so that the worker inherits that from its `blob:` address.
//! Refuses to start a worker from anything but a blob, and to post to one that has not announced itself: posts wait until then.

mod link;
mod script;

use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::frame::{Listener, after, listen};
use super::role::{READER, Role};
use link::Link;

/// A worker that has not announced itself after this long is taken for dead.
const PATIENCE_MS: i32 = 30_000;

/// One message from a worker.
pub struct Incoming {
    /// The serialised reply.
    pub bytes: Vec<u8>,
    /// Buffers that came beside it, outside the page's wasm memory.
    pub bulk: Vec<ArrayBuffer>,
    /// A file that came beside it.
    pub file: Option<web_sys::Blob>,
}

/// A worker; dropping it ends the worker.
pub struct WorkerHandle {
    link: Rc<Link>,
    _listeners: [Listener; 3],
}

impl WorkerHandle {
    /// Starts a worker in its role. `on_message` gets each of its messages; `on_died` gets the reason, once, when it is of no further use
    /// (a panic, want of memory, a failed start). Neither is called after the handle is dropped.
    ///
    /// # Errors
    /// When the browser makes no worker.
    pub fn start(
        role: Role,
        mut on_message: impl FnMut(Incoming) + 'static,
        on_died: impl FnMut(String) + 'static,
    ) -> Result<Self, String> {
        let options = web_sys::WorkerOptions::new();
        options.set_type(web_sys::WorkerType::Module);
        if role == Role::Reader {
            options.set_name(READER);
        }
        let worker = web_sys::Worker::new_with_options(&script::address()?, &options)
            .map_err(|failure| super::sentence(&failure))?;
        let link = Rc::new(Link::new(worker.clone(), module()?, on_died));
        let own = Rc::clone(&link);
        let message = listen(&worker, "message", move |event| {
            let Some(event) = event.dyn_ref::<web_sys::MessageEvent>() else { return };
            let content = event.data();
            if let Some(word) = content.as_string() {
                own.heard(word);
            } else if let Some(requests) = content.as_f64() {
                super::requests::add(requests as u32);
            } else if let (Some(incoming), false) = (incoming(&content), own.ended()) {
                on_message(incoming);
            }
        })?;
        let own = Rc::clone(&link);
        let error = listen(&worker, "error", move |event| {
            event.prevent_default();
            let told = event.dyn_ref::<web_sys::ErrorEvent>();
            own.died(told.map(web_sys::ErrorEvent::message).unwrap_or_default());
        })?;
        let own = Rc::clone(&link);
        let unreadable = listen(&worker, "messageerror", move |_| {
            own.died(String::from("a message could not be read"));
        })?;
        let own = Rc::clone(&link);
        after(PATIENCE_MS, move || {
            if !own.ready() {
                own.died(String::from("it did not start"));
            }
        });
        Ok(Self { link, _listeners: [message, error, unreadable] })
    }

    /// Posts a serialised request, with file handles beside it. It waits while the worker is starting.
    ///
    /// # Errors
    /// When the browser cannot carry the message.
    pub fn post(&self, bytes: &[u8], files: &[web_sys::File]) -> Result<(), String> {
        let buffer = Uint8Array::from(bytes).buffer();
        let files: Array = files.iter().collect();
        self.link.post(Array::of2(&buffer, &files).into(), Array::of1(&buffer))
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.link.end();
    }
}

/// The compiled module that this instance itself was made of.
fn module() -> Result<js_sys::WebAssembly::Module, String> {
    wasm_bindgen::module().dyn_into().map_err(|_| String::from("the compiled module is not at hand"))
}

fn incoming(content: &JsValue) -> Option<Incoming> {
    let parts = content.dyn_ref::<Array>()?;
    let bytes = Uint8Array::new(&parts.get(0)).to_vec();
    let bulk = parts.get(1).dyn_ref::<Array>()?.iter().filter_map(|buffer| buffer.dyn_into().ok()).collect();
    Some(Incoming { bytes, bulk, file: parts.get(2).dyn_into().ok() })
}
