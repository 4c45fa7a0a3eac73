//! The rooms that find out how a file is written.
//!
//! A package of its own because they run once a file: the page builds them small; see `src/shapes/Cargo.toml`. Everything here is
//! shown by `sensorium` under the same paths, which is where the map of all rooms stands.

pub mod dialect;
pub mod error;
pub mod survey;

pub use error::{Choice, Error, ErrorKind, Position};
