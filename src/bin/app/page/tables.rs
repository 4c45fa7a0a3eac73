//! Tables of any length: a window of rows at a time, sorted and filtered by the worker.
//!
//! Owns scrolling, headings, filter and the keyboard. Assumes rows of one height. Refuses to hold more rows than are near the
//! ones in sight.

mod body;
mod words;

use std::cell::Cell as Slot;
use std::rc::Rc;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use sensorium::browser::frame::after;
use sensorium::link::table_name;
use sensorium::protocol::{TableColumn, TableKind, TablePage};
use sensorium::wording::count;
use wasm_bindgen::JsCast;

use super::actions;
use super::state::{Phase, TableState, page};
use body::Body;
use words::widths;

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
        // It may be asked after the table has gone: a refusal's, once another mode goes on.
        let (Some(frame), Some(before)) = (frame.try_get_untracked().flatten(), scroll.try_get_untracked()) else {
            return;
        };
        let mut now = before;
        now.top_px = f64::from(frame.scroll_top());
        now.height_px = f64::from(frame.client_height());
        if let Ok(Some(row)) = frame.query_selector("tbody tr.row") {
            let height = row.get_bounding_client_rect().height();
            if height > 1.0 {
                now.row_px = height;
            }
        }
        if now != before {
            scroll.set(now);
        }
    };
    // Rows have come: their height may be another, and the table may be shorter than before. The layout is asked when the frame is
    // done with it, so that it is not made twice.
    let settled = move || {
        after(0, move || {
            if table.page.try_with_untracked(Option::is_some) == Some(true)
                && page.phase.get_untracked() != Phase::Reading
            {
                measure();
            }
            let waiting = frame
                .try_get_untracked()
                .flatten()
                .is_some_and(|frame| document().active_element().is_some_and(|active| *active == ***frame));
            if let Some(row) = cursor.try_get_untracked().flatten().filter(|_| waiting) {
                focus_row(frame, row);
            }
        });
    };
    Effect::new(move |_| {
        table.page.track();
        request_animation_frame(settled);
    });
    // Another log begins at its first row.
    Effect::new(move |_| {
        page.log.track();
        cursor.set(None);
        if let Some(frame) = frame.get_untracked().filter(|_| scroll.with_untracked(|scroll| scroll.top_px > 0.0)) {
            frame.set_scroll_top(0);
        }
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
    let widths = widths(page, table);
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
    let body = StoredValue::new_local(Body::default());
    let end = NodeRef::<html::Tr>::new();
    let choose = move || {
        let located = page.located.with(|located| located.as_ref().filter(|_| opens).map(|located| located.key));
        let cursor = cursor.get();
        body.update_value(|body| body.choose(cursor, located));
    };
    Effect::new(move |_| {
        let Some(end) = end.get() else { return };
        // A browser that makes no elements shows nothing, and the page least of all.
        body.update_value(|body| match in_sight.get() {
            Some(Sight(shown)) => drop(body.fill(&end, &shown, if opens { "row opens" } else { "row" })),
            None => body.cut(0),
        });
        untrack(choose);
    });
    Effect::new(move |_| choose());
    let clicked = move |event: web_sys::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let row = target.and_then(|target| target.closest("tr.row").ok().flatten());
        let at = row.and_then(|row| row.get_attribute("aria-rowindex")?.parse::<u64>().ok()?.checked_sub(2));
        let Some(at) = at else { return };
        cursor.set(Some(at));
        if let Some(key) = row_key(table, at) {
            open(key);
        }
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
                <tbody on:click=clicked>
                    <tr class="spacer" aria-hidden="true">
                        <td colspan=move || columns.with(Vec::len).to_string() style:height=move || format!("{}px", above_px())></td>
                    </tr>
                    <tr class="spacer" aria-hidden="true" node_ref=end>
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
