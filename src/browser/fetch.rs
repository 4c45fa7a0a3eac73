//! A stretch of a file, read while the worker is at something else.
//!
//! Owns the stream. Assumes a worker or a page. Refuses to give fewer bytes than asked for: then nothing is given, and reading the
//! file in the plain way says why.

use std::cell::RefCell;

use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// A file with the stream that the bindings give without its options.
    type Streamed;
    #[wasm_bindgen(method, catch)]
    fn stream(this: &Streamed) -> Result<Stream, JsValue>;
    type Stream;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    fn reader(this: &Stream, options: &Object) -> Result<Reader, JsValue>;
    type Reader;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader, view: &Uint8Array) -> Result<js_sys::Promise, JsValue>;
}

/// The bytes of `file` from `start` to before `end`. None where the browser's files have no streams that fill a given buffer, or
/// where reading failed.
pub async fn fetch(file: &web_sys::File, start: u64, end: u64) -> Option<Vec<u8>> {
    let slice = file.slice_with_f64_and_f64(start as f64, end as f64).ok()?;
    let options = Object::new();
    Reflect::set(&options, &"mode".into(), &"byob".into()).ok()?;
    let reader = slice.unchecked_into::<Streamed>().stream().ok()?.reader(&options).ok()?;
    let size = u32::try_from(end.checked_sub(start)?).ok()?;
    let spare = SPARE.with_borrow_mut(|spare| spare.pop()).filter(|buffer| buffer.byte_length() >= size);
    let mut view = Uint8Array::new(&spare.unwrap_or_else(|| ArrayBuffer::new(size))).subarray(0, size);
    let mut filled = 0;
    // The buffer goes with each request and comes back with its answer.
    while filled < size {
        let answer = JsFuture::from(reader.read(&view.subarray(filled, size)).ok()?).await.ok()?;
        let value: Uint8Array = Reflect::get(&answer, &"value".into()).ok()?.dyn_into().ok()?;
        if value.length() == 0 {
            return None;
        }
        filled += value.length();
        view = Uint8Array::new(&value.buffer());
    }
    let bytes = view.subarray(0, size).to_vec();
    SPARE.with_borrow_mut(|spare| spare.push(view.buffer()));
    Some(bytes)
}

thread_local! {
    /// Buffers to be filled again: the system gives memory slowly. As many as there are stretches under way at once.
    static SPARE: RefCell<Vec<ArrayBuffer>> = const { RefCell::new(Vec::new()) };
}
