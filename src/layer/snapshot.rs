//! What the map needs of every incident, in columns in memory.
//!
//! A snapshot never changes; a commit in the store replaces it. Rows are ordered newest first, undated last, then by id, so that
//! any selection is already in the order of the pages.

use super::{After, DrawnPlace, FeatureQuery, LocatedAt};
use crate::gazetteer::PlaceId;
use crate::geo::{Bbox, LonLat, Shape};
use crate::incident::{IncidentId, Precision, Status};
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
    /// Location; `None` when unlocated.
    pub position: Option<LonLat>,
    /// Metres around the position.
    pub uncertainty_m: f64,
    /// First and last minute, both included, as of [`minutes_of`]; `None` when undated.
    pub span: Option<(i64, i64)>,
    /// Whether the time is known less exactly than to the day.
    pub coarse_time: CoarseTime,
    /// Category; may be empty.
    pub category: String,
    /// Name of the source; may be empty.
    pub source: String,
    /// Dataset.
    pub dataset: String,
    /// Import that brought or changed it last.
    pub import: String,
    /// Outcome of the resolution.
    pub status: Status,
    /// What the location stands for.
    pub precision: Precision,
    /// The place it is drawn at.
    pub place: Option<PlaceId>,
    /// All places that contain it, country first, its own last.
    pub path: Vec<PlaceId>,
}

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

/// Names that repeat, each stored once.
#[derive(Debug, Default)]
struct Names {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Names {
    fn number(&mut self, name: String) -> u32 {
        if let Some(&number) = self.numbers.get(&name) {
            return number;
        }
        let number =
            u32::try_from(self.names.len()).expect("there are fewer names than rows, and rows are counted in u32");
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        number
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
    categories: Vec<u32>,
    sources: Vec<u32>,
    datasets: Vec<u32>,
    imports: Vec<u32>,
    statuses: Vec<Status>,
    precisions: Vec<Precision>,
    places: Vec<Option<u32>>,
    paths: Vec<u32>,
    category_names: Names,
    source_names: Names,
    dataset_names: Names,
    import_names: Names,
    place_columns: Vec<PlaceColumn>,
    place_numbers: HashMap<PlaceId, u32>,
    path_places: Vec<Box<[u32]>>,
    rows_by_seq: HashMap<i64, u32>,
}

/// Collects rows for a [`Snapshot`].
#[derive(Debug, Default)]
pub struct SnapshotBuilder {
    rows: Vec<SnapshotRow>,
    places: Vec<DrawnPlace>,
}

impl SnapshotBuilder {
    /// Takes one incident.
    pub fn push(&mut self, row: SnapshotRow) {
        self.rows.push(row);
    }

    /// Takes one place; all places that rows name must be given.
    pub fn push_place(&mut self, place: DrawnPlace) {
        self.places.push(place);
    }

    /// Orders the rows and lays them out in columns.
    #[must_use]
    pub fn build(mut self, generation: u64) -> Snapshot {
        self.rows.sort_unstable_by(|a, b| page_order((a.span.map(|s| s.0), a.id), (b.span.map(|s| s.0), b.id)));
        let mut snapshot = Snapshot { generation, ..Snapshot::default() };
        for drawn in self.places {
            let number = snapshot.place_columns.len() as u32;
            let shape = drawn.shape();
            let bbox = shape.as_ref().map_or_else(|| Bbox::of(drawn.position), Shape::bbox);
            snapshot.place_numbers.insert(drawn.id.clone(), number);
            snapshot.place_columns.push(PlaceColumn { drawn, shape, bbox });
        }
        let mut paths: HashMap<Box<[u32]>, u32> = HashMap::new();
        let minute = |at: i64| i32::try_from(at).unwrap_or(if at < 0 { i32::MIN } else { i32::MAX });
        for (index, row) in self.rows.into_iter().enumerate() {
            let path: Box<[u32]> = row.path.iter().filter_map(|id| snapshot.place_numbers.get(id).copied()).collect();
            let path_number = match paths.get(&path) {
                Some(&number) => number,
                None => {
                    let number = snapshot.path_places.len() as u32;
                    snapshot.path_places.push(path.clone());
                    paths.insert(path, number);
                    number
                }
            };
            snapshot.rows_by_seq.insert(row.seq, index as u32);
            snapshot.seqs.push(row.seq);
            snapshot.ids.push(row.id);
            snapshot.positions.push(row.position);
            snapshot.uncertainties_m.push(row.uncertainty_m as f32);
            snapshot.spans.push(row.span.map(|(start, end)| (minute(start), minute(end))));
            snapshot.coarse_times.push(row.coarse_time);
            snapshot.categories.push(snapshot.category_names.number(row.category));
            snapshot.sources.push(snapshot.source_names.number(row.source));
            snapshot.datasets.push(snapshot.dataset_names.number(row.dataset));
            snapshot.imports.push(snapshot.import_names.number(row.import));
            snapshot.statuses.push(row.status);
            snapshot.precisions.push(row.precision);
            snapshot.places.push(row.place.and_then(|id| snapshot.place_numbers.get(&id).copied()));
            snapshot.paths.push(path_number);
        }
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
        &self.category_names.names[self.categories[row.index()] as usize]
    }

    /// The dataset of a row.
    #[must_use]
    pub fn dataset(&self, row: Row) -> &str {
        &self.dataset_names.names[self.datasets[row.index()] as usize]
    }

    /// Every dataset, in order of name.
    #[must_use]
    pub fn datasets(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.dataset_names.names.iter().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// The outcome of a row's resolution.
    #[must_use]
    pub fn status(&self, row: Row) -> Status {
        self.statuses[row.index()]
    }

    /// What the location of a row stands for.
    #[must_use]
    pub fn precision(&self, row: Row) -> Precision {
        self.precisions[row.index()]
    }

    /// The place a row is drawn at.
    #[must_use]
    pub fn place(&self, row: Row) -> Option<&DrawnPlace> {
        self.places[row.index()].map(|number| &self.place_columns[number as usize].drawn)
    }

    /// All places that contain a row, country first, its own last.
    pub fn path(&self, row: Row) -> impl Iterator<Item = &DrawnPlace> {
        self.path_places[self.paths[row.index()] as usize]
            .iter()
            .map(|&number| &self.place_columns[number as usize].drawn)
    }

    /// The rows with these numbers of the store; unknown numbers are left out.
    #[must_use]
    pub fn rows_of(&self, seqs: impl Iterator<Item = i64>) -> RowSet {
        RowSet(seqs.filter_map(|seq| self.rows_by_seq.get(&seq).copied()).collect())
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
        match self.places[index] {
            Some(place) => Some(self.place_columns[place as usize].bbox),
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
    categories: Option<HashSet<u32>>,
    source: Option<Option<u32>>,
    dataset: Option<Option<u32>>,
    of_layer: Option<Option<u32>>,
    import: Option<Option<u32>>,
    within: Option<Option<u32>>,
    at_place: Option<Option<u32>>,
    places_in_bbox: Option<Vec<bool>>,
}

impl<'a> RowFilter<'a> {
    fn new(snapshot: &'a Snapshot, query: &'a FeatureQuery, found: Option<&'a RowSet>) -> Self {
        let number = |names: &Names, name: &Option<String>| name.as_ref().map(|name| names.numbers.get(name).copied());
        let place = |id: &PlaceId| snapshot.place_numbers.get(id).copied();
        Self {
            snapshot,
            query,
            found,
            span: query
                .datetime
                .map(|Interval { start, end }| (start.map_or(i64::MIN, minutes_of), end.map_or(i64::MAX, minutes_of))),
            categories: (!query.categories.is_empty()).then(|| {
                query.categories.iter().filter_map(|name| snapshot.category_names.numbers.get(name).copied()).collect()
            }),
            source: number(&snapshot.source_names, &query.source),
            dataset: number(&snapshot.dataset_names, &query.dataset),
            of_layer: number(&snapshot.dataset_names, &query.of_layer),
            import: number(&snapshot.import_names, &query.import),
            within: query.place.as_ref().map(place),
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
        let is = |wanted: Option<Option<u32>>, number: u32| wanted.is_none_or(|wanted| wanted == Some(number));
        if let Some(places_in_bbox) = &self.places_in_bbox {
            let inside = match (snapshot.places[index], snapshot.positions[index], self.query.bbox) {
                (Some(place), _, _) => places_in_bbox[place as usize],
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
            && (snapshot.places[index].is_some() || snapshot.positions[index] != Some(*at))
        {
            return false;
        }
        self.categories.as_ref().is_none_or(|wanted| wanted.contains(&snapshot.categories[index]))
            && self.query.precision.is_none_or(|coarsest| snapshot.precisions[index] <= coarsest)
            && (self.query.statuses.is_empty() || self.query.statuses.contains(&snapshot.statuses[index]))
            && is(self.source, snapshot.sources[index])
            && is(self.dataset, snapshot.datasets[index])
            && is(self.of_layer, snapshot.datasets[index])
            && is(self.import, snapshot.imports[index])
            && self.at_place.is_none_or(|wanted| wanted.is_some() && snapshot.places[index] == wanted)
            && self.within.is_none_or(|wanted| {
                wanted.is_some_and(|place| snapshot.path_places[snapshot.paths[index] as usize].contains(&place))
            })
            && (self.query.words.is_none() || self.found.is_some_and(|found| found.0.contains(&(index as u32))))
    }
}
