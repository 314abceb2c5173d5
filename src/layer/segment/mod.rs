//! Incidents in columns, in memory or mapped from a file: what filters, counts and pages ask of them.
//!
//! Rows that lie near each other stand together in a *run*, in page order. A run knows the box around what is drawn of it, so that most
//! runs are inside or outside of a `bbox` as a whole, and an interval of time is one stretch of a run. Unlocated rows are a run of their
//! own, and so are those of each place that is drawn wide, as regions are. Numbers are those of the store and in the byte order of this
//! machine: a segment is made anew from the store when it does not fit, and never carried elsewhere.
//!
//! Beside the columns lie the bodies: of each incident the ready-made properties that come from its report, about in the order of the store,
//! so that they are written as they are read, in pieces of some thousand in which those of one neighbourhood stand together, newest first. In a file they come first, then the columns, at last where these begin.

mod build;
mod layout;

pub use build::{HeldRow, RowCollector, SegmentBuilder, SegmentColumns, SegmentLocation, SegmentRow};
pub(in crate::layer) use layout::{BodyHead, Run, RunKind};

use super::After;
use crate::geo::LonLat;
use crate::incident::{IncidentId, Precision, Status};
use layout::{COLUMNS, Column, Header, LAYOUT, LocationRow, MAGIC, Trailer};
use std::cmp::{Ordering, Reverse};
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use zerocopy::{FromBytes, Immutable};

/// Reads bodies, wherever they are.
pub trait Bodies: Send + Sync {
    /// Fills `into` with what stands from byte `at` on.
    ///
    /// # Errors
    /// It cannot be read.
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()>;
}

impl Bodies for Vec<u8> {
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(at).map_err(|_| io::ErrorKind::UnexpectedEof)?;
        let bytes = self.get(start..start + into.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        into.copy_from_slice(bytes);
        Ok(())
    }
}

/// Takes bodies while a segment is made, from several threads.
pub trait BodySink: Sync {
    /// Takes these bytes after all others, and tells where they begin.
    ///
    /// # Errors
    /// They cannot be written.
    fn append(&self, bytes: &[u8]) -> io::Result<u64>;
}

impl BodySink for Mutex<Vec<u8>> {
    fn append(&self, bytes: &[u8]) -> io::Result<u64> {
        let mut all = self.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.len() as u64;
        all.extend_from_slice(bytes);
        Ok(at)
    }
}

/// The columns, in memory or mapped.
pub type Columns = dyn AsRef<[u8]> + Send + Sync;

/// Which commit of the store something shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Commit {
    /// Counts the commits that change what is shown.
    pub generation: u64,
    /// Drawn by lot at each commit: two histories that branched off never share it.
    pub mark: i64,
}

/// A location, looked at.
#[derive(Debug, Clone, Copy)]
pub(in crate::layer) struct LocationView<'a> {
    pub(in crate::layer) status: Status,
    pub(in crate::layer) precision: Precision,
    pub(in crate::layer) uncertainty_m: Option<f64>,
    pub(in crate::layer) place: Option<u32>,
    pub(in crate::layer) path: &'a [u32],
    pub(in crate::layer) properties: &'a [u8],
}

/// Why bytes are no segment that can be used. It is made anew then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the snapshot of the layers is {0}; it is made anew")]
pub struct SegmentError(&'static str);

/// See the module.
pub struct Segment {
    columns: Arc<Columns>,
    header: Header,
    extents: [Range<usize>; COLUMNS],
    bodies: Box<dyn Bodies>,
}

impl Segment {
    /// Looks at the head of a segment. Its bodies are read from `bodies`.
    ///
    /// # Errors
    /// The columns are not those of a whole segment of this layout.
    pub fn open(columns: Arc<Columns>, bodies: Box<dyn Bodies>) -> Result<Self, SegmentError> {
        let bytes = (*columns).as_ref();
        let (header, _) = Header::ref_from_prefix(bytes).map_err(|_| SegmentError("cut off"))?;
        if header.magic != MAGIC || header.layout != LAYOUT || header.byte_order != 1 {
            return Err(SegmentError("of another version"));
        }
        let mut extents = [const { 0..0 }; COLUMNS];
        for (extent, [start, end]) in extents.iter_mut().zip(header.extents) {
            let (start, end) = (start as usize, end as usize);
            if start > end || end > bytes.len() || start % 8 != 0 {
                return Err(SegmentError("cut off"));
            }
            *extent = start..end;
        }
        let rows = header.rows as usize;
        let header = *header;
        let segment = Self { columns, header, extents, bodies };
        let widths = [
            (Column::Lon, 8),
            (Column::Start, 4),
            (Column::Location, 4),
            (Column::Id, 16),
            (Column::BySeq, 4),
            (Column::BodyAt, 8),
            (Column::BodyBytes, 4),
        ];
        let is_whole = widths.iter().all(|(column, width)| segment.extents[*column as usize].len() == rows * width);
        if !is_whole {
            return Err(SegmentError("damaged"));
        }
        Ok(segment)
    }

    /// How many bytes the end of a file has that [`Segment::columns_in`] looks at.
    pub const TRAILER_BYTES: usize = size_of::<Trailer>();

    /// Where the columns stand in a file of `length` bytes, of which these are the last.
    ///
    /// # Errors
    /// They are not the end of a whole segment.
    pub fn columns_in(ending: &[u8], length: u64) -> Result<Range<u64>, SegmentError> {
        let trailer = Trailer::ref_from_bytes(ending).ok().filter(|trailer| trailer.magic == MAGIC);
        let columns_at = trailer.ok_or(SegmentError("cut off"))?.columns_at.get();
        let columns = columns_at..length.saturating_sub(Self::TRAILER_BYTES as u64);
        if columns.start % 8 == 0 && columns.start < columns.end { Ok(columns) } else { Err(SegmentError("damaged")) }
    }

    /// The commit it shows.
    #[must_use]
    pub fn commit(&self) -> Commit {
        Commit { generation: self.header.generation, mark: self.header.mark }
    }

    /// [`Shown::fingerprint`] of the places that its boxes were measured with.
    pub(in crate::layer) fn shown(&self) -> u64 {
        self.header.shown
    }

    /// How many incidents it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.header.rows as usize
    }

    /// Whether it has no incident.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.header.rows == 0
    }

    /// The numbers of its locations, the end not included.
    #[must_use]
    pub fn location_numbers(&self) -> Range<u32> {
        self.header.first_location..self.header.first_location + self.header.locations
    }

    fn column<T: FromBytes + Immutable>(&self, column: Column) -> &[T] {
        let bytes = (*self.columns).as_ref();
        <[T]>::ref_from_bytes(&bytes[self.extents[column as usize].clone()]).unwrap_or(&[])
    }

    pub(in crate::layer) fn runs(&self) -> &[Run] {
        self.column(Column::Runs)
    }

    pub(in crate::layer) fn lons(&self) -> &[f64] {
        self.column(Column::Lon)
    }

    pub(in crate::layer) fn lats(&self) -> &[f64] {
        self.column(Column::Lat)
    }

    pub(in crate::layer) fn world_xs(&self) -> &[u32] {
        self.column(Column::WorldX)
    }

    pub(in crate::layer) fn world_ys(&self) -> &[u32] {
        self.column(Column::WorldY)
    }

    pub(in crate::layer) fn starts(&self) -> &[i32] {
        self.column(Column::Start)
    }

    pub(in crate::layer) fn ends(&self) -> &[i32] {
        self.column(Column::End)
    }

    pub(in crate::layer) fn categories(&self) -> &[u32] {
        self.column(Column::Category)
    }

    pub(in crate::layer) fn sources(&self) -> &[u32] {
        self.column(Column::Source)
    }

    pub(in crate::layer) fn datasets(&self) -> &[u32] {
        self.column(Column::Dataset)
    }

    pub(in crate::layer) fn imports(&self) -> &[u32] {
        self.column(Column::Import)
    }

    pub(in crate::layer) fn locations(&self) -> &[u32] {
        self.column(Column::Location)
    }

    pub(in crate::layer) fn seqs(&self) -> &[u32] {
        self.column(Column::Seq)
    }

    /// By row, its place in page order.
    pub(in crate::layer) fn ranks(&self) -> &[u32] {
        self.column(Column::Rank)
    }

    /// The rows in page order.
    pub(in crate::layer) fn by_rank(&self) -> &[u32] {
        self.column(Column::ByRank)
    }

    pub(in crate::layer) fn uncertainties_m(&self) -> &[f64] {
        self.column(Column::Uncertainty)
    }

    pub(in crate::layer) fn id(&self, row: u32) -> IncidentId {
        let [head, tail] = self.column::<[i64; 2]>(Column::Id)[row as usize];
        IncidentId::of_halves(head, tail)
    }

    /// Where the body of a row stands.
    pub(in crate::layer) fn body(&self, row: u32) -> Range<u64> {
        let start = self.column::<u64>(Column::BodyAt)[row as usize];
        start..start + u64::from(self.column::<u32>(Column::BodyBytes)[row as usize])
    }

    /// What page order compares.
    pub(in crate::layer) fn mark(&self, row: u32) -> After {
        let start = self.starts()[row as usize];
        After { start: (start != UNDATED).then_some(i64::from(start)), id: self.id(row) }
    }

    /// By location, how many rows have it.
    pub(in crate::layer) fn used_locations(&self) -> &[u32] {
        self.column(Column::UsedLocations)
    }

    /// Datasets, and how many rows each has.
    pub(in crate::layer) fn used_datasets(&self) -> &[[u32; 2]] {
        self.column(Column::UsedDatasets)
    }

    /// The row of this incident.
    pub(in crate::layer) fn row_of_id(&self, id: IncidentId) -> Option<u32> {
        let (by_id, ids) = (self.column::<u32>(Column::ById), self.column::<[i64; 2]>(Column::Id));
        let id_at = |at: usize| {
            let [head, tail] = ids[by_id[at] as usize];
            IncidentId::of_halves(head, tail)
        };
        // Ids are as good as drawn by lot: where one stands follows from its first half, but for a few places.
        let share = id.halves().0.cast_unsigned() as f64 / 18_446_744_073_709_551_616.0;
        let guess = ((share * by_id.len() as f64) as usize).min(by_id.len());
        let (mut low, mut high, mut reach) = (guess, guess, 16);
        while low > 0 && id_at(low - 1) >= id {
            low = low.saturating_sub(reach);
            reach *= 2;
        }
        while high < by_id.len() && id_at(high) < id {
            high = (high + reach).min(by_id.len());
            reach *= 2;
        }
        while low < high {
            let middle = low.midpoint(high);
            if id_at(middle) < id { low = middle + 1 } else { high = middle }
        }
        by_id.get(low).copied().filter(|&row| self.id(row) == id)
    }

    /// The row with this number of the store.
    pub(in crate::layer) fn row_of_seq(&self, seq: i64) -> Option<u32> {
        let seq = u32::try_from(seq).ok()?;
        let (by_seq, seqs) = (self.column::<u32>(Column::BySeq), self.seqs());
        let first = seqs[*by_seq.first()? as usize];
        // The numbers of one import follow each other without gaps: then no search is needed.
        if let Some(&row) = by_seq.get(seq.checked_sub(first)? as usize)
            && seqs[row as usize] == seq
        {
            return Some(row);
        }
        let at = by_seq.partition_point(|&row| seqs[row as usize] < seq);
        by_seq.get(at).copied().filter(|&row| seqs[row as usize] == seq)
    }

    /// The rows whose number of the store lies in a range.
    pub(in crate::layer) fn rows_of_seqs(&self, range: &std::ops::RangeInclusive<i64>) -> &[u32] {
        let (by_seq, seqs) = (self.column::<u32>(Column::BySeq), self.seqs());
        let from = by_seq.partition_point(|&row| i64::from(seqs[row as usize]) < *range.start());
        let to = by_seq.partition_point(|&row| i64::from(seqs[row as usize]) <= *range.end());
        &by_seq[from..to.max(from)]
    }

    pub(in crate::layer) fn location(&self, number: u32) -> Option<LocationView<'_>> {
        let index = number.checked_sub(self.header.first_location)?;
        let row = self.column::<LocationRow>(Column::Locations).get(index as usize)?;
        let path = row.path_at as usize..(row.path_at + row.path_length) as usize;
        let text = row.text_at as usize..row.text_at as usize + row.text_bytes as usize;
        Some(LocationView {
            status: Status::ALL.get(row.status as usize).copied().unwrap_or(Status::Unresolved),
            precision: Precision::ALL.get(row.precision as usize).copied().unwrap_or(Precision::Unlocated),
            uncertainty_m: Some(row.uncertainty_m).filter(|metres| !metres.is_nan()),
            place: Some(row.place).filter(|place| *place > 0),
            path: self.column::<u32>(Column::Paths).get(path).unwrap_or_default(),
            properties: self.column::<u8>(Column::Texts).get(text).unwrap_or_default(),
        })
    }

    pub(in crate::layer) fn position_of_location(&self, number: u32) -> Option<LonLat> {
        let index = number.checked_sub(self.header.first_location)?;
        let row = self.column::<LocationRow>(Column::Locations).get(index as usize)?;
        (!row.lon.is_nan()).then_some(LonLat { lon: row.lon, lat: row.lat })
    }

    pub(in crate::layer) fn read_bodies(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.bodies.read_at(at, into)
    }
}

/// The start of a row without a date: before all others, so that it comes last.
pub(in crate::layer) const UNDATED: i32 = i32::MIN;

/// Newest first, undated last, then by id.
pub(in crate::layer) fn page_order(a: After, b: After) -> Ordering {
    // `None < Some`, so the reverse puts undated rows last.
    Reverse(a.start).cmp(&Reverse(b.start)).then(a.id.cmp(&b.id))
}
