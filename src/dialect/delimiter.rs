//! What stands between the cells, and within the numbers.

/// Delimiters that are read, the more usual first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The delimiter of a header line: the one whose cells are known most often, as `known` says; of those that know equally many, the
/// more usual one.
pub fn delimiter_of(header: &[u8], known: impl Fn(&[u8]) -> bool) -> u8 {
    let count = |delimiter: u8| header.split(|byte| *byte == delimiter).filter(|cell| known(trim(cell))).count();
    let mut best = (0, DELIMITERS[0]);
    for delimiter in DELIMITERS {
        let known = count(delimiter);
        if known > best.0 {
            best = (known, delimiter);
        }
    }
    best.1
}

/// A delimiter in words.
pub fn delimiter_word(delimiter: u8) -> &'static str {
    match delimiter {
        b';' => "semicolon",
        b'\t' => "tab",
        b'|' => "pipe",
        _ => "comma",
    }
}

/// A header cell without blanks and quotes around it.
fn trim(cell: &[u8]) -> &[u8] {
    let cell = cell.trim_ascii();
    cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell).trim_ascii()
}

/// Whether number cells write `22,5`: some have a comma as their only mark, and none has a point.
pub fn writes_decimal_commas<'a>(cells: impl Iterator<Item = &'a [u8]>) -> bool {
    let mut commas = false;
    for cell in cells {
        let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
        let sign = usize::from(matches!(cell.first(), Some(b'-' | b'+')));
        if digits == 0 || digits + sign + 1 != cell.len() {
            continue;
        }
        if cell.contains(&b'.') {
            return false;
        }
        commas |= cell.contains(&b',');
    }
    commas
}

#[cfg(test)]
mod tests {
    use super::{delimiter_of, writes_decimal_commas};

    #[test]
    fn the_delimiter_is_the_one_that_makes_sense_of_the_header() {
        let known = |cell: &[u8]| [&b"time"[..], b"temperature"].contains(&cell);
        for (header, delimiter) in [
            (&b"time,temperature"[..], b','),
            (b"time;temperature", b';'),
            (b"\"time\"\t\"temperature\"", b'\t'),
            (b"time | temperature", b'|'),
            (b"a,b,c,d;time;temperature", b';'),
            (b"nothing;known", b','),
        ] {
            assert_eq!(delimiter_of(header, known), delimiter, "{}", String::from_utf8_lossy(header));
        }
    }

    #[test]
    fn a_point_anywhere_says_that_commas_are_no_decimal_marks() {
        let judge = |cells: &[&str]| writes_decimal_commas(cells.iter().map(|cell| cell.as_bytes()));
        assert!(judge(&["22,5", "", "3", "-0,1", "NA"]));
        assert!(!judge(&["22,5", "3.5"]));
        assert!(!judge(&["22", "3", "a,b"]));
        assert!(!judge(&[]));
    }
}
