//! Logs for the tests, made up by whole numbers: the same each time.

use std::fmt::Write;

/// Fifty devices, a reading every few minutes each from the last days of 2023 on, with gaps, repeated times, readings of low battery
/// and of high temperature, and one metric more than the contract has.
pub fn large(rows: u64) -> String {
    let mut text = String::from(
        "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent,co2_ppm\n",
    );
    for row in 0..rows {
        let (device, step) = (row % 50, row / 50);
        let noise = (row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) % 1000;
        // Every hundredth reading has the time of the one before.
        let minute = (step - u64::from(step % 100 == 99)) * (1 + device % 7);
        let (day, hour, minute) = (minute / 1440, minute / 60 % 24, minute % 60);
        let (year, month, day) = if day < 2 { (2023, 12, 30 + day) } else { (2024, 1, day - 1) };
        let cell = |missing: u64, text: String| if noise % missing == 0 { String::new() } else { text };
        let temperature = cell(37, format!("{}.{noise:03}", 20 + device % 12));
        let humidity = cell(41, format!("{}.{}", 30 + noise % 60, step % 10));
        let pressure = cell(43, format!("{}", 980 + noise % 50));
        let battery = format!("{}.5", 5 + (noise + device) % 90);
        let co2 = cell(11, format!("{}", 400 + noise));
        let _ = writeln!(
            text,
            "{year}-{month:02}-{day:02} {hour:02}:{minute:02}:00,sensor_{device:03},{temperature},{humidity},{pressure},\
             {battery},{co2}"
        );
    }
    text
}

/// A log of the contract's columns: device, time and temperature of each reading.
pub fn small(rows: &[(&str, &str, f64)]) -> String {
    let mut text =
        String::from("timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n");
    for (device, time, temperature) in rows {
        let _ = writeln!(text, "{time},{device},{temperature},50.25,1000.5,80");
    }
    text
}
