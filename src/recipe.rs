//! Everything that decides a result, as one plain value: contract, mode, gap policy, limits, date range, zone, order of dates.
//!
//! Holds no data and no view. It has one default, is written to a query string with defaults elided ([`query`]) and to JSON
//! for the command line ([`json`]; only JSON carries the contract), and reads back equal.

use serde::{Deserialize, Serialize};

use crate::contract::Contract;
pub use crate::dialect::Order as DateOrder;

#[cfg(test)]
mod arbitrary;
mod changes;
pub mod json;
pub mod percent;
pub mod query;
pub mod words;

pub use changes::changes;

/// What happens when a row breaks the contract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Any violation refuses the run; all are listed.
    Strict,
    /// Rows with a violation leave the table before ordering.
    #[default]
    SetAside,
    /// A metric cell that breaks a rule becomes missing and is filled like a gap.
    Repair,
}

/// How gaps are filled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// Linear over the reading index.
    #[default]
    Position,
    /// Linear over time.
    Time {
        /// A gap between neighbours farther apart than this many seconds stays missing.
        max_gap_seconds: Option<f64>,
    },
}

/// The limits that flags test, strictly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Flag where the rolling mean of temperature is above this.
    pub high_temp_celsius: f64,
    /// Flag where the battery is below this.
    pub low_battery_percent: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { high_temp_celsius: 30.0, low_battery_percent: 15.0 }
    }
}

/// First and last day that are kept, inclusive, in days since 1970-01-01 in the chosen zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateRange {
    pub from_day: Option<i32>,
    pub to_day: Option<i32>,
}

/// What happens to a reading that repeats an earlier one: the same device, time and values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeats {
    /// It stays.
    #[default]
    Keep,
    /// It is dropped, and listed with the one that it repeats.
    Merge,
}

/// Everything that decides a result.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    pub contract: Contract,
    pub mode: Mode,
    pub fill: Fill,
    pub limits: Limits,
    pub dates: DateRange,
    /// The clock of times that state no offset, and the one by which days and hours are counted: a name such as `Europe/Berlin` or an
    /// offset such as `-05:00`. None is UTC. Its changes are known to whoever knows zones.
    pub zone: Option<String>,
    /// The order of dates where no line of a log proves it; none asks.
    pub date_order: Option<DateOrder>,
    pub repeats: Repeats,
}
