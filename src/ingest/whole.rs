//! A file's bytes, all of them at once: for files whose shape only all of them tell.
//!
//! Owns how much of that is held. Assumes a source that does not change. Refuses what is no text, by its name.

use std::sync::Arc;

use super::source::{Bytes, Source, Stored};
use super::{sniff, unpacked, zipped};
use crate::dialect::encoding::utf8_by_lines;
use crate::{Error, ErrorKind};

/// Bytes of a file of another shape, at most: as many as the cells of a text can be counted by.
const MOST_BYTES: u64 = 2 << 30;
/// The same where memory is a page's.
const MOST_BYTES_IN_A_PAGE: u64 = 512 << 20;

/// The files that a source holds: itself, or each entry of a zip archive.
///
/// # Errors
/// Why an archive, or an entry of it, cannot be read.
pub fn files_of<S: Source>(name: &str, mut source: S) -> Vec<(String, Result<Stored<S>, Error>)> {
    let refused = |name: &str, why: String| Error::new(ErrorKind::Encoding, name, why);
    // By its name alone: a look into every file would be the first wait of each opening.
    if !name.get(name.len().saturating_sub(4)..).is_some_and(|ending| ending.eq_ignore_ascii_case(".zip")) {
        return vec![(name.to_string(), Ok(Stored::File(source)))];
    }
    match zipped::entries(&mut source) {
        Ok(Some(entries)) => entries
            .into_iter()
            .map(|(entry, text)| {
                let name = format!("{name}/{entry}");
                let text = text.map(Stored::Text).map_err(|why| refused(&name, why));
                (name, text)
            })
            .collect(),
        Err(why) if source.bytes() > 0 => vec![(name.to_string(), Err(refused(name, why)))],
        // What cannot be read says so when it is.
        _ => vec![(name.to_string(), Ok(Stored::File(source)))],
    }
}

/// The bytes of a file, unpacked, and what they were unpacked from.
///
/// # Errors
/// What the file is where it is no text; why it cannot be read; that it is too large to be read whole.
pub fn bytes_of<S: Source>(name: &str, source: &mut Stored<S>) -> Result<(Vec<u8>, Vec<&'static str>), Error> {
    let mut from = Vec::new();
    for _ in 0..2 {
        match unpacked::text_of(source).map_err(|why| Error::new(ErrorKind::Encoding, name, why))? {
            Some((text, word)) => {
                *source = Stored::Text(text);
                from.push(word);
            }
            None => break,
        }
    }
    let most = if cfg!(target_arch = "wasm32") { MOST_BYTES_IN_A_PAGE } else { MOST_BYTES };
    if source.bytes() > most {
        let sentence = "a file of this shape is read whole, and it is too large for that; split it, or bring it into the standard shape";
        return Err(Error::new(ErrorKind::TooLarge, name, sentence));
    }
    let mut bytes = vec![0; usize::try_from(source.bytes()).unwrap_or(0) + 1];
    let read = source.read_at(0, &mut bytes).map_err(|why| Error::new(ErrorKind::Read, name, why))?;
    bytes.truncate(read);
    sniff::text_start(name, &bytes, true)?;
    if std::str::from_utf8(&bytes).is_err() {
        // Rows are found again by their place: in the text, then.
        bytes = utf8_by_lines(&bytes);
        *source = Stored::Text(Bytes(Arc::from(bytes.as_slice())));
        from.push("Windows-1252 where it is no UTF-8");
    }
    Ok((bytes, from))
}
