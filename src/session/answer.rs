//! One ask to one reply.

use std::io::Write;

use super::{KeptOrder, Session, drawn, findings};
use crate::Error;
use crate::error::{Choice, ErrorKind};
use crate::ingest::Source;
use crate::protocol::{Answer, Ask, FileRead, Refusal, Reply, TableAsk, TableKind, TablePage};
use crate::recipe::{DateOrder, Mode};
use crate::view::{self, Input, TableOrder};

/// Orders kept at once: the tables of the page, and one more for a change of mind.
const KEPT_ORDERS: usize = 8;
/// Findings sent with a refusal; more come through table asks.
const FIRST_FINDINGS: u32 = 100;

impl<S: Source> Session<S> {
    /// Answers an ask about what is open. A new recipe must have gone through [`Session::compute`] before. The bytes of an
    /// export go to `out`, in pieces.
    pub fn answer(&mut self, ask: &Ask, out: &mut (dyn Write + Send)) -> Reply {
        let mut answer = Answer { generation: ask.generation, ..Answer::default() };
        if let Some(kind) = ask.export {
            match self.export(kind, out) {
                Ok(file) => answer.exports.push(file),
                Err(error) => return Reply::Failed { generation: ask.generation, message: error.to_string() },
            }
        }
        // A refused run answers with its refusal, but pages through its findings and hands them out like any other table.
        if let Some(error) = &self.refused
            && (ask.recipe.is_some() || ask.chart.is_some())
        {
            return Reply::Refused(Box::new(self.refusal(ask.generation, error)));
        }
        for table in &ask.tables {
            if let Some(page) = self.page(table) {
                answer.tables.push(page);
            }
        }
        if self.refused.is_none()
            && let Some(input) = self.input()
        {
            answer.overview = ask
                .recipe
                .is_some()
                .then(|| view::overview(&input, self.files_read(), self.notices(), self.preview.clone()));
            answer.nearest = ask.nearest.as_ref().map(|nearest| view::nearest(&input, nearest));
            answer.located = ask.locate.and_then(|locate| view::locate(&input, locate));
            if let Some(wanted) = &ask.chart {
                let (chart, drawn) = drawn::chart(&input, self.drawn.as_ref(), wanted, ask);
                answer.chart = Some(chart);
                self.drawn = drawn.or(self.drawn.take());
            }
        }
        Reply::Answer(Box::new(answer))
    }

    pub(super) fn input(&self) -> Option<Input<'_>> {
        let opened = self.opened.as_ref()?;
        Some(Input {
            log: &opened.log,
            recipe: &self.recipe,
            outcome: &self.outcome,
            facts: &self.facts,
            tally: &self.tally,
        })
    }

    /// A window of a table, ordered as asked; the order is kept while it is paged through.
    fn page(&mut self, ask: &TableAsk) -> Option<TablePage> {
        if ask.table == TableKind::Findings && !self.only_violations() {
            return Some(findings::page(&self.findings(&self.errors()), ask));
        }
        let known = |kept: &KeptOrder| kept.table == ask.table && kept.sort == ask.sort && kept.filter == ask.filter;
        if let Some(at) = self.orders.iter().position(known) {
            let input = self.input()?;
            return Some(view::table(&input, &self.raw, ask, &self.orders[at].order));
        }
        let input = self.input()?;
        if let Some(order) = view::first(&input, ask) {
            return Some(view::table(&input, &self.raw, ask, &order));
        }
        let order: TableOrder = view::order(&input, &self.raw, ask);
        let page = view::table(&input, &self.raw, ask, &order);
        if self.orders.len() >= KEPT_ORDERS {
            self.orders.remove(0);
        }
        self.orders.push(KeptOrder { table: ask.table, sort: ask.sort, filter: ask.filter.clone(), order });
        Some(page)
    }

    fn refusal(&self, generation: u32, error: &Error) -> Refusal {
        let violations = self.opened.as_ref().map_or(&[][..], |opened| &opened.log.violations);
        let remedies = view::remedies(violations);
        let ask =
            TableAsk { table: TableKind::Findings, sort: None, filter: String::new(), from: 0, count: FIRST_FINDINGS };
        let page = match self.input() {
            Some(input) if self.only_violations() => {
                let order = view::order(&input, &self.raw, &ask);
                view::table(&input, &self.raw, &ask, &order)
            }
            _ => findings::page(&self.findings(&self.errors()), &ask),
        };
        // Strict stops at what the other modes can live with; no reading left is the end in every mode, unless repair keeps
        // rows that were set aside.
        let strict = self.recipe.mode == Mode::Strict;
        let set_aside_lost_all = self.recipe.mode == Mode::SetAside && remedies.repair_cells > 0;
        Refusal {
            generation,
            message: error.to_string(),
            files: self.files_read(),
            rows_read: self.opened.as_ref().map_or(0, |opened| opened.log.rows_read()),
            other_modes: self.opened.is_some() && error.kind() != ErrorKind::Read && (strict || set_aside_lost_all),
            would_set_aside: remedies.set_aside_rows,
            would_repair_cells: remedies.repair_cells,
            would_repair_rows: remedies.repair_rows,
            date_orders: date_orders(error),
            columns: if error.columns().is_empty() { 0 } else { columns_key(error.columns()) },
            other_shape: self.opened.is_none() && matches!(error.kind(), ErrorKind::Dialect | ErrorKind::Header),
            findings: page.total,
            page: Some(page),
            exports: Vec::new(),
        }
    }

    /// Every file: how it was read, or why it was left out.
    fn files_read(&self) -> Vec<FileRead> {
        let Some(opened) = &self.opened else {
            return self.refused.iter().map(left_out).collect();
        };
        let read = opened.log.files.iter().enumerate().map(|(at, file)| FileRead {
            name: file.name.clone(),
            bytes: file.bytes,
            rows_read: file.rows_read,
            read_as: file.read_as.clone(),
            not_read: file.not_read.clone(),
            columns: opened.layouts.get(at).map_or(0, |layout| columns_key(layout.written())),
            way: opened.layouts.get(at).map_or(String::new(), |layout| match &layout.card {
                Some(card) => card.summary(),
                None => file.read_as.clone(),
            }),
            // Of many files of one fleet the first tells how all were read.
            card: (at == 0).then(|| self.card(at)).flatten().map(Box::new),
            error: None,
        });
        read.chain(opened.left_out.iter().map(left_out)).collect()
    }
}

fn left_out(error: &Error) -> FileRead {
    FileRead { name: error.position().file.clone(), error: Some(error.to_string()), ..FileRead::default() }
}

/// Stands for names of columns: FNV-1a over them (G. Fowler, L. C. Noll, K.-P. Vo).
fn columns_key(names: &[String]) -> u64 {
    let bytes = names.iter().flat_map(|name| name.bytes().chain([0]));
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// The answers to a question about dates.
fn date_orders(error: &Error) -> Vec<(DateOrder, String)> {
    let order = |choice: &Choice| Some((DateOrder::from_name(choice.name)?, choice.meaning.clone()));
    error.choices().iter().filter_map(order).collect()
}
