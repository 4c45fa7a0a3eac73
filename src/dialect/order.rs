//! In which order the dates of a column stand, by all of the column that was seen.
//!
//! Owns the evidence: first a field that only one order allows, then steps that only one order makes even. Assumes cells in file
//! order. Refuses to guess: what neither decides stays open.

use super::calendar::DAY_US;
use super::calendar::{Calendar, Order, Written};

/// Steps of a log with one time a day, at least, before their evenness proves anything.
const DAILY_STEPS: usize = 8;

/// What a column's dates say about their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// No cell is a date.
    None,
    /// Proved: by the cell on that line where a cell alone proves it, else by even steps.
    Proved { calendar: Calendar, line: Option<u64> },
    /// These orders are all possible; the first date that means different days in them.
    Open { orders: Vec<Order>, line: u64, cell: String },
}

/// Collects a column's evidence.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    /// Per order, cells that are no date in it, and the line that ruled it out first.
    against: [(u64, u64); 3],
    dates: u64,
    half_days: bool,
    /// Stamps in each order, in file order, up to [`MOST_STEPS`].
    stamps: Vec<[Option<i64>; 3]>,
    /// The first date that is different days in different orders.
    open: Option<(u64, String)>,
}

/// Stamps kept to judge steps by.
const MOST_STEPS: usize = 5000;

impl Orders {
    /// Adds a cell on a line; says whether it is a date.
    pub fn add(&mut self, cell: &[u8], line: u64) -> bool {
        let Some(written) = Written::read(cell) else { return false };
        let stamps = Order::ALL.map(|order| written.stamp_us(order));
        if stamps.iter().all(Option::is_none) {
            return false;
        }
        self.dates += 1;
        self.half_days |= written.has_half();
        for (against, stamp) in self.against.iter_mut().zip(&stamps) {
            if stamp.is_none() {
                if against.0 == 0 {
                    against.1 = line;
                }
                against.0 += 1;
            }
        }
        let mut different = stamps.iter().flatten();
        let first = different.next();
        if self.open.is_none() && different.any(|other| Some(other) != first) {
            self.open = Some((line, String::from_utf8_lossy(cell).trim().to_string()));
        }
        if self.stamps.len() < MOST_STEPS {
            self.stamps.push(stamps);
        }
        true
    }

    /// Whether a cell seen so far leaves one order only, so that no more needs to be seen.
    pub fn is_proved(&self) -> bool {
        self.dates > 0 && self.possible().len() <= 1
    }

    /// Dates seen so far.
    pub fn seen(&self) -> u64 {
        self.dates
    }

    /// Whether times say AM or PM.
    pub fn has_half_days(&self) -> bool {
        self.half_days
    }

    fn possible(&self) -> Vec<Order> {
        let fewest = self.against.iter().map(|(count, _)| *count).min().unwrap_or(0);
        Order::ALL
            .into_iter()
            .zip(&self.against)
            .filter(|(_, (count, _))| *count == fewest)
            .map(|(order, _)| order)
            .collect()
    }

    pub fn judge(&self) -> Judgement {
        if self.dates == 0 {
            return Judgement::None;
        }
        let possible = self.possible();
        let calendar = |order| Calendar { order, half_days: self.half_days };
        if let [order] = possible[..] {
            // The line that ruled out the last of the others.
            let line = self.against.iter().filter(|(count, _)| *count > 0).map(|(_, line)| *line).max();
            return Judgement::Proved { calendar: calendar(order), line };
        }
        let Some((line, cell)) = self.open.clone() else {
            // Every date is the same day in any order.
            return Judgement::Proved { calendar: calendar(possible[0]), line: None };
        };
        match self.even(&possible) {
            Some(order) => Judgement::Proved { calendar: calendar(order), line: None },
            None => Judgement::Open { orders: possible, line, cell },
        }
    }

    /// Whether in that order the log has one time a month, on the same day of it: then its days are as even as those of a daily log.
    fn is_monthly(&self, order: Order) -> bool {
        let place = Order::ALL.iter().position(|other| *other == order).unwrap_or(0);
        let mut stamps: Vec<i64> = self.stamps.iter().filter_map(|stamps| stamps[place]).collect();
        stamps.sort_unstable();
        stamps.dedup();
        let days: Vec<i64> = stamps.iter().map(|stamp| stamp.div_euclid(DAY_US)).collect();
        let months = days.windows(2).filter(|pair| (28..=31).contains(&(pair[1] - pair[0]))).count();
        days.len() > 2 && months * 10 >= (days.len() - 1) * 9
    }

    /// The order in which the log goes on from day to day in steps such as those within a day, or in even steps of days.
    fn even(&self, possible: &[Order]) -> Option<Order> {
        let goes_on = |order: &Order| {
            let place = Order::ALL.iter().position(|other| other == order)?;
            let mut stamps: Vec<i64> = self.stamps.iter().filter_map(|stamps| stamps[place]).collect();
            stamps.sort_unstable();
            stamps.dedup();
            let mut steps: Vec<i64> = stamps.windows(2).map(|pair| pair[1] - pair[0]).collect();
            steps.sort_unstable();
            let median = *steps.get(steps.len() / 2)?;
            let days = stamps.windows(2).filter(|pair| pair[0].div_euclid(DAY_US) != pair[1].div_euclid(DAY_US));
            let (mut changes, mut even) = (0_usize, 0_usize);
            for pair in days {
                changes += 1;
                even += usize::from(pair[1] - pair[0] <= (median + median / 2).min(2 * DAY_US));
            }
            let enough = if median < DAY_US { changes > 0 } else { changes >= DAILY_STEPS };
            Some((enough, changes, even))
        };
        let seen: Vec<(Order, (bool, usize, usize))> =
            possible.iter().filter_map(|order| Some((*order, goes_on(order)?))).collect();
        // In one order nearly every day follows the day before; in every other, hardly any.
        let monthly = |order: &Order| self.is_monthly(*order);
        let good = |(enough, changes, even): &(bool, usize, usize)| *enough && even * 10 >= changes * 9;
        let bad = |(_, changes, even): &(bool, usize, usize)| *changes > 0 && even * 2 <= *changes;
        let mut winners = seen.iter().filter(|(_, steps)| good(steps));
        let (winner, _) = winners.next()?;
        let others = seen.iter().filter(|(order, _)| order != winner);
        (winners.next().is_none() && others.clone().all(|(order, steps)| bad(steps) && !monthly(order)))
            .then_some(*winner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Judgement, Orders};
    use crate::dialect::{Calendar, Order};

    fn judge(cells: impl IntoIterator<Item = String>) -> Judgement {
        let mut orders = Orders::default();
        for (line, cell) in (2..).zip(cells) {
            orders.add(cell.as_bytes(), line);
        }
        orders.judge()
    }

    fn proved(order: Order, line: Option<u64>) -> Judgement {
        Judgement::Proved { calendar: Calendar { order, half_days: false }, line }
    }

    fn texts(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| cell.to_string()).collect()
    }

    #[test]
    fn one_cell_may_prove_the_order_of_all() {
        assert_eq!(judge(texts(&["01/02/2024", "13/02/2024"])), proved(Order::DayMonthYear, Some(3)));
        assert_eq!(judge(texts(&["01/02/2024", "01/02/2024", "02/13/2024"])), proved(Order::MonthDayYear, Some(4)));
        assert_eq!(judge(texts(&["2024/01/02"])), proved(Order::YearMonthDay, Some(2)));
        assert_eq!(judge(texts(&["11/11/2024 08:00", "11/11/2024 09:00"])), proved(Order::DayMonthYear, None));
        assert_eq!(judge(texts(&["hello", "12:30"])), Judgement::None);
    }

    #[test]
    fn steps_decide_where_no_cell_does() {
        // Hours over midnight.
        let hours = |text: fn(u32, u32) -> String| (0..60).map(move |hour| text(1 + hour / 24, hour % 24));
        assert_eq!(judge(hours(|day, hour| format!("{day:02}/05/2024 {hour}:00"))), proved(Order::DayMonthYear, None));
        assert_eq!(judge(hours(|day, hour| format!("05/{day:02}/2024 {hour}:00"))), proved(Order::MonthDayYear, None));
        assert_eq!(judge(hours(|day, hour| format!("09.05.{day:02} {hour}:00"))), proved(Order::YearMonthDay, None));
    }

    #[test]
    fn what_nothing_proves_stays_open() {
        for cells in [
            &["01/02/2024 08:00", "02/02/2024 08:00", "03/02/2024 08:00"][..],
            &["01/02/2024 08:00", "01/02/2024 09:00"],
            // Days of one month, or one day of each month.
            &[
                "01/02/2024 08:00",
                "02/02/2024 08:00",
                "03/02/2024 08:00",
                "04/02/2024 08:00",
                "05/02/2024 08:00",
                "06/02/2024 08:00",
                "07/02/2024 08:00",
                "08/02/2024 08:00",
                "09/02/2024 08:00",
                "10/02/2024 08:00",
            ],
        ] {
            let Judgement::Open { orders, line, cell } = judge(texts(cells)) else { panic!("{cells:?}") };
            assert_eq!(
                (orders, line, cell.as_str()),
                (vec![Order::DayMonthYear, Order::MonthDayYear], 2, "01/02/2024 08:00")
            );
        }
    }
}
