//! The page object: everything a browser test does with the page, by the page's stable hooks.
//!
//! Owns one browser with the page open in it. Assumes the hooks of the page (`body[data-phase]`, `#files`, `[data-count=...]`, ...).
//! Refuses to go on when something does not happen in time: its methods panic with a sentence, so tests read as a list of steps.
//!
//! ```ignore
//! let host = Host::of_page();
//! let page = Page::start(engine, &host);
//! page.open("?high_temp=28.5");
//! page.upload(&[path]);
//! page.wait_phase("ready");
//! assert_eq!(page.count("readings"), 1000);
//! page.set_slider("#high-temp", 31.0);
//! page.click("[data-export=csv]");
//! let csv = page.download(".csv");
//! ```

mod hands;
mod outcome;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::engine::{Browser, Engine};
use crate::host::Host;

/// How long anything may take that is not told otherwise.
const PATIENCE: Duration = Duration::from_secs(20);

/// One browser with the page.
pub struct Page {
    pub engine: Engine,
    browser: Browser,
    address: String,
}

impl Page {
    /// Starts a browser with a fresh profile; opens nothing yet.
    pub fn start(engine: Engine, host: &Host) -> Self {
        let browser = engine.start().unwrap_or_else(|reason| panic!("{reason}"));
        Self { engine, browser, address: host.page() }
    }

    /// Loads the page anew, with a query string or a fragment or both (`""`, `"?mode=strict#tab=heatmap"`), and waits until it has
    /// started.
    pub fn open(&self, query: &str) {
        self.visit(&format!("{}{query}", self.address));
        self.wait_for("the page has started", "return !!document.body.dataset.phase");
    }

    /// Loads any address anew and waits for nothing.
    pub fn visit(&self, address: &str) {
        // A mere change of the fragment would not load anything.
        self.command("url", &json!({"url": "about:blank"}));
        self.command("url", &json!({"url": address}));
    }

    /// Opens another tab and goes on in it.
    pub fn new_tab(&self) {
        let tab = self.command("window/new", &json!({"type": "tab"}));
        self.command("window", &json!({"handle": tab["handle"]}));
    }

    /// One step back in history.
    pub fn back(&self) {
        self.command("back", &json!({}));
    }

    /// One step forward in history.
    pub fn forward(&self) {
        self.command("forward", &json!({}));
    }

    /// The address in the address bar.
    pub fn address(&self) -> String {
        text_of(self.browser.session.get("url"))
    }

    /// Chooses files in the file input, as a person does; what was chosen before is forgotten.
    pub fn upload(&self, paths: &[&Path]) {
        self.script("document.querySelector('#files').value = ''", &[]);
        let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        self.keys("#files", &paths.join("\n"));
    }

    /// Waits until `body[data-phase]` is `phase`: `empty`, `reading`, `ready` or `refused`.
    pub fn wait_phase(&self, phase: &str) {
        self.wait_phase_for(phase, PATIENCE);
    }

    /// The same with another patience, for big files.
    pub fn wait_phase_for(&self, phase: &str, patience: Duration) {
        let script = "return document.body.dataset.phase === arguments[0]";
        self.wait_with(&format!("phase {phase}"), script, &[phase.into()], patience);
    }

    /// Waits until the body of a function returns something true.
    pub fn wait_for(&self, what: &str, script: &str) {
        self.wait_with(what, script, &[], PATIENCE);
    }

    /// The same with arguments and a patience.
    pub fn wait_with(&self, what: &str, script: &str, arguments: &[Value], patience: Duration) {
        let began = Instant::now();
        loop {
            let outcome = self.try_script(script, arguments);
            if outcome.as_ref().is_ok_and(is_true) {
                return;
            }
            if began.elapsed() > patience {
                let shown = self.try_script("return document.body && document.body.innerText.slice(0, 1500)", &[]);
                panic!("{what}: not within {} s; last {outcome:?}; the page shows {shown:?}", patience.as_secs());
            }
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// Runs the body of a function in the page and returns its result; a promise is waited for.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Value {
        self.try_script(body, arguments).unwrap_or_else(|reason| panic!("script failed: {reason}"))
    }

    /// The same, failures returned.
    pub fn try_script(&self, body: &str, arguments: &[Value]) -> Result<Value, String> {
        self.browser.session.script(body, arguments)
    }

    /// How many elements match.
    pub fn number_of(&self, selector: &str) -> u64 {
        let number = self.script("return document.querySelectorAll(arguments[0]).length", &[selector.into()]);
        number.as_u64().unwrap_or_default()
    }

    /// An attribute of the first match; `None` when there is no match or no such attribute.
    pub fn attr(&self, selector: &str, name: &str) -> Option<String> {
        let script = "return document.querySelector(arguments[0])?.getAttribute(arguments[1])";
        self.script(script, &[selector.into(), name.into()]).as_str().map(str::to_owned)
    }

    /// The visible text of the first match; empty without one.
    pub fn text(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0])?.innerText ?? ''";
        self.script(script, &[selector.into()]).as_str().unwrap_or_default().to_owned()
    }

    /// The value of an input or select.
    pub fn value(&self, selector: &str) -> String {
        let script = "return String(document.querySelector(arguments[0]).value)";
        self.script(script, &[selector.into()]).as_str().unwrap_or_default().to_owned()
    }

    /// A tile's plain integer: `readings`, `devices`, `filled`, `set-aside`, `dropped` or `anomalies`.
    pub fn count(&self, name: &str) -> u64 {
        let value = self.attr(&format!("[data-count={name}]"), "data-value");
        let value = value.unwrap_or_else(|| panic!("there is no tile {name}"));
        value.parse().unwrap_or_else(|_| panic!("tile {name}: expected an integer, but found {value:?}"))
    }

    /// Waits until a tile shows a number.
    pub fn wait_count(&self, name: &str, number: u64) {
        let script = "return document.querySelector(arguments[0])?.dataset.value === arguments[1]";
        let arguments = [format!("[data-count={name}]").into(), number.to_string().into()];
        self.wait_with(&format!("{name} is {number}"), script, &arguments, PATIENCE);
    }

    /// A table's total of rows: `anomalies`, `daily`, `set-aside`, `dropped`, `raw` or `findings`.
    pub fn rows(&self, table: &str) -> u64 {
        let value = self.attr(&format!("[data-table={table}]"), "data-rows");
        value.and_then(|rows| rows.parse().ok()).unwrap_or_else(|| panic!("there is no table {table} with data-rows"))
    }

    /// Chooses a tab by its name (`Heatmap`) and waits for its chart's first paint.
    pub fn tab(&self, name: &str) {
        let script =
            "const tab = [...document.querySelectorAll('[role=tab]')].find(t => t.textContent.trim() === arguments[0]);
            if (!tab) throw new Error('no such tab'); tab.click()";
        self.script(script, &[name.into()]);
        self.wait_for(
            "the chart is painted",
            "return Number(document.querySelector('canvas[data-chart]')?.dataset.painted) > 0",
        );
    }

    /// How often the chart on show has been painted.
    pub fn painted(&self) -> u64 {
        self.attr("canvas[data-chart]", "data-painted").and_then(|number| number.parse().ok()).unwrap_or_default()
    }

    pub(crate) fn command(&self, command: &str, body: &Value) -> Value {
        let outcome = self.browser.session.post(command, body);
        outcome.unwrap_or_else(|reason| panic!("{command}: {reason}"))
    }

    fn element(&self, selector: &str) -> String {
        self.browser.session.element(selector).unwrap_or_else(|reason| panic!("{selector}: {reason}"))
    }
}

impl Drop for Page {
    /// A test that fails leaves a picture of what it saw.
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Ok(picture) = self.script_free_screenshot()
        {
            let name = format!("target/browser/failed-{}-{}.png", self.engine.name(), crate::current_case());
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
            let written = path.parent().map(fs::create_dir_all).and_then(|_| fs::write(&path, picture).ok());
            if written.is_some() {
                eprintln!("what the page showed: {}", path.display());
            }
        }
    }
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        _ => true,
    }
}

fn text_of(value: Result<Value, String>) -> String {
    let value = value.unwrap_or_else(|reason| panic!("{reason}"));
    value.as_str().unwrap_or_default().to_owned()
}
