//! How a person has files read otherwise, and what is remembered of that.
//!
//! Owns the memory: what was said of files with the same columns, by their names alone, never a value. Assumes a log that is open.
//! Refuses to fail where nothing may be kept.

use leptos::prelude::*;
use sensorium::link::{self, View};
use sensorium::protocol::Overview;
use sensorium::survey::{Card, Told};

use super::state::Page;
use super::{engine, notices, zones};

const KEY: &str = "sensorium-read-";

/// Says something of how the files are to be read, reads them so, and remembers it for files with the same columns.
pub fn say(page: Page, change: impl FnOnce(&mut Told)) {
    page.told.update(change);
    let key = page.header_key.get_untracked();
    if let (Some(storage), Some(key)) = (storage(), key) {
        let told = page.told.get_untracked();
        let kept = if told == Told::default() {
            storage.remove_item(&key)
        } else {
            storage.set_item(&key, &link::to_fragment(&View { told, ..View::default() }))
        };
        // A browser that keeps nothing reads the file all the same.
        let _ = kept;
    }
    engine::reopen(page);
}

/// Takes up what was said of files with the columns of the one that was just read. True: it is being read again.
pub fn recall(page: Page, overview: &Overview) -> bool {
    let Some(card) = overview.files.iter().find_map(|file| file.card.as_deref()) else { return false };
    if page.told.with_untracked(|told| *told != Told::default()) {
        return false;
    }
    let key = key_of(card);
    page.header_key.set(Some(key.clone()));
    let kept = storage().and_then(|storage| storage.get_item(&key).ok().flatten());
    let Some(kept) = kept else { return false };
    let told = with_zone(link::from_fragment(&kept).0.told);
    if told == Told::default() {
        return false;
    }
    page.told.set(told);
    notices::passing(page, String::from("Read as you said before of files with these columns."));
    engine::reopen(page);
    true
}

/// The same, its zone with what the browser knows of it; a zone that it does not know is left out.
pub fn with_zone(told: Told) -> Told {
    let zone = told.zone.as_ref().and_then(|zone| zones::zone_of(&zone.name));
    Told { zone, ..told }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Names the columns of a file: FNV-1a over them (G. Fowler, L. C. Noll, K.-P. Vo).
fn key_of(card: &Card) -> String {
    let columns = card.time.columns.iter();
    let columns = columns
        .chain(card.metrics.iter().map(|metric| &metric.source))
        .chain(card.not_read.iter().map(|(name, _)| name));
    let hash = columns
        .flat_map(|name| name.bytes().chain([0]))
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
    format!("{KEY}{hash:016x}")
}
