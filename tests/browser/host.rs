//! The hosts of the tests: one that serves the built page and writes down each request, one foreign that only listens.
//!
//! Owns what reached them. Assumes this machine alone. Refuses nothing: foreign requests are answered kindly, so that a leak succeeds.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// How the page is hosted.
#[derive(Clone, Default)]
pub struct Hosting {
    /// A folder that the page lies in, like `/tools/sensorium`; empty for the host's root.
    pub folder: String,
    /// Another media type for `.wasm` than the right one.
    pub wasm_type: Option<&'static str>,
    /// Files whose name ends so are answered with 404.
    pub absent: Option<&'static str>,
    /// More files, by their path.
    pub extra: Vec<(&'static str, &'static str, String)>,
}

/// A host that serves `dist/`, or a foreign one.
pub struct Host {
    address: SocketAddr,
    folder: String,
    seen: Arc<Mutex<Vec<String>>>,
}

/// A media type and the bytes.
type Content = (&'static str, Vec<u8>);

/// The built page.
///
/// # Panics
/// When there is none.
pub fn dist() -> PathBuf {
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    let dist = std::env::var_os("SENSORIUM_DIST").map_or(usual, PathBuf::from);
    let there = dist.join("index.html").is_file();
    assert!(there, "there is no page in {}: run cargo xtask build", dist.display());
    dist
}

impl Host {
    /// Serves the built page at the root.
    pub fn of_page() -> Self {
        Self::hosting(Hosting::default())
    }

    /// Serves the built page in a special way.
    pub fn hosting(hosting: Hosting) -> Self {
        let dist = dist();
        let folder = hosting.folder.clone();
        Self::listen(folder, move |path| {
            for (extra, media_type, content) in &hosting.extra {
                if path == *extra {
                    return Some((media_type, content.clone().into_bytes()));
                }
            }
            let name = path.strip_prefix(&hosting.folder)?.strip_prefix('/')?;
            let name = if name.is_empty() { "index.html" } else { name };
            if name.contains("..") || hosting.absent.is_some_and(|absent| name.ends_with(absent)) {
                return None;
            }
            let content = fs::read(dist.join(name)).ok()?;
            let media_type = match name.rsplit('.').next() {
                Some("html") => "text/html; charset=utf-8",
                Some("css") => "text/css",
                Some("js") => "text/javascript",
                Some("wasm") => hosting.wasm_type.unwrap_or("application/wasm"),
                _ => "application/octet-stream",
            };
            Some((media_type, content))
        })
    }

    /// Answers every request with something harmless, and notes mere connections, too.
    pub fn foreign() -> Self {
        Self::listen(String::new(), |_| Some(("text/plain", Vec::new())))
    }

    fn listen(folder: String, answer: impl Fn(&str) -> Option<Content> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("the port's address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&seen);
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (notes, answer) = (Arc::clone(&notes), Arc::clone(&answer));
                std::thread::spawn(move || {
                    // A browser that hangs up early has been noted already.
                    let _ = serve(&stream, &notes, &*answer);
                });
            }
        });
        Self { address, folder, seen }
    }

    /// `http://host:port`, without the page's folder.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The page's address.
    pub fn page(&self) -> String {
        format!("{}{}/", self.origin(), self.folder)
    }

    /// What reached this host so far: request lines like `GET /x?y`, and `connection` for each new connection.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The requests that reached this host so far, without mere connections.
    pub fn requests(&self) -> Vec<String> {
        self.seen().into_iter().filter(|seen| seen != "connection").collect()
    }

    /// Forgets what reached this host.
    pub fn forget(&self) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn serve(
    stream: &TcpStream,
    seen: &Mutex<Vec<String>>,
    answer: &dyn Fn(&str) -> Option<Content>,
) -> std::io::Result<()> {
    let note = |what: String| seen.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    note(String::from("connection"));
    let mut reader = BufReader::new(stream);
    let mut stream = stream;
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let mut words = first.split_whitespace();
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        note(format!("{method} {target}"));
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 || line == "\r\n" {
                break;
            }
            if let Some(number) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = number.trim().parse().unwrap_or(0);
            }
        }
        std::io::copy(&mut std::io::Read::take(&mut reader, length), &mut std::io::sink())?;
        let path = target.split('?').next().unwrap_or_default();
        let (status, media_type, content) = match answer(path) {
            Some((media_type, content)) => ("200 OK", media_type, content),
            None => ("404 Not Found", "text/plain", b"not found".to_vec()),
        };
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nAccess-Control-Allow-Origin: *\r\n\r\n",
            content.len()
        )?;
        if method != "HEAD" {
            stream.write_all(&content)?;
        }
        stream.flush()?;
    }
}
