//! The median step of a series of timestamps, and where a step is too long for a line to be drawn across it.
//!
//! Exact, mostly in one pass: a sample brackets the median, the pass counts what lies below the bracket and at its lower end, and
//! only if the median is not there are the steps inside the bracket looked at. Assumes ascending timestamps less than 292,000
//! years apart; steps of nothing (equal stamps) do not count.

use std::ops::Range;

/// A line breaks where a step exceeds this many median steps of its device.
pub(super) const BREAK_STEPS: i64 = 3;

/// How many steps the sample looks at.
const SAMPLE: usize = 1024;
/// How many steps are compared at once with the one that nearly all equal.
const AT_ONCE: usize = 8;

/// The steps of every run: their medians, and where they are too long.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Steps {
    /// Of each run by itself; none where there is one stamp only.
    pub median_us: Vec<Option<i64>>,
    /// Of all runs together.
    pub overall_us: Option<i64>,
    /// The rows after which a run's step exceeds [`BREAK_STEPS`] of its median, ascending.
    pub breaks: Vec<u32>,
}

/// What a pass counts.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    steps: usize,
    below: usize,
    /// Equal to the one counted against.
    same: usize,
    longest: i64,
}

/// The steps of `runs`. Where all runs have one and the same step nearly everywhere, as most logs do, each is looked at once.
pub(super) fn steps(timestamp_us: &[i64], runs: &[Range<usize>]) -> Steps {
    let mut all = Steps::default();
    let mut together = Counts::default();
    // The step against which the steps of every run were counted; none where they differ.
    let mut common: Option<Option<i64>> = None;
    for run in runs {
        let one = std::slice::from_ref(run);
        let (median, counts, against) = median(timestamp_us, one);
        if median.is_some_and(|median| counts.longest > median.saturating_mul(BREAK_STEPS)) {
            breaks(timestamp_us, run.clone(), median, &mut all.breaks);
        }
        all.median_us.push(median);
        if counts.steps > 0 {
            together.steps += counts.steps;
            together.below += counts.below;
            together.same += counts.same;
            common = Some(Some(against).filter(|_| common.is_none_or(|c| c == Some(against))));
        }
    }
    all.overall_us = match common.flatten() {
        Some(step) if together.holds_median() => Some(step),
        _ => median_step_us(timestamp_us, runs),
    };
    all
}

impl Counts {
    /// Whether the median is the step counted against.
    fn holds_median(&self) -> bool {
        let middle = self.steps.saturating_sub(1) / 2;
        self.steps > 0 && (self.below..self.below + self.same).contains(&middle)
    }

    fn add(&mut self, step: i64, against: i64) {
        self.steps += usize::from(step > 0);
        self.below += usize::from(step > 0 && step < against);
        self.same += usize::from(step == against);
        self.longest = self.longest.max(step);
    }
}

/// The median of the steps between neighbouring timestamps inside each of `runs`; the lower one of two, so that it is a step
/// that occurs. None without a step.
pub(super) fn median_step_us(timestamp_us: &[i64], runs: &[Range<usize>]) -> Option<i64> {
    median(timestamp_us, runs).0
}

/// The median, what was counted on the way, and against which step.
fn median(timestamp_us: &[i64], runs: &[Range<usize>]) -> (Option<i64>, Counts, i64) {
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
    let mut counts = Counts::default();
    for run in pairs() {
        count(run, low, &mut counts);
    }
    let Some(middle) = counts.steps.checked_sub(1).map(|last| last / 2) else {
        return (None, counts, low);
    };
    // Most logs have one step that nearly all others equal.
    if counts.holds_median() {
        return (Some(low), counts, low);
    }
    let within = |least: i64, most: i64| -> Vec<i64> {
        let steps =
            pairs().flat_map(|run| run.iter().zip(&run[1..])).map(|(before, after)| after.wrapping_sub(*before));
        steps.filter(|step| (least..=most).contains(step)).collect()
    };
    let mut inside = within(low, high);
    let below = counts.below;
    if (below..below + inside.len()).contains(&middle) {
        return (Some(*inside.select_nth_unstable(middle - below).1), counts, low);
    }
    // The sample was misleading: look at every step.
    inside = within(1, i64::MAX);
    (Some(*inside.select_nth_unstable(middle).1), counts, low)
}

/// Counts the steps of a run against one that is more than nothing.
fn count(run: &[i64], against: i64, counts: &mut Counts) {
    let mut at = 0;
    while let Some(stamps) = run.get(at..=at + AT_ONCE) {
        let mut differ = 0;
        for i in 0..AT_ONCE {
            differ |= stamps[i + 1].wrapping_sub(stamps[i]) ^ against;
        }
        if differ == 0 {
            counts.steps += AT_ONCE;
            counts.same += AT_ONCE;
            counts.longest = counts.longest.max(against);
        } else {
            for pair in stamps.windows(2) {
                counts.add(pair[1].wrapping_sub(pair[0]), against);
            }
        }
        at += AT_ONCE;
    }
    for pair in run.get(at..).unwrap_or(&[]).windows(2) {
        counts.add(pair[1].wrapping_sub(pair[0]), against);
    }
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
            let all = steps(&stamps, &runs);
            assert_eq!(all.overall_us, plain(&stamps, &runs), "round {round}");
            let mut rows = Vec::new();
            for (run, median) in runs.iter().zip(all.median_us) {
                assert_eq!(median, plain(&stamps, std::slice::from_ref(run)), "round {round}");
                breaks(&stamps, run.clone(), median, &mut rows);
            }
            assert_eq!(all.breaks, rows, "round {round}");
        }
    }

    #[test]
    fn runs_of_the_same_and_of_other_steps_have_their_median_together() {
        let run = |step: i64, count: i64| (0..count).map(move |i| i * step);
        let same: Vec<i64> = run(60, 40).chain(run(60, 3)).chain(run(60, 1)).collect();
        let all = steps(&same, &[0..40, 40..43, 43..44]);
        assert_eq!((all.median_us, all.overall_us), (vec![Some(60), Some(60), None], Some(60)));
        let mixed: Vec<i64> = run(60, 40).chain(run(10, 90)).chain(run(60, 9)).collect();
        let all = steps(&mixed, &[0..40, 40..130, 130..139]);
        assert_eq!((all.median_us, all.overall_us), (vec![Some(60), Some(10), Some(60)], Some(10)));
        assert_eq!(steps(&[], &[]), Steps::default());
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
