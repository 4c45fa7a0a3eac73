//! The words by which a recipe's values are written and read: modes, fill policies, days, numbers.
//!
//! Owns each spelling, once for the query string, the JSON form, the command line and the page. Assumes nothing of what it
//! reads: a word that is none gives none. Refuses to guess.

use chrono::{Datelike, NaiveDate};

use super::{Fill, Mode, Repeats};

/// Days from 0001-01-01 to 1970-01-01, the zero of a recipe's days.
const EPOCH_DAY: i32 = 719_163;

impl Mode {
    /// Every mode, the default first.
    pub const ALL: [Mode; 3] = [Mode::SetAside, Mode::Repair, Mode::Strict];

    /// The mode's name in links, JSON and options: `strict`, `set-aside`, `repair`.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Strict => "strict",
            Mode::SetAside => "set-aside",
            Mode::Repair => "repair",
        }
    }

    /// The mode of that name.
    pub fn from_name(name: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

impl Repeats {
    /// Both, the default first.
    pub const ALL: [Repeats; 2] = [Repeats::Keep, Repeats::Merge];

    /// The choice's name in links and JSON: `keep`, `merge`.
    pub fn name(self) -> &'static str {
        match self {
            Repeats::Keep => "keep",
            Repeats::Merge => "merge",
        }
    }

    /// The choice of that name.
    pub fn from_name(name: &str) -> Option<Repeats> {
        Repeats::ALL.into_iter().find(|repeats| repeats.name() == name)
    }
}

impl Fill {
    /// The policy's name in links, JSON and options: `position`, `time`.
    pub fn name(self) -> &'static str {
        match self {
            Fill::Position => "position",
            Fill::Time { .. } => "time",
        }
    }

    /// The policy of that name; `time` without a maximum gap.
    pub fn from_name(name: &str) -> Option<Fill> {
        match name {
            "position" => Some(Fill::Position),
            "time" => Some(Fill::Time { max_gap_seconds: None }),
            _ => None,
        }
    }

    /// The maximum gap in seconds, where there is one.
    pub fn max_gap_seconds(self) -> Option<f64> {
        match self {
            Fill::Position => None,
            Fill::Time { max_gap_seconds } => max_gap_seconds,
        }
    }
}

/// A zone by its name or offset, as written; the inner none is UTC. Whether there is such a zone is for those who know zones.
pub fn parse_zone(text: &str) -> Option<Option<String>> {
    let text = text.trim();
    let letter = |letter: char| letter.is_ascii_alphanumeric() || "/_+-:".contains(letter);
    let begins = |first: char| first.is_ascii_alphabetic() || "+-".contains(first);
    if !text.starts_with(begins) || text.len() > 64 || !text.chars().all(letter) {
        return None;
    }
    Some((text != "UTC").then(|| text.to_owned()))
}

/// A finite number; surrounding blanks do not matter.
pub fn parse_number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// A number of seconds: finite and not negative.
pub fn parse_seconds(text: &str) -> Option<f64> {
    parse_number(text).filter(|seconds| *seconds >= 0.0)
}

/// The shortest text that [`parse_number`] reads back as the same number.
pub fn number_text(number: f64) -> String {
    let plain = number.to_string();
    let with_exponent = format!("{number:e}");
    if with_exponent.len() < plain.len() { with_exponent } else { plain }
}

/// Days since 1970-01-01 of a date written `YYYY-MM-DD` that exists.
pub fn parse_day(text: &str) -> Option<i32> {
    let text = text.trim();
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(i, byte)| match i {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shape {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(
        text.get(..4)?.parse().ok()?,
        text.get(5..7)?.parse().ok()?,
        text.get(8..)?.parse().ok()?,
    )?;
    Some(date.num_days_from_ce() - EPOCH_DAY)
}

/// The date of a day since 1970-01-01, `YYYY-MM-DD`; none outside the years 0000 to 9999.
pub fn day_text(day: i32) -> Option<String> {
    let date = NaiveDate::from_num_days_from_ce_opt(day.checked_add(EPOCH_DAY)?)?;
    let (year, month, day) = (date.year(), date.month(), date.day());
    // Written here: chrono's formats weigh more in the page than all else of this room.
    (0..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for mode in Mode::ALL {
            assert_eq!(Mode::from_name(mode.name()), Some(mode));
        }
        assert_eq!(Mode::ALL[0], Mode::default());
        assert_eq!(Mode::from_name("Strict"), None);
        assert_eq!(Fill::from_name("position"), Some(Fill::Position));
        assert_eq!(Fill::from_name("time").map(Fill::name), Some("time"));
        assert_eq!(Fill::from_name("linear"), None);
    }

    #[test]
    fn days_are_dates_that_exist() {
        assert_eq!(parse_day("1970-01-01"), Some(0));
        assert_eq!(parse_day("2024-02-29"), Some(19_782));
        for none in
            ["2023-02-29", "2024-2-1", "24-02-01", "2024-02-01T00", "2024/02/01", "", "+024-01-01", "２024-01-01"]
        {
            assert_eq!(parse_day(none), None, "{none}");
        }
        assert_eq!(day_text(-1).as_deref(), Some("1969-12-31"));
        assert_eq!(day_text(i32::MAX), None);
        assert_eq!(day_text(i32::MIN), None);
    }

    #[test]
    fn numbers_are_finite_and_short() {
        for none in ["", "inf", "NaN", "1e400", "0x10", "1_0", "2,5", "30 °C"] {
            assert_eq!(parse_number(none), None, "{none}");
        }
        assert_eq!(number_text(28.5), "28.5");
        assert_eq!(number_text(1e300), "1e300");
        assert_eq!(parse_seconds("-1"), None);
        assert_eq!(parse_seconds(" 90 "), Some(90.0));
    }

    proptest::proptest! {
        #[test]
        fn numbers_and_days_read_back(number in proptest::num::f64::NORMAL, day in -719_528_i32..2_932_897) {
            proptest::prop_assert_eq!(parse_number(&number_text(number)), Some(number));
            proptest::prop_assert_eq!(day_text(day).and_then(|text| parse_day(&text)), Some(day));
        }
    }
}
