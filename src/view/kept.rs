//! The views as they are kept: every one that the log has something for, whole.
//!
//! Owns which views those are, and how many devices a heatmap in a file has. Assumes nothing of the file. Paints nothing.

use super::choice::{self, Shown};
use super::{Input, chart, daily};
use crate::contract;
use crate::protocol::{Chart, ChartAsk, Tab, Weight};
use crate::wording::count;

/// The views that show a metric of their own, in the page's order.
const VIEWS: [Tab; 6] = [Tab::Temperature, Tab::Battery, Tab::Humidity, Tab::Anomalies, Tab::Heatmap, Tab::Rolling];

/// Rows of a heatmap that can still be told apart in a picture of usual height.
const HEAT_ROWS: usize = 100;

/// Each view whose metric the log has, with everything that the recipe leaves in, cut down to `columns_px` pixel columns. A
/// heatmap of more than a hundred devices shows those flagged most often, and says so.
pub fn kept(input: &Input<'_>, columns_px: u32) -> Vec<(Tab, Chart)> {
    let there = |tab: &Tab| {
        let metric = daily::quantity(*tab).map_or(contract::TEMPERATURE, |quantity| quantity.metric);
        input.readings().metric(metric).is_some()
    };
    let of = |tab: Tab| {
        let ask = ChartAsk { tab, columns_px, ..ChartAsk::default() };
        (tab, if tab == Tab::Heatmap { heatmap(input, ask) } else { chart(input, &ask) })
    };
    VIEWS.into_iter().filter(there).map(of).collect()
}

fn heatmap(input: &Input<'_>, ask: ChartAsk) -> Chart {
    let shown = choice::devices(input, &[]);
    if shown.len() <= HEAT_ROWS {
        return chart(input, &ask);
    }
    // By rank: those that stand out are the last ones.
    let (outstanding, faint): (Vec<Shown>, Vec<Shown>) = shown.iter().partition(|one| one.weight != Weight::Faint);
    let ranked = outstanding.into_iter().chain(faint).take(HEAT_ROWS);
    let devices = ranked.filter_map(|one| u32::try_from(one.device).ok()).collect();
    let mut chart = chart(input, &ChartAsk { devices, ..ask });
    if let Chart::Heat(heat) = &mut chart {
        let all = count(shown.len() as u64);
        heat.title.push_str(&format!(", the {HEAT_ROWS} of {all} devices flagged most often"));
    }
    chart
}

#[cfg(test)]
mod tests {
    use super::super::fixture::scene;
    use super::*;

    #[test]
    fn views_are_those_whose_metric_is_there() {
        let mut scene = scene("a 0:00 20 50 90\na 24:00 21 51 89\n", None);
        let tabs = |views: Vec<(Tab, Chart)>| views.into_iter().map(|(tab, _)| tab).collect::<Vec<_>>();
        assert_eq!(tabs(kept(&scene.input(), 800)), VIEWS);
        scene.outcome.cleaned.readings.metrics.remove(0);
        assert_eq!(tabs(kept(&scene.input(), 800)), [Tab::Battery, Tab::Humidity]);
        scene.outcome.cleaned.readings.metrics.clear();
        assert_eq!(tabs(kept(&scene.input(), 800)), []);
    }

    #[test]
    fn a_view_is_the_one_that_the_page_asks_for() {
        let scene = scene("a 0:00 20 50 90\na 24:00 41 51 3\nb 1:00 20 50 90\n", None);
        for (tab, chart) in kept(&scene.input(), 800) {
            let ask = ChartAsk { tab, columns_px: 800, ..ChartAsk::default() };
            // Cells without a value are equal, which no comparison of numbers says.
            assert_eq!(format!("{chart:?}"), format!("{:?}", super::chart(&scene.input(), &ask)));
        }
    }

    #[test]
    fn a_heatmap_of_many_devices_says_which_it_shows() {
        let text: String =
            (0..130).map(|d| format!("d{d:03} 0:00 20 50 {}\n", if d >= 120 { 3 } else { 90 })).collect();
        let scene = scene(&text, None);
        let (_, chart) = kept(&scene.input(), 800).into_iter().find(|(tab, _)| *tab == Tab::Heatmap).unwrap();
        let Chart::Heat(heat) = chart else { panic!("no heatmap") };
        assert_eq!((heat.devices.len(), heat.cells.len()), (100, 2400));
        assert!((120..130).all(|device| heat.devices.contains(&device)), "{:?}", heat.devices);
        assert_eq!(heat.title, "Mean temperature by hour of day, the 100 of 130 devices flagged most often");
    }
}
