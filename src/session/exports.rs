//! One export request to a named file.

use std::io::Write;

use super::{Session, scripts};
use crate::export::{self, Guard, RunLog, names};
use crate::ingest::{RawReader, Source};
use crate::protocol::{ExportKind, ExportedFile};
use crate::report::{self, Report};
use crate::star::Bundle;
use crate::{Error, ErrorKind};

const CSV: &str = "text/csv;charset=utf-8";
const PARQUET: &str = "application/vnd.apache.parquet";

impl<S: Source> Session<S> {
    /// Makes a file and writes it in pieces. Exports ignore the view and obey the recipe.
    ///
    /// # Errors
    /// When nothing is open, when the readings are refused, or when a source can no longer be read.
    pub fn export(&mut self, kind: ExportKind, out: &mut (dyn Write + Send)) -> Result<ExportedFile, Error> {
        if kind != ExportKind::Findings
            && let Some(error) = &self.refused
        {
            return Err(Error::new(
                ErrorKind::Export,
                "",
                format!("there are no readings to export: {}", error.message()),
            ));
        }
        let (outcome, recipe) = (&self.outcome, &self.recipe);
        if self.opened.is_none() && kind != ExportKind::Findings {
            return Err(Self::nothing_open());
        }
        let (ending, media_type, rows) = match kind {
            ExportKind::Parquet => (".readings.parquet", PARQUET, export::readings_parquet(out, outcome, recipe)?),
            ExportKind::ParquetPartitioned => {
                (".readings.zip", "application/zip", export::partitions_zip(out, outcome, recipe)?)
            }
            ExportKind::Folder => {
                let (rows, parts) = export::partitions_in_row(out, outcome, recipe)?;
                return Ok(ExportedFile { parts, ..self.named(".readings", PARQUET, Some(rows)) });
            }
            ExportKind::StarSchema => (".star.zip", "application/zip", Bundle::new(outcome, recipe).zip(out)?),
            ExportKind::Csv => (".readings.csv", CSV, export::readings_csv(out, outcome, recipe)?),
            ExportKind::Anomalies => (".anomalies.csv", CSV, export::anomalies_csv(out, outcome, recipe)?),
            ExportKind::Daily => (".daily.csv", CSV, export::daily_csv(out, outcome)?),
            ExportKind::Report => {
                self.report(out)?;
                return Ok(self.named(".report.html", "text/html;charset=utf-8", None));
            }
            _ => return self.export_of_log(kind, out),
        };
        Ok(self.named(ending, media_type, Some(rows)))
    }

    /// What is made from the log rather than from the readings alone.
    fn export_of_log(&mut self, kind: ExportKind, out: &mut (dyn Write + Send)) -> Result<ExportedFile, Error> {
        if kind == ExportKind::Findings {
            let errors = self.errors();
            let rows = export::write_findings(out, &self.findings(&errors), Guard::Spreadsheet)?;
            return Ok(self.named(".findings.csv", CSV, Some(rows)));
        }
        let notices = self.notices();
        let Some(opened) = &mut self.opened else {
            return Err(Self::nothing_open());
        };
        let (log, outcome) = (&opened.log, &self.outcome);
        let (ending, media_type, rows) = match kind {
            ExportKind::Sql => {
                scripts::zip(out, opened, (&self.recipe, &self.told), outcome)?;
                (".sql.zip", "application/zip", None)
            }
            ExportKind::Log => {
                let run = RunLog { log, outcome, recipe: &self.recipe, notices: &notices, written: &[], at: None };
                export::run_log(out, &run)?;
                (".run.log", "text/plain;charset=utf-8", None)
            }
            ExportKind::SetAside => {
                let mut raw = RawReader::new(&log.files, &mut opened.sources, &opened.layouts);
                (".set_aside.csv", CSV, Some(export::set_aside_csv(out, log, outcome, &mut raw)?))
            }
            _ => {
                let mut raw = RawReader::new(&log.files, &mut opened.sources, &opened.layouts);
                (".dropped.csv", CSV, Some(export::dropped_csv(out, log, outcome, &mut raw)?))
            }
        };
        Ok(self.named(ending, media_type, rows))
    }

    /// The run as one page.
    fn report(&self, out: &mut (dyn Write + Send)) -> Result<(), Error> {
        let input = self.input().ok_or_else(Self::nothing_open)?;
        let pictures = report::pictures(&input)?;
        let (card, notices) = (self.card(0), self.notices());
        report::write(out, &Report { input, card: card.as_ref(), notices: &notices, pictures: &pictures, at: None })
    }

    fn named(&self, ending: &str, media_type: &str, rows: Option<u64>) -> ExportedFile {
        let files: Vec<&str> = match &self.opened {
            Some(opened) => opened.log.files.iter().map(|file| file.name.as_str()).collect(),
            None => self.refused.iter().map(|error| error.position().file.as_str()).collect(),
        };
        let name = names::file_name(&files, ending);
        ExportedFile { name, media_type: media_type.into(), rows, parts: Vec::new() }
    }

    /// Sentences about whole files.
    pub(super) fn notices(&self) -> Vec<String> {
        let Some(opened) = &self.opened else {
            return Vec::new();
        };
        let left_out = opened.left_out.iter().map(|error| format!("left out: {error}"));
        let identical = opened.identical.iter().map(crate::ingest::Identical::sentence);
        left_out.chain(identical).collect()
    }
}
