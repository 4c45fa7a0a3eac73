//! What is painted on the chart's canvas, pixel by pixel, and where its own words say it should be.
//!
//! Owns reading pixels back and the arithmetic from values to places. Assumes the attributes that the page puts on the canvas
//! after each paint. Refuses to guess: a colour that is nowhere is a failure.

use std::time::Duration;

use sensorium::chart::{Rgb, Theme};
use serde_json::Value;

use crate::page::Page;

pub const CHART: &str = "canvas[data-chart]";

/// Defines `whole`: what a person sees of a canvas, with the canvas that stands above it.
pub const WHOLE: &str = "const whole = (canvas) => {
      const both = document.createElement('canvas'); both.width = canvas.width; both.height = canvas.height;
      const ink = both.getContext('2d');
      for (const one of [canvas, canvas.parentElement.querySelector('canvas.above')]) if (one?.width) ink.drawImage(one, 0, 0);
      return both };";

/// The scale of the last paint, as the canvas tells it: times in microseconds, the plot in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub x: (f64, f64),
    pub y: (f64, f64),
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
    /// Device pixels of a CSS pixel.
    pub device_px: f64,
}

impl Scale {
    pub fn of(page: &Page) -> Self {
        let script = "const canvas = document.querySelector(arguments[0]); const told = canvas.dataset;
            return [told.x0Us, told.x1Us, told.y0, told.y1, ...told.plot.split(',')].map(Number)
              .concat(canvas.width / canvas.getBoundingClientRect().width)";
        let told = page.script(script, &[CHART.into()]);
        let at = |place: usize| told[place].as_f64().unwrap_or_else(|| panic!("the canvas tells {told}"));
        Self {
            x: (at(0), at(1)),
            y: (at(2), at(3)),
            left: at(4),
            top: at(5),
            width: at(6),
            height: at(7),
            device_px: at(8),
        }
    }

    /// CSS pixels from the left edge.
    pub fn x_px(&self, x: f64) -> f64 {
        self.left + (x - self.x.0) / (self.x.1 - self.x.0) * self.width
    }

    /// CSS pixels from the top edge.
    pub fn y_px(&self, y: f64) -> f64 {
        self.top + (self.y.1 - y) / (self.y.1 - self.y.0) * self.height
    }
}

/// Waits until the chart has not been painted for a while.
pub fn settle(page: &Page) {
    let mut painted = page.painted();
    loop {
        std::thread::sleep(Duration::from_millis(150));
        let now = page.painted();
        if now == painted {
            return;
        }
        painted = now;
    }
}

/// Everything painted, as a text that differs when a pixel differs.
pub fn picture(page: &Page) -> String {
    let script = format!("{WHOLE} return whole(document.querySelector(arguments[0])).toDataURL()");
    let picture = page.script(&script, &[CHART.into()]);
    picture.as_str().unwrap_or_default().to_owned()
}

/// The colours of a rectangle of device pixels, row by row.
pub fn pixels(page: &Page, left: f64, top: f64, width: f64, height: f64) -> Vec<Rgb> {
    let script = format!(
        "{WHOLE} const canvas = whole(document.querySelector(arguments[0]));
        const at = canvas.getContext('2d').getImageData(...Array.from(arguments).slice(1)).data;
        return Array.from({{ length: at.length / 4 }}, (_, i) => (at[4 * i] << 16) | (at[4 * i + 1] << 8) | at[4 * i + 2])"
    );
    let place = [left, top, width, height].map(|px| Value::from(px.round()));
    let arguments: Vec<Value> = std::iter::once(CHART.into()).chain(place).collect();
    let painted = page.script(&script, &arguments);
    let colours = painted.as_array().cloned().unwrap_or_default();
    colours.iter().map(|colour| rgb(colour.as_u64().unwrap_or_default())).collect()
}

/// The column of device pixels at CSS pixels from the left edge, from the top of the canvas to its bottom.
pub fn column(page: &Page, scale: &Scale, x_px: f64) -> Vec<Rgb> {
    let height = (scale.top + scale.height) * scale.device_px;
    pixels(page, (x_px * scale.device_px).floor(), 0.0, 1.0, height)
}

/// The row of device pixels at CSS pixels from the top edge, over the width of the plot.
pub fn row(page: &Page, scale: &Scale, y_px: f64) -> Vec<Rgb> {
    let device_px = scale.device_px;
    pixels(page, scale.left * device_px, (y_px * device_px).floor(), scale.width * device_px, 1.0)
}

/// The middle of what is painted in a colour, in device pixels from the column's first; none where the colour is not.
pub fn middle(column: &[Rgb], colour: Rgb) -> Option<f64> {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (place, found) in column.iter().enumerate() {
        let share = share(*found, colour);
        sum += share * (place as f64 + 0.5);
        weights += share;
    }
    (weights > 0.5).then(|| sum / weights)
}

/// How many pixels have a colour at least by half, as those of a thin line between two rows.
pub fn count(pixels: &[Rgb], colour: Rgb) -> usize {
    pixels.iter().filter(|found| share(**found, colour) > 0.0).count()
}

/// How much of a pixel is covered by a colour, the rest being the ground: 0 for any other mixture and for less than two fifths.
fn share(found: Rgb, colour: Rgb) -> f64 {
    let ground = parts(Theme::LIGHT.surface);
    let (found, colour) = (parts(found), parts(colour));
    let across: Vec<f64> = colour.iter().zip(ground).map(|(part, ground)| part - ground).collect();
    let towards: f64 = across.iter().zip(found.iter().zip(ground)).map(|(a, (part, ground))| a * (part - ground)).sum();
    let share = towards / across.iter().map(|part| part * part).sum::<f64>();
    let beside = across.iter().zip(found.iter().zip(ground)).map(|(a, (part, ground))| part - ground - share * a);
    let beside = beside.map(|part| part * part).sum::<f64>().sqrt();
    if beside < 20.0 && share > 0.4 { share } else { 0.0 }
}

/// 1 for the colour itself, 0 for what is as far from it as the ground.
pub fn likeness(found: Rgb, colour: Rgb) -> f64 {
    1.0 - distance(found, colour) / distance(Theme::LIGHT.surface, colour).max(1.0)
}

fn parts(colour: Rgb) -> [f64; 3] {
    [f64::from(colour.0), f64::from(colour.1), f64::from(colour.2)]
}

fn distance(a: Rgb, b: Rgb) -> f64 {
    parts(a).iter().zip(parts(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

fn rgb(packed: u64) -> Rgb {
    let part = |shift: u32| u8::try_from(packed >> shift & 0xff).unwrap_or_default();
    Rgb(part(16), part(8), part(0))
}
