//! Percent-encoding of what stands in an address (RFC 3986), for the query string and the fragment.
//!
//! Owns both directions. Assumes nothing of what it decodes: a broken escape stays as it is written, bytes that are no UTF-8
//! become the replacement character. Knows no key.

use std::fmt::Write;

/// The text with every byte escaped that is not a letter, a digit or one of `- . _ ~`.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The text that was encoded; `+` is read as a blank, as forms write it.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = (byte == b'%').then(|| Some((hex(*bytes.get(at + 1)?)?, hex(*bytes.get(at + 2)?)?))).flatten();
        match (byte, escaped) {
            (_, Some((high, low))) => {
                out.push(high * 16 + low);
                at += 3;
            }
            (b'+', None) => {
                out.push(b' ');
                at += 1;
            }
            (byte, None) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_an_address_cannot_hold() {
        assert_eq!(encode("Keller 2&3/°"), "Keller%202%263%2F%C2%B0");
        assert_eq!(decode("Keller+2%263%2f%c2%b0"), "Keller 2&3/°");
    }

    #[test]
    fn a_broken_escape_stays_as_written() {
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%4"), "%4");
        assert_eq!(decode("%zz"), "%zz");
        assert_eq!(decode("%ff"), "\u{fffd}");
    }

    proptest::proptest! {
        #[test]
        fn what_is_encoded_decodes(text in ".*") {
            proptest::prop_assert_eq!(decode(&encode(&text)), text);
        }
    }
}
