//! Gathers the presets: every file of `src/survey/presets` becomes an entry of a list.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../survey/presets");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    let mut list =
        String::from("/// The presets that come with Sensorium, as JSON.\npub const PRESETS: &[&str] = &[\n");
    for file in &files {
        let file = file.canonicalize()?;
        let _ = writeln!(list, "    include_str!({:?}),", file.display().to_string());
    }
    list += "];\n";
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    std::fs::write(out.join("presets.rs"), list)
}
