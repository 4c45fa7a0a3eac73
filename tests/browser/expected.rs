//! What the page has to show, computed by the native library from the same bytes and the same recipe.
//!
//! Owns a session beside the page's. Assumes that the library itself is tested elsewhere: here the question is whether the page
//! shows what it says. Refuses to take a refusal for an answer.

use sensorium::ingest::Bytes;
use sensorium::protocol::{
    Answer, Ask, Chart, ChartAsk, ExportKind, LocateAsk, Located, Overview, Refusal, Reply, TableAsk, TableKind,
    TablePage,
};
use sensorium::recipe::Recipe;
use sensorium::session::Session;

use crate::page::Page;

/// The library's answers about one log.
pub struct Expected {
    session: Session<Bytes<Vec<u8>>>,
    recipe: Recipe,
}

impl Expected {
    /// Reads files and computes.
    pub fn of(files: &[(&str, &[u8])], recipe: Recipe) -> Self {
        let mut session = Session::default();
        let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), Bytes(bytes.to_vec()))).collect();
        // A refusal is asked for afterwards.
        let _ = session.read(files, &recipe, &mut |_| {});
        session.compute(recipe.clone());
        Self { session, recipe }
    }

    /// The built-in sample with a recipe.
    pub fn of_sample(recipe: Recipe) -> Self {
        Self::of(&[(sensorium::sample::NAME, sensorium::sample::csv().as_bytes())], recipe)
    }

    /// One file with the default recipe.
    pub fn of_text(name: &str, text: &str) -> Self {
        Self::of(&[(name, text.as_bytes())], Recipe::default())
    }

    /// Changes the recipe and computes what follows from that.
    pub fn change(&mut self, change: impl FnOnce(&mut Recipe)) {
        change(&mut self.recipe);
        self.session.compute(self.recipe.clone());
    }

    pub fn session(&self) -> &Session<Bytes<Vec<u8>>> {
        &self.session
    }

    fn answer(&mut self, ask: &Ask) -> Answer {
        match self.session.answer(ask).0 {
            Reply::Answer(answer) => *answer,
            other => panic!("the library does not answer: {other:?}"),
        }
    }

    pub fn overview(&mut self) -> Overview {
        let ask = Ask { recipe: Some(self.recipe.clone()), ..Ask::default() };
        self.answer(&ask).overview.expect("an overview")
    }

    pub fn refusal(&mut self) -> Refusal {
        let ask = Ask { recipe: Some(self.recipe.clone()), ..Ask::default() };
        match self.session.answer(&ask).0 {
            Reply::Refused(refusal) => *refusal,
            other => panic!("the library does not refuse: {other:?}"),
        }
    }

    pub fn table(&mut self, ask: TableAsk) -> TablePage {
        self.answer(&Ask { tables: vec![ask], ..Ask::default() }).tables.remove(0)
    }

    /// A table's number of rows.
    pub fn rows(&mut self, table: TableKind) -> u64 {
        self.table(TableAsk { table, sort: None, filter: String::new(), from: 0, count: 1 }).total
    }

    pub fn chart(&mut self, chart: ChartAsk) -> Chart {
        self.answer(&Ask { chart: Some(chart), ..Ask::default() }).chart.expect("a chart")
    }

    pub fn located(&mut self, key: u64) -> Located {
        self.answer(&Ask { locate: Some(LocateAsk { key }), ..Ask::default() }).located.expect("a place")
    }

    /// An export's name and bytes.
    pub fn export(&mut self, kind: ExportKind) -> (String, Vec<u8>) {
        let mut bytes = Vec::new();
        let file = self.session.export(kind, &mut bytes).unwrap_or_else(|error| panic!("{error}"));
        (file.name, bytes)
    }

    /// Every tile with its number.
    pub fn tiles(&mut self) -> [(&'static str, u64); 6] {
        let counts = self.overview().counts;
        [
            ("readings", counts.rows_out),
            ("devices", counts.devices),
            ("filled", counts.filled.iter().sum()),
            ("set-aside", counts.rows_set_aside),
            ("dropped", counts.rows_dropped),
            ("anomalies", counts.high_temperature + counts.low_battery + counts.both),
        ]
    }

    /// Waits until the page shows these numbers, in its tiles and above its tables.
    pub fn is_shown_by(&mut self, page: &Page) {
        for (tile, number) in self.tiles() {
            page.wait_count(tile, number);
        }
        let tables = [
            ("anomalies", TableKind::Anomalies),
            ("daily", TableKind::Daily),
            ("set-aside", TableKind::SetAside),
            ("dropped", TableKind::Dropped),
            ("raw", TableKind::Raw),
        ];
        for (name, table) in tables {
            assert_eq!(page.rows(name), self.rows(table), "rows of the table {name}");
        }
    }
}
