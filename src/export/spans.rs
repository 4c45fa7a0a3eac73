//! Which rows of the readings go into a file: runs of rows, each of one device.

use crate::pipeline::Outcome;

/// Rows `start..end` of the readings, all of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub device: usize,
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn rows(&self) -> usize {
        self.end - self.start
    }

    pub fn range(&self) -> std::ops::Range<usize> {
        self.start..self.end
    }
}

/// How many rows the spans hold.
pub(super) fn count(spans: &[Span]) -> usize {
    spans.iter().map(Span::rows).sum()
}

/// Every reading inside the date range, device by device.
pub(crate) fn selected(outcome: &Outcome) -> Vec<Span> {
    let spans = outcome.enriched.selected.iter().enumerate();
    spans.map(|(device, &(start, end))| Span { device, start, end }).filter(|span| span.start < span.end).collect()
}

/// The readings of each date inside the date range, dates ascending; within a date by device, then time.
pub(super) fn by_day(outcome: &Outcome) -> Vec<(i32, Vec<Span>)> {
    // Days are far from the ends of what a day's number can be; keys are of the kind that everything else is sorted by.
    let key = |day: i32| u64::from(day.cast_unsigned() ^ (1 << 31));
    let mut order: Vec<(u64, u32)> = outcome.daily.iter().map(|row| key(row.day)).zip(0..).collect();
    order.sort_unstable();
    let rows = order.into_iter().map(|(_, place)| {
        let row = &outcome.daily[place as usize];
        (row.day, Span { device: row.device, start: row.start, end: row.end })
    });
    let mut days: Vec<(i32, Vec<Span>)> = Vec::new();
    for (day, span) in rows {
        match days.last_mut() {
            Some((last, spans)) if *last == day => spans.push(span),
            _ => days.push((day, vec![span])),
        }
    }
    days
}

/// The spans cut into groups of at most `rows` rows, in order.
pub(super) fn groups(spans: &[Span], rows: usize) -> Vec<Vec<Span>> {
    let mut groups = Vec::new();
    let (mut group, mut room) = (Vec::new(), rows);
    for &span in spans {
        let mut rest = span;
        while rest.rows() > room {
            let cut = rest.start + room;
            if room > 0 {
                group.push(Span { end: cut, ..rest });
            }
            rest.start = cut;
            groups.push(std::mem::take(&mut group));
            room = rows;
        }
        room -= rest.rows();
        group.push(rest);
    }
    if !group.is_empty() {
        groups.push(group);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::{Span, count, groups};

    fn span(device: usize, start: usize, end: usize) -> Span {
        Span { device, start, end }
    }

    #[test]
    fn groups_hold_every_row_once_and_no_more_than_asked() {
        let spans = [span(0, 0, 7), span(1, 7, 8), span(2, 10, 16)];
        for size in 1..16 {
            let groups = groups(&spans, size);
            let rows: Vec<_> = groups.iter().flatten().flat_map(|s| s.start..s.end).collect();
            assert_eq!(rows, [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15], "{size}");
            assert!(groups.iter().all(|g| count(g) <= size), "{size}");
            assert_eq!(groups.len(), 14_usize.div_ceil(size), "{size}");
        }
        assert!(groups(&[], 5).is_empty());
    }
}
