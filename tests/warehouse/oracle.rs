//! Every recorded case that ends well, loaded and compared.

use std::fs;
use std::path::{Path, PathBuf};

use crate::database::{Database, run};
use crate::postgres::Cluster;
use crate::{Case, equal};

pub const CASES: &[Case] = &[("oracle::every_case_that_ends_well_arrives_equal", copied)];

/// Recordings of other people's rows, which lie beside the project.
pub const SHARED: Case = ("oracle::shared_cases_arrive_equal", shared_cases);

/// Where the recordings lie that may not be copied.
pub fn shared() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracle/cases");
    std::env::var_os("SENSORIUM_ORACLE").map_or(root, PathBuf::from)
}

/// Loads the cases into a schema each, strictly read, or set aside where that is refused. Returns how many there were of either kind
/// and of those that are no table of readings at all.
fn load(cluster: &Cluster, name: &str, folders: impl Iterator<Item = PathBuf>) -> [usize; 3] {
    let database = Database::new(cluster, name);
    let mut counts = [0; 3];
    for folder in folders {
        let case = folder.file_name().and_then(|name| name.to_str()).expect("a name of text").to_owned();
        let log = folder.join("input.csv");
        // Where no line proves the order of dates, it is told.
        let told = if case.starts_with("23_ts_ampm") || case.starts_with("23_ts_slash_ambiguous") {
            ["--date-order", "month-first"].as_slice()
        } else {
            &[]
        };
        let place = |mode: &str| format!("{name}-{case}-{mode}");
        let tried = |mode: &str| run(&log, &place(mode), &[&["--mode", mode], told].concat());
        let (kind, out) = match (tried("strict"), tried("set-aside")) {
            (Ok(out), _) => (0, out),
            (Err(_), Ok(out)) => (1, out),
            (Err(_), Err(_)) => {
                counts[2] += 1;
                continue;
            }
        };
        counts[kind] += 1;
        let schema = database.schema(&case);
        schema.load(&out.join("star"));
        let rows = equal::readings(&schema, &fs::read(out.join("readings.csv")).expect("readings.csv"));
        assert!(rows > 0, "{case}");
        equal::days(&schema, &fs::read(out.join("daily.csv")).expect("daily.csv"));
        let versions = schema.versions();
        schema.load(&out.join("star"));
        assert_eq!(schema.versions(), versions, "{case}: a second load");
    }
    counts
}

fn copied(cluster: &Cluster) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/oracle");
    let entries = fs::read_dir(root).expect("the recordings").map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.join("input.csv").is_file()).collect();
    folders.sort();
    let counts = load(cluster, "oracle", folders.into_iter());
    assert_eq!(counts, [54, 25, 6], "strict, set aside, no readings");
}

fn shared_cases(cluster: &Cluster) {
    let names = ["01_seed_dataset", "50_real_container_telemetry", "51_real_airthings_4000", "52_real_seeds_sdcard"];
    let counts = load(cluster, "shared", names.into_iter().map(|name| shared().join(name)));
    assert_eq!(counts, [2, 2, 0], "strict, set aside, no readings");
}
