//! The rooms that loop over readings: from bytes to flags and statistics.
//!
//! A package of its own because the page is built small and these are built fast; see `src/stages/Cargo.toml`. Everything here is
//! shown by `sensorium` under the same paths, which is where the map of all rooms stands. Functions with loops that are called from
//! outside are `#[inline(never)]`: inlined, they would be built like their caller.

// The page's toolchain can build what runs once a file small, among what is built fast.
#![cfg_attr(small, feature(optimize_attribute))]

pub mod aggregate;
pub mod clean;
pub mod detect;
pub mod encode;
pub mod enrich;
pub mod ingest;
pub mod pipeline;
pub mod pyramid;
pub mod table;

pub use sensorium_shapes::{
    Choice, Error, ErrorKind, Position, columnar, contract, dialect, error, packed, recipe, survey,
};
