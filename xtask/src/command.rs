//! Running other programs.
//!
//! Owns their environment (search path, folder) and what is said when one fails. Assumes UTF-8 output. Refuses a shell.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::place;

/// A program to be run in the project's folder with the project's tools on its search path.
pub fn command<S: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(place::root());
    if let Ok(path) = std::env::join_paths(place::search_path()) {
        command.env("PATH", path);
    }
    // Trunk takes this for an option of its own and stumbles over the usual value 1.
    command.env_remove("NO_COLOR");
    command
}

/// Runs it to its end, its output shown.
pub fn run(mut command: Command) -> Result<(), String> {
    let shown = shown(&command);
    eprintln!("$ {shown}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` failed ({status})")),
        Err(error) => Err(format!("`{shown}` could not be run: {error}")),
    }
}

/// Runs it to its end, shows its output and hands each line of its standard output to `on_line`.
pub fn follow(mut command: Command, mut on_line: impl FnMut(&str)) -> Result<(), String> {
    let shown = shown(&command);
    eprintln!("$ {shown}");
    let failed = |error: std::io::Error| format!("`{shown}` could not be run: {error}");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(failed)?;
    if let Some(output) = child.stdout.take() {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).map_err(failed)? > 0 {
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            on_line(text.trim_end());
            line.clear();
        }
    }
    let status = child.wait().map_err(failed)?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed ({status})")) }
}

/// What a program prints, or nothing when it fails or is absent.
pub fn output<S: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = S>) -> String {
    match command(program, arguments).stderr(Stdio::null()).output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        _ => String::new(),
    }
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}
