//! Why a run is refused, in a sentence with the way out.

use crate::clean::rows_set_aside;
use crate::ingest::Opened;
use crate::pipeline::Outcome;
use crate::recipe::Mode;
use crate::{Error, ErrorKind};

/// What strict mode refuses: any violation, and any file that could not be read.
pub(super) fn before_cleaning<S>(opened: &Opened<S>, mode: Mode) -> Option<Error> {
    if mode != Mode::Strict {
        return None;
    }
    if let Some(error) = opened.left_out.first() {
        return Some(error.clone());
    }
    if let Some(error) = opened.log.files.iter().find_map(|file| file.absent.clone()) {
        return Some(error);
    }
    let violations = &opened.log.violations;
    if violations.is_empty() {
        return None;
    }
    let rows = rows_set_aside(&opened.log, Mode::Strict).len();
    let cells = violations.iter().filter(|v| !v.rule.condemns_row()).count();
    let what = match (violations.len(), cells) {
        (1, 1) => "1 cell".to_string(),
        (all, cells) if all == cells => format!("{cells} cells"),
        (_, 0) => format!("{rows} {}", if rows == 1 { "row" } else { "rows" }),
        (all, _) => format!("{all} places"),
    };
    let name = file_names(opened);
    let verb = if opened.log.files.len() == 1 { "breaks" } else { "break" };
    let sentence = format!("{name} {verb} the contract in {what}, and the mode is Stop");
    Some(Error::new(ErrorKind::Contract, "", sentence))
}

/// Cleaning left no reading: a header alone, or every row set aside or dropped.
pub(super) fn nothing_left<S>(opened: &Opened<S>, outcome: &Outcome) -> Error {
    let name = file_names(opened);
    let read = opened.log.rows_read();
    let (aside, dropped) = (outcome.cleaned.set_aside.len(), outcome.cleaned.dropped.len());
    let sentence = if read == 0 {
        format!("no reading: {name} has a header and no row after it")
    } else {
        let mut reasons = Vec::new();
        if aside > 0 {
            reasons.push(format!("{aside} set aside because they break the contract"));
        }
        if dropped > 0 {
            let first = &outcome.cleaned.dropped[0];
            let reason = first.reason.sentence(&outcome.cleaned.readings);
            reasons.push(format!("{dropped} dropped, the first (line {}) because: {reason}", first.place.line));
        }
        let rows = if read == 1 { "row" } else { "rows" };
        format!("no reading is left of the {read} {rows} of {name}: {}", reasons.join(", "))
    };
    Error::new(ErrorKind::Contract, "", sentence).with_finding("", "no reading")
}

/// `a.csv`, or `a.csv and 2 more files`.
fn file_names<S>(opened: &Opened<S>) -> String {
    let first = opened.log.files.first().map_or("", |file| file.name.as_str());
    match opened.log.files.len() {
        0 | 1 => first.to_string(),
        2 => format!("{first} and 1 more file"),
        n => format!("{first} and {} more files", n - 1),
    }
}
