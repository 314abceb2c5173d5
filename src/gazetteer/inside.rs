//! In which places a position lies: by their outlines, and for settlements without one by the circle of their extent.

use super::compiled::Section;
use super::towns::Towns;
use super::{Gazetteer, Place, PlaceKind};
use crate::geo::{Bbox, LonLat, Shape};
use jiff::civil::Date;
use std::borrow::Cow;
use zerocopy::little_endian::U32;

/// The outline of a country, region, district or settlement.
pub(super) struct Area {
    number: usize,
    kind: PlaceKind,
    bbox: Bbox,
    shape: Shape,
}

impl Area {
    fn holds(&self, at: LonLat) -> bool {
        self.bbox.holds(at) && self.shape.contains(at)
    }
}

impl Gazetteer {
    /// The country or region (`kind`) whose outline holds a position.
    #[must_use]
    pub fn area_around(&self, kind: PlaceKind, at: LonLat) -> Option<Place<'_>> {
        self.areas().iter().find(|area| area.kind == kind && area.holds(at)).map(|area| self.at(area.number))
    }

    /// The smallest place that a position lay in on `day` (today when `None`), settlements first: by its outline, or, for a settlement
    /// without one, by the circle of its extent. What contains it on that day, [`Self::path`] tells.
    ///
    /// An outline is surer than a circle, and a settlement surer than the border of a region, which is generalised to some kilometres.
    #[must_use]
    pub fn smallest_around(&self, at: LonLat, day: Option<Date>) -> Option<Place<'_>> {
        let is_there = |place: &Place<'_>| match day {
            Some(day) => place.validity().covers(day),
            None => place.validity().until.is_none(),
        };
        let outlined = |is_kind: fn(PlaceKind) -> bool| {
            let around = self.areas().iter().filter(move |area| is_kind(area.kind) && area.holds(at));
            around.map(|area| self.at(area.number))
        };
        let settlement = outlined(PlaceKind::is_settlement).find(is_there);
        let town = || self.towns().around(at).map(|number| self.at(number)).filter(is_there);
        settlement
            .or_else(town)
            .or_else(|| outlined(|kind| kind == PlaceKind::District).find(is_there))
            .or_else(|| {
                let region = outlined(|kind| kind == PlaceKind::Region).next()?;
                if is_there(&region) { Some(region) } else { self.before(region, at, day) }
            })
            .or_else(|| outlined(|kind| kind == PlaceKind::Country).next())
    }

    /// What held a position before there was the region that holds it today: the places around it tell.
    fn before(&self, region: Place<'_>, at: LonLat, day: Option<Date>) -> Option<Place<'_>> {
        let changed = self.places().filter(|place| place.parents().len() > 1 && place.parent() == Some(region));
        let nearest = changed.min_by(|a, b| a.position().distance_m(at).total_cmp(&b.position().distance_m(at)))?;
        nearest.parent_on(day).filter(|parent| *parent != region)
    }

    /// Whether a place lies in a country of whose regions the gazetteer has outlines: one that it is about. Without any outlines
    /// every place does.
    #[must_use]
    pub fn is_at_home(&self, place: Place<'_>) -> bool {
        let regions = self.areas().iter().filter(|area| area.kind == PlaceKind::Region);
        let mut homes = regions.filter_map(|area| self.at(area.number).parent()).peekable();
        homes.peek().is_none() || homes.any(|home| place == home || place.is_in(home))
    }

    /// In the order of their numbers.
    fn areas(&self) -> &[Area] {
        self.areas.get_or_init(|| {
            let numbers = self.compiled.rows::<U32>(Section::Areas).iter().map(|number| number.get() as usize);
            let read = |number: usize| {
                let shape = self.parsed_shape(self.at(number))?;
                Some(Area { number, kind: self.at(number).kind(), bbox: shape.bbox(), shape })
            };
            numbers.filter_map(read).collect()
        })
    }

    fn area(&self, place: Place<'_>) -> Option<&Area> {
        let areas = self.areas();
        let found = areas.binary_search_by_key(&place.number(), |area| area.number).ok()?;
        Some(&areas[found])
    }

    fn towns(&self) -> &Towns {
        self.towns.get_or_init(|| {
            let settlements = self.places().filter(|place| place.kind().is_settlement());
            let by_extent = settlements.filter(|place| self.area(*place).is_none());
            Towns::of_extent(by_extent.map(|place| (place.number(), place.position(), place.uncertainty_m())))
        })
    }

    fn parsed_shape(&self, place: Place<'_>) -> Option<Shape> {
        Some(self.compiled.text(place.row().shape)).filter(|text| !text.is_empty())?.parse().ok()
    }

    /// The shape of a place; outlines of areas are read once.
    pub(super) fn shape(&self, place: Place<'_>) -> Option<Cow<'_, Shape>> {
        if place.kind() > PlaceKind::Village {
            return self.parsed_shape(place).map(Cow::Owned);
        }
        self.area(place).map(|area| Cow::Borrowed(&area.shape))
    }
}
