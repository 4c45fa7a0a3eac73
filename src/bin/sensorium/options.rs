//! What stands on the command line, and the recipe that it amounts to.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueHint};
use sensorium::link;
use sensorium::recipe::words::parse_zone;
use sensorium::recipe::{DateOrder, Mode, Recipe, json, query};
use sensorium::sql::Engine;
use sensorium::survey::{Decimal, Delimiter, Told};

use crate::outputs::Table;
use crate::zones;

/// Sensor logs, checked and summed up on this machine
///
/// Reads the logs of sensor fleets, of any logger, checks every cell against a contract, fills gaps, flags anomalies, and writes tables
/// that others read: Parquet by date, CSV, a star schema for PostgreSQL. The same recipe runs as SQL where a fleet outgrows one machine.
/// Nothing is uploaded.
#[derive(Debug, Parser)]
#[command(name = "sensorium", version, arg_required_else_help = true, after_help = AFTER_ALL)]
pub struct Options {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read logs, check them against the contract, fill gaps, flag anomalies, and write the results to a folder
    ///
    /// All logs become one table. Rows that break the contract are set aside, repaired like a gap, or refuse the run; gaps are filled on a
    /// straight line and marked; high temperatures and low batteries are flagged. Rows read are readings, dropped, set aside and outside the
    /// date range together, always. Reading and writing use all cores. On a terminal a line on standard error shows how far the run is.
    #[command(after_help = AFTER_RUN)]
    Run(RunOptions),
    /// Print how logs are read: delimiter, times, devices, metrics, what is skipped and why; nothing is written
    #[command(after_help = AFTER_INSPECT)]
    Inspect(InspectOptions),
    /// Print the recipe as one SQL script for an engine that scales out: raw rows in, readings, flags and statistics out
    #[command(after_help = AFTER_SQL)]
    Sql(SqlOptions),
    /// Print the completions of a shell
    #[command(after_help = AFTER_COMPLETIONS)]
    Completions(CompletionsOptions),
    /// Print the manual page of the program, or of one command, as roff
    #[command(after_help = AFTER_MAN)]
    Man(ManOptions),
}

const AFTER_ALL: &str = "\
`sensorium COMMAND --help` tells all of a command: its options, exit codes and examples.

Examples:
  sensorium run gateway-03.csv --out results
  sensorium inspect hobo.csv
  sensorium sql --engine duckdb --csv 'logs/*.csv' > script.sql";

const AFTER_COMPLETIONS: &str = "\
Examples:
  bash        sensorium completions bash > ~/.local/share/bash-completion/completions/sensorium
  zsh         sensorium completions zsh > _sensorium, in a folder of $fpath
  fish        sensorium completions fish > ~/.config/fish/completions/sensorium.fish
  powershell  sensorium completions powershell >> $PROFILE";

const AFTER_MAN: &str = "\
Examples:
  sensorium man run > ~/.local/share/man/man1/sensorium-run.1 && man sensorium-run
  sensorium man sql | man -l -";

#[derive(Debug, Args)]
pub struct CompletionsOptions {
    /// The shell that completes
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct ManOptions {
    /// The command whose page is printed; without it, that of the program
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

const AFTER_INSPECT: &str = "\
What is printed was read as it stands in the files, after conversion of units: before contract, gap filling and dropped rows.
Several files are shown as one table. Patterns in quotes are expanded as a shell would: * and ? within a folder, ** over folders.

Exit codes: 0 read, perhaps with a question; 2 a file that is no table of readings, or options that cannot be used.

Examples:
  sensorium inspect hobo.csv
  sensorium inspect 'SD/*.TXT' --json
  sensorium inspect log.csv --date-order month-first --zone Europe/Berlin --map 'T1=temperature_celsius:°F'";

#[derive(Debug, Args)]
pub struct InspectOptions {
    /// Logs of any shape, as they are or packed (.gz, .zip), or patterns in quotes
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// Print the reading card as JSON
    #[arg(long)]
    pub json: bool,

    #[command(flatten)]
    pub reading: ReadingOptions,
}

/// How files are read, where a person knows better.
#[derive(Debug, Args)]
pub struct ReadingOptions {
    /// The order of dates such as 01/02/2024 in a log where no line proves it; beats the recipe
    #[arg(long, value_name = "ORDER", value_parser = PossibleValuesParser::new(DateOrder::ALL.map(DateOrder::name)))]
    pub date_order: Option<String>,

    /// What separates the cells
    #[arg(long, value_name = "DELIMITER", value_parser = PossibleValuesParser::new(["comma", "semicolon", "tab", "pipe", "blanks"]))]
    pub delimiter: Option<String>,

    /// The decimal mark of the numbers
    #[arg(long, value_name = "MARK", value_parser = PossibleValuesParser::new(["point", "comma"]))]
    pub decimal: Option<String>,

    /// Line of the names of the columns; 0 where there is none
    #[arg(long, value_name = "LINE")]
    pub header_line: Option<u32>,

    /// A number that looks like a missing value, such as -200, and was measured. May be given several times
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub measured: Vec<f64>,

    /// A word or number that stands for no value in this log, such as off or 0. May be given several times
    #[arg(long, value_name = "WORD", allow_negative_numbers = true)]
    pub missing: Vec<String>,

    /// The log's encoding, where it is not found out: utf-8, windows-1252, utf-16le, shift_jis, gb18030, windows-1251 ...
    #[arg(long, value_name = "ENCODING")]
    pub encoding: Option<String>,

    /// Digits of packed times: %Y %m %d %H %M %S %j, _ for any character
    #[arg(long, value_name = "FORMAT")]
    pub time_format: Option<String>,

    /// When a log begins whose times have no date, or count from a start: 2004-03-10, '2004-03-10 18:00'
    #[arg(long, value_name = "DATE")]
    pub start: Option<String>,

    /// The clock of times that state no offset: an offset such as -05:00, or a zone such as Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,

    /// Header of the column that names the device, or file for the file's name
    #[arg(long, value_name = "COLUMN")]
    pub device_from: Option<String>,

    /// A column is this metric, in this unit; without a metric it is none. May be given several times
    #[arg(long, value_name = "NAME=METRIC[:UNIT]")]
    pub map: Vec<String>,
}

impl ReadingOptions {
    /// What they say, over what was said already; `zone` is the recipe's.
    ///
    /// # Errors
    /// A sentence about the first that cannot be used.
    pub fn told(&self, said: Told, zone: Option<&str>) -> Result<Told, String> {
        let mut told = said;
        for text in &self.map {
            let Some((header, metric)) = text.split_once('=').filter(|(header, _)| !header.is_empty()) else {
                return Err(format!("--map: \"{text}\" is no NAME=METRIC[:UNIT]"));
            };
            let (metric, unit) = metric.split_once(':').unwrap_or((metric, ""));
            told.map_column(header, metric, unit);
        }
        if let Some(name) = self.zone.as_deref().or(zone) {
            let zone = zones::zone_of(name).ok_or_else(|| {
                format!("--zone: \"{name}\" is neither an offset such as -05:00 nor a zone such as Europe/Berlin")
            })?;
            told.zone = Some(zone);
        }
        told.delimiter = self.delimiter.as_deref().and_then(Delimiter::from_name).or(told.delimiter);
        told.decimal = self.decimal.as_deref().and_then(Decimal::from_word).or(told.decimal);
        told.order = self.date_order.as_deref().and_then(DateOrder::from_name).or(told.order);
        told.header_line = self.header_line.or(told.header_line);
        told.measured.extend(self.measured.iter().map(f64::to_string));
        told.missing.extend(self.missing.iter().cloned());
        told.encoding = self.encoding.clone().or(told.encoding);
        told.time_format = self.time_format.clone().or(told.time_format);
        if let Some(start) = &self.start
            && !told.take_word("start", start)
        {
            return Err(format!("--start: \"{start}\" is no date such as 2004-03-10"));
        }
        told.device_from = self.device_from.clone().or(told.device_from);
        Ok(told)
    }

    /// The same with the word of the link that the recipe came in, and the recipe's zone.
    fn told_with(&self, link: Option<&str>, recipe: &Recipe) -> Result<Told, String> {
        // A link copied from the page says how files were read there.
        let fragment = link.filter(|text| text.contains("://")).and_then(|link| link.split_once('#'));
        let said = fragment.map_or(Told::default(), |(_, fragment)| link::from_fragment(fragment).0.told);
        Ok(Told { order: None, ..self.told(said, recipe.zone.as_deref())? })
    }

    /// The recipe of a text, the flags over it.
    fn recipe(&self, text: Option<&str>, mode: Option<&str>) -> Result<Recipe, String> {
        let mut recipe = text.map_or(Ok(Recipe::default()), parse_recipe)?;
        if let Some(mode) = mode.and_then(Mode::from_name) {
            recipe.mode = mode;
        }
        if let Some(order) = self.date_order.as_deref().and_then(DateOrder::from_name) {
            recipe.date_order = Some(order);
        }
        if let Some(zone) = self.zone.as_deref().and_then(parse_zone) {
            recipe.zone = zone;
        }
        Ok(recipe)
    }
}

const AFTER_RUN: &str = "\
Written under DIR: readings/date=YYYY-MM-DD/part-0.parquet, readings.csv, anomalies.csv, daily.csv, set_aside.csv,
dropped.csv, run.log; with --star-schema also star/ (README.txt in it says how it is loaded), with --charts also charts/, with
--report also report.html. --only leaves tables out, never set_aside.csv, dropped.csv and run.log, which say what became of each
row. DIR is replaced as a whole: by nothing but a complete result, and only if it is absent, empty, or was written by sensorium.

Files are named, or matched by patterns in quotes, which are expanded as a shell would: * and ? within a folder, ** over folders,
in the order of their paths. A pattern that matches no file is refused; a folder is no file.

The views of --charts are temperature, battery, humidity, anomalies, heatmap and rolling, those whose metric the log has; each is
the page's chart, as SVG and, twice as sharp, as PNG. --report is one page without script that fetches nothing, for any browser
and for paper: what was read and how, findings, filled and dropped counts, anomalies by device, charts, daily statistics. A
refused run writes neither.

The Parquet is a lake of Hive's layout, sorted by device and time within a date, with statistics: pyarrow, Polars, DuckDB
(hive_partitioning) and Spark read it as it stands. Recipe and version stand in each file's metadata.

Exit codes: 0 done; 1 refused: a violation or an absent column in strict mode, a repeated column, or no reading left;
2 a file that cannot be read as a table, or options that cannot be used.

Examples:
  sensorium run gateway-03.csv --out results
  sensorium run 'logs/**/*.csv.gz' --out lake --only parquet --json
  sensorium run *.csv --out results --recipe 'high_temp=28.5&from=2024-03-01' --mode strict
  sensorium run log.csv --out results --recipe recipe.json --json --findings findings.csv
  sensorium run *.csv --out results --charts --report
  sensorium run log.csv --out results --star-schema && cd results/star && psql -v ON_ERROR_STOP=1 -f load.sql";

#[derive(Debug, Args)]
pub struct RunOptions {
    /// Logs, as they are or packed (.gz, .zip), or patterns in quotes such as 'logs/*.csv.gz'; read in this order into one table
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// Folder for the results
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,

    /// Limits, dates, gap policy, mode: a query string such as 'high_temp=28.5', a link copied from the page, or a JSON file
    #[arg(long, value_name = "QUERY, LINK OR JSON FILE")]
    pub recipe: Option<String>,

    /// What happens to rows that break the contract; beats the recipe
    #[arg(long, value_name = "MODE", value_parser = PossibleValuesParser::new(Mode::ALL.map(Mode::name)))]
    pub mode: Option<String>,

    #[command(flatten)]
    pub reading: ReadingOptions,

    /// Write only these tables, named with commas between them; set_aside.csv, dropped.csv and run.log are written in any case
    #[arg(long, value_name = "TABLES", value_delimiter = ',',
        value_parser = PossibleValuesParser::new(Table::ALL.map(Table::word)))]
    pub only: Vec<String>,

    /// Also write a star schema for PostgreSQL to DIR/star, which psql -f load.sql loads
    #[arg(long)]
    pub star_schema: bool,

    /// Also write the charts to DIR/charts, as SVG and as PNG
    #[arg(long)]
    pub charts: bool,

    /// Also write DIR/report.html: the run on one page, with its charts, to be read in a browser or printed
    #[arg(long)]
    pub report: bool,

    /// Print one JSON object instead of the report
    #[arg(long)]
    pub json: bool,

    /// Also write every finding to this file, values exactly as found: tab-separated if its name ends in .tsv, else CSV
    #[arg(long, value_name = "FILE")]
    pub findings: Option<PathBuf>,
}

impl RunOptions {
    /// The tables to be written: those named, or all.
    pub fn tables(&self) -> Vec<Table> {
        if self.only.is_empty() {
            return Table::ALL.to_vec();
        }
        self.only.iter().filter_map(|word| Table::from_word(word)).collect()
    }

    /// How files are to be read: the link's word and the recipe's zone, the flags over both.
    ///
    /// # Errors
    /// A sentence about the first option that cannot be used.
    pub fn told(&self, recipe: &Recipe) -> Result<Told, String> {
        self.reading.told_with(self.recipe.as_deref(), recipe)
    }

    /// The recipe given, the flags over it.
    ///
    /// # Errors
    /// A sentence about the first thing in it that cannot be used.
    pub fn recipe(&self) -> Result<Recipe, String> {
        self.reading.recipe(self.recipe.as_deref(), self.mode.as_deref())
    }
}

const AFTER_SQL: &str = "\
The script reads rows of the standard shape: cells between delimiters (commas, unless --delimiter says otherwise), decimal points, a header with the
contract's names in any order, times such as 2024-03-01 08:00:00 (with or without an offset), epoch seconds or milliseconds, and in the
order that --date-order or the recipe tells dates in digits such as 13/02/2024 8:00 PM. It makes the tables readings, set_aside,
dropped, daily and hourly in a schema of their own, with the columns and values of `sensorium run`, replacing those of its last
run, and ends with the counts of rows. In strict mode it stops at a violation.

What an engine cannot keep is refused, by this command with exit code 2, or by the script, which stops with a sentence before
it replaces a table: a cell over several lines, a quote that is never closed, a zero byte, times in words, text that is no UTF-8 and of which --encoding says
nothing, a column of numbers that nobody named (--metric, --unread), names that are not the contract's.

Of how files are read, scripts follow --zone (its changes stand in the script: no engine's own zones are asked), --encoding utf-8,
windows-1252, utf-16le and utf-16be, --header-line 0 and --device-from; in words, a link or flags. Such files Sensorium judges whole,
which a script cannot: it stops where that would make a difference, such as at a number with a unit in its cell or a row of -999.

  duckdb       --csv takes patterns. Run the script with: duckdb lake.db -bail -f script.sql
  postgresql   psql reads the files by their names, no patterns. PostgreSQL 14 or later, one transaction.
               Run the script with: psql -f script.sql
  spark        --csv takes patterns. Spark 4. Steps are tables of the schema until the script ends.
               Run the script with: spark-sql -f script.sql
Each engine reads a file whole, because an engine that splits a file knows neither its lines nor their order: many files of some
hundred megabytes at most; in Spark each is a task of its own. A larger log is read from a table: --table with --ordinal, the
column that numbers the rows in the order of the log, because no table has an order of its own, and readings of one time keep
that of the log. Its numbers stand for the lines. Several files are one log in the order of their paths.

Values of violations are cut to 200 characters. Tables that are made have no order either: sort readings by device and time.

Exit codes: 0 printed; 2 refused, or options that cannot be used.

Examples:
  sensorium sql --engine duckdb --csv 'logs/*.csv' > script.sql
  sensorium sql --engine postgresql --csv gateway-03.csv --recipe 'high_temp=28.5&fill=time&max_gap=3600'
  sensorium sql --engine spark --table lake.raw_readings --ordinal row_number --metric co2_ppm --mode repair";

#[derive(Debug, Args)]
pub struct SqlOptions {
    /// The engine that runs the script
    #[arg(long, value_name = "ENGINE", value_parser = PossibleValuesParser::new(Engine::ALL.map(Engine::word)))]
    pub engine: String,

    /// A log as CSV, as the engine finds it; patterns such as 'logs/*.csv' where it knows them. May be given several times
    #[arg(long, value_name = "PATH", required_unless_present = "table")]
    pub csv: Vec<String>,

    /// A table of raw rows instead, with columns of the contract's names; their values are read as text
    #[arg(long, value_name = "NAME", conflicts_with = "csv", requires = "ordinal")]
    pub table: Option<String>,

    /// The column of the table that numbers its rows in the order of the log
    #[arg(long, value_name = "COLUMN", requires = "table")]
    pub ordinal: Option<String>,

    /// A metric of the contract that the log does not have. May be given several times
    #[arg(long, value_name = "NAME")]
    pub lacking: Vec<String>,

    /// A further column that is a metric. May be given several times
    #[arg(long, value_name = "NAME")]
    pub metric: Vec<String>,

    /// A further column of numbers that is left unread. May be given several times
    #[arg(long, value_name = "NAME")]
    pub unread: Vec<String>,

    /// The schema of the tables that the script makes
    #[arg(long, value_name = "NAME", default_value = "sensorium")]
    pub schema: String,

    /// Limits, dates, gap policy, mode: a query string such as 'high_temp=28.5', a link copied from the page, or a JSON file
    #[arg(long, value_name = "QUERY, LINK OR JSON FILE")]
    pub recipe: Option<String>,

    /// What happens to rows that break the contract; beats the recipe
    #[arg(long, value_name = "MODE", value_parser = PossibleValuesParser::new(Mode::ALL.map(Mode::name)))]
    pub mode: Option<String>,

    #[command(flatten)]
    pub reading: ReadingOptions,
}

impl SqlOptions {
    /// The recipe given, the flags over it; and how files are to be read.
    ///
    /// # Errors
    /// A sentence about the first thing in it that cannot be used.
    pub fn recipe(&self) -> Result<(Recipe, Told), String> {
        let recipe = self.reading.recipe(self.recipe.as_deref(), self.mode.as_deref())?;
        let told = self.reading.told_with(self.recipe.as_deref(), &recipe)?;
        Ok((recipe, told))
    }
}

fn parse_recipe(text: &str) -> Result<Recipe, String> {
    let is_link = text.contains("://");
    if !is_link && text.trim_start().starts_with('{') {
        return json::from_json(text).map_err(|error| format!("--recipe: {error}"));
    }
    let path = std::path::Path::new(text);
    if !is_link && path.exists() {
        let written = std::fs::read_to_string(path)
            .map_err(|error| format!("--recipe: {text} cannot be read as a JSON file: {error}"))?;
        return json::from_json(&written).map_err(|error| format!("--recipe: {text}: {error}"));
    }
    if !is_link && !text.trim().is_empty() && !text.contains(['=', '?']) {
        return Err(format!(
            "--recipe: there is no file {text}, and it is no query such as 'high_temp=28.5'; check the spelling"
        ));
    }
    let (recipe, notices) = query::from_query(query::query_of_link(text));
    match notices.first() {
        None => Ok(recipe),
        Some(first) => {
            let faults: Vec<String> = notices.iter().map(|n| format!("\"{}={}\"", n.key, n.value)).collect();
            let (sentence, _) = first.sentence.rsplit_once(';').unwrap_or((first.sentence.trim_end_matches('.'), ""));
            Err(format!("--recipe: {} cannot be used: {sentence}; correct or remove it", faults.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_are_well_formed() {
        use clap::CommandFactory;
        Options::command().debug_assert();
    }

    #[test]
    fn queries_links_and_json_make_the_same_recipe() {
        let expected = query::from_query("high_temp=28.5&mode=strict").0;
        for text in [
            "high_temp=28.5&mode=strict",
            "?high_temp=28.5&mode=strict",
            "https://host.example/x/?high_temp=28.5&mode=strict#tab=battery",
            "{\"high_temp\": 28.5, \"mode\": \"strict\"}",
        ] {
            assert_eq!(parse_recipe(text), Ok(expected.clone()), "{text}");
        }
        for text in ["", "https://host.example/x/", "https://host.example/x/#tab=battery"] {
            assert_eq!(parse_recipe(text), Ok(Recipe::default()), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (text, part) in [
            ("high_tmp=3", "\"high_tmp=3\""),
            ("high_temp=warm", "\"high_temp=warm\""),
            ("mode=strict&mode=repair", "mode"),
            ("no-such-file.json", "there is no file no-such-file.json"),
            ("{\"high_tmp\": 3}", "high_tmp"),
        ] {
            let fault = parse_recipe(text).unwrap_err();
            assert!(fault.contains(part), "{text}: {fault}");
        }
    }
}
