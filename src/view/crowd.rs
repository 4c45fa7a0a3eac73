//! In how much detail a crowd of faint lines is drawn.
//!
//! Owns the most points of a chart: it holds for any number of devices, because a reply and a frame must not grow with them.
//! Only lines in the background are reduced, and only in width: each is cut into fewer and wider columns, of which it still keeps
//! the first, the last, the smallest and the largest value. What stands out, marks, statistics and the chart's height are those of
//! every reading.

use std::ops::Range;

use super::choice::Shown;
use super::columns::Columns;
use super::decimate::FEW;
use crate::protocol::Weight;

/// How many readings a chart draws at most, unless a few a device are more: fifty devices on two thousand pixels.
const MOST_POINTS: usize = 400_000;

/// The columns into which faint lines are cut; `visible` are the rows in the window of each device shown.
pub(super) fn faint_columns(columns: &Columns, shown: &[Shown], visible: &[Range<usize>]) -> Columns {
    columns.coarser(detail(columns.len(), shown, visible))
}

/// The most columns, up to `columns`, with which all lines together keep within [`MOST_POINTS`]; at least one.
fn detail(columns: usize, shown: &[Shown], visible: &[Range<usize>]) -> usize {
    let points = |weight: fn(Weight) -> bool, columns: usize| -> usize {
        let lines = shown.iter().zip(visible).filter(|(shown, _)| weight(shown.weight));
        lines.map(|(_, rows)| rows.len().min(columns * FEW)).sum()
    };
    let left = MOST_POINTS.saturating_sub(points(|weight| weight != Weight::Faint, columns));
    let fits = |columns: usize| points(|weight| weight == Weight::Faint, columns) <= left;
    if fits(columns) {
        return columns;
    }
    let (mut least, mut most) = (1, columns);
    while least + 1 < most {
        let middle = usize::midpoint(least, most);
        if fits(middle) { least = middle } else { most = middle }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(devices: usize, rows: usize) -> (Vec<Shown>, Vec<Range<usize>>) {
        let weight = |device| if device < 7 { Weight::Plain } else { Weight::Faint };
        let shown = (0..devices).map(|device| Shown { device, color: 0, weight: weight(device) }).collect();
        (shown, vec![0..rows; devices])
    }

    #[test]
    fn a_few_devices_or_readings_are_drawn_in_full() {
        for (devices, rows) in [(1, 10_000_000), (50, 200_000), (500, 700), (5000, 79)] {
            let (shown, visible) = crowd(devices, rows);
            assert_eq!(detail(1200, &shown, &visible), 1200, "{devices} devices");
        }
    }

    #[test]
    fn a_crowd_keeps_within_the_most_points() {
        for devices in [100, 500, 5000, 50_000] {
            let (shown, visible) = crowd(devices, 20_000);
            let columns = detail(1200, &shown, &visible);
            let points = 7 * 1200 * FEW + (devices - 7) * columns * FEW;
            assert!(columns < 1200 && points <= MOST_POINTS, "{devices} devices: {points}");
            assert!(points > MOST_POINTS * 9 / 10 || columns == 1, "{devices} devices: {points}");
        }
        let (shown, visible) = crowd(1_000_000, 9);
        assert_eq!(detail(1200, &shown, &visible), 1);
    }
}
