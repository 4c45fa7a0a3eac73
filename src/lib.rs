//! Sensor logs, checked and charted in a browser tab. Nothing is uploaded.
#![doc = include_str!("docs/architecture.md")]

pub mod aggregate;
#[cfg(target_arch = "wasm32")]
pub mod browser;
pub mod chart;
pub mod clean;
pub mod contract;
pub mod detect;
pub mod enrich;
pub mod error;
pub mod export;
pub mod ingest;
pub mod link;
pub mod pipeline;
pub mod protocol;
pub mod recipe;
pub mod sample;
pub mod session;
pub mod table;
pub mod view;
pub mod wish;
pub mod wording;

pub use error::{Error, ErrorKind, Position};
