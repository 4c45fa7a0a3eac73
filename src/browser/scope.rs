//! The worker's end: take requests, post replies.
//!
//! Owns the worker's messages and its last words. Assumes the worker role and the start-up lines of [`super::worker`].
//! Refuses to know what the bytes mean.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::columns::Column;
use super::file::FileSource;

/// One request from the page.
pub struct Request {
    /// The serialised request.
    pub bytes: Vec<u8>,
    /// The files that came beside it.
    pub files: Vec<FileSource>,
}

/// Calls `on_request` for each request, one at a time, and tells the page that this worker is ready.
///
/// A panic's message reaches the page before the worker dies of it, unless the page is built small.
///
/// # Errors
/// Outside a dedicated worker.
pub fn serve(mut on_request: impl FnMut(Request) + 'static) -> Result<(), String> {
    let scope = scope()?;
    #[cfg(not(small))]
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        tell(&JsValue::from_str(&panic.to_string()));
    }));
    super::requests::watch(0.0, |new| tell(&JsValue::from_f64(f64::from(new))));
    let callback = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
        if let Some(request) = request_of(&event.data()) {
            on_request(request);
        }
    });
    scope.set_onmessage(Some(callback.as_ref().unchecked_ref()));
    // The callback lives as long as the worker.
    callback.forget();
    tell(&JsValue::from_str("ready"));
    Ok(())
}

/// Ends this worker for a reason that the page is told. A panic would have no words: where the page is built small, it just stops.
pub fn give_up(reason: &str) -> ! {
    tell(&JsValue::from_str(reason));
    wasm_bindgen::throw_str(reason)
}

/// Posts a serialised reply, and a file beside it where one was made. Works in the midst of a request, for progress.
///
/// # Errors
/// When the browser cannot carry the message, for instance for want of memory.
pub fn post(bytes: &[u8], file: Option<&web_sys::Blob>) -> Result<(), String> {
    let buffer = Uint8Array::from(bytes).buffer();
    let file = file.map_or(JsValue::UNDEFINED, JsValue::from);
    scope()?
        .post_message_with_transfer(&Array::of3(&buffer, &Array::new(), &file), &Array::of1(&buffer))
        .map_err(|failure| super::sentence(&failure))
}

/// Posts bytes and columns, which travel as buffers of their own.
///
/// # Errors
/// When the browser cannot carry the message, for instance for want of memory.
pub fn post_columns(bytes: &[u8], columns: &[Column<'_>]) -> Result<(), String> {
    let buffer = Uint8Array::from(bytes).buffer();
    let transfer = Array::of1(&buffer);
    let beside: Array = columns.iter().map(Column::buffer).collect();
    beside.iter().for_each(|column| {
        transfer.push(&column);
    });
    scope()?
        .post_message_with_transfer(&Array::of2(&buffer, &beside), &transfer)
        .map_err(|failure| super::sentence(&failure))
}

/// How many processors the browser says there are; one where it does not say.
pub fn processors() -> usize {
    let processors = scope().map_or(1.0, |scope| scope.navigator().hardware_concurrency());
    if processors >= 1.0 { processors as usize } else { 1 }
}

pub(super) fn tell(content: &JsValue) {
    if let Ok(scope) = scope() {
        // There is nobody else to tell when this fails.
        let _ = scope.post_message(content);
    }
}

fn request_of(content: &JsValue) -> Option<Request> {
    let parts = content.dyn_ref::<Array>()?;
    let bytes = Uint8Array::new(&parts.get(0)).to_vec();
    let files =
        parts.get(1).dyn_ref::<Array>()?.iter().filter_map(|file| file.dyn_into().ok()).map(FileSource::new).collect();
    Some(Request { bytes, files })
}

pub(super) fn scope() -> Result<web_sys::DedicatedWorkerGlobalScope, String> {
    js_sys::global().dyn_into().map_err(|_| String::from("this is not a worker"))
}
