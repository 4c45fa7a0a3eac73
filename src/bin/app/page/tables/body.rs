//! The rows of a table, filled in place.
//!
//! Owns the row elements between the two spacers, what each cell shows, and nothing that a signal holds. Assumes to be the only
//! one that writes there. Refuses to touch a cell that looks the same already: a moved limit changes few of them.

use std::iter::zip;

use leptos::prelude::document;
use sensorium::protocol::{Cell, FlagKind, TablePage, TableRow};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Node};

use super::super::icons;
use super::words::{decimals, words};

/// The rows that stand in the table.
#[derive(Default)]
pub struct Body {
    rows: Vec<Row>,
}

struct Row {
    element: Element,
    /// Its place in the whole table.
    at: u64,
    key: u64,
    chosen: bool,
    cells: Vec<Slot>,
}

/// A cell and what stands in it.
struct Slot {
    element: Element,
    look: Option<Look>,
    text: String,
}

/// How a cell looks, apart from its text.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    kind: Kind,
    numeric: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Plain,
    /// Text of a file, which may be cut: pointing at it shows it whole.
    Text,
    Code,
    Missing,
    Filled,
    Flag(FlagKind),
}

impl Body {
    /// Shows the rows of `page` before the element `end`, and takes away what is too much.
    ///
    /// # Errors
    /// When the browser makes no elements.
    pub fn fill(&mut self, end: &Element, page: &TablePage, class: &str) -> Result<(), JsValue> {
        let decimals = decimals(page);
        self.cut(page.rows.len());
        for (i, shown) in page.rows.iter().enumerate() {
            if i == self.rows.len() {
                let row = Row::new(self.rows.last(), class)?;
                end.before_with_node_1(&row.element)?;
                self.rows.push(row);
            }
            self.rows[i].fill(shown, page, page.from + i as u64, &decimals)?;
        }
        Ok(())
    }

    /// Takes away all rows but the first ones.
    pub fn cut(&mut self, many: usize) {
        for row in self.rows.drain(many.min(self.rows.len())..) {
            row.element.remove();
        }
    }

    /// Marks the row at `cursor` and the one named `key`.
    pub fn choose(&mut self, cursor: Option<u64>, key: Option<u64>) {
        for row in &mut self.rows {
            let chosen = cursor == Some(row.at) || key == Some(row.key);
            if row.chosen != chosen {
                row.chosen = chosen;
                let _ = row.element.class_list().toggle_with_force("chosen", chosen);
            }
        }
    }
}

impl Row {
    /// A row like `model`, which is cheaper than one made part by part.
    fn new(model: Option<&Row>, class: &str) -> Result<Self, JsValue> {
        let Some(model) = model else {
            let element = document().create_element("tr")?;
            element.set_class_name(class);
            element.set_attribute("tabindex", "-1")?;
            return Ok(Self { element, at: u64::MAX, key: 0, chosen: false, cells: Vec::new() });
        };
        let element: Element = model.element.clone_node_with_deep(true)?.unchecked_into();
        let places = element.children();
        let cells = model.cells.iter().enumerate().filter_map(|(i, slot)| {
            let element = places.get_with_index(i as u32)?;
            Some(Slot { element, look: slot.look, text: slot.text.clone() })
        });
        Ok(Self { cells: cells.collect(), at: u64::MAX, key: 0, chosen: model.chosen, element })
    }

    fn fill(&mut self, row: &TableRow, page: &TablePage, at: u64, decimals: &[usize]) -> Result<(), JsValue> {
        if self.at != at {
            self.at = at;
            // The heading is the first row.
            self.element.set_attribute("aria-rowindex", &(at + 2).to_string())?;
        }
        self.key = row.key;
        for slot in self.cells.drain(row.cells.len().min(self.cells.len())..) {
            slot.element.remove();
        }
        while self.cells.len() < row.cells.len() {
            let element = document().create_element("td")?;
            self.element.append_child(&element)?;
            self.cells.push(Slot { element, look: None, text: String::new() });
        }
        let shown = zip(&row.cells, zip(&page.columns, decimals));
        for (slot, (cell, (column, decimals))) in zip(&mut self.cells, shown) {
            let kind = match cell {
                Cell::Missing => Kind::Missing,
                Cell::Filled(_) => Kind::Filled,
                Cell::Flag(kind) => Kind::Flag(*kind),
                _ if column.code => Kind::Code,
                Cell::Text(_) => Kind::Text,
                _ => Kind::Plain,
            };
            slot.show(Look { kind, numeric: column.numeric }, words(cell, *decimals))?;
        }
        Ok(())
    }
}

impl Slot {
    fn show(&mut self, look: Look, text: String) -> Result<(), JsValue> {
        let same = self.look == Some(look);
        if same && self.text == text {
            return Ok(());
        }
        if !same {
            self.dress(look)?;
        }
        let cell: &Element = &self.element;
        match look.kind {
            Kind::Plain | Kind::Text => cell.set_text_content(Some(&text)),
            Kind::Code => written(cell.first_element_child(), &text),
            Kind::Filled => written(cell.first_child(), &text),
            // The words are those of the look.
            Kind::Flag(_) | Kind::Missing => {}
        }
        if matches!(look.kind, Kind::Text | Kind::Code) {
            cell.set_attribute("title", &text)?;
        }
        (self.look, self.text) = (Some(look), text);
        Ok(())
    }

    /// Gives the cell what goes with a look: classes, and the elements in it.
    fn dress(&self, look: Look) -> Result<(), JsValue> {
        let cell = &self.element;
        cell.set_class_name(match (look.kind, look.numeric) {
            (Kind::Missing, false) => "missing",
            (Kind::Missing, true) => "missing n",
            (Kind::Filled, false) => "filled",
            (Kind::Filled, true) => "filled n",
            (_, true) => "n",
            (_, false) => "",
        });
        cell.remove_attribute("title")?;
        cell.set_text_content(None);
        let add = |name: &str, class: &str, text: &str| -> Result<Element, JsValue> {
            let element = document().create_element(name)?;
            element.set_class_name(class);
            element.set_text_content(Some(text));
            cell.append_child(&element)?;
            Ok(element)
        };
        match look.kind {
            Kind::Plain | Kind::Text => {}
            Kind::Code => drop(add("code", "", "")?),
            Kind::Missing => drop(add("span", "unseen", "missing")?),
            Kind::Filled => {
                cell.append_child(&document().create_text_node(""))?;
                add("span", "unseen", " filled")?;
                cell.set_attribute("title", "filled, not measured")?;
            }
            Kind::Flag(kind) => {
                let mark = add("span", "mark", icons::flag_words(kind))?;
                mark.prepend_with_node_1(sign(kind)?.as_ref())?;
            }
        }
        Ok(())
    }
}

/// The sign of a kind of flag, see [`icons::flag`].
fn sign(kind: FlagKind) -> Result<Element, JsValue> {
    let svg = |name| document().create_element_ns(Some("http://www.w3.org/2000/svg"), name);
    let (class, outline) = icons::flag_outline(kind);
    let (sign, path) = (svg("svg")?, svg("path")?);
    for (name, value) in [("class", class), ("viewBox", "0 0 11 11"), ("aria-hidden", "true")] {
        sign.set_attribute(name, value)?;
    }
    path.set_attribute("d", outline)?;
    sign.append_child(&path)?;
    Ok(sign)
}

fn written(place: Option<impl AsRef<Node>>, text: &str) {
    if let Some(place) = place {
        place.as_ref().set_text_content(Some(text));
    }
}
