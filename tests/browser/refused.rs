//! Refused input: a sentence, a table of findings, and a page that goes on working.
//!
//! Owns the bad inputs that reach the page. Assumes the native library says the same of them. Refuses a refusal that ends the visit.

use std::time::Duration;

use sensorium::recipe::query::from_query;
use sensorium::recipe::{Mode, Recipe};

use crate::case::{Case, in_chromium};
use crate::engine::Engine;
use crate::expected::Expected;
use crate::logs::{self, Folder, HEADER};
use crate::page::Page;
use crate::visit::visit;

pub fn cases() -> Vec<Case> {
    vec![
        in_chromium("bad_files_are_refused_and_the_page_goes_on", bad_files),
        in_chromium("strict_lists_every_finding_and_other_modes_go_on", strict),
        in_chromium("an_order_of_day_and_month_is_asked_for", date_order),
        in_chromium("a_packed_log_is_read_and_a_damaged_one_refused", packed),
        in_chromium("two_gigabytes_of_zeros_are_refused", zeros),
        in_chromium("a_folder_is_refused", folder_is_refused),
        in_chromium("a_refused_log_leaves_a_way_back", way_back),
    ]
}

/// Each with a word that its sentence has to hold.
fn bad() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let rows = "2024-01-01 00:00:00,a,20,50,1000,80\n";
    vec![
        ("empty.csv", Vec::new(), "empty"),
        ("header-only.csv", HEADER.into(), "no reading"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01".to_vec(), "PNG"),
        ("zeros.csv", vec![0; 4_096], ""),
        ("no-number.csv", b"timestamp,device_id,colour\n2024-01-01,a,red\n".to_vec(), "expected the columns"),
        ("twice.csv", format!("{},device_id\n{},b\n", HEADER.trim(), rows.trim()).into(), "device_id"),
        ("periods.csv", b"start,end,n\n2024-01-01,2024-01-02,1\n".to_vec(), "a period"),
        ("semicolons.csv", HEADER.replace(',', ";").into(), "no reading"),
        ("utf16.csv", HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect(), "no reading"),
        ("days-or-months.csv", format!("{HEADER}01/02/2024,a,20,50,1000,80\n").into(), "day first or month first"),
        ("all-bad.csv", format!("{HEADER}2024-02-30,a,20,50,1000,80\n").into(), "no reading"),
        ("no-battery.csv", format!("{HEADER}2024-01-01,a,20,50,1000,\n").into(), "no reading"),
    ]
}

fn bad_files(engine: Engine) {
    let folder = Folder::new();
    let text = logs::steady(0.0);
    let good = folder.write("good.csv", &text);
    visit(engine, "", |page| {
        for (name, bytes, word) in bad() {
            let path = folder.write(name, &bytes);
            page.upload(&[&path]);
            page.wait_with(
                name,
                "return document.body.dataset.phase === 'refused' && document.querySelector('#refused-title').innerText.includes(arguments[0])",
                &[name.into()],
                Duration::from_secs(20),
            );
            let sentence = page.text("#refused-title");
            assert!(sentence.to_lowercase().contains(&word.to_lowercase()), "{name}: {sentence}");
            assert!(page.text("#refused-title + p").len() > 20, "{name} offers no way on");
            let findings = Expected::of(&[(name, &bytes)], Recipe::default()).refusal().findings;
            if findings > 0 {
                assert_eq!(page.rows("findings"), findings, "{name}");
                assert_eq!(page.number_of("[data-table=findings] tr.row"), findings.min(50), "{name}");
            }
        }
        page.upload(&[&good]);
        page.wait_phase("ready");
        Expected::of_text("good.csv", &text).is_shown_by(page);
    });
}

fn strict(engine: Engine) {
    let folder = Folder::new();
    let text = logs::fleet();
    let path = folder.write("fleet.csv", &text);
    visit(engine, "", |page| {
        page.upload(&[&path]);
        page.wait_phase("ready");
        page.set_value("#mode", "strict");
        page.wait_phase("refused");
        let (recipe, _) = from_query("mode=strict");
        let mut expected = Expected::of(&[("fleet.csv", text.as_bytes())], recipe);
        let refusal = expected.refusal();
        assert!(refusal.findings > 10, "{}", refusal.findings);
        assert_eq!(page.rows("findings"), refusal.findings);
        let shown = page.text("[data-table=findings]");
        for word in ["Line", "temperature_celsius", "1000", "warm", "2024-02-30 00:00:00"] {
            assert!(shown.contains(word), "the findings lack {word}: {shown}");
        }
        let choices = page.text(".choices");
        for number in [refusal.would_set_aside, refusal.would_repair_cells] {
            assert!(choices.contains(&number.to_string()), "{choices}");
        }
        choose(page, "Set aside");
        expected.change(|recipe| recipe.mode = Mode::SetAside);
        page.wait_phase("ready");
        expected.is_shown_by(page);
        assert_eq!(page.value("#mode"), "set-aside");
        page.set_value("#mode", "strict");
        page.wait_phase("refused");
        choose(page, "Repair");
        expected.change(|recipe| recipe.mode = Mode::Repair);
        page.wait_phase("ready");
        expected.is_shown_by(page);
    });
}

/// Dates that prove nothing are asked about; the answer is remembered by the link, and another one reads the log anew.
fn date_order(engine: Engine) {
    let folder = Folder::new();
    let row = |day: u32| format!("0{day}/02/2024 08:00;a;20,5;50;1000;80\n");
    let text = HEADER.replace(',', ";") + &(1..=3).map(row).collect::<String>();
    let path = folder.write("abroad.csv", &text);
    for (order, times, words) in [
        ("month-first", ["2024-01-02", "2024-03-02"], "dates month first"),
        ("day-first", ["2024-02-01", "2024-02-03"], "dates day first"),
    ] {
        let query = format!("date_order={order}");
        let (recipe, notices) = from_query(&query);
        assert!(notices.is_empty());
        let is_shown = |page: &Page, words: &str| {
            page.wait_phase("ready");
            Expected::of(&[("abroad.csv", text.as_bytes())], recipe.clone()).is_shown_by(page);
            assert_eq!(page.count("readings"), 3);
            let html = page.script("return document.body.innerHTML", &[]).to_string();
            for word in times.iter().chain([&words]) {
                assert!(html.contains(word), "{order}: {word} is said nowhere");
            }
        };
        visit(engine, "", |page| {
            page.upload(&[&path]);
            page.wait_phase("refused");
            let asked = page.text(".choices");
            for words in ["Day first: 2024-02-01", "Month first: 2024-01-02"] {
                assert!(asked.contains(words), "{asked}");
            }
            page.click(&format!("[data-date-order={order}]"));
            is_shown(page, words);
            let says = [query.as_str().into()];
            page.wait_with("the link", "return location.search.includes(arguments[0])", &says, Duration::from_secs(5));
        });
        // The link carries the answer: nothing is asked.
        visit(engine, &format!("?{query}"), |page| {
            page.upload(&[&path]);
            is_shown(page, words);
        });
    }
}

/// gzip of a log, and the same cut off.
fn packed(engine: Engine) {
    use std::io::Write;
    let folder = Folder::new();
    let text = logs::fleet();
    let mut archive = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    archive.write_all(text.as_bytes()).expect("bytes in memory");
    let bytes = archive.finish().expect("an archive");
    let whole = folder.write("log.csv.gz", &bytes);
    let cut = folder.write("cut.csv.gz", &bytes[..bytes.len() - 20]);
    visit(engine, "", |page| {
        page.upload(&[&cut]);
        page.wait_phase("refused");
        let sentence = page.text("#refused-title");
        assert!(sentence.contains("the gzip archive is damaged or cut off"), "{sentence}");
        page.upload(&[&whole]);
        page.wait_phase("ready");
        Expected::of(&[("log.csv.gz", text.as_bytes())], Recipe::default()).is_shown_by(page);
    });
}

/// Presses the button under the refusal whose words begin so.
fn choose(page: &Page, words: &str) {
    let script = "const found = [...document.querySelectorAll('.choices button')].find((b) => b.innerText.startsWith(arguments[0]));
        if (!found) throw new Error('no such button'); found.click()";
    page.script(script, &[words.into()]);
}

fn zeros(engine: Engine) {
    let folder = Folder::new();
    let path = folder.write("zeros.csv", "");
    let file = std::fs::OpenOptions::new().write(true).open(&path).expect("the file opens");
    // A hole in the file: nothing is written to the disk.
    file.set_len(2 << 30).expect("a file of two gigabytes");
    visit(engine, "", |page| {
        page.upload(&[&path]);
        page.wait_phase("refused");
        let sentence = page.text("#refused-title");
        assert!(sentence.contains("zeros.csv"), "{sentence}");
        page.upload(&[&folder.write("good.csv", logs::steady(0.0))]);
        page.wait_phase("ready");
    });
}

fn folder_is_refused(engine: Engine) {
    visit(engine, "", |page| {
        // What a drop of a folder gives, as far as a script can make one.
        let script = "const carried = { types: ['Files'], files: [],
              items: [{ kind: 'file', webkitGetAsEntry: () => entry, getAsFile: () => null }] };
            carried.items.length = 1;
            const entry = { isDirectory: true, name: 'logs' };
            const event = new Event('drop', { bubbles: true, cancelable: true });
            Object.setPrototypeOf(event, DragEvent.prototype);
            Object.defineProperty(event, 'dataTransfer', { value: Object.setPrototypeOf(carried, DataTransfer.prototype) });
            document.querySelector('main').dispatchEvent(event)";
        page.script(script, &[]);
        page.wait_for(
            "a sentence",
            "return document.querySelector('[role=status]').innerText.includes('logs is a folder')",
        );
        assert_eq!(page.attr("body", "data-phase").as_deref(), Some("empty"));
    });
}

fn way_back(engine: Engine) {
    let folder = Folder::new();
    let text = logs::steady(0.0);
    let (good, bad) = (folder.write("good.csv", &text), folder.write("bad.csv", "a,b\n1,2\n"));
    visit(engine, "", |page| {
        page.upload(&[&good]);
        page.wait_phase("ready");
        page.upload(&[&bad]);
        page.wait_phase("refused");
        choose(page, "Back to");
        page.wait_phase("ready");
        Expected::of_text("good.csv", &text).is_shown_by(page);
        assert!(page.text("header").contains("good.csv"));
    });
}
