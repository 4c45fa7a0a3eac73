//! A refused run: what is said of it, its findings, its exit code. Nothing was written to the output folder.

use sensorium::export::{self, Finding};
use sensorium::pipeline::Outcome;
use sensorium::recipe::{Mode, Recipe};
use sensorium::table::Log;
use sensorium::{Error, ErrorKind};

use crate::options::RunOptions;
use crate::{outputs, report};

/// Violations said on standard error; the rest are counted.
const SAID: usize = 10;

/// Why the input is refused.
#[derive(Default)]
pub struct Refusal {
    /// What stopped the run or a file of it.
    pub errors: Vec<Error>,
    /// Files that hold the same bytes as another: named, but no reason to refuse.
    pub twins: Vec<Error>,
    /// What was read, if anything could be.
    pub log: Option<Log>,
    /// What was computed, where no reading was left of it.
    pub outcome: Option<Outcome>,
    pub recipe: Recipe,
}

impl Refusal {
    /// Tells why and returns the exit code.
    pub fn tell(&self, options: &RunOptions) -> u8 {
        let mut findings = export::findings(self.errors.iter().chain(&self.twins), self.log.as_ref());
        if let (Some(log), Some(outcome)) = (&self.log, &self.outcome) {
            findings.extend(Finding::of_dropped(log, outcome));
        }
        let mut sentences: Vec<String> = self.errors.iter().map(Error::to_string).collect();
        if let Some(log) = &self.log {
            let said = log.violations.iter().take(SAID);
            sentences.extend(said.map(|violation| export::sentence(log, &self.recipe.contract, violation)));
        }
        if self.violations() > SAID {
            sentences.push(format!("and {} more like these", self.violations() - SAID));
        }
        sentences.push(self.advice(options));
        report::say(&sentences);
        let written = outputs::findings(options.findings.as_deref(), &findings);
        if options.json {
            report::json(self.log.as_ref().map_or(0, Log::rows_read), None, &findings);
        }
        match written {
            Ok(()) => self.exit_code(),
            Err(sentence) => {
                report::say([sentence]);
                2
            }
        }
    }

    fn violations(&self) -> usize {
        self.log.as_ref().map_or(0, |log| log.violations.len())
    }

    /// 1 where a table was read that the contract refuses or of which nothing is left, 2 where no table could be read.
    fn exit_code(&self) -> u8 {
        if self.outcome.is_some() || !self.errors.iter().any(is_no_table) { 1 } else { 2 }
    }

    /// What to do next.
    fn advice(&self, options: &RunOptions) -> String {
        let list = if options.findings.is_some() { "" } else { "; --findings FILE lists every finding" };
        let kinds: Vec<ErrorKind> = self.errors.iter().map(Error::kind).collect();
        if kinds.contains(&ErrorKind::Export) {
            return "nothing was changed; make room on the disk or name another folder, and run again".into();
        }
        if self.outcome.is_some() {
            return format!("refused: no reading is left, and nothing was written{list}");
        }
        if self.errors.iter().any(is_no_table) {
            return "refused: correct or leave out what cannot be read, and run again".into();
        }
        if kinds.contains(&ErrorKind::Header) {
            return "refused: correct the header, or give the file's own columns as the contract of a JSON recipe"
                .into();
        }
        match self.recipe.mode {
            Mode::Strict => format!(
                "refused in strict mode: correct the rows, or go on without them (--mode set-aside) or without their cells (--mode repair){list}"
            ),
            Mode::SetAside | Mode::Repair => format!("refused, and nothing was written{list}"),
        }
    }
}

/// Whether the file is no table at all, rather than one with the wrong columns or values.
fn is_no_table(error: &Error) -> bool {
    !matches!(error.kind(), ErrorKind::Header | ErrorKind::Contract)
}
