//! What stands in cells, in words, and how wide columns must be for it.
//!
//! Owns decimals and widths. Assumes the page's own faces. Refuses to let a column shrink while one scrolls.

use std::cell::RefCell;

use leptos::prelude::*;
use sensorium::protocol::{Cell, TablePage};
use sensorium::wording::{self, count};
use wasm_bindgen::JsCast;

use super::super::icons;
use super::super::state::{Page, TableState};

/// Blanks at the edges of a cell, and a little for rounding.
const PADDING_EM: f64 = 1.6;
/// The same for a heading, with room for the sign of its order.
const HEAD_EM: f64 = 2.1;
/// A longer text is cut in its cell; pointing at it shows it whole.
const MOST_CHARS: usize = 44;

/// Decimals of each column: as many as its most precise number in sight needs.
pub fn decimals(page: &TablePage) -> Vec<usize> {
    let of = |cell: &Cell| match cell {
        Cell::Number(value) | Cell::Filled(value) => wording::decimals(*value),
        _ => 0,
    };
    (0..page.columns.len())
        .map(|column| page.rows.iter().filter_map(|row| row.cells.get(column)).map(of).max().unwrap_or(0))
        .collect()
}

pub fn words(cell: &Cell, decimals: usize) -> String {
    match cell {
        Cell::Missing => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Count(n) => count(*n),
        Cell::Number(value) | Cell::Filled(value) => wording::fixed(*value, decimals),
        Cell::Time(us) => wording::time(*us),
        Cell::Day(day) => wording::day(*day),
        Cell::Flag(kind) => icons::flag_words(*kind).to_owned(),
    }
}

/// Widths in em, which only ever grow while a log is open, so that columns stand still while scrolling.
pub fn widths(page: Page, table: TableState) -> Memo<Vec<f64>> {
    let grown = Memo::new(move |before: Option<&(u32, Vec<f64>)>| {
        let log = page.log.get();
        table.page.with(|shown| match shown {
            Some(shown) => {
                let before = before.filter(|(of, widths)| *of == log && widths.len() == shown.columns.len());
                (log, RULER.with_borrow_mut(|ruler| wide(shown, ruler.get_or_insert_with(Ruler::new), before)))
            }
            None => before.cloned().unwrap_or_default(),
        })
    });
    Memo::new(move |_| grown.with(|(_, widths)| widths.clone()))
}

fn wide(shown: &TablePage, ruler: &Ruler, before: Option<&(u32, Vec<f64>)>) -> Vec<f64> {
    let decimals = decimals(shown);
    let of = |i: usize| {
        let column = &shown.columns[i];
        let mut mark_em = 0.0;
        let cells = shown.rows.iter().filter_map(|row| row.cells.get(i));
        let longest = cells.map(|cell| {
            if matches!(cell, Cell::Flag(_)) {
                mark_em = 1.4;
            }
            words(cell, decimals[i])
        });
        let longest = longest.max_by_key(String::len).unwrap_or_default();
        let longest: String = longest.chars().take(MOST_CHARS).collect();
        let content = ruler.em(&longest, column.code) + PADDING_EM + mark_em;
        let least = match before {
            Some((_, widths)) => widths[i],
            None => ruler.em(&column.label, false) + HEAD_EM,
        };
        content.max(least)
    };
    (0..shown.columns.len()).map(of).collect()
}

thread_local! {
    static RULER: RefCell<Option<Ruler>> = const { RefCell::new(None) };
}

/// Measures texts in the page's own faces, which do not change.
struct Ruler {
    context: Option<web_sys::CanvasRenderingContext2d>,
    face: String,
}

impl Ruler {
    fn new() -> Self {
        let context = document()
            .create_element("canvas")
            .ok()
            .and_then(|canvas| canvas.dyn_into::<web_sys::HtmlCanvasElement>().ok())
            .and_then(|canvas| canvas.get_context("2d").ok().flatten())
            .and_then(|context| context.dyn_into().ok());
        let face = document()
            .body()
            .and_then(|body| window().get_computed_style(&body).ok().flatten())
            .and_then(|style| style.get_property_value("font-family").ok())
            .unwrap_or_default();
        Self { context, face }
    }

    fn em(&self, text: &str, code: bool) -> f64 {
        let measured = self.context.as_ref().and_then(|context| {
            let face = if code { "ui-monospace, Menlo, Consolas, monospace" } else { &self.face };
            context.set_font(&format!("100px {face}"));
            context.measure_text(text).ok()
        });
        // Without a canvas, a rule of thumb.
        measured.map_or(text.chars().count() as f64 * 0.62, |metrics| metrics.width() / 100.0)
    }
}
