//! The keyboard: a cursor that moves from reading to reading, zoom and pan.
//!
//! Owns where the cursor goes. Assumes the chart at hand. What stands at the cursor is asked of the worker like what is under the
//! pointer, so that both are worded alike.

use leptos::prelude::*;
use sensorium::chart::window;
use sensorium::protocol::{Chart, HeatChart, LineChart, Weight};
use web_sys::KeyboardEvent;

use super::panel::Panel;

pub fn pressed(panel: Panel, event: &KeyboardEvent) {
    if event.alt_key() || event.ctrl_key() || event.meta_key() {
        return;
    }
    let key = event.key();
    let taken = match key.as_str() {
        "ArrowLeft" | "ArrowRight" if event.shift_key() => pan(panel, event),
        "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End" => step(panel, &key),
        "+" | "=" => zoom(panel, event, 0.5),
        "-" | "_" => zoom(panel, event, 2.0),
        "0" => {
            panel.zoom_to(None, event.time_stamp());
            true
        }
        "Escape" => {
            panel.leave();
            true
        }
        _ => false,
    };
    if taken {
        event.prevent_default();
    }
}

fn zoom(panel: Panel, event: &KeyboardEvent, factor: f64) -> bool {
    let Some((window_us, full_us)) = panel.windows() else { return false };
    // Around the cursor where there is one, else around the middle.
    let middle = window_us.0 as f64 / 2.0 + window_us.1 as f64 / 2.0;
    let at_us = panel.page.chart.with_untracked(|chart| match (chart.as_deref(), panel.cursor.get_untracked()) {
        (Some(Chart::Lines(lines)), Some(cursor)) => place(lines, cursor).map(|(x_us, _)| x_us),
        _ => None,
    });
    let at_us = at_us.unwrap_or(middle).clamp(window_us.0 as f64, window_us.1 as f64);
    panel.zoom_to(window::zoomed(window_us, at_us, factor, full_us), event.time_stamp());
    true
}

fn pan(panel: Panel, event: &KeyboardEvent) -> bool {
    let Some((window_us, full_us)) = panel.windows() else { return false };
    let length = window_us.1 as f64 - window_us.0 as f64;
    let by_us = length * if event.key() == "ArrowLeft" { -0.2 } else { 0.2 };
    if window_us != full_us {
        panel.zoom_to(window::panned(window_us, by_us, full_us), event.time_stamp());
    }
    true
}

fn step(panel: Panel, key: &str) -> bool {
    let before = panel.cursor.get_untracked();
    let after = panel.page.chart.with_untracked(|chart| match chart.as_deref()? {
        Chart::Lines(lines) => {
            let window_us = panel.windows()?.0;
            let cursor = step_line(lines, window_us, before, key)?;
            place(lines, cursor).map(|at| (cursor, at))
        }
        Chart::Heat(heat) => {
            let cursor = step_cell(heat, before, key)?;
            Some((cursor, (cursor.1 as f64 + 0.5, cursor.0 as f64 + 0.5)))
        }
    });
    if let Some((cursor, (x_us, y))) = after {
        panel.cursor.set(Some(cursor));
        panel.ask_exactly(x_us, y);
    }
    true
}

/// Time and value at a cursor.
fn place(lines: &LineChart, (series, point): (usize, usize)) -> Option<(f64, f64)> {
    let series = lines.series.get(series)?;
    Some((*series.x_us.get(point)? as f64, *series.y.get(point)?)).filter(|(_, y)| y.is_finite())
}

fn step_line(
    lines: &LineChart,
    window_us: (i64, i64),
    before: Option<(usize, usize)>,
    key: &str,
) -> Option<(usize, usize)> {
    let seen = |at: usize, point: usize| {
        lines.series.get(at).is_some_and(|series| {
            let inside = series.x_us.get(point).is_some_and(|x| (window_us.0..=window_us.1).contains(x));
            inside && series.y.get(point).is_some_and(|y| y.is_finite())
        })
    };
    let points = |at: usize| {
        let length = lines.series.get(at).map_or(0, |series| series.x_us.len());
        (0..length).filter(move |&point| seen(at, point))
    };
    let Some((series, point)) = before.filter(|&(series, point)| seen(series, point)) else {
        // The first emphasised line that has something in the window; they stand after the faint ones.
        let order = (0..lines.series.len()).filter(|&at| lines.series[at].weight != Weight::Faint);
        let order = order.chain(0..lines.series.len());
        let at = order.into_iter().find(|&at| points(at).next().is_some())?;
        let point = if matches!(key, "ArrowLeft" | "End") { points(at).next_back() } else { points(at).next() };
        return point.map(|point| (at, point));
    };
    let to_line = |at: usize| {
        let x_us = lines.series[series].x_us[point];
        points(at).min_by_key(|&point| lines.series[at].x_us[point].abs_diff(x_us)).map(|point| (at, point))
    };
    match key {
        "ArrowRight" => points(series).find(|&next| next > point).map(|next| (series, next)),
        "ArrowLeft" => points(series).rfind(|&next| next < point).map(|next| (series, next)),
        "Home" => points(series).next().map(|next| (series, next)),
        "End" => points(series).next_back().map(|next| (series, next)),
        "ArrowUp" => (0..series).rev().find_map(to_line),
        _ => (series + 1..lines.series.len()).find_map(to_line),
    }
    .or(Some((series, point)))
}

fn step_cell(heat: &HeatChart, before: Option<(usize, usize)>, key: &str) -> Option<(usize, usize)> {
    let rows = heat.devices.len();
    let last = rows.checked_sub(1)?;
    let Some((row, hour)) = before.filter(|&(row, hour)| row < rows && hour < 24) else {
        return Some((0, 0));
    };
    Some(match key {
        "ArrowRight" => (row, (hour + 1).min(23)),
        "ArrowLeft" => (row, hour.saturating_sub(1)),
        "ArrowUp" => (row.saturating_sub(1), hour),
        "ArrowDown" => ((row + 1).min(last), hour),
        "Home" => (row, 0),
        _ => (row, 23),
    })
}
