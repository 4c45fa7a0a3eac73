//! Which line names the columns, and which states their units.
//!
//! Owns the search above the first record, past units, words of aggregation, statistics and comments. Assumes the table's width and
//! kinds. Refuses records of the table as names.

use super::{SEARCHED, Shape, fits, is_comment};
use crate::dialect::encoding::text_of;
use crate::dialect::names::meaning;
use crate::dialect::units::unit_of;
use crate::survey::cells::{Kind, kind_of};
use crate::survey::grid::Grid;
use crate::survey::words::{TimeWord, time_word};

impl Shape {
    /// Lines with a date may stand above the names: then these are sought above the first record that is filled.
    pub(super) fn find_lower_header(&mut self, grid: &Grid) {
        let filled = |row: &usize| {
            let found = grid.cells(*row).filter(|cell| kind_of(cell) != Kind::Missing).count();
            fits(grid, *row, self.width) && self.is_like(grid, *row) && found * 2 > self.width
        };
        let Some(body) = (self.body..grid.rows().min(SEARCHED)).find(filled).filter(|body| *body > self.body) else {
            return;
        };
        let before = std::mem::replace(&mut self.body, body);
        self.find_header(grid);
        if self.header.is_none_or(|header| header < before) {
            (self.header, self.units, self.upper, self.shifted) = (None, None, None, false);
            self.body = before;
        }
    }

    /// Looks for the names of the columns upwards from the first record of the table, past units and words of aggregation.
    pub(super) fn find_header(&mut self, grid: &Grid) {
        for row in (0..self.body).rev() {
            let width = grid.width(row);
            let cells: Vec<&[u8]> = grid.cells(row).collect();
            let filled: Vec<&&[u8]> = cells.iter().filter(|cell| !cell.is_empty()).collect();
            // Names may stand in a comment right above the table: `# STN,YYYYMMDD,HH`.
            let next = row + 1 == self.body || self.units == Some(row + 1);
            let comment = is_comment(grid, row) && !(next && width == self.width && width > 2);
            if filled.is_empty() || filled.len() == 1 && self.width > 2 || comment {
                // Nothing, a title, or a comment.
                continue;
            }
            if let Some(date) = self.kinds.iter().position(|kind| *kind == Kind::Date) {
                // A record whose time is none, or one of statistics, names nothing.
                let typed = |kind: &Kind| matches!(kind, Kind::Number | Kind::Clock);
                let alike = cells.iter().zip(&self.kinds).filter(|(cell, kind)| typed(kind) && kind_of(cell) == **kind);
                if self.is_dated(grid, row)
                    || width >= self.width && alike.count() * 2 > self.kinds.iter().filter(|kind| typed(kind)).count()
                {
                    if width == self.width
                        && row + 1 == self.body
                        && cells[date].first().is_some_and(u8::is_ascii_digit)
                    {
                        self.body = row;
                    }
                    continue;
                }
            }
            let words =
                |test: fn(&str) -> bool| filled.iter().filter(|cell| test(&text_of(cell))).count() * 2 > filled.len();
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
            // Under names, one of them of a time, words without a time are units, known or not.
            let timed = |row: usize| grid.cells(row).any(|cell| time_word(&text_of(cell)) == TimeWord::Some);
            let all_text = |row: usize| grid.cells(row).all(|cell| matches!(kind_of(cell), Kind::Text | Kind::Missing));
            let single =
                |row: usize| (1..width).all(|at| (0..at).all(|other| grid.cell(row, at) != grid.cell(row, other)));
            let full = |row: usize| grid.cells(row).filter(|cell| !cell.is_empty()).count();
            let above = row.checked_sub(1).filter(|above| grid.width(*above) == width && !is_comment(grid, *above));
            if self.units.is_none()
                && next
                && above.is_some_and(|above| {
                    timed(above) && all_text(above) && full(above) >= filled.len() && single(above)
                })
                && !timed(row)
                && !filled.iter().any(|cell| meaning(&text_of(cell)).is_some())
                && all_text(row)
            {
                self.units = Some(row);
                continue;
            }
            if names * 2 > filled.len() && (width + 1 >= filled_width || width > 2 && self.begins(&cells, filled_width))
            {
                self.header = Some(row);
                // Where every record has a cell more than the header has names, the first has none.
                self.shifted =
                    width + 1 == filled_width && filled_width == self.width && !self.begins(&cells, filled_width);
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

    /// Whether names are those of the first columns, where the last have none: the time is called so where it stands.
    fn begins(&self, names: &[&[u8]], filled_width: usize) -> bool {
        let timed = |name: &&[u8]| time_word(&text_of(name)) != TimeWord::None;
        let date = self.kinds.iter().position(|kind| *kind == Kind::Date).unwrap_or(0);
        names.len() * 2 >= filled_width && names.iter().position(timed) == Some(date)
    }
}

/// Units in a line of them, beyond those that are converted.
const UNIT_WORDS: [&str; 61] = [
    "ts",
    "rn",
    "utc",
    "gmt",
    "deg",
    "degrees",
    "degt",
    "mi",
    "nmi",
    "ft",
    "kt",
    "degrees_north",
    "degrees_east",
    "percent",
    "m/s",
    "m s-1",
    "km/h",
    "w/m2",
    "w/m^2",
    "w/m²",
    "w m-2",
    "mg/l",
    "mg/m3",
    "ug/l",
    "ug/m3",
    "µg/l",
    "µg/m³",
    "ms/cm",
    "us/cm",
    "µs/cm",
    "ntu",
    "fnu",
    "psu",
    "ppm",
    "ppb",
    "mm",
    "lux",
    "lx",
    "a",
    "ma",
    "w",
    "kw",
    "wh",
    "kwh",
    "m",
    "cm",
    "s",
    "sec",
    "min",
    "h",
    "hz",
    "db",
    "l/min",
    "unitless",
    "none",
    "°",
    "volts",
    "m3/m3",
    "umol/m2/s",
    "unit",
    "units",
];

/// Whether a cell is a unit, as in the third line of a Campbell table, or says how a time is written.
fn is_unit_word(text: &str) -> bool {
    let text = text.trim_matches(['[', ']', '(', ')']).to_lowercase();
    let marks = text.bytes().filter(|byte| !byte.is_ascii_alphabetic()).count();
    let notation = marks > 0 && text.bytes().all(|byte| b"ymdhstj/.-: ".contains(&byte));
    unit_of(&text).is_some() || text.starts_with('%') || notation || UNIT_WORDS.contains(&text.as_str())
}

/// Whether a cell is a word of aggregation, as in the fourth line of a Campbell table.
fn is_step_word(text: &str) -> bool {
    // `5s`, `14n`, `20d`: width and kind, as in the tables of USGS.
    let digits = text.trim_end_matches(['s', 'n', 'd']);
    let form = digits.len() + 1 == text.len() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    form || matches!(
        text.to_lowercase().as_str(),
        "smp" | "avg" | "max" | "min" | "tot" | "std" | "wvc" | "smm" | "tmn" | "tmx" | "med" | "cov" | "sum" | "mean"
    )
}
