//! Rows as lines of a CSV, in blocks.

use super::cells::push_quoted;
use super::footer::Footer;
use super::pages::Pages;
use super::{CHANGED, ReadAt, Refused};

/// Text of a table, at most: it is made piece by piece, but each piece takes its time.
const MOST_TEXT_BYTES: u64 = 8 << 30;
/// Rows measured at a time.
const MEASURED_ROWS: usize = 8 << 10;
/// Text of a row, at most: more is no reading.
const MOST_ROW_BYTES: usize = 64 << 20;

/// The text of a table: a header, and a line a row. Missing values are empty.
pub struct Rows {
    footer: Footer,
    /// An export of ours: its texts carry the guard that the reader of such a CSV takes off.
    ours: bool,
    /// The header's line.
    header: Vec<u8>,
    blocks: Vec<Block>,
}

/// Rows of one group whose text is made at once, to the next block's.
#[derive(Clone, Copy)]
struct Block {
    group: usize,
    row: usize,
    /// Where its text ends in the table's.
    end: u64,
}

/// Where making text has come to.
pub struct Position {
    /// The next row, in its group.
    group: usize,
    row: usize,
    columns: Vec<Pages>,
    /// The block made last, and its text.
    block: usize,
    text: Vec<u8>,
}

impl Position {
    fn nowhere() -> Self {
        Self { group: usize::MAX, row: 0, columns: Vec::new(), block: usize::MAX, text: Vec::new() }
    }
}

impl Rows {
    /// Reads a file of `size` bytes once, to know how long each block of about `block_bytes` of text is.
    pub fn of(read: &mut ReadAt<'_>, size: u64, block_bytes: usize) -> Result<(Self, Position), Refused> {
        let footer = Footer::of(read, size)?;
        let named = |name: &str| footer.columns.iter().any(|column| column.name == name);
        let ours = ["temp_rolling_avg_3", "anomaly_type", "is_anomaly"].into_iter().all(named);
        let mut header = Vec::new();
        for (at, column) in footer.columns.iter().enumerate() {
            if at > 0 {
                header.push(b',');
            }
            push_quoted(&mut header, column.name.as_bytes(), false);
        }
        header.push(b'\n');
        let blocks = vec![Block { group: 0, row: 0, end: header.len() as u64 }];
        let mut rows = Self { footer, ours, header, blocks };
        let mut position = Position::nowhere();
        for group in 0..rows.footer.groups.len() {
            rows.go_to(&mut position, group, 0);
            rows.measure(&mut position, read, block_bytes)?;
        }
        Ok((rows, position))
    }

    /// Bytes of text.
    pub fn bytes(&self) -> u64 {
        self.blocks.last().map_or(0, |block| block.end)
    }

    /// The block that has the byte at an offset, and where its text ends.
    pub fn block_at(&self, offset: u64) -> Option<(usize, u64)> {
        let at = self.blocks.partition_point(|block| block.end <= offset);
        Some((at, self.blocks.get(at)?.end))
    }

    /// Of positions the one that comes to a block soonest.
    pub fn nearest(&self, positions: &[Position], block: usize) -> Option<usize> {
        let Block { group, row, .. } = self.blocks.get(block)?;
        let ahead = |at: &Position| at.group == *group && at.row <= *row;
        (0..positions.len()).max_by_key(|at| {
            let at = &positions[*at];
            (at.block == block, ahead(at).then_some(at.row))
        })
    }

    /// The text of a block, made unless it is at hand.
    pub fn text<'a>(
        &'a self,
        position: &'a mut Option<Position>,
        block: usize,
        read: &mut ReadAt<'_>,
    ) -> Result<&'a [u8], Refused> {
        let Some((Block { group, row, end }, before)) = self.blocks.get(block).zip(block.checked_sub(1)) else {
            return Ok(&self.header);
        };
        if position.as_ref().is_none_or(|at| at.block != block) {
            // What fails leaves no position behind that would be taken for a good one.
            let mut at = position.take().unwrap_or_else(Position::nowhere);
            let length = (end - self.blocks[before].end) as usize;
            at.text.clear();
            self.go_to(&mut at, *group, *row);
            let next = self.blocks.get(block + 1).filter(|next| next.group == *group);
            let to = next.map_or(self.footer.groups[*group].rows, |next| next.row);
            at.text.reserve(length);
            self.make(&mut at, read, to)?;
            if at.text.len() != length {
                return Err(CHANGED.into());
            }
            at.block = block;
            *position = Some(at);
        }
        Ok(position.as_ref().map_or(&[], |at| &at.text))
    }

    /// Goes to a row; what lies behind is gone to anew.
    fn go_to(&self, position: &mut Position, group: usize, row: usize) {
        if position.group != group || position.row > row {
            let chunks = &self.footer.groups[group].chunks;
            position.columns = chunks.iter().map(|chunk| Pages::new(chunk, self.ours)).collect();
        }
        (position.group, position.row) = (group, row);
    }

    /// Has the pages of the next rows at hand; returns how many rows there are before one of them ends.
    fn at_hand(&self, position: &mut Position, read: &mut ReadAt<'_>, to: usize) -> Result<usize, Refused> {
        let mut rows = to - position.row;
        let chunks = &self.footer.groups[position.group].chunks;
        for ((pages, column), chunk) in position.columns.iter_mut().zip(&self.footer.columns).zip(chunks) {
            pages.go_to(position.row, read, column, chunk)?;
            rows = rows.min(pages.left());
        }
        Ok(rows)
    }

    /// Adds the blocks of a group, without their text.
    fn measure(&mut self, position: &mut Position, read: &mut ReadAt<'_>, block_bytes: usize) -> Result<(), Refused> {
        let (group, to, columns) = (position.group, self.footer.groups[position.group].rows, self.footer.columns.len());
        let mut lengths = Vec::new();
        let (mut block, mut end) = (Block { group, row: 0, end: 0 }, self.bytes());
        while position.row < to {
            let rows = self.at_hand(position, read, to)?.min(MEASURED_ROWS);
            // A comma behind each cell but the last, and the line's end.
            lengths.clear();
            lengths.resize(rows, columns);
            for (pages, column) in position.columns.iter_mut().zip(&self.footer.columns) {
                pages.measure(&mut lengths, column)?;
            }
            for length in &lengths {
                if *length > MOST_ROW_BYTES {
                    return Err("a row of the Parquet file holds more than 64 MB; that is no reading".into());
                }
                // A blank line would be no row.
                end += if *length == 1 { 3 } else { *length as u64 };
                position.row += 1;
                if position.row == to || end - self.bytes() >= block_bytes as u64 {
                    self.blocks.push(Block { end, ..block });
                    block.row = position.row;
                }
            }
            if end > MOST_TEXT_BYTES {
                return Err("the Parquet file holds more than 8 GB of text; narrow it, or export it in parts".into());
            }
        }
        Ok(())
    }

    /// Adds the text of the next rows, up to a row.
    fn make(&self, position: &mut Position, read: &mut ReadAt<'_>, to: usize) -> Result<(), Refused> {
        let columns = &self.footer.columns;
        while position.row < to {
            let end = position.row + self.at_hand(position, read, to)?;
            let out = &mut position.text;
            while position.row < end {
                let start = out.len();
                for (at, (pages, column)) in position.columns.iter_mut().zip(columns).enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    pages.push(out, column)?;
                }
                if out.len() == start && columns.len() == 1 {
                    out.extend(b"\"\"");
                }
                out.push(b'\n');
                position.row += 1;
            }
        }
        Ok(())
    }
}
