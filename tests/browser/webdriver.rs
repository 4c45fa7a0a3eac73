//! A small blocking client of the WebDriver protocol.
//!
//! Owns the wire. Assumes a driver on this machine. Refuses nothing: what a driver answers is handed on, errors as sentences.

use std::time::Duration;

use serde_json::{Value, json};

/// The key under which the protocol hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One session with one browser.
pub struct Session {
    agent: ureq::Agent,
    base: String,
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(150)))
        .build()
        .new_agent()
}

fn call(agent: &ureq::Agent, method: &str, address: &str, body: Option<&Value>) -> Result<Value, String> {
    let sent = match (method, body) {
        ("GET", _) => agent.get(address).call(),
        ("DELETE", _) => agent.delete(address).call(),
        (_, body) => agent.post(address).send_json(body.unwrap_or(&json!({}))),
    };
    let mut answer = sent.map_err(|error| format!("{method} {address}: {error}"))?;
    let status = answer.status();
    let content: Value = answer
        .body_mut()
        .with_config()
        .limit(1 << 30)
        .read_json()
        .map_err(|error| format!("{method} {address}: {error}"))?;
    let value = content.get("value").cloned().unwrap_or(Value::Null);
    if status.is_success() {
        return Ok(value);
    }
    let part = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    Err(format!("{}: {}", part("error"), part("message")))
}

/// True once the driver at `address` takes sessions.
pub fn is_up(address: &str) -> bool {
    call(&agent(), "GET", &format!("{address}/status"), None).is_ok()
}

impl Session {
    /// Opens a browser.
    pub fn open(address: &str, capabilities: &Value) -> Result<Self, String> {
        let agent = agent();
        let wanted = json!({"capabilities": {"alwaysMatch": capabilities}});
        let session = call(&agent, "POST", &format!("{address}/session"), Some(&wanted))?;
        let id = session["sessionId"].as_str().ok_or("the driver gave no session")?;
        let session = Self { base: format!("{address}/session/{id}"), agent };
        session.post("timeouts", &json!({"script": 120_000, "pageLoad": 60_000}))?;
        Ok(session)
    }

    /// Posts a command of the protocol.
    pub fn post(&self, command: &str, body: &Value) -> Result<Value, String> {
        call(&self.agent, "POST", &format!("{}/{command}", self.base), Some(body))
    }

    /// Gets a value of the protocol.
    pub fn get(&self, command: &str) -> Result<Value, String> {
        call(&self.agent, "GET", &format!("{}/{command}", self.base), None)
    }

    /// Deletes what a command of the protocol names.
    pub fn delete(&self, command: &str) -> Result<Value, String> {
        call(&self.agent, "DELETE", &format!("{}/{command}", self.base), None)
    }

    /// Runs the body of a function in the page, with `arguments`, and returns what it returns. A promise is waited for.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Result<Value, String> {
        self.post("execute/sync", &json!({"script": body, "args": arguments}))
    }

    /// The first element that a selector matches, as the protocol's identifier.
    pub fn element(&self, selector: &str) -> Result<String, String> {
        let found = self.post("element", &json!({"using": "css selector", "value": selector}))?;
        let id = found.get(ELEMENT).and_then(Value::as_str);
        id.map(str::to_owned).ok_or(format!("no element matches {selector}"))
    }

    /// Closes the browser.
    pub fn close(&self) {
        // A browser that is gone already is closed.
        let _ = call(&self.agent, "DELETE", &self.base, None);
    }
}
