//! Where the table in a text is: what separates its cells, how wide it is, where it begins, which line names its columns.
//!
//! Owns the judgement by typed records: a delimiter is right when it makes many records whose cells are alike, one of them a time.
//! A constant number of delimiters proves nothing. Assumes a text of records. Refuses a text without two columns.

use super::Delimiter;
use super::cells::{Kind, kind_of};
use super::grid::Grid;
use super::preset::Preset;
use crate::dialect::units::unit_of;

/// Text that delimiters are judged by: of the start, and as much of the middle and the end together.
const SAMPLE_BYTES: usize = 96 << 10;
/// Records that columns are judged by, spread over all of them.
const SAMPLED: usize = 500;
/// Records searched for the first one of the table.
const SEARCHED: usize = 2000;

/// What a table looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Cells of most records.
    pub width: usize,
    /// What most cells of each column are.
    pub kinds: Vec<Kind>,
    /// The record that names the columns.
    pub header: Option<usize>,
    /// The record of units.
    pub units: Option<usize>,
    /// A record above the header that says what its names are of: `Temp` above `Out`, `Hi`, `Low`.
    pub upper: Option<usize>,
    /// The first record of the table.
    pub body: usize,
    /// The header lacks its first cell: that of a column of row names.
    pub shifted: bool,
}

/// Pieces of a text that stand for all of it.
fn sample(text: &[u8]) -> Vec<u8> {
    if text.len() <= 2 * SAMPLE_BYTES {
        return text.to_vec();
    }
    let line_start = |at: usize| memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |n| at + n + 1);
    let piece = |from: usize, most: usize| {
        let end = text.len().min(from + most);
        let whole = memchr::memrchr(b'\n', &text[from..end]).map_or(from, |n| from + n + 1);
        &text[from..whole]
    };
    let mut pieces = piece(0, SAMPLE_BYTES).to_vec();
    for at in [text.len() / 2, text.len() - SAMPLE_BYTES / 2 - 1] {
        pieces.extend_from_slice(piece(line_start(at), SAMPLE_BYTES / 2));
    }
    pieces
}

/// What separates the cells of a text.
#[inline(never)]
pub fn delimiter_of(text: &[u8]) -> Delimiter {
    let sample = sample(text);
    let score = |delimiter: Delimiter| typed(&Grid::of(sample.clone(), delimiter));
    let marks = [b',', b';', b'\t', b'|'].map(|mark| (Delimiter::Mark(mark), score(Delimiter::Mark(mark))));
    let best = marks.into_iter().rev().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((Delimiter::Mark(b','), 0.0));
    // Blanks also stand inside cells: they must be clearly better.
    if score(Delimiter::Blanks) > best.1 * 1.25 { Delimiter::Blanks } else { best.0 }
}

/// How many records are alike, by how much of them is typed.
fn typed(grid: &Grid) -> f64 {
    let width = usual_width(grid);
    if width < 2 {
        return 0.0;
    }
    let kinds = kinds_of(grid, width);
    let dated = kinds.contains(&Kind::Date);
    let (mut sum, mut cells) = (0.0, 0.0_f64);
    for row in spread(grid) {
        let kept = fits(grid, row, width).then(|| grid.cells(row).take(width).map(kind_of).collect::<Vec<Kind>>());
        let Some(found) = kept else { continue };
        let filled = found.iter().filter(|kind| **kind != Kind::Missing).count();
        let alike =
            found.iter().zip(&kinds).filter(|(a, b)| a == b && !matches!(a, Kind::Missing | Kind::Text)).count();
        let has_date = found.contains(&Kind::Date);
        cells += 1.0;
        if filled > 0 && (has_date || !dated) {
            sum += alike as f64 / filled as f64;
        }
    }
    // Records of another width count against it.
    let share = cells / spread(grid).count().max(1) as f64;
    sum * share * if dated { 1.0 } else { 0.5 }
}

/// Some records, from all over the grid, the first ones included.
fn spread(grid: &Grid) -> impl Iterator<Item = usize> + use<'_> {
    let rows = grid.rows();
    let step = rows.div_ceil(SAMPLED).max(1);
    (0..rows).filter(move |row| row % step == 0 || *row < 20).filter(|row| !is_comment(grid, *row))
}

/// Whether a record is a comment: a word behind `#` begins it. A column may be called `#`.
pub fn is_comment(grid: &Grid, row: usize) -> bool {
    let cell = grid.cell(row, 0);
    cell.starts_with(b"#") && cell.get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b' ')
}

/// Whether a record is of that width, empty cells at its end not counted.
pub fn fits(grid: &Grid, row: usize, width: usize) -> bool {
    let found = grid.width(row);
    found == width || found > width && (width..found).all(|column| grid.cell(row, column).is_empty())
}

/// The number of cells that most records have.
fn usual_width(grid: &Grid) -> usize {
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for row in spread(grid).filter(|row| !grid.is_empty_row(*row)) {
        let width = grid.width(row);
        match counts.iter_mut().find(|(known, _)| *known == width) {
            Some((_, count)) => *count += 1,
            None => counts.push((width, 1)),
        }
    }
    counts.into_iter().max_by_key(|(width, count)| (*count, *width)).map_or(0, |(width, _)| width)
}

fn kinds_of(grid: &Grid, width: usize) -> Vec<Kind> {
    let mut counts = vec![[0_u32; Kind::ALL.len()]; width];
    for row in spread(grid).filter(|row| fits(grid, *row, width)) {
        for (counts, cell) in counts.iter_mut().zip(grid.cells(row)) {
            counts[kind_of(cell) as usize] += 1;
        }
    }
    let most = |counts: &[u32; 5]| {
        let found = Kind::ALL.into_iter().zip(counts).filter(|(kind, count)| *kind != Kind::Missing && **count > 0);
        // Names of columns are text too, and may be repeated: text must be clearly more.
        let weight = |kind: Kind, count: u32| if kind == Kind::Text { count } else { 2 * count + 1 };
        found.max_by_key(|(kind, count)| weight(*kind, **count)).map_or(Kind::Missing, |(kind, _)| kind)
    };
    counts.iter().map(most).collect()
}

impl Shape {
    /// The table in a grid; none where no records are alike.
    #[inline(never)]
    pub fn of(grid: &Grid) -> Option<Self> {
        let width = usual_width(grid);
        if width < 2 {
            return None;
        }
        let kinds = kinds_of(grid, width);
        let mut body = (0..grid.rows().min(SEARCHED)).find(|row| Self::is_body(grid, *row, &kinds))?;
        // The first record may have cells that no other has: the logger's serial number.
        let date = kinds.iter().position(|kind| *kind == Kind::Date);
        let dated = |row: usize| date.is_some_and(|date| kind_of(grid.cell(row, date)) == Kind::Date);
        while body > 0 && grid.width(body - 1) > width && dated(body - 1) {
            body -= 1;
        }
        let mut shape = Self { width, kinds, header: None, units: None, upper: None, body, shifted: false };
        shape.find_header(grid);
        if let Some(header) = shape.header.filter(|header| grid.width(*header) > width && grid.width(body) > width) {
            shape.width = grid.width(header);
            shape.kinds.resize(shape.width, Kind::Missing);
        }
        Some(shape)
    }

    /// The table that a preset describes, where the general rules see none.
    pub fn told(grid: &Grid, preset: &Preset) -> Option<Self> {
        let width = preset.fingerprint.width?.1.min(usual_width(grid).max(2));
        let kinds = kinds_of(grid, width);
        Some(Self { width, kinds, header: None, units: None, upper: None, body: 0, shifted: false })
    }

    /// Takes what a preset says of the lines.
    pub fn follow(&mut self, grid: &Grid, preset: Option<&Preset>) {
        let Some(rule) = preset.map(|preset| &preset.header) else { return };
        let row_of = |line: u32| (0..grid.rows().min(SEARCHED)).find(|row| grid.record_of(*row).line >= line);
        if rule.none {
            (self.header, self.units, self.upper, self.shifted) = (None, None, None, false);
            self.body = rule.body.and_then(row_of).unwrap_or(0);
            return;
        }
        if let Some(line) = rule.line.and_then(row_of) {
            (self.header, self.upper) = (Some(line), None);
            self.units = rule.units_line.and_then(row_of);
            self.body = rule.body.and_then(row_of).unwrap_or(self.units.unwrap_or(line) + 1);
            self.shifted = false;
        }
    }

    /// Takes the line of names that a person told; without one the table begins with the first record that is like most.
    pub fn take_header(&mut self, grid: &Grid, line: u32) {
        (self.header, self.units, self.upper, self.shifted) = (None, None, None, false);
        if line == 0 {
            self.body = (0..grid.rows().min(SEARCHED)).find(|row| fits(grid, *row, self.width)).unwrap_or(0);
        } else if let Some(row) = (0..grid.rows().min(SEARCHED)).find(|row| grid.record_of(*row).line >= line) {
            self.header = Some(row);
            self.body = (row + 1).min(grid.rows());
        }
    }

    /// Whether a record is one of the table by what its cells are.
    fn is_body(grid: &Grid, row: usize, kinds: &[Kind]) -> bool {
        let width = kinds.len();
        let found: Vec<Kind> = grid.cells(row).take(width).map(kind_of).collect();
        if found.len() < width || !fits(grid, row, width) {
            return false;
        }
        let dates = |kinds: &[Kind]| kinds.iter().filter(|kind| **kind == Kind::Date).count();
        let of_kind = |kind: Kind| found.iter().zip(kinds).filter(|(a, b)| **a == kind && **b == kind).count();
        if dates(kinds) > 0 {
            return of_kind(Kind::Date) > 0;
        }
        let clocks = kinds.contains(&Kind::Clock);
        let typed = of_kind(Kind::Number) + of_kind(Kind::Clock);
        let text_for_number = found
            .iter()
            .zip(kinds)
            .filter(|(a, b)| **a == Kind::Text && matches!(b, Kind::Number | Kind::Clock))
            .count();
        typed > text_for_number * 2 && (!clocks || of_kind(Kind::Clock) > 0)
    }

    /// Looks for the names of the columns upwards from the first record of the table, past units and words of aggregation.
    fn find_header(&mut self, grid: &Grid) {
        for row in (0..self.body).rev() {
            let width = grid.width(row);
            let cells: Vec<&[u8]> = grid.cells(row).collect();
            let filled: Vec<&&[u8]> = cells.iter().filter(|cell| !cell.is_empty()).collect();
            if filled.is_empty() || filled.len() == 1 && self.width > 2 || is_comment(grid, row) {
                // Nothing, a title, or a comment.
                continue;
            }
            let words = |test: fn(&str) -> bool| {
                filled.iter().filter(|cell| test(&crate::dialect::encoding::text_of(cell))).count() * 2 > filled.len()
            };
            let (units, steps) = (words(is_unit_word), words(is_step_word));
            if (units || steps) && row > 0 {
                if units && !steps {
                    self.units = Some(row);
                }
                continue;
            }
            let names = filled.iter().filter(|cell| matches!(kind_of(cell), Kind::Text | Kind::Missing)).count();
            // Columns at the end that hold nothing need no names.
            let filled_width = self.kinds.iter().rposition(|kind| *kind != Kind::Missing).map_or(0, |last| last + 1);
            if width + 1 >= filled_width && names * 2 > filled.len() {
                self.header = Some(row);
                // Where every record has a cell more than the header has names, the first has none.
                self.shifted = width + 1 == filled_width && filled_width == self.width;
                let twice = (0..width).any(|a| !cells[a].is_empty() && cells[..a].contains(&cells[a]));
                let above = row.checked_sub(1).filter(|above| twice && grid.width(*above) == width);
                self.upper =
                    above.filter(|above| grid.cells(*above).filter(|cell| !cell.is_empty()).count() * 2 > width);
            }
            break;
        }
        if self.header.is_none() {
            self.units = None;
        }
    }
}

/// Whether a cell is a unit, as in the third line of a Campbell table.
fn is_unit_word(text: &str) -> bool {
    unit_of(text).is_some()
        || matches!(
            text.to_lowercase().as_str(),
            "ts" | "rn"
                | "deg"
                | "degrees"
                | "m/s"
                | "w/m2"
                | "w/m^2"
                | "mg/m3"
                | "ug/m3"
                | "ppm"
                | "ppb"
                | "mm"
                | "lux"
                | "a"
                | "w"
                | "kw"
                | "kwh"
                | "m"
                | "cm"
                | "s"
                | "min"
                | "h"
                | "hz"
                | "db"
                | "l/min"
                | "unitless"
                | "none"
                | "yyyy-mm-dd hh:mm:ss"
                | "°"
                | "µg/m³"
                | "w/m²"
                | "m3/m3"
                | "umol/m2/s"
                | "unit"
                | "units"
        )
}

/// Whether a cell is a word of aggregation, as in the fourth line of a Campbell table.
fn is_step_word(text: &str) -> bool {
    matches!(
        text.to_lowercase().as_str(),
        "smp" | "avg" | "max" | "min" | "tot" | "std" | "wvc" | "smm" | "tmn" | "tmx" | "med" | "cov" | "sum" | "mean"
    )
}
