//! One round of the page: a log chosen, limits moved, the chart zoomed, the readings taken away.
//!
//! Owns what a hand does, and when. Assumes the page's stable hooks and its own User Timing entries. Refuses to judge.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::chromium::{Chromium, OPEN};
use super::figures::{Figures, Measure};
use super::targets::EXPORTED_ROWS;
use super::webdriver::Session;

const CHART: &str = "canvas[data-chart]";
const LIMITS_CELSIUS: std::ops::Range<u32> = 24..39;
/// In and out by the wheel, in pixels, never further out than everything.
const ZOOMS_PX: [i64; 15] = [-300, -300, -300, 300, -300, -300, 300, 300, -300, -300, 300, 300, -300, 300, 300];
const READING: Duration = Duration::from_secs(300);
const PAINTING: Duration = Duration::from_secs(5);
/// Entries of long tasks come a little after the tasks.
const AFTER: Duration = Duration::from_millis(400);

/// Measures one fresh browser on one log.
pub fn round(address: &str, work: &Path, log: &Path, rows: usize, figures: &mut Figures) -> Result<(), String> {
    let chromium = Chromium::start(work)?;
    let page = Page { session: &chromium.session };
    page.session.visit(address)?;
    page.until("document.body?.dataset.phase === 'empty'", READING)?;
    std::thread::sleep(OPEN);
    page.watch_tasks()?;
    page.session.keys("#files", &log.to_string_lossy())?;
    page.until(
        "(performance.getEntriesByName('file-to-charts').length || document.body.dataset.phase === 'refused')",
        READING,
    )?;
    let phases = [(Measure::Charts, "file-to-charts"), (Measure::Read, "read"), (Measure::Pipeline, "pipeline")];
    for (measure, name) in phases {
        figures.extend(rows, measure, page.measures(name)?.into_iter().take(1));
    }
    figures.extend(rows, Measure::TaskReading, [page.longest_task_ms()?]);
    figures.extend(rows, Measure::Flagged, page.attribute_number("[data-count=anomalies]", "data-value")?);
    figures.extend(rows, Measure::Limit, page.move_limits()?);
    page.tab("Anomalies", "anomalies")?;
    figures.extend(rows, Measure::LimitAnomalies, page.move_limits()?);
    figures.extend(rows, Measure::Zoom, page.zoom()?);
    figures.extend(rows, Measure::TaskMoving, [page.longest_task_ms()?]);
    figures.extend(rows, Measure::WasmBytes, page.attribute_number("body", "data-wasm-bytes")?);
    if rows <= EXPORTED_ROWS {
        page.session.click("#export")?;
        page.session.click("[data-export=parquet]")?;
        page.until("performance.getEntriesByName('export').length > 0", READING)?;
        figures.extend(rows, Measure::Export, page.measures("export")?);
        figures.extend(rows, Measure::ExportBytes, [chromium.download_bytes(".parquet", READING)? as f64]);
    }
    figures.browser.clone_from(&chromium.session.browser);
    Ok(())
}

struct Page<'a> {
    session: &'a Session,
}

impl Page<'_> {
    fn until(&self, expression: &str, patience: Duration) -> Result<(), String> {
        if self.session.wait(expression, patience)? {
            return Ok(());
        }
        let shown = self.session.script("return document.body?.innerText.slice(0, 300).replaceAll('\\n', ' ')", &[])?;
        Err(format!("not within {} s: {expression}; the page shows {shown}", patience.as_secs()))
    }

    /// What the page's own measures of a name took, in milliseconds.
    fn measures(&self, name: &str) -> Result<Vec<f64>, String> {
        let script = "return performance.getEntriesByName(arguments[0]).map((entry) => entry.duration)";
        let found = self.session.script(script, &[json!(name)])?;
        let took_ms: Vec<f64> = found.as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64).collect();
        if took_ms.is_empty() { Err(format!("the page wrote no measure {name}")) } else { Ok(took_ms) }
    }

    /// A number that stands in an attribute, if it does.
    fn attribute_number(&self, selector: &str, name: &str) -> Result<Option<f64>, String> {
        let script = "return document.querySelector(arguments[0])?.getAttribute(arguments[1])";
        let found = self.session.script(script, &[json!(selector), json!(name)])?;
        Ok(found.as_str().and_then(|text| text.parse().ok()))
    }

    fn watch_tasks(&self) -> Result<(), String> {
        let script = "window.benchTasks = []; window.benchWatch = new PerformanceObserver((list) =>
                window.benchTasks.push(...list.getEntries().map((task) => task.duration)));
            window.benchWatch.observe({ type: 'longtask' })";
        self.session.script(script, &[]).map(|_| ())
    }

    /// The longest task of the main thread since the last call; 0 when none was over 50 ms.
    fn longest_task_ms(&self) -> Result<f64, String> {
        std::thread::sleep(AFTER);
        let longest = self.session.script("return Math.max(0, ...window.benchTasks.splice(0))", &[])?;
        longest.as_f64().ok_or_else(|| String::from("the long tasks are unknown"))
    }

    fn tab(&self, name: &str, chart: &str) -> Result<(), String> {
        let script = "[...document.querySelectorAll('[role=tab]')].find((tab) => tab.textContent.trim() === arguments[0]).click()";
        self.session.script(script, &[json!(name)])?;
        self.until(&format!("document.querySelector('{CHART}')?.dataset.chart === '{chart}'"), PAINTING)?;
        std::thread::sleep(AFTER);
        Ok(())
    }

    /// Moves the upper limit, each move after the former has been painted.
    fn move_limits(&self) -> Result<Vec<f64>, String> {
        self.session.script("performance.clearMeasures('limit-to-paint')", &[])?;
        for (moved, limit) in LIMITS_CELSIUS.enumerate() {
            let script = "const slider = document.querySelector('#high-temp');
                Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(slider, arguments[0]);
                slider.dispatchEvent(new Event('input', { bubbles: true }));
                slider.dispatchEvent(new Event('change', { bubbles: true }))";
            self.session.script(script, &[json!(limit.to_string())])?;
            self.painted("limit-to-paint", moved)?;
        }
        self.measures("limit-to-paint")
    }

    /// Turns the wheel over the chart, each turn after the former has been painted.
    fn zoom(&self) -> Result<Vec<f64>, String> {
        let script = "const chart = document.querySelector(arguments[0]);
            chart.scrollIntoView({ block: 'nearest', behavior: 'instant' });
            const box = chart.getBoundingClientRect(); return [box.left, box.top]";
        let corner = self.session.script(script, &[json!(CHART)])?;
        let px = |at: usize| corner[at].as_f64().unwrap_or_default().round() as i64;
        self.session.script("performance.clearMeasures('zoom-to-paint')", &[])?;
        for (turned, delta_y_px) in ZOOMS_PX.into_iter().enumerate() {
            self.session.wheel(px(0) + 400, px(1) + 150, delta_y_px)?;
            self.painted("zoom-to-paint", turned)?;
        }
        self.measures("zoom-to-paint")
    }

    fn painted(&self, name: &str, before: usize) -> Result<(), String> {
        self.until(&format!("performance.getEntriesByName('{name}').length > {before}"), PAINTING)?;
        std::thread::sleep(Duration::from_millis(120));
        Ok(())
    }
}
