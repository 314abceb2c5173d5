//! Villages in districts of which the gazetteer does not say that they contain them: lists of places such as GeoNames know the region of
//! a village and not its district. The words "село Петровка Шортандинского района" are taken at their word where a Петровка lies near
//! enough to the middle of the district; nothing is claimed of a village whose district is not named.

use super::mention::Origin;
use super::resolve::Decision;
use super::weigh::Weighed;
use crate::gazetteer::{Place, PlaceKind};

/// Of several villages of one name in a district the one that is meant lies so many times nearer to its middle than any other.
const CLEARLY_NEARER: f64 = 1.6;

/// How far (metres) from a town a village lies that is reported with the town in the city column.
const BESIDE_TOWN_M: f64 = 35_000.0;

/// Extents are estimates: a village of a name that nobody else has belongs to a named district up to so many times beyond.
const MOST_OF_EXTENT: f64 = 1.5;

/// How far a village lies from the middle of a district that may contain it, as a share of the district's extent; `None` when the
/// gazetteer knows the village's district, when they share no region, and when an outline leaves it out.
pub(super) fn share_of_extent(village: Place<'_>, district: Place<'_>) -> Option<f64> {
    if district.kind() != PlaceKind::District || !village.kind().is_settlement() {
        return None;
    }
    // A village near a border may hang under the country alone; a city that does is one of no region, and of no district.
    let may_be_unknown = |kind| match kind {
        PlaceKind::Region => true,
        PlaceKind::Country => village.kind() != PlaceKind::City,
        _ => false,
    };
    let is_unsettled = village.parents().any(|(parent, _)| may_be_unknown(parent.kind()) && district.is_in(parent));
    let share = village.position().distance_m(district.position()) / district.uncertainty_m();
    let is_outside = || district.shape().is_some_and(|shape| !shape.contains(village.position()));
    (is_unsettled && share <= MOST_OF_EXTENT && !is_outside()).then_some(share)
}

impl<'a> Decision<'a> {
    /// Whether the other contains it, or is a district or town to whose surroundings it belongs as far as anybody knows.
    pub(super) fn lies_in(&self, inner: &Weighed<'a>, outer: &Weighed<'a>) -> bool {
        // "Кульсары, Макат и Атырау" is a list of towns, although a region is called as the last one.
        let is_bare_region = outer.place.kind() == PlaceKind::Region && self.mentions[outer.mention].kind.is_none();
        let is_list = || {
            let mut places =
                self.mentions[outer.mention].postings.iter().map(|posting| self.gazetteer.at(posting.place));
            places.any(|place| place.kind() == PlaceKind::City && place.is_in(outer.place))
                && self.are_listed(inner.mention, outer.mention)
        };
        (inner.is_in(outer) && !(is_bare_region && is_list())) || self.lies_likely_in(inner, outer)
    }

    /// Whether a village lies in a named district, or beside the town of the city column, although the gazetteer does not say so.
    pub(super) fn lies_likely_in(&self, inner: &Weighed<'a>, outer: &Weighed<'a>) -> bool {
        match outer.place.kind() {
            PlaceKind::District => {
                let most = if self.mentions[inner.mention].postings.len() == 1 { MOST_OF_EXTENT } else { 1.0 };
                !self.are_listed(inner.mention, outer.mention)
                    && share_of_extent(inner.place, outer.place).is_some_and(|share| share <= most)
            }
            PlaceKind::City | PlaceKind::Town => {
                let (village, town) = (&self.mentions[inner.mention], &self.mentions[outer.mention]);
                // "п. Аксу, г. Степногорск" is a village of the town's, "Аксу, Степногорск" may be a list.
                let is_of_town = town.origin == Origin::City
                    || (village.kind.is_some()
                        && outer.place.kind() == PlaceKind::City
                        && !self.are_listed(inner.mention, outer.mention));
                is_of_town
                    && village.origin == Origin::Text
                    && matches!(inner.place.kind(), PlaceKind::Village | PlaceKind::Town)
                    && inner.place.position().distance_m(outer.place.position()) <= BESIDE_TOWN_M
            }
            _ => false,
        }
    }

    /// Whether two names of the text are a list: "Кеген и Райымбекский район".
    pub(super) fn are_listed(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.mentions[one], &self.mentions[other]);
        if one.origin != Origin::Text || other.origin != Origin::Text {
            return false;
        }
        let (first, last) = if one.first < other.first { (one, other) } else { (other, one) };
        let between = self.found.words.get(last.first.min(first.last + 1)..last.first).unwrap_or_default();
        between.iter().any(|word| ["и", "and", "жане", "та", "мен", "пен", "бен"].contains(&word.folded.as_str()))
    }

    /// Leaves out the villages that lie in no district that is named with them: a gazetteer lacks villages, so that the district is
    /// believed, and the answer says what is not known there. Towns, and villages of one name and a known district, contradict.
    pub(super) fn without_villages_elsewhere(&self, all: &mut Vec<Weighed<'a>>) {
        let is_district = |candidate: &Weighed<'a>| {
            candidate.place.kind() == PlaceKind::District && self.mentions[candidate.mention].kind.is_some()
        };
        if !all.iter().any(is_district) {
            return;
        }
        // Of districts of one name those of the named region.
        let regions: Vec<Weighed<'a>> =
            all.iter().filter(|candidate| candidate.place.kind() == PlaceKind::Region).cloned().collect();
        let is_of_region = |district: &&Weighed<'a>| {
            let mut others = regions.iter().filter(|region| region.mention != district.mention).peekable();
            others.peek().is_none() || others.any(|region| district.is_in(region))
        };
        let districts: Vec<Weighed<'a>> =
            all.iter().filter(|candidate| is_district(candidate)).filter(is_of_region).cloned().collect();
        let is_small = |candidate: &Weighed<'a>| {
            matches!(candidate.place.kind(), PlaceKind::Village | PlaceKind::Town)
                && candidate.place.population().is_none_or(|people| people < 10_000)
        };
        let elsewhere: Vec<usize> = all
            .chunk_by(|one, other| one.mention == other.mention)
            .filter(|villages| {
                let others = || districts.iter().filter(|district| district.mention != villages[0].mention);
                let has_district =
                    |village: &Weighed<'a>| village.place.parent().is_some_and(|it| it.kind() == PlaceKind::District);
                self.mentions[villages[0].mention].origin == Origin::Text
                    && villages.iter().all(is_small)
                    && (villages.len() > 1 || !has_district(&villages[0]))
                    && others().next().is_some()
                    && others().all(|district| {
                        !self.are_listed(villages[0].mention, district.mention)
                            && !villages.iter().any(|village| self.lies_in(village, district))
                    })
            })
            .map(|villages| villages[0].mention)
            .collect();
        all.retain(|candidate| !elsewhere.contains(&candidate.mention));
    }

    /// Of villages of one name that a named district may all contain those that it does contain, or else the one that is clearly
    /// nearer to its middle.
    pub(super) fn nearest_in_district(&self, candidates: &mut Vec<Weighed<'a>>) {
        let [first, _, ..] = candidates.as_slice() else { return };
        let mention = first.mention;
        if candidates.iter().any(|candidate| candidate.mention != mention || !candidate.place.kind().is_settlement()) {
            return;
        }
        let named = (0..self.mentions.len()).filter(|other| *other != mention).find_map(|other| {
            let allowed = self.allowed(&self.mentions[other]);
            let mut areas = allowed.into_iter().map(|posting| self.gazetteer.at(posting.place));
            areas.find(|area| {
                area.kind() == PlaceKind::District
                    && candidates
                        .iter()
                        .all(|one| one.place.is_in(*area) || share_of_extent(one.place, *area).is_some())
            })
        });
        let Some(district) = named else { return };
        if candidates.iter().any(|candidate| candidate.place.is_in(district)) {
            candidates.retain(|candidate| candidate.place.is_in(district));
            return;
        }
        candidates.sort_by(|one, other| {
            let off = |candidate: &Weighed<'a>| candidate.place.position().distance_m(district.position());
            off(one).total_cmp(&off(other))
        });
        let off = |at: usize| candidates[at].place.position().distance_m(district.position());
        if off(0) * CLEARLY_NEARER <= off(1) {
            candidates.truncate(1);
        }
    }

    /// The place of another mention to whose surroundings a candidate likely belongs.
    pub(super) fn likely_around(&self, candidate: &Weighed<'a>, mention: usize) -> Option<Place<'a>> {
        let origin = self.mentions[mention].origin;
        let may_be_around = mention != candidate.mention
            && candidate.place.kind().is_settlement()
            && (origin == Origin::City || self.mentions[mention].kind.is_some() || origin == Origin::Region);
        if !may_be_around {
            return None;
        }
        let areas = self.allowed(&self.mentions[mention]).into_iter().map(|posting| {
            let place = self.gazetteer.at(posting.place);
            Weighed { posting, place, mention, support: 0, conflict: 0 }
        });
        areas.into_iter().find(|area| self.lies_likely_in(candidate, area)).map(|area| area.place)
    }

    /// A village that the text names and that is not known in the district or region that is the answer.
    pub(super) fn village_unknown_in(&self, district: &Weighed<'a>) -> Option<String> {
        if !matches!(district.place.kind(), PlaceKind::District | PlaceKind::Region) {
            return None;
        }
        let others = self.mentions.iter().enumerate().filter(|(number, _)| *number != district.mention);
        others.filter(|(_, mention)| mention.origin == Origin::Text).find_map(|(_, mention)| {
            let allowed = self.allowed(mention);
            let is_village = |place: Place<'_>| place.kind().is_settlement();
            let is_known = |place: Place<'_>| {
                district.place.is_in(place) || place.is_in(district.place) || place == district.place
            };
            let mut places = allowed.iter().map(|posting| self.gazetteer.at(posting.place)).peekable();
            (places.peek().is_some() && places.all(|place| is_village(place) && !is_known(place)))
                .then(|| mention.surface.clone())
        })
    }
}
