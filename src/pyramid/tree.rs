//! Summaries of stretches of rows, and of stretches of those: what lies in any range is known from few of them.
//!
//! Owns the levels and the way down them. The leaves hold a fixed number of rows each, counted from row 0 whatever the devices;
//! each level above joins [`FACTOR`] of the one below. Knows nothing of what is summed up. A tree without leaves is no error:
//! everything is then looked at row by row.

use std::ops::Range;

/// How many nodes are joined to one.
const FACTOR: usize = 8;

#[derive(Clone, Debug, PartialEq)]
pub struct Tree<N> {
    /// Rows of a leaf.
    base: usize,
    /// Leaves first. Only what is whole has a node.
    levels: Vec<Vec<N>>,
}

/// A piece of a range, in order.
pub enum Part<'a, N> {
    /// Rows to be looked at one by one.
    Rows(Range<usize>),
    Node(&'a N),
}

impl<N> Default for Tree<N> {
    fn default() -> Self {
        Self { base: 1, levels: Vec::new() }
    }
}

impl<N: Copy> Tree<N> {
    /// A tree over leaves of `base` rows each.
    pub fn new(base: usize, leaves: Vec<N>, join: impl Fn(N, N) -> N) -> Self {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|below| below.len() >= FACTOR) {
            let groups = below.chunks_exact(FACTOR);
            let above = groups.filter_map(|group| group.iter().copied().reduce(&join)).collect();
            levels.push(above);
        }
        Self { base: base.max(1), levels }
    }

    /// How many nodes there are on all levels.
    #[cfg(test)]
    pub fn nodes(&self) -> usize {
        self.levels.iter().map(Vec::len).sum()
    }

    /// The nodes of the leaves that rows of `rows` lie in; none where one of them has no node.
    pub fn leaves(&self, rows: &Range<usize>) -> Option<&[N]> {
        let base = self.base.max(1);
        self.levels.first()?.get(rows.start / base..rows.end.div_ceil(base))
    }

    /// Calls `visit` with the fewest parts that make up `rows`, in the order of the rows.
    pub fn visit(&self, rows: Range<usize>, visit: &mut impl FnMut(Part<'_, N>)) {
        let leaves = self.levels.first().map_or(0, Vec::len);
        let base = self.base.max(1);
        let nodes = rows.start.div_ceil(base)..(rows.end / base).min(leaves);
        if nodes.start >= nodes.end {
            visit(Part::Rows(rows));
            return;
        }
        let inside = nodes.start * base..nodes.end * base;
        if rows.start < inside.start {
            visit(Part::Rows(rows.start..inside.start));
        }
        self.visit_nodes(&self.levels, nodes, visit);
        if inside.end < rows.end {
            visit(Part::Rows(inside.end..rows.end));
        }
    }

    fn visit_nodes(&self, levels: &[Vec<N>], nodes: Range<usize>, visit: &mut impl FnMut(Part<'_, N>)) {
        let Some((level, above)) = levels.split_first() else {
            return;
        };
        let whole = nodes.start.div_ceil(FACTOR)..(nodes.end / FACTOR).min(above.first().map_or(0, Vec::len));
        if whole.start >= whole.end {
            each(level, nodes, visit);
            return;
        }
        each(level, nodes.start..whole.start * FACTOR, visit);
        let end = whole.end * FACTOR;
        self.visit_nodes(above, whole, visit);
        each(level, end..nodes.end, visit);
    }

    /// The largest stretch that starts at `row`, ends by `end` and has a node of which `passes` holds: where it ends.
    pub fn skip_forward(&self, row: usize, end: usize, passes: impl Fn(&N) -> bool) -> Option<usize> {
        let mut to = None;
        let mut size = self.base.max(1);
        for level in &self.levels {
            let fits = row.is_multiple_of(size) && row + size <= end;
            if !fits || !level.get(row / size).is_some_and(&passes) {
                break;
            }
            to = Some(row + size);
            size *= FACTOR;
        }
        to
    }

    /// The largest stretch that ends before `end`, starts from `start` on and has a node of which `passes` holds: its start.
    pub fn skip_backward(&self, start: usize, end: usize, passes: impl Fn(&N) -> bool) -> Option<usize> {
        let mut to = None;
        let mut size = self.base.max(1);
        for level in &self.levels {
            let fits = end.is_multiple_of(size) && start + size <= end;
            if !fits || !level.get(end / size - 1).is_some_and(&passes) {
                break;
            }
            to = Some(end - size);
            size *= FACTOR;
        }
        to
    }
}

fn each<N>(level: &[N], nodes: Range<usize>, visit: &mut impl FnMut(Part<'_, N>)) {
    for node in level.get(nodes).unwrap_or(&[]) {
        visit(Part::Node(node));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_range_is_made_up_of_parts_in_order() {
        let rows = 1000_usize;
        // A node is the rows that it stands for.
        let leaves: Vec<(usize, usize)> = (0..rows / 3).map(|i| (i * 3, i * 3 + 3)).collect();
        for tree in [Tree::new(3, leaves, |a, b| (a.0, b.1)), Tree::default()] {
            for start in (0..rows).step_by(7) {
                for end in (start..=rows).step_by(11) {
                    let mut at = start;
                    let mut parts = 0;
                    tree.visit(start..end, &mut |part| {
                        let (from, to) = match part {
                            Part::Rows(rows) => (rows.start, rows.end),
                            Part::Node(node) => *node,
                        };
                        assert_eq!(from, at);
                        at = to;
                        parts += 1;
                    });
                    assert_eq!(at, end);
                    assert!(parts <= 64, "{start}..{end} has {parts} parts");
                }
            }
        }
    }

    #[test]
    fn a_skip_never_leaves_its_range() {
        let tree = Tree::new(2, vec![true; 64], |a, b| a && b);
        assert_eq!(tree.skip_forward(0, 128, |all| *all), Some(128));
        assert_eq!(tree.skip_forward(16, 127, |all| *all), Some(32));
        assert_eq!(tree.skip_forward(1, 128, |all| *all), None);
        assert_eq!(tree.skip_backward(0, 128, |all| *all), Some(0));
        assert_eq!(tree.skip_backward(3, 16, |all| *all), Some(14));
        assert_eq!(tree.skip_backward(0, 16, |all| !*all), None);
        assert_eq!(Tree::<bool>::default().skip_forward(0, 9, |_| true), None);
    }
}
