//! How a cell's time is written, in the notation of strftime.
//!
//! Assumes a cell that is a time in the order given. What it does not know is copied as it stands.

use crate::dialect::Order;
use crate::dialect::calendar::usual;

/// `08.04.2021 21:00` day first is `%d.%m.%Y %H:%M`.
pub fn notation_of(cell: &str, order: Order, half_days: bool) -> String {
    let fields: [char; 3] = match order {
        Order::YearMonthDay => ['Y', 'm', 'd'],
        Order::DayMonthYear => ['d', 'm', 'Y'],
        Order::MonthDayYear => ['m', 'd', 'Y'],
    };
    let mut out = String::new();
    let (mut date, mut clock) = (0, 0);
    let usual = usual(cell);
    let mut rest = usual.as_str();
    while let Some(letter) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let run = match (digits, date, clock) {
            (8, 0, 0) => "%Y%m%d",
            (3, 1, 0) => "%j",
            (4, 3, 0) => "%H%M",
            (6, 3, 0) => "%H%M%S",
            _ => "",
        };
        if !run.is_empty() {
            out.push_str(run);
            clock = if date == 3 { digits / 2 } else { 0 };
            date = 3;
            rest = &rest[digits..];
        } else if digits > 0 {
            let field = match (date, clock) {
                (0..=2, 0) => {
                    let field = fields[date];
                    date += 1;
                    if field == 'Y' && digits == 2 { 'y' } else { field }
                }
                (_, 0) => {
                    if half_days {
                        'I'
                    } else {
                        'H'
                    }
                }
                (_, 1) => 'M',
                (_, 2) => 'S',
                _ => 'f',
            };
            if date == 3 && matches!(field, 'I' | 'H' | 'M' | 'S' | 'f') {
                clock += 1;
            }
            out.extend(['%', field]);
            rest = &rest[digits..];
        } else if clock > 0 && matches!(letter, '+' | '-') {
            out.push_str("%z");
            break;
        } else if letter.is_alphabetic() {
            let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let word = &rest[..length];
            if date < 3 {
                out.push_str(if length > 3 { "%B" } else { "%b" });
                date += 1;
            } else if half_days && !matches!(word, "T" | "Z" | "UTC" | "GMT") {
                out.push_str("%p");
                break;
            } else {
                out.push_str(word);
            }
            rest = &rest[length..];
        } else {
            out.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::notation_of;
    use crate::dialect::Order;

    #[test]
    fn times_are_written_as_strftime_would() {
        for (cell, order, half, expected) in [
            ("2024-03-01 08:00:00", Order::YearMonthDay, false, "%Y-%m-%d %H:%M:%S"),
            ("2022-11-10T11:08:12.5Z", Order::YearMonthDay, false, "%Y-%m-%dT%H:%M:%S.%fZ"),
            ("2022-11-10T11:08:12+05:30", Order::YearMonthDay, false, "%Y-%m-%dT%H:%M:%S%z"),
            ("05/16/18 04:07:26 PM", Order::MonthDayYear, true, "%m/%d/%y %I:%M:%S %p"),
            ("08.04.2021 21:00", Order::DayMonthYear, false, "%d.%m.%Y %H:%M"),
            ("24-Mar-2021 06:07", Order::DayMonthYear, false, "%d-%b-%Y %H:%M"),
            ("10/03/2004 18.00.00", Order::DayMonthYear, false, "%d/%m/%Y %H.%M.%S"),
            ("20170413_084516", Order::YearMonthDay, false, "%Y%m%d_%H%M%S"),
            ("2024-072T08:00", Order::YearMonthDay, false, "%Y-%jT%H:%M"),
            ("Tue 12.03.2024 08:00", Order::DayMonthYear, false, "%d.%m.%Y %H:%M"),
        ] {
            assert_eq!(notation_of(cell, order, half), expected);
        }
    }
}
