//! How many requests this page or worker made since the network was closed. It shall stay 0, and is shown.
//!
//! Owns the count: the page's own requests and those that its workers report. Assumes the Resource Timing entries of the browser. Refuses to count `blob:` and
//! `data:` addresses, which never reach a network.

use std::cell::{Cell, RefCell};

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

thread_local! {
    // The observer's callback is called as long as the page or worker lives.
    static OBSERVER: RefCell<Option<(web_sys::PerformanceObserver, Callback)>> = const { RefCell::new(None) };
}

thread_local! {
    static TOTAL: Cell<u32> = const { Cell::new(0) };
    static SHOW: RefCell<Option<Show>> = const { RefCell::new(None) };
}

type Show = Box<dyn FnMut(u32)>;
type Callback = Closure<dyn FnMut(web_sys::PerformanceObserverEntryList)>;

/// Counts from now on, in the page role: calls `show` at once and after every request with the total of page and workers.
///
/// # Errors
/// When the page was not started by `public/boot.js`.
pub fn start(mut show: impl FnMut(u32) + 'static) -> Result<(), String> {
    let closed_at_ms = super::boot::kept()?.closed_at_ms;
    show(TOTAL.get());
    SHOW.with(|kept| kept.replace(Some(Box::new(show))));
    watch(closed_at_ms, add);
    Ok(())
}

/// The total of page and workers since the network was closed.
pub fn total() -> u32 {
    TOTAL.get()
}

/// Adds what the page or a worker counted. A worker passes on what its own workers counted.
pub(super) fn add(new: u32) {
    if super::scope::scope().is_ok() {
        super::scope::tell(&wasm_bindgen::JsValue::from_f64(f64::from(new)));
        return;
    }
    let total = TOTAL.get().saturating_add(new);
    TOTAL.set(total);
    SHOW.with(|kept| {
        if let Some(show) = kept.borrow_mut().as_mut() {
            show(total);
        }
    });
}

/// Calls `on_requests` with the number of new requests whenever one ends that began after `since_ms`.
///
/// `since_ms` is a time of [`super::clock::now_ms`] in the same window or worker. One watch at a time: a second replaces the first.
pub(super) fn watch(since_ms: f64, mut on_requests: impl FnMut(u32) + 'static) {
    let callback = Callback::new(move |list: web_sys::PerformanceObserverEntryList| {
        let new = list
            .get_entries()
            .iter()
            .filter_map(|entry| entry.dyn_into::<web_sys::PerformanceEntry>().ok())
            .filter(|entry| entry.start_time() > since_ms && reaches_network(&entry.name()))
            .count();
        if new > 0 {
            on_requests(u32::try_from(new).unwrap_or(u32::MAX));
        }
    });
    let Ok(observer) = web_sys::PerformanceObserver::new(callback.as_ref().unchecked_ref()) else {
        return;
    };
    let options = js_sys::Object::new();
    // `buffered` also delivers what ended before the watch began.
    let _ = js_sys::Reflect::set(&options, &"type".into(), &"resource".into());
    let _ = js_sys::Reflect::set(&options, &"buffered".into(), &true.into());
    observer.observe(options.unchecked_ref());
    OBSERVER.with(|kept| kept.replace(Some((observer, callback))));
}

fn reaches_network(address: &str) -> bool {
    !address.starts_with("blob:") && !address.starts_with("data:")
}
