//! Any recipe, for tests of its forms.

use proptest::prelude::*;

use super::{DateOrder, DateRange, Fill, Limits, Mode, Recipe, Repeats};
use crate::contract::{Column, ColumnKind, Contract, FillPolicy};

/// Any recipe that can be used: the contract is the default one or of its own.
pub fn recipes() -> impl Strategy<Value = Recipe> {
    let fill = prop_oneof![
        Just(Fill::Position),
        prop::option::of(0.0_f64..1e9).prop_map(|max_gap_seconds| Fill::Time { max_gap_seconds }),
    ];
    let limit = || prop_oneof![Just(30.0), Just(15.0), 0.0_f64..100.0, proptest::num::f64::NORMAL];
    let orders = prop::option::of(prop::sample::select(&DateOrder::ALL[..]));
    // From 0001-01-01 to 9999-12-31.
    let day = || prop::option::of(-719_162_i32..2_932_897);
    let repeats = prop::sample::select(&Repeats::ALL[..]);
    let zones = prop::option::of(prop::sample::select(&["Europe/Berlin", "-05:30", "Etc/GMT+3"][..]));
    (prop::sample::select(&Mode::ALL[..]), fill, limit(), limit(), day(), day(), (orders, repeats, zones), contracts())
        .prop_map(
            |(
                mode,
                fill,
                high_temp_celsius,
                low_battery_percent,
                one_day,
                other_day,
                (date_order, repeats, zone),
                contract,
            )| {
                let swap = matches!((one_day, other_day), (Some(one), Some(other)) if one > other);
                let (from_day, to_day) = if swap { (other_day, one_day) } else { (one_day, other_day) };
                Recipe {
                    contract,
                    mode,
                    fill,
                    limits: Limits { high_temp_celsius, low_battery_percent },
                    dates: DateRange { from_day, to_day },
                    zone: zone.map(String::from),
                    date_order,
                    repeats,
                }
            },
        )
}

fn contracts() -> impl Strategy<Value = Contract> {
    let bound = || prop::option::of(proptest::num::f64::NORMAL);
    let metric = (".{0,10}", bound(), bound(), any::<bool>());
    let own = prop::collection::vec(metric, 0..5).prop_map(|metrics| {
        let column = |name: &str, kind| Column {
            name: name.to_owned(),
            kind,
            unit: String::new(),
            min: None,
            max: None,
            fill: FillPolicy::No,
        };
        let mut columns = vec![column("when", ColumnKind::Timestamp), column("box", ColumnKind::Device)];
        for (i, (unit, one, other, linear)) in metrics.into_iter().enumerate() {
            let swap = matches!((one, other), (Some(one), Some(other)) if one > other);
            let (min, max) = if swap { (other, one) } else { (one, other) };
            columns.push(Column {
                unit,
                min,
                max,
                fill: if linear { FillPolicy::Linear } else { FillPolicy::No },
                ..column(&format!("metric {i}"), ColumnKind::Number)
            });
        }
        Contract { columns }
    });
    prop_oneof![Just(Contract::default()), own]
}
