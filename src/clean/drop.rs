//! Readings that cannot stay: a metric was never measured, or is missing and not filled.

use super::taken::{self, Taken};
use super::{DropReason, Dropped};
use crate::contract::{FillPolicy, fold};
use crate::table::{Bits, Log, Metric, Readings, RowPlace, SourceFile};

/// Takes unusable readings out and lists them in order of file and line.
pub(super) fn unusable(readings: &mut Readings, log: &Log) -> (Vec<Dropped>, Taken) {
    let mut dropped = Vec::new();
    let mut gone = Bits::default();
    let lacking = Lacking::of(readings, log);
    for run in &readings.devices {
        let never = readings.metrics.iter().enumerate().position(|(index, metric)| {
            let asked = metric.info.required
                && metric.info.fill == FillPolicy::Linear
                && (lacking.none() || run.range().any(|row| !lacking.is(index, readings.place(row).file)));
            asked && metric.values[run.range()].iter().all(|v| v.is_nan()) && metric.filled.count(run.range()) == 0
        });
        // A device that never measured loses every row; a gap left by the maximum gap alone is no such case, because some
        // value is known then.
        if let Some(metric) = never {
            gone = if gone.is_empty() { Bits::zeros(readings.rows()) } else { gone };
            for row in run.range().filter(|row| lacking.none() || !lacking.is(metric, readings.place(*row).file)) {
                gone.set(row);
                dropped.push(Dropped { place: readings.place(row), reason: DropReason::NeverMeasured { metric } });
            }
            continue;
        }
        for (index, metric) in readings.metrics.iter().enumerate() {
            if !metric.info.required || metric.info.fill != FillPolicy::No {
                continue;
            }
            for row in run.range() {
                let lacks = || !lacking.none() && lacking.is(index, readings.place(row).file);
                if metric.values[row].is_nan() && !gone.get(row) && !lacks() {
                    gone = if gone.is_empty() { Bits::zeros(readings.rows()) } else { gone };
                    gone.set(row);
                    let place = readings.place(row);
                    dropped.push(Dropped { place, reason: missing(log, place, index, &metric.info.name) });
                }
            }
        }
    }
    dropped.sort_by_key(|d| d.place);
    (dropped, taken::take_out(readings, &gone))
}

/// Which files lack which of the contract's metrics: nothing is missed in their rows.
struct Lacking(Vec<Vec<bool>>);

impl Lacking {
    fn of(readings: &Readings, log: &Log) -> Self {
        if log.files.iter().all(|file| file.absent.is_none()) {
            return Self(Vec::new());
        }
        let lacks = |file: &SourceFile, name: &str| {
            let findings = file.absent.iter().flat_map(|absent| absent.findings());
            findings.into_iter().any(|finding| fold(&finding.column) == fold(name))
        };
        let of_metric = |metric: &Metric| log.files.iter().map(|file| lacks(file, &metric.info.name)).collect();
        Self(readings.metrics.iter().map(of_metric).collect())
    }

    fn none(&self) -> bool {
        self.0.is_empty()
    }

    fn is(&self, metric: usize, file: u32) -> bool {
        self.0.get(metric).and_then(|files| files.get(file as usize)).copied().unwrap_or(false)
    }
}

/// Why the metric is missing: never written, or taken away by repair.
fn missing(log: &Log, place: RowPlace, metric: usize, name: &str) -> DropReason {
    let first = log.violations.partition_point(|v| (v.file, v.line) < (place.file, place.line));
    let header = log.files.get(place.file as usize).map_or(&[][..], |file| &file.header);
    let column = header.iter().position(|h| fold(h) == fold(name)).and_then(|c| u16::try_from(c).ok());
    let found = log.violations[first..]
        .iter()
        .take_while(|v| (v.file, v.line) == (place.file, place.line))
        .find(|v| v.column.is_some() && v.column == column);
    match found {
        Some(violation) => DropReason::Repaired { metric, was: violation.value.clone() },
        None => DropReason::Missing { metric },
    }
}
