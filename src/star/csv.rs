//! CSV as `COPY` reads it: an empty cell is null, an empty text is quoted, nothing else is altered.

use std::io::Write;

use crate::Error;
use crate::export::failed;

/// A piece is written once it is this long.
const PIECE_BYTES: usize = 1 << 16;

/// A CSV in the making. Lines end with LF.
pub(super) struct Csv<'a> {
    out: &'a mut dyn Write,
    piece: String,
    in_row: bool,
}

impl<'a> Csv<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, piece: String::new(), in_row: false }
    }

    /// Appends a cell that needs no quotes, or has them.
    pub(super) fn cell(&mut self, cell: &str) {
        if self.in_row {
            self.piece.push(',');
        }
        self.in_row = true;
        self.piece.push_str(cell);
    }

    /// Appends a count.
    pub(super) fn count(&mut self, count: usize) {
        self.cell("");
        crate::export::text::push_digits(&mut self.piece, count as u64, 1);
    }

    /// Appends a number, nothing where it is missing.
    pub(super) fn number(&mut self, number: f64) {
        self.cell("");
        crate::export::text::push_number(&mut self.piece, number);
    }

    /// Appends a time.
    pub(super) fn time(&mut self, timestamp_us: i64) {
        self.cell("");
        crate::export::text::push_time(&mut self.piece, timestamp_us);
    }

    /// Ends a row.
    pub(super) fn end_row(&mut self) -> Result<(), Error> {
        self.in_row = false;
        self.piece.push('\n');
        if self.piece.len() >= PIECE_BYTES { self.flush() } else { Ok(()) }
    }

    /// Writes what was not written yet.
    pub(super) fn flush(&mut self) -> Result<(), Error> {
        self.out.write_all(self.piece.as_bytes()).map_err(failed)?;
        self.piece.clear();
        Ok(())
    }
}

/// A text as a cell.
///
/// A line of it that is `\.` and nothing else stands outside the quotes, where it means the same: psql before 18 takes such a
/// line for the end of the file, inside quotes too.
pub(super) fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':');
    if !text.is_empty() && text.bytes().all(plain) {
        return text.into();
    }
    let mut cell = String::from("\"");
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number > 0 && matches!(line, "\\.\n" | "\\.\r\n") {
            cell.push_str("\"\\.\"");
            cell.push_str(&line[2..]);
            continue;
        }
        for character in line.chars() {
            if character == '"' {
                cell.push('"');
            }
            cell.push(character);
        }
    }
    cell.push('"');
    cell
}

#[cfg(test)]
mod tests {
    use super::quoted;
    use proptest::prelude::*;

    #[test]
    fn texts_are_quoted_where_they_could_be_taken_for_something_else() {
        for (text, cell) in [
            ("sensor_1", "sensor_1"),
            ("", "\"\""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("\\.", "\"\\.\""),
            ("a\n\\.\nb", "\"a\n\"\\.\"\nb\""),
            ("a\n\\.\r\n\\.\n\\.", "\"a\n\"\\.\"\r\n\"\\.\"\n\\.\""),
            (" x", "\" x\""),
            ("=1+1", "\"=1+1\""),
        ] {
            assert_eq!(quoted(text), cell);
        }
    }

    /// A cell as PostgreSQL reads it: quotes open and close anywhere, two of them inside are one.
    fn read(cell: &str) -> Option<String> {
        let (mut text, mut inside, mut characters) = (String::new(), false, cell.chars().peekable());
        while let Some(character) = characters.next() {
            match character {
                '"' if inside && characters.peek() == Some(&'"') => text.extend(characters.next()),
                '"' => inside = !inside,
                ',' | '\n' | '\r' if !inside => return None,
                other => text.push(other),
            }
        }
        (!inside).then_some(text)
    }

    proptest! {
        #[test]
        fn texts_read_back_equal_and_end_no_file(parts in prop::collection::vec(
            prop::sample::select(&["\\.", "\n", "\r\n", "\r", "\"", ",", "a", " ", "\\", ".", "NULL", "ü"][..]), 0..12,
        )) {
            let text = parts.concat();
            let cell = quoted(&text);
            prop_assert!(!cell.is_empty(), "an empty cell is null");
            let row = format!("1,{cell},2\n");
            prop_assert!(!row.split('\n').any(|line| matches!(line, "\\." | "\\.\r")), "{row:?}");
            prop_assert_eq!(read(&cell), Some(text));
        }
    }
}
