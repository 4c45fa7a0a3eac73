//! What the points and commas in the cells of a column stand before: decimals, or groups of three digits.
//!
//! Owns that judgement. Assumes cells of one column. Refuses to take `1,408` for either by itself: the column around it proves
//! it, or another column does.

use super::cells::{Decimal, number_of};

/// The numbers from a hundred to a thousand that have no mark. One alone may stand for no value, as 999 often does.
#[derive(Clone, Copy, Default)]
pub struct Below {
    first: f64,
    most: f64,
    differ: bool,
}

impl Below {
    pub fn add(&mut self, number: f64) {
        if (100.0..999.0).contains(&number) {
            self.differ |= self.first > 0.0 && number != self.first;
            self.first = number;
            self.most = self.most.max(number);
        }
    }

    /// Whether numbers from this one on may be of the same column without a gap.
    pub fn goes_on_at(self, least: f64) -> bool {
        self.differ && self.most * 4.0 >= least
    }
}

/// The marks of one column's numbers; points first, then commas.
#[derive(Default)]
pub struct Marks {
    /// Cells whose last mark stands before decimals.
    decimals: [u32; 2],
    /// Cells that may be read both ways: `1,408`.
    open: [u32; 2],
    /// Cells with several groups of that mark.
    groups: [u32; 2],
    /// The largest number without a mark.
    plain: f64,
    below: Below,
    /// The smallest one of those that may be read both ways, as groups.
    least: [f64; 2],
}

impl Marks {
    pub fn add(&mut self, cell: &[u8]) {
        let Some(last) = cell.iter().rposition(|byte| matches!(byte, b'.' | b',')) else {
            let number = number_of(cell, Decimal::Point).unwrap_or(0.0);
            self.plain = self.plain.max(number.abs());
            self.below.add(number);
            return;
        };
        if number_of(cell, Decimal::Point).is_none() && number_of(cell, Decimal::Comma).is_none() {
            // Several groups and no decimals, or no number.
            let mark = usize::from(cell[last] == b',');
            let groups: Vec<&[u8]> = cell.split(|byte| *byte == cell[last]).collect();
            let thousands = |group: &&[u8]| group.len() == 3 && group.iter().all(u8::is_ascii_digit);
            self.groups[mark] += u32::from(groups.len() == 3 && groups[1..].iter().all(thousands));
            return;
        }
        let mark = usize::from(cell[last] == b',');
        let before = cell[..last].strip_prefix(b"-").unwrap_or(&cell[..last]);
        let after = cell[last + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let whole = (1..=3).contains(&before.len()) && before.iter().all(u8::is_ascii_digit) && before[0] != b'0';
        if after == 3 && whole {
            let as_groups = [before, &cell[last + 1..last + 4]].concat();
            let number = number_of(&as_groups, Decimal::Point).unwrap_or(0.0);
            let least = &mut self.least[mark];
            *least = if self.open[mark] == 0 { number } else { least.min(number) };
            self.open[mark] += 1;
        } else {
            self.decimals[mark] += 1;
        }
    }

    /// Whether a mark stands between groups: numbers go on without a break where those below a thousand end.
    fn separates(&self, mark: usize) -> bool {
        let goes_on = self.open[mark] > 0 && self.plain < 1000.0 && self.below.goes_on_at(self.least[mark]);
        self.decimals[mark] == 0 && (self.groups[mark] > 0 || goes_on)
    }

    /// How many cells say that the decimal mark of the file is a point, and how many that it is a comma. A comma that may be
    /// either says nothing where commas stand between the cells: who writes decimals so seldom has exactly three.
    pub fn votes(&self, between_cells: bool) -> [u32; 2] {
        let mut votes = self.decimals;
        for mark in 0..2 {
            if self.separates(mark) {
                votes[1 - mark] += self.open[mark] + self.groups[mark];
            } else if mark == 0 || !between_cells {
                votes[mark] += self.open[mark];
            }
        }
        votes
    }
}

#[cfg(test)]
mod tests {
    use super::Marks;

    fn votes(cells: &[&str], between_cells: bool) -> [u32; 2] {
        let mut marks = Marks::default();
        cells.iter().for_each(|cell| marks.add(cell.as_bytes()));
        marks.votes(between_cells)
    }

    #[test]
    fn decimals_and_groups_are_told_apart_by_the_column() {
        // Decimals: of one or two digits, behind a zero, or behind more than three digits.
        assert_eq!(votes(&["22,5", "7,870"], true), [0, 1]);
        assert_eq!(votes(&["0,875", "1013,250", "-1,5"], true), [0, 3]);
        assert_eq!(votes(&["22.5", "1,013.25"], true), [2, 0]);
        assert_eq!(votes(&["1.013,25", "7"], false), [0, 1]);
        // Three digits alone prove nothing where commas stand between cells.
        assert_eq!(votes(&["1,408", "1,380"], true), [0, 0]);
        assert_eq!(votes(&["7,870", "100,000"], false), [0, 2]);
        // Numbers that go on beyond a thousand are in groups.
        assert_eq!(votes(&["700", "988", "1,072"], true), [1, 0]);
        assert_eq!(votes(&["700", "988", "1.072"], false), [0, 1]);
        assert_eq!(votes(&["1,234,567", "12,345"], true), [2, 0]);
        // A gap, or numbers beyond a thousand without a mark: three decimals.
        assert_eq!(votes(&["0", "12.345"], false), [1, 0]);
        assert_eq!(votes(&["1000", "12.345"], false), [1, 0]);
        assert_eq!(votes(&["-999", "999", "1.234", "2.345"], false), [2, 0]);
        assert_eq!(votes(&["192.168.100.200"], false), [0, 0]);
        assert_eq!(votes(&["sensor 1.2", "12/3"], true), [0, 0]);
    }
}
