//! Colours.
//!
//! Owns the two palettes (the same as the style sheet's tokens), the colour cycle of devices and the scale of the heatmap.
//! Assumes opaque backgrounds. Decides no meaning: a kind of flag has its colour, a device the one of its place.

use crate::protocol::FlagKind;

/// An opaque colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    const fn hex(value: u32) -> Self {
        Self((value >> 16) as u8, (value >> 8) as u8, value as u8)
    }

    /// `#0072b2`
    pub fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// `rgba(0,114,178,0.5)`
    pub fn css_alpha(self, alpha: f64) -> String {
        format!("rgba({},{},{},{alpha})", self.0, self.1, self.2)
    }
}

/// The colours of a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theme {
    pub ink: Rgb,
    pub muted: Rgb,
    pub grid: Rgb,
    pub surface: Rgb,
    pub sunken: Rgb,
    pub accent: Rgb,
    pub hot: Rgb,
    pub low: Rgb,
    pub both: Rgb,
    /// The colour cycle of devices.
    pub series: [Rgb; 8],
    /// How much of a faint line or dot is seen.
    pub faint_alpha: f64,
}

/// Okabe and Ito, Color Universal Design (2008), without black, with their yellow darkened and a violet added.
const OKABE_ITO: [Rgb; 8] = [
    Rgb::hex(0x0072b2),
    Rgb::hex(0xe69f00),
    Rgb::hex(0x009e73),
    Rgb::hex(0xcc79a7),
    Rgb::hex(0x56b4e9),
    Rgb::hex(0xd55e00),
    Rgb::hex(0x8a8a00),
    Rgb::hex(0x6a3d9a),
];

impl Theme {
    pub const LIGHT: Self = Self {
        ink: Rgb::hex(0x15202b),
        muted: Rgb::hex(0x556270),
        grid: Rgb::hex(0xe9edf1),
        surface: Rgb::hex(0xffffff),
        sunken: Rgb::hex(0xeef1f4),
        accent: Rgb::hex(0x0b6b85),
        hot: Rgb::hex(0xc44e00),
        low: Rgb::hex(0x0064a8),
        both: Rgb::hex(0xa33f7c),
        series: OKABE_ITO,
        faint_alpha: 0.18,
    };

    pub const DARK: Self = Self {
        ink: Rgb::hex(0xe4ebf2),
        muted: Rgb::hex(0x98a7b6),
        grid: Rgb::hex(0x1e2831),
        surface: Rgb::hex(0x151d25),
        sunken: Rgb::hex(0x101820),
        accent: Rgb::hex(0x55b8d1),
        hot: Rgb::hex(0xff8a3d),
        low: Rgb::hex(0x66b7f1),
        both: Rgb::hex(0xe391c3),
        // The two darkest are lightened: against a dark surface they would have a contrast below 3.
        series: [
            Rgb::hex(0x2a8fd0),
            OKABE_ITO[1],
            OKABE_ITO[2],
            OKABE_ITO[3],
            OKABE_ITO[4],
            OKABE_ITO[5],
            Rgb::hex(0xb5b52e),
            Rgb::hex(0xa583d6),
        ],
        faint_alpha: 0.2,
    };

    pub const fn of(dark: bool) -> &'static Self {
        if dark { &Self::DARK } else { &Self::LIGHT }
    }

    /// Every colour, those of another theme in the same order.
    pub fn colours(&self) -> [Rgb; 17] {
        let [a, b, c, d, e, f, g, h] = self.series;
        let Self { ink, muted, grid, surface, sunken, accent, hot, low, both, .. } = *self;
        [ink, muted, grid, surface, sunken, accent, hot, low, both, a, b, c, d, e, f, g, h]
    }

    /// The colour of a device by its place in the cycle.
    pub fn device(&self, place: u16) -> Rgb {
        self.series[usize::from(place) % self.series.len()]
    }

    /// The colour of a kind of flag.
    pub fn flag(&self, kind: FlagKind) -> Rgb {
        match kind {
            FlagKind::HighTemperature => self.hot,
            FlagKind::LowBattery => self.low,
            FlagKind::Both => self.both,
        }
    }
}

/// Dash of a device by its place in the cycle, CSS pixels on and off; none is a whole line. Colours repeat after eight places,
/// colours with dashes after thirty-two.
pub fn series_dash(place: u16) -> Option<(f64, f64)> {
    [None, Some((7.0, 3.0)), Some((2.0, 3.0)), Some((12.0, 4.0))][usize::from(place) / OKABE_ITO.len() % 4]
}

/// The viridis scale from 0 to 1 (Smith and van der Walt, matplotlib 1.5), interpolated between eight of its colours.
pub fn viridis(share: f64) -> Rgb {
    const AT: [Rgb; 8] = [
        Rgb::hex(0x440154),
        Rgb::hex(0x46327e),
        Rgb::hex(0x365c8d),
        Rgb::hex(0x277f8e),
        Rgb::hex(0x1fa187),
        Rgb::hex(0x4ac16d),
        Rgb::hex(0xa0da39),
        Rgb::hex(0xfde725),
    ];
    let place = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) * 7.0 };
    let below = (place.floor() as usize).min(6);
    let part = place - below as f64;
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
    let (a, b) = (AT[below], AT[below + 1]);
    Rgb(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast of two colours after WCAG 2.2, from 1 to 21.
    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let light = |Rgb(r, g, b): Rgb| {
            let linear = |v: u8| {
                let v = f64::from(v) / 255.0;
                if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
        };
        let (a, b) = (light(a), light(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn labels_and_marks_stand_out() {
        for theme in [Theme::LIGHT, Theme::DARK] {
            for text in [theme.ink, theme.muted, theme.hot, theme.low, theme.both] {
                assert!(contrast(text, theme.surface) >= 4.5, "{} on {}", text.css(), theme.surface.css());
            }
        }
        for line in Theme::DARK.series {
            assert!(contrast(line, Theme::DARK.surface) >= 3.0, "{}", line.css());
        }
    }

    #[test]
    fn viridis_runs_from_violet_to_yellow() {
        assert_eq!(viridis(0.0).css(), "#440154");
        assert_eq!(viridis(1.0).css(), "#fde725");
        assert_eq!(viridis(f64::INFINITY), viridis(1.0));
        assert_eq!(viridis(f64::NAN), viridis(0.0));
    }

    #[test]
    fn devices_repeat_by_dash() {
        assert_eq!(Theme::LIGHT.device(0), Theme::LIGHT.device(8));
        assert_eq!(series_dash(7), None);
        assert!(series_dash(8) != series_dash(16) && series_dash(31).is_some());
        assert_eq!(series_dash(32), None);
    }
}
