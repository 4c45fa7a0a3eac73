//! Ticks of a value axis.
//!
//! Owns the choice of a step (1, 2 or 5 times a power of ten) and the wording of tick labels. Assumes nothing about the numbers.
//! Knows no pixels but the height that ticks share.

use super::frame::Tick;
use crate::wording;

/// Smallest distance of two ticks, CSS pixels.
const TICK_PX: f64 = 46.0;

/// Most characters of a label that fit beside the plot.
const LABEL_CHARACTERS: usize = 7;

/// Beyond this, spans of doubles overflow.
const LARGEST: f64 = 1e300;

/// The range of an axis `height_px` (CSS) high that shows `range`, rounded to ticks, and its ticks.
pub(super) fn axis(range: (f64, f64), height_px: f64, unit: &str) -> ((f64, f64), Vec<Tick>) {
    let (low, high) = extent(range);
    let steps = (height_px / TICK_PX).floor().clamp(1.0, 12.0);
    let step = nice_step((high - low) / steps);
    // What lies on a tick but for rounding is on it.
    let first = (low / step + 1e-9).floor();
    let last = (high / step - 1e-9).ceil().max(first + 1.0);
    let decimals = (-(step.log10() + 1e-9).floor()).clamp(0.0, 12.0) as usize;
    let count = (last - first).clamp(1.0, 40.0) as usize;
    let at: Vec<f64> = (0..=count).map(|k| (first + k as f64) * step).collect();
    let bare: Vec<String> = at.iter().map(|&value| bare(value, step, decimals)).collect();
    let suffix = suffix(unit);
    let room = LABEL_CHARACTERS.saturating_sub(suffix.chars().count());
    // The title names the unit, too: where it does not fit, no label has it.
    let suffix = if bare.iter().all(|label| label.chars().count() <= room) { suffix.as_str() } else { "" };
    let ticks = at.iter().zip(bare).map(|(&at, bare)| Tick { at, label: bare + suffix }).collect();
    ((first * step, last * step), ticks)
}

/// A unit behind a number.
pub(super) fn suffix(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(" {unit}") }
}

fn bare(value: f64, step: f64, decimals: usize) -> String {
    let text = wording::fixed(value, decimals);
    if text.chars().count() <= LABEL_CHARACTERS {
        return text;
    }
    // As many digits as tell neighbours apart, and no more than fit.
    let digits = (value.abs().max(step).log10() - step.log10()).ceil().clamp(0.0, 3.0) as usize;
    format!("{value:.digits$e}")
}

/// Two finite numbers, the first smaller, far enough apart to draw ticks between them.
fn extent((low, high): (f64, f64)) -> (f64, f64) {
    let finite = |value: f64| value.is_finite().then_some(value.clamp(-LARGEST, LARGEST));
    let (low, high) = match (finite(low), finite(high)) {
        (Some(low), Some(high)) if low <= high => (low, high),
        (Some(low), Some(high)) => (high, low),
        (Some(one), None) | (None, Some(one)) => (one, one),
        (None, None) => (0.0, 1.0),
    };
    let size = low.abs().max(high.abs());
    if high - low > size * 1e-9 && high - low > 1e-300 {
        return (low, high);
    }
    let pad = if size > 1e-290 { (size * 0.01).max(if size >= 1.0 { 1.0 } else { 0.0 }) } else { 1.0 };
    (low - pad, high + pad)
}

/// The smallest 1, 2 or 5 times a power of ten that is at least `raw`.
fn nice_step(raw: f64) -> f64 {
    let power = 10f64.powf(raw.log10().floor());
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|times| times * power)
        .find(|&step| step >= raw * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, unit: &str) -> String {
        let (_, ticks) = axis((low, high), 340.0, unit);
        ticks.iter().map(|tick| tick.label.as_str()).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn labels_are_round_and_carry_units() {
        assert_eq!(labels(12.4, 38.6, "°C"), "10 °C | 15 °C | 20 °C | 25 °C | 30 °C | 35 °C | 40 °C");
        assert_eq!(labels(0.0, 100.0, "%"), "0 % | 20 % | 40 % | 60 % | 80 % | 100 %");
        assert_eq!(labels(20.1, 20.25, "°C"), "20.10 | 20.15 | 20.20 | 20.25");
        assert_eq!(labels(990.0, 1_013.0, "hPa"), "990 | 995 | 1,000 | 1,005 | 1,010 | 1,015");
        assert_eq!(labels(-5.0, 5.0, "°C"), "-6 °C | -4 °C | -2 °C | 0 °C | 2 °C | 4 °C | 6 °C");
    }

    #[test]
    fn a_single_value_stands_in_the_middle() {
        assert_eq!(axis((50.0, 50.0), 340.0, "%").0, (49.0, 51.0));
        assert_eq!(axis((0.0, 0.0), 340.0, "%").0, (-1.0, 1.0));
    }

    #[test]
    fn numbers_that_are_none_get_a_plain_axis() {
        assert_eq!(axis((f64::NAN, f64::NAN), 340.0, "%").0, (0.0, 1.0));
        assert_eq!(axis((f64::NEG_INFINITY, 20.0), 340.0, "%").0, (19.0, 21.0));
        assert_eq!(labels(1e20, 3e20, ""), "1e20 | 1.5e20 | 2e20 | 2.5e20 | 3e20");
    }
}
