//! The page's end of a worker: start, post, listen, end.
//!
//! Owns one worker and the hand-shake with it. Assumes the network is closed, so that the worker inherits that from its `blob:` address.
//! Refuses to start a worker from anything but a blob, and to post to one that has not announced itself: posts wait until then.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::frame::{Listener, after, listen};

/// What follows the glue in a worker's script: announce, wait for the compiled module, run it.
const START: &str = "
self.onmessage = ({ data }) => {
  self.onmessage = null;
  __wbg_init({ module_or_path: data }).catch((error) => setTimeout(() => { throw error; }));
};
self.postMessage('here');
";

/// A worker that has not announced itself after this long is taken for dead.
const PATIENCE_MS: i32 = 30_000;

thread_local! {
    /// The address of the worker's script. Kept for good: any worker may have to be replaced.
    static SCRIPT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// One message from a worker.
pub struct Incoming {
    /// The serialised reply.
    pub bytes: Vec<u8>,
    /// Buffers that came beside it, outside the page's wasm memory.
    pub bulk: Vec<ArrayBuffer>,
}

/// A worker; dropping it ends the worker.
pub struct WorkerHandle {
    worker: web_sys::Worker,
    shared: Rc<Shared>,
    _listeners: [Listener; 3],
}

struct Shared {
    ready: Cell<bool>,
    ended: Cell<bool>,
    waiting: RefCell<Vec<(JsValue, Array)>>,
    last_words: RefCell<Option<String>>,
}

impl WorkerHandle {
    /// Starts a worker. `on_message` gets each of its messages; `on_died` gets the reason, once, when it is of no further use
    /// (a panic, want of memory, a failed start). Neither is called after the handle is dropped.
    ///
    /// # Errors
    /// When the browser makes no worker.
    pub fn start(
        mut on_message: impl FnMut(Incoming) + 'static,
        on_died: impl FnMut(String) + 'static,
    ) -> Result<Self, String> {
        let module = super::boot::kept()?.module;
        let options = web_sys::WorkerOptions::new();
        options.set_type(web_sys::WorkerType::Module);
        let worker =
            web_sys::Worker::new_with_options(&script()?, &options).map_err(|failure| super::sentence(&failure))?;
        let shared = Rc::new(Shared {
            ready: Cell::new(false),
            ended: Cell::new(false),
            waiting: RefCell::default(),
            last_words: RefCell::default(),
        });
        let died = Rc::new(died(&worker, &shared, on_died));
        let message = {
            let (worker, shared, died) = (worker.clone(), shared.clone(), died.clone());
            listen(&worker.clone(), "message", move |event| {
                let Some(event) = event.dyn_ref::<web_sys::MessageEvent>() else {
                    return;
                };
                let content = event.data();
                if let Some(word) = content.as_string() {
                    match word.as_str() {
                        "here" => post(&worker, &module, &Array::new(), &died),
                        "ready" => {
                            shared.ready.set(true);
                            for (content, transfer) in shared.waiting.take() {
                                post(&worker, &content, &transfer, &died);
                            }
                        }
                        _ => {
                            shared.last_words.replace(Some(word));
                        }
                    }
                } else if let Some(requests) = content.as_f64() {
                    super::requests::add(requests as u32);
                } else if let (Some(incoming), false) = (incoming(&content), shared.ended.get()) {
                    on_message(incoming);
                }
            })?
        };
        let error = {
            let died = died.clone();
            listen(&worker, "error", move |event| {
                let told = event.dyn_ref::<web_sys::ErrorEvent>();
                died(told.map(web_sys::ErrorEvent::message).unwrap_or_default());
                event.prevent_default();
            })?
        };
        let unreadable = {
            let died = died.clone();
            listen(&worker, "messageerror", move |_| {
                died(String::from("a message could not be read"));
            })?
        };
        let late = shared.clone();
        after(PATIENCE_MS, move || {
            if !late.ready.get() {
                died(String::from("it did not start"));
            }
        });
        Ok(Self { worker, shared, _listeners: [message, error, unreadable] })
    }

    /// Posts a serialised request, with file handles beside it. It waits while the worker is starting.
    ///
    /// # Errors
    /// When the browser cannot carry the message.
    pub fn post(&self, bytes: &[u8], files: &[web_sys::File]) -> Result<(), String> {
        let buffer = Uint8Array::from(bytes).buffer();
        let files: Array = files.iter().collect();
        let content = Array::of2(&buffer, &files);
        let transfer = Array::of1(&buffer);
        if self.shared.ready.get() {
            self.worker.post_message_with_transfer(&content, &transfer).map_err(|failure| super::sentence(&failure))
        } else {
            self.shared.waiting.borrow_mut().push((content.into(), transfer));
            Ok(())
        }
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.shared.ended.set(true);
        self.worker.terminate();
    }
}

/// Tells of a worker's death once, with its last words where it had any, and ends what is left of it.
fn died(
    worker: &web_sys::Worker,
    shared: &Rc<Shared>,
    on_died: impl FnMut(String) + 'static,
) -> impl Fn(String) + 'static {
    let (worker, shared, on_died) = (worker.clone(), shared.clone(), RefCell::new(on_died));
    move |reason: String| {
        if shared.ended.replace(true) {
            return;
        }
        worker.terminate();
        let reason = shared.last_words.take().unwrap_or(reason);
        if let Ok(mut on_died) = on_died.try_borrow_mut() {
            on_died(reason);
        }
    }
}

fn post(worker: &web_sys::Worker, content: &JsValue, transfer: &Array, died: &Rc<impl Fn(String)>) {
    if let Err(failure) = worker.post_message_with_transfer(content, transfer) {
        died(super::sentence(&failure));
    }
}

fn incoming(content: &JsValue) -> Option<Incoming> {
    let parts = content.dyn_ref::<Array>()?;
    let bytes = Uint8Array::new(&parts.get(0)).to_vec();
    let bulk = parts.get(1).dyn_ref::<Array>()?.iter().filter_map(|buffer| buffer.dyn_into().ok()).collect();
    Some(Incoming { bytes, bulk })
}

fn script() -> Result<String, String> {
    if let Some(address) = SCRIPT.with(|kept| kept.borrow().clone()) {
        return Ok(address);
    }
    let parts = Array::of2(&super::boot::kept()?.glue.into(), &START.into());
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("text/javascript");
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)
        .map_err(|failure| super::sentence(&failure))?;
    let address = web_sys::Url::create_object_url_with_blob(&blob).map_err(|failure| super::sentence(&failure))?;
    SCRIPT.with(|kept| kept.replace(Some(address.clone())));
    Ok(address)
}
