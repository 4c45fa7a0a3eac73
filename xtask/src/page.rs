//! Building the deployable page.
//!
//! Owns the steps: install, Trunk, seal. Assumes `Trunk.toml` and `index.html`. Refuses to leave an unsealed page behind unnoticed.
//!
//! The standard library is built with the page, small, and a panic ends a worker without words: together a twelfth of what is fetched.
//! Both are unstable options of the pinned toolchain, which `RUSTC_BOOTSTRAP` opens. Where its sources cannot be had, and with Trunk
//! alone, the page is built without them: larger, else the same.

use std::process::Command;

use crate::command::{command, run};
use crate::{install, place, seal};

/// What has the standard library built with the page; the first flags are those of `.cargo/config.toml`.
const SMALL: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "-C target-feature=+simd128 --cfg erase_components -Zunstable-options -Cpanic=immediate-abort",
    ),
];

/// Builds the release page in `dist/`.
pub fn build() -> Result<(), String> {
    install::build_tools()?;
    // Trunk runs offline, so that it never fetches a tool of another version; the crates are fetched here.
    let small = install::standard_library();
    if let Err(reason) = &small {
        eprintln!("{reason}; the page becomes larger");
    }
    let prepared = |mut command: Command| {
        if small.is_ok() {
            command.envs(SMALL);
        }
        command
    };
    let fetch = ["fetch", "--locked", "--target", "wasm32-unknown-unknown"];
    if let Err(reason) = run(prepared(command("cargo", fetch))) {
        eprintln!("{reason}; going on with what is there");
    }
    run(prepared(command("trunk", ["build", "--release", "--locked", "--offline"])))?;
    seal::seal(&place::dist())?;
    println!("The page is in {}", place::dist().display());
    Ok(())
}
