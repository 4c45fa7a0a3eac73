//! Keeps what was read and what the stages made of it; answers one request with one reply.
//!
//! Owns the state between requests and reruns from the first stale stage. Assumes that whoever calls it has a clock and
//! carries messages. Calls no JavaScript, knows no signal, and never throws away a log because one ask about it failed.

mod answer;
mod card;
mod drawn;
mod exports;
mod findings;
mod refusal;
mod scripts;

use crate::ingest::{Hints, Opened, ReadProgress, Reading, Source, first_rows};
use crate::pipeline::{self, Outcome};
use crate::protocol::{Preview, TableKind};
use crate::recipe::{Mode, Recipe};
use crate::survey::Told;
use crate::table::RowPlace;
use crate::view::{self, Facts, RawRow, TableOrder, Tally};
use crate::{Error, ErrorKind};
use drawn::Drawn;

/// Raw rows shown as they stand in the first file.
const RAW_ROWS: usize = 200;

/// One tab's log, from opening to the next opening.
pub struct Session<S> {
    recipe: Recipe,
    opened: Option<Opened<S>>,
    /// What was said of how it is to be read, with the recipe's zone.
    told: Told,
    /// Why nothing is shown, if nothing is.
    refused: Option<Error>,
    outcome: Outcome,
    /// Whether the readings of `opened` are in `outcome`.
    computed: bool,
    facts: Facts,
    tally: Tally,
    raw: Vec<RawRow>,
    preview: Preview,
    orders: Vec<KeptOrder>,
    /// The lines of the last chart.
    drawn: Option<Drawn>,
}

/// The order of a table's rows under a sort and filter, kept while paging through it.
struct KeptOrder {
    table: TableKind,
    sort: Option<(u16, bool)>,
    filter: String,
    order: TableOrder,
}

impl<S> Default for Session<S> {
    fn default() -> Self {
        Self {
            recipe: Recipe::default(),
            opened: None,
            told: Told::default(),
            refused: None,
            outcome: Outcome::default(),
            computed: false,
            facts: Facts::default(),
            tally: Tally::default(),
            raw: Vec::new(),
            preview: Preview::default(),
            orders: Vec::new(),
            drawn: None,
        }
    }
}

impl<S: Source> Session<S> {
    /// Reads files into one log, in order of name. What was open before is gone. Call [`Self::compute`] next.
    ///
    /// # Errors
    /// When no file can be read. The next answer words it as a refusal.
    pub fn read(
        &mut self,
        files: Vec<(String, S)>,
        recipe: &Recipe,
        progress: &mut impl FnMut(ReadProgress),
    ) -> Result<(), Error> {
        let mut reading = self.begin(files, recipe);
        while let Some(task) = reading.next_task() {
            reading.accept(task.id, None);
            progress(reading.progress());
        }
        self.take(reading)
    }

    /// Begins to read files into one log, in order of name, for a caller that has the ranges read elsewhere. What was open before
    /// is gone. Call [`Self::take`] when all is read.
    pub fn begin(&mut self, files: Vec<(String, S)>, recipe: &Recipe) -> Reading<S> {
        self.begin_told(files, recipe, Told::default())
    }

    /// The same, read as a person said: the recipe's zone with its changes stands there.
    pub fn begin_told(&mut self, mut files: Vec<(String, S)>, recipe: &Recipe, said: Told) -> Reading<S> {
        let Recipe { contract, date_order, zone, .. } = recipe;
        let judged =
            Recipe { contract: contract.clone(), date_order: *date_order, zone: zone.clone(), ..Recipe::default() };
        *self = Self { recipe: judged, told: said.clone(), ..Self::default() };
        files.sort_by(|a, b| a.0.cmp(&b.0));
        Reading::new(files, contract).told(Hints { order: *date_order, told: said })
    }

    /// Gives up reading, for this reason; the next answer words it as a refusal.
    pub fn refuse(&mut self, error: Error) {
        *self = Self { recipe: self.recipe.clone(), refused: Some(error), ..Self::default() };
    }

    /// Takes up what was read. Call [`Self::compute`] next.
    ///
    /// # Errors
    /// When no file can be read. The next answer words it as a refusal.
    pub fn take(&mut self, reading: Reading<S>) -> Result<(), Error> {
        match reading.finish() {
            Ok(mut opened) => {
                self.raw = raw_rows(&mut opened);
                self.preview = card::preview(&opened.log, &opened.layouts);
                self.opened = Some(opened);
                Ok(())
            }
            Err(error) => {
                self.refused = Some(error.clone());
                Err(error)
            }
        }
    }

    /// Takes a recipe and computes what it asks for. After [`Self::read`] everything; later only what is stale.
    pub fn compute(&mut self, recipe: Recipe) {
        let Some(opened) = &mut self.opened else {
            return;
        };
        let before = std::mem::replace(&mut self.recipe, recipe);
        // What was judged while reading: anything else needs another reading.
        self.recipe.contract = before.contract.clone();
        self.recipe.date_order = before.date_order;
        self.recipe.zone = before.zone.clone();
        if let Some(error) = refusal::before_cleaning(opened, self.recipe.mode) {
            if self.computed {
                pipeline::undo(std::mem::take(&mut self.outcome), &mut opened.log);
                self.computed = false;
            }
            self.forget_outcome();
            self.refused = Some(error);
            return;
        }
        let recipe = &self.recipe;
        // Strict and set aside clean alike: strict only goes on where there is nothing to set aside.
        let repair = |mode| mode == Mode::Repair;
        let stale = !self.computed
            || repair(before.mode) != repair(recipe.mode)
            || before.fill != recipe.fill
            || before.repeats != recipe.repeats;
        if stale {
            if self.computed {
                pipeline::undo(std::mem::take(&mut self.outcome), &mut opened.log);
            }
            self.outcome = pipeline::run(&mut opened.log, recipe);
            self.computed = true;
        } else if before.dates != recipe.dates {
            pipeline::reselect(&mut self.outcome, recipe);
        } else if before.limits != recipe.limits {
            pipeline::redetect(&mut self.outcome, recipe);
        }
        if stale || before.dates != recipe.dates {
            self.facts = view::facts(&self.outcome);
            self.drawn = None;
        }
        self.tally = view::tally(&self.outcome);
        self.orders.clear();
        self.refused =
            (self.outcome.cleaned.readings.rows() == 0).then(|| refusal::nothing_left(opened, &self.outcome));
    }

    /// The recipe in force.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// What the stages made, for a caller that goes on by itself. Empty while refused.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Why nothing is shown, if nothing is.
    pub fn refused(&self) -> Option<&Error> {
        self.refused.as_ref()
    }

    fn forget_outcome(&mut self) {
        self.outcome = Outcome::default();
        self.facts = Facts::default();
        self.tally = Tally::default();
        self.orders.clear();
        self.drawn = None;
    }

    fn nothing_open() -> Error {
        Error::new(ErrorKind::Empty, "", "no log is open; choose a file first")
    }
}

/// The first rows of the first file, as they stand in it. A file that can no longer be read shows none: the readings stay.
fn raw_rows<S: Source>(opened: &mut Opened<S>) -> Vec<RawRow> {
    let (Some(source), Some(layout)) = (opened.sources.first_mut(), opened.layouts.first()) else {
        return Vec::new();
    };
    let rows = first_rows(source, layout, RAW_ROWS).unwrap_or_default();
    rows.into_iter().map(|(line, cells)| RawRow::new(RowPlace { file: 0, line }, cells)).collect()
}
