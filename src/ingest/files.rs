//! Whole files: each read in ranges, one range after the other or side by side, joined as one log.

use std::collections::HashMap;
use std::hash::Hasher;
use std::ops::Range;

use super::layout::{Hints, Layout};
use super::ranges::RangeRows;
use super::reading::Reading;
use super::record::{CellText, End};
use super::rows::RowParser;
use super::source::{Source, Stored};
use super::{Chunk, RECORD_BYTES};
use crate::contract::Contract;
use crate::dialect::Orders;
use crate::table::Log;
use crate::{Error, ErrorKind};

/// Bytes read at a time; more than [`RECORD_BYTES`], so that every block makes progress.
const BLOCK_BYTES: usize = 2 * RECORD_BYTES;
/// Bytes of the head that decide how a file is read; more than [`RECORD_BYTES`], so that they hold the header.
const HEAD_BYTES: usize = 2 * RECORD_BYTES;

/// Bytes read at a time beyond the end of a range.
const BEYOND_BYTES: u64 = 64 << 10;

const SHORT_HEAD_BYTES: usize = 64 << 10;

/// How far reading is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadProgress {
    pub bytes_done: u64,
    pub bytes_total: u64,
    pub rows: u64,
}

/// A file left out because another holds the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identical {
    pub name: String,
    pub same_as: String,
}

impl Identical {
    /// `b.csv holds the same bytes as a.csv and was read once`.
    pub fn sentence(&self) -> String {
        format!("{} holds the same bytes as {} and was read once", self.name, self.same_as)
    }
}

/// A log and the files it came from.
pub struct Opened<S> {
    pub log: Log,
    /// In the order of `log.files`.
    pub sources: Vec<Stored<S>>,
    pub layouts: Vec<Layout>,
    /// Files that cannot be read, each with why.
    pub left_out: Vec<Error>,
    pub identical: Vec<Identical>,
}

/// Reads files, in the order given, into one log. A file that cannot be read is left out alone.
///
/// # Errors
/// When no file at all can be read: the first file's error.
pub fn read_files<S: Source>(
    files: Vec<(String, S)>,
    contract: &Contract,
    progress: &mut impl FnMut(ReadProgress),
) -> Result<Opened<S>, Error> {
    let mut reading = Reading::new(files, contract);
    while let Some(task) = reading.next_task() {
        reading.accept(task.id, None);
        progress(reading.progress());
    }
    reading.finish()
}

/// What the head of a file says about all of it.
///
/// # Errors
/// Why this is no table that can be read.
pub fn layout_of<S: Source>(name: &str, source: &mut S, contract: &Contract, hints: &Hints) -> Result<Layout, Error> {
    let mut layout = layout_by_head(name, source, contract)?;
    if layout.open.is_some() {
        let orders = dates_of(source, &layout).map_err(|why| Error::new(ErrorKind::Read, name, why))?;
        layout.judge_order(orders);
        layout.settle(name, hints)?;
    }
    Ok(layout)
}

/// The same without a look beyond the head.
///
/// # Errors
/// Why this is no table that can be read.
fn layout_by_head<S: Source>(name: &str, source: &mut S, contract: &Contract) -> Result<Layout, Error> {
    // A short head decides nearly every file; what it leaves open, or seems to refuse, is for a long one to say.
    let mut look = |bytes: usize| {
        let mut head = vec![0; block_bytes(source.bytes()).min(bytes)];
        let read = source.read_at(0, &mut head).map_err(|why| Error::new(ErrorKind::Read, name, why))?;
        let whole = read < head.len();
        Layout::of(name, &head[..read], whole, contract)
    };
    match look(SHORT_HEAD_BYTES) {
        Ok(layout) if layout.shown => Ok(layout),
        _ => look(HEAD_BYTES),
    }
}

/// The layout of a file, if its head decides it.
pub fn layout_if_plain<S: Source>(name: &str, source: &mut S, contract: &Contract) -> Option<Layout> {
    layout_by_head(name, source, contract).ok().filter(|layout| layout.open.is_none())
}

/// The dates of all of a file, until one proves their order.
fn dates_of<S: Source>(source: &mut S, layout: &Layout) -> Result<Orders, String> {
    let mut orders = Orders::default();
    let Some(column) = layout.time_column() else { return Ok(orders) };
    let mut cells = CellText::default();
    let mut buffer = vec![0; block_bytes(source.bytes().saturating_sub(layout.first_offset))];
    let (mut filled, mut offset, mut line) = (0, layout.first_offset, u64::from(layout.first_line));
    loop {
        let read = source.read_at(offset, &mut buffer[filled..])?;
        let last = read < buffer.len() - filled;
        filled += read;
        offset += read as u64;
        let mut start = 0;
        while start < filled && !orders.is_proved() {
            let (next, lines) = match layout.walk(&buffer[..filled], start, last, Some(&mut cells)) {
                End::Complete { next, lines, .. } => (next, lines),
                End::OpenQuote { next, .. } => (next, 1),
                End::Incomplete | End::TooLong => break,
            };
            if cells.ranges.len() == layout.header.len() {
                orders.add(cells.cell(column), line);
            }
            (start, line) = (next, line + u64::from(lines));
        }
        // A block holds the longest record: one that does not end in it is none.
        if orders.is_proved() || last || (start == 0 && filled == buffer.len()) {
            return Ok(orders);
        }
        buffer.copy_within(start..filled, 0);
        filled -= start;
    }
}

/// Reads the rows that start in `range`, of which the first starts at its start, on line `first_line`. The last one may end
/// beyond.
///
/// # Errors
/// Whatever makes the file unreadable as a table.
pub(super) fn read_rows<S: Source>(
    name: &str,
    source: &mut S,
    layout: &Layout,
    range: Range<u64>,
    first_line: u64,
) -> Result<RangeRows, Error> {
    let unreadable = |why: String| Error::new(ErrorKind::Read, name, why);
    let bytes = source.bytes();
    if layout.card.is_some() {
        // The whole file was read when it was surveyed.
        return Ok(RangeRows { first: range.start, next: u64::MAX, chunk: Chunk::default() });
    }
    let mut parser = RowParser::new(name, layout, range.start, first_line).until(range.end);
    let at_hand = source.at_hand(range.start);
    if !at_hand.is_empty() {
        let last = range.start + at_hand.len() as u64 == bytes;
        parser.expect_rows(parser.rows_of(at_hand, range.end - range.start));
        parser.parse(at_hand, last)?;
    }
    if parser.next_row() >= range.end {
        return Ok(RangeRows { first: range.start, next: parser.next_row(), chunk: parser.finish() });
    }
    // What is not at hand is read in blocks.
    let from = parser.next_row();
    let mut buffer = vec![0; block_bytes(bytes.saturating_sub(from))];
    let (mut filled, mut offset) = (0, from);
    while parser.next_row() < range.end {
        // Up to the range's end, and beyond only where its last row is: what lies there may have to be made.
        let ahead = range.end.checked_sub(offset).filter(|ahead| *ahead > 0).unwrap_or(BEYOND_BYTES);
        let space = usize::try_from(ahead).unwrap_or(usize::MAX).min(buffer.len() - filled);
        let read = source.read_at(offset, &mut buffer[filled..filled + space]).map_err(unreadable)?;
        let last = read < space;
        filled += read;
        offset += read as u64;
        if offset == from + read as u64 {
            parser.expect_rows(parser.rows_of(&buffer[..filled], range.end.saturating_sub(from)));
        }
        let taken = parser.parse(&buffer[..filled], last)?;
        if last && offset != bytes {
            return Err(unreadable("the file changed while it was being read; open it again".into()));
        }
        if last && taken == 0 {
            break;
        }
        buffer.copy_within(taken..filled, 0);
        filled -= taken;
        if filled == buffer.len() {
            // Only a file that grew can fill a small buffer with less than a row.
            buffer.resize(2 * filled, 0);
        }
    }
    Ok(RangeRows { first: range.start, next: parser.next_row(), chunk: parser.finish() })
}

/// One byte more than a small file, so that its first block is known to be its last.
fn block_bytes(bytes: u64) -> usize {
    usize::try_from(bytes.saturating_add(1)).unwrap_or(BLOCK_BYTES).clamp(1024, BLOCK_BYTES)
}

type Named<S> = (String, S);

/// Leaves out files that hold the same bytes as one before. Only files of equal size are compared, by hash and then in full.
pub(super) fn once_each<S: Source>(files: Vec<Named<S>>) -> (Vec<Named<S>>, Vec<(Identical, u64)>) {
    let mut sizes: HashMap<u64, usize> = HashMap::new();
    for (_, source) in &files {
        *sizes.entry(source.bytes()).or_default() += 1;
    }
    let mut kept: Vec<Named<S>> = Vec::new();
    let mut identical = Vec::new();
    let mut seen: HashMap<(u64, u64), Vec<usize>> = HashMap::new();
    for (name, mut source) in files {
        let bytes = source.bytes();
        if bytes > 0
            && sizes[&bytes] > 1
            && let Ok(hash) = hash_of(&mut source)
        {
            let candidates = seen.entry((bytes, hash)).or_default();
            let twin = candidates.iter().copied().find(|&i| same_bytes(&mut kept[i].1, &mut source));
            if let Some(twin) = twin {
                let same_as = kept[twin].0.clone();
                identical.push((Identical { name, same_as }, bytes));
                continue;
            }
            candidates.push(kept.len());
        }
        kept.push((name, source));
    }
    (kept, identical)
}

fn hash_of<S: Source>(source: &mut S) -> Result<u64, String> {
    let mut hasher = std::hash::DefaultHasher::new();
    let mut block = vec![0; block_bytes(source.bytes())];
    let mut offset = 0;
    loop {
        let read = source.read_at(offset, &mut block)?;
        hasher.write(&block[..read]);
        offset += read as u64;
        if read < block.len() {
            return Ok(hasher.finish());
        }
    }
}

fn same_bytes<S: Source>(one: &mut S, other: &mut S) -> bool {
    let size = block_bytes(one.bytes());
    let (mut a, mut b) = (vec![0; size], vec![0; size]);
    let mut offset = 0;
    loop {
        match (one.read_at(offset, &mut a), other.read_at(offset, &mut b)) {
            (Ok(n), Ok(m)) if n == m && a[..n] == b[..m] => {
                if n < size {
                    return true;
                }
                offset += n as u64;
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Layout, RowParser, read_files};
    use crate::contract::{ColumnKind, Contract};
    use crate::ingest::{Assembly, Bytes, RawReader, RawRows, Unsent};
    use crate::table::{Log, RowPlace};
    use proptest::prelude::*;

    const HEADER: &str = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent";

    fn read(text: &[u8]) -> crate::ingest::Opened<Bytes<Vec<u8>>> {
        read_files(vec![("log.csv".into(), Bytes(text.to_vec()))], &Contract::default(), &mut |_| {}).unwrap()
    }

    /// The log as text: a row a line, then the violations.
    fn shown(log: &Log) -> String {
        let mut out = String::new();
        let readings = &log.readings;
        let mut rows: Vec<usize> = (0..readings.rows()).collect();
        rows.sort_by_key(|&row| readings.line[row]);
        for row in rows {
            let cell = |v: f64| if v.is_nan() { "-".into() } else { v.to_string() };
            let cells: Vec<String> = readings.metrics.iter().map(|metric| cell(metric.values[row])).collect();
            out += &format!(
                "{} {} {} {}\n",
                readings.line[row],
                readings.timestamp_us[row] / 1_000_000,
                readings.devices[readings.device_of(row)].name,
                cells.join(" ")
            );
        }
        for v in &log.violations {
            out += &format!(
                "{}:{} {} {:?}\n",
                v.line,
                v.column.map_or(String::new(), |c| c.to_string()),
                v.rule.name(),
                v.value
            );
        }
        out
    }

    #[test]
    fn reads_rows_violations_and_lines() {
        let text = format!(
            "\u{feff}{HEADER}\r\n1970-01-01 00:00:01,a,20,50,1000,80\r\n\r\n\"1970-01-01 00:00:02\",\"b\r\nc\",null,ERR,1000,101\r\n\
             1970-01-01 00:00:03,a,1\r\n,,51,50,1000,80\r\n1970-01-01 00:00:04,a,20,50,1000,80,\r\nx,\"a,20,50,1000,80\r\n1970-01-01 00:00:05,a,20,50,1000,80"
        );
        let opened = read(text.as_bytes());
        expect_test::expect![[r#"
            2 1 a 20 50 1000 80
            4 2 b
            c - - 1000 -
            10 5 a 20 50 1000 80
            4:3 not_a_number "ERR"
            4:5 out_of_bounds "101"
            6: ragged_row "3 of 6"
            7:0 missing_timestamp ""
            7:1 missing_device ""
            7:2 out_of_bounds "51"
            8: ragged_row "7 of 6"
            9: open_quote ""
        "#]]
        .assert_eq(&shown(&opened.log).replace('\r', ""));
        assert_eq!(opened.log.rows_read(), 7);
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_its_line_alone() {
        // The next quote, rows later, seems to close it.
        let row = |n: u32| format!("1970-01-01 00:00:{n:02},a,20,50,1000,80\n");
        let text = format!(
            "{HEADER}\n{}1970-01-01 00:00:02,\"a,20,50,1000,80\n{}{}1970-01-01 00:00:05,\"a\",20,50,1000,80\n{}",
            row(1),
            row(3),
            row(4),
            row(6)
        );
        let mut opened = read(text.as_bytes());
        assert_eq!(opened.log.readings.line, [2, 4, 5, 6, 7]);
        let found: Vec<(u32, &str)> = opened.log.violations.iter().map(|v| (v.line, v.rule.name())).collect();
        assert_eq!(found, [(3, "open_quote")]);
        let mut raw = RawReader::new(&opened.log.files, &mut opened.sources, &opened.layouts);
        assert_eq!(raw.raw_row(RowPlace { file: 0, line: 3 }).unwrap(), "1970-01-01 00:00:02,\"a,20,50,1000,80");
        assert_eq!(raw.raw_row(RowPlace { file: 0, line: 6 }).unwrap(), "1970-01-01 00:00:05,\"a\",20,50,1000,80");
        // A note over several lines stays one cell.
        let noted =
            format!("{HEADER},note\n1,a,20,50,1000,80,\"one, two\nthree, four, five\nsix\"\n2,a,20,50,1000,80,x\n");
        assert_eq!(read(noted.as_bytes()).log.readings.line, [2, 5]);
    }

    #[test]
    fn further_columns_are_metrics_when_nearly_all_numbers() {
        let mut text = format!("{HEADER},co2,note,empty\n");
        for i in 0..40 {
            let co2 = if i == 7 { "broken" } else { "400" };
            text += &format!("{i},a,20,50,1000,80,{co2},text{},\n", i % 3);
        }
        let log = read(text.as_bytes()).log;
        let names: Vec<&str> = log.readings.metrics.iter().map(|m| m.info.name.as_str()).collect();
        assert_eq!(names[4..], ["co2"]);
        assert_eq!(
            log.files[0].not_read,
            [("note".into(), "it holds text, such as \"text0\"".into()), ("empty".into(), "it has no values".into())]
        );
        assert_eq!(log.violations.len(), 1);
        assert_eq!(
            (log.violations[0].line, log.violations[0].column, &*log.violations[0].value),
            (9, Some(6), "broken")
        );
        assert!(log.readings.metrics[4].values[7].is_nan() && log.readings.metrics[4].values[8] == 400.0);
    }

    #[test]
    fn other_names_and_units_are_the_same_log() {
        let plain = read(format!("{HEADER}\n1,a,20,50,1000,80\n2,b,-10,55.5,1013.25,79\n").as_bytes()).log;
        let other =
            "Zeit;Sensor ID;Temp (°F);RH, %;Luftdruck [kPa];Batterie\n1;a;68;50;100;80\n2;b;14;55,5;101,325;79\n";
        let other = read(other.as_bytes()).log;
        assert_eq!(other.violations, []);
        assert_eq!(
            other.files[0].read_as,
            "semicolon, decimal comma, 6 columns, epoch seconds, UTC, \"Zeit\" as timestamp, \"Sensor ID\" as device_id, \
             \"Temp (°F)\" as temperature_celsius, \"RH, %\" as humidity_percent, \"Luftdruck [kPa]\" as pressure_hpa, \
             \"Batterie\" as battery_level_percent"
        );
        let (plain, other) = (plain.readings, other.readings);
        assert_eq!((&plain.devices, &plain.timestamp_us), (&other.devices, &other.timestamp_us));
        for (a, b) in plain.metrics.iter().zip(&other.metrics) {
            assert_eq!(a.info, b.info);
            for (a, b) in a.values.iter().zip(&b.values) {
                assert!((a - b).abs() <= 1e-9 * a.abs(), "{a}, {b}");
            }
        }
        // Bounds are those of the contract's unit.
        let hot =
            read(b"time,device,Temp (\xc2\xb0F),RH,Pressure,Battery\n1,a,121,50,1000,80\n2,a,123,50,1000,80\n").log;
        let found: Vec<(u32, &str)> = hot.violations.iter().map(|v| (v.line, &*v.value)).collect();
        assert_eq!(found, [(3, "123")]);
    }

    #[test]
    fn what_is_unusual_about_a_file_is_said() {
        let row = "1,sens\u{f6}r,20,50,1000,80\n";
        let text = format!("{HEADER}\n{row}{HEADER}\n{row}\n{HEADER}\n");
        let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
        for (bytes, expected) in [
            (text.clone().into_bytes(), "comma, 6 columns, epoch seconds, UTC"),
            (latin, "comma, 6 columns, epoch seconds, UTC, Windows-1252 where it is no UTF-8"),
            (text.encode_utf16().flat_map(u16::to_le_bytes).collect(), "UTF-16, comma, 6 columns, epoch seconds, UTC"),
        ] {
            let log = read(&bytes).log;
            assert_eq!((log.rows_read(), log.readings.rows(), log.violations.len()), (2, 2, 0));
            assert_eq!(log.readings.devices[0].name, "sens\u{f6}r");
            assert_eq!(log.files[0].repeated_headers, [3, 6]);
            let expected = format!("{expected}; line 3 and 1 more repeat the header and are skipped");
            assert_eq!(log.files[0].read_as, expected);
        }
    }

    #[test]
    fn a_file_of_the_same_bytes_is_read_once() {
        let text = format!("{HEADER}\n1,a,20,50,1000,80\n").into_bytes();
        let mut other = text.clone();
        let at = other.len() - 2;
        other[at] = b'1';
        let files = vec![("a".into(), Bytes(text.clone())), ("b".into(), Bytes(other)), ("c".into(), Bytes(text))];
        let opened = read_files(files, &Contract::default(), &mut |_| {}).unwrap();
        assert_eq!(opened.log.files.len(), 2);
        assert_eq!(opened.identical[0].sentence(), "c holds the same bytes as a and was read once");
    }

    #[test]
    fn refusals_name_what_was_seen() {
        let refuse = |bytes: &[u8]| {
            read_files(vec![("x.csv".into(), Bytes(bytes.to_vec()))], &Contract::default(), &mut |_| {})
                .err()
                .unwrap()
                .to_string()
        };
        let slash = format!("{HEADER}\n01/02/2024 08:00,a,20,50,1000,80\n");
        let seen: Vec<String> = [
            &b""[..],
            b"\n\n",
            b"\x89PNG\r\n\x1a\n",
            b"PK\x03\x04....",
            b"\xff\xfet\0i\0",
            b"t\0i\0m\0e\0",
            b"\0\0\0\0",
            b"<!DOCTYPE html><html>",
            b"timestamp;device_id;temperature_celsius;humidity_percent;pressure\n",
            b"timestamp\tdevice_id\ttemperature_celsius\n",
            b"a,b,c\n1,2,3\n",
            b"timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent,Timestamp\n",
            b"caf\xe9,b\n",
            slash.as_bytes(),
        ]
        .iter()
        .map(|bytes| refuse(bytes))
        .collect();
        expect_test::expect![[r#"
            x.csv: the file is empty; expected a header line and readings
            x.csv: the file holds only blank lines; expected a header line and readings
            x.csv: expected a CSV file, but found a PNG picture
            x.csv: expected a CSV file, but found an Excel workbook or zip archive: save the sheet as CSV, or unpack the archive, and open that
            x.csv: expected a table of readings, but found no lines with columns that are alike
            x.csv: expected a table of readings, but found no lines with columns that are alike
            x.csv: expected a CSV file, but found binary data (a zero byte in the first line)
            x.csv: expected a CSV file, but found an HTML page: perhaps a download that needed a login
            x.csv line 1: expected the column battery_level_percent, but found "timestamp", "device_id", "temperature_celsius", "humidity_percent", "pressure"
            x.csv line 1: expected the columns humidity_percent, pressure_hpa, battery_level_percent, but found "timestamp", "device_id", "temperature_celsius"
            x.csv: expected a column of times, but found none: no date, no seconds since 1970; this is no log of readings
            x.csv line 1: expected the column timestamp once, but found it as columns 1 and 7
            x.csv: expected a table of readings, but found no lines with columns that are alike
            x.csv line 2, timestamp: the dates may be day first or month first, and no line proves which; say which (on the command line with --date-order): "01/02/2024 08:00""#]]
        .assert_eq(&seen.join("\n"));
    }

    /// The columns that the tests of arbitrary bytes read: few, so that rows of the right width are common.
    fn narrow() -> Contract {
        let mut contract = Contract::default();
        contract.columns.retain(|c| c.kind != ColumnKind::Number || c.name == "temperature_celsius");
        contract
    }

    fn in_blocks(text: &[u8], cuts: &[usize]) -> Result<Log, String> {
        let contract = narrow();
        let layout = Layout::of("x", text, true, &contract).map_err(|e| e.to_string())?;
        let mut assembly = Assembly::<Unsent>::new(&contract);
        assembly.begin_file("x", text.len() as u64, &layout);
        let mut parser = RowParser::new("x", &layout, layout.first_offset, u64::from(layout.first_line));
        let mut start = usize::try_from(layout.first_offset).unwrap();
        for cut in cuts.iter().copied().filter(|c| *c < text.len()).chain([text.len()]) {
            if cut >= start {
                start += parser.parse(&text[start..cut], cut == text.len()).map_err(|e| e.to_string())?;
            }
        }
        assert_eq!(start, text.len());
        assembly.push(parser.finish()).map_err(|e| e.to_string())?;
        Ok(assembly.finish())
    }

    fn same(a: &Log, b: &Log) -> bool {
        let rest = |log: &Log| Log { readings: crate::table::Readings::default(), ..log.clone() };
        a.readings.same_bits(&b.readings) && rest(a) == rest(b)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_cut_gives_the_same_log_and_loses_no_row(
            body in "(1970-01-0[1-9](,[ab]){0,1}|[0-9]{1,3}|\"|\"\"|,|\n|\r|\r\n|x|é|\0|20.5){0,40}",
            mut cuts in prop::collection::vec(0_usize..200, 0..6),
        ) {
            let text = format!("timestamp,device_id,temperature_celsius,n\n{body}");
            cuts.sort_unstable();
            let whole = in_blocks(text.as_bytes(), &[]);
            let cut = in_blocks(text.as_bytes(), &cuts);
            match (&whole, &cut) {
                (Ok(whole), Ok(cut)) => prop_assert!(same(whole, cut), "{whole:?}\n{cut:?}"),
                _ => prop_assert_eq!(whole.is_err(), cut.is_err()),
            }
            if let Ok(log) = &whole {
                let kept: std::collections::BTreeSet<u32> = log.readings.line.iter().copied().collect();
                let condemned: std::collections::BTreeSet<u32> = log.violations.iter().filter(|v| v.rule.condemns_row()).map(|v| v.line).collect();
                prop_assert!(kept.is_disjoint(&condemned));
                prop_assert_eq!(log.rows_read(), (kept.len() + condemned.len()) as u64);
                // Every row can be had again.
                let mut sources = [Bytes(text.as_bytes())];
                let layout = Layout::of("x", text.as_bytes(), true, &narrow()).unwrap();
                let mut raw = RawReader::new(&log.files, &mut sources, std::slice::from_ref(&layout));
                for line in kept.union(&condemned) {
                    prop_assert!(raw.raw_row(RowPlace { file: 0, line: *line }).is_ok(), "line {}", line);
                }
            }
        }

        #[test]
        fn records_are_those_of_the_csv_crate(body in "([ab1]|\"|\"\"|,|\n|\r|\r\n){0,30}") {
            let mut at = 0;
            let mut ours: Vec<Vec<String>> = Vec::new();
            while at < body.len() {
                let (cells, end) = crate::ingest::record::cells_of(body.as_bytes(), b',', at, true);
                let crate::ingest::record::End::Complete { end, next, .. } = end else { return Ok(()) };
                if end > at { ours.push(cells); }
                at = next;
            }
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(body.as_bytes());
            let theirs: Vec<Vec<String>> = reader.records().map(|r| r.unwrap().iter().map(String::from).collect()).collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}
