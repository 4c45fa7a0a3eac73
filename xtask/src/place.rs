//! Where things lie.
//!
//! Owns the project's paths. Assumes this crate lies directly in the project. Refuses to create anything.

use std::path::{Path, PathBuf};

/// The project's top folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The deployable page.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Tools of pinned versions that belong to the project alone.
pub fn tools() -> PathBuf {
    root().join("target/tools")
}

/// Packages from npm: wasm-opt and axe-core.
pub fn packages() -> PathBuf {
    tools().join("npm")
}

/// Generated logs, peers and browser profiles of `cargo xtask bench`.
pub fn bench() -> PathBuf {
    root().join("target/bench")
}

/// The folders of programs, the project's own first.
pub fn search_path() -> Vec<PathBuf> {
    let mut folders = vec![tools().join("bin"), packages().join("node_modules/.bin")];
    // Some hosted runners keep their drivers outside the search path and name the folders.
    for name in ["CHROMEWEBDRIVER", "GECKOWEBDRIVER"] {
        folders.extend(std::env::var_os(name).map(PathBuf::from));
    }
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&inherited));
    folders
}

/// The first of these programs that is on the search path.
pub fn program(names: &[&str]) -> Option<PathBuf> {
    let folders = search_path();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}
