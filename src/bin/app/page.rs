//! The page role: a toy that sends chosen files to a worker and downloads what comes back.
//!
//! Owns nothing yet. Assumes nothing. To be replaced by the page.

use std::cell::RefCell;
use std::rc::Rc;

use sensorium::browser::frame::listen;
use sensorium::browser::worker::WorkerHandle;
use sensorium::browser::{boot, download, measure, requests};
use wasm_bindgen::JsCast;

/// Starts the page.
pub fn start() {
    console_error_panic_hook::set_once();
    if let Err(reason) = boot::take() {
        panic!("{reason}");
    }
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    let Some(body) = document.body() else { return };
    body.set_inner_html(
        "<h1>Sensorium</h1><input type=file id=files multiple><p role=status></p><p data-requests></p><canvas width=40 height=40></canvas>",
    );
    let find = move |selector: &str| document.query_selector(selector).ok().flatten();
    let say = {
        let find = find.clone();
        move |selector: &str, text: &str| {
            if let Some(place) = find(selector) {
                place.set_text_content(Some(text));
            }
        }
    };
    let show = say.clone();
    let _ = requests::start(move |total| show("[data-requests]", &total.to_string()));
    if let Some(canvas) = find("canvas").and_then(|c| c.dyn_into::<web_sys::HtmlCanvasElement>().ok())
        && let Ok(Some(context)) = canvas.get_context("2d")
        && let Ok(context) = context.dyn_into::<web_sys::CanvasRenderingContext2d>()
    {
        context.set_fill_style_str("rgb(255,0,0)");
        context.fill_rect(0.0, 0.0, 40.0, 40.0);
    }
    let heard = say.clone();
    let died = say.clone();
    let worker = WorkerHandle::start(
        move |incoming| {
            measure::measure("read", 0.0, 1.0, 1, 2);
            heard("[role=status]", &String::from_utf8_lossy(&incoming.bytes));
            if !incoming.bulk.is_empty() {
                let _ = download::save("back.csv", "text/csv", &incoming.bulk);
            }
        },
        move |reason| died("[role=status]", &format!("died: {reason}")),
    );
    let Ok(worker) = worker else { return };
    let worker = Rc::new(RefCell::new(worker));
    let Some(input) = find("#files").and_then(|i| i.dyn_into::<web_sys::HtmlInputElement>().ok()) else {
        return;
    };
    let chosen = input.clone();
    let listener = listen(&input, "change", move |_| {
        let files: Vec<web_sys::File> =
            chosen.files().map(|list| (0..list.length()).filter_map(|i| list.get(i)).collect()).unwrap_or_default();
        let word: &[u8] = if files.first().is_some_and(|f| f.name() == "panic") { b"panic" } else { b"sum" };
        let _ = worker.borrow().post(word, &files);
    });
    std::mem::forget(listener);
    body.set_attribute("data-phase", "empty").unwrap_or_default();
}
