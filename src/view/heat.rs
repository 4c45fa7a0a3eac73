//! The heatmap: mean temperature, hour of day by device.

use super::Input;
use crate::contract;
use crate::protocol::{ChartAsk, HeatChart};

/// Hours of a day: cells a device.
pub(super) const HOURS: usize = 24;

/// The devices of the heatmap, top row first: in the readings' order, all or the chosen ones, those with a reading in the date
/// range.
pub(super) fn devices(input: &Input<'_>, ask: &ChartAsk) -> Vec<usize> {
    let all = (0..input.readings().devices.len()).filter(|&d| !input.selected(d).is_empty());
    let chosen: Vec<usize> = all.clone().filter(|&d| ask.devices.iter().any(|&c| c as usize == d)).collect();
    if chosen.is_empty() { all.collect() } else { chosen }
}

/// A device's twenty-four cells; empty where there are none.
pub(super) fn cells<'a>(input: &Input<'a>, device: usize) -> &'a [f64] {
    let cells = &input.outcome.hourly.mean_temperature_celsius;
    cells.get(device * HOURS..(device + 1) * HOURS).unwrap_or(&[])
}

/// The heatmap. A window of time does not concern it: an hour of day is of all days in the date range.
pub(super) fn chart(input: &Input<'_>, ask: &ChartAsk) -> HeatChart {
    let devices = devices(input, ask);
    let mut all = Vec::with_capacity(devices.len() * HOURS);
    for &device in &devices {
        all.extend_from_slice(cells(input, device));
        all.resize(all.len().next_multiple_of(HOURS), f64::NAN);
    }
    let known = || all.iter().copied().filter(|cell| !cell.is_nan());
    HeatChart {
        title: "Mean temperature by hour of day".into(),
        zone: input.readings().zone.name.clone(),
        unit: input.unit(contract::TEMPERATURE).into(),
        range: known().reduce(f64::min).zip(known().reduce(f64::max)).unwrap_or((0.0, 0.0)),
        names: devices.iter().map(|&d| input.readings().devices[d].name.clone()).collect(),
        devices: devices.iter().map(|&d| d as u32).collect(),
        cells: all,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::scene;
    use super::*;

    #[test]
    fn a_cell_is_a_device_and_an_hour_of_every_day() {
        let scene = scene("a 3:10 20 50 90\na 3:20 22 50 90\na 27:00 30 50 90\nb 23:59 5 50 90\n", None);
        let chart = chart(&scene.input(), &ChartAsk::default());
        assert_eq!(chart.names, ["a", "b"]);
        assert_eq!(chart.cells.len(), 48);
        assert_eq!(chart.cells[3], 24.0);
        assert_eq!(chart.cells[24 + 23], 5.0);
        assert_eq!(chart.cells.iter().filter(|c| !c.is_nan()).count(), 2);
        assert_eq!(chart.range, (5.0, 24.0));
        let ask = ChartAsk { devices: vec![1, 77], ..ChartAsk::default() };
        let one = super::chart(&scene.input(), &ask);
        assert_eq!((one.devices, one.range), (vec![1], (5.0, 5.0)));
    }

    #[test]
    fn devices_outside_the_date_range_have_no_row() {
        let scene = scene("a 1:00 20 50 90\nb 25:00 5 50 90\n", Some((1, 1)));
        let chart = chart(&scene.input(), &ChartAsk::default());
        assert_eq!(chart.names, ["b"]);
        assert_eq!(chart.devices, [1]);
    }
}
