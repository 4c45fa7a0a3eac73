//! Where the table in a text is: what separates its cells, how wide it is, where it begins, which line names its columns.
//!
//! Owns the judgement by typed records: a delimiter is right when it makes many records whose cells are alike, one of them a time.
//! A constant number of delimiters proves nothing. Assumes a text of records. Refuses a text without two columns.

mod header;

use super::Delimiter;
use super::cells::{Kind, kind_of};
use super::grid::Grid;
use super::preset::Preset;

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
    /// Other numbers of cells that whole records have.
    pub widths: Vec<usize>,
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
    let score = |delimiter: Delimiter| {
        let grid = Grid::of(sample.clone(), delimiter);
        (delimiter, typed(&grid), is_even(&grid))
    };
    let marks = [b',', b';', b'\t', b'|'].map(|mark| score(Delimiter::Mark(mark)));
    let best = marks.into_iter().rev().max_by(|a, b| a.1.total_cmp(&b.1));
    let (mark, typed, even) = best.unwrap_or((Delimiter::Mark(b','), 0.0, false));
    // Blanks also stand inside cells, in times of any spelling: they must be clearly better.
    if score(Delimiter::Blanks).1 > typed * if even { 4.0 } else { 1.25 } { Delimiter::Blanks } else { mark }
}

/// Whether all records are of one width, and the first of them holds words alone.
fn is_even(grid: &Grid) -> bool {
    let width = usual_width(grid);
    let mut rows = spread(grid).filter(|row| !grid.is_empty_row(*row));
    let first = rows.next().filter(|row| grid.cells(*row).all(|cell| kind_of(cell) == Kind::Text));
    first.is_some_and(|row| grid.width(row) == width) && rows.all(|row| fits(grid, row, width))
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
    let most = |counts: &mut dyn Iterator<Item = (usize, usize)>| counts.max_by_key(|(width, count)| (*count, *width));
    let (width, count) = most(&mut counts.iter().copied()).unwrap_or_default();
    // Lines of one cell may be a long preamble.
    let wider = most(&mut counts.iter().copied().filter(|(width, _)| *width > 1));
    wider.filter(|(_, wide)| width == 1 && *wide > 7 && wide * 5 >= count).map_or(width, |(wider, _)| wider)
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
        let body = (0..grid.rows().min(SEARCHED)).find(|row| Self::is_body(grid, *row, &kinds))?;
        let mut shape =
            Self { width, kinds, header: None, units: None, upper: None, body, shifted: false, widths: Vec::new() };
        // The first record may have cells that no other has: the logger's serial number; or lack the last of them.
        while shape.body > 0 && (shape.is_longer(grid, shape.body - 1) || shape.is_like(grid, shape.body - 1)) {
            shape.body -= 1;
        }
        shape.find_header(grid);
        if shape.header.is_none() {
            shape.find_lower_header(grid);
        }
        shape.take_widths(grid);
        let body = shape.body;
        if let Some(header) =
            shape.header.filter(|header| grid.width(*header) > shape.width && grid.width(body) > shape.width)
        {
            shape.width = grid.width(header);
            shape.kinds.resize(shape.width, Kind::Missing);
        }
        Some(shape)
    }

    fn is_dated(&self, grid: &Grid, row: usize) -> bool {
        let date = self.kinds.iter().position(|kind| *kind == Kind::Date);
        date.is_some_and(|date| kind_of(grid.cell(row, date)) == Kind::Date)
    }

    fn is_longer(&self, grid: &Grid, row: usize) -> bool {
        grid.width(row) > self.width && self.is_dated(grid, row)
    }

    /// Whether a record is one of the table but for cells at its end that are too many or too few.
    pub fn is_like(&self, grid: &Grid, row: usize) -> bool {
        let known = |(cell, kind): (&[u8], &Kind)| {
            let found = kind_of(cell);
            found == *kind || found == Kind::Missing || matches!(kind, Kind::Missing | Kind::Text)
        };
        grid.width(row) * 2 > self.width && self.is_dated(grid, row) && grid.cells(row).zip(&self.kinds).all(known)
    }

    /// Takes in records of other widths, where they are many and like the others: a record that is torn is rare. Some loggers leave out
    /// empty cells at the end, and the header names them all; to others a column was added, and all later records have it.
    fn take_widths(&mut self, grid: &Grid) {
        let Some(header) = self.header else { return };
        let names = grid.width(header);
        // Width, how many, the first and the last of them.
        let mut found: Vec<(usize, usize, usize, usize)> = Vec::new();
        let mut all = 0;
        for row in spread(grid).filter(|row| *row >= self.body) {
            all += 1;
            let width = if fits(grid, row, self.width) { self.width } else { grid.width(row) };
            if width != self.width && !self.is_like(grid, row) {
                continue;
            }
            match found.iter_mut().find(|(known, ..)| *known == width) {
                Some((_, count, _, last)) => (*count, *last) = (*count + 1, row),
                None => found.push((width, 1, row, row)),
            }
        }
        let Some((_, _, first_usual, last_usual)) = found.iter().copied().find(|(width, ..)| *width == self.width)
        else {
            return;
        };
        let usual = self.width;
        for (width, count, first, last) in found {
            // Of a short record, the last cell may be torn.
            if width == usual || count < 3 || count * if width < usual { 10 } else { 20 } < all {
                continue;
            }
            let left_out = width < usual && names == usual;
            let added_later = width > usual && names == usual && first > last_usual;
            let added_before = width < usual && names == width && last < first_usual;
            if added_later && width > self.width {
                let kinds = kinds_of(grid, width);
                self.kinds.extend_from_slice(&kinds[self.width..]);
                self.widths.push(usual);
                self.width = width;
            } else if left_out || added_before {
                self.widths.push(width);
            }
            self.shifted &= !added_before;
        }
    }

    /// The table that a preset describes, where the general rules see none.
    pub fn told(grid: &Grid, preset: &Preset) -> Option<Self> {
        let width = preset.fingerprint.width?.1.min(usual_width(grid).max(2));
        let kinds = kinds_of(grid, width);
        Some(Self { width, kinds, header: None, units: None, upper: None, body: 0, shifted: false, widths: Vec::new() })
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
}

#[cfg(test)]
mod tests {
    use super::{Shape, delimiter_of};
    use crate::survey::Delimiter;
    use crate::survey::grid::Grid;

    /// Lines, from 1, of names and units and the first record, and how many cells records have.
    fn found(text: &str) -> (Option<u32>, Option<u32>, u32, usize) {
        let grid = Grid::of(text.as_bytes().to_vec(), Delimiter::Mark(b','));
        let shape = Shape::of(&grid).unwrap();
        let line = |row: usize| grid.record_of(row).line;
        (shape.header.map(line), shape.units.map(line), line(shape.body), shape.width)
    }

    fn hours(from: u32, to: u32, cells: &str) -> String {
        (from..to).map(|hour| format!("2024-03-12 {hour:02}:00,{cells}\n")).collect()
    }

    #[test]
    fn names_are_found_past_units_statistics_and_dated_lines() {
        let rows = hours(1, 9, "11.8,61.5");
        for (above, expected) in [
            ("time,temp,rh\n[dd.mm.yyyy hh:mm],[°C],[%]\n", (Some(1), Some(2), 3, 3)),
            ("time,temp,turbidity\nUTC,,NTU\n", (Some(1), Some(2), 3, 3)),
            ("time,temp,rh\n20d,14n,14n\n", (Some(1), None, 3, 3)),
            ("time,flow,head\n,gpm,ftH2O\n", (Some(1), Some(2), 3, 3)),
            ("Time,Attic,Attic\n,Temp,RH\n", (Some(2), None, 3, 3)),
            ("Out,Out,In\nTime,Temp,Temp\n", (Some(2), None, 3, 3)),
            ("# station 5\n# time,temp,rh\n", (Some(2), None, 3, 3)),
            ("time,temp,rh\nMax,18.2,81.4\nMin,6.0,38.1\n", (Some(1), None, 4, 3)),
            ("Start,2024-03-12,\n2024-03-14,,\ntime,temp,rh\n", (Some(3), None, 4, 3)),
            // A record whose time is none is of the table, and no line of names.
            ("time,temp,rh\n0000-00-00 00:00,11.8,61.5\n", (Some(1), None, 2, 3)),
            ("time,temp\n", (Some(1), None, 2, 3)),
        ] {
            assert_eq!(found(&format!("{above}{rows}")), expected, "{above}");
        }
        // Names of the last columns may lack.
        let rows = "2024,3,12,8,11.8,15.8,12.8\n2024,3,12,9,11.9,15.9,12.9\n2024,3,12,10,11.7,15.7,12.7\n";
        assert_eq!(found(&format!("Year,Month,Day,Hour,Temp\n{rows}")), (Some(1), None, 2, 7));
        let preamble: String = (0..30).map(|n| format!("Parameter {n}\n")).collect();
        assert_eq!(found(&format!("{preamble}time,temp,rh\n{}", hours(1, 20, "11.8,61.5"))), (Some(31), None, 32, 3));
    }

    #[test]
    fn records_may_lack_their_last_cells_or_have_one_more() {
        let names = "time,temp,rh,ext\n";
        let (short, whole) = (hours(0, 5, "11.8,61.5"), hours(5, 15, "11.8,61.5,9.5"));
        assert_eq!(found(&format!("{names}{short}{whole}")), (Some(1), None, 2, 4));
        assert_eq!(found(&format!("time,temp,rh\n{short}{whole}")), (Some(1), None, 2, 4));
        let shape = |text: String| Shape::of(&Grid::of(text.into_bytes(), Delimiter::Mark(b','))).unwrap();
        assert_eq!(shape(format!("{names}{short}{whole}")).widths, [3]);
        let grown = shape(format!("time,temp,rh\n{whole}{}", hours(15, 20, "11.8,61.5,9.5,1")));
        assert_eq!((grown.width, grown.widths), (4, vec![]), "names are of neither");
        assert!(!shape(format!("time,temp\n{whole}")).shifted && !shape(format!("time,temp,rh\n{whole}")).shifted);
        let numbered: String = (1..9).map(|n| format!("{n},2024-03-12 {n:02}:00,11.8\n")).collect();
        assert!(shape(format!("time,temp\n{numbered}")).shifted);
        // Now and then a cell more is damage: a decimal comma.
        let mixed: String = (0..5).map(|_| hours(0, 2, "11.8,61.5") + &hours(2, 3, "11,8,61.5")).collect();
        assert_eq!(shape(format!("time,temp,rh\n{mixed}")).width, 3);
        // A record that is torn is rare.
        let torn = shape(format!("{names}{}2024-03-12 09:00,11\n{}", whole.repeat(3), whole.repeat(3)));
        assert_eq!((torn.width, torn.widths), (4, vec![]));
    }

    #[test]
    fn even_records_beat_runs_of_blanks() {
        let rows = "\nT 2024-03-12 08:00 h,1.5,2\nT 2024-03-12 09:00 h,1.5,3\nT 2024-03-12 10:00 h,1.5,4";
        assert_eq!(delimiter_of(format!("time,temp (C),rh{rows}").as_bytes()), Delimiter::Mark(b','));
        let blanks = "date time temp rh\n2024-03-12 08:00 11,5 61,5\n2024-03-12 09:00 11,7 61,2\n";
        assert_eq!(delimiter_of(blanks.as_bytes()), Delimiter::Blanks);
    }
}
