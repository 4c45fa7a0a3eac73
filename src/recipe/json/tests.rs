use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::super::arbitrary::recipes;
use super::super::query::to_query;
use super::*;

/// JSON in; the recipe's query string, or the error, out.
fn check(json: &str, expect: Expect) {
    expect.assert_eq(&match from_json(json) {
        Ok(recipe) => format!("?{}", to_query(&recipe)),
        Err(error) => error.to_string(),
    });
}

#[test]
fn absent_fields_take_the_default() {
    assert_eq!(from_json("{}"), Ok(Recipe::default()));
    assert_eq!(from_json("\u{feff}{\"mode\": null}"), Ok(Recipe::default()));
    check(
        r#"{"high_temp": 28.5, "mode": "strict", "fill": "time", "max_gap": 60}"#,
        expect!["?high_temp=28.5&mode=strict&fill=time&max_gap=60"],
    );
}

#[test]
fn faults_are_sentences_with_a_line() {
    check("", expect![[r#"recipe: expected JSON that starts with a brace, such as {"high_temp": 28.5}"#]]);
    check("[]", expect![[r#"recipe: expected JSON that starts with a brace, such as {"high_temp": 28.5}"#]]);
    check(
        "{\n  \"hight_temp\": 3\n}",
        expect![
            "recipe line 2: unknown field `hight_temp`, expected one of `v`, `high_temp`, `low_battery`, `mode`, `fill`, `max_gap`, `from`, `to`, `zone`, `date_order`, `repeats`, `contract`"
        ],
    );
    check("{\"high_temp\": 3,\n\"high_temp\": 4}", expect!["recipe line 2: duplicate field `high_temp`"]);
    check("{\"high_temp\": \"3\"}", expect![[r#"recipe line 1: invalid type: string "3", expected a number"#]]);
    check("{\"high_temp\": 1e400}", expect!["recipe line 1: expected JSON, but found a fault: number out of range"]);
    check(
        "{\"mode\": \"Strict\"}",
        expect!["recipe line 1: unknown variant `Strict`, expected one of `strict`, `set-aside`, `repair`"],
    );
    check("{\"v\": 2}", expect!["recipe, v: expected 1, the version of recipes that is read, but found 2"]);
    check(
        "{\"zone\": \"Berlin!\"}",
        expect![[
            r#"recipe, zone: expected a zone such as Europe/Berlin or an offset such as -05:00, but found "Berlin!""#
        ]],
    );
    check("{\"zone\": \"Europe/Berlin\"}", expect!["?zone=Europe%2FBerlin"]);
    check(
        "{\"max_gap\": 60}",
        expect![[r#"recipe, max_gap: expected "fill": "time" beside max_gap, which has no meaning without it"#]],
    );
    check(
        "{\"fill\": \"time\", \"max_gap\": -60}",
        expect!["recipe, max_gap: expected a number of seconds, but found -60"],
    );
    check(
        "{\"from\": \"2023-02-30\"}",
        expect![[r#"recipe, from: expected a date such as 2024-03-01, but found "2023-02-30""#]],
    );
    check(
        "{\"from\": \"2024-03-02\", \"to\": \"2024-03-01\"}",
        expect!["recipe, from: expected a first day that is not after the last day"],
    );
    check(
        "{\"contract\": {\"columns\": []}}",
        expect!["recipe, contract: a contract needs exactly one timestamp column"],
    );
    check(
        "{\"contract\": {\"columns\": [], \"rows\": 1}}",
        expect!["recipe line 1: unknown field `rows`, expected `columns`"],
    );
    check(
        r#"{"contract": {"columns": [{"name": "t", "kind": "timestamp"}, {"name": "d", "kind": "device"}, {"name": "T", "kind": "number"}]}}"#,
        expect![[r#"recipe, contract: the contract names "T" twice"#]],
    );
}

#[test]
fn a_contract_of_its_own_is_carried() {
    let json = r#"{"contract": {"columns": [{"name": "when", "kind": "timestamp"}, {"name": "box", "kind": "device"},
        {"name": "co2_ppm", "kind": "number", "unit": "ppm", "min": 0, "fill": "linear"}]}}"#;
    let recipe = from_json(json).expect("a usable contract");
    assert_eq!(recipe.contract.columns[2].min, Some(0.0));
    assert_eq!(recipe.contract.columns[2].max, None);
    assert_eq!(from_json(&to_json(&recipe)), Ok(recipe));
}

#[test]
fn the_default_as_it_is_written() {
    expect![[r#"
        {
          "v": 1,
          "high_temp": 30.0,
          "low_battery": 15.0,
          "mode": "set-aside",
          "fill": "position",
          "zone": "UTC",
          "contract": {
            "columns": [
              {
                "name": "timestamp",
                "kind": "timestamp",
                "unit": "",
                "min": null,
                "max": null,
                "fill": "no"
              },
              {
                "name": "device_id",
                "kind": "device",
                "unit": "",
                "min": null,
                "max": null,
                "fill": "no"
              },
              {
                "name": "temperature_celsius",
                "kind": "number",
                "unit": "°C",
                "min": -20.0,
                "max": 50.0,
                "fill": "linear"
              },
              {
                "name": "humidity_percent",
                "kind": "number",
                "unit": "%",
                "min": 0.0,
                "max": 100.0,
                "fill": "linear"
              },
              {
                "name": "pressure_hpa",
                "kind": "number",
                "unit": "hPa",
                "min": null,
                "max": null,
                "fill": "linear"
              },
              {
                "name": "battery_level_percent",
                "kind": "number",
                "unit": "%",
                "min": 0.0,
                "max": 100.0,
                "fill": "no"
              }
            ]
          }
        }"#]]
    .assert_eq(&to_json(&Recipe::default()));
}

proptest! {
    #[test]
    fn a_recipe_reads_back_equal(recipe in recipes()) {
        prop_assert_eq!(from_json(&to_json(&recipe)), Ok(recipe));
    }

    #[test]
    fn garbage_never_breaks(garbage in ".*") {
        let _ = from_json(&garbage);
    }

    #[test]
    fn a_torn_recipe_is_refused(recipe in recipes(), cut in 0.0..1.0) {
        let json = to_json(&recipe);
        let mut end = (json.len() as f64 * cut) as usize;
        while !json.is_char_boundary(end) {
            end -= 1;
        }
        prop_assert!(from_json(&json[..end]).is_err());
    }
}
