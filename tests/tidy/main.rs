//! The rules of the house: who may import whom, sizes, words, and what no source may do.
//!
//! Owns the rules as lists. Assumes the map in `src/docs/architecture.md` says the same in words. Refuses exceptions that are
//! not written here with their reason.

mod source;

use std::collections::BTreeSet;

use source::{Source, names, root, sources};

/// Which rooms each room may import. `error` is open to all.
const ARROWS: [(&str, &[&str]); 36] = [
    ("error", &[]),
    ("contract", &[]),
    ("table", &["contract", "dialect", "survey"]),
    ("recipe", &["contract", "dialect"]),
    ("encode", &[]),
    ("pyramid", &[]),
    ("sample", &[]),
    ("dialect", &[]),
    ("survey", &["dialect"]),
    ("packed", &[]),
    ("columnar", &["dialect", "packed", "survey"]),
    ("ingest", &["columnar", "contract", "dialect", "packed", "survey", "table"]),
    ("clean", &["contract", "recipe", "table"]),
    ("enrich", &["contract", "recipe", "table"]),
    ("detect", &["contract", "enrich", "recipe", "table"]),
    ("aggregate", &["contract", "enrich", "table"]),
    ("pipeline", &["aggregate", "clean", "detect", "enrich", "recipe", "table"]),
    ("protocol", &["recipe", "survey"]),
    ("wording", &["table"]),
    ("link", &["protocol", "recipe", "survey"]),
    ("wish", &["protocol", "recipe"]),
    ("chart", &["protocol", "wording"]),
    (
        "view",
        &[
            "aggregate",
            "clean",
            "contract",
            "detect",
            "enrich",
            "ingest",
            "pipeline",
            "pyramid",
            "protocol",
            "recipe",
            "survey",
            "table",
            "wording",
        ],
    ),
    (
        "export",
        &[
            "aggregate",
            "clean",
            "contract",
            "detect",
            "encode",
            "enrich",
            "ingest",
            "packed",
            "pipeline",
            "recipe",
            "survey",
            "table",
            "wording",
        ],
    ),
    ("star", &["contract", "detect", "export", "pipeline", "recipe", "table"]),
    (
        "report",
        &[
            "aggregate",
            "chart",
            "clean",
            "contract",
            "export",
            "link",
            "protocol",
            "recipe",
            "survey",
            "table",
            "view",
            "wording",
        ],
    ),
    (
        "session",
        &[
            "clean", "contract", "export", "ingest", "pipeline", "protocol", "recipe", "report", "sample", "sql",
            "star", "survey", "table", "view", "wording",
        ],
    ),
    ("sql", &["contract", "export", "recipe", "survey", "table"]),
    ("browser", &[]),
    ("bin/app/main", &["browser"]),
    // Of `table` the page uses the calendar alone.
    (
        "bin/app/page",
        &["browser", "chart", "contract", "link", "protocol", "recipe", "survey", "table", "wish", "wording"],
    ),
    ("bin/app/zone", &["browser", "survey"]),
    ("bin/app/input", &["bin/app/zone", "browser", "ingest", "survey"]),
    ("bin/app/reader", &["browser", "contract", "ingest"]),
    ("bin/app/worker", &["browser", "contract", "ingest", "protocol", "recipe", "sample", "session", "survey"]),
    (
        "bin/sensorium",
        &[
            "chart", "contract", "detect", "export", "ingest", "link", "pipeline", "protocol", "recipe", "report",
            "sql", "star", "survey", "table", "view", "wording",
        ],
    ),
];

/// Crates that only some rooms may name.
const CRATES: [(&str, &[&str]); 9] = [
    ("web_sys", &["browser", "bin/app/main", "bin/app/page", "bin/app/worker"]),
    ("js_sys", &["browser", "bin/app/page"]),
    ("wasm_bindgen", &["browser", "bin/app/page", "bin/app/worker"]),
    ("leptos", &["bin/app/page"]),
    ("plotters_backend", &["bin/app/page", "chart"]),
    ("plotters", &["chart"]),
    ("dejavu", &["chart"]),
    // Tests alone: it judges what `export` writes and `ingest` reads.
    ("parquet", &[]),
    ("serde_json", &["recipe", "survey", "bin/sensorium"]),
];

/// Words that the vocabulary leaves out.
const WORDS: [&str; 7] = ["utils", "util", "helpers", "helper", "manager", "df", "data"];

const CODE_LINES_WARN: usize = 300;
const CODE_LINES_MOST: usize = 400;
/// Files that may be longer, to be split.
const LONGER: [&str; 1] = ["src/bin/app/page/tables.rs"];

/// Collects what breaks a rule and fails with all of it.
struct Report(Vec<String>);

impl Report {
    fn add(&mut self, source: &Source, line: usize, what: &str) {
        self.0.push(format!("{}:{line}: {what}", source.path));
    }

    fn end(self) {
        assert!(self.0.is_empty(), "{} places break the rule:\n{}", self.0.len(), self.0.join("\n"));
    }
}

/// The roots of the two libraries only name the rooms.
const ROOTS: [&str; 4] = ["src/lib.rs", "src/stages.rs", "src/shapes.rs", "src/shapes/build.rs"];

fn lived_in() -> impl Iterator<Item = Source> {
    sources().into_iter().filter(|source| !source.test_only && !ROOTS.contains(&source.path.as_str()))
}

#[test]
fn rooms_import_only_what_the_map_allows() {
    let rooms: BTreeSet<&str> = ARROWS.iter().map(|(room, _)| *room).collect();
    let mut report = Report(Vec::new());
    for source in lived_in() {
        let room = source.room();
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
            report.add(&source, 1, &format!("the room {room} is not in the map"));
            continue;
        };
        let from = if room.starts_with("bin/") { "sensorium" } else { "crate" };
        for (line, imported) in imports(&source, from) {
            let imported = imported.as_str();
            let known = rooms.contains(imported);
            // What stands at the root is the error.
            let own = imported == room || imported == "error" || matches!(imported, "Error" | "ErrorKind" | "Position");
            let permitted = own || known && allowed.contains(&imported);
            if !permitted {
                report.add(&source, line, &format!("{room} may not import {imported}"));
            }
        }
    }
    report.end();
}

#[test]
fn crates_stay_in_their_rooms() {
    let mut report = Report(Vec::new());
    for source in lived_in() {
        let room = source.room();
        for (line, text) in source.lines() {
            for (_, name, after) in names(text) {
                let owner = CRATES.iter().find(|(krate, _)| *krate == name && after.starts_with("::"));
                if owner.is_some_and(|(_, rooms)| !rooms.contains(&room.as_str())) {
                    report.add(&source, line, &format!("{room} may not name the crate {name}"));
                }
            }
        }
    }
    report.end();
}

/// The first names of every path that starts with `from::`, groups opened.
fn imports(source: &Source, from: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let start = format!("{from}::");
    for (at, _) in source.code.match_indices(&start) {
        if source.code[..at].ends_with(|c: char| source::name_char(c) || c == ':') {
            continue;
        }
        let line = source.code[..at].matches('\n').count() + 1;
        let rest = &source.code[at + start.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            let mut whole = true;
            for c in group.chars() {
                match c {
                    '}' if depth == 0 => break,
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.push((line, std::mem::take(&mut name)));
                        whole = true;
                    }
                    c if depth == 0 && whole && source::name_char(c) => name.push(c),
                    ':' => whole = false,
                    _ => {}
                }
            }
            found.push((line, name));
        } else {
            found.push((line, rest.chars().take_while(|c| source::name_char(*c)).collect()));
        }
    }
    found.retain(|(_, name)| !name.is_empty());
    found
}

#[test]
fn groups_of_imports_are_opened() {
    let source = Source {
        path: "src/x.rs".into(),
        text: String::new(),
        code: "use crate::{Error, table::{Bits, Log}, recipe};\nlet a = crate::clean::run(mycrate::b);".into(),
        test_only: false,
    };
    let found: Vec<String> = imports(&source, "crate").into_iter().map(|(_, name)| name).collect();
    assert_eq!(found, ["Error", "table", "recipe", "clean"]);
}

#[test]
fn library_and_programs_never_give_up_on_what_they_are_given() {
    let mut report = Report(Vec::new());
    for source in lived_in() {
        for (line, text) in source.lines() {
            for (before, name, after) in names(text) {
                let method = before.ends_with('.') && after.starts_with('(');
                let broken = match name {
                    "unwrap" => method,
                    "expect" => method,
                    "panic" | "todo" | "unimplemented" | "unreachable" | "dbg" => after.starts_with('!'),
                    _ => false,
                };
                // A page that was not started by its loader has nothing to show an error on.
                let page_start = source.path.starts_with("src/bin/app/") && name == "panic";
                if broken && !page_start {
                    report.add(&source, line, name);
                }
            }
        }
    }
    report.end();
}

#[test]
fn stages_know_no_clock_no_output_and_no_globals() {
    let stages = ["table", "contract", "clean", "enrich", "detect", "aggregate", "pipeline"];
    let mut report = Report(Vec::new());
    for source in lived_in().filter(|source| stages.contains(&source.room().as_str())) {
        for (line, text) in source.lines() {
            for (_, name, after) in names(text) {
                let barred = matches!(name, "async" | "await" | "dyn" | "static" | "Instant" | "SystemTime" | "unsafe")
                    || matches!(name, "println" | "eprintln" | "print" | "eprint") && after.starts_with('!');
                // A lifetime is no global.
                if barred && !text.contains("'static") {
                    report.add(&source, line, name);
                }
            }
        }
    }
    report.end();
}

#[test]
fn unsafe_code_says_why_it_is_sound() {
    let mut report = Report(Vec::new());
    for source in sources() {
        let lines: Vec<&str> = source.text.lines().collect();
        for (line, text) in source.lines() {
            let is_unsafe = names(text).iter().any(|(_, name, _)| *name == "unsafe");
            let explained = lines[line.saturating_sub(6)..line].iter().any(|l| l.contains("SAFETY:"));
            if is_unsafe && !explained {
                report.add(&source, line, "unsafe without a SAFETY comment");
            }
        }
    }
    report.end();
}

#[test]
fn files_are_of_a_size_to_be_read() {
    let mut report = Report(Vec::new());
    for source in sources().iter().filter(|source| !source.test_only) {
        let lines = source.lines().filter(|(_, line)| !line.trim().is_empty()).count();
        if lines > CODE_LINES_MOST && !LONGER.contains(&source.path.as_str()) {
            report.add(source, 1, &format!("{lines} lines of code, at most {CODE_LINES_MOST}"));
        } else if lines > CODE_LINES_WARN {
            println!("{}: {lines} lines of code, better at most {CODE_LINES_WARN}", source.path);
        }
    }
    report.end();
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut report = Report(Vec::new());
    for source in sources() {
        if !source.text.starts_with("//! ") && !source.path.ends_with("/tests.rs") {
            report.add(&source, 1, "no module documentation on the first line");
        }
        if source.path.ends_with("/mod.rs") {
            report.add(&source, 1, "foo.rs beside foo/, never mod.rs");
        }
    }
    report.end();
}

#[test]
fn names_keep_to_the_vocabulary() {
    let mut report = Report(Vec::new());
    for source in sources() {
        let stem = source.path.trim_end_matches(".rs").rsplit('/').next().unwrap_or_default();
        if WORDS.contains(&stem) {
            report.add(&source, 1, "a file of that name says nothing");
        }
        for (line, text) in source.lines() {
            for (before, name, after) in names(text) {
                // An attribute's name on the page, and the browser's own property of an event.
                let foreign = after.starts_with('-') || before.ends_with('.') || before.ends_with('-');
                if (WORDS.contains(&name) || name.starts_with("handle_")) && !foreign {
                    report.add(&source, line, name);
                }
            }
        }
    }
    report.end();
}

#[test]
fn the_page_has_no_inline_script_and_no_inline_style() {
    let page = std::fs::read_to_string(root().join("index.html")).expect("index.html");
    let folded = page.to_lowercase();
    for (at, _) in folded.match_indices("<script") {
        let tag = &folded[at..at + folded[at..].find('>').expect("the tag ends") + 1];
        let body = folded[at + tag.len()..].split("</script>").next().unwrap_or_default();
        assert!(tag.contains("src=") && body.trim().is_empty(), "an inline script: {tag}");
    }
    assert!(folded.contains("<script"), "the page starts something");
    assert!(!folded.contains("<style") && !folded.contains(" style="), "an inline style");
    assert!(!folded.contains(" onload=") && !folded.contains(" onclick=") && !folded.contains("javascript:"));
    // A page that names another host would ask it for something.
    let hosts = folded.match_indices("://").filter(|(at, _)| !folded[..*at].ends_with("xmlns='http")).count();
    assert_eq!(hosts, 0, "addresses in index.html");
}

#[test]
fn nothing_else_stands_at_the_top() {
    let known = [
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "Trunk.toml",
        "clippy.toml",
        "dist",
        "index.html",
        "public",
        "rust-toolchain.toml",
        "src",
        "style",
        "benches",
        "target",
        "tests",
        "xtask",
    ];
    for entry in std::fs::read_dir(root()).expect("the project's folder") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(name.starts_with('.') || known.contains(&name.as_str()), "{name} has no place at the top");
    }
}
