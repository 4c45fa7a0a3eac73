//! Loads that end early: by a kill, a wrong role, a missing right, a full disk. Nothing is left of them.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::database::{Database, run_text};
use crate::postgres::{Cluster, OWNER, Programs};
use crate::{Case, logs};

pub const CASES: &[Case] = &[
    ("refused::a_load_killed_before_its_end_leaves_nothing", killed),
    ("refused::a_later_load_killed_before_its_end_leaves_what_was_there", killed_later),
    ("refused::a_load_whose_server_process_ends_leaves_nothing", terminated),
    ("refused::a_wrong_role_is_named", role),
    ("refused::a_missing_right_is_named", right),
    ("refused::a_full_disk_is_named", full),
];

/// Lets every load sleep when all is loaded but the checks.
const SLEEPER: &str = "CREATE SCHEMA test;
    CREATE FUNCTION test.sleep() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'pg_temp.checks') THEN
            PERFORM pg_sleep(600);
        END IF;
    END $$;
    CREATE EVENT TRIGGER sleeper ON ddl_command_end WHEN TAG IN ('CREATE TABLE AS') EXECUTE FUNCTION test.sleep()";

/// Starts a load and waits until it sleeps.
fn sleeping(database: &Database<'_>, star: &Path) -> Child {
    database.sql(SLEEPER);
    let mut psql = database.psql_load(OWNER, star);
    let child = psql.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("psql starts");
    let began = Instant::now();
    let asleep =
        format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{}' AND wait_event = 'PgSleep'", database.name);
    while database.sql(&asleep) != "1" {
        assert!(began.elapsed() < Duration::from_secs(60), "the load does not come to its end");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

/// Ends the server's side of a load, and waits until it is gone.
fn end(database: &Database<'_>) {
    let others = format!("FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()", database.name);
    database.sql(&format!("SELECT pg_terminate_backend(pid) {others}"));
    let began = Instant::now();
    while database.sql(&format!("SELECT count(*) {others}")) != "0" {
        assert!(began.elapsed() < Duration::from_secs(60), "the load does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    database.sql("DROP EVENT TRIGGER sleeper; DROP SCHEMA test CASCADE");
}

fn star(name: &str) -> PathBuf {
    run_text(&logs::large(2_000), name, &[]).join("star")
}

fn killed(cluster: &Cluster) {
    let database = Database::new(cluster, "killed");
    let star = star("killed");
    let mut psql = sleeping(&database, &star);
    psql.kill().expect("psql is killed");
    psql.wait().expect("psql ends");
    end(&database);
    assert!(database.tables().is_empty(), "{:?}", database.tables());
    database.load(&star);
    assert_eq!(database.sql("SELECT count(*) FROM fact_sensor_readings"), "2000");
}

fn killed_later(cluster: &Cluster) {
    let database = Database::new(cluster, "killed_later");
    let rows = [("sensor_000", "2023-12-29 08:00:00", 20.0), ("sensor_000", "2023-12-30 00:00:00", 1.0)];
    database.load(&run_text(&logs::small(&rows), "killed-first", &[]).join("star"));
    let (versions, tables) = (database.versions(), database.tables());
    let star = star("killed-later");
    let mut psql = sleeping(&database, &star);
    psql.kill().expect("psql is killed");
    psql.wait().expect("psql ends");
    end(&database);
    assert_eq!(database.tables(), tables);
    let facts = "SELECT count(*), count(valid_until), max(temperature_celsius) FROM fact_sensor_readings";
    assert_eq!(database.sql(facts), "2|1|20");
    let told = |rows: &[Vec<String>]| rows.iter().map(|row| row[..3].to_vec()).collect::<Vec<_>>();
    assert_eq!(told(&database.versions()), told(&versions), "the rows of before");
    database.load(&star);
    assert_eq!(database.sql("SELECT count(*) FROM fact_sensor_readings"), "2001");
    crate::equal::windows(&database);
}

fn terminated(cluster: &Cluster) {
    let database = Database::new(cluster, "terminated");
    let star = star("terminated");
    let psql = sleeping(&database, &star);
    end(&database);
    let output = psql.wait_with_output().expect("psql ends");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("terminating connection"), "{said}");
    assert!(database.tables().is_empty(), "{:?}", database.tables());
}

fn role(cluster: &Cluster) {
    let database = Database::new(cluster, "wrong_role");
    let star = star("role");
    let said = database.refuses(database.psql_load("nobody_of_that_name", &star));
    assert!(said.contains("role \"nobody_of_that_name\" does not exist"), "{said}");
    assert!(database.tables().is_empty());
}

fn right(cluster: &Cluster) {
    let database = Database::new(cluster, "missing_right");
    let star = star("right");
    database.sql("CREATE ROLE reader LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE writer LOGIN");
    let said = database.refuses(database.psql_load("reader", &star));
    assert!(said.contains("permission denied for schema public"), "{said}");
    assert!(database.tables().is_empty());
    // Tables of someone else, in a schema in which one may create.
    database.load(&star);
    database.sql("GRANT CREATE ON SCHEMA public TO writer");
    let versions = database.versions();
    let said = database.refuses(database.psql_load("writer", &star));
    assert!(said.contains("must be owner") || said.contains("permission denied"), "{said}");
    assert_eq!(database.versions(), versions);
}

fn full(_: &Cluster) {
    let programs = Programs::find().expect("PostgreSQL is there");
    // 4 MB a file: the readings take more.
    let cluster = Cluster::start_limited(&programs, Some(8_192)).expect("a server of small files");
    let database = Database::new(&cluster, "full_disk");
    let few = run_text(&logs::large(500), "full-few", &[]).join("star");
    database.load(&few);
    let versions = database.versions();
    let many = run_text(&logs::large(60_000), "full-many", &[]).join("star");
    let said = database.refuses(database.psql_load(OWNER, &many));
    assert!(said.contains("could not extend file") || said.contains("could not write"), "{said}");
    assert_eq!(database.sql("SELECT count(*) FROM fact_sensor_readings"), "500");
    let told = |rows: &[Vec<String>]| rows.iter().map(|row| row[..3].to_vec()).collect::<Vec<_>>();
    assert_eq!(told(&database.versions()), told(&versions));
    database.load(&few);
}
