//! What the library makes of a log, as the tables that a script makes.

use std::path::Path;

use sensorium::export;
use sensorium::ingest::{Bytes, Hints, Opened, RawReader, Reading};
use sensorium::pipeline;
use sensorium::recipe::Recipe;
use sensorium::survey::Told;

/// A table as text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::of(&bytes)
    }

    fn of(bytes: &[u8]) -> Self {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        let mut lines = reader.records().map(|line| line.expect("CSV").iter().map(String::from).collect());
        Self { header: lines.next().unwrap_or_default(), rows: lines.collect() }
    }
}

/// What the library read.
pub fn opened(
    files: &[(String, Vec<u8>)],
    recipe: &Recipe,
    told: &Told,
) -> Result<Opened<Bytes<Vec<u8>>>, sensorium::Error> {
    let files = files.iter().map(|(name, bytes)| (name.clone(), Bytes(bytes.clone()))).collect();
    let hints = Hints { order: recipe.date_order, told: told.clone() };
    let mut reading = Reading::new(files, &recipe.contract).told(hints);
    while let Some(task) = reading.next_task() {
        reading.accept(task.id, None);
    }
    reading.finish()
}

/// The tables `readings`, `set_aside`, `dropped`, `daily` and `hourly`.
pub fn tables(mut opened: Opened<Bytes<Vec<u8>>>, recipe: &Recipe) -> Vec<Table> {
    let outcome = pipeline::run(&mut opened.log, recipe);
    let mut written = Vec::new();
    let mut table = |write: &mut dyn FnMut(&mut Vec<u8>) -> Result<u64, sensorium::Error>| {
        let mut bytes = Vec::new();
        write(&mut bytes).expect("memory takes all");
        written.push(Table::of(&bytes));
    };
    table(&mut |out| export::readings_csv(out, &outcome, recipe));
    let (log, sources, layouts) = (&opened.log, &mut opened.sources, &opened.layouts);
    table(&mut |out| export::set_aside_csv(out, log, &outcome, &mut RawReader::new(&log.files, sources, layouts)));
    table(&mut |out| export::dropped_csv(out, log, &outcome, &mut RawReader::new(&log.files, sources, layouts)));
    table(&mut |out| export::daily_csv(out, &outcome));
    let mut hourly =
        Table { header: ["device_id", "hour_of_day", "hourly_avg_temp"].map(String::from).to_vec(), rows: Vec::new() };
    for (device, cells) in
        outcome.cleaned.readings.devices.iter().zip(outcome.hourly.mean_temperature_celsius.chunks(24))
    {
        for (hour, mean) in cells.iter().enumerate().filter(|(_, mean)| !mean.is_nan()) {
            let name = export::text::guarded(&device.name).into_owned();
            hourly.rows.push(vec![name, hour.to_string(), format!("{mean:?}")]);
        }
    }
    written.push(hourly);
    written
}
