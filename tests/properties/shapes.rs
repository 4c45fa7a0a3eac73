//! Reading bytes as a log in one go and in pieces, and comparing logs.

use sensorium::Error;
use sensorium::contract::Contract;
use sensorium::ingest::{Assembly, Bytes, Layout, Opened, RowParser, Unsent, read_files};
use sensorium::pipeline::Outcome;
use sensorium::table::{Log, Readings};

pub fn read(bytes: &[u8]) -> Result<Opened<Bytes<Vec<u8>>>, Error> {
    read_files(vec![("log.csv".to_owned(), Bytes(bytes.to_vec()))], &Contract::default(), &mut |_| {})
}

/// Reads the same bytes in blocks that end at the cuts. Where a cut says so, what was parsed becomes a chunk of its own.
pub fn in_chunks(bytes: &[u8], cuts: &[(usize, bool)]) -> Log {
    let contract = Contract::default();
    let layout = Layout::of("log.csv", bytes, true, &contract).expect("a layout");
    let mut assembly = Assembly::<Unsent>::new(&contract);
    assembly.begin_file("log.csv", bytes.len() as u64, &layout);
    let mut start = usize::try_from(layout.first_offset).expect("a small file");
    let mut parser = RowParser::new("log.csv", &layout, layout.first_offset, u64::from(layout.first_line));
    let inside = cuts.iter().copied().filter(|(cut, _)| *cut < bytes.len());
    for (cut, ends_chunk) in inside.chain([(bytes.len(), false)]).filter(|(cut, _)| *cut >= start).collect::<Vec<_>>() {
        if cut < start {
            continue;
        }
        start += parser.parse(&bytes[start..cut], cut == bytes.len()).expect("text");
        if ends_chunk {
            let line = 1 + line_ends(&bytes[..start]);
            let next = RowParser::new("log.csv", &layout, start as u64, line);
            assembly.push(std::mem::replace(&mut parser, next).finish()).expect("a small log");
        }
    }
    assert_eq!(start, bytes.len(), "every byte is read");
    assembly.push(parser.finish()).expect("a small log");
    assembly.finish()
}

fn line_ends(bytes: &[u8]) -> u64 {
    let ends = |(i, byte): (usize, &u8)| match byte {
        b'\n' => i == 0 || bytes[i - 1] != b'\r',
        b'\r' => true,
        _ => false,
    };
    bytes.iter().enumerate().filter(|pair| ends(*pair)).count() as u64
}

/// Whether two logs hold the same. Marks may lie elsewhere: they only say from where a row can be found again.
pub fn same_log(one: &Log, other: &Log) -> bool {
    let rest = |log: &Log| {
        let mut log = Log { readings: Readings::default(), ..log.clone() };
        log.files.iter_mut().for_each(|file| file.marks.clear());
        log
    };
    one.readings.same_bits(&other.readings) && rest(one) == rest(other)
}

/// The lines of every row, wherever it went, each as often as it is accounted for.
pub fn lines_of(outcome: &Outcome) -> Vec<u32> {
    let cleaned = &outcome.cleaned;
    let mut lines = cleaned.readings.line.clone();
    lines.extend(cleaned.dropped.iter().map(|dropped| dropped.place.line));
    lines.extend(cleaned.set_aside.iter().map(|place| place.line));
    lines
}
