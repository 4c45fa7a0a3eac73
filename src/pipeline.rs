//! The order of the stages and nothing else.

use crate::aggregate::{self, DailyRow, Hourly};
use crate::clean::{self, Cleaned};
use crate::detect::{self, Flags};
use crate::enrich::{self, Enriched};
use crate::recipe::Recipe;
use crate::table::Log;

/// What the stages made of a log. Every column is parallel to `cleaned.readings`.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub cleaned: Cleaned,
    pub enriched: Enriched,
    pub flags: Flags,
    /// By device, then date; only days inside the date range.
    pub daily: Vec<DailyRow>,
    pub hourly: Hourly,
}

/// Runs every stage on the readings of a log, which are taken out of it ([`undo`] puts them back). Strict mode is not decided
/// here: a caller that must refuse looks at `log.violations` first.
pub fn run(log: &mut Log, recipe: &Recipe) -> Outcome {
    let readings = std::mem::take(&mut log.readings);
    let cleaned = clean::run(readings, log, recipe.mode, recipe.fill, recipe.repeats);
    let enriched = enrich::run(&cleaned.readings, recipe.dates);
    let flags = detect::run(&cleaned.readings, &enriched, recipe.limits);
    let daily = aggregate::daily(&cleaned.readings, &enriched);
    let hourly = aggregate::hourly(&cleaned.readings, &enriched);
    Outcome { cleaned, enriched, flags, daily, hourly }
}

/// Puts the readings back into their log, as they were measured.
pub fn undo(outcome: Outcome, log: &mut Log) {
    log.readings = clean::undo(outcome.cleaned);
}

/// Only what follows from the date range: which readings are selected, and their statistics.
pub fn reselect(outcome: &mut Outcome, recipe: &Recipe) {
    let readings = &outcome.cleaned.readings;
    outcome.enriched = enrich::run(readings, recipe.dates);
    outcome.flags = detect::run(readings, &outcome.enriched, recipe.limits);
    outcome.daily = aggregate::daily(readings, &outcome.enriched);
    outcome.hourly = aggregate::hourly(readings, &outcome.enriched);
}

/// Only what follows from the limits: flags.
pub fn redetect(outcome: &mut Outcome, recipe: &Recipe) {
    outcome.flags = detect::run(&outcome.cleaned.readings, &outcome.enriched, recipe.limits);
}
