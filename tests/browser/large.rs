//! Logs that readers share, and logs of awkward shapes: read in ranges in the tab, they are what one reader makes of them.
//!
//! Owns the comparison with the native library, which reads each log alone. Assumes files of more than half a megabyte are shared.
//! Refuses a log that is merely open: its counts or its exported bytes are compared.

use std::fmt::Write;
use std::path::PathBuf;

use sensorium::protocol::ExportKind;

use crate::case::{Case, everywhere, in_chromium};
use crate::downloads::export;
use crate::engine::Engine;
use crate::expected::Expected;
use crate::logs::{self, Folder, HEADER, stamp};
use crate::visit::visit;

pub fn cases() -> Vec<Case> {
    vec![
        everywhere("readers_export_the_bytes_of_one_reader", shared),
        in_chromium("a_reader_that_dies_costs_no_row", reader_dies),
        in_chromium("one_device_alone_is_shown", one_device),
        in_chromium("five_thousand_devices_are_shown", many_devices),
        in_chromium("rows_in_reverse_order_are_shown", reversed),
        in_chromium("a_thousand_small_files_are_one_log", many_files),
        in_chromium("a_quote_in_the_last_row_of_200_mb_costs_that_row", last_quote),
    ]
}

/// About 14 MB: four ranges, with quoted line ends in one device's name everywhere.
fn quoted() -> String {
    let mut out = HEADER.to_owned();
    for row in 0..240_000_i64 {
        let device = ["one", "\"two\nlines\"", "\"a,\"\"b\"\"\"", "four"][(row % 4) as usize];
        let temperature = if row % 50 == 7 { String::from("null") } else { format!("{}.{}", 18 + row % 15, row % 10) };
        let battery = if row % 9_000 == 5 { String::from("x") } else { (100 - row / 4 % 97).to_string() };
        writeln!(out, "{},{device},{temperature},{},1000.5,{battery}", stamp(row / 4 * 60), 40 + row % 30)
            .expect("a string takes it");
    }
    out
}

fn shared(engine: Engine) {
    let folder = Folder::new();
    let text = quoted();
    let path = folder.write("shared.csv", &text);
    let mut expected = Expected::of_text("shared.csv", &text);
    let (file, bytes) = expected.export(ExportKind::Parquet);
    visit(engine, "", |page| {
        page.upload(&[&path]);
        page.wait_phase("ready");
        expected.is_shown_by(page);
        assert!(export(page, "parquet", &file) == bytes, "the exported bytes differ");
    });
}

fn reader_dies(engine: Engine) {
    let folder = Folder::new();
    let text = quoted();
    let path = folder.write("shared.csv", &text);
    let mut expected = Expected::of_text("shared.csv", &text);
    visit(engine, "", |page| {
        // Every reader stops as soon as it gets an order.
        crate::workers::in_workers(
            page,
            "self.name === 'reader' && (self.onmessage = () => { throw 'ended by a test' })",
        );
        page.upload(&[&path]);
        page.wait_phase("ready");
        expected.is_shown_by(page);
        let errors = page.console_errors();
        assert!(errors.iter().all(|one| one.contains("ended by a test")), "{errors:?}");
    });
}

/// Uploads files and compares the counts with those of the native library.
fn shows(engine: Engine, files: &[(String, String)]) {
    let folder = Folder::new();
    let paths: Vec<PathBuf> = files.iter().map(|(name, text)| folder.write(name, text)).collect();
    let named: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let mut expected = Expected::of(&named, sensorium::recipe::Recipe::default());
    visit(engine, "", |page| {
        page.upload(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>());
        page.wait_phase("ready");
        expected.is_shown_by(page);
    });
}

fn one(name: &str, text: String) -> [(String, String); 1] {
    [(name.to_owned(), text)]
}

fn one_device(engine: Engine) {
    let mut text = HEADER.to_owned();
    for row in 0..60_000 {
        writeln!(text, "{},only,{}.5,50,1000,{}", stamp(row * 60), 15 + row % 20, 100 - row / 700)
            .expect("a string takes it");
    }
    shows(engine, &one("only.csv", text));
}

fn many_devices(engine: Engine) {
    let mut text = HEADER.to_owned();
    for row in 0..60_000 {
        writeln!(
            text,
            "{},device {},{}.5,50,1000,{}",
            stamp(row / 5_000 * 3_600),
            row % 5_000,
            10 + row % 23,
            row % 100
        )
        .expect("a string takes it");
    }
    shows(engine, &one("many.csv", text));
}

fn reversed(engine: Engine) {
    let text = logs::plain(60_000);
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    lines.reverse();
    shows(engine, &one("reversed.csv", HEADER.to_owned() + &lines.join("\n")));
}

fn many_files(engine: Engine) {
    let file = |n: i64| {
        let mut text = HEADER.to_owned();
        for row in 0..3 {
            writeln!(text, "{},card {},{}.5,50,1000,80", stamp(n * 3_600 + row * 60), n % 7, 20 + (n + row) % 13)
                .expect("a string takes it");
        }
        (format!("card-{n:04}.csv"), text)
    };
    shows(engine, &(0..1_000).map(file).collect::<Vec<_>>());
}

fn last_quote(engine: Engine) {
    let folder = Folder::new();
    let path = logs::big(&folder, 200);
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).expect("the file opens");
    std::io::Write::write_all(&mut file, b"2024-01-01 00:00:00,\"open,20,50,1000,80\n").expect("the row is written");
    drop(file);
    let rows = 60_000 * (200 * 1_000_000 / (logs::plain(60_000).len() - HEADER.len()) as u64);
    visit(engine, "", |page| {
        page.upload(&[&path]);
        page.wait_phase("ready");
        page.wait_count("readings", rows);
        page.wait_count("set-aside", 1);
        assert_eq!(page.rows("set-aside"), 1);
    });
}
