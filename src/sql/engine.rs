//! What differs between the engines in one expression or one kind of statement.

use super::lay;

/// An engine that runs scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    DuckDb,
    PostgreSql,
    Spark,
}

/// `[+-] digits [. digits] [e [+-] digits]`, with a digit before or after the point.
const NUMBER: &str = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$";

impl Engine {
    pub const ALL: [Self; 3] = [Self::DuckDb, Self::PostgreSql, Self::Spark];

    /// The engine's name on the command line.
    pub fn word(self) -> &'static str {
        self.of("duckdb", "postgresql", "spark")
    }

    /// The engine's name for people.
    pub fn title(self) -> &'static str {
        self.of("DuckDB", "PostgreSQL", "Spark SQL")
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.word() == word)
    }

    /// One of three texts.
    pub(super) fn of(self, duckdb: &'static str, postgresql: &'static str, spark: &'static str) -> &'static str {
        match self {
            Self::DuckDb => duckdb,
            Self::PostgreSql => postgresql,
            Self::Spark => spark,
        }
    }

    /// A name of a column, table or schema, quoted where it has to be, or might have to.
    pub(super) fn name(self, name: &str) -> String {
        let plain = name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit());
        // No engine has a keyword of several words that starts otherwise.
        let several_words = name.contains('_')
            && !["_", "current_", "session_", "system_", "user_"].iter().any(|start| name.starts_with(start));
        if plain && several_words && !name.starts_with(|c: char| c.is_ascii_digit()) {
            return name.to_string();
        }
        let quote = self.of("\"", "\"", "`");
        let mut out = String::from(quote);
        out.push_str(&name.replace(quote, &quote.repeat(2)));
        out.push_str(quote);
        out
    }

    /// A text as a literal.
    pub(super) fn text(self, text: &str) -> String {
        let mut out = String::from("'");
        match self {
            Self::Spark => out.push_str(&text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n")),
            _ => out.push_str(&text.replace('\'', "''")),
        }
        out.push('\'');
        out
    }

    /// A number as a literal of type double, which reads back equal.
    pub(super) fn number(self, number: f64) -> String {
        let mut text = format!("{number:?}");
        if !text.contains('e') {
            text.truncate(text.trim_end_matches(".0").len());
            text.push_str("e0");
        }
        text
    }

    pub(super) fn varchar(self) -> &'static str {
        self.of("varchar", "text", "string")
    }

    pub(super) fn double(self) -> &'static str {
        self.of("double", "double precision", "double")
    }

    fn with(self, expression: &str, duckdb: &'static str, postgresql: &'static str, spark: &'static str) -> String {
        lay(self.of(duckdb, postgresql, spark), &[("x", expression)])
    }

    /// A text without the blanks around it.
    pub(super) fn trimmed(self, text: &str) -> String {
        self.with(
            text,
            "trim({x}, e' \\t\\n\\f\\r')",
            "btrim({x}, e' \\t\\n\\f\\r')",
            "trim(both ' \\t\\n\\u000C\\r' from {x})",
        )
    }

    /// Whether all of a text is as the pattern says, which starts with `^` and ends with `$`.
    pub(super) fn matches(self, text: &str, pattern: &str) -> String {
        // In Java's patterns $ also stands before a line end.
        let pattern = if self == Self::Spark { pattern.replace('$', "\\z") } else { pattern.to_string() };
        let slots = [("x", text), ("pattern", &self.text(&pattern))];
        lay(self.of("regexp_matches({x}, {pattern})", "{x} ~ {pattern}", "{x} rlike {pattern}"), &slots)
    }

    /// A trimmed text as a finite number, null where it is none.
    pub(super) fn parsed_number(self, text: &str) -> String {
        let is_number = self.matches(text, NUMBER);
        let template = self.of(
            "case when {is} and isfinite(try_cast({x} as double)) then try_cast({x} as double) end",
            "case when {is} then pg_temp.sensorium_number({x}) end",
            "case when {is} and abs(try_cast({x} as double)) < double('infinity') then try_cast({x} as double) end",
        );
        lay(template, &[("is", &is_number), ("x", text)])
    }

    /// A text of digits as a whole number; an empty one is null.
    pub(super) fn whole(self, text: &str) -> String {
        // Spark throws and catches an error for each text that is none, which the empty one mostly is.
        self.with(
            text,
            "try_cast({x} as bigint)",
            "cast(nullif({x}, '') as bigint)",
            "try_cast(nullif({x}, '') as bigint)",
        )
    }

    /// A text `YYYY-MM-DD` as days since 1970-01-01, null where there is no such day.
    pub(super) fn day(self, text: &str) -> String {
        self.with(
            text,
            "try_cast({x} as date) - date '1970-01-01'",
            "pg_temp.sensorium_day({x})",
            "cast(unix_date(try_cast({x} as date)) as bigint)",
        )
    }

    /// What the pattern's first group finds in a text, empty or null where it finds nothing.
    pub(super) fn found(self, text: &str, pattern: &str) -> String {
        let slots = [("x", text), ("pattern", &self.text(pattern))];
        let template = self.of(
            "regexp_extract({x}, {pattern}, 1)",
            "substring({x} from {pattern})",
            "regexp_extract({x}, {pattern}, 1)",
        );
        lay(template, &slots)
    }

    /// A text without what matches a pattern at its end.
    pub(super) fn without(self, text: &str, pattern: &str) -> String {
        let pattern = if self == Self::Spark { pattern.replace('$', "\\z") } else { pattern.to_string() };
        lay("regexp_replace({x}, {pattern}, '')", &[("x", text), ("pattern", &self.text(&pattern))])
    }

    /// The text of an array's elements from a position on, one after the other, without blanks around it.
    pub(super) fn text_from(self, array: &str, position: &str) -> String {
        let slots = [("x", array), ("at", position)];
        let joined = lay(
            self.of(
                "array_to_string({x}[{at}:], '')",
                "array_to_string({x}[{at}:], '')",
                "array_join(slice({x}, {at}, size({x})), '')",
            ),
            &slots,
        );
        self.trimmed(&joined)
    }

    /// A timestamp as microseconds since 1970.
    pub(super) fn microseconds(self, timestamp: &str) -> String {
        self.with(
            timestamp,
            "epoch_us({x})",
            "cast(extract(epoch from {x}) * 1000000 as bigint)",
            "unix_micros(cast({x} as timestamp))",
        )
    }

    /// What the groups of a pattern capture of a text, eight of them, as an array.
    pub(super) fn captured(self, text: &str, pattern: &str) -> String {
        let pattern = if self == Self::Spark { pattern.replace('$', "\\z") } else { pattern.to_string() };
        let template = self.of(
            "string_split(regexp_replace({x}, {pattern}, '\\1|\\2|\\3|\\4|\\5|\\6|\\7|\\8'), '|')",
            "string_to_array(regexp_replace({x}, {pattern}, '\\1|\\2|\\3|\\4|\\5|\\6|\\7|\\8'), '|')",
            "split(regexp_replace({x}, {pattern}, '$1|$2|$3|$4|$5|$6|$7|$8'), '[|]', -1)",
        );
        lay(template, &[("x", text), ("pattern", &self.text(&pattern))])
    }

    /// Microseconds since 1970 as a timestamp without a zone.
    pub(super) fn timestamp(self, microseconds: &str) -> String {
        self.with(
            microseconds,
            "make_timestamp({x})",
            "timestamp '1970-01-01' + ({x} / 1000000) * interval '1 second' + ({x} % 1000000) * interval '1 microsecond'",
            "cast(timestamp_micros({x}) as timestamp_ntz)",
        )
    }

    /// The last known value of a column up to this row of a window.
    pub(super) fn last_known(self, column: &str, window: &str) -> String {
        let slots = [("x", column), ("window", window)];
        lay(
            self.of("last_value({x} ignore nulls) over {window}", "", "last_value({x}) ignore nulls over {window}"),
            &slots,
        )
    }

    /// The element of an array at a position from 1, null where it has none.
    pub(super) fn at(self, array: &str, position: &str) -> String {
        let slots = [("x", array), ("at", position)];
        lay(self.of("{x}[{at}]", "{x}[{at}]", "get({x}, {at} - 1)"), &slots)
    }

    /// How many elements an array has.
    pub(super) fn length(self, array: &str) -> String {
        self.with(array, "len({x})", "cardinality({x})", "size({x})")
    }

    /// A table of the results.
    pub(super) fn table(self, name: &str, comment: &str, query: &str) -> String {
        let template = self.of(
            "{comment}create or replace table {name} as\n{query};\n\n",
            "{comment}drop table if exists {name};\ncreate table {name} as\n{query};\n\n",
            "{comment}drop table if exists {name};\ncreate table {name} using parquet as\n{query};\n\n",
        );
        lay(template, &[("comment", comment), ("name", name), ("query", query)])
    }

    /// Stops the script with the first message of a query, which has one column `fault`, if it has any.
    pub(super) fn stop(self, comment: &str, query: &str) -> String {
        let template = self.of(
            "{comment}select error(fault) from (\n{query}\nlimit 1);\n\n",
            "{comment}do $sensorium$\ndeclare found text;\nbegin\nselect fault into found from (\n{query}\nlimit 1) as faults;\n\
             if found is not null then raise exception '%', found; end if;\nend $sensorium$;\n\n",
            "{comment}select raise_error(fault) from (\n{query}\nlimit 1);\n\n",
        );
        lay(template, &[("comment", comment), ("query", query)])
    }
}
