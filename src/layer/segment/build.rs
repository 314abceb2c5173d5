//! Making a segment: rows and locations are collected, ordered and laid out in columns.

use super::layout::{BodyHead, COLUMNS, Column, HEAD_BYTES, Header, LAYOUT, LocationRow, MAGIC, Run, RunKind, Trailer};
use super::{BodySink, Columns, Commit, UNDATED, page_order};
use crate::geo::{Bbox, LonLat};
use crate::incident::{IncidentId, Precision, Status};
use crate::layer::snapshot::{PlaceColumn, Shown, Tables};
use crate::layer::world::{Cell, WorldPoint};
use crate::layer::{After, Snapshot};
use std::cmp::Ordering;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use zerocopy::IntoBytes;

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
    body_at: u64,
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

/// Collects rows for a [`Segment`](super::Segment). Locations come first, in the order of their numbers.
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

/// Bytes of bodies that are written at once, and in which those that are asked for together stand together.
const BODIES_AT_ONCE: usize = 2 << 20;

/// Cells of a degree each way in which bodies are put together: each about a town.
const BODY_CELLS: f64 = 3.0;

/// Collects rows with their bodies; several may do so at once for one [`SegmentBuilder`] that has its locations.
pub struct RowCollector<'b, 'a> {
    builder: &'b SegmentBuilder<'a>,
    sink: &'b dyn BodySink,
    rows: Vec<HeldRow>,
    /// Bodies of the last rows that are not written yet, how many rows' bodies are, and room for putting them in order.
    bodies: Vec<u8>,
    written: usize,
    ordered: Vec<u8>,
}

impl<'b, 'a> RowCollector<'b, 'a> {
    /// Bodies go to `sink`.
    #[must_use]
    pub fn new(builder: &'b SegmentBuilder<'a>, sink: &'b dyn BodySink) -> Self {
        Self { builder, sink, rows: Vec::new(), bodies: Vec::new(), written: 0, ordered: Vec::new() }
    }

    /// Takes an incident and what its report says.
    ///
    /// # Errors
    /// Bodies cannot be written.
    pub fn take(&mut self, row: &SegmentRow, said: &[u8]) -> io::Result<()> {
        let mut held = self.builder.held(row);
        held.body_at = self.bodies.len() as u64;
        held.body_bytes = (HEAD_BYTES + said.len()) as u32;
        self.bodies.extend_from_slice(held.head().as_bytes());
        self.bodies.extend_from_slice(said);
        self.rows.push(held);
        if self.bodies.len() < BODIES_AT_ONCE { Ok(()) } else { self.write() }
    }

    /// Writes what is collected, the newest of each neighbourhood next to each other: a page of one town then takes few reads, wherever
    /// its incidents stood in their file.
    fn write(&mut self) -> io::Result<()> {
        let rows = &mut self.rows[self.written..];
        // What has no position has a cell of its own, as casting makes zero of it.
        let cell =
            |row: &HeldRow| (((row.lat + 91.0) * BODY_CELLS) as u64) << 16 | ((row.lon + 181.0) * BODY_CELLS) as u64;
        let mut order: Vec<(u64, u32)> = (0..)
            .zip(rows.iter())
            .map(|(number, row)| (cell(row) << 32 | u64::from(newest_first(row.start)), number))
            .collect();
        order.sort_unstable();
        self.ordered.clear();
        for (_, number) in order {
            let row = &mut rows[number as usize];
            let body = row.body_at as usize..row.body_at as usize + row.body_bytes as usize;
            row.body_at = self.ordered.len() as u64;
            self.ordered.extend_from_slice(&self.bodies[body]);
        }
        let at = self.sink.append(&self.ordered)?;
        rows.iter_mut().for_each(|row| row.body_at += at);
        self.written = self.rows.len();
        self.bodies.clear();
        Ok(())
    }

    /// All rows, for [`SegmentBuilder::push`].
    ///
    /// # Errors
    /// Bodies cannot be written.
    pub fn end(mut self) -> io::Result<Vec<HeldRow>> {
        self.write()?;
        Ok(self.rows)
    }
}

/// A minute as a number that is smaller the later it is: flipping the sign bit makes the order of signed numbers that of unsigned ones.
fn newest_first(start: i32) -> u32 {
    !(start.cast_unsigned() ^ 0x8000_0000)
}

/// The columns of a segment, laid out.
pub struct SegmentColumns(Vec<u64>);

impl SegmentColumns {
    /// The columns as they stand in a file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// What a file ends with whose columns begin at this byte, a multiple of eight.
    #[must_use]
    pub fn trailer(columns_at: u64) -> [u8; size_of::<Trailer>()] {
        zerocopy::transmute!(Trailer { columns_at: columns_at.into(), magic: MAGIC })
    }

    /// The columns as a segment holds them in memory.
    #[must_use]
    pub fn into_shared(self) -> Arc<Columns> {
        struct Words(Vec<u64>);
        impl AsRef<[u8]> for Words {
            fn as_ref(&self) -> &[u8] {
                self.0.as_bytes()
            }
        }
        Arc::new(Words(self.0))
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

    /// An incident as a segment holds it, but for its body.
    fn held(&self, row: &SegmentRow) -> HeldRow {
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
            body_bytes: 0,
            body_at: 0,
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
    pub fn build(self) -> SegmentColumns {
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
        let (by_id, mut file) = std::thread::scope(|scope| {
            let by_id = scope.spawn(|| as_it_stands(self.sorted_by_id()));
            let file = self.lay_out(&order, &ranks, &runs);
            (join(by_id), file)
        });
        file.put(Column::ById, by_id.as_bytes());
        file.put(Column::ByRank, as_it_stands(by_rank).as_bytes());
        file.put(Column::BySeq, as_it_stands(self.sorted_by_seq()).as_bytes());
        self.finish(file, &shown)
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
        let key = |row: &HeldRow| (u64::from(newest_first(row.start)) << 32) | (row.head.cast_unsigned() >> 32);
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

    fn lay_out(&self, order: &[u32], ranks: &[u32], runs: &[Run]) -> Writer {
        let count = order.len();
        let mut file = Writer { words: vec![0; size_of::<Header>().div_ceil(8)], extents: [[0; 2]; COLUMNS] };
        file.words.reserve(count * 16 + self.texts.len() / 8 + self.locations.len() * 8);
        file.put(Column::Runs, runs.as_bytes());
        // Rows stand in another order than they were pushed: each is looked at once.
        let mut columns = RowColumns::default();
        for &pushed in order {
            columns.push(&self.rows[pushed as usize], ranks[pushed as usize]);
        }
        columns.put(&mut file);
        file.put(Column::Locations, self.locations.as_bytes());
        file.put(Column::Paths, self.paths.as_bytes());
        file.put(Column::Texts, &self.texts);
        let (locations, datasets) = self.uses();
        file.put(Column::UsedLocations, locations.as_bytes());
        file.put(Column::UsedDatasets, datasets.as_bytes());
        file
    }

    fn finish(&self, file: Writer, shown: &Shown) -> SegmentColumns {
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
            shown: shown.fingerprint(),
            extents: file.extents,
        };
        let mut columns = file.words;
        columns.as_mut_bytes()[..size_of::<Header>()].copy_from_slice(header.as_bytes());
        SegmentColumns(columns)
    }
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
    body_bytes: Vec<u32>,
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
        self.body_at.push(row.body_at);
        self.body_bytes.push(row.body_bytes);
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
        file.put(Column::BodyBytes, self.body_bytes.as_bytes());
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
