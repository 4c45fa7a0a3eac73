//! A Parquet file as the text that it stands for.
//!
//! Owns what those that read it side by side share. Assumes that [`crate::columnar`] makes the text. Holds one block of it.

use std::sync::{Arc, Mutex};

use super::source::{Source, Stored};
use crate::columnar::{Position, Rows};

/// Text made at a time: a fraction of a range, so that each range begins with a block.
const BLOCK_BYTES: usize = 512 << 10;

/// A Parquet file, read as text from any place. Of its text one block is held.
pub struct Table<S> {
    file: Stored<S>,
    shared: Arc<Shared>,
    at: Option<Position>,
}

/// What all that read the file know of it.
struct Shared {
    rows: Rows,
    /// Positions that nobody is at: whoever goes on from there need not begin a row group anew. None once all is read.
    left: Mutex<Option<Vec<Position>>>,
}

impl<S: Source> Table<S> {
    /// Reads all of the file once; whatever is damaged shows.
    ///
    /// # Errors
    /// A sentence: what is not read, what is damaged, or that it is too large.
    pub fn open(file: Stored<S>) -> Result<Self, String> {
        Self::in_blocks(file, BLOCK_BYTES)
    }

    /// The same, in blocks of about so many bytes of text.
    ///
    /// # Errors
    /// As [`Table::open`].
    pub fn in_blocks(mut file: Stored<S>, block_bytes: usize) -> Result<Self, String> {
        let size = file.bytes();
        let (rows, at) = Rows::of(&mut |offset, buffer| file.read_at(offset, buffer), size, block_bytes)?;
        Ok(Self { file, shared: Arc::new(Shared { rows, left: Mutex::new(Some(Vec::new())) }), at: Some(at) })
    }

    pub(super) fn bytes(&self) -> u64 {
        self.shared.rows.bytes()
    }

    /// The end of the block that a place of the text is in, where it is not at its start.
    pub(super) fn whole_blocks(&self, offset: u64) -> u64 {
        offset.checked_sub(1).and_then(|before| self.shared.rows.block_at(before)).map_or(offset, |(_, end)| end)
    }

    pub(super) fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, String> {
        let Self { file, shared, at } = self;
        let mut filled = 0;
        while filled < buffer.len() {
            let from = offset + filled as u64;
            let Some((block, end)) = shared.rows.block_at(from) else { break };
            let left = (end - from) as usize;
            if left == 1 {
                // A range looks at the line end ahead of it.
                buffer[filled] = b'\n';
                filled += 1;
                continue;
            }
            if at.is_none()
                && let Ok(mut left) = shared.left.lock()
                && let Some(positions) = left.as_mut()
                && let Some(nearest) = shared.rows.nearest(positions, block)
            {
                *at = Some(positions.swap_remove(nearest));
            }
            let text = shared.rows.text(at, block, &mut |offset, buffer| file.read_at(offset, buffer))?;
            let count = left.min(buffer.len() - filled);
            buffer[filled..filled + count].copy_from_slice(&text[text.len() - left..][..count]);
            filled += count;
        }
        Ok(filled)
    }

    /// Gives up what was held to go on from: from now on rows are read one here, one there.
    pub(super) fn rest(&mut self) {
        self.at = None;
        if let Ok(mut left) = self.shared.left.lock() {
            *left = None;
        }
    }

    pub(super) fn again(&self) -> Option<Self> {
        Some(Self { file: self.file.again()?, shared: Arc::clone(&self.shared), at: None })
    }
}

impl<S> Drop for Table<S> {
    fn drop(&mut self) {
        if let (Some(at), Ok(mut left)) = (self.at.take(), self.shared.left.lock())
            && let Some(left) = left.as_mut()
        {
            left.push(at);
        }
    }
}
