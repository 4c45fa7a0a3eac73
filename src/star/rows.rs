//! Readings and daily statistics as CSV.

use std::io::Write;

use super::bundle::Bundle;
use super::csv::{Csv, quoted};
use crate::Error;
use crate::detect::{HIGH_TEMPERATURE, LOW_BATTERY};
use crate::export::{Cells, text};

/// Writes `fact_sensor_readings.csv`. Returns the number of readings.
pub(super) fn readings(bundle: &Bundle<'_>, out: &mut dyn Write) -> Result<u64, Error> {
    let readings = &bundle.outcome.cleaned.readings;
    let mut csv = Csv::new(out);
    csv.cell("device_id,timestamp,occurrence");
    for column in &bundle.columns {
        csv.cell(&quoted(&column.name));
    }
    csv.end_row()?;
    let mut cells = Cells::new(bundle.outcome, quoted);
    for &span in &bundle.spans {
        let device = quoted(&readings.devices[span.device].name);
        let (mut occurrence, mut last_us) = (0, None);
        for row in span.range() {
            let time_us = readings.timestamp_us[row];
            occurrence = if last_us == Some(time_us) { occurrence + 1 } else { 1 };
            last_us = Some(time_us);
            csv.cell(&device);
            csv.time(time_us);
            csv.count(occurrence);
            for column in &bundle.columns {
                csv.cell(cells.cell(column.field, span, row));
            }
            csv.end_row()?;
        }
    }
    csv.flush()?;
    Ok(bundle.readings() as u64)
}

/// Writes `daily_statistics.csv`: the columns of `daily.csv`, and where each day starts and ends. Returns the number of days.
pub(super) fn daily(bundle: &Bundle<'_>, out: &mut dyn Write) -> Result<u64, Error> {
    let outcome = bundle.outcome;
    let readings = &outcome.cleaned.readings;
    let mut csv = Csv::new(out);
    csv.cell("device_id,date,daily_avg_temp,daily_avg_humidity,daily_min_battery,readings,filled_cells");
    csv.cell("high_temperature,low_battery,both,starts_at,ends_at");
    csv.end_row()?;
    let mut date = String::new();
    for row in &outcome.daily {
        let flags = outcome.flags.bytes.get(row.start..row.end).unwrap_or_default();
        date.clear();
        text::push_day(&mut date, row.day);
        csv.cell(&quoted(&readings.devices[row.device].name));
        csv.cell(&date);
        for number in [row.mean_temperature_celsius, row.mean_humidity_percent, row.min_battery_percent] {
            csv.number(number);
        }
        csv.count(row.readings());
        csv.count(row.filled_cells as usize);
        for bits in [HIGH_TEMPERATURE, LOW_BATTERY, HIGH_TEMPERATURE | LOW_BATTERY] {
            csv.count(flags.iter().filter(|flag| **flag == bits).count());
        }
        // A clock that was set back may show a date again: the day holds its own readings in any case.
        let day = i64::from(row.day);
        let (first_us, last_us) = (readings.timestamp_us[row.start], readings.timestamp_us[row.end - 1]);
        csv.time(readings.zone.start_of_day_us(day).min(first_us));
        csv.time(readings.zone.start_of_day_us(day + 1).max(last_us + 1));
        csv.end_row()?;
    }
    csv.flush()?;
    Ok(outcome.daily.len() as u64)
}
