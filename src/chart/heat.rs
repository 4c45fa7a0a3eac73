//! The heatmap: hours of the day by device.
//!
//! Owns cells, names and the legend. Assumes 24 cells a device; what is absent or no number stays bare. Computes no value.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::Rectangle;
use plotters::prelude::DrawingBackend;
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

use super::frame::Frame;
use super::lines::{labels_below, numbered, sentence, title, write};
use super::painter::{SeriesPainter, said, solid, whole};
use super::theme::{Rgb, Theme, viridis};
use crate::protocol::HeatChart;

/// Steps of colour: more cannot be told apart.
const SHADES: usize = 64;

pub(super) fn paint<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    painter: &mut dyn SeriesPainter,
    chart: &HeatChart,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    area.fill(&solid(theme.surface)).map_err(said)?;
    title(area, &chart.title, &chart.unit, theme, frame)?;
    if !chart.cells.iter().any(|cell| cell.is_finite()) {
        return sentence(area, "There is nothing to show for these devices.", theme, frame);
    }
    cells(painter, chart, frame)?;
    for tick in &frame.y_ticks {
        let at = (frame.plot.left - frame.px(8.0), frame.y_to_px(tick.at));
        write(area, &tick.label, at, (HPos::Right, VPos::Center), theme.muted, frame)?;
    }
    labels_below(area, &chart.zone, theme, frame)?;
    legend(area, chart, theme, frame)
}

/// Cells of one shade are laid down together: a log of many devices has tens of thousands.
fn cells(painter: &mut dyn SeriesPainter, chart: &HeatChart, frame: &Frame) -> Result<(), String> {
    let rows = chart.devices.len();
    let (column_px, row_px) = (frame.plot.width / 24.0, frame.plot.height / rows.max(1) as f64);
    let gap = |cell_px: f64| if cell_px >= frame.px(4.0) { frame.px(1.0) } else { 0.0 };
    let width = (column_px - gap(column_px)).max(1.0);
    let height = (row_px - gap(row_px)).max(1.0);
    let shape = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
    let mut shades: Vec<Vec<(f64, f64)>> = vec![Vec::new(); SHADES];
    for (i, &cell) in chart.cells.iter().take(rows * 24).enumerate().filter(|(_, cell)| cell.is_finite()) {
        let shade = (share(cell, chart.range) * (SHADES - 1) as f64).round() as usize;
        let at = (frame.x_to_px((i % 24) as f64), frame.y_to_px((i / 24) as f64));
        shades[shade.min(SHADES - 1)].push(at);
    }
    for (shade, at) in shades.iter().enumerate().filter(|(_, at)| !at.is_empty()) {
        painter.marks(&shape, at, color(shade))?;
    }
    Ok(())
}

fn color(shade: usize) -> Rgb {
    viridis(shade as f64 / (SHADES - 1) as f64)
}

/// Where in a range a value lies, 0 to 1; the middle of a range without extent.
fn share(value: f64, (low, high): (f64, f64)) -> f64 {
    let share = (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
    if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.5 }
}

fn legend<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    chart: &HeatChart,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    let left = frame.plot.right() + frame.px(10.0);
    let right = left + frame.px(12.0);
    let top = frame.plot.top;
    let height = frame.plot.height.min(frame.px(176.0));
    let edge = |shade: usize| top + height * (SHADES - shade) as f64 / SHADES as f64;
    for shade in 0..SHADES {
        let corners = [whole((left, edge(shade + 1))), whole((right, edge(shade)))];
        area.draw(&Rectangle::new(corners, solid(color(shade)).filled())).map_err(said)?;
    }
    let (low, high) = chart.range;
    let middle = low / 2.0 + high / 2.0;
    let x = right + frame.px(4.0);
    let (upper, lower) = (top + frame.px(6.0), top + height - frame.px(6.0));
    let mut places = vec![(high, upper), (low, lower)];
    if high > low && height > frame.px(80.0) {
        places.push((middle, top + height / 2.0));
    }
    for (value, y) in places {
        // One decimal tells the ends of the scale apart; a unit that finds no room stands in the title.
        let rounded = (value * 10.0).round() / 10.0;
        let words = numbered(if rounded.is_finite() { rounded } else { value }, &chart.unit);
        let fits = words.chars().count() <= 7;
        let words = if fits { words } else { numbered(value, "") };
        write(area, &words, (x, y), (HPos::Left, VPos::Center), theme.muted, frame)?;
    }
    Ok(())
}
