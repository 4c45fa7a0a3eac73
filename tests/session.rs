//! Requests and replies without a browser: the session as the worker drives it.

use sensorium::ingest::{Bytes, Source};
use sensorium::protocol::*;
use sensorium::recipe::{DateRange, Mode, Recipe};
use sensorium::sample;
use sensorium::session::Session;

type TabSession = Session<Bytes<Vec<u8>>>;

fn open(files: &[(&str, &str)], recipe: &Recipe) -> TabSession {
    let mut session = Session::default();
    let files = files.iter().map(|(name, text)| (name.to_string(), Bytes(text.as_bytes().to_vec()))).collect();
    let _ = session.read(files, recipe, &mut |_| {});
    session.compute(recipe.clone());
    session
}

fn sample_session() -> TabSession {
    open(&[(sample::NAME, &sample::csv())], &Recipe::default())
}

fn overview(session: &mut TabSession, recipe: &Recipe) -> Overview {
    session.compute(recipe.clone());
    let ask = Ask { generation: 7, recipe: Some(recipe.clone()), ..Ask::default() };
    match session.answer(&ask, &mut std::io::sink()) {
        Reply::Answer(answer) => {
            assert_eq!(answer.generation, 7);
            answer.overview.expect("an overview follows a recipe")
        }
        other => panic!("{other:?}"),
    }
}

fn refusal(session: &mut TabSession) -> Refusal {
    let recipe = session.recipe().clone();
    match session.answer(&Ask { recipe: Some(recipe), ..Ask::default() }, &mut std::io::sink()) {
        Reply::Refused(refusal) => *refusal,
        other => panic!("{other:?}"),
    }
}

fn rows(table: TableKind, from: u64, count: u32) -> TableAsk {
    TableAsk { table, sort: None, filter: String::new(), from, count }
}

fn answer(session: &mut TabSession, ask: Ask) -> Answer {
    match session.answer(&ask, &mut std::io::sink()) {
        Reply::Answer(answer) => *answer,
        other => panic!("{other:?}"),
    }
}

fn balanced(counts: &Counts) {
    let sum = counts.rows_out + counts.rows_dropped + counts.rows_set_aside + counts.rows_outside_range;
    assert_eq!(counts.rows_read, sum, "{counts:?}");
}

#[test]
fn the_sample_has_something_for_every_view() {
    let mut session = sample_session();
    let seen = overview(&mut session, &Recipe::default());
    balanced(&seen.counts);
    // The run log and the command line count by themselves: the same.
    let log = sensorium::ingest::read_files(
        vec![(sample::NAME.to_string(), Bytes(sample::csv().into_bytes()))],
        &Recipe::default().contract,
        &mut |_| {},
    )
    .unwrap()
    .log;
    let told = sensorium::export::Summary::of(&log, session.outcome());
    let c = &seen.counts;
    assert_eq!(
        (c.rows_read, c.rows_out, c.rows_dropped, c.rows_set_aside, c.rows_outside_range, c.devices),
        (told.rows_read, told.rows_out, told.rows_dropped, told.rows_set_aside, told.rows_outside_range, told.devices)
    );
    assert_eq!((c.high_temperature, c.low_battery, c.both), (told.high_temperature, told.low_battery, told.both));
    assert_eq!(c.filled, told.filled.iter().map(|(_, cells)| *cells).collect::<Vec<_>>());
    assert!(
        c.devices >= 5 && c.high_temperature > 0 && c.low_battery > 0 && c.both > 0 && c.rows_set_aside > 0,
        "{c:?}"
    );
    assert!(c.filled.iter().sum::<u64>() > 0);
    for tab in [Tab::Temperature, Tab::Battery, Tab::Humidity, Tab::Anomalies, Tab::Rolling] {
        let ask = ChartAsk { tab, columns_px: 800, ..ChartAsk::default() };
        let Some(Chart::Lines(chart)) = answer(&mut session, Ask { chart: Some(ask), ..Ask::default() }).chart else {
            panic!("{tab:?}")
        };
        assert!(chart.series.iter().any(|series| series.y.iter().any(|y| y.is_finite())), "{tab:?}");
    }
    let ask = ChartAsk { tab: Tab::Heatmap, columns_px: 800, ..ChartAsk::default() };
    let Some(Chart::Heat(heat)) = answer(&mut session, Ask { chart: Some(ask), ..Ask::default() }).chart else {
        panic!()
    };
    assert_eq!(heat.cells.len(), heat.names.len() * 24);
    for table in [TableKind::Anomalies, TableKind::Daily, TableKind::SetAside, TableKind::Raw] {
        let page = &answer(&mut session, Ask { tables: vec![rows(table, 0, 5)], ..Ask::default() }).tables[0];
        assert!(page.total > 0 && page.rows.len() == 5.min(page.total as usize), "{table:?}");
    }
}

#[test]
fn a_moved_limit_changes_flags_and_nothing_else() {
    let mut session = sample_session();
    let before = overview(&mut session, &Recipe::default());
    let mut recipe = Recipe::default();
    recipe.limits.high_temp_celsius = 20.0;
    recipe.limits.low_battery_percent = 0.0;
    let after = overview(&mut session, &recipe);
    assert!(after.counts.high_temperature > before.counts.high_temperature);
    assert_eq!((after.counts.low_battery, after.counts.both), (0, 0));
    assert_eq!(after.counts.filled, before.counts.filled);
    assert_eq!(after.high_temp.bins, before.high_temp.bins);
    assert_eq!(after.high_temp.beyond_readings, after.counts.high_temperature);
    // The same as computing it afresh.
    let fresh = overview(&mut open(&[(sample::NAME, &sample::csv())], &recipe), &recipe);
    assert_eq!(after, fresh);
    // And back again.
    assert_eq!(overview(&mut session, &Recipe::default()), before);
}

#[test]
fn points_that_are_left_out_are_those_that_the_page_holds() {
    let mut csv =
        String::from("timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n");
    // The later a device's name, the hotter it is; the earlier, the more often it is hot.
    for row in 0..24_000 {
        let device = row % 12;
        let (hour, minute) = (row / 12 % 24, row / 288 % 60);
        let warm = if row / 12 % 12 >= device { 20.0 + f64::from(device) } else { 10.0 };
        csv += &format!("2024-03-0{} {hour:02}:{minute:02}:00,d{device:02},{warm:.1},50,1000,80\n", 1 + row / 17_280);
    }
    let mut session = open(&[("log.csv", &csv)], &Recipe::default());
    let chart = ChartAsk { tab: Tab::Anomalies, columns_px: 400, ..ChartAsk::default() };
    let ask = |limit: f64, generation: u32, holds: u32| {
        let mut recipe = Recipe::default();
        recipe.limits.high_temp_celsius = limit;
        Ask { generation, holds, recipe: Some(recipe), chart: Some(chart.clone()), ..Ask::default() }
    };
    let mut lines = |ask: Ask| {
        session.compute(ask.recipe.clone().expect("a recipe"));
        match answer(&mut session, ask).chart {
            Some(Chart::Lines(chart)) => chart,
            _ => panic!("lines"),
        }
    };
    let mut held = lines(ask(40.0, 1, 0));
    assert_eq!(held.from, 0);
    let mut brought = 0;
    for (generation, limit) in (2..).zip([40.0, 25.0, 22.0, 30.0, 15.0, 28.0]) {
        let mut sent = lines(ask(limit, generation, held.lines));
        assert_eq!(sent.from, held.lines, "limit {limit}");
        brought += sent.series.iter().filter(|series| !series.x_us.is_empty()).count();
        sent.take_points(held.series);
        // The same as drawing it afresh, but for a line behind the others that once stood before them: it keeps its points.
        let whole = lines(ask(limit, 100 + generation, 0));
        assert_eq!(whole.from, 0);
        for (series, fresh) in sent.series.iter().zip(&whole.series) {
            assert!(!series.x_us.is_empty());
            assert_eq!((series.device, series.color, series.weight), (fresh.device, fresh.color, fresh.weight));
            if series.weight != Weight::Faint {
                let bits = |s: &Series| s.y.iter().map(|y| y.to_bits()).collect::<Vec<u64>>();
                assert!(series.x_us == fresh.x_us && bits(series) == bits(fresh), "limit {limit}, {}", series.name);
            }
        }
        assert_eq!(sent.marks, whole.marks);
        held = sensorium::protocol::LineChart { lines: whole.lines, ..sent };
    }
    assert!(brought > 0, "some line came to the front");
    let other = lines(ask(40.0, 300, held.lines + 1));
    assert!(other.from == 0 && other.series.iter().all(|series| !series.x_us.is_empty()), "others hold other lines");
}

#[test]
fn every_stale_stage_is_rerun_whatever_changes() {
    let csv = sample::csv();
    let mut session = sample_session();
    let mut recipe = Recipe::default();
    let steps: [fn(&mut Recipe); 7] = [
        |r| r.mode = Mode::Repair,
        |r| r.dates = DateRange { from_day: Some(0), to_day: None },
        |r| r.fill = sensorium::recipe::Fill::Time { max_gap_seconds: Some(1800.0) },
        |r| r.mode = Mode::SetAside,
        |r| r.limits.high_temp_celsius = 25.0,
        |r| r.dates = DateRange::default(),
        |r| r.fill = sensorium::recipe::Fill::Position,
    ];
    for (i, step) in steps.iter().enumerate() {
        step(&mut recipe);
        let kept = overview(&mut session, &recipe);
        balanced(&kept.counts);
        assert_eq!(kept, overview(&mut open(&[(sample::NAME, &csv)], &recipe), &recipe), "step {i}");
    }
}

#[test]
fn strict_refuses_and_another_mode_goes_on_without_reading_again() {
    let mut session = sample_session();
    let recipe = Recipe { mode: Mode::Strict, ..Recipe::default() };
    session.compute(recipe);
    let refused = refusal(&mut session);
    assert!(refused.message.contains("the mode is Stop"), "{}", refused.message);
    assert!(refused.other_modes && refused.would_set_aside > 0 && refused.findings >= refused.would_set_aside);
    assert_eq!(refused.page.as_ref().unwrap().total, refused.findings);
    let page = &answer(&mut session, Ask { tables: vec![rows(TableKind::Findings, 2, 3)], ..Ask::default() }).tables[0];
    assert_eq!((page.from, page.total), (2, refused.findings));
    let mut bytes = Vec::new();
    let reply = session.answer(&Ask { export: Some(ExportKind::Findings), ..Ask::default() }, &mut bytes);
    assert!(matches!(reply, Reply::Answer(_)), "{reply:?}");
    assert_eq!(bytes.iter().filter(|b| **b == b'\n').count() as u64, refused.findings + 1);
    let reply = session.answer(&Ask { export: Some(ExportKind::Csv), ..Ask::default() }, &mut std::io::sink());
    assert!(matches!(reply, Reply::Failed { .. }), "{reply:?}");
    let counts = overview(&mut session, &Recipe::default()).counts;
    assert_eq!(counts.rows_set_aside, refused.would_set_aside);
}

#[test]
fn refusals_say_what_was_found() {
    const HEADER: &str =
        "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n";
    let dropped = format!("{HEADER}1,a,,50,1000,80\n2,a,,50,1000,80\n");
    let aside = format!("{HEADER}1,a,99,50,1000,80\n");
    let mut seen = String::new();
    for (name, text) in [
        ("empty.csv", ""),
        ("header.csv", HEADER),
        ("dropped.csv", &dropped),
        ("aside.csv", &aside),
        ("x.csv", "a,b\n1,2\n"),
    ] {
        let mut session = open(&[(name, text)], &Recipe::default());
        let refused = refusal(&mut session);
        seen += &format!("{} [{} findings, other modes {}]\n", refused.message, refused.findings, refused.other_modes);
    }
    expect_test::expect![[r#"
        empty.csv: the file is empty; expected a header line and readings [1 findings, other modes false]
        no reading: header.csv has a header and no row after it [1 findings, other modes false]
        no reading is left of the 2 rows of dropped.csv: 2 dropped, the first (line 2) because: device never measured temperature_celsius [3 findings, other modes false]
        no reading is left of the 1 row of aside.csv: 1 set aside because they break the contract [2 findings, other modes true]
        x.csv: expected a column of times, but found none: no date, no seconds since 1970; this is no log of readings [1 findings, other modes false]
    "#]].assert_eq(&seen);
}

#[test]
fn a_file_that_cannot_be_read_is_left_out_alone_but_not_in_strict() {
    let csv = sample::csv();
    let files = [("a.csv", csv.as_str()), ("b.csv", "no table at all\n"), ("c.csv", csv.as_str())];
    let mut session = open(&files, &Recipe::default());
    let seen = overview(&mut session, &Recipe::default());
    assert_eq!(seen.notices.len(), 2, "{:?}", seen.notices);
    assert!(seen.notices.iter().any(|n| n.starts_with("left out: b.csv: expected a table of readings")));
    assert!(seen.notices.iter().any(|n| n.contains("c.csv holds the same bytes as a.csv")));
    session.compute(Recipe { mode: Mode::Strict, ..Recipe::default() });
    assert!(refusal(&mut session).message.starts_with("b.csv: expected a table of readings"));
}

#[test]
fn every_export_has_a_name_and_bytes() {
    let mut session = sample_session();
    let mut names = String::new();
    for kind in [
        ExportKind::Parquet,
        ExportKind::ParquetPartitioned,
        ExportKind::StarSchema,
        ExportKind::Csv,
        ExportKind::Anomalies,
        ExportKind::Daily,
        ExportKind::SetAside,
        ExportKind::Dropped,
        ExportKind::Log,
        ExportKind::Folder,
        ExportKind::Sql,
        ExportKind::Report,
    ] {
        let mut bytes = Vec::new();
        let file = session.export(kind, &mut bytes).unwrap();
        assert!(!bytes.is_empty(), "{}", file.name);
        names += &format!("{}\n", file.name);
    }
    expect_test::expect![[r#"
        sample.readings.parquet
        sample.readings.zip
        sample.star.zip
        sample.readings.csv
        sample.anomalies.csv
        sample.daily.csv
        sample.set_aside.csv
        sample.dropped.csv
        sample.run.log
        sample.readings
        sample.sql.zip
        sample.report.html
    "#]]
    .assert_eq(&names);
}

#[test]
fn an_anomaly_row_is_found_in_the_chart() {
    let mut session = sample_session();
    let page =
        answer(&mut session, Ask { tables: vec![rows(TableKind::Anomalies, 3, 1)], ..Ask::default() }).tables.remove(0);
    let key = page.rows[0].key;
    let located = answer(&mut session, Ask { locate: Some(LocateAsk { key }), ..Ask::default() }).located.unwrap();
    let shown = page.rows[0].cells.iter().find_map(|cell| match cell {
        Cell::Time(time) => Some(*time),
        _ => None,
    });
    assert_eq!(Some(located.timestamp_us), shown);
    assert!(located.window_us.0 <= located.timestamp_us && located.timestamp_us < located.window_us.1);
}

/// A file that vanishes after it was read.
struct Vanishing {
    bytes: Vec<u8>,
    reads: u32,
}

impl Source for Vanishing {
    type Sent = sensorium::ingest::Unsent;

    fn bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, String> {
        self.reads = self.reads.checked_sub(1).ok_or("the file is no longer there")?;
        Bytes(&self.bytes).read_at(offset, buffer)
    }
}

#[test]
fn a_vanished_file_costs_a_sentence_and_not_the_log() {
    let mut session = Session::default();
    let source = Vanishing { bytes: sample::csv().into_bytes(), reads: 2 };
    session.read(vec![("gone.csv".into(), source)], &Recipe::default(), &mut |_| {}).unwrap();
    session.compute(Recipe::default());
    let failed = session.export(ExportKind::SetAside, &mut std::io::sink()).unwrap_err().to_string();
    assert!(failed.starts_with("gone.csv line ") && failed.ends_with("the file is no longer there"), "{failed}");
    assert!(session.export(ExportKind::Parquet, &mut std::io::sink()).is_ok());
    let source = Vanishing { bytes: sample::csv().into_bytes(), reads: 0 };
    assert!(session.read(vec![("gone.csv".into(), source)], &Recipe::default(), &mut |_| {}).is_err());
}
