//! The scripts as text.

use expect_test::expect_file;
use sensorium::recipe::{Mode, Recipe, query::from_query};
use sensorium::sql::{Engine, Input, Wanted, script};
use sensorium::survey::Told;

/// Tests that need no engine.
pub fn cases() -> Vec<(&'static str, fn())> {
    vec![
        ("scripts_of_the_default_recipe", default_recipe),
        ("what_cannot_be_kept_is_refused", refused),
        ("the_same_wish_gives_the_same_text", same),
    ]
}

fn wanted(engine: Engine, path: &str) -> Wanted {
    Wanted {
        engine,
        input: Input::Files(vec![path.into()]),
        delimiter: ',',
        lacking: Vec::new(),
        metrics: Vec::new(),
        unread: Vec::new(),
        schema: "sensorium".into(),
        told: Told::default(),
    }
}

fn default_recipe() {
    let of = |engine| script(&Recipe::default(), &wanted(engine, "gateway-03.csv")).unwrap();
    expect_file!["snapshots/duckdb.sql"].assert_eq(&of(Engine::DuckDb));
    expect_file!["snapshots/postgresql.sql"].assert_eq(&of(Engine::PostgreSql));
    expect_file!["snapshots/spark.sql"].assert_eq(&of(Engine::Spark));
}

fn same() {
    let (recipe, _) = from_query("fill=time&max_gap=90&mode=repair&from=2024-03-01&repeats=merge");
    for engine in Engine::ALL {
        let of = || script(&recipe, &wanted(engine, "it's.csv")).unwrap();
        assert_eq!(of(), of());
    }
    // Drivers cut a script of Spark's where a line ends with a semicolon.
    let spark = script(&recipe, &wanted(Engine::Spark, "it's.csv")).unwrap();
    let mut statements = spark.lines().filter(|line| !line.trim_start().starts_with("--"));
    assert!(statements.all(|line| !line.trim_end_matches(';').contains(';')), "{spark}");
}

fn refused() {
    let table = |name: &str, ordinal: &str| Input::Table { name: name.into(), ordinal: ordinal.into() };
    let (strict, _) = from_query("mode=strict");
    let (elsewhere, _) = from_query("zone=Europe/Berlin");
    let mut named = Recipe::default();
    named.contract.columns[2].name = "line".into();
    let mut ending = Recipe::default();
    ending.contract.columns[3].name = "temperature_celsius_rule".into();
    let mut long = Recipe::default();
    long.contract.columns[4].name = "p".repeat(60);
    let plain = Recipe::default();
    type Adjust = fn(&mut Wanted);
    let cases: [(&Recipe, Engine, Input, Adjust, &str); 12] = [
        (
            &plain,
            Engine::PostgreSql,
            Input::Files(vec!["logs/*.csv".into()]),
            |_| {},
            "knows no patterns such as \"logs/*.csv\"",
        ),
        (&plain, Engine::DuckDb, Input::Files(Vec::new()), |_| {}, "--csv: name a file"),
        (&plain, Engine::DuckDb, Input::Files(vec!["a\nb".into()]), |_| {}, "holds a line end"),
        (&plain, Engine::Spark, table("raw", " "), |_| {}, "--ordinal: name the column"),
        (&plain, Engine::Spark, table("lake.", "n"), |_| {}, "\"lake.\" is no name of a table"),
        (&elsewhere, Engine::DuckDb, table("raw", "n"), |_| {}, "zone Europe/Berlin is not known here"),
        (&strict, Engine::DuckDb, table("raw", "n"), |w| w.lacking.push("pressure_hpa".into()), "strict mode refuses"),
        (
            &plain,
            Engine::DuckDb,
            table("raw", "n"),
            |w| w.lacking.push("co2".into()),
            "\"co2\" is no metric of the contract",
        ),
        (
            &plain,
            Engine::DuckDb,
            table("raw", "n"),
            |w| w.metrics.push("Humidity_Percent".into()),
            "--metric: \"Humidity_Percent\"",
        ),
        (&named, Engine::DuckDb, table("raw", "n"), |_| {}, "\"line\" is a name that the script needs"),
        (&ending, Engine::DuckDb, table("raw", "n"), |_| {}, "\"temperature_celsius_rule\" is a name"),
        (&long, Engine::PostgreSql, table("raw", "n"), |_| {}, "PostgreSQL cuts names at 63 bytes"),
    ];
    for (recipe, engine, input, adjust, part) in cases {
        let mut wanted = Wanted { input, ..wanted(engine, "") };
        adjust(&mut wanted);
        let fault = script(recipe, &wanted).unwrap_err();
        assert!(fault.contains(part), "{fault}");
    }
    assert_eq!(strict.mode, Mode::Strict);
}
