//! What the words in a header say about a column that is no metric: parts of a time, row numbers, flags, positions.
//!
//! Owns those words. Assumes one header cell. What a column measures is for [`crate::dialect::names`].

use crate::dialect::Order;
use crate::dialect::calendar::abbreviated_us;

/// What a header says about time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeWord {
    None,
    /// It says time or date, and no more.
    Some,
    Start,
    End,
    Year,
    Month,
    Day,
    DayOfYear,
    Hour,
    Minute,
    Second,
    /// Since a start: `Test_Time`, `elapsed`.
    Elapsed,
}

/// The words of a header in lower case.
pub fn words(header: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = None;
    for letter in header.chars() {
        let new = !letter.is_alphanumeric() || letter.is_uppercase() && before.is_some_and(char::is_lowercase);
        if new {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
        before = Some(letter);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a header says about time.
pub fn time_word(header: &str) -> TimeWord {
    let mut words = words(header);
    // `Hour (PST)` is an hour.
    if words.len() > 1 {
        words.retain(|word| abbreviated_us(&word.to_uppercase()).is_none());
    }
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let is = |wanted: &[&str]| wanted.contains(&words.join(" ").as_str());
    // `YYYYMMDD`, `AAAAMMJJHH`, `TT.MM.JJJJ hh:mm`.
    let pattern =
        |word: &String| word.len() > 5 && word.contains("mm") && word.bytes().all(|byte| b"aydjtmhns".contains(&byte));
    if words.iter().any(pattern) {
        return TimeWord::Some;
    }
    if is(&["year", "yr", "yyyy", "yy", "año", "ano", "anno", "jahr", "jaar", "år", "année", "annee", "rok", "vuosi"])
    {
        TimeWord::Year
    } else if is(&[
        "month", "mon", "mes", "mês", "mese", "monat", "mois", "maand", "månad", "miesiąc", "kuukausi", "mm", "mo",
    ]) {
        TimeWord::Month
    } else if is(&["doy", "day of year", "dayofyear", "julian", "julian day", "yday", "jday"]) {
        TimeWord::DayOfYear
    } else if is(&[
        "day",
        "dom",
        "día",
        "dia",
        "giorno",
        "tag",
        "dag",
        "jour",
        "dzień",
        "päivä",
        "dd",
        "dy",
        "day of month",
    ]) {
        TimeWord::Day
    } else if is(&[
        "hour", "hr", "hora", "ora", "uur", "stunde", "heure", "godzina", "timme", "hh", "hhmm", "hhmmss", "hours",
    ]) {
        TimeWord::Hour
    } else if is(&["minute", "min", "minuto", "minuut", "minut", "mins", "minutes"]) {
        TimeWord::Minute
    } else if is(&["second", "sec", "segundo", "secondo", "sekunde", "ss", "seconds", "secs"]) {
        TimeWord::Second
    } else if has(&["elapsed", "uptime", "duration", "millis", "runtime"]) || is(&["test time", "step time"]) {
        TimeWord::Elapsed
    } else if has(&[
        "time",
        "date",
        "datetime",
        "timestamp",
        "utc",
        "epoch",
        "unix",
        "ts",
        "dt",
        "stamp",
        "fecha",
        "zeit",
        "datum",
        "data",
        "heure",
        "seen",
    ]) || words.iter().any(|word| word.ends_with("time") || word.ends_with("date"))
        || is(&["t unix", "last changed", "created at", "updated at"])
    {
        if has(&["start", "begin", "from", "beginning"]) {
            TimeWord::Start
        } else if has(&["end", "stop", "to", "until"]) {
            TimeWord::End
        } else {
            TimeWord::Some
        }
    } else if is(&["start", "begin", "from"]) {
        TimeWord::Start
    } else if is(&["end", "stop", "to", "until"]) {
        TimeWord::End
    } else {
        TimeWord::None
    }
}

/// The order of dates that a header states: `DATE (MM/DD/YYYY)`, `Datum [TT.MM.JJJJ]`.
pub fn stated_order(header: &str) -> Option<Order> {
    let header = header.to_uppercase();
    [
        (Order::MonthDayYear, &["MM/DD/Y", "MM-DD-Y", "M/D/Y"][..]),
        (Order::DayMonthYear, &["DD/MM/Y", "DD.MM.Y", "DD-MM-Y", "D/M/Y", "TT.MM.J", "JJ/MM/A"]),
        (Order::YearMonthDay, &["YYYY-MM-DD", "YYYY/MM/DD", "YY/MM/DD", "YY.MM.DD"]),
    ]
    .into_iter()
    .find_map(|(order, spellings)| spellings.iter().any(|spelling| header.contains(spelling)).then_some(order))
}

/// What a column is that is no metric, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// Numbers the rows.
    Counter,
    Flag,
    Position,
    Label,
}

impl Aside {
    /// Why the column is not read, for people.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Counter => "it numbers the rows",
            Self::Flag => "it holds marks of quality",
            Self::Position => "it holds a place",
            Self::Label => "it holds labels",
        }
    }
}

/// What a header says a column of numbers is, if it says that it is no metric.
pub fn aside(header: &str) -> Option<Aside> {
    let words = words(header);
    let joined = words.join(" ");
    let is = |wanted: &[&str]| wanted.contains(&joined.as_str());
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    if header.trim() == "#"
        || is(&[
            "no",
            "nr",
            "index",
            "idx",
            "id",
            "record",
            "recnum",
            "recnbr",
            "rn",
            "row",
            "row number",
            "entry id",
            "data point",
            "n",
            "num",
            "number",
            "record number",
            "record no",
            "sample",
            "sample number",
            "seq",
            "sequence",
            "line",
            "count id",
            "record id",
            "reading id",
            "unnamed 0",
            "rec",
            "obs",
            "scan",
        ])
    {
        Some(Aside::Counter)
    } else if has(&[
        "flag", "flags", "flagged", "diag", "qc", "quality", "err", "errflag", "error", "valid", "uncert", "source",
    ]) || is(&["hidden", "is owner", "downgraded"])
    {
        Some(Aside::Flag)
    } else if is(&[
        "lat",
        "lon",
        "lng",
        "long",
        "latitude",
        "longitude",
        "elevation",
        "altitude",
        "alt",
        "elev",
        "gps lat",
        "gps lon",
        "gps latitude",
        "gps longitude",
    ]) {
        Some(Aside::Position)
    } else if is(&[
        "anomaly",
        "changepoint",
        "label",
        "class",
        "occupancy",
        "target",
        "cycle",
        "cycle idx",
        "age",
        "serial number",
        "serial no",
        "serial",
    ]) || words.len() > 1 && words.last().is_some_and(|word| word == "id")
    {
        Some(Aside::Label)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Aside, TimeWord, aside, stated_order, time_word};
    use crate::dialect::Order;

    #[test]
    fn headers_say_what_is_no_metric() {
        for (header, word) in [
            ("TIMESTAMP", TimeWord::Some),
            ("noted_date", TimeWord::Some),
            ("Start Time", TimeWord::Start),
            ("end", TimeWord::End),
            ("Year", TimeWord::Year),
            ("DOY", TimeWord::DayOfYear),
            ("Test_Time", TimeWord::Elapsed),
            ("UTCTime", TimeWord::Some),
            ("temperature", TimeWord::None),
            ("created_at", TimeWord::Some),
        ] {
            assert_eq!(time_word(header), word, "{header}");
        }
        assert_eq!(stated_order("DATE (MM/DD/YYYY)"), Some(Order::MonthDayYear));
        assert_eq!(stated_order("Datum [TT.MM.JJJJ]"), Some(Order::DayMonthYear));
        assert_eq!(stated_order("Date Time"), None);
        for (header, found) in [
            ("#", Some(Aside::Counter)),
            ("entry_id", Some(Aside::Counter)),
            ("sonic_diag", Some(Aside::Flag)),
            ("Longitude", Some(Aside::Position)),
            ("changepoint", Some(Aside::Label)),
            ("feed_id", Some(Aside::Label)),
            ("humid", None),
            ("CO2", None),
            ("", None),
        ] {
            assert_eq!(aside(header), found, "{header}");
        }
    }
}
