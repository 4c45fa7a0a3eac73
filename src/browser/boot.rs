//! What `public/boot.js` hands over: the text of the glue and when the network was closed.
//!
//! Owns the hand-over. Assumes it is taken once, in the page role, before anything else runs there.
//! Refuses to leave the hand-over or the sentence of the loading page behind.

use std::cell::RefCell;

use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// What starting a worker and counting requests need.
#[derive(Clone)]
pub struct Boot {
    /// The JavaScript that wasm-bindgen wrote for the module.
    pub glue: String,
    /// When the network was closed, in milliseconds since the page began.
    pub closed_at_ms: f64,
}

thread_local! {
    static BOOT: RefCell<Option<Boot>> = const { RefCell::new(None) };
}

/// Takes the hand-over from the window and clears the loading sentence. Called once, first thing in the page role.
///
/// # Errors
/// When `public/boot.js` did not start this instance.
pub fn take() -> Result<(), String> {
    let name = JsValue::from_str("sensoriumBoot");
    let global = js_sys::global();
    let given = Reflect::get(&global, &name).unwrap_or(JsValue::UNDEFINED);
    let absent = || String::from("the page was not started by boot.js");
    let part = |key: &str| Reflect::get(&given, &JsValue::from_str(key)).map_err(|_| absent());
    let boot = Boot {
        glue: part("glue")?.as_string().ok_or_else(absent)?,
        closed_at_ms: part("closedAt")?.as_f64().ok_or_else(absent)?,
    };
    // A property that cannot be deleted does no harm.
    let _ = Reflect::delete_property(&global, &name);
    BOOT.with(|kept| kept.replace(Some(boot)));
    let sentence = super::window()?.document().and_then(|document| document.get_element_by_id("boot"));
    if let Some(sentence) = sentence {
        sentence.remove();
    }
    Ok(())
}

/// The hand-over, in the page role after [`take`].
///
/// # Errors
/// When it was not taken.
pub fn kept() -> Result<Boot, String> {
    BOOT.with(|kept| kept.borrow().clone()).ok_or_else(|| String::from("the page was not started by boot.js"))
}
