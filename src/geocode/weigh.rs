//! The places that the names of a request may mean, weighed against each other: kind, containment, standing of the name, people.

use super::kind_word::is_fine;
use super::little_known::is_little;
use super::mention::{Mention, Origin};
use super::no_place;
use super::placed::{is_alone, is_placed};
use super::resolve::Decision;
use crate::gazetteer::{NameStatus, Place, PlaceKind, Posting, Rule};
use crate::incident::Language;
use crate::text::{fold, latin, tokens, words};
use std::collections::{HashMap, HashSet};

/// Population ratio from which one namesake is meant unless another is named (GEOCODING, 7).
pub(super) const DOMINANCE: u64 = 10;

/// What a settlement of unknown population is taken to have: most villages have a few hundred people, and "unknown" is not none.
const UNKNOWN_PEOPLE: u64 = 300;

/// Fine places whose extents are no farther apart than this (metres) are one spot.
const TOGETHER_M: f64 = 500.0;

/// Places of one name that are weighed, the most populous first; no gazetteer of one country has so many.
const MAX_NAMESAKES: usize = 200;

/// Letters from which the name of a building is long enough to stand for itself.
const LANDMARK_LETTERS: usize = 5;

/// Names of squares, parks and markets that are words beside any noun.
const ADJECTIVES: [&str; 10] =
    ["Центральная", "Центральный", "Орталық", "Central", "Старая", "Новая", "Ескі", "Жаңа", "Old", "New"];

/// The same for an abbreviation ("КБТУ"), where words put something there.
const ABBREVIATION_LETTERS: usize = 4;

/// People from which a quarter is known beyond its town.
const LANDMARK_PEOPLE: u64 = 50_000;

/// A candidate while it is weighed.
#[derive(Clone)]
pub(super) struct Weighed<'a> {
    pub(super) posting: Posting,
    pub(super) place: Place<'a>,
    pub(super) mention: usize,
    pub(super) support: usize,
    pub(super) conflict: usize,
}

impl Weighed<'_> {
    /// Whether the other contains it, today or ever.
    pub(super) fn is_in(&self, other: &Self) -> bool {
        self.place.is_in(other.place)
    }
}

/// Whether a city of no region lies in the outline of a region, which people name with it: "Алматы, Алматинская область".
pub(super) fn is_surrounded(city: Place<'_>, region: Place<'_>) -> bool {
    city.kind() == PlaceKind::City
        && region.kind() == PlaceKind::Region
        && city.parent() == region.parent()
        && region.shape().is_some_and(|shape| {
            let around = (0..4)
                .map(|quarter| city.position().destination(f64::from(quarter) * 90.0, 2.0 * city.uncertainty_m()));
            shape.contains(city.position()) || around.filter(|at| shape.contains(*at)).count() >= 2
        })
}

/// People up to which a city that is called as streets of every town are is not meant by the bare name where another town is named.
const LITTLE_CITY: u64 = 100_000;

/// Whether a city bears the name of a person or an idea after whom streets are called everywhere, and is little beside these.
fn is_called_as_streets(city: Place<'_>, posting: &Posting) -> bool {
    city.population().is_some_and(|people| people < LITTLE_CITY)
        && no_place::is_everywhere(&fold(city.toponym(posting.toponym).name))
}

/// First words of names (folded) of which no two are called after the same person, unless everything is.
const SINGULAR: [&str; 10] = [
    "шахта",
    "мавзолей",
    "разрез",
    "мечеть",
    "театр",
    "драмтеатр",
    "драматический",
    "консерватория",
    "киностудия",
    "каток",
];

/// Whether the name of a building is one of its own: written with a capital, or with a common noun and the name of somebody after whom
/// not everything is called ("шахта имени Костенко", but no "школа имени Абая").
fn is_proper(name: &str) -> bool {
    if name.trim_start_matches(['«', '"']).starts_with(char::is_uppercase) {
        return true;
    }
    let words = words(name);
    let is_singular = words.first().is_some_and(|first| SINGULAR.contains(&first.as_str()));
    is_singular && name.contains(char::is_uppercase) && !words.iter().any(|word| no_place::is_everywhere(word))
}

impl<'a> Decision<'a> {
    /// Every candidate of every mention that its kind word allows, with what speaks for and against it.
    pub(super) fn weighed(&self) -> Vec<Weighed<'a>> {
        let mut all: Vec<Weighed<'a>> = Vec::new();
        for (number, mention) in self.mentions.iter().enumerate() {
            for posting in self.allowed(mention) {
                let place = self.gazetteer.at(posting.place);
                all.push(Weighed { posting, place, mention: number, support: 0, conflict: 0 });
            }
        }
        // A street, square or building is meant only when its town is named, or its kind.
        let named = all.clone();
        all.retain(|candidate| {
            let mention = &self.mentions[candidate.mention];
            if is_fine(candidate.place.kind()) && self.is_in_another_town(candidate, &named) {
                return false;
            }
            // "площадь Акмечеть" is no quarter of the name: a word for what it is stands there, and nothing of the kind is called so.
            if mention.is_after_site_word && mention.kind.is_none() && is_fine(candidate.place.kind()) {
                return false;
            }
            if mention.is_after_site_word && !is_fine(candidate.place.kind()) && self.is_elsewhere(candidate, &named) {
                return false;
            }
            let holds_named = || named.iter().any(|other| other.mention != candidate.mention && other.is_in(candidate));
            if mention.is_common && !self.is_in_named_area(candidate, &named) && !holds_named() {
                return false;
            }
            if mention.kind.is_none() && (self.is_named_as_its_town_was(candidate) || self.is_only_adjective(candidate))
            {
                return false;
            }
            if is_fine(candidate.place.kind()) && mention.kind.is_none() && self.is_rather_a_town(candidate, &named) {
                return false;
            }
            // "посёлок Деркул" is a quarter of Уральск where Уральск is named.
            let says_kind = mention.kind.as_ref().is_some_and(|(word, _)| {
                !word.kinds.iter().any(|kind| kind.is_settlement()) || word.kinds.contains(&PlaceKind::Station)
            });
            !is_fine(candidate.place.kind())
                || says_kind
                || (candidate.place.kind() != PlaceKind::Airport && self.names_its_town(candidate))
                || self.has_its_town(candidate, &named)
                || self.is_landmark(candidate)
        });
        self.without_villages_elsewhere(&mut all);
        self.without_villages_called_as_streets(&mut all);
        self.without_little_known(&mut all);
        let snapshot = all.clone();
        let tiers = self.first_readings(&snapshot);
        for candidate in &mut all {
            // The candidates of one mention follow each other.
            for others in snapshot.chunk_by(|one, other| one.mention == other.mention) {
                if others[0].mention == candidate.mention {
                    continue;
                }
                let mut is_above = false;
                let mut is_related = false;
                let most = tiers.get(&(candidate.mention, others[0].mention)).copied().unwrap_or(u16::MAX);
                for weighed in others.iter().filter(|other| most == u16::MAX || self.tier(other) <= most) {
                    let same = weighed.place == candidate.place;
                    let above = self.lies_in(candidate, weighed);
                    is_above |= same || above;
                    is_related |= same
                        || above
                        || self.lies_in(weighed, candidate)
                        || self.are_of_one_town(candidate, weighed)
                        || is_surrounded(candidate.place, weighed.place)
                        || self.is_in_surrounded(candidate.place, weighed.place)
                        || self.is_in_surrounded(weighed.place, candidate.place);
                    is_above |= is_surrounded(candidate.place, weighed.place);
                }
                candidate.support += usize::from(is_above);
                candidate.conflict += usize::from(!is_related);
            }
            if is_fine(candidate.place.kind()) && self.names_its_town(candidate) {
                candidate.support += 1;
            }
        }
        all
    }

    /// For each two mentions of which the second means more than one kind of place, a city among them, and the first means something that
    /// lies in what the second stands for first, or a city that lies in nothing the second may mean: the tier of that. "Көктөбе, Алматы" is the park in the city, not a village in the region of the name.
    fn first_readings(&self, all: &[Weighed<'a>]) -> HashMap<(usize, usize), u16> {
        let mut tiers = HashMap::new();
        let is_of_city = |outer: &&[Weighed<'a>]| {
            outer.len() > 1 && outer.iter().any(|candidate| candidate.place.kind() == PlaceKind::City)
        };
        for outer in all.chunk_by(|one, other| one.mention == other.mention).filter(is_of_city) {
            let of_outer: Vec<u16> = outer.iter().map(|candidate| self.tier(candidate)).collect();
            let Some(first) = of_outer.iter().min().copied() else { continue };
            let readings: Vec<&Weighed<'a>> =
                outer.iter().zip(&of_outer).filter(|(_, tier)| **tier == first).map(|(reading, _)| reading).collect();
            if readings.len() == outer.len() {
                continue;
            }
            for inner in all.chunk_by(|one, other| one.mention == other.mention) {
                // "Актау, Атырау" are two towns, whatever village of the region around the second is called as the first.
                let is_elsewhere = || {
                    let is_bare = self.mentions[outer[0].mention].kind.is_none();
                    let mut cities = inner.iter().filter(|inner| inner.place.kind() == PlaceKind::City).peekable();
                    is_bare
                        && cities.peek().is_some()
                        && !cities.any(|city| outer.iter().any(|reading| city.is_in(reading)))
                };
                let is_other = inner[0].mention != outer[0].mention;
                let is_in_first = || inner.iter().any(|inner| readings.iter().any(|reading| inner.is_in(reading)));
                if is_other && (is_elsewhere() || is_in_first()) {
                    tiers.insert((inner[0].mention, outer[0].mention), first);
                }
            }
        }
        tiers
    }

    /// Whether another name of the text or the columns is a settlement that has nothing to do with the candidate.
    fn is_elsewhere(&self, candidate: &Weighed<'a>, all: &[Weighed<'a>]) -> bool {
        all.iter().any(|other| {
            other.mention != candidate.mention
                && other.place.kind().is_settlement()
                && !self.lies_in(candidate, other)
                && !self.lies_in(other, candidate)
        })
    }

    /// Whether another name is that of a town, district or region that contains the candidate.
    fn is_in_named_area(&self, candidate: &Weighed<'a>, all: &[Weighed<'a>]) -> bool {
        all.iter().any(|other| {
            other.mention != candidate.mention
                && other.place.kind() != PlaceKind::Country
                && self.lies_in(candidate, other)
        })
    }

    /// Whether the name only says which of several: "New" is a square where "square" stands.
    fn is_only_adjective(&self, candidate: &Weighed<'a>) -> bool {
        let name = candidate.place.toponym(candidate.posting.toponym).name;
        let is_site = matches!(candidate.place.kind(), PlaceKind::Square | PlaceKind::Park | PlaceKind::Market);
        // "Старая площадь" has its kind in the name.
        let Mention { first, last, .. } = self.mentions[candidate.mention];
        is_site && first == last && ADJECTIVES.contains(&name)
    }

    /// Whether it is a region by the former name of its town, in a language where only a word for the kind tells them apart: "Guryev" is the
    /// town, "Guryev Oblast" the region.
    fn is_named_as_its_town_was(&self, candidate: &Weighed<'a>) -> bool {
        let toponym = candidate.place.toponym(candidate.posting.toponym);
        candidate.place.kind() == PlaceKind::Region
            && toponym.status == NameStatus::Former
            && matches!(toponym.language, Language::En | Language::Kk)
            && self.day.is_none_or(|day| !toponym.validity.covers(day))
    }

    /// Whether it is a building, market, park or large quarter whose own name nobody else has: "Акорда" and "Кок-Тобе" need no town. An institution is also
    /// somebody who does and says things unless words put something there, and a name that is only spelled like it otherwise does not count.
    pub(super) fn is_landmark(&self, candidate: &Weighed<'a>) -> bool {
        let mention = &self.mentions[candidate.mention];
        let name = candidate.place.toponym(candidate.posting.toponym).name;
        let is_as_near = |other: &&Posting| other.rule <= Rule::Joined.min(candidate.posting.rule);
        let is_known = |other: &&Posting| !is_little(self.gazetteer.at(other.place));
        let may_be_known = match candidate.place.kind() {
            PlaceKind::Building | PlaceKind::Park | PlaceKind::Market => true,
            PlaceKind::Quarter | PlaceKind::Microdistrict => candidate.place.population() >= Some(LANDMARK_PEOPLE),
            _ => false,
        };
        let is_placed = || is_placed(&self.found.words, mention.first, mention.last, candidate.posting.rule);
        let letters = name.chars().count();
        let is_official = candidate.place.toponym(candidate.posting.toponym).status == NameStatus::Official;
        let is_abbreviation = letters >= ABBREVIATION_LETTERS && is_official && name.chars().all(char::is_uppercase);
        // A university called after Nazarbayev is in more than one town.
        let is_alone = is_alone(&self.found.words, mention.first, mention.last)
            && words(name).iter().all(|word| !no_place::is_everywhere(word));
        may_be_known
            && is_proper(name)
            && (letters >= LANDMARK_LETTERS || (is_abbreviation && is_placed()))
            && mention.postings.iter().filter(is_as_near).filter(is_known).count() <= 1
            && !mention.is_organisation
            // "спутник земли" is no shopping centre.
            && (mention.last > mention.first || mention.surface.starts_with(char::is_uppercase))
            && (!no_place::names_institution(name) || is_alone || is_placed())
            && !no_place::is_everywhere(&fold(name))
    }

    /// Whether both are streets, squares or buildings of the same town.
    pub(super) fn are_of_one_town(&self, one: &Weighed<'a>, other: &Weighed<'a>) -> bool {
        is_fine(one.place.kind())
            && is_fine(other.place.kind())
            && one
                .place
                .ancestors()
                .map(|number| self.gazetteer.at(number))
                .any(|town| town.kind().is_settlement() && other.place.is_in(town))
    }

    /// Whether the bare words are first of all the name of a town ("Алматы" is no airport), written at least as plainly.
    fn is_rather_a_town(&self, candidate: &Weighed<'a>, all: &[Weighed<'a>]) -> bool {
        let has_its_town = self.has_its_town(candidate, all);
        let may_be_village = !has_its_town;
        self.mentions[candidate.mention].postings.iter().any(|posting| {
            let place = self.gazetteer.at(posting.place);
            let is_village = || may_be_village && place.kind().is_settlement();
            // "Abay Opera Theatre, Almaty" is on the street, not in the little town that is called after the same person.
            let is_city = place.kind() == PlaceKind::City && !(has_its_town && is_called_as_streets(place, posting));
            (is_city || (is_village() && !(is_little(place) && self.is_landmark(candidate))))
                && posting.rule <= candidate.posting.rule
                && place.toponym(posting.toponym).status != NameStatus::Former
        })
    }

    /// Whether the name itself holds the name of its town: "Almaty city hall", "акимат Алматы".
    fn names_its_town(&self, candidate: &Weighed<'a>) -> bool {
        let words = tokens(&self.mentions[candidate.mention].surface);
        words.len() > 1
            && words.iter().flat_map(|word| self.gazetteer.names().places(&word.folded)).any(|posting| {
                // "Нурсултан" alone is a first name, although the town was once written so.
                if posting.rule == Rule::Joined {
                    return false;
                }
                let place = self.gazetteer.at(posting.place);
                (place.kind().is_settlement() || place.kind() == PlaceKind::Region) && candidate.place.is_in(place)
            })
    }

    fn has_its_town(&self, candidate: &Weighed<'a>, all: &[Weighed<'a>]) -> bool {
        all.iter().any(|other| {
            other.mention != candidate.mention
                && (other.place.kind().is_settlement() || other.place.kind() == PlaceKind::CityDistrict)
                && candidate.is_in(other)
        })
    }

    /// The postings of a mention that its kind word or its column allows; when it allows none of them, none.
    pub(super) fn allowed(&self, mention: &Mention) -> Vec<Posting> {
        let kind_of = |posting: &Posting| self.gazetteer.at(posting.place).kind();
        let existed = |posting: &Posting| {
            let place = self.gazetteer.at(posting.place);
            self.day.is_none_or(|day| place.validity().covers(day))
        };
        let mut allowed: Vec<Posting> = match (&mention.kind, mention.origin) {
            (Some((word, _)), _) => {
                mention.postings.iter().copied().filter(|posting| word.kinds.contains(&kind_of(posting))).collect()
            }
            (None, Origin::City) => mention.postings.iter().copied().filter(|p| kind_of(p).is_settlement()).collect(),
            (None, Origin::Region) => {
                let area = |p: &Posting| matches!(kind_of(p), PlaceKind::Region | PlaceKind::District);
                // "Алматы" in a region column is the city of republican significance: it lies in no region.
                let is_of_no_region = |p: &Posting| {
                    let name = self.gazetteer.at(p.place).toponym(p.toponym);
                    // "Akmola" is the region of today, although Astana was once called so.
                    let is_called_so =
                        name.status != NameStatus::Former || self.day.is_some_and(|day| name.validity.covers(day));
                    is_called_so
                        && kind_of(p) == PlaceKind::City
                        && self.gazetteer.at(p.place).parent().is_some_and(|parent| parent.kind() == PlaceKind::Country)
                };
                let first_of = |wanted: &dyn Fn(&Posting) -> bool| -> Vec<Posting> {
                    mention.postings.iter().copied().filter(|posting| wanted(posting)).collect()
                };
                // A village is no region: a region of its name is one that the gazetteer does not have.
                let is_town = |p: &Posting| matches!(kind_of(p), PlaceKind::City | PlaceKind::Town);
                [first_of(&is_of_no_region), first_of(&area), first_of(&is_town)]
                    .into_iter()
                    .find(|found| !found.is_empty())
                    .unwrap_or_default()
            }
            (None, Origin::Country) => {
                mention.postings.iter().copied().filter(|posting| kind_of(posting) == PlaceKind::Country).collect()
            }
            (None, Origin::Text) => {
                let is_country =
                    |posting: &Posting| kind_of(posting) == PlaceKind::Country && posting.rule != Rule::Latin;
                // "Кыргызстан" is the country, whatever villages are called so.
                let keep_all = !mention.postings.iter().any(is_country);
                let is_large = |posting: &Posting| matches!(kind_of(posting), PlaceKind::Country | PlaceKind::City);
                mention.postings.iter().copied().filter(|posting| keep_all || is_large(posting)).collect()
            }
        };
        if allowed.iter().any(existed) {
            allowed.retain(existed);
        }
        if allowed.len() > MAX_NAMESAKES {
            allowed
                .sort_by_key(|posting| std::cmp::Reverse(self.gazetteer.at(posting.place).population().unwrap_or(0)));
            allowed.truncate(MAX_NAMESAKES);
        }
        allowed
    }

    /// The candidates that agree best with everything that is named, of the kind that is meant first.
    pub(super) fn best(&self, mut candidates: Vec<Weighed<'a>>) -> Vec<Weighed<'a>> {
        let Some(least) = candidates.iter().map(|candidate| candidate.conflict).min() else { return candidates };
        candidates.retain(|candidate| candidate.conflict == least);
        // Of one mention only the kind that a bare name stands for first.
        let tiers: Vec<(usize, u16)> =
            candidates.iter().map(|candidate| (candidate.mention, self.tier(candidate))).collect();
        let best_tier =
            |mention: usize| tiers.iter().filter(|(other, _)| *other == mention).map(|(_, tier)| *tier).min();
        let outweighing = self.outweighing(&candidates, &|at| Some(tiers[at].1) == best_tier(tiers[at].0));
        let mut number = 0;
        candidates.retain(|candidate| {
            let keep =
                Some(tiers[number].1) == best_tier(candidate.mention) || outweighing.contains(&candidate.posting.place);
            number += 1;
            keep
        });
        let most = candidates.iter().map(|candidate| candidate.support).max().unwrap_or(0);
        if least == 0 {
            // All names fit together: the one that lies inside the others is where it happened.
            candidates.retain(|candidate| candidate.support == most);
            let coarser: Vec<usize> = candidates.iter().flat_map(|candidate| candidate.place.ancestors()).collect();
            let is_coarser = |candidate: &Weighed<'a>| coarser.contains(&candidate.posting.place);
            if most > 0 && !candidates.iter().all(is_coarser) {
                candidates.retain(|candidate| !is_coarser(candidate));
            }
        }
        // "Алмалинский район, ул. Макатаева": the district of a city says where in it the street runs, or a part of it.
        let all = candidates.clone();
        candidates.retain(|candidate| {
            candidate.place.kind() != PlaceKind::CityDistrict
                || !all.iter().any(|other| {
                    other.mention != candidate.mention
                        && other.place.kind() != PlaceKind::CityDistrict
                        && self.are_of_one_town(other, candidate)
                })
        });
        self.nearest_in_district(&mut candidates);
        // The same place named twice is one candidate.
        let mut seen = HashSet::new();
        candidates.retain(|candidate| seen.insert(candidate.posting.place));
        candidates
    }

    /// The settlements that a name stands for beside others, although it is not the official one, because they are so much larger than
    /// all that are called so first: "в Боровом" is rather in Бурабай than in a village that nobody counted. Names that only a list
    /// adds do not count.
    fn outweighing(&self, candidates: &[Weighed<'a>], is_first: &dyn Fn(usize) -> bool) -> Vec<usize> {
        let people = |place: Place<'_>| place.population().unwrap_or(UNKNOWN_PEOPLE).max(UNKNOWN_PEOPLE);
        let is_in_use = |candidate: &Weighed<'a>| {
            let status = candidate.place.toponym(candidate.posting.toponym).status;
            matches!(status, NameStatus::Official | NameStatus::Alternative)
                && candidate.posting.rule != Rule::Adjective
        };
        let is_small = |place: Place<'_>| matches!(place.kind(), PlaceKind::Town | PlaceKind::Village);
        let outweighs = |candidate: &Weighed<'a>| {
            let mut first = (0..candidates.len())
                .filter(|at| candidates[*at].mention == candidate.mention && is_first(*at))
                .map(|at| candidates[at].place);
            // "Жана-Озен" is rather the city than a village that only a list has.
            let is_less = |other: Place<'_>| {
                let is_official = candidate.place.toponym(candidate.posting.toponym).status == NameStatus::Official;
                let may_be_less = is_small(candidate.place) || (is_official && is_little(other));
                may_be_less && is_small(other) && people(candidate.place) >= DOMINANCE * people(other)
            };
            first.all(is_less)
        };
        candidates
            .iter()
            .filter(|candidate| candidate.place.kind().is_settlement() && is_in_use(candidate) && outweighs(candidate))
            .map(|candidate| candidate.posting.place)
            .collect()
    }

    /// What a bare name stands for first: a city, then a region, then smaller settlements, districts and countries.
    fn tier(&self, candidate: &Weighed<'a>) -> u16 {
        let mention = &self.mentions[candidate.mention];
        let toponym = candidate.place.toponym(candidate.posting.toponym);
        let is_current =
            toponym.status != NameStatus::Former || self.day.is_some_and(|day| toponym.validity.covers(day));
        let spelling = match candidate.posting.rule {
            Rule::AsWritten | Rule::Inflected(_) | Rule::Transliterated => 0,
            // A city has more Latin spellings than anybody lists.
            Rule::Latin if candidate.place.kind() == PlaceKind::City => 0,
            Rule::Joined => 1,
            Rule::Latin | Rule::Adjective => 2,
        };
        let kind = match candidate.place.kind() {
            // GeoNames says that a town was called Николаевка, as a dozen villages are.
            PlaceKind::City if toponym.status.is_beside_official() && self.is_another_name(candidate) => {
                if mention.kind.is_some() { 2 } else { 5 }
            }
            // "Актау қаласы": a city before a village of the name.
            PlaceKind::Town | PlaceKind::Village if mention.kind.is_some() => 1,
            // "посёлок Заря": a village before a quarter that was one.
            kind if is_fine(kind)
                && mention.kind.as_ref().is_some_and(|(word, _)| word.kinds.contains(&PlaceKind::Quarter)) =>
            {
                2
            }
            _ if mention.kind.is_some() => 0,
            PlaceKind::Country => 0,
            PlaceKind::City if is_current => 1,
            PlaceKind::City => 2,
            PlaceKind::Region if is_current => 3,
            PlaceKind::Region => 4,
            PlaceKind::Town | PlaceKind::Village => 5,
            PlaceKind::District => 6,
            // With its town named a fine place is what the sentence is about; a bare name is first of all that of a street.
            PlaceKind::Street => 0,
            PlaceKind::CityDistrict => 1,
            PlaceKind::Building => 2,
            PlaceKind::Microdistrict | PlaceKind::Quarter => 3,
            PlaceKind::Square => 4,
            PlaceKind::Park | PlaceKind::Market => 5,
            PlaceKind::Station | PlaceKind::Airport => 6,
        };
        // A name that only some list adds comes after one that is official: GeoNames has many of the former.
        let is_listed = candidate.place.kind().is_settlement() || candidate.place.kind() == PlaceKind::District;
        let is_added = is_listed && toponym.status.is_beside_official();
        spelling * 100 + kind * 10 + u16::from(is_added)
    }

    /// Whether places compete for a name by which a city is called beside its official ones, and which is no spelling of these.
    fn is_another_name(&self, candidate: &Weighed<'a>) -> bool {
        let begin = |name: &str| latin::skeleton(name).map(|skeleton| skeleton.chars().take(2).collect::<String>());
        let own = begin(candidate.place.toponym(candidate.posting.toponym).name);
        let mut official = candidate.place.toponyms().filter(|name| name.status == NameStatus::Official);
        self.mentions[candidate.mention].postings.len() > 1 && !official.any(|name| begin(name.name) == own)
    }

    /// Of several settlements of one name the one that is meant unless another is named.
    pub(super) fn dominant(&self, candidates: &[Weighed<'a>]) -> Option<Weighed<'a>> {
        let [first, _, ..] = candidates else { return None };
        let is_one_mention = candidates.iter().all(|candidate| candidate.mention == first.mention);
        if !is_one_mention || !candidates.iter().all(|candidate| candidate.place.kind().is_settlement()) {
            return None;
        }
        // "Петровка, Энский район": which one is said, only the gazetteer does not know the district.
        let is_small = |candidate: &Weighed<'a>| candidate.place.kind() != PlaceKind::City;
        let is_of_unknown_area = self.found.unnamed.iter().any(|(word, phrase)| {
            word.kinds.iter().all(|kind| *kind <= PlaceKind::District || *kind == PlaceKind::CityDistrict)
                && phrase.split(' ').filter(|part| part.starts_with(char::is_uppercase)).count() > 0
        });
        if is_of_unknown_area && candidates.iter().all(is_small) {
            return None;
        }
        // "в Александровке" is rather one that is called so than one that was.
        let is_former = |candidate: &Weighed<'a>| {
            let name = candidate.place.toponym(candidate.posting.toponym);
            name.status == NameStatus::Former && self.day.is_none_or(|day| !name.validity.covers(day))
        };
        let is_called = |candidate: &Weighed<'a>| !is_former(candidate);
        if candidates.iter().any(is_called) && candidates.iter().any(is_former) {
            return None;
        }
        let people = |candidate: &&Weighed<'a>| candidate.place.population().unwrap_or(UNKNOWN_PEOPLE);
        let mut by_size: Vec<&Weighed<'a>> = candidates.iter().collect();
        by_size.sort_by_key(|candidate| std::cmp::Reverse(people(candidate)));
        (people(&by_size[0]) >= DOMINANCE * people(&by_size[1]).max(UNKNOWN_PEOPLE)).then(|| by_size[0].clone())
    }

    /// Of several fine places of one town that lie together the most exact; where one only says from where, the others count.
    pub(super) fn finest_of_one_spot(&self, candidates: &[Weighed<'a>]) -> Option<Weighed<'a>> {
        if !candidates.iter().all(|candidate| is_fine(candidate.place.kind())) {
            return None;
        }
        let is_target = |candidate: &&Weighed<'a>| !self.mentions[candidate.mention].is_from;
        let mut targets: Vec<&Weighed<'a>> = candidates.iter().filter(is_target).collect();
        if targets.is_empty() {
            targets = candidates.iter().collect();
        }
        targets.sort_by(|a, b| a.place.uncertainty_m().total_cmp(&b.place.uncertainty_m()));
        let finest = targets[0];
        let is_together = targets.iter().all(|other| {
            let reach = finest.place.uncertainty_m() + other.place.uncertainty_m() + TOGETHER_M;
            self.are_of_one_town(finest, other) && finest.place.position().distance_m(other.place.position()) <= reach
        });
        // Two streets, or two squares, are not one spot; neither are several places of one name.
        let is_clear = targets.iter().all(|other| {
            other.place == finest.place
                || (other.mention != finest.mention && other.place.kind().precision() > finest.place.kind().precision())
        });
        (is_together && is_clear).then(|| finest.clone())
    }

    pub(super) fn contradicting(&self, candidate: &Weighed<'a>) -> &'static str {
        let related = |other: &Weighed<'a>| {
            other.place == candidate.place || self.lies_in(candidate, other) || self.lies_in(other, candidate)
        };
        let all = self.weighed();
        (0..self.mentions.len())
            .find(|mention| {
                let mut of_mention = all.iter().filter(|other| other.mention == *mention).peekable();
                of_mention.peek().is_some() && !of_mention.any(related)
            })
            .map_or("another column", |mention| self.mentions[mention].origin.name())
    }
}
