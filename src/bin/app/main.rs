//! The page and its worker: one wasm module that plays both roles.
fn main() {}
