//! What the columns of a layout are called, for people.

use super::{Layout, Role};
use crate::dialect::Notation;

/// What the columns of a file are, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnNames {
    pub header_line: u32,
    pub time: Option<String>,
    pub device: Option<String>,
    pub time_format: String,
    pub order: Option<String>,
    pub evidence_line: Option<u64>,
    /// Name, header, unit, unit in the file where it is another.
    pub metrics: Vec<(String, String, String, String)>,
}

impl Layout {
    /// What its columns are, for a reading card.
    pub fn columns(&self) -> ColumnNames {
        let written = |at: usize| self.written.get(at).cloned().unwrap_or_default();
        let of = |role: Role| self.roles.iter().position(|known| *known == role).map(written);
        let stated = |header: &str| crate::dialect::names::meaning(header).and_then(|means| means.unit);
        let metric = |(at, role): (usize, &Role)| {
            let (Role::Metric(metric) | Role::Extra(metric)) = *role else { return None };
            let info = &self.metrics[metric];
            let unit = stated(&written(at)).map_or(String::new(), |unit| unit.symbol().to_string());
            let unit = if self.conversions.get(metric).is_some_and(Option::is_some) { unit } else { String::new() };
            Some((info.name.clone(), written(at), info.unit.clone(), unit))
        };
        let order = match self.notation {
            Notation::Calendar(calendar) => Some(calendar.order.name().to_string()),
            _ => None,
        };
        ColumnNames {
            header_line: self.first_line.saturating_sub(1),
            time: of(Role::Timestamp),
            device: of(Role::Device),
            time_format: self.times(),
            order,
            evidence_line: self.proof,
            metrics: self.roles.iter().enumerate().filter_map(metric).collect(),
        }
    }
}
