//! Files by name or by pattern: what the shell left unexpanded, as it does in quotes and in the tables of night jobs.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use glob::MatchOptions;

/// As a shell matches: `*` stays within a folder, and names that begin with a dot are only meant by patterns that do.
const AS_A_SHELL: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// The files that are named, in this order; those of a pattern in the order of their paths. A file that stands there under the very name
/// is no pattern. What patterns find again is left out.
///
/// # Errors
/// A sentence about the first pattern that cannot be used or matches no file.
pub fn expanded(named: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    let mut known: HashSet<PathBuf> = HashSet::new();
    for name in named {
        match pattern_of(name) {
            Some(pattern) => {
                let found = matches(pattern)?;
                files.extend(found.into_iter().filter(|path| known.insert(path.clone())));
            }
            None => {
                known.insert(name.clone());
                files.push(name.clone());
            }
        }
    }
    Ok(files)
}

/// The pattern, if it is one. A name that is no text cannot be.
fn pattern_of(name: &Path) -> Option<&str> {
    let text = name.to_str()?;
    (text.contains(['*', '?', '[']) && !name.exists()).then_some(text)
}

fn matches(pattern: &str) -> Result<Vec<PathBuf>, String> {
    let paths = glob::glob_with(pattern, AS_A_SHELL).map_err(|error| {
        format!("{pattern} is no pattern: {} at character {}; correct it", error.msg, error.pos + 1)
    })?;
    let (mut files, mut folders) = (Vec::new(), 0);
    for path in paths {
        let path = path.map_err(|error| {
            format!(
                "{pattern}: {} cannot be looked into: {}; change its permissions",
                error.path().display(),
                error.error()
            )
        })?;
        if path.is_dir() {
            folders += 1;
        } else {
            files.push(path);
        }
    }
    match (files.len(), folders) {
        (0, 0) => Err(format!("no file matches {pattern}; check the pattern and the folder it starts from")),
        (0, _) => Err(format!("{pattern} matches folders alone; name the files in them, such as '{pattern}/*.csv'")),
        _ => Ok(files),
    }
}

#[cfg(test)]
mod tests {
    use super::expanded;
    use std::path::PathBuf;

    #[test]
    fn names_stay_as_they_are() {
        let named = ["b.csv", "a.csv", "b.csv"].map(PathBuf::from);
        assert_eq!(expanded(&named), Ok(named.to_vec()));
    }

    #[test]
    fn what_is_no_pattern_is_named() {
        let fault = expanded(&["no-such/[a.csv".into()]).unwrap_err();
        assert!(fault.contains("no-such/[a.csv is no pattern") && fault.contains("at character"), "{fault}");
        let fault = expanded(&["no-such/*.csv".into()]).unwrap_err();
        assert!(fault.contains("no file matches no-such/*.csv"), "{fault}");
    }
}
