//! Shell completions and manual pages, made from the options themselves.

use std::io::Write;
use std::process::ExitCode;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::options::{CompletionsOptions, ManOptions, Options};
use crate::report;

/// Prints what a shell has to read to complete options.
pub fn completions(options: &CompletionsOptions) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Options::command(), "sensorium", &mut script);
    print(&script)
}

/// Prints a manual page as roff: of the program, or of one command.
pub fn man(options: &ManOptions) -> ExitCode {
    let mut program = Options::command().disable_help_subcommand(true);
    program.build();
    let page = match &options.command {
        None => Some(&program),
        Some(name) => program.find_subcommand(name),
    };
    let Some(page) = page else {
        let names: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
        let name = options.command.as_deref().unwrap_or_default();
        report::say([format!("there is no command {name}; expected one of {}", names.join(", "))]);
        return ExitCode::from(2);
    };
    match roff(page) {
        Ok(text) => print(&text),
        Err(error) => {
            report::say([format!("the manual page could not be made: {error}")]);
            ExitCode::from(2)
        }
    }
}

fn roff(page: &clap::Command) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let man = Man::new(page.clone());
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if page.has_subcommands() {
        man.render_subcommands_section(&mut text)?;
    }
    if let Some(notes) = page.get_after_help() {
        // As it stands: filled, lists and examples would run into each other.
        writeln!(text, ".SH NOTES\n.nf\n{}\n.fi", verbatim(&notes.to_string()))?;
    }
    Ok(text)
}

/// Text as roff prints it unchanged.
fn verbatim(text: &str) -> String {
    let line = |line: &str| {
        let line = line.replace('\\', "\\(rs").replace('-', "\\-").replace('\'', "\\(aq");
        if line.starts_with('.') { format!("\\&{line}") } else { line }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn print(text: &[u8]) -> ExitCode {
    // A reader that has gone away needs no more.
    let _ = std::io::stdout().lock().write_all(text);
    ExitCode::SUCCESS
}
