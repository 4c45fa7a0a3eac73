//! The lines of the last chart: kept, so that a moved limit neither draws nor sends them again.
//!
//! Owns the names of series. Assumes to be forgotten with the readings or dates that it was drawn from. Refuses to leave out
//! series that differ in anything from those that the asker holds.

use crate::protocol::{Ask, Chart, ChartAsk, LineChart, Series};
use crate::view::{self, Input};

/// A chart as it was sent, whole.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    ask: ChartAsk,
    chart: LineChart,
}

/// The chart that is wanted, and what is to be kept of it, if it is new.
pub(super) fn chart(input: &Input<'_>, kept: Option<&Drawn>, wanted: &ChartAsk, ask: &Ask) -> (Chart, Option<Drawn>) {
    if let Some(kept) = kept.filter(|kept| kept.ask == *wanted)
        && let Some(mut chart) = view::again(input, wanted, &kept.chart)
    {
        let anew = chart.series.iter().any(|series| !series.x_us.is_empty());
        let held = kept.chart.lines == ask.holds;
        chart.lines = if anew { ask.generation } else { kept.chart.lines };
        let whole = || {
            let mut chart = chart.clone();
            chart.take_points(kept.chart.series.clone());
            chart
        };
        let drawn = anew.then(|| Drawn { ask: wanted.clone(), chart: whole() });
        let sent = if held { LineChart { from: kept.chart.lines, ..chart } } else { whole() };
        return (Chart::Lines(sent), drawn);
    }
    match view::chart(input, wanted) {
        Chart::Lines(mut chart) => {
            let known = kept.filter(|kept| same(&kept.chart.series, &chart.series));
            chart.lines = known.map_or(ask.generation, |kept| kept.chart.lines);
            let drawn = Drawn { ask: wanted.clone(), chart: chart.clone() };
            if chart.lines != 0 && chart.lines == ask.holds {
                chart.from = chart.lines;
                chart.leave_points();
            }
            (Chart::Lines(chart), Some(drawn))
        }
        heat => (heat, None),
    }
}

/// Whether series are the same to the last bit: a missing value is equal to another.
fn same(a: &[Series], b: &[Series]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_line(a, b))
}

fn same_line(a: &Series, b: &Series) -> bool {
    let looks = |s: &Series| (s.device, s.color, s.weight, s.dots, s.y.len());
    looks(a) == looks(b)
        && a.x_us == b.x_us
        && a.y.iter().zip(&b.y).all(|(a, b)| a.to_bits() == b.to_bits())
        && a.filled == b.filled
        && a.name == b.name
}
