//! Links: the recipe in the query string, the view in the fragment, wrong values, back and forward.
//!
//! Owns what a link carries to another tab. Assumes that a colleague has the same file. Refuses a link that holds a reading.

use serde_json::json;

use sensorium::recipe::{Mode, Recipe};

use crate::case::{Case, in_chromium};
use crate::engine::Engine;
use crate::expected::Expected;
use crate::host::Host;
use crate::logs::{self, Folder};
use crate::page::Page;
use crate::visit::{arrive, stayed_quiet, visit};

pub fn cases() -> Vec<Case> {
    vec![
        in_chromium("a_shared_link_shows_the_same_in_another_tab", shared),
        in_chromium("a_link_shows_its_recipe_before_a_file", before_a_file),
        in_chromium("wrong_values_of_a_link_are_named_and_the_default_holds", wrong_values),
        in_chromium("back_and_forward_move_the_limits", back_and_forward),
        in_chromium("a_view_is_kept_in_the_fragment_without_history", view),
    ]
}

fn shared(engine: Engine) {
    let folder = Folder::new();
    let text = logs::fleet();
    let path = folder.write("fleet.csv", &text);
    let host = Host::of_page();
    let page = Page::start(engine, &host);
    arrive(&host, &page, "");
    let origin = json!({"origin": host.origin(), "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
    page.devtools("Browser.grantPermissions", origin);
    page.upload(&[&path]);
    page.wait_phase("ready");
    page.set_slider("#high-temp", 28.5);
    page.set_slider("#low-battery", 40.0);
    page.set_value("#mode", "repair");
    page.tab("Anomalies");
    let recipe = |recipe: &mut Recipe| {
        recipe.limits.high_temp_celsius = 28.5;
        recipe.limits.low_battery_percent = 40.0;
        recipe.mode = Mode::Repair;
    };
    let mut expected = Expected::of_text("fleet.csv", &text);
    expected.change(recipe);
    expected.is_shown_by(&page);
    page.click("#share");
    page.wait_for("the page says so", "return document.querySelector('[role=status]').innerText.includes('copied')");
    let link = page.script("return navigator.clipboard.readText()", &[]).as_str().unwrap_or_default().to_owned();
    let query = link.split('?').nth(1).and_then(|rest| rest.split('#').next()).unwrap_or_default();
    assert_eq!(query, "high_temp=28.5&low_battery=40&mode=repair", "{link}");
    assert_eq!(link.split('#').nth(1), Some("tab=anomalies"), "{link}");
    assert!(!link.contains("fleet"), "{link}");
    stayed_quiet(&host, &page);

    page.new_tab();
    page.visit(&link);
    page.wait_for("the page has started", "return !!document.body.dataset.phase");
    host.forget();
    page.upload(&[&path]);
    page.wait_phase("ready");
    expected.is_shown_by(&page);
    for (control, value) in [("#high-temp", "28.5"), ("#low-battery-number", "40"), ("#mode", "repair")] {
        assert_eq!(page.value(control), value, "{control}");
    }
    assert_eq!(page.text("[role=tab][aria-selected=true]"), "Anomalies");
    stayed_quiet(&host, &page);
}

fn before_a_file(engine: Engine) {
    visit(engine, "?high_temp=28.5&from=2024-01-02#tab=battery", |page| {
        assert_eq!(page.value("#high-temp-number"), "28.5");
        assert_eq!(page.value("#date-from"), "2024-01-02");
        assert!(page.text("main").contains("28.5"), "{}", page.text("main"));
        assert_eq!(page.attr("body", "data-phase").as_deref(), Some("empty"));
        assert_eq!(page.text("[role=status]"), "");
    });
}

fn wrong_values(engine: Engine) {
    let long = "9".repeat(5_000);
    let query = format!(
        "?high_temp=warm&low_battery=1e999&mode=lenient&from=2023-02-30&colour=blue&max_gap=&fill=time&fill=position&v={long}#tab=nowhere&zoom=5,1"
    );
    visit(engine, &query, |page| {
        let notices = page.text("[role=status]");
        let shown = page.number_of("[role=status] .toast");
        assert!(shown >= 4, "{notices}");
        assert!(notices.contains("nowhere") || notices.contains("zoom"), "{notices}");
        page.click("#sample");
        page.wait_phase("ready");
        for (control, value) in
            [("#high-temp", "30"), ("#low-battery", "15"), ("#mode", "set-aside"), ("#date-from", "")]
        {
            assert_eq!(page.value(control), value, "{control}");
        }
        assert_eq!(page.text("[role=tab][aria-selected=true]"), "Temperature");
    });
    visit(engine, "?%FF%00=%&&&=&?high_temp==31#%%%&&=", |page| {
        page.click("#sample");
        page.wait_phase("ready");
        Expected::of_sample(Recipe::default()).is_shown_by(page);
    });
    for (query, word) in [("?high_temp=warm", "warm"), ("?mode=lenient", "lenient"), ("?colour=blue", "colour")] {
        visit(engine, query, |page| {
            let notices = page.text("[role=status]");
            assert!(notices.contains(word), "{query}: {notices}");
        });
    }
}

fn wait_address(page: &Page, ending: &str) {
    page.wait_with(
        &format!("the address ends with {ending}"),
        "return location.search === arguments[0]",
        &[ending.into()],
        std::time::Duration::from_secs(10),
    );
}

fn back_and_forward(engine: Engine) {
    visit(engine, "", |page| {
        page.click("#sample");
        page.wait_phase("ready");
        let entries = "return history.length";
        let first = page.script(entries, &[]).as_u64().unwrap_or_default();
        // A slider on its way is one step of history once it is at rest.
        for limit in [28.0, 27.0, 26.0, 25.0] {
            page.set_slider("#high-temp", limit);
        }
        wait_address(page, "?high_temp=25");
        page.set_slider("#low-battery", 33.0);
        wait_address(page, "?high_temp=25&low_battery=33");
        assert_eq!(page.script(entries, &[]).as_u64(), Some(first + 2));
        let mut expected = Expected::of_sample(Recipe::default());
        let mut shows = |high_temp_celsius: f64, low_battery_percent: f64| {
            expected.change(|recipe| {
                recipe.limits.high_temp_celsius = high_temp_celsius;
                recipe.limits.low_battery_percent = low_battery_percent;
            });
            expected.is_shown_by(page);
            assert_eq!(page.value("#high-temp"), high_temp_celsius.to_string());
            assert_eq!(page.value("#low-battery-number"), low_battery_percent.to_string());
        };
        shows(25.0, 33.0);
        page.back();
        shows(25.0, 15.0);
        page.back();
        shows(30.0, 15.0);
        assert_eq!(page.attr("body", "data-phase").as_deref(), Some("ready"));
        page.forward();
        page.forward();
        shows(25.0, 33.0);
    });
}

fn view(engine: Engine) {
    visit(engine, "", |page| {
        page.click("#sample");
        page.wait_phase("ready");
        let entries = page.script("return history.length", &[]);
        page.tab("Battery");
        page.wait_for("the fragment follows", "return location.hash === '#tab=battery'");
        page.tab("Temperature");
        page.wait_for("the fragment follows", "return location.hash === ''");
        assert_eq!(page.script("return history.length", &[]), entries);
        assert_eq!(page.script("return location.search", &[]), "");
    });
}
