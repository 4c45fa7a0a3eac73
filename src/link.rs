//! The view as the fragment of a link: tab, devices, zoom, device of the rolling average, order of the tables.
//!
//! Owns the grammar of the fragment, which browsers never send to a host. The recipe has its own, in [`crate::recipe::query`].
//! Assumes nothing about what it reads: each wrong part costs one notice and is left out, never the page.

use crate::protocol::{Tab, TableKind};
use crate::survey::Told;

/// What is shown, apart from what is computed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    pub tab: Tab,
    /// Names of the devices shown; empty shows all.
    pub devices: Vec<String>,
    /// Visible window of time, microseconds UTC, end exclusive.
    pub window_us: Option<(i64, i64)>,
    /// Device of the rolling average.
    pub rolling: Option<String>,
    /// Name of the metric that is charted by itself.
    pub metric: Option<String>,
    /// How files are to be read, where a person said so.
    pub told: Told,
    /// Tables in another than their natural order: column, and whether descending.
    pub sorts: Vec<(TableKind, u16, bool)>,
}

/// A longer fragment is not read: no link of ours is as long.
const MOST_BYTES: usize = 64 * 1024;
/// A longer piece of a wrong fragment is cut in its notice.
const QUOTED_CHARS: usize = 40;

const TABS: [(&str, Tab); 7] = [
    ("temperature", Tab::Temperature),
    ("battery", Tab::Battery),
    ("humidity", Tab::Humidity),
    ("anomalies", Tab::Anomalies),
    ("heatmap", Tab::Heatmap),
    ("rolling", Tab::Rolling),
    ("metric", Tab::Metric),
];

const TABLES: [(&str, TableKind); 6] = [
    ("anomalies", TableKind::Anomalies),
    ("daily", TableKind::Daily),
    ("set-aside", TableKind::SetAside),
    ("dropped", TableKind::Dropped),
    ("raw", TableKind::Raw),
    ("findings", TableKind::Findings),
];

/// The name of a table in links and in the page.
pub fn table_name(table: TableKind) -> &'static str {
    TABLES.iter().find(|(_, kind)| *kind == table).map_or("", |(name, _)| name)
}

/// The name of a tab in links.
pub fn tab_name(tab: Tab) -> &'static str {
    TABS.iter().find(|(_, kind)| *kind == tab).map_or("", |(name, _)| name)
}

/// Writes a view as a fragment without `#`; what is at its default is left out.
pub fn to_fragment(view: &View) -> String {
    let mut parts = Vec::new();
    if view.tab != Tab::default() {
        parts.push(format!("tab={}", tab_name(view.tab)));
    }
    if !view.devices.is_empty() {
        let names: Vec<_> = view.devices.iter().map(|name| encode(name)).collect();
        parts.push(format!("devices={}", names.join(",")));
    }
    if let Some((from, to)) = view.window_us {
        parts.push(format!("zoom={from},{to}"));
    }
    if let Some(name) = &view.rolling {
        parts.push(format!("rolling={}", encode(name)));
    }
    if let Some(name) = &view.metric {
        parts.push(format!("metric={}", encode(name)));
    }
    parts.extend(view.told.to_words().into_iter().map(|(key, value)| format!("read.{key}={}", encode(&value))));
    if !view.told.map.is_empty() {
        let columns = view.told.map.iter();
        let columns: Vec<_> = columns.map(|(a, b, c)| format!("{}:{}:{}", encode(a), encode(b), encode(c))).collect();
        parts.push(format!("read.map={}", columns.join(",")));
    }
    if !view.sorts.is_empty() {
        let sorts: Vec<_> = view
            .sorts
            .iter()
            .map(|(table, column, descending)| {
                let direction = if *descending { "down" } else { "up" };
                format!("{}.{column}.{direction}", table_name(*table))
            })
            .collect();
        parts.push(format!("sort={}", sorts.join(",")));
    }
    parts.join("&")
}

/// Reads a fragment without `#`: the view, and a sentence about each part that was not understood.
pub fn from_fragment(fragment: &str) -> (View, Vec<String>) {
    let mut view = View::default();
    let mut notices = Vec::new();
    if fragment.len() > MOST_BYTES {
        notices.push(String::from("The part of the link after # is too long and was not read. Everything is shown."));
        return (view, notices);
    }
    let mut seen = Vec::new();
    for part in fragment.split('&').filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        if seen.contains(&key) {
            notices.push(format!("The link names {} twice; the first is used.", quoted(key)));
            continue;
        }
        seen.push(key);
        if let Err(expected) = read(&mut view, key, value) {
            notices.push(match expected {
                Some(expected) => {
                    format!("The link asks for {key} {}, but {expected} was expected. It was left out.", quoted(value))
                }
                None => format!("The link names {}, which this page does not know. It was left out.", quoted(key)),
            });
        }
    }
    (view, notices)
}

/// Reads one key. The error says what was expected, none for an unknown key.
fn read(view: &mut View, key: &str, value: &str) -> Result<(), Option<&'static str>> {
    match key {
        "tab" => {
            let found = TABS.iter().find(|(name, _)| *name == value);
            view.tab = found.ok_or(Some("the name of one of the tabs"))?.1;
        }
        "devices" => {
            let names: Option<Vec<_>> = value.split(',').map(decode).collect();
            view.devices = names
                .filter(|names| names.iter().all(|name| !name.is_empty()))
                .ok_or(Some("a list of device names"))?;
        }
        "zoom" => {
            let window = value
                .split_once(',')
                .and_then(|(from, to)| Some((from.parse::<i64>().ok()?, to.parse::<i64>().ok()?)))
                .filter(|(from, to)| from < to);
            view.window_us = Some(window.ok_or(Some("two times in microseconds"))?);
        }
        "rolling" => {
            let name = decode(value).filter(|name| !name.is_empty());
            view.rolling = Some(name.ok_or(Some("the name of a device"))?);
        }
        "metric" => {
            let name = decode(value).filter(|name| !name.is_empty());
            view.metric = Some(name.ok_or(Some("the name of a metric"))?);
        }
        "read.map" => {
            for column in value.split(',') {
                let words: Option<Vec<String>> = column.split(':').map(decode).collect();
                match words.as_deref() {
                    Some([header, name, unit]) if !header.is_empty() => view.told.map_column(header, name, unit),
                    _ => return Err(Some("a list of columns, metrics and units")),
                }
            }
        }
        _ if key.starts_with("read.") => {
            let value = decode(value).ok_or(Some("a way of reading"))?;
            if !view.told.take_word(&key["read.".len()..], &value) {
                return Err(Some("a way of reading"));
            }
        }
        "sort" => {
            for part in value.split(',') {
                let sort = sort(part).ok_or(Some("a table, a column and a direction"))?;
                view.sorts.retain(|(table, ..)| *table != sort.0);
                view.sorts.push(sort);
            }
        }
        _ => return Err(None),
    }
    Ok(())
}

fn sort(text: &str) -> Option<(TableKind, u16, bool)> {
    let mut parts = text.split('.');
    let (table, column, direction) = (parts.next()?, parts.next()?, parts.next()?);
    let table = TABLES.iter().find(|(name, _)| *name == table)?.1;
    let descending = match direction {
        "up" => false,
        "down" => true,
        _ => return None,
    };
    parts.next().is_none().then_some((table, column.parse().ok()?, descending))
}

fn quoted(text: &str) -> String {
    let cut: String = text.chars().take(QUOTED_CHARS).collect();
    let more = if cut.len() < text.len() { "..." } else { "" };
    format!("\"{cut}{more}\"")
}

/// Percent-encodes everything but letters, digits, `-`, `_`, `.` and `~` (RFC 3986, unreserved characters).
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let value = digit(rest.next())? * 16 + digit(rest.next())?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_reads_back_equal() {
        let view = View {
            tab: Tab::Rolling,
            devices: vec!["sensor_001".into(), "a,b&c=d#%".into(), "Süd 7".into()],
            window_us: Some((-5, 1_673_274_067_000_000)),
            rolling: Some("=cmd()".into()),
            metric: Some("co2".into()),
            told: Told {
                delimiter: crate::survey::Delimiter::from_name("semicolon"),
                map: vec![
                    ("T, °C".into(), "temperature_celsius".into(), "°F".into()),
                    ("x:y".into(), String::new(), String::new()),
                ],
                ..Told::default()
            },
            sorts: vec![(TableKind::Anomalies, 2, true), (TableKind::SetAside, 0, false)],
        };
        let text = to_fragment(&view);
        assert_eq!(
            text,
            "tab=rolling&devices=sensor_001,a%2Cb%26c%3Dd%23%25,S%C3%BCd%207&zoom=-5,1673274067000000&rolling=%3Dcmd%28%29&metric=co2&read.delimiter=semicolon&read.map=T%2C%20%C2%B0C:temperature_celsius:%C2%B0F,x%3Ay::&sort=anomalies.2.down,set-aside.0.up"
        );
        assert_eq!(from_fragment(&text), (view, vec![]));
    }

    #[test]
    fn the_default_view_is_no_fragment() {
        assert_eq!(to_fragment(&View::default()), "");
        assert_eq!(from_fragment(""), (View::default(), vec![]));
    }

    #[test]
    fn every_wrong_part_costs_one_notice_and_the_rest_is_read() {
        let (view, notices) =
            from_fragment("tab=weather&zoom=9,3&devices=&rolling=%zz&sort=daily.x.up&color=red&tab=battery&zoom");
        assert_eq!(view, View::default());
        assert_eq!(
            notices,
            [
                "The link asks for tab \"weather\", but the name of one of the tabs was expected. It was left out.",
                "The link asks for zoom \"9,3\", but two times in microseconds was expected. It was left out.",
                "The link asks for devices \"\", but a list of device names was expected. It was left out.",
                "The link asks for rolling \"%zz\", but the name of a device was expected. It was left out.",
                "The link asks for sort \"daily.x.up\", but a table, a column and a direction was expected. It was left out.",
                "The link names \"color\", which this page does not know. It was left out.",
                "The link names \"tab\" twice; the first is used.",
                "The link names \"zoom\" twice; the first is used.",
            ]
        );
        let (view, notices) = from_fragment("colour=red&tab=heatmap");
        assert_eq!((view.tab, notices.len()), (Tab::Heatmap, 1));
    }

    #[test]
    fn garbage_of_any_length_is_survived() {
        let long = "x".repeat(MOST_BYTES + 1);
        assert_eq!(from_fragment(&long).1.len(), 1);
        let (_, notices) = from_fragment(&format!("{}=1", "ü".repeat(500)));
        assert_eq!(notices.len(), 1);
        assert!(notices[0].chars().count() < 120, "{}", notices[0]);
        from_fragment("%&=&&%%%==,,..");
    }
}
