//! What a browser test is: a name, the engines it runs in, and a function that panics when something is wrong.
//!
//! Owns the list's shape. Assumes each module has a function `cases`. Refuses nothing.

use crate::engine::{ALL, Engine};

/// One test, run once in each of its engines, each time with an [`Engine`] to start pages in.
pub struct Case {
    pub name: &'static str,
    pub engines: &'static [Engine],
    pub run: fn(Engine),
}

/// A test for all three engines.
pub const fn everywhere(name: &'static str, run: fn(Engine)) -> Case {
    Case { name, engines: &ALL, run }
}

/// A test for Chromium alone, which stands for what does not differ between engines.
pub const fn in_chromium(name: &'static str, run: fn(Engine)) -> Case {
    Case { name, engines: &[Engine::Chromium], run }
}
