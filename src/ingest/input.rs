//! The bytes of a file: read from the beginning as often as needed, never held whole.

use sha2::{Digest, Sha256};
use std::fmt;
use std::io::{self, BufReader, Cursor, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Bytes that are read at once for the hash.
const HASHED_AT_ONCE: usize = 256 * 1024;

/// What opens a file at its beginning.
type Open<'a> = dyn Fn() -> io::Result<Box<dyn Read + Send + 'a>> + Send + Sync + 'a;

/// A file that is to be loaded.
pub struct Input<'a> {
    open: Box<Open<'a>>,
    bytes: u64,
    done: Arc<AtomicU64>,
    sha256: OnceLock<[u8; 32]>,
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl<'a> From<&'a [u8]> for Input<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::new(bytes.len() as u64, move || Ok(Box::new(Cursor::new(bytes))))
    }
}

impl<'a> Input<'a> {
    /// A file of so many bytes that `open` opens, as often as it is needed.
    pub fn new(bytes: u64, open: impl Fn() -> io::Result<Box<dyn Read + Send + 'a>> + Send + Sync + 'a) -> Self {
        Self { open: Box::new(open), bytes, done: Arc::default(), sha256: OnceLock::new() }
    }

    /// Its length as it is stored.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The share of the file that the present reading has taken, 0 to 1.
    #[must_use]
    pub fn share_read(&self) -> f64 {
        if self.bytes == 0 { 1.0 } else { (self.done.load(Ordering::Relaxed) as f64 / self.bytes as f64).min(1.0) }
    }

    /// SHA-256 of its bytes as they are stored; they are read for it once.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn sha256(&self) -> io::Result<[u8; 32]> {
        if let Some(known) = self.sha256.get() {
            return Ok(*known);
        }
        let mut hash = Sha256::new();
        io::copy(&mut BufReader::with_capacity(HASHED_AT_ONCE, self.open()?), &mut hash)?;
        Ok(*self.sha256.get_or_init(|| hash.finalize().into()))
    }

    pub(super) fn open(&self) -> io::Result<Box<dyn Read + Send + 'a>> {
        (self.open)()
    }

    /// Opens the file and follows how far it is read.
    pub(super) fn open_followed(&self) -> io::Result<Box<dyn Read + Send + 'a>> {
        self.done.store(0, Ordering::Relaxed);
        Ok(Box::new(Followed { reader: self.open()?, done: Arc::clone(&self.done) }))
    }
}

struct Followed<'a> {
    reader: Box<dyn Read + Send + 'a>,
    done: Arc<AtomicU64>,
}

impl Read for Followed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        self.done.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
