//! Running in: the built-in sample is read and looked at before any file is chosen.
//!
//! Browsers run a module's code in a slow form first and make the fast one of what is called often; a log would be half read
//! before that. Owns the practice runs. Assumes the worker is idle, and is soon interrupted when it is not. Refuses to touch a
//! file, the session at work, or anything that is shown.

use std::rc::Rc;

use sensorium::browser::frame::after;
use sensorium::contract::Contract;
use sensorium::ingest::Reading;
use sensorium::protocol::{Ask, ChartAsk, Tab, TableAsk, TableKind};
use sensorium::recipe::Recipe;
use sensorium::sample;
use sensorium::session::Session;

use super::super::input::Input;

/// How often: after this many runs nothing gets faster any more.
const RUNS: u32 = 6;

/// Reads the sample a few times, at once.
pub fn read_sample() {
    for _ in 0..RUNS {
        let mut reading = Reading::new(sample_log(), &Contract::default());
        while let Some(task) = reading.next_task() {
            reading.accept(task.id, None);
        }
    }
}

fn sample_log() -> Vec<(String, Input)> {
    vec![(sample::NAME.to_string(), Input::Sample(sample::csv().into_bytes()))]
}

/// Computes and looks at the sample a few times, each run by itself, while `idle`.
pub fn in_pauses(idle: Rc<dyn Fn() -> bool>) {
    run(idle, 0);
}

fn run(idle: Rc<dyn Fn() -> bool>, number: u32) {
    if number == RUNS || !idle() {
        return;
    }
    let mut session = Session::default();
    let recipe = Recipe::default();
    if session.read(sample_log(), &recipe, &mut |_| {}).is_ok() {
        session.compute(recipe.clone());
        let table = |table| TableAsk { table, sort: None, filter: String::new(), from: 0, count: 40 };
        let tables = vec![table(TableKind::Anomalies), table(TableKind::Daily)];
        for (step, tab) in [(0.0, Tab::Temperature), (1.0, Tab::Anomalies)] {
            let mut recipe = recipe.clone();
            recipe.limits.high_temp_celsius += step;
            session.compute(recipe.clone());
            let chart = ChartAsk { tab, columns_px: 1_000, ..ChartAsk::default() };
            let ask = Ask { recipe: Some(recipe), chart: Some(chart), tables: tables.clone(), ..Ask::default() };
            let reply = session.answer(&ask, &mut std::io::sink());
            let _ = postcard::to_stdvec(&reply);
        }
    }
    after(0, move || run(idle, number + 1));
}
