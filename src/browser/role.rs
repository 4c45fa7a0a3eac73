//! Which of its roles this instance of the module plays.
//!
//! Owns the question alone. Assumes a window or a dedicated worker. Refuses to guess in any other place.

use wasm_bindgen::JsCast;

/// The roles of the one wasm module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Signals and pixels, in the window.
    Page,
    /// The session, in a dedicated worker.
    Worker,
    /// Reads ranges of files for the session, in a worker that the session started.
    Reader,
}

/// The name by which a worker knows that it is a reader.
pub(super) const READER: &str = "reader";

/// The role of this instance; `None` where neither a window nor a dedicated worker is the global object.
pub fn role() -> Option<Role> {
    let global = js_sys::global();
    if global.has_type::<web_sys::Window>() {
        Some(Role::Page)
    } else if let Ok(scope) = global.dyn_into::<web_sys::DedicatedWorkerGlobalScope>() {
        Some(if scope.name() == READER { Role::Reader } else { Role::Worker })
    } else {
        None
    }
}
