//! What is known of one logger's files beyond the general rules: names of columns without a header, its device, its sentinels.
//!
//! Owns the form of a preset, which is data: a new logger is a new file and needs no code. Assumes JSON. The general rules come
//! first; a preset adds to them only what no file says of itself.

mod form;

pub use form::{ColumnRule, Preset};

use super::Delimiter;
use super::cells::{Kind, kind_of};

/// Those that come with Sensorium, by name, as the build script packed them.
const PRESETS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/presets.bin"));

/// Whether a text is of a pattern: `*` is anything, `#` a digit; letters in either case.
pub fn matches(pattern: &str, text: &str) -> bool {
    fn from(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|at| from(rest, &text[at..])),
            Some((letter, rest)) => text.split_first().is_some_and(|(found, after)| {
                let same = if *letter == '#' {
                    found.is_ascii_digit()
                } else {
                    letter == found || letter.to_lowercase().eq(found.to_lowercase())
                };
                same && from(rest, after)
            }),
        }
    }
    let chars = |text: &str| text.chars().take(400).collect::<Vec<char>>();
    from(&chars(pattern), &chars(text))
}

/// What stands between `<` and `>` of a pattern in a text.
pub fn captured(pattern: &str, text: &str) -> Option<String> {
    let (before, rest) = pattern.split_once('<')?;
    let (inside, after) = rest.split_once('>')?;
    let text: Vec<char> = text.chars().collect();
    for start in 0..=text.len() {
        if !matches(before, &text[..start].iter().collect::<String>()) {
            continue;
        }
        for end in (start..=text.len()).rev() {
            let part = |range: &[char]| range.iter().collect::<String>();
            if matches(inside, &part(&text[start..end])) && matches(after, &part(&text[end..])) && end > start {
                return Some(part(&text[start..end]));
            }
        }
    }
    None
}

/// Lines looked at for a fingerprint.
const LINES: usize = 30;

impl Preset {
    /// Reads one.
    ///
    /// # Errors
    /// What in it is no preset.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// All that come with Sensorium, by name.
    pub fn all() -> Vec<Self> {
        postcard::from_bytes(PRESETS).unwrap_or_default()
    }

    pub fn delimiter(&self) -> Option<Delimiter> {
        Delimiter::from_name(self.delimiter.as_deref()?)
    }

    /// Whether a file is one of these, by its name and the first lines of its text.
    pub fn knows(&self, file: &str, head: &str) -> bool {
        let print = &self.fingerprint;
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let lines = head.lines().filter(|line| !line.trim().is_empty()).take(LINES);
        // What stands before the table is no row of it.
        let before = self.header.body.map_or(0, |line| line.saturating_sub(1) as usize);
        let mut rows = head.lines().skip(before).filter(|line| !line.trim().is_empty()).take(LINES);
        let any =
            |pattern: &str| pattern.is_empty() || head.lines().take(LINES).any(|line| matches(pattern, line.trim()));
        (print.file.is_empty() || matches(&print.file, name))
            && (print.first_line.is_empty()
                || lines.clone().next().is_some_and(|line| matches(&print.first_line, line.trim())))
            && any(&print.line)
            && (print.row.is_empty() || self.knows_rows(&mut rows))
    }

    fn knows_rows<'a>(&self, lines: &mut impl Iterator<Item = &'a str>) -> bool {
        let (mut all, mut alike) = (0, 0);
        for line in lines {
            let cells: Vec<&str> = match self.delimiter() {
                Some(Delimiter::Blanks) => line.split_whitespace().collect(),
                Some(Delimiter::Mark(mark)) => {
                    line.split(char::from(mark)).map(|cell| cell.trim().trim_matches('"')).collect()
                }
                None => return false,
            };
            let wide = self.fingerprint.width.is_none_or(|(least, most)| (least..=most).contains(&cells.len()));
            let typed = self.fingerprint.row.len() <= cells.len()
                && self.fingerprint.row.iter().zip(&cells).all(|(kind, cell)| is_of(kind, cell));
            all += 1;
            alike += usize::from(wide && typed);
        }
        all > 0 && alike * 10 >= all * 8
    }
}

fn is_of(kind: &str, cell: &str) -> bool {
    let found = kind_of(cell.as_bytes());
    match kind {
        "any" => true,
        "int" => cell.parse::<i64>().is_ok(),
        "number" => matches!(found, Kind::Number | Kind::Missing),
        "date" => found == Kind::Date,
        "clock" => found == Kind::Clock,
        "text" => found == Kind::Text,
        "missing" => found == Kind::Missing,
        pattern => matches(pattern, cell),
    }
}

#[cfg(test)]
mod tests {
    use super::{Preset, captured, matches};

    #[test]
    fn every_preset_is_one() {
        let presets = Preset::all();
        assert!(presets.len() > 25);
        assert!(presets.iter().all(|preset| !preset.name.is_empty() && !preset.title.is_empty()));
        assert!(Preset::parse("{\"nmae\": \"x\"}").is_err());
    }

    #[test]
    fn patterns_match_and_capture() {
        assert!(matches("TOA5,*", "toa5,MET,CR1000") && matches("##", "07") && !matches("##", "7") && matches("*", ""));
        assert_eq!(captured("*data_<########>*", "TOMST_data_92201058_0"), Some("92201058".into()));
        assert_eq!(captured("<*>-starts-*", "Sensor 2 W-starts-2024"), Some("Sensor 2 W".into()));
        assert_eq!(captured("<########>", "x"), None);
    }
}
