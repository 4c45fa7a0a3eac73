use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::super::arbitrary::recipes;
use super::super::changes;
use super::*;

/// A query string in; what it changes, then the notices, out.
fn check(query: &str, expect: Expect) {
    let (recipe, notices) = from_query(query_of_link(query));
    let mut text = format!("?{}\n", to_query(&recipe));
    for change in changes(&recipe) {
        text += &format!("= {change}\n");
    }
    for notice in notices {
        text += &format!("! [{}] [{}] {}\n", notice.key, notice.value, notice.sentence);
    }
    expect.assert_eq(&text);
}

#[test]
fn defaults_are_elided() {
    assert_eq!(to_query(&Recipe::default()), "");
    check(
        "",
        expect![[r#"
        ?
    "#]],
    );
    check(
        "?v=1&high_temp=30.0&low_battery=15&mode=set-aside&fill=position&zone=UTC",
        expect![[r#"
            ?
        "#]],
    );
}

#[test]
fn every_key_in_a_fixed_order() {
    check(
        "https://example.org/a?zone=UTC&to=2024-03-05&from=2024-03-01&max_gap=3600&fill=time&mode=repair&low_battery=-1.5&high_temp=28.5#tab=heatmap&from=1",
        expect![[r#"
            ?high_temp=28.5&low_battery=-1.5&mode=repair&fill=time&max_gap=3600&from=2024-03-01&to=2024-03-05
            = high temperature limit 28.5 °C
            = low battery limit -1.5 %
            = cells that break the contract repaired
            = gaps filled by time, up to 3600 s
            = dates 2024-03-01 to 2024-03-05
        "#]],
    );
}

#[test]
fn malformed_values_are_named_and_the_default_holds() {
    check(
        "high_temp=warm&low_battery=&mode=Strict&fill=linear&max_gap=-1&from=2023-02-30&to=1.3.2024&zone=Berlin!&v=2",
        expect![[r#"
            ?
            ! [v] [2] The link's v should be 1, the version of links that is read, but is "2"; the link is read as version 1.
            ! [high_temp] [warm] The link's high_temp should be a number, but is "warm"; the default of 30 °C holds.
            ! [low_battery] [] The link's low_battery should be a number, but is empty; the default of 15 % holds.
            ! [mode] [Strict] The link's mode should be strict, set-aside or repair, but is "Strict"; the default, set-aside, holds.
            ! [fill] [linear] The link's fill should be position or time, but is "linear"; the default, position, holds.
            ! [max_gap] [-1] The link's max_gap should be a number of seconds, but is "-1"; no maximum gap is set.
            ! [from] [2023-02-30] The link's from should be a date such as 2024-03-01, but is "2023-02-30"; no first day is set.
            ! [to] [1.3.2024] The link's to should be a date such as 2024-03-01, but is "1.3.2024"; no last day is set.
            ! [zone] [Berlin!] The link's zone should be a zone such as Europe/Berlin or an offset such as -05:00, but is "Berlin!"; times are in UTC.
        "#]],
    );
    check(
        "high_temp=inf&low_battery=1e400",
        expect![[r#"
        ?
        ! [high_temp] [inf] The link's high_temp should be a number, but is "inf"; the default of 30 °C holds.
        ! [low_battery] [1e400] The link's low_battery should be a number, but is "1e400"; the default of 15 % holds.
    "#]],
    );
}

#[test]
fn unknown_repeated_and_long_values_are_named() {
    check(
        "high_temp=20&high_temp=20&utm_source=mail&mode",
        expect![[r#"
            ?
            ! [utm_source] [mail] The link names "utm_source", which Sensorium does not know; it changes nothing.
            ! [high_temp] [20] The link names high_temp 2 times; the default of 30 °C holds.
            ! [mode] [] The link's mode should be strict, set-aside or repair, but is empty; the default, set-aside, holds.
        "#]],
    );
    check(
        &format!("high_temp=1{}&{}=1", "0".repeat(200), "k".repeat(90)),
        expect![[r#"
            ?
            ! [kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…] [1] The link names "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…", which Sensorium does not know; it changes nothing.
            ! [high_temp] [1000000000000000000000000000000000000000…] The link names high_temp with a value of 201 bytes; the default of 30 °C holds.
        "#]],
    );
    let (recipe, notices) = from_query(&"&a=b".repeat(20_000));
    assert_eq!(recipe, Recipe::default());
    assert_eq!(notices.len(), 1);
    let (_, notices) = from_query(&"&a=b".repeat(1_000));
    assert_eq!(notices.len(), NOTICES);
    assert_eq!(
        notices[NOTICES - 1].sentence,
        "The link holds 981 more values that could not be followed; the defaults hold."
    );
}

#[test]
fn values_that_do_not_go_together() {
    check(
        "max_gap=60",
        expect![[r#"
        ?
        ! [max_gap] [60] The link names max_gap, which only has a meaning with fill=time; gaps of any length are filled.
    "#]],
    );
    check(
        "max_gap=60&fill=position",
        expect![[r#"
        ?
        ! [max_gap] [60] The link names max_gap, which only has a meaning with fill=time; gaps of any length are filled.
    "#]],
    );
    check(
        "from=2024-03-02&to=2024-03-01",
        expect![[r#"
        ?
        ! [from] [2024-03-02] The link's first day 2024-03-02 is after its last day 2024-03-01; all days are kept.
    "#]],
    );
    check(
        "from=2024-03-01&to=2024-03-01",
        expect![[r#"
        ?from=2024-03-01&to=2024-03-01
        = dates 2024-03-01 to 2024-03-01
    "#]],
    );
}

#[test]
fn a_control_character_is_never_quoted() {
    check(
        "mode=%1b%5b31m%0a<b>",
        expect![[r#"
        ?
        ! [mode] [�[31m�<b>] The link's mode should be strict, set-aside or repair, but is "�[31m�<b>"; the default, set-aside, holds.
    "#]],
    );
}

#[test]
fn the_query_of_a_link() {
    for (link, query) in [
        ("https://example.org/?high_temp=1#tab=x?y", "high_temp=1"),
        ("http://localhost:8080/a=b/index.html?mode=strict", "mode=strict"),
        ("https://example.org/", ""),
        ("https://example.org", ""),
        ("?mode=strict", "mode=strict"),
        ("mode=strict", "mode=strict"),
        ("index.html?mode=strict", "mode=strict"),
        (" mode=a?b\n", "mode=a?b"),
        ("", ""),
    ] {
        assert_eq!(query_of_link(link), query, "{link}");
    }
}

proptest! {
    #[test]
    fn a_recipe_reads_back_equal(recipe in recipes()) {
        let recipe = Recipe { contract: Contract::default(), ..recipe };
        let query = to_query(&recipe);
        prop_assert!(query.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~=&%".contains(&b)), "{}", query);
        prop_assert_eq!(from_query(&query), (recipe.clone(), Vec::new()));
        let link = format!("https://example.org/x/?{query}#tab=heatmap");
        prop_assert_eq!(from_query(query_of_link(&link)), (recipe.clone(), Vec::new()));
        prop_assert_eq!(changes(&recipe).is_empty(), recipe == Recipe::default());
    }

    #[test]
    fn garbage_never_breaks(garbage in ".*") {
        let (recipe, notices) = from_query(query_of_link(&garbage));
        prop_assert_eq!(from_query(&to_query(&recipe)).0, recipe);
        prop_assert!(notices.len() <= NOTICES);
    }

    #[test]
    fn garbage_with_known_keys_is_named_or_followed(
        pairs in prop::collection::vec((prop::sample::select(&KEYS[..]), "[-+%0-9a-zA-Z.&=#?:/ ]{0,30}"), 0..8),
    ) {
        let query: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let (recipe, notices) = from_query(&query.join("&"));
        prop_assert_eq!(from_query(&to_query(&recipe)), (recipe.clone(), Vec::new()));
        for notice in notices {
            prop_assert!(notice.sentence.ends_with('.') && notice.value.chars().count() <= QUOTED_CHARS + 1);
        }
    }
}
