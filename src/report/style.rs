//! The report's look: that of the page, on a screen light or dark, on paper light.
//!
//! Owns the style sheet. Assumes charts in the light theme; in the dark they change colour by colour. Refuses what is fetched.

use super::html::Html;
use crate::chart::Theme;

const SHEET: &str = include_str!("style.css");

pub(super) fn write(html: &mut Html) {
    html.raw(SHEET);
    html.raw("@media screen and (prefers-color-scheme: dark) {\n");
    for (light, dark) in Theme::LIGHT.colours().into_iter().zip(Theme::DARK.colours()) {
        if light != dark {
            // The backend of SVG writes colours in capitals.
            let light = light.css().to_uppercase();
            for attribute in ["fill", "stroke"] {
                for part in ["figure svg [", attribute, "=\"", &light, "\"] { ", attribute, ": ", &dark.css(), "; }\n"]
                {
                    html.raw(part);
                }
            }
        }
    }
    html.raw("}\n");
}
