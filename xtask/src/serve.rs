//! Serving the finished page on this machine.
//!
//! Owns a small server of files. Assumes a built `dist/`. Refuses to change what it serves, to leave `dist/` and to listen anywhere but here.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use tiny_http::{Header, Method, Request, Response, Server};

use crate::{page, place};

const USUAL_PORT: u16 = 8080;

/// What the command line asked for.
pub struct Options {
    port: Option<u16>,
    as_is: bool,
}

impl Options {
    /// Reads the words after `serve`.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let mut options = Self { port: None, as_is: false };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--as-is" => options.as_is = true,
                "--port" => {
                    let port = words.next().and_then(|number| number.parse().ok());
                    options.port = Some(port.ok_or("expected a port number after --port")?);
                }
                other => return Err(format!("unknown option {other} of serve")),
            }
        }
        Ok(options)
    }
}

/// Builds the page, then serves it until the process is ended.
pub fn serve(options: &Options) -> Result<(), String> {
    if !options.as_is {
        page::build()?;
    }
    let server = Arc::new(listen(options.port)?);
    println!("Sensorium is served at http://{}/ (end with Ctrl+C)", server.server_addr());
    for worker in answering(&server, &place::dist()) {
        worker.join().map_err(|_| "a thread of the server ended")?;
    }
    Ok(())
}

/// Serves a folder at any free port for as long as the process lives, and returns its address.
pub fn in_background(folder: &Path) -> Result<String, String> {
    let server = Arc::new(listen(Some(0))?);
    answering(&server, folder);
    Ok(format!("http://{}/", server.server_addr()))
}

fn answering(server: &Arc<Server>, folder: &Path) -> Vec<JoinHandle<()>> {
    let thread = |_| {
        let (server, folder) = (Arc::clone(server), folder.to_path_buf());
        std::thread::spawn(move || {
            while let Ok(request) = server.recv() {
                // A browser that went away is no reason to stop serving.
                let _ = answer(request, &folder);
            }
        })
    };
    (0..4).map(thread).collect()
}

/// The port asked for, or the usual one, or any free one when the usual one is taken.
fn listen(port: Option<u16>) -> Result<Server, String> {
    let open =
        |port: u16| Server::http(("127.0.0.1", port)).map_err(|error| format!("port {port} cannot be used: {error}"));
    match port {
        Some(port) => open(port),
        None => open(USUAL_PORT).or_else(|_| open(0)),
    }
}

fn answer(request: Request, dist: &Path) -> std::io::Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return request.respond(Response::empty(405));
    }
    let Some(path) = file_of(request.url(), dist) else {
        return request.respond(Response::from_string("not found").with_status_code(404));
    };
    let file = File::open(&path)?;
    let mut response = Response::from_file(file);
    for (name, value) in [("Content-Type", media_type(&path)), ("Cache-Control", "no-cache")] {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    request.respond(response)
}

/// The file that an address names, if it lies in `dist`.
fn file_of(address: &str, dist: &Path) -> Option<PathBuf> {
    let name = address.split(['?', '#']).next()?.trim_start_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if !name.chars().all(plain) || name.split('/').any(|part| part == "..") {
        return None;
    }
    let mut path = dist.join(name);
    if path.is_dir() {
        path.push("index.html");
    }
    path.is_file().then_some(path)
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("csv") => "text/csv; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_page_are_served() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(file_of("/Cargo.toml?x=1", here), Some(here.join("Cargo.toml")));
        assert_eq!(file_of("/../Cargo.toml", here), None);
        assert_eq!(file_of("/%2e%2e/Cargo.toml", here), None);
        assert_eq!(file_of("/absent", here), None);
        assert_eq!(file_of("/src", here), None);
    }

    #[test]
    fn options_are_read() {
        assert_eq!(Options::parse(&["--port", "81"]).map(|o| o.port), Ok(Some(81)));
        assert_eq!(Options::parse(&["--as-is"]).map(|o| o.as_is), Ok(true));
        assert!(Options::parse(&["--port"]).is_err());
        assert!(Options::parse(&["--prot", "81"]).is_err());
    }
}
