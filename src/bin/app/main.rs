//! The page and its workers: one wasm module that plays every role.
//!
//! Owns the choice between them. Assumes `public/boot.js` or a worker's start-up lines called it. Refuses everything else.

#[cfg(target_arch = "wasm32")]
mod input;
#[cfg(target_arch = "wasm32")]
mod page;
#[cfg(target_arch = "wasm32")]
mod reader;
#[cfg(target_arch = "wasm32")]
mod worker;
#[cfg(target_arch = "wasm32")]
mod zone;

#[cfg(target_arch = "wasm32")]
fn main() {
    use sensorium::browser::role::{Role, role};
    match role() {
        Some(Role::Page) => page::start(),
        Some(Role::Worker) => worker::start(),
        Some(Role::Reader) => reader::start(),
        None => {}
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This program is the page. Build and serve it with: cargo xtask serve");
}
