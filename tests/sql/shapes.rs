//! Dates in other orders, clocks of other zones, files of other shapes: what a person says of a log.

use sensorium::recipe::{DateOrder as Order, Recipe, query::from_query};

use crate::Case;
use crate::agree::{agree, found};
use crate::driver::Driver;

pub fn cases() -> Vec<Case> {
    vec![("dates_of_a_told_order_agree", dates), ("dates_that_are_not_read_alike_are_refused", other_dates)]
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
    for (order, times) in cases {
        agree(driver, &[log(&times)], &told(order), &|_| {})
            .unwrap_or_else(|reason| panic!("{order:?} {times:?}: {reason}"));
    }
}

fn other_dates(driver: &mut Driver) {
    let daily: Vec<String> = (1..13).map(|day| format!("{day:02}/05/2024 08:00")).collect();
    let hours: Vec<String> = (0..60).map(|hour| format!("{:02}/05/2024 {}:00", 1 + hour / 24, hour % 24)).collect();
    let texts = |times: &[String]| log(&times.iter().map(String::as_str).collect::<Vec<_>>());
    for (order, log, part) in [
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
    ] {
        let said = found(driver, &[log], &told(order), &|_| {}).tables.expect_err("expected to be refused");
        assert!(said.contains(part), "{said}");
    }
    // Nothing but the recipe says which these are.
    agree(driver, &[texts(&daily)], &told(Order::MonthDayYear), &|_| {}).unwrap();
    agree(driver, &[texts(&hours)], &told(Order::DayMonthYear), &|_| {}).unwrap();
}
