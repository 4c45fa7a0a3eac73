//! The worker: cancelled in the midst of reading, replaced when it dies, files that change behind its back.
//!
//! Owns what becomes of the page when its worker goes. Assumes Chromium's own protocol to reach into a worker. Refuses a page
//! that does not serve afterwards.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::case::{Case, in_chromium};
use crate::engine::Engine;
use crate::expected::Expected;
use crate::logs::{self, Folder};
use crate::page::Page;
use crate::visit::{stayed_quiet, visit};

pub fn cases() -> Vec<Case> {
    vec![
        in_chromium("cancel_answers_quickly_and_the_page_is_usable", cancel),
        in_chromium("cancel_goes_back_to_what_was_open", cancel_goes_back),
        in_chromium("a_worker_that_dies_is_replaced", dies),
        in_chromium("a_file_that_vanishes_costs_a_sentence", vanishes),
        in_chromium("a_file_that_changes_costs_a_sentence", changes),
    ]
}

/// Presses Cancel once a tenth was read; returns how long the page took to be at something else, in milliseconds.
fn cancel_midway(page: &Page, next: &[&str]) -> f64 {
    let script =
        "const done = () => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') ?? 0);
        return new Promise((resolve, fail) => {
          const began = performance.now();
          let pressed = 0;
          const look = () => {
            if (!pressed && done() >= 10) { pressed = performance.now(); document.querySelector('#cancel').click(); }
            const phase = document.body.dataset.phase;
            if (pressed && phase !== 'reading') resolve([phase, performance.now() - pressed]);
            else if (pressed && done() < 10) resolve([phase, performance.now() - pressed]);
            else if (performance.now() - began > 20000) fail(new Error(`phase ${phase}, ${done()} %`));
            else setTimeout(look, 4);
          };
          look();
        })";
    let found = page.script(script, &[]);
    assert!(found[0].as_str().is_some_and(|phase| next.contains(&phase)), "{found}");
    found[1].as_f64().unwrap_or(f64::MAX)
}

fn cancel(engine: Engine) {
    let folder = Folder::new();
    let path = logs::big(&folder, 200);
    let text = logs::steady(0.0);
    visit(engine, "", |page| {
        page.upload(&[&path]);
        let took_ms = cancel_midway(page, &["empty"]);
        println!("cancelled a log of 200 MB within {took_ms:.1} ms");
        assert!(took_ms < 500.0, "{took_ms} ms");
        let notice = page.text("[role=status]");
        assert!(notice.contains("big.csv") && notice.contains("cancelled"), "{notice}");
        page.upload(&[&folder.write("good.csv", &text)]);
        page.wait_phase("ready");
        Expected::of_text("good.csv", &text).is_shown_by(page);
    });
}

fn cancel_goes_back(engine: Engine) {
    let folder = Folder::new();
    let (path, text) = (logs::big(&folder, 200), logs::steady(0.0));
    visit(engine, "", |page| {
        page.upload(&[&folder.write("good.csv", &text)]);
        page.wait_phase("ready");
        page.upload(&[&path]);
        cancel_midway(page, &["reading", "ready"]);
        page.wait_phase("ready");
        Expected::of_text("good.csv", &text).is_shown_by(page);
        assert!(page.text("header").contains("good.csv"));
    });
}

/// Runs an expression in each of the page's workers, the session's and the readers', through Chromium's own protocol.
pub fn in_workers(page: &Page, expression: &str) {
    // Readers start after the session, and the session after the page.
    let began = Instant::now();
    let targets = loop {
        let found = page.devtools("Target.getTargets", json!({"filter": [{"type": "worker"}]}));
        let targets = found["targetInfos"].as_array().cloned().unwrap_or_default();
        if targets.len() > 1 {
            break targets;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "the page has a session and readers: {targets:?}");
        std::thread::sleep(Duration::from_millis(100));
    };
    for target in targets {
        let attach = json!({"targetId": target["targetId"], "flatten": false});
        // A worker that was just ended may still be on the list.
        let Ok(session) = page.try_devtools("Target.attachToTarget", attach) else { continue };
        let message = json!({"id": 1, "method": "Runtime.evaluate", "params": {"expression": expression}});
        let sent = json!({"sessionId": session["sessionId"], "message": message.to_string()});
        let _ = page.try_devtools("Target.sendMessageToTarget", sent);
    }
}

/// Throws an error in the page's session.
fn kill_worker(page: &Page) {
    in_workers(page, "self.name === 'reader' || setTimeout(() => { throw new Error('ended by a test') })");
}

fn dies(engine: Engine) {
    let folder = Folder::new();
    let text = logs::fleet();
    let path = folder.write("fleet.csv", &text);
    let host = crate::host::Host::of_page();
    let page = Page::start(engine, &host);
    crate::visit::arrive(&host, &page, "?high_temp=28");
    page.upload(&[&path]);
    page.wait_phase("ready");
    let mut expected = Expected::of_text("fleet.csv", &text);
    expected.change(|recipe| recipe.limits.high_temp_celsius = 28.0);
    for _ in 0..4 {
        kill_worker(&page);
        page.wait_for(
            "the notice",
            "return [...document.querySelectorAll('.toast')].some((one) => one.innerText.includes('Another has taken its place'))",
        );
        let notice = page.text("[role=status]");
        assert!(notice.contains("fleet.csv") && notice.contains("Reopen the file"), "{notice}");
        page.click(".toast .btn.primary");
        page.wait_phase("ready");
        expected.is_shown_by(&page);
    }
    // The thrown errors stand on the console; nothing else does.
    let others: Vec<_> = page.console_errors().into_iter().filter(|one| !one.contains("ended by a test")).collect();
    assert_eq!(others, [""; 0]);
    stayed_quiet(&host, &page);
}

fn set_aside(page: &Page) {
    page.click("#export");
    page.click("[data-export=set-aside]");
}

/// The readings stay when their file goes: only what has to be read from it again is lost.
fn serves_on(page: &Page, text: &str) {
    page.wait_for("a sentence", "return document.querySelector('[role=status]').innerText.includes('fleet.csv')");
    assert_eq!(page.downloads(), [""; 0].map(PathBuf::from), "half a file was handed over");
    assert_eq!(page.attr("body", "data-phase").as_deref(), Some("ready"));
    page.set_slider("#high-temp", 25.0);
    let mut expected = Expected::of_text("fleet.csv", text);
    expected.change(|recipe| recipe.limits.high_temp_celsius = 25.0);
    expected.is_shown_by(page);
}

fn vanishes(engine: Engine) {
    let folder = Folder::new();
    let text = logs::fleet();
    let path = folder.write("fleet.csv", &text);
    visit(engine, "", |page| {
        page.upload(&[&path]);
        page.wait_phase("ready");
        fs::remove_file(&path).expect("the file is removed");
        set_aside(page);
        serves_on(page, &text);
    });
}

fn changes(engine: Engine) {
    let folder = Folder::new();
    let text = logs::fleet();
    let path = folder.write("fleet.csv", &text);
    visit(engine, "", |page| {
        page.upload(&[&path]);
        page.wait_phase("ready");
        let began = Instant::now();
        // Browsers tell a change by the time of the last one, in whole seconds at worst.
        while began.elapsed() < Duration::from_millis(1_100) {
            std::thread::sleep(Duration::from_millis(100));
        }
        folder.write("fleet.csv", logs::steady(0.0));
        set_aside(page);
        serves_on(page, &text);
    });
}
