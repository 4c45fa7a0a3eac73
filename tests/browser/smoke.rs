//! The shortest useful visit, in every engine: sample, limit, link, Parquet.
//!
//! Owns the proof that the page works where Chromium is not. Assumes that what does not differ between engines is tested in
//! Chromium. Refuses an engine in which a number is another.

use std::fs;

use sensorium::protocol::ExportKind;
use sensorium::recipe::Recipe;

use crate::case::{Case, everywhere};
use crate::downloads::holds;
use crate::engine::Engine;
use crate::expected::Expected;
use crate::host::Host;
use crate::logs::{self, Folder};
use crate::page::Page;
use crate::visit::{arrive, stayed_quiet};

pub fn cases() -> Vec<Case> {
    vec![everywhere("sample_limit_link_and_parquet", smoke), everywhere("a_log_of_ones_own_is_read", own_log)]
}

fn smoke(engine: Engine) {
    let host = Host::of_page();
    let page = Page::start(engine, &host);
    arrive(&host, &page, "");
    page.click("#sample");
    page.wait_phase("ready");
    let mut expected = Expected::of_sample(Recipe::default());
    expected.is_shown_by(&page);
    for tab in ["Battery", "Humidity", "Anomalies", "Heatmap", "Rolling average", "Temperature"] {
        page.tab(tab);
    }
    page.set_slider("#high-temp", 26.5);
    expected.change(|recipe| recipe.limits.high_temp_celsius = 26.5);
    expected.is_shown_by(&page);
    page.wait_for("the address follows", "return location.search === '?high_temp=26.5'");
    page.click("#share");
    page.wait_for("an answer", "return /The link (was|could)/.test(document.querySelector('[role=status]').innerText)");

    let (name, bytes) = expected.export(ExportKind::Parquet);
    page.click("#export");
    page.click("[data-export=parquet]");
    let found = fs::read(page.download(&name)).expect("the download is read");
    holds(&found, expected.session().outcome());
    assert!(found == bytes, "{name} differs from what the library writes");
    stayed_quiet(&host, &page);

    arrive(&host, &page, "?high_temp=26.5");
    page.click("#sample");
    page.wait_phase("ready");
    expected.is_shown_by(&page);
    assert_eq!(page.value("#high-temp-number"), "26.5");
    stayed_quiet(&host, &page);
}

fn own_log(engine: Engine) {
    let folder = Folder::new();
    let text = logs::fleet();
    let host = Host::of_page();
    let page = Page::start(engine, &host);
    arrive(&host, &page, "");
    page.upload(&[&folder.write("fleet.csv", &text)]);
    page.wait_phase("ready");
    let mut expected = Expected::of_text("fleet.csv", &text);
    expected.is_shown_by(&page);
    page.upload(&[&folder.write("bad.csv", "a,b\n1,2\n")]);
    page.wait_phase("refused");
    page.drop_texts("main", &[("fleet.csv", &text)]);
    page.wait_phase("ready");
    expected.is_shown_by(&page);
    stayed_quiet(&host, &page);
}
