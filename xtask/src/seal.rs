//! Sealing a built page: names that carry their content's hash, and a look at what must not be in it.
//!
//! Owns the names in `dist/`. Assumes what `index.html` refers to lies beside it. Refuses a page with an inline script, a style
//! attribute, an absolute address or a glue that imports another file, for the page's policy would stop it in the browser.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher;
use std::path::Path;

/// Renames what the page fetches to names with a hash, so that no cache mixes two versions.
pub fn seal(dist: &Path) -> Result<(), String> {
    let index = dist.join("index.html");
    let mut html = read(&index)?;
    html = without_skipped_program(&html);
    refuse(&html)?;
    for name in fetched(&html) {
        let path = dist.join(&name);
        let content = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if name.ends_with(".js") {
            refuse_imports(&name, &String::from_utf8_lossy(&content))?;
        }
        let sealed = hashed_name(&name, &content);
        fs::rename(&path, dist.join(&sealed)).map_err(|error| format!("{}: {error}", path.display()))?;
        for (before, after) in [("\"", "\""), ("\"./", "\"")] {
            html = html.replace(&format!("{before}{name}\""), &format!("{after}{sealed}\""));
        }
    }
    fs::write(&index, html).map_err(|error| format!("{}: {error}", index.display()))
}

/// The names of the files that the page fetches to become usable, without `index.html` itself.
pub fn fetched(html: &str) -> Vec<String> {
    let mut names = Vec::new();
    for tag in tags(html) {
        let keys: &[&str] = if tag.starts_with("link") {
            &["href"]
        } else if tag.starts_with("script") {
            &["src", "data-glue", "data-wasm"]
        } else {
            &["src"]
        };
        for key in keys {
            if let Some(value) = attribute(tag, key)
                && !value.starts_with("data:")
            {
                let name = value.strip_prefix("./").unwrap_or(value).to_owned();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    names
}

/// The text between `<` and `>` of each tag. Comments count as tags without attributes; good enough for the one page that we write.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<')
        .filter(|rest| !rest.starts_with('!') && !rest.starts_with('/'))
        .map(|rest| rest.split('>').next().unwrap_or_default())
}

fn attribute<'a>(tag: &'a str, key: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {key}=\""))? + key.len() + 3;
    tag[start..].split('"').next()
}

fn without_skipped_program(html: &str) -> String {
    html.lines()
        .filter(|line| !line.contains("data-trunk-skip") && !line.contains("Without a skipped main program"))
        .map(|line| format!("{line}\n"))
        .collect()
}

fn refuse(html: &str) -> Result<(), String> {
    for tag in tags(html) {
        if tag.starts_with("script") && attribute(tag, "src").is_none() {
            return Err(String::from("index.html has an inline script"));
        }
        if tag.starts_with("style") || attribute(tag, "style").is_some() {
            return Err(String::from("index.html has an inline style"));
        }
    }
    let outside = |name: &&String| name.starts_with('/') || name.contains("//");
    match fetched(html).iter().find(outside) {
        Some(name) => Err(format!("index.html refers to {name}, which is not relative")),
        None => Ok(()),
    }
}

fn refuse_imports(name: &str, script: &str) -> Result<(), String> {
    let imports = |line: &&str| line.starts_with("import ") || line.starts_with("import{");
    match script.lines().find(imports) {
        Some(line) => Err(format!("{name} imports another file, which a blob cannot: {line}")),
        None => Ok(()),
    }
}

fn hashed_name(name: &str, content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(content);
    let hash = hasher.finish();
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}-{hash:016x}.{ending}"),
        None => format!("{name}-{hash:016x}"),
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html><!-- a <comment src="x"> -->
<link rel="icon" href="data:image/svg+xml,x"><link rel="stylesheet" href="./main.css"/>
<script type="module" src="boot.js" data-glue="app.js" data-wasm="app_bg.wasm"></script>"#;

    #[test]
    fn what_the_page_fetches_is_found() {
        let page = PAGE.replace("<comment src=\"x\">", "");
        assert_eq!(fetched(&page), ["main.css", "boot.js", "app.js", "app_bg.wasm"]);
    }

    #[test]
    fn inline_scripts_and_absolute_addresses_are_refused() {
        assert_eq!(refuse(PAGE.replace("<comment src=\"x\">", "").as_str()), Ok(()));
        assert!(refuse("<script>alert(1)</script>").is_err());
        assert!(refuse("<script type=\"module\">x</script>").is_err());
        assert!(refuse("<p style=\"color: red\">").is_err());
        assert!(refuse("<link href=\"/main.css\">").is_err());
        assert!(refuse("<script src=\"https://example.org/x.js\"></script>").is_err());
        assert!(refuse_imports("app.js", "import { x } from './snippets/x.js';").is_err());
    }

    #[test]
    fn sealing_renames_files_and_references_and_changes_with_the_content() {
        let folder = std::env::temp_dir().join(format!("xtask-seal-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let page = PAGE.replace("<comment src=\"x\">", "");
        let mut sealed = Vec::new();
        for content in ["one", "two"] {
            fs::write(folder.join("index.html"), &page).unwrap();
            for name in fetched(&page) {
                fs::write(folder.join(name), content).unwrap();
            }
            seal(&folder).unwrap();
            let names = fetched(&read(&folder.join("index.html")).unwrap());
            assert_eq!(names.len(), 4);
            for name in &names {
                assert_eq!(read(&folder.join(name)).unwrap(), content);
            }
            sealed.push(names);
        }
        assert_ne!(sealed[0][3], sealed[1][3]);
        fs::remove_dir_all(&folder).unwrap();
    }
}
