//! Accessibility and narrow pages: axe-core in every state, light and dark, wide and at 360 pixels; nothing scrolls sideways.
//!
//! Owns the list of states that are looked at. Assumes Chromium can pretend a theme and a width. Refuses a serious or critical finding.

use crate::case::{Case, in_chromium};
use crate::engine::Engine;
use crate::expected::Expected;
use crate::logs::{self, Folder};
use crate::page::Page;
use crate::visit::visit;

const TABS: [&str; 6] = ["Temperature", "Battery", "Humidity", "Anomalies", "Heatmap", "Rolling average"];

pub fn cases() -> Vec<Case> {
    vec![
        in_chromium("axe_finds_nothing_serious_light", |engine| every_state(engine, false, 1280)),
        in_chromium("axe_finds_nothing_serious_dark", |engine| every_state(engine, true, 1280)),
        in_chromium("axe_finds_nothing_serious_narrow", |engine| every_state(engine, false, 360)),
        in_chromium("axe_finds_nothing_serious_narrow_dark", |engine| every_state(engine, true, 360)),
        in_chromium("nothing_scrolls_sideways_at_360_pixels", nothing_scrolls_sideways),
        in_chromium("text_of_twice_the_size_fits", large_text),
        in_chromium("the_keyboard_reaches_everything", keyboard),
        in_chromium("the_theme_follows_the_system_and_the_button", theme),
    ]
}

fn looked_at(page: &Page, state: &str) {
    // Contrast is that of what stands still.
    page.wait_for(
        "nothing moves",
        "const ends = (one) => Number.isFinite(one.effect.getComputedTiming().endTime);
        return document.getAnimations().filter((one) => one.playState === 'running' && ends(one)).length === 0",
    );
    let found = page.axe();
    assert_eq!(found, [""; 0], "{state}");
}

fn every_state(engine: Engine, dark: bool, width_px: u32) {
    let folder = Folder::new();
    let text = logs::fleet();
    let fleet = folder.write("fleet.csv", &text);
    let big = logs::big(&folder, 300);
    let bad = folder.write("bad.csv", "a,b\n1,2\n");
    visit(engine, "#tab=nowhere", |page| {
        page.system_theme(dark);
        page.viewport(width_px, 900, 1.0);
        looked_at(page, "empty, with a notice");
        page.upload(&[&big]);
        page.wait_phase("reading");
        // It goes on reading while axe-core looks; what it finds is of one of the two states.
        looked_at(page, "reading");
        page.upload(&[&fleet]);
        page.wait_phase("ready");
        Expected::of_text("fleet.csv", &text).is_shown_by(page);
        for tab in TABS {
            page.tab(tab);
            page.wait_for(
                "no paint is wanted",
                "return new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(true), 60)))",
            );
            looked_at(page, tab);
        }
        page.click(".readas summary");
        page.click("#export");
        page.focus("canvas[data-chart]");
        page.key("ArrowRight");
        page.wait_for("the tooltip", "return document.querySelector('.tip')");
        looked_at(page, "with menu, details and tooltip");
        page.set_value("#fill", "time");
        page.set_value("#date-from", "yesterday");
        page.set_value("#mode", "strict");
        page.wait_phase("refused");
        looked_at(page, "refused, with findings");
        page.upload(&[&bad]);
        page.wait_for("the other", "return document.querySelector('#refused-title')?.innerText.includes('bad.csv')");
        looked_at(page, "refused, no other mode");
    });
}

fn fits(page: &Page, state: &str) {
    let script = "const wide = document.scrollingElement.scrollWidth - innerWidth;
        const beyond = wide > 0 ? [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
          .slice(0, 5).map((one) => one.outerHTML.slice(0, 80)) : [];
        window.scrollTo(50, 0); const scrolled = scrollX; window.scrollTo(0, 0); return [wide, scrolled, beyond]";
    let found = page.script(script, &[]);
    assert!(found[0].as_f64() <= Some(0.0) && found[1].as_f64() == Some(0.0), "{state}: {found}");
}

fn nothing_scrolls_sideways(engine: Engine) {
    let folder = Folder::new();
    let long = "a very long name ".repeat(40).replace(' ', "-");
    let text = format!("{}2024-01-01,{long},20,50,1000,5\n", logs::fleet());
    let fleet = folder.write(&format!("{}.csv", "fleet-with-a-long-name".repeat(6)), &text);
    for scale in [1.0, 2.0] {
        visit(engine, "?high_temp=28.5", |page| {
            page.viewport(360, 740, scale);
            fits(page, "empty");
            page.upload(&[&fleet]);
            page.wait_phase("ready");
            for tab in TABS {
                page.tab(tab);
                fits(page, tab);
            }
            page.click(".fold");
            page.set_value("#fill", "time");
            fits(page, "with the controls");
            page.click("#export");
            fits(page, "with the menu");
            page.set_value("#mode", "strict");
            page.wait_phase("refused");
            fits(page, "refused");
        });
    }
}

fn ground(page: &Page) -> String {
    let ground = page.script("return getComputedStyle(document.body).backgroundColor", &[]);
    ground.as_str().unwrap_or_default().to_owned()
}

fn theme(engine: Engine) {
    visit(engine, "", |page| {
        page.system_theme(false);
        page.click("#sample");
        page.wait_phase("ready");
        page.tab("Battery");
        let (light, painted) = (ground(page), page.painted());
        page.system_theme(true);
        page.wait_for(
            "the chart is painted anew",
            &format!("return Number(document.querySelector('canvas[data-chart]').dataset.painted) > {painted}"),
        );
        let dark = ground(page);
        assert_ne!(light, dark);
        let painted = page.painted();
        let script = "const button = [...document.querySelectorAll('header button')].find((b) => /light|dark|colour/i.test(b.ariaLabel ?? b.title));
            button.click()";
        page.script(script, &[]);
        page.wait_for(
            "the chart is painted anew",
            &format!("return Number(document.querySelector('canvas[data-chart]').dataset.painted) > {painted}"),
        );
        assert_eq!(ground(page), light);
    });
}

fn large_text(engine: Engine) {
    visit(engine, "", |page| {
        page.viewport(900, 900, 1.0);
        page.script("document.documentElement.style.fontSize = '200%'", &[]);
        fits(page, "empty");
        page.click("#sample");
        page.wait_phase("ready");
        for tab in TABS {
            page.tab(tab);
            fits(page, tab);
        }
    });
}

/// What the Tab key stops at, from the top to the end of the page.
fn stops(page: &Page) -> Vec<String> {
    page.script("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')", &[]);
    // Chromium puts the focus on an option of a list that is always open.
    let at = "const focus = document.activeElement, at = focus.closest('select') ?? focus;
        return at === document.body ? '' : at.id ? '#' + at.id : at.dataset.chart !== undefined ? 'chart'
          : at.querySelector?.('table')?.dataset.table ?? (at.ariaLabel || at.innerText || at.tagName)";
    let mut stops = Vec::new();
    for _ in 0..250 {
        page.key("Tab");
        let stop = page.script(at, &[]).as_str().unwrap_or_default().to_owned();
        if stop.is_empty() {
            break;
        }
        stops.push(stop);
    }
    stops
}

fn keyboard(engine: Engine) {
    visit(engine, "", |page| {
        let found = stops(page);
        for stop in ["Choose files", "#sample"] {
            assert!(found.iter().any(|one| one.trim() == stop), "no way to {stop}: {found:?}");
        }
        page.focus("#sample");
        page.key("Enter");
        page.wait_phase("ready");
        page.set_value("#fill", "time");
        let found = stops(page);
        let controls = [
            "#share",
            "#export",
            "#high-temp",
            "#high-temp-number",
            "#low-battery",
            "#low-battery-number",
            "#date-from",
            "#date-to",
            "#fill",
            "#max-gap",
            "#mode",
            "#reset",
            "#tab-temperature",
            "chart",
            "anomalies",
            "daily",
            "set-aside",
            "dropped",
            "raw",
            "Filter Anomalies",
            "Open files",
        ];
        for stop in controls {
            assert!(found.iter().any(|one| one.trim() == stop), "the Tab key never stops at {stop}: {found:?}");
        }
        page.focus("#tab-temperature");
        for (key, tab) in [("ArrowRight", "#tab-battery"), ("End", "#tab-metric"), ("ArrowRight", "#tab-temperature")] {
            page.key(key);
            let chosen = page
                .script("return [document.activeElement.id, document.querySelector('[aria-selected=true]').id]", &[]);
            assert_eq!(chosen, serde_json::json!([&tab[1..], &tab[1..]]), "{key}");
        }
        page.focus("#export");
        page.key("Enter");
        page.wait_for("the menu", "return !document.querySelector('#exports').hidden");
        page.key("Escape");
        page.wait_for(
            "no menu",
            "return document.querySelector('#exports').hidden && document.activeElement.id === 'export'",
        );
    });
}
