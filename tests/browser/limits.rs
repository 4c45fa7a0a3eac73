//! Limits: moved with the slider, the number box and the keyboard, they change counts, tables and pixels.
//!
//! Owns what a moved limit shows. Assumes the sample log. Refuses counts that the native library does not compute, too.

use sensorium::chart::Theme;
use sensorium::recipe::Recipe;

use crate::canvas::{self, Scale};
use crate::case::{Case, in_chromium};
use crate::engine::Engine;
use crate::expected::Expected;
use crate::page::Page;
use crate::visit::visit;

/// Control and A, then the key that deletes.
const CLEAR: &str = "\u{e009}a\u{e000}\u{e003}";

pub fn cases() -> Vec<Case> {
    vec![
        in_chromium("a_limit_changes_counts_however_it_is_moved", however_moved),
        in_chromium("a_limit_changes_pixels_and_its_line_stands_where_the_scale_says", line),
        in_chromium("a_limit_beyond_the_slider_holds", beyond_the_slider),
        in_chromium("many_moves_end_with_the_last", many_moves),
    ]
}

fn sample(page: &Page) -> Expected {
    page.click("#sample");
    page.wait_phase("ready");
    let mut expected = Expected::of_sample(Recipe::default());
    expected.is_shown_by(page);
    expected
}

fn flags(expected: &mut Expected) -> u64 {
    expected.tiles()[5].1
}

fn however_moved(engine: Engine) {
    visit(engine, "", |page| {
        let mut expected = sample(page);
        let at_first = flags(&mut expected);

        page.set_slider("#high-temp", 24.5);
        expected.change(|recipe| recipe.limits.high_temp_celsius = 24.5);
        assert_ne!(flags(&mut expected), at_first);
        expected.is_shown_by(page);
        assert_eq!(page.value("#high-temp-number"), "24.5");

        page.keys("#high-temp-number", &format!("{CLEAR}27.25"));
        expected.change(|recipe| recipe.limits.high_temp_celsius = 27.25);
        expected.is_shown_by(page);
        assert_eq!(page.value("#high-temp-number"), "27.25");

        page.focus("#low-battery");
        for key in ["ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"] {
            page.key(key);
        }
        expected.change(|recipe| recipe.limits.low_battery_percent = 15.2);
        expected.is_shown_by(page);
        assert_eq!(page.value("#low-battery-number"), "15.2");
        page.key("PageUp");
        page.wait_for("a larger step", "return Number(document.querySelector('#low-battery').value) > 20");
        let battery: f64 = page.value("#low-battery").parse().expect("a number");
        expected.change(|recipe| recipe.limits.low_battery_percent = battery);
        expected.is_shown_by(page);
        above_the_slider(page, &mut expected);

        let moves = page.measures("limit-to-paint");
        assert!(moves.len() >= 2 && moves.iter().all(|one| one.rows > 0.0 && one.bytes > 0.0), "{moves:?}");
    });
}

/// The words under a slider count what is beyond it.
fn above_the_slider(page: &Page, expected: &mut Expected) {
    let overview = expected.overview();
    for (id, beyond) in [("#high-temp-hint", overview.high_temp), ("#low-battery-hint", overview.low_battery)] {
        let words = page.text(id);
        let (readings, devices) = (sensorium::wording::count(beyond.beyond_readings), beyond.beyond_devices);
        assert!(words.contains(&readings) && words.contains(&devices.to_string()), "{words:?}: {readings}, {devices}");
    }
}

fn line(engine: Engine) {
    let hot = Theme::LIGHT.hot;
    visit(engine, "", |page| {
        sample(page);
        let before = canvas::picture(page);
        let mut rows = Vec::new();
        for limit in [30.0, 26.5, 21.0] {
            page.set_slider("#high-temp", limit);
            let told = "return document.querySelector('canvas[data-chart]').dataset.limit === arguments[0]";
            page.wait_with("the line moves", told, &[limit.to_string().into()], std::time::Duration::from_secs(20));
            canvas::settle(page);
            let scale = Scale::of(page);
            let y_px = scale.y_px(limit);
            // The line is dashed and may lie between two rows of pixels.
            let found = [-1.0, 0.0, 1.0].map(|by| canvas::count(&canvas::row(page, &scale, y_px + by), hot));
            let most = found.into_iter().max().unwrap_or_default();
            assert!(most as f64 > scale.width / 4.0, "limit {limit}: {found:?} pixels of its colour at {y_px}");
            for away in [-6.0, 6.0] {
                let beside = canvas::count(&canvas::row(page, &scale, y_px + away), hot);
                assert!(beside * 4 < most, "limit {limit}: {beside} pixels of its colour {away} beside it");
            }
            rows.push(y_px);
        }
        // The scale may follow the limit, but the line does not stand still.
        assert!((rows[0] - rows[1]).abs() > 4.0 && (rows[1] - rows[2]).abs() > 4.0, "{rows:?}");
        assert_ne!(before, canvas::picture(page));
    });
}

fn beyond_the_slider(engine: Engine) {
    visit(engine, "", |page| {
        let mut expected = sample(page);
        page.keys("#high-temp-number", &format!("{CLEAR}-250.75"));
        expected.change(|recipe| recipe.limits.high_temp_celsius = -250.75);
        expected.is_shown_by(page);
        assert_eq!(page.value("#high-temp-number"), "-250.75");
        // What is no number is marked, and the last good one holds.
        page.keys("#high-temp-number", CLEAR);
        assert_eq!(page.attr("#high-temp-number", "aria-invalid").as_deref(), Some("true"));
        expected.is_shown_by(page);
        page.focus("#low-battery");
        assert_eq!(page.value("#high-temp-number"), "-250.75");
    });
}

fn many_moves(engine: Engine) {
    visit(engine, "", |page| {
        let mut expected = sample(page);
        let painted = page.painted();
        page.script(
            "const slider = document.querySelector('#high-temp');
            for (let at = 0; at <= 400; at++) { slider.value = 10 + at / 20; slider.dispatchEvent(new Event('input', { bubbles: true })) }",
            &[],
        );
        expected.change(|recipe| recipe.limits.high_temp_celsius = 30.0);
        page.set_slider("#high-temp", 22.2);
        expected.change(|recipe| recipe.limits.high_temp_celsius = 22.2);
        expected.is_shown_by(page);
        assert!(page.painted() - painted < 100, "moves that are overtaken are not painted one by one");
    });
}
