//! The script of every worker: the glue as text plus a few lines, at a `blob:` address.
//!
//! Owns that address. Assumes the names that wasm-bindgen gives its web target. Refuses a network address, which would not inherit
//! the page's policy.

use std::cell::RefCell;

use js_sys::Array;

/// What follows the glue: announce, wait for the compiled module, run it.
const START: &str = "
self.onmessage = ({ data }) => {
  self.onmessage = null;
  __wbg_init({ module_or_path: data }).catch((error) => setTimeout(() => { throw error; }));
};
self.postMessage('here');
";

thread_local! {
    /// Kept for good: any worker may have to be replaced.
    static ADDRESS: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The address of the script, made at the first call.
pub fn address() -> Result<String, String> {
    if let Some(address) = ADDRESS.with(|kept| kept.borrow().clone()) {
        return Ok(address);
    }
    // A worker's own address is that script already, and its workers inherit the policy in turn.
    if let Ok(scope) = crate::browser::scope::scope() {
        return Ok(scope.location().href());
    }
    let parts = Array::of2(&crate::browser::boot::kept()?.glue.into(), &START.into());
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("text/javascript");
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)
        .map_err(|failure| crate::browser::sentence(&failure))?;
    let address =
        web_sys::Url::create_object_url_with_blob(&blob).map_err(|failure| crate::browser::sentence(&failure))?;
    ADDRESS.with(|kept| kept.replace(Some(address.clone())));
    Ok(address)
}
