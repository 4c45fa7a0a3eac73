//! How much the page fetches before it is usable.
//!
//! Owns the budget and how it is measured. Assumes a sealed `dist/`. Refuses to leave out anything that is fetched.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::seal;

/// The most that the page may fetch, in bytes after brotli of quality 11: 450 KB with pipeline and charts, 600 KB once every
/// dialect, engine and report is there. What is there by now may have this much.
pub const BUDGET_BYTES: usize = 600_000;

/// Prints what each fetched file weighs and fails when their sum is over the budget.
pub fn check(dist: &Path) -> Result<(), String> {
    let mut sum_bytes = 0;
    for (name, plain_bytes, bytes) in files(dist)? {
        println!("{bytes:>8} bytes with brotli ({plain_bytes:>8} without)  {name}");
        sum_bytes += bytes;
    }
    println!("{sum_bytes:>8} bytes with brotli in all, of at most {BUDGET_BYTES}");
    if sum_bytes > BUDGET_BYTES {
        return Err(format!("the page fetches {sum_bytes} bytes with brotli, more than {BUDGET_BYTES}"));
    }
    Ok(())
}

/// What the page fetches in all, in bytes after brotli.
pub fn fetched_bytes(dist: &Path) -> Result<usize, String> {
    Ok(files(dist)?.iter().map(|(_, _, bytes)| bytes).sum())
}

/// Each fetched file with its bytes without and with brotli.
fn files(dist: &Path) -> Result<Vec<(String, usize, usize)>, String> {
    let read = |name: &str| {
        let path = dist.join(name);
        fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let index = read("index.html")?;
    let mut names = seal::fetched(&String::from_utf8_lossy(&index));
    names.push(String::from("index.html"));
    let weighed = names.into_iter().map(|name| {
        let content = read(&name)?;
        Ok((name, content.len(), brotli_bytes(&content)?))
    });
    weighed.collect()
}

fn brotli_bytes(content: &[u8]) -> Result<usize, String> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, 11, 24);
    writer.write_all(content).map_err(|error| error.to_string())?;
    writer.flush().map_err(|error| error.to_string())?;
    drop(writer);
    Ok(packed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_over_the_budget_fails() {
        let folder = std::env::temp_dir().join(format!("xtask-size-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("index.html"), r#"<script src="a.js"></script>"#).unwrap();
        fs::write(folder.join("a.js"), "x".repeat(1000)).unwrap();
        assert_eq!(check(&folder), Ok(()));
        // Bytes without any pattern do not pack.
        let mut state = 1_u64;
        let noise: Vec<u8> = (0..BUDGET_BYTES + 1000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 56) as u8
            })
            .collect();
        fs::write(folder.join("a.js"), noise).unwrap();
        assert!(check(&folder).is_err());
        fs::remove_file(folder.join("a.js")).unwrap();
        assert!(check(&folder).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
