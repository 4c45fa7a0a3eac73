//! Reading files into one log, range by range, in whatever order the ranges are read and by whomever.
//!
//! Owns the plan: which ranges there are, which were handed out, which can be joined. Assumes that every task handed out is
//! accepted once. Reads nothing but heads of files, ranges that nobody else read, and those whose assumption was wrong
//! ([`super::ranges`]). The same plan serves one reader, threads, and the workers of a browser.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use super::files::{Identical, Opened, ReadProgress, layout_of, once_each};
use super::layout::Hints;
use super::ranges::{Arrived, join};
use super::source::Stored;
use super::whole::{bytes_of, files_of};
use super::{Assembly, Chunk, Layout, Source, surveyed, unpacked};
use crate::contract::Contract;
use crate::survey::Told;
use crate::{Error, ErrorKind};

/// Bytes of a range, at most: small enough that several readers end together and that one range's columns stay in the cache,
/// large enough that its start costs nothing.
const RANGE_BYTES: u64 = 4 << 20;

/// A range of a file that someone shall read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub id: u32,
    /// Index of the file, as [`Reading::name`] and [`Reading::source`] take it.
    pub file: usize,
    pub range: Range<u64>,
}

/// A log that is being read.
pub struct Reading<S: Source> {
    contract: Contract,
    hints: Hints,
    /// Length of a range; none for what suits each file.
    range_bytes: Option<u64>,
    files: Vec<OneFile<S>>,
    identical: Vec<Identical>,
    /// Files that cannot be read, by index.
    left_out: Vec<(usize, Error)>,
    assembly: Assembly<S::Sent>,
    /// Where the next task begins; none at the start of a file.
    next: (usize, Option<u64>),
    /// Handed out and not joined yet, in order.
    handed_out: VecDeque<Task>,
    next_id: u32,
    /// Accepted before the ranges ahead of them.
    early: HashMap<u32, Option<Arrived<S::Sent>>>,
    /// Index of the file that is being joined, and where its next row starts.
    joining: Option<(usize, u64)>,
    at: ReadProgress,
}

struct OneFile<S> {
    name: String,
    source: Stored<S>,
    /// Bytes of the file as it stands.
    bytes: u64,
    /// Bytes that ranges are planned for: those of the file, or of the text that it was turned into.
    planned: u64,
    /// What it was turned into text from, step by step.
    turned_from: Vec<String>,
    /// None until the head was looked at.
    layout: Option<Result<Arc<Layout>, Error>>,
    /// The rows of a file that was surveyed whole, until they are joined.
    surveyed: Option<Chunk>,
}

impl<S: Source> OneFile<S> {
    /// The files that a file holds: itself, or each entry of an archive.
    fn of(name: String, source: S) -> Vec<Self> {
        let bytes = source.bytes();
        let one = |(name, source): (String, Result<Stored<S>, Error>)| match source {
            Ok(source) => {
                let turned_from =
                    if matches!(source, Stored::Text(_)) { vec![String::from("zip")] } else { Vec::new() };
                let bytes = source.bytes();
                Self { name, bytes, planned: bytes, source, turned_from, layout: None, surveyed: None }
            }
            Err(error) => {
                let layout = Some(Err(error));
                let (source, turned_from) = (Stored::nothing(), Vec::new());
                Self { name, bytes, planned: bytes, source, turned_from, layout, surveyed: None }
            }
        };
        files_of(&name, source).into_iter().map(one).collect()
    }

    /// Bytes of the file that a range stands for; of all ranges, together, all.
    fn share_of(&self, range: &Range<u64>) -> u64 {
        let share = |at: u64| {
            (u128::from(at.min(self.planned)) * u128::from(self.bytes) / u128::from(self.planned.max(1))) as u64
        };
        share(range.end).saturating_sub(share(range.start))
    }
}

impl<S: Source> Reading<S> {
    /// Plans to read files, in the order given. Files that hold the same bytes as one before are left out.
    pub fn new(files: Vec<(String, S)>, contract: &Contract) -> Self {
        Self::planned(files, contract, None)
    }

    /// The same, in ranges of so many bytes.
    pub fn in_ranges(files: Vec<(String, S)>, contract: &Contract, range_bytes: u64) -> Self {
        Self::planned(files, contract, Some(range_bytes.max(1)))
    }

    fn planned(files: Vec<(String, S)>, contract: &Contract, range_bytes: Option<u64>) -> Self {
        let (files, identical) = once_each(files);
        let files: Vec<OneFile<S>> = files.into_iter().flat_map(|(name, source)| OneFile::of(name, source)).collect();
        let bytes_total = files.iter().map(|one| one.bytes).sum();
        Self {
            contract: contract.clone(),
            hints: Hints::default(),
            range_bytes,
            files,
            identical: identical.into_iter().map(|(identical, _)| identical).collect(),
            left_out: Vec::new(),
            assembly: Assembly::new(contract),
            next: (0, None),
            handed_out: VecDeque::new(),
            next_id: 0,
            early: HashMap::new(),
            joining: None,
            at: ReadProgress { bytes_total, ..ReadProgress::default() },
        }
    }

    /// The same plan, read as a person said.
    #[must_use]
    pub fn told(mut self, hints: Hints) -> Self {
        self.hints = hints;
        self
    }

    /// The next range to be read; none when all are handed out. Reads nothing.
    pub fn next_task(&mut self) -> Option<Task> {
        loop {
            let (file, start) = self.next;
            let one = self.files.get(file)?;
            let bytes = one.planned;
            if self.is_left_out(file) {
                self.next = (file + 1, None);
                self.at.bytes_done += start.map_or(0, |start| one.share_of(&(start..bytes)));
                continue;
            }
            if start.is_some_and(|start| start >= bytes) {
                self.next = (file + 1, None);
                continue;
            }
            let start = start.unwrap_or(0);
            let range_bytes = self.range_bytes.unwrap_or_else(|| suitable(bytes));
            let end = one.source.cut(bytes.min(start + range_bytes));
            self.next = (file, Some(end.max(1)));
            let task = Task { id: self.next_id, file, range: start..end };
            self.next_id = self.next_id.wrapping_add(1);
            self.handed_out.push_back(task.clone());
            return Some(task);
        }
    }

    /// Files are joined in order, so that these are in order too.
    fn leave_out(&mut self, file: usize, error: Error) {
        self.left_out.push((file, error));
    }

    fn is_left_out(&self, file: usize) -> bool {
        self.left_out.iter().any(|(index, _)| *index == file)
    }

    /// Name of a task's file.
    pub fn name(&self, file: usize) -> &str {
        &self.files[file].name
    }

    /// A task's file.
    pub fn source(&self, file: usize) -> &Stored<S> {
        &self.files[file].source
    }

    /// How a task's file is read, judged by its head, which is read once.
    ///
    /// # Errors
    /// Why it is no table.
    pub fn layout(&mut self, file: usize) -> Result<Arc<Layout>, Error> {
        let OneFile { name, source, layout, turned_from, surveyed, .. } = &mut self.files[file];
        let known = layout.is_some();
        // A told encoding is of the bytes as they stand, in an archive or without.
        let told = self.hints.told.encoding.is_some();
        let look = || {
            let mut found = layout_of(name, source, &self.contract, &self.hints);
            // What is no UTF-8 may become some, an archive of UTF-16 in two steps.
            for _ in 0..2 {
                if !found.as_ref().is_err_and(|error| error.kind() == ErrorKind::Encoding) {
                    break;
                }
                let word = unpacked::turn(source, !told).map_err(|why| Error::new(ErrorKind::Encoding, name, why))?;
                let Some(word) = word else { break };
                turned_from.push(word.to_string());
                found = layout_of(name, source, &self.contract, &self.hints);
            }
            let misread = |error: &Error| is_of_another_shape(error) || told && error.kind() == ErrorKind::Encoding;
            if found.as_ref().is_err_and(misread) || found.is_ok() && self.hints.says_more() {
                let whole = bytes_of(name, source, self.hints.told.encoding.as_deref())?;
                let told = Told { order: self.hints.order, ..self.hints.told.clone() };
                let read = surveyed::read::<S>(name, &whole, &told, &self.contract);
                let (layout, chunk) = read.map_err(|why| {
                    better(found.as_ref().err().filter(|error| is_of_another_shape(error)), why, &self.contract)
                })?;
                turned_from.extend(whole.from);
                *surveyed = Some(chunk);
                found = Ok(layout);
            }
            found.map(Arc::new)
        };
        let layout = layout.get_or_insert_with(look).clone();
        if !known && layout.is_ok() {
            self.plan_anew(file);
        }
        layout
    }

    /// Has the ranges of a file that was turned into text be those of its text, unless they are all handed out.
    fn plan_anew(&mut self, file: usize) {
        let (at, one) = (self.next.0, &mut self.files[file]);
        if at <= file && one.surveyed.is_none() {
            one.planned = one.planned.max(one.source.bytes());
        }
    }

    /// Takes what was read of a task, or nothing: then it is read here. Joins what can be joined.
    pub fn accept(&mut self, id: u32, read: Option<Arrived<S::Sent>>) {
        if let Some(rows) = &read {
            self.at.rows += rows.head.rows_read;
        }
        self.early.insert(id, read);
        while let Some(task) = self.handed_out.front() {
            let Some(read) = self.early.remove(&task.id) else {
                return;
            };
            if let Some(task) = self.handed_out.pop_front() {
                self.join(&task, read);
            }
        }
    }

    fn join(&mut self, task: &Task, read: Option<Arrived<S::Sent>>) {
        // Its layout first: it may tell that there is more than was planned.
        let layout = if self.is_left_out(task.file) { None } else { Some(self.layout(task.file)) };
        self.at.bytes_done += self.files[task.file].share_of(&task.range);
        let Some(layout) = layout else { return };
        let layout = match layout {
            Ok(layout) => layout,
            Err(error) => {
                self.leave_out(task.file, error);
                return;
            }
        };
        let one = &mut self.files[task.file];
        let mut expected = match self.joining {
            Some((file, expected)) if file == task.file => expected,
            _ => {
                self.assembly.begin_file(&one.name, one.bytes, &layout);
                if !one.turned_from.is_empty() {
                    self.assembly.note(&one.turned_from.join(", "));
                }
                if let Some(chunk) = one.surveyed.take() {
                    one.source.rest();
                    let pushed = self.assembly.push(chunk);
                    self.joining = Some((task.file, u64::MAX));
                    if let Err(error) = pushed {
                        self.assembly.abandon_file();
                        self.leave_out(task.file, error);
                    }
                    self.at.rows = self.at.rows.max(self.assembly.rows_read());
                    return;
                }
                layout.first_offset
            }
        };
        let counted = read.as_ref().map_or(0, |rows| rows.head.rows_read);
        let before = self.assembly.rows_read();
        let mut range = task.range.clone();
        if range.end == one.planned {
            // Text may be longer than the file that it was turned from, and was planned for.
            range.end = range.end.max(one.source.bytes());
        }
        let joined = join(&one.name, &mut one.source, &layout, range, read, &mut expected, &mut self.assembly);
        self.joining = Some((task.file, expected));
        if expected >= one.source.bytes() {
            one.source.rest();
        }
        if let Err(error) = joined {
            self.assembly.abandon_file();
            self.leave_out(task.file, error);
        }
        // What was read again may have other rows.
        self.at.rows = (self.at.rows + self.assembly.rows_read()).saturating_sub(before + counted);
    }

    /// Whether every range of every file is joined.
    pub fn done(&self) -> bool {
        self.handed_out.is_empty() && self.next.0 >= self.files.len()
    }

    pub fn progress(&self) -> ReadProgress {
        self.at
    }

    /// About how many bytes the whole log will take when it is read and computed, judged by what was read so far; none before
    /// anything was.
    pub fn needs_bytes(&self) -> Option<u64> {
        let rows = self.assembly.rows();
        if rows == 0 || self.at.bytes_done == 0 {
            return None;
        }
        let all = rows as f64 * self.at.bytes_total as f64 / self.at.bytes_done as f64;
        let row = crate::table::bytes_per_reading(self.assembly.metrics(), self.files.len() > 1);
        Some((all * row) as u64)
    }

    /// Why the log cannot be held in `memory_bytes`, if by what was read so far it cannot.
    pub fn too_large_for(&self, memory_bytes: u64) -> Option<Error> {
        let needs = self.needs_bytes().filter(|needs| *needs > memory_bytes)?;
        let file = self.files.first().map_or("", |one| one.name.as_str());
        let gigabytes = |bytes: u64| format!("{:.1} GB", bytes as f64 / 1e9);
        let sentence = format!(
            "the log needs about {} of memory, and a page has {}; read it with the command line (sensorium run), or fewer files at once",
            gigabytes(needs),
            gigabytes(memory_bytes)
        );
        Some(Error::new(ErrorKind::TooLarge, file, sentence))
    }

    /// The log.
    ///
    /// # Errors
    /// When no file at all can be read: the first file's error; when one leaves a question open: that question.
    pub fn finish(self) -> Result<Opened<S>, Error> {
        let (mut sources, mut layouts) = (Vec::new(), Vec::new());
        for (index, OneFile { source, layout, .. }) in self.files.into_iter().enumerate() {
            if let Some(Ok(layout)) = layout.filter(|_| !self.left_out.iter().any(|(file, _)| *file == index)) {
                sources.push(source);
                layouts.push(Arc::unwrap_or_clone(layout));
            }
        }
        let left_out: Vec<Error> = self.left_out.into_iter().map(|(_, error)| error).collect();
        // A question is asked before anything is shown.
        if let Some(question) = left_out.iter().find(|error| !error.choices().is_empty()) {
            return Err(question.clone());
        }
        if sources.is_empty() {
            let nothing = || Error::new(ErrorKind::Empty, "", "no file was given");
            return Err(left_out.into_iter().next().unwrap_or_else(nothing));
        }
        let mut log = self.assembly.finish();
        log.readings.zone = self.hints.told.zone.unwrap_or_default();
        Ok(Opened { log, sources, layouts, left_out, identical: self.identical })
    }
}

/// Whether what refuses a file is its shape: a survey may read it. Columns that stand twice stay refused.
fn is_of_another_shape(error: &Error) -> bool {
    let twice = error.findings().iter().any(|finding| finding.rule == "required column repeated");
    matches!(error.kind(), ErrorKind::Header | ErrorKind::Dialect) && error.choices().is_empty() && !twice
}

/// Of the reasons against a file the one to tell: where its header has some of the contract's columns, that it lacks the others.
fn better(header: Option<&Error>, survey: Error, contract: &Contract) -> Error {
    let absent = header.map_or(usize::MAX, |error| error.findings().len());
    match header {
        Some(header) if absent + 2 <= contract.columns.len() && survey.choices().is_empty() => header.clone(),
        _ => survey,
    }
}

/// Ranges of a file are equally long, and more than one are even in number: so do two readers, or four, end together.
fn suitable(bytes: u64) -> u64 {
    let count = match bytes.div_ceil(RANGE_BYTES) {
        0 | 1 => 1,
        several => several + several % 2,
    };
    bytes.div_ceil(count).max(1)
}

#[cfg(test)]
mod tests {
    use super::Reading;
    use crate::contract::Contract;
    use crate::ingest::{Bytes, Hints, Source, read_range};
    use crate::survey::Told;

    const HEADER: &str =
        "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n";

    fn log(rows: u32) -> String {
        let row = |n: u32| format!("{},d{},20.5,50,1000,80\n", n / 3, n % 3);
        HEADER.to_string() + &(0..rows).map(row).collect::<String>()
    }

    /// Reads the tasks in the order that `pick` says, of those under way.
    fn read(files: &[String], range_bytes: u64, mut pick: impl FnMut(usize) -> usize) -> crate::table::Readings {
        let named = |(n, text): (usize, &String)| (format!("{n}.csv"), Bytes(text.clone().into_bytes()));
        let mut reading =
            Reading::in_ranges(files.iter().enumerate().map(named).collect(), &Contract::default(), range_bytes);
        let mut under_way = Vec::new();
        loop {
            while let Some(task) = (under_way.len() < 4).then(|| reading.next_task()).flatten() {
                under_way.push(task);
            }
            if under_way.is_empty() {
                break;
            }
            let task = under_way.swap_remove(pick(under_way.len()));
            let mut source = reading.source(task.file).again().unwrap();
            let layout = reading.layout(task.file).unwrap();
            reading.accept(task.id, read_range("x", &mut source, &layout, task.range).ok().map(Into::into));
        }
        assert!(reading.done());
        let at = reading.progress();
        assert_eq!(at.bytes_done, at.bytes_total);
        let opened = reading.finish().unwrap();
        assert_eq!(at.rows, opened.log.rows_read());
        opened.log.readings
    }

    #[test]
    fn ranges_of_several_files_may_come_in_any_order() {
        let files = [log(500), HEADER.to_string(), log(3), log(700)];
        let whole = read(&files, u64::MAX / 2, |_| 0);
        assert_eq!(whole.rows(), 1203);
        assert!(whole.same_bits(&read(&files, 1000, |_| 0)));
        assert!(whole.same_bits(&read(&files, 777, |count| count - 1)));
        let mut n = 0_usize;
        assert!(whole.same_bits(&read(&files, 150, |count| {
            n += 7;
            n % count
        })));
    }

    #[test]
    fn a_told_encoding_is_of_the_bytes_as_they_stand() {
        let row = |n: u32| format!("2024-03-01 08:{:02}:00,grün{},20.5,50,1000,80\n", n / 3, n % 3);
        let text = HEADER.to_string() + &(0..40).map(row).collect::<String>();
        let plain = read(std::slice::from_ref(&text), 1 << 20, |_| 0);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for mark in [&b"\xFF\xFE"[..], b""] {
            let files = vec![("a.csv".to_string(), Bytes([mark, &bytes].concat()))];
            let told = Told { encoding: Some("utf-16le".into()), ..Told::default() };
            let hints = Hints { told, ..Hints::default() };
            let mut reading = Reading::new(files, &Contract::default()).told(hints);
            while let Some(task) = reading.next_task() {
                reading.accept(task.id, None);
            }
            let opened = reading.finish().unwrap();
            assert!(opened.log.files[0].read_as.contains("utf-16le (chosen)"), "{}", opened.log.files[0].read_as);
            assert_eq!(opened.log.readings.timestamp_us, plain.timestamp_us);
        }
    }

    #[test]
    fn a_log_that_will_not_fit_says_what_it_needs() {
        let mut reading =
            Reading::in_ranges(vec![("big.csv".into(), Bytes(log(10_000)))], &Contract::default(), 50_000);
        assert_eq!(reading.too_large_for(10), None, "nothing is read yet");
        let task = reading.next_task().unwrap();
        reading.accept(task.id, None);
        assert_eq!(reading.too_large_for(2_000_000), None);
        let error = reading.too_large_for(300_000).unwrap();
        assert_eq!(
            error.to_string(),
            "big.csv: the log needs about 0.0 GB of memory, and a page has 0.0 GB; read it with the command line (sensorium run), or fewer files at once"
        );
    }
}
