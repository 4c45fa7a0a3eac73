//! Packs the presets: every file of `src/survey/presets` becomes an entry of a list. One that is no preset fails the build.

#[path = "../survey/preset/form.rs"]
mod form;

use std::path::{Path, PathBuf};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../survey/presets");
    println!("cargo:rerun-if-changed={}", folder.display());
    println!("cargo:rerun-if-changed=../survey/preset/form.rs");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    let read = |file: &PathBuf| -> form::Preset {
        let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    };
    let presets: Vec<form::Preset> = files.iter().map(read).collect();
    let bytes = postcard::to_stdvec(&presets).unwrap_or_else(|error| panic!("the presets cannot be packed: {error}"));
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    std::fs::write(out.join("presets.bin"), bytes).unwrap_or_else(|error| panic!("{}: {error}", out.display()));
}
