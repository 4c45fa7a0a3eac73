//! Text of files that is no UTF-8.

use super::{Engine, Plan, lay};

/// How an engine reads a file's bytes as text.
pub(super) struct Encoding {
    /// What reads a file: a function of DuckDB's, a source of Spark's.
    pub reader: &'static str,
    text: &'static str,
}

/// Labels of the WHATWG Encoding Standard.
const UTF_8: [&str; 2] = ["utf-8", "utf8"];
const WINDOWS_1252: [&str; 8] =
    ["windows-1252", "cp1252", "x-cp1252", "latin1", "l1", "iso-8859-1", "iso8859-1", "us-ascii"];
const UTF_16: [&str; 3] = ["utf-16", "utf-16le", "utf-16be"];

/// Why text of this label cannot be read, if it cannot.
pub(super) fn refusal(label: &str) -> Result<(), String> {
    let label = label.to_ascii_lowercase();
    if UTF_8.iter().chain(&WINDOWS_1252).chain(&UTF_16).any(|known| *known == label) {
        return Ok(());
    }
    Err(["the encoding ", &label, " cannot be kept: scripts read utf-8, windows-1252, utf-16le and utf-16be"].concat())
}

impl Encoding {
    pub fn of(plan: &Plan<'_>) -> Self {
        let label = plan.wanted.told.encoding.as_deref().unwrap_or("utf-8").to_ascii_lowercase();
        let engine = plan.engine;
        if UTF_8.contains(&label.as_str()) {
            return Self {
                reader: engine.of("read_text", "", "text options (path {path}, wholetext 'true')"),
                text: engine.of("content", "convert_from({x}, 'UTF8')", "validate_utf8(value)"),
            };
        }
        let of = |western: &'static str, little: &'static str, big: &'static str| match label.as_str() {
            "utf-16be" => big,
            "utf-16" | "utf-16le" => little,
            _ => western,
        };
        let text = match engine {
            Engine::DuckDb => of(DUCKDB_1252, DUCKDB_UTF_16LE, DUCKDB_UTF_16BE),
            Engine::PostgreSql => of(POSTGRESQL_1252, POSTGRESQL_UTF_16LE, POSTGRESQL_UTF_16BE),
            Engine::Spark => of(SPARK_1252, "decode({x}, 'UTF-16LE')", "decode({x}, 'UTF-16BE')"),
        };
        Self { reader: engine.of("read_blob", "", "binaryFile options (path {path})"), text }
    }

    /// The text of an expression that is a file's bytes.
    pub fn text(&self, bytes: &str) -> String {
        lay(self.text, &[("x", bytes)])
    }
}

// Bytes that print stand as they are in a blob's text, all others as \xE9. What Windows-1252 has in the place of control characters is
// laid over Latin-1.
const DUCKDB_1252: &str = "translate(
    (string_split({x}::varchar, '\\x')[1]) || array_to_string(list_transform(string_split({x}::varchar, '\\x')[2:],
      lambda part: chr(('0x' || left(part, 2))::integer) || substr(part, 3)), ''),
    array_to_string(list_transform([128, 130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 142, 145, 146, 147, 148, 149, 150, 151, 152, 153,
      154, 155, 156, 158, 159], lambda code: chr(code)), ''),
    '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ') as content";
const POSTGRESQL_1252: &str = "translate(convert_from({x}, 'LATIN1'),
  e'\\u0080\\u0082\\u0083\\u0084\\u0085\\u0086\\u0087\\u0088\\u0089\\u008A\\u008B\\u008C\\u008E\\u0091\\u0092\\u0093\\u0094\\u0095\\u0096\\u0097\\u0098\\u0099\\u009A\\u009B\\u009C\\u009E\\u009F',
  '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ')";
const SPARK_1252: &str = "translate(decode({x}, 'ISO-8859-1'),
    '\\u0080\\u0082\\u0083\\u0084\\u0085\\u0086\\u0087\\u0088\\u0089\\u008A\\u008B\\u008C\\u008E\\u0091\\u0092\\u0093\\u0094\\u0095\\u0096\\u0097\\u0098\\u0099\\u009A\\u009B\\u009C\\u009E\\u009F',
    '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ')";

// Units of four digits each, two of them for what lies beyond 65535.
const DUCKDB_UTF_16LE: &str = "array_to_string(list_transform(
    regexp_extract_all(regexp_replace(hex({x}), '(..)(..)', '\\2\\1', 'g'), 'D[89AB]..D[C-F]..|....'),
    lambda unit: chr(case when len(unit) = 4 then ('0x' || unit)::integer
      else 65536 + (('0x' || left(unit, 4))::integer - 55296) * 1024 + ('0x' || right(unit, 4))::integer - 56320 end)), '') as content";
const DUCKDB_UTF_16BE: &str = "array_to_string(list_transform(
    regexp_extract_all(hex({x}), 'D[89AB]..D[C-F]..|....'),
    lambda unit: chr(case when len(unit) = 4 then ('0x' || unit)::integer
      else 65536 + (('0x' || left(unit, 4))::integer - 55296) * 1024 + ('0x' || right(unit, 4))::integer - 56320 end)), '') as content";
const POSTGRESQL_UTF_16LE: &str = "(
  select string_agg(pg_temp.sensorium_unit(unit[1]), '' order by n)
  from regexp_matches(regexp_replace(encode({x}, 'hex'), '(..)(..)', '\\2\\1', 'g'), 'd[89ab]..d[c-f]..|....', 'g') with ordinality as units(unit, n))";
const POSTGRESQL_UTF_16BE: &str = "(
  select string_agg(pg_temp.sensorium_unit(unit[1]), '' order by n)
  from regexp_matches(encode({x}, 'hex'), 'd[89ab]..d[c-f]..|....', 'g') with ordinality as units(unit, n))";

/// What PostgreSQL's scripts need for text in UTF-16: a character by the digits of its units.
pub(super) const POSTGRESQL_UNIT: &str = "\
-- A character of UTF-16 by the digits of its units.
create or replace function pg_temp.sensorium_unit(unit text) returns text immutable language sql as $sensorium$
  select chr(case when length(unit) = 4 then ('x0000' || unit)::bit(32)::integer
    else 65536 + (('x0000' || left(unit, 4))::bit(32)::integer - 55296) * 1024 + ('x0000' || right(unit, 4))::bit(32)::integer - 56320 end)
$sensorium$;

";

/// Whether text is in UTF-16.
pub(super) fn is_utf16(plan: &Plan<'_>) -> bool {
    plan.wanted.told.encoding.as_deref().is_some_and(|label| UTF_16.contains(&label.to_ascii_lowercase().as_str()))
}
