//! How the page starts: on any host, in any folder, and with a sentence when it cannot.
//!
//! Owns the start alone. Assumes `public/boot.js`. Refuses to look at what the page does once it has started.

use crate::case::{Case, everywhere, in_chromium};
use crate::engine::Engine;
use crate::host::{Host, Hosting};
use crate::page::Page;

pub fn cases() -> Vec<Case> {
    vec![
        everywhere("starts_and_then_makes_no_request", starts),
        in_chromium("starts_in_any_folder_of_a_host", starts_in_a_folder),
        everywhere("starts_where_the_media_type_is_wrong", starts_with_a_wrong_type),
        everywhere("says_when_a_part_is_missing", says_when_a_part_is_missing),
        in_chromium("starts_without_a_word_on_the_console", starts_in_silence),
        in_chromium("says_when_there_are_no_vectors", says_when_there_are_no_vectors),
    ]
}

fn starts(engine: Engine) {
    let host = Host::of_page();
    let page = Page::start(engine, &host);
    page.open("");
    let fetched = host.requests();
    // The page, its two styles, boot.js, the glue and the module.
    assert_eq!(fetched.len(), 6, "{fetched:?}");
    host.forget();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert_eq!(host.requests(), [""; 0]);
    assert_eq!(page.requests(), 0);
    assert_eq!(page.number_of("#boot"), 0);
}

fn starts_in_a_folder(engine: Engine) {
    let host = Host::hosting(Hosting { folder: String::from("/some/folder"), ..Hosting::default() });
    let page = Page::start(engine, &host);
    page.open("?high_temp=29#tab=heatmap");
    assert!(host.requests().iter().all(|request| request.starts_with("GET /some/folder/")), "{:?}", host.requests());
}

fn starts_with_a_wrong_type(engine: Engine) {
    let host = Host::hosting(Hosting { wasm_type: Some("application/octet-stream"), ..Hosting::default() });
    Page::start(engine, &host).open("");
}

fn says_when_a_part_is_missing(engine: Engine) {
    let host = Host::hosting(Hosting { absent: Some(".wasm"), ..Hosting::default() });
    let page = Page::start(engine, &host);
    page.visit(&host.page());
    page.wait_for("the sentence is shown", "return document.querySelector('#boot[role=alert]')");
    let sentence = page.text("#boot");
    assert!(sentence.contains("could not be fetched: the server answered 404"), "{sentence}");
}

fn starts_in_silence(engine: Engine) {
    let host = Host::of_page();
    let page = Page::start(engine, &host);
    page.open("");
    assert_eq!(page.console_errors(), [""; 0]);
}

fn says_when_there_are_no_vectors(engine: Engine) {
    let host = Host::of_page();
    let page = Page::start(engine, &host);
    let pretend = "WebAssembly.validate = () => false";
    page.devtools("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({"source": pretend}));
    page.visit(&host.page());
    page.wait_for("the sentence is shown", "return document.querySelector('#boot[role=alert]')");
    let sentence = page.text("#boot");
    assert!(sentence.contains("no 128-bit vectors"), "{sentence}");
    assert_eq!(page.number_of("body[data-phase]"), 0);
}
