//! The three engines: what makes each usable here, how its driver is started and its browser asked for.
//!
//! Owns drivers and their profiles. Assumes the programs that `cargo xtask test` installs. Refuses to pass over an absent engine in
//! silence: the reason is returned and printed.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::webdriver::{self, Session};

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

pub const ALL: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::WebKit];

/// The programs of an engine.
pub struct Programs {
    browser: PathBuf,
    driver: PathBuf,
}

/// A running driver with one session, and the folder of its profile and downloads.
pub struct Browser {
    driver: Child,
    pub session: Session,
    folder: PathBuf,
}

impl Engine {
    /// As in test names and in `SENSORIUM_ENGINES`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// Finds the engine's programs.
    ///
    /// # Errors
    /// Which one is absent.
    pub fn programs(self) -> Result<Programs, String> {
        let find = |names: &[&str]| {
            let found = names.iter().find_map(|name| program(name));
            found.ok_or_else(|| format!("{} is absent", names[0]))
        };
        Ok(match self {
            Self::Chromium => Programs {
                browser: find(&["chromium", "chromium-browser", "google-chrome"])?,
                driver: find(&["chromedriver"])?,
            },
            Self::Firefox => Programs { browser: find(&["firefox", "firefox-esr"])?, driver: find(&["geckodriver"])? },
            Self::WebKit => {
                find(&["xvfb-run"])?;
                find(&["xauth"])?;
                Programs { browser: mini_browser()?, driver: find(&["WebKitWebDriver"])? }
            }
        })
    }

    /// Starts a driver and one browser with a fresh profile.
    pub fn start(self) -> Result<Browser, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let programs = self.programs()?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("sensorium-browser-{}-{number}", std::process::id()));
        for part in ["home", "profile", "downloads"] {
            fs::create_dir_all(folder.join(part)).map_err(|error| error.to_string())?;
        }
        let port = free_port()?;
        let mut command = match self {
            Self::WebKit => {
                let mut command = Command::new("xvfb-run");
                command.args(["-a", "-s", "-screen 0 1400x1000x24"]).arg(&programs.driver);
                // The browser saves downloads in the home folder.
                command.env("HOME", folder.join("downloads"));
                command.env_remove("XDG_CONFIG_HOME");
                command
            }
            _ => Command::new(&programs.driver),
        };
        match self {
            Self::Firefox => command.args(["--port", &port.to_string()]),
            _ => command.arg(format!("--port={port}")),
        };
        let log = fs::File::create(folder.join("driver.log")).map_err(|error| error.to_string())?;
        let errors = log.try_clone().map_err(|error| error.to_string())?;
        // A group of its own, so that the driver can be ended with everything that it started.
        let driver = command.stdin(Stdio::null()).stdout(log).stderr(errors).process_group(0).spawn();
        let mut driver = driver.map_err(|error| format!("{} does not start: {error}", programs.driver.display()))?;
        match session(self, &programs, &folder, port) {
            Ok(session) => Ok(Browser { driver, session, folder }),
            Err(reason) => {
                end(&mut driver);
                Err(format!("{}: {reason} (see {})", self.name(), folder.join("driver.log").display()))
            }
        }
    }

    fn capabilities(self, browser: &Path, folder: &Path) -> Value {
        let downloads = folder.join("downloads");
        match self {
            Self::Chromium => json!({
                "browserName": "chrome",
                "goog:loggingPrefs": {"browser": "ALL"},
                "goog:chromeOptions": {
                    "binary": browser,
                    "args": [
                        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                        "--disable-background-networking", "--disable-component-update", "--disable-sync",
                        "--disable-dev-shm-usage", "--window-size=1280,900",
                        format!("--user-data-dir={}", folder.join("profile").display()),
                    ],
                    "prefs": {
                        "download.default_directory": downloads,
                        "download.prompt_for_download": false,
                        "profile.default_content_setting_values.automatic_downloads": 1,
                    },
                },
            }),
            Self::Firefox => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": {
                    "binary": browser,
                    "args": ["-headless", "--width=1280", "--height=900"],
                    "prefs": {
                        "browser.download.folderList": 2,
                        "browser.download.dir": downloads,
                        "browser.download.always_ask_before_handling_new_types": false,
                        "browser.helperApps.neverAsk.saveToDisk": "text/csv,application/zip,application/octet-stream,text/plain,image/png",
                        "network.captive-portal-service.enabled": false,
                        "network.connectivity-service.enabled": false,
                        "app.update.enabled": false,
                    },
                },
            }),
            Self::WebKit => json!({
                "webkitgtk:browserOptions": {"binary": browser, "args": ["--automation"]},
            }),
        }
    }
}

impl Browser {
    /// Where downloads end up.
    pub fn downloads(&self) -> PathBuf {
        self.folder.join("downloads")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.session.close();
        end(&mut self.driver);
        // A profile that is still being written to stays in the temporary folder.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn session(engine: Engine, programs: &Programs, folder: &Path, port: u16) -> Result<Session, String> {
    let address = format!("http://127.0.0.1:{port}");
    let began = Instant::now();
    while !webdriver::is_up(&address) {
        if began.elapsed() > Duration::from_secs(30) {
            return Err(String::from("the driver does not answer"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Session::open(&address, &engine.capabilities(&programs.browser, folder))
}

/// Ends a driver and everything in its process group.
fn end(driver: &mut Child) {
    let group = format!("-{}", driver.id());
    let _ = Command::new("kill").args(["-TERM", "--", &group]).stderr(Stdio::null()).status();
    let _ = driver.wait();
}

fn free_port() -> Result<u16, String> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}

fn program(name: &str) -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin");
    let mut folders = vec![own];
    for runner in ["CHROMEWEBDRIVER", "GECKOWEBDRIVER"] {
        folders.extend(std::env::var_os(runner).map(PathBuf::from));
    }
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// The little browser that comes with WebKitGTK lies in a folder with the library's version in its name.
fn mini_browser() -> Result<PathBuf, String> {
    let mut pending = vec![PathBuf::from("/usr/lib"), PathBuf::from("/usr/libexec")];
    let mut depth = 0;
    while depth < 3 {
        let mut below = Vec::new();
        for folder in pending {
            let Ok(entries) = fs::read_dir(&folder) else {
                continue;
            };
            for entry in entries.flatten() {
                let path = entry.path();
                if path.is_file() && path.ends_with("MiniBrowser") {
                    return Ok(path);
                }
                let name = entry.file_name().to_string_lossy().into_owned();
                if path.is_dir() && (depth == 0 || name.starts_with("webkit")) {
                    below.push(path);
                }
            }
        }
        pending = below;
        depth += 1;
    }
    Err(String::from("MiniBrowser is absent"))
}
