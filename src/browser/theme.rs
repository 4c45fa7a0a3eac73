//! Light or dark, as the person's system asks.
//!
//! Owns the media query. Assumes the page role. Refuses to decide colours.

use super::frame::{Listener, listen};

/// True when the system asks for a dark page.
pub fn prefers_dark() -> bool {
    query().is_some_and(|query| query.matches())
}

/// Calls `on_change` with true for dark whenever the system's wish changes, until the returned value is dropped.
///
/// # Errors
/// When the browser knows no media queries.
pub fn watch(mut on_change: impl FnMut(bool) + 'static) -> Result<Listener, String> {
    let query = query().ok_or("the browser knows no media queries")?;
    let asked = query.clone();
    listen(&query, "change", move |_| on_change(asked.matches()))
}

fn query() -> Option<web_sys::MediaQueryList> {
    super::window().ok()?.match_media("(prefers-color-scheme: dark)").ok()?
}
