//! Opening logs: chosen, dropped, several at once, the sample; what is counted and how long it took.
//!
//! Owns the way from a file to the tiles. Assumes the native library for every number. Refuses a count that is only nearly right.

use sensorium::protocol::TableKind;
use sensorium::recipe::{DateRange, Fill, Mode, Recipe};

use crate::case::{Case, in_chromium};
use crate::engine::Engine;
use crate::expected::Expected;
use crate::logs::{self, Folder};
use crate::page::Page;
use crate::visit::visit;

pub fn cases() -> Vec<Case> {
    vec![
        in_chromium("a_chosen_log_is_counted_as_the_library_counts", chosen),
        in_chromium("the_sample_is_counted_as_the_library_counts", sample),
        in_chromium("a_dropped_log_is_read", dropped),
        in_chromium("several_files_become_one_table", several),
        in_chromium("a_file_that_fails_is_left_out_with_a_notice", one_of_several_fails),
        in_chromium("every_control_of_the_recipe_recomputes", controls),
        in_chromium("another_log_takes_the_place_of_the_first", another),
    ]
}

/// Writes down each phase that the page goes through.
fn watch_phases(page: &Page) {
    page.script(
        "window.phases = []; new MutationObserver(() => window.phases.push(document.body.dataset.phase))
          .observe(document.body, { attributeFilter: ['data-phase'] })",
        &[],
    );
}

fn chosen(engine: Engine) {
    let folder = Folder::new();
    let text = logs::fleet();
    let path = folder.write("fleet.csv", &text);
    visit(engine, "", |page| {
        watch_phases(page);
        page.upload(&[&path]);
        page.wait_phase("ready");
        let mut expected = Expected::of_text("fleet.csv", &text);
        expected.is_shown_by(page);
        let counts = expected.overview().counts;
        assert!(counts.rows_set_aside > 0 && counts.rows_dropped > 0 && counts.high_temperature > 0, "{counts:?}");
        assert_eq!(page.script("return window.phases", &[]), serde_json::json!(["reading", "ready"]));
        assert!(page.text("header").contains("fleet.csv"));
        times(page, counts.rows_read, text.len() as u64);
        ids_are_text(page);
    });
}

/// The page's own times say how much was done, and stand in order.
fn times(page: &Page, rows: u64, bytes: u64) {
    page.wait_for("the span ends", "return performance.getEntriesByName('file-to-charts').length > 0");
    for name in ["read", "pipeline", "file-to-charts"] {
        let entries = page.measures(name);
        assert_eq!(entries.len(), 1, "{name}: {entries:?}");
        assert!(entries[0].duration_ms > 0.0, "{name}: {entries:?}");
        assert_eq!((entries[0].rows, entries[0].bytes), (rows as f64, bytes as f64), "{name}");
    }
    let paints = page.measures("paint");
    assert!(!paints.is_empty() && paints.iter().all(|paint| paint.rows >= 0.0 && paint.bytes >= 0.0), "{paints:?}");
    let whole = page.measures("file-to-charts")[0];
    let parts: f64 = ["read", "pipeline"].iter().map(|name| page.measures(name)[0].duration_ms).sum();
    assert!(parts <= whole.duration_ms, "{parts} ms of {} ms", whole.duration_ms);
}

/// Device ids that look like formulas or markup are shown as they are written.
fn ids_are_text(page: &Page) {
    let shown = page.text("[data-table=raw]");
    for id in ["=SUM(A1)", "<b>bold</b>", "007"] {
        assert!(shown.contains(id), "{id} is not shown in {shown}");
    }
    assert_eq!(page.number_of("td b"), 0);
}

fn sample(engine: Engine) {
    visit(engine, "", |page| {
        page.click("#sample");
        page.wait_phase("ready");
        let mut expected = Expected::of_sample(Recipe::default());
        expected.is_shown_by(page);
        let counts = expected.overview().counts;
        times(page, counts.rows_read, sensorium::sample::csv().len() as u64);
    });
}

fn dropped(engine: Engine) {
    let text = logs::fleet();
    visit(engine, "", |page| {
        page.drop_texts("main", &[("fleet.csv", &text)]);
        page.wait_phase("ready");
        Expected::of_text("fleet.csv", &text).is_shown_by(page);
    });
}

fn several(engine: Engine) {
    let folder = Folder::new();
    let (fleet, steady) = (logs::fleet(), logs::steady(0.0));
    // Chosen in another order than that of their names, one of them twice.
    let paths = [folder.write("c.csv", &steady), folder.write("b.csv", &fleet), folder.write("a.csv", &fleet)];
    visit(engine, "", |page| {
        page.upload(&[&paths[0], &paths[1], &paths[2]]);
        page.wait_phase("ready");
        let files: [(&str, &[u8]); 3] =
            [("a.csv", fleet.as_bytes()), ("b.csv", fleet.as_bytes()), ("c.csv", steady.as_bytes())];
        let mut expected = Expected::of(&files, Recipe::default());
        expected.is_shown_by(page);
        let notices = expected.overview().notices;
        assert_eq!(notices.len(), 1, "{notices:?}");
        assert!(page.text("[role=status]").contains("b.csv"), "{}", page.text("[role=status]"));
    });
}

fn one_of_several_fails(engine: Engine) {
    let folder = Folder::new();
    let text = logs::fleet();
    let (good, bad) = (folder.write("good.csv", &text), folder.write("bad.csv", "time;value\n1;2\n"));
    visit(engine, "", |page| {
        page.upload(&[&good, &bad]);
        page.wait_phase("ready");
        Expected::of(&[("good.csv", text.as_bytes()), ("bad.csv", b"time;value\n1;2\n")], Recipe::default())
            .is_shown_by(page);
        let notice = page.text("[role=status]");
        assert!(notice.contains("bad.csv"), "{notice}");
        assert!(page.text(".readas summary").contains("1 file left out"), "{}", page.text(".readas summary"));
    });
}

fn controls(engine: Engine) {
    let folder = Folder::new();
    let text = logs::fleet();
    let path = folder.write("fleet.csv", &text);
    let day = i32::try_from(logs::START_SECONDS / 86_400).expect("a day");
    visit(engine, "", |page| {
        page.upload(&[&path]);
        page.wait_phase("ready");
        let mut expected = Expected::of_text("fleet.csv", &text);
        expected.is_shown_by(page);
        page.set_value("#mode", "repair");
        expected.change(|recipe| recipe.mode = Mode::Repair);
        expected.is_shown_by(page);
        page.set_value("#date-from", "2024-01-02");
        page.set_value("#date-to", "2024-01-03");
        expected.change(|recipe| recipe.dates = DateRange { from_day: Some(day + 1), to_day: Some(day + 2) });
        expected.is_shown_by(page);
        page.set_value("#fill", "time");
        expected.change(|recipe| recipe.fill = Fill::Time { max_gap_seconds: None });
        expected.is_shown_by(page);
        page.set_value("#max-gap", "600");
        expected.change(|recipe| recipe.fill = Fill::Time { max_gap_seconds: Some(600.0) });
        assert_ne!(
            expected.tiles()[2].1,
            Expected::of_text("fleet.csv", &text).tiles()[2].1,
            "the longest gap decides what is filled"
        );
        expected.is_shown_by(page);
        page.click("#reset");
        let mut expected = Expected::of_text("fleet.csv", &text);
        expected.is_shown_by(page);
        assert!(expected.rows(TableKind::SetAside) > 0);
    });
}

fn another(engine: Engine) {
    let folder = Folder::new();
    let text = logs::steady(0.0);
    let path = folder.write("steady.csv", &text);
    visit(engine, "", |page| {
        page.click("#sample");
        page.wait_phase("ready");
        page.upload(&[&path]);
        let mut expected = Expected::of_text("steady.csv", &text);
        expected.is_shown_by(page);
        assert!(page.text("header").contains("steady.csv"));
    });
}
