//! Partitions that the page writes into a chosen folder. No driver can press the browser's own picker, so a script gives the
//! origin's private folder in its place, which has the same interface.
//!
//! Owns what stands in the folder afterwards. Assumes the partitions themselves are held to the library's in `downloads`.

use sensorium::export;
use serde_json::Value;

use crate::case::{Case, everywhere, in_chromium};
use crate::engine::Engine;
use crate::expected::Expected;
use crate::logs::{self, Folder};
use crate::page::Page;
use crate::visit::visit;

pub fn cases() -> Vec<Case> {
    vec![
        in_chromium("partitions_stand_in_the_chosen_folder", written),
        in_chromium("a_folder_that_cannot_be_written_whole_is_taken_away_again", full_disk),
        everywhere("without_a_picker_no_folder_is_offered", not_offered),
    ]
}

const PICKER: &str = "window.showDirectoryPicker = () => navigator.storage.getDirectory()";

/// Each file of the origin's folder: its path, and its bytes as hexadecimal digits.
const FILES: &str = "
const found = {};
const walk = async (folder, path) => {
    for await (const [name, entry] of folder.entries()) {
        if (entry.kind === 'directory') await walk(entry, path + name + '/');
        else {
            const bytes = new Uint8Array(await (await entry.getFile()).arrayBuffer());
            found[path + name] = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
        }
    }
};
await walk(await navigator.storage.getDirectory(), '');
return found;";

fn files(page: &Page) -> Vec<(String, String)> {
    let Value::Object(found) = page.script(&format!("return (async () => {{ {FILES} }})()"), &[]) else {
        panic!("no list of files")
    };
    found.into_iter().map(|(path, digits)| (path, digits.as_str().unwrap_or_default().to_string())).collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn choose(page: &Page) {
    page.click("#export");
    page.click("[data-export=folder]");
}

fn wait_notice(page: &Page, part: &str) {
    page.wait_with(
        "the notice",
        "return document.querySelector('[role=status]').innerText.includes(arguments[0])",
        &[part.into()],
        std::time::Duration::from_secs(20),
    );
}

fn written(engine: Engine) {
    let folder = Folder::new();
    let text = logs::fleet();
    let path = folder.write("fleet.csv", &text);
    visit(engine, "", |page| {
        page.script(PICKER, &[]);
        page.upload(&[&path]);
        page.wait_phase("ready");
        let expected = Expected::of_text("fleet.csv", &text);
        let outcome = expected.session().outcome();
        let partitions = |name: &str| -> Vec<(String, String)> {
            export::partitions(outcome, &sensorium::recipe::Recipe::default())
                .map(|partition| partition.expect("a partition"))
                .map(|partition| (format!("{name}/{}", partition.path), hexadecimal(&partition.bytes)))
                .collect()
        };
        choose(page);
        wait_notice(page, "fleet.readings stands in your folder: 4 files");
        assert_eq!(files(page), partitions("fleet.readings"));
        // What stands there already is left alone.
        choose(page);
        wait_notice(page, "fleet.readings-2 stands in your folder: 4 files");
        let both = [partitions("fleet.readings"), partitions("fleet.readings-2")].concat();
        let mut found = files(page);
        found.sort();
        assert_eq!(found, {
            let mut both = both;
            both.sort();
            both
        });
        // Another mind, then another export: nothing is written, and nothing said.
        page.script(
            "window.showDirectoryPicker = () => Promise.reject(new DOMException('The user aborted a request.', 'AbortError'))",
            &[],
        );
        let notices = page.text("[role=status]");
        choose(page);
        page.clear_downloads();
        page.click("#export");
        page.click("[data-export=daily]");
        page.download("fleet.daily.csv");
        assert_eq!(files(page).len(), found.len());
        assert!(!page.text("[role=status]").contains("could not"), "{notices}");
    });
}

fn full_disk(engine: Engine) {
    visit(engine, "", |page| {
        page.script(PICKER, &[]);
        page.click("#sample");
        page.wait_phase("ready");
        // The third file finds no room.
        page.script(
            "const create = FileSystemFileHandle.prototype.createWritable; let files = 0;
            FileSystemFileHandle.prototype.createWritable = function () {
                files += 1;
                if (files < 3) return create.call(this);
                return Promise.reject(new DOMException('The disk is full', 'QuotaExceededError'));
            }",
            &[],
        );
        choose(page);
        wait_notice(page, "sample.readings could not be handed over: The disk is full.");
        assert_eq!(files(page), []);
    });
}

fn not_offered(engine: Engine) {
    visit(engine, "", |page| {
        page.script("delete window.showDirectoryPicker", &[]);
        page.click("#sample");
        page.wait_phase("ready");
        page.click("#export");
        assert_eq!(page.number_of("[data-export=parquet-partitioned]"), 1);
        assert_eq!(page.number_of("[data-export=folder]"), 0);
    });
}
