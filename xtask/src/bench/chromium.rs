//! Chromium with a fresh profile.
//!
//! Owns the driver, the profile and the downloads of one browser. Assumes the programs that `install::browsers` brings. Leaves no
//! browser and no profile behind, unless the bench itself is killed.

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use super::webdriver::{self, Session};
use crate::{install, place};

/// How long a page is up before it is used: a person takes a while to choose a file.
pub const OPEN: Duration = Duration::from_secs(2);

/// A running browser.
pub struct Chromium {
    driver: Child,
    pub session: Session,
    folder: PathBuf,
}

impl Chromium {
    /// Starts one, installed if need be.
    pub fn start(work: &Path) -> Result<Self, String> {
        install::browsers::chromium()?;
        let browser =
            place::program(&["chromium", "chromium-browser", "google-chrome"]).ok_or("there is no Chromium")?;
        let program = place::program(&["chromedriver"]).ok_or("there is no chromedriver")?;
        let folder = work.join(format!("browser-{}", std::process::id()));
        forget(&folder);
        fs::create_dir_all(folder.join("downloads")).map_err(|error| error.to_string())?;
        let port = free_port()?;
        let mut command = Command::new(program);
        command.arg(format!("--port={port}")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // A group of its own, so that the driver can be ended with everything that it started.
        let mut driver = command.process_group(0).spawn().map_err(|error| format!("chromedriver: {error}"))?;
        match session(&format!("http://127.0.0.1:{port}"), &browser, &folder) {
            Ok(session) => Ok(Self { driver, session, folder }),
            Err(reason) => {
                end(&mut driver);
                forget(&folder);
                Err(reason)
            }
        }
    }

    /// Waits for a finished download and returns its size in bytes.
    pub fn download_bytes(&self, ending: &str, patience: Duration) -> Result<u64, String> {
        let folder = self.folder.join("downloads");
        let began = Instant::now();
        while began.elapsed() < patience {
            // An unfinished one has another ending.
            for entry in fs::read_dir(&folder).map_err(|error| error.to_string())?.flatten() {
                if entry.file_name().to_string_lossy().ends_with(ending)
                    && let Ok(bytes) = entry.metadata().map(|about| about.len())
                    && bytes > 0
                {
                    return Ok(bytes);
                }
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(format!("no download ends with {ending}"))
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.session.close();
        end(&mut self.driver);
        forget(&self.folder);
    }
}

fn session(address: &str, browser: &Path, folder: &Path) -> Result<Session, String> {
    let began = Instant::now();
    while !webdriver::is_up(address) {
        if began.elapsed() > Duration::from_secs(30) {
            return Err(String::from("chromedriver does not answer"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let capabilities = json!({
        "browserName": "chrome",
        "goog:chromeOptions": {
            "binary": browser,
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--window-size=1400,1000", format!("--user-data-dir={}", folder.join("profile").display()),
            ],
            "prefs": {
                "download.default_directory": folder.join("downloads"),
                "download.prompt_for_download": false,
                "profile.default_content_setting_values.automatic_downloads": 1,
            },
        },
    });
    Session::open(address, &capabilities)
}

/// Ends a driver and everything in its process group.
fn end(driver: &mut Child) {
    let group = format!("-{}", driver.id());
    let _ = Command::new("kill").args(["-TERM", "--", &group]).stderr(Stdio::null()).status();
    let _ = driver.wait();
}

/// A profile is written to for a moment after its browser's end.
fn forget(folder: &Path) {
    for _ in 0..20 {
        if !folder.exists() || fs::remove_dir_all(folder).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}
