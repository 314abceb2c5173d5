//! Where the rows of a file are: names are looked up once, however often a file repeats them.

use super::doubt::{Named, NamedPlace, doubt_about, why_not};
use super::incident::{Location, Placed};
use crate::gazetteer::{Gazetteer, PlaceId, PlaceKind};
use crate::geo::LonLat;
use crate::geocode::{Context, Geocoder, Request, Resolution};
use crate::incident::{Precision, Report, Status};
use crate::ingest::RowProblem;
use crate::layer::DrawnPlace;
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
    /// Locations of given coordinates, by the area around them and what they stand for.
    areas: HashMap<(Option<PlaceId>, Precision), Placed>,
    drawn: HashMap<PlaceId, Arc<DrawnPlace>>,
    /// Locations that were made since they were taken last.
    new: Vec<Location>,
    key: String,
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
}

impl<'a, 'g> Locator<'a, 'g> {
    pub(super) fn new(atlas: &'a Atlas<'g>) -> Self {
        Self {
            atlas,
            answers: HashMap::default(),
            areas: HashMap::default(),
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
    pub(super) fn locate(&mut self, report: &Report, problems: &mut Vec<RowProblem>) -> Placed {
        let gazetteer = self.atlas.gazetteer();
        if let Some(placed) = self.named_area(report) {
            return placed;
        }
        let answered = self.answered(report);
        if let Some(at) = report.given {
            problems.extend(doubt_about(at, &answered.named, report, gazetteer));
            return self.given(at, report.stated.map_or(Precision::Point, |stated| stated.precision));
        }
        if answered.placed.precision == Precision::Unlocated && report.names_a_place() {
            problems.push(RowProblem::place_not_found(report, &answered.why_not));
        }
        answered.placed
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
            let day = at.start().date();
            let era = self.atlas.changes.partition_point(|change| *change <= day) as u32;
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
        let placed = self.placed(&resolution);
        let named = match (resolution.status, resolution.position, resolution.uncertainty_m) {
            (Status::Resolved, Some(at), Some(uncertainty_m)) => {
                Some(NamedPlace { at, uncertainty_m, toponym: resolution.toponym })
            }
            _ => None,
        };
        Answered { named, why_not, placed }
    }

    /// The location of coordinates that stood in a row: they lie in the region or country whose outline holds them.
    fn given(&mut self, at: LonLat, precision: Precision) -> Placed {
        let gazetteer = self.atlas.gazetteer();
        let area = [PlaceKind::Region, PlaceKind::Country].into_iter().find_map(|kind| gazetteer.area_around(kind, at));
        let known_as = (area.map(|area| area.place_id()), precision);
        if let Some(known) = self.areas.get(&known_as) {
            return *known;
        }
        let path = area.into_iter().flat_map(|area| gazetteer.path(area, None).into_iter().chain([area]));
        let path = path.map(|place| place.place_id()).collect();
        let mut resolution = Resolution { path, precision, ..Resolution::given() };
        if precision != Precision::Point {
            resolution.rules.push(format!("the file says that they are known to the {precision}"));
        }
        let placed = self.placed(&resolution);
        self.areas.insert(known_as, placed);
        placed
    }

    fn placed(&mut self, resolution: &Resolution) -> Placed {
        let path = resolution.path.iter().filter_map(|id| self.drawn(id)).collect();
        let number = self.atlas.made.fetch_add(1, Ordering::Relaxed);
        let location = Location::new(number, resolution, path);
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
