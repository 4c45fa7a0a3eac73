//! Tables: scrolling to the end of thousands of rows, sorting, filtering, and the way from a row to its moment in the chart.
//!
//! Owns what the tables show of the rows that are not in the page. Assumes the library's order. Refuses a page that holds them all.

use std::time::Duration;

use sensorium::protocol::{Cell, TableAsk, TableKind};
use sensorium::recipe::Recipe;
use sensorium::wording;

use crate::canvas::Scale;
use crate::case::{Case, in_chromium};
use crate::engine::Engine;
use crate::expected::Expected;
use crate::page::Page;
use crate::visit::visit;

const FRAME: &str = ".scroll:has(> [data-table=anomalies])";

pub fn cases() -> Vec<Case> {
    vec![
        in_chromium("a_long_table_scrolls_to_its_end", scrolls),
        in_chromium("a_table_sorts_and_filters", sorts_and_filters),
        in_chromium("a_row_shows_its_moment_in_the_chart", locates),
        in_chromium("the_keyboard_walks_through_a_table", keyboard),
    ]
}

/// Low enough for thousands of flags in the sample.
fn visit_many(engine: Engine, act: impl FnOnce(&Page, &mut Expected)) {
    visit(engine, "?high_temp=18", |page| {
        page.click("#sample");
        page.wait_phase("ready");
        let mut expected = Expected::of_sample(Recipe::default());
        expected.change(|recipe| recipe.limits.high_temp_celsius = 18.0);
        expected.is_shown_by(page);
        assert!(page.rows("anomalies") > 2_000, "{}", page.rows("anomalies"));
        act(page, &mut expected);
    });
}

fn ask(sort: Option<(u16, bool)>, filter: &str, from: u64, count: u32) -> TableAsk {
    TableAsk { table: TableKind::Anomalies, sort, filter: filter.to_owned(), from, count }
}

/// The rows in the page as the worker numbers them (from 0), with the texts of their cells.
fn shown(page: &Page) -> Vec<(u64, Vec<String>)> {
    let script = "return [...document.querySelectorAll('[data-table=anomalies] tr.row')].map((row) =>
        [Number(row.getAttribute('aria-rowindex')) - 2, [...row.cells].map((cell) => cell.innerText.trim())])";
    let rows = page.script(script, &[]);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let cells = |value: &serde_json::Value| value.as_array().map(|a| a.iter().map(text).collect()).unwrap_or_default();
    let rows = rows.as_array().cloned().unwrap_or_default();
    rows.iter().map(|row| (row[0].as_u64().unwrap_or(u64::MAX), cells(&row[1]))).collect()
}

/// Waits until a row is in the page, then compares every row there with the library's.
fn holds(page: &Page, expected: &mut Expected, sort: Option<(u16, bool)>, filter: &str, row: u64) {
    let last = expected.table(ask(sort, filter, row, 1)).rows.remove(0);
    let words: Vec<String> = last.cells.iter().filter_map(worded).collect();
    page.wait_with(
        &format!("row {row} with {words:?}"),
        "const row = document.querySelector(`[data-table=anomalies] tr.row[aria-rowindex='${arguments[0] + 2}']`);
        return row && arguments[1].every((word) => row.innerText.includes(word))",
        &[row.into(), words.into()],
        Duration::from_secs(20),
    );
    let found = shown(page);
    assert!(found.len() < 200, "{} rows are in the page at once", found.len());
    for (row, cells) in found {
        let theirs = expected.table(ask(sort, filter, row, 1)).rows.remove(0).cells;
        assert_eq!(cells.len(), theirs.len());
        for (text, cell) in cells.iter().zip(&theirs) {
            match (worded(cell), cell) {
                (Some(words), _) => assert_eq!(*text, words, "row {row}"),
                (None, Cell::Number(value) | Cell::Filled(value)) => {
                    let number: f64 = text
                        .split_whitespace()
                        .next()
                        .and_then(|n| n.replace(',', "").parse().ok())
                        .unwrap_or(f64::NAN);
                    assert!((number - value).abs() < 0.051, "row {row}: {text}, not {value}");
                }
                _ => assert!(!text.is_empty(), "row {row} has an empty cell"),
            }
        }
    }
}

/// The text of a cell that is not rounded.
fn worded(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => Some(text.clone()),
        Cell::Time(us) => Some(wording::time(*us)),
        Cell::Day(day) => Some(wording::day(*day)),
        Cell::Count(n) => Some(wording::count(*n)),
        _ => None,
    }
}

fn scroll_to(page: &Page, part: f64) {
    let script = "const frame = document.querySelector(arguments[0]); frame.scrollIntoView({ block: 'nearest' });
        frame.scrollTop = (frame.scrollHeight - frame.clientHeight) * arguments[1]";
    page.script(script, &[FRAME.into(), part.into()]);
}

/// The rows that can be seen in the frame, first and last.
fn in_sight(page: &Page) -> (u64, u64) {
    let script = "const frame = document.querySelector(arguments[0]).getBoundingClientRect();
        const rows = [...document.querySelectorAll('[data-table=anomalies] tr.row')].filter((row) => {
          const at = row.getBoundingClientRect(); return at.bottom > frame.top + 1 && at.top < frame.bottom - 1 });
        return rows.map((row) => Number(row.getAttribute('aria-rowindex')) - 2)";
    let rows = page.script(script, &[FRAME.into()]);
    let rows = rows.as_array().cloned().unwrap_or_default();
    let at = |row: Option<&serde_json::Value>| row.and_then(serde_json::Value::as_u64).unwrap_or(u64::MAX);
    (at(rows.first()), at(rows.last()))
}

fn scrolls(engine: Engine) {
    visit_many(engine, |page, expected| {
        let total = page.rows("anomalies");
        holds(page, expected, None, "", 0);
        scroll_to(page, 1.0);
        holds(page, expected, None, "", total - 1);
        assert_eq!(in_sight(page).1, total - 1);
        scroll_to(page, 0.5);
        holds(page, expected, None, "", total / 2);
        let (first, last) = in_sight(page);
        assert!(first < total / 2 + 5 && last + 5 > total / 2 && last - first < 40, "{first} to {last} of {total}");
        scroll_to(page, 0.0);
        holds(page, expected, None, "", 0);
        assert_eq!(in_sight(page).0, 0);
    });
}

fn sorts_and_filters(engine: Engine) {
    visit_many(engine, |page, expected| {
        let columns = expected.table(ask(None, "", 0, 1)).columns;
        let total = page.rows("anomalies");
        for column in 0..u16::try_from(columns.len()).expect("few columns") {
            for descending in [false, true] {
                let button = format!("[data-table=anomalies] th:nth-child({}) button", column + 1);
                page.script("document.querySelector(arguments[0]).click()", &[button.as_str().into()]);
                holds(page, expected, Some((column, descending)), "", 0);
                let order = page.attr(&format!("[data-table=anomalies] th:nth-child({})", column + 1), "aria-sort");
                assert_eq!(order.as_deref(), Some(if descending { "descending" } else { "ascending" }));
            }
        }
        let sort = Some((u16::try_from(columns.len()).expect("few columns") - 1, true));
        let device = expected.overview().devices[2].name.clone();
        page.keys("[aria-label='Filter Anomalies']", &device.to_uppercase());
        holds(page, expected, sort, &device, 0);
        let matched = expected.table(ask(sort, &device, 0, 1)).matched;
        assert!(matched > 0 && matched < total);
        assert_eq!(page.attr("[data-table=anomalies]", "aria-rowcount"), Some((matched + 1).to_string()));
        assert_eq!(page.rows("anomalies"), total, "data-rows is the total");
        scroll_to(page, 1.0);
        holds(page, expected, sort, &device, matched - 1);
        page.keys("[aria-label='Filter Anomalies']", " no such device");
        page.wait_for(
            "no row is left",
            "return document.querySelectorAll('[data-table=anomalies] tr.row').length === 0",
        );
    });
}

/// The window of the chart is that of the row's reading, and the reading is ringed.
fn is_located(page: &Page, expected: &mut Expected, row: u64) {
    let key = expected.table(ask(None, "", row, 1)).rows[0].key;
    let located = expected.located(key);
    page.wait_with(
        "the chart shows the moment",
        "const told = document.querySelector('canvas[data-chart]').dataset;
        return told.chart === 'anomalies' && told.x0Us === arguments[0] && told.x1Us === arguments[1]",
        &[located.window_us.0.to_string().into(), located.window_us.1.to_string().into()],
        Duration::from_secs(20),
    );
    let scale = Scale::of(page);
    let (x_px, y_px) = (scale.x_px(located.timestamp_us as f64), scale.y_px(located.y));
    let ring = page.script(
        "const ring = document.querySelector('.ring'); return [ring.hidden, ring.style.left, ring.style.top]",
        &[],
    );
    let px = |at: usize| ring[at].as_str().and_then(|px| px.trim_end_matches("px").parse().ok()).unwrap_or(f64::NAN);
    assert_eq!(ring[0], false, "no ring is shown");
    assert!((px(1) - x_px).abs() <= 1.0 && (px(2) - y_px).abs() <= 1.0, "{ring}, expected {x_px} {y_px}");
    assert_eq!(page.text("[role=tab][aria-selected=true]"), "Anomalies");
}

fn locates(engine: Engine) {
    visit_many(engine, |page, expected| {
        scroll_to(page, 0.3);
        let row = page.rows("anomalies") * 3 / 10 + 2;
        holds(page, expected, None, "", row);
        page.click(&format!("[data-table=anomalies] tr.row[aria-rowindex='{}']", row + 2));
        is_located(page, expected, row);
    });
}

fn keyboard(engine: Engine) {
    visit_many(engine, |page, expected| {
        page.focus(FRAME);
        page.key("End");
        let last = page.rows("anomalies") - 1;
        holds(page, expected, None, "", last);
        page.wait_for("the row is chosen", "return document.querySelector('[data-table=anomalies] tr.chosen')");
        page.key("ArrowUp");
        page.key("Enter");
        is_located(page, expected, last - 1);
        page.key("Home");
        holds(page, expected, None, "", 0);
    });
}
