//! Zones, as the browser knows them: their names, and their offsets at an instant.
//!
//! Owns the calls of Intl. Assumes a browser that has it. A name that the browser does not know is none.

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// What asks a zone for its offsets.
#[derive(Clone, Debug)]
pub struct Clock(Intl::DateTimeFormat);

impl Clock {
    /// The clock of a zone such as `Europe/Berlin`; none where the browser knows no such zone.
    pub fn of(zone: &str) -> Option<Self> {
        let options = Object::new();
        for (key, value) in [("timeZone", zone), ("timeZoneName", "longOffset"), ("hour", "numeric")] {
            Reflect::set(&options, &key.into(), &value.into()).ok()?;
        }
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let format: Function = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
        // Made by hand, for a zone that is none throws.
        let made = Reflect::construct(&format, &Array::of2(&"en-US".into(), &options)).ok()?;
        Some(Self(made.unchecked_into()))
    }

    /// The offset at an instant in milliseconds since 1970, as Intl writes it: `GMT+02:00`, `GMT`.
    pub fn offset(&self, at_ms: f64) -> Option<String> {
        let parts = self.0.format_to_parts(&Date::new(&JsValue::from_f64(at_ms)));
        parts.iter().find_map(|part| {
            let of = |key: &str| Reflect::get(&part, &key.into()).ok()?.as_string();
            (of("type")? == "timeZoneName").then(|| of("value"))?
        })
    }
}

/// The names of all zones, in order; none where the browser does not tell them.
pub fn names() -> Vec<String> {
    let known = || {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let list: Function = Reflect::get(&intl, &"supportedValuesOf".into()).ok()?.dyn_into().ok()?;
        let names: Array = list.call1(&intl, &"timeZone".into()).ok()?.dyn_into().ok()?;
        Some(names.iter().filter_map(|name| name.as_string()).collect())
    };
    known().unwrap_or_default()
}
