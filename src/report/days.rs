//! Daily statistics by device: all of a small log, of a large one the days that are worth a look.
//!
//! Owns which days those are. Assumes flags counted by day. Computes no statistic.

use std::cmp::Reverse;

use super::html::{Html, Kind};
use super::{Report, counted_cell, left_out};
use crate::aggregate::DailyRow;
use crate::contract::{BATTERY, HUMIDITY, TEMPERATURE};
use crate::view::FlagCounts;
use crate::wording::{day, number};

/// Rows listed: about a page of paper.
const LISTED: usize = 60;

/// A metric of a day: its name, the column's heading, its value.
type Statistic = (&'static str, &'static str, fn(&DailyRow) -> f64);

const STATISTICS: [Statistic; 3] = [
    (TEMPERATURE, "Mean temperature", |day| day.mean_temperature_celsius),
    (HUMIDITY, "Mean humidity", |day| day.mean_humidity_percent),
    (BATTERY, "Lowest battery", |day| day.min_battery_percent),
];

pub(super) fn daily(html: &mut Html, report: &Report<'_>) {
    html.heading("Daily statistics");
    let outcome = report.input.outcome;
    let readings = &outcome.cleaned.readings;
    let days = &outcome.daily;
    let flags = |row: usize| report.input.tally.days.get(row).map_or(0, FlagCounts::any);
    let mut shown: Vec<usize> = (0..days.len()).collect();
    if days.len() > LISTED {
        // The order of equals is that of the table.
        shown.sort_by_key(|&row| Reverse(flags(row)));
        shown.truncate(LISTED);
        shown.sort_unstable();
    }
    let there: Vec<(Statistic, String)> = STATISTICS
        .into_iter()
        .filter_map(|statistic| {
            let unit = &readings.metrics.get(readings.metric(statistic.0)?)?.info.unit;
            let mut heading = String::from(statistic.1);
            if !unit.is_empty() {
                heading.push_str(", ");
                heading.push_str(unit);
            }
            Some((statistic, heading))
        })
        .collect();
    let mut columns = vec![("Device", Kind::Row), ("Date", Kind::Words), ("Readings", Kind::Number)];
    columns.extend(there.iter().map(|(_, heading)| (heading.as_str(), Kind::Number)));
    columns.extend([("Filled cells", Kind::Number), ("Anomalies", Kind::Number)]);
    let zone = if readings.zone.is_utc() { "UTC" } else { readings.zone.name.as_str() };
    let mut caption = String::from("By device and date, ");
    caption.push_str(zone);
    html.table("daily", &caption, &columns);
    for row in &shown {
        let Some(one) = days.get(*row) else { continue };
        let name = readings.devices.get(one.device).map_or("", |run| run.name.as_str());
        let mut cells =
            vec![(Kind::Row, String::from(name)), (Kind::Words, day(one.day)), counted_cell(one.readings() as u64)];
        cells.extend(there.iter().map(|((_, _, value), _)| {
            let value = value(one);
            (Kind::Number, if value.is_nan() { String::from("none") } else { number(value) })
        }));
        cells.extend([counted_cell(one.filled_cells), counted_cell(flags(*row))]);
        html.row(&cells);
    }
    html.end_table();
    left_out(
        html,
        shown.len(),
        days.len(),
        "days are listed, those with most anomalies; the table of daily statistics has all.",
    );
}
