//! Building the deployable page.
//!
//! Owns the steps: install, Trunk, tighten, seal. Assumes `Trunk.toml` and `index.html`. Refuses to leave an unsealed page behind unnoticed.
//!
//! The standard library is built with the page, small, and a panic ends a worker without words: together a twelfth of what is fetched.
//! Both are unstable options of the pinned toolchain, which `RUSTC_BOOTSTRAP` opens. Where its sources cannot be had, and with Trunk
//! alone, the page is built without them: larger, else the same.

use std::path::Path;
use std::process::Command;

use crate::command::{command, run};
use crate::{install, joint, place, seal};

/// What has the standard library built with the page; the first flags are those of `.cargo/config.toml`.
const SMALL: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "-C target-feature=+simd128 --cfg erase_components -Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=shallow \
         --cfg small",
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
    let dist = place::dist();
    tighten(&dist)?;
    seal::seal(&dist)?;
    println!("The page is in {}", place::dist().display());
    Ok(())
}

/// The features of the module, as in `index.html`.
const FEATURES: [&str; 8] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Makes what Trunk left smaller. The one script that is written by hand stays as it is, for people to read.
fn tighten(dist: &Path) -> Result<(), String> {
    let (module, glue) = (dist.join("app_bg.wasm"), dist.join("app.js"));
    joint::prune(&module, &glue)?;
    // What only pruned exports called goes, too.
    let mut again = command("wasm-opt", FEATURES);
    again.args(["--remove-unused-module-elements", "--strip-producers", "--strip-target-features", "-o"]);
    again.arg(&module).arg(&module);
    run(again)?;
    for text in [&glue, &dist.join("main.css"), &dist.join("chart.css")] {
        let mut minify = command("esbuild", ["--minify", "--log-level=warning", "--allow-overwrite"]);
        let mut outfile = std::ffi::OsString::from("--outfile=");
        outfile.push(text);
        minify.arg(text).arg(outfile);
        run(minify)?;
    }
    joint::name_init(&glue)?;
    joint::shorten(&module, &glue)
}
