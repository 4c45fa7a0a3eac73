//! Copying text.
//!
//! Owns the two ways of doing it. Assumes a click or a key press led here. Refuses to read the clipboard.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Copies `text` to the clipboard.
///
/// # Errors
/// A sentence when neither way is open, so that the page can show the text for copying by hand.
pub async fn copy(text: &str) -> Result<(), String> {
    let navigator = super::window()?.navigator();
    // Absent where the page is not served securely, although its type says otherwise.
    let clipboard = navigator.clipboard();
    if !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok() {
        return Ok(());
    }
    copy_selected(text)
}

/// The older way: a text area off the screen, selected and copied by command.
fn copy_selected(text: &str) -> Result<(), String> {
    let refused = || String::from("the browser did not allow copying");
    let document = super::window()?.document().ok_or_else(refused)?;
    let area: web_sys::HtmlTextAreaElement =
        document.create_element("textarea").ok().and_then(|element| element.dyn_into().ok()).ok_or_else(refused)?;
    area.set_value(text);
    let style = area.style();
    let _ = style.set_property("position", "fixed");
    let _ = style.set_property("left", "-9999px");
    let body = document.body().ok_or_else(refused)?;
    let focused = document.active_element();
    body.append_child(&area).map_err(|_| refused())?;
    area.select();
    let copied =
        document.dyn_ref::<web_sys::HtmlDocument>().is_some_and(|html| html.exec_command("copy").unwrap_or(false));
    area.remove();
    if let Some(element) = focused.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
    if copied { Ok(()) } else { Err(refused()) }
}
