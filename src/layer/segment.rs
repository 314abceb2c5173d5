//! Incidents in columns, in memory or mapped from a file: what filters, counts and pages ask of them.
//!
//! Rows that lie near each other stand together in a *run*, in page order. A run knows the box around what is drawn of it, so that most
//! runs are inside or outside of a `bbox` as a whole, and an interval of time is one stretch of a run. Unlocated rows are a run of their
//! own, and so are those of each place that is drawn wide, as regions are. Numbers are those of the store and in the byte order of this
//! machine: a segment is made anew from the store when it does not fit, and never carried elsewhere.
//!
//! Beside the columns lie the bodies: of each incident the ready-made properties that come from its report, in the order of the rows.

use super::snapshot::{PlaceColumn, Shown, Tables};
use super::world::{Cell, WorldPoint};
use super::{After, Snapshot};
use crate::geo::{Bbox, LonLat};
use crate::incident::{IncidentId, Precision, Status};
use std::cmp::{Ordering, Reverse};
use std::io;
use std::ops::Range;
use std::sync::Arc;
use zerocopy::little_endian::{F64, I64, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// One incident as the store hands it over.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentRow {
    /// The store's own number.
    pub seq: u32,
    /// Identity.
    pub id: IncidentId,
    /// Coordinates that stood in its row, with their uncertainty in metres.
    pub given: Option<(LonLat, f64)>,
    /// First and last minute, both included, as of [`crate::time::minutes_of`]; `None` when undated.
    pub span: Option<(i64, i64)>,
    /// Number of its category; the name may be empty.
    pub category: u32,
    /// Number of its source; the name may be empty.
    pub source: u32,
    /// Number of its dataset.
    pub dataset: u32,
    /// Number of the import that brought or changed it last.
    pub import: u32,
    /// Its line in the file of that import.
    pub line: u32,
    /// Number of its location.
    pub location: u32,
    /// How many bytes its body has.
    pub body_bytes: u32,
}

/// A location as the store hands it over.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentLocation<'a> {
    /// Where; `None` when unlocated or given.
    pub position: Option<LonLat>,
    /// Metres around the position, unless it is given.
    pub uncertainty_m: Option<f64>,
    /// Outcome of the resolution.
    pub status: Status,
    /// What the location stands for.
    pub precision: Precision,
    /// Number of the place it is drawn at.
    pub place: Option<u32>,
    /// Numbers of all places that contain it, country first, its own last.
    pub path: Vec<u32>,
    /// Ready-made properties of the feature, without braces.
    pub properties: &'a str,
}

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

const MAGIC: [u8; 8] = *b"imaplay\n";

/// The version of this layout.
const LAYOUT: u32 = 3;

#[derive(Debug, Clone, Copy)]
enum Column {
    Runs,
    Lon,
    Lat,
    WorldX,
    WorldY,
    Start,
    End,
    Category,
    Source,
    Dataset,
    Import,
    Location,
    Seq,
    Rank,
    Uncertainty,
    Id,
    BodyAt,
    ByRank,
    ById,
    BySeq,
    Locations,
    Paths,
    Texts,
    UsedLocations,
    UsedDatasets,
}

const COLUMNS: usize = Column::UsedDatasets as usize + 1;

#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Header {
    magic: [u8; 8],
    layout: u32,
    /// Is not 1 on a machine of the other byte order.
    byte_order: u32,
    generation: u64,
    mark: i64,
    first_location: u32,
    locations: u32,
    rows: u32,
    padding: u32,
    /// [`Shown::fingerprint`] of the places that its boxes were measured with.
    shown: u64,
    bodies_at: u64,
    bodies_end: u64,
    extents: [[u64; 2]; COLUMNS],
}

/// Rows that lie together.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub(super) struct Run {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
    first: u32,
    end: u32,
    /// Rows with a date; they come first.
    dated: u32,
    /// Longest span of a row, minutes.
    longest: u32,
    /// The cell that holds all positions; of rows of wide places and unlocated ones, nothing.
    level: u32,
    x: u32,
    y: u32,
    /// [`RunKind`].
    kind: u8,
    has_places: u8,
    padding: [u8; 2],
}

/// What the rows of a run have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunKind {
    /// They lie in one cell.
    Cell,
    /// They lie at one place that is drawn wide.
    WidePlace,
    /// They lie nowhere.
    Unlocated,
}

impl Run {
    pub(super) fn bbox(&self) -> Bbox {
        Bbox { west: self.west, south: self.south, east: self.east, north: self.north }
    }

    pub(super) fn rows(&self) -> Range<u32> {
        self.first..self.end
    }

    pub(super) fn dated(&self) -> Range<u32> {
        self.first..self.first + self.dated
    }

    pub(super) fn longest(&self) -> i64 {
        i64::from(self.longest)
    }

    pub(super) fn kind(&self) -> RunKind {
        match self.kind {
            0 => RunKind::Cell,
            1 => RunKind::WidePlace,
            _ => RunKind::Unlocated,
        }
    }

    /// The cell that holds all positions.
    pub(super) fn cell(&self) -> Option<Cell> {
        (self.kind() == RunKind::Cell).then_some(Cell { level: self.level, x: self.x, y: self.y })
    }

    pub(super) fn has_places(&self) -> bool {
        self.has_places > 0
    }
}

#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct LocationRow {
    /// NaN when there is none.
    lon: f64,
    lat: f64,
    uncertainty_m: f64,
    text_at: u64,
    text_bytes: u32,
    path_at: u32,
    path_length: u32,
    /// 0 when it is drawn at its position.
    place: u32,
    status: u32,
    precision: u32,
}

/// A location, looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct LocationView<'a> {
    pub(super) status: Status,
    pub(super) precision: Precision,
    pub(super) uncertainty_m: Option<f64>,
    pub(super) place: Option<u32>,
    pub(super) path: &'a [u32],
    pub(super) properties: &'a [u8],
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
    bodies_at: u64,
}

impl Segment {
    /// Looks at the head of a segment. Its bodies are read from `bodies`, in which they stand from byte `bodies_at` on.
    ///
    /// # Errors
    /// The columns are not those of a whole segment of this layout.
    pub fn open(columns: Arc<Columns>, bodies: Box<dyn Bodies>, bodies_at: u64) -> Result<Self, SegmentError> {
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
        let segment = Self { columns, header, extents, bodies, bodies_at };
        let widths =
            [(Column::Lon, 8), (Column::Start, 4), (Column::Location, 4), (Column::Id, 16), (Column::BySeq, 4)];
        let is_whole = widths.iter().all(|(column, width)| segment.extents[*column as usize].len() == rows * width);
        if !is_whole || segment.column::<u64>(Column::BodyAt).len() != rows + 1 {
            return Err(SegmentError("damaged"));
        }
        Ok(segment)
    }

    /// How many bytes of a file the columns and the bodies take.
    ///
    /// # Errors
    /// The bytes are not the beginning of a segment of this layout.
    pub fn extent_of(beginning: &[u8]) -> Result<Range<u64>, SegmentError> {
        let (header, _) = Header::ref_from_prefix(beginning).map_err(|_| SegmentError("cut off"))?;
        if header.magic != MAGIC || header.layout != LAYOUT || header.byte_order != 1 {
            return Err(SegmentError("of another version"));
        }
        Ok(header.bodies_at..header.bodies_end)
    }

    /// The commit it shows.
    #[must_use]
    pub fn commit(&self) -> Commit {
        Commit { generation: self.header.generation, mark: self.header.mark }
    }

    /// [`Shown::fingerprint`] of the places that its boxes were measured with.
    pub(super) fn shown(&self) -> u64 {
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

    pub(super) fn runs(&self) -> &[Run] {
        self.column(Column::Runs)
    }

    pub(super) fn lons(&self) -> &[f64] {
        self.column(Column::Lon)
    }

    pub(super) fn lats(&self) -> &[f64] {
        self.column(Column::Lat)
    }

    pub(super) fn world_xs(&self) -> &[u32] {
        self.column(Column::WorldX)
    }

    pub(super) fn world_ys(&self) -> &[u32] {
        self.column(Column::WorldY)
    }

    pub(super) fn starts(&self) -> &[i32] {
        self.column(Column::Start)
    }

    pub(super) fn ends(&self) -> &[i32] {
        self.column(Column::End)
    }

    pub(super) fn categories(&self) -> &[u32] {
        self.column(Column::Category)
    }

    pub(super) fn sources(&self) -> &[u32] {
        self.column(Column::Source)
    }

    pub(super) fn datasets(&self) -> &[u32] {
        self.column(Column::Dataset)
    }

    pub(super) fn imports(&self) -> &[u32] {
        self.column(Column::Import)
    }

    pub(super) fn locations(&self) -> &[u32] {
        self.column(Column::Location)
    }

    pub(super) fn seqs(&self) -> &[u32] {
        self.column(Column::Seq)
    }

    /// By row, its place in page order.
    pub(super) fn ranks(&self) -> &[u32] {
        self.column(Column::Rank)
    }

    /// The rows in page order.
    pub(super) fn by_rank(&self) -> &[u32] {
        self.column(Column::ByRank)
    }

    pub(super) fn uncertainties_m(&self) -> &[f64] {
        self.column(Column::Uncertainty)
    }

    pub(super) fn id(&self, row: u32) -> IncidentId {
        let [head, tail] = self.column::<[i64; 2]>(Column::Id)[row as usize];
        IncidentId::of_halves(head, tail)
    }

    /// Where the bodies stand: of each row the beginning, and the end of the last one.
    pub(super) fn bodies_at(&self) -> &[u64] {
        self.column(Column::BodyAt)
    }

    /// What page order compares.
    pub(super) fn mark(&self, row: u32) -> After {
        let start = self.starts()[row as usize];
        After { start: (start != UNDATED).then_some(i64::from(start)), id: self.id(row) }
    }

    /// By location, how many rows have it.
    pub(super) fn used_locations(&self) -> &[u32] {
        self.column(Column::UsedLocations)
    }

    /// Datasets, and how many rows each has.
    pub(super) fn used_datasets(&self) -> &[[u32; 2]] {
        self.column(Column::UsedDatasets)
    }

    /// The row of this incident.
    pub(super) fn row_of_id(&self, id: IncidentId) -> Option<u32> {
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
    pub(super) fn row_of_seq(&self, seq: i64) -> Option<u32> {
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
    pub(super) fn rows_of_seqs(&self, range: &std::ops::RangeInclusive<i64>) -> &[u32] {
        let (by_seq, seqs) = (self.column::<u32>(Column::BySeq), self.seqs());
        let from = by_seq.partition_point(|&row| i64::from(seqs[row as usize]) < *range.start());
        let to = by_seq.partition_point(|&row| i64::from(seqs[row as usize]) <= *range.end());
        &by_seq[from..to.max(from)]
    }

    pub(super) fn location(&self, number: u32) -> Option<LocationView<'_>> {
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

    pub(super) fn position_of_location(&self, number: u32) -> Option<LonLat> {
        let index = number.checked_sub(self.header.first_location)?;
        let row = self.column::<LocationRow>(Column::Locations).get(index as usize)?;
        (!row.lon.is_nan()).then_some(LonLat { lon: row.lon, lat: row.lat })
    }

    pub(super) fn read_bodies(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.bodies.read_at(self.bodies_at + at, into)
    }
}

/// The start of a row without a date: before all others, so that it comes last.
pub(super) const UNDATED: i32 = i32::MIN;

/// Newest first, undated last, then by id.
pub(super) fn page_order(a: After, b: After) -> Ordering {
    // `None < Some`, so the reverse puts undated rows last.
    Reverse(a.start).cmp(&Reverse(b.start)).then(a.id.cmp(&b.id))
}

/// Rows from which a cell is divided further.
const MAX_RUN_ROWS: usize = 4_096;

/// The level from which no cell is divided: some tens of metres.
const MAX_RUN_LEVEL: u32 = 20;

/// Degrees each way from which what is drawn of a place is wide: twice the size of most towns.
const WIDE_DEGREES: f64 = 0.2;

/// A row while a segment is built.
#[derive(Clone, Copy)]
pub struct HeldRow {
    head: i64,
    tail: i64,
    lon: f64,
    lat: f64,
    uncertainty_m: f64,
    start: i32,
    end: i32,
    seq: u32,
    category: u32,
    source: u32,
    dataset: u32,
    import: u32,
    line: u32,
    location: u32,
    body_bytes: u32,
}

impl HeldRow {
    fn head(&self) -> BodyHead {
        BodyHead {
            id: [self.head.into(), self.tail.into()],
            lon: self.lon.into(),
            lat: self.lat.into(),
            uncertainty_m: self.uncertainty_m.into(),
            dataset: self.dataset.into(),
            import: self.import.into(),
            line: self.line.into(),
            location: self.location.into(),
        }
    }

    fn mark(&self) -> After {
        let start = (self.start != UNDATED).then_some(i64::from(self.start));
        After { start, id: IncidentId::of_halves(self.head, self.tail) }
    }
}

/// Collects rows for a [`Segment`]. Locations come first, in the order of their numbers.
pub struct SegmentBuilder<'a> {
    commit: Commit,
    tables: &'a Tables,
    /// Where older locations are.
    snapshot: &'a Snapshot,
    first_location: u32,
    locations: Vec<LocationRow>,
    paths: Vec<u32>,
    texts: Vec<u8>,
    rows: Vec<HeldRow>,
}

/// The columns of a segment, and what is needed to write its bodies.
pub struct SegmentPlan {
    /// The beginning of the file.
    columns: Vec<u64>,
    /// For each row as it was pushed, what stands before its body.
    heads: Vec<BodyHead>,
    /// For each row as it was pushed, where its body stands, counted from the first one.
    bodies_at: Vec<u64>,
    /// Bytes of all bodies.
    pub bodies_bytes: u64,
}

/// What a feature needs beside its body, kept before it so that writing features looks at nothing else.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct BodyHead {
    pub(super) id: [I64; 2],
    /// NaN when it is unlocated.
    pub(super) lon: F64,
    pub(super) lat: F64,
    /// NaN when its coordinates were not given.
    pub(super) uncertainty_m: F64,
    pub(super) dataset: U32,
    pub(super) import: U32,
    pub(super) line: U32,
    pub(super) location: U32,
}

const HEAD_BYTES: usize = size_of::<BodyHead>();

impl SegmentPlan {
    /// How many incidents it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.heads.len()
    }

    /// Gives to `put` where the body of the row that was pushed as the `number`th goes, and its bytes.
    pub fn put_body(&self, number: usize, said: &[u8], mut put: impl FnMut(u64, &[u8])) {
        if let (Some(head), Some(&at)) = (self.heads.get(number), self.bodies_at.get(number)) {
            put(at, head.as_bytes());
            put(at + HEAD_BYTES as u64, said);
        }
    }

    /// The columns as they stand in a file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.columns.as_bytes()
    }

    /// The columns as a segment holds them in memory.
    #[must_use]
    pub fn into_columns(self) -> Arc<Columns> {
        struct Words(Vec<u64>);
        impl AsRef<[u8]> for Words {
            fn as_ref(&self) -> &[u8] {
                self.0.as_bytes()
            }
        }
        Arc::new(Words(self.columns))
    }
}

impl<'a> SegmentBuilder<'a> {
    /// A segment that shows `commit`. Older locations are looked up in `snapshot`; the first new location has the number
    /// `first_location`.
    #[must_use]
    pub fn new(commit: Commit, tables: &'a Tables, snapshot: &'a Snapshot, first_location: u32) -> Self {
        Self {
            commit,
            tables,
            snapshot,
            first_location,
            locations: Vec::new(),
            paths: Vec::new(),
            texts: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Takes the next location. Numbers that the store does not have are `None`.
    pub fn location(&mut self, location: Option<SegmentLocation<'_>>) {
        let location = location.unwrap_or(SegmentLocation {
            position: None,
            uncertainty_m: None,
            status: Status::Unresolved,
            precision: Precision::Unlocated,
            place: None,
            path: Vec::new(),
            properties: "",
        });
        let index = |of: usize| of as u32;
        self.locations.push(LocationRow {
            lon: location.position.map_or(f64::NAN, |at| at.lon),
            lat: location.position.map_or(f64::NAN, |at| at.lat),
            uncertainty_m: location.uncertainty_m.unwrap_or(f64::NAN),
            text_at: self.texts.len() as u64,
            text_bytes: index(location.properties.len()),
            path_at: index(self.paths.len()),
            path_length: index(location.path.len()),
            place: location.place.unwrap_or(0),
            status: index(Status::ALL.iter().position(|word| *word == location.status).unwrap_or(0)),
            precision: index(Precision::ALL.iter().position(|word| *word == location.precision).unwrap_or(0)),
        });
        self.paths.extend_from_slice(&location.path);
        self.texts.extend_from_slice(location.properties.as_bytes());
    }

    fn own_location(&self, number: u32) -> Option<&LocationRow> {
        self.locations.get(number.checked_sub(self.first_location)? as usize)
    }

    fn position(&self, location: u32) -> Option<LonLat> {
        match self.own_location(location) {
            Some(row) => (!row.lon.is_nan()).then_some(LonLat { lon: row.lon, lat: row.lat }),
            None => self.snapshot.position_of_location(location),
        }
    }

    fn place<'s>(&'s self, location: u32, shown: &Shown) -> Option<&'s PlaceColumn> {
        let place = match self.own_location(location) {
            Some(row) => Some(row.place).filter(|place| *place > 0),
            None => self.snapshot.location(location).place,
        };
        self.tables.place(shown.number(place?))
    }

    /// An incident as a segment holds it.
    #[must_use]
    pub fn held(&self, row: &SegmentRow) -> HeldRow {
        let at = row.given.map(|given| given.0).or_else(|| self.position(row.location));
        // Years beyond those of i32 minutes cannot be written as a date.
        let minute = |at: i64| i32::try_from(at).unwrap_or(if at < 0 { i32::MIN } else { i32::MAX }).max(UNDATED + 1);
        let (head, tail) = row.id.halves();
        HeldRow {
            head,
            tail,
            lon: at.map_or(f64::NAN, |at| at.lon),
            lat: at.map_or(f64::NAN, |at| at.lat),
            uncertainty_m: row.given.map_or(f64::NAN, |given| given.1),
            start: row.span.map_or(UNDATED, |span| minute(span.0)),
            end: row.span.map_or(UNDATED, |span| minute(span.1)),
            seq: row.seq,
            category: row.category,
            source: row.source,
            dataset: row.dataset,
            import: row.import,
            line: row.line,
            location: row.location,
            body_bytes: row.body_bytes,
        }
    }

    /// Takes incidents.
    pub fn push(&mut self, mut rows: Vec<HeldRow>) {
        if self.rows.is_empty() {
            self.rows = rows;
        } else {
            self.rows.append(&mut rows);
        }
    }

    /// Which version of each place is shown: of a whole store the newest that a row lies in, else as in the snapshot.
    fn shown(&self) -> Shown {
        if !self.snapshot.is_empty() {
            return self.snapshot.shown().clone();
        }
        let mut used = vec![false; self.locations.len()];
        for row in &self.rows {
            if let Some(index) = row.location.checked_sub(self.first_location)
                && let Some(used) = used.get_mut(index as usize)
            {
                *used = true;
            }
        }
        let rows = self.locations.iter().zip(used).filter(|(_, used)| *used).map(|(row, _)| row);
        Shown::of(
            self.tables,
            rows.flat_map(|row| {
                let path = row.path_at as usize..(row.path_at + row.path_length) as usize;
                self.paths[path].iter().copied().chain(Some(row.place).filter(|place| *place > 0))
            }),
        )
    }

    /// Orders the rows and lays them out.
    #[must_use]
    pub fn build(self) -> SegmentPlan {
        let shown = self.shown();
        let rows = &self.rows;
        let count = rows.len();
        let join = |thread: std::thread::ScopedJoinHandle<'_, Vec<u32>>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        let (by_rank, (mut order, mut runs)) = std::thread::scope(|scope| {
            let by_rank = scope.spawn(|| self.in_page_order());
            let grouped = self.in_groups(&shown);
            (join(by_rank), grouped)
        });
        let mut ranks = vec![0u32; count];
        for (rank, &row) in by_rank.iter().enumerate() {
            ranks[row as usize] = rank as u32;
        }
        for run in &mut runs {
            let of_run = &mut order[run.first as usize..run.end as usize];
            of_run.sort_unstable_by_key(|row| ranks[*row as usize]);
            self.measure(run, of_run, &shown);
        }
        // Rows are looked for as they stand, not as they were pushed.
        let mut stands = vec![0u32; count];
        for (row, &pushed) in order.iter().enumerate() {
            stands[pushed as usize] = row as u32;
        }
        let as_it_stands = |mut rows: Vec<u32>| {
            rows.iter_mut().for_each(|row| *row = stands[*row as usize]);
            rows
        };
        let (by_id, mut plan) = std::thread::scope(|scope| {
            let by_id = scope.spawn(|| as_it_stands(self.sorted_by_id()));
            let plan = self.lay_out(&order, &ranks, &runs, &shown);
            (join(by_id), plan)
        });
        plan.file.put(Column::ById, by_id.as_bytes());
        plan.file.put(Column::ByRank, as_it_stands(by_rank).as_bytes());
        plan.file.put(Column::BySeq, as_it_stands(self.sorted_by_seq()).as_bytes());
        self.finish(plan)
    }

    /// The rows by what they stand together with, and the runs they make.
    fn in_groups(&self, shown: &Shown) -> (Vec<u32>, Vec<Run>) {
        let count = self.rows.len();
        // By row, kind and Morton number, or kind and number of a place.
        let groups: Vec<(u8, u64)> = self
            .rows
            .iter()
            .map(|row| match self.place(row.location, shown) {
                _ if row.lon.is_nan() => (RunKind::Unlocated as u8, 0),
                Some(place) if is_wide(place.bbox) => (RunKind::WidePlace as u8, u64::from(place.number)),
                _ => (RunKind::Cell as u8, WorldPoint::of(LonLat { lon: row.lon, lat: row.lat }).morton()),
            })
            .collect();
        let mut grouped: Vec<((u8, u64), u32)> = groups.iter().copied().zip(0..).collect();
        grouped.sort_unstable();
        let order: Vec<u32> = grouped.iter().map(|(_, row)| *row).collect();
        drop(grouped);
        let mut runs = Vec::new();
        let mut first = 0;
        while first < count {
            let (kind, number) = groups[order[first] as usize];
            let same = |row: &u32| {
                let group = groups[*row as usize];
                group.0 == kind && (kind == RunKind::Cell as u8 || group.1 == number)
            };
            let end = first + order[first..].partition_point(same);
            let whole = Cell { level: 0, x: 0, y: 0 };
            if kind == RunKind::Cell as u8 {
                divide(&order, &groups, first..end, whole, &mut runs);
            } else {
                runs.push(run(first..end, kind, whole));
            }
            first = end;
        }
        (order, runs)
    }

    /// The rows in page order. Most are told apart by a number made of the time and the first part of the id.
    fn in_page_order(&self) -> Vec<u32> {
        let key = |row: &HeldRow| {
            // Newest first; flipping the sign bit makes the order of signed numbers that of unsigned ones.
            let start = !(row.start.cast_unsigned() ^ 0x8000_0000);
            (u64::from(start) << 32) | (row.head.cast_unsigned() >> 32)
        };
        sorted(self.rows.iter().map(key), |a, b| page_order(self.rows[a].mark(), self.rows[b].mark()))
    }

    fn sorted_by_id(&self) -> Vec<u32> {
        let tail = |row: usize| self.rows[row].tail.cast_unsigned();
        sorted(self.rows.iter().map(|row| row.head.cast_unsigned()), |a, b| tail(a).cmp(&tail(b)))
    }

    fn sorted_by_seq(&self) -> Vec<u32> {
        sorted(self.rows.iter().map(|row| u64::from(row.seq)), |a, b| a.cmp(&b))
    }

    /// How many rows each location and each dataset has.
    fn uses(&self) -> (Vec<u32>, Vec<[u32; 2]>) {
        let mut locations = vec![0u32; self.rows.iter().map(|row| row.location as usize + 1).max().unwrap_or(0)];
        let mut datasets: std::collections::BTreeMap<u32, u32> = std::collections::BTreeMap::new();
        for row in &self.rows {
            locations[row.location as usize] += 1;
            *datasets.entry(row.dataset).or_default() += 1;
        }
        (locations, datasets.into_iter().map(|(dataset, count)| [dataset, count]).collect())
    }

    /// The box around what is drawn of a run, and its times.
    fn measure(&self, run: &mut Run, rows: &[u32], shown: &Shown) {
        let mut last_place = (0, None);
        for &row in rows {
            let row = &self.rows[row as usize];
            if row.start != UNDATED {
                run.dated += 1;
                run.longest = run.longest.max(row.end.wrapping_sub(row.start).cast_unsigned());
            }
            if last_place.0 != row.location {
                last_place = (row.location, self.place(row.location, shown));
            }
            let bbox = match last_place.1 {
                Some(place) => {
                    run.has_places = 1;
                    place.bbox
                }
                None if row.lon.is_nan() => continue,
                None => Bbox::of(LonLat { lon: row.lon, lat: row.lat }),
            };
            run.west = run.west.min(bbox.west);
            run.south = run.south.min(bbox.south);
            run.east = run.east.max(bbox.east);
            run.north = run.north.max(bbox.north);
        }
    }

    fn lay_out(&self, order: &[u32], ranks: &[u32], runs: &[Run], shown: &Shown) -> Drafted {
        let count = order.len();
        let mut bodies_at = vec![0u64; count];
        let mut at = 0;
        let mut file = Writer { words: vec![0; size_of::<Header>().div_ceil(8)], extents: [[0; 2]; COLUMNS] };
        file.words.reserve(count * 16 + self.texts.len() / 8 + self.locations.len() * 8);
        file.put(Column::Runs, runs.as_bytes());
        // Rows stand in another order than they were pushed: each is looked at once.
        let mut columns = RowColumns::default();
        for &pushed in order {
            let row = &self.rows[pushed as usize];
            bodies_at[pushed as usize] = at;
            columns.body_at.push(at);
            at += HEAD_BYTES as u64 + u64::from(row.body_bytes);
            columns.push(row, ranks[pushed as usize]);
        }
        columns.body_at.push(at);
        columns.put(&mut file);
        file.put(Column::Locations, self.locations.as_bytes());
        file.put(Column::Paths, self.paths.as_bytes());
        file.put(Column::Texts, &self.texts);
        let (locations, datasets) = self.uses();
        file.put(Column::UsedLocations, locations.as_bytes());
        file.put(Column::UsedDatasets, datasets.as_bytes());
        Drafted { file, bodies_at, bodies_bytes: at, shown: shown.fingerprint() }
    }

    fn finish(&self, drafted: Drafted) -> SegmentPlan {
        let Drafted { file, bodies_at, bodies_bytes, shown } = drafted;
        let end = (file.words.len() * 8) as u64;
        let header = Header {
            magic: MAGIC,
            layout: LAYOUT,
            byte_order: 1,
            generation: self.commit.generation,
            mark: self.commit.mark,
            first_location: self.first_location,
            locations: self.locations.len() as u32,
            rows: self.rows.len() as u32,
            padding: 0,
            shown,
            bodies_at: end,
            bodies_end: end + bodies_bytes,
            extents: file.extents,
        };
        let mut columns = file.words;
        columns.as_mut_bytes()[..size_of::<Header>()].copy_from_slice(header.as_bytes());
        SegmentPlan { columns, heads: self.rows.iter().map(HeldRow::head).collect(), bodies_at, bodies_bytes }
    }
}

/// A plan to which some orders are still to be added.
struct Drafted {
    file: Writer,
    bodies_at: Vec<u64>,
    bodies_bytes: u64,
    shown: u64,
}

/// Numbers from 0 on in the order of their keys; `tie` decides between equal keys.
fn sorted(keys: impl Iterator<Item = u64>, tie: impl Fn(usize, usize) -> Ordering) -> Vec<u32> {
    let mut keyed: Vec<(u64, u32)> = keys.zip(0..).collect();
    let is_sorted = keyed.is_sorted_by(|a, b| a.0 < b.0);
    if !is_sorted {
        keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| tie(a.1 as usize, b.1 as usize)));
    }
    keyed.into_iter().map(|(_, number)| number).collect()
}

/// The columns of rows, filled row by row.
#[derive(Default)]
struct RowColumns {
    lon: Vec<f64>,
    lat: Vec<f64>,
    world_x: Vec<u32>,
    world_y: Vec<u32>,
    start: Vec<i32>,
    end: Vec<i32>,
    category: Vec<u32>,
    source: Vec<u32>,
    dataset: Vec<u32>,
    import: Vec<u32>,
    location: Vec<u32>,
    seq: Vec<u32>,
    rank: Vec<u32>,
    uncertainty_m: Vec<f64>,
    id: Vec<[i64; 2]>,
    body_at: Vec<u64>,
}

impl RowColumns {
    fn push(&mut self, row: &HeldRow, rank: u32) {
        let point = match row.lon.is_nan() {
            true => WorldPoint { x: 0, y: 0 },
            false => WorldPoint::of(LonLat { lon: row.lon, lat: row.lat }),
        };
        self.lon.push(row.lon);
        self.lat.push(row.lat);
        self.world_x.push(point.x);
        self.world_y.push(point.y);
        self.start.push(row.start);
        self.end.push(row.end);
        self.category.push(row.category);
        self.source.push(row.source);
        self.dataset.push(row.dataset);
        self.import.push(row.import);
        self.location.push(row.location);
        self.seq.push(row.seq);
        self.rank.push(rank);
        self.uncertainty_m.push(row.uncertainty_m);
        self.id.push([row.head, row.tail]);
    }

    /// Writes the columns.
    fn put(self, file: &mut Writer) {
        file.put(Column::Lon, self.lon.as_bytes());
        file.put(Column::Lat, self.lat.as_bytes());
        file.put(Column::WorldX, self.world_x.as_bytes());
        file.put(Column::WorldY, self.world_y.as_bytes());
        file.put(Column::Start, self.start.as_bytes());
        file.put(Column::End, self.end.as_bytes());
        file.put(Column::Category, self.category.as_bytes());
        file.put(Column::Source, self.source.as_bytes());
        file.put(Column::Dataset, self.dataset.as_bytes());
        file.put(Column::Import, self.import.as_bytes());
        file.put(Column::Location, self.location.as_bytes());
        file.put(Column::Seq, self.seq.as_bytes());
        file.put(Column::Rank, self.rank.as_bytes());
        file.put(Column::Uncertainty, self.uncertainty_m.as_bytes());
        file.put(Column::Id, self.id.as_bytes());
        file.put(Column::BodyAt, self.body_at.as_bytes());
    }
}

fn divide(order: &[u32], groups: &[(u8, u64)], range: Range<usize>, cell: Cell, runs: &mut Vec<Run>) {
    if range.is_empty() {
        return;
    }
    if range.len() <= MAX_RUN_ROWS || cell.level == MAX_RUN_LEVEL {
        runs.push(run(range, RunKind::Cell as u8, cell));
        return;
    }
    // The quarter of a row: the next two bits of its Morton number, y before x.
    let shift = 62 - 2 * cell.level;
    let quarter = |row: &u32| (groups[*row as usize].1 >> shift) & 3;
    let mut first = range.start;
    for part in 0..4 {
        let end = first + order[first..range.end].partition_point(|row| quarter(row) <= part);
        let (x, y) = ((part & 1) as u32, (part >> 1) as u32);
        let inner = Cell { level: cell.level + 1, x: cell.x * 2 + x, y: cell.y * 2 + y };
        divide(order, groups, first..end, inner, runs);
        first = end;
    }
}

fn run(range: Range<usize>, kind: u8, cell: Cell) -> Run {
    Run {
        west: f64::INFINITY,
        south: f64::INFINITY,
        east: f64::NEG_INFINITY,
        north: f64::NEG_INFINITY,
        first: range.start as u32,
        end: range.end as u32,
        dated: 0,
        longest: 0,
        level: cell.level,
        x: cell.x,
        y: cell.y,
        kind,
        has_places: 0,
        padding: [0; 2],
    }
}

fn is_wide(bbox: Bbox) -> bool {
    bbox.east - bbox.west > WIDE_DEGREES || bbox.north - bbox.south > WIDE_DEGREES
}

/// Columns one after another, each beginning at a multiple of eight bytes.
struct Writer {
    words: Vec<u64>,
    extents: [[u64; 2]; COLUMNS],
}

impl Writer {
    fn put(&mut self, column: Column, bytes: &[u8]) {
        let start = self.words.len() * 8;
        self.words.resize(self.words.len() + bytes.len().div_ceil(8), 0);
        self.words.as_mut_bytes()[start..start + bytes.len()].copy_from_slice(bytes);
        self.extents[column as usize] = [start as u64, (start + bytes.len()) as u64];
    }
}
