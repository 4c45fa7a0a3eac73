//! Adapters to the browser, each small: files, workers, downloads, address, clock.
