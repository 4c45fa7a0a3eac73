//! Tables of any length: a window of rows at a time, sorted and filtered by the worker.
//!
//! Owns scrolling, headings, filter and the keyboard. Assumes rows of one height. Refuses to hold more rows than are near the
//! ones in sight.

use std::cell::Cell as Slot;
use std::rc::Rc;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use sensorium::browser::frame::after;
use sensorium::link::table_name;
use sensorium::protocol::{Cell, TableColumn, TableKind, TablePage, TableRow};
use sensorium::wording::{self, count};
use wasm_bindgen::JsCast;

use super::state::{TableState, page};
use super::{actions, icons};

/// Rows beyond the edges that are kept ready.
const OVERSCAN: u64 = 12;
/// Browsers bound the height of an element (17.8 million pixels in the strictest); longer tables scroll in larger steps.
const MOST_PX: f64 = 12_000_000.0;
/// A filter is sent when it has not changed for this long.
const FILTER_REST_MS: i32 = 200;

/// How the table stands in its frame.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scroll {
    top_px: f64,
    height_px: f64,
    row_px: f64,
}

impl Scroll {
    /// Rows in sight, whole or in part.
    fn in_sight(self) -> u64 {
        (self.height_px / self.row_px).ceil() as u64 + 1
    }

    /// Height of all rows, as far as browsers can do it.
    fn sizer_px(self, rows: u64) -> f64 {
        (rows as f64 * self.row_px).min(MOST_PX)
    }

    /// The first row in sight, with the part of it that is hidden.
    fn first(self, rows: u64) -> f64 {
        let whole_px = rows as f64 * self.row_px;
        let room_px = self.sizer_px(rows) - self.height_px;
        if whole_px <= MOST_PX || room_px <= 0.0 {
            return self.top_px / self.row_px;
        }
        let last = rows as f64 - self.height_px / self.row_px;
        (self.top_px / room_px).min(1.0) * last
    }
}

/// The rows that are here; equal when they look the same.
#[derive(Clone)]
struct Sight(Arc<TablePage>);

impl PartialEq for Sight {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (&self.0, &other.0);
        a.from == b.from && a.columns == b.columns && a.rows == b.rows
    }
}

/// A table in a panel of its own.
#[component]
pub fn TablePanel(kind: TableKind, title: &'static str, none: &'static str) -> impl IntoView {
    let page = page();
    let table = page.table(kind);
    let name = table_name(kind);
    let heading = format!("{name}-title");
    let total = move || table.page.with(|t| t.as_ref().map_or(0, |t| t.total));
    let matched = move || table.page.with(|t| t.as_ref().map_or(0, |t| t.matched));
    let size = move || {
        if matched() == total() { count(total()) } else { format!("{} of {}", count(matched()), count(total())) }
    };
    let moves = Rc::new(Slot::new(0_u32));
    let filter = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        let moves = moves.clone();
        moves.set(moves.get() + 1);
        let mine = moves.get();
        after(FILTER_REST_MS, move || {
            if moves.get() == mine {
                actions::ask_table(page, kind, |ask| {
                    ask.filter = text;
                    ask.from = 0;
                });
            }
        });
    };
    let empty = move || {
        table
            .page
            .with(|t| t.as_ref().is_some_and(|t| t.matched == 0))
            .then(|| if total() == 0 { none } else { "No row holds this text." })
    };
    view! {
        <section class="panel" aria-labelledby=heading.clone()>
            <header>
                <h2 id=heading.clone()>{title}</h2>
                <span class="hint">{size}</span>
                <input
                    class="search"
                    type="search"
                    placeholder="Filter"
                    aria-label=format!("Filter {title}")
                    hidden=move || total() == 0
                    prop:value=move || table.ask.with(|ask| ask.filter.clone())
                    on:input=filter
                />
            </header>
            <Rows table=table heading=heading.clone() />
            <p class="none">{empty}</p>
        </section>
    }
}

#[component]
fn Rows(table: TableState, heading: String) -> impl IntoView {
    let page = page();
    let kind = table.kind;
    let frame = NodeRef::<html::Div>::new();
    let scroll = RwSignal::new(Scroll { top_px: 0.0, height_px: 300.0, row_px: 32.0 });
    // The row the keyboard is at.
    let cursor = RwSignal::new(None::<u64>);
    let matched = Memo::new(move |_| table.page.with(|t| t.as_ref().map_or(0, |t| t.matched)));
    let total = move || table.page.with(|t| t.as_ref().map_or(0, |t| t.total));
    let measure = move || {
        let Some(frame) = frame.get_untracked() else {
            return;
        };
        let mut now = scroll.get_untracked();
        now.top_px = f64::from(frame.scroll_top());
        now.height_px = f64::from(frame.client_height());
        if let Ok(Some(row)) = frame.query_selector("tbody tr.row") {
            let height = row.get_bounding_client_rect().height();
            if height > 1.0 {
                now.row_px = height;
            }
        }
        if now != scroll.get_untracked() {
            scroll.set(now);
        }
    };
    // Rows have come: their height may be another, and the table may be shorter than before.
    Effect::new(move |_| {
        table.page.track();
        request_animation_frame(move || {
            measure();
            let waiting = frame
                .try_get_untracked()
                .flatten()
                .is_some_and(|frame| document().active_element().is_some_and(|active| *active == ***frame));
            if let Some(row) = cursor.try_get_untracked().flatten().filter(|_| waiting) {
                focus_row(frame, row);
            }
        });
    });
    // Asks for the rows in sight that are not here.
    Effect::new(move |_| {
        let scroll = scroll.get();
        let rows = matched.get();
        let first = (scroll.first(rows) as u64).min(rows.saturating_sub(1));
        let end = (first + scroll.in_sight()).min(rows);
        let here = table.page.with_untracked(|t| t.as_ref().map(|t| (t.from, t.from + t.rows.len() as u64)));
        let asked = table.ask.with_untracked(|ask| (ask.from, ask.from + u64::from(ask.count)));
        let within = |window: (u64, u64)| window.0 <= first && end <= window.1;
        if rows == 0 || here.is_some_and(within) && within(asked) || within(asked) && here.is_none() {
            return;
        }
        let from = first.saturating_sub(OVERSCAN);
        let many = scroll.in_sight() + 2 * OVERSCAN;
        actions::ask_table(page, kind, |ask| {
            ask.from = from;
            ask.count = u32::try_from(many).unwrap_or(u32::MAX);
        });
    });
    // Above the rows that are here; below is whatever is left of the table's height.
    let above_px = move || {
        let from = table.page.with(|t| t.as_ref().map_or(0, |t| t.from));
        let scroll = scroll.get();
        (scroll.top_px - (scroll.first(matched.get()) - from as f64) * scroll.row_px).max(0.0)
    };
    let below_px = move || {
        let here = table.page.with(|t| t.as_ref().map_or(0, |t| t.rows.len()));
        let scroll = scroll.get();
        (scroll.sizer_px(matched.get()) - above_px() - here as f64 * scroll.row_px).max(0.0)
    };
    let columns = Memo::new(move |_| table.page.with(|t| t.as_ref().map(|t| t.columns.clone()).unwrap_or_default()));
    let widths = widths(table);
    let opens = kind == TableKind::Anomalies;
    let open = move |key: u64| {
        if opens {
            actions::locate(page, key);
        }
    };
    let go = move |row: u64| {
        let rows = matched.get_untracked();
        if rows == 0 {
            return;
        }
        let row = row.min(rows - 1);
        cursor.set(Some(row));
        // The row itself gets the focus, so that it is read out.
        request_animation_frame(move || focus_row(frame, row));
        let now = scroll.get_untracked();
        let first = now.first(rows);
        let last = first + now.height_px / now.row_px - 1.0 - 1.0;
        let to = if (row as f64) < first {
            row as f64
        } else if (row as f64) > last {
            first + row as f64 - last
        } else {
            return;
        };
        if let Some(frame) = frame.get_untracked() {
            let room = rows as f64 * now.row_px - now.height_px;
            let scale = (now.sizer_px(rows) - now.height_px) / room.max(1.0);
            frame.set_scroll_top((to * now.row_px * scale.min(1.0)).round() as i32);
        }
    };
    let key = move |event: web_sys::KeyboardEvent| {
        // The headings' buttons have keys of their own.
        let own = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|target| target.class_list().contains("scroll") || target.class_list().contains("row"));
        if !own {
            return;
        }
        let rows = matched.get_untracked();
        let many = scroll.get_untracked().in_sight().saturating_sub(3).max(1);
        let at = cursor.get_untracked();
        let row = at.unwrap_or(0);
        match event.key().as_str() {
            "ArrowDown" => go(at.map_or(0, |row| row + 1)),
            "ArrowUp" => go(row.saturating_sub(1)),
            "PageDown" => go(row + many),
            "PageUp" => go(row.saturating_sub(many)),
            "Home" => go(0),
            "End" => go(rows.saturating_sub(1)),
            "Enter" => {
                let key = at.and_then(|row| row_key(table, row));
                if let Some(key) = key {
                    open(key);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    // A moved limit often leaves the rows in sight as they are: then nothing is built anew.
    let in_sight = Memo::new(move |_| table.page.get().map(Sight));
    let rows = move || {
        let Some(Sight(shown)) = in_sight.get() else {
            return Vec::new();
        };
        let decimals = decimals(&shown);
        let columns = shown.columns.clone();
        shown
            .rows
            .iter()
            .enumerate()
            .map(|(i, row)| {
                let at = shown.from + i as u64;
                let key = row.key;
                let chosen =
                    move || cursor.get() == Some(at) || opens && page.located.with(|l| l.is_some_and(|l| l.key == key));
                view! {
                    <tr
                        class="row"
                        class:opens=opens
                        class:odd=at % 2 == 1
                        class:chosen=chosen
                        tabindex="-1"
                        aria-rowindex=(at + 2).to_string()
                        on:click=move |_| {
                            cursor.set(Some(at));
                            open(key);
                        }
                    >
                        {cells(row, &columns, &decimals)}
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <div
            class="scroll"
            class:bare=move || matched.get() == 0
            node_ref=frame
            tabindex="0"
            role="group"
            aria-labelledby=heading.clone()
            on:scroll=move |_| measure()
            on:keydown=key
        >
            <table
                data-table=table_name(kind)
                data-rows=move || total().to_string()
                aria-labelledby=heading.clone()
                aria-rowcount=move || (matched.get() + 1).to_string()
                style:min-width=move || format!("{:.1}em", widths.with(|w| w.iter().sum::<f64>()))
            >
                <colgroup>
                    {move || {
                        widths
                            .get()
                            .into_iter()
                            .enumerate()
                            .map(|(i, width)| {
                                // A last column of text takes what is left.
                                let rest = columns.with_untracked(|c| c.len() == i + 1 && !c[i].numeric);
                                let width = if rest { String::new() } else { format!("{width:.1}em") };
                                view! { <col style:width=width /> }
                            })
                            .collect_view()
                    }}
                </colgroup>
                <thead>
                    <tr aria-rowindex="1">
                        {move || {
                            columns
                                .get()
                                .into_iter()
                                .enumerate()
                                .map(|(i, column)| view! { <Heading table=table index=i column=column /> })
                                .collect_view()
                        }}
                    </tr>
                </thead>
                <tbody>
                    <tr class="spacer" aria-hidden="true">
                        <td colspan=move || columns.with(Vec::len).to_string() style:height=move || format!("{}px", above_px())></td>
                    </tr>
                    {rows}
                    <tr class="spacer" aria-hidden="true">
                        <td colspan=move || columns.with(Vec::len).to_string() style:height=move || format!("{}px", below_px())></td>
                    </tr>
                </tbody>
            </table>
        </div>
    }
}

fn focus_row(frame: NodeRef<html::Div>, row: u64) {
    let found = frame
        .try_get_untracked()
        .flatten()
        .and_then(|frame| frame.query_selector(&format!("tr[aria-rowindex=\"{}\"]", row + 2)).ok().flatten())
        .and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(found) = found {
        let _ = found.focus();
    } else if let Some(frame) = frame.try_get_untracked().flatten() {
        // The row is not here yet; until it is, the frame keeps the keys.
        let _ = frame.focus();
    }
}

/// A heading sorts: up, down, natural order.
#[component]
fn Heading(table: TableState, index: usize, column: TableColumn) -> impl IntoView {
    let page = page();
    let index = u16::try_from(index).unwrap_or(u16::MAX);
    let sorted = move || table.ask.with(|ask| ask.sort.filter(|(column, _)| *column == index));
    let sort = move |_| {
        actions::ask_table(page, table.kind, |ask| {
            ask.sort = match ask.sort {
                Some((column, false)) if column == index => Some((index, true)),
                Some((column, true)) if column == index => None,
                _ => Some((index, false)),
            };
            ask.from = 0;
        });
    };
    // The natural order of a raw file is its own.
    let sortable = table.kind != TableKind::Raw;
    view! {
        <th
            scope="col"
            class:n=column.numeric
            aria-sort=move || {
                sorted().map(|(_, down)| if down { "descending" } else { "ascending" })
            }
        >
            {if sortable {
                view! {
                    <button on:click=sort>
                        {column.label}
                        <span class="order" aria-hidden="true">
                            {move || match sorted() {
                                Some((_, false)) => "▲",
                                Some((_, true)) => "▼",
                                None => "",
                            }}
                        </span>
                    </button>
                }
                    .into_any()
            } else {
                column.label.into_any()
            }}
        </th>
    }
}

fn row_key(table: TableState, row: u64) -> Option<u64> {
    table.page.with_untracked(|t| {
        let t = t.as_ref()?;
        let at = usize::try_from(row.checked_sub(t.from)?).ok()?;
        t.rows.get(at).map(|row| row.key)
    })
}

/// Widths in em, which only ever grow, so that columns stand still while scrolling.
fn widths(table: TableState) -> Memo<Vec<f64>> {
    Memo::new(move |before: Option<&Vec<f64>>| {
        table.page.with(|shown| {
            let Some(shown) = shown else {
                return before.cloned().unwrap_or_default();
            };
            let ruler = Ruler::new();
            let decimals = decimals(shown);
            let mut widths: Vec<f64> =
                shown.columns.iter().map(|column| ruler.em(&column.label, false) + HEAD_EM).collect();
            for (i, (most, column)) in widths.iter_mut().zip(&shown.columns).enumerate() {
                let cells = shown.rows.iter().filter_map(|row| row.cells.get(i));
                let mut mark_em = 0.0;
                let longest = cells
                    .map(|cell| {
                        if matches!(cell, Cell::Flag(_)) {
                            mark_em = 1.4;
                        }
                        words(cell, decimals[i])
                    })
                    .max_by_key(String::len)
                    .unwrap_or_default();
                let longest: String = longest.chars().take(MOST_CHARS).collect();
                *most = most.max(ruler.em(&longest, column.code) + PADDING_EM + mark_em);
            }
            match before {
                Some(before) if before.len() == widths.len() => {
                    widths.iter().zip(before).map(|(now, before)| now.max(*before)).collect()
                }
                _ => widths,
            }
        })
    })
}

/// Blanks at the edges of a cell, and a little for rounding.
const PADDING_EM: f64 = 1.6;
/// The same for a heading, with room for the sign of its order.
const HEAD_EM: f64 = 2.1;

/// Measures texts in the page's own faces.
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

/// A longer text is cut in its cell; pointing at it shows it whole.
const MOST_CHARS: usize = 44;

/// Decimals of each column: as many as its most precise number in sight needs.
fn decimals(page: &Arc<TablePage>) -> Vec<usize> {
    let of = |cell: &Cell| match cell {
        Cell::Number(value) | Cell::Filled(value) => wording::decimals(*value),
        _ => 0,
    };
    (0..page.columns.len())
        .map(|column| page.rows.iter().filter_map(|row| row.cells.get(column)).map(of).max().unwrap_or(0))
        .collect()
}

fn words(cell: &Cell, decimals: usize) -> String {
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

fn cells(row: &TableRow, columns: &[TableColumn], decimals: &[usize]) -> Vec<AnyView> {
    row.cells
        .iter()
        .zip(columns)
        .zip(decimals)
        .map(|((cell, column), decimals)| {
            let numeric = column.numeric;
            let text = words(cell, *decimals);
            match cell {
                Cell::Missing => view! {
                    <td class="missing" class:n=numeric>
                        <span class="unseen">"missing"</span>
                    </td>
                }
                .into_any(),
                Cell::Filled(_) => view! {
                    <td class="filled" class:n=numeric title="filled, not measured">
                        {text}
                        <span class="unseen">" filled"</span>
                    </td>
                }
                .into_any(),
                Cell::Flag(kind) => view! {
                    <td>
                        <span class="mark">{icons::flag(*kind)} {text}</span>
                    </td>
                }
                .into_any(),
                _ if column.code => view! {
                    <td class:n=numeric title=text.clone()>
                        <code>{text.clone()}</code>
                    </td>
                }
                .into_any(),
                Cell::Text(_) => view! {
                    <td class:n=numeric title=text.clone()>
                        {text.clone()}
                    </td>
                }
                .into_any(),
                _ => view! { <td class:n=numeric>{text}</td> }.into_any(),
            }
        })
        .collect()
}
