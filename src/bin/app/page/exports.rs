//! The export menu.
//!
//! Owns the list of what can be taken away. Assumes an overview. Refuses nothing that is empty: an empty file of anomalies is an
//! answer, too.

use leptos::html;
use leptos::prelude::*;
use sensorium::browser::folder;
use sensorium::browser::frame::listen;
use sensorium::protocol::{Counts, ExportKind, TableKind};
use sensorium::wording::counted;
use wasm_bindgen::JsCast;

use super::state::{Page, page};
use super::tiles::flagged;
use super::{actions, icons};

struct Item {
    name: &'static str,
    title: &'static str,
    kind: Option<ExportKind>,
    note: fn(Page, &Counts) -> String,
}

fn rows(n: u64) -> String {
    counted(n, "row", "rows")
}

fn table_rows(page: Page, kind: TableKind) -> String {
    let total = page.table(kind).page.with(|table| table.as_ref().map_or(0, |table| table.total));
    rows(total)
}

const ITEMS: [Item; 13] = [
    Item {
        name: "parquet",
        title: "Readings, Parquet",
        kind: Some(ExportKind::Parquet),
        note: |_, counts| rows(counts.rows_out),
    },
    Item {
        name: "parquet-partitioned",
        title: "Readings by date, Parquet in a zip",
        kind: Some(ExportKind::ParquetPartitioned),
        note: |_, counts| rows(counts.rows_out),
    },
    Item {
        name: "folder",
        title: "Readings by date, Parquet in a folder",
        kind: Some(ExportKind::Folder),
        note: |_, counts| rows(counts.rows_out),
    },
    Item {
        name: "star-schema",
        title: "Star schema for PostgreSQL, zip",
        kind: Some(ExportKind::StarSchema),
        note: |_, counts| rows(counts.rows_out),
    },
    Item { name: "csv", title: "Readings, CSV", kind: Some(ExportKind::Csv), note: |_, counts| rows(counts.rows_out) },
    Item {
        name: "anomalies",
        title: "Anomalies, CSV",
        kind: Some(ExportKind::Anomalies),
        note: |_, counts| rows(flagged(counts)),
    },
    Item {
        name: "daily",
        title: "Daily statistics, CSV",
        kind: Some(ExportKind::Daily),
        note: |page, _| table_rows(page, TableKind::Daily),
    },
    Item {
        name: "set-aside",
        title: "Rows set aside, CSV",
        kind: Some(ExportKind::SetAside),
        note: |page, _| table_rows(page, TableKind::SetAside),
    },
    Item {
        name: "dropped",
        title: "Rows dropped, CSV",
        kind: Some(ExportKind::Dropped),
        note: |page, _| table_rows(page, TableKind::Dropped),
    },
    Item { name: "png", title: "This chart, PNG", kind: None, note: |_, _| String::from("as shown") },
    Item {
        name: "report",
        title: "Report, HTML",
        kind: Some(ExportKind::Report),
        note: |_, _| String::from("findings, tables, all charts"),
    },
    Item {
        name: "sql",
        title: "Pipeline as SQL, zip",
        kind: Some(ExportKind::Sql),
        note: |_, _| String::from("DuckDB, PostgreSQL, Spark"),
    },
    Item {
        name: "log",
        title: "Run log",
        kind: Some(ExportKind::Log),
        note: |_, _| String::from("stages, findings, recipe"),
    },
];

/// The button and what it opens.
#[component]
pub fn ExportMenu() -> impl IntoView {
    let page = page();
    let open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    // A press anywhere else closes it.
    let listener = listen(&document(), "pointerdown", move |event| {
        let inside = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok())
            .zip(root.get_untracked())
            .is_some_and(|(target, root)| root.contains(Some(&target)));
        if !inside && open.get_untracked() {
            open.set(false);
        }
    });
    let listener = StoredValue::new_local(listener.ok());
    on_cleanup(move || listener.set_value(None));
    let choose = move |kind: Option<ExportKind>| {
        open.set(false);
        match kind {
            Some(ExportKind::Folder) => actions::export_to_folder(page),
            Some(kind) => actions::export(page, kind),
            None => page.png_wanted.update(|n| *n += 1),
        }
        if let Some(button) = button.get_untracked() {
            let _ = button.focus();
        }
    };
    let key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            open.set(false);
            if let Some(button) = button.get_untracked() {
                let _ = button.focus();
            }
        }
    };
    let note = move |note: fn(Page, &Counts) -> String| {
        page.overview.with(|overview| overview.as_ref().map(|overview| note(page, &overview.counts)))
    };
    view! {
        <div class="menu" node_ref=root on:keydown=key>
            <button
                id="export"
                class="btn primary"
                node_ref=button
                aria-expanded=move || open.get().to_string()
                aria-controls="exports"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                "Export"
                {icons::chevron()}
            </button>
            <div id="exports" class="sheet-of" hidden=move || !open.get()>
                <ul>
                    {ITEMS
                        .into_iter()
                        .filter(|item| item.kind != Some(ExportKind::Folder) || folder::offered())
                        .map(|item| {
                            view! {
                                <li>
                                    <button
                                        data-export=item.name
                                        on:click=move |_| choose(item.kind)
                                    >
                                        <span>{item.title}</span>
                                        <small>{move || note(item.note)}</small>
                                    </button>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
                <p>"All readings of the recipe, whatever the chart shows."</p>
            </div>
        </div>
    }
}
