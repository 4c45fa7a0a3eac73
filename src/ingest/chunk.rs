//! The columns of a range of bytes of one file, before they are joined with the others.
//!
//! Owns their order: device after device, each in time order, so that joining chunks is copying stretches. Where ranges are read
//! by several workers or threads, this is the part of ordering that they share out.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::contract::Rule;
use crate::dialect::encoding::text_of;

/// A column of a chunk: at hand, or still in the buffer in which another worker sent it.
#[derive(Clone, Debug)]
pub struct Column<T, B> {
    cells: Vec<T>,
    sent: Option<B>,
}

/// A buffer in which another worker sent a column; it is copied once, to where it belongs.
pub trait Sent {
    /// Puts the column in place of what `into` holds.
    fn integers(&self, into: &mut Vec<i64>);
    fn counts(&self, into: &mut Vec<u32>);
    fn numbers(&self, into: &mut Vec<f64>);
}

/// The buffers of sources whose columns nobody sends.
#[derive(Clone, Debug)]
pub enum Unsent {}

impl Sent for Unsent {
    fn integers(&self, _: &mut Vec<i64>) {
        match *self {}
    }

    fn counts(&self, _: &mut Vec<u32>) {
        match *self {}
    }

    fn numbers(&self, _: &mut Vec<f64>) {
        match *self {}
    }
}

/// What a column holds one of a row.
pub trait Cell: Copy + Default {
    fn copy(buffer: &impl Sent, into: &mut Vec<Self>);
}

impl Cell for i64 {
    fn copy(buffer: &impl Sent, into: &mut Vec<Self>) {
        buffer.integers(into);
    }
}

impl Cell for u32 {
    fn copy(buffer: &impl Sent, into: &mut Vec<Self>) {
        buffer.counts(into);
    }
}

impl Cell for f64 {
    fn copy(buffer: &impl Sent, into: &mut Vec<Self>) {
        buffer.numbers(into);
    }
}

impl<T, B> Column<T, B> {
    pub fn here(cells: Vec<T>) -> Self {
        Self { cells, sent: None }
    }

    pub fn sent(buffer: B) -> Self {
        Self { cells: Vec::new(), sent: Some(buffer) }
    }
}

impl<T: Cell, B: Sent> Column<T, B> {
    /// The column's cells; brought here if they are not.
    pub(super) fn cells(&mut self) -> &mut Vec<T> {
        if let Some(buffer) = self.sent.take() {
            T::copy(&buffer, &mut self.cells);
        }
        &mut self.cells
    }

    /// Gives up the column; `look` sees its cells, in `scratch` where they were not here.
    pub(super) fn give_up(&mut self, scratch: &mut Vec<T>, look: impl FnOnce(&[T])) {
        match self.sent.take() {
            Some(buffer) => {
                T::copy(&buffer, scratch);
                look(scratch);
            }
            None => look(&std::mem::take(&mut self.cells)),
        }
    }
}

/// The columns of a chunk on their way to be joined.
#[derive(Clone, Debug)]
pub struct Columns<B> {
    pub timestamp_us: Column<i64, B>,
    pub line: Column<u32, B>,
    pub values: Vec<Column<f64, B>>,
}

impl<B> From<ChunkColumns> for Columns<B> {
    fn from(columns: ChunkColumns) -> Self {
        let ChunkColumns { timestamp_us, line, values } = columns;
        let values = values.into_iter().map(Column::here).collect();
        Self { timestamp_us: Column::here(timestamp_us), line: Column::here(line), values }
    }
}

/// A violation whose line is counted from the start of the chunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChunkViolation {
    pub line: u32,
    pub column: Option<u16>,
    pub rule: Rule,
    pub value: Box<str>,
}

/// One range of bytes. Lines count from the range's start, devices and texts are numbered within the chunk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chunk {
    pub head: ChunkHead,
    pub columns: ChunkColumns,
}

/// What is small of a chunk; travels between workers as bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChunkHead {
    /// Records, blank lines not counted.
    pub rows_read: u64,
    /// Line ends passed.
    pub lines: u32,
    /// Whether a text was no UTF-8, and read as Windows-1252.
    pub(super) foreign: bool,
    /// Lines that repeat the header, from the chunk's start.
    pub(super) repeated_headers: Vec<u32>,
    /// Device names by number.
    pub(super) devices: Vec<Box<str>>,
    /// Device number and number of rows of each stretch of the columns.
    pub(super) runs: Vec<(u32, u32)>,
    pub(super) violations: Vec<ChunkViolation>,
    /// Per metric, the different texts found in a further column.
    pub(super) texts: Vec<Vec<Box<str>>>,
    /// Line (from the chunk's start) and byte offset (from the file's) of some row starts.
    pub(super) marks: Vec<(u32, u64)>,
}

/// What is large of a chunk: parallel columns, one entry a row; travel between workers as buffers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChunkColumns {
    pub timestamp_us: Vec<i64>,
    /// Line of each row, from the chunk's start.
    pub line: Vec<u32>,
    /// Per metric of the layout; a missing cell is NaN, a text cell of a further column a NaN that carries the text's number.
    pub values: Vec<Vec<f64>>,
}

impl ChunkHead {
    /// Rows that the columns hold.
    pub fn rows(&self) -> u64 {
        self.runs.iter().map(|(_, rows)| u64::from(*rows)).sum()
    }
}

impl Chunk {
    /// Orders rows that stand in file order: device after device as numbered, each by time, equal times in file order.
    /// `device` is the number of each row's device.
    pub(super) fn order(&mut self, device: &[u32]) {
        let mut counts = vec![0_u32; self.head.devices.len()];
        device.iter().for_each(|&device| counts[device as usize] += 1);
        let mut next = Vec::with_capacity(counts.len());
        let mut start = 0;
        for &count in &counts {
            next.push(start);
            start += count;
        }
        let mut order = vec![0_u32; device.len()];
        for (row, &device) in (0_u32..).zip(device) {
            let at = &mut next[device as usize];
            order[*at as usize] = row;
            *at += 1;
        }
        self.head.runs = (0..).zip(counts).filter(|(_, rows)| *rows > 0).collect();
        let mut moved = self.head.runs.len() > 1;
        let mut rows = &mut order[..];
        for &(_, count) in &self.head.runs {
            let (run, rest) = rows.split_at_mut(count as usize);
            moved |= sort_by_time(run, &self.columns.timestamp_us);
            rows = rest;
        }
        if !moved {
            return;
        }
        let columns = &mut self.columns;
        columns.timestamp_us = gather(&columns.timestamp_us, &order);
        columns.line = gather(&columns.line, &order);
        columns.values.iter_mut().for_each(|values| *values = gather(values, &order));
    }
}

/// Sorts rows by their time, equal times in the order given; says whether anything moved.
pub(super) fn sort_by_time(rows: &mut [u32], timestamp_us: &[i64]) -> bool {
    let time = |row: &u32| timestamp_us[*row as usize];
    let moves = !rows.is_sorted_by_key(time);
    if moves {
        rows.sort_by_key(time);
    }
    moves
}

/// The values of those rows, in that order.
pub(super) fn gather<T: Copy>(column: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().map(|&row| column[row as usize]).collect()
}

/// The bits of a NaN that carries text number `n` in its low bits; the plain NaN, a missing cell, has none set.
const TEXT_BITS: u64 = 0x7FF8_0000_0000_0000;

/// A cell of a further column that holds text: a NaN with the text's number, so that a column that turns out to be text
/// costs no more than a column of numbers.
pub(super) fn text_cell(number: u32) -> f64 {
    f64::from_bits(TEXT_BITS | (u64::from(number) + 1))
}

/// The text's number of a cell made by [`text_cell`].
#[inline]
pub(super) fn text_number(cell: f64) -> Option<u32> {
    if !cell.is_nan() {
        return None;
    }
    let payload = cell.to_bits() & 0xFFFF_FFFF;
    if payload == 0 { None } else { u32::try_from(payload - 1).ok() }
}

/// Texts by number, each once. Rows often repeat the order of the rows before, so the text that followed last time is tried
/// before the map.
#[derive(Clone, Debug, Default)]
pub(super) struct Interner {
    numbers: HashMap<Box<str>, u32>,
    names: Vec<Box<str>>,
    followed_by: Vec<u32>,
    last: u32,
    /// Whether a text was no UTF-8.
    pub foreign: bool,
}

impl Interner {
    /// The number of a text, new or known. Bytes that are no UTF-8 are read as Windows-1252.
    #[inline]
    pub fn number(&mut self, text: &[u8]) -> u32 {
        if let Some(&guess) = self.followed_by.get(self.last as usize)
            && let Some(name) = self.names.get(guess as usize)
            && name.as_bytes() == text
        {
            self.last = guess;
            return guess;
        }
        self.look_up(text)
    }

    #[inline(never)]
    fn look_up(&mut self, text: &[u8]) -> u32 {
        let bytes = text;
        let text = text_of(bytes);
        self.foreign |= text.as_bytes() != bytes;
        let number = match self.numbers.get(&*text) {
            Some(&number) => number,
            None => {
                let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                let name: Box<str> = text.into();
                self.numbers.insert(name.clone(), number);
                self.names.push(name);
                self.followed_by.push(u32::MAX);
                number
            }
        };
        if let Some(followed) = self.followed_by.get_mut(self.last as usize) {
            *followed = number;
        }
        self.last = number;
        number
    }

    pub fn take_names(&mut self) -> Vec<Box<str>> {
        let names = std::mem::take(&mut self.names);
        *self = Self::default();
        names
    }
}
