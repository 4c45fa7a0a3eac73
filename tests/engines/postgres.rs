//! A PostgreSQL cluster of its own for a test: in a temporary folder, on a socket, gone afterwards.
//!
//! Owns its programs, folder and server. Assumes Debian's package `postgresql`, or its programs on the search path. Never listens on
//! a port. Refuses to pass over an absent PostgreSQL in silence: the reason is returned.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The name of the first role, which may do everything.
pub const OWNER: &str = "postgres";

/// Where PostgreSQL is, and as whom its server runs.
#[derive(Clone, Debug)]
pub struct Programs {
    bin: PathBuf,
    /// User and group, where the test's own may not run a server: it refuses root.
    user: Option<(u32, u32)>,
}

impl Programs {
    /// Finds the newest PostgreSQL.
    ///
    /// # Errors
    /// What is absent.
    pub fn find() -> Result<Self, String> {
        let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|version| version.path().join("bin"))
            .collect();
        let version = |bin: &PathBuf| bin.parent().and_then(|v| v.file_name()?.to_str()?.parse::<u32>().ok());
        folders.sort_by_key(version);
        folders.reverse();
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let whole = |bin: &PathBuf| ["initdb", "postgres", "psql"].iter().all(|name| bin.join(name).is_file());
        let bin = folders.into_iter().find(whole).ok_or("PostgreSQL (initdb, postgres, psql) is absent")?;
        let user = match number("-u", None) {
            Some(0) => Some(number("-u", Some(OWNER)).zip(number("-g", Some(OWNER))).ok_or(
                "a PostgreSQL server refuses root, and the user postgres, whom Debian's package makes, is absent",
            )?),
            _ => None,
        };
        Ok(Self { bin, user })
    }

    fn program(&self, name: &str, folder: &Path) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command.current_dir(folder);
        self.as_user(&mut command);
        command
    }

    fn as_user(&self, command: &mut Command) {
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
    }
}

/// A number that `id` tells.
fn number(what: &str, of: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(what).args(of).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// A running server.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    folder: PathBuf,
    /// A shell that ends the server and removes the folder when its standard input ends: when this is dropped, and when the test is killed.
    keeper: Child,
}

/// Starts the server, waits for the end of standard input, ends the server and removes its folder.
const KEEPER: &str = "[ -z \"$LIMIT\" ] || ulimit -f \"$LIMIT\"
\"$@\" </dev/null >server.log 2>&1 &
read -r end
kill -INT $!
wait
cd /
rm -rf \"$FOLDER\"";

impl Cluster {
    /// Starts a server.
    ///
    /// # Errors
    /// What its programs say.
    pub fn start(programs: &Programs) -> Result<Self, String> {
        Self::start_limited(programs, None)
    }

    /// Starts a server whose files may not grow beyond some blocks of 512 bytes: what it meets is what a full disk is like.
    ///
    /// # Errors
    /// What its programs say.
    pub fn start_limited(programs: &Programs, blocks: Option<u32>) -> Result<Self, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        // A socket's path may have some hundred bytes: not every folder for temporary files is near enough.
        let folder = std::env::temp_dir().join(format!("sensorium-pg-{}-{number}", std::process::id()));
        let said = |error: std::io::Error| format!("{}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(said)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).map_err(said)?;
        if let Some((user, group)) = programs.user {
            chown(&folder, Some(user), Some(group)).map_err(said)?;
        }
        let mut init = programs.program("initdb", &folder);
        init.args([
            "--pgdata=cluster",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--wal-segsize=1",
        ]);
        let made = init.args(["--username", OWNER]).output().map_err(said)?;
        if !made.status.success() {
            let _ = fs::remove_dir_all(&folder);
            return Err(format!("initdb: {}", String::from_utf8_lossy(&made.stderr)));
        }
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "sh"]).arg(programs.bin.join("postgres")).args(["-D", "cluster"]);
        for setting in ["listen_addresses=", "fsync=off", "max_wal_size=64MB"] {
            keeper.args(["-c", setting]);
        }
        keeper.arg("-c").arg(format!("unix_socket_directories={}", folder.display()));
        keeper.env("LIMIT", blocks.map_or(String::new(), |blocks| blocks.to_string()));
        keeper.env("FOLDER", &folder).current_dir(&folder).stdin(Stdio::piped());
        programs.as_user(&mut keeper);
        let keeper = keeper.spawn().map_err(said)?;
        let cluster = Self { programs: programs.clone(), folder, keeper };
        let began = Instant::now();
        while !cluster.psql("postgres").args(["-c", "SELECT 1"]).output().is_ok_and(|o| o.status.success()) {
            if began.elapsed() > Duration::from_secs(60) {
                let log = fs::read_to_string(cluster.folder.join("server.log")).unwrap_or_default();
                return Err(format!("the PostgreSQL server does not answer: {log}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(cluster)
    }

    /// psql in a database, as the owner, without a person's settings; more options and a folder are the caller's.
    pub fn psql(&self, database: &str) -> Command {
        self.psql_as(OWNER, database)
    }

    /// psql as another role.
    pub fn psql_as(&self, role: &str, database: &str) -> Command {
        let mut psql = Command::new(self.programs.bin.join("psql"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
            psql.env_remove(name);
        }
        psql.env("PGCLIENTENCODING", "UTF8").stdin(Stdio::null());
        psql.arg("-X").arg("-h").arg(&self.folder).args(["-U", role, "-d", database]);
        psql
    }

    /// Runs statements in a database and returns what they print: values without alignment, `|` between them.
    ///
    /// # Errors
    /// What psql says.
    pub fn sql(&self, database: &str, statements: &str) -> Result<String, String> {
        let mut psql = self.psql(database);
        psql.args(["-v", "ON_ERROR_STOP=1", "-A", "-t", "-q", "-c", statements]);
        said(&psql.output().map_err(|error| error.to_string())?)
    }
}

/// The standard output of a program that ended well.
///
/// # Errors
/// Its standard error.
pub fn said(output: &Output) -> Result<String, String> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned());
    }
    Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)))
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}
