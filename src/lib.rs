//! Sensor logs, checked and charted in a browser tab. Nothing is uploaded.
#![doc = include_str!("docs/architecture.md")]

#[cfg(target_arch = "wasm32")]
pub mod browser;
pub mod chart;
pub mod export;
pub mod link;
pub mod protocol;
pub mod report;
pub mod sample;
pub mod session;
pub mod sql;
pub mod star;
pub mod view;
pub mod wish;
pub mod wording;

pub use sensorium_stages::{
    Choice, Error, ErrorKind, Position, aggregate, clean, columnar, contract, detect, dialect, encode, enrich, error,
    ingest, packed, pipeline, pyramid, recipe, survey, table,
};
