//! The legend of a chart: which line is whose, what the marks mean, statistics of what is visible, the chart in words.
//!
//! Owns its wording. Assumes the chart names and counts. Computes no statistic.

use crate::protocol::{Chart, FlagKind, HeatChart, LineChart, Series, Tab, Weight};
use crate::wording::{count, counted, number};

/// About how wide things are, CSS pixels: a character, a swatch with its gaps, a mark with its words, `43 more, faint`.
const CHARACTER_PX: f64 = 6.7;
const SWATCH_PX: f64 = 32.0;
const MARK_PX: f64 = 118.0;
const MORE_PX: f64 = 110.0;
/// Characters of the longest name that is shown whole.
pub const LONGEST: usize = 40;

/// One entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A line: name, colour place, strong.
    Line(String, u16, bool),
    Mark(FlagKind),
    /// Words alone.
    Words(String),
}

/// A kind of flag in words.
pub fn kind_words(kind: FlagKind) -> &'static str {
    match kind {
        FlagKind::HighTemperature => "high temperature",
        FlagKind::LowBattery => "low battery",
        FlagKind::Both => "both",
    }
}

/// What the legend of a chart `width_px` (CSS) wide says.
pub fn entries(chart: &Chart, width_px: f64) -> Vec<Entry> {
    match chart {
        Chart::Lines(lines) => of_lines(lines, width_px),
        Chart::Heat(heat) if heat.devices.is_empty() => Vec::new(),
        Chart::Heat(heat) => vec![Entry::Words(counted(heat.devices.len() as u64, "device", "devices"))],
    }
}

/// How many names find room beside marks and statistics; in a narrow panel, where those have a row of their own, a few.
fn named(lines: &LineChart, plain: &[&Series], width_px: f64) -> usize {
    let marks = lines.marks.iter().filter(|marks| !marks.x_us.is_empty()).count() as f64;
    let words = stats_of(lines).chars().count() as f64;
    let mut free_px = width_px - words * CHARACTER_PX - marks * MARK_PX - MORE_PX;
    let fits = plain.iter().take_while(|series| {
        free_px -= series.name.chars().count().min(LONGEST) as f64 * CHARACTER_PX + SWATCH_PX;
        free_px >= 0.0
    });
    fits.count().clamp(3, 8)
}

fn of_lines(lines: &LineChart, width_px: f64) -> Vec<Entry> {
    let mut entries = Vec::new();
    if lines.tab == Tab::Rolling {
        for series in &lines.series {
            let what = if series.weight == Weight::Strong { "rolling average" } else { "readings" };
            entries.push(Entry::Line(
                format!("{}, {what}", series.name),
                series.color,
                series.weight == Weight::Strong,
            ));
        }
    } else {
        // Many clouds of dots are grey, see the chart room.
        let grey = lines.series.iter().filter(|series| series.dots).count() > super::COLOURED_CLOUDS;
        let plain: Vec<_> = lines.series.iter().filter(|series| series.weight != Weight::Faint).collect();
        let named = if grey { 0 } else { plain.len().min(named(lines, &plain, width_px)) };
        for series in &plain[..named] {
            entries.push(Entry::Line(series.name.clone(), series.color, false));
        }
        let more = plain.len() - named;
        let words = match (more as u64, u64::from(lines.faint)) {
            (0, 0) => String::new(),
            (more, faint) if grey => format!("{}, grey", counted(more + faint, "device", "devices")),
            (0, faint) => format!("{} more, faint", count(faint)),
            (more, 0) => format!("{} more", count(more)),
            (more, faint) => format!("{} more, {} of them faint", count(more + faint), count(faint)),
        };
        if !words.is_empty() {
            entries.push(Entry::Words(words));
        }
    }
    for kind in [FlagKind::HighTemperature, FlagKind::LowBattery, FlagKind::Both] {
        if lines.marks.iter().any(|marks| marks.kind == kind && !marks.x_us.is_empty()) {
            entries.push(Entry::Mark(kind));
        }
    }
    let filled = lines.series.iter().any(|series| !series.dots && series.filled.contains(&true));
    if filled {
        entries.push(Entry::Words(String::from("dotted: filled")));
    }
    entries
}

/// `visible: min 12.4 · mean 22.1 · max 38.6 °C · 1,000,000 readings · 3 gaps`
pub fn stats(chart: &Chart) -> String {
    match chart {
        Chart::Lines(lines) => stats_of(lines),
        Chart::Heat(HeatChart { range, unit: name, devices, .. }) if !devices.is_empty() => {
            format!("hourly means from {} to {}{}", number(range.0), number(range.1), unit(name))
        }
        Chart::Heat(_) => String::from("nothing visible"),
    }
}

fn unit(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" {name}") }
}

fn stats_of(lines: &LineChart) -> String {
    let visible = &lines.visible;
    if !visible.mean.is_finite() {
        return String::from("nothing visible");
    }
    format!(
        "visible: min {} · mean {} · max {}{} · {} · {}",
        number(visible.min),
        number(visible.mean),
        number(visible.max),
        unit(&lines.unit),
        counted(visible.readings, "reading", "readings"),
        counted(visible.gaps, "gap", "gaps"),
    )
}

/// The chart for people who do not see it: `Daily mean temperature, 12 devices, limit 30 °C, visible: min ...`.
pub fn described(chart: &Chart) -> String {
    let (title, devices, limit) = match chart {
        Chart::Lines(lines) => (&lines.title, u64::from(lines.devices), lines.limit.as_ref().map(|limit| &limit.label)),
        Chart::Heat(heat) => (&heat.title, heat.devices.len() as u64, None),
    };
    let limit = limit.map(|label| format!(", {label}")).unwrap_or_default();
    format!("{title}, {}{limit}, {}", counted(devices, "device", "devices"), stats(chart))
}
