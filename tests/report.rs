//! The report and the pictures of a run: what stands in them, that nothing in a log can break out of its text, and that their
//! numbers are those of the run.
//!
//! What the report says is `tests/snapshots/report.html`, without style sheet and pictures; after a wanted change run
//! `UPDATE_EXPECT=1 cargo test --test report` and read it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write;

use expect_test::expect_file;
use plotters::prelude::{IntoDrawingArea, SVGBackend};
use sensorium::chart::{self, Ahead, KEPT, LEGEND_PX, Size, Theme, columns_px, frame};
use sensorium::export::Summary;
use sensorium::ingest::{Bytes, Opened, read_files};
use sensorium::pipeline::{self, Outcome};
use sensorium::protocol::{Chart, Tab};
use sensorium::recipe::{Recipe, query};
use sensorium::report::{self, Picture, Report};
use sensorium::survey::Card;
use sensorium::view::{self, Facts, Input, Tally};
use sensorium::wording;

const HEADER: &str = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n";

/// A run, as the command line makes it.
struct Run {
    opened: Opened<Bytes<Vec<u8>>>,
    recipe: Recipe,
    outcome: Outcome,
    facts: Facts,
    tally: Tally,
}

impl Run {
    fn of(files: &[(&str, &str)], recipe: &str) -> Self {
        let recipe = query::from_query(recipe).0;
        let files = files.iter().map(|(name, text)| (name.to_string(), Bytes(text.as_bytes().to_vec()))).collect();
        let mut opened = read_files(files, &recipe.contract, &mut |_| {}).unwrap();
        let outcome = pipeline::run(&mut opened.log, &recipe);
        let (facts, tally) = (view::facts(&outcome), view::tally(&outcome));
        Self { opened, recipe, outcome, facts, tally }
    }

    fn input(&self) -> Input<'_> {
        let Self { opened, recipe, outcome, facts, tally } = self;
        Input { log: &opened.log, recipe, outcome, facts, tally }
    }

    fn summary(&self) -> Summary {
        Summary::of(&self.opened.log, &self.outcome)
    }

    fn charts(&self) -> Vec<(Tab, Chart)> {
        view::kept(&self.input(), columns_px(KEPT))
    }

    fn html(&self) -> String {
        let readings = &self.outcome.cleaned.readings;
        let card: Card = view::card(&self.opened.layouts[0], &self.opened.log.files[0], readings, 60);
        let pictures: Vec<Picture> = self
            .charts()
            .into_iter()
            .map(|(tab, chart)| Picture { tab, svg: chart::svg(&chart, &Theme::LIGHT, KEPT).unwrap(), chart })
            .collect();
        let notices = [String::from("b.csv: same bytes as <a.csv>, read once")];
        let report = Report {
            input: self.input(),
            card: Some(&card),
            notices: &notices,
            pictures: &pictures,
            at: Some("2026-11-25 03:00 UTC"),
        };
        let mut out = Vec::new();
        report::write(&mut out, &report).unwrap();
        String::from_utf8(out).unwrap()
    }
}

/// Two devices over two days: a gap, a bad cell, a row without a time, a missing battery, heat, a low battery.
fn small() -> Run {
    let mut text = String::from(HEADER);
    for hour in 0..30 {
        let (day, hour_of_day) = (1 + hour / 24, hour % 24);
        for (device, warmth) in [("attic", 12), ("cellar", 0)] {
            let temperature = match (device, hour) {
                ("attic", 3) => String::new(),
                ("cellar", 5) => String::from("warm"),
                _ => format!("{}.5", 15 + warmth + hour_of_day / 4),
            };
            let battery = match (device, hour) {
                ("attic", 9) => String::new(),
                ("cellar", _) => (20 - hour / 3).to_string(),
                _ => String::from("80"),
            };
            writeln!(text, "2024-03-{day:02} {hour_of_day:02}:00:00,{device},{temperature},50,1000,{battery}").unwrap();
        }
    }
    text.push_str("2024-02-30 00:00:00,attic,20,50,1000,80\n");
    Run::of(&[("house.csv", &text)], "high_temp=30.5")
}

/// What stands between two marks, each time, taken out.
fn without(text: &str, from: &str, to: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(from) {
        out.push_str(before);
        rest = after.split_once(to).unwrap().1;
    }
    out + rest
}

#[test]
fn a_report_says_what_was_read_and_found() {
    let html = small().html();
    let html = without(&html, "<style>\n", "</style>\n");
    let html = without(&html, "width=\"960\"", "</svg>\n").replace(env!("CARGO_PKG_VERSION"), "VERSION");
    expect_file!["snapshots/report.html"].assert_eq(&html);
}

#[test]
fn a_report_is_one_file_that_fetches_nothing() {
    let html = small().html();
    for absent in ["src=", "href", "url(", "<script", "<link", "@import", "javascript:", "onload"] {
        assert!(!html.contains(absent), "{absent}");
    }
    let hosts = html.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    assert!(!hosts.contains("://"), "an address");
    assert!(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">") && html.ends_with("</html>\n"));
    assert_eq!(html.matches("<figure>").count(), 6);
}

/// The value behind `data-count`.
fn shown(html: &str, name: &str) -> u64 {
    let hook = format!("data-count=\"{name}\" data-value=\"");
    html.split_once(&hook).unwrap().1.split('"').next().unwrap().parse().unwrap()
}

/// The cells of a table's rows.
fn rows(html: &str, table: &str) -> Vec<Vec<String>> {
    let table = html.split_once(&format!("data-table=\"{table}\"")).unwrap().1.split("</table>").next().unwrap();
    let body = table.split_once("<tbody>").unwrap().1;
    let cells = |row: &str| {
        let ends = row.replace("</th>", "</td>");
        let cells = ends.split("</td>").filter(|cell| !cell.is_empty());
        cells.map(|cell| cell.rsplit('>').next().unwrap().to_owned()).collect()
    };
    body.lines().filter_map(|line| line.strip_prefix("<tr>")?.strip_suffix("</tr>")).map(cells).collect()
}

#[test]
fn its_numbers_are_those_of_the_run() {
    for run in [small(), fleet(70, 3), Run::of(&[("house.csv", &small_range())], "from=2024-03-02&to=2024-03-02")] {
        let (html, summary) = (run.html(), run.summary());
        assert_eq!(shown(&html, "readings"), summary.rows_out);
        assert_eq!(shown(&html, "devices"), summary.devices);
        assert_eq!(shown(&html, "filled"), summary.filled.iter().map(|(_, cells)| cells).sum::<u64>());
        assert_eq!(shown(&html, "set-aside"), summary.rows_set_aside);
        assert_eq!(shown(&html, "dropped"), summary.rows_dropped);
        assert_eq!(shown(&html, "anomalies"), summary.anomalies());
        assert_eq!(shown(&html, "findings"), run.opened.log.violations.len() as u64);
        let sum = format!(
            "{} read = {} readings + {} dropped + {} set aside + {} outside the date range.",
            wording::counted(summary.rows_read, "row", "rows"),
            wording::count(summary.rows_out),
            wording::count(summary.rows_dropped),
            wording::count(summary.rows_set_aside),
            wording::count(summary.rows_outside_range)
        );
        assert!(html.contains(&sum), "{sum}");
        let filled: Vec<(String, String)> =
            summary.filled.iter().map(|(metric, cells)| (metric.clone(), wording::count(*cells))).collect();
        let found: Vec<(String, String)> =
            rows(&html, "filled").into_iter().map(|row| (row[0].clone(), row[2].clone())).collect();
        assert_eq!(found, filled);
        let all = rows(&html, "anomalies").pop().unwrap();
        let by_type = summary.by_type().map(|(_, n)| wording::count(n));
        assert_eq!((all[0].as_str(), &all[2..5]), ("All devices", &by_type[..]));
        assert_eq!(all[5], wording::count(summary.anomalies()));
        let days = rows(&html, "daily");
        assert_eq!(days.len(), run.outcome.daily.len().min(60));
        for day in days {
            let readings = &run.outcome.cleaned.readings;
            let one = run.outcome.daily.iter().find(|one| {
                (readings.devices[one.device].name.as_str(), wording::day(one.day)) == (day[0].as_str(), day[1].clone())
            });
            let one = one.unwrap();
            let flags = &run.outcome.flags.bytes[one.start..one.end];
            let expected = [
                wording::count(one.readings() as u64),
                wording::number(one.mean_temperature_celsius),
                wording::number(one.mean_humidity_percent),
                wording::number(one.min_battery_percent),
                wording::count(one.filled_cells),
                wording::count(flags.iter().filter(|flag| **flag != 0).count() as u64),
            ];
            assert_eq!(day[2..], expected);
        }
    }
}

/// Three days, of which the recipe keeps one.
fn small_range() -> String {
    let mut text = String::from(HEADER);
    for hour in 0..72 {
        writeln!(text, "2024-03-{:02} {:02}:00:00,a,31,50,1000,{}", 1 + hour / 24, hour % 24, 40 - hour).unwrap();
    }
    text
}

/// Many devices over some days; the last ones have a low battery on the last day.
fn fleet(devices: usize, days: usize) -> Run {
    let mut text = String::from(HEADER);
    for device in 0..devices {
        for hour in 0..days * 24 {
            let low = device >= devices - 5 && hour / 24 == days - 1;
            let (day, battery) = (1 + hour / 24, if low { 3 } else { 90 });
            let warm = 18 + (device + hour) % 7;
            writeln!(text, "2024-03-{day:02} {:02}:00:00,d{device:03},{warm},50,1000,{battery}", hour % 24).unwrap();
        }
    }
    Run::of(&[("fleet.csv", &text)], "")
}

#[test]
fn long_lists_say_what_they_leave_out() {
    let run = fleet(70, 3);
    let html = run.html();
    assert!(html.contains("60 of 210 days are listed"));
    let days = rows(&html, "daily");
    // Those with anomalies are there, wherever they stand in the log.
    for device in 65..70 {
        assert!(days.iter().any(|day| day[0] == format!("d{device:03}") && day[7] == "24"), "{device}: {days:?}");
    }
    assert!(html.contains("65 devices have none."));
    let mut text = String::from(HEADER);
    for row in 0..50 {
        writeln!(text, "2024-03-01 08:{row:02}:00,a,hot{row},50,1000,80").unwrap();
    }
    text.push_str("2024-03-01 09:00:00,a,20,50,1000,80\n");
    let html = Run::of(&[("bad.csv", &text)], "").html();
    assert_eq!(rows(&html, "findings").len(), 20);
    assert!(html.contains("20 of 50 findings are listed"));
    assert_eq!(rows(&html, "rules"), [["not_a_number", "50"]]);
}

#[test]
fn nothing_in_a_log_is_more_than_text() {
    let hostile = "\"\"\"><script src=http://x.example/a.js></script><b onclick='x()'>&amp;\u{202e}\u{1}\"";
    let mut text = String::from("timestamp,device_id,temperature_celsius,<i>note</i>,battery_level_percent\n");
    for hour in 0..24 {
        let cell = if hour == 5 { "<img src=x onerror=alert(1)>" } else { "20" };
        writeln!(text, "2024-03-01 {hour:02}:00:00,{hostile},{cell},<u>,{}", 24 - hour).unwrap();
    }
    let name = "</title><iframe src=x>.csv";
    let run = Run::of(&[(name, &text), ("b\u{0}.csv", &small_range())], "");
    let html = run.html();
    assert!(html.contains("&lt;script src=http://x.example/a.js&gt;"), "the device is shown");
    assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;"), "the value is shown");
    let words = without(&html, "width=\"960\"", "</svg>\n");
    assert!(words.contains("\\u{202e}\\u{1}") && !words.contains('\u{202e}'), "what turns direction is shown");
    let known = [
        "!DOCTYPE",
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "main",
        "h1",
        "h2",
        "p",
        "dl",
        "div",
        "dt",
        "dd",
        "small",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "figure",
        "figcaption",
        "svg",
        "rect",
        "text",
        "polyline",
        "polygon",
        "line",
        "circle",
    ];
    for (at, _) in html.match_indices('<') {
        let tag = html[at + 1..].split('>').next().unwrap();
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap();
        assert!(known.contains(&name), "a tag <{tag}>");
        let attributes = without(tag, "\"", "\"");
        assert!(!attributes.contains(" on") && !attributes.contains("src"), "an attribute in <{tag}>");
    }
    // XML has no control characters: a picture that held one could not be opened.
    for (_, chart) in run.charts() {
        let svg = chart::svg(&chart, &Theme::LIGHT, KEPT).unwrap();
        assert!(!svg.contains(|c: char| c.is_control() && c != '\n'), "a control character in a picture");
    }
}

/// The picture that plotters makes of a chart alone.
fn plain(chart: &Chart) -> String {
    let frame = frame(chart, KEPT, &Ahead::default());
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, frame.size.device_px()).into_drawing_area();
        chart::paint(&area, chart, &Theme::LIGHT, &frame).unwrap();
        area.present().unwrap();
    }
    text
}

#[test]
fn a_picture_is_the_chart_of_the_page_with_its_legend() {
    let run = small();
    let charts = run.charts();
    assert_eq!(charts.len(), 6);
    let html = run.html();
    for (tab, chart) in charts {
        let svg = chart::svg(&chart, &Theme::LIGHT, KEPT).unwrap();
        assert!(svg.starts_with("<svg width=\"960\" height=\"428\" viewBox=\"0 0 960 428\""), "{tab:?}");
        // Letters are of the size that was asked for, which the backend makes smaller.
        let plain = plain(&chart).replace("font-size=\"9.67741935483871\"", "font-size=\"12\"");
        assert!(plain.contains("font-size=\"12\""));
        let (_, painted) = plain.split_once('\n').unwrap();
        let painted = painted.strip_suffix("</svg>\n").unwrap();
        let (_, kept) = svg.split_once('\n').unwrap();
        let legend = kept.strip_prefix(painted).unwrap_or_else(|| panic!("{tab:?} is painted otherwise"));
        assert!(legend.contains(&chart::stats(&chart)), "{tab:?}: {legend}");
        // The report shows the same picture.
        assert!(html.contains(kept), "{tab:?}");
    }
}

#[test]
fn a_png_shows_the_chart_twice_as_sharp() {
    for (tab, chart) in small().charts() {
        let sharp = Size { scale: 2.0, ..KEPT };
        let bytes = chart::png(&chart, &Theme::LIGHT, sharp).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (1920, (2.0 * (380.0 + LEGEND_PX)) as u32), "{tab:?}");
        assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
        let row_bytes = 1920 * 3;
        let color = |x: usize, y: usize| {
            let at = y * row_bytes + x * 3;
            (pixels[at], pixels[at + 1], pixels[at + 2])
        };
        let any = |xs: std::ops::Range<usize>, ys: std::ops::Range<usize>, wanted: (u8, u8, u8)| {
            ys.clone().any(|y| xs.clone().any(|x| color(x, y) == wanted))
        };
        let muted = (0x55, 0x62, 0x70);
        assert!(any(8..900, 4..40, muted), "{tab:?} has a title");
        assert!(any(8..900, 790..856, muted), "{tab:?} has statistics");
        assert_eq!(color(2, 400), (255, 255, 255), "{tab:?} stands on the light ground");
        // A line in the colour of a device, the lowest cell of the heatmap, or a mark.
        let plot = (104..1888, 62..700);
        let seen = [(0x00, 0x72, 0xb2), (0xe6, 0x9f, 0x00), (0x44, 0x01, 0x54), (0xc4, 0x4e, 0x00)];
        assert!(seen.into_iter().any(|wanted| any(plot.0.clone(), plot.1.clone(), wanted)), "{tab:?} has a plot");
    }
}
