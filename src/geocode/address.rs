//! A street beside the settlement, district or region of its address: which street is meant, and that one of the name somewhere else says
//! nothing.

use super::kind_word::is_fine;
use super::mention::Origin;
use super::no_place::is_everywhere;
use super::resolve::Decision;
use super::weigh::{Weighed, is_surrounded};
use crate::gazetteer::{Place, PlaceKind};
use crate::text::fold;

/// Whether a kind is one whose names every town has.
fn is_of_address(kind: PlaceKind) -> bool {
    matches!(kind, PlaceKind::Street | PlaceKind::Square | PlaceKind::Quarter | PlaceKind::Microdistrict)
}

impl<'a> Decision<'a> {
    /// Whether a street, square or building lies in a city of no region that a region surrounds: "Алматинская область, г. Алматы,
    /// ул. Абая".
    pub(super) fn is_in_surrounded(&self, fine: Place<'a>, region: Place<'a>) -> bool {
        is_fine(fine.kind())
            && region.kind() == PlaceKind::Region
            && fine.ancestors().any(|city| is_surrounded(self.gazetteer.at(city), region))
    }

    /// Whether towns are named and a street, square or building lies in none of them: it is not the one that is meant. A street with its
    /// kind word ("ул. Калинина") has to lie in the districts and regions that are named as well, or in a town that is.
    pub(super) fn is_in_another_town(&self, candidate: &Weighed<'a>, all: &[Weighed<'a>]) -> bool {
        if self.is_called_as_its_town(candidate) {
            return false;
        }
        let others = || all.iter().filter(|other| other.mention != candidate.mention);
        let mut towns = others().filter(|other| self.names_town(other)).peekable();
        // "п. Федоровка, ул. Калинина", "Абайский район, мкр. Нурсат": the quarter or city district of the name may be meant.
        let is_beside_part = |named: &Weighed<'a>| {
            others().filter(|other| other.mention == named.mention).any(|part| {
                let is_part = is_of_address(part.place.kind()) || part.place.kind() == PlaceKind::CityDistrict;
                is_part && self.are_of_one_town(candidate, part)
            })
        };
        if towns.peek().is_some() {
            let may_be_part = |town: &Weighed<'a>| town.place.kind() != PlaceKind::City && is_beside_part(town);
            return !towns.any(|town| candidate.is_in(town) || may_be_part(town));
        }
        if !is_of_address(candidate.place.kind()) || self.mentions[candidate.mention].kind.is_none() {
            return false;
        }
        if self.names_unknown_settlement() {
            // Somewhere in the region is not in the village.
            let is_near = |kind: PlaceKind| kind.is_settlement() || kind == PlaceKind::CityDistrict;
            return !others().any(|other| is_near(other.place.kind()) && candidate.is_in(other));
        }
        let mut areas = others()
            .filter(|other| {
                let mention = &self.mentions[other.mention];
                let is_said = mention.kind.is_some() || mention.origin == Origin::Region;
                is_said && matches!(other.place.kind(), PlaceKind::Region | PlaceKind::District)
            })
            .peekable();
        // "ул. Абая, Акмолинская область" is in any of its towns.
        let name = fold(candidate.place.toponym(candidate.posting.toponym).name);
        let is_in_each = candidate.place.kind() == PlaceKind::Street && is_everywhere(&name);
        areas.peek().is_some()
            && !areas.any(|area| {
                (candidate.is_in(area) && !is_in_each)
                    || self.is_of_column_around(candidate, area)
                    || is_beside_part(area)
            })
            && !others().any(|other| {
                let is_area = matches!(other.place.kind(), PlaceKind::Region | PlaceKind::District);
                other.place.kind() != PlaceKind::Country && candidate.is_in(other) && !(is_in_each && is_area)
            })
    }

    /// Whether it is an airport or station by the name of its town and the word for its kind: "Almaty airport" names the town as well.
    fn is_called_as_its_town(&self, candidate: &Weighed<'a>) -> bool {
        let mention = &self.mentions[candidate.mention];
        let mut places = mention.postings.iter().map(|posting| self.gazetteer.at(posting.place));
        matches!(candidate.place.kind(), PlaceKind::Airport | PlaceKind::Station)
            && mention.kind.is_some()
            && places.any(|town| town.kind().is_settlement() && candidate.place.is_in(town))
    }

    /// Leaves out the villages that are called as streets of every town are, where a city is named: "Жибек жолы, Тараз" is a street that is
    /// not known there.
    pub(super) fn without_villages_called_as_streets(&self, all: &mut Vec<Weighed<'a>>) {
        let is_village = |candidate: &Weighed<'a>| {
            let name = candidate.place.toponym(candidate.posting.toponym).name;
            matches!(candidate.place.kind(), PlaceKind::Village | PlaceKind::Town)
                && self.mentions[candidate.mention].kind.is_none()
                && is_everywhere(&fold(name))
        };
        if !all.iter().any(is_village) {
            return;
        }
        let cities: Vec<Weighed<'a>> =
            all.iter().filter(|candidate| candidate.place.kind() == PlaceKind::City).cloned().collect();
        all.retain(|candidate| {
            let others = || cities.iter().filter(|city| city.mention != candidate.mention);
            !is_village(candidate) || others().next().is_none() || others().any(|city| candidate.is_in(city))
        });
    }

    /// Whether a street lies in a city that the region of the region column surrounds: many tables put Almaty into Almaty Region.
    fn is_of_column_around(&self, street: &Weighed<'a>, region: &Weighed<'a>) -> bool {
        self.mentions[region.mention].origin == Origin::Region && self.is_in_surrounded(street.place, region.place)
    }

    /// Whether a candidate is a city, or a village that no street or quarter shares its name with, or one by the word for its kind.
    pub(super) fn names_town(&self, candidate: &Weighed<'a>) -> bool {
        let kind_of = |place: usize| self.gazetteer.at(place).kind();
        let mention = &self.mentions[candidate.mention];
        let is_said = || {
            mention.kind.as_ref().is_some_and(|(word, _)| word.kinds.iter().any(|kind| kind.is_settlement()))
                || mention.postings.iter().all(|posting| !is_fine(kind_of(posting.place)))
        };
        candidate.place.kind() == PlaceKind::City
            || (candidate.place.kind().is_settlement()
                && !mention.is_common
                && !mention.is_after_site_word
                && is_said())
    }

    /// Whether the text names a settlement that is not known: "с. Аксукент".
    pub(super) fn names_unknown_settlement(&self) -> bool {
        self.found.beside_kind.iter().any(|(word, ..)| {
            word.kinds.iter().any(|kind| kind.is_settlement()) && !word.kinds.contains(&PlaceKind::Station)
        })
    }
}
