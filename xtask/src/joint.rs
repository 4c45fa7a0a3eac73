//! The joint between the module and its glue, tightened.
//!
//! Owns the names of imports and exports: wasm-bindgen gives each a hash of sixteen digits that nothing compresses, in the module and again
//! in the glue. And the classes of streams that a dependency exports and nothing here makes. Together a fiftieth of what the page
//! fetches. Assumes a module and a glue of the same run of wasm-bindgen, as it writes them. Refuses a module whose sections do not add up, and
//! leaves every name that the glue does not hold.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Takes what nothing makes out of both files.
pub fn prune(module: &Path, glue: &Path) -> Result<(), String> {
    rewrite(module, glue, |bytes, script| {
        let bytes = rewritten(bytes, &mut |section, name| {
            let unmade = section == EXPORTS && String::from_utf8_lossy(name).contains(&UNMADE.to_lowercase());
            (!unmade).then(|| name.to_vec())
        })?;
        Some((bytes, without_classes(script)))
    })
}

/// Gives imports and exports short names in both files.
pub fn shorten(module: &Path, glue: &Path) -> Result<(), String> {
    rewrite(module, glue, shortened)
}

fn rewrite(
    module: &Path,
    glue: &Path,
    change: impl FnOnce(&[u8], &str) -> Option<(Vec<u8>, String)>,
) -> Result<(), String> {
    let bytes = fs::read(module).map_err(|error| format!("{}: {error}", module.display()))?;
    let script = fs::read_to_string(glue).map_err(|error| format!("{}: {error}", glue.display()))?;
    let (bytes, script) = change(&bytes, &script)
        .ok_or_else(|| format!("{}: its sections do not add up, so it stays as it is", module.display()))?;
    fs::write(module, bytes).map_err(|error| format!("{}: {error}", module.display()))?;
    fs::write(glue, script).map_err(|error| format!("{}: {error}", glue.display()))
}

/// What starts the module, by the name that workers call it by.
const INIT: &str = "__wbg_init";

/// Gives a minified glue's start its name again, for a worker's script goes on behind the glue (`browser::worker::script`).
pub fn name_init(glue: &Path) -> Result<(), String> {
    let script = fs::read_to_string(glue).map_err(|error| format!("{}: {error}", glue.display()))?;
    let named = with_init(&script).ok_or_else(|| format!("{}: it exports no start", glue.display()))?;
    fs::write(glue, named).map_err(|error| format!("{}: {error}", glue.display()))
}

fn with_init(script: &str) -> Option<String> {
    let (before, _) = script.rsplit_once(" as default")?;
    let start = before.rfind(['{', ',', ' ']).map_or(0, |at| at + 1);
    let name = Some(&before[start..]).filter(|name| !name.is_empty() && *name != INIT)?;
    Some(format!("{script}const {INIT}={name};\n"))
}

/// How the names of classes begin that wasm-streams exports.
const UNMADE: &str = "IntoUnderlying";

/// The glue without those classes: each from its line to the line that closes it.
fn without_classes(glue: &str) -> String {
    let mut out = String::with_capacity(glue.len());
    let mut until = None;
    for line in glue.lines() {
        if let Some(end) = until {
            if line == end || line.ends_with(end) && end == ";" {
                until = None;
            }
            continue;
        }
        if line.starts_with("export class ") && line.contains(UNMADE) {
            until = Some("}");
        } else if line.starts_with("const ") && line.contains(UNMADE) && line.contains("Finalization") {
            until = Some(";").filter(|end| !line.ends_with(end));
        } else if !(line.starts_with("if (Symbol.dispose) ") && line.contains(UNMADE)) {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// Sections of a module (WebAssembly Core Specification 2.0, 5.5): imports, exports.
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

fn shortened(module: &[u8], glue: &str) -> Option<(Vec<u8>, String)> {
    let words = words(glue);
    let mut short: HashMap<Vec<u8>, String> = HashMap::new();
    let bytes = rewritten(module, &mut |_, name| {
        let long = name.len() > 8 && name.starts_with(b"__wb") || name.starts_with(b"wasm_bindgen");
        if !long || !std::str::from_utf8(name).is_ok_and(|name| words.contains_key(name)) {
            return Some(name.to_vec());
        }
        let next = short.len();
        Some(short.entry(name.to_vec()).or_insert_with(|| free(next, &words)).clone().into_bytes())
    })?;
    let mut script = String::with_capacity(glue.len());
    let mut at = 0;
    for (start, word) in words_in_order(glue) {
        script.push_str(&glue[at..start]);
        script.push_str(short.get(word.as_bytes()).map_or(word, String::as_str));
        at = start + word.len();
    }
    script.push_str(&glue[at..]);
    Some((bytes, script))
}

/// Section and name to another name, or to none.
type Naming<'a> = dyn FnMut(u8, &[u8]) -> Option<Vec<u8>> + 'a;

/// A module whose imports and exports bear the names that `named` gives; exports without one are left out.
fn rewritten(module: &[u8], named: &mut Naming<'_>) -> Option<Vec<u8>> {
    let mut out = module.get(..8)?.to_vec();
    let mut rest = module.get(8..)?;
    while let Some((&id, after)) = rest.split_first() {
        rest = after;
        let size = number(&mut rest)?;
        let mut body = taken(&mut rest, size)?;
        let mut section = Vec::with_capacity(body.len());
        if id == IMPORTS || id == EXPORTS {
            let mut entries = Vec::new();
            for _ in 0..number(&mut body)? {
                let mut entry = Vec::new();
                if id == IMPORTS {
                    push_text(&mut entry, text(&mut body)?);
                }
                let name = named(id, text(&mut body)?);
                let described = body;
                let kind = taken(&mut body, 1)?[0];
                skip(&mut body, id, kind)?;
                if let Some(name) = name {
                    push_text(&mut entry, &name);
                    entry.extend_from_slice(&described[..described.len() - body.len()]);
                    entries.push(entry);
                }
            }
            push_number(&mut section, entries.len());
            entries.iter().for_each(|entry| section.extend_from_slice(entry));
        }
        section.extend_from_slice(body);
        out.push(id);
        push_number(&mut out, section.len());
        out.extend_from_slice(&section);
    }
    Some(out)
}

/// What describes an import or export of a kind: an index, or a type.
fn skip(body: &mut &[u8], section: u8, kind: u8) -> Option<()> {
    let limits = |body: &mut &[u8]| {
        let flags = taken(body, 1)?[0];
        number(body)?;
        if flags & 1 == 1 { number(body).map(|_| ()) } else { Some(()) }
    };
    match (section, kind) {
        (EXPORTS, _) | (_, 0) => number(body).map(|_| ()),
        (_, 1) => taken(body, 1).and_then(|_| limits(body)),
        (_, 2) => limits(body),
        (_, 3) => taken(body, 2).map(|_| ()),
        (_, 4) => taken(body, 1).and_then(|_| number(body)).map(|_| ()),
        _ => None,
    }
}

/// A name that the glue has no word for.
fn free(number: usize, words: &HashMap<&str, ()>) -> String {
    let mut candidate = format!("_{}", letters(number));
    while words.contains_key(candidate.as_str()) {
        candidate.push('_');
    }
    candidate
}

fn letters(mut number: usize) -> String {
    let mut out = String::new();
    loop {
        out.push(char::from(b'a' + u8::try_from(number % 26).unwrap_or_default()));
        number /= 26;
        if number == 0 {
            return out;
        }
    }
}

fn words(glue: &str) -> HashMap<&str, ()> {
    words_in_order(glue).map(|(_, word)| (word, ())).collect()
}

/// Each word of a script, as an identifier would be, and where it starts.
fn words_in_order(glue: &str) -> impl Iterator<Item = (usize, &str)> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + glue[at..].find(part)?;
        let length = glue[start..].find(|c| !part(c)).unwrap_or(glue.len() - start);
        at = start + length;
        Some((start, &glue[start..at]))
    })
}

fn taken<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

/// LEB128, unsigned.
fn number(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let byte = taken(bytes, 1)?[0];
        number |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn push_number(out: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = u8::try_from(number & 0x7F).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

fn text<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = number(bytes)?;
    taken(bytes, length)
}

fn push_text(out: &mut Vec<u8>, text: &[u8]) {
    push_number(out, text.len());
    out.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module that imports a function and a table, exports a function and a memory, and has a code section.
    fn module(import: &str, export: &str) -> Vec<u8> {
        let mut out = b"\0asm\x01\0\0\0".to_vec();
        let mut imports = vec![2];
        for (name, kind) in [(import, &[0, 0][..]), ("__wbindgen_table_of", &[1, 0x6F, 1, 1, 0xF0, 0x0F])] {
            push_text(&mut imports, b"./app_bg.js");
            push_text(&mut imports, name.as_bytes());
            imports.extend_from_slice(kind);
        }
        let mut exports = vec![2];
        for (name, kind) in [(export, [0, 1]), ("memory", [2, 0])] {
            push_text(&mut exports, name.as_bytes());
            exports.extend_from_slice(&kind);
        }
        for (id, section) in [(IMPORTS, imports), (EXPORTS, exports), (10, vec![7; 200])] {
            out.push(id);
            push_number(&mut out, section.len());
            out.extend_from_slice(&section);
        }
        out
    }

    #[test]
    fn both_sides_get_the_same_short_names() {
        let glue =
            "const i = { __wbg_focus_0011223344556677: function(_a) { wasm.__wbindgen_malloc(1); } }; wasm.memory;";
        let (bytes, script) = shortened(&module("__wbg_focus_0011223344556677", "__wbindgen_malloc"), glue).unwrap();
        assert_eq!(script, "const i = { _a_: function(_a) { wasm._b(1); } }; wasm.memory;");
        // A name that the glue does not hold stays, for it is made up elsewhere.
        assert_eq!(bytes, module("_a_", "_b"));
    }

    #[test]
    fn the_start_keeps_its_name_for_workers() {
        let named = with_init("let a=1;export{oe as initSync,ue as default};\n");
        assert_eq!(named.as_deref(), Some("let a=1;export{oe as initSync,ue as default};\nconst __wbg_init=ue;\n"));
        assert_eq!(with_init("let a=1;"), None);
    }

    #[test]
    fn classes_that_nothing_makes_leave_both_sides() {
        let glue = "export class IntoUnderlyingSink {
    close() {
        wasm.intounderlyingsink_close(1);
    }
}
if (Symbol.dispose) IntoUnderlyingSink.prototype[Symbol.dispose] = IntoUnderlyingSink.prototype.free;
export class Kept {
}
const IntoUnderlyingSinkFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_intounderlyingsink_free(ptr, 1));
const kept = 1;
";
        assert_eq!(without_classes(glue), "export class Kept {\n}\nconst kept = 1;\n");
        let folder = std::env::temp_dir().join(format!("xtask-joint-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (wasm, script) = (folder.join("a.wasm"), folder.join("a.js"));
        fs::write(&wasm, module("__wbg_focus_0011223344556677", "intounderlyingsink_close")).unwrap();
        fs::write(&script, glue).unwrap();
        prune(&wasm, &script).unwrap();
        let (mut found, mut names) = (fs::read(&wasm).unwrap(), Vec::new());
        found = rewritten(&found, &mut |section, name| {
            names.push((section, String::from_utf8_lossy(name).into_owned()));
            Some(name.to_vec())
        })
        .unwrap();
        assert!(!found.is_empty());
        assert!(names.contains(&(EXPORTS, String::from("memory"))) && names.len() == 3, "{names:?}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_module_that_does_not_add_up_is_refused() {
        let whole = module("__wbg_focus_0011223344556677", "__wbindgen_malloc");
        for cut in [4, 9, 12, 40, whole.len() - 1] {
            assert_eq!(shortened(&whole[..cut], ""), None, "{cut}");
        }
    }
}
