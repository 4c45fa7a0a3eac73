//! The rooms that find out how a file is written, those that unpack it, and those that say what shall be made of it.
//!
//! A package of its own because they run once a file or once a change of mind: the page builds them small; see `src/shapes/Cargo.toml`. Everything here is
//! shown by `sensorium` under the same paths, which is where the map of all rooms stands.

pub mod columnar;
pub mod contract;
pub mod dialect;
pub mod error;
pub mod packed;
pub mod recipe;
pub mod survey;

pub use error::{Choice, Error, ErrorKind, Position};
