//! The few pieces of HTML that the report is made of.
//!
//! Owns escaping: text from outside goes through [`Html::text`] or a cell, and through nothing else. Assumes that what is written
//! raw was written here. Knows nothing of sensors.

/// A page while it is written.
#[derive(Default)]
pub(super) struct Html {
    text: String,
    /// Tables so far: each names its caption.
    tables: u32,
}

/// What a cell of a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The name of the row.
    Row,
    /// Text as it stands in a file.
    Code,
    Words,
    Number,
}

impl Html {
    /// What was written so far; afterwards nothing is.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// Markup of our own.
    pub fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    /// Text of anyone, in an element or in a quoted attribute. What is not seen, or turns the direction of what is, is shown as
    /// an escape.
    pub fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\'' => self.text.push_str("&#39;"),
                c if c.is_control() || turns(c) => self.text.extend(c.escape_default()),
                c => self.text.push(c),
            }
        }
    }

    pub fn heading(&mut self, words: &str) {
        self.raw("<h2>");
        self.text(words);
        self.raw("</h2>\n");
    }

    pub fn paragraph(&mut self, words: &str) {
        self.raw("<p>");
        self.text(words);
        self.raw("</p>\n");
    }

    /// Begins a table: its caption, and the heading of each column. A wide one scrolls by itself.
    pub fn table(&mut self, name: &str, caption: &str, columns: &[(&str, Kind)]) {
        self.tables += 1;
        let id = self.tables.to_string();
        self.raw("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-labelledby=\"t");
        self.raw(&id);
        self.raw("\">\n<table data-table=\"");
        self.raw(name);
        self.raw("\">\n<caption id=\"t");
        self.raw(&id);
        self.raw("\">");
        self.text(caption);
        self.raw("</caption>\n<thead><tr>");
        for (words, kind) in columns {
            self.raw(if *kind == Kind::Number { "<th scope=\"col\" class=\"n\">" } else { "<th scope=\"col\">" });
            self.text(words);
            self.raw("</th>");
        }
        self.raw("</tr></thead>\n<tbody>\n");
    }

    /// A row of the table that was begun.
    pub fn row<S: AsRef<str>>(&mut self, cells: &[(Kind, S)]) {
        self.raw("<tr>");
        for (kind, text) in cells {
            let (open, close) = match kind {
                Kind::Row => ("<th scope=\"row\">", "</th>"),
                Kind::Code => ("<td><code>", "</code></td>"),
                Kind::Words => ("<td>", "</td>"),
                Kind::Number => ("<td class=\"n\">", "</td>"),
            };
            self.raw(open);
            self.text(text.as_ref());
            self.raw(close);
        }
        self.raw("</tr>\n");
    }

    pub fn end_table(&mut self) {
        self.raw("</tbody>\n</table>\n</div>\n");
    }
}

/// Marks of direction: a name that holds one would turn round what stands behind it.
fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_text_whatever_it_looks_like() {
        let mut html = Html::default();
        html.text("</td><script>alert('1')</script> & \"\u{0}\u{1b}\u{202e}\u{85}é°C\t");
        assert_eq!(
            html.take(),
            "&lt;/td&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;\\u{0}\\u{1b}\\u{202e}\\u{85}é°C\\t"
        );
    }

    #[test]
    fn cells_are_escaped_and_named() {
        let mut html = Html::default();
        html.table("x", "<all>", &[("Device", Kind::Words), ("n", Kind::Number)]);
        html.row(&[(Kind::Row, "<b>"), (Kind::Number, "1")]);
        html.end_table();
        let text = html.take();
        for part in
            ["<caption id=\"t1\">&lt;all&gt;</caption>", "<th scope=\"row\">&lt;b&gt;</th><td class=\"n\">1</td>"]
        {
            assert!(text.contains(part), "{text}");
        }
    }
}
