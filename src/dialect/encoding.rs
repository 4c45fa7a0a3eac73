//! Bytes of text to text.
//!
//! Owns the encodings that are read here: UTF-8, Windows-1252 where bytes are no UTF-8 (Latin-1 with printable letters in the place of
//! control characters), UTF-16; and how a rarer one is found out. Assumes whole cells or whole files. The encodings' own crate knows
//! forty more and is larger than everything else that reads: it is used natively, a browser has its own; a test holds this to it.

use std::borrow::Cow;

use super::names::meaning;

/// What 0x80 to 0x9F stand for: WHATWG Encoding Standard, index windows-1252.
const WINDOWS_1252: [char; 32] = [
    '\u{20AC}', '\u{81}', '\u{201A}', '\u{0192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{02C6}',
    '\u{2030}', '\u{0160}', '\u{2039}', '\u{0152}', '\u{8D}', '\u{017D}', '\u{8F}', '\u{90}', '\u{2018}', '\u{2019}',
    '\u{201C}', '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{02DC}', '\u{2122}', '\u{0161}', '\u{203A}',
    '\u{0153}', '\u{9D}', '\u{017E}', '\u{0178}',
];

/// A cell as text: UTF-8, or Windows-1252 where it is none.
pub fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    let letter = |byte: &u8| match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(*byte),
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(letter).collect()),
    }
}

/// A text in which lines that are no UTF-8 are Windows-1252; the others stay.
pub fn utf8_by_lines(bytes: &[u8]) -> Vec<u8> {
    bytes.split_inclusive(|byte| *byte == b'\n').flat_map(|line| text_of(line).into_owned().into_bytes()).collect()
}

/// Encodings that loggers of some countries write, by their labels in the WHATWG Encoding Standard: Japan, China, Korea, Taiwan, Russia,
/// the middle and the east of Europe, Greece, Turkey.
const RARER: [&str; 9] = [
    "shift_jis",
    "gb18030",
    "euc-kr",
    "big5",
    "windows-1251",
    "koi8-r",
    "windows-1250",
    "windows-1253",
    "windows-1254",
];

/// Encodings that a person may choose from.
pub fn choices() -> impl Iterator<Item = &'static str> {
    ["utf-8", "windows-1252", "utf-16le", "utf-16be"].into_iter().chain(RARER)
}

/// Text of an encoding by its label, natively; none where there is no such encoding, or `strict` and bytes that are none of it. Without
/// `strict` those become U+FFFD.
#[cfg(not(target_arch = "wasm32"))]
pub fn decode(label: &str, bytes: &[u8], strict: bool) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    let (text, malformed) = encoding.decode_with_bom_removal(bytes);
    (!strict || !malformed).then(|| text.into_owned())
}

/// The same without any: here the platform decodes.
#[cfg(target_arch = "wasm32")]
pub fn decode(_label: &str, _bytes: &[u8], _strict: bool) -> Option<String> {
    None
}

/// Bytes that are looked at to find a rarer encoding out.
const JUDGED_BYTES: usize = 16 << 10;

/// The encoding of a text that is no UTF-8, where it is a rarer one: that in which its first lines have more names of metrics, times
/// and devices than in Windows-1252. `decode` is [`decode`], or what does the same.
pub fn rarer(bytes: &[u8], decode: impl Fn(&str, &[u8], bool) -> Option<String>) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(JUDGED_BYTES)];
    // Whole lines: a character that is cut would be none.
    let head = &head[..head.iter().rposition(|byte| *byte == b'\n').map_or(head.len(), |at| at + 1)];
    let names = |text: &str| {
        let cells = text.split([',', ';', '\t', '\n', '\r', '"']).map(str::trim);
        cells.filter(|cell| !cell.is_ascii() && meaning(cell).is_some()).count()
    };
    let known = names(&text_of(head));
    let found = RARER.into_iter().map(|label| (decode(label, head, true).map_or(0, |text| names(&text)), label));
    // Of equals the first.
    let (most, label) = found.rev().max_by_key(|(names, _)| *names)?;
    (most > known).then_some(label)
}

/// The first bytes of a cell, at most so many; a character of UTF-8 is not cut.
pub fn start_of(cell: &[u8], bytes: usize) -> &[u8] {
    let Some(cut) = cell.get(..bytes + 1) else { return cell };
    let inside = cut.iter().rev().take_while(|byte| **byte & 0xC0 == 0x80).count();
    // Four bytes are the longest character: more of those are none.
    let end = if (1..4).contains(&inside) { bytes - inside } else { bytes };
    &cell[..end]
}

/// Whether UTF-16 is written with its larger half first; none where the bytes are no UTF-16. With a mark at the start, or by the
/// zeros in every second byte of plain text.
pub fn utf16_big_endian(head: &[u8]) -> Option<bool> {
    match head {
        [0xFF, 0xFE, ..] => return Some(false),
        [0xFE, 0xFF, ..] => return Some(true),
        _ => {}
    }
    let sample = &head[..head.len().min(256)];
    if sample.len() < 4 {
        return None;
    }
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let plain = |parity: usize| zeros(parity) * 10 > sample.len() / 2 * 9 && zeros(1 - parity) == 0;
    if plain(1) { Some(false) } else { plain(0).then_some(true) }
}

/// UTF-16 to UTF-8, without its mark; half a character becomes U+FFFD.
pub fn from_utf16(bytes: &[u8], big_endian: bool) -> String {
    let unit = |pair: &[u8]| match pair {
        [a, b] if big_endian => u16::from_be_bytes([*a, *b]),
        [a, b] => u16::from_le_bytes([*a, *b]),
        _ => 0xFFFD,
    };
    let text = char::decode_utf16(bytes.chunks(2).map(unit)).map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER));
    text.skip_while(|c| *c == '\u{FEFF}').collect()
}

#[cfg(test)]
mod tests {
    use super::{decode, from_utf16, rarer, start_of, text_of, utf16_big_endian};

    #[test]
    fn bytes_that_are_no_utf8_are_read_as_their_own_crate_reads_them() {
        for byte in 0x80..=0xFF_u8 {
            let cell = [b's', byte];
            assert_eq!(text_of(&cell), encoding_rs::WINDOWS_1252.decode_without_bom_handling(&cell).0, "{byte:#x}");
        }
        assert_eq!(text_of("sensör".as_bytes()), "sensör");
        for (text, bytes, start) in [("aé", 3, "aé"), ("aé", 2, "a"), ("aé", 1, "a"), ("a€b", 3, "a"), ("a€b", 4, "a€")]
        {
            assert_eq!(start_of(text.as_bytes(), bytes), start.as_bytes(), "{text} {bytes}");
        }
        assert_eq!(start_of(&[0x80; 9], 8), [0x80; 8]);
    }

    #[test]
    fn rarer_encodings_are_found_by_the_names_of_columns() {
        for (label, header) in [
            ("shift_jis", "日時,温度(℃),湿度(%)"),
            ("gb18030", "时间,温度,湿度"),
            ("euc-kr", "일시,온도,습도"),
            ("windows-1251", "Дата;Температура;Влажность"),
            ("koi8-r", "Дата;Температура;Влажность"),
            ("windows-1250", "Czas;Temperatura;Wilgotność"),
        ] {
            let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
            let bytes = encoding.encode(&format!("{header}\n2024-03-01 08:00,1,2\n")).0.into_owned();
            assert!(std::str::from_utf8(&bytes).is_err(), "{label}");
            assert_eq!(rarer(&bytes, decode), Some(label), "{header}");
        }
        for western in ["Zeit;Temperatur (°C);Gerät", "Horodatage;Température;Humidité", "Größe;Straße", "a\n\u{e9}"]
        {
            let bytes = encoding_rs::WINDOWS_1252.encode(western).0.into_owned();
            assert_eq!(rarer(&bytes, decode), None, "{western}");
        }
        assert_eq!((decode("no such", b"", false), decode("gb18030", b"\xFF", true)), (None, None));
    }

    #[test]
    fn utf16_is_known_with_and_without_its_mark() {
        for (big_endian, crate_) in [(false, encoding_rs::UTF_16LE), (true, encoding_rs::UTF_16BE)] {
            let units = |text: &str| -> Vec<u8> {
                let bytes = |unit: u16| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
                text.encode_utf16().flat_map(bytes).collect()
            };
            for text in ["time,temperature °C\n1,2\n", "\u{FEFF}time;𝒯\n"] {
                let bytes = units(text);
                if text.starts_with('\u{FEFF}') {
                    assert_eq!(utf16_big_endian(&bytes), Some(big_endian));
                }
                assert_eq!(from_utf16(&bytes, big_endian), crate_.decode_with_bom_removal(&bytes).0);
            }
            assert_eq!(utf16_big_endian(&units("time,temperature\n1,2\n")), Some(big_endian));
        }
        assert_eq!(utf16_big_endian(b"time,temperature\n"), None);
        assert_eq!(from_utf16(b"a\0b", false), "a\u{FFFD}");
    }
}
