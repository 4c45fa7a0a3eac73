//! The page object's hands: keys, clicks, the pointer, controls, drops, the window.
//!
//! Owns acting on the page. Assumes what is acted upon is there. Refuses to look at what comes of it.

use serde_json::{Value, json};

use super::Page;
use crate::engine::Engine;

impl Page {
    /// Clicks the middle of the first match, as a person does: it has to be visible and uncovered.
    pub fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.command(&format!("element/{element}/click"), &json!({}));
    }

    /// Types into the first match (paths into a file input).
    pub fn keys(&self, selector: &str, keys: &str) {
        let element = self.element(selector);
        self.command(&format!("element/{element}/value"), &json!({"text": keys}));
    }

    /// Presses and releases one key wherever the focus is: a character, or a name like `Tab`, `Enter`, `Escape`, `ArrowLeft`.
    pub fn key(&self, key: &str) {
        let code = match key {
            "Tab" => "\u{e004}",
            "Enter" => "\u{e007}",
            "Escape" => "\u{e00c}",
            "PageUp" => "\u{e00e}",
            "PageDown" => "\u{e00f}",
            "End" => "\u{e010}",
            "Home" => "\u{e011}",
            "ArrowLeft" => "\u{e012}",
            "ArrowUp" => "\u{e013}",
            "ArrowRight" => "\u{e014}",
            "ArrowDown" => "\u{e015}",
            other => other,
        };
        let presses = json!([{"type": "keyDown", "value": code}, {"type": "keyUp", "value": code}]);
        self.command("actions", &json!({"actions": [{"type": "key", "id": "keyboard", "actions": presses}]}));
    }

    /// Puts the focus on the first match.
    pub fn focus(&self, selector: &str) {
        self.script("document.querySelector(arguments[0]).focus()", &[selector.into()]);
    }

    /// Moves a slider, a number box or a select to a value, with the events that a person's hand causes (`input`, then `change`).
    pub fn set_value(&self, selector: &str, value: &str) {
        let script = "const control = document.querySelector(arguments[0]);
            const kind = Object.getPrototypeOf(control);
            Object.getOwnPropertyDescriptor(kind, 'value').set.call(control, arguments[1]);
            control.dispatchEvent(new Event('input', { bubbles: true }));
            control.dispatchEvent(new Event('change', { bubbles: true }))";
        self.script(script, &[selector.into(), value.into()]);
    }

    /// Moves a limit's slider.
    pub fn set_slider(&self, selector: &str, value: f64) {
        self.set_value(selector, &value.to_string());
    }

    /// Moves the pointer to a place in the first match, in CSS pixels from its top left corner.
    pub fn hover(&self, selector: &str, x_px: f64, y_px: f64) {
        let (left, top) = self.corner(selector);
        self.pointer(json!([pointer_move(left + x_px, top + y_px)]));
    }

    /// Drags from one place in the first match to another.
    pub fn drag(&self, selector: &str, from_px: (f64, f64), to_px: (f64, f64)) {
        let (left, top) = self.corner(selector);
        let middle = (f64::midpoint(from_px.0, to_px.0), f64::midpoint(from_px.1, to_px.1));
        self.pointer(json!([
            pointer_move(left + from_px.0, top + from_px.1),
            {"type": "pointerDown", "button": 0},
            pointer_move(left + middle.0, top + middle.1),
            pointer_move(left + to_px.0, top + to_px.1),
            {"type": "pointerUp", "button": 0},
        ]));
    }

    /// Drags like [`Self::drag`], with the shift key held down.
    pub fn drag_with_shift(&self, selector: &str, from_px: (f64, f64), to_px: (f64, f64)) {
        let (left, top) = self.corner(selector);
        let pointer = json!({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [
            pointer_move(left + from_px.0, top + from_px.1),
            {"type": "pointerDown", "button": 0},
            pointer_move(left + f64::midpoint(from_px.0, to_px.0), top + from_px.1),
            pointer_move(left + to_px.0, top + to_px.1),
            {"type": "pointerUp", "button": 0},
        ]});
        let pause = json!({"type": "pause"});
        let shift = |kind: &str| json!({"type": kind, "value": "\u{e008}"});
        let keys = json!({"type": "key", "id": "keys", "actions": [shift("keyDown"), pause, pause, pause, pause, shift("keyUp")]});
        self.command("actions", &json!({"actions": [keys, pointer]}));
    }

    /// Puts two fingers on the first match and moves each from one place to another; all in CSS pixels, at the same height.
    pub fn pinch(&self, selector: &str, y_px: f64, first_px: (f64, f64), second_px: (f64, f64)) {
        let (left, top) = self.corner(selector);
        let finger = |id: &str, (from, to): (f64, f64)| {
            let at = |x_px: f64| pointer_move(left + x_px, top + y_px);
            json!({"type": "pointer", "id": id, "parameters": {"pointerType": "touch"}, "actions": [
                at(from), {"type": "pointerDown", "button": 0}, at(f64::midpoint(from, to)), at(to),
                {"type": "pause", "duration": 100}, {"type": "pointerUp", "button": 0},
            ]})
        };
        self.command("actions", &json!({"actions": [finger("first", first_px), finger("second", second_px)]}));
    }

    /// Clicks twice at a place in the first match.
    pub fn double_click(&self, selector: &str, x_px: f64, y_px: f64) {
        let (left, top) = self.corner(selector);
        let (down, up) = (json!({"type": "pointerDown", "button": 0}), json!({"type": "pointerUp", "button": 0}));
        self.pointer(json!([pointer_move(left + x_px, top + y_px), down, up, down, up]));
    }

    /// Turns the wheel over a place in the first match.
    pub fn wheel(&self, selector: &str, x_px: f64, y_px: f64, delta_y_px: i32) {
        let (left, top) = self.corner(selector);
        let turn = json!({"type": "scroll", "x": whole(left + x_px), "y": whole(top + y_px), "deltaX": 0, "deltaY": delta_y_px, "origin": "viewport"});
        self.command("actions", &json!({"actions": [{"type": "wheel", "id": "wheel", "actions": [turn]}]}));
    }

    /// Drops files made of text onto the first match, with the events that a hand causes.
    pub fn drop_texts(&self, selector: &str, files: &[(&str, &str)]) {
        let files: Vec<Value> = files.iter().map(|(name, content)| json!([name, content])).collect();
        let script = "const carried = new DataTransfer();
            for (const [name, content] of arguments[1]) carried.items.add(new File([content], name, { type: 'text/csv' }));
            const target = document.querySelector(arguments[0]);
            for (const kind of ['dragenter', 'dragover', 'drop'])
              target.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }))";
        self.script(script, &[selector.into(), files.into()]);
    }

    /// Makes the page's viewport so large, at so many device pixels for a CSS pixel. Only Chromium obeys exactly.
    pub fn viewport(&self, width_px: u32, height_px: u32, scale: f64) {
        if self.engine == Engine::Chromium {
            let metrics = json!({"width": width_px, "height": height_px, "deviceScaleFactor": scale, "mobile": false});
            self.devtools("Emulation.setDeviceMetricsOverride", metrics);
        } else {
            self.command("window/rect", &json!({"width": width_px, "height": height_px}));
        }
    }

    /// Makes the system ask for a dark or a light page. Chromium only.
    pub fn system_theme(&self, dark: bool) {
        let theme = if dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": theme}]);
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    /// A command of Chromium's own protocol.
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.try_devtools(command, parameters).unwrap_or_else(|reason| panic!("{command}: {reason}"))
    }

    /// The same, where it may fail.
    ///
    /// # Errors
    /// What the browser says.
    pub fn try_devtools(&self, command: &str, parameters: Value) -> Result<Value, String> {
        assert_eq!(self.engine, Engine::Chromium, "only Chromium has this protocol");
        self.browser.session.post("goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    fn pointer(&self, actions: Value) {
        let pointer =
            json!({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": actions});
        self.command("actions", &json!({"actions": [pointer]}));
    }

    /// The place of the first match's top left corner in the viewport, after scrolling to it.
    fn corner(&self, selector: &str) -> (f64, f64) {
        let script = "const element = document.querySelector(arguments[0]);
            element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
            const box = element.getBoundingClientRect(); return [box.left, box.top]";
        let corner = self.script(script, &[selector.into()]);
        (corner[0].as_f64().unwrap_or_default(), corner[1].as_f64().unwrap_or_default())
    }
}

fn pointer_move(x_px: f64, y_px: f64) -> Value {
    json!({"type": "pointerMove", "duration": 0, "x": whole(x_px), "y": whole(y_px), "origin": "viewport"})
}

/// The protocol takes whole pixels alone.
#[allow(clippy::cast_possible_truncation)]
fn whole(px: f64) -> i64 {
    px.round() as i64
}
