//! The project's source files as code without comments, strings and tests.

use std::path::{Path, PathBuf};

/// One source file.
pub struct Source {
    /// Path from the project's root, with `/`.
    pub path: String,
    pub text: String,
    /// The text with comments, strings, characters and the inline test module blanked out; line numbers stay.
    pub code: String,
    /// The file is compiled for tests alone.
    pub test_only: bool,
}

impl Source {
    /// The room: `clean` for `src/clean.rs` and `src/clean/fill.rs`; `bin/app/page` for the page's files.
    pub fn room(&self) -> String {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            ["bin", "app", part, ..] => format!("bin/app/{part}"),
            ["bin", name, ..] => format!("bin/{name}"),
            [room, ..] => (*room).to_owned(),
            [] => String::new(),
        }
    }

    /// Numbered lines of code.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file of the library and its programs.
pub fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    walk(&root().join("src"), &mut paths);
    paths.sort();
    let mut sources: Vec<Source> = paths.iter().map(|path| load(path)).collect();
    assert!(sources.len() > 50, "found only {} source files", sources.len());
    let test_only: Vec<String> = sources.iter().flat_map(declared_for_tests).collect();
    for source in &mut sources {
        let stem = source.path.trim_end_matches(".rs");
        source.test_only = test_only.iter().any(|one| one == stem || stem.starts_with(&format!("{one}/")));
    }
    sources
}

pub fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder that can be read") {
        let path = entry.expect("an entry that can be read").path();
        if path.is_dir() {
            walk(&path, paths);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            paths.push(path);
        }
    }
}

fn load(path: &Path) -> Source {
    let text = std::fs::read_to_string(path).expect("a source file is text");
    let from_root = path.strip_prefix(root()).expect("a path below the root");
    let path = from_root.to_string_lossy().replace('\\', "/");
    let code = without_tests(&code_only(&text));
    Source { path, text, code, test_only: false }
}

/// Files that a file declares as modules for tests alone, without their ending.
fn declared_for_tests(source: &Source) -> Vec<String> {
    let stem = source.path.trim_end_matches(".rs");
    let folder = match stem {
        "src/lib" => "src".to_owned(),
        _ => stem.trim_end_matches("/main").to_owned(),
    };
    let plain = code_only(&source.text);
    let lines: Vec<&str> = plain.lines().map(str::trim).collect();
    let pairs = lines.windows(2).filter(|pair| for_tests(pair[0]));
    pairs.filter_map(|pair| Some(format!("{folder}/{}", module_file(pair[1])?))).collect()
}

/// Whether an attribute compiles what follows for tests alone.
fn for_tests(line: &str) -> bool {
    matches!(line.trim(), "#[cfg(test)]") || line.trim().starts_with("#[cfg(all(test,")
}

fn module_file(line: &str) -> Option<&str> {
    line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';')
}

/// Blanks an inline test module, which by custom stands last; further attributes may stand between.
fn without_tests(code: &str) -> String {
    let lines: Vec<&str> = code.lines().collect();
    let opens = |first: usize| {
        let after = lines[first + 1..].iter().find(|line| !line.starts_with("#["));
        for_tests(lines[first]) && after.is_some_and(|l| l.starts_with("mod ") && l.ends_with('{'))
    };
    match (0..lines.len()).find(|first| opens(*first)) {
        Some(first) => lines[..first].join("\n"),
        None => code.to_owned(),
    }
}

/// Blanks comments, strings and characters.
pub fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = skipped(&chars, at);
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

/// Where the comment, string or character that starts here ends; here, if none does.
fn skipped(chars: &[char], at: usize) -> usize {
    let rest = &chars[at..];
    let until = |close: &[char], from: usize| {
        (from..rest.len()).find(|i| rest[*i..].starts_with(close)).map_or(chars.len(), |i| at + i + close.len())
    };
    match rest {
        ['/', '/', ..] => rest.iter().position(|c| *c == '\n').map_or(chars.len(), |i| at + i),
        ['/', '*', ..] => until(&['*', '/'], 2),
        ['"', ..] => quoted(chars, at, '"'),
        ['r', '"' | '#', ..] if at == 0 || !name_char(chars[at - 1]) || chars[at - 1] == 'b' => {
            let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
            if rest.get(1 + hashes) != Some(&'"') {
                return at;
            }
            let mut close = vec!['"'];
            close.extend(std::iter::repeat_n('#', hashes));
            until(&close, 2 + hashes)
        }
        ['\'', '\\', ..] | ['\'', _, '\'', ..] => quoted(chars, at, '\''),
        _ => at,
    }
}

fn quoted(chars: &[char], at: usize, mark: char) -> usize {
    let mut end = at + 1;
    while end < chars.len() && chars[end] != mark {
        end += if chars[end] == '\\' { 2 } else { 1 };
    }
    (end + 1).min(chars.len())
}

pub fn name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Every name in a line of code, with what stands before and after it.
pub fn names(line: &str) -> Vec<(&str, &str, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    for (i, c) in line.char_indices().chain([(line.len(), ' ')]) {
        match (name_char(c), start) {
            (true, None) => start = Some(i),
            (false, Some(from)) => {
                found.push((&line[..from], &line[from..i], &line[i..]));
                start = None;
            }
            _ => {}
        }
    }
    found
}

#[test]
fn comments_strings_and_tests_are_blanked() {
    let text = "a(\"x // \\\" y\", 'c', '\\'', r#\"q\"q\"#); // z\nfn f<'a>(b: &'a str) {} /* k\n */ l\n#[cfg(test)]\nmod tests {\nm\n}\n";
    let plain = without_tests(&code_only(text));
    let squeezed: Vec<String> = plain.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(squeezed, ["a( , , , );", "fn f<'a>(b: &'a str) {}", "l"]);
}
