//! Handing a file to the person.
//!
//! Owns the blob's address until the browser has taken it. Assumes the bytes lie outside the page's wasm memory already.
//! Refuses to look at them.

use wasm_bindgen::JsCast;

/// How long a blob's address stays valid; browsers may begin a download late.
const ADDRESS_KEPT_MS: i32 = 60_000;

/// Offers one download named `name` of a blob, for instance a canvas's picture.
///
/// # Errors
/// A sentence when the browser gives the blob no address.
pub fn save_blob(name: &str, blob: &web_sys::Blob) -> Result<(), String> {
    let address = web_sys::Url::create_object_url_with_blob(blob).map_err(|failure| super::sentence(&failure))?;
    let document = super::window()?.document().ok_or("there is no document here")?;
    let link: web_sys::HtmlAnchorElement = document
        .create_element("a")
        .map_err(|failure| super::sentence(&failure))?
        .dyn_into()
        .map_err(|_| "the browser made no link")?;
    link.set_href(&address);
    link.set_download(name);
    link.set_hidden(true);
    if let Some(body) = document.body() {
        let _ = body.append_child(&link);
    }
    link.click();
    link.remove();
    super::frame::after(ADDRESS_KEPT_MS, move || {
        let _ = web_sys::Url::revoke_object_url(&address);
    });
    Ok(())
}
