//! The promise: after loading, the page cannot send anything anywhere.
//!
//! Owns the proof: every way out is tried from the page and from a worker, at another host and at the page's own. Assumes
//! `ways_out.js` tries rightly, which a page without a policy proves each time. Refuses to trust a count that cannot rise.

use crate::case::{Case, everywhere};
use crate::engine::Engine;
use crate::host::{Host, Hosting};
use crate::page::Page;
use crate::ways_out::{Place, arrived, attempt};

pub fn cases() -> Vec<Case> {
    vec![
        everywhere("nothing_leaves_the_page", |engine| nothing_leaves(engine, Place::Page)),
        everywhere("nothing_leaves_a_worker", |engine| nothing_leaves(engine, Place::Worker)),
        everywhere("nothing_leaves_a_reader", |engine| nothing_leaves(engine, Place::Reader)),
        everywhere("webrtc_is_taken_away", webrtc_is_taken_away),
        everywhere("removing_the_policy_does_not_reopen", removing_does_not_reopen),
        everywhere("an_open_page_leaks", an_open_page_leaks),
    ]
}

fn nothing_leaves(engine: Engine, place: Place) {
    let (own, foreign) = (Host::of_page(), Host::foreign());
    can_count(&own);
    can_count(&foreign);
    let page = Page::start(engine, &own);
    page.open("");
    own.forget();
    let tried = attempt(&page, place, &foreign);
    let least = if place == Place::Page { 45 } else { 15 };
    assert!(tried.len() > least, "only {} ways were tried: {tried:?}", tried.len());
    assert_eq!(foreign.requests(), [""; 0], "reached another host");
    // A page may make an engine connect in advance, which no policy stops; nothing is sent over such a connection.
    // A worker has no way to ask for that.
    if place != Place::Page {
        assert_eq!(foreign.seen(), [""; 0], "connected to another host");
    }
    attempt(&page, place, &own);
    assert_eq!(own.requests(), [""; 0], "reached the page's own host");
}

fn webrtc_is_taken_away(engine: Engine) {
    let page = open_page(engine);
    let left = page.script(
        "return ['RTCPeerConnection', 'webkitRTCPeerConnection', 'mozRTCPeerConnection'].filter((name) => globalThis[name] !== undefined)",
        &[],
    );
    assert_eq!(left, serde_json::json!([]));
}

fn removing_does_not_reopen(engine: Engine) {
    let foreign = Host::foreign();
    let page = open_page(engine);
    let removed = page.script(
        "const tags = document.querySelectorAll('meta[http-equiv]'); tags.forEach((tag) => tag.remove()); return tags.length",
        &[],
    );
    assert!(removed.as_u64() >= Some(2), "expected two policies, but found {removed}");
    attempt(&page, Place::Page, &foreign);
    assert_eq!(foreign.requests(), [""; 0]);
}

/// The same ways do reach a host from a page without a policy: what the other tests count can rise.
fn an_open_page_leaks(engine: Engine) {
    let open = Hosting {
        extra: vec![("/open.html", "text/html", String::from("<!doctype html><title>open</title><body>open</body>"))],
        ..Hosting::default()
    };
    let (own, foreign) = (Host::hosting(open), Host::foreign());
    let page = Page::start(engine, &own);
    page.visit(&format!("{}/open.html", own.origin()));
    for (place, least) in [(Place::Page, 25), (Place::Worker, 6), (Place::Reader, 6)] {
        foreign.forget();
        let tried = attempt(&page, place, &foreign);
        let ways = arrived(&foreign);
        eprintln!(
            "{}: {} of {} ways reached another host from an open {place:?}: {ways:?}",
            engine.name(),
            ways.len(),
            tried.len()
        );
        assert!(
            ways.len() >= least,
            "only {} of {} ways work where nothing stops them: {ways:?}",
            ways.len(),
            tried.len()
        );
    }
}

fn open_page(engine: Engine) -> Page {
    let host = Host::of_page();
    let page = Page::start(engine, &host);
    page.open("");
    page
}

/// A host's count rises when it is reached from outside the page.
fn can_count(host: &Host) {
    ureq::get(host.origin()).call().expect("the host answers");
    assert_eq!(host.requests(), ["GET /"]);
    host.forget();
}
