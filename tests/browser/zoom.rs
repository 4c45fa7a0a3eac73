//! The window of time by other ways than wheel and drag: box, pinch, strip, tabs, the link; and which devices stand out.
//!
//! Owns what these ways lead to. Assumes the sample log. Refuses a window that is not the one that the hand drew.

use std::cell::RefCell;
use std::time::Duration;

use crate::canvas::{CHART, Scale, settle};
use crate::case::{Case, in_chromium};
use crate::engine::Engine;
use crate::gestures::{length, moved, sample, under};
use crate::page::Page;
use crate::visit::visit;

pub fn cases() -> Vec<Case> {
    vec![
        in_chromium("a_drag_with_shift_zooms_to_the_stretch", stretch),
        in_chromium("two_fingers_zoom_and_what_is_under_them_stays", pinch),
        in_chromium("the_strip_moves_and_resizes_the_window", strip),
        in_chromium("tabs_over_time_share_the_window_and_the_link_has_it", linked),
        in_chromium("the_hottest_devices_are_shown_and_one_pointed_at_stands_out", devices),
        in_chromium("what_stands_ready_for_a_log_is_out_of_reach", out_of_reach),
    ]
}

/// How far apart two moments are in pixels of a chart.
fn apart_px(scale: &Scale, a_us: f64, b_us: f64) -> f64 {
    (a_us - b_us).abs() / length(scale) * scale.width
}

fn stretch(engine: Engine) {
    visit(engine, "", |page| {
        let full = sample(page);
        let (from_px, to_px) = ((full.left + full.width * 0.25).round(), (full.left + full.width * 0.6).round());
        page.drag_with_shift(CHART, (from_px, full.top + 60.0), (to_px, full.top + 90.0));
        let shown = moved(page, &full);
        assert!(apart_px(&full, shown.x.0, under(&full, from_px)) < 1.5, "{full:?} {shown:?}");
        assert!(apart_px(&full, shown.x.1, under(&full, to_px)) < 1.5, "{full:?} {shown:?}");
        assert_eq!(page.attr(".stretch", "hidden").as_deref(), Some(""));
    });
}

fn pinch(engine: Engine) {
    visit(engine, "", |page| {
        let full = sample(page);
        let at = |share: f64| (full.left + full.width * share).round();
        let (first, second) = ((at(0.4), at(0.2)), (at(0.6), at(0.9)));
        page.pinch(CHART, full.top + 100.0, first, second);
        let shown = moved(page, &full);
        for (start_px, end_px) in [first, second] {
            let apart = apart_px(&shown, under(&shown, end_px), under(&full, start_px));
            assert!(apart < 3.0, "what was under a finger is {apart} pixels from it: {full:?} {shown:?}");
        }
    });
}

fn strip(engine: Engine) {
    visit(engine, "", |page| {
        let full = sample(page);
        page.wheel(CHART, full.left + full.width / 2.0, full.top + 80.0, -500);
        let zoomed = moved(page, &full);
        // The strip has the pixels of the chart's plot.
        let on_strip = |us: f64| full.left + (us - full.x.0) / length(&full) * full.width;
        let middle = on_strip(f64::midpoint(zoomed.x.0, zoomed.x.1));
        page.drag(".strip", (middle, 22.0), (middle + 60.0, 22.0));
        let panned = moved(page, &zoomed);
        assert!((length(&panned) / length(&zoomed) - 1.0).abs() < 1e-6, "{zoomed:?} {panned:?}");
        assert!((apart_px(&full, panned.x.0, zoomed.x.0) - 60.0).abs() < 1.5, "{zoomed:?} {panned:?}");

        let edge = on_strip(panned.x.0);
        page.drag(".strip", (edge, 22.0), (edge - 80.0, 22.0));
        let wider = moved(page, &panned);
        assert!(apart_px(&full, wider.x.1, panned.x.1) < 1.5, "{panned:?} {wider:?}");
        assert!((apart_px(&full, wider.x.0, panned.x.0) - 80.0).abs() < 1.5, "{panned:?} {wider:?}");
    });
}

fn linked(engine: Engine) {
    let link = RefCell::new(None);
    visit(engine, "", |page| {
        let full = sample(page);
        page.wheel(CHART, full.left + full.width * 0.4, full.top + 80.0, -400);
        let zoomed = moved(page, &full);
        for (title, name) in [("Battery", "battery"), ("Anomalies", "anomalies"), ("Temperature", "temperature")] {
            show(page, title, name);
            assert_eq!(Scale::of(page).x, zoomed.x, "{title}");
        }
        let fragment = format!("#zoom={},{}", zoomed.x.0, zoomed.x.1);
        let script = "return location.hash === arguments[0]";
        page.wait_with("the fragment", script, &[fragment.as_str().into()], Duration::from_secs(10));
        link.replace(Some((fragment, zoomed)));
    });
    let (fragment, zoomed) = link.take().unwrap_or_else(|| panic!("there is a link"));
    visit(engine, &fragment, |page| {
        sample(page);
        settle(page);
        assert_eq!(Scale::of(page).x, zoomed.x, "the link leads to the same window");
    });
}

fn show(page: &Page, title: &str, name: &str) {
    page.tab(title);
    let script = "return document.querySelector(arguments[0]).dataset.chart === arguments[1]";
    page.wait_with(title, script, &[CHART.into(), name.into()], Duration::from_secs(10));
    settle(page);
}

fn devices(engine: Engine) {
    visit(engine, "", |page| {
        sample(page);
        page.set_value("#top-devices", "3");
        page.wait_for("three are shown", "return document.querySelector('.picked').innerText.startsWith('3 of')");
        settle(page);
        assert!(page.attr(CHART, "aria-label").is_some_and(|words| words.contains("3 devices")));
        page.click(".picked button");
        page.wait_for("all are shown", "return document.querySelector('#top-devices').value === '0'");
        settle(page);

        let painted = page.painted();
        assert_eq!(page.attr("canvas.pointed", "hidden").as_deref(), Some(""));
        page.hover(".device:nth-of-type(3)", 60.0, 10.0);
        page.wait_for("its line stands out", "return !document.querySelector('canvas.pointed').hidden");
        let ink = "const canvas = document.querySelector('canvas.pointed');
            return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((part) => part > 0)";
        page.wait_for("something is painted", ink);
        page.hover("h1, .tiles", 5.0, 5.0);
        page.wait_for("it is one of many again", "return document.querySelector('canvas.pointed').hidden");
        assert_eq!(page.painted(), painted, "the chart itself is not painted for that");
    });
}

fn out_of_reach(engine: Engine) {
    visit(engine, "", |page| {
        page.wait_for("it stands ready", "return document.querySelector('.log')");
        std::thread::sleep(Duration::from_millis(600));
        assert_eq!(page.attr(".log", "inert").as_deref(), Some(""));
        let height = page.script("return document.querySelector('.log').getBoundingClientRect().height", &[]);
        assert_eq!(height.as_f64(), Some(0.0));
        let words = page.script("return document.body.innerText", &[]);
        assert!(!words.as_str().unwrap_or_default().contains("Daily statistics"), "{words}");
        // Nothing of what was rehearsed is left, and nothing was measured.
        assert_eq!(page.number_of(".log tr.row"), 0);
        assert_eq!(page.measures("paint").len(), 0);
        for _ in 0..20 {
            page.key("Tab");
            let inside = page.script("return !!document.activeElement.closest('.log')", &[]);
            assert_eq!(inside.as_bool(), Some(false));
        }
    });
}
