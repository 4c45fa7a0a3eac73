//! What the page still wants of the worker: one waiting place that merges newer wishes into older ones.
//!
//! Owns the merging. Assumes that whoever asks sends one request at a time. Refuses to lose an export: a moved limit takes the
//! place of an older limit, a newer window of a table that of an older window, but exports stand in line.

use std::collections::VecDeque;

use crate::protocol::{Ask, ExportKind};

/// The waiting place.
#[derive(Debug, Default)]
pub struct Wishes {
    ask: Ask,
    exports: VecDeque<ExportKind>,
}

impl Wishes {
    /// Takes up a newer wish: what it asks for replaces older wishes of the same kind, what it leaves out stays wished.
    pub fn merge(&mut self, newer: Ask) {
        // What is held is said when the request is sent.
        let Ask { generation: _, holds: _, recipe, chart, tables, nearest, export, locate } = newer;
        self.ask.recipe = recipe.or(self.ask.recipe.take());
        self.ask.chart = chart.or(self.ask.chart.take());
        self.ask.nearest = nearest.or(self.ask.nearest.take());
        self.ask.locate = locate.or(self.ask.locate.take());
        for table in tables {
            self.ask.tables.retain(|older| older.table != table.table);
            self.ask.tables.push(table);
        }
        if let Some(kind) = export
            && !self.exports.contains(&kind)
        {
            self.exports.push_back(kind);
        }
    }

    /// The next request, numbered `generation`; none when nothing is wished. At most one export a request.
    pub fn take(&mut self, generation: u32) -> Option<Ask> {
        let mut ask = std::mem::take(&mut self.ask);
        ask.export = self.exports.pop_front();
        if ask == Ask::default() {
            return None;
        }
        ask.generation = generation;
        Some(ask)
    }

    /// The next export alone, for the log that is about to be replaced by another.
    pub fn take_export(&mut self, generation: u32) -> Option<Ask> {
        self.exports.pop_front().map(|kind| Ask { generation, export: Some(kind), ..Ask::default() })
    }

    /// Forgets every wish, exports too.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Forgets what was wished of the log that is shown, but not the exports.
    pub fn clear_views(&mut self) {
        self.ask = Ask::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{ChartAsk, LocateAsk, Tab, TableAsk, TableKind};
    use crate::recipe::Recipe;

    fn limit(value: f64) -> Ask {
        let mut recipe = Recipe::default();
        recipe.limits.high_temp_celsius = value;
        Ask { recipe: Some(recipe), ..Ask::default() }
    }

    fn export(kind: ExportKind) -> Ask {
        Ask { export: Some(kind), ..Ask::default() }
    }

    fn rows(table: TableKind, from: u64) -> Ask {
        Ask { tables: vec![TableAsk { table, sort: None, filter: String::new(), from, count: 50 }], ..Ask::default() }
    }

    #[test]
    fn nothing_wished_is_no_request() {
        assert_eq!(Wishes::default().take(1), None);
    }

    #[test]
    fn the_newest_limit_wins_and_the_rest_stays() {
        let mut wishes = Wishes::default();
        let chart = ChartAsk { tab: Tab::Battery, ..ChartAsk::default() };
        wishes.merge(Ask { chart: Some(chart.clone()), locate: Some(LocateAsk { key: 7 }), ..Ask::default() });
        wishes.merge(limit(28.0));
        wishes.merge(limit(29.0));
        let ask = wishes.take(4).unwrap_or_default();
        assert_eq!(ask.generation, 4);
        assert_eq!(ask.recipe, limit(29.0).recipe);
        assert_eq!(ask.chart, Some(chart));
        assert_eq!(ask.locate, Some(LocateAsk { key: 7 }));
        assert_eq!(wishes.take(5), None);
    }

    #[test]
    fn windows_of_one_table_replace_each_other_and_those_of_two_do_not() {
        let mut wishes = Wishes::default();
        wishes.merge(rows(TableKind::Anomalies, 0));
        wishes.merge(rows(TableKind::Daily, 10));
        wishes.merge(rows(TableKind::Anomalies, 300));
        let ask = wishes.take(1).unwrap_or_default();
        let windows: Vec<_> = ask.tables.iter().map(|t| (t.table, t.from)).collect();
        assert_eq!(windows, [(TableKind::Daily, 10), (TableKind::Anomalies, 300)]);
    }

    #[test]
    fn exports_stand_in_line_and_a_moved_limit_displaces_none() {
        let mut wishes = Wishes::default();
        wishes.merge(export(ExportKind::Parquet));
        wishes.merge(export(ExportKind::Csv));
        wishes.merge(export(ExportKind::Parquet));
        wishes.merge(limit(20.0));
        let first = wishes.take(1).unwrap_or_default();
        assert_eq!(first.export, Some(ExportKind::Parquet));
        assert!(first.recipe.is_some());
        wishes.merge(limit(21.0));
        wishes.clear_views();
        let second = wishes.take(2).unwrap_or_default();
        assert_eq!(second.export, Some(ExportKind::Csv));
        assert_eq!(second.recipe, None);
        assert_eq!(wishes.take(3), None);
    }

    #[test]
    fn exports_of_a_log_come_before_the_next_log() {
        let mut wishes = Wishes::default();
        wishes.merge(limit(20.0));
        wishes.merge(export(ExportKind::Log));
        let ask = wishes.take_export(9).unwrap_or_default();
        assert_eq!((ask.generation, ask.export, ask.recipe), (9, Some(ExportKind::Log), None));
        assert_eq!(wishes.take_export(10), None);
    }
}
