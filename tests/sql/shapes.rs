//! Dates in other orders, clocks of other zones, files of other shapes: what a person says of a log.

use sensorium::recipe::{DateOrder as Order, Recipe, query::from_query};

use sensorium::sql::{Engine, Wanted};
use sensorium::survey::{Told, Zone, offset_of};

use crate::Case;
use crate::agree::{agree, found};
use crate::driver::Driver;
use crate::generate::{self, Random};
use crate::logs::seed;

pub fn cases() -> Vec<Case> {
    vec![
        ("dates_of_a_told_order_agree", dates),
        ("dates_that_are_not_read_alike_are_refused", other_dates),
        ("clocks_of_zones_agree", zones),
        ("nasty_logs_of_a_zone_agree_or_are_refused", nasty),
        ("files_of_other_encodings_and_without_names_agree", files),
    ]
}

const HEADER: &str = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent";

/// A log of these times, on two devices.
fn log(times: &[&str]) -> Vec<u8> {
    let mut text = format!("{HEADER}\n");
    for (row, time) in times.iter().enumerate() {
        let time = if time.contains(',') { format!("\"{time}\"") } else { (*time).to_string() };
        text += &format!("{time},{},{}.5,50,1000,80\n", ["a", "b"][row % 2], 20 + row % 9);
    }
    text.into_bytes()
}

fn told(order: Order) -> Recipe {
    from_query(&format!("date_order={}", order.name())).0
}

/// What loggers write in digits, and what looks like it and is no time.
fn dates(driver: &mut Driver) {
    let day_first = [
        "01/02/2024 08:00",
        " 1/2/2024 8:5:0 ",
        "01.02.24 8.05.30",
        "1-2-2024T23:59:59.123456789",
        "01/02/2024, 08:00:00:5",
        "01.02.2024. 08:00:00,25",
        "01 02 2024 08:00",
        "1. 2. 2024  8:00",
        "01/02/2024_08:00",
        "01/02/2024",
        "01/02/69 24:00",
        "01/02/68 24:00:00",
        "01/02/2024 24:01",
        "01/02/2024 08:60",
        "01/02/2024 25:00",
        "01/02/2024 8:00.30",
        "01/02/2024 8:00:123",
        "01/02/2024 8:00:61",
        "01/02/2024 17:24:00+02:00",
        "01/02/2024 17:24:00 -0530",
        "01/02/2024 17:24Z",
        "01/02/2024 17:24 UTC",
        "01/02/2024 17:24 GMT+01",
        "01/02/2024 17:24+24:00",
        "01/02/0000 08:00",
        "01/02/0001 08:00",
        "01/02/9999 08:00",
        "30/02/2024 08:00",
        "00/02/2024 08:00",
        "13/13/2024 08:00",
        "01/02/024 08:00",
        "yesterday",
        "",
        "N/A",
    ];
    let cases: [(Order, Vec<&str>); 8] = [
        (Order::DayMonthYear, vec!["13/02/2024 08:00", "14/02/2024 08:00", "15/02/2024 08:00"]),
        (Order::DayMonthYear, vec!["01/02/2024 08:00", "02/02/2024 08:00", "13/02/2024 08:00"]),
        (
            Order::MonthDayYear,
            vec![
                "03/01/24 08:00:00 AM",
                "03/01/24 12:30:00 PM",
                "03/01/24 11:59:59 p.m.",
                "03/01/24 0:15 am",
                "3/1/24 13:00 PM",
                "3/1/24 13:00 AM",
                "3/1/24 12:30 p. m.",
                "3/1/24 1:30PM UTC",
                "3/1/24 1:30 pm +0100",
                "3/1/24 1:30 p",
                "03/01/24",
            ],
        ),
        (Order::MonthDayYear, vec!["01/02/2024 08:00", "02/02/2024 08:00", "03/02/2024 08:00"]),
        (Order::DayMonthYear, vec!["01/02/2024 08:00", "02/02/2024 08:00", "03/02/2024 08:00"]),
        (Order::YearMonthDay, vec!["21.04.08 23:00:00", "21.04.09 23:00:00", "2021/4/9 5:00"]),
        (Order::YearMonthDay, vec!["2024-03-01 08:00:00", "2024-03-01T08:00", "2024-03-02 8:00"]),
        (Order::DayMonthYear, day_first.to_vec()),
    ];
    let is_slow = driver.engine == Engine::Spark;
    for (turn, (order, times)) in cases.into_iter().enumerate() {
        // Spark takes half a minute for each.
        if is_slow && ![2, 5, 7].contains(&turn) {
            continue;
        }
        agree(driver, &[log(&times)], &told(order), &|_| {})
            .unwrap_or_else(|reason| panic!("{order:?} {times:?}: {reason}"));
    }
}

fn other_dates(driver: &mut Driver) {
    let daily: Vec<String> = (1..13).map(|day| format!("{day:02}/05/2024 08:00")).collect();
    let hours: Vec<String> = (0..60).map(|hour| format!("{:02}/05/2024 {}:00", 1 + hour / 24, hour % 24)).collect();
    let texts = |times: &[String]| log(&times.iter().map(String::as_str).collect::<Vec<_>>());
    let cases = [
        (Order::DayMonthYear, log(&["01/02/2024 08:00", "02 Feb 2024 08:00"]), "line 3: expected a time in digits"),
        (Order::DayMonthYear, log(&["01/02/2024 08:00", "02/02/2024 8"]), "line 3: expected a time in digits"),
        (Order::DayMonthYear, log(&["01/02/2024 08:00", "20240202 0800"]), "line 3: expected a time in digits"),
        (Order::MonthDayYear, log(&["01/02/2024 8:00 AM", "01/02/2024 8:00"]), "expected AM or PM with all times"),
        (
            Order::MonthDayYear,
            log(&["01/13/2024 8:00", "13/02/2024 8:00", "13/03/2024 8:00"]),
            "line 2: expected dates day first",
        ),
        (Order::MonthDayYear, texts(&hours), "their steps are even day first"),
    ];
    let few = if driver.engine == Engine::Spark { 3 } else { 0 };
    for (order, log, part) in cases.into_iter().skip(few) {
        let said = found(driver, &[log], &told(order), &|_| {}).tables.expect_err("expected to be refused");
        assert!(said.contains(part), "{said}");
    }
    // Nothing but the recipe says which these are.
    if few > 0 {
        return;
    }
    agree(driver, &[texts(&daily)], &told(Order::MonthDayYear), &|_| {}).unwrap();
    agree(driver, &[texts(&hours)], &told(Order::DayMonthYear), &|_| {}).unwrap();
}

const HOUR_US: i64 = 3_600_000_000;

/// Berlin's clock around 2024.
fn berlin() -> Zone {
    let changes = [(0, 1), (1_679_792_400, 2), (1_698_541_200, 1), (1_711_846_800, 2), (1_729_990_800, 1)];
    let changes = changes.map(|(from_s, hours)| (from_s * 1_000_000, hours * HOUR_US));
    Zone { name: "Europe/Berlin".into(), changes: changes.to_vec() }
}

fn of_zone(zone: &Zone, query: &str) -> (Recipe, impl Fn(&mut Wanted) + use<>) {
    let recipe = from_query(&format!("zone={}&{query}", zone.name.replace('/', "%2F").replace('+', "%2B"))).0;
    assert!(recipe.zone.is_some(), "{query}");
    let zone = zone.clone();
    (recipe, move |wanted: &mut Wanted| wanted.told.zone = Some(zone.clone()))
}

/// Quarters of an hour over both nights in which the clock is moved, an hour twice, and one that never was; days are the zone's.
fn zones(driver: &mut Driver) {
    let night = |day: &str, hours: &[u32]| -> Vec<String> {
        let quarters = hours.iter().flat_map(|hour| (0..4).map(move |quarter| (hour, quarter * 15)));
        quarters.map(|(hour, minute)| format!("{day} {hour:02}:{minute:02}:00")).collect()
    };
    let both = |times: Vec<String>| {
        let mut text = format!("{HEADER}\n");
        for (row, time) in times.iter().enumerate() {
            for device in ["a", "b"] {
                let cell = if row % 7 == 3 { String::new() } else { format!("{}.5", 20 + row % 9) };
                text += &format!("{time},{device},{cell},50,1000,80\n");
            }
        }
        text.into_bytes()
    };
    let spring = both(night("2024-03-31", &[0, 1, 2, 3, 4, 23]));
    let autumn = both([night("2024-10-26", &[22, 23]), night("2024-10-27", &[0, 1, 2, 2, 3, 23])].concat());
    let mut bad = night("2024-10-27", &[3, 2, 1, 2, 3, 2, 0]);
    // Between them rows whose time is none: the ones around follow each other.
    bad.insert(5, "2024-13-27 02:00:00".into());
    bad.insert(14, "9999-12-31 24:00".into());
    let unsorted = both(bad);
    let stated = both(night("2024-10-27", &[1, 2, 3]).iter().map(|time| format!("{time}+02:00")).collect());
    let epochs = both((0..40).map(|n| (1_729_983_600_000_i64 + n * 900_000).to_string()).collect());
    let slashes = both(night("27/10/2024", &[0, 1, 2, 2, 3, 23]));
    let fixed = |name: &str| Zone::fixed(name, offset_of(name).unwrap());
    let logs = [&spring, &autumn, &unsorted, &stated, &epochs];
    for (log, query) in logs.iter().zip([
        "from=2024-03-31&to=2024-03-31",
        "to=2024-10-26",
        "fill=time",
        "from=2024-10-27",
        "from=2024-10-27",
    ]) {
        // Spark takes half a minute for each.
        let is_slow = driver.engine == Engine::Spark;
        if is_slow && query != "from=2024-03-31&to=2024-03-31" && !std::ptr::eq(*log, &epochs) {
            continue;
        }
        for zone in [berlin(), fixed("-05:30")].into_iter().take(if is_slow { 1 } else { 2 }) {
            let (recipe, wish) = of_zone(&zone, query);
            let tables = agree(driver, &[log.to_vec()], &recipe, &wish)
                .unwrap_or_else(|reason| panic!("{} {query}: {reason}", zone.name));
            assert!(!tables[0].rows.is_empty() || zone.name != "Europe/Berlin", "{query}");
        }
    }
    let (recipe, wish) = of_zone(&berlin(), "date_order=day-first");
    agree(driver, &[slashes], &recipe, &wish).unwrap();
    // Two files, each with its hour twice.
    let (recipe, wish) = of_zone(&berlin(), "");
    agree(driver, &[autumn, unsorted], &recipe, &wish).unwrap();
    // Where one time states its offset, the others are UTC.
    if driver.engine == Engine::Spark {
        return;
    }
    let mixed = log(&["2024-10-27 01:00:00", "2024-10-27 01:00:00", "2024-10-27 01:00:00Z", "2024-10-27 02:00:00"]);
    agree(driver, &[mixed], &recipe, &wish).unwrap();
}

/// Logs with gaps, violations and odd shapes: what both read is equal, what only a survey judges is refused.
fn nasty(driver: &mut Driver) {
    let base = seed();
    println!("SENSORIUM_SEED={base}");
    let turns = if driver.engine == Engine::Spark { 3 } else { 60 };
    let (mut agreed, mut refusals) = (0, std::collections::BTreeMap::<String, u32>::new());
    for turn in 0..turns {
        let mut random = Random(base.wrapping_add(turn));
        let log = generate::log(&mut random, 120);
        let zone = if random.percent(50) { berlin() } else { Zone::fixed("+05:30", 5 * HOUR_US + HOUR_US / 2) };
        let queries = ["", "mode=repair", "from=2024-02-29&to=2024-03-02", "repeats=merge"];
        let query: &&str = random.pick(&queries);
        let (recipe, wish) = of_zone(&zone, query);
        let wish = |wanted: &mut Wanted| {
            wish(wanted);
            if log.has_extra {
                wanted.metrics.push("co2_ppm".into());
            }
        };
        let found = agree(driver, &[log.text.clone().into_bytes()], &recipe, &wish);
        match found {
            Ok(_) => agreed += 1,
            Err(reason) if reason.starts_with("the library refuses") => panic!("turn {turn}: {reason}\n{}", log.text),
            Err(reason)
                if reason.contains("expected ")
                    || reason.contains("Sensorium only")
                    || reason.contains("no value")
                    || reason.contains("may number the rows") =>
            {
                *refusals
                    .entry(reason.lines().next().unwrap_or("").chars().filter(|c| !c.is_ascii_digit()).collect())
                    .or_default() += 1;
            }
            Err(reason) => panic!("turn {turn}: {reason}\n{}", log.text),
        }
    }
    println!("{agreed} agree, refused: {refusals:#?}");
}

fn files(driver: &mut Driver) {
    let rows = "2024-03-01 08:00:00,sensör,20.5,50,1000.5,80\n2024-03-01 08:01:00,sensor €,21.5,51,1000.5,80\n2024-03-01 08:02:00,sensör,ERR,50,1001,80\n2024-03-01 08:03:00,sensör,22,,1001,80\n2024-03-01 08:04:00,sensör,22,51,1001,80\n2024-03-01 08:04:00,sensör,22,51,1001,80\n";
    let recipe = Recipe::default();
    let text = format!("{HEADER}\r\n{}", rows.replace('\n', "\r\n"));
    let western: Vec<u8> = text
        .chars()
        .map(|c| match c {
            '€' => 0x80,
            c => u8::try_from(u32::from(c)).unwrap(),
        })
        .collect();
    let wide = text.replace("sensör", "sensör 𝒯");
    let little: Vec<u8> = format!("\u{feff}{wide}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = wide.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (label, bytes) in
        [("utf-8", text.clone().into_bytes()), ("windows-1252", western), ("utf-16le", little), ("UTF-16BE", big)]
    {
        let wish = |wanted: &mut Wanted| wanted.told = Told { encoding: Some(label.into()), ..Told::default() };
        let mut found = found(driver, &[bytes], &recipe, &wish);
        // The library finds UTF-16 out by itself.
        if label.to_lowercase().starts_with("utf-16") {
            found.told = Told::default();
        }
        let tables = found.agree(driver.engine, &recipe).unwrap_or_else(|reason| panic!("{label}: {reason}"));
        assert!(tables[0].rows.len() == 5 && tables[1].rows.len() == 1, "{label}");
    }
    let told = |told: Told, metrics: &'static [&'static str]| {
        move |wanted: &mut Wanted| {
            wanted.told = told.clone();
            wanted.metrics = metrics.iter().map(|name| (*name).to_string()).collect();
        }
    };
    let headless =
        told(Told { header_line: Some(0), ..Told::default() }, &["column_3", "column_4", "column_5", "column_6"]);
    let varied = rows.replace("1001,80", "1001,81");
    agree(driver, &[varied.into_bytes()], &recipe, &headless).unwrap();
    let of_file = told(Told { device_from: Some("file".into()), ..Told::default() }, &[]);
    let nameless =
        format!("{HEADER}\n{rows}").replace("device_id,", "").replace("sensör,", "").replace("sensor €,", "");
    agree(driver, &[nameless.into_bytes()], &recipe, &of_file).unwrap();
    let of_column = told(Told { device_from: Some("room".into()), ..Told::default() }, &[]);
    let rooms = format!("{HEADER}\n{rows}").replace("device_id", "Room");
    agree(driver, &[rooms.into_bytes()], &recipe, &of_column).unwrap();
}
