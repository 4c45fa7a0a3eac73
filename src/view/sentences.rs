//! Words for metrics, flags and places.

use std::borrow::Cow;

use crate::contract;
use crate::protocol::FlagKind;
use crate::recipe::Limits;
use crate::table::Readings;
use crate::wording;

/// A metric in words: the contract's metrics have a name that people use, others their own.
pub(super) fn metric_words(name: &str) -> &str {
    match name {
        contract::TEMPERATURE => "Temperature",
        contract::HUMIDITY => "Humidity",
        "pressure_hpa" => "Pressure",
        contract::BATTERY => "Battery",
        other => other,
    }
}

/// A metric as a heading of a table, with its unit: `Temp. °C`.
pub(super) fn metric_heading(name: &str, unit: &str) -> String {
    let words = match name {
        contract::TEMPERATURE => "Temp.",
        contract::HUMIDITY => "RH",
        other => metric_words(other),
    };
    format!("{words} {unit}").trim_end().into()
}

/// Why a reading is flagged, a sentence for each limit that it is beyond.
pub(super) fn flag_sentences(
    kind: Option<FlagKind>,
    rolling_celsius: f64,
    battery_percent: f64,
    limits: Limits,
) -> Vec<(FlagKind, String)> {
    let hot = || {
        let limit = limits.high_temp_celsius;
        let value = beyond(rolling_celsius, limit);
        let sentence = format!("High temperature: {value} is above {}", wording::exact(limit));
        (FlagKind::HighTemperature, sentence)
    };
    let low = || {
        let limit = limits.low_battery_percent;
        let value = beyond(battery_percent, limit);
        let sentence = format!("Low battery: {value} is below {}", wording::exact(limit));
        (FlagKind::LowBattery, sentence)
    };
    match kind {
        None => Vec::new(),
        Some(FlagKind::HighTemperature) => vec![hot()],
        Some(FlagKind::LowBattery) => vec![low()],
        Some(FlagKind::Both) => vec![hot(), low()],
    }
}

/// A value that is beyond `limit`, to two decimals or to as many as it takes not to look equal to it.
fn beyond(value: f64, limit: f64) -> String {
    let shown = (value * 100.0).round() / 100.0;
    if (shown < limit) == (value < limit) && (shown > limit) == (value > limit) {
        wording::number(value)
    } else {
        wording::exact(value)
    }
}

/// Where a reading stands: `gateway-03.csv line 13`.
pub(super) fn place(readings: &Readings, row: usize, file_name: &str) -> String {
    let line = readings.place(row).line;
    let name: Cow<'_, str> = match file_name {
        "" => readings.files.first().map_or("".into(), |f| f.into()),
        name => name.into(),
    };
    format!("{name} line {line}").trim_start().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_says_which_value_is_beyond_which_limit() {
        let sentences = |kind, rolling, battery| -> Vec<String> {
            let all = flag_sentences(kind, rolling, battery, Limits::default());
            all.into_iter().map(|(_, sentence)| sentence).collect()
        };
        assert_eq!(sentences(Some(FlagKind::HighTemperature), 34.866_7, 81.0), ["High temperature: 34.87 is above 30"]);
        assert_eq!(
            sentences(Some(FlagKind::Both), 30.001, 14.0),
            ["High temperature: 30.001 is above 30", "Low battery: 14 is below 15"]
        );
        assert!(sentences(None, 99.0, 1.0).is_empty());
    }

    #[test]
    fn headings_carry_units_where_they_are_known() {
        assert_eq!(metric_heading("temperature_celsius", "°C"), "Temp. °C");
        assert_eq!(metric_heading("pressure_hpa", "hPa"), "Pressure hPa");
        assert_eq!(metric_heading("co2", ""), "co2");
    }
}
