//! Charts over time: grid, labels, series, limit, marks.
//!
//! Owns the order in which they are painted. Assumes a frame of the same chart. Computes no value.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{DashedPathElement, PathElement, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, ShapeStyle, TextStyle};
use plotters_backend::BackendColor;

use super::frame::{CHARACTER_PX, Frame, RIGHT_PX, Rect, shortened};
use super::painter::{Cloud, Pen, SeriesPainter, said, solid, whole};
use super::theme::{Rgb, Theme, series_dash};
use super::trace::{Trace, trace};
use super::{marks, values};
use crate::protocol::{LimitLine, LineChart, Marks, Series, Weight};

/// The system's own font; the names are those of the style sheet.
pub const FONT: &str = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, sans-serif";
pub(super) const FONT_PX: f64 = 12.0;

/// With more devices than this, dots are grey: the marks have the say.
pub const COLOURED_CLOUDS: usize = 8;

type Area<DB> = DrawingArea<DB, Shift>;

/// Everything under the limit.
pub(super) fn paint_ground<DB: DrawingBackend>(
    area: &Area<DB>,
    painter: &mut dyn SeriesPainter,
    chart: &LineChart,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    area.fill(&solid(theme.surface)).map_err(said)?;
    title(area, &chart.title, &chart.unit, theme, frame)?;
    grid(area, theme, frame)?;
    labels_below(area, &chart.zone, theme, frame)?;
    if chart.series.iter().all(|series| series.y.iter().all(|y| !y.is_finite())) && chart.marks.is_empty() {
        sentence(area, "There is nothing to show in this window.", theme, frame)?;
    }
    clouds(painter, chart, theme, frame)?;
    // Raw readings step back behind their rolling mean.
    let behind = chart.series.iter().any(|series| series.weight == Weight::Strong);
    for series in chart.series.iter().filter(|series| !series.dots) {
        line(painter, series, None, behind, theme, frame)?;
    }
    Ok(())
}

/// The limit and the marks of flagged readings.
pub(super) fn paint_flags<DB: DrawingBackend>(
    area: &Area<DB>,
    painter: &mut dyn SeriesPainter,
    chart: &LineChart,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    limit_line(area, theme, frame)?;
    marks::paint(painter, &chart.marks, theme, frame)?;
    limit_label(area, &chart.marks, theme, frame)
}

/// The lines of one device, as if it were the only one that matters.
pub(super) fn paint_pointed(
    painter: &mut dyn SeriesPainter,
    chart: &LineChart,
    device: u32,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    for series in chart.series.iter().filter(|series| series.device == device) {
        if series.dots {
            painter.dots(&[cloud(series, theme.device(series.color), 1.0, frame)], frame.px(3.0), &frame.plot)?;
        } else {
            line(painter, series, Some(Weight::Strong), false, theme, frame)?;
        }
    }
    Ok(())
}

pub(super) fn paint_strip<DB: DrawingBackend>(
    area: &Area<DB>,
    painter: &mut dyn SeriesPainter,
    chart: &LineChart,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    area.fill(&solid(theme.surface)).map_err(said)?;
    let plot = frame.plot;
    let corners = [whole((plot.left, plot.top)), whole((plot.right(), plot.bottom()))];
    area.draw(&Rectangle::new(corners, solid(theme.sunken).filled())).map_err(said)?;
    let alpha = theme.faint_alpha.max(1.0 / (chart.series.len().max(1) as f64)).min(0.7);
    let mut clouds = Vec::new();
    for series in &chart.series {
        if series.dots {
            clouds.push(cloud(series, theme.muted, alpha, frame));
        } else {
            let Trace { plain, filled, lone } = trace(series, frame);
            let pen = Pen { color: theme.muted, alpha, width_px: frame.px(1.0), dash: None };
            painter.lines(&plain, &pen)?;
            painter.lines(&filled, &pen)?;
            clouds.push(Cloud { color: theme.muted, alpha, points: lone });
        }
    }
    painter.dots(&clouds, frame.px(1.5), &plot)
}

/// Text in the chart's font.
pub(super) fn styled(color: BackendColor, size_px: f64, (h, v): (HPos, VPos)) -> TextStyle<'static> {
    let style = TextStyle::from((FONT, size_px).into_font()).pos(Pos::new(h, v));
    TextStyle { color, ..style }
}

pub(super) fn write<DB: DrawingBackend>(
    area: &Area<DB>,
    words: &str,
    at: (f64, f64),
    anchor: (HPos, VPos),
    color: Rgb,
    frame: &Frame,
) -> Result<(), String> {
    let style = styled(solid(color).to_backend_color(), frame.px(FONT_PX), anchor);
    area.draw_text(words, &style, whole(at)).map_err(said)
}

/// What is shown, in words, above the plot.
pub(super) fn title<DB: DrawingBackend>(
    area: &Area<DB>,
    title: &str,
    unit: &str,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
    let fits = ((frame.size.width_px - 56.0) / CHARACTER_PX).max(1.0) as usize;
    let words = shortened(&format!("{title}{unit}"), fits);
    let at = (frame.px(4.0), frame.px(9.0));
    write(area, &words, at, (HPos::Left, VPos::Center), theme.muted, frame)
}

/// A sentence in the middle of a plot that has nothing else.
pub(super) fn sentence<DB: DrawingBackend>(
    area: &Area<DB>,
    words: &str,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    let plot = frame.plot;
    let middle = (plot.left + plot.width / 2.0, plot.top + plot.height / 2.0);
    write(area, words, middle, (HPos::Center, VPos::Center), theme.muted, frame)
}

fn grid<DB: DrawingBackend>(area: &Area<DB>, theme: &Theme, frame: &Frame) -> Result<(), String> {
    let plot = frame.plot;
    let style = stroke(theme.grid, frame.px(1.0));
    for tick in &frame.y_ticks {
        let y = frame.y_to_px(tick.at);
        let line = [whole((plot.left, y)), whole((plot.right(), y))];
        area.draw(&PathElement::new(line, style)).map_err(said)?;
        let at = (plot.left - frame.px(8.0), y);
        write(area, &tick.label, at, (HPos::Right, VPos::Center), theme.muted, frame)?;
    }
    Ok(())
}

/// Labels under the plot, those at the ends moved in so that they are whole; the zone of times stands above at the right.
pub(super) fn labels_below<DB: DrawingBackend>(
    area: &Area<DB>,
    zone: &str,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    let name = if zone.is_empty() { "UTC" } else { zone };
    let zone = (frame.px(frame.size.width_px - RIGHT_PX), frame.px(9.0));
    write(area, name, zone, (HPos::Right, VPos::Center), theme.muted, frame)?;
    let y = frame.plot.bottom() + frame.px(14.0);
    let (width, _) = frame.size.device_px();
    let edge = f64::from(width) - frame.px(2.0);
    let mut free_from = 0.0;
    for tick in &frame.x_ticks {
        let half = half_px(&tick.label, frame);
        let middle = frame.x_to_px(tick.at).min(edge - half).max(half + frame.px(2.0));
        if middle - half >= free_from {
            write(area, &tick.label, (middle, y), (HPos::Center, VPos::Center), theme.muted, frame)?;
            free_from = middle + half + frame.px(6.0);
        }
    }
    Ok(())
}

fn half_px(label: &str, frame: &Frame) -> f64 {
    frame.px(label.chars().count() as f64 * CHARACTER_PX / 2.0)
}

fn stroke(color: Rgb, width_px: f64) -> ShapeStyle {
    ShapeStyle { color: solid(color).to_rgba(), filled: false, stroke_width: width_px.round().max(1.0) as u32 }
}

fn clouds(painter: &mut dyn SeriesPainter, chart: &LineChart, theme: &Theme, frame: &Frame) -> Result<(), String> {
    let dotted = || chart.series.iter().filter(|series| series.dots);
    let few = dotted().count() <= COLOURED_CLOUDS;
    // Where there is room between dots, they are larger and stronger.
    let a_column = dotted().map(|series| series.x_us.len()).max().unwrap_or(0) as f64 / frame.plot.width;
    let sparse = a_column * frame.size.scale < 0.4;
    // Many dots on top of each other would be one dark band: each is fainter then.
    let all = dotted().map(|series| series.x_us.len()).sum::<usize>() as f64;
    let part = (60_000.0 * frame.size.scale / all.max(1.0)).clamp(0.4, 1.0);
    let clouds: Vec<Cloud> = dotted()
        .map(|series| {
            if few && series.weight != Weight::Faint {
                cloud(series, theme.device(series.color), if sparse { 0.85 } else { 0.5 }, frame)
            } else {
                cloud(series, theme.muted, (theme.faint_alpha + if sparse { 0.25 } else { 0.06 }) * part, frame)
            }
        })
        .collect();
    let size = if sparse { 3.0 } else { 1.75 };
    if clouds.is_empty() { Ok(()) } else { painter.dots(&clouds, frame.px(size), &frame.plot) }
}

fn cloud(series: &Series, color: Rgb, alpha: f64, frame: &Frame) -> Cloud {
    let (plot, to_px) = (frame.plot, frame.to_px());
    let (right, bottom) = (plot.right(), plot.bottom());
    let mut points = Vec::with_capacity(series.x_us.len());
    for (&x_us, &y) in series.x_us.iter().zip(&series.y) {
        let (x, y) = to_px(x_us as f64, y);
        // What is no number is in no plot.
        if x >= plot.left && x <= right && y >= plot.top && y <= bottom {
            points.push((x, y));
        }
    }
    Cloud { color, alpha, points }
}

fn line(
    painter: &mut dyn SeriesPainter,
    series: &Series,
    weight: Option<Weight>,
    behind: bool,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    let scaled = |dash: Option<(f64, f64)>| dash.map(|(on, off)| (frame.px(on), frame.px(off)));
    let weight = weight.unwrap_or(series.weight);
    let (color, alpha, width) = match weight {
        Weight::Faint => (theme.muted, theme.faint_alpha, 1.0),
        Weight::Plain if behind => (theme.device(series.color), 0.45, 1.2),
        Weight::Plain => (theme.device(series.color), 1.0, 1.6),
        Weight::Strong => (theme.device(series.color), 1.0, 2.4),
    };
    let dash = if weight == Weight::Faint { None } else { series_dash(series.color) };
    let pen = Pen { color, alpha, width_px: frame.px(width), dash: scaled(dash) };
    let Trace { plain, filled, lone } = trace(series, frame);
    painter.lines(&plain, &pen)?;
    painter.lines(&filled, &Pen { alpha: alpha * 0.55, dash: scaled(Some((3.0, 2.0))), ..pen })?;
    if lone.is_empty() {
        return Ok(());
    }
    let cloud = Cloud { color, alpha: alpha.max(0.35), points: lone };
    painter.dots(&[cloud], frame.px(width + 2.4), &frame.plot)
}

/// Where the limit stands, and on which side of the plot it is if it is out of the picture: one that would flatten the lines.
fn limit_place(frame: &Frame) -> Option<(&LimitLine, f64, &'static str)> {
    let limit = frame.limit.as_ref().filter(|limit| limit.value.is_finite())?;
    let plot = frame.plot;
    Some(match frame.y_to_px(limit.value) {
        above if above < plot.top - 0.5 => (limit, plot.top, ", above"),
        below if below > plot.bottom() + 0.5 => (limit, plot.bottom(), ", below"),
        inside => (limit, inside, ""),
    })
}

fn limit_line<DB: DrawingBackend>(area: &Area<DB>, theme: &Theme, frame: &Frame) -> Result<(), String> {
    let Some((limit, y, "")) = limit_place(frame) else {
        return Ok(());
    };
    let ends = [whole((frame.plot.left, y)), whole((frame.plot.right(), y))];
    let (on, off) = (frame.px(6.0).round() as i32, frame.px(4.0).round() as i32);
    let style = stroke(theme.flag(limit.kind), frame.px(1.0));
    area.draw(&DashedPathElement::new(ends, on, off, style)).map_err(said)
}

/// At the right above the line, or where else it hides no mark, on a ground that keeps it readable over lines.
fn limit_label<DB: DrawingBackend>(
    area: &Area<DB>,
    marks: &[Marks],
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    let Some((limit, y, side)) = limit_place(frame) else {
        return Ok(());
    };
    let label = format!("{}{side}", limit.label);
    let plot = frame.plot;
    let (width, height) = (2.0 * half_px(&label, frame), frame.px(14.0));
    let (above, below) = (y - frame.px(17.0), y + frame.px(4.0));
    let (left, right) = (plot.left + frame.px(4.0), plot.right() - width);
    let near = frame.px(6.0);
    let places = [(right, above), (right, below), (left, above), (left, below)];
    let inside = places.into_iter().filter(|&(_, top)| top >= plot.top && top + height <= plot.bottom());
    let mut inside = inside.map(|(left, top)| Rect { left, top, width, height });
    let first = inside.clone().next().unwrap_or(Rect { left: right, top: above.max(plot.top), width, height });
    let free = inside.find(|place| {
        let around = Rect {
            left: place.left - near,
            top: place.top - near,
            width: width + 2.0 * near,
            height: height + 2.0 * near,
        };
        !marks::any_in(marks, frame, &around)
    });
    let place = free.unwrap_or(first);
    if free.is_some() {
        let ground = [whole((place.left, place.top)), whole((place.right(), place.bottom()))];
        area.draw(&Rectangle::new(ground, solid(theme.surface).mix(0.75).filled())).map_err(said)?;
    }
    let (x, anchor) = if place.left == left { (left, HPos::Left) } else { (place.right(), HPos::Right) };
    let middle = place.top + height / 2.0;
    write(area, &label, (x, middle), (anchor, VPos::Center), theme.flag(limit.kind), frame)
}

/// The legend's label of a number.
pub(super) fn numbered(value: f64, unit: &str) -> String {
    crate::wording::number(value) + &values::suffix(unit)
}
