//! What is known of one logger's files beyond the general rules: names of columns without a header, its device, its sentinels.
//!
//! Owns the form of a preset, which is data: a new logger is a new file and needs no code. Assumes JSON. The general rules come
//! first; a preset adds to them only what no file says of itself.

use serde::Deserialize;

use super::Delimiter;
use super::cells::{Kind, kind_of};

include!(concat!(env!("OUT_DIR"), "/presets.rs"));

/// What a preset adds.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Preset {
    /// As the card shows it: `hoboware`.
    pub name: String,
    /// Whose files these are, for people.
    pub title: String,
    pub fingerprint: Fingerprint,
    /// `comma`, `semicolon`, `tab`, `pipe`, `blanks`; else it is found.
    pub delimiter: Option<String>,
    pub header: HeaderRule,
    pub time: TimeRule,
    pub device: DeviceRule,
    pub columns: Vec<ColumnRule>,
    /// Numbers that stand for no value in any column.
    pub missing: Vec<f64>,
    /// Long tables: headers of the columns.
    pub long: Option<LongRule>,
}

/// How the files are known. All that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fingerprint {
    /// Pattern of the file's first line; `*` is anything, `#` a digit.
    pub first_line: String,
    /// Pattern of one of the first lines.
    pub line: String,
    /// Pattern of the file's name.
    pub file: String,
    /// What the first cells of most lines are: `int`, `number`, `date`, `clock`, `text`, `missing`, `any`, or a pattern.
    pub row: Vec<String>,
    /// Cells of most lines: least and most.
    pub width: Option<(usize, usize)>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HeaderRule {
    /// There is no line of names.
    pub none: bool,
    /// The line of the names; the table begins after it, or after the line of units or `body`.
    pub line: Option<u32>,
    pub units_line: Option<u32>,
    /// The first line of the table.
    pub body: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TimeRule {
    /// Columns of the time, from 1: a date, then a time of day.
    pub columns: Vec<usize>,
    /// Digits by `%Y %m %d %H %M %S %j`, `_` any character; the column is the first of `columns`.
    pub pattern: String,
    /// `fields`: year, month, day, hour, minute in `columns`; `packed`: digits of a date, then of hours and minutes;
    /// `year-day`: the year, the day of it, and hours and minutes; without the year where it stands in `year_from`.
    pub form: String,
    /// Line and cell, from 1, where the year stands.
    pub year_from: Option<(u32, usize)>,
    /// Offset of all times: `-08:00`.
    pub zone: String,
    /// Line and cell, from 1, where hours east of UTC stand.
    pub zone_from: Option<(u32, usize)>,
    /// Abbreviations that a header may have instead of a name, with their offsets.
    pub zone_names: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceRule {
    /// Pattern of the file's name, without its ending: `<` and `>` stand around the device.
    pub file: Vec<String>,
    /// Line and cell, from 1, of its name.
    pub cell: Option<(u32, usize)>,
    /// A whole line, from 1.
    pub line: Option<u32>,
    /// Column, from 1.
    pub column: Option<usize>,
    /// So many first characters of the column's cells.
    pub first: Option<usize>,
}

/// One column.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ColumnRule {
    /// Position from 1, or a pattern of its header.
    pub at: Option<usize>,
    pub header: String,
    /// The metric's name; none where the column is no metric.
    pub name: String,
    /// The unit of its numbers, as headers write it.
    pub unit: String,
    /// Why it is no metric, for people.
    pub skip: String,
    /// Numbers that stand for no value in this column.
    pub missing: Vec<f64>,
    /// Bounds of what the sensor measures.
    pub min: Option<f64>,
    pub max: Option<f64>,
}

/// A row a value: headers of the metric's and the value's column. Where device and metric stand in one cell, the metric is its
/// last words that are known.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LongRule {
    pub metric: String,
    pub value: String,
    /// The metric's cell also names the device: `sensor.cellar_temperature`.
    pub with_device: bool,
}

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
        PRESETS.iter().filter_map(|text| Self::parse(text).ok()).collect()
    }

    pub fn delimiter(&self) -> Option<Delimiter> {
        Delimiter::from_name(self.delimiter.as_deref()?)
    }

    /// Whether a file is one of these, by its name and the first lines of its text.
    pub fn knows(&self, file: &str, head: &str) -> bool {
        let print = &self.fingerprint;
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let mut lines = head.lines().filter(|line| !line.trim().is_empty()).take(LINES);
        let any =
            |pattern: &str| pattern.is_empty() || head.lines().take(LINES).any(|line| matches(pattern, line.trim()));
        (print.file.is_empty() || matches(&print.file, name))
            && (print.first_line.is_empty()
                || lines.clone().next().is_some_and(|line| matches(&print.first_line, line.trim())))
            && any(&print.line)
            && (print.row.is_empty() || self.knows_rows(&mut lines))
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
    use super::{PRESETS, Preset, captured, matches};

    #[test]
    fn every_preset_is_one() {
        for text in PRESETS {
            let preset = Preset::parse(text).unwrap_or_else(|error| panic!("{error} in {text}"));
            assert!(!preset.name.is_empty() && !preset.title.is_empty());
        }
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
