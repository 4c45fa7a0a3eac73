//! The names of a script: columns of the contract, further metrics, and the script's own, none of them twice.

use super::{Input, Plan, Wanted};
use crate::contract::{Column, ColumnKind, FillPolicy, RESERVED, fold};
use crate::export::columns::{ExportColumn, columns};
use crate::recipe::Recipe;
use crate::table::{Metric, MetricInfo, Readings};

/// One metric of the script.
pub(super) struct Wide {
    /// As the contract or the header writes it.
    pub column: Column,
    /// Whether the contract asks for it.
    pub required: bool,
}

/// The columns of a script.
pub(super) struct Names {
    pub time: String,
    pub device: String,
    /// The contract's metrics in its order, then the further ones.
    pub metrics: Vec<Wide>,
    /// The columns of the readings.
    pub exported: Vec<ExportColumn>,
}

/// What the script calls its own columns.
const OWN: [&str; 67] = [
    "file",
    "file_name",
    "line",
    "record",
    "row_text",
    "cells",
    "ragged",
    "folded",
    "position",
    "width",
    "header_cells",
    "time_cell",
    "time_text",
    "is_iso",
    "iso_us",
    "epoch",
    "notation",
    "timestamp_us",
    "time_rule",
    "device",
    "device_rule",
    "place",
    "first_us",
    "last_us",
    "reason",
    "moment",
    "of_file",
    "of_line",
    "of_name",
    "is_hot",
    "is_low",
    "ymd_us",
    "dmy_us",
    "mdy_us",
    "ymd_day",
    "dmy_day",
    "mdy_day",
    "parts",
    "day_hour",
    "day_us",
    "clock_hour",
    "clock_minute",
    "clock_second",
    "clock_us",
    "offset_minutes",
    "half_hours",
    "is_half",
    "is_zoned",
    "is_local",
    "is_shown",
    "is_row",
    "is_twice",
    "wall",
    "wall_us",
    "from_us",
    "until_us",
    "offset_us",
    "before_us",
    "after_us",
    "once_us",
    "again_us",
    "since_once",
    "went_back",
    "cell_count",
    "header_width",
    "device_position",
    "device_cell",
];

/// What is appended to a metric's name on the way.
const ENDINGS: [&str; 13] = [
    "_cell",
    "_text",
    "_number",
    "_rule",
    "_was",
    "_known",
    "_before",
    "_before_at",
    "_before_us",
    "_after",
    "_after_at",
    "_after_us",
    "_filled",
];

impl Names {
    /// # Errors
    /// A sentence about a name that the script cannot use.
    pub fn of(recipe: &Recipe, wanted: &Wanted) -> Result<Self, String> {
        let contract = &recipe.contract;
        if let Some(fault) = contract.fault() {
            return Err(fault);
        }
        let named = |kind| contract.columns.iter().find(|c| c.kind == kind).map_or(String::new(), |c| c.name.clone());
        if let Some(name) = wanted.lacking.iter().find(|name| !contract.metrics().any(|c| fold(&c.name) == fold(name)))
        {
            return Err(["--lacking: \"", name, "\" is no metric of the contract"].concat());
        }
        let headless = wanted.told.header_line == Some(0);
        let lacks = |column: &Column| headless || wanted.lacking.iter().any(|name| fold(name) == fold(&column.name));
        let mut metrics: Vec<Wide> = contract
            .metrics()
            .filter(|column| !lacks(column))
            .map(|column| Wide { column: column.clone(), required: true })
            .collect();
        for name in &wanted.metrics {
            let folded = fold(name);
            let known = contract.columns.iter().map(|c| &c.name).chain(metrics.iter().map(|m| &m.column.name));
            if folded.is_empty() || RESERVED.contains(&folded.as_str()) || known.map(|n| fold(n)).any(|n| n == folded) {
                return Err(
                    ["--metric: \"", name, "\" is a column of the contract, a computed one, or named twice"].concat()
                );
            }
            let column = Column {
                name: name.trim().to_string(),
                kind: ColumnKind::Number,
                unit: String::new(),
                min: None,
                max: None,
                fill: FillPolicy::No,
            };
            metrics.push(Wide { column, required: false });
        }
        let info = |wide: &Wide| MetricInfo {
            name: wide.column.name.clone(),
            unit: String::new(),
            fill: wide.column.fill,
            required: wide.required,
        };
        // A table of no rows has the columns of any other.
        let empty = Readings {
            metrics: metrics
                .iter()
                .map(|m| Metric { info: info(m), values: Vec::new(), filled: Default::default() })
                .collect(),
            ..Readings::default()
        };
        let exported = columns(contract, &empty, false);
        let device = wanted.told.device_from.clone().filter(|name| name != "file");
        let device = device.unwrap_or_else(|| named(ColumnKind::Device));
        let names = Self { time: named(ColumnKind::Timestamp), device, metrics, exported };
        names.collision(wanted)?;
        Ok(names)
    }

    /// Refuses a name that the script has for something of its own.
    fn collision(&self, wanted: &Wanted) -> Result<(), String> {
        let mut taken: Vec<String> = OWN.iter().map(|name| (*name).to_string()).collect();
        let too_long = |name: &str| wanted.engine == super::Engine::PostgreSql && name.len() > 63 - "_before_at".len();
        for metric in &self.metrics {
            let name = fold(&metric.column.name);
            if too_long(&name) {
                return Err([
                    "PostgreSQL cuts names at 63 bytes, and the script appends to \"",
                    &name,
                    "\"; shorten it",
                ]
                .concat());
            }
            for ending in [""].iter().chain(&ENDINGS) {
                let own = [name.as_str(), ending].concat();
                if taken.contains(&own) {
                    return Err(
                        ["\"", &own, "\" is a name that the script needs for itself; rename the column"].concat()
                    );
                }
                taken.push(own);
            }
        }
        if let Input::Table { ordinal, .. } = &wanted.input
            && self.metrics.iter().any(|m| fold(&m.column.name) == fold(ordinal))
        {
            return Err(["--ordinal: \"", ordinal, "\" is a metric"].concat());
        }
        Ok(())
    }

    /// Whether there is a metric of this name.
    pub fn has(&self, name: &str) -> bool {
        self.metrics.iter().any(|metric| metric.column.name == name)
    }

    /// Metrics whose gaps are filled.
    pub fn filled(&self) -> impl Iterator<Item = &Wide> {
        self.metrics.iter().filter(|metric| metric.column.fill != FillPolicy::No)
    }
}

impl Plan<'_> {
    /// The quoted name of a metric with an ending.
    pub(super) fn column(&self, metric: &Wide, ending: &str) -> String {
        self.engine.name(&[&metric.column.name, ending].concat())
    }

    /// A line for each metric, joined to a list that starts with a comma.
    pub(super) fn each(&self, line: impl Fn(&Wide) -> String) -> String {
        let lines = self.names.metrics.iter().map(|metric| [",\n    ", &line(metric)].concat());
        lines.collect()
    }
}
