//! Files of other shapes: what the reading card says, what a person overrules, and what follows from it.
//!
//! Owns the card's hooks. Assumes the fixtures of `tests/presets`, whose cards the library's own tests hold. Refuses a page that
//! shows another reading than the library's.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{Offset, TimeZone};
use serde_json::{Value, json};

use crate::case::{Case, everywhere, in_chromium};
use crate::engine::Engine;
use crate::host::Host;
use crate::logs::Folder;
use crate::page::Page;
use crate::visit::{arrive, stayed_quiet, visit};

pub fn cases() -> Vec<Case> {
    vec![
        everywhere("a_loggers_own_file_is_read_and_told", told),
        in_chromium("a_log_of_temperature_alone_is_shown", alone),
        in_chromium("a_line_of_the_card_is_overruled_and_remembered", overruled),
        in_chromium("a_header_and_a_sentinel_are_overruled", header_and_measured),
        everywhere("an_encoding_is_found_and_overruled", encoding),
        in_chromium("an_order_of_dates_is_asked_once_for_a_logger", asked_once),
        in_chromium("a_zone_with_moved_clocks_is_chosen", zone),
        in_chromium("long_tables_and_any_metric_are_charted", long),
        in_chromium("files_of_one_row_are_one_log", fleet),
        in_chromium("a_refused_shape_may_be_read_otherwise", otherwise),
        everywhere("zones_are_those_of_the_database", zones),
    ]
}

fn fixture(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/presets").join(path)
}

/// Opens the details, in which the card stands.
fn unfold(page: &Page) {
    page.script("document.querySelector('details.readas').open = true", &[]);
    page.wait_for("the card", "return document.querySelector('[data-card=card]') !== null");
}

fn line(page: &Page, name: &str) -> String {
    page.text(&format!("[data-card={name}]"))
}

/// Waits until a line of the card holds these words.
fn wait_line(page: &Page, name: &str, words: &str) {
    let script = "const line = document.querySelector(`[data-card=${arguments[0]}]`);
        return document.body.dataset.phase === 'ready' && line !== null && line.textContent.includes(arguments[1])";
    page.wait_with(name, script, &[name.into(), words.into()], Duration::from_secs(10));
}

/// The cells of the preview, row by row.
fn preview(page: &Page) -> Value {
    let script = "return [...document.querySelectorAll('[data-card=preview] tbody tr')]
        .map((row) => [...row.cells].map((cell) => cell.textContent))";
    page.script(script, &[])
}

fn told(engine: Engine) {
    visit(engine, "", |page| {
        page.upload(&[&fixture("hoboware/cellar.csv")]);
        page.wait_phase("ready");
        assert_eq!(page.count("readings"), 3);
        unfold(page);
        for (name, words) in [
            ("preset", "hoboware"),
            ("header", "line 2"),
            ("time", "Date Time, GMT-05:00: %m/%d/%y %I:%M:%S %p"),
            ("time", "line 3 proves it"),
            ("zone", "GMT-05:00 (header)"),
            ("devices", "20751234"),
            ("skipped", "line 1: stands before the table"),
            ("skipped", "line 6: it has a time and no value"),
            ("metrics", "Temp, °F (LGR S/N: 20751234"),
            ("metrics", "converted to °C"),
            ("metrics", "1: empty ×1"),
        ] {
            let found = line(page, name);
            assert!(found.contains(words), "{name}: {found:?} does not say {words:?}");
        }
        assert_eq!((page.value("#card-delimiter"), page.value("#card-encoding")), ("comma".into(), "utf-8-bom".into()));
        assert_eq!(preview(page)[0], json!(["3", "2024-03-31 04:45:00", "20751234", "10", "61.5"]));
    });
}

fn alone(engine: Engine) {
    let folder = Folder::new();
    let row = |n: u32| format!("2024-05-01 {:02}:{:02}:00,{}.5\n", n / 4, n % 4 * 15, 18 + n % 9);
    let path = folder.write("cellar.csv", format!("time,temp_C\n{}", (0..90).map(row).collect::<String>()));
    visit(engine, "#tab=battery", |page| {
        page.upload(&[&path]);
        page.wait_phase("ready");
        assert_eq!(page.count("readings"), 90);
        // The view of the link has nothing to show: the first that has stands in its place.
        page.wait_for("the chart", "return document.querySelector('[aria-selected=true]').id === 'tab-temperature'");
        let shown =
            "return [...document.querySelectorAll('[role=tab]')].filter((tab) => !tab.hidden).map((tab) => tab.id)";
        let expected = ["tab-temperature", "tab-anomalies", "tab-heatmap", "tab-rolling", "tab-metric"];
        assert_eq!(page.script(shown, &[]), json!(expected));
        let limits =
            "return ['high-temp', 'low-battery'].map((id) => document.getElementById(id).offsetParent !== null)";
        assert_eq!(page.script(limits, &[]), json!([true, false]));
        assert!(page.painted() > 0);
    });
}

fn overruled(engine: Engine) {
    let path = fixture("hoboware/cellar.csv");
    let host = Host::of_page();
    let page = Page::start(engine, &host);
    let is_read = |celsius: &str| {
        page.wait_phase("ready");
        unfold(&page);
        let script =
            "return document.querySelector('[data-card=preview] tbody td:nth-child(4)')?.textContent === arguments[0]";
        page.wait_with("the reading", script, &[celsius.into()], Duration::from_secs(10));
    };
    arrive(&host, &page, "");
    page.upload(&[&path]);
    is_read("10");
    unfold(&page);
    // As if the header were wrong about its unit.
    page.set_value("#card-unit-0", "°C");
    is_read("50");
    page.wait_for("the link", "return location.hash.includes('read.map=')");
    let address = page.address();
    // A visitor of the link reads it so, and one who comes back without it too.
    let hash = address.split_once('#').map_or(String::new(), |(_, hash)| format!("#{hash}"));
    for query in [hash.as_str(), ""] {
        arrive(&host, &page, "?");
        arrive(&host, &page, query);
        page.upload(&[&path]);
        is_read("50");
        stayed_quiet(&host, &page);
    }
    // Nothing but names of columns is kept.
    let kept = page.script("return JSON.stringify(localStorage)", &[]).to_string();
    assert!(kept.contains("read.map") && !kept.contains("61.5") && !kept.contains("cellar.csv"), "{kept}");
    unfold(&page);
    page.click("[data-card=reset]");
    is_read("10");
    assert_eq!(page.script("return Object.keys(localStorage).filter((key) => key.includes('read')).length", &[]), 0);
}

/// A line of names that is none, and numbers that look as if they stood for nothing.
fn header_and_measured(engine: Engine) {
    let folder = Folder::new();
    let path =
        folder.write("pump.csv", "2024-05-01 00:00,pump,-200\n2024-05-01 00:15,pump,-200\n2024-05-01 00:30,pump,5\n");
    visit(engine, "", |page| {
        page.upload(&[&path]);
        page.wait_phase("ready");
        unfold(page);
        wait_line(page, "metrics", "-200 ×2");
        page.click("[data-card=measured]");
        page.wait_for(
            "the numbers as measured",
            "return document.querySelector('[data-card=preview] tbody td:nth-child(4)')?.textContent === '-200'",
        );
        page.set_value("#card-header", "1");
        wait_line(page, "header", "line 1");
        page.wait_count("readings", 2);
        page.wait_for("the link", "return location.hash.includes('read.header=1&read.measured=-200')");
    });
}

/// Japanese in Shift_JIS, found by the names of its columns; overruled, its names are those of another encoding.
fn encoding(engine: Engine) {
    let folder = Folder::new();
    let row =
        |n: u32| format!("2024-05-01 08:{n:02}:00,20.{n},{},良\n", if n == 1 { "off".into() } else { format!("5{n}") });
    let text = format!("日時,温度(℃),湿度(%),状態\n{}", (1..9).map(row).collect::<String>());
    let bytes = encoding_rs::SHIFT_JIS.encode(&text).0.into_owned();
    let path = folder.write("倉庫.csv", bytes);
    visit(engine, "", |page| {
        page.upload(&[&path]);
        page.wait_phase("ready");
        unfold(page);
        assert_eq!(page.value("#card-encoding"), "shift_jis");
        assert!(line(page, "metrics").contains("温度(℃)") && line(page, "metrics").contains("状態"));
        assert_eq!(preview(page)[1], json!(["3", "2024-05-01 08:02:00", "倉庫", "20.2", "52"]));
        assert_eq!(page.rows("set-aside"), 1);
        page.set_value("#card-missing", "off, 58");
        page.wait_for(
            "no humidity",
            "return document.querySelector('[data-card=metric-1]')?.textContent.includes('58 ×1')",
        );
        assert!(line(page, "metrics").contains("off ×1"), "{}", line(page, "metrics"));
        page.set_value("#card-encoding", "windows-1252");
        page.wait_for(
            "other names",
            "return document.querySelector('[data-card=metrics]')?.textContent.includes('‰·“x')",
        );
        page.wait_for("the link", "return location.hash.includes('read.encoding=windows-1252&read.missing=off%2C58')");
        page.click("[data-card=reset]");
        page.wait_for(
            "the names",
            "return document.querySelector('[data-card=metrics]')?.textContent.includes('温度')",
        );
    });
}

/// What was said of a logger's files is not asked again, and says nothing of another's.
fn asked_once(engine: Engine) {
    let folder = Folder::new();
    let host = Host::of_page();
    let page = Page::start(engine, &host);
    let file = |name: &str, day: u32| {
        let row = |n: u32| format!("0{day}/05/2024 08:{n:02},{n}.5\n");
        folder.write(name, format!("when,temp\n{}", (0..9).map(row).collect::<String>()))
    };
    let (one, two) = (file("week1.csv", 1), file("week2.csv", 8));
    arrive(&host, &page, "");
    page.upload(&[&one]);
    page.wait_phase("refused");
    page.click("[data-date-order=day-first]");
    page.wait_phase("ready");
    unfold(&page);
    page.set_value("#card-zone", "Europe/Berlin");
    wait_line(&page, "zone", "Europe/Berlin (chosen)");
    stayed_quiet(&host, &page);
    arrive(&host, &page, "?");
    page.upload(&[&two]);
    page.wait_phase("ready");
    unfold(&page);
    wait_line(&page, "zone", "Europe/Berlin (chosen)");
    assert_eq!(preview(&page)[0][1], "2024-05-08 06:00:00");
    page.wait_for("the link", "return location.search === '?zone=Europe%2FBerlin&date_order=day-first'");
    page.upload(&[&fixture("aranet/office.csv")]);
    page.wait_for(
        "the other log",
        "return document.title.includes('office.csv') && document.body.dataset.phase === 'ready'",
    );
    unfold(&page);
    assert!(line(&page, "zone").contains("UTC (assumed)"));
    stayed_quiet(&host, &page);
}

fn zone(engine: Engine) {
    let folder = Folder::new();
    let text =
        "time,temp_C\n2024-10-27 01:30:00,1\n2024-10-27 02:30:00,2\n2024-10-27 02:30:00,3\n2024-10-27 03:30:00,4\n";
    let path = folder.write("clock.csv", text);
    visit(engine, "", |page| {
        page.upload(&[&path]);
        page.wait_phase("ready");
        unfold(page);
        assert!(line(page, "zone").contains("UTC (assumed)"));
        page.set_value("#card-zone", "Nowhere/City");
        page.wait_for(
            "the fault",
            "return document.querySelector('#card-zone').getAttribute('aria-invalid') === 'true'",
        );
        page.set_value("#card-zone", "Europe/Berlin");
        wait_line(page, "zone", "Europe/Berlin (chosen)");
        let times: Vec<String> = preview(page)
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row[1].as_str().unwrap_or_default().to_owned())
            .collect();
        let expected = ["2024-10-26 23:30:00", "2024-10-27 00:30:00", "2024-10-27 01:30:00", "2024-10-27 02:30:00"];
        assert_eq!(times, expected);
        // Days follow the zone, and say so: the first reading is of the 27th there, of the 26th in UTC.
        page.wait_for(
            "the days",
            "return document.querySelector('[data-table=daily] tbody tr.row td').textContent === '2024-10-27'",
        );
        assert_eq!(page.rows("daily"), 1);
        assert!(page.text(".rail").contains("Dates (Europe/Berlin)"));
        let notes = line(page, "notes");
        assert!(notes.contains("line 3: its hour occurs twice: read as the first one"), "{notes}");
        assert!(notes.contains("line 4: its hour occurs twice: read as the second one"), "{notes}");
        page.wait_for("the link", "return location.search.includes('zone=Europe%2FBerlin')");
    });
}

fn long(engine: Engine) {
    visit(engine, "", |page| {
        page.upload(&[&fixture("influx-annotated/query.csv")]);
        page.wait_phase("ready");
        assert_eq!((page.count("readings"), page.count("devices")), (3, 2));
        page.upload(&[&fixture("home-assistant/history.csv")]);
        page.wait_for(
            "the other log",
            "return document.title.includes('history.csv') && document.body.dataset.phase === 'ready'",
        );
        unfold(page);
        wait_line(page, "devices", "cellar");
        let found = line(page, "metrics");
        assert_eq!(line(page, "layout"), "a value a row: 6 rows make 4 readings");
        assert!(found.contains("unavailable ×1") && found.contains("binary_sensor.front_door"), "{found}");
        page.upload(&[&fixture("aranet/office.csv")]);
        page.wait_for(
            "the third log",
            "return document.title.includes('office.csv') && document.body.dataset.phase === 'ready'",
        );
        page.tab("Any metric");
        page.set_value("#any-metric", "co2_ppm");
        page.wait_for("the link", "return location.hash.includes('metric=co2_ppm')");
        page.wait_for("the chart", "return document.querySelector('#any-metric').value === 'co2_ppm'");
        assert!(page.painted() > 0);
    });
}

fn fleet(engine: Engine) {
    visit(engine, "", |page| {
        page.upload(&[&fixture("seeds-sdcard/07050100.TXT"), &fixture("seeds-sdcard/07050101.TXT")]);
        page.wait_phase("ready");
        assert_eq!((page.count("readings"), page.count("devices")), (2, 1));
        unfold(page);
        assert!(line(page, "preset").contains("seeds-sdcard"));
        let summary = page.text(".readas summary");
        assert!(summary.contains("2 files, all read as: "), "{summary}");
    });
    // Two exports of one logger that overlap.
    let folder = Folder::new();
    let row = |n: u32| format!("2024-05-01 00:{n:02}:00,{}.5\n", 18 + n % 9);
    let export = |rows: std::ops::Range<u32>| format!("time,temp_C\n{}", rows.map(row).collect::<String>());
    let (one, two) =
        (folder.write("attic_20240501.csv", export(0..20)), folder.write("attic_20240502.csv", export(15..40)));
    visit(engine, "", |page| {
        page.upload(&[&one, &two]);
        page.wait_phase("ready");
        assert_eq!((page.count("readings"), page.count("devices")), (45, 1));
        unfold(page);
        assert!(line(page, "repeated").contains("5 readings with equal values, 0 with others"));
        page.set_value("#card-repeats", "merge");
        page.wait_count("readings", 40);
        assert_eq!(page.count("dropped"), 5);
        page.wait_for("the link", "return location.search.includes('repeats=merge')");
    });
}

fn otherwise(engine: Engine) {
    let folder = Folder::new();
    let path = folder.write("packed.csv", "when,temp\nA2024121.0000,20.5\nA2024121.0015,20.75\nA2024121.0030,21\n");
    visit(engine, "", |page| {
        page.upload(&[&path]);
        page.wait_phase("refused");
        let sentence = page.text("#refused-title");
        assert!(sentence.contains("expected a column of times"), "{sentence}");
        page.set_value("#ways-time", "A%Y%j.%H%M");
        page.wait_phase("ready");
        assert_eq!(page.count("readings"), 3);
        unfold(page);
        assert_eq!(preview(page)[1][1], "2024-04-30 00:15:00");
    });
    // Times of day without a date: the page asks for the day.
    let path = folder.write("night.csv", "clock,temp\n23:30,20.5\n23:45,20.75\n0:00,21\n");
    visit(engine, "", |page| {
        page.upload(&[&path]);
        page.wait_phase("refused");
        let sentence = page.text("#refused-title");
        assert!(sentence.contains("on which day does the log begin?"), "{sentence}");
        page.set_value("#ways-start", "2024-04-30");
        page.wait_phase("ready");
        unfold(page);
        assert_eq!(preview(page)[2][1], "2024-05-01 00:00:00");
        page.wait_for("the link", "return location.hash.includes('read.start=2024-04-30')");
    });
}

/// The browser's zones beside those that the command line has, around every change since 1970.
fn zones(engine: Engine) {
    let host = Host::of_page();
    let page = Page::start(engine, &host);
    arrive(&host, &page, "");
    let script = "const clock = new Intl.DateTimeFormat('en-US', { timeZone: arguments[0], timeZoneName: 'longOffset', hour: 'numeric' });
        return arguments[1].map((at) => clock.formatToParts(new Date(at)).find((part) => part.type === 'timeZoneName').value)";
    for name in
        ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Santiago", "Asia/Tokyo"]
    {
        let zone: chrono_tz::Tz = name.parse().expect("a zone");
        let offset = |seconds: i64| {
            let at = chrono::DateTime::from_timestamp(seconds, 0).expect("a time").naive_utc();
            zone.offset_from_utc_datetime(&at).fix().local_minus_utc()
        };
        // Both sides of every change up to now, to the hour.
        let hours: Vec<i64> = (1..498_000).filter(|hour| offset(hour * 3600) != offset((hour - 1) * 3600)).collect();
        let instants: Vec<i64> = hours.iter().flat_map(|hour| [(hour - 1) * 3600, hour * 3600]).collect();
        let milliseconds: Vec<i64> = instants.iter().map(|seconds| seconds * 1000).collect();
        let found = page.script(script, &[name.into(), json!(milliseconds)]);
        for (seconds, text) in instants.iter().zip(found.as_array().expect("offsets")) {
            let text = text.as_str().expect("an offset");
            let us = sensorium::survey::offset_of(text).unwrap_or_else(|| panic!("{name}: {text}"));
            assert_eq!(us, i64::from(offset(*seconds)) * 1_000_000, "{name} at {seconds}");
        }
    }
}
