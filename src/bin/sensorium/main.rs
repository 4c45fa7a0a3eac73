//! The command line over the same library: files in, a folder of results out.
//!
//! Owns options, places on disk and wording for a terminal. Computes nothing itself: reading, stages and files are the
//! library's. Refuses to touch a folder that is not its own.

mod disk;
mod folder;
mod inspect;
mod manual;
mod options;
mod outputs;
mod patterns;
mod pictures;
mod progress;
mod refusal;
mod report;
mod run;
mod sql;
mod zones;

use std::process::ExitCode;

use clap::Parser;

use options::{Command, Options};

fn main() -> ExitCode {
    match Options::parse().command {
        Command::Run(options) => run::run(&options),
        Command::Inspect(options) => inspect::inspect(&options),
        Command::Sql(options) => sql::print(&options),
        Command::Completions(options) => manual::completions(&options),
        Command::Man(options) => manual::man(&options),
    }
}
