//! Charts as files: a chart with its legend under it, as SVG or, natively, as PNG.
//!
//! Owns the size and the legend of pictures that are kept, and the font of those in pixels. Assumes a chart cut down to the
//! pixels of [`KEPT`]. Refuses to paint a chart in any other way than the page does.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::Rectangle;
use plotters::prelude::{DrawingBackend, SVGBackend};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

use super::frame::{Ahead, CHARACTER_PX, Frame, Size, frame, shortened};
use super::legend::{Entry, LONGEST, entries, kind_words, stats};
use super::lines::{FONT_PX, write};
use super::painter::{PathPainter, SeriesPainter, said, solid, whole};
use super::surface::Surface;
use super::theme::Theme;
use super::{dots, mark_shape, paint};
use crate::protocol::Chart;

/// Size of the chart in a picture that is kept, without its legend; as on a page of usual width.
pub const KEPT: Size = Size { width_px: 960.0, height_px: 380.0, scale: 1.0 };
/// Height of the legend under the chart, CSS pixels: a row of entries, a row of statistics.
pub const LEGEND_PX: f64 = 48.0;
const ROWS_PX: [f64; 2] = [12.0, 32.0];

/// What plotters divides the size of letters by, to leave room for lines.
const BACKEND_LETTERS: f64 = 1.24;

/// The picture of a chart in CSS pixels, as SVG. Text is text, in the reader's own font.
///
/// # Errors
/// What the backend said when it could not paint.
pub fn svg(chart: &Chart, theme: &Theme, size: Size) -> Result<String, String> {
    let frame = frame(chart, size, &Ahead::default());
    let mut text = String::new();
    picture(Surface(&mut SVGBackend::with_string(&mut text, outer_px(&frame))), chart, theme, &frame)?;
    // XML holds no control characters, not even escaped; a name may.
    let foreign = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}');
    if text.contains(foreign) {
        text = text.replace(foreign, "\u{fffd}");
    }
    // The backend writes letters smaller than they were asked for.
    let px = frame.px(FONT_PX);
    let (written, wanted) = (px / BACKEND_LETTERS, px);
    let text = text.replace(&sized(written), &sized(wanted));
    Ok(dots::joined(text, outer_px(&frame).0))
}

fn sized(px: f64) -> String {
    format!(" font-size=\"{px}\"")
}

/// The picture of a chart in device pixels, as PNG.
///
/// # Errors
/// What the backend or the encoder said.
#[cfg(not(target_arch = "wasm32"))]
pub fn png(chart: &Chart, theme: &Theme, size: Size) -> Result<Vec<u8>, String> {
    use plotters::prelude::BitMapBackend;
    use plotters::style::{FontStyle, register_font};

    // A machine that runs at night may have no font.
    register_font(super::lines::FONT, FontStyle::Normal, dejavu::sans::regular())
        .map_err(|_| String::from("the font cannot be read"))?;
    let frame = frame(chart, size, &Ahead::default());
    let (width, height) = outer_px(&frame);
    let mut pixels = vec![0; width as usize * height as usize * 3];
    picture(BitMapBackend::with_buffer(&mut pixels, (width, height)), chart, theme, &frame)?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // An inch has 96 CSS pixels: a picture of twice the pixels is as large, and sharper.
    let per_metre = (96.0 / 0.0254 * frame.size.scale).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
    let mut writer = encoder.write_header().map_err(said)?;
    writer.write_image_data(&pixels).map_err(said)?;
    writer.finish().map_err(said)?;
    Ok(bytes)
}

/// Width and height of a picture with its legend, device pixels.
fn outer_px(frame: &Frame) -> (u32, u32) {
    let (width, height) = frame.size.device_px();
    (width, height + frame.px(LEGEND_PX).round() as u32)
}

fn picture<DB: DrawingBackend>(backend: DB, chart: &Chart, theme: &Theme, frame: &Frame) -> Result<(), String> {
    let all = backend.into_drawing_area();
    let (above, below) = all.split_vertically(frame.size.device_px().1);
    paint(&above, chart, theme, frame)?;
    legend(&below, chart, theme, frame)?;
    all.present().map_err(said)
}

/// A row of entries, as many as fit, and under it the statistics.
fn legend<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    chart: &Chart,
    theme: &Theme,
    frame: &Frame,
) -> Result<(), String> {
    area.fill(&solid(theme.surface)).map_err(said)?;
    let [middle, below] = ROWS_PX.map(|px| frame.px(px));
    let width_px = |words: &str| frame.px(words.chars().count() as f64 * CHARACTER_PX);
    let words = stats(chart);
    write(area, &words, (frame.px(8.0), below), (HPos::Left, VPos::Center), theme.muted, frame)?;
    let end = frame.px(frame.size.width_px - 16.0);
    // The statistics take nothing from the room of the names.
    let room_px = frame.size.width_px + words.chars().count() as f64 * CHARACTER_PX;
    let mut x = frame.px(8.0);
    for entry in entries(chart, room_px) {
        let (text, sign_px) = match &entry {
            Entry::Line(name, ..) => (shortened(name, LONGEST), 20.0),
            Entry::Mark(kind) => (String::from(kind_words(*kind)), 16.0),
            Entry::Words(words) => (words.clone(), 0.0),
        };
        let text_x = x + frame.px(sign_px);
        let next = text_x + width_px(&text) + frame.px(14.0);
        if next > end {
            break;
        }
        match entry {
            Entry::Line(_, color, strong) => {
                let half = frame.px(if strong { 2.0 } else { 1.5 });
                let corners = [whole((x, middle - half)), whole((x + frame.px(14.0), middle + half))];
                area.draw(&Rectangle::new(corners, solid(theme.device(color)).filled())).map_err(said)?;
            }
            Entry::Mark(kind) => {
                let shape: Vec<_> = mark_shape(kind).iter().map(|&(dx, dy)| (frame.px(dx), frame.px(dy))).collect();
                let at = [(x + frame.px(6.0), middle)];
                PathPainter::new(area).marks(&shape, &at, theme.flag(kind))?;
            }
            Entry::Words(_) => {}
        }
        write(area, &text, (text_x, middle), (HPos::Left, VPos::Center), theme.muted, frame)?;
        x = next;
    }
    Ok(())
}
