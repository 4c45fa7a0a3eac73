//! Building the deployable page.
//!
//! Owns the steps: install, Trunk, seal. Assumes `Trunk.toml` and `index.html`. Refuses to leave an unsealed page behind unnoticed.

use crate::command::{command, run};
use crate::{install, place, seal};

/// Builds the release page in `dist/`.
pub fn build() -> Result<(), String> {
    install::build_tools()?;
    // Trunk runs offline, so that it never fetches a tool of another version; the crates are fetched here.
    let fetch = ["fetch", "--locked", "--target", "wasm32-unknown-unknown"];
    if let Err(reason) = run(command("cargo", fetch)) {
        eprintln!("{reason}; going on with what is there");
    }
    run(command("trunk", ["build", "--release", "--locked", "--offline"]))?;
    seal::seal(&place::dist())?;
    println!("The page is in {}", place::dist().display());
    Ok(())
}
