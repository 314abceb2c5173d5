//! A place of an open gazetteer, and the words that describe one.

use super::Gazetteer;
use super::compiled::{PlaceRow, ToponymRow, day_of};
use crate::geo::{Bbox, LonLat, Shape, circle};
use crate::incident::{Language, Precision, UnknownWord, words};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// Identity of a place inside its gazetteer, for instance `kz-city-aktau`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlaceId(pub String);

impl From<&str> for PlaceId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl fmt::Display for PlaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a place is. The order is from large to small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the field's own words; data/README.md describes each")]
pub enum PlaceKind {
    Country,
    Region,
    District,
    City,
    Town,
    Village,
    CityDistrict,
    Quarter,
    Microdistrict,
    Street,
    Square,
    Station,
    Airport,
    Park,
    Market,
    Building,
}

words!(PlaceKind, "kind of place", {
    Country => "country", Region => "region", District => "district", City => "city", Town => "town",
    Village => "village", CityDistrict => "city_district", Quarter => "quarter", Microdistrict => "microdistrict",
    Street => "street", Square => "square", Station => "station", Airport => "airport", Park => "park",
    Market => "market", Building => "building",
});

impl PlaceKind {
    /// What a location at such a place stands for.
    #[must_use]
    pub fn precision(self) -> Precision {
        match self {
            Self::Country => Precision::Country,
            Self::Region => Precision::Region,
            Self::District => Precision::District,
            Self::City | Self::Town | Self::Village => Precision::Settlement,
            Self::CityDistrict | Self::Quarter | Self::Microdistrict => Precision::Quarter,
            Self::Street => Precision::Street,
            Self::Square | Self::Station | Self::Airport | Self::Park | Self::Market => Precision::Site,
            Self::Building => Precision::Point,
        }
    }

    /// Whether people live there as in a town: city, town or village.
    #[must_use]
    pub fn is_settlement(self) -> bool {
        matches!(self, Self::City | Self::Town | Self::Village)
    }
}

/// The standing of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NameStatus {
    /// The official name of today.
    Official,
    /// An abbreviation in common use.
    Short,
    /// Also in use: another spelling, the common speech.
    Alternative,
    /// The official name of another time.
    Former,
    /// A name that a list of places adds, which does not say whether anybody calls the place so.
    Listed,
}

impl NameStatus {
    /// Whether it is neither a name of its time nor an abbreviation, but one beside these.
    #[must_use]
    pub fn is_beside_official(self) -> bool {
        matches!(self, Self::Alternative | Self::Listed)
    }
}

words!(NameStatus, "status of a name", {
    Official => "official", Short => "short", Alternative => "alternative", Former => "former", Listed => "listed",
});

/// Days of validity, both included; `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}

impl Validity {
    /// Whether the day lies inside.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// One name of a place, without its kind word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Toponym<Name = String> {
    /// The name.
    pub name: Name,
    /// Its language.
    pub language: Language,
    /// Its standing.
    pub status: NameStatus,
    /// When it was in force.
    pub validity: Validity,
}

/// A place of a gazetteer: a look into its file, as cheap to pass on as a number.
#[derive(Clone, Copy)]
pub struct Place<'g> {
    gazetteer: &'g Gazetteer,
    number: usize,
    row: &'g PlaceRow,
}

impl PartialEq for Place<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && std::ptr::eq(self.gazetteer, other.gazetteer)
    }
}

impl fmt::Debug for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.kind(), self.name(Language::Ru), self.id())
    }
}

impl<'g> Place<'g> {
    pub(super) fn new(gazetteer: &'g Gazetteer, number: usize, row: &'g PlaceRow) -> Self {
        Self { gazetteer, number, row }
    }

    pub(super) fn row(self) -> &'g PlaceRow {
        self.row
    }

    /// Its number in the gazetteer, from 0.
    #[must_use]
    pub fn number(self) -> usize {
        self.number
    }

    /// Identity in its gazetteer.
    #[must_use]
    pub fn id(self) -> &'g str {
        self.gazetteer.compiled().text(self.row.id)
    }

    /// Identity in its gazetteer, to keep.
    #[must_use]
    pub fn place_id(self) -> PlaceId {
        PlaceId::from(self.id())
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> PlaceKind {
        // A kind that this version does not know is the least that a place can be.
        PlaceKind::ALL.get(usize::from(self.row.kind)).copied().unwrap_or(PlaceKind::Building)
    }

    /// A position inside that stands for it.
    #[must_use]
    pub fn position(self) -> LonLat {
        LonLat { lon: self.row.lon.get(), lat: self.row.lat.get() }
    }

    /// How far from its position something reported there may be, metres.
    #[must_use]
    pub fn uncertainty_m(self) -> f64 {
        self.row.uncertainty_m.get()
    }

    /// People.
    #[must_use]
    pub fn population(self) -> Option<u64> {
        Some(self.row.population.get()).filter(|people| *people != PlaceRow::UNKNOWN)
    }

    /// When it existed as such.
    #[must_use]
    pub fn validity(self) -> Validity {
        Validity { from: day_of(self.row.from), until: day_of(self.row.until) }
    }

    /// Where the entry comes from.
    #[must_use]
    pub fn source(self) -> &'g str {
        self.gazetteer.compiled().text(self.row.source)
    }

    /// All its names; the official one of each language comes first.
    pub fn toponyms(self) -> impl ExactSizeIterator<Item = Toponym<&'g str>> + use<'g> {
        let compiled = self.gazetteer.compiled();
        let rows: &'g [ToponymRow] = compiled.toponyms(self.number);
        rows.iter().map(|row| compiled.toponym(row))
    }

    /// Its name of this number.
    ///
    /// # Panics
    /// It has no such name.
    #[must_use]
    pub fn toponym(self, number: usize) -> Toponym<&'g str> {
        let compiled = self.gazetteer.compiled();
        compiled.toponym(&compiled.toponyms(self.number)[number])
    }

    /// The name of today in `language`; when there is none, the first official name.
    #[must_use]
    pub fn name(self, language: Language) -> &'g str {
        let compiled = self.gazetteer.compiled();
        let rows = compiled.toponyms(self.number);
        // The text itself is looked at for the chosen one only.
        let official = |row: &&ToponymRow| row.status == NameStatus::Official as u8;
        let own = rows.iter().filter(official).find(|row| row.language == language as u8);
        let name = own.or_else(|| rows.iter().find(official)).or_else(|| rows.first());
        name.map_or(self.id(), |row| compiled.text(row.name))
    }

    /// The smallest containing place of today, then former ones, each with its days; none for countries.
    pub fn parents(self) -> impl ExactSizeIterator<Item = (Place<'g>, Validity)> + use<'g> {
        let gazetteer = self.gazetteer;
        gazetteer.compiled().parents(self.number).iter().map(|row| {
            let validity = Validity { from: day_of(row.from), until: day_of(row.until) };
            (gazetteer.at(row.place.get() as usize), validity)
        })
    }

    /// The smallest containing place of today.
    #[must_use]
    pub fn parent(self) -> Option<Place<'g>> {
        self.parents().next().map(|(parent, _)| parent)
    }

    /// The place that contained it on `day`; today's when no day is given or none of that day is known.
    #[must_use]
    pub fn parent_on(self, day: Option<Date>) -> Option<Place<'g>> {
        let dated = |day| self.parents().filter(|(_, validity)| validity.covers(day)).last();
        let dated = day.filter(|_| self.parents().len() > 1).and_then(dated);
        dated.map_or_else(|| self.parent(), |(parent, _)| Some(parent))
    }

    /// Whether the other place contains it, today or ever.
    #[must_use]
    pub fn is_in(self, other: Place<'_>) -> bool {
        self.ancestors().any(|number| number == other.number)
    }

    /// The numbers of every place that contains it, today or ever.
    pub fn ancestors(self) -> impl ExactSizeIterator<Item = usize> + use<'g> {
        self.gazetteer.compiled().ancestors(self.number).iter().map(|number| number.get() as usize)
    }

    /// The line of a street, the outline of an area.
    #[must_use]
    pub fn shape(self) -> Option<Cow<'g, Shape>> {
        self.gazetteer.shape(self)
    }

    /// What is drawn for something reported there: the shape; for an area without one the circle of its uncertainty;
    /// `None` for what is drawn at its position, as settlements are, whose outline only says what lies inside.
    #[must_use]
    pub fn drawn_shape(self) -> Option<Cow<'g, Shape>> {
        match (self.kind(), self.shape()) {
            (kind, _) if kind.is_settlement() => None,
            (_, Some(shape)) => Some(shape),
            (PlaceKind::District | PlaceKind::Region | PlaceKind::Country, None) => {
                Some(Cow::Owned(circle(self.position(), self.uncertainty_m())))
            }
            (_, None) => None,
        }
    }

    /// The area that it covers, where the gazetteer has it.
    #[must_use]
    pub fn outline(self) -> Option<Cow<'g, Shape>> {
        self.shape().filter(|shape| shape.is_area())
    }

    /// The box around everything that "reported there" may mean: what is drawn, or the circle of its uncertainty.
    #[must_use]
    pub fn bbox(self) -> Bbox {
        self.drawn_shape().map_or_else(|| circle(self.position(), self.uncertainty_m()).bbox(), |shape| shape.bbox())
    }
}
