//! Bytes of a file in the making that leave wasm memory piece by piece, and become one blob.
//!
//! Owns the pieces of the one file that a worker makes at a time. Assumes that whoever writes goes on to the end or gives up. Refuses
//! to hold more than a piece: a browser keeps blobs outside the memory of a page.

use std::cell::RefCell;
use std::io::{self, Write};

use js_sys::{Array, Uint8Array};

/// Bytes of a piece.
const PIECE_BYTES: usize = 8 << 20;

thread_local! {
    // Apart from the writer, which libraries want to be able to send to another thread.
    static BLOBS: RefCell<Vec<web_sys::Blob>> = const { RefCell::new(Vec::new()) };
}

/// A file in the making.
pub struct Pieces {
    buffer: Vec<u8>,
    written: u64,
}

impl Pieces {
    /// Begins a file; what was made of one before is gone.
    pub fn begin() -> Self {
        BLOBS.take();
        Self { buffer: Vec::new(), written: 0 }
    }

    /// The file; none where nothing was written.
    ///
    /// # Errors
    /// A sentence when the browser makes no blob, for instance for want of memory.
    pub fn blob(mut self, media_type: &str) -> Result<Option<web_sys::Blob>, String> {
        if self.written == 0 {
            return Ok(None);
        }
        self.put().map_err(|error| error.to_string())?;
        let pieces: Array = BLOBS.take().iter().collect();
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(media_type);
        let blob = web_sys::Blob::new_with_blob_sequence_and_options(&pieces, &options);
        blob.map(Some).map_err(|failure| super::sentence(&failure))
    }

    fn put(&mut self) -> io::Result<()> {
        let piece = Array::of1(&Uint8Array::from(self.buffer.as_slice()));
        let blob = web_sys::Blob::new_with_u8_array_sequence(&piece)
            .map_err(|failure| io::Error::other(super::sentence(&failure)))?;
        BLOBS.with_borrow_mut(|blobs| blobs.push(blob));
        self.buffer.clear();
        Ok(())
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE_BYTES - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        self.written += taken as u64;
        if self.buffer.len() == PIECE_BYTES {
            self.put()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
