//! A dropped or chosen file, read in slices, in a worker.
//!
//! Owns the handle. Assumes a worker: reading waits for the bytes. Refuses to hold more than the slice asked for, and never
//! answers with fewer bytes than asked: a file that changed is an error.

use js_sys::Uint8Array;

/// A file handle that arrived with a request.
#[derive(Clone)]
pub struct FileSource {
    file: web_sys::File,
    name: String,
    size_bytes: u64,
}

/// Why a slice could not be read: a sentence for the person, without the file's name and without an end point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError(pub String);

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ReadError {}

impl FileSource {
    /// Takes up a handle; reads nothing yet.
    pub fn new(file: web_sys::File) -> Self {
        let name = file.name();
        // A size is a whole number of bytes below 2^53.
        let size_bytes = file.size() as u64;
        Self { file, name, size_bytes }
    }

    /// The handle, to be posted to another worker.
    pub fn handle(&self) -> &web_sys::File {
        &self.file
    }

    /// The file's name without a folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's length when it was chosen, in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Fills `into` with the bytes from `offset_bytes` on.
    ///
    /// # Errors
    /// When the file changed or vanished since it was chosen, may not be read, or is a folder.
    pub fn read_at(&self, offset_bytes: u64, into: &mut [u8]) -> Result<(), ReadError> {
        let end_bytes = offset_bytes as f64 + into.len() as f64;
        let slice =
            self.file.slice_with_f64_and_f64(offset_bytes as f64, end_bytes).map_err(|failure| read_error(&failure))?;
        let reader = web_sys::FileReaderSync::new().map_err(|failure| read_error(&failure))?;
        let buffer = reader.read_as_array_buffer(&slice).map_err(|failure| read_error(&failure))?;
        let bytes = Uint8Array::new(&buffer);
        if bytes.length() as usize != into.len() {
            return Err(ReadError(String::from(CHANGED)));
        }
        bytes.copy_to(into);
        Ok(())
    }
}

const CHANGED: &str = "the file changed while it was being read; choose it again";

/// The names are those of the File API's reading errors.
fn read_error(failure: &wasm_bindgen::JsValue) -> ReadError {
    use wasm_bindgen::JsCast;
    let name = failure.dyn_ref::<web_sys::DomException>().map(web_sys::DomException::name).unwrap_or_default();
    ReadError(match name.as_str() {
        "NotFoundError" => String::from("the file is no longer there, or it is a folder; choose the files themselves"),
        "NotReadableError" => String::from("the file changed or cannot be read, or it is a folder; choose it again"),
        "SecurityError" => String::from("the browser may not read this file"),
        _ => format!("the browser could not read the file: {}", super::sentence(failure)),
    })
}
