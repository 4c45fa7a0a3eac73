//! What stands in `README.txt`.

use super::bundle::Bundle;
use super::sql::filled;
use crate::contract::Contract;
use crate::export::text::{push_digits, push_time};
use crate::recipe::query::to_query;

pub(super) fn text(bundle: &Bundle<'_>) -> String {
    filled(include_str!("readme.txt"), |place, out| match place {
        "version" => out.push_str(env!("CARGO_PKG_VERSION")),
        "readings" => push_digits(out, bundle.readings() as u64, 1),
        "devices" => push_digits(out, bundle.spans.len() as u64, 1),
        "span" => match bundle.span_us() {
            Some((first_us, last_us)) => {
                push_time(out, first_us);
                out.push_str(" to ");
                push_time(out, last_us);
                out.push_str(" UTC");
            }
            None => out.push_str("no time"),
        },
        _ => {
            let query = to_query(bundle.recipe);
            out.push_str(if query.is_empty() { "the default" } else { &query });
            if bundle.recipe.contract != Contract::default() {
                out.push_str(", with a contract of its own");
            }
        }
    })
}
