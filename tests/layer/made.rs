//! Made-up incidents, snapshots of them, and the filter as a person would apply it: one incident after the other.

use incident_map::gazetteer::{PlaceId, PlaceKind};
use incident_map::geo::{Bbox, LonLat, Shape};
use incident_map::incident::{IncidentId, Precision, Status};
use incident_map::layer::segment::{RowCollector, SegmentBuilder, SegmentLocation, SegmentRow};
use incident_map::layer::{
    Commit, DrawnPlace, FeatureQuery, ImportColumn, LocatedAt, Names, Segment, Snapshot, Tables, feature_geometry,
    geojson_of,
};
use incident_map::time::{Interval, from_minutes, minutes_of};
use proptest::prelude::*;
use std::cmp::Reverse;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};

/// An incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub seq: u32,
    /// Number of its location, from 1 on.
    pub location: u32,
    pub given: LonLat,
    /// First minute, and how many there are.
    pub time: Option<(i64, i64)>,
    pub category: u32,
    pub dataset: u32,
    pub source: u32,
    pub import: u32,
}

/// The first minute of January 2022.
pub fn new_year() -> i64 {
    let day: Interval = "2022-01-01".parse().unwrap();
    minutes_of(day.start.unwrap())
}

const COUNTRY: &str = "POLYGON((50 40,50 55,87 55,87 40,50 40))";
const REGION: &str = "POLYGON((74 42,74 46,79 46,79 42,74 42))";
const CITY: &str = "POLYGON((76.8 43.1,77.1 43.1,77.1 43.4,76.8 43.4,76.8 43.1))";
const STREET: &str = "LINESTRING(76.90 43.24,76.93 43.26)";

/// Where incidents lie: unlocated, given coordinates, and places drawn as points, lines and areas; one is a stretch of no place.
const LOCATIONS: [(Precision, Status, Option<u32>, &[u32]); 8] = [
    (Precision::Unlocated, Status::Unresolved, None, &[]),
    (Precision::Point, Status::Resolved, None, &[1, 2]),
    (Precision::Region, Status::Resolved, Some(2), &[1, 2]),
    (Precision::Settlement, Status::Ambiguous, Some(3), &[1, 2, 3]),
    (Precision::Street, Status::Resolved, Some(4), &[1, 2, 3, 4]),
    (Precision::Country, Status::Ambiguous, Some(1), &[1]),
    (Precision::Area, Status::Resolved, None, &[1]),
    (Precision::Site, Status::Resolved, Some(5), &[1, 5]),
];

const GIVEN: u32 = 2;
const STRETCH: LonLat = LonLat { lon: 75.5, lat: 43.6 };

/// The places by their numbers, from 1 on.
fn place(number: u32) -> DrawnPlace {
    let (kind, shape, at, population) = match number {
        1 => (PlaceKind::Country, Some(COUNTRY), (67.0, 48.0), Some(19_000_000)),
        2 => (PlaceKind::Region, Some(REGION), (77.0, 44.0), Some(2_000_000)),
        3 => (PlaceKind::City, None, (76.945, 43.238), None),
        4 => (PlaceKind::Street, Some(STREET), (76.915, 43.25), None),
        _ => (PlaceKind::Square, None, (-179.999, 66.0), None),
    };
    let position = LonLat { lon: at.0, lat: at.1 };
    let geometry = shape.map_or_else(|| feature_geometry(position), |text| geojson_of(&text.parse::<Shape>().unwrap()));
    DrawnPlace {
        id: PlaceId(format!("p{number}")),
        kind,
        names: Names { ru: Some(format!("место {number}")), ..Names::default() },
        position,
        uncertainty_m: 1000.0,
        population,
        geometry,
        outline: (number == 3).then(|| geojson_of(&CITY.parse::<Shape>().unwrap())),
    }
}

pub fn tables() -> Tables {
    let mut tables = Tables::default();
    for number in 1..=12 {
        tables.name(number, &format!("name {number}"));
    }
    for number in 1..=9 {
        tables.import(number, ImportColumn { id: format!("import-{number}"), origin: "\"row\":".to_owned() });
    }
    for number in 1..=5 {
        tables.drawn_place(number, place(number));
    }
    tables
}

impl Made {
    pub fn id(&self) -> IncidentId {
        IncidentId::of_row("made", &self.seq.to_string())
    }

    fn of_location(&self) -> (Precision, Status, Option<u32>, &'static [u32]) {
        LOCATIONS[self.location as usize - 1]
    }

    pub fn precision(&self) -> Precision {
        self.of_location().0
    }

    pub fn is_located(&self) -> bool {
        self.location != 1
    }

    /// Whether it is drawn as an area.
    pub fn is_in_area(&self) -> bool {
        matches!(self.precision(), Precision::Region | Precision::Country | Precision::Area)
    }

    pub fn position(&self) -> Option<LonLat> {
        match (self.location, self.of_location().2) {
            (1, _) => None,
            (GIVEN, _) => Some(self.given),
            (_, Some(number)) => Some(place(number).position),
            _ => Some(STRETCH),
        }
    }

    pub fn category(&self) -> String {
        format!("name {}", self.category)
    }

    /// First and last minute.
    pub fn span(&self) -> Option<(i64, i64)> {
        self.time.map(|(start, length)| (new_year() + start, new_year() + start + length - 1))
    }

    fn body(&self) -> String {
        format!("\"key\":\"{}\",\"title\":\"Происшествие \\\"{}\\\"\"", self.seq, self.seq)
    }

    fn row(&self) -> SegmentRow {
        SegmentRow {
            seq: self.seq,
            id: self.id(),
            given: (self.location == GIVEN).then_some((self.given, 10.0)),
            span: self.span(),
            category: self.category,
            source: self.source,
            dataset: self.dataset,
            import: self.import,
            line: self.seq + 1,
            location: self.location,
        }
    }

    /// Whether it passes a filter.
    pub fn passes(&self, query: &FeatureQuery) -> bool {
        let (precision, status, drawn_at, path) = self.of_location();
        let in_box = |bbox: Bbox| match (drawn_at, self.position()) {
            (Some(number), _) => match place(number).shape() {
                Some(shape) => shape.intersects(&bbox),
                None => bbox.holds(place(number).position),
            },
            (None, at) => at.is_none_or(|at| bbox.holds(at)),
        };
        let name = |number: u32| format!("name {number}");
        let is_at = |at: &LocatedAt| match at {
            LocatedAt::Place(id) => drawn_at.is_some_and(|number| place(number).id == *id),
            LocatedAt::Position(at) => drawn_at.is_none() && self.position() == Some(*at),
        };
        let in_time = |Interval { start, end }: Interval| {
            self.span().is_none_or(|(first, last)| {
                end.is_none_or(|end| first <= minutes_of(end)) && start.is_none_or(|start| last >= minutes_of(start))
            })
        };
        query.bbox.is_none_or(in_box)
            && query.cell.is_none_or(|cell| {
                self.position().is_some_and(|at| cell.holds(incident_map::layer::world::WorldPoint::of(at)))
            })
            && query.datetime.is_none_or(in_time)
            && (query.categories.is_empty() || query.categories.contains(&name(self.category)))
            && query.precision.is_none_or(|coarsest| precision <= coarsest)
            && (query.statuses.is_empty() || query.statuses.contains(&status))
            && query.place.as_ref().is_none_or(|id| path.iter().any(|number| place(*number).id == *id))
            && query.located_at.as_ref().is_none_or(is_at)
            && query.source.as_ref().is_none_or(|source| *source == name(self.source))
            && query.dataset.as_ref().is_none_or(|dataset| *dataset == name(self.dataset))
            && query.import.as_ref().is_none_or(|import| *import == format!("import-{}", self.import))
    }
}

/// The incidents that pass, in page order: newest first, undated last, then by id.
pub fn passing(all: &[Made], query: &FeatureQuery) -> Vec<Made> {
    let mut passing: Vec<Made> = all.iter().filter(|made| made.passes(query)).cloned().collect();
    passing.sort_by_key(|made| (Reverse(made.span().map(|span| span.0)), made.id()));
    passing
}

fn segment(rows: &[Made], commit: Commit, tables: &Tables, before: &Snapshot) -> Arc<Segment> {
    let first = before.next_location();
    let mut builder = SegmentBuilder::new(commit, tables, before, first);
    for (number, (precision, status, place, path)) in (1..).zip(LOCATIONS).filter(|(number, _)| *number >= first) {
        let position = match number {
            1 | GIVEN => None,
            _ => Some(place.map_or(STRETCH, |number| self::place(number).position)),
        };
        builder.location(Some(SegmentLocation {
            position,
            uncertainty_m: position.map(|_| 1000.0),
            status,
            precision,
            place,
            path: path.to_vec(),
            properties: "\"status\":\"made up\"",
        }));
    }
    let mut rows = rows.to_vec();
    rows.sort_by_key(|made| made.seq);
    let bodies = Mutex::default();
    let mut collector = RowCollector::new(&builder, &bodies);
    for made in &rows {
        collector.take(&made.row(), made.body().as_bytes()).unwrap();
    }
    let held = collector.end().unwrap();
    builder.push(held);
    let columns = builder.build().into_shared();
    Arc::new(Segment::open(columns, Box::new(bodies.into_inner().unwrap())).unwrap())
}

/// A snapshot made of all incidents at once.
pub fn snapshot(all: &[Made]) -> Snapshot {
    let commit = Commit { generation: 1, mark: 7 };
    let tables = tables();
    let only = segment(all, commit, &tables, &Snapshot::default());
    Snapshot::of(commit, Arc::new(tables), vec![only])
}

/// The snapshot after a commit that put `fresh` in the place of whatever had these numbers.
pub fn after(before: &Snapshot, changed: &[RangeInclusive<i64>], fresh: &[Made]) -> Snapshot {
    let commit = Commit { generation: before.generation() + 1, mark: 7 };
    let tables = Arc::clone(before.tables());
    let segment = segment(fresh, commit, &tables, before);
    before.with(commit, tables, changed, Some(segment)).unwrap()
}

/// Incidents with numbers from `first` on, up to `most` of them.
pub fn incidents(first: u32, most: usize) -> impl Strategy<Value = Vec<Made>> {
    let degrees = prop_oneof![
        // Around a city, and anywhere, with the seam of the map among it.
        3 => (76.7..77.1, 43.1..43.4),
        1 => (-180.0..180.0, -90.0..90.0),
        1 => Just((180.0, 66.0)),
    ];
    let time = prop_oneof![
        4 => (0i64..60, Just(1440i64)).prop_map(|(day, length)| Some((day * 1440, length))),
        1 => (0i64..100_000, 1i64..600_000).prop_map(Some),
        1 => Just(None),
    ];
    let one = (prop_oneof![3 => Just(GIVEN), 2 => 1u32..=8], degrees, time, 1u32..=4, 5u32..=6, 7u32..=8, 1u32..=9);
    prop::collection::vec(one, 0..most).prop_map(move |all| {
        let made = |(number, (location, (lon, lat), time, category, dataset, source, import))| Made {
            seq: first + number,
            location,
            given: LonLat { lon, lat },
            time,
            category,
            dataset,
            source,
            import,
        };
        (0..).zip(all).map(made).collect()
    })
}

/// Any filter but words.
pub fn query() -> impl Strategy<Value = FeatureQuery> {
    let bbox = prop_oneof![
        2 => Just(None),
        2 => (76.7..76.9, 43.1..43.25, 76.9..77.1, 43.25..43.4).prop_map(|(w, s, e, n)| Some([w, s, e, n])),
        1 => (-180.0..180.0, -90.0..0.0, -180.0..180.0, 0.0..90.0).prop_map(|(w, s, e, n)| Some([w, s, e, n])),
    ];
    let bbox = bbox.prop_map(|bbox| bbox.map(|[west, south, east, north]| Bbox { west, south, east, north }));
    let datetime = prop::option::of((0i64..100_000, 0i64..100_000, 0..3)).prop_map(|times| {
        times.map(|(start, length, open)| Interval {
            start: (open != 1).then(|| from_minutes(new_year() + start)),
            end: (open != 2).then(|| from_minutes(new_year() + start + length)),
        })
    });
    let some = |text: &'static str, range: std::ops::RangeInclusive<u32>| {
        prop::option::weighted(0.2, range.prop_map(move |number| format!("{text}{number}")))
    };
    let located_at = prop_oneof![
        8 => Just(None),
        1 => (1u32..=6).prop_map(|number| Some(LocatedAt::Place(PlaceId(format!("p{number}"))))),
        1 => Just(Some(LocatedAt::Position(STRETCH))),
    ];
    let words = (
        prop::collection::vec((1u32..=5).prop_map(|number| format!("name {number}")), 0..3),
        prop::option::weighted(0.2, prop::sample::select(Precision::ALL)),
        prop::collection::vec(prop::sample::select(Status::ALL), 0..2),
    );
    (
        bbox,
        datetime,
        words,
        some("p", 1..=6),
        located_at,
        some("name ", 7..=9),
        some("name ", 5..=7),
        some("import-", 1..=10),
    )
        .prop_map(
            |(bbox, datetime, (categories, precision, statuses), place, located_at, source, dataset, import)| {
                FeatureQuery {
                    bbox,
                    datetime,
                    categories,
                    precision,
                    statuses,
                    place: place.map(PlaceId),
                    located_at,
                    source,
                    dataset,
                    import,
                    ..FeatureQuery::default()
                }
            },
        )
}

/// A JSON value of anything that is written as JSON.
pub fn json(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap()
}
