//! Load in a closed loop: connections that stay open, each asking again as soon as it has its answer.
//!
//! Small on purpose: it runs on the same cores as the server it measures.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// No answer takes longer, that of a whole layer through a slow peer included.
const PATIENCE: Duration = Duration::from_secs(400);

/// Read from the socket in one call at most.
const BUFFER: usize = 256 * 1024;

/// One HTTP/1.1 connection that stays open.
pub struct Connection {
    at: SocketAddr,
    stream: TcpStream,
    buffer: Vec<u8>,
    /// What of the buffer is filled and not used yet.
    start: usize,
    end: usize,
    request: Vec<u8>,
}

impl Connection {
    pub fn open(at: SocketAddr) -> io::Result<Self> {
        let stream = open(at)?;
        Ok(Self { at, stream, buffer: vec![0; BUFFER], start: 0, end: 0, request: Vec::new() })
    }

    /// Asks for `path`, hands over the body piece by piece, and gives the status.
    pub fn get(&mut self, path: &str, mut take: impl FnMut(&[u8])) -> io::Result<u16> {
        self.request.clear();
        write!(self.request, "GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.at)?;
        self.stream.write_all(&self.request)?;
        let head = self.until(b"\r\n\r\n")?;
        let field = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(':'));
            lines
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim().to_ascii_lowercase())
        };
        let status: u16 = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(broken)?;
        if field("transfer-encoding").is_some_and(|encoding| encoding == "chunked") {
            self.chunks(&mut take)?;
        } else if status != 204 && status != 304 {
            let length = field("content-length").and_then(|length| length.parse().ok()).ok_or_else(broken)?;
            self.bytes(length, &mut take)?;
        }
        if field("connection").is_some_and(|connection| connection == "close") {
            self.stream = open(self.at)?;
            (self.start, self.end) = (0, 0);
        }
        Ok(status)
    }

    /// The body of an answer, which must be a 200.
    pub fn body(&mut self, path: &str) -> Result<Vec<u8>, String> {
        let mut body = Vec::new();
        let status =
            self.get(path, |bytes| body.extend_from_slice(bytes)).map_err(|error| format!("{path}: {error}"))?;
        if status == 200 { Ok(body) } else { Err(format!("{path}: status {status}")) }
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        match self.stream.read(&mut self.buffer[self.end..])? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            read => {
                self.end += read;
                Ok(())
            }
        }
    }

    /// What comes before the next `mark`, which is used up with it.
    fn until(&mut self, mark: &[u8]) -> io::Result<String> {
        let mut from = 0;
        loop {
            let filled = &self.buffer[self.start..self.end];
            if let Some(at) = filled[from..].windows(mark.len()).position(|window| window == mark) {
                let text = String::from_utf8_lossy(&filled[..from + at]).into_owned();
                self.start += from + at + mark.len();
                return Ok(text);
            }
            from = filled.len().saturating_sub(mark.len() - 1);
            if filled.len() == self.buffer.len() {
                return Err(broken());
            }
            self.fill()?;
        }
    }

    fn bytes(&mut self, mut left: usize, take: &mut impl FnMut(&[u8])) -> io::Result<()> {
        while left > 0 {
            if self.start == self.end {
                self.fill()?;
            }
            let piece = left.min(self.end - self.start);
            take(&self.buffer[self.start..self.start + piece]);
            self.start += piece;
            left -= piece;
        }
        Ok(())
    }

    fn chunks(&mut self, take: &mut impl FnMut(&[u8])) -> io::Result<()> {
        loop {
            let line = self.until(b"\r\n")?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).map_err(|_| broken())?;
            self.bytes(size, take)?;
            // After the last chunk come trailers, which nobody sends here.
            self.until(b"\r\n")?;
            if size == 0 {
                return Ok(());
            }
        }
    }
}

fn open(at: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(at)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn broken() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "not an answer of HTTP/1.1")
}

/// What is asked for under load.
pub struct Work<'a> {
    pub paths: &'a [String],
    /// The next one. It goes on where the load before stopped, so that no round begins with the same answers.
    pub next: &'a AtomicUsize,
    /// Whether each path is asked for once only; then the load ends with the last one.
    pub is_once: bool,
    /// How many requests are under way at a time.
    pub connections: usize,
}

/// When a load ends, beside its paths.
#[derive(Clone, Copy)]
pub enum End<'a> {
    After(Duration),
    When(&'a AtomicBool),
}

/// One answer: when it was there, and how long it and the first of its body took.
#[derive(Clone, Copy)]
pub struct Answered {
    pub at: Instant,
    pub took: Duration,
    pub first: Duration,
}

/// What came of a load.
pub struct Load {
    pub seconds: f64,
    /// In the order in which they were there.
    pub answers: Vec<Answered>,
    pub bytes: u64,
    /// Answers with another status than 200, and connections that broke.
    pub failures: usize,
}

impl Load {
    pub fn per_second(&self) -> f64 {
        self.answers.len() as f64 / self.seconds
    }

    /// Answers in a second between two moments.
    pub fn rate(&self, from: Instant, to: Instant) -> f64 {
        let inside = self.answers.iter().filter(|answer| (from..to).contains(&answer.at)).count();
        inside as f64 / (to - from).as_secs_f64()
    }

    pub fn kib_each(&self) -> f64 {
        self.bytes as f64 / 1024.0 / self.answers.len().max(1) as f64
    }

    /// The time within which this share of the answers was there, in milliseconds.
    pub fn quantile(&self, share: f64, time: impl Fn(&Answered) -> Duration) -> f64 {
        let mut times: Vec<Duration> = self.answers.iter().map(time).collect();
        times.sort_unstable();
        let at = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
        times.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

/// Runs a load.
pub fn drive(at: SocketAddr, work: &Work<'_>, end: End<'_>) -> Load {
    let begin = Instant::now();
    let load = Mutex::new(Load { seconds: 0.0, answers: Vec::new(), bytes: 0, failures: 0 });
    std::thread::scope(|scope| {
        for _ in 0..work.connections {
            scope.spawn(|| {
                let (answers, bytes, failures) = one_connection(at, work, end, begin);
                let mut load = load.lock().unwrap();
                load.answers.extend(answers);
                load.bytes += bytes;
                load.failures += failures;
            });
        }
    });
    let mut load = load.into_inner().unwrap();
    load.answers.sort_unstable_by_key(|answer| answer.at);
    load.seconds = load.answers.last().map_or(f64::NAN, |last| (last.at - begin).as_secs_f64());
    load
}

fn one_connection(at: SocketAddr, work: &Work<'_>, end: End<'_>, begin: Instant) -> (Vec<Answered>, u64, usize) {
    let (mut answers, mut bytes, mut failures) = (Vec::new(), 0, 0);
    let mut connection = Connection::open(at).unwrap();
    loop {
        let is_over = match end {
            End::After(duration) => begin.elapsed() >= duration,
            End::When(stop) => stop.load(Ordering::Relaxed),
        };
        let number = if is_over { usize::MAX } else { work.next.fetch_add(1, Ordering::Relaxed) };
        if is_over || work.is_once && number >= work.paths.len() {
            return (answers, bytes, failures);
        }
        let asked = Instant::now();
        let mut first = None;
        let status = connection.get(&work.paths[number % work.paths.len()], |piece| {
            first.get_or_insert_with(|| asked.elapsed());
            bytes += piece.len() as u64;
        });
        match status {
            Ok(200) => {
                let at = Instant::now();
                answers.push(Answered { at, took: at - asked, first: first.unwrap_or_default() });
            }
            Ok(_) => failures += 1,
            Err(_) => {
                failures += 1;
                connection = Connection::open(at).unwrap();
            }
        }
    }
}
