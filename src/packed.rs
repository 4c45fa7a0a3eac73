//! What is packed with gzip, and checksums of bytes.
//!
//! Owns the frame around deflated bytes, which are the library's. Assumes an archive from its start. Refuses what is damaged.

mod checksum;
mod gzip;

pub use checksum::Checksum;
pub use gzip::Gzip;
