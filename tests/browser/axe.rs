//! Accessibility, as axe-core sees it.
//!
//! Owns putting axe-core into the page and reading its verdict. Assumes `cargo xtask test` installed it under `target/tools`.
//! Refuses to call a page accessible that axe-core did not look at.

use std::path::Path;

use serde_json::Value;

use crate::page::Page;

impl Page {
    /// The serious and critical findings of axe-core in the page as it is now, one sentence each.
    pub fn axe(&self) -> Vec<String> {
        self.axe_of(&["serious", "critical"])
    }

    /// The findings of axe-core of any weight.
    pub fn axe_of_all(&self) -> Vec<String> {
        self.axe_of(&["minor", "moderate", "serious", "critical"])
    }

    fn axe_of(&self, impacts: &[&str]) -> Vec<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/npm/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}; cargo xtask test installs it", path.display()));
        // A script of the driver is not stopped by the page's policy.
        self.script(&format!("{axe}; window.axe = axe ?? window.axe"), &[]);
        let run = "return window.axe.run(document, { resultTypes: ['violations'] }).then((found) => [found.passes.length,
            found.violations.filter((one) => arguments[0].includes(one.impact)).map((one) =>
              `${one.impact} ${one.id}: ${one.help}: ` + one.nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary})`).join('; '))])";
        let found = self.script(run, &[impacts.into()]);
        let passes = found[0].as_u64().unwrap_or_default();
        assert!(passes > 0, "axe-core looked at nothing: {found}");
        let sentences = found[1].as_array().cloned().unwrap_or_default();
        sentences.iter().map(|one| Value::as_str(one).unwrap_or_default().to_owned()).collect()
    }
}
