//! Charts as the worker sends them: already decimated to what the pixels can show.

use serde::{Deserialize, Serialize};

use super::packed;

/// The views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Tab {
    /// Daily mean temperature by device, with the limit.
    #[default]
    Temperature,
    /// Daily minimum battery by device, with the limit.
    Battery,
    /// Daily mean humidity by device.
    Humidity,
    /// Readings over time, flagged ones marked.
    Anomalies,
    /// Mean temperature, hour of day by device.
    Heatmap,
    /// Raw and rolling temperature of one device.
    Rolling,
    /// Readings of any metric over time.
    Metric,
}

/// Which chart the page wants, and how many pixels it has for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChartAsk {
    pub tab: Tab,
    /// Devices shown, as indices into the overview's; empty shows all.
    pub devices: Vec<u32>,
    /// The metric of [`Tab::Metric`], as index into the overview's; none takes the first that has no view of its own.
    pub metric: Option<u16>,
    /// The device of the rolling average; none takes the one flagged hot most often.
    pub rolling_device: Option<u32>,
    /// The visible window of time, microseconds UTC, end exclusive; none shows everything.
    pub window_us: Option<(i64, i64)>,
    /// Width of the plot area in device pixels: the number of pixel columns to decimate to.
    pub columns_px: u32,
}

/// A chart, ready to paint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Chart {
    Lines(LineChart),
    Heat(HeatChart),
}

/// Lines over time: daily values, readings, or raw and rolling.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LineChart {
    pub tab: Tab,
    /// Metric in words, for the axis and for people who cannot see it: `Daily mean temperature`.
    pub title: String,
    pub unit: String,
    /// The zone whose days are shown; empty where the times are UTC.
    pub zone: String,
    /// The window shown, microseconds UTC.
    pub x_us: (i64, i64),
    /// Everything there is to show, microseconds UTC.
    pub full_x_us: (i64, i64),
    /// Smallest and largest value to show, limit included, before any rounding to nice ticks.
    pub y: (f64, f64),
    pub limit: Option<LimitLine>,
    /// Names the series: the generation of the ask that they were made for; 0 is none. Charts with the same name have the same
    /// series.
    pub lines: u32,
    /// Name of the series that the asker holds and whose points are left out here; 0: all points are here.
    pub from: u32,
    /// Faint ones first, so that the emphasised ones are painted over them.
    pub series: Vec<Series>,
    pub marks: Vec<Marks>,
    pub visible: VisibleStats,
    /// How many devices are shown, and how many of them are faint.
    pub devices: u32,
    pub faint: u32,
}

impl LineChart {
    /// Leaves the points of the series out.
    pub fn leave_points(&mut self) {
        for series in &mut self.series {
            (series.x_us, series.y, series.filled) = Default::default();
        }
    }

    /// Gives each series without points those that the same line has among `held`; the lines of a device with two differ in
    /// weight.
    pub fn take_points(&mut self, mut held: Vec<Series>) {
        let line = |series: &Series| (series.device, series.weight == Weight::Strong);
        for series in self.series.iter_mut().filter(|series| series.x_us.is_empty()) {
            if let Some(at) = held.iter().position(|other| line(other) == line(series)) {
                let Series { x_us, y, filled, .. } = held.swap_remove(at);
                (series.x_us, series.y, series.filled) = (x_us, y, filled);
            }
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LimitLine {
    pub value: f64,
    /// `limit 30 °C`
    pub label: String,
    /// Which flag it belongs to, for its colour.
    pub kind: FlagKind,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weight {
    /// One of many, in the background.
    Faint,
    /// In its device's colour.
    #[default]
    Plain,
    /// Thicker: the rolling mean over its raw readings.
    Strong,
}

/// One line. `x_us` and `y` run in parallel; a NaN in `y` breaks the line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Index of the device in the overview.
    pub device: u32,
    pub name: String,
    /// Place in the colour cycle: Okabe-Ito, then the same by dash.
    pub color: u16,
    pub weight: Weight,
    #[serde(with = "packed")]
    pub x_us: Vec<i64>,
    #[serde(with = "packed")]
    pub y: Vec<f64>,
    /// Parallel to `y`, empty where nothing was filled: drawn lighter.
    #[serde(with = "packed")]
    pub filled: Vec<bool>,
    /// Points are drawn as dots, not joined (readings of the anomaly view).
    pub dots: bool,
}

/// The types of flag, each with its own colour and shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FlagKind {
    #[default]
    HighTemperature,
    LowBattery,
    Both,
}

/// Marks of one type of flag. Every pixel column that holds a flagged reading of a visible device has a mark of each type
/// present in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    pub kind: FlagKind,
    #[serde(with = "packed")]
    pub x_us: Vec<i64>,
    #[serde(with = "packed")]
    pub y: Vec<f64>,
}

/// Statistics of the visible window over the visible devices; `min`, `mean` and `max` are NaN where it holds no value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VisibleStats {
    pub min: f64,
    pub mean: f64,
    pub max: f64,
    /// Readings (for daily charts, of the days shown).
    pub readings: u64,
    /// Places where a line breaks.
    pub gaps: u64,
}

/// Mean temperature by device (rows) and hour of day (columns).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeatChart {
    pub title: String,
    /// The zone whose hours are shown; empty where they are UTC.
    pub zone: String,
    pub unit: String,
    /// Indices into the overview's devices, top row first.
    pub devices: Vec<u32>,
    pub names: Vec<String>,
    /// Twenty-four a device, hour 0 first; NaN where there is nothing.
    pub cells: Vec<f64>,
    /// Smallest and largest cell.
    pub range: (f64, f64),
}

/// Where the pointer is, in data, and how much of the data a pixel is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NearestAsk {
    pub chart: ChartAsk,
    /// For the heatmap: hour of day (0 to 24) instead of a time.
    pub x_us: f64,
    /// For the heatmap: row of the chart, from 0.
    pub y: f64,
    /// Microseconds and units a pixel.
    pub us_per_px: f64,
    pub y_per_px: f64,
}

/// What the tooltip says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    pub device: u32,
    pub device_name: String,
    /// Microseconds UTC; the day's start for a daily value.
    pub timestamp_us: i64,
    /// The point itself, in the chart's own coordinates.
    pub x_us: f64,
    pub y: f64,
    /// Whether this is a day's value rather than a reading.
    pub daily: bool,
    /// Name, value (none is missing), unit, and whether it was filled.
    pub values: Vec<NearestValue>,
    /// Why it is flagged, a sentence each: `High temperature: 34.87 is above 30`.
    pub flags: Vec<(FlagKind, String)>,
    /// `gateway-03.csv line 13`; empty for a daily value.
    pub place: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NearestValue {
    pub name: String,
    pub value: Option<f64>,
    pub unit: String,
    pub filled: bool,
}

/// Which row of the anomaly table should be shown in the chart: its `key`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocateAsk {
    pub key: u64,
}

/// A reading's place in the charts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Located {
    pub key: u64,
    pub device: u32,
    pub timestamp_us: i64,
    /// Its temperature.
    pub y: f64,
    /// A window around it that shows its surroundings.
    pub window_us: (i64, i64),
}
