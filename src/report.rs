//! The report: one page of HTML that says what was read, what was found, and how it looks. No script, nothing fetched.
//!
//! Owns the page's sections, their words and how much of long lists stands in them. Assumes counts and charts that others made
//! from one outcome. Computes no statistic, paints nothing, knows no clock; every text of a file is escaped. What a list leaves
//! out is counted beside it.

mod card;
mod days;
mod findings;
mod html;
mod recipe;
mod rows;
mod style;

use std::io::Write;

use crate::chart::{self, KEPT, Theme};
use crate::link::tab_name;
use crate::protocol::{Chart, Counts, Tab};
use crate::survey::Card;
use crate::view::{self, Input};
use crate::wording::{count, counted, share, step, time};
use crate::{Error, ErrorKind};
use html::{Html, Kind};

/// A chart and its picture.
#[derive(Clone, Debug)]
pub struct Picture {
    pub tab: Tab,
    pub chart: Chart,
    /// As [`chart::svg`] makes it, in light colours: the page turns them where a reader wants it dark.
    pub svg: String,
}

/// What a report tells. Nothing may be refused: a refused run has no outcome to tell of.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    pub input: Input<'a>,
    /// How the first file was read; of every file a line stands in the log.
    pub card: Option<&'a Card>,
    /// Sentences about whole files: left out, or the same bytes as another.
    pub notices: &'a [String],
    pub pictures: &'a [Picture],
    /// When the run was, as the caller's clock has it.
    pub at: Option<&'a str>,
}

/// Every view whose metric the log has, with everything that the recipe leaves in.
///
/// # Errors
/// When one cannot be painted.
pub fn pictures(input: &Input<'_>) -> Result<Vec<Picture>, Error> {
    let of = |(tab, chart)| match chart::svg(&chart, &Theme::LIGHT, KEPT) {
        Ok(svg) => Ok(Picture { tab, chart, svg }),
        Err(reason) => Err(unpainted(tab, &reason)),
    };
    view::kept(input, chart::columns_px(KEPT)).into_iter().map(of).collect()
}

/// An error that says which view could not be painted.
pub fn unpainted(tab: Tab, reason: &str) -> Error {
    let message = ["the chart ", tab_name(tab), " could not be painted: ", reason].concat();
    Error::new(ErrorKind::Export, "", message)
}

/// Writes the page.
///
/// # Errors
/// When `out` refuses bytes.
pub fn write(mut out: impl Write, report: &Report<'_>) -> Result<(), Error> {
    let counts = view::counts(&report.input);
    let mut html = Html::default();
    head(&mut html, report);
    summary(&mut html, report, &counts);
    card::read(&mut html, report);
    recipe::recipe(&mut html, report.input.recipe);
    findings::findings(&mut html, report);
    rows::filled_and_dropped(&mut html, report, &counts);
    rows::anomalies(&mut html, report, &counts);
    // Pictures are long: what stands before them is handed on first.
    charts(&mut html, report, &mut out)?;
    days::daily(&mut html, report);
    html.raw("</main>\n</body>\n</html>\n");
    out.write_all(html.take().as_bytes()).map_err(failed)?;
    out.flush().map_err(failed)
}

fn failed(cause: std::io::Error) -> Error {
    let mut message = String::from("the report could not be written: ");
    message.push_str(&cause.to_string());
    Error::new(ErrorKind::Export, "", message)
}

/// What the log is called: its file, or its first one and how many more.
fn name_of(report: &Report<'_>) -> String {
    let files = &report.input.log.files;
    let mut name = files.first().map_or(String::new(), |file| file.name.clone());
    if files.len() > 1 {
        name.push_str(" and ");
        name.push_str(&count(files.len() as u64 - 1));
        name.push_str(" more");
    }
    name
}

fn head(html: &mut Html, report: &Report<'_>) {
    html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    // Nothing is fetched, whatever a file's text would like.
    html.raw(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    let name = name_of(report);
    html.text("Sensor log report: ");
    html.text(&name);
    html.raw("</title>\n<style>\n");
    style::write(html);
    html.raw("</style>\n</head>\n<body>\n<header>\n<h1>Sensor log report</h1>\n<p class=\"of\">");
    html.text(&name);
    html.raw("</p>\n<p class=\"made\">");
    html.text(concat!("Made by Sensorium ", env!("CARGO_PKG_VERSION")));
    if let Some(at) = report.at {
        html.text(", run at ");
        html.text(at);
    }
    html.raw("</p>\n</header>\n<main>\n");
}

/// The counts of the page's tiles, and where each row went.
fn summary(html: &mut Html, report: &Report<'_>, counts: &Counts) {
    html.heading("Summary");
    let facts = report.input.facts;
    let filled: u64 = counts.filled.iter().sum();
    let anomalies = counts.high_temperature + counts.low_battery + counts.both;
    html.raw("<dl class=\"tiles\">\n");
    let mut tile = |name: &str, hook: &str, value: u64, more: &str| {
        html.raw("<div><dt>");
        html.text(name);
        html.raw("</dt><dd data-count=\"");
        html.raw(hook);
        html.raw("\" data-value=\"");
        html.raw(&value.to_string());
        html.raw("\">");
        html.text(&count(value));
        if !more.is_empty() {
            html.raw(" <small>");
            html.text(more);
            html.raw("</small>");
        }
        html.raw("</dd></div>\n");
    };
    tile("Readings", "readings", counts.rows_out, "");
    tile("Devices", "devices", counts.devices, "");
    tile("Filled cells", "filled", filled, &share(filled, counts.metric_cells));
    tile("Rows set aside", "set-aside", counts.rows_set_aside, &share(counts.rows_set_aside, counts.rows_read));
    tile("Rows dropped", "dropped", counts.rows_dropped, &share(counts.rows_dropped, counts.rows_read));
    tile("Findings", "findings", counts.violations, "");
    tile("Anomalies", "anomalies", anomalies, &share(anomalies, counts.rows_out));
    html.raw("</dl>\n");
    if let Some((first, last)) = facts.span_us {
        html.raw("<p>");
        html.text("From ");
        html.text(&time(first));
        html.text(" to ");
        html.text(&time(last));
        html.text(" UTC");
        if let Some(step_us) = facts.median_step_us {
            html.text(", usually a reading every ");
            html.text(&step(step_us));
            html.text(" from a device");
        }
        html.raw(".</p>\n");
    }
    html.raw("<p>");
    html.text(&counted(counts.rows_read, "row read", "rows read"));
    let went = [
        (" = ", counts.rows_out, " readings"),
        (" + ", counts.rows_dropped, " dropped"),
        (" + ", counts.rows_set_aside, " set aside"),
        (" + ", counts.rows_outside_range, " outside the date range"),
    ];
    for (sign, rows, what) in went {
        html.text(sign);
        html.text(&count(rows));
        html.text(what);
    }
    html.raw(".</p>\n");
}

fn charts(html: &mut Html, report: &Report<'_>, out: &mut impl Write) -> Result<(), Error> {
    html.heading("Charts");
    if report.pictures.is_empty() {
        html.paragraph("No metric of this log has a view of its own: temperature, humidity and battery have.");
    }
    for Picture { chart, svg, .. } in report.pictures {
        let title = match chart {
            Chart::Lines(lines) => &lines.title,
            Chart::Heat(heat) => &heat.title,
        };
        html.raw("<figure>\n<figcaption>");
        html.text(title);
        html.raw("</figcaption>\n<svg role=\"img\" aria-label=\"");
        html.text(&chart::described(chart));
        html.raw("\"");
        out.write_all(html.take().as_bytes()).map_err(failed)?;
        // The picture's own element, with its name for people who do not see it.
        out.write_all(svg.strip_prefix("<svg").unwrap_or(svg).as_bytes()).map_err(failed)?;
        html.raw("</figure>\n");
    }
    Ok(())
}

/// A sentence about the rows that a table leaves out; nothing where it has all.
fn left_out(html: &mut Html, shown: usize, all: usize, which: &str) {
    if shown < all {
        html.raw("<p class=\"more\">");
        html.text(&count(shown as u64));
        html.text(" of ");
        html.text(&count(all as u64));
        html.text(" ");
        html.text(which);
        html.raw("</p>\n");
    }
}

/// A number of things as a cell.
fn counted_cell(n: u64) -> (Kind, String) {
    (Kind::Number, count(n))
}
