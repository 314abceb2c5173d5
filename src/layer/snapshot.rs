//! What the map needs of every incident, in columns in memory.
//!
//! A snapshot never changes; a commit in the store replaces it. Rows are ordered newest first, undated last, then by id, so that
//! any selection is already in the order of the pages.

use super::{After, DrawnPlace, FeatureQuery, LocatedAt, Names};
use crate::gazetteer::PlaceId;
use crate::geo::{Bbox, LonLat, Shape};
use crate::incident::{IncidentId, Precision, Status};
use crate::text;
use crate::time::{Interval, minutes_of};
use std::cmp::{Ordering, Reverse};
use std::collections::{HashMap, HashSet};

/// One incident as the store hands it over.
#[derive(Debug, Clone, PartialEq)]
pub struct SnapshotRow {
    /// The store's own number.
    pub seq: i64,
    /// Identity.
    pub id: IncidentId,
    /// Coordinates that stood in its row, with their uncertainty in metres.
    pub given: Option<(LonLat, f64)>,
    /// First and last minute, both included, as of [`minutes_of`]; `None` when undated.
    pub span: Option<(i64, i64)>,
    /// Whether the time is known less exactly than to the day.
    pub coarse_time: CoarseTime,
    /// Category; its name may be empty.
    pub category: NameNumber,
    /// Name of the source; may be empty.
    pub source: NameNumber,
    /// Dataset.
    pub dataset: NameNumber,
    /// Import that brought or changed it last.
    pub import: NameNumber,
    /// Where it is.
    pub location: LocationNumber,
}

/// A location as the store hands it over.
#[derive(Debug, Clone, PartialEq)]
pub struct SnapshotLocation {
    /// Where; `None` when unlocated or given.
    pub position: Option<LonLat>,
    /// Metres around the position.
    pub uncertainty_m: f64,
    /// Outcome of the resolution.
    pub status: Status,
    /// What the location stands for.
    pub precision: Precision,
    /// The place it is drawn at.
    pub place: Option<PlaceNumber>,
    /// All places that contain it, country first, its own last.
    pub path: Box<[PlaceNumber]>,
}

/// A name in its snapshot: a category, source, dataset or import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NameNumber(u32);

/// A location in its snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LocationNumber(u32);

/// A place in its snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PlaceNumber(u32);

/// How exactly the time is known, as far as a histogram must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum CoarseTime {
    /// To the minute.
    #[default]
    Minute,
    /// To the day.
    Day,
    /// To a week or less than a month (an interval).
    Week,
    /// To the month.
    Month,
    /// To the year, or less.
    Year,
}

impl CoarseTime {
    /// How exactly a span of minutes, both ends included, is known.
    #[must_use]
    pub fn of_span(span: (i64, i64)) -> Self {
        const DAY: i64 = 24 * 60;
        match span.1 - span.0 + 1 {
            ..=1 => Self::Minute,
            2..=DAY => Self::Day,
            length if length <= 7 * DAY => Self::Week,
            length if length <= 31 * DAY => Self::Month,
            _ => Self::Year,
        }
    }
}

/// Index of a row in its snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(u32);

impl Row {
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// Rows that a word search found.
#[derive(Debug, Clone, Default)]
pub struct RowSet(HashSet<u32>);

impl RowSet {
    /// Takes the rows of another set too.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The rows that are in both sets.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.0.retain(|row| other.0.contains(row));
        self
    }
}

/// Names that repeat, each stored once.
#[derive(Debug, Default)]
struct NameTable {
    names: Vec<String>,
    numbers: HashMap<String, NameNumber>,
}

impl NameTable {
    fn number(&mut self, name: String) -> NameNumber {
        if let Some(&number) = self.numbers.get(&name) {
            return number;
        }
        let number = u32::try_from(self.names.len()).expect("there are fewer names than u32 counts");
        self.names.push(name.clone());
        self.numbers.insert(name, NameNumber(number));
        NameNumber(number)
    }

    fn name(&self, number: NameNumber) -> &str {
        &self.names[number.0 as usize]
    }
}

/// A drawn place with what filters ask of it, worked out once.
#[derive(Debug)]
struct PlaceColumn {
    drawn: DrawnPlace,
    shape: Option<Shape>,
    bbox: Bbox,
}

/// The columns; see the module.
#[derive(Debug, Default)]
pub struct Snapshot {
    generation: u64,
    seqs: Vec<i64>,
    ids: Vec<IncidentId>,
    positions: Vec<Option<LonLat>>,
    uncertainties_m: Vec<f32>,
    spans: Vec<Option<(i32, i32)>>,
    coarse_times: Vec<CoarseTime>,
    categories: Vec<NameNumber>,
    sources: Vec<NameNumber>,
    datasets: Vec<NameNumber>,
    imports: Vec<NameNumber>,
    locations: Vec<LocationNumber>,
    names: NameTable,
    /// The datasets that have incidents, in order of name.
    dataset_names: Vec<NameNumber>,
    location_rows: Vec<SnapshotLocation>,
    place_columns: Vec<PlaceColumn>,
    place_numbers: HashMap<PlaceId, PlaceNumber>,
    rows_by_seq: HashMap<i64, u32>,
}

/// Collects rows for a [`Snapshot`].
#[derive(Debug, Default)]
pub struct SnapshotBuilder {
    rows: Vec<SnapshotRow>,
    names: NameTable,
    locations: Vec<SnapshotLocation>,
    places: Vec<DrawnPlace>,
    /// By number, the store's number of the version of the place.
    versions: Vec<i64>,
    by_version: HashMap<i64, PlaceNumber>,
    by_id: HashMap<PlaceId, PlaceNumber>,
}

impl SnapshotBuilder {
    /// Takes a name.
    pub fn name(&mut self, name: String) -> NameNumber {
        self.names.number(name)
    }

    /// Takes the place that the store knows by this number, unless it was taken before; `None` when `drawn` knows no such place. Of
    /// several versions of a place that incidents lie in, all are drawn as the newest.
    pub fn place(&mut self, version: i64, drawn: impl FnOnce() -> Option<DrawnPlace>) -> Option<PlaceNumber> {
        if let Some(&known) = self.by_version.get(&version) {
            return Some(known);
        }
        let drawn = drawn()?;
        let number = match self.by_id.get(&drawn.id) {
            Some(&number) => {
                let index = number.0 as usize;
                if version > self.versions[index] {
                    self.versions[index] = version;
                    self.places[index] = drawn;
                }
                number
            }
            None => {
                let number = PlaceNumber(self.places.len() as u32);
                self.by_id.insert(drawn.id.clone(), number);
                self.places.push(drawn);
                self.versions.push(version);
                number
            }
        };
        self.by_version.insert(version, number);
        Some(number)
    }

    /// Takes a location.
    pub fn location(&mut self, location: SnapshotLocation) -> LocationNumber {
        self.locations.push(location);
        LocationNumber(self.locations.len() as u32 - 1)
    }

    /// Takes one incident.
    pub fn push(&mut self, row: SnapshotRow) {
        self.rows.push(row);
    }

    /// Orders the rows and lays them out in columns.
    #[must_use]
    pub fn build(mut self, generation: u64) -> Snapshot {
        self.rows.sort_unstable_by(|a, b| page_order((a.span.map(|s| s.0), a.id), (b.span.map(|s| s.0), b.id)));
        let mut snapshot = Snapshot {
            generation,
            names: self.names,
            location_rows: self.locations,
            place_numbers: self.by_id,
            ..Snapshot::default()
        };
        for drawn in self.places {
            let shape = drawn.shape();
            let bbox = shape.as_ref().map_or_else(|| Bbox::of(drawn.position), Shape::bbox);
            snapshot.place_columns.push(PlaceColumn { drawn, shape, bbox });
        }
        let minute = |at: i64| i32::try_from(at).unwrap_or(if at < 0 { i32::MIN } else { i32::MAX });
        for (index, row) in self.rows.into_iter().enumerate() {
            let location = &snapshot.location_rows[row.location.0 as usize];
            let (position, uncertainty_m) = match row.given {
                Some((at, uncertainty_m)) => (Some(at), uncertainty_m),
                None => (location.position, location.uncertainty_m),
            };
            snapshot.rows_by_seq.insert(row.seq, index as u32);
            snapshot.seqs.push(row.seq);
            snapshot.ids.push(row.id);
            snapshot.positions.push(position);
            snapshot.uncertainties_m.push(uncertainty_m as f32);
            snapshot.spans.push(row.span.map(|(start, end)| (minute(start), minute(end))));
            snapshot.coarse_times.push(row.coarse_time);
            snapshot.categories.push(row.category);
            snapshot.sources.push(row.source);
            snapshot.datasets.push(row.dataset);
            snapshot.imports.push(row.import);
            snapshot.locations.push(row.location);
        }
        let datasets: HashSet<NameNumber> = snapshot.datasets.iter().copied().collect();
        snapshot.dataset_names = datasets.into_iter().collect();
        let names = &snapshot.names;
        snapshot.dataset_names.sort_unstable_by(|a, b| names.name(*a).cmp(names.name(*b)));
        snapshot
    }
}

/// Newest first, undated last, then by id.
fn page_order(a: (Option<i64>, IncidentId), b: (Option<i64>, IncidentId)) -> Ordering {
    // `None < Some`, so the reverse puts undated rows last.
    Reverse(a.0).cmp(&Reverse(b.0)).then(a.1.cmp(&b.1))
}

impl Snapshot {
    /// Which commit of the store it shows.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// All incidents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seqs.len()
    }

    /// Whether there is no incident.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seqs.is_empty()
    }

    /// The store's number of a row.
    #[must_use]
    pub fn seq(&self, row: Row) -> i64 {
        self.seqs[row.index()]
    }

    /// The mark after which the next page goes on.
    #[must_use]
    pub fn after(&self, row: Row) -> After {
        After { start: self.spans[row.index()].map(|span| i64::from(span.0)), id: self.ids[row.index()] }
    }

    /// The location of a row.
    #[must_use]
    pub fn position(&self, row: Row) -> Option<LonLat> {
        self.positions[row.index()]
    }

    /// Metres around the position of a row.
    #[must_use]
    pub fn uncertainty_m(&self, row: Row) -> f64 {
        f64::from(self.uncertainties_m[row.index()])
    }

    /// First and last minute of a row.
    #[must_use]
    pub fn span(&self, row: Row) -> Option<(i64, i64)> {
        self.spans[row.index()].map(|(start, end)| (i64::from(start), i64::from(end)))
    }

    /// How exactly the time of a row is known.
    #[must_use]
    pub fn coarse_time(&self, row: Row) -> CoarseTime {
        self.coarse_times[row.index()]
    }

    /// The category of a row.
    #[must_use]
    pub fn category(&self, row: Row) -> &str {
        self.names.name(self.categories[row.index()])
    }

    /// The dataset of a row.
    #[must_use]
    pub fn dataset(&self, row: Row) -> &str {
        self.names.name(self.datasets[row.index()])
    }

    /// Every dataset, in order of name.
    #[must_use]
    pub fn datasets(&self) -> Vec<&str> {
        self.dataset_names.iter().map(|number| self.names.name(*number)).collect()
    }

    /// The imports that brought or changed these rows last.
    #[must_use]
    pub fn imports(&self, rows: &[Row]) -> Vec<&str> {
        let numbers: HashSet<NameNumber> = rows.iter().map(|row| self.imports[row.index()]).collect();
        numbers.into_iter().map(|number| self.names.name(number)).collect()
    }

    /// The outcome of a row's resolution.
    #[must_use]
    pub fn status(&self, row: Row) -> Status {
        self.location(row.index()).status
    }

    /// What the location of a row stands for.
    #[must_use]
    pub fn precision(&self, row: Row) -> Precision {
        self.location(row.index()).precision
    }

    /// The place a row is drawn at.
    #[must_use]
    pub fn place(&self, row: Row) -> Option<&DrawnPlace> {
        self.location(row.index()).place.map(|number| &self.place_column(number).drawn)
    }

    /// All places that contain a row, country first, its own last.
    pub fn path(&self, row: Row) -> impl Iterator<Item = &DrawnPlace> {
        self.location(row.index()).path.iter().map(|&number| &self.place_column(number).drawn)
    }

    fn location(&self, index: usize) -> &SnapshotLocation {
        &self.location_rows[self.locations[index].0 as usize]
    }

    fn place_column(&self, number: PlaceNumber) -> &PlaceColumn {
        &self.place_columns[number.0 as usize]
    }

    /// Of the incidents with these numbers of the store those that are as this import left them.
    #[must_use]
    pub fn rows_of(&self, import: &str, seqs: impl Iterator<Item = i64>) -> RowSet {
        let Some(&import) = self.names.numbers.get(import) else { return RowSet::default() };
        let rows = seqs.filter_map(|seq| self.rows_by_seq.get(&seq).copied());
        RowSet(rows.filter(|row| self.imports[*row as usize] == import).collect())
    }

    /// The rows that lie in a place in whose name a word begins so, folded.
    #[must_use]
    pub fn rows_named(&self, beginning: &str) -> RowSet {
        let is_named = |column: &PlaceColumn| {
            let Names { ru, kk, en, uk } = &column.drawn.names;
            let words = [ru, kk, en, uk].into_iter().flatten().flat_map(|name| text::words(name));
            words.into_iter().any(|word| word.starts_with(beginning))
        };
        let named: Vec<bool> = self.place_columns.iter().map(is_named).collect();
        let has_name = |location: &SnapshotLocation| location.path.iter().any(|place| named[place.0 as usize]);
        let inside: Vec<bool> = self.location_rows.iter().map(has_name).collect();
        let rows = (0u32..).zip(&self.locations).filter(|(_, location)| inside[location.0 as usize]);
        RowSet(rows.map(|(row, _)| row).collect())
    }

    /// The rows that pass the query, in page order. `found` is what the store's word search gave for `query.words`;
    /// with words and without it nothing passes.
    #[must_use]
    pub fn select(&self, query: &FeatureQuery, found: Option<&RowSet>) -> Vec<Row> {
        let filter = RowFilter::new(self, query, found);
        (0..self.seqs.len() as u32).filter(|&index| filter.passes(index as usize)).map(Row).collect()
    }

    /// Where in a selection the page after `after` begins.
    #[must_use]
    pub fn page_start(&self, rows: &[Row], after: After) -> usize {
        rows.partition_point(|&row| {
            let mark = self.after(row);
            page_order((mark.start, mark.id), (after.start, after.id)) != Ordering::Greater
        })
    }

    /// The row with this number of the store.
    #[must_use]
    pub fn row_of(&self, seq: i64) -> Option<Row> {
        self.rows_by_seq.get(&seq).copied().map(Row)
    }

    /// The dated rows that begin within these minutes, both included, newest first.
    pub fn starting(&self, first: i64, last: i64) -> impl Iterator<Item = Row> + '_ {
        // Undated rows come last, as if they began before all others.
        let start = |span: &Option<(i32, i32)>| span.map_or(i64::MIN, |span| i64::from(span.0));
        let from = self.spans.partition_point(|span| start(span) > last);
        let to = self.spans.partition_point(|span| start(span) >= first);
        (from..to.max(from)).map(|index| Row(index as u32))
    }

    /// The box around the located rows and the first and last minute of the dated ones.
    #[must_use]
    pub fn extent(&self, rows: &[Row]) -> (Option<Bbox>, Option<(i64, i64)>) {
        let bbox = rows.iter().filter_map(|&row| self.row_bbox(row.index())).reduce(Bbox::union);
        let span = rows
            .iter()
            .filter_map(|&row| self.span(row))
            .reduce(|whole, span| (whole.0.min(span.0), whole.1.max(span.1)));
        (bbox, span)
    }

    fn row_bbox(&self, index: usize) -> Option<Bbox> {
        match self.location(index).place {
            Some(place) => Some(self.place_column(place).bbox),
            None => self.positions[index].map(Bbox::of),
        }
    }
}

/// A query translated into the numbers of one snapshot.
struct RowFilter<'a> {
    snapshot: &'a Snapshot,
    query: &'a FeatureQuery,
    found: Option<&'a RowSet>,
    span: Option<(i64, i64)>,
    categories: Option<HashSet<NameNumber>>,
    source: Option<Option<NameNumber>>,
    dataset: Option<Option<NameNumber>>,
    of_layer: Option<Option<NameNumber>>,
    import: Option<Option<NameNumber>>,
    /// By location, whether it lies inside.
    within: Option<Vec<bool>>,
    at_place: Option<Option<PlaceNumber>>,
    places_in_bbox: Option<Vec<bool>>,
}

impl<'a> RowFilter<'a> {
    fn new(snapshot: &'a Snapshot, query: &'a FeatureQuery, found: Option<&'a RowSet>) -> Self {
        let number = |name: &Option<String>| name.as_ref().map(|name| snapshot.names.numbers.get(name).copied());
        let place = |id: &PlaceId| snapshot.place_numbers.get(id).copied();
        Self {
            snapshot,
            query,
            found,
            span: query
                .datetime
                .map(|Interval { start, end }| (start.map_or(i64::MIN, minutes_of), end.map_or(i64::MAX, minutes_of))),
            categories: (!query.categories.is_empty()).then(|| {
                query.categories.iter().filter_map(|name| snapshot.names.numbers.get(name).copied()).collect()
            }),
            source: number(&query.source),
            dataset: number(&query.dataset),
            of_layer: number(&query.of_layer),
            import: number(&query.import),
            within: query.place.as_ref().map(place).map(|wanted| {
                let is_inside =
                    |location: &SnapshotLocation| wanted.is_some_and(|place| location.path.contains(&place));
                snapshot.location_rows.iter().map(is_inside).collect()
            }),
            at_place: match &query.located_at {
                Some(LocatedAt::Place(id)) => Some(place(id)),
                Some(LocatedAt::Position(_)) | None => None,
            },
            places_in_bbox: query.bbox.map(|bbox| {
                let meets = |column: &PlaceColumn| match &column.shape {
                    Some(shape) => shape.intersects(&bbox),
                    None => column.bbox.intersects(&bbox),
                };
                snapshot.place_columns.iter().map(meets).collect()
            }),
        }
    }

    fn passes(&self, index: usize) -> bool {
        let snapshot = self.snapshot;
        let location = snapshot.location(index);
        let is =
            |wanted: Option<Option<NameNumber>>, number: NameNumber| wanted.is_none_or(|wanted| wanted == Some(number));
        if let Some(places_in_bbox) = &self.places_in_bbox {
            let inside = match (location.place, snapshot.positions[index], self.query.bbox) {
                (Some(place), _, _) => places_in_bbox[place.0 as usize],
                (None, Some(at), Some(bbox)) => Bbox::of(at).intersects(&bbox),
                _ => false,
            };
            if !inside {
                return false;
            }
        }
        if let Some((first, last)) = self.span {
            match snapshot.spans[index] {
                Some((start, end)) if i64::from(end) >= first && i64::from(start) <= last => {}
                _ => return false,
            }
        }
        if let Some(LocatedAt::Position(at)) = &self.query.located_at
            && (location.place.is_some() || snapshot.positions[index] != Some(*at))
        {
            return false;
        }
        self.categories.as_ref().is_none_or(|wanted| wanted.contains(&snapshot.categories[index]))
            && self.query.precision.is_none_or(|coarsest| location.precision <= coarsest)
            && (self.query.statuses.is_empty() || self.query.statuses.contains(&location.status))
            && is(self.source, snapshot.sources[index])
            && is(self.dataset, snapshot.datasets[index])
            && is(self.of_layer, snapshot.datasets[index])
            && is(self.import, snapshot.imports[index])
            && self.at_place.is_none_or(|wanted| wanted.is_some() && location.place == wanted)
            && self.within.as_ref().is_none_or(|inside| inside[snapshot.locations[index].0 as usize])
            && (self.query.words.is_none() || self.found.is_some_and(|found| found.0.contains(&(index as u32))))
    }
}
