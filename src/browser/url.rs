//! The page's address: the recipe in the query string, the view in the fragment.
//!
//! Owns reading and writing them. Assumes they are encoded already. Refuses to know their keys, and never navigates.

use wasm_bindgen::JsValue;

use super::frame::{Listener, listen};

/// The query string without its question mark; empty when there is none.
pub fn query() -> String {
    let search = super::window()
        .and_then(|window| window.location().search().map_err(|f| super::sentence(&f)))
        .unwrap_or_default();
    search.strip_prefix('?').unwrap_or(&search).to_owned()
}

/// The fragment without its hash sign; empty when there is none.
pub fn fragment() -> String {
    let hash = super::window()
        .and_then(|window| window.location().hash().map_err(|f| super::sentence(&f)))
        .unwrap_or_default();
    hash.strip_prefix('#').unwrap_or(&hash).to_owned()
}

/// The page's whole address with another query string and fragment, for sharing.
pub fn link(query: &str, fragment: &str) -> String {
    let base = super::window()
        .and_then(|window| window.location().href().map_err(|f| super::sentence(&f)))
        .unwrap_or_default();
    let end = base.find(['?', '#']).unwrap_or(base.len());
    format!("{}{}", &base[..end], relative(query, fragment))
}

/// Writes a new history entry.
pub fn push(query: &str, fragment: &str) {
    let address = link(query, fragment);
    if let Ok(history) = super::window().and_then(|w| w.history().map_err(|f| super::sentence(&f))) {
        // Some engines refuse more than a hundred entries in half a minute; the address then lags, nothing else.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// Replaces the present history entry.
pub fn replace(query: &str, fragment: &str) {
    let address = link(query, fragment);
    if let Ok(history) = super::window().and_then(|w| w.history().map_err(|f| super::sentence(&f))) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// Calls `on_move` after each step back or forward, until the returned value is dropped.
///
/// # Errors
/// When there is no window.
pub fn watch(mut on_move: impl FnMut() + 'static) -> Result<Listener, String> {
    listen(&super::window()?.into(), "popstate", move |_| on_move())
}

fn relative(query: &str, fragment: &str) -> String {
    let mut address = String::new();
    if !query.is_empty() {
        address.push('?');
        address.push_str(query);
    }
    if !fragment.is_empty() {
        address.push('#');
        address.push_str(fragment);
    }
    address
}
