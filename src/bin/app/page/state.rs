//! Everything that the components share: signals, and nothing else.
//!
//! Owns the signals; [`super::engine`] writes what the worker answers, [`super::actions`] what the person wants. Assumes one page.
//! Refuses readings: a signal holds at most what the pixels show.
//!
//! # For the chart panel
//! It reads `chart` (repaint when it changes), `recipe` (the limit line follows it at once), `overview` (names), `nearest`,
//! `located`, `window_us`, `view().tab` and `dark`. It writes `columns_px` (width of its plot area in device pixels) and calls
//! [`super::actions::zoom_to`], [`super::actions::ask_nearest`], and [`super::timing::painted`] after each paint. It makes a PNG
//! each time `png_wanted` grows.

use std::sync::Arc;

use leptos::prelude::*;
use sensorium::protocol::{
    Chart, ChartAsk, Located, Nearest, Overview, Progress, Refusal, Tab, TableAsk, TableKind, TablePage,
};
use sensorium::recipe::Recipe;
use sensorium::survey::{Told, Zone};

use super::engine::Engine;
use sensorium::browser::folder::Folder;

/// What the page is doing, as `body[data-phase]` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// No log is open.
    #[default]
    Empty,
    Reading,
    Ready,
    /// The run is refused; its findings are shown.
    Refused,
}

impl Phase {
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Reading => "reading",
            Self::Ready => "ready",
            Self::Refused => "refused",
        }
    }
}

/// How far reading is, on the page's clock.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// What is being read, in words.
    pub title: String,
    pub progress: Progress,
    /// When it began, milliseconds since the page began.
    pub started_ms: f64,
    pub now_ms: f64,
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Leaves by itself.
    Passing,
    /// Stays until it is dismissed.
    Lasting,
}

/// A sentence for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: u32,
    pub sentence: String,
    pub weight: Weight,
    /// Whether reopening the former files is offered beside it.
    pub reopen: bool,
}

/// One table: what the page wants of it, and the window of it that is here.
#[derive(Clone, Copy)]
pub struct TableState {
    pub kind: TableKind,
    pub ask: RwSignal<TableAsk>,
    pub page: RwSignal<Option<Arc<TablePage>>>,
}

/// The tables, in the order of [`TABLES`].
pub const TABLES: [TableKind; 6] = [
    TableKind::Anomalies,
    TableKind::Daily,
    TableKind::SetAside,
    TableKind::Dropped,
    TableKind::Raw,
    TableKind::Findings,
];

/// Rows asked of a table before it was scrolled: those in sight and as many again.
pub const FIRST_ROWS: u32 = 24;

/// The shared signals; a handle that is copied about.
#[derive(Clone, Copy)]
pub struct Page {
    pub engine: StoredValue<Engine, LocalStorage>,
    pub phase: RwSignal<Phase>,
    /// Whether the worker is at work on something other than reading for longer than a moment.
    pub busy: RwSignal<bool>,
    /// What the controls say.
    pub recipe: RwSignal<Recipe>,
    /// Grows whenever the recipe was set by something other than its control: a link, a reset.
    pub recipe_given: RwSignal<u32>,
    pub overview: RwSignal<Option<Arc<Overview>>>,
    /// Grows with every log that is shown: what belongs to the former one is forgotten then.
    pub log: RwSignal<u32>,
    /// How long reading and computing took, seconds.
    pub took_seconds: RwSignal<f64>,
    /// Whether what a log fills stands ready, see [`super::rehearsal`].
    pub prepared: RwSignal<bool>,
    pub reading: RwSignal<Reading>,
    pub refusal: RwSignal<Option<Arc<Refusal>>>,
    /// The tab of the chart.
    pub tab: RwSignal<Tab>,
    /// Names of the devices shown; empty shows all.
    pub devices: RwSignal<Vec<String>>,
    pub rolling: RwSignal<Option<String>>,
    /// Name of the metric that is charted by itself.
    pub metric: RwSignal<Option<String>>,
    /// How files are to be read, where the person said so.
    pub told: RwSignal<Told>,
    /// The recipe's zone with its changes, as soon as a log was opened.
    pub zone: StoredValue<Option<Zone>>,
    /// Whether order or zone were remembered of a log with the same columns, and not said of this one.
    pub recalled: StoredValue<bool>,
    /// Under which name that is remembered for files with the same columns.
    pub header_key: RwSignal<Option<String>>,
    /// The device that is pointed at in a list: its line is laid over the others.
    pub pointed: RwSignal<Option<u32>>,
    /// Visible window of time, microseconds UTC, end exclusive; none shows everything.
    pub window_us: RwSignal<Option<(i64, i64)>>,
    /// Width of the plot area in device pixels.
    pub columns_px: RwSignal<u32>,
    pub chart: RwSignal<Option<Arc<Chart>>>,
    /// While a part is shown: the last chart that showed everything.
    pub whole: StoredValue<Option<Arc<Chart>>>,
    pub nearest: RwSignal<Option<Nearest>>,
    /// The reading that a row of the anomaly table stands for.
    pub located: RwSignal<Option<Located>>,
    pub png_wanted: RwSignal<u32>,
    /// Where the export that is being made shall be written.
    pub folder: StoredValue<Option<Folder>, LocalStorage>,
    pub tables: [TableState; 6],
    pub notices: RwSignal<Vec<Notice>>,
    /// Requests since the network was closed.
    pub requests: RwSignal<u32>,
    pub dark: RwSignal<bool>,
}

impl Page {
    pub fn new() -> Self {
        let table = |kind| TableState {
            kind,
            ask: RwSignal::new(TableAsk { table: kind, sort: None, filter: String::new(), from: 0, count: FIRST_ROWS }),
            page: RwSignal::new(None),
        };
        Self {
            engine: StoredValue::new_local(Engine::default()),
            phase: RwSignal::default(),
            busy: RwSignal::default(),
            recipe: RwSignal::default(),
            recipe_given: RwSignal::default(),
            overview: RwSignal::default(),
            log: RwSignal::default(),
            took_seconds: RwSignal::default(),
            prepared: RwSignal::default(),
            reading: RwSignal::default(),
            refusal: RwSignal::default(),
            tab: RwSignal::default(),
            devices: RwSignal::default(),
            rolling: RwSignal::default(),
            metric: RwSignal::default(),
            told: RwSignal::default(),
            zone: StoredValue::default(),
            recalled: StoredValue::default(),
            header_key: RwSignal::default(),
            pointed: RwSignal::default(),
            window_us: RwSignal::default(),
            columns_px: RwSignal::default(),
            chart: RwSignal::default(),
            whole: StoredValue::default(),
            nearest: RwSignal::default(),
            located: RwSignal::default(),
            png_wanted: RwSignal::default(),
            folder: StoredValue::new_local(None),
            tables: TABLES.map(table),
            notices: RwSignal::default(),
            requests: RwSignal::default(),
            dark: RwSignal::default(),
        }
    }

    /// Sets the phase; what is shown is built anew only when it is another.
    pub fn set_phase(&self, phase: Phase) {
        if self.phase.get_untracked() != phase {
            if phase != Phase::Empty && !self.prepared.get_untracked() {
                self.prepared.set(true);
            }
            self.phase.set(phase);
        }
    }

    pub fn table(&self, kind: TableKind) -> TableState {
        let at = TABLES.iter().position(|table| *table == kind).unwrap_or(0);
        self.tables[at]
    }

    /// The chart that is wanted now; tracks every signal that it depends on.
    pub fn chart_ask(&self) -> ChartAsk {
        let (devices, rolling_device, metric) = self.overview.with(|overview| {
            let Some(overview) = overview else {
                return (Vec::new(), None, None);
            };
            let place = |name: &String| overview.metrics.iter().position(|metric| metric.name == *name);
            let index = |name: &String| {
                overview
                    .devices
                    .binary_search_by(|device| device.name.as_bytes().cmp(name.as_bytes()))
                    .ok()
                    .and_then(|index| u32::try_from(index).ok())
            };
            (
                self.devices.with(|names| names.iter().filter_map(index).collect()),
                self.rolling.with(|name| name.as_ref().and_then(index)),
                self.metric.with(|name| name.as_ref().and_then(place)).and_then(|place| u16::try_from(place).ok()),
            )
        });
        ChartAsk {
            tab: self.tab.get(),
            devices,
            metric,
            rolling_device,
            window_us: self.window_us.get(),
            columns_px: self.columns_px.get(),
        }
    }
}

/// The shared signals, inside any component.
pub fn page() -> Page {
    expect_context()
}
