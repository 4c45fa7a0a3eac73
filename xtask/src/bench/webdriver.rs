//! A small blocking client of the WebDriver protocol.
//!
//! Owns the wire. Assumes a driver on this machine. Refuses nothing: what the driver answers is handed on, errors as sentences.

use std::time::Duration;

use serde_json::{Value, json};

/// The key under which the protocol hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// How long a script may take: ten million rows in the slowest peer take a minute.
const PATIENCE: Duration = Duration::from_secs(600);

/// One session with one browser.
pub struct Session {
    agent: ureq::Agent,
    base: String,
    /// The browser's name and version.
    pub browser: String,
}

fn agent() -> ureq::Agent {
    let patience = PATIENCE + Duration::from_secs(30);
    ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(patience)).build().new_agent()
}

fn answer(sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, String> {
    let mut answer = sent.map_err(|error| format!("the driver: {error}"))?;
    let content: Value = answer.body_mut().read_json().map_err(|error| format!("the driver: {error}"))?;
    let value = content.get("value").cloned().unwrap_or(Value::Null);
    if answer.status().is_success() {
        return Ok(value);
    }
    let part = |key: &str| value[key].as_str().unwrap_or_default().lines().next().unwrap_or_default().to_owned();
    Err(format!("{}: {}", part("error"), part("message")))
}

/// True once the driver at `address` takes sessions.
pub fn is_up(address: &str) -> bool {
    answer(agent().get(format!("{address}/status")).call()).is_ok()
}

impl Session {
    /// Opens a browser.
    pub fn open(address: &str, capabilities: &Value) -> Result<Self, String> {
        let agent = agent();
        let wanted = json!({"capabilities": {"alwaysMatch": capabilities}});
        let session = answer(agent.post(format!("{address}/session")).send_json(&wanted))?;
        let id = session["sessionId"].as_str().ok_or("the driver gave no session")?;
        let part = |key: &str| session["capabilities"][key].as_str().unwrap_or_default();
        let browser = format!("{} {}", part("browserName"), part("browserVersion"));
        let session = Self { base: format!("{address}/session/{id}"), agent, browser };
        session.post("timeouts", &json!({"script": PATIENCE.as_millis() as u64, "pageLoad": 60_000}))?;
        Ok(session)
    }

    /// Posts a command of the protocol.
    pub fn post(&self, command: &str, body: &Value) -> Result<Value, String> {
        answer(self.agent.post(format!("{}/{command}", self.base)).send_json(body))
    }

    /// Loads an address.
    pub fn visit(&self, address: &str) -> Result<(), String> {
        self.post("url", &json!({"url": address})).map(|_| ())
    }

    /// Runs the body of a function in the page and returns what it returns. A promise is waited for.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Result<Value, String> {
        self.post("execute/sync", &json!({"script": body, "args": arguments}))
    }

    /// Waits in the page, so that no message disturbs it, until an expression becomes true; false when it does not in time.
    pub fn wait(&self, expression: &str, patience: Duration) -> Result<bool, String> {
        let script = format!(
            "const end = performance.now() + arguments[0];
            return new Promise((done) => {{
                const look = () => {expression} ? done(true) : performance.now() > end ? done(false) : setTimeout(look, 20);
                look();
            }})"
        );
        Ok(self.script(&script, &[json!(patience.as_millis() as u64)])? == json!(true))
    }

    /// Types into the first match: paths into a file input.
    pub fn keys(&self, selector: &str, keys: &str) -> Result<(), String> {
        let element = self.element(selector)?;
        self.post(&format!("element/{element}/value"), &json!({"text": keys})).map(|_| ())
    }

    /// Clicks the first match.
    pub fn click(&self, selector: &str) -> Result<(), String> {
        let element = self.element(selector)?;
        self.post(&format!("element/{element}/click"), &json!({})).map(|_| ())
    }

    /// Turns the wheel over a place of the viewport.
    pub fn wheel(&self, x_px: i64, y_px: i64, delta_y_px: i64) -> Result<(), String> {
        let turn =
            json!({"type": "scroll", "x": x_px, "y": y_px, "deltaX": 0, "deltaY": delta_y_px, "origin": "viewport"});
        self.post("actions", &json!({"actions": [{"type": "wheel", "id": "wheel", "actions": [turn]}]})).map(|_| ())
    }

    /// Closes the browser.
    pub fn close(&self) {
        // A browser that is gone already is closed.
        let _ = self.agent.delete(&self.base).call();
    }

    fn element(&self, selector: &str) -> Result<String, String> {
        let found = self.post("element", &json!({"using": "css selector", "value": selector}))?;
        found[ELEMENT].as_str().map(str::to_owned).ok_or_else(|| format!("no element matches {selector}"))
    }
}
