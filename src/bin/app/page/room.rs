//! How wide the chart will be, before there is a chart.
//!
//! Owns the arithmetic that the style sheet does for the chart panel. Assumes the measures of `style/main.css`. Refuses to be
//! right at any cost: a chart made for another width is asked for again.

use leptos::prelude::*;
use sensorium::chart::{Ahead, Size, frame};
use sensorium::protocol::{Chart, LineChart};

use super::state::{Page, Phase};

/// Where this holds, the rail stands above the chart.
const NARROW: &str = "(max-width: 56.25em)";
const RAIL_REM: f64 = 19.4;
/// Both sides: of the page beside the rail, of a narrow page, of the chart panel with its border.
const MAIN_PX: f64 = 48.0;
const NARROW_MAIN_PX: f64 = 24.0;
const PANEL_PX: f64 = 26.0;

/// Says how many pixel columns the first chart will have, if none is on show that says so. While no log is open there may be no
/// rail, so that the chart that stands ready is wider.
pub fn foresee(page: Page) {
    if page.phase.get_untracked() == Phase::Ready {
        return;
    }
    let (Some(root), Some(body)) = (document().document_element(), document().body()) else { return };
    let narrow = window().match_media(NARROW).ok().flatten().is_some_and(|query| query.matches());
    let rem_px = window()
        .get_computed_style(&root)
        .ok()
        .flatten()
        .and_then(|style| style.get_property_value("font-size").ok())
        .and_then(|size| size.trim_end_matches("px").parse::<f64>().ok())
        .unwrap_or(14.0);
    let beside_px = if narrow { NARROW_MAIN_PX } else { RAIL_REM * rem_px + MAIN_PX };
    let width_px = (body.get_bounding_client_rect().width() - beside_px - PANEL_PX).round();
    let size = Size { width_px, height_px: 380.0, scale: window().device_pixel_ratio() };
    let columns = frame(&Chart::Lines(LineChart::default()), size, &Ahead::default()).plot.width;
    page.columns_px.set(columns.max(0.0) as u32);
}
