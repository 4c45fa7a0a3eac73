//! Results as a star schema for PostgreSQL: a bundle of files that `psql -f load.sql` loads as a whole or not at all.
//!
//! Owns the names of tables and columns, what is learnt of a device, and the SQL. Assumes an [`Outcome`](crate::pipeline::Outcome)
//! whose columns run in parallel. Writes each file to whatever it is handed, in pieces of a bounded size, and never opens or
//! names a place; the same outcome gives the same bytes. Ignores the view, obeys the date range. Alters no value: there is no
//! formula guard here.
//!
//! A device's key in the warehouse is a number, because a text of any length has no place in an index; the key of a reading is
//! device, time and occurrence. A load changes only what differs, so that a second one changes nothing. What it must not do is
//! to count on order: logs may overlap, come late, or bring other metrics and years.

mod bundle;
mod columns;
mod csv;
mod devices;
mod readme;
mod rows;
mod sql;

pub use bundle::{Bundle, StarFile};
pub use devices::{Category, Interval, interval};
