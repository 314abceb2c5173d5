//! The snapshot of the moment: made from the store, brought up to date after each commit, whoever made it, and kept in a file beside the
//! database so that a start has nothing to read.
//!
//! Readers never wait for a large change: whoever finds the snapshot out of date has it renewed in a thread of its own, waits a moment, and
//! goes on with the state before when that is not enough. What changed is read from the store and becomes a segment of its own; segments
//! of like size are put together, and when they are large beside the first one, all is made anew.

use crate::disk::{self, SegmentFile, SegmentFileError, UnkeptSegment, open_segment};
use crate::layer::segment::{BodySink, HeldRow, RowCollector, SegmentBuilder, SegmentColumns};
use crate::layer::{Commit, Segment, Snapshot, Tables};
use crate::memory;
use crate::store::{Reader, Store, StoreError};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a reader waits for the state that was just committed before it takes the one before.
const PATIENCE: Duration = Duration::from_secs(1);

/// Microseconds for which the answer of the store counts, so that thousands of requests a second do not each ask it. What this process
/// commits is in the snapshot before anybody is told; of what another one commits a request may be so much too early.
const CHECKED_US: u64 = 500;

/// Incidents from which a snapshot is kept in a file. Fewer are read anew in less than a tenth of a second.
const KEPT_ROWS: usize = 20_000;

/// Incidents that later segments may have before all is made anew, beside a quarter of the first segment.
const MAX_LATER_ROWS: usize = 50_000;

/// See the module.
pub struct Live {
    store: Store,
    path: PathBuf,
    current: RwLock<Arc<Snapshot>>,
    keeper: Keeper,
    renewal: Mutex<Renewal>,
    renewed: Condvar,
    opened: Instant,
    /// When the store was asked last for its commit and it was the one held: microseconds since `opened`.
    checked_us: AtomicU64,
}

#[derive(Default)]
struct Renewal {
    is_running: bool,
    /// Why the last one failed.
    error: Option<StoreError>,
}

/// Waits for the disk in threads of its own, and at the end for these.
#[derive(Default)]
struct Keeper(Mutex<Vec<JoinHandle<()>>>);

impl Keeper {
    fn keep(&self, unkept: UnkeptSegment, path: PathBuf) {
        let thread = std::thread::spawn(move || {
            if let Err(error) = unkept.keep(&path) {
                tracing::warn!(%error, path = %path.display(), "the snapshot of the layers could not be kept; the next start makes it anew");
            }
        });
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        for thread in self.0.get_mut().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // It tells itself what went wrong.
            let _ = thread.join();
        }
    }
}

/// The file in which the snapshot of a database is kept.
#[must_use]
pub fn snapshot_path(database: &Path) -> PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_owned();
    name.push("-layers");
    database.with_file_name(name)
}

impl Live {
    /// The snapshot of a store as it is now.
    ///
    /// # Errors
    /// The store fails.
    pub fn open(store: &Store) -> Result<Arc<Self>, StoreError> {
        let path = snapshot_path(store.path());
        disk::remove_unkept_segments(&path);
        let keeper = Keeper::default();
        let reader = store.reader()?;
        let snapshot = match kept(&reader, &path)? {
            Some(kept) => updated(store, &reader, &kept, &path, &keeper)?,
            None => made(store, &path, &keeper)?,
        };
        Ok(Arc::new(Self {
            store: store.clone(),
            path,
            current: RwLock::new(Arc::new(snapshot)),
            keeper,
            renewal: Mutex::default(),
            renewed: Condvar::new(),
            opened: Instant::now(),
            checked_us: AtomicU64::new(0),
        }))
    }

    fn held(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The snapshot when it is up to date, without waiting for anything.
    ///
    /// # Errors
    /// The store fails.
    pub fn ready(&self) -> Result<Option<Arc<Snapshot>>, StoreError> {
        let held = self.held();
        let now_us = self.opened.elapsed().as_micros() as u64;
        if now_us.saturating_sub(self.checked_us.load(Ordering::Relaxed)) < CHECKED_US {
            return Ok(Some(held));
        }
        let is_current = held.commit() == self.store.commit()?;
        if is_current {
            self.checked_us.store(now_us, Ordering::Relaxed);
        }
        Ok(is_current.then_some(held))
    }

    /// The snapshot, brought up to date when that takes but a moment.
    ///
    /// # Errors
    /// The store fails.
    pub fn now(self: &Arc<Self>) -> Result<Arc<Snapshot>, StoreError> {
        self.within(PATIENCE)
    }

    /// The snapshot, brought up to date however long it takes.
    ///
    /// # Errors
    /// The store fails.
    pub fn caught_up(self: &Arc<Self>) -> Result<Arc<Snapshot>, StoreError> {
        self.within(Duration::MAX)
    }

    fn within(self: &Arc<Self>, patience: Duration) -> Result<Arc<Snapshot>, StoreError> {
        let wanted = self.store.commit()?;
        let began = Instant::now();
        loop {
            let held = self.held();
            if held.commit() == wanted || held.generation() > wanted.generation {
                return Ok(held);
            }
            let mut renewal = self.renewal();
            if let Some(error) = renewal.error.take() {
                return Err(error);
            }
            if !std::mem::replace(&mut renewal.is_running, true) {
                let live = Arc::clone(self);
                std::thread::spawn(move || live.renew());
            }
            let Some(left) = patience.checked_sub(began.elapsed()).filter(|left| !left.is_zero()) else {
                return Ok(held);
            };
            // A spurious end of the wait only looks again.
            drop(self.renewed.wait_timeout(renewal, left.min(PATIENCE)).unwrap_or_else(PoisonError::into_inner));
        }
    }

    fn renewal(&self) -> MutexGuard<'_, Renewal> {
        self.renewal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn renew(&self) {
        let update = || {
            let reader = self.store.reader()?;
            updated(&self.store, &reader, &self.held(), &self.path, &self.keeper)
        };
        // Whatever happens, the next request may try again.
        let fresh = std::panic::catch_unwind(std::panic::AssertUnwindSafe(update)).unwrap_or(Err(StoreError::Unsteady));
        let mut renewal = self.renewal();
        match fresh {
            Ok(fresh) => *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh),
            Err(error) => {
                tracing::error!(%error, "the layers could not be brought up to date");
                renewal.error = Some(error);
            }
        }
        renewal.is_running = false;
        drop(renewal);
        self.renewed.notify_all();
    }
}

/// The snapshot that an earlier process kept, when there is one and it can be used.
fn kept(reader: &Reader, path: &Path) -> Result<Option<Snapshot>, StoreError> {
    let segment = match open_segment(path) {
        Ok(segment) => segment,
        Err(SegmentFileError::Unreadable(error)) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "the layers are read from the database");
            return Ok(None);
        }
    };
    if reader.changed_since(segment.commit())?.is_none() {
        return Ok(None);
    }
    let mut tables = Tables::default();
    reader.read_tables(&mut tables)?;
    let snapshot = Snapshot::of(segment.commit(), Arc::new(tables), vec![Arc::new(segment)]);
    Ok(Some(snapshot).filter(Snapshot::is_measured))
}

/// An earlier snapshot with what changed since.
fn updated(
    store: &Store,
    reader: &Reader,
    earlier: &Snapshot,
    path: &Path,
    keeper: &Keeper,
) -> Result<Snapshot, StoreError> {
    let commit = reader.commit()?;
    if commit == earlier.commit() {
        return Ok(earlier.clone());
    }
    let Some(mut changed) = reader.changed_since(earlier.commit())? else { return made(store, path, keeper) };
    let mut tables = Tables::clone(earlier.tables());
    reader.read_tables(&mut tables)?;
    let tables = Arc::new(tables);
    let (kept, seqs) = earlier.split_at(earlier.merged_from(rows_in(&changed)));
    changed = united(changed, seqs);
    let first_rows = kept.segments().next().map_or(0, |segment| segment.len());
    if rows_in(&changed) > MAX_LATER_ROWS.max(first_rows / 4) {
        return made(store, path, keeper);
    }
    let first_location = kept.next_location();
    let mut builder = SegmentBuilder::new(commit, &tables, &kept, first_location);
    reader.locations(first_location, |location| builder.location(location))?;
    let bodies = Mutex::default();
    let rows = collected(reader, &builder, &bodies, &changed)?;
    builder.push(rows);
    let segment = in_memory(builder.build(), bodies)?;
    match kept.with(commit, tables, &changed, Some(segment)) {
        Some(snapshot) => Ok(snapshot),
        None => made(store, path, keeper),
    }
}

/// The ranges with these numbers, in order and without overlap.
fn united(mut ranges: Vec<RangeInclusive<i64>>, seqs: Vec<i64>) -> Vec<RangeInclusive<i64>> {
    ranges.extend(seqs.into_iter().map(|seq| seq..=seq));
    ranges.sort_unstable_by_key(|range| *range.start());
    let mut united: Vec<RangeInclusive<i64>> = Vec::new();
    for range in ranges {
        match united.last_mut() {
            Some(last) if *range.start() <= last.end().saturating_add(1) => {
                *last = *last.start()..=*range.end().max(last.end());
            }
            _ => united.push(range),
        }
    }
    united
}

/// The rows with these numbers; their bodies go to `sink`.
fn collected(
    reader: &Reader,
    builder: &SegmentBuilder<'_>,
    sink: &dyn BodySink,
    ranges: &[RangeInclusive<i64>],
) -> Result<Vec<HeldRow>, StoreError> {
    let mut rows = RowCollector::new(builder, sink);
    reader.segment_rows(ranges, |row, said| rows.take(row, said).map_err(StoreError::SnapshotFile))?;
    rows.end().map_err(StoreError::SnapshotFile)
}

fn in_memory(columns: SegmentColumns, bodies: Mutex<Vec<u8>>) -> Result<Arc<Segment>, StoreError> {
    let bodies = bodies.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Arc::new(Segment::open(columns.into_shared(), Box::new(bodies)).map_err(StoreError::Snapshot)?))
}

/// How many threads read the whole store.
const BULK_THREADS: usize = 2;

/// A snapshot made anew from the store. A large one is kept, unless there is no room for its file.
fn made(store: &Store, path: &Path, keeper: &Keeper) -> Result<Snapshot, StoreError> {
    let mut readers = store.bulk_readers(BULK_THREADS)?;
    let parts = parts(readers[0].incident_numbers()?, BULK_THREADS);
    if rows_in(&parts.concat()) >= KEPT_ROWS {
        let in_file = SegmentFile::new(path).map_err(StoreError::SnapshotFile).and_then(|file| {
            let (commit, tables, columns) = read_whole(&mut readers, &parts, &file)?;
            let (segment, unkept) = file.finish(&columns).map_err(|error| match error {
                SegmentFileError::Unreadable(error) => StoreError::SnapshotFile(error),
                SegmentFileError::Unusable(error) => StoreError::Snapshot(error),
            })?;
            Ok((commit, tables, segment, unkept))
        });
        match in_file {
            Ok((commit, tables, segment, unkept)) => {
                // Waiting for the disk is not the reader's business: what is mapped can be used before it is safe.
                keeper.keep(unkept, path.to_owned());
                memory::give_back();
                return Ok(Snapshot::of(commit, tables, vec![Arc::new(segment)]));
            }
            Err(StoreError::SnapshotFile(error)) => {
                tracing::warn!(%error, path = %path.display(), "the snapshot of the layers stays in memory, for it cannot be written");
                readers = store.bulk_readers(BULK_THREADS)?;
            }
            Err(error) => return Err(error),
        }
    }
    let bodies = Mutex::default();
    let (commit, tables, columns) = read_whole(&mut readers, &parts, &bodies)?;
    Ok(Snapshot::of(commit, tables, vec![in_memory(columns, bodies)?]))
}

/// All of the store in columns; the bodies go to `sink`.
fn read_whole(
    readers: &mut Vec<Reader>,
    parts: &[Vec<RangeInclusive<i64>>],
    sink: &dyn BodySink,
) -> Result<(Commit, Arc<Tables>, SegmentColumns), StoreError> {
    let began = Instant::now();
    let done = |what: &str| tracing::debug!(ms = began.elapsed().as_millis(), "making the snapshot: {what}");
    let commit = readers[0].commit()?;
    let mut tables = Tables::default();
    readers[0].read_tables(&mut tables)?;
    let nothing = Snapshot::default();
    let mut builder = SegmentBuilder::new(commit, &tables, &nothing, nothing.next_location());
    readers[0].locations(nothing.next_location(), |location| builder.location(location))?;
    let rows = in_parts(readers, parts, |reader, part| collected(reader, &builder, sink, part))?;
    done("rows are read");
    rows.into_iter().for_each(|rows| builder.push(rows));
    let columns = builder.build();
    done("rows are in order");
    Ok((commit, Arc::new(tables), columns))
}

/// Numbers of incidents in so many parts of like size.
fn parts(numbers: Option<RangeInclusive<i64>>, count: usize) -> Vec<Vec<RangeInclusive<i64>>> {
    let Some(numbers) = numbers else { return Vec::new() };
    let (first, last) = (*numbers.start(), *numbers.end());
    let step = (last - first) / count as i64 + 1;
    let part = |number: i64| vec![first + number * step..=last.min(first + (number + 1) * step - 1)];
    (0..count as i64).map(part).collect()
}

/// At most how many numbers lie in the ranges.
fn rows_in(ranges: &[RangeInclusive<i64>]) -> usize {
    ranges.iter().map(|range| (range.end() - range.start()).unsigned_abs() as usize + 1).sum()
}

/// Does `work` for each part in a thread of its own, with a reader of its own.
fn in_parts<T: Send>(
    readers: &mut Vec<Reader>,
    parts: &[Vec<RangeInclusive<i64>>],
    work: impl Fn(&Reader, &[RangeInclusive<i64>]) -> Result<T, StoreError> + Sync,
) -> Result<Vec<T>, StoreError> {
    let work = &work;
    let done: Vec<(Reader, Result<T, StoreError>)> = std::thread::scope(|scope| {
        let threads: Vec<_> = std::mem::take(readers)
            .into_iter()
            .enumerate()
            .map(|(number, reader)| {
                scope.spawn(move || {
                    let done = work(&reader, parts.get(number).map_or(&[], Vec::as_slice));
                    (reader, done)
                })
            })
            .collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        threads.into_iter().map(join).collect()
    });
    let (back, results): (Vec<_>, Vec<_>) = done.into_iter().unzip();
    *readers = back;
    results.into_iter().collect()
}
