//! The reader role: ranges of files to columns, for the session that started this worker.
//!
//! Owns the way of a range: read, parsed, ordered, posted as columns. Assumes the session's orders. Refuses to know the other
//! ranges: whether a range began at a row is for the session to say.

use std::cell::RefCell;
use std::rc::Rc;

use sensorium::browser::columns::{self, Column, memory_bytes};
use sensorium::browser::fetch::fetch;
use sensorium::browser::file::FileSource;
use sensorium::browser::scope;
use sensorium::browser::worker::Incoming;
use sensorium::contract::Contract;
use sensorium::ingest::{Chunk, ChunkColumns, ChunkHead, Layout, RangeRows, Source, layout_of, read_range};
use serde::{Deserialize, Serialize};

/// A range that shall be read; its file stands beside it.
#[derive(Serialize, Deserialize)]
pub struct Order {
    pub task: u32,
    /// Number of the file, and of the opening that it belongs to: orders of one file share its layout.
    pub file: (u32, u32),
    pub name: String,
    pub contract: Contract,
    pub start: u64,
    pub end: u64,
}

/// What became of an order.
#[derive(Serialize, Deserialize)]
pub struct Part {
    /// None says that the reader has started.
    pub task: Option<u32>,
    /// Where the rows begin and end, and what is small of them; their columns stand beside. None where the range cannot be read:
    /// the session finds out why.
    pub rows: Option<(u64, u64, ChunkHead)>,
    pub memory_bytes: u64,
}

/// A file that the page handed over.
pub struct Handed(pub FileSource);

impl Source for Handed {
    fn bytes(&self) -> u64 {
        self.0.size_bytes()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, String> {
        let left = usize::try_from(self.bytes().saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = buffer.len().min(left);
        self.0.read_at(offset, &mut buffer[..count]).map_err(|error| error.0)?;
        Ok(count)
    }
}

/// A file of which a stretch was read ahead.
struct Ahead {
    file: Handed,
    start: u64,
    bytes: Vec<u8>,
}

impl Source for Ahead {
    fn bytes(&self) -> u64 {
        self.file.bytes()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, String> {
        let at_hand = self.at_hand(offset);
        if at_hand.len() >= buffer.len() {
            buffer.copy_from_slice(&at_hand[..buffer.len()]);
            return Ok(buffer.len());
        }
        self.file.read_at(offset, buffer)
    }

    fn at_hand(&self, offset: u64) -> &[u8] {
        let from = offset.checked_sub(self.start).and_then(|from| usize::try_from(from).ok());
        from.and_then(|from| self.bytes.get(from..)).unwrap_or_default()
    }
}

/// How the file of the last order is read.
type Known = Option<((u32, u32), Layout)>;

/// Bytes read beyond a range's end, where its last row ends.
const BEYOND_BYTES: u64 = 16 << 10;

/// Starts serving.
pub fn start() {
    let known = Rc::new(RefCell::new(Known::None));
    let served = scope::serve(move |request| {
        let Ok(order) = postcard::from_bytes::<Order>(&request.bytes) else { return };
        let Some(file) = request.files.into_iter().next() else { return };
        let known = Rc::clone(&known);
        // The next order's bytes come while this one's are parsed.
        wasm_bindgen_futures::spawn_local(async move {
            // One byte ahead, which tells whether a line ended there.
            let (start, end) = (order.start.saturating_sub(1), file.size_bytes().min(order.end + BEYOND_BYTES));
            let bytes = fetch(file.handle(), start, end).await.unwrap_or_default();
            let mut source = Ahead { file: Handed(file), start, bytes };
            let rows = known.try_borrow_mut().ok().and_then(|mut known| read(&mut known, &order, &mut source));
            post(order.task, rows);
        });
    });
    if let Err(reason) = served {
        panic!("{reason}");
    }
    super::worker::warm::read_sample();
    tell(&Part { task: None, rows: None, memory_bytes: memory_bytes() }, &ChunkColumns::default());
}

fn read(known: &mut Known, order: &Order, source: &mut Ahead) -> Option<RangeRows> {
    if known.as_ref().is_none_or(|(file, _)| *file != order.file) {
        let layout = layout_of(&order.name, source, &order.contract).ok()?;
        *known = Some((order.file, layout));
    }
    let (_, layout) = known.as_ref()?;
    read_range(&order.name, source, layout, order.start..order.end).ok()
}

fn post(task: u32, rows: Option<RangeRows>) {
    let (rows, columns) = match rows {
        Some(RangeRows { first, next, chunk: Chunk { head, columns } }) => (Some((first, next, head)), columns),
        None => (None, ChunkColumns::default()),
    };
    tell(&Part { task: Some(task), rows, memory_bytes: memory_bytes() }, &columns);
}

fn tell(part: &Part, columns: &ChunkColumns) {
    let mut beside = vec![Column::Integers(&columns.timestamp_us), Column::Counts(&columns.line)];
    beside.extend(columns.values.iter().map(|values| Column::Numbers(values)));
    let posted = postcard::to_stdvec(part).map_err(|error| error.to_string());
    if let Err(reason) = posted.and_then(|bytes| scope::post_columns(&bytes, &beside)) {
        panic!("the columns could not be sent: {reason}");
    }
}

/// At the session's end: what a reader posted.
pub fn received(incoming: &Incoming) -> Option<(Part, ChunkColumns)> {
    let part = postcard::from_bytes(&incoming.bytes).ok()?;
    let mut buffers = incoming.bulk.iter();
    let timestamp_us = columns::integers(buffers.next()?);
    let line = columns::counts(buffers.next()?);
    Some((part, ChunkColumns { timestamp_us, line, values: buffers.map(columns::numbers).collect() }))
}
