//! The page's own phases, written down where anyone can read them: `performance.getEntriesByName(name)`.
//!
//! Owns the shape of the entries. Assumes times of [`super::clock::now_ms`]. Refuses to fail: a measure is never worth an error.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    /// `Performance` with the newer form of `measure`, which the bindings lack.
    type Timing;
    #[wasm_bindgen(method, catch, js_name = measure)]
    fn measure_span(this: &Timing, name: &str, options: &Object) -> Result<JsValue, JsValue>;
}

/// Writes one measure, from `start_ms` to `end_ms`, both times of [`super::clock::now_ms`] in this window or worker.
///
/// Its `detail` carries the rows and the bytes that the phase worked on. The name is one of `read`, `pipeline`, `paint`,
/// `file-to-charts`, `limit-to-paint`, `zoom-to-paint` and `export`.
pub fn measure(name: &str, start_ms: f64, end_ms: f64, rows: u64, bytes: u64) {
    let Some(performance) = super::clock::performance() else {
        return;
    };
    let detail = Object::new();
    for (key, value) in [("rows", rows), ("bytes", bytes)] {
        // Counts of rows and bytes are far below 2^53, where a double is exact.
        let _ = Reflect::set(&detail, &key.into(), &JsValue::from_f64(value as f64));
    }
    let options = Object::new();
    let end_ms = end_ms.max(start_ms);
    for (key, value) in [("start", start_ms.into()), ("end", end_ms.into()), ("detail", detail.into())] {
        let _ = Reflect::set(&options, &key.into(), &value);
    }
    // An engine that refuses the measure costs the measure, nothing else.
    let _ = performance.unchecked_into::<Timing>().measure_span(name, &options);
}
