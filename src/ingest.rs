//! The ingest room.

pub mod source;

pub use source::{Bytes, RawRows, Source};
