//! Deciding which place is meant: containment first, then the kind of place, then importance; and saying so when it is not clear.

use super::kind_word::is_fine;
use super::mention::{Found, Mention, Origin, find};
use super::relation::{Relation, relations};
use super::{Candidate, Geocoder, MAX_CANDIDATES, Request, Resolution, no_place, typo};
use crate::gazetteer::{Gazetteer, NameIndex, NameStatus, Place, PlaceId, PlaceKind, Posting, Rule};
use crate::incident::{Language, Method, Precision, Status};
use crate::text::tokens;
use jiff::civil::Date;
use std::collections::{BTreeSet, HashSet};

/// Population ratio from which one namesake is meant unless another is named (GEOCODING, 7).
const DOMINANCE: u64 = 10;

/// Fine places whose extents are no farther apart than this (metres) are one spot.
const TOGETHER_M: f64 = 500.0;

/// Words of a text that are looked at for slips: a place name with a slip stands in a short text.
const MAX_MISSPELT_WORDS: usize = 16;

/// Letters from which the name of a building is long enough to stand for itself.
const LANDMARK_LETTERS: usize = 6;

/// How far off a settlement "near" and a direction without a distance may mean, metres. Reporters say "under" a town of what is
/// within half an hour's drive.
const NEAR_M: f64 = 15_000.0;

/// How wrong a distance with a direction may be, as a share of it: eight directions leave 22.5 degrees, and distances are rounded.
const OFFSET_SHARE: f64 = 0.4;

/// Streets whose lines come no nearer than this (metres) do not cross.
const CROSSING_GAP_M: f64 = 800.0;

/// How exact the line of a street is drawn, metres.
const LINE_ERROR_M: f64 = 250.0;

/// Scores: share of right answers among answers of this kind. Provisional: estimated on the project's own cases, not yet calibrated.
mod score {
    pub(super) const NAMED_WITH_PARENT: f64 = 0.97;
    pub(super) const EXACT: f64 = 0.95;
    pub(super) const INFLECTED: f64 = 0.94;
    pub(super) const OTHER_SPELLING: f64 = 0.85;
    pub(super) const DOMINANT: f64 = 0.85;
    pub(super) const FINE_WITHOUT_TOWN: f64 = 0.75;
    pub(super) const FALLBACK: f64 = 0.9;
    pub(super) const BETWEEN: f64 = 0.8;
    pub(super) const TYPO: f64 = 0.6;
    pub(super) const SHARED: f64 = 0.5;
}

/// A candidate while it is weighed.
#[derive(Clone)]
struct Weighed<'a> {
    posting: Posting,
    place: &'a Place,
    /// Numbers of the places that contain it.
    ancestors: &'a [u32],
    mention: usize,
    support: usize,
    conflict: usize,
}

impl Weighed<'_> {
    /// Whether the other contains it, today or ever.
    fn is_in(&self, other: &Self) -> bool {
        self.ancestors.contains(&(other.posting.place as u32))
    }
}

pub(super) fn resolve(geocoder: &Geocoder, request: &Request) -> Resolution {
    let gazetteer = geocoder.gazetteer();
    let look = |text: &str, origin| find(text, origin, gazetteer, &geocoder.index, &geocoder.kind_words);
    let mut found = look(&request.text, Origin::Text);
    let mut rules = Vec::new();
    if found.mentions.is_empty()
        && let Some(mention) = misspelt(geocoder, &request.text, &mut rules)
    {
        found.mentions.push(mention);
    }
    let is_typo = !rules.is_empty();
    let mut mentions = std::mem::take(&mut found.mentions);
    let relations = relations(&request.text, &found.words, &mentions, &geocoder.kind_words);
    for (text, origin) in [
        (&request.context.city, Origin::City),
        (&request.context.region, Origin::Region),
        (&request.context.country, Origin::Country),
    ] {
        mentions.extend(look(text, origin).mentions);
    }
    let day = request.occurred.map(|occurred| occurred.start().date());
    let decision = Decision { gazetteer, index: &geocoder.index, day, mentions: &mentions, found: &found, is_typo };
    decision.related(&relations, rules)
}

/// A misspelt name in a text in which nothing else was found.
fn misspelt(geocoder: &Geocoder, text: &str, rules: &mut Vec<String>) -> Option<Mention> {
    let chars: Vec<char> = text.chars().collect();
    let words = tokens(text);
    let is_lower_case = !words.iter().any(|word| word.is_capital);
    words.iter().enumerate().take(MAX_MISSPELT_WORDS).find_map(|(number, word)| {
        // Quoted words are organisations; a capital at the start of a sentence says nothing about a name.
        let kind_beside = [number.checked_sub(1), Some(number + 1)].into_iter().flatten().find_map(|beside| {
            let word = words.get(beside)?;
            let kind = geocoder.kind_words.get(&word.folded, word.is_dotted)?;
            Some((kind, chars[word.start..word.end].iter().collect::<String>()))
        });
        // "Усть-Каменагорск" is one name in two words.
        let pair = words
            .get(number + 1)
            .filter(|next| word.is_capital && chars.get(word.end) == Some(&'-') && next.start == word.end + 1);
        let may_be_name = (word.is_capital && (number > 0 || words.len() == 1))
            || (is_lower_case && words.len() <= 2)
            || kind_beside.is_some()
            || pair.is_some();
        let is_known =
            super::kind_word::is_filler(&word.folded) || geocoder.kind_words.get(&word.folded, false).is_some();
        let is_other = no_place::begins_as_common_word(&word.folded)
            || no_place::is_common_word(&word.folded)
            || no_place::is_of_people(&word.folded)
            || no_place::is_first_name(&word.folded)
            || no_place::is_person_or_organisation(&words, number, 1, &geocoder.kind_words);
        if !may_be_name || word.is_quoted || is_known || is_other {
            return None;
        }
        let kinds = kind_beside.as_ref().map(|(kind, _)| kind.kinds);
        let (text, last) = match pair {
            Some(next) => (format!("{}{}", word.folded, next.folded), number + 1),
            None => (word.folded.clone(), number),
        };
        let (postings, form, slips) = typo::nearest(&text, kinds, geocoder.gazetteer(), &geocoder.index)?;
        let surface: String = chars[word.start..words[last].end].iter().collect();
        rules.push(format!("`{surface}` is {slips} letter{} from `{form}`", if slips == 1 { "" } else { "s" }));
        Some(Mention {
            surface,
            postings,
            kind: kind_beside,
            origin: Origin::Text,
            first: number,
            last,
            is_from: false,
            is_common: false,
            is_after_site_word: false,
        })
    })
}

/// Whether a city of no region lies in the outline of a region, which people name with it: "Алматы, Алматинская область".
fn is_surrounded(city: &Place, region: &Place) -> bool {
    city.kind == PlaceKind::City
        && region.kind == PlaceKind::Region
        && city.parents.first() == region.parents.first()
        && region.shape.as_ref().is_some_and(|shape| {
            let around =
                (0..4).map(|quarter| city.position.destination(f64::from(quarter) * 90.0, 2.0 * city.uncertainty_m));
            shape.contains(city.position) || around.filter(|at| shape.contains(*at)).count() >= 2
        })
}

struct Decision<'a> {
    gazetteer: &'a Gazetteer,
    index: &'a NameIndex,
    day: Option<Date>,
    mentions: &'a [Mention],
    found: &'a Found,
    is_typo: bool,
}

impl<'a> Decision<'a> {
    /// The answer with what the words around the names say: beside, between, at the crossing.
    fn related(&self, relations: &[Relation], rules: Vec<String>) -> Resolution {
        for relation in relations {
            let answer = match relation {
                Relation::Crossing(which) => self.crossing(which),
                Relation::Between(which) => self.between(which),
                Relation::Off { mention, distance_m, bearing_deg } => {
                    return self.off(self.resolve(rules), *mention, *distance_m, *bearing_deg);
                }
            };
            if let Some(answer) = answer {
                return answer;
            }
        }
        self.resolve(rules)
    }

    fn resolve(&self, mut rules: Vec<String>) -> Resolution {
        let all = self.weighed();
        let of_text: Vec<Weighed<'a>> =
            all.iter().filter(|candidate| self.mentions[candidate.mention].origin == Origin::Text).cloned().collect();
        let mut named = self.best(of_text);
        let dominant = self.dominant(&named);
        let unnamed: Vec<&str> = self.found.unnamed.iter().map(|(_, phrase)| phrase.as_str()).collect();
        if !named.is_empty() {
            if let Some(only) = self.only_of_kind(dominant.as_ref().map_or(&named[..], std::slice::from_ref)) {
                rules.push(format!("the only {} of {}", only.place.kind, named[0].place.name(Language::Ru)));
                return self.answer(vec![only], rules, score::FALLBACK);
            }
            return self.decide(std::mem::take(&mut named), rules, &unnamed);
        }
        // The text names nothing that is known: the columns say where it was, less exactly.
        let of_columns = self.best(all);
        if of_columns.is_empty() {
            rules.push(self.why_nothing(&unnamed));
            return Resolution::unresolved(rules);
        }
        if let Some(only) = self.only_of_kind(&of_columns) {
            rules.push(format!("the only {} of {}", only.place.kind, of_columns[0].place.name(Language::Ru)));
            return self.answer(vec![only], rules, score::FALLBACK);
        }
        self.decide(of_columns, rules, &unnamed)
    }

    fn why_nothing(&self, unnamed: &[&str]) -> String {
        if let Some(phrase) = unnamed.first() {
            return format!("`{phrase}` says what kind of place it is, not which one");
        }
        match self.found.unknown.first() {
            Some(word) => format!("no place of the gazetteer is called `{word}`"),
            None => "the words name no place of the gazetteer".to_owned(),
        }
    }

    /// Every candidate of every mention that its kind word allows, with what speaks for and against it.
    fn weighed(&self) -> Vec<Weighed<'a>> {
        let mut all: Vec<Weighed<'a>> = Vec::new();
        for (number, mention) in self.mentions.iter().enumerate() {
            for posting in self.allowed(mention) {
                let place = &self.gazetteer.places()[posting.place];
                let ancestors = self.gazetteer.ancestors(posting.place);
                all.push(Weighed { posting, place, ancestors, mention: number, support: 0, conflict: 0 });
            }
        }
        // A street, square or building is meant only when its town is named, or its kind.
        let named = all.clone();
        all.retain(|candidate| {
            let mention = &self.mentions[candidate.mention];
            if is_fine(candidate.place.kind) && self.is_in_another_town(candidate, &named) {
                return false;
            }
            if mention.is_after_site_word && !is_fine(candidate.place.kind) && self.is_elsewhere(candidate, &named) {
                return false;
            }
            if mention.is_common && !(is_fine(candidate.place.kind) && self.has_its_town(candidate, &named)) {
                return false;
            }
            if is_fine(candidate.place.kind) && mention.kind.is_none() && self.is_rather_a_town(candidate) {
                return false;
            }
            !is_fine(candidate.place.kind)
                || mention.kind.is_some()
                || (candidate.place.kind != PlaceKind::Airport && self.names_its_town(candidate))
                || self.has_its_town(candidate, &named)
                || self.is_landmark(candidate)
        });
        let snapshot = all.clone();
        for candidate in &mut all {
            for other in (0..self.mentions.len()).filter(|other| *other != candidate.mention) {
                let mut others = snapshot.iter().filter(|weighed| weighed.mention == other).peekable();
                if others.peek().is_none() {
                    continue;
                }
                let mut is_above = false;
                let mut is_related = false;
                for weighed in others {
                    let same = weighed.place.id == candidate.place.id;
                    let above = candidate.is_in(weighed);
                    is_above |= same || above;
                    is_related |= same
                        || above
                        || weighed.is_in(candidate)
                        || self.are_of_one_town(candidate, weighed)
                        || is_surrounded(candidate.place, weighed.place);
                    is_above |= is_surrounded(candidate.place, weighed.place);
                }
                candidate.support += usize::from(is_above);
                candidate.conflict += usize::from(!is_related);
            }
            if is_fine(candidate.place.kind) && self.names_its_town(candidate) {
                candidate.support += 1;
            }
        }
        all
    }

    /// Whether towns are named and a street, square or building lies in none of them: it is not the one that is meant.
    fn is_in_another_town(&self, candidate: &Weighed<'a>, all: &[Weighed<'a>]) -> bool {
        let mut towns = all
            .iter()
            .filter(|other| other.mention != candidate.mention && other.place.kind == PlaceKind::City)
            .peekable();
        towns.peek().is_some() && !towns.any(|town| candidate.is_in(town))
    }

    /// Whether it is a building whose own name nobody else has: "Акорда" needs no town.
    fn is_landmark(&self, candidate: &Weighed<'a>) -> bool {
        let name = &candidate.place.toponyms[candidate.posting.toponym].name;
        candidate.place.kind == PlaceKind::Building
            && name.starts_with(char::is_uppercase)
            && name.chars().count() >= LANDMARK_LETTERS
            && self.mentions[candidate.mention].postings.len() == 1
    }

    /// Whether another name of the text or the columns is a settlement that has nothing to do with the candidate.
    fn is_elsewhere(&self, candidate: &Weighed<'a>, all: &[Weighed<'a>]) -> bool {
        all.iter().any(|other| {
            other.mention != candidate.mention
                && other.place.kind.is_settlement()
                && !candidate.is_in(other)
                && !other.is_in(candidate)
        })
    }

    /// Whether both are streets, squares or buildings of the same town.
    fn are_of_one_town(&self, one: &Weighed<'a>, other: &Weighed<'a>) -> bool {
        is_fine(one.place.kind)
            && is_fine(other.place.kind)
            && one.ancestors.iter().any(|number| {
                other.ancestors.contains(number) && self.gazetteer.places()[*number as usize].kind.is_settlement()
            })
    }

    /// Whether the bare words are first of all the name of a town ("Алматы" is no airport), written at least as plainly.
    fn is_rather_a_town(&self, candidate: &Weighed<'a>) -> bool {
        let is_street = matches!(candidate.place.kind, PlaceKind::Street | PlaceKind::Square);
        self.mentions[candidate.mention].postings.iter().any(|posting| {
            let place = &self.gazetteer.places()[posting.place];
            (place.kind == PlaceKind::City || (place.kind.is_settlement() && !is_street))
                && posting.rule <= candidate.posting.rule
                && place.toponyms[posting.toponym].status != NameStatus::Former
        })
    }

    /// Whether the name itself holds the name of its town: "Almaty city hall", "акимат Алматы".
    fn names_its_town(&self, candidate: &Weighed<'a>) -> bool {
        let words = tokens(&self.mentions[candidate.mention].surface);
        words.len() > 1
            && words.iter().flat_map(|word| self.index.places(&word.folded)).any(|posting| {
                // "Нурсултан" alone is a first name, although the town was once written so.
                if posting.rule == Rule::Joined {
                    return false;
                }
                let place = &self.gazetteer.places()[posting.place];
                (place.kind.is_settlement() || place.kind == PlaceKind::Region)
                    && candidate.ancestors.contains(&(posting.place as u32))
            })
    }

    fn has_its_town(&self, candidate: &Weighed<'a>, all: &[Weighed<'a>]) -> bool {
        all.iter().any(|other| {
            other.mention != candidate.mention
                && (other.place.kind.is_settlement() || other.place.kind == PlaceKind::CityDistrict)
                && candidate.is_in(other)
        })
    }

    /// The postings of a mention that its kind word or its column allows; when it allows none of them, none.
    fn allowed(&self, mention: &Mention) -> Vec<Posting> {
        let kind_of = |posting: &Posting| self.gazetteer.places()[posting.place].kind;
        let existed = |posting: &Posting| {
            let place = &self.gazetteer.places()[posting.place];
            self.day.is_none_or(|day| place.validity.covers(day))
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
                    kind_of(p) == PlaceKind::City
                        && self.gazetteer.places()[p.place].parents.first().is_some_and(|parent| {
                            self.gazetteer.place(&parent.id).is_some_and(|place| place.kind == PlaceKind::Country)
                        })
                };
                let first_of = |wanted: &dyn Fn(&Posting) -> bool| -> Vec<Posting> {
                    mention.postings.iter().copied().filter(|posting| wanted(posting)).collect()
                };
                [first_of(&is_of_no_region), first_of(&area), first_of(&|p| kind_of(p).is_settlement())]
                    .into_iter()
                    .find(|found| !found.is_empty())
                    .unwrap_or_default()
            }
            (None, Origin::Country) => {
                mention.postings.iter().copied().filter(|posting| kind_of(posting) == PlaceKind::Country).collect()
            }
            (None, Origin::Text) => mention.postings.clone(),
        };
        if allowed.iter().any(existed) {
            allowed.retain(existed);
        }
        allowed
    }

    /// The candidates that agree best with everything that is named, of the kind that is meant first.
    fn best(&self, mut candidates: Vec<Weighed<'a>>) -> Vec<Weighed<'a>> {
        let Some(least) = candidates.iter().map(|candidate| candidate.conflict).min() else { return candidates };
        candidates.retain(|candidate| candidate.conflict == least);
        // Of one mention only the kind that a bare name stands for first.
        let tiers: Vec<(usize, u16)> =
            candidates.iter().map(|candidate| (candidate.mention, self.tier(candidate))).collect();
        let best_tier =
            |mention: usize| tiers.iter().filter(|(other, _)| *other == mention).map(|(_, tier)| *tier).min();
        let mut number = 0;
        candidates.retain(|candidate| {
            let keep = Some(tiers[number].1) == best_tier(candidate.mention);
            number += 1;
            keep
        });
        let most = candidates.iter().map(|candidate| candidate.support).max().unwrap_or(0);
        if least == 0 {
            // All names fit together: the one that lies inside the others is where it happened.
            candidates.retain(|candidate| candidate.support == most);
            let coarser: Vec<u32> =
                candidates.iter().flat_map(|candidate| candidate.ancestors.iter().copied()).collect();
            let is_coarser = |candidate: &Weighed<'a>| coarser.contains(&(candidate.posting.place as u32));
            if most > 0 && !candidates.iter().all(is_coarser) {
                candidates.retain(|candidate| !is_coarser(candidate));
            }
        }
        // The same place named twice is one candidate.
        let mut seen = HashSet::new();
        candidates.retain(|candidate| seen.insert(candidate.posting.place));
        candidates
    }

    /// What a bare name stands for first: a city, then a region, then smaller settlements, districts and countries.
    fn tier(&self, candidate: &Weighed<'a>) -> u16 {
        let mention = &self.mentions[candidate.mention];
        let toponym = &candidate.place.toponyms[candidate.posting.toponym];
        let is_current =
            toponym.status != NameStatus::Former || self.day.is_some_and(|day| toponym.validity.covers(day));
        let spelling = match candidate.posting.rule {
            Rule::AsWritten | Rule::Inflected(_) => 0,
            // A city has more Latin spellings than anybody lists.
            Rule::Latin if candidate.place.kind == PlaceKind::City => 0,
            Rule::Joined => 1,
            Rule::Latin => 2,
        };
        let kind = match candidate.place.kind {
            // "Актау қаласы": a city before a village of the name.
            PlaceKind::Town | PlaceKind::Village if mention.kind.is_some() => 1,
            _ if mention.kind.is_some() => 0,
            PlaceKind::Country => 0,
            PlaceKind::City if is_current => 1,
            PlaceKind::City => 2,
            PlaceKind::Region if is_current => 3,
            PlaceKind::Region => 4,
            PlaceKind::Town | PlaceKind::Village => 5,
            PlaceKind::District => 6,
            // With its town named a fine place is what the sentence is about.
            _ => 0,
        };
        // A name that only some list adds comes after one that is official: GeoNames has many of the former.
        let is_listed = candidate.place.kind.is_settlement() || candidate.place.kind == PlaceKind::District;
        let is_added = is_listed && toponym.status == NameStatus::Alternative;
        spelling * 100 + kind * 10 + u16::from(is_added)
    }

    /// "аэропорт" beside a town that has one.
    fn only_of_kind(&self, towns: &[Weighed<'a>]) -> Option<Weighed<'a>> {
        let [town] = towns else { return None };
        if !town.place.kind.is_settlement() {
            return None;
        }
        let kinds: BTreeSet<PlaceKind> =
            self.found.unnamed.iter().flat_map(|(word, _)| word.kinds.iter().copied()).collect();
        let kind = kinds.into_iter().find(|kind| matches!(kind, PlaceKind::Airport | PlaceKind::Station))?;
        let mut inside =
            self.gazetteer.places().iter().enumerate().filter(|(_, place)| {
                place.kind == kind && place.parents.iter().any(|parent| parent.id == town.place.id)
            });
        let (number, place) = inside.next()?;
        if inside.next().is_some() {
            return None;
        }
        Some(Weighed {
            posting: Posting { place: number, toponym: 0, rule: Rule::AsWritten },
            place,
            ancestors: self.gazetteer.ancestors(number),
            mention: town.mention,
            support: 1,
            conflict: 0,
        })
    }

    /// One candidate is the answer; of several the one that dominates; else they share a parent or nothing.
    fn decide(&self, candidates: Vec<Weighed<'a>>, mut rules: Vec<String>, unnamed: &[&str]) -> Resolution {
        let first = &candidates[0];
        if let [only] = candidates.as_slice() {
            let mention = &self.mentions[only.mention];
            self.explain(only, &mut rules);
            let is_from_column = mention.origin != Origin::Text;
            let mut score = self.score_of(only);
            if only.conflict > 0 {
                let others = self.contradicting(only);
                rules.push(format!("{others} names another place"));
                return self.ambiguous(&candidates, rules);
            }
            if is_from_column {
                rules.push(format!("the place words name nothing that is known: placed by {}", mention.origin.name()));
                score = score.min(score::FALLBACK);
            } else if let Some(phrase) = unnamed.first().filter(|_| !is_fine(only.place.kind)) {
                rules.push(format!("`{phrase}` is not in the gazetteer: placed at {}", only.place.name(Language::Ru)));
                score = score.min(score::FALLBACK);
            } else if let Some(phrase) = self.fine_but_unknown(only) {
                rules.push(format!("`{phrase}` is not known there: placed at {}", only.place.name(Language::Ru)));
                score = score.min(score::FALLBACK);
            } else if let Some(word) = self.found.unknown.first() {
                rules.push(format!("no place was found for `{word}`: it decided nothing"));
            }
            if is_fine(only.place.kind) && only.support == 0 {
                rules.push("no town is named, and only one place is called so".to_owned());
                score = score.min(score::FINE_WITHOUT_TOWN);
            }
            return self.answer(candidates, rules, score);
        }
        let is_one_mention = candidates.iter().all(|candidate| candidate.mention == first.mention);
        if !is_one_mention && let Some(finest) = self.finest_of_one_spot(&candidates) {
            let others: Vec<&str> = candidates
                .iter()
                .filter(|candidate| candidate.place.id != finest.place.id)
                .map(|candidate| candidate.place.name(Language::Ru))
                .collect();
            self.explain(&finest, &mut rules);
            rules.push(format!("the most exact of the places named together; beside {}", others.join(", ")));
            let score = self.score_of(&finest).min(score::FALLBACK);
            return self.answer(vec![finest], rules, score);
        }
        if let Some(dominant) = self.dominant(&candidates) {
            self.explain(&dominant, &mut rules);
            rules.push(format!("{DOMINANCE} times larger than any other place of this name"));
            let score = self.score_of(&dominant).min(score::DOMINANT);
            let mut ordered = candidates;
            ordered.sort_by_key(|candidate| candidate.place.id != dominant.place.id);
            return self.answer(ordered, rules, score);
        }
        rules.push(if is_one_mention {
            format!("{} places are called so", candidates.len())
        } else {
            "places that do not lie in each other are named".to_owned()
        });
        self.ambiguous(&candidates, rules)
    }

    /// Of several settlements of one name the one that is meant unless another is named.
    fn dominant(&self, candidates: &[Weighed<'a>]) -> Option<Weighed<'a>> {
        let [first, _, ..] = candidates else { return None };
        let is_one_mention = candidates.iter().all(|candidate| candidate.mention == first.mention);
        if !is_one_mention || !candidates.iter().all(|candidate| candidate.place.kind.is_settlement()) {
            return None;
        }
        let people = |candidate: &&Weighed<'a>| candidate.place.population.unwrap_or(0);
        let mut by_size: Vec<&Weighed<'a>> = candidates.iter().collect();
        by_size.sort_by_key(|candidate| std::cmp::Reverse(people(candidate)));
        (people(&by_size[0]) >= DOMINANCE * people(&by_size[1]).max(1)).then(|| by_size[0].clone())
    }

    /// Of several fine places of one town that lie together the most exact; where one only says from where, the others count.
    fn finest_of_one_spot(&self, candidates: &[Weighed<'a>]) -> Option<Weighed<'a>> {
        if !candidates.iter().all(|candidate| is_fine(candidate.place.kind)) {
            return None;
        }
        let is_target = |candidate: &&Weighed<'a>| !self.mentions[candidate.mention].is_from;
        let mut targets: Vec<&Weighed<'a>> = candidates.iter().filter(is_target).collect();
        if targets.is_empty() {
            targets = candidates.iter().collect();
        }
        targets.sort_by(|a, b| a.place.uncertainty_m.total_cmp(&b.place.uncertainty_m));
        let finest = targets[0];
        let is_together = targets.iter().all(|other| {
            let reach = finest.place.uncertainty_m + other.place.uncertainty_m + TOGETHER_M;
            self.are_of_one_town(finest, other) && finest.place.position.distance_m(other.place.position) <= reach
        });
        // One mention with several places of the town is no answer.
        let is_clear = targets
            .iter()
            .all(|one| targets.iter().all(|other| one.mention != other.mention || one.place.id == other.place.id));
        (is_together && is_clear).then(|| finest.clone())
    }

    /// A street, square or building that the text names beside a town that has none of this name.
    fn fine_but_unknown(&self, town: &Weighed<'a>) -> Option<String> {
        let is_other =
            |(number, mention): &(usize, &Mention)| *number != town.mention && mention.origin == Origin::Text;
        self.mentions.iter().enumerate().filter(is_other).find_map(|(_, mention)| {
            let (kind, word) = mention.kind.as_ref()?;
            let is_known = mention.postings.iter().any(|posting| posting.place == town.posting.place);
            (!is_known && kind.kinds.iter().all(|kind| is_fine(*kind))).then(|| format!("{word} {}", mention.surface))
        })
    }

    fn contradicting(&self, candidate: &Weighed<'a>) -> &'static str {
        let related = |other: &Weighed<'_>| {
            other.place.id == candidate.place.id || candidate.is_in(other) || other.is_in(candidate)
        };
        let all = self.weighed();
        (0..self.mentions.len())
            .find(|mention| {
                let mut of_mention = all.iter().filter(|other| other.mention == *mention).peekable();
                of_mention.peek().is_some() && !of_mention.any(related)
            })
            .map_or("another column", |mention| self.mentions[mention].origin.name())
    }

    fn explain(&self, candidate: &Weighed<'a>, rules: &mut Vec<String>) {
        let mention = &self.mentions[candidate.mention];
        let toponym = &candidate.place.toponyms[candidate.posting.toponym];
        match candidate.posting.rule {
            Rule::AsWritten => rules.push(format!("`{}` is the name `{}`", mention.surface, toponym.name)),
            Rule::Inflected(case) => rules.push(format!("`{}`: {case} of `{}`", mention.surface, toponym.name)),
            Rule::Joined => rules.push(format!("`{}` is `{}` written otherwise", mention.surface, toponym.name)),
            Rule::Latin => rules.push(format!("`{}` sounds like `{}`", mention.surface, toponym.name)),
        }
        if toponym.status == NameStatus::Former {
            rules.push(format!("`{}` is a former name of {}", toponym.name, candidate.place.name(Language::Ru)));
        }
        if let Some((_, word)) = &mention.kind {
            rules.push(format!("`{word}` says that it is a {}", candidate.place.kind.as_str().replace('_', " ")));
        }
        for (number, other) in self.mentions.iter().enumerate().filter(|(number, _)| *number != candidate.mention) {
            let above =
                self.allowed(other).into_iter().find(|posting| candidate.ancestors.contains(&(posting.place as u32)));
            if let Some(above) = above {
                let origin = self.mentions[number].origin.name();
                let name = self.gazetteer.places()[above.place].name(Language::Ru);
                rules.push(format!("inside {name}, named in {origin}"));
            }
        }
    }

    fn score_of(&self, candidate: &Weighed<'a>) -> f64 {
        if self.is_typo {
            return score::TYPO;
        }
        let spelling = match candidate.posting.rule {
            Rule::AsWritten => score::EXACT,
            Rule::Inflected(_) => score::INFLECTED,
            Rule::Joined | Rule::Latin => score::OTHER_SPELLING,
        };
        if candidate.support > 0 { spelling.max(score::NAMED_WITH_PARENT) } else { spelling }
    }

    fn answer(&self, candidates: Vec<Weighed<'a>>, rules: Vec<String>, score: f64) -> Resolution {
        let chosen = &candidates[0];
        let place = chosen.place;
        Resolution {
            status: Status::Resolved,
            place_id: Some(place.id.clone()),
            path: self.path(place),
            method: Some(Method::Gazetteer),
            precision: place.kind.precision(),
            uncertainty_m: Some(place.uncertainty_m),
            position: Some(place.position),
            score,
            toponym: place.toponyms[chosen.posting.toponym].name.clone(),
            surface: self.mentions[chosen.mention].surface.clone(),
            rules,
            candidates: self.listed(&candidates, Some(&place.id), score),
        }
    }

    /// Several places are possible: the incident sits at the smallest place that contains them all, unless that is a country.
    fn ambiguous(&self, candidates: &[Weighed<'a>], mut rules: Vec<String>) -> Resolution {
        let path_of = |candidate: &Weighed<'a>| {
            let mut path: Vec<&Place> = self.gazetteer.path(candidate.place, self.day);
            path.push(candidate.place);
            path
        };
        let mut shared: Vec<&Place> = path_of(&candidates[0]);
        for candidate in &candidates[1..] {
            let path = path_of(candidate);
            shared.retain(|place| path.iter().any(|other| other.id == place.id));
        }
        let all_contradicted = candidates.len() == 1;
        let place = shared.last().copied().filter(|place| place.kind != PlaceKind::Country && !all_contradicted);
        rules.push(match place {
            Some(place) => format!("all lie in {}: placed there", place.name(Language::Ru)),
            None => "they share no place smaller than a country: not placed".to_owned(),
        });
        let chosen = &candidates[0];
        Resolution {
            status: Status::Ambiguous,
            place_id: place.map(|place| place.id.clone()),
            path: place.map(|place| self.path(place)).unwrap_or_default(),
            method: place.map(|_| Method::Gazetteer),
            precision: place.map_or(Precision::Unlocated, |place| place.kind.precision()),
            uncertainty_m: place.map(|place| place.uncertainty_m),
            position: place.map(|place| place.position),
            score: if place.is_some() { score::SHARED } else { 0.0 },
            toponym: chosen.place.toponyms[chosen.posting.toponym].name.clone(),
            surface: self.mentions[chosen.mention].surface.clone(),
            rules,
            candidates: self.listed(candidates, None, score::SHARED),
        }
    }

    /// The answer moved off its place, when the place is the one the words are about.
    fn off(&self, answer: Resolution, mention: usize, distance_m: Option<f64>, bearing_deg: Option<f64>) -> Resolution {
        let is_about_it = |place: &&Place| {
            self.mentions[mention].postings.iter().any(|posting| self.gazetteer.places()[posting.place].id == place.id)
        };
        let Some(place) = answer.place_id.as_ref().and_then(|id| self.gazetteer.place(id)).filter(is_about_it) else {
            return answer;
        };
        let may_move = place.kind.is_settlement() || (is_fine(place.kind) && distance_m.is_some());
        if answer.status != Status::Resolved || !may_move {
            return answer;
        }
        let (moved_m, spread_m) = match (distance_m, bearing_deg) {
            (Some(distance), Some(_)) => (distance, distance * OFFSET_SHARE),
            (Some(distance), None) => (0.0, distance * (1.0 + OFFSET_SHARE / 2.0)),
            (None, Some(_)) => (NEAR_M, NEAR_M * (1.0 + OFFSET_SHARE)),
            (None, None) => (0.0, NEAR_M),
        };
        let mut rules = answer.rules;
        let how_far = distance_m.map_or_else(|| "some way".to_owned(), |distance| format!("{} km", distance / 1000.0));
        rules.push(match bearing_deg {
            Some(bearing) => format!("{how_far} off it, towards {bearing} degrees clockwise from north"),
            None => format!("{how_far} off it, the direction is not said"),
        });
        Resolution {
            method: Some(Method::Offset),
            precision: Precision::Near,
            position: Some(bearing_deg.map_or(place.position, |bearing| place.position.destination(bearing, moved_m))),
            uncertainty_m: Some((place.uncertainty_m + spread_m).round()),
            score: answer.score.min(score::FALLBACK),
            rules,
            ..answer
        }
    }

    /// The settlement that a mention stands for, the larger first.
    fn settlement_of(&self, mention: usize) -> Option<&'a Place> {
        self.allowed(&self.mentions[mention])
            .into_iter()
            .map(|posting| (posting.rule, &self.gazetteer.places()[posting.place]))
            .filter(|(_, place)| place.kind.is_settlement())
            .min_by_key(|(rule, place)| (std::cmp::Reverse(place.population.unwrap_or(0)), *rule))
            .map(|(_, place)| place)
    }

    /// The stretch between settlements: its middle, and half its length as uncertainty.
    fn between(&self, which: &[usize]) -> Option<Resolution> {
        let ends: Vec<&Place> = which.iter().filter_map(|&mention| self.settlement_of(mention)).collect();
        let (first, last) = (*ends.first()?, *ends.last()?);
        if ends.len() < which.len() || first.id == last.id {
            return None;
        }
        let half = first.position.distance_m(last.position) / 2.0;
        let shared: Vec<PlaceId> = {
            let others = self.path(last);
            self.path(first).into_iter().filter(|id| others.contains(id)).collect()
        };
        let reach = ends.iter().map(|place| place.uncertainty_m).fold(0.0, f64::max);
        let names: Vec<&str> = ends.iter().map(|place| place.name(Language::Ru)).collect();
        let surfaces: Vec<&str> = which.iter().map(|&mention| self.mentions[mention].surface.as_str()).collect();
        Some(Resolution {
            status: Status::Resolved,
            path: shared,
            method: Some(Method::Offset),
            precision: Precision::Area,
            uncertainty_m: Some((half + reach).round()),
            position: Some(first.position.middle(last.position)),
            score: score::BETWEEN,
            toponym: names.join(" – "),
            surface: surfaces.join(" – "),
            rules: vec![format!("between {}: the middle, with half the distance as uncertainty", names.join(" and "))],
            candidates: ends.iter().map(|place| self.candidate(place, 0, 0.0, "an end of the stretch")).collect(),
            ..Resolution::unresolved(Vec::new())
        })
    }

    /// The crossing of two streets of one town, named or the only one that has both.
    fn crossing(&self, which: &[usize]) -> Option<Resolution> {
        let streets = |mention: usize| -> Vec<&'a Place> {
            self.allowed(&self.mentions[mention])
                .into_iter()
                .map(|posting| &self.gazetteer.places()[posting.place])
                .filter(|place| place.kind == PlaceKind::Street && place.shape.is_some())
                .collect()
        };
        let town_of = |street: &Place| street.parents.first().map(|parent| parent.id.clone());
        let mut found: Vec<(bool, &Place, &Place)> = Vec::new();
        for (number, &first) in which.iter().enumerate() {
            for &second in &which[number + 1..] {
                let is_named = |town: &PlaceId| {
                    (0..self.mentions.len()).filter(|&other| other != first && other != second).any(|other| {
                        self.allowed(&self.mentions[other]).iter().any(|p| self.gazetteer.places()[p.place].id == *town)
                    })
                };
                for one in streets(first) {
                    for other in streets(second) {
                        let Some(town) = town_of(one).filter(|town| Some(town) == town_of(other).as_ref()) else {
                            continue;
                        };
                        if one.id != other.id {
                            found.push((is_named(&town), one, other));
                        }
                    }
                }
            }
        }
        if found.iter().any(|(is_named, ..)| *is_named) {
            found.retain(|(is_named, ..)| *is_named);
        }
        let [(is_named, one, other)] = found[..] else { return None };
        let (a, b) = one.shape.as_ref()?.closest_positions(other.shape.as_ref()?)?;
        let gap = a.distance_m(b);
        if gap > CROSSING_GAP_M {
            return None;
        }
        let town = self.gazetteer.place(&one.parents.first()?.id)?;
        let names = [one.name(Language::Ru), other.name(Language::Ru)];
        Some(Resolution {
            status: Status::Resolved,
            path: self.path(town),
            method: Some(Method::Intersection),
            precision: Precision::Point,
            uncertainty_m: Some((LINE_ERROR_M + gap / 2.0).round()),
            position: Some(a.middle(b)),
            score: if is_named { score::FALLBACK } else { score::FINE_WITHOUT_TOWN },
            toponym: names.join(" × "),
            surface: names.join(" × "),
            rules: vec![format!("the crossing of {} and {} in {}", names[0], names[1], town.name(Language::Ru))],
            candidates: [one, other].map(|street| self.candidate(street, 0, 0.0, "one of the streets")).to_vec(),
            ..Resolution::unresolved(Vec::new())
        })
    }

    fn path(&self, place: &Place) -> Vec<PlaceId> {
        self.gazetteer.path(place, self.day).into_iter().chain([place]).map(|step| step.id.clone()).collect()
    }

    /// The candidates as they are shown: those weighed last first, then what else the same words may mean.
    fn listed(&self, candidates: &[Weighed<'a>], chosen: Option<&PlaceId>, score: f64) -> Vec<Candidate> {
        let mut listed: Vec<Candidate> = Vec::new();
        let share = score / candidates.len() as f64;
        for candidate in candidates {
            let is_chosen = Some(&candidate.place.id) == chosen;
            let reason = match (is_chosen, chosen) {
                (true, _) => "chosen",
                (false, Some(_)) => "smaller than the chosen place of this name",
                (false, None) => "as likely as the others",
            };
            listed.push(self.candidate(
                candidate.place,
                candidate.posting.toponym,
                if is_chosen {
                    score
                } else if chosen.is_some() {
                    0.0
                } else {
                    share
                },
                reason,
            ));
        }
        let mentions: BTreeSet<usize> = candidates.iter().map(|candidate| candidate.mention).collect();
        for mention in mentions.into_iter().map(|mention| &self.mentions[mention]) {
            for posting in &mention.postings {
                let place = &self.gazetteer.places()[posting.place];
                if listed.len() >= MAX_CANDIDATES {
                    return listed;
                }
                if listed.iter().all(|known| known.place_id != place.id) {
                    listed.push(self.candidate(
                        place,
                        posting.toponym,
                        0.0,
                        "the same words, but not the kind or the surroundings that are named",
                    ));
                }
            }
        }
        listed.truncate(MAX_CANDIDATES);
        listed
    }

    fn candidate(&self, place: &Place, toponym: usize, score: f64, reason: &str) -> Candidate {
        let above: Vec<&str> =
            self.gazetteer.path(place, self.day).into_iter().map(|step| step.name(Language::Ru)).collect();
        Candidate {
            place_id: place.id.clone(),
            name: place.name(Language::Ru).to_owned(),
            kind: place.kind,
            position: place.position,
            score,
            toponym: place.toponyms[toponym].name.clone(),
            reason: if above.is_empty() { reason.to_owned() } else { format!("{reason}; in {}", above.join(" › ")) },
        }
    }
}
