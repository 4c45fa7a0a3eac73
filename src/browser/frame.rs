//! Animation frames and timers.
//!
//! Owns the callbacks until they ran. Assumes the page role for frames. Refuses to repeat by itself.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

/// Runs `work` once in the next animation frame; `work` gets the frame's time in milliseconds since the page began.
pub fn next_frame(work: impl FnOnce(f64) + 'static) {
    let Ok(window) = super::window() else { return };
    let callback = Closure::once_into_js(work);
    // A window that grants no frame paints nothing, and there is nobody to tell.
    let _ = window.request_animation_frame(callback.unchecked_ref());
}

#[wasm_bindgen]
extern "C" {
    /// The same in the window and in a worker, which the bindings tell apart.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, delay_ms: i32) -> JsValue;
}

/// Runs `work` once after at least `delay_ms` milliseconds, in any role.
pub fn after(delay_ms: i32, work: impl FnOnce() + 'static) {
    set_timeout(&Closure::once_into_js(work), delay_ms);
}

/// A callback that lives as long as this value; dropping it ends the subscription at `target`.
pub struct Listener {
    target: web_sys::EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut(web_sys::Event)>,
}

/// Calls `on_event` for every `event` at `target`, until the returned value is dropped.
///
/// # Errors
/// When the target takes no listeners.
pub fn listen(
    target: &web_sys::EventTarget,
    event: &'static str,
    on_event: impl FnMut(web_sys::Event) + 'static,
) -> Result<Listener, String> {
    let callback = Closure::<dyn FnMut(web_sys::Event)>::new(on_event);
    target
        .add_event_listener_with_callback(event, callback.as_ref().unchecked_ref())
        .map_err(|failure| super::sentence(&failure))?;
    Ok(Listener { target: target.clone(), event, callback })
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.event, self.callback.as_ref().unchecked_ref());
    }
}
