//! Zoom, pan, cursor and tooltip: wheel, drag, double click, keys.
//!
//! Owns what hands do to a chart. Assumes the sample log and one of known readings. Refuses a window that is not where the
//! gesture says.

use std::time::Duration;

use crate::canvas::{CHART, Scale, settle};
use crate::case::{Case, in_chromium};
use crate::engine::Engine;
use crate::logs::{self, Folder, HEADER};
use crate::page::Page;
use crate::visit::visit;

pub fn cases() -> Vec<Case> {
    vec![
        in_chromium("the_wheel_zooms_and_a_drag_pans", wheel_and_drag),
        in_chromium("keys_zoom_and_pan", keys),
        in_chromium("the_tooltip_tells_of_the_nearest_reading", tooltip),
        in_chromium("arrow_keys_read_the_chart_aloud", arrows),
    ]
}

pub fn sample(page: &Page) -> Scale {
    page.click("#sample");
    page.wait_phase("ready");
    page.wait_for("a chart", "return Number(document.querySelector('canvas[data-chart]')?.dataset.painted) > 0");
    page.wait_for("its scale", "return document.querySelector('canvas[data-chart]').dataset.plot");
    Scale::of(page)
}

/// Waits for a paint of another window, and for the one that ends the zoom.
pub fn moved(page: &Page, before: &Scale) -> Scale {
    page.wait_with(
        "another window is painted",
        "const told = document.querySelector(arguments[0]).dataset;
        return Number(told.x0Us) !== arguments[1] || Number(told.x1Us) !== arguments[2]",
        &[CHART.into(), before.x.0.into(), before.x.1.into()],
        Duration::from_secs(10),
    );
    settle(page);
    Scale::of(page)
}

pub fn length(scale: &Scale) -> f64 {
    scale.x.1 - scale.x.0
}

/// The moment under a place.
pub fn under(scale: &Scale, x_px: f64) -> f64 {
    scale.x.0 + (x_px - scale.left) / scale.width * length(scale)
}

fn wheel_and_drag(engine: Engine) {
    visit(engine, "", |page| {
        let full = sample(page);
        let (x_px, y_px) = ((full.left + full.width * 0.3).round(), full.top + 80.0);
        page.wheel(CHART, x_px, y_px, -500);
        let zoomed = moved(page, &full);
        assert!(length(&zoomed) < length(&full) * 0.7, "{full:?} {zoomed:?}");
        let apart_px = (under(&zoomed, x_px) - under(&full, x_px)).abs() / length(&zoomed) * zoomed.width;
        assert!(apart_px < 2.0, "what is under the pointer moved by {apart_px} pixels");

        page.drag(CHART, (x_px, y_px), (x_px + 100.0, y_px));
        let panned = moved(page, &zoomed);
        assert!((length(&panned) / length(&zoomed) - 1.0).abs() < 1e-6, "{zoomed:?} {panned:?}");
        let by_px = (zoomed.x.0 - panned.x.0) / length(&zoomed) * zoomed.width;
        assert!((by_px - 100.0).abs() < 2.0, "a drag by 100 pixels moved the window by {by_px}");

        let wanted = format!("#zoom={},{}", panned.x.0, panned.x.1);
        let script = "return location.hash === arguments[0]";
        page.wait_with("the fragment follows", script, &[wanted.into()], Duration::from_secs(10));
        assert!(!page.measures("zoom-to-paint").is_empty());
        page.double_click(CHART, x_px, y_px);
        let whole = moved(page, &panned);
        assert_eq!(whole.x, full.x);
    });
}

fn keys(engine: Engine) {
    visit(engine, "", |page| {
        let full = sample(page);
        page.focus(CHART);
        page.key("+");
        let zoomed = moved(page, &full);
        assert!((length(&zoomed) / length(&full) - 0.5).abs() < 0.01, "{full:?} {zoomed:?}");
        page.key("-");
        let back = moved(page, &zoomed);
        assert_eq!(back.x, full.x);
        page.key("+");
        page.key("+");
        let zoomed = moved(page, &back);
        page.key("0");
        assert_eq!(moved(page, &zoomed).x, full.x);
    });
}

/// Five readings of two devices, far apart; the third of `b` is hot.
fn sparse() -> String {
    let rows = [("a", [20.0, 21.0, 20.0, 21.0, 20.0]), ("b", [30.0, 36.5, 40.25, 35.0, 30.0])];
    let mut out = HEADER.to_owned();
    for (device, temperatures) in rows {
        for (hour, temperature) in (0..).zip(temperatures) {
            out.push_str(&format!("{},{device},{temperature},5{hour},101{hour},6{hour}\n", logs::stamp(hour * 3_600)));
        }
    }
    out
}

fn tooltip(engine: Engine) {
    let folder = Folder::new();
    let path = folder.write("sparse.csv", sparse());
    visit(engine, "#tab=anomalies", |page| {
        page.upload(&[&path]);
        page.wait_phase("ready");
        page.wait_for("the chart", "return document.querySelector('canvas[data-chart]').dataset.chart === 'anomalies'");
        settle(page);
        let scale = Scale::of(page);
        let at_us = ((logs::START_SECONDS + 2 * 3_600) * 1_000_000) as f64;
        let (x_px, y_px) = (scale.x_px(at_us), scale.y_px(40.25));
        page.hover(CHART, x_px + 9.0, y_px + 6.0);
        page.wait_for("the tooltip", "return document.querySelector('.tip')");
        let words = page.text(".tip");
        for word in [
            "b",
            &logs::stamp(7_200),
            "40.25",
            "52",
            "1,012",
            "62",
            "sparse.csv line 9",
            "High temperature",
            "35.58",
            "30",
        ] {
            assert!(words.contains(word), "the tooltip lacks {word}: {words}");
        }
        let point = page.script("const point = document.querySelector('.point').style; return [parseFloat(point.left), parseFloat(point.top)]", &[]);
        let px = |at: usize| point[at].as_f64().unwrap_or(f64::NAN);
        assert!((px(0) - x_px).abs() <= 1.0 && (px(1) - y_px).abs() <= 1.0, "{point}, expected {x_px} {y_px}");
        // A measured reading below the limit has no reason.
        page.hover(CHART, scale.x_px(at_us) + 3.0, scale.y_px(20.0) - 3.0);
        page.wait_for("another tooltip", "return document.querySelector('.tip')?.innerText.includes('line 4')");
        assert!(!page.text(".tip").contains("High temperature"));
        page.hover("header", 5.0, 5.0);
        page.wait_for("it leaves", "return !document.querySelector('.tip')");
    });
}

fn arrows(engine: Engine) {
    let folder = Folder::new();
    let path = folder.write("sparse.csv", sparse());
    visit(engine, "#tab=anomalies", |page| {
        page.upload(&[&path]);
        page.wait_phase("ready");
        page.wait_for("the chart", "return document.querySelector('canvas[data-chart]').dataset.chart === 'anomalies'");
        page.focus(CHART);
        let says = |word: &str| {
            let script = "return document.querySelector('[role=log]').textContent.includes(arguments[0])";
            page.wait_with(&format!("{word} is read out"), script, &[word.into()], Duration::from_secs(10));
        };
        page.key("Home");
        says(&logs::stamp(0));
        for hour in 1..5 {
            page.key("ArrowRight");
            says(&logs::stamp(hour * 3_600));
        }
        page.key("ArrowLeft");
        says(&logs::stamp(3 * 3_600));
        page.key("Escape");
        page.wait_for("nothing is read out", "return document.querySelector('[role=log]').textContent === ''");
    });
}
