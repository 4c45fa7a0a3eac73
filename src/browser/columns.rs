//! Columns of numbers on their way between workers: buffers that are transferred, not copied on the way.
//!
//! Owns the copy out of and into wasm memory. Assumes both ends agree on the kind of each column. Refuses to know what the
//! numbers mean.

pub use js_sys::ArrayBuffer;
use js_sys::{BigInt64Array, Float64Array, Uint32Array};

/// A column that is about to travel.
pub enum Column<'a> {
    Integers(&'a [i64]),
    Counts(&'a [u32]),
    Numbers(&'a [f64]),
}

impl Column<'_> {
    /// A copy of the column outside wasm memory.
    pub(super) fn buffer(&self) -> ArrayBuffer {
        match self {
            Self::Integers(column) => BigInt64Array::from(*column).buffer(),
            Self::Counts(column) => Uint32Array::from(*column).buffer(),
            Self::Numbers(column) => Float64Array::from(*column).buffer(),
        }
    }
}

/// A column that was sent as integers, in place of what `into` holds.
pub fn integers(buffer: &ArrayBuffer, into: &mut Vec<i64>) {
    let sent = BigInt64Array::new(buffer);
    into.resize(sent.length() as usize, 0);
    sent.copy_to(into);
}

/// A column that was sent as counts.
pub fn counts(buffer: &ArrayBuffer, into: &mut Vec<u32>) {
    let sent = Uint32Array::new(buffer);
    into.resize(sent.length() as usize, 0);
    sent.copy_to(into);
}

/// A column that was sent as numbers; each keeps its bits, of a missing one too.
pub fn numbers(buffer: &ArrayBuffer, into: &mut Vec<f64>) {
    let sent = Float64Array::new(buffer);
    into.resize(sent.length() as usize, 0.0);
    sent.copy_to(into);
}

/// Bytes of this instance's wasm memory; it grows and never shrinks.
pub fn memory_bytes() -> u64 {
    (core::arch::wasm32::memory_size(0) as u64) << 16
}
