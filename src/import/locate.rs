//! Where the rows of a file are: names are looked up once, however often a file repeats them.

use super::doubt::{Doubted, Named, NamedPlace, doubt_about, why_not};
use super::incident::{Location, Placed};
use crate::gazetteer::{Gazetteer, PlaceId, PlaceKind};
use crate::geo::LonLat;
use crate::geocode::{Context, Geocoder, Request, Resolution};
use crate::incident::{Doubt, Precision, Report, Status};
use crate::ingest::RowProblem;
use crate::layer::DrawnPlace;
use crate::layer::story::Contradiction;
use foldhash::HashMap;
use jiff::civil::Date;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Different names that are remembered; when there are more, all are forgotten.
const MAX_REMEMBERED: usize = 50_000;

/// What is the same for all rows of a file.
pub(super) struct Atlas<'g> {
    geocoder: &'g Geocoder,
    /// See [`Gazetteer::days_of_change`].
    changes: Vec<Date>,
    /// Locations that were made so far.
    made: AtomicU64,
}

/// Finds locations; each thread has its own.
pub(super) struct Locator<'a, 'g> {
    atlas: &'a Atlas<'g>,
    answers: HashMap<Box<str>, Answered>,
    /// Locations of given coordinates, by the place around them and what they stand for.
    around: HashMap<Around, Placed>,
    drawn: HashMap<PlaceId, Arc<DrawnPlace>>,
    /// Locations that were made since they were taken last.
    new: Vec<Location>,
    key: String,
}

/// What speaks against coordinates: the doubt and the name of the place that the row names. Names of several places are told apart by
/// where these are.
type Against = (Doubt, Option<(String, [u64; 2])>);

/// What given coordinates have in common that share a location: the number of the smallest place around them and the era of their day, what
/// they stand for, and what speaks against them.
type Around = (Option<(usize, usize)>, Precision, Option<Against>);

/// Where a report is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Located {
    pub(super) placed: Placed,
    /// How far (metres) from its coordinates it may be when these are doubted.
    pub(super) doubted_m: Option<f64>,
}

/// What is remembered of an answer; the rest is given away once.
struct Answered {
    named: Named,
    /// Why there is no position.
    why_not: String,
    placed: Placed,
}

impl<'g> Atlas<'g> {
    pub(super) fn new(geocoder: &'g Geocoder) -> Self {
        Self { geocoder, changes: geocoder.gazetteer().days_of_change(), made: AtomicU64::new(0) }
    }

    fn gazetteer(&self) -> &'g Gazetteer {
        self.geocoder.gazetteer()
    }

    /// Whether a position lies in a country that the gazetteer is about.
    pub(super) fn is_home(&self, at: LonLat) -> bool {
        let gazetteer = self.gazetteer();
        gazetteer.area_around(PlaceKind::Country, at).is_some_and(|country| gazetteer.is_at_home(country))
    }

    /// The stretch of time, without a change of the gazetteer in it, in which a day lies.
    fn era(&self, day: Date) -> usize {
        self.changes.partition_point(|change| *change <= day)
    }
}

impl<'a, 'g> Locator<'a, 'g> {
    pub(super) fn new(atlas: &'a Atlas<'g>) -> Self {
        Self {
            atlas,
            answers: HashMap::default(),
            around: HashMap::default(),
            drawn: HashMap::default(),
            new: Vec::new(),
            key: String::new(),
        }
    }

    /// The locations that were made since they were taken last.
    pub(super) fn take_new(&mut self) -> Vec<Location> {
        std::mem::take(&mut self.new)
    }

    /// One of the locations that were made since they were taken last.
    pub(super) fn location(&self, number: u64) -> Option<&Location> {
        self.new.iter().find(|location| location.placed.number == number)
    }

    /// The location of a report; what speaks against it or why there is none is added to `problems`.
    pub(super) fn locate(&mut self, report: &Report, problems: &mut Vec<RowProblem>) -> Located {
        let gazetteer = self.atlas.gazetteer();
        if let Some(placed) = self.named_area(report) {
            return Located { placed, doubted_m: None };
        }
        let answered = self.answered(report);
        if let Some(at) = report.given {
            let doubted = doubt_about(at, &answered.named, report, gazetteer);
            problems.extend(doubted.as_ref().map(|doubted| doubted.problem(at, report)));
            let doubted_m = doubted.as_ref().map(|doubted| doubted.uncertainty_m);
            let day = report.occurred.map(|occurred| occurred.start().date());
            let precision = report.stated.map_or(Precision::Point, |stated| stated.precision);
            return Located { placed: self.given(at, day, precision, doubted), doubted_m };
        }
        if answered.placed.precision == Precision::Unlocated && report.names_a_place() {
            problems.push(RowProblem::place_not_found(report, &answered.why_not));
        }
        Located { placed: answered.placed, doubted_m: None }
    }

    /// The district, region or country of a row that says that its place is known no better, if its words name one: the middle of an
    /// area is no place where something happened.
    fn named_area(&mut self, report: &Report) -> Option<Placed> {
        let stated = report.stated.filter(|stated| stated.is_of_area())?;
        let text = match stated.precision {
            Precision::Country => report.country.as_str(),
            // District and region stand in one text, the region last.
            Precision::Region => report.region.rsplit_once(", ").map_or(report.region.as_str(), |(_, region)| region),
            _ => report.region.as_str(),
        };
        if text.is_empty() {
            return None;
        }
        let asked = Report {
            place_text: text.to_owned(),
            country: report.country.clone(),
            occurred: report.occurred,
            ..Report::default()
        };
        let placed = self.answered(&asked).placed;
        (placed.status == Status::Resolved && placed.precision == stated.precision).then_some(placed)
    }

    /// The answer to the words of a report.
    fn answered(&mut self, report: &Report) -> &Answered {
        self.key.clear();
        for text in [&report.place_text, &report.city, &report.region, &report.country] {
            self.key.push_str(text);
            self.key.push('\0');
        }
        if let Some(at) = report.occurred {
            let era = self.atlas.era(at.start().date()) as u32;
            self.key.extend(char::from_u32(era + 1));
        }
        if !self.answers.contains_key(self.key.as_str()) {
            if self.answers.len() >= MAX_REMEMBERED {
                self.answers.clear();
            }
            let answered = self.ask(report);
            self.answers.insert(self.key.as_str().into(), answered);
        }
        &self.answers[self.key.as_str()]
    }

    fn ask(&mut self, report: &Report) -> Answered {
        let request = Request {
            text: report.place_text.clone(),
            context: Context {
                city: report.city.clone(),
                region: report.region.clone(),
                country: report.country.clone(),
            },
            occurred: report.occurred,
        };
        let resolution = self.atlas.geocoder.geocode(&request);
        let why_not = if resolution.position.is_none() { why_not(&resolution) } else { String::new() };
        let placed = self.placed(&resolution, None);
        let named = match (resolution.status, resolution.position, resolution.uncertainty_m) {
            (Status::Resolved, Some(at), Some(uncertainty_m)) => {
                Some(NamedPlace { id: resolution.place_id, at, uncertainty_m, toponym: resolution.toponym })
            }
            _ => None,
        };
        Answered { named, why_not, placed }
    }

    /// The location of coordinates that stood in a row: they lie in the smallest place around them, and in what contained it on that day.
    /// Doubted ones stand for a place that is some way off.
    fn given(&mut self, at: LonLat, day: Option<Date>, precision: Precision, doubted: Option<Doubted>) -> Placed {
        let gazetteer = self.atlas.gazetteer();
        let around = gazetteer.smallest_around(at, day);
        // What is the same today is not the same as on the days before: a row without a day has an era of its own.
        let place = around.map(|place| (place.number(), day.map_or(usize::MAX, |day| self.atlas.era(day))));
        let against = doubted.as_ref().map(|Doubted { doubt, named, .. }| {
            let bits = |at: LonLat| [at.lon.to_bits(), at.lat.to_bits()];
            (*doubt, named.as_ref().map(|named| (named.toponym.clone(), bits(named.at))))
        });
        let key = (place, precision, against);
        if let Some(known) = self.around.get(&key) {
            return *known;
        }
        if self.around.len() >= MAX_REMEMBERED {
            self.around.clear();
        }
        let path = around.into_iter().flat_map(|place| gazetteer.path(place, day).into_iter().chain([place]));
        let path = path.map(|place| place.place_id()).collect();
        let mut resolution = Resolution { path, precision, ..Resolution::given() };
        if precision != Precision::Point {
            resolution.rules.push(format!("the file says that they are known to the {precision}"));
        }
        let contradiction = doubted.map(|doubted| {
            resolution.precision = resolution.precision.max(Precision::Near);
            doubted.contradiction()
        });
        let placed = self.placed(&resolution, contradiction.as_ref());
        self.around.insert(key, placed);
        placed
    }

    fn placed(&mut self, resolution: &Resolution, against: Option<&Contradiction>) -> Placed {
        let path = resolution.path.iter().filter_map(|id| self.drawn(id)).collect();
        let number = self.atlas.made.fetch_add(1, Ordering::Relaxed);
        let location = Location::new(number, resolution, path, against);
        let placed = location.placed;
        self.new.push(location);
        placed
    }

    fn drawn(&mut self, id: &PlaceId) -> Option<Arc<DrawnPlace>> {
        if let Some(known) = self.drawn.get(id) {
            return Some(Arc::clone(known));
        }
        let drawn = Arc::new(DrawnPlace::of(self.atlas.gazetteer().place(id)?));
        self.drawn.insert(id.clone(), Arc::clone(&drawn));
        Some(drawn)
    }
}
