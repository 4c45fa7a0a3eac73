//! Names what a file is when it is no table of text, with the way out.

use crate::dialect::encoding::utf16_big_endian;
use crate::{Error, ErrorKind};

const SIGNATURES: [(&[u8], &str); 16] = [
    (b"\x89PNG", "a PNG picture"),
    (b"PK\x03\x04", "an Excel workbook or zip archive: save the sheet as CSV, or unpack the archive, and open that"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xD0\xCF\x11\xE0", "an old Excel workbook: save the sheet as CSV and open that"),
    (b"\x1F\x8B", "a gzip archive: unpack it and open the CSV inside"),
    (b"BZh", "a bzip2 archive: unpack it and open the CSV inside"),
    (b"\xFD7zXZ", "an xz archive: unpack it and open the CSV inside"),
    (b"\x28\xB5\x2F\xFD", "a Zstandard archive: unpack it and open the CSV inside"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive: unpack it and open the CSV inside"),
    (b"PAR1", "a Parquet file that could not be unpacked"),
    (b"PARE", "an encrypted Parquet file: write it without a key"),
    (b"%PDF", "a PDF document"),
    (b"\xFF\xD8\xFF", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"SQLite format 3", "an SQLite database: export the table as CSV and open that"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself: fetch the file with git lfs pull"),
];

/// Who reads it turns it into UTF-8 and looks again.
const UTF16: &str = "expected UTF-8 text, but found UTF-16";

/// The text after a UTF-8 byte order mark, or why these first bytes of a file are no text to read.
///
/// # Errors
/// Kind `Empty` or `Encoding`, naming what the file is.
#[cfg_attr(small, optimize(size))]
pub(super) fn text_start(file: &str, head: &[u8], whole: bool) -> Result<usize, Error> {
    let encoding = |message: String| Err(Error::new(ErrorKind::Encoding, file, message));
    if head.is_empty() {
        return Err(Error::new(ErrorKind::Empty, file, "the file is empty; expected a header line and readings")
            .with_finding("", "the file is empty"));
    }
    if utf16_big_endian(head).is_some() {
        return encoding(UTF16.into());
    }
    for (signature, what) in SIGNATURES {
        if head.starts_with(signature) {
            return encoding(format!("expected a CSV file, but found {what}"));
        }
    }
    let start = if head.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let text = head[start..].trim_ascii_start();
    if text.is_empty() && whole {
        return Err(Error::new(
            ErrorKind::Empty,
            file,
            "the file holds only blank lines; expected a header line and readings",
        )
        .with_finding("", "the file is empty"));
    }
    let lower: Vec<u8> = text.iter().take(16).map(u8::to_ascii_lowercase).collect();
    for (opening, what) in [
        (&b"<!doctype html"[..], "an HTML page: perhaps a download that needed a login"),
        (b"<html", "an HTML page: perhaps a download that needed a login"),
        (b"<?xml", "an XML document"),
        (b"{", "JSON"),
        (b"[{", "JSON"),
    ] {
        if lower.starts_with(opening) {
            return encoding(format!("expected a CSV file, but found {what}"));
        }
    }
    let first_line = text.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
    if head.starts_with(b"\0") || first_line.contains(&0) {
        return encoding("expected a CSV file, but found binary data (a zero byte in the first line)".into());
    }
    Ok(start)
}
