//! One file on several threads: ranges read side by side, joined in order as they come. Native only; in the browser ranges are
//! read by workers.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use super::ranges::{RangeRows, read_range, reconcile};
use super::{Assembly, Layout, Source};
use crate::Error;

/// Bytes of a range: small enough that threads end together, large enough that their starts cost nothing. Tests cut small files.
const RANGE_BYTES: u64 = if cfg!(test) { 64 << 10 } else { 8 << 20 };

type Read = Result<RangeRows, Error>;

/// Reads the rows of a file on up to `threads` threads into the assembly, whose current file it is. None when the source cannot
/// be opened again or is too small to be worth it: then nothing was done.
pub(super) fn read_rows<S: Source + Send>(
    name: &str,
    source: &mut S,
    layout: &Layout,
    threads: usize,
    assembly: &mut Assembly,
    progress: &mut impl FnMut(u64, u64),
) -> Option<Result<(), Error>> {
    let ranges = ranges(source.bytes());
    if threads < 2 || ranges.len() < 2 {
        return None;
    }
    let sources: Vec<S> = (0..threads.min(ranges.len())).map_while(|_| source.again()).collect();
    if sources.len() < 2 {
        return None;
    }
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    Some(std::thread::scope(|scope| {
        for mut source in sources {
            let (sender, next, ranges) = (sender.clone(), &next, &ranges);
            scope.spawn(move || {
                while let Some(range) = ranges.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let read = read_range(name, &mut source, layout, range.clone(), &mut |_, _| {});
                    if sender.send((range.start, read)).is_err() {
                        // Whoever waits has given up.
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut rows = 0;
        let in_order = InOrder { ranges: ranges.iter(), receiver, early: BTreeMap::new() };
        let told = in_order.inspect(|(range, read)| {
            rows += read.as_ref().map_or(0, |read| read.chunk.rows_read);
            progress(range.end, rows);
        });
        reconcile(name, source, layout, told, assembly)
    }))
}

fn ranges(bytes: u64) -> Vec<Range<u64>> {
    (0..bytes.div_ceil(RANGE_BYTES)).map(|i| i * RANGE_BYTES..((i + 1) * RANGE_BYTES).min(bytes)).collect()
}

/// Ranges in file order, whatever order they are read in.
struct InOrder<'a> {
    ranges: std::slice::Iter<'a, Range<u64>>,
    receiver: mpsc::Receiver<(u64, Read)>,
    early: BTreeMap<u64, Read>,
}

impl Iterator for InOrder<'_> {
    type Item = (Range<u64>, Read);

    fn next(&mut self) -> Option<Self::Item> {
        let range = self.ranges.next()?.clone();
        loop {
            if let Some(read) = self.early.remove(&range.start) {
                return Some((range, read));
            }
            let (start, read) = self.receiver.recv().ok()?;
            self.early.insert(start, read);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::contract::Contract;
    use crate::ingest::{Bytes, read_files, read_files_on};

    /// Rows with quoted line ends in some device ids, long enough for several ranges.
    #[test]
    fn threads_give_the_log_of_one_reader() {
        let mut text = String::from(
            "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n",
        );
        let mut seed = 1_u64;
        while text.len() < (1 << 20) {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let device = if seed >> 60 == 0 { "\"two\nlines\"" } else { "one" };
            text += &format!("{},{device},{}.5,50,1000,{}\n", seed >> 40, seed >> 59, seed >> 58);
        }
        let files = || vec![("log.csv".to_string(), Bytes(text.as_bytes()))];
        let one = read_files(files(), &Contract::default(), &mut |_| {}).unwrap().log;
        let mut last = 0;
        let several =
            read_files_on(3, files(), &Contract::default(), &mut |at| last = at.bytes_done.max(last)).unwrap().log;
        assert_eq!(last, text.len() as u64);
        assert_eq!(one.timestamp_us, several.timestamp_us);
        assert_eq!(one.line, several.line);
        assert_eq!(one.violations, several.violations);
        assert_eq!(one.rows_read(), several.rows_read());
        let names = |log: &crate::table::Log| -> Vec<String> {
            log.device.iter().map(|d| log.devices[*d as usize].clone()).collect()
        };
        assert_eq!(names(&one), names(&several));
        assert!(one.values[0].iter().zip(&several.values[0]).all(|(a, b)| a.to_bits() == b.to_bits()));
    }

    #[test]
    fn a_file_that_fails_midway_leaves_no_row() {
        let good = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n"
            .to_string()
            + &"1,a,20,50,1000,80\n".repeat(20_000);
        let mut bad = good.clone().into_bytes();
        let at = bad.len() - 30;
        bad[at] = 0xE9;
        let files = vec![("bad.csv".to_string(), Bytes(bad)), ("good.csv".to_string(), Bytes(good.into_bytes()))];
        let opened = read_files_on(2, files, &Contract::default(), &mut |_| {}).unwrap();
        assert_eq!(opened.left_out[0].position().line, Some(20_000));
        assert_eq!((opened.log.rows(), opened.log.files.len()), (20_000, 1));
        assert_eq!(opened.log.files[0].first_row, 0);
    }
}
