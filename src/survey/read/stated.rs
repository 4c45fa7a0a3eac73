//! Units that stand apart from the names of the columns, and names that do not suffice for the cells.
//!
//! Owns the lines above a table and the columns in it that state units. Refuses records that decimal commas have split.

use super::Reader;
use crate::Error;
use crate::dialect::encoding::text_of;
use crate::dialect::units::is_unit;
use crate::survey::cells::Kind;
use crate::survey::long::{names_unit, names_value};
use crate::survey::words::{TimeWord, time_word};

/// The unit in `UNIT: Deg F`.
fn told_unit(line: &str) -> Option<&str> {
    let (word, unit) = line.split_once([':', ',', ';', '=', '\t'])?;
    let unit = unit.trim_matches(|c: char| c.is_whitespace() || c == '"');
    (names_unit(word) && is_unit(unit)).then_some(unit)
}

impl Reader<'_> {
    /// Fills in the units that no row of units tells: of lines above the table, where a column's name stands before its unit or on
    /// the line before it, and of columns of units beside one of values.
    pub(super) fn state_units(&mut self) {
        let Some(header) = self.shape.header else { return };
        let lines: Vec<String> = (0..header).map(|row| text_of(self.grid.written(row)).trim().to_string()).collect();
        for (name, unit) in
            self.headers.iter().zip(&mut self.units).filter(|(name, unit)| unit.is_empty() && name.len() > 2)
        {
            let name = name.trim().to_lowercase();
            let mut named = false;
            for line in &lines {
                let line = line.trim_matches('"');
                let lower = line.to_lowercase();
                let rest = if named { Some(line) } else { lower.strip_prefix(&name) };
                if let Some(told) = rest.and_then(told_unit) {
                    *unit = told.to_string();
                }
                named = lower.trim_end_matches([',', ';', ':']) == name;
            }
        }
        for column in (0..self.headers.len()).filter(|column| names_unit(&self.headers[*column])) {
            let values = |at: usize| self.headers.get(at).is_some_and(|header| names_value(header));
            let beside = column.checked_sub(1).filter(|at| values(*at)).or(Some(column + 1).filter(|at| values(*at)));
            let mut cells = (self.shape.body..self.grid.rows()).map(|row| self.grid.cell(row, column));
            let first = cells.next().unwrap_or_default();
            let unit = text_of(first).into_owned();
            if let Some(beside) = beside.filter(|at| self.units[*at].is_empty() && is_unit(&unit))
                && cells.all(|cell| cell == first || cell.is_empty())
            {
                self.units[beside] = unit;
            }
        }
    }

    /// Decimal commas that nothing quotes split numbers where commas also stand between cells: each record then has as many cells
    /// more than there are names as there are numbers, all of digits alone.
    pub(super) fn refuse_split_decimals(&self) -> Result<(), Error> {
        let Some(header) = self.shape.header.filter(|_| self.card.delimiter == ",") else { return Ok(()) };
        let kinds = &self.shape.kinds;
        let filled =
            |count: usize, empty: &dyn Fn(usize) -> bool| (0..count).rposition(|at| !empty(at)).map_or(0, |at| at + 1);
        let names = filled(self.grid.width(header), &|at| self.grid.cell(header, at).is_empty());
        let width = filled(kinds.len(), &|at| kinds[at] == Kind::Missing);
        let extra = width.saturating_sub(names);
        let timed = kinds.first() == Some(&Kind::Date) && time_word(&self.grid.text(header, 0)) != TimeWord::None;
        if extra == 0 || extra >= names || !timed {
            return Ok(());
        }
        let step = (self.grid.rows() - self.shape.body).div_ceil(500).max(1);
        let mut rows =
            (self.shape.body..self.grid.rows()).step_by(step).filter(|row| self.grid.width(*row) == width).peekable();
        let whole = |row: usize, column: usize| {
            let cell = self.grid.cell(row, column);
            let digits = cell.strip_prefix(b"-").unwrap_or(cell);
            !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        };
        if rows.peek().is_none() || !rows.all(|row| (names - extra..width).all(|column| whole(row, column))) {
            return Ok(());
        }
        Err(self.refuse(
            "each row has more cells than there are names, as where decimal commas are taken for the commas between cells; export it with semicolons or with decimal points"
                .into(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use crate::survey::{Decimal, Told, survey};

    fn told(text: &str) -> Result<Vec<String>, String> {
        let found = survey("x.csv", text.as_bytes(), &Told::default(), &[]).map_err(|error| error.to_string())?;
        let shown = |metric: &crate::survey::MetricCard| {
            let mean = metric.mean.unwrap_or(f64::NAN);
            format!("{} {} {mean} of {}", metric.name, metric.unit, metric.present)
        };
        Ok(found.card.metrics.iter().map(shown).collect())
    }

    #[test]
    fn units_above_the_table_and_beside_the_values_count() {
        let above = "LEVEL\nUNIT: ft\nTEMPERATURE\nUNIT: Deg F\nDate,LEVEL,TEMPERATURE\n2024-03-12 08:00,1.5,50\n2024-03-12 09:00,2.5,50\n2024-03-12 10:00,2.5,50\n2024-03-12 11:00,2.5,50\n";
        assert_eq!(told(above).unwrap(), ["level ft 2.25 of 4", "temperature_celsius °C 10 of 4"]);
        let same_line = "Temperature Unit: °F\nTime,Temperature\n2024-03-12 08:00,50\n2024-03-12 09:00,50\n";
        assert_eq!(told(same_line).unwrap(), ["temperature_celsius °C 10 of 2"]);
        let beside = "Time,Value,Unit\n2024-03-12 08:00,50,F\n2024-03-12 09:00,50,F\n";
        assert_eq!(told(beside).unwrap(), ["value_celsius °C 10 of 2"]);
    }

    #[test]
    fn decimal_commas_between_cells_are_refused() {
        let split = "Time,Unit,Value\n12-03-24 8:00,C,11,800\n13-03-24 9:00,C,-13,100\n14-03-24 8:00,C,11,200\n";
        assert!(told(split).unwrap_err().contains("decimal commas"));
        let row_names = "t,rh\n2024-03-12,11,80\n2024-03-13,12,81\n2024-03-14,13,82\n";
        assert_eq!(told(row_names).unwrap().len(), 2);
    }

    #[test]
    fn a_column_proves_its_groups_its_unit_and_its_battery() {
        let grouped = "Time,Energy (Wh)\n2024-03-12,700\n2024-03-13,988\n2024-03-14,\"1,072\"\n2024-03-15,\"1,240\"\n";
        assert_eq!(told(grouped).unwrap(), ["energy Wh 1000 of 4"]);
        let open = "Time,Energy (Wh)\n2024-03-12,\"1,700\"\n2024-03-13,\"1,988\"\n2024-03-14,\"1,072\"\n";
        assert!(told(open).unwrap_err().contains("\"1,700\" may be in groups"));
        for (decimal, mean) in [(Decimal::Point, 1_586.666_666_666_666_7), (Decimal::Comma, 1.586_666_666_666_666_6)] {
            let by_choice = Told { decimal: Some(decimal), ..Told::default() };
            let found = survey("x.csv", open.as_bytes(), &by_choice, &[]).unwrap();
            assert_eq!(found.card.metrics[0].mean, Some(mean));
        }
        let decimals = "Time,a,b\n2024-03-12,\"1,700\",\"22,5\"\n2024-03-13,\"1,500\",\"0,5\"\n";
        assert_eq!(told(decimals).unwrap(), ["a  1.6 of 2", "b  11.5 of 2"]);
        let cells = "Time;CO2;Druck;Akku\n2024-03-12;400 ppm;29.92 in;3.05\n2024-03-13;1 200 ppm;29.92 in;3.05\n";
        let expected = ["co2_ppm ppm 800 of 2", "pressure_hpa hPa 1013.2074811900272 of 2", "akku  3.05 of 2"];
        assert_eq!(told(cells).unwrap(), expected);
    }
}
