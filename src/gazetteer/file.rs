//! A file that a gazetteer is read from: read from its beginning as often as needed, never held whole.

use super::GazetteerError;
use sha2::{Digest, Sha256};
use std::io::{self, BufRead, Cursor, Read};
use std::sync::Arc;

/// Bytes that tell what a file is: more than any first line.
const BEGINNING_BYTES: u64 = 64 * 1024;

/// What opens a file at its beginning.
type Open = dyn Fn() -> io::Result<Box<dyn BufRead + Send>> + Send + Sync;

/// A gazetteer file and what it is called in messages.
#[derive(Clone)]
pub struct GazetteerFile {
    name: String,
    open: Arc<Open>,
}

impl From<(String, Vec<u8>)> for GazetteerFile {
    fn from((name, bytes): (String, Vec<u8>)) -> Self {
        let bytes: Arc<[u8]> = bytes.into();
        Self::new(name, move || Ok(Box::new(Cursor::new(Arc::clone(&bytes)))))
    }
}

impl GazetteerFile {
    /// A file that `open` opens, as often as it is needed.
    pub fn new(name: String, open: impl Fn() -> io::Result<Box<dyn BufRead + Send>> + Send + Sync + 'static) -> Self {
        Self { name, open: Arc::new(open) }
    }

    /// What it is called in messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn open(&self) -> io::Result<Box<dyn BufRead + Send>> {
        (self.open)()
    }

    /// The first bytes of it.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn beginning(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open()?.take(BEGINNING_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    pub(super) fn hash_into(&self, hash: &mut Sha256) -> io::Result<()> {
        let mut reader = self.open()?;
        loop {
            let read = reader.fill_buf()?;
            if read.is_empty() {
                return Ok(());
            }
            hash.update(read);
            let length = read.len();
            reader.consume(length);
        }
    }

    pub(super) fn unreadable(&self, error: &io::Error) -> GazetteerError {
        GazetteerError {
            file: self.name.clone(),
            line: 0,
            column: "id",
            value: String::new(),
            reason: format!("the file cannot be read: {error}"),
        }
    }
}
