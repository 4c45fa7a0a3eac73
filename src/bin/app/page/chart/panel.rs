//! What the parts of the chart panel share: canvases, the frame of the last paint, the pointer and the cursor.
//!
//! Owns these signals and the wish to paint: however many reasons there are, one animation frame paints once. Assumes the page's
//! signals. Paints nothing itself.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use sensorium::browser::clock::now_ms;
use sensorium::browser::frame::{after, next_frame};
use sensorium::chart::{Ahead, Frame, Size, window};
use sensorium::protocol::{Chart, FlagKind, LineChart, NearestAsk};

use super::super::state::Page;
use super::super::{actions, state};
use super::sheet;

/// An answer that takes longer than this is not waited for, milliseconds: limit line and window move without it.
const AHEAD_AFTER_MS: i32 = 24;

/// A zoom that waits for its paint.
#[derive(Clone, Copy)]
pub struct Zoom {
    /// The input event's time, milliseconds since the page began.
    pub started_ms: f64,
    /// The window that it leads to.
    pub window_us: (i64, i64),
}

/// Where the keyboard's cursor is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cursor {
    /// At a point of a series. A chart cut down anew has other points: the one nearest in time is then meant.
    Point {
        series: usize,
        point: usize,
        x_us: i64,
    },
    Cell {
        row: usize,
        hour: usize,
    },
}

/// Handles of the panel; copied about.
#[derive(Clone, Copy)]
pub struct Panel {
    pub page: Page,
    pub stage: NodeRef<html::Div>,
    pub canvas: NodeRef<html::Canvas>,
    /// Over the canvas, with what a limit moves.
    pub above: NodeRef<html::Canvas>,
    /// Over both, with the line of the device that is pointed at.
    pub pointed: NodeRef<html::Canvas>,
    pub strip: NodeRef<html::Canvas>,
    /// Width of the stage in CSS pixels, and the device pixels of one.
    pub room: RwSignal<Option<(f64, f64)>>,
    /// The frame of the last paint: overlays stand where the paint says.
    pub frame: RwSignal<Option<Arc<Frame>>>,
    /// Whether the pointer or the cursor is in the plot: then the nearest reading is shown.
    pub inside: RwSignal<bool>,
    pub cursor: RwSignal<Option<Cursor>>,
    /// The stretch chosen by a drag with Shift, CSS pixels from the left edge of the canvas.
    pub chosen_px: RwSignal<Option<(f64, f64)>>,
    /// When the animation frame was asked for that will paint.
    pub asked_ms: StoredValue<Option<f64>>,
    /// How often a paint was wished.
    pub wishes: StoredValue<u32>,
    pub zoom: StoredValue<Option<Zoom>>,
    pub paints: StoredValue<u32>,
    pub strip_shown: StoredValue<Option<sheet::Shown>>,
    pub ground: StoredValue<Option<sheet::Ground>>,
}

impl Panel {
    pub fn new() -> Self {
        Self {
            page: state::page(),
            stage: NodeRef::new(),
            canvas: NodeRef::new(),
            above: NodeRef::new(),
            pointed: NodeRef::new(),
            strip: NodeRef::new(),
            room: RwSignal::default(),
            frame: RwSignal::default(),
            inside: RwSignal::default(),
            cursor: RwSignal::default(),
            chosen_px: RwSignal::default(),
            asked_ms: StoredValue::default(),
            wishes: StoredValue::default(),
            zoom: StoredValue::default(),
            paints: StoredValue::default(),
            strip_shown: StoredValue::default(),
            ground: StoredValue::default(),
        }
    }

    /// Paints what is known ahead of an answer, unless the answer comes at once.
    pub fn wish_ahead(self) {
        let paints = self.wishes.get_value();
        after(AHEAD_AFTER_MS, move || {
            if self.wishes.try_get_value() == Some(paints) {
                self.wish_paint();
            }
        });
    }

    /// Paints in the next animation frame.
    pub fn wish_paint(self) {
        self.wishes.update_value(|wishes| *wishes = wishes.wrapping_add(1));
        // The wait for the frame counts from the newest reason: what came before it was the worker's time.
        let before = self.asked_ms.try_update_value(|asked_ms| asked_ms.replace(now_ms()));
        if before != Some(None) {
            return;
        }
        next_frame(move |_| {
            // The panel may be gone by then, with a refused run for instance.
            if let Some(Some(asked_ms)) = self.asked_ms.try_update_value(Option::take) {
                sheet::paint(self, asked_ms);
            }
        });
    }

    /// The size of the chart's picture; tracks what it depends on.
    pub fn size(self) -> Option<Size> {
        let (width_px, scale) = self.room.get()?;
        let height_px = self.page.chart.with(|chart| match chart.as_deref() {
            Some(Chart::Heat(heat)) => (heat.devices.len() as f64 * 10.0).clamp(330.0, 1_500.0) + 58.0,
            _ if width_px < 520.0 => 344.0,
            _ => 380.0,
        });
        Some(Size { width_px, height_px, scale })
    }

    /// What the page knows sooner than the chart; tracks it.
    pub fn ahead(self, chart: &Chart) -> Ahead {
        let Chart::Lines(lines) = chart else {
            return Ahead::default();
        };
        let limits = self.page.recipe.with(|recipe| recipe.limits);
        let limit = lines.limit.as_ref().map(|limit| match limit.kind {
            FlagKind::LowBattery => limits.low_battery_percent,
            _ => limits.high_temp_celsius,
        });
        let asked_us = self.page.window_us.get();
        Ahead { window_us: Some(window::shown(asked_us, lines.full_x_us)), limit }
    }

    /// The window that is wanted, and everything there is; none for a heatmap.
    pub fn windows(self) -> Option<((i64, i64), (i64, i64))> {
        self.page.chart.with_untracked(|chart| {
            let lines = over_time(chart.as_deref())?;
            Some((window::shown(self.page.window_us.get_untracked(), lines.full_x_us), lines.full_x_us))
        })
    }

    /// Shows a window because of an input event at `at_ms`.
    pub fn zoom_to(self, window_us: Option<(i64, i64)>, at_ms: f64) {
        let Some((before, full)) = self.windows() else { return };
        let wanted = window::shown(window_us, full);
        if wanted == before {
            return;
        }
        self.zoom.set_value(Some(Zoom { started_ms: at_ms, window_us: wanted }));
        actions::zoom_to(self.page, window_us);
    }

    /// Asks for what is nearest to a place of the picture, in device pixels.
    pub fn ask_nearest(self, x_px: f64, y_px: f64) {
        self.with_frame(|frame| {
            let (us_per_px, y_per_px) = frame.per_px();
            self.ask(frame.px_to_x(x_px), frame.px_to_y(y_px), us_per_px, y_per_px);
        });
    }

    /// Asks for what stands exactly at a place of the chart.
    pub fn ask_exactly(self, x_us: f64, y: f64) {
        // On so fine a scale every other reading is far away.
        self.with_frame(|frame| self.ask(x_us, y, frame.per_px().0 / 1e3, frame.per_px().1 / 1e3));
    }

    fn ask(self, x_us: f64, y: f64, us_per_px: f64, y_per_px: f64) {
        let chart = untrack(|| self.page.chart_ask());
        self.inside.set(true);
        actions::ask_nearest(self.page, NearestAsk { chart, x_us, y, us_per_px, y_per_px });
    }

    /// Forgets everything about the former log.
    pub fn forget(self) {
        self.leave();
        self.zoom.set_value(None);
        self.page.whole.set_value(None);
        self.page.pointed.set(None);
        self.strip_shown.set_value(None);
    }

    /// Forgets pointer and cursor.
    pub fn leave(self) {
        self.inside.set(false);
        self.cursor.set(None);
    }

    pub fn with_frame(self, work: impl FnOnce(&Frame)) {
        if let Some(frame) = self.frame.get_untracked() {
            work(&frame);
        }
    }
}

/// The chart, if it is one over time.
pub fn over_time(chart: Option<&Chart>) -> Option<&LineChart> {
    match chart {
        Some(Chart::Lines(lines)) => Some(lines),
        _ => None,
    }
}
