//! Text of encodings that the library does not read, as the browser reads it.
//!
//! Owns the call of TextDecoder. Assumes a label of the WHATWG Encoding Standard. A label that it does not know is none.

/// Text of bytes; none where there is no such encoding, or `strict` and bytes that are none of it. Without `strict` those become U+FFFD.
pub fn decode(label: &str, bytes: &[u8], strict: bool) -> Option<String> {
    let options = web_sys::TextDecoderOptions::new();
    options.set_fatal(strict);
    let decoder = web_sys::TextDecoder::new_with_label_and_options(label, &options).ok()?;
    decoder.decode_with_u8_array(bytes).ok()
}
