//! The keyboard: a cursor that moves from reading to reading, zoom and pan.
//!
//! Owns where the cursor goes. Assumes the chart at hand. What stands at the cursor is asked of the worker like what is under the
//! pointer, so that both are worded alike.

use leptos::prelude::*;
use sensorium::chart::window;
use sensorium::protocol::{Chart, HeatChart, LineChart, Weight};
use web_sys::KeyboardEvent;

use super::panel::{Cursor, Panel};

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
    let at_us = match panel.cursor.get_untracked() {
        Some(Cursor::Point { x_us, .. }) => x_us as f64,
        _ => middle,
    };
    let at_us = at_us.clamp(window_us.0 as f64, window_us.1 as f64);
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
            let (series, point) = step_line(lines, panel.windows()?.0, before, key)?;
            let x_us = *lines.series.get(series)?.x_us.get(point)?;
            let y = *lines.series.get(series)?.y.get(point)?;
            Some((Cursor::Point { series, point, x_us }, (x_us as f64, y)))
        }
        Chart::Heat(heat) => {
            let (row, hour) = step_cell(heat, before, key)?;
            Some((Cursor::Cell { row, hour }, (hour as f64 + 0.5, row as f64 + 0.5)))
        }
    });
    if let Some((cursor, (x_us, y))) = after {
        panel.cursor.set(Some(cursor));
        panel.ask_exactly(x_us, y);
    }
    true
}

/// The series and point that a key leads to; those of missing values and outside the window are passed over.
fn step_line(lines: &LineChart, window_us: (i64, i64), before: Option<Cursor>, key: &str) -> Option<(usize, usize)> {
    let points = |at: usize| {
        let series = lines.series.get(at);
        let length = series.map_or(0, |series| series.x_us.len());
        (0..length).filter(move |&point| {
            series.is_some_and(|series| {
                let inside = series.x_us.get(point).is_some_and(|x| (window_us.0..=window_us.1).contains(x));
                inside && series.y.get(point).is_some_and(|y| y.is_finite())
            })
        })
    };
    let nearest = |at: usize, x_us: i64| {
        let apart = |&point: &usize| lines.series.get(at).map_or(u64::MAX, |series| series.x_us[point].abs_diff(x_us));
        points(at).min_by_key(apart).map(|point| (at, point))
    };
    let here = match before {
        // Readings at the same time are told apart by their place.
        Some(Cursor::Point { series, point, x_us }) if points(series).any(|at| at == point) => {
            if lines.series[series].x_us[point] == x_us { Some((series, point)) } else { nearest(series, x_us) }
        }
        Some(Cursor::Point { series, x_us, .. }) => nearest(series, x_us),
        _ => None,
    };
    let Some((series, point)) = here else {
        // The first emphasised line that has something in the window; they stand after the faint ones.
        let order = (0..lines.series.len()).filter(|&at| lines.series[at].weight != Weight::Faint);
        let at = order.chain(0..lines.series.len()).find(|&at| points(at).next().is_some())?;
        let point = if matches!(key, "ArrowLeft" | "End") { points(at).next_back() } else { points(at).next() };
        return point.map(|point| (at, point));
    };
    let x_us = lines.series[series].x_us[point];
    match key {
        "ArrowRight" => points(series).find(|&next| next > point).map(|next| (series, next)),
        "ArrowLeft" => points(series).rfind(|&next| next < point).map(|next| (series, next)),
        "Home" => points(series).next().map(|next| (series, next)),
        "End" => points(series).next_back().map(|next| (series, next)),
        "ArrowUp" => (0..series).rev().find_map(|at| nearest(at, x_us)),
        _ => (series + 1..lines.series.len()).find_map(|at| nearest(at, x_us)),
    }
    .or(Some((series, point)))
}

fn step_cell(heat: &HeatChart, before: Option<Cursor>, key: &str) -> Option<(usize, usize)> {
    let rows = heat.devices.len();
    let last = rows.checked_sub(1)?;
    let (row, hour) = match before {
        Some(Cursor::Cell { row, hour }) if row < rows && hour < 24 => (row, hour),
        _ => return Some((0, 0)),
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
