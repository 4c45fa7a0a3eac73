//! What scripts stop at, each with a sentence, before a table is made.

use sensorium::contract::FillPolicy;
use sensorium::recipe::{Mode, Recipe};
use sensorium::sql::{Engine, Wanted};

use crate::Case;
use crate::agree::{agree, found, same};
use crate::driver::Driver;

pub fn cases() -> Vec<Case> {
    vec![
        ("strict_mode_refuses_and_names_the_first_violation", strict),
        ("what_is_not_read_alike_is_refused", unlike),
        ("further_columns_have_to_be_named", further),
        ("a_refused_run_leaves_the_tables_of_the_last", last),
    ]
}

const HEADER: &str = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent";

fn log(rows: &str) -> Vec<u8> {
    format!("{HEADER}\n{rows}\n").into_bytes()
}

fn fault(driver: &mut Driver, log: Vec<u8>, recipe: &Recipe, adjust: &dyn Fn(&mut Wanted)) -> String {
    match found(driver, &[log], recipe, adjust).tables {
        Ok(_) => panic!("expected to be refused"),
        Err(fault) => fault,
    }
}

fn strict(driver: &mut Driver) {
    let recipe = Recipe { mode: Mode::Strict, ..Recipe::default() };
    let good = "2024-03-01 08:00:00,a,20,50,1000,80\n\n2024-03-01 08:01:00,a,21,,1000,80";
    agree(driver, &[log(good)], &recipe, &|_| {}).unwrap();
    let bad = format!("{good}\n2024-03-01 08:02:00,a,1000,50,x,80\n,a,20,50,1000,80");
    let fault = fault(driver, log(&bad), &recipe, &|_| {});
    assert!(fault.contains("refused in strict mode: 3 violations, the first: log-"), "{fault}");
    assert!(fault.contains(" é+1%20.csv line 5, temperature_celsius: out_of_bounds \"1000\""), "{fault}");
}

fn unlike(driver: &mut Driver) {
    let row = "2024-03-01 08:00:00,a,20,50,1000,80";
    let semicolons = |text: String| text.replace(',', ";").replace('!', ",").into_bytes();
    let comma: &[(&str, Vec<u8>, &str)] = &[
        (
            "a cell over two lines",
            log("2024-03-01 08:00:00,\"a\nb\",20,50,1000,80"),
            "line 2: expected a row in one line",
        ),
        (
            "an open quote",
            log(&format!("{row}\n2024-03-01 08:00:00,\"a\"\"b,20,50,1000,80")),
            "line 3: expected a row in one line",
        ),
        ("an absent column", b"timestamp,device_id\n2024-03-01,a\n".to_vec(), "expected the column"),
        ("a repeated column", format!("{HEADER},Timestamp\n{row},2024-03-01\n").into_bytes(), "but found it 2 times"),
        ("no line at all", b"\n".to_vec(), "expected the column"),
        ("dates in another order", log("01/02/2024 08:00,a,20,50,1000,80"), "but found \"01/02/2024 08:00\""),
        ("rows wider than the header", log(&format!("{row},x\n{row},x")), "but found \"7 of 6\""),
        (
            "an export",
            format!("{HEADER},temp_rolling_avg_3,anomaly_type,is_anomaly\n{row},20,Normal,false\n").into_bytes(),
            "an export of Sensorium",
        ),
        ("text that is no UTF-8", [log("2024-03-01 08:00:00,a"), b"\xe9,20,50,1000,80\n".to_vec()].concat(), "UTF"),
    ];
    for (what, log, part) in comma {
        let fault = fault(driver, log.clone(), &Recipe::default(), &|_| {});
        assert!(fault.contains(part), "{what}: {fault}");
    }
    let rows = |time: &dyn Fn(usize) -> String| {
        let row = |n| format!("{},a,20,50,1000,80", time(n));
        log(&(0..500).map(row).collect::<Vec<_>>().join("\n"))
    };
    let two = rows(&|n| if n % 5 == 0 { "1709280000".into() } else { format!("2024-03-01 08:00:{:02}", n % 60) });
    let said = fault(driver, two, &Recipe::default(), &|_| {});
    assert!(said.contains("expected times of one notation"), "{said}");
    let zero = fault(driver, log("2024-03-01 08:00:00,a\0,20,50,1000,80"), &Recipe::default(), &|_| {});
    let part = if driver.engine == Engine::PostgreSql {
        "0x00"
    } else {
        "line 2: expected a row in one line, but found a zero byte"
    };
    assert!(zero.contains(part), "{zero}");
    let commas = semicolons(format!("{HEADER}\n2024-03-01 08:00:00,a,20!5,50,1000,80\n"));
    let fault = fault(driver, commas, &Recipe::default(), &|wanted| wanted.delimiter = ';');
    assert!(fault.contains("line 2: expected decimal points"), "{fault}");
}

fn further(driver: &mut Driver) {
    let numbers = format!("{HEADER},CO2,note\n2024-03-01,a,20,50,1000,80,400,x\n2024-03-02,a,20,50,1000,80,,7\n");
    let log = numbers.into_bytes();
    let recipe = Recipe::default();
    let said = fault(driver, log.clone(), &recipe, &|_| {});
    assert!(said.contains("the column \"co2\" holds numbers"), "{said}");
    let said = fault(driver, log.clone(), &recipe, &|wanted| wanted.metrics = vec!["CO2".into(), "note".into()]);
    assert!(said.contains("the column note is no metric"), "{said}");
    let said = fault(driver, log.clone(), &recipe, &|wanted| wanted.metrics = vec!["CO2".into(), "PM".into()]);
    assert!(said.contains("no file has the column pm"), "{said}");
    agree(driver, std::slice::from_ref(&log), &recipe, &|wanted| wanted.metrics = vec!["CO2".into()]).unwrap();
    let unread = found(driver, &[log], &recipe, &|wanted| wanted.unread = vec!["CO2".into()]).tables.unwrap();
    assert_eq!(unread[0].rows.len(), 2);
    // Of a metric that nearly always is a number, the other cells are violations, where the row has a time and a device.
    let mut nearly =
        format!("{HEADER},CO2\n2024-03-01,a,20,50,1000,80,ERR\n,a,20,50,1000,80,ERR\n2024-03-01,,20,999,1000,80,x\n");
    for minute in 10..50 {
        nearly += &format!("2024-03-01 08:{minute},a,20,50,1000,80,4e2\n");
    }
    for mode in [Mode::SetAside, Mode::Repair] {
        let recipe = Recipe { mode, ..Recipe::default() };
        let wish = |wanted: &mut Wanted| wanted.metrics = vec!["CO2".into()];
        let tables = agree(driver, &[nearly.clone().into_bytes()], &recipe, &wish).unwrap();
        assert_eq!(tables[1].rows.len(), if mode == Mode::Repair { 3 } else { 4 });
    }
    // A contract of other names, with a metric that is filled and has one bound, and one that is neither checked nor filled.
    let mut recipe = Recipe::default();
    recipe.contract.columns[0].name = "when".into();
    recipe.contract.columns[1].name = "box".into();
    recipe.contract.columns[5].min = None;
    recipe.contract.columns[5].max = None;
    recipe.contract.columns[5].name = "Order by \"x\"'s `%` {no}".into();
    recipe.contract.columns[3].max = None;
    recipe.contract.columns[2].fill = FillPolicy::No;
    let named = "when,box,temperature_celsius,humidity_percent,pressure_hpa,\"Order by \"\"x\"\"'s `%` {no}\"";
    let rows = "1,a,20,,1000,80\n2,a,21,500,,-3\n3,a,,-1,,7\n4,a,23,,1000,\n5,b,1,1,,1";
    agree(driver, &[format!("{named}\n{rows}\n").into_bytes()], &recipe, &|_| {}).unwrap();
}

fn last(driver: &mut Driver) {
    let row = "2024-03-01 08:00:00,a,20,50,1000,80";
    let recipe = Recipe::default();
    let made = agree(driver, &[log(&format!("{row}\n{row}\nx,a,20,50,1000,80"))], &recipe, &|_| {}).unwrap();
    let strict = Recipe { mode: Mode::Strict, ..Recipe::default() };
    fault(driver, log("x,a,20,50,1000,80"), &strict, &|_| {});
    fault(driver, b"x\n".to_vec(), &recipe, &|_| {});
    let left = driver.run("", &[]).unwrap();
    assert_eq!(left[0].rows.len(), 2);
    same(driver.engine, &left, &made).unwrap();
    // Another run takes their place.
    let again = agree(driver, &[log(row)], &recipe, &|_| {}).unwrap();
    assert_eq!(again[0].rows.len(), 1);
}
