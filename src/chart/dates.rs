//! Ticks of a time axis, from microseconds to millennia, UTC.
//!
//! Owns the choice of a step and the wording of its labels. Assumes the proleptic Gregorian calendar without leap seconds, as
//! timestamps do. Knows no pixels but the width that ticks share.

use super::frame::Tick;
use crate::wording;

const SECOND_US: i64 = 1_000_000;
const MINUTE_US: i64 = 60 * SECOND_US;
const HOUR_US: i64 = 60 * MINUTE_US;
const DAY_US: i64 = 24 * HOUR_US;
/// A mean Gregorian month, for choosing a step only.
const MONTH_US: f64 = 30.436_875 * DAY_US as f64;

/// Timestamps beyond these are not drawn; a day's arithmetic on them cannot overflow.
const EARLIEST_US: f64 = -9.2e18;
const LATEST_US: f64 = 9.2e18;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A distance of ticks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// Microseconds, less than a day.
    Us(i64),
    Days(i64),
    Months(i64),
}

impl Step {
    fn length_us(self) -> f64 {
        match self {
            Self::Us(us) => us as f64,
            Self::Days(days) => days as f64 * DAY_US as f64,
            Self::Months(months) => months as f64 * MONTH_US,
        }
    }

    /// Smallest distance that keeps labels apart, CSS pixels.
    fn room_px(self) -> f64 {
        match self {
            Self::Us(us) if us < 1_000 => 140.0,
            Self::Us(us) if us < SECOND_US => 120.0,
            Self::Us(us) if us < MINUTE_US => 96.0,
            Self::Us(_) => 72.0,
            Self::Days(_) => 80.0,
            Self::Months(_) => 68.0,
        }
    }
}

/// Every step, shortest first.
fn steps() -> impl Iterator<Item = Step> {
    let decimal = |from: i64, powers: u32| {
        (0..powers).flat_map(move |power| [1, 2, 5].map(|times| from * times * 10i64.pow(power)))
    };
    let under_a_second = decimal(1, 6).map(Step::Us);
    let sixty = |unit: i64| [1, 2, 5, 10, 15, 30].into_iter().map(move |times| Step::Us(times * unit));
    let hours = [1, 2, 3, 6, 12].into_iter().map(|hours| Step::Us(hours * HOUR_US));
    let days = [1, 2, 4, 7, 14].into_iter().map(Step::Days);
    let months = [1, 2, 3, 6].into_iter().map(Step::Months);
    let years = decimal(12, 6).map(Step::Months);
    under_a_second.chain(sixty(SECOND_US)).chain(sixty(MINUTE_US)).chain(hours).chain(days).chain(months).chain(years)
}

/// Ticks inside a window (microseconds UTC) that is `width_px` (CSS) wide. Steps of several days count from the day of
/// `anchor_us`, so that they stay where they are while the window moves.
pub(super) fn ticks(x: (f64, f64), width_px: f64, anchor_us: i64) -> Vec<Tick> {
    let (from, to) = (x.0.clamp(EARLIEST_US, LATEST_US), x.1.clamp(EARLIEST_US, LATEST_US));
    let us_per_px = (to - from) / width_px.max(1.0);
    let step = steps().find(|step| step.length_us() >= us_per_px * step.room_px()).unwrap_or(Step::Months(12_000_000));
    let at = places(step, from.ceil() as i64, to.floor() as i64, anchor_us.div_euclid(DAY_US));
    let mut before = None;
    at.into_iter()
        .map(|us| {
            let label = label(step, us, before, to - from);
            before = Some(us);
            Tick { at: us as f64, label }
        })
        .collect()
}

fn places(step: Step, from: i64, to: i64, anchor_day: i64) -> Vec<i64> {
    const MOST: usize = 200;
    let multiples = |unit: i64, offset: i64| -> Vec<i64> {
        let first = (from - offset).div_euclid(unit) * unit + offset;
        (0..MOST as i64)
            .map(|k| first.saturating_add(k * unit))
            .skip_while(|&us| us < from)
            .take_while(|&us| us <= to)
            .collect()
    };
    match step {
        Step::Us(us) => multiples(us, 0),
        Step::Days(days) => multiples(days * DAY_US, anchor_day.rem_euclid(days) * DAY_US),
        Step::Months(months) => {
            let (year, month, _) = wording::civil(from.div_euclid(DAY_US));
            let first = (year * 12 + i64::from(month) - 1).div_euclid(months) * months;
            (0..MOST as i64)
                .map(|k| month_start_us(first + k * months))
                .skip_while(|us| us.is_none_or(|us| us < from))
                .map_while(|us| us.filter(|&us| us <= to))
                .collect()
        }
    }
}

/// First moment of a month counted from year 0; none where timestamps end.
fn month_start_us(month: i64) -> Option<i64> {
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    // Howard Hinnant, `days_from_civil` (chrono-Compatible Low-Level Date Algorithms), for the first of a month.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era - 719_468).checked_mul(DAY_US)
}

/// What is written at a tick: as little as the ticks before it leave open.
fn label(step: Step, us: i64, before: Option<i64>, span_us: f64) -> String {
    let civil = |us: i64| wording::civil(us.div_euclid(DAY_US));
    let (year, month, day) = civil(us);
    let name = MONTHS[(month as usize - 1) % 12];
    match step {
        Step::Months(months) if months >= 12 => year.to_string(),
        Step::Months(_) if before.is_none() || month == 1 => format!("{name} {year}"),
        Step::Months(_) => name.to_owned(),
        Step::Days(_) => {
            let new_year = before.is_some_and(|before| civil(before).0 != year);
            let first_of_long = before.is_none() && span_us > 180.0 * DAY_US as f64;
            if new_year || first_of_long { format!("{name} {day}, {year}") } else { format!("{name} {day}") }
        }
        Step::Us(step_us) => {
            let of_day = us.rem_euclid(DAY_US);
            let new_day = before.is_none_or(|before| before.div_euclid(DAY_US) != us.div_euclid(DAY_US));
            let (hours, minutes) = (of_day / HOUR_US, of_day / MINUTE_US % 60);
            let (seconds, fraction) = (of_day / SECOND_US % 60, of_day % SECOND_US);
            let time = match step_us {
                MINUTE_US.. => format!("{hours:02}:{minutes:02}"),
                SECOND_US.. => format!("{hours:02}:{minutes:02}:{seconds:02}"),
                1_000.. => format!("{hours:02}:{minutes:02}:{seconds:02}.{:03}", fraction / 1_000),
                _ => format!("{hours:02}:{minutes:02}:{seconds:02}.{fraction:06}"),
            };
            match (new_day, of_day) {
                (true, 0) if step_us >= MINUTE_US => format!("{name} {day}"),
                (true, _) if step_us >= SECOND_US => format!("{name} {day} {time}"),
                _ => time,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2023-01-01.
    const START: i64 = 19_358 * DAY_US;

    fn labels(from: i64, to: i64, width_px: f64) -> String {
        let ticks = ticks((from as f64, to as f64), width_px, START);
        ticks.iter().map(|tick| tick.label.as_str()).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn two_weeks_are_days_however_wide() {
        let to = START + 13 * DAY_US;
        assert_eq!(labels(START, to, 990.0), "Jan 1 | Jan 3 | Jan 5 | Jan 7 | Jan 9 | Jan 11 | Jan 13");
        assert_eq!(labels(START, to, 270.0), "Jan 1 | Jan 5 | Jan 9 | Jan 13");
    }

    #[test]
    fn every_length_has_a_step() {
        assert_eq!(
            labels(START, START + DAY_US, 990.0),
            "Jan 1 | 02:00 | 04:00 | 06:00 | 08:00 | 10:00 | 12:00 | 14:00 | 16:00 | 18:00 | 20:00 | 22:00 | Jan 2"
        );
        assert_eq!(
            labels(START + 51_667 * SECOND_US, START + 51_670 * SECOND_US, 300.0),
            "Jan 1 14:21:07 | 14:21:08 | 14:21:09 | 14:21:10"
        );
        assert_eq!(labels(START, START + 1_000_000, 500.0), "00:00:00.000 | 00:00:00.500 | 00:00:01.000");
        assert_eq!(
            labels(START, START + 3, 500.0),
            "00:00:00.000000 | 00:00:00.000001 | 00:00:00.000002 | 00:00:00.000003"
        );
        assert_eq!(labels(START, START + 300 * DAY_US, 400.0), "Jan 2023 | Mar | May | Jul | Sep");
        assert_eq!(
            labels(START - 10 * DAY_US, START + 10 * DAY_US, 400.0),
            "Dec 24 | Dec 28 | Jan 1, 2023 | Jan 5 | Jan 9"
        );
        assert_eq!(labels(START, START + 3_000 * DAY_US, 400.0), "2024 | 2026 | 2028 | 2030");
    }

    #[test]
    fn far_years_are_years() {
        let far = |year: i64| month_start_us(year * 12).unwrap();
        assert_eq!(labels(far(1678), far(1690), 400.0), "1680 | 1685 | 1690");
        assert_eq!(labels(far(-200_000), far(200_000), 300.0), "-200000 | -100000 | 0 | 100000 | 200000");
        assert_eq!(labels(i64::MIN, i64::MAX, 300.0).split(" | ").count(), 3);
        for month in -40_000..40_000 {
            let (year, of_year, day) = wording::civil(month_start_us(month).unwrap() / DAY_US);
            assert_eq!((year * 12 + i64::from(of_year) - 1, day), (month, 1));
        }
    }
}
