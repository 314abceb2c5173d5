//! One committed state of the store, ready for any question of a map.
//!
//! A snapshot never changes: a commit makes another one, which shares with it what stayed the same. It has one or more [`Segment`]s: the
//! large one is mapped from a file, the others hold what changed since. A row that was changed or taken back is dead in the older segment.

use super::clusters::RunSummary;
use super::segment::{Commit, LocationView, Run, Segment, UNDATED, page_order};
use super::world::WorldPoint;
use super::{After, DrawnPlace, FeatureQuery, Found, Names, Selection};
use crate::gazetteer::PlaceId;
use crate::geo::{Bbox, LonLat, Shape};
use crate::incident::{IncidentId, Precision, Status};
use crate::text;
use crate::text::stem::{self, Sought};
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::{Arc, OnceLock};

/// A row of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    pub(super) segment: u32,
    pub(super) index: u32,
}

/// A drawn place with what filters ask of it, worked out once.
#[derive(Debug)]
pub struct PlaceColumn {
    /// The store's number of this version of the place.
    pub(super) number: u32,
    pub(super) drawn: DrawnPlace,
    pub(super) shape: Option<Shape>,
    pub(super) bbox: Bbox,
}

/// An import as layers know it.
#[derive(Debug, Clone)]
pub struct ImportColumn {
    /// Its id.
    pub id: String,
    /// `"import":…,"file":…,"row":` as it stands in its features.
    pub origin: String,
}

/// The small tables of the store by their numbers. They only grow.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    names: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
    imports: Vec<Option<Arc<ImportColumn>>>,
    import_numbers: HashMap<String, u32>,
    places: Vec<Option<Arc<PlaceColumn>>>,
}

impl Tables {
    /// Takes a category, source or dataset.
    pub fn name(&mut self, number: u32, name: &str) {
        let name: Arc<str> = name.into();
        let index = number as usize;
        if self.names.len() <= index {
            self.names.resize(index + 1, "".into());
        }
        self.names[index] = Arc::clone(&name);
        self.numbers.insert(name, number);
    }

    /// Takes an import.
    pub fn import(&mut self, number: u32, import: ImportColumn) {
        self.import_numbers.insert(import.id.clone(), number);
        put(&mut self.imports, number, import);
    }

    /// Takes a version of a place.
    pub fn drawn_place(&mut self, number: u32, drawn: DrawnPlace) {
        let shape = drawn.shape();
        let bbox = shape.as_ref().map_or_else(|| Bbox::of(drawn.position), Shape::bbox);
        put(&mut self.places, number, PlaceColumn { number, drawn, shape, bbox });
    }

    /// The number of a name.
    #[must_use]
    pub fn number_of(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The highest numbers of names, imports and places.
    #[must_use]
    pub fn last_numbers(&self) -> (u32, u32, u32) {
        let last = |length: usize| length.saturating_sub(1) as u32;
        (last(self.names.len()), last(self.imports.len()), last(self.places.len()))
    }

    pub(super) fn name_of(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", |name| name)
    }

    pub(super) fn import_of(&self, number: u32) -> Option<&ImportColumn> {
        self.imports.get(number as usize)?.as_deref()
    }

    pub(super) fn place(&self, number: u32) -> Option<&PlaceColumn> {
        self.places.get(number as usize)?.as_deref()
    }
}

fn put<T>(table: &mut Vec<Option<Arc<T>>>, number: u32, value: T) {
    let index = number as usize;
    if table.len() <= index {
        table.resize_with(index + 1, || None);
    }
    table[index] = Some(Arc::new(value));
}

/// Which version of each place is shown: of several that incidents lie in the newest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shown(BTreeMap<u32, u32>);

impl Shown {
    /// Of the versions that are used.
    pub(super) fn of(tables: &Tables, used: impl Iterator<Item = u32>) -> Self {
        let used: BTreeSet<u32> = used.collect();
        let mut newest: HashMap<&PlaceId, u32> = HashMap::default();
        for &number in &used {
            if let Some(place) = tables.place(number) {
                newest.insert(&place.drawn.id, number);
            }
        }
        let replaced = used.iter().filter_map(|&number| {
            let newest = *newest.get(&tables.place(number)?.drawn.id)?;
            (newest != number).then_some((number, newest))
        });
        Self(replaced.collect())
    }

    /// The version that is shown for another one.
    pub(super) fn number(&self, version: u32) -> u32 {
        self.0.get(&version).copied().unwrap_or(version)
    }

    /// The same for the same replacements; 0 for none (FNV-1a).
    pub(super) fn fingerprint(&self) -> u64 {
        let numbers = self.0.iter().flat_map(|(from, to)| [*from, *to]);
        let mut hash = if self.0.is_empty() { 0 } else { 0xcbf2_9ce4_8422_2325_u64 };
        for byte in numbers.flat_map(u32::to_le_bytes) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        hash
    }
}

/// What counting asks of a location.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brief {
    pub(super) status: Status,
    pub(super) precision: Precision,
    /// The version of the place it is drawn at that is shown; 0 when it is drawn at its position.
    pub(super) place: u32,
}

/// What the live rows of a segment use.
#[derive(Debug, Clone, Default)]
struct Uses {
    by_dataset: BTreeMap<u32, u32>,
    by_location: Vec<u32>,
}

/// A segment with the rows of it that are still so.
#[derive(Clone)]
pub(super) struct LiveSegment {
    pub(super) segment: Arc<Segment>,
    /// None when all rows live.
    dead: Option<Arc<Dead>>,
    live: usize,
    uses: Arc<Uses>,
    /// By run, what clusters count of all of its rows, dead or not: worked out when it is asked for first.
    summaries: Arc<OnceLock<Vec<RunSummary>>>,
}

/// Rows that are no longer so.
#[derive(Clone)]
struct Dead {
    /// By row, one bit.
    rows: Vec<u64>,
    /// By run, whether it has such rows.
    runs: Vec<bool>,
}

impl LiveSegment {
    fn new(segment: Arc<Segment>) -> Self {
        let uses = Uses {
            by_dataset: segment.used_datasets().iter().map(|[dataset, count]| (*dataset, *count)).collect(),
            by_location: segment.used_locations().to_vec(),
        };
        Self { live: segment.len(), dead: None, uses: Arc::new(uses), summaries: Arc::default(), segment }
    }

    /// The segment without rows whose numbers lie in these ranges.
    fn without(&self, ranges: &[RangeInclusive<i64>]) -> Self {
        let mut dead: Option<Dead> = None;
        let mut left = self.clone();
        for range in ranges {
            for &row in self.segment.rows_of_seqs(range) {
                let dead = dead.get_or_insert_with(|| match &self.dead {
                    Some(dead) => Dead::clone(dead),
                    None => Dead {
                        rows: vec![0; self.segment.len().div_ceil(64)],
                        runs: vec![false; self.segment.runs().len()],
                    },
                });
                let (word, bit) = (row as usize / 64, 1 << (row % 64));
                if dead.rows[word] & bit > 0 {
                    continue;
                }
                dead.rows[word] |= bit;
                let run = self.segment.runs().partition_point(|run| run.rows().end <= row);
                dead.runs[run] = true;
                left.live -= 1;
                let uses = Arc::make_mut(&mut left.uses);
                uses.by_location[self.segment.locations()[row as usize] as usize] -= 1;
                let dataset = self.segment.datasets()[row as usize];
                if let Some(count) = uses.by_dataset.get_mut(&dataset) {
                    *count -= 1;
                }
                uses.by_dataset.retain(|_, count| *count > 0);
            }
        }
        if let Some(dead) = dead {
            left.dead = Some(Arc::new(dead));
        }
        left
    }

    pub(super) fn is_dead(&self, row: u32) -> bool {
        self.dead.as_ref().is_some_and(|dead| dead.rows[row as usize / 64] & (1 << (row % 64)) > 0)
    }

    /// Whether a run has rows that are no longer so.
    pub(super) fn has_dead(&self, run: u32) -> bool {
        self.dead.as_ref().is_some_and(|dead| dead.runs[run as usize])
    }

    /// By run, what clusters count of all of its rows.
    pub(super) fn summaries(&self, make: impl FnOnce() -> Vec<RunSummary>) -> &[RunSummary] {
        self.summaries.get_or_init(make)
    }
}

/// See the module.
#[derive(Clone)]
pub struct Snapshot {
    commit: Commit,
    tables: Arc<Tables>,
    pub(super) segments: Vec<LiveSegment>,
    shown: Shown,
    /// By location.
    briefs: Arc<[Brief]>,
    /// By id, the number of the version that is shown.
    places: Arc<HashMap<PlaceId, u32>>,
    /// The datasets that have incidents, in order of name.
    datasets: Vec<u32>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let segments: Vec<usize> = self.segments.iter().map(|live| live.live).collect();
        f.debug_struct("Snapshot").field("commit", &self.commit).field("segments", &segments).finish_non_exhaustive()
    }
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            commit: Commit::default(),
            tables: Arc::default(),
            segments: Vec::new(),
            shown: Shown::default(),
            briefs: [].into(),
            places: Arc::default(),
            datasets: Vec::new(),
        }
    }
}

impl Snapshot {
    /// The state that these segments make up, the oldest first.
    #[must_use]
    pub fn of(commit: Commit, tables: Arc<Tables>, segments: Vec<Arc<Segment>>) -> Self {
        Self::assemble(commit, tables, segments.into_iter().map(LiveSegment::new).collect())
    }

    /// The state after a commit: rows whose numbers lie in `changed` are those of `fresh` and no longer the earlier ones. `None` when it
    /// has to be made anew, because a place is drawn otherwise than when the boxes were measured.
    #[must_use]
    pub fn with(
        &self,
        commit: Commit,
        tables: Arc<Tables>,
        changed: &[RangeInclusive<i64>],
        fresh: Option<Arc<Segment>>,
    ) -> Option<Self> {
        let mut segments: Vec<LiveSegment> = self.segments.iter().map(|live| live.without(changed)).collect();
        segments.extend(fresh.map(LiveSegment::new));
        Some(Self::assemble(commit, tables, segments)).filter(Self::is_measured)
    }

    /// The segments that have to be put together with the next `rows` rows into one, so that their number stays small: those from here on.
    /// Each segment is at least twice as large as all that come after it.
    #[must_use]
    pub fn merged_from(&self, rows: usize) -> usize {
        let mut from = self.segments.len();
        let mut newer = rows;
        while from > 1 && self.segments[from - 1].segment.len() < 2 * newer {
            from -= 1;
            newer += self.segments[from].segment.len();
        }
        from
    }

    /// The first `count` segments with their dead rows, and the numbers of the live rows of the others.
    #[must_use]
    pub fn split_at(&self, count: usize) -> (Self, Vec<i64>) {
        let mut kept = self.clone();
        let mut seqs = Vec::new();
        for live in kept.segments.drain(count..) {
            let rows = (0..live.segment.len() as u32).filter(|row| !live.is_dead(*row));
            seqs.extend(rows.map(|row| i64::from(live.segment.seqs()[row as usize])));
        }
        seqs.sort_unstable();
        (kept, seqs)
    }

    fn assemble(commit: Commit, tables: Arc<Tables>, segments: Vec<LiveSegment>) -> Self {
        let mut snapshot = Self { commit, tables: Arc::clone(&tables), segments, ..Self::default() };
        let mut used = BTreeSet::new();
        let mut datasets = BTreeSet::new();
        for live in &snapshot.segments {
            for (number, _) in (0..).zip(&live.uses.by_location).filter(|(_, count)| **count > 0) {
                let location = snapshot.location(number);
                used.extend(location.path.iter().copied().chain(location.place));
            }
            datasets.extend(live.uses.by_dataset.keys().copied());
        }
        snapshot.shown = Shown::of(&tables, used.iter().copied());
        let brief = |number: u32| {
            let location = snapshot.location(number);
            let place = location.place.map_or(0, |place| snapshot.shown.number(place));
            Brief { status: location.status, precision: location.precision, place }
        };
        snapshot.briefs = (0..snapshot.next_location()).map(brief).collect();
        let place = |number: &u32| {
            let shown = snapshot.shown.number(*number);
            Some((tables.place(shown)?.drawn.id.clone(), shown))
        };
        snapshot.places = Arc::new(used.iter().filter_map(place).collect());
        snapshot.datasets = datasets.into_iter().collect();
        snapshot.datasets.sort_unstable_by(|a, b| tables.name_of(*a).cmp(tables.name_of(*b)));
        snapshot
    }

    /// Whether the boxes of its segments were measured with the places that are shown.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        let shown = self.shown.fingerprint();
        self.segments.iter().all(|live| live.segment.shown() == shown)
    }

    /// Which commit of the store it shows.
    #[must_use]
    pub fn commit(&self) -> Commit {
        self.commit
    }

    /// The same state under the number of a later commit that changed none of its rows.
    #[must_use]
    pub fn at(&self, commit: Commit, tables: Arc<Tables>) -> Self {
        Self { commit, tables, ..self.clone() }
    }

    /// The small tables.
    #[must_use]
    pub fn tables(&self) -> &Arc<Tables> {
        &self.tables
    }

    pub(super) fn shown(&self) -> &Shown {
        &self.shown
    }

    /// Which commit of the store it shows, as a number.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.commit.generation
    }

    /// All incidents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments.iter().map(|live| live.live).sum()
    }

    /// Whether there is no incident.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The segments.
    pub fn segments(&self) -> impl Iterator<Item = &Arc<Segment>> {
        self.segments.iter().map(|live| &live.segment)
    }

    /// The number after that of the last location.
    #[must_use]
    pub fn next_location(&self) -> u32 {
        self.segments().map(|segment| segment.location_numbers().end).max().unwrap_or(1).max(1)
    }

    pub(super) fn segment(&self, row: Row) -> &Segment {
        &self.segments[row.segment as usize].segment
    }

    pub(super) fn runs(&self) -> impl Iterator<Item = (u32, &LiveSegment, &Run)> {
        (0..)
            .zip(&self.segments)
            .flat_map(|(number, live)| live.segment.runs().iter().map(move |run| (number, live, run)))
    }

    /// The store's number of a row.
    #[must_use]
    pub fn seq(&self, row: Row) -> i64 {
        i64::from(self.segment(row).seqs()[row.index as usize])
    }

    /// The id of a row.
    #[must_use]
    pub fn id(&self, row: Row) -> IncidentId {
        self.segment(row).id(row.index)
    }

    /// The mark after which the next page goes on.
    #[must_use]
    pub fn after(&self, row: Row) -> After {
        self.segment(row).mark(row.index)
    }

    /// The location of a row.
    #[must_use]
    pub fn position(&self, row: Row) -> Option<LonLat> {
        let segment = self.segment(row);
        let (lon, lat) = (segment.lons()[row.index as usize], segment.lats()[row.index as usize]);
        (!lon.is_nan()).then_some(LonLat { lon, lat })
    }

    /// Where a row lies on the square of Web Mercator; the corner when it is unlocated.
    #[must_use]
    pub fn world_point(&self, row: Row) -> WorldPoint {
        let segment = self.segment(row);
        WorldPoint { x: segment.world_xs()[row.index as usize], y: segment.world_ys()[row.index as usize] }
    }

    /// Metres around the position of a row; `None` when it has none.
    #[must_use]
    pub fn uncertainty_m(&self, row: Row) -> Option<f64> {
        let given = self.segment(row).uncertainties_m()[row.index as usize];
        if given.is_nan() { self.location_of(row).uncertainty_m } else { Some(given) }
    }

    /// First and last minute of a row.
    #[must_use]
    pub fn span(&self, row: Row) -> Option<(i64, i64)> {
        let segment = self.segment(row);
        let start = segment.starts()[row.index as usize];
        (start != UNDATED).then(|| (i64::from(start), i64::from(segment.ends()[row.index as usize])))
    }

    /// The category of a row.
    #[must_use]
    pub fn category(&self, row: Row) -> &str {
        self.tables.name_of(self.category_number(row))
    }

    /// The number of the category of a row.
    #[must_use]
    pub fn category_number(&self, row: Row) -> u32 {
        self.segment(row).categories()[row.index as usize]
    }

    /// A name by its number.
    #[must_use]
    pub fn name(&self, number: u32) -> &str {
        self.tables.name_of(number)
    }

    /// The dataset of a row.
    #[must_use]
    pub fn dataset(&self, row: Row) -> &str {
        self.tables.name_of(self.segment(row).datasets()[row.index as usize])
    }

    pub(super) fn import_number(&self, row: Row) -> u32 {
        self.segment(row).imports()[row.index as usize]
    }

    /// Every dataset, in order of name.
    #[must_use]
    pub fn datasets(&self) -> Vec<&str> {
        self.datasets.iter().map(|number| self.tables.name_of(*number)).collect()
    }

    /// The ids of these imports.
    #[must_use]
    pub fn import_ids(&self, imports: &BTreeSet<u32>) -> Vec<&str> {
        imports.iter().filter_map(|import| Some(self.tables.import_of(*import)?.id.as_str())).collect()
    }

    pub(super) fn brief(&self, location: u32) -> Brief {
        let unknown = Brief { status: Status::Unresolved, precision: Precision::Unlocated, place: 0 };
        self.briefs.get(location as usize).copied().unwrap_or(unknown)
    }

    /// The outcome of a row's resolution.
    #[must_use]
    pub fn status(&self, row: Row) -> Status {
        self.brief(self.location_number(row)).status
    }

    /// What the location of a row stands for.
    #[must_use]
    pub fn precision(&self, row: Row) -> Precision {
        self.brief(self.location_number(row)).precision
    }

    /// The number of the location of a row.
    #[must_use]
    pub fn location_number(&self, row: Row) -> u32 {
        self.segment(row).locations()[row.index as usize]
    }

    /// The place a row is drawn at.
    #[must_use]
    pub fn place(&self, row: Row) -> Option<&DrawnPlace> {
        self.drawn_at(self.location_number(row))
    }

    /// The place that a location is drawn at.
    pub(super) fn drawn_at(&self, location: u32) -> Option<&DrawnPlace> {
        self.tables.place(self.brief(location).place).map(|column| &column.drawn)
    }

    /// All places that contain a row, country first, its own last.
    pub fn path(&self, row: Row) -> impl Iterator<Item = &DrawnPlace> {
        self.path_of(&self.location_of(row))
    }

    pub(super) fn path_of<'a>(&'a self, location: &LocationView<'a>) -> impl Iterator<Item = &'a DrawnPlace> + use<'a> {
        location.path.iter().filter_map(|&number| Some(&self.place_column(number)?.drawn))
    }

    pub(super) fn location_of(&self, row: Row) -> LocationView<'_> {
        self.location(self.location_number(row))
    }

    /// A location by its number; of one that is unknown nothing is.
    pub(super) fn location(&self, number: u32) -> LocationView<'_> {
        let nowhere = LocationView {
            status: Status::Unresolved,
            precision: Precision::Unlocated,
            uncertainty_m: None,
            place: None,
            path: &[],
            properties: b"",
        };
        self.segments().find_map(|segment| segment.location(number)).unwrap_or(nowhere)
    }

    pub(super) fn position_of_location(&self, number: u32) -> Option<LonLat> {
        self.segments().find_map(|segment| segment.position_of_location(number))
    }

    /// The version of a place that is shown.
    pub(super) fn place_column(&self, number: u32) -> Option<&PlaceColumn> {
        self.tables.place(self.shown.number(number))
    }

    /// The number of the place with this id.
    pub(super) fn place_number(&self, id: &PlaceId) -> Option<u32> {
        self.places.get(id).copied()
    }

    /// The incidents in whose places' names is a word that is looked for; more are added by [`Found::add`].
    #[must_use]
    pub fn named(&self, sought: &Sought) -> Found {
        let is_named = |number: u32| {
            let Some(place) = self.place_column(number) else { return false };
            let Names { ru, kk, en, uk } = &place.drawn.names;
            let words = [ru, kk, en, uk].into_iter().flatten().flat_map(|name| text::words(name));
            words.into_iter().any(|word| sought.finds(&stem::key(&word)))
        };
        let named: BTreeSet<u32> = self.places.values().copied().filter(|number| is_named(*number)).collect();
        let has_name = |number: u32| {
            let location = self.location(number);
            location.path.iter().any(|place| named.contains(&self.shown.number(*place)))
        };
        Found::new(self, (0..self.next_location()).map(has_name).collect())
    }

    /// The row of this incident.
    #[must_use]
    pub fn row_of_id(&self, id: IncidentId) -> Option<Row> {
        self.find(|segment| segment.row_of_id(id))
    }

    /// The row with this number of the store.
    #[must_use]
    pub fn row_of_seq(&self, seq: i64) -> Option<Row> {
        self.find(|segment| segment.row_of_seq(seq))
    }

    fn find(&self, find: impl Fn(&Segment) -> Option<u32>) -> Option<Row> {
        (0..).zip(&self.segments).find_map(|(segment, live)| {
            let index = find(&live.segment).filter(|index| !live.is_dead(*index))?;
            Some(Row { segment, index })
        })
    }

    /// Whether an incident lies or lay in a place with this id.
    #[must_use]
    pub fn has_place(&self, id: &PlaceId) -> bool {
        self.places.contains_key(id)
    }

    /// Whether it knows an import with this id.
    #[must_use]
    pub fn has_import(&self, id: &str) -> bool {
        self.import_of_id(id).is_some()
    }

    /// The number of the import with this id.
    pub(super) fn import_of_id(&self, id: &str) -> Option<u32> {
        self.tables.import_numbers.get(id).copied()
    }

    /// The rows that pass the query. `found` is what the store's word search gave for `query.words`; with words and without it nothing
    /// passes.
    #[must_use]
    pub fn select(&self, query: &FeatureQuery, found: &[Found]) -> Selection<'_> {
        Selection::new(self, query, found)
    }

    /// The dated rows that begin within these minutes, both included, newest first within each segment.
    pub fn starting(&self, first: i64, last: i64) -> impl Iterator<Item = Row> + '_ {
        (0..).zip(&self.segments).flat_map(move |(number, live)| {
            let (by_rank, starts) = (live.segment.by_rank(), live.segment.starts());
            let start = |row: &u32| i64::from(starts[*row as usize]);
            let from = by_rank.partition_point(|row| start(row) > last);
            let to = by_rank.partition_point(|row| start(row) >= first.max(i64::from(UNDATED) + 1));
            let rows = by_rank[from..to.max(from)].iter().copied().filter(|row| !live.is_dead(*row));
            rows.map(move |index| Row { segment: number, index })
        })
    }

    /// The order of pages.
    #[must_use]
    pub fn page_order(&self, a: Row, b: Row) -> std::cmp::Ordering {
        page_order(self.after(a), self.after(b))
    }
}
