//! What the worker answers, written into the signals once.
//!
//! Owns the order of the writes. Assumes an answer to the running request. Refuses to compute: what is shown was computed in
//! the worker.

use std::sync::Arc;

use leptos::prelude::*;
use sensorium::browser::clock::now_ms;
use sensorium::browser::download;
use sensorium::browser::measure::measure;
use sensorium::protocol::{Answer, Chart, ExportedFile, Overview, Refusal, Tab, TablePage, Timings};
use sensorium::wording;
use web_sys::Blob;

use super::engine::{self, Running};
use super::state::{Page, Phase};
use super::timing::{self, Span};
use super::{notices, overrule, timing::take_file};

/// Shows an answer.
pub fn show(page: Page, answer: Answer, blob: Option<&Blob>, running: &Running) {
    let overview = answer.overview;
    let (rows, bytes) = match &overview {
        Some(overview) => extent(overview),
        None => page.overview.with_untracked(|overview| overview.as_deref().map(extent)).unwrap_or_default(),
    };
    measure_worker(&answer.timings, rows, bytes);
    tell_memory(answer.timings.wasm_bytes);
    if running.opens
        && let Some(started_ms) = take_file()
    {
        timing::answered(Span::FileToCharts, started_ms, rows, bytes);
    }
    if let Some(started_ms) = running.limit_started_ms {
        timing::answered(Span::LimitToPaint, started_ms, rows, bytes);
    }
    if let Some(overview) = overview {
        if running.opens {
            page.took_seconds.set((answer.timings.read_ms + answer.timings.pipeline_ms) / 1_000.0);
        }
        if running.opens && overrule::recall(page, &overview) {
            return;
        }
        show_overview(page, overview, running.opens);
    }
    for table in answer.tables {
        show_table(page, table);
    }
    if let Some(chart) = answer.chart {
        show_chart(page, chart);
    }
    if let Some(nearest) = answer.nearest {
        page.nearest.set(nearest);
    }
    if let Some(located) = answer.located {
        page.tab.set(Tab::Anomalies);
        page.window_us.set(Some(located.window_us));
        page.located.set(Some(located));
        show_charts();
    }
    save(page, &answer.exports, blob, running);
}

/// Shows why nothing was computed.
pub fn refuse(page: Page, refusal: Refusal, blob: Option<&Blob>, running: &Running) {
    if running.opens && overrule::recall_asked(page, &refusal) {
        return;
    }
    take_file();
    save(page, &refusal.exports, blob, running);
    if let Some(table) = refusal.page.clone() {
        show_table(page, table);
    }
    page.overview.set(None);
    page.chart.set(None);
    page.nearest.set(None);
    page.located.set(None);
    page.refusal.set(Some(Arc::new(refusal)));
    page.set_phase(Phase::Refused);
}

/// An ask that could not be answered.
pub fn fail(page: Page, message: &str, running: &Running) {
    if running.opens {
        take_file();
        let open = engine::back_to_former(page);
        let shown = page.overview.with_untracked(Option::is_some);
        if open && shown {
            page.set_phase(Phase::Ready);
        } else {
            close(page);
        }
    }
    notices::lasting(page, sentence(message));
}

/// Back to the empty page.
pub fn close(page: Page) {
    take_file();
    page.busy.set(false);
    page.set_phase(Phase::Empty);
    page.overview.set(None);
    page.refusal.set(None);
    page.chart.set(None);
    page.nearest.set(None);
    page.located.set(None);
    for table in page.tables {
        table.page.set(None);
    }
}

/// Brings the charts into sight, where they are not.
fn show_charts() {
    let Ok(Some(charts)) = document().query_selector(".charts") else { return };
    let place = charts.get_bounding_client_rect();
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    // The header covers what lies above its lower edge.
    if place.top() < HEADER_PX || place.top() > height / 2.0 {
        charts.scroll_into_view();
    }
}

/// About the height of the header.
const HEADER_PX: f64 = 40.0;

/// A message as a sentence: with an end point, and with a capital unless it begins with a name.
pub fn sentence(message: &str) -> String {
    let first_word = message.split(' ').next().unwrap_or_default();
    let mut letters = message.chars();
    let mut out = String::new();
    if first_word.chars().all(char::is_alphabetic) {
        out.extend(letters.next().iter().flat_map(|first| first.to_uppercase()));
    }
    out.push_str(letters.as_str());
    if !out.ends_with(['.', '?']) {
        out.push('.');
    }
    out
}

fn extent(overview: &Overview) -> (u64, u64) {
    let bytes = overview.files.iter().map(|file| file.bytes).sum();
    (overview.counts.rows_read, bytes)
}

/// Says on the page how much wasm memory it and its workers take, for tests and scripts.
fn tell_memory(workers_bytes: u64) {
    if let Some(body) = document().body() {
        let bytes = workers_bytes + sensorium::browser::columns::memory_bytes();
        let _ = body.set_attribute("data-wasm-bytes", &bytes.to_string());
    }
}

fn measure_worker(timings: &Timings, rows: u64, bytes: u64) {
    let end_ms = now_ms();
    let pipeline_ms = end_ms - timings.view_ms;
    let read_ms = pipeline_ms - timings.pipeline_ms;
    if timings.pipeline_ms > 0.0 {
        measure("pipeline", read_ms.max(0.0), pipeline_ms, rows, bytes);
    }
    if timings.read_ms > 0.0 {
        let start_ms = (read_ms - timings.read_ms).max(0.0);
        measure("read", start_ms, read_ms, rows, bytes);
    }
}

fn show_overview(page: Page, overview: Overview, opened: bool) {
    for sentence in &overview.notices {
        if opened {
            notices::lasting(page, self::sentence(sentence));
        }
    }
    forget_absent_devices(page, &overview);
    if opened {
        page.log.update(|log| *log += 1);
    }
    page.overview.set(Some(Arc::new(overview)));
    page.refusal.set(None);
    page.set_phase(Phase::Ready);
}

/// Devices that a link or an earlier log named and this log lacks.
fn forget_absent_devices(page: Page, overview: &Overview) {
    let absent = |name: &String| !overview.devices.iter().any(|device| device.name == *name);
    let mut missing: Vec<String> =
        page.devices.with_untracked(|names| names.iter().filter(|name| absent(name)).cloned().collect());
    if !missing.is_empty() {
        page.devices.update(|names| names.retain(|name| !absent(name)));
    }
    if let Some(name) = page.rolling.get_untracked().filter(absent) {
        page.rolling.set(None);
        missing.push(name);
    }
    if let Some(first) = missing.first() {
        let first: String = first.chars().take(60).collect();
        notices::lasting(
            page,
            match missing.len() {
                1 => format!("This log has no device {first}, which the link names."),
                n => format!(
                    "This log lacks {} that the link names, {first} among them.",
                    wording::counted(n as u64, "device", "devices")
                ),
            },
        );
    }
}

/// Shows a chart, with the points of the present one where they are the same.
fn show_chart(page: Page, mut chart: Chart) {
    let before = page.chart.try_update_untracked(Option::take).flatten();
    if let Chart::Lines(lines) = &mut chart {
        match before.as_deref() {
            Some(Chart::Lines(held)) if lines.from != 0 && held.lines == lines.from => {
                // Nobody else holds the present chart, so that its points move over.
                let held = before.map(Arc::unwrap_or_clone);
                if let Some(Chart::Lines(held)) = held {
                    lines.take_points(held.series);
                }
                lines.from = 0;
            }
            _ if lines.from != 0 => {
                // What was held is gone since: the whole chart is asked for.
                page.chart.set(before);
                engine::wish_chart_anew(page);
                return;
            }
            Some(Chart::Lines(held)) if held.x_us == held.full_x_us && lines.x_us != lines.full_x_us => {
                page.whole.set_value(before);
            }
            _ => {}
        }
    }
    page.chart.set(Some(Arc::new(chart)));
}

fn show_table(page: Page, table: TablePage) {
    page.table(table.table).page.set(Some(Arc::new(table)));
}

fn save(page: Page, files: &[ExportedFile], blob: Option<&Blob>, running: &Running) {
    for (file, blob) in files.iter().zip(blob) {
        let size = blob.size() as u64;
        if !file.parts.is_empty() {
            save_in_folder(page, file.clone(), blob.clone());
        } else {
            tell(page, file, size, download::save_blob(&file.name, blob).map(|()| " is ready"));
        }
        if let Some(started_ms) = running.export_started_ms {
            measure("export", started_ms, now_ms(), file.rows.unwrap_or(0), size);
        }
    }
}

/// Writes the parts of a file into the folder that was chosen for it.
fn save_in_folder(page: Page, mut file: ExportedFile, blob: Blob) {
    let Some(folder) = page.folder.try_update_value(Option::take).flatten() else { return };
    leptos::task::spawn_local(async move {
        let written = folder.write(&file.name, &file.parts, &blob).await;
        let written = written.map(|name| {
            file.name = name;
            " stands in your folder"
        });
        tell(page, &file, blob.size() as u64, written);
    });
}

fn tell(page: Page, file: &ExportedFile, bytes: u64, handed_over: Result<&str, String>) {
    let name = &file.name;
    match handed_over {
        Ok(how) => {
            let files = match file.parts.len() as u64 {
                0 => String::new(),
                parts => wording::counted(parts, "file, ", "files, "),
            };
            let rows = file.rows.map_or(String::new(), |rows| wording::counted(rows, "row, ", "rows, "));
            notices::passing(page, format!("{name}{how}: {files}{rows}{}.", wording::bytes(bytes)));
        }
        Err(reason) => notices::lasting(page, format!("{name} could not be handed over: {reason}.")),
    }
}
