//! Readings that repeat an earlier one of the same device and time: exports that overlap, files saved twice.
//!
//! Owns what is the same: every value to the bit, missing ones included. Assumes readings in order, so that what repeats stands side
//! by side. Refuses to choose between other values: those stay.

use super::{DropReason, Dropped, Repeated};
use crate::table::{Bits, Readings};

/// Of many readings at one time, so many before each are compared with it.
const NEIGHBOURS: usize = 64;

/// Counts what repeats among the rows that are not gone; to be merged, exact repeats are gone too, and listed.
#[inline(never)]
pub(super) fn find(readings: &Readings, gone: &mut Bits, merge: bool) -> (Repeated, Vec<Dropped>) {
    let (mut repeated, mut merged) = (Repeated::default(), Vec::new());
    let t = &readings.timestamp_us;
    let same = |a: usize, b: usize| {
        readings.metrics.iter().all(|metric| {
            let (a, b) = (metric.values[a], metric.values[b]);
            a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
        })
    };
    for run in &readings.devices {
        // Most logs have none: that is seen in one plain pass.
        let (before, after) = (&t[run.start..run.end - 1], &t[run.start + 1..run.end]);
        let equal: usize = before.iter().zip(after).map(|(a, b)| usize::from(a == b)).sum();
        if equal == 0 {
            continue;
        }
        let mut first = run.start;
        for row in run.start + 1..run.end {
            if t[row] != t[row - 1] {
                first = row;
                continue;
            }
            if gone.get(row) {
                continue;
            }
            let before = first.max(row.saturating_sub(NEIGHBOURS))..row;
            let mut kept = before.filter(|other| !gone.get(*other)).peekable();
            if kept.peek().is_none() {
                continue;
            }
            match kept.find(|other| same(*other, row)) {
                None => repeated.conflicting += 1,
                Some(of) => {
                    repeated.exact += 1;
                    if merge {
                        if gone.is_empty() {
                            *gone = Bits::zeros(readings.rows());
                        }
                        gone.set(row);
                        let reason = DropReason::Repeats { of: readings.place(of) };
                        merged.push(Dropped { place: readings.place(row), reason });
                    }
                }
            }
        }
    }
    (repeated, merged)
}

#[cfg(test)]
mod tests {
    use crate::clean::{run, undo};
    use crate::contract::Contract;
    use crate::ingest::{Bytes, read_files};
    use crate::recipe::{Fill, Mode, Repeats};

    #[test]
    fn overlapping_exports_are_counted_and_merged_by_choice() {
        let header = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n";
        let one = format!("{header}1,a,20,50,1000,80\n2,a,21,,1000,80\n3,a,22,50,1000,80\n");
        let two = format!("{header}2,a,21,,1000,80\n3,a,23,50,1000,80\n4,a,24,50,1000,80\n4,b,24,50,1000,80\n");
        let files = vec![("a.csv".to_string(), Bytes(one)), ("b.csv".to_string(), Bytes(two))];
        let mut log = read_files(files, &Contract::default(), &mut |_| {}).unwrap().log;
        let measured = std::mem::take(&mut log.readings);
        let kept = run(measured.clone(), &log, Mode::SetAside, Fill::Position, Repeats::Keep);
        assert_eq!((kept.repeated.exact, kept.repeated.conflicting, kept.readings.rows()), (1, 1, 7));
        let merged = run(measured.clone(), &log, Mode::SetAside, Fill::Position, Repeats::Merge);
        assert_eq!((merged.repeated.exact, merged.readings.rows(), merged.dropped.len()), (1, 6, 1));
        assert_eq!(merged.dropped[0].reason.sentence(&merged.readings), "repeats line 3 of a.csv");
        assert!(undo(merged).same_bits(&measured));
    }
}
