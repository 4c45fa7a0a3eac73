//! The charts of a run, as files and for the report.
//!
//! Owns their names and in which theme and sharpness they are kept. Paints nothing itself.

use sensorium::Error;
use sensorium::chart::{self, KEPT, Size, Theme};
use sensorium::ingest::Layout;
use sensorium::link::tab_name;
use sensorium::pipeline::Outcome;
use sensorium::protocol::Chart;
use sensorium::recipe::Recipe;
use sensorium::report::{self, Picture, Report};
use sensorium::survey::Card;
use sensorium::table::Log;
use sensorium::view::{self, Facts, Input, Tally};

/// Name of the report.
pub const REPORT: &str = "report.html";

/// Pixels of a PNG a CSS pixel: as many as the page gives a picture at least.
const SHARPNESS: f64 = 2.0;

/// Devices named in a card.
const DEVICES: usize = 60;

/// A run as it is seen.
pub struct Shown<'a> {
    log: &'a Log,
    outcome: &'a Outcome,
    recipe: &'a Recipe,
    facts: Facts,
    tally: Tally,
    pictures: Vec<Picture>,
}

impl<'a> Shown<'a> {
    /// Every view whose metric the log has.
    ///
    /// # Errors
    /// When one cannot be painted.
    pub fn of(log: &'a Log, outcome: &'a Outcome, recipe: &'a Recipe) -> Result<Self, Error> {
        let (facts, tally) = (view::facts(outcome), view::tally(outcome));
        let input = Input { log, recipe, outcome, facts: &facts, tally: &tally };
        let pictures = report::pictures(&input)?;
        Ok(Self { log, outcome, recipe, facts, tally, pictures })
    }

    /// Name and content of each picture: SVG, then PNG, view by view.
    pub fn files(&self) -> impl Iterator<Item = (String, Result<Vec<u8>, Error>)> {
        let sharp = Size { scale: SHARPNESS, ..KEPT };
        self.pictures.iter().flat_map(move |Picture { tab, chart, svg }| {
            let unpainted = |reason: String| report::unpainted(*tab, &reason);
            let png = |chart: &Chart| chart::png(chart, &Theme::LIGHT, sharp).map_err(unpainted);
            let name = tab_name(*tab);
            [(format!("{name}.svg"), Ok(svg.clone().into_bytes())), (format!("{name}.png"), png(chart))]
        })
    }

    /// What the report tells.
    pub fn report<'b>(&'b self, card: Option<&'b Card>, notices: &'b [String], at: &'b str) -> Report<'b> {
        let Self { log, outcome, recipe, facts, tally, pictures, .. } = self;
        Report { input: Input { log, recipe, outcome, facts, tally }, card, notices, pictures, at: Some(at) }
    }
}

/// How the first file was read.
pub fn card(log: &Log, layouts: &[Layout], outcome: &Outcome) -> Option<Card> {
    Some(view::card(layouts.first()?, log.files.first()?, &outcome.cleaned.readings, DEVICES))
}
