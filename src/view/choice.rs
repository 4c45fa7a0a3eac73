//! Which devices a chart shows, which of them stand out, and in which colour. In how much detail the others are drawn is `crowd`.

use super::Input;
use super::order::{float_key, places};
use crate::protocol::Weight;

/// How many devices stand out at once: more are told apart by no one.
const EMPHASISED: usize = 7;
/// Colours in the painter's cycle that are told apart without a dash; enough for every device that stands out.
pub(super) const HUES: usize = 8;

/// A device in a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub device: usize,
    /// Place in the colour cycle.
    pub color: u16,
    pub weight: Weight,
}

/// The devices to show, faint ones first, then those that stand out by rank: the chosen ones in their order, or all by number
/// of flags, then by highest temperature. Devices without a reading in the date range are not shown; a choice that names none
/// that has one is no choice.
pub(super) fn devices(input: &Input<'_>, chosen: &[u32]) -> Vec<Shown> {
    let has_readings = |device: &usize| !input.selected(*device).is_empty();
    let mut seen = vec![false; input.readings().devices.len()];
    let first = |device: &usize| !std::mem::replace(&mut seen[*device], true);
    let mut ranked: Vec<usize> = chosen.iter().map(|&d| d as usize).filter(has_readings).filter(first).collect();
    if ranked.is_empty() {
        ranked = by_rank(input, (0..input.readings().devices.len()).filter(has_readings).collect());
    }
    let outstanding = &ranked[..ranked.len().min(EMPHASISED)];
    let colors = colors(outstanding);
    let mut shown: Vec<Shown> = ranked[outstanding.len()..]
        .iter()
        .map(|&device| Shown { device, color: u16::try_from(device).unwrap_or(u16::MAX), weight: Weight::Faint })
        .collect();
    shown.extend(outstanding.iter().zip(colors).map(|(&device, color)| Shown { device, color, weight: Weight::Plain }));
    shown
}

/// The device of the rolling average: the one asked for, else the one flagged hot most often, else the most flagged.
pub(super) fn rolling_device(input: &Input<'_>, asked: Option<u32>) -> Option<usize> {
    let has_readings = |device: &usize| !input.selected(*device).is_empty();
    asked.map(|device| device as usize).filter(has_readings).or_else(|| {
        (0..input.readings().devices.len()).filter(has_readings).min_by_key(|&device| {
            let hot = input.tally.devices.get(device).map_or(0, |f| f.hot());
            (std::cmp::Reverse((hot, flags(input, device))), device)
        })
    })
}

fn flags(input: &Input<'_>, device: usize) -> u64 {
    input.tally.devices.get(device).map_or(0, |f| f.any())
}

/// More flags first, then the hotter one, then the order of the readings.
fn by_rank(input: &Input<'_>, devices: Vec<usize>) -> Vec<usize> {
    let peaks = &input.facts.peak_celsius;
    let peak = |device: &usize| !float_key(peaks.get(*device).copied().unwrap_or(f64::NEG_INFINITY));
    let flags = |device: &usize| !flags(input, *device);
    // The second sort keeps the order of the first where flags are equal.
    let sorted = |devices: Vec<usize>, key: &dyn Fn(&usize) -> u64| -> Vec<usize> {
        places(devices.iter().map(key)).into_iter().map(|place| devices[place as usize]).collect()
    };
    sorted(sorted(devices, &peak), &flags)
}

/// A hue for each device: its own by its place among all devices, so that it keeps it when limits move; where two have the same,
/// the later one takes the next free hue.
fn colors(devices: &[usize]) -> Vec<u16> {
    let order = places(devices.iter().map(|&device| device as u64));
    let mut taken = [false; HUES];
    let mut colors = vec![0; devices.len()];
    for i in order.into_iter().map(|i| i as usize) {
        let own = devices[i] % HUES;
        let free = (0..HUES).map(|step| (own + step) % HUES).find(|&hue| !taken[hue]).unwrap_or(own);
        taken[free] = true;
        colors[i] = free as u16;
    }
    colors
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Scene, scene};
    use super::*;

    /// Nine devices; `d3` has a low battery twice, `d8` once, `d5` is the hottest.
    fn nine() -> Scene {
        let mut text = String::new();
        for device in 0..9 {
            let temperature = if device == 5 { 29 } else { 20 - device };
            for (at, low) in [(0, device == 3), (1, device == 3 || device == 8)] {
                let battery = if low { 4 } else { 80 };
                text += &format!("d{device} {at}:00 {temperature} 50 {battery}\n");
            }
        }
        scene(&text, None)
    }

    #[test]
    fn flags_then_peaks_decide_who_stands_out() {
        let scene = nine();
        let shown = devices(&scene.input(), &[]);
        let order: Vec<usize> = shown.iter().map(|s| s.device).collect();
        assert_eq!(order, [6, 7, 3, 8, 5, 0, 1, 2, 4]);
        let faint = shown.iter().filter(|s| s.weight == Weight::Faint).count();
        assert_eq!(faint, 2);
        let mut hues: Vec<u16> = shown[2..].iter().map(|s| s.color).collect();
        hues.sort_unstable();
        hues.dedup();
        assert_eq!(hues.len(), 7);
    }

    #[test]
    fn a_choice_keeps_its_order_and_a_bad_one_is_none() {
        let scene = nine();
        let shown = |chosen: &[u32]| -> Vec<usize> {
            let shown = devices(&scene.input(), chosen);
            shown.iter().map(|s| s.device).collect()
        };
        assert_eq!(shown(&[7, 2, 7, 99]), [7, 2]);
        assert_eq!(shown(&[99, u32::MAX]).len(), 9);
        assert_eq!(devices(&scene.input(), &[7])[0].weight, Weight::Plain);
    }

    #[test]
    fn a_device_keeps_its_hue_unless_two_share_one() {
        assert_eq!(colors(&[3, 1]), [3, 1]);
        assert_eq!(colors(&[11, 3]), [4, 3]);
        assert_eq!(colors(&[7, 15]), [7, 0]);
    }

    #[test]
    fn the_rolling_device_is_the_most_flagged_unless_asked() {
        let scene = nine();
        assert_eq!(rolling_device(&scene.input(), None), Some(3));
        assert_eq!(rolling_device(&scene.input(), Some(1)), Some(1));
        assert_eq!(rolling_device(&scene.input(), Some(9)), Some(3));
        let calm = nine().limits(99.0, 0.0);
        assert_eq!(rolling_device(&calm.input(), None), Some(0));
    }
}
