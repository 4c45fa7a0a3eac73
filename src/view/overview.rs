//! The overview: counts, span, devices, distributions.

use super::facts::{FlagCounts, SLIDER_END};
use super::{Input, remedies};
use crate::protocol::{Counts, DeviceShown, Distribution, FileRead, MetricShown, Overview, Preview};
use crate::recipe::Mode;

/// Everything that the page shows outside charts and tables. Cheap: what takes a pass over the readings stands in the facts and
/// the tally, so a moved limit may make all of it anew.
pub fn overview(input: &Input<'_>, files: Vec<FileRead>, notices: Vec<String>, preview: Preview) -> Overview {
    let readings = input.readings();
    let hot = (FlagCounts::hot as fn(&FlagCounts) -> u64, &input.facts.rolling_bins);
    let low = (FlagCounts::low as fn(&FlagCounts) -> u64, &input.facts.battery_bins);
    let distribution = |(count, bins): (fn(&FlagCounts) -> u64, &Vec<u32>)| Distribution {
        from: 0.0,
        to: SLIDER_END,
        bins: bins.clone(),
        beyond_readings: count(&input.tally.total),
        beyond_devices: input.tally.devices.iter().filter(|d| count(d) > 0).count() as u64,
    };
    Overview {
        recipe: input.recipe.clone(),
        files,
        counts: counts(input),
        span_us: input.facts.span_us,
        median_step_us: input.facts.median_step_us,
        metrics: readings
            .metrics
            .iter()
            .map(|metric| MetricShown { name: metric.info.name.clone(), unit: metric.info.unit.clone() })
            .collect(),
        devices: readings
            .devices
            .iter()
            .enumerate()
            .map(|(device, run)| DeviceShown {
                name: run.name.clone(),
                readings: input.selected(device).len() as u64,
                flags: input.tally.devices.get(device).map_or(0, |f| f.any()),
                peak_celsius: input.facts.peak_celsius.get(device).copied().filter(|peak| peak.is_finite()),
            })
            .collect(),
        high_temp: distribution(hot),
        low_battery: distribution(low),
        notices,
        zone: if readings.zone.is_utc() { "UTC".into() } else { readings.zone.name.clone() },
        preview,
    }
}

/// The counts of the tiles. Each is counted by itself; that they add up to the rows read is an invariant of the stages.
pub fn counts(input: &Input<'_>) -> Counts {
    let facts = input.facts;
    let cleaned = &input.outcome.cleaned;
    let flags = input.tally.total;
    Counts {
        rows_read: input.log.rows_read(),
        rows_out: facts.rows_out,
        rows_dropped: cleaned.dropped.len() as u64,
        rows_set_aside: cleaned.set_aside.len() as u64,
        rows_outside_range: cleaned.readings.rows() as u64 - facts.rows_out,
        devices: facts.devices,
        filled: facts.filled.clone(),
        metric_cells: facts.rows_out * cleaned.readings.metrics.len() as u64,
        high_temperature: flags.high_temperature,
        low_battery: flags.low_battery,
        both: flags.both,
        violations: input.log.violations.len() as u64,
        repeated_exact: cleaned.repeated.exact,
        repeated_otherwise: cleaned.repeated.conflicting,
        repaired: match input.recipe.mode {
            Mode::Repair => remedies(&input.log.violations).repair_cells,
            Mode::Strict | Mode::SetAside => 0,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Scene, scene};
    use super::*;
    use crate::clean::{DropReason, Dropped};
    use crate::contract::{Rule, Violation};
    use crate::table::RowPlace;

    fn mixed() -> Scene {
        let mut scene = scene(
            "\
a 0:00 40 ~50 90
a 0:10 ~41 50 90
a 0:20 42 50 5
a 24:00 ~99 ~50 3
b 0:05 10 50 14
c 30:00 10 50 14
",
            Some((0, 0)),
        );
        let place = |line| RowPlace { file: 0, line };
        scene.outcome.cleaned.dropped.push(Dropped { place: place(8), reason: DropReason::Missing { metric: 2 } });
        scene.outcome.cleaned.set_aside = vec![place(9), place(10)];
        scene.log.files[0].rows_read = 9;
        for (line, rule) in [(9, Rule::OutOfBounds), (9, Rule::NotANumber), (10, Rule::BadTimestamp)] {
            scene.log.violations.push(Violation { file: 0, line, column: Some(2), rule, value: "x".into() });
        }
        scene
    }

    #[test]
    fn rows_read_are_out_dropped_set_aside_or_outside_the_range() {
        let scene = mixed();
        let counts = counts(&scene.input());
        assert_eq!(
            counts.rows_read,
            counts.rows_out + counts.rows_dropped + counts.rows_set_aside + counts.rows_outside_range
        );
        assert_eq!((counts.rows_read, counts.rows_out), (9, 4));
        assert_eq!(counts.rows_outside_range, 2);
        assert_eq!(counts.filled, [1, 1, 0]);
        assert_eq!(counts.metric_cells, 12);
        assert_eq!(counts.devices, 2);
        assert_eq!((counts.high_temperature, counts.low_battery, counts.both), (0, 1, 1));
        assert_eq!((counts.violations, counts.repaired), (3, 0));
    }

    #[test]
    fn repaired_cells_are_those_whose_row_was_not_condemned() {
        let mut scene = mixed();
        scene.recipe.mode = Mode::Repair;
        assert_eq!(counts(&scene.input()).repaired, 2);
    }

    #[test]
    fn distributions_count_what_their_limit_flags() {
        let overview = overview(&mixed().input(), Vec::new(), Vec::new(), Preview::default());
        assert_eq!(overview.high_temp.bins[41], 1);
        assert_eq!(overview.high_temp.beyond_readings, 1);
        assert_eq!(overview.high_temp.beyond_devices, 1);
        assert_eq!(overview.low_battery.beyond_readings, 2);
        assert_eq!(overview.low_battery.beyond_devices, 2);
        let devices: Vec<(&str, u64, u64)> =
            overview.devices.iter().map(|d| (d.name.as_str(), d.readings, d.flags)).collect();
        assert_eq!(devices, [("a", 3, 1), ("b", 1, 1), ("c", 0, 0)]);
        let moved = mixed().limits(50.0, 4.0);
        let after = super::overview(&moved.input(), Vec::new(), Vec::new(), Preview::default());
        assert_eq!(after.high_temp.bins, overview.high_temp.bins);
        assert_eq!(after.high_temp.beyond_readings, 0);
        assert_eq!(after.low_battery.beyond_readings, 0);
    }
}
