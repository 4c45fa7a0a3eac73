//! Trying every way out of the page and of a worker like ours.
//!
//! Owns the scripts that try. Assumes [`Host`]s that write down what reaches them. Refuses to judge: it returns what was tried and
//! what arrived.

use serde_json::Value;

use crate::host::Host;
use crate::page::Page;

/// `waysOut(base, place)`.
pub const SCRIPT: &str = include_str!("ways_out.js");

/// From where the ways are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The window.
    Page,
    /// A module worker from a blob, as the page starts its own.
    Worker,
    /// A worker that such a worker starts from its own address, as the session starts its readers.
    Reader,
}

/// Tries every way to `target` and returns the names of the ways tried.
pub fn attempt(page: &Page, place: Place, target: &Host) -> Vec<String> {
    let base = Value::from(target.origin());
    let tried = match place {
        Place::Page => page.script(&format!("{SCRIPT}; return waysOut(arguments[0], 'page')"), &[base]),
        Place::Worker | Place::Reader => {
            let script = "const text = arguments[0] + `;
                  if (self.name === 'outer') {
                    const inner = new Worker(self.location.href, { type: 'module', name: 'inner' });
                    inner.onmessage = ({ data }) => postMessage(data);
                  } else waysOut(${JSON.stringify(arguments[1])}, 'worker').then((tried) => postMessage(tried));`;
                const address = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
                return new Promise((resolve, reject) => {
                  const worker = new Worker(address, { type: 'module', name: arguments[2] });
                  worker.onmessage = ({ data }) => resolve(data);
                  worker.onerror = (event) => { event.preventDefault(); if (event.message.includes('waysOut')) reject(new Error(event.message)); };
                  setTimeout(() => reject(new Error('the worker does not answer')), 20000);
                })";
            page.script(script, &[SCRIPT.into(), base, if place == Place::Reader { "outer" } else { "" }.into()])
        }
    };
    let tried = tried.as_array().cloned().unwrap_or_default();
    tried.iter().map(|way| way.as_str().unwrap_or_default().to_owned()).collect()
}

/// The names of the ways among what a host has seen, and `connection` for connections without a request.
pub fn arrived(host: &Host) -> Vec<String> {
    let requests = host.requests();
    let way = |line: &String| Some(line.split("/leak/").nth(1)?.split('?').next()?.to_owned());
    let mut ways: Vec<String> = requests.iter().map(|line| way(line).unwrap_or_else(|| line.clone())).collect();
    ways.sort();
    ways.dedup();
    ways
}
