//! `cargo xtask bench`: the built page measured in Chromium on generated logs, beside its targets and its peers.
//!
//! Owns the order of a run. Assumes a page in `dist/`. Refuses to compare times of different runs: whoever is compared takes turns.

mod chromium;
mod figures;
mod generate;
mod lake;
mod options;
mod peers;
mod sensorium;
mod table;
mod targets;
mod webdriver;

use std::path::Path;

use figures::{Figures, Measure};
use lake::CommandLine;
pub use options::Options;
use peers::Peers;

use crate::{place, serve, size};

/// Does what the options ask for.
pub fn bench(options: &Options) -> Result<(), String> {
    if let Some((rows, path)) = &options.generate {
        return generate::make(*rows, Path::new(path));
    }
    let dist = place::dist();
    if !dist.join("index.html").is_file() {
        return Err(String::from("there is no page in dist/: run cargo xtask build"));
    }
    let mut figures = Figures::default();
    figures.extend(0, Measure::FetchedBytes, [size::fetched_bytes(&dist)? as f64]);
    let load = load();
    let work = place::bench();
    let peers = options.peers.then(|| Peers::install(&work, &mut figures));
    let command_line = options.peers.then(CommandLine::build).transpose()?;
    let address = serve::in_background(&dist)?;
    for &rows in &options.rows {
        let log = generate::kept(rows, &work)?;
        let rounds = options.rounds(rows);
        for round in 1..=rounds {
            eprintln!("{} rows, round {round} of {rounds}", table::grouped(rows));
            if let Err(reason) = sensorium::round(&address, &work, &log, rows, &mut figures) {
                eprintln!("  Sensorium: {reason}");
                figures.not_run(format!("a round of Sensorium, {} rows: {reason}", table::grouped(rows)));
            }
            if let Some(Err(reason)) =
                command_line.as_ref().map(|program| program.round(&work, &log, rows, &mut figures))
            {
                figures.not_run(format!("the command line, {} rows: {reason}", table::grouped(rows)));
            }
            if let Some(peers) = &peers {
                peers.round(&log, rows, &mut figures);
            }
        }
    }
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{}, {cores} cores, load before it {load}", figures.browser);
    if let Some(names) = peers.map(|peers| peers.names()).filter(|names| !names.is_empty()) {
        println!("{names}");
    }
    println!("{}", table::words(&figures, &options.rows));
    Ok(())
}

/// How busy the machine is: the mean number of running programs in the last minute.
fn load() -> String {
    let told = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    told.split_whitespace().next().unwrap_or("unknown").to_owned()
}
