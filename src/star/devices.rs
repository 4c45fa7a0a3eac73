//! What is learnt of a device from its readings: how often it measures.

use std::io::Write;

use super::bundle::Bundle;
use super::csv::{Csv, quoted};
use crate::Error;

/// How a device measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// A minute or less between readings.
    HighFrequency,
    /// As if by a clock.
    Periodic,
    /// When something happens; also what cannot be told.
    OnEvent,
}

impl Category {
    pub fn name(self) -> &'static str {
        match self {
            Self::HighFrequency => "High-Frequency",
            Self::Periodic => "Periodic",
            Self::OnEvent => "On-Event",
        }
    }
}

/// The steps of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The median step, the lower one of two, so that it is a step that occurs. None without a step.
    pub median_us: Option<i64>,
    pub category: Category,
}

/// The longest median step of a device that counts as high frequency: a minute.
const HIGH_FREQUENCY_US: i64 = 60_000_000;

/// Learns from ascending timestamps, in microseconds. Equal stamps are no step. Periodic is a device of whose steps nine of ten
/// lie within a tenth of the median.
pub fn interval(timestamp_us: &[i64]) -> Interval {
    let pairs = timestamp_us.iter().zip(timestamp_us.get(1..).unwrap_or_default());
    let mut steps: Vec<i64> =
        pairs.map(|(before, after)| after.wrapping_sub(*before)).filter(|step| *step > 0).collect();
    let Some(middle) = steps.len().checked_sub(1).map(|last| last / 2) else {
        return Interval { median_us: None, category: Category::OnEvent };
    };
    let median = *steps.select_nth_unstable(middle).1;
    // In whole numbers: no product of them is near the end of an i128.
    let near = |step: &&i64| (i128::from(**step) - i128::from(median)).abs() * 10 <= i128::from(median);
    let category = if median <= HIGH_FREQUENCY_US {
        Category::HighFrequency
    } else if steps.iter().filter(near).count() as u128 * 10 >= steps.len() as u128 * 9 {
        Category::Periodic
    } else {
        Category::OnEvent
    };
    Interval { median_us: Some(median), category }
}

/// Writes `dim_devices.csv`. Returns the number of devices.
pub(super) fn write(bundle: &Bundle<'_>, out: &mut dyn Write) -> Result<u64, Error> {
    let readings = &bundle.outcome.cleaned.readings;
    let mut csv = Csv::new(out);
    csv.cell("device_id,expected_interval_seconds,sensor_category");
    csv.end_row()?;
    for span in &bundle.spans {
        let learnt = interval(&readings.timestamp_us[span.range()]);
        csv.cell(&quoted(&readings.devices[span.device].name));
        csv.number(learnt.median_us.map_or(f64::NAN, |step| step as f64 / 1e6));
        csv.cell(learnt.category.name());
        csv.end_row()?;
    }
    csv.flush()?;
    Ok(bundle.spans.len() as u64)
}
