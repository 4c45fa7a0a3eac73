//! Ranges of files on several threads. Native only; in the browser ranges are read by workers.

use std::ops::Range;
use std::sync::{Arc, Mutex, mpsc};

use super::files::{Opened, ReadProgress};
use super::ranges::{RangeRows, read_range};
use super::reading::Reading;
use super::{Hints, Layout, Source, Stored};
use crate::Error;
use crate::contract::Contract;

/// Ranges under way or waiting, a thread.
const WAITING: usize = 3;

/// A range, and what reading it needs.
struct Job<S> {
    id: u32,
    name: String,
    source: Stored<S>,
    layout: Arc<Layout>,
    range: Range<u64>,
}

/// As [`super::read_files`], on several threads: ranges side by side.
///
/// # Errors
/// As [`super::read_files`].
pub fn read_files_on<S: Source + Send>(
    threads: usize,
    files: Vec<(String, S)>,
    contract: &Contract,
    hints: Hints,
    progress: &mut impl FnMut(ReadProgress),
) -> Result<Opened<S>, Error> {
    read_on(threads, Reading::new(files, contract).told(hints), progress)
}

fn read_on<S: Source + Send>(
    threads: usize,
    mut reading: Reading<S>,
    progress: &mut impl FnMut(ReadProgress),
) -> Result<Opened<S>, Error> {
    let threads = threads.max(1);
    let (jobs, waiting) = mpsc::channel::<Job<S>>();
    let waiting = Mutex::new(waiting);
    let (results, read) = mpsc::channel::<(u32, Option<RangeRows>)>();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (waiting, results) = (&waiting, results.clone());
            scope.spawn(move || {
                loop {
                    // A poisoned lock means that another thread panicked, which ends the scope anyway.
                    let Some(mut job) = waiting.lock().ok().and_then(|waiting| waiting.recv().ok()) else { return };
                    let rows = read_range(&job.name, &mut job.source, &job.layout, job.range).ok();
                    if results.send((job.id, rows)).is_err() {
                        return;
                    }
                }
            });
        }
        let mut under_way = 0;
        loop {
            while under_way < threads * WAITING
                && let Some(task) = reading.next_task()
            {
                // Its layout first: looking at it may turn a file into text.
                let layout = reading.layout(task.file).ok();
                let source = reading.source(task.file).again();
                let name = reading.name(task.file).to_string();
                let job = source.zip(layout).map(|(source, layout)| Job {
                    id: task.id,
                    name,
                    source,
                    layout,
                    range: task.range,
                });
                // What no thread can read is read here.
                match job.map(|job| jobs.send(job)) {
                    Some(Ok(())) => under_way += 1,
                    _ => reading.accept(task.id, None),
                }
            }
            if under_way == 0 {
                break;
            }
            let Ok((id, rows)) = read.recv() else { break };
            under_way -= 1;
            reading.accept(id, rows.map(Into::into));
            progress(reading.progress());
        }
        drop(jobs);
    });
    reading.finish()
}

#[cfg(test)]
mod tests {
    use super::read_on;
    use crate::contract::Contract;
    use crate::ingest::reading::Reading;
    use crate::ingest::{Bytes, Hints, read_files, read_files_on};

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
        let reading = Reading::in_ranges(files(), &Contract::default(), 50_000);
        let several = read_on(3, reading, &mut |at| last = at.bytes_done.max(last)).unwrap().log;
        assert_eq!(last, text.len() as u64);
        assert_eq!(one.violations, several.violations);
        assert_eq!(one.rows_read(), several.rows_read());
        assert!(one.readings.same_bits(&several.readings));
    }

    #[test]
    fn a_file_that_fails_midway_leaves_no_row() {
        let good = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n"
            .to_string()
            + &"1,a,20,50,1000,80\n".repeat(20_000);
        let bad = [good.as_bytes(), &vec![b'x'; (1 << 20) + 1], b"\n1,a,20,50,1000,80\n"].concat();
        let files = vec![("bad.csv".to_string(), Bytes(bad)), ("good.csv".to_string(), Bytes(good.into_bytes()))];
        let opened = read_files_on(2, files, &Contract::default(), Hints::default(), &mut |_| {}).unwrap();
        assert_eq!(opened.left_out[0].position().line, Some(20_002));
        assert_eq!((opened.log.readings.rows(), opened.log.files.len()), (20_000, 1));
    }
}
