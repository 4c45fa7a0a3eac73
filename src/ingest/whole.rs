//! A file's bytes, all of them at once: for files whose shape only all of them tell.
//!
//! Owns how much of that is held. Assumes a source that does not change. Refuses what is no text, by its name.

use std::sync::Arc;

use super::source::{Bytes, Source, Stored};
use super::{sniff, unpacked, zipped};
use crate::dialect::encoding::{rarer, utf8_by_lines};
use crate::survey::Card;
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

/// A file's text.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    /// UTF-8, but for single lines.
    pub bytes: Vec<u8>,
    /// What it was turned from, step by step: `gzip`, `UTF-16`, `shift_jis`.
    pub from: Vec<String>,
    /// Label of its encoding, where it is not that of the bytes here.
    encoding: Option<&'static str>,
    chosen: Option<String>,
}

impl Whole {
    /// Has the card tell the encoding of the file, not that of the text it was turned into.
    pub fn tell(&self, card: &mut Card) {
        if let Some(label) = self.chosen.as_deref().or(self.encoding) {
            card.encoding = label.to_string();
        }
    }
}

/// The bytes of a file, unpacked, in an encoding that a person names or that is found out.
///
/// # Errors
/// What the file is where it is no text; why it cannot be read; that it is too large to be read whole; that there is no such encoding.
pub fn bytes_of<S: Source>(name: &str, source: &mut Stored<S>, encoding: Option<&str>) -> Result<Whole, Error> {
    let mut whole = Whole::default();
    for _ in 0..2 {
        match unpacked::turn(source, encoding.is_none()).map_err(|why| Error::new(ErrorKind::Encoding, name, why))? {
            Some(word) => {
                if word == unpacked::UTF_16 {
                    whole.encoding = Some("utf-16");
                }
                whole.from.push(word.to_string());
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
    let turned = if let Some(label) = encoding {
        let text = S::decoded(label, &bytes, false).ok_or_else(|| {
            let sentence =
                format!("there is no encoding \"{label}\"; say one such as utf-8, windows-1252 or shift_jis");
            Error::new(ErrorKind::Encoding, name, sentence)
        })?;
        whole.chosen = Some(label.to_string());
        whole.from.push(format!("{label} (chosen)"));
        Some(text.into_bytes())
    } else if std::str::from_utf8(&bytes).is_ok() {
        None
    } else {
        // What is no text at all is called by its name.
        sniff::text_start(name, &bytes, true)?;
        let label = rarer(&bytes, S::decoded);
        match label.and_then(|label| Some((label, S::decoded(label, &bytes, false)?))) {
            Some((label, text)) => {
                whole.encoding = Some(label);
                whole.from.push(label.to_string());
                Some(text.into_bytes())
            }
            None => {
                whole.encoding = Some("windows-1252");
                whole.from.push("Windows-1252 where it is no UTF-8".into());
                Some(utf8_by_lines(&bytes))
            }
        }
    };
    if let Some(text) = turned {
        // Rows are found again by their place: in the text, then.
        bytes = text;
        *source = Stored::Text(Bytes(Arc::from(bytes.as_slice())));
    }
    sniff::text_start(name, &bytes, true)?;
    whole.bytes = bytes;
    Ok(whole)
}
