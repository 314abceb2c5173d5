//! The real binary on a fresh database, and small tools for asking it.

pub mod pbf;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The repository.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The real program.
pub fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_incident-map"))
}

/// A demo server on a port of its own; ends when dropped.
pub struct Server {
    child: Child,
    pub base: String,
    pub token: String,
    pub folder: TempDir,
}

impl Server {
    pub fn demo() -> Self {
        let folder = TempDir::new().unwrap();
        Self::start(&["demo", "--db"], folder)
    }

    /// With this configuration file.
    pub fn configured(text: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, text).unwrap();
        Self::start(&["demo", "--config", file.to_str().unwrap(), "--db"], folder)
    }

    /// A new process on the database of an earlier one, which has ended.
    pub fn again(mut self) -> Self {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let folder = std::mem::replace(&mut self.folder, TempDir::new().unwrap());
        Self::start(&["demo", "--db"], folder)
    }

    fn start(command: &[&str], folder: TempDir) -> Self {
        let mut child = program()
            .args(command)
            .arg(folder.path().join("test.db"))
            .args(["--bind", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let link = lines.by_ref().map(Result::unwrap).find(|line| line.contains("#token=")).unwrap();
        let address = link.split_whitespace().nth(1).unwrap();
        let (base, token) = address.split_once("/#token=").unwrap();
        // Whatever else is written must be read, or the program would stand still.
        let (base, token) = (base.to_owned(), token.to_owned());
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, base, token, folder }
    }

    /// Memory that it has for itself, MiB: not the program, nor what is mapped from files.
    #[cfg(target_os = "linux")]
    pub fn own_mib(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id())).unwrap();
        let line = text.lines().find(|line| line.starts_with("Anonymous:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    }

    pub fn db(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    /// Status, headers and body of a `GET`.
    pub fn get(&self, address: &str) -> Answer {
        self.get_with(address, &[])
    }

    pub fn get_with(&self, address: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = agent().get(format!("{}{}", self.base, percent_encoded(address)));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.call().unwrap())
    }

    pub fn send(&self, method: &str, address: &str, token: Option<&str>, media_type: &str, body: &[u8]) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{address}", self.base));
        if method == "HEAD" {
            // A head of a packed answer has no body that could be unpacked.
            request = request.header("accept-encoding", "identity");
        }
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.header("content-type", media_type).body(body.to_vec()).unwrap();
        Answer::of(agent().run(request).unwrap())
    }

    pub fn load(&self, file: &str, body: &[u8]) -> Answer {
        self.send("POST", &format!("/api/imports?filename={file}"), Some(&self.token), "text/csv", body)
    }

    pub fn json(&self, address: &str) -> serde_json::Value {
        let answer = self.get(address);
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        answer.json()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub bytes: Vec<u8>,
    /// The bytes as text.
    pub body: String,
}

impl Answer {
    fn of(mut response: ureq::http::Response<ureq::Body>) -> Self {
        let bytes = response.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Self { status: response.status().as_u16(), headers: response.headers().clone(), bytes, body }
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Letters that may not stand in an address as they are, as their UTF-8 bytes.
fn percent_encoded(address: &str) -> String {
    address.bytes().map(|b| if b.is_ascii() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true).build().into()
}

/// Every Rust source under a folder, as (path from the repository, text).
pub fn sources(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                into.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    walk(&repository().join(folder), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(repository()).unwrap().display().to_string();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}
