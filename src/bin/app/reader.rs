//! The reader role: ranges of files to columns, for the session that started this worker.
//!
//! Owns the way of a range: read, parsed, ordered, posted as columns. Assumes the session's orders. Refuses to know the other
//! ranges: whether a range began at a row is for the session to say.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use sensorium::browser::columns::{self, memory_bytes};
use sensorium::browser::fetch::fetch;
use sensorium::browser::file::FileSource;
use sensorium::browser::scope;
use sensorium::browser::worker::Incoming;
use sensorium::contract::Contract;
use sensorium::ingest::{
    Chunk, ChunkColumns, ChunkHead, Column, Columns, Layout, RangeRows, layout_if_plain, read_range,
};
use serde::{Deserialize, Serialize};

use super::input::{Ahead, Input, SentColumn};

/// A range that shall be read; its file stands beside the first order of it.
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
    /// Number of the opening and of its task; none says that the reader has started.
    pub task: Option<(u32, u32)>,
    /// Where the rows begin and end, and what is small of them; their columns stand beside. None where the range cannot be read:
    /// the session finds out why.
    pub rows: Option<(u64, u64, ChunkHead)>,
    pub memory_bytes: u64,
}

/// The opening at hand and its files, by number: handles, and how they are read.
#[derive(Default)]
struct Files {
    opening: u32,
    files: HashMap<u32, (FileSource, Option<Rc<Layout>>)>,
}

/// Bytes read beyond a range's end, where its last row ends.
const BEYOND_BYTES: u64 = 16 << 10;

/// Starts serving.
pub fn start() {
    let files = Rc::new(RefCell::new(Files::default()));
    let served = scope::serve(move |request| {
        let Ok(order) = postcard::from_bytes::<Order>(&request.bytes) else { return };
        let files = Rc::clone(&files);
        if let Ok(mut files) = files.try_borrow_mut() {
            files.take(&order, request.files);
        }
        // The next order's bytes come while this one's are parsed.
        wasm_bindgen_futures::spawn_local(async move {
            let file = files.borrow().files.get(&order.file.1).map(|(file, _)| file.clone());
            let rows = match file {
                Some(file) => read(&files, &order, file).await,
                None => None,
            };
            post((order.file.0, order.task), rows);
        });
    });
    if let Err(reason) = served {
        scope::give_up(&reason);
    }
    super::worker::warm::read_sample();
    tell(&Part { task: None, rows: None, memory_bytes: memory_bytes() }, &ChunkColumns::default());
}

impl Files {
    /// Keeps the files of the order's opening and no other's.
    fn take(&mut self, order: &Order, handles: Vec<FileSource>) {
        let (opening, file) = order.file;
        if self.opening != opening {
            *self = Self { opening, files: HashMap::new() };
        }
        if let Some(handle) = handles.into_iter().next() {
            self.files.insert(file, (handle, None));
        }
    }
}

async fn read(files: &RefCell<Files>, order: &Order, file: FileSource) -> Option<RangeRows> {
    // One byte ahead, which tells whether a line ended there.
    let (start, end) = (order.start.saturating_sub(1), file.size_bytes().min(order.end + BEYOND_BYTES));
    let bytes = fetch(file.handle(), start, end).await.unwrap_or_default();
    let mut source = Input::File(file, Ahead { start, bytes });
    let known = files.borrow().files.get(&order.file.1).and_then(|(_, layout)| layout.clone());
    let layout = match known {
        Some(layout) => layout,
        None => {
            let layout = Rc::new(layout_if_plain(&order.name, &mut source, &order.contract)?);
            if let Some((_, known)) = files.borrow_mut().files.get_mut(&order.file.1) {
                *known = Some(Rc::clone(&layout));
            }
            layout
        }
    };
    read_range(&order.name, &mut source, &layout, order.start..order.end).ok()
}

fn post(task: (u32, u32), rows: Option<RangeRows>) {
    let (rows, columns) = match rows {
        Some(RangeRows { first, next, chunk: Chunk { head, columns } }) => (Some((first, next, head)), columns),
        None => (None, ChunkColumns::default()),
    };
    tell(&Part { task: Some(task), rows, memory_bytes: memory_bytes() }, &columns);
}

fn tell(part: &Part, columns: &ChunkColumns) {
    let mut beside = vec![columns::Column::Integers(&columns.timestamp_us), columns::Column::Counts(&columns.line)];
    beside.extend(columns.values.iter().map(|values| columns::Column::Numbers(values)));
    let posted = postcard::to_stdvec(part).map_err(|error| error.to_string());
    if let Err(reason) = posted.and_then(|bytes| scope::post_columns(&bytes, &beside)) {
        scope::give_up(&format!("the columns could not be sent: {reason}"));
    }
}

/// At the session's end: what a reader posted.
pub fn received(incoming: Incoming) -> Option<(Part, Columns<SentColumn>)> {
    let part = postcard::from_bytes(&incoming.bytes).ok()?;
    let mut buffers = incoming.bulk.into_iter().map(SentColumn);
    let (timestamp_us, line) = (Column::sent(buffers.next()?), Column::sent(buffers.next()?));
    Some((part, Columns { timestamp_us, line, values: buffers.map(Column::sent).collect() }))
}
