//! The fields of a time in a cell, as people, programs and loggers write them.
//!
//! Owns names of months and halves of the day in the languages of Europe and East Asia, abbreviations of zones, and arrangements: clock
//! first, weekday first, year last, digits without marks. Assumes one time a cell. Refuses a cell in which anything else is left.

use chrono::{Datelike, NaiveDate};

use super::{HOUR_US, MINUTE_US, SECOND_US, Written};

/// How the names of the months begin, in lower case: English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish,
/// Norwegian, Polish. Of French June and July the fourth letter tells.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen", "sty"],
    &["feb", "fév", "fev", "lut"],
    &["mar", "mär", "mrz", "maa", "mrt"],
    &["apr", "avr", "abr", "kwi"],
    &["may", "mai", "mag", "mei", "maj"],
    &["jun", "giu", "cze", "juin"],
    &["jul", "lug", "lip", "juil"],
    &["aug", "aoû", "aou", "ago", "sie"],
    &["sep", "set", "wrz"],
    &["oct", "okt", "ott", "out", "paź"],
    &["nov", "lis"],
    &["dec", "dez", "déc", "dic", "des", "gru"],
];
/// How the names of the days of the week begin, in the same languages but Polish.
const WEEKDAYS: [&str; 32] = [
    "mo", "tu", "we", "th", "fr", "sa", "su", "di", "mi", "do", "so", "lu", "ma", "me", "je", "ve", "gi", "vi", "ju",
    "wo", "vr", "za", "zo", "se", "te", "qu", "må", "ti", "on", "to", "lö", "sö",
];
/// Words for the half of the day, in lower case without full stops: before noon, after noon.
const HALVES: [(&str, bool); 12] = [
    ("am", false),
    ("pm", true),
    ("a", false),
    ("p", true),
    ("dop", false),
    ("odp", true),
    ("上午", false),
    ("下午", true),
    ("午前", false),
    ("午後", true),
    ("오전", false),
    ("오후", true),
];
/// Zones by abbreviations that stand for one offset only, in quarters of an hour east of UTC.
const ZONES: [(&str, i8); 30] = [
    ("EST", -20),
    ("EDT", -16),
    ("CDT", -20),
    ("MST", -28),
    ("MDT", -24),
    ("PST", -32),
    ("PDT", -28),
    ("AKST", -36),
    ("AKDT", -32),
    ("HST", -40),
    ("WET", 0),
    ("WEST", 4),
    ("CET", 4),
    ("CEST", 8),
    ("MEZ", 4),
    ("MESZ", 8),
    ("EET", 8),
    ("EEST", 12),
    ("MSK", 12),
    ("SAST", 8),
    ("JST", 36),
    ("KST", 36),
    ("HKT", 32),
    ("AWST", 32),
    ("ACST", 38),
    ("ACDT", 42),
    ("AEST", 40),
    ("AEDT", 44),
    ("NZST", 48),
    ("NZDT", 52),
];
/// A longer cell is no time: a browser's longest has about seventy bytes.
const MOST_BYTES: usize = 96;

/// Microseconds east of UTC of an abbreviation that stands for one offset only.
pub fn abbreviated_us(word: &str) -> Option<i64> {
    ZONES.iter().find(|(name, _)| *name == word).map(|(_, quarters)| i64::from(*quarters) * (HOUR_US / 4))
}

impl Written {
    /// Reads the fields of a time; none where the cell is none.
    pub fn read(cell: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(cell).ok()?.trim();
        Self::plain(text).or_else(|| Self::of_usual(text).map(|(written, _)| written))
    }

    /// A time that is arranged otherwise, and how it would usually be.
    fn of_usual(text: &str) -> Option<(Self, String)> {
        let mut usual = arranged(text)?;
        let mut written = Self::plain(&usual);
        // A name such as `mar` may be of a month or of a day of the week.
        if written.is_none() {
            let later = usual.split_once(' ').filter(|(first, _)| is_weekday(first))?.1;
            (written, usual) = (Self::plain(later), later.to_string());
        }
        Some((written?, usual))
    }

    /// The usual arrangement: date, clock, half of the day, offset.
    fn plain(text: &str) -> Option<Self> {
        let mut rest = Rest(text);
        let packed = rest.packed_date();
        let (date, digits) = match packed {
            Some(date) => (date, [4, 2, 2]),
            None => rest.date()?,
        };
        let mut written =
            Self { date, digits, hour: 0, within_hour_us: 0, half: None, offset_us: 0, clock: false, zoned: false };
        rest.0 = rest.0.strip_prefix(',').or_else(|| rest.0.strip_prefix('.')).unwrap_or(rest.0);
        if rest.0.is_empty() {
            // Digits alone may be any number.
            return packed.is_none().then_some(written);
        }
        let between: &[char] = if packed.is_some() { &['T', ' ', '_', ':', '-'] } else { &['T', ' ', '_'] };
        rest.0 = rest.0.strip_prefix(between)?.trim_start();
        written.clock(&mut rest, packed.is_some())?;
        written.clock = true;
        rest.0.is_empty().then_some(written)
    }

    fn clock(&mut self, rest: &mut Rest<'_>, packed: bool) -> Option<()> {
        if let Some((half, after)) = HALVES[6..].iter().find_map(|half| Some((half.1, rest.0.strip_prefix(half.0)?))) {
            (self.half, rest.0) = (Some(half), after.trim_start());
        }
        let (hour, minute, second) = rest.hour_minute_second(packed)?;
        let mut fraction_us = 0;
        if second.is_some()
            && let Some(after) = rest.0.strip_prefix(['.', ',', ':'])
        {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            if !(1..=9).contains(&digits) {
                return None;
            }
            let kept = digits.min(6);
            let number: i64 = after[..kept].parse().ok()?;
            fraction_us = number * 10_i64.pow(6 - u32::try_from(kept).ok()?);
            rest.0 = &after[digits..];
        }
        self.within_hour_us = minute * MINUTE_US + second.unwrap_or(0) * SECOND_US + fraction_us;
        self.half = self.half.or(rest.half());
        let before = rest.0.trim_start();
        let (offset_us, after) = offset(before)?;
        self.zoned = after.len() < before.len();
        (self.offset_us, rest.0) = (offset_us, after);
        self.hour = match self.half {
            Some(after_noon) if (1..=12).contains(&hour) => hour % 12 + if after_noon { 12 } else { 0 },
            // Clocks of 24 hours that say so all the same.
            Some(after_noon) if hour == 0 => {
                if after_noon {
                    12
                } else {
                    0
                }
            }
            Some(true) if (13..24).contains(&hour) => hour,
            Some(_) => return None,
            None if hour < 24 || hour == 24 && self.within_hour_us == 0 => hour,
            None => return None,
        };
        Some(())
    }
}

/// A time as it would usually be arranged: date, clock, half of the day, offset.
pub fn usual(cell: &str) -> String {
    let text = cell.trim();
    let moved = Written::plain(text).is_none().then(|| Written::of_usual(text)).flatten();
    moved.map_or_else(|| text.to_string(), |(_, usual)| usual)
}

/// The same time in the usual arrangement; none where nothing is to be moved.
fn arranged(text: &str) -> Option<String> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !(5..=26).contains(&digits) || text.len() > MOST_BYTES {
        return None;
    }
    let plain = |letter: char| match letter {
        '年' | '月' | '년' | '월' => '/',
        '日' | '일' | '\u{a0}' | '\u{2009}' | '\u{202f}' => ' ',
        letter => letter,
    };
    let text: String = text.chars().map(plain).collect();
    let (mut date, mut clock) = (String::new(), String::new());
    for word in text.split_whitespace() {
        let numbered = word.starts_with(|letter: char| letter.is_ascii_digit());
        let half = HALVES[6..].iter().any(|(half, _)| word.starts_with(half));
        let part = if clock.is_empty() {
            if numbered && word.contains(':') && !word.contains(['/', '-']) || half { &mut clock } else { &mut date }
        } else if word.starts_with(['(', '[']) {
            // The zone's name after its offset.
            break;
        } else if numbered
            && (word.len() == 4 && !word.contains(':') || word.contains(['/', '-']) || word.matches('.').count() > 1)
        {
            &mut date
        } else {
            &mut clock
        };
        if !part.is_empty() {
            part.push(' ');
        }
        part.push_str(word);
    }
    (!date.is_empty()).then(|| format!("{date} {clock}"))
}

fn is_weekday(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ',']).to_lowercase();
    (2..=12).contains(&word.len())
        && word.chars().all(char::is_alphabetic)
        && WEEKDAYS.iter().any(|start| word.starts_with(start))
}

/// What is still to be read of a cell.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn digits(&self) -> usize {
        self.0.bytes().take_while(u8::is_ascii_digit).count()
    }

    /// A number of at most so many digits, and how many it has.
    fn number(&mut self, most: usize) -> Option<(u32, u8)> {
        let digits = self.digits();
        if digits == 0 || digits > most {
            return None;
        }
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        Some((number.parse().ok()?, u8::try_from(digits).ok()?))
    }

    /// Three fields with marks between them.
    fn date(&mut self) -> Option<([u32; 3], [u8; 3])> {
        let (mut date, mut digits) = ([0; 3], [0; 3]);
        for field in 0..3 {
            if field > 0 && !self.mark() {
                return None;
            }
            (date[field], digits[field]) = match self.number(4) {
                Some((number, length)) => (number, length),
                None => (self.month()?, 0),
            };
        }
        let named = digits.iter().filter(|length| **length == 0).count();
        (named <= 1 && !digits.contains(&3)).then_some((date, digits))
    }

    /// `20240301`, or `2024-061`: the day of the year. A clock must follow.
    fn packed_date(&mut self) -> Option<[u32; 3]> {
        let number = |text: &str| text.parse::<u32>().ok();
        if self.digits() == 8 {
            let (date, rest) = self.0.split_at(8);
            let date = [number(&date[..4])?, number(&date[4..6])?, number(&date[6..])?];
            self.0 = rest;
            return Some(date);
        }
        let (year, rest) = self.0.split_once('-').filter(|(year, _)| year.len() == 4)?;
        let day = rest.get(..3).filter(|day| day.bytes().all(|byte| byte.is_ascii_digit()))?;
        let rest = rest[3..].strip_prefix(['T', ' ']).map(|_| &rest[3..])?;
        let date = NaiveDate::from_yo_opt(year.parse().ok()?, number(day)?)?;
        self.0 = rest;
        Some([number(year)?, date.month(), date.day()])
    }

    /// A clock with marks, or where `packed` without.
    fn hour_minute_second(&mut self, packed: bool) -> Option<(i64, i64, Option<i64>)> {
        let digits = self.digits();
        if packed && matches!(digits, 4 | 6) {
            let (clock, rest) = self.0.split_at(digits);
            let field = |at: usize| clock.get(at..at + 2).and_then(|field| field.parse::<i64>().ok());
            let (hour, minute, second) = (field(0)?, field(2)?, field(4));
            self.0 = rest;
            return (minute < 60 && second.is_none_or(|second| second < 60)).then_some((hour, minute, second));
        }
        let (hour, _) = self.number(2)?;
        // Names of files have no colon.
        let dashes = || self.0.as_bytes().get(3) == Some(&b'-');
        let mark = self.0.chars().next().filter(|mark| matches!(mark, ':' | '.') || *mark == '-' && dashes())?;
        let mut field = || -> Option<Option<i64>> {
            let Some(after) = self.0.strip_prefix(mark) else { return Some(None) };
            self.0 = after;
            let (number, digits) = self.number(2)?;
            // `8:5:0` is what small programs print; `8.5` is a number.
            ((digits == 2 || mark == ':') && number < 60).then(|| Some(i64::from(number)))
        };
        let minute = field()??;
        let second = field()?;
        Some((i64::from(hour), minute, second))
    }

    /// The half of the day, alone or before an offset.
    fn half(&mut self) -> Option<bool> {
        let find = |text: &str| {
            let word: String = text.chars().filter(|c| !matches!(c, '.' | ' ')).flat_map(char::to_lowercase).collect();
            HALVES.iter().find(|(half, _)| *half == word).map(|(_, half)| *half)
        };
        let rest = self.0.trim_start();
        if let Some(half) = find(rest) {
            self.0 = "";
            return Some(half);
        }
        let (word, after) = rest.split_once(' ')?;
        let half = find(word)?;
        self.0 = after;
        Some(half)
    }

    fn month(&mut self) -> Option<u32> {
        let letters = self.0.find(|c: char| !c.is_alphabetic()).unwrap_or(self.0.len());
        let (name, rest) = self.0.split_at(letters);
        let start: String = name.chars().take(4).flat_map(char::to_lowercase).collect();
        let month = MONTHS.iter().position(|month| month.iter().any(|name| start.starts_with(name)))?;
        // `janv.-2023`: the mark comes after the full stop.
        self.0 = rest.strip_prefix('.').filter(|rest| rest.starts_with(['-', '/'])).unwrap_or(rest);
        u32::try_from(month + 1).ok()
    }

    /// What stands between two fields of a date: one of `/ . -`, a blank, or a mark and a blank; `de` between Spanish ones.
    fn mark(&mut self) -> bool {
        let after = self.0.strip_prefix(['/', '.', '-', ',']).unwrap_or(self.0).trim_start_matches(' ');
        let passed = after.len() < self.0.len();
        self.0 = after.strip_prefix("de ").unwrap_or(after);
        passed
    }
}

/// Microseconds east of UTC, and what follows; nothing written is zero. A zone's name after its offset is passed.
fn offset(text: &str) -> Option<(i64, &str)> {
    let named = ["UTC", "GMT", "Z", "z"].iter().find_map(|name| text.strip_prefix(name));
    let rest = named.unwrap_or(text);
    let (sign, digits) = match rest.split_at_checked(1) {
        Some(("+", digits)) => (1, digits),
        Some(("-", digits)) => (-1, digits),
        _ if named.is_some() => return Some((0, rest)),
        _ => return Some(abbreviated_us(text).map_or((0, text), |offset_us| (offset_us, ""))),
    };
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let after = &digits[2..];
    let (minutes, after) = match after.strip_prefix(':').unwrap_or(after).split_at_checked(2) {
        Some((minutes, after)) if minutes.bytes().all(|byte| byte.is_ascii_digit()) => (minutes.parse().ok()?, after),
        _ => (0, after),
    };
    let name = after.trim_start();
    let is_name = name.starts_with('[') && name.ends_with(']')
        || (2..=5).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase());
    let after = if is_name { "" } else { after };
    (hours < 24 && minutes < 60).then_some((sign * (hours * HOUR_US + minutes * MINUTE_US), after))
}
