//! Milliseconds since the page or worker began, and since 1970.
//!
//! Owns the only clocks. Assumes the User Timing clock exists. Refuses time zones: these are numbers.

use wasm_bindgen::{JsCast, JsValue};

/// The `performance` object of the window or worker.
pub(super) fn performance() -> Option<web_sys::Performance> {
    js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("performance")).ok()?.dyn_into().ok()
}

/// Milliseconds since the page or worker began; 0 where there is no such clock.
pub fn now_ms() -> f64 {
    performance().map_or(0.0, |performance| performance.now())
}

/// Milliseconds since 1970-01-01T00:00:00Z by the machine's clock.
pub fn unix_ms() -> f64 {
    js_sys::Date::now()
}
