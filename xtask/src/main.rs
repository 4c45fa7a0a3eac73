//! The project's commands: `cargo xtask build`, `serve`, `test` and `bench`.
//!
//! Owns what a fresh machine needs to build, serve, test and measure the page. Assumes rustup, and Debian or Ubuntu where browsers or engines are missing.
//! Refuses to call anything passed that did not run.

mod bench;
mod check;
mod command;
mod install;
mod joint;
mod page;
mod place;
mod seal;
mod serve;
mod size;
mod tally;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask build            build the deployable page in dist/
cargo xtask serve [--port N] build the page, then serve dist/ on this machine
cargo xtask serve --as-is    serve dist/ without building it
cargo xtask test             format, lints, all tests, the page in its browsers, the size budget
cargo xtask bench [--peers]  measure the page in dist/ on generated logs, beside its targets and its peers

Each installs what it is missing: build tools under target/tools, browsers and PostgreSQL with apt-get.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["build"] => page::build(),
        ["serve", options @ ..] => serve::Options::parse(options).and_then(|o| serve::serve(&o)),
        ["test"] => return if check::test() { ExitCode::SUCCESS } else { ExitCode::FAILURE },
        ["bench", options @ ..] => bench::Options::parse(options).and_then(|o| bench::bench(&o)),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("unknown command\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}
