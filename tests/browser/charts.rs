//! Charts: each tab paints, and a known reading is painted where the scale says, at one and at two device pixels a CSS pixel.
//!
//! Owns the comparison of painted pixels with values known by hand. Assumes logs whose every reading of a day is the same.
//! Refuses more than two pixels between a value and its place.

use std::path::Path;

use sensorium::chart::{Theme, viridis};
use sensorium::protocol::{Chart, ChartAsk, LineChart, Tab};

use crate::canvas::{self, CHART, Scale};
use crate::case::{Case, in_chromium};
use crate::engine::Engine;
use crate::expected::Expected;
use crate::logs::{self, Folder, STEADY};
use crate::page::Page;
use crate::visit::visit;

const TABS: [(&str, Tab); 6] = [
    ("Temperature", Tab::Temperature),
    ("Battery", Tab::Battery),
    ("Humidity", Tab::Humidity),
    ("Anomalies", Tab::Anomalies),
    ("Heatmap", Tab::Heatmap),
    ("Rolling average", Tab::Rolling),
];

pub fn cases() -> Vec<Case> {
    vec![
        in_chromium("each_tab_paints", each_tab_paints),
        in_chromium("lines_stand_where_the_scale_says", |engine| lines(engine, 1.0)),
        in_chromium("lines_stand_where_the_scale_says_at_two_pixels", |engine| lines(engine, 2.0)),
        in_chromium("readings_marks_and_cells_stand_where_the_scale_says", readings),
        in_chromium("the_chart_follows_the_window", follows_the_window),
    ]
}

fn open(page: &Page, path: &Path, readings: u64) {
    page.upload(&[path]);
    page.wait_count("readings", readings);
    page.wait_phase("ready");
}

/// Chooses a tab and waits until its own chart is painted.
fn show(page: &Page, title: &str, tab: Tab) {
    page.tab(title);
    let script = "return document.querySelector(arguments[0]).dataset.chart === arguments[1]";
    let arguments = [CHART.into(), sensorium::link::tab_name(tab).into()];
    page.wait_with(title, script, &arguments, std::time::Duration::from_secs(20));
    canvas::settle(page);
}

fn each_tab_paints(engine: Engine) {
    visit(engine, "", |page| {
        page.click("#sample");
        page.wait_phase("ready");
        let mut pictures = vec![String::new()];
        for (title, tab) in TABS.into_iter().cycle().skip(1).take(6) {
            let painted = page.painted();
            show(page, title, tab);
            assert!(page.painted() > painted, "{title}");
            let picture = canvas::picture(page);
            assert!(pictures.iter().all(|other| *other != picture), "{title} looks like another tab");
            pictures.push(picture);
            let scale = Scale::of(page);
            let mut colours: Vec<u32> = Vec::new();
            for part in 0..20 {
                let x_px = scale.left + scale.width * (f64::from(part) + 0.5) / 20.0;
                let column = canvas::column(page, &scale, x_px);
                colours.extend(column.iter().map(|c| u32::from(c.0) << 16 | u32::from(c.1) << 8 | u32::from(c.2)));
            }
            colours.sort_unstable();
            colours.dedup();
            assert!(colours.len() > 10, "{title} shows {} colours", colours.len());
            assert!(page.attr(CHART, "aria-label").is_some_and(|label| label.len() > 20), "{title} has no words");
        }
    });
}

/// The library's chart, for the moments of its points.
fn chart(expected: &mut Expected, tab: Tab) -> Chart {
    expected.chart(ChartAsk { tab, columns_px: 800, ..ChartAsk::default() })
}

fn line_chart(expected: &mut Expected, tab: Tab) -> LineChart {
    match chart(expected, tab) {
        Chart::Lines(lines) => lines,
        Chart::Heat(_) => panic!("expected lines"),
    }
}

fn lines(engine: Engine, device_px: f64) {
    let folder = Folder::new();
    let paths = [0.0, 0.75].map(|raised| folder.write(&format!("{raised}.csv"), logs::steady(raised)));
    // The line of the battery's limit has nearly the colour of the first device.
    visit(engine, "?low_battery=-1000", |page| {
        page.viewport(1280, 900, device_px);
        let mut places = Vec::new();
        for (path, raised) in paths.iter().zip([0.0, 0.75]) {
            open(page, path, 9 * 24 * 3);
            let mut expected = Expected::of_text("steady.csv", &logs::steady(raised));
            let first = if raised == 0.0 { "18" } else { "18.75" };
            page.wait_with(
                "the rows of this file",
                "return document.querySelector('[data-table=raw] tbody').innerText.split('\\n').join(' ').includes(arguments[0])",
                &[format!("a\t{first}\t").trim().into()],
                std::time::Duration::from_secs(20),
            );
            for (title, tab) in [TABS[0], TABS[1], TABS[2]] {
                show(page, title, tab);
                let by_hand = |device: usize, day: usize| match tab {
                    Tab::Temperature => STEADY[device].1 + raised + day as f64 * 0.25,
                    Tab::Battery => STEADY[device].3 - day as f64,
                    _ => STEADY[device].2,
                };
                places.extend(stand(page, &line_chart(&mut expected, tab), device_px, by_hand));
            }
        }
        // Device a on day 4 of the temperature: the higher file stands elsewhere, as the scale says.
        let half = places.len() / 2;
        assert!((places[0] - places[half]).abs() > 2.0, "{} and {}", places[0], places[half]);
        moves_with_the_limit(page, device_px);
    });
}

/// Looks for three days of each device, and returns where they were found, in device pixels.
fn stand(page: &Page, lines: &LineChart, device_px: f64, by_hand: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let scale = Scale::of(page);
    assert!((scale.device_px - device_px).abs() < 0.01, "{scale:?}");
    let mut places = Vec::new();
    for series in &lines.series {
        for day in [4, 2, 6] {
            let value = by_hand(series.device as usize, day);
            let column = canvas::column(page, &scale, scale.x_px(series.x_us[day] as f64));
            let colour = Theme::LIGHT.device(series.color);
            let found = canvas::middle(&column, colour);
            let found = found.unwrap_or_else(|| panic!("{} has no pixel of {} on day {day}", lines.title, series.name));
            let expected = scale.y_px(value) * device_px;
            let apart = (found - expected).abs();
            assert!(
                apart <= 2.0,
                "{}, {}, day {day}: {value} at {found}, expected {expected}",
                lines.title,
                series.name
            );
            places.push(found);
        }
    }
    places
}

/// A limit far above widens the scale; the line moves with it.
fn moves_with_the_limit(page: &Page, device_px: f64) {
    show(page, TABS[0].0, TABS[0].1);
    let mut expected = Expected::of_text("steady.csv", &logs::steady(0.75));
    let lines = line_chart(&mut expected, Tab::Temperature);
    let by_hand = |device: usize, day: usize| STEADY[device].1 + 0.75 + day as f64 * 0.25;
    let before = stand(page, &lines, device_px, by_hand);
    page.set_slider("#high-temp", 60.0);
    page.wait_for("the scale widens", "return Number(document.querySelector('canvas[data-chart]').dataset.y1) >= 60");
    canvas::settle(page);
    let after = stand(page, &lines, device_px, by_hand);
    assert!(after.iter().zip(&before).all(|(after, before)| (after - before).abs() > 2.0), "{before:?} {after:?}");
}

fn readings(engine: Engine) {
    let folder = Folder::new();
    let text = logs::steady(6.0);
    let path = folder.write("steady.csv", &text);
    visit(engine, "", |page| {
        open(page, &path, 9 * 24 * 3);
        let mut expected = Expected::of_text("steady.csv", &text);
        marks(page, &line_chart(&mut expected, Tab::Anomalies));
        cells(page);
        // Without flags no mark hides the line.
        let text = logs::steady(0.0);
        let path = folder.write("cool.csv", &text);
        page.upload(&[&path]);
        let mut expected = Expected::of_text("cool.csv", &text);
        expected.is_shown_by(page);
        show(page, TABS[5].0, TABS[5].1);
        let lines = line_chart(&mut expected, Tab::Rolling);
        let strong = lines.series.last().expect("a rolling mean");
        let scale = Scale::of(page);
        // In the middle of a day the mean over three readings is the reading itself.
        let noon = (logs::START_SECONDS + 5 * 86_400 + 43_200) * 1_000_000;
        let value = STEADY[strong.device as usize].1 + 5.0 * 0.25;
        let column = canvas::column(page, &scale, scale.x_px(noon as f64));
        let found = canvas::middle(&column, Theme::LIGHT.device(strong.color)).expect("the rolling mean is painted");
        assert!((found - scale.y_px(value)).abs() <= 2.0, "{found}, expected {}", scale.y_px(value));
    });
}

/// Device c is above 30 °C through the whole log, whose marks all stand at its readings.
fn marks(page: &Page, lines: &LineChart) {
    show(page, TABS[3].0, TABS[3].1);
    let scale = Scale::of(page);
    let number: usize = lines.marks.iter().map(|marks| marks.x_us.len()).sum();
    assert!(number > 0 && page.attr(CHART, "data-marks").is_some_and(|told| told != "0"));
    let noon = (logs::START_SECONDS + 5 * 86_400 + 43_200) * 1_000_000;
    let value = STEADY[2].1 + 6.0 + 5.0 * 0.25;
    let column = canvas::column(page, &scale, scale.x_px(noon as f64));
    let limit_px = scale.y_px(30.0);
    let near: Vec<_> = column.iter().take((limit_px - 4.0) as usize).copied().collect();
    let found = canvas::middle(&near, Theme::LIGHT.hot).expect("a mark is painted");
    assert!((found - scale.y_px(value)).abs() <= 2.0, "{found}, expected {}", scale.y_px(value));
}

/// Every cell of the heatmap has the colour of its mean.
fn cells(page: &Page) {
    show(page, TABS[4].0, TABS[4].1);
    let scale = Scale::of(page);
    let mean = |device: usize| STEADY[device].1 + 6.0 + 4.0 * 0.25;
    let (least, most) = (mean(0), mean(2));
    for device in 0..3 {
        for hour in [0.5, 11.5, 20.75] {
            let (x_px, y_px) = (scale.x_px(hour), scale.y_px(device as f64 + 0.5));
            let found = canvas::pixels(page, x_px * scale.device_px, y_px * scale.device_px, 1.0, 1.0)[0];
            let colour = viridis((mean(device) - least) / (most - least));
            assert!(canvas::likeness(found, colour) > 0.95, "device {device}, hour {hour}: {found:?}, not {colour:?}");
        }
    }
}

fn follows_the_window(engine: Engine) {
    visit(engine, "", |page| {
        page.click("#sample");
        page.wait_phase("ready");
        page.tab("Temperature");
        let wide = Scale::of(page);
        page.viewport(1_000, 900, 1.0);
        let fits = "const canvas = document.querySelector('canvas[data-chart]'); const room = canvas.parentElement.clientWidth;
            return canvas.width === Math.round(room * arguments[0]) && Number(canvas.dataset.plot.split(',')[2]) < room";
        let patience = std::time::Duration::from_secs(10);
        page.wait_with("it is as wide as its place", fits, &[1.0.into()], patience);
        let narrow = Scale::of(page);
        assert!(narrow.width < wide.width - 100.0, "{narrow:?} {wide:?}");
        page.viewport(1_100, 900, 3.0);
        page.wait_with("it is sharp", fits, &[3.0.into()], patience);
        assert!((Scale::of(page).device_px - 3.0).abs() < 0.01);
    });
}
