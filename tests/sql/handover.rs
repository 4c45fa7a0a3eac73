//! What the page hands over, in the engine that ran the script: the exported Parquet, and in PostgreSQL the star schema after `load.sql`, hold the
//! readings that the script made, row for row and column for column.
//!
//! The page's exports are held to the library's byte for byte in the browser tests.

use sensorium::export;
use sensorium::pipeline;
use sensorium::recipe::Recipe;
use sensorium::sql::Engine;
use sensorium::star::{Bundle, StarFile};
use sensorium::survey::Told;

use crate::agree::same_rows;
use crate::driver::Driver;
use crate::expected::{self, Table};

/// Whether what is handed over of these files holds the readings of a script.
pub fn agrees(
    driver: &mut Driver,
    (files, told): (&[(String, Vec<u8>)], &Told),
    recipe: &Recipe,
    readings: &Table,
) -> Result<(), String> {
    let mut opened = expected::opened(files, recipe, told).map_err(|error| error.to_string())?;
    let outcome = pipeline::run(&mut opened.log, recipe);
    let quote = if driver.engine == Engine::Spark { "`" } else { "\"" };
    let columns: Vec<String> = readings.header.iter().map(|name| format!("{quote}{name}{quote}")).collect();
    let columns = columns.join(", ");
    let folder = driver.folder().join("handed");
    // What an earlier log left would be taken for this one's.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir(&folder).expect("a folder");
    let place = folder.display();
    let script = if driver.engine == Engine::PostgreSql {
        let bundle = Bundle::new(&outcome, recipe);
        for file in StarFile::ALL {
            let mut out = std::fs::File::create(folder.join(file.name())).expect("a file of the bundle");
            bundle.write(file, &mut out).expect("it is written");
        }
        format!(
            "set client_min_messages = error;\ndrop schema public cascade;\ncreate schema public;\n\\cd '{place}'\n\\o /dev/null\n\\i load.sql\n\\o\n\
             drop table if exists sensorium.handed;\ncreate table sensorium.handed as select {columns} from public.fact_sensor_readings \
             order by device_id collate \"C\", \"timestamp\", occurrence;\n"
        )
    } else {
        let path = folder.join("readings.parquet");
        let out = std::fs::File::create(&path).expect("a file");
        export::readings_parquet(out, &outcome, recipe).expect("it is written");
        match driver.engine {
            Engine::Spark => format!(
                "drop table if exists sensorium.handed;\n\
                 create table sensorium.handed using parquet as select {columns} from parquet.`{place}/readings.parquet`;\n"
            ),
            _ => format!(
                "create or replace table sensorium.handed as select {columns} from read_parquet('{place}/readings.parquet');"
            ),
        }
    };
    let handed = driver.table(&script, "handed")?;
    same_rows(driver.engine, "handed over", &handed, readings)
}
