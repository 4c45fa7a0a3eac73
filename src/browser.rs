//! The browser, as far as Sensorium needs it: files, workers, addresses, downloads, frames.
//!
//! Owns every use of a browser interface that is not painting or a component; turns `JsValue` failures into sentences.
//! Assumes the page was started by `public/boot.js`, which closes the network first.
//! Refuses any rule of the domain: bytes in, bytes out, each adapter small and boring.

pub mod boot;
pub mod clipboard;
pub mod clock;
pub mod columns;
pub mod decoder;
pub mod download;
pub mod fetch;
pub mod file;
pub mod folder;
pub mod frame;
pub mod measure;
pub mod pieces;
pub mod requests;
pub mod role;
pub mod scope;
pub mod theme;
pub mod url;
pub mod worker;
pub mod zones;

use wasm_bindgen::{JsCast, JsValue};

/// What a browser interface said when it failed, as a plain sentence without an end point.
pub fn sentence(failure: &JsValue) -> String {
    if let Some(error) = failure.dyn_ref::<js_sys::Error>() {
        return String::from(error.message());
    }
    if let Some(exception) = failure.dyn_ref::<web_sys::DomException>() {
        return exception.message();
    }
    failure.as_string().unwrap_or_else(|| format!("{failure:?}"))
}

/// The window, in the page role.
fn window() -> Result<web_sys::Window, String> {
    web_sys::window().ok_or_else(|| String::from("there is no window here"))
}
