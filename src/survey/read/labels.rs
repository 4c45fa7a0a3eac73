//! Names and units of columns that stand elsewhere than in a line of them.
//!
//! Owns words before numbers and what lines above the table say of its columns. Assumes columns as the header names them.

use super::Reader;
use crate::dialect::encoding::text_of;
use crate::survey::cells::Kind;
use crate::survey::long::is_quantity;
use crate::survey::shape::fits;

impl Reader<'_> {
    /// Units above the table: `TEMPERATURE`, and below it `UNIT: °F`.
    pub(super) fn take_units_above(&mut self) {
        for row in 1..self.shape.header.unwrap_or(0).min(100) {
            let (above, line) = (self.grid.text(row - 1, 0).into_owned(), self.grid.text(row, 0));
            let unit = line.split_once(':').filter(|(key, _)| key.eq_ignore_ascii_case("unit"));
            let of = self.headers.iter().position(|header| *header == above).filter(|_| !above.is_empty());
            if let (Some((_, unit)), Some(column)) = (unit, of)
                && self.units[column].is_empty()
            {
                self.units[column] = unit.trim().to_string();
            }
        }
    }

    /// Names of a table without a line of them: words that stand before each number, `Temp. 18.5`, or lines above it, one for each.
    pub(super) fn name_by_labels(&mut self) {
        let kinds = &self.shape.kinds;
        let columns: Vec<usize> = (0..kinds.len()).filter(|at| kinds[*at] == Kind::Number).collect();
        let identified = |row: usize| {
            let line = text_of(self.grid.written(row)).into_owned();
            let (key, name) = line.split_once(['=', ':'])?;
            (key.trim() == "Identification").then(|| name.trim().to_string())
        };
        let above: Vec<String> = (0..self.shape.body.min(200)).filter_map(identified).collect();
        // Diver-Office names each channel twice.
        if !above.is_empty() && above.len().is_multiple_of(columns.len().max(1)) {
            columns.iter().zip(above).for_each(|(column, name)| self.headers[*column] = name);
            return;
        }
        let rows = (self.shape.body..self.grid.rows()).filter(|row| fits(&self.grid, *row, self.shape.width)).take(200);
        let rows: Vec<usize> = rows.collect();
        let label = |column: usize| {
            let label = self.grid.cell(*rows.first()?, column.checked_sub(1)?);
            let word = label.len() > 1 && label[0].is_ascii_alphabetic() && kinds[column - 1] == Kind::Text;
            let always = word && rows.len() > 2 && rows.iter().all(|row| self.grid.cell(*row, column - 1) == label);
            always.then(|| (column, text_of(label).trim_end_matches([':', '=', '.']).to_string()))
        };
        let labels: Vec<(usize, String)> = columns.into_iter().filter_map(label).collect();
        // A word that is no quantity may be the device.
        if labels.iter().any(|(_, label)| is_quantity(label)) {
            labels.into_iter().for_each(|(column, label)| self.headers[column] = label);
        }
    }
}
