//! Installing what is missing.
//!
//! Owns the pinned versions. Assumes rustup and a network on a fresh machine. Refuses to touch the person's own tools: everything but
//! system packages lies under `target/tools`.

pub mod browsers;
pub mod engines;
mod python;
mod system;

use crate::command::{command, output, run};
use crate::place;

const TARGET: &str = "wasm32-unknown-unknown";
const TRUNK: &str = "0.21.14";
/// The same as in `Cargo.toml` and `Trunk.toml`.
const WASM_BINDGEN: &str = "0.2.130";
const GECKODRIVER: &str = "0.37.1";
const BINARYEN: &str = "132.0.0";
const ESBUILD: &str = "0.28.2";
const AXE_CORE: &str = "4.14.1";

/// Everything that building the page needs.
pub fn build_tools() -> Result<(), String> {
    wasm_target()?;
    cargo_tool("wasm-bindgen", "wasm-bindgen-cli", WASM_BINDGEN)?;
    cargo_tool("trunk", "trunk", TRUNK)?;
    package("binaryen", BINARYEN)?;
    package("esbuild", ESBUILD)
}

/// The accessibility checks that the browser tests put into the page.
pub fn axe() -> Result<(), String> {
    package("axe-core", AXE_CORE)
}

fn wasm_target() -> Result<(), String> {
    let library = output("rustc", ["--print", "target-libdir", "--target", TARGET]);
    if std::path::Path::new(library.trim()).is_dir() {
        return Ok(());
    }
    run(command("rustup", ["target", "add", TARGET]))
}

/// The sources of the standard library, from which the page's own is built.
pub fn standard_library() -> Result<(), String> {
    let sources =
        std::path::PathBuf::from(output("rustc", ["--print", "sysroot"]).trim()).join("lib/rustlib/src/rust/library");
    if sources.join("Cargo.lock").is_file() {
        return Ok(());
    }
    run(command("rustup", ["component", "add", "rust-src"]))
}

fn cargo_tool(program: &str, package: &str, version: &str) -> Result<(), String> {
    let own = place::tools().join("bin").join(program);
    let installed = output(&own.to_string_lossy(), ["--version"]);
    // The version is the second word of the first line: `trunk 0.21.14`.
    if installed.split_whitespace().nth(1) == Some(version) {
        return Ok(());
    }
    // The tool's own lock file is best, but names versions that not every registry still or already has.
    if let Err(reason) = run(cargo_install(package, version, &["--locked"])) {
        eprintln!("{reason}; trying without its lock file");
        run(cargo_install(package, version, &[]))?;
    }
    Ok(())
}

fn cargo_install(package: &str, version: &str, options: &[&str]) -> std::process::Command {
    let mut install = command("cargo", ["install", package, "--version", version, "--force", "--root"]);
    install.arg(place::tools()).args(options);
    // Tools that run for seconds need not be optimised for minutes.
    install.env("CARGO_PROFILE_RELEASE_LTO", "off");
    install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    install.env_remove("CARGO_TARGET_DIR");
    install
}

fn package(name: &str, version: &str) -> Result<(), String> {
    let description = place::packages().join("node_modules").join(name).join("package.json");
    let installed = std::fs::read_to_string(description).unwrap_or_default();
    if installed.contains(&format!("\"version\": \"{version}\"")) {
        return Ok(());
    }
    if place::program(&["npm"]).is_none() {
        system::install(&["npm"])?;
    }
    let mut install = command("npm", ["install", "--no-audit", "--no-fund", "--save-exact", "--prefix"]);
    install.arg(place::packages()).arg(format!("{name}@{version}"));
    run(install)
}
