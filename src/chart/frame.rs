//! Where everything stands: plot area, scales, ticks.
//!
//! Owns margins and the two scales. Assumes nothing about the numbers: what is not finite or has no extent gets a plain range.
//! Paints nothing.

use super::{dates, values, window};
use crate::protocol::{Chart, HeatChart, LimitLine, LineChart};
use crate::wording;

/// Margins of charts over time, CSS pixels.
const LEFT_PX: f64 = 52.0;
pub(super) const RIGHT_PX: f64 = 16.0;
const TOP_PX: f64 = 30.0;
const BOTTOM_PX: f64 = 28.0;

/// Right margin of the heatmap, which holds its legend, CSS pixels.
const HEAT_RIGHT_PX: f64 = 74.0;

/// What the limits' sliders reach.
const SLIDER: std::ops::RangeInclusive<f64> = 0.0..=100.0;

/// Width of a character of a label, CSS pixels: a generous estimate, so that no font has to be measured.
pub(super) const CHARACTER_PX: f64 = 7.0;

/// Size of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Width and height in CSS pixels.
    pub width_px: f64,
    pub height_px: f64,
    /// Device pixels a CSS pixel.
    pub scale: f64,
}

impl Size {
    /// The size with what no canvas can be put right.
    fn possible(self) -> Self {
        let within = |value: f64, least: f64, most: f64, otherwise: f64| {
            if value.is_finite() { value.clamp(least, most) } else { otherwise }
        };
        Self {
            width_px: within(self.width_px, 1.0, 16_384.0, 800.0),
            height_px: within(self.height_px, 1.0, 16_384.0, 400.0),
            scale: within(self.scale, 0.25, 8.0, 1.0),
        }
    }

    /// Width and height in whole device pixels.
    pub fn device_px(&self) -> (u32, u32) {
        let whole = |px: f64| (px * self.scale).round().clamp(1.0, 32_767.0) as u32;
        (whole(self.width_px), whole(self.height_px))
    }
}

/// A rectangle, device pixels from the picture's upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    pub fn right(&self) -> f64 {
        self.left + self.width
    }

    pub fn bottom(&self) -> f64 {
        self.top + self.height
    }

    pub fn holds(&self, x: f64, y: f64) -> bool {
        x >= self.left && x <= self.right() && y >= self.top && y <= self.bottom()
    }
}

/// A place on a scale and what is written there.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub at: f64,
    pub label: String,
}

/// What the page knows sooner than the chart at hand, until the worker's answer comes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ahead {
    /// The window that is wanted, microseconds UTC, end exclusive; none is the chart's own.
    pub window_us: Option<(i64, i64)>,
    /// The limit that is wanted, in the chart's unit.
    pub limit: Option<f64>,
}

/// The geometry of one paint.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    pub size: Size,
    /// The plot area, whole device pixels.
    pub plot: Rect,
    /// What the plot's left and right edges stand for: microseconds UTC, or hours of the day.
    pub x: (f64, f64),
    /// What the plot's lower and upper edges stand for: the chart's unit, or rows (of which row 0 is the upper).
    pub y: (f64, f64),
    pub x_ticks: Vec<Tick>,
    pub y_ticks: Vec<Tick>,
    /// The limit to draw, the page's where it is ahead.
    pub limit: Option<LimitLine>,
}

impl Frame {
    /// Device pixels from the picture's left edge of a time or an hour.
    pub fn x_to_px(&self, x: f64) -> f64 {
        self.plot.left + (x - self.x.0) / (self.x.1 - self.x.0) * self.plot.width
    }

    /// The time or hour at device pixels from the picture's left edge.
    pub fn px_to_x(&self, px: f64) -> f64 {
        self.x.0 + (px - self.plot.left) / self.plot.width * (self.x.1 - self.x.0)
    }

    /// Device pixels from the picture's upper edge of a value or a row.
    pub fn y_to_px(&self, y: f64) -> f64 {
        self.plot.bottom() - (y - self.y.0) / (self.y.1 - self.y.0) * self.plot.height
    }

    /// The value or row at device pixels from the picture's upper edge.
    pub fn px_to_y(&self, px: f64) -> f64 {
        self.y.0 + (self.plot.bottom() - px) / self.plot.height * (self.y.1 - self.y.0)
    }

    /// Both scales at once, without a division a point.
    pub(super) fn to_px(&self) -> impl Fn(f64, f64) -> (f64, f64) + use<> {
        let (left, bottom) = (self.plot.left, self.plot.bottom());
        let (x0, y0) = (self.x.0, self.y.0);
        let across = self.plot.width / (self.x.1 - self.x.0);
        let up = self.plot.height / (self.y.1 - self.y.0);
        move |x, y| (left + (x - x0) * across, bottom - (y - y0) * up)
    }

    /// Device pixels of a length in CSS pixels.
    pub fn px(&self, css_px: f64) -> f64 {
        css_px * self.size.scale
    }

    /// Microseconds (or hours) and units (or rows) a device pixel.
    pub fn per_px(&self) -> (f64, f64) {
        (((self.x.1 - self.x.0) / self.plot.width).abs(), ((self.y.1 - self.y.0) / self.plot.height).abs())
    }
}

/// Width of the plot of a chart over time, device pixels: how many pixel columns a chart in a picture of `size` is asked for.
pub fn columns_px(size: Size) -> u32 {
    plot(size.possible(), LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX).width as u32
}

/// The frame of a chart in a picture of `size`.
pub fn frame(chart: &Chart, size: Size, ahead: &Ahead) -> Frame {
    let size = size.possible();
    match chart {
        Chart::Lines(chart) => lines(chart, size, ahead),
        Chart::Heat(chart) => heat(chart, size),
    }
}

fn lines(chart: &LineChart, size: Size, ahead: &Ahead) -> Frame {
    let plot = plot(size, LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX);
    let x = span(ahead.window_us.map_or(chart.x_us, |asked| window::shown(Some(asked), chart.full_x_us)));
    let limit = chart.limit.as_ref().map(|limit| match ahead.limit {
        Some(value) if value != limit.value => LimitLine {
            value,
            label: format!("limit {}", wording::exact(value)) + &values::suffix(&chart.unit),
            kind: limit.kind,
        },
        _ => limit.clone(),
    });
    let mut y = chart.y;
    // The chart's own limit is in its range already, or knowingly left out; a limit on its way is let in where a slider can
    // put it.
    if let Some(value) = ahead.limit.filter(|value| limit.is_some() && SLIDER.contains(value)) {
        y = (y.0.min(value), y.1.max(value));
    }
    let (y, y_ticks) = values::axis(y, plot.height / size.scale, &chart.unit);
    let x_ticks = dates::ticks(x, plot.width / size.scale, chart.full_x_us.0);
    Frame { size, plot, x, y, x_ticks, y_ticks, limit }
}

fn heat(chart: &HeatChart, size: Size) -> Frame {
    let longest = chart.names.iter().map(|name| name.chars().count()).max().unwrap_or(0) as f64;
    let left = (longest * CHARACTER_PX + 16.0).clamp(LEFT_PX, 160.0).min(size.width_px * 0.35);
    let right = HEAT_RIGHT_PX.min(size.width_px * 0.3);
    let plot = plot(size, left, right, TOP_PX, BOTTOM_PX);
    let rows = chart.devices.len();
    let room_px = plot.height / size.scale / rows.max(1) as f64;
    let every = (15.0 / room_px).ceil().max(1.0) as usize;
    let fits = ((left - 14.0) / CHARACTER_PX).max(1.0) as usize;
    let y_ticks = chart
        .names
        .iter()
        .take(rows)
        .enumerate()
        .step_by(every)
        .map(|(row, name)| Tick { at: row as f64 + 0.5, label: shortened(name, fits) })
        .collect();
    let hour_px = plot.width / size.scale / 24.0;
    let step = [1, 2, 3, 6].into_iter().find(|&step| step as f64 * hour_px >= 48.0).unwrap_or(12);
    let x_ticks = (0..24)
        .step_by(step.max(3))
        .map(|hour| Tick { at: hour as f64 + 0.5, label: format!("{hour:02}:00") })
        .collect();
    Frame { size, plot, x: (0.0, 24.0), y: (rows.max(1) as f64, 0.0), x_ticks, y_ticks, limit: None }
}

/// The frame of the strip that stands under a chart over time, on the same scale of pixels, showing everything.
pub fn strip_frame(chart: &LineChart, full_x_us: (i64, i64), size: Size) -> Frame {
    let size = size.possible();
    let plot = plot(size, LEFT_PX, RIGHT_PX, 0.0, 0.0);
    let (y, _) = values::axis(drawn(chart), plot.height / size.scale, "");
    Frame { size, plot, x: span(full_x_us), y, x_ticks: Vec::new(), y_ticks: Vec::new(), limit: None }
}

/// Smallest and largest value among the lines themselves.
fn drawn(chart: &LineChart) -> (f64, f64) {
    let values = chart.series.iter().flat_map(|series| &series.y).filter(|y| y.is_finite());
    values.fold((f64::NAN, f64::NAN), |(low, high), &y| (low.min(y), high.max(y)))
}

/// A window as two numbers that differ.
fn span(x_us: (i64, i64)) -> (f64, f64) {
    let (from, to) = (x_us.0 as f64, x_us.1 as f64);
    if to > from {
        (from, to)
    } else {
        // Half a day around a window without extent; a day is more than the spacing of doubles at any timestamp.
        (from - 43_200e6, from + 43_200e6)
    }
}

/// The plot area between margins in CSS pixels, which give way in a picture too small for them.
fn plot(size: Size, left: f64, right: f64, top: f64, bottom: f64) -> Rect {
    let (width, height) = size.device_px();
    let (width, height) = (f64::from(width), f64::from(height));
    let px = |css_px: f64| (css_px * size.scale).round();
    let (left, right) = (px(left).min((width / 3.0).floor()), px(right).min((width / 3.0).floor()));
    let (top, bottom) = (px(top).min((height / 3.0).floor()), px(bottom).min((height / 3.0).floor()));
    Rect { left, top, width: (width - left - right).max(1.0), height: (height - top - bottom).max(1.0) }
}

/// Words of at most `fits` characters.
pub(super) fn shortened(name: &str, fits: usize) -> String {
    if name.chars().count() <= fits {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(fits.saturating_sub(1)).collect();
    short.push('…');
    short
}
