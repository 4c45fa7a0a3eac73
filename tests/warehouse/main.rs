//! The star schema in a real PostgreSQL: what `load.sql` loads is what the run wrote, however often and in whatever order.
//!
//! Owns the comparison with `readings.csv`. Assumes the programs that `cargo xtask test` installs. A PostgreSQL that is absent is told
//! of with a line `NOT RUN: ...` and never counted as passed. To add tests, write a module with a function `cases`.

mod database;
mod equal;
mod hostile;
mod later;
mod logs;
mod oracle;
mod partitions;
#[path = "../engines/postgres.rs"]
mod postgres;
mod refused;
mod whole;

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Trial};

use postgres::{Cluster, Programs};

/// A test: its name, and what it does with a server.
type Case = (&'static str, fn(&Cluster));

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let rooms = [whole::CASES, later::CASES, partitions::CASES, hostile::CASES, refused::CASES, oracle::CASES];
    let cases: Vec<Case> = rooms.into_iter().flatten().copied().collect();
    let programs = match Programs::find() {
        Ok(programs) => programs,
        Err(reason) => {
            println!("NOT RUN: {} tests of the star schema in PostgreSQL, {reason}", cases.len());
            return ExitCode::SUCCESS;
        }
    };
    let cluster: Arc<OnceLock<Cluster>> = Arc::default();
    let trial = |(name, run): Case| {
        let (programs, cluster) = (programs.clone(), Arc::clone(&cluster));
        Trial::test(name, move || {
            run(cluster.get_or_init(|| Cluster::start(&programs).unwrap_or_else(|reason| panic!("{reason}"))));
            Ok(())
        })
    };
    let mut trials: Vec<Trial> = cases.into_iter().map(trial).collect();
    if oracle::shared().is_dir() {
        trials.push(trial(oracle::SHARED).with_ignored_flag(true));
    } else {
        println!("NOT RUN: {}, needs the recordings in ../shared", oracle::SHARED.0);
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
