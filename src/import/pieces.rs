//! The stages of an import: one thread splits the file into rows, others make incidents of them, and the caller takes these in order.

use super::incident::{Incident, Location};
use super::locate::{Atlas, Locator};
use super::words::{PieceWords, WordFinder};
use crate::geocode::Geocoder;
use crate::ingest::{Cells, Fingerprint, IngestError, Outcome, Record, Row, RowProblem, Seen, Standing, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Rows of a piece.
const PIECE_ROWS: usize = 512;

/// Bytes of cells after which a piece ends early.
const PIECE_BYTES: usize = 1 << 20;

/// Pieces that are on their way at once; with the largest pieces this bounds the memory of an import.
const PIECES_AHEAD: usize = 12;

/// Some rows of a file, in order.
#[derive(Debug, Default)]
pub struct Piece {
    /// Data rows: `incidents + duplicate + rejected`.
    pub read: u64,
    /// Rows that say the same as an earlier row of the file.
    pub duplicate: u64,
    /// Rows that were not taken; each is in `problems`.
    pub rejected: u64,
    /// The locations that incidents of this piece are the first to have.
    pub locations: Vec<Location>,
    /// The incidents, each with the number of its row in the piece.
    pub incidents: Vec<(u16, Incident)>,
    /// The words of the rows.
    pub words: PieceWords,
    /// Names under which cells are kept beside those of [`Table::kept_columns`].
    pub further_columns: BTreeSet<String>,
    /// What is wrong, by line.
    pub problems: Vec<RowProblem>,
    /// The rows with problems, by line.
    pub problem_rows: Vec<ProblemRow>,
    /// The first rows of it that became no incident.
    pub left_out: Vec<LeftOut>,
}

/// A row with problems.
#[derive(Debug)]
pub struct ProblemRow {
    /// Its line in the file.
    pub line: u64,
    /// Its cells, as the file has them.
    pub cells: Cells,
    /// The key of the incident that it became, or would repair; empty when there is none.
    pub key: String,
}

/// A row that became no incident.
#[derive(Debug)]
pub struct LeftOut {
    /// Its line in the file.
    pub line: u64,
    /// What it says, as in [`Incident::said`]; empty when it cannot be read.
    pub said: String,
    /// The line of the earlier row that says the same.
    pub duplicate_of: Option<u64>,
    /// Why.
    pub reason: String,
}

/// Rows of each piece that are shown of those that became no incident.
const LEFT_OUT_SHOWN: usize = 10;

/// Rows whose incidents are made, before it is known which of them the file had already.
struct Made {
    rows: Vec<MadeRow>,
    locations: Vec<Location>,
    words: PieceWords,
    further_columns: BTreeSet<String>,
}

/// A row and its incident, when it is taken.
struct MadeRow {
    line: u64,
    cells: Cells,
    fingerprint: Fingerprint,
    incident: Option<Incident>,
    /// Whether another row of the file counts in its place.
    is_duplicate: bool,
    problems: Vec<RowProblem>,
    /// The key of its incident, when there are problems; else of the one that it repairs.
    key: String,
}

/// A piece that was read, or why reading ended.
type ReadPiece = Result<Vec<Record>, IngestError>;

/// Makes incidents of all rows of a table and gives them to `take`, piece by piece in the order of the file. Names are resolved on all
/// cores; memory does not grow with the file beyond what [`Seen`] keeps.
///
/// # Errors
/// The file breaks off, or `take` fails; then nothing more is taken.
pub fn pieces<E: From<IngestError>>(
    table: &Table<'_, '_>,
    dataset: &str,
    geocoder: &Geocoder,
    take: &mut dyn FnMut(Piece) -> Result<(), E>,
) -> Result<(), E> {
    let atlas = Atlas::new(geocoder);
    table.settle_pairs(&|at| atlas.is_home(at));
    let dataset: Arc<str> = dataset.into();
    let makers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        // A ticket lets one more piece be read; it comes back when the piece is taken.
        let (tickets, turn) = sync_channel::<()>(PIECES_AHEAD);
        let (to_makers, read) = channel::<(usize, ReadPiece)>();
        let (to_taker, made) = channel::<(usize, Result<Made, IngestError>)>();
        for _ in 0..PIECES_AHEAD {
            // There is room for all of them.
            let _ = tickets.try_send(());
        }
        let spawn = |name: &str| thread::Builder::new().name(name.to_owned());
        spawn("rows").spawn_scoped(scope, move || read_pieces(table, &turn, &to_makers)).map_err(no_thread)?;
        let read = Arc::new(Mutex::new(read));
        for _ in 0..makers {
            let (read, to_taker, atlas, dataset) = (Arc::clone(&read), to_taker.clone(), &atlas, &dataset);
            let make = move || make_pieces(table, atlas, dataset, &read, &to_taker);
            spawn("incidents").spawn_scoped(scope, make).map_err(no_thread)?;
        }
        drop(to_taker);
        drop(read);
        take_pieces(table, &made, &tickets, take)
    })
}

/// The system gives no thread.
fn no_thread(error: std::io::Error) -> IngestError {
    IngestError::Unreadable(error)
}

/// Splits the file into pieces until it ends, breaks off, or nobody takes them any more.
fn read_pieces(table: &Table<'_, '_>, turn: &Receiver<()>, to_makers: &Sender<(usize, ReadPiece)>) {
    let mut rows = match table.rows() {
        Ok(rows) => rows.peekable(),
        Err(error) => return drop(to_makers.send((0, Err(error)))),
    };
    let mut number = 0;
    while rows.peek().is_some() && turn.recv().is_ok() {
        let (mut piece, mut bytes, mut failed) = (Vec::with_capacity(PIECE_ROWS), 0, None);
        while piece.len() < PIECE_ROWS && bytes < PIECE_BYTES {
            match rows.next() {
                Some(Ok(record)) => {
                    bytes += record.cells.bytes();
                    piece.push(record);
                }
                Some(Err(error)) => {
                    failed = Some(error);
                    break;
                }
                None => break,
            }
        }
        let is_failed = failed.is_some();
        if to_makers.send((number, failed.map_or(Ok(piece), Err))).is_err() || is_failed {
            return;
        }
        number += 1;
    }
}

/// Makes incidents of pieces, until there are no more.
fn make_pieces(
    table: &Table<'_, '_>,
    atlas: &Atlas<'_>,
    dataset: &Arc<str>,
    read: &Mutex<Receiver<(usize, ReadPiece)>>,
    to_taker: &Sender<(usize, Result<Made, IngestError>)>,
) {
    let mut locator = Locator::new(atlas);
    let mut words = WordFinder::default();
    let kept = table.kept_columns();
    loop {
        let next = read.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, piece)) = next else { return };
        let made = piece.map(|records| {
            let mut further_columns = BTreeSet::new();
            let rows = (0..).zip(records).map(|(index, record)| {
                let Row { line, cells, outcome, mut problems, fingerprint, repaired_key: mut key } = table.row(record);
                let is_duplicate = outcome == Outcome::Duplicate;
                let incident = match outcome {
                    Outcome::Report(report) => {
                        let read = problems.len();
                        let located = locator.locate(&report, &mut problems);
                        problems[read..].iter_mut().for_each(|problem| table.in_its_words(problem, &cells));
                        words.look_at(&report, index);
                        let further = report.extra.iter().map(|(name, _)| name).filter(|name| !kept.contains(name));
                        further_columns.extend(further.cloned());
                        if !problems.is_empty() {
                            key = report.key.clone().unwrap_or_default();
                        }
                        Some(Incident::new(&report, dataset, located))
                    }
                    Outcome::Rejected | Outcome::Duplicate => None,
                };
                MadeRow { line, cells, fingerprint, incident, is_duplicate, problems, key }
            });
            let rows = rows.collect();
            Made { rows, locations: locator.take_new(), words: words.take(), further_columns }
        });
        if to_taker.send((number, made)).is_err() {
            return;
        }
    }
}

/// Takes pieces in order and tells duplicates.
fn take_pieces<E: From<IngestError>>(
    table: &Table<'_, '_>,
    made: &Receiver<(usize, Result<Made, IngestError>)>,
    tickets: &SyncSender<()>,
    take: &mut dyn FnMut(Piece) -> Result<(), E>,
) -> Result<(), E> {
    let mut seen = Seen::default();
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (number, piece) in made {
        early.insert(number, piece);
        while let Some(piece) = early.remove(&next) {
            next += 1;
            take(admitted(table, piece?, &mut seen))?;
            // The reader may have come to the end.
            let _ = tickets.try_send(());
        }
    }
    Ok(())
}

fn admitted(table: &Table<'_, '_>, made: Made, seen: &mut Seen) -> Piece {
    let Made { rows, locations, words, further_columns } = made;
    let mut piece = Piece { locations, words, further_columns, ..Piece::default() };
    piece.incidents.reserve(rows.len());
    for (index, mut row) in (0..).zip(rows) {
        piece.read += 1;
        let said = row.incident.as_ref().map_or("", |incident| &incident.said);
        let leave_out = |piece: &mut Piece, duplicate_of: Option<u64>, reason: String| {
            // A duplicate is shown apart from a rejected row: the first of both are.
            let shown = piece.left_out.iter().filter(|row| row.duplicate_of.is_some() == duplicate_of.is_some());
            if shown.count() < LEFT_OUT_SHOWN {
                piece.left_out.push(LeftOut { line: row.line, said: said.to_owned(), duplicate_of, reason });
            }
        };
        match row.incident.as_ref().map(|_| seen.admit(row.line, row.fingerprint)) {
            Some(Standing::New) => piece.incidents.extend(row.incident.map(|incident| (index, incident))),
            Some(Standing::Repeated { line }) => {
                piece.duplicate += 1;
                leave_out(&mut piece, Some(line), format!("says the same as line {line}"));
                row.problems.clear();
            }
            Some(Standing::Contradicts { line }) => {
                piece.rejected += 1;
                let problem = table.contradiction(row.line, &row.cells, line);
                leave_out(&mut piece, None, problem.reason.clone());
                row.problems = vec![problem];
                // Repaired it is another incident.
                row.key.clear();
            }
            None if row.is_duplicate => piece.duplicate += 1,
            None => {
                piece.rejected += 1;
                let reason = row.problems.first().map_or_else(String::new, |problem| problem.reason.clone());
                leave_out(&mut piece, None, reason);
            }
        }
        if !row.problems.is_empty() {
            piece.problem_rows.push(ProblemRow { line: row.line, cells: row.cells, key: row.key });
            piece.problems.append(&mut row.problems);
        }
    }
    piece
}
