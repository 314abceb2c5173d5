//! The servers of the measurement, started here or elsewhere, and the memory they take.

use crate::driver::Connection;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(180);

/// How often servers are asked for their memory; the kernel walks all pages for it.
const LOOK: Duration = Duration::from_millis(250);

/// A program that listens on 127.0.0.1 until this is dropped.
pub struct Server {
    pub at: SocketAddr,
    child: Child,
    /// Ends it together with the processes it started.
    stop: Option<Command>,
}

/// Memory of a server in MiB.
#[derive(Clone, Copy, Default)]
pub struct Memory {
    /// Pages shared with other processes count in part.
    pub proportional: u64,
    /// What only it has.
    pub private: u64,
}

impl Server {
    /// Our own, and how long it took until it first told the right number of incidents.
    pub fn ours(database: &Path, more: &[&str], count: usize) -> (Self, Duration) {
        let at = free_address();
        let mut command = Command::new(env!("CARGO_BIN_EXE_incident-map"));
        command.arg("serve").arg("--db").arg(database).args(["--bind", &at.to_string()]).args(more);
        let begin = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        let mut server = Self { at, child, stop: None };
        server.wait_for("/layers/incidents/counts.json", |body| {
            let counts: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
            counts["matched"].as_u64() == Some(count as u64)
        });
        (server, begin.elapsed())
    }

    /// nginx with the files in the folder `static`; `None` when it is not installed.
    pub fn nginx(folder: &Path) -> Option<Self> {
        let at = free_address();
        let path = folder.display();
        let config = format!(
            "worker_processes 2; pid {path}/nginx.pid; error_log {path}/nginx.log; user root;\n\
             events {{ worker_connections 1024; }}\n\
             http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;\n\
             default_type application/json; open_file_cache max=20000 inactive=600s; open_file_cache_valid 600s;\n\
             client_body_temp_path {path}/n; proxy_temp_path {path}/n; fastcgi_temp_path {path}/n;\n\
             uwsgi_temp_path {path}/n; scgi_temp_path {path}/n; server {{ listen {at}; root {path}/static; }} }}\n"
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, config).unwrap();
        let nginx = || {
            let mut command = Command::new("nginx");
            command.arg("-p").arg(folder).arg("-c").arg(&file).stdin(Stdio::null());
            command
        };
        let mut stop = nginx();
        stop.args(["-s", "stop"]);
        let child = nginx().args(["-g", "daemon off;"]).stderr(Stdio::null()).spawn().ok()?;
        let mut server = Self { at, child, stop: Some(stop) };
        server.wait_for("/ready", |_| true);
        Some(server)
    }

    fn wait_for(&mut self, path: &str, is_right: impl Fn(&[u8]) -> bool) {
        let begin = Instant::now();
        let answer = || Connection::open(self.at).ok().and_then(|mut connection| connection.body(path).ok());
        while !answer().is_some_and(|body| is_right(&body)) {
            assert!(self.child.try_wait().unwrap().is_none(), "the server at {} ended", self.at);
            assert!(begin.elapsed() < PATIENCE, "the server at {} does not give the right answer", self.at);
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Memory of it and the processes it started.
    pub fn memory(&self) -> Memory {
        let id = self.child.id();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        let ids = std::iter::once(id).chain(children.split_whitespace().filter_map(|id| id.parse().ok()));
        let mut memory = Memory::default();
        for id in ids {
            let text = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
            let kib = |name: &str| -> u64 {
                let line = text.lines().find_map(|line| line.strip_prefix(name));
                line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse().ok()).unwrap_or(0)
            };
            memory.proportional += kib("Pss:") / 1024;
            memory.private += (kib("Private_Clean:") + kib("Private_Dirty:")) / 1024;
        }
        memory
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        match &mut self.stop {
            Some(stop) => _ = stop.stderr(Stdio::null()).status(),
            None => _ = self.child.kill(),
        }
        _ = self.child.wait();
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap()
}

/// Does something, and gives the most memory that the server took meanwhile.
pub fn with_peak<T>(server: Option<&Server>, work: impl FnOnce() -> T) -> (T, Option<u64>) {
    let Some(server) = server else { return (work(), None) };
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut peak = 0;
            while !is_over.load(Ordering::Relaxed) {
                peak = peak.max(server.memory().proportional);
                std::thread::sleep(LOOK);
            }
            peak.max(server.memory().proportional)
        });
        let result = work();
        is_over.store(true, Ordering::Relaxed);
        (result, Some(watcher.join().unwrap()))
    })
}
