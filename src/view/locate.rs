//! Where a row of the anomaly table stands in the charts.

use super::{Input, lines};
use crate::protocol::{LocateAsk, Located};

/// How many of the device's median steps are shown on each side of the reading.
const STEPS_BESIDE: i64 = 120;
/// Shown on each side where the device has one stamp only: half an hour.
const ALONE_US: i64 = 1_800_000_000;

/// The reading's place, and a window that shows its surroundings; none where the key names no reading in the date range.
pub fn locate(input: &Input<'_>, ask: LocateAsk) -> Option<Located> {
    let readings = input.readings();
    let row = usize::try_from(ask.key).ok().filter(|&row| row < readings.rows())?;
    let device = readings.device_of(row);
    if !input.selected(device).contains(&row) {
        return None;
    }
    let timestamp_us = readings.timestamp_us[row];
    let step = input.facts.device_step_us.get(device).copied().flatten();
    let beside = step.map_or(ALONE_US, |step| step.saturating_mul(STEPS_BESIDE));
    let full = lines::full_window(input);
    // At an end of the log the window is moved inside, not cut.
    let width = beside.saturating_mul(2).min(full.1.saturating_sub(full.0));
    let from = timestamp_us.saturating_sub(width / 2).clamp(full.0, full.1.saturating_sub(width).max(full.0));
    Some(Located {
        key: ask.key,
        device: device as u32,
        timestamp_us,
        y: input.temperature().get(row).copied().unwrap_or(f64::NAN),
        window_us: (from, from.saturating_add(width)),
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::scene;
    use super::*;

    const MINUTE_US: i64 = 60_000_000;

    #[test]
    fn the_window_holds_the_reading_and_its_surroundings() {
        let mut text = String::new();
        for minute in 0..1000 {
            text += &format!("a {}:{:02} {minute} 50 90\n", minute / 60, minute % 60);
        }
        let scene = scene(&text, None);
        let at = |key| locate(&scene.input(), LocateAsk { key });
        let middle = at(500).unwrap();
        assert_eq!(middle.window_us, (380 * MINUTE_US, 620 * MINUTE_US));
        assert_eq!((middle.timestamp_us, middle.y), (500 * MINUTE_US, 500.0));
        assert_eq!(at(0).unwrap().window_us, (0, 240 * MINUTE_US));
        let last = at(999).unwrap().window_us;
        assert!(last.0 < 999 * MINUTE_US && last.1 == 999 * MINUTE_US + 1);
        assert_eq!(at(1000), None);
        assert_eq!(at(u64::MAX), None);
    }

    #[test]
    fn a_log_shorter_than_the_window_is_shown_whole() {
        let scene = scene("a 0:00 20 50 90\na 0:10 21 50 90\nb 40:00 5 5 5\n", Some((0, 0)));
        let located = locate(&scene.input(), LocateAsk { key: 1 }).unwrap();
        assert_eq!(located.window_us, (0, 10 * MINUTE_US + 1));
        // Outside the date range there is nothing to show.
        assert_eq!(locate(&scene.input(), LocateAsk { key: 2 }), None);
    }
}
