//! The report of the command line, opened from disk: complete, accessible, light and dark, wide and narrow, on paper.
//!
//! Owns what a browser makes of it. Assumes that `tests/report.rs` holds its text to the run. Refuses any finding of axe-core.

use std::process::Command;

use serde_json::{Value, json};

use crate::case::{Case, in_chromium};
use crate::engine::Engine;
use crate::host::Host;
use crate::logs::{self, Folder};
use crate::page::Page;

/// Sheets of paper that a report may take: charts, three to a sheet, and the tables before and behind them.
const MOST_SHEETS: usize = 8;

pub fn cases() -> Vec<Case> {
    vec![in_chromium("the_report_is_whole_accessible_and_printable", report)]
}

fn report(engine: Engine) {
    let folder = Folder::new();
    let log = folder.write("fleet <b>1.csv", logs::fleet());
    let out = folder.path().join("out");
    let mut command = Command::new(env!("CARGO_BIN_EXE_sensorium"));
    let ran = command.arg("run").arg(&log).arg("--out").arg(&out).args(["--report", "--json"]).output();
    let ran = ran.expect("the command line starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let run: Value = serde_json::from_slice(&ran.stdout).expect("an object");

    let host = Host::of_page();
    let page = Page::start(engine, &host);
    let address = format!("file://{}", out.join("report.html").display());
    for (dark, width_px) in [(false, 1280), (true, 1280), (false, 360), (true, 360)] {
        page.system_theme(dark);
        page.viewport(width_px, 900, 1.0);
        page.visit(&address);
        assert_eq!(page.axe_of_all(), [""; 0], "dark {dark}, {width_px} pixels wide");
        let wide = page.script("return document.scrollingElement.scrollWidth - innerWidth", &[]);
        assert!(wide.as_f64() <= Some(0.0), "{width_px}: {wide}");
        let ink = page.script("return getComputedStyle(document.querySelector('figure svg text')).fill", &[]);
        assert_eq!(ink, if dark { "rgb(152, 167, 182)" } else { "rgb(85, 98, 112)" }, "the colour of labels");
    }
    let counted = |name: &str| page.attr(&format!("[data-count={name}]"), "data-value").unwrap_or_default();
    for (name, key) in
        [("readings", "rows_out"), ("devices", "devices"), ("set-aside", "rows_set_aside"), ("dropped", "rows_dropped")]
    {
        assert_eq!(counted(name), run[key].to_string(), "{name}");
    }
    let sum = |key: &str| run[key].as_object().into_iter().flatten().filter_map(|(_, n)| n.as_u64()).sum::<u64>();
    assert_eq!(counted("filled"), sum("filled").to_string());
    assert_eq!(counted("anomalies"), sum("anomalies").to_string());
    assert_eq!(counted("findings"), run["violations"].as_array().map_or(0, Vec::len).to_string());
    assert_eq!(page.number_of("figure svg[role=img][aria-label]"), 6);
    assert_eq!(page.number_of("b, script, img, link, iframe"), 0, "what stands in a log is text");
    let drawn = page
        .script("return [...document.querySelectorAll('figure svg')].every((one) => one.getBBox().width > 900)", &[]);
    assert_eq!(drawn, true, "every chart is drawn");
    let fetched = page.script("return performance.getEntriesByType('resource').map((one) => one.name)", &[]);
    assert_eq!(fetched, json!([]), "the report fetches");
    assert_eq!(host.requests(), [""; 0]);
    let paper = page.paper();
    let sheets = String::from_utf8_lossy(&paper).matches("/Type /Page\n").count();
    assert!((1..=MOST_SHEETS).contains(&sheets), "it takes {sheets} sheets of paper");
}
