//! Which rows of a snapshot pass a filter, and in which order they are shown.

use super::segment::{Run, RunKind, Segment, page_order};
use super::snapshot::LiveSegment;
use super::world::{Cell, WorldPoint};
use super::{After, FeatureQuery, LocatedAt, Row, Snapshot};
use crate::gazetteer::PlaceId;
use crate::geo::{Bbox, LonLat};
use crate::time::{Interval, minutes_of};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

/// The rows that a word search found for one word.
#[derive(Debug, Clone)]
pub struct Found {
    /// By location, whether the name of a place there has the word.
    named: Vec<bool>,
    /// By segment and row, one bit.
    bits: Vec<Vec<u64>>,
}

impl Found {
    pub(super) fn new(snapshot: &Snapshot, named: Vec<bool>) -> Self {
        Self { named, bits: snapshot.segments().map(|segment| vec![0; segment.len().div_ceil(64)]).collect() }
    }

    /// Takes of the incidents with these numbers of the store those that are as this import left them.
    pub fn add(&mut self, snapshot: &Snapshot, import: &str, seqs: impl Iterator<Item = i64>) {
        let Some(import) = snapshot.import_of_id(import) else { return };
        for row in seqs.filter_map(|seq| snapshot.row_of_seq(seq)) {
            if snapshot.import_number(row) == import {
                self.bits[row.segment as usize][row.index as usize / 64] |= 1 << (row.index % 64);
            }
        }
    }

    /// Takes the incidents at these places and inside them.
    pub fn add_places<'p>(&mut self, snapshot: &Snapshot, ids: impl Iterator<Item = &'p PlaceId>) {
        let numbers: BTreeSet<u32> = ids.filter_map(|id| snapshot.place_number(id)).collect();
        if numbers.is_empty() {
            return;
        }
        for (location, named) in (0..).zip(&mut self.named) {
            let path = snapshot.location(location).path;
            *named |= path.iter().any(|step| numbers.contains(&snapshot.shown().number(*step)));
        }
    }

    fn has(&self, segment: u32, row: u32, location: u32) -> bool {
        self.bits[segment as usize][row as usize / 64] & (1 << (row % 64)) > 0
            || self.named.get(location as usize).copied().unwrap_or(false)
    }
}

/// Rows of one run.
#[derive(Debug, Clone)]
enum Rows {
    /// All between two.
    All(Range<u32>),
    /// Some, in their order.
    Some(Vec<u32>),
}

impl Rows {
    /// These and further ones, which come after all of them.
    fn and(self, further: Range<u32>) -> Self {
        match self {
            rows if further.is_empty() => rows,
            Self::All(range) if range.is_empty() => Self::All(further),
            Self::All(range) if range.end == further.start => Self::All(range.start..further.end),
            Self::All(range) => Self::Some(range.chain(further).collect()),
            Self::Some(mut rows) => {
                rows.extend(further);
                Self::Some(rows)
            }
        }
    }
}

#[derive(Debug, Clone)]
struct Pick {
    segment: u32,
    run: u32,
    rows: Rows,
}

/// The rows that pass a filter.
pub struct Selection<'a> {
    snapshot: &'a Snapshot,
    picks: Vec<Pick>,
    len: usize,
}

/// Rows up to which a page is found by sorting all of them; of more by going through the order of the segment.
const SORTED_ROWS: usize = 16_384;

impl<'a> Selection<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, query: &FeatureQuery, found: &[Found]) -> Self {
        let of_layer = query.of_layer.as_deref().map(|layer| RowFilter::new(snapshot, layer, &[]));
        let filter = RowFilter::new(snapshot, query, found);
        let mut picks = Vec::new();
        let mut len = 0;
        // Words without what was found for them find nothing.
        if query.all_words().map(|words| words.as_slice().len()).sum::<usize>() != found.len() {
            return Self { snapshot, picks, len };
        }
        for (segment, live) in (0..).zip(&snapshot.segments) {
            for (number, run) in (0..).zip(live.segment.runs()) {
                let Some(rows) = filter.pick(segment, live, number, run, None) else { continue };
                let rows = match &of_layer {
                    Some(layer) => layer.pick(segment, live, number, run, Some(rows)),
                    None => Some(rows),
                };
                let Some(rows) = rows else { continue };
                let count = match &rows {
                    Rows::All(range) => range.len(),
                    Rows::Some(rows) => rows.len(),
                };
                if count > 0 {
                    len += count;
                    picks.push(Pick { segment, run: number, rows });
                }
            }
        }
        Self { snapshot, picks, len }
    }

    /// The snapshot whose rows they are.
    #[must_use]
    pub fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many are unlocated.
    #[must_use]
    pub fn unlocated(&self) -> usize {
        self.stretches().filter(|stretch| stretch.run.kind() == RunKind::Unlocated).map(|s| s.len()).sum()
    }

    /// How many are undated.
    #[must_use]
    pub fn undated(&self) -> usize {
        let undated = |stretch: Stretch<'_>| {
            let (rows, dated) = (stretch.run.rows(), stretch.run.dated());
            match stretch.rows {
                Rows::All(range) => range.end.min(rows.end).saturating_sub(range.start.max(dated.end)) as usize,
                Rows::Some(rows) => rows.len() - rows.partition_point(|row| *row < dated.end),
            }
        };
        self.stretches().map(undated).sum()
    }

    /// The rows without a location.
    #[must_use]
    pub fn only_unlocated(mut self) -> Self {
        let snapshot = self.snapshot;
        let kind = |pick: &Pick| snapshot.segments[pick.segment as usize].segment.runs()[pick.run as usize].kind();
        self.picks.retain(|pick| kind(pick) == RunKind::Unlocated);
        self.len = self.stretches().map(|stretch| stretch.len()).sum();
        self
    }

    /// The rows run by run.
    pub(super) fn stretches(&self) -> impl Iterator<Item = Stretch<'_>> {
        self.picks.iter().map(|pick| {
            let segment = &self.snapshot.segments[pick.segment as usize].segment;
            let run = &segment.runs()[pick.run as usize];
            Stretch { number: pick.segment, run_number: pick.run, segment, run, rows: &pick.rows }
        })
    }

    /// The rows in no order that means anything.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.stretches().flat_map(|stretch| {
            let number = stretch.number;
            stretch.indexes().map(move |index| Row { segment: number, index })
        })
    }

    /// Up to `limit` rows in page order, those after the mark.
    #[must_use]
    pub fn page(&self, after: Option<After>, limit: usize) -> Vec<Row> {
        let mut page: Vec<Row> = Vec::new();
        for number in 0..self.snapshot.segments.len() as u32 {
            let rows = self.page_of(number, after, limit).into_iter();
            page.extend(rows.map(|index| Row { segment: number, index }));
        }
        if self.snapshot.segments.len() > 1 {
            page.sort_by(|a, b| self.snapshot.page_order(*a, *b));
            page.truncate(limit);
        }
        page
    }

    /// Up to `limit` rows of one segment.
    fn page_of(&self, number: u32, after: Option<After>, limit: usize) -> Vec<u32> {
        let segment = &self.snapshot.segments[number as usize].segment;
        let (ranks, by_rank) = (segment.ranks(), segment.by_rank());
        let first = after.map_or(0, |after| {
            by_rank.partition_point(|&row| page_order(segment.mark(row), after) != std::cmp::Ordering::Greater)
        });
        let own = || self.stretches().filter(|stretch| stretch.number == number);
        let count: usize = own().map(|stretch| stretch.len()).sum();
        if count > SORTED_ROWS {
            let mut bits = vec![0u64; segment.len().div_ceil(64)];
            for stretch in own() {
                stretch.mark_in(&mut bits);
            }
            let is_in = |row: &&u32| bits[**row as usize / 64] & (1 << (**row % 64)) > 0;
            return by_rank[first..].iter().filter(is_in).take(limit).copied().collect();
        }
        let mut found: Vec<u32> = Vec::with_capacity(count);
        for stretch in own() {
            found.extend(stretch.indexes().map(|row| ranks[row as usize]).filter(|rank| *rank as usize >= first));
        }
        if found.len() > limit {
            found.select_nth_unstable(limit);
            found.truncate(limit);
        }
        found.sort_unstable();
        found.into_iter().map(|rank| by_rank[rank as usize]).collect()
    }

    /// All rows in page order, piece by piece.
    #[must_use]
    pub fn walk(&self) -> Walk<'a> {
        let marked = |(number, live): (u32, &'a LiveSegment)| {
            let mut bits = vec![0u64; live.segment.len().div_ceil(64)];
            self.stretches().filter(|stretch| stretch.number == number).for_each(|stretch| stretch.mark_in(&mut bits));
            SegmentWalk { number, segment: &live.segment, bits, next: 0 }
        };
        Walk { snapshot: self.snapshot, segments: (0..).zip(&self.snapshot.segments).map(marked).collect() }
    }

    /// The numbers of the imports that brought or changed the rows last.
    #[must_use]
    pub fn imports(&self) -> BTreeSet<u32> {
        let mut imports = BTreeSet::new();
        for stretch in self.stretches() {
            let column = stretch.segment.imports();
            let mut last = None;
            for index in stretch.indexes() {
                let import = column[index as usize];
                if last != Some(import) {
                    last = Some(import);
                    imports.insert(import);
                }
            }
        }
        imports
    }

    /// Whether a row is among them.
    #[must_use]
    pub fn holds(&self, row: Row) -> bool {
        self.stretches().filter(|stretch| stretch.number == row.segment).any(|stretch| match stretch.rows {
            Rows::All(range) => range.contains(&row.index),
            Rows::Some(rows) => rows.binary_search(&row.index).is_ok(),
        })
    }
}

/// The rows of a selection on the way from the newest to the last.
pub struct Walk<'a> {
    snapshot: &'a Snapshot,
    segments: Vec<SegmentWalk<'a>>,
}

struct SegmentWalk<'a> {
    number: u32,
    segment: &'a Segment,
    /// By row, whether it is selected.
    bits: Vec<u64>,
    /// The next place in page order.
    next: usize,
}

impl SegmentWalk<'_> {
    /// The next selected row, without going on.
    fn peek(&mut self) -> Option<Row> {
        let by_rank = self.segment.by_rank();
        while let Some(&index) = by_rank.get(self.next) {
            if self.bits[index as usize / 64] & (1 << (index % 64)) > 0 {
                return Some(Row { segment: self.number, index });
            }
            self.next += 1;
        }
        None
    }
}

impl Walk<'_> {
    /// Up to `limit` further rows; none when all were given.
    pub fn next(&mut self, limit: usize) -> Vec<Row> {
        let mut rows = Vec::with_capacity(limit.min(4_096));
        while rows.len() < limit {
            let snapshot = self.snapshot;
            let firsts = self.segments.iter_mut().filter_map(|walk| walk.peek().map(|row| (row, walk)));
            // Of one segment there is nothing to compare, and there is mostly one.
            let Some((row, walk)) = firsts.reduce(|a, b| if snapshot.page_order(a.0, b.0).is_le() { a } else { b })
            else {
                break;
            };
            walk.next += 1;
            rows.push(row);
        }
        rows
    }
}

/// The selected rows of one run.
pub(super) struct Stretch<'a> {
    pub(super) number: u32,
    pub(super) run_number: u32,
    pub(super) segment: &'a Segment,
    pub(super) run: &'a Run,
    rows: &'a Rows,
}

impl<'a> Stretch<'a> {
    pub(super) fn len(&self) -> usize {
        match self.rows {
            Rows::All(range) => range.len(),
            Rows::Some(rows) => rows.len(),
        }
    }

    /// Whether these are all rows of the run.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.rows, Rows::All(range) if *range == self.run.rows())
    }

    pub(super) fn indexes(&self) -> impl Iterator<Item = u32> + use<'a> {
        let (range, rows) = match self.rows {
            Rows::All(range) => (range.clone(), &[][..]),
            Rows::Some(rows) => (0..0, rows.as_slice()),
        };
        range.chain(rows.iter().copied())
    }

    fn mark_in(&self, bits: &mut [u64]) {
        match self.rows {
            Rows::All(range) => {
                let (mut row, end) = (range.start, range.end);
                while row < end {
                    let (word, bit) = (row as usize / 64, row % 64);
                    let last = (end - row).min(64 - bit);
                    let ones = if last == 64 { u64::MAX } else { (1 << last) - 1 };
                    bits[word] |= ones << bit;
                    row += last;
                }
            }
            Rows::Some(rows) => rows.iter().for_each(|row| bits[*row as usize / 64] |= 1 << (row % 64)),
        }
    }
}

/// A query translated into the numbers of one snapshot.
struct RowFilter<'a> {
    snapshot: &'a Snapshot,
    bbox: Option<Bbox>,
    cell: Option<Cell>,
    span: Option<(i64, i64)>,
    categories: Option<Vec<u32>>,
    source: Option<u32>,
    dataset: Option<u32>,
    import: Option<u32>,
    /// By location, whether its incidents pass.
    locations: Option<Vec<bool>>,
    at_position: Option<LonLat>,
    found: &'a [Found],
    /// Something is asked for that nothing has.
    is_void: bool,
    /// By place, whether what is drawn of it meets the box, as far as it was asked.
    meets: RefCell<Vec<Option<bool>>>,
}

impl<'a> RowFilter<'a> {
    fn new(snapshot: &'a Snapshot, query: &FeatureQuery, found: &'a [Found]) -> Self {
        let tables = snapshot.tables();
        let mut is_void = false;
        let mut number = |name: &Option<String>| {
            let name = name.as_ref()?;
            let known = tables.number_of(name);
            is_void |= known.is_none();
            known
        };
        let source = number(&query.source);
        let dataset = number(&query.dataset);
        let import = query.import.as_ref().map(|id| snapshot.import_of_id(id).unwrap_or(u32::MAX));
        Self {
            snapshot,
            bbox: query.bbox,
            cell: query.cell,
            span: query
                .datetime
                .map(|Interval { start, end }| (start.map_or(i64::MIN, minutes_of), end.map_or(i64::MAX, minutes_of))),
            categories: (!query.categories.is_empty())
                .then(|| query.categories.iter().filter_map(|name| tables.number_of(name)).collect()),
            source,
            dataset,
            import,
            locations: locations(snapshot, query),
            at_position: match &query.located_at {
                Some(LocatedAt::Position(at)) => Some(*at),
                Some(LocatedAt::Place(_)) | None => None,
            },
            found,
            is_void,
            meets: RefCell::default(),
        }
    }

    /// The rows of a run that pass; of those that another filter left, if there are any.
    fn pick(&self, segment: u32, live: &LiveSegment, number: u32, run: &Run, left: Option<Rows>) -> Option<Rows> {
        if self.is_void {
            return None;
        }
        let columns = &*live.segment;
        let mut is_inside = true;
        if let Some(bbox) = self.bbox
            && run.kind() != RunKind::Unlocated
        {
            if !bbox.intersects(&run.bbox()) {
                return None;
            }
            is_inside = bbox.contains(&run.bbox());
        }
        // Rows of a wide place lie in the same cell, but which one the run does not say.
        let mut is_in_cell = true;
        if let Some(cell) = self.cell {
            match run.cell() {
                Some(own) if cell.contains(own) => {}
                Some(own) if !own.contains(cell) => return None,
                _ if run.kind() == RunKind::Unlocated => return None,
                _ => is_in_cell = false,
            }
        }
        if self.at_position.is_some_and(|at| run.kind() == RunKind::Unlocated || !run.bbox().holds(at)) {
            return None;
        }
        let mut range = run.rows();
        let mut undated = range.end..range.end;
        // Rows from this one on began before the interval; it counts when they ended.
        let mut to_check = range.end;
        if let Some((first, last)) = self.span {
            let dated = run.dated();
            let starts = &columns.starts()[dated.start as usize..dated.end as usize];
            let at = |bound: i64| dated.start + starts.partition_point(|start| i64::from(*start) >= bound) as u32;
            range = at(last.saturating_add(1))..at(first.saturating_sub(run.longest()));
            to_check = at(first);
            undated.start = dated.end;
        }
        if range.is_empty() && undated.is_empty() {
            return None;
        }
        let (ends, first) = (columns.ends(), self.span.map_or(i64::MIN, |(first, _)| first));
        let lasts = |row: u32| row < to_check || i64::from(ends[row as usize]) >= first;
        let mut rows = match left.filter(|left| !matches!(left, Rows::All(all) if *all == run.rows())) {
            Some(left) => narrow(left, |row| (range.contains(&row) && lasts(row)) || undated.contains(&row)),
            None if to_check < range.end => narrow(Rows::All(range), lasts).and(undated),
            None => Rows::All(range).and(undated),
        };
        if let (false, Some(bbox)) = (is_inside, self.bbox) {
            rows = self.in_box(rows, columns, run, bbox);
        }
        if let (false, Some(cell)) = (is_in_cell, self.cell) {
            let (xs, ys) = (columns.world_xs(), columns.world_ys());
            rows = narrow(rows, |row| cell.holds(WorldPoint { x: xs[row as usize], y: ys[row as usize] }));
        }
        if let Some(categories) = &self.categories {
            let column = columns.categories();
            rows = match categories[..] {
                [only] => narrow(rows, |row| column[row as usize] == only),
                _ => narrow(rows, |row| categories.contains(&column[row as usize])),
            };
        }
        for (wanted, column) in
            [(self.source, columns.sources()), (self.dataset, columns.datasets()), (self.import, columns.imports())]
        {
            if let Some(wanted) = wanted {
                rows = narrow(rows, |row| column[row as usize] == wanted);
            }
        }
        if let Some(locations) = &self.locations {
            let column = columns.locations();
            rows = narrow(rows, |row| locations.get(column[row as usize] as usize).copied().unwrap_or(false));
        }
        if let Some(at) = self.at_position {
            let (lons, lats, column) = (columns.lons(), columns.lats(), columns.locations());
            rows = narrow(rows, |row| {
                lons[row as usize] == at.lon
                    && lats[row as usize] == at.lat
                    && self.snapshot.brief(column[row as usize]).place == 0
            });
        }
        if !self.found.is_empty() {
            let column = columns.locations();
            rows = narrow(rows, |row| self.found.iter().all(|found| found.has(segment, row, column[row as usize])));
        }
        if live.has_dead(number) {
            rows = narrow(rows, |row| !live.is_dead(row));
        }
        Some(rows)
    }

    /// Of a run that lies in the box only in part, the rows of which something drawn lies in it.
    fn in_box(&self, rows: Rows, columns: &Segment, run: &Run, bbox: Bbox) -> Rows {
        let (lons, lats) = (columns.lons(), columns.lats());
        let in_box = |row: u32| bbox.holds(LonLat { lon: lons[row as usize], lat: lats[row as usize] });
        if !run.has_places() {
            if bbox.west <= bbox.east && !bbox.has_seam() {
                let inside = |row: u32| {
                    let (lon, lat) = (lons[row as usize], lats[row as usize]);
                    (lon >= bbox.west) & (lon <= bbox.east) & (lat >= bbox.south) & (lat <= bbox.north)
                };
                return narrow(rows, inside);
            }
            return narrow(rows, in_box);
        }
        let column = columns.locations();
        narrow(rows, |row| match self.snapshot.brief(column[row as usize]).place {
            0 => in_box(row),
            place => self.place_meets(place, bbox),
        })
    }

    fn place_meets(&self, number: u32, bbox: Bbox) -> bool {
        let mut meets = self.meets.borrow_mut();
        let index = number as usize;
        if meets.len() <= index {
            meets.resize(index + 1, None);
        }
        *meets[index].get_or_insert_with(|| {
            let Some(place) = self.snapshot.tables().place(number) else { return false };
            match &place.shape {
                Some(_) if !place.bbox.intersects(&bbox) => false,
                Some(_) if bbox.contains(&place.bbox) => true,
                Some(shape) => shape.intersects(&bbox),
                None => place.bbox.intersects(&bbox),
            }
        })
    }
}

/// By location, whether its incidents pass; `None` when all do.
fn locations(snapshot: &Snapshot, query: &FeatureQuery) -> Option<Vec<bool>> {
    let at_place = match &query.located_at {
        Some(LocatedAt::Place(id)) => Some(snapshot.place_number(id)),
        Some(LocatedAt::Position(_)) | None => None,
    };
    let within = query.place.as_ref().map(|id| snapshot.place_number(id));
    if query.precision.is_none() && query.statuses.is_empty() && within.is_none() && at_place.is_none() {
        return None;
    }
    let shown = |number: u32| snapshot.shown().number(number);
    let passes = |number: u32| {
        let location = snapshot.brief(number);
        let lies_in = |place| snapshot.location(number).path.iter().any(|&step| shown(step) == place);
        query.precision.is_none_or(|coarsest| location.precision <= coarsest)
            && (query.statuses.is_empty() || query.statuses.contains(&location.status))
            && within.is_none_or(|place| place.is_some_and(lies_in))
            && at_place.is_none_or(|place| place == Some(location.place))
    };
    Some((0..snapshot.next_location()).map(passes).collect())
}

/// The rows that pass. Where few are expected to fail or to pass, no branch has to be guessed.
fn narrow(rows: Rows, mut passes: impl FnMut(u32) -> bool) -> Rows {
    match rows {
        Rows::All(range) => {
            let mut kept = vec![0; range.len()];
            let mut count = 0;
            for row in range {
                kept[count] = row;
                count += usize::from(passes(row));
            }
            kept.truncate(count);
            Rows::Some(kept)
        }
        Rows::Some(mut rows) => {
            let mut count = 0;
            for at in 0..rows.len() {
                let row = rows[at];
                rows[count] = row;
                count += usize::from(passes(row));
            }
            rows.truncate(count);
            Rows::Some(rows)
        }
    }
}
