//! A visit: one browser with the page in it, and the proof at the end that nothing was asked of any host meanwhile.
//!
//! Owns the check that every test of the page's behaviour ends with. Assumes a host of its own. Refuses requests after the load,
//! whether the page counts them, the host sees them, or the console tells of a stopped one.

use crate::engine::Engine;
use crate::host::Host;
use crate::page::Page;

/// Opens the page with a query string or a fragment, does something, and looks whether it stayed quiet.
pub fn visit(engine: Engine, query: &str, act: impl FnOnce(&Page)) {
    let host = Host::of_page();
    let page = Page::start(engine, &host);
    arrive(&host, &page, query);
    act(&page);
    stayed_quiet(&host, &page);
}

/// Loads the page anew and forgets what that fetched.
pub fn arrive(host: &Host, page: &Page, query: &str) {
    page.open(query);
    host.forget();
}

/// Nothing was asked of the host since the page has loaded, and the page says so.
pub fn stayed_quiet(host: &Host, page: &Page) {
    assert_eq!(page.requests(), 0, "the page counts requests");
    assert_eq!(page.attr("[data-requests]", "data-requests").as_deref(), Some("0"));
    assert_eq!(host.requests(), [""; 0], "the page made requests");
    if page.engine == Engine::Chromium {
        assert_eq!(page.console_errors(), [""; 0], "the console tells of errors");
    }
}
