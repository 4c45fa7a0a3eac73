//! In how much detail a crowd of faint lines is drawn.
//!
//! Owns the most points of a chart: it holds for any number of devices, because a reply and a frame must not grow with them.
//! Only what stands in the background is reduced. A faint line or cloud of dots is cut into columns of two pixels, or wider ones
//! where there are hundreds; of each it keeps the smallest and the largest value, a line also the first and the last. What stands
//! out, marks, statistics and the chart's height are those of every reading.

use std::ops::Range;

use super::choice::Shown;
use super::decimate::{Detail, Keep};
use crate::protocol::Weight;
use crate::pyramid::columns::Columns;

/// How many readings a chart draws at most, unless a few a device are more.
const MOST_POINTS: usize = 400_000;
/// Pixels of a column of what is faint: no wider than its dots.
const FAINT_PX: usize = 2;

/// The detail of faint lines, of which `keep` is kept; `visible` are the rows in the window of each device shown.
pub(super) fn faint(columns: &Columns, keep: Keep, shown: &[Shown], visible: &[Range<usize>]) -> Detail {
    Detail { columns: columns.coarser(faint_columns(columns.count(), keep, shown, visible)), keep }
}

/// The most columns with which all lines together keep within [`MOST_POINTS`]; at least one.
fn faint_columns(columns: usize, keep: Keep, shown: &[Shown], visible: &[Range<usize>]) -> usize {
    let points = |faint: bool, most: usize| -> usize {
        let lines = shown.iter().zip(visible).filter(|(shown, _)| (shown.weight == Weight::Faint) == faint);
        lines.map(|(_, rows)| rows.len().min(most)).sum()
    };
    let left = MOST_POINTS.saturating_sub(points(false, columns * Keep::Line.most()));
    let fits = |columns: usize| points(true, columns * keep.most()) <= left;
    let (mut least, mut most) = (1, columns.div_ceil(FAINT_PX));
    if fits(most) {
        return most;
    }
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
    fn tens_of_devices_or_a_few_readings_lose_a_pixel_at_most() {
        for (devices, rows) in [(1, 10_000_000), (50, 200_000), (500, 700), (5000, 79)] {
            let (shown, visible) = crowd(devices, rows);
            for keep in [Keep::Line, Keep::Dots] {
                assert_eq!(faint_columns(1200, keep, &shown, &visible), 600, "{devices} devices");
            }
        }
    }

    #[test]
    fn a_crowd_keeps_within_the_most_points() {
        for devices in [500, 5000, 50_000] {
            for keep in [Keep::Line, Keep::Dots] {
                let (shown, visible) = crowd(devices, 20_000);
                let columns = faint_columns(1200, keep, &shown, &visible);
                let points = 7 * 1200 * Keep::Line.most() + (devices - 7) * columns * keep.most();
                assert!(columns < 600 && points <= MOST_POINTS, "{devices} devices: {points}");
                assert!(points > MOST_POINTS * 3 / 4 || columns == 1, "{devices} devices: {points}");
            }
        }
        let (shown, visible) = crowd(1_000_000, 9);
        assert_eq!(faint_columns(1200, Keep::Dots, &shown, &visible), 1);
    }
}
