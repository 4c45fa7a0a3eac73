//! The median step of a series of timestamps, and where a step is too long for a line to be drawn across it.
//!
//! Exact, in one or two passes: a sample brackets the median, one pass counts what lies below the bracket and at its lower end,
//! and only if the median is not there are the steps inside the bracket looked at. Assumes ascending timestamps less than 292,000
//! years apart; steps of nothing (equal stamps) do not count.

use std::ops::Range;

/// A line breaks where a step exceeds this many median steps of its device.
pub(super) const BREAK_STEPS: i64 = 3;

/// How many steps the sample looks at.
const SAMPLE: usize = 1024;

/// The median of the steps between neighbouring timestamps inside each of `runs`; the lower one of two, so that it is a step
/// that occurs. None without a step.
pub(super) fn median_step_us(timestamp_us: &[i64], runs: &[Range<usize>]) -> Option<i64> {
    let pairs = || runs.iter().map(|run| &timestamp_us[run.clone()]).filter(|run| run.len() > 1);
    let rows: usize = runs.iter().map(|run| run.len()).sum();
    let stride = rows / SAMPLE + 1;
    let mut sample = Vec::new();
    for run in pairs() {
        sample.extend((1..run.len()).step_by(stride).map(|i| run[i].wrapping_sub(run[i - 1])).filter(|&step| step > 0));
    }
    sample.sort_unstable();
    let end = sample.len().saturating_sub(1);
    let (low, high) = match (sample.get(end * 2 / 5), sample.get(end - end * 2 / 5)) {
        (Some(&low), Some(&high)) => (low, high),
        _ => (1, i64::MAX),
    };
    let (mut count, mut below, mut at_low) = (0_usize, 0_usize, 0_usize);
    for run in pairs() {
        for (before, after) in run.iter().zip(&run[1..]) {
            let step = after.wrapping_sub(*before);
            count += usize::from(step > 0);
            below += usize::from(step > 0 && step < low);
            at_low += usize::from(step == low);
        }
    }
    let middle = count.checked_sub(1)? / 2;
    // Most logs have one step that nearly all others equal.
    if (below..below + at_low).contains(&middle) {
        return Some(low);
    }
    let within = |least: i64, most: i64| -> Vec<i64> {
        let steps =
            pairs().flat_map(|run| run.iter().zip(&run[1..])).map(|(before, after)| after.wrapping_sub(*before));
        steps.filter(|step| (least..=most).contains(step)).collect()
    };
    let mut inside = within(low, high);
    if (below..below + inside.len()).contains(&middle) {
        return Some(*inside.select_nth_unstable(middle - below).1);
    }
    // The sample was misleading: look at every step.
    inside = within(1, i64::MAX);
    Some(*inside.select_nth_unstable(middle).1)
}

/// The rows after which a run's step exceeds [`BREAK_STEPS`] median steps, ascending.
pub(super) fn breaks(timestamp_us: &[i64], run: Range<usize>, median_step_us: Option<i64>, into: &mut Vec<u32>) {
    let Some(median) = median_step_us else {
        return;
    };
    let longest = median.saturating_mul(BREAK_STEPS);
    let start = run.start;
    for (i, pair) in timestamp_us[run].windows(2).enumerate() {
        if pair[1].wrapping_sub(pair[0]) > longest {
            into.push(u32::try_from(start + i).unwrap_or(u32::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sorts every step: the plain way.
    fn plain(timestamp_us: &[i64], runs: &[Range<usize>]) -> Option<i64> {
        let mut steps: Vec<i64> = runs
            .iter()
            .flat_map(|run| timestamp_us[run.clone()].windows(2))
            .map(|pair| pair[1] - pair[0])
            .filter(|&step| step > 0)
            .collect();
        steps.sort_unstable();
        let middle = steps.len().checked_sub(1)? / 2;
        Some(steps[middle])
    }

    #[test]
    fn is_the_lower_median_of_unequal_stamps() {
        let run = |stamps: &[i64]| median_step_us(stamps, std::slice::from_ref(&(0..stamps.len())));
        assert_eq!(run(&[]), None);
        assert_eq!(run(&[5]), None);
        assert_eq!(run(&[5, 5, 5]), None);
        assert_eq!(run(&[5, 5, 9]), Some(4));
        assert_eq!(run(&[0, 60, 660]), Some(60));
        assert_eq!(run(&[0, 60, 660, 1260]), Some(600));
        assert_eq!(median_step_us(&[0, 10, 0, 20, 40], &[0..2, 2..5]), Some(20));
    }

    #[test]
    fn equals_sorting_every_step_even_where_a_sample_misleads() {
        let mut state = 9_u64;
        for round in 0..60 {
            let mut stamps = vec![0_i64];
            for i in 0..5000_i64 {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
                let noise = (state >> 40) as i64;
                let step = match round % 4 {
                    0 => 60,
                    1 => noise % 100,
                    // Every step that the sample looks at is an odd one out.
                    2 => {
                        if i % 5 == 0 {
                            9_999
                        } else {
                            noise % 50 + 1
                        }
                    }
                    _ => 1 + i * i,
                };
                stamps.push(stamps[stamps.len() - 1] + step);
            }
            let runs = [0..1, 1..2000, 2000..2000, 2000..stamps.len()];
            assert_eq!(median_step_us(&stamps, &runs), plain(&stamps, &runs), "round {round}");
        }
    }

    #[test]
    fn a_step_breaks_only_above_three_medians() {
        let mut rows = Vec::new();
        let stamps = [100, 0, 10, 40, 71, 81];
        breaks(&stamps, 1..6, Some(10), &mut rows);
        assert_eq!(rows, [3]);
        breaks(&stamps, 1..6, None, &mut rows);
        assert_eq!(rows, [3]);
    }
}
