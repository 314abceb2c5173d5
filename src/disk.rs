//! Gazetteers as files of this machine: reading them, building compiled ones and looking into these.

use crate::gazetteer::{CompileError, CompiledError, Gazetteer, GazetteerErrors, GazetteerFile, Scratch};
use crate::ingest::Input;
use crate::layer::Segment;
use crate::layer::segment::{Bodies, BodySink, SegmentColumns, SegmentError};
use std::fs::File;
use std::io::{self, BufReader};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Bytes that are read at once.
const READ_BYTES: usize = 1 << 20;

/// Why a compiled gazetteer cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be read.
    #[error("cannot read the compiled gazetteer `{path}`: {source}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It cannot be used.
    #[error("the compiled gazetteer `{path}` cannot be used: {source}")]
    Unusable {
        /// Which.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        source: CompiledError,
    },
}

/// Why a gazetteer cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Its files have errors.
    #[error(transparent)]
    Files(#[from] GazetteerErrors),
    /// The result cannot be written.
    #[error("cannot write `{path}`: {source}")]
    Unwritable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What was written cannot be opened.
    #[error(transparent)]
    Unusable(#[from] OpenError),
}

/// A gazetteer file of this machine.
#[must_use]
pub fn gazetteer_file(path: &Path) -> GazetteerFile {
    let name = path.display().to_string();
    let path = path.to_owned();
    GazetteerFile::new(name, move || Ok(Box::new(BufReader::with_capacity(READ_BYTES, File::open(&path)?))))
}

/// Compiles files into one, which appears when it is complete; what was there before stays until then. `progress` is told how many
/// places are written, and of how many.
///
/// # Errors
/// The files have errors, or the result cannot be written.
pub fn build_gazetteer(
    files: &[GazetteerFile],
    path: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Gazetteer, BuildError> {
    let unwritable = |source: io::Error| BuildError::Unwritable { path: path.to_owned(), source };
    let folder = folder_of(path);
    let out = new_file(folder, ".tmp").map_err(unwritable)?;
    let out = Gazetteer::compile(files, out, &Folder(folder), progress).map_err(|error| match error {
        CompileError::Files(errors) => BuildError::Files(errors),
        CompileError::Unwritable(source) => unwritable(source),
    })?;
    out.as_file().sync_all().map_err(unwritable)?;
    out.persist(path).map_err(|error| unwritable(error.error))?;
    Ok(open_gazetteer(path)?)
}

/// Looks into a compiled gazetteer; nothing is read but its beginning.
///
/// # Errors
/// It cannot be read, is none, is cut off or comes from another version of this program.
pub fn open_gazetteer(path: &Path) -> Result<Gazetteer, OpenError> {
    let unreadable = |source| OpenError::Unreadable { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mapped = map(&file, 0..length).map_err(unreadable)?;
    Gazetteer::open(mapped).map_err(|source| OpenError::Unusable { path: path.to_owned(), source })
}

/// A file that is to be loaded; it is opened as often as it is read.
///
/// # Errors
/// It cannot be read.
pub fn input(path: &Path) -> io::Result<Input<'static>> {
    let bytes = std::fs::metadata(path)?.len();
    // What cannot be opened is told before anything is begun.
    File::open(path)?;
    let path = path.to_owned();
    Ok(Input::new(bytes, move || Ok(Box::new(File::open(&path)?))))
}

/// Keeps what comes through a pipe in a file that goes when it is dropped.
///
/// # Errors
/// It cannot be read or kept.
pub fn kept(from: &mut dyn io::Read) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new()?;
    io::copy(from, &mut file)?;
    Ok(file)
}

/// Room for large sorts, beside the result: the system's temporary folder is often in memory.
struct Folder<'a>(&'a Path);

impl Scratch for Folder<'_> {
    type File = File;

    fn file(&self) -> io::Result<File> {
        tempfile::tempfile_in(self.0)
    }
}

/// A file without a final name that others may read, as they may any file that a program writes.
fn new_file(folder: &Path, prefix: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new();
    file.prefix(prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.permissions(std::fs::Permissions::from_mode(0o666));
    }
    file.tempfile_in(folder)
}

/// Why the segment beside a database cannot be used; it is made anew then.
#[derive(Debug, thiserror::Error)]
pub enum SegmentFileError {
    /// The file cannot be read.
    #[error("cannot read the snapshot of the layers: {0}")]
    Unreadable(#[from] io::Error),
    /// It is none, or of another version.
    #[error(transparent)]
    Unusable(#[from] SegmentError),
}

/// Looks into the segment in a file: its columns are mapped, its bodies are read when they are asked for.
///
/// # Errors
/// It cannot be read or used.
pub fn open_segment(path: &Path) -> Result<Segment, SegmentFileError> {
    segment_of(File::open(path)?)
}

fn segment_of(file: File) -> Result<Segment, SegmentFileError> {
    let length = file.metadata()?.len();
    let mut ending = [0; Segment::TRAILER_BYTES];
    let bodies = BodyFile(file);
    bodies.read_at(length.saturating_sub(ending.len() as u64), &mut ending)?;
    let columns = map(&bodies.0, Segment::columns_in(&ending, length)?)?;
    Ok(Segment::open(Arc::new(columns), Box::new(bodies))?)
}

/// A segment while it is written: first the bodies as they come, then the columns.
pub struct SegmentFile {
    file: tempfile::NamedTempFile,
    /// How many bytes of bodies have their place.
    bodies: AtomicU64,
}

/// Columns begin at a multiple of this, as memory maps do.
const COLUMNS_ALIGNED: u64 = 4_096;

impl SegmentFile {
    /// A new file in the folder of `path`, which it may replace later.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(path: &Path) -> io::Result<Self> {
        Ok(Self { file: new_file(folder_of(path), &unkept_prefix(path))?, bodies: AtomicU64::new(0) })
    }

    /// Writes the columns behind the bodies; gives the segment, and its file, which goes when it is dropped and not kept.
    ///
    /// # Errors
    /// It cannot be written or read.
    pub fn finish(self, columns: &SegmentColumns) -> Result<(Segment, UnkeptSegment), SegmentFileError> {
        let columns_at = self.bodies.into_inner().next_multiple_of(COLUMNS_ALIGNED);
        write_at(self.file.as_file(), columns.bytes(), columns_at)?;
        let end = columns_at + columns.bytes().len() as u64;
        write_at(self.file.as_file(), &SegmentColumns::trailer(columns_at), end)?;
        let segment = segment_of(self.file.reopen()?)?;
        Ok((segment, UnkeptSegment(self.file)))
    }
}

impl BodySink for SegmentFile {
    fn append(&self, bytes: &[u8]) -> io::Result<u64> {
        let at = self.bodies.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        write_at(self.file.as_file(), bytes, at)?;
        Ok(at)
    }
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, at)?;
        (at, bytes) = (at + written as u64, &bytes[written..]);
    }
    Ok(())
}

/// A segment that has no name yet.
pub struct UnkeptSegment(tempfile::NamedTempFile);

impl UnkeptSegment {
    /// Keeps it under this name, whole or not at all, in place of what was there.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep(self, path: &Path) -> io::Result<()> {
        self.0.as_file().sync_all()?;
        self.0.persist(path).map(drop).map_err(|error| error.error)
    }
}

fn unkept_prefix(path: &Path) -> String {
    format!("{}.new-", path.file_name().unwrap_or_default().to_string_lossy())
}

/// Files younger than this may belong to a process that still writes them.
const UNKEPT_AGE: Duration = Duration::from_secs(600);

/// Removes what processes that were killed left of segments they had not kept yet.
pub fn remove_unkept_segments(path: &Path) {
    let prefix = unkept_prefix(path);
    let Ok(entries) = std::fs::read_dir(folder_of(path)) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix)) {
        let age = entry.metadata().and_then(|metadata| metadata.modified()).map(|modified| modified.elapsed());
        if matches!(age, Ok(Ok(age)) if age > UNKEPT_AGE) {
            // Not ours to insist on: it only takes room.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The bodies of a segment in its file. They are read, not mapped: what a process reads once does not stay in its memory.
struct BodyFile(File);

impl Bodies for BodyFile {
    #[cfg(unix)]
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.0, into, at)
    }

    #[cfg(windows)]
    fn read_at(&self, mut at: u64, mut into: &mut [u8]) -> io::Result<()> {
        while !into.is_empty() {
            let read = std::os::windows::fs::FileExt::seek_read(&self.0, into, at)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            (at, into) = (at + read as u64, &mut into[read..]);
        }
        Ok(())
    }
}

#[expect(unsafe_code, reason = "there is no other way to look into a file; see below for what it asks of the file")]
fn map(file: &File, bytes: Range<u64>) -> io::Result<memmap2::Mmap> {
    // SAFETY: nobody may change the file while it is looked into. Neither `build_gazetteer` nor `SegmentFile` ever writes into an existing
    // file; they put a new one in its place, so that what is open stays as it was. Every offset that is read from a file is checked
    // before it is used.
    unsafe { memmap2::MmapOptions::new().offset(bytes.start).len((bytes.end - bytes.start) as usize).map(file) }
}
