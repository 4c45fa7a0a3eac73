//! The first showing of a log, rehearsed while the page waits for one.
//!
//! Owns a log that nobody measured: it fills what stands ready and unseen, so that browser and module have done everything
//! once when the first real answer comes. Assumes the empty page. Refuses to go on once a log is wanted, and leaves nothing
//! behind: what it filled in is taken out again.

use std::sync::Arc;

use leptos::prelude::*;
use sensorium::browser::frame::{after, next_frame};
use sensorium::protocol::{
    Cell, Chart, Counts, DeviceShown, Distribution, FileRead, FlagKind, LimitLine, LineChart, Marks, Overview, Series,
    TableColumn, TableKind, TablePage, TableRow, VisibleStats, Weight,
};

use super::engine;
use super::state::{FIRST_ROWS, Page, Phase};

/// Milliseconds after the start, and between two steps: each is a task of its own.
const BEGIN_MS: i32 = 60;
const STEP_MS: i32 = 4;
const DAY_US: i64 = 86_400_000_000;

type Step = fn(Page);
const STEPS: [Step; 9] = [
    |page| page.prepared.set(true),
    |page| page.overview.set(Some(Arc::new(overview()))),
    |page| table(page, 0),
    |page| table(page, 1),
    |page| table(page, 2),
    |page| table(page, 4),
    |page| page.chart.set(Some(Arc::new(chart(30.0)))),
    |page| {
        page.overview.set(Some(Arc::new(overview())));
        page.chart.set(Some(Arc::new(chart(31.0))));
    },
    forget,
];

/// Rehearses as soon as the page stands.
pub fn start(page: Page) {
    after(BEGIN_MS, move || step(page, 0));
}

fn step(page: Page, at: usize) {
    let Some(work) = STEPS.get(at) else { return };
    if page.phase.get_untracked() != Phase::Empty || engine::has_log(page) {
        return;
    }
    work(page);
    next_frame(move |_| after(STEP_MS, move || step(page, at + 1)));
}

/// Takes out what the rehearsal filled in; harmless where it did not.
pub fn forget(page: Page) {
    if page.phase.get_untracked() == Phase::Empty && page.overview.with_untracked(Option::is_some) {
        page.overview.set(None);
        page.chart.set(None);
        for table in page.tables {
            table.page.set(None);
        }
    }
}

fn overview() -> Overview {
    let device = |n: u64| DeviceShown { name: format!("device-{n}"), readings: 1_000, flags: n, peak_celsius: None };
    let bins = Distribution {
        to: 100.0,
        bins: vec![3; 100],
        beyond_readings: 1,
        beyond_devices: 1,
        ..Distribution::default()
    };
    Overview {
        files: vec![FileRead {
            name: String::from("-"),
            read_as: String::from("-"),
            way: String::from("-"),
            ..FileRead::default()
        }],
        counts: Counts { rows_out: 1_000, metric_cells: 1_000, filled: vec![1], ..Counts::default() },
        devices: (0..20).map(device).collect(),
        high_temp: bins.clone(),
        low_battery: bins,
        ..Overview::default()
    }
}

fn table(page: Page, at: usize) {
    let table = page.tables[at];
    let column = |numeric| TableColumn { label: String::from("-"), numeric, code: table.kind == TableKind::Raw };
    let columns: Vec<TableColumn> = [false, false, true, true, true, false].into_iter().map(column).collect();
    let row = |n: u32| {
        let value = f64::from(n) / 8.0;
        let cells = vec![
            Cell::Time(i64::from(n) * DAY_US / 7),
            Cell::Text(String::from("device-1")),
            Cell::Number(value),
            Cell::Filled(value),
            Cell::Missing,
            Cell::Flag(FlagKind::HighTemperature),
        ];
        TableRow { key: u64::from(n), cells }
    };
    let rows: Vec<TableRow> = (0..FIRST_ROWS).map(row).collect();
    let total = u64::from(FIRST_ROWS);
    table.page.set(Some(Arc::new(TablePage { table: table.kind, columns, total, matched: total, from: 0, rows })));
}

fn chart(limit: f64) -> Chart {
    let series = |device: u32| Series {
        device,
        name: format!("device-{device}"),
        color: device as u16,
        weight: if device < 13 { Weight::Faint } else { Weight::Plain },
        x_us: (0..14).map(|day| day * DAY_US).collect(),
        y: (0..14).map(|day| f64::from(day + device) + 10.0).collect(),
        ..Series::default()
    };
    Chart::Lines(LineChart {
        title: String::from("-"),
        x_us: (0, 14 * DAY_US),
        full_x_us: (0, 14 * DAY_US),
        y: (10.0, 40.0),
        limit: Some(LimitLine { value: limit, label: String::from("-"), ..LimitLine::default() }),
        series: (0..20).map(series).collect(),
        marks: vec![Marks { x_us: vec![DAY_US], y: vec![limit], ..Marks::default() }],
        visible: VisibleStats { mean: 20.0, ..VisibleStats::default() },
        devices: 20,
        ..LineChart::default()
    })
}
