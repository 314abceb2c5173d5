//! From the names of a request to its answer: which place is meant, and saying so when it is not clear.

use super::disguise::seen_through;
use super::kind_word::is_fine;
use super::mention::{Found, Mention, Origin, find};
use super::misspelt::{misspelt, misspelt_in_town};
use super::relation::{Relation, relations};
use super::role::without_ways;
use super::weigh::{DOMINANCE, Weighed};
use super::{Candidate, Geocoder, MAX_CANDIDATES, Request, Resolution, no_place};
use crate::gazetteer::{Gazetteer, NameStatus, Place, PlaceId, PlaceKind, Posting, Rule};
use crate::incident::{Language, Method, Precision, Status};
use crate::text::{fold, without_outer_quotes, without_web_addresses};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Names of one text, or of one column, that are weighed against each other: more is no place name but an article.
const MAX_MENTIONS: usize = 12;

/// Scores: share of right answers among answers of this kind, as `evaluate` measures it. Set on the settlements and areas of the project's
/// cases over a GeoNames gazetteer alone, which lacks many of the names: of 520 answers at 0.94 to 0.97 there were 96 % right, of 34
/// at 0.85 85 %. Answers to misspelt names were all right (62) but for those to words that were no place (3 of 34 unseen ones).
pub(super) mod score {
    pub(in crate::geocode) const NAMED_WITH_PARENT: f64 = 0.97;
    pub(in crate::geocode) const EXACT: f64 = 0.95;
    pub(in crate::geocode) const INFLECTED: f64 = 0.94;
    pub(in crate::geocode) const OTHER_SPELLING: f64 = 0.85;
    pub(in crate::geocode) const DOMINANT: f64 = 0.85;
    pub(in crate::geocode) const FINE_WITHOUT_TOWN: f64 = 0.75;
    pub(in crate::geocode) const FALLBACK: f64 = 0.9;
    pub(in crate::geocode) const BETWEEN: f64 = 0.8;
    pub(in crate::geocode) const TYPO: f64 = 0.85;
    pub(in crate::geocode) const DISGUISED: f64 = 0.8;
    pub(in crate::geocode) const SHARED: f64 = 0.5;
}

pub(super) fn resolve(geocoder: &Geocoder, request: &Request) -> Resolution {
    let gazetteer = geocoder.gazetteer();
    let look = |text: &str, origin| find(text, origin, gazetteer, &geocoder.kind_words);
    let mut text = without_web_addresses(&request.text);
    let mut found = look(&text, Origin::Text);
    let columns: Vec<Mention> = [
        (&request.context.city, Origin::City),
        (&request.context.region, Origin::Region),
        (&request.context.country, Origin::Country),
    ]
    .into_iter()
    .flat_map(|(text, origin)| without_repeats(look(text, origin).mentions))
    .collect();
    let mut rules = Vec::new();
    let mut most_score = None;
    // A field that is nothing but a quoted name, in a row that says in which country or town, is that name and no firm.
    let unquoted = without_outer_quotes(&text);
    if unquoted.len() < text.len() && !columns.is_empty() {
        let inside = look(unquoted, Origin::Text);
        if inside.mentions.iter().any(|mention| mention.first == 0 && mention.last + 1 == inside.words.len()) {
            rules.push("the whole field is a name in quotes".to_owned());
            (text, found) = (unquoted.to_owned().into(), inside);
        }
    }
    if let Some(disguise) = seen_through(geocoder, &text, &found) {
        (text, found, most_score) = (disguise.text.into(), disguise.found, disguise.most_score);
        rules.push(disguise.rule);
    }
    let known = rules.len();
    // "Новая Бухторма": a common word may be the part of a name that is written right.
    let areas: Vec<Place<'_>> = found.mentions.iter().filter_map(|mention| said_area(mention, gazetteer)).collect();
    // "Костанаай, мкр Аэропорт": what every town has leaves open where it is.
    let needs_town = |mention: &Mention| {
        mention.first > 0 && mention.postings.iter().all(|posting| is_fine(gazetteer.at(posting.place).kind()))
    };
    let is_only_area =
        |mention: &Mention| mention.is_common || said_area(mention, gazetteer).is_some() || needs_town(mention);
    if found.mentions.iter().all(is_only_area)
        && let Some(mut mention) = misspelt(geocoder, &text, &found, &mut rules)
    {
        // "Лесаковск, Костанайская область" is a town of the region.
        mention.postings.retain(|posting| {
            let place = gazetteer.at(posting.place);
            areas.iter().all(|area| place.is_in(*area) && place.kind().is_settlement())
        });
        // A city abroad that is a slip away is not meant where the row names a place of its own, unless it is that country.
        if !columns.is_empty() {
            let columns: Vec<Place<'_>> = columns
                .iter()
                .flat_map(|column| &column.postings)
                .map(|posting| gazetteer.at(posting.place))
                .filter(|place| place.kind() == PlaceKind::Country)
                .collect();
            mention.postings.retain(|posting| {
                let place = gazetteer.at(posting.place);
                gazetteer.is_at_home(place) || columns.iter().any(|country| place.is_in(*country))
            });
        }
        if mention.postings.is_empty() {
            rules.truncate(known);
        } else {
            let place = found.mentions.partition_point(|other| other.first < mention.first);
            found.mentions.insert(place, mention);
        }
    }
    if let Some(mention) = misspelt_in_town(gazetteer, &text, &found, &columns, &mut rules) {
        found.unnamed.retain(|(kind, _)| mention.kind.as_ref().is_none_or(|(own, _)| own != kind));
        found.mentions.retain(|other| other.first != mention.first);
        let place = found.mentions.partition_point(|other| other.first < mention.first);
        found.mentions.insert(place, mention);
    }
    if rules.len() > known {
        most_score = Some(score::TYPO);
    }
    let mentions = without_repeats(std::mem::take(&mut found.mentions));
    let chars: Vec<char> = text.chars().collect();
    let day = request.occurred.map(|occurred| occurred.start().date());
    let decide = |mut mentions: Vec<Mention>, columns: Vec<Mention>, rules: Vec<String>| {
        let relations = relations(&text, &found.words, &mentions, &geocoder.kind_words);
        mentions.extend(columns);
        let decision = Decision { gazetteer, day, mentions: &mentions, found: &found, most_score };
        decision.related(&relations, rules)
    };
    let has_unknown = !found.unknown.is_empty();
    let Some(sites) = without_ways(&chars, &found.words, &mentions, has_unknown, &geocoder.kind_words, gazetteer)
    else {
        return decide(mentions, columns, rules);
    };
    let is_of_text = |answer: &Resolution| sites.mentions.iter().any(|mention| mention.surface == answer.surface);
    let answer = decide(sites.mentions.clone(), columns.clone(), [rules.clone(), vec![sites.note.clone()]].concat());
    if !sites.are_owners || (answer.position.is_some() && is_of_text(&answer)) {
        return answer;
    }
    // "отдел полиции Сарыагаша": what is left says nothing, and the town it belongs to says where.
    let whole = decide(mentions, columns, rules);
    let is_inside = answer.place_id.as_ref().is_none_or(|around| whole.path.contains(around));
    if whole.status == Status::Resolved && is_inside { whole } else { answer }
}

/// The region that a mention is with the word for its kind.
fn said_area<'g>(mention: &Mention, gazetteer: &'g Gazetteer) -> Option<Place<'g>> {
    let (kind, _) = mention.kind.as_ref()?;
    let mut places = mention.postings.iter().map(|posting| gazetteer.at(posting.place));
    places.find(|place| place.kind() == PlaceKind::Region && kind.kinds.contains(&PlaceKind::Region))
}

/// The first of the names that are weighed, each once: what a text says again decides nothing new.
fn without_repeats(mentions: Vec<Mention>) -> Vec<Mention> {
    let mut kept: Vec<Mention> = Vec::new();
    for mention in mentions {
        let is_same = |other: &Mention| other.postings == mention.postings && other.kind == mention.kind;
        if !kept.iter().any(is_same) {
            kept.push(mention);
        }
        if kept.len() == MAX_MENTIONS {
            break;
        }
    }
    kept
}

/// A request while it is decided.
pub(super) struct Decision<'a> {
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) day: Option<Date>,
    pub(super) mentions: &'a [Mention],
    pub(super) found: &'a Found,
    /// The score that an answer has at most, where the names are not written as they are known.
    pub(super) most_score: Option<f64>,
}

impl<'a> Decision<'a> {
    /// The answer with what the words around the names say: beside, between, at the crossing.
    fn related(&self, relations: &[Relation], rules: Vec<String>) -> Resolution {
        for relation in relations {
            let answer = match relation {
                Relation::Crossing(which) => self.crossing(which).or_else(|| self.without_towns_of(which, &rules)),
                Relation::Between(which) => self.between(which),
                Relation::Stretch(ends) => self.stretch(ends, &rules),
                Relation::Mark { ends, distance_m } => self.mark(ends, *distance_m),
                Relation::Off { mention, distance_m: None, bearing_deg: None }
                    if let Some(answer) = self.beside_named(*mention, &rules) =>
                {
                    Some(answer)
                }
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

    pub(super) fn resolve(&self, mut rules: Vec<String>) -> Resolution {
        let all = self.weighed();
        let of_text: Vec<Weighed<'a>> =
            all.iter().filter(|candidate| self.mentions[candidate.mention].origin == Origin::Text).cloned().collect();
        let mut named = self.best(of_text);
        let dominant = self.dominant(&named);
        let unnamed: Vec<&str> = self.found.unnamed.iter().map(|(_, phrase)| phrase.as_str()).collect();
        if !named.is_empty() {
            if let Some(only) = self.only_of_kind(dominant.as_ref().map_or(&named[..], std::slice::from_ref)) {
                rules.push(format!("the only {} of {}", only.place.kind(), named[0].place.name(Language::Ru)));
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
            rules.push(format!("the only {} of {}", only.place.kind(), of_columns[0].place.name(Language::Ru)));
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

    /// "аэропорт" beside a town that has one.
    fn only_of_kind(&self, towns: &[Weighed<'a>]) -> Option<Weighed<'a>> {
        let [town] = towns else { return None };
        if !town.place.kind().is_settlement() {
            return None;
        }
        let kinds: BTreeSet<PlaceKind> =
            self.found.unnamed.iter().flat_map(|(word, _)| word.kinds.iter().copied()).collect();
        let kind = kinds.into_iter().find(|kind| matches!(kind, PlaceKind::Airport | PlaceKind::Station))?;
        let mut inside = self.gazetteer.sites_of(town.place).filter(|place| place.kind() == kind);
        let place = inside.next()?;
        if inside.next().is_some() {
            return None;
        }
        Some(Weighed {
            posting: Posting { place: place.number(), toponym: 0, rule: Rule::AsWritten },
            place,
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
            if (0..self.mentions.len()).any(|number| self.likely_around(only, number).is_some()) {
                score = score.min(score::FALLBACK);
            }
            if only.conflict > 0 {
                let others = self.contradicting(only);
                rules.push(format!("{others} names another place"));
                return self.ambiguous(&candidates, rules);
            }
            if is_from_column {
                rules.push(format!("the place words name nothing that is known: placed by {}", mention.origin.name()));
                score = score.min(score::FALLBACK);
            } else if let Some(phrase) = unnamed.first().filter(|_| !is_fine(only.place.kind())) {
                rules.push(format!("`{phrase}` is not in the gazetteer: placed at {}", only.place.name(Language::Ru)));
                score = score.min(score::FALLBACK);
            } else if let Some(phrase) = self.fine_but_unknown(only) {
                rules.push(format!("`{phrase}` is not known there: placed at {}", only.place.name(Language::Ru)));
                score = score.min(score::FALLBACK);
            } else if let Some(village) = self.village_unknown_in(only) {
                let (area, kind) = (only.place.name(Language::Ru), only.place.kind());
                rules.push(format!("no `{village}` is known in {area}: placed at the {kind}"));
                score = score.min(score::FALLBACK);
            } else if let Some(word) = self.found.unknown.first() {
                rules.push(format!("no place was found for `{word}`: it decided nothing"));
            }
            let name = only.place.toponym(only.posting.toponym).name;
            let is_common_kind = matches!(only.place.kind(), PlaceKind::Street | PlaceKind::Square | PlaceKind::Park);
            if is_common_kind && only.support == 0 && no_place::is_everywhere(&fold(name)) {
                rules.push(format!("no town is named, and every town has a {} `{name}`", only.place.kind()));
                return self.ambiguous(&candidates, rules);
            }
            if is_fine(only.place.kind()) && only.support == 0 {
                rules.push("no town is named, and only one place is called so".to_owned());
                score = score.min(score::FINE_WITHOUT_TOWN);
            }
            return self.answer(candidates, rules, score);
        }
        let is_one_mention = candidates.iter().all(|candidate| candidate.mention == first.mention);
        if !is_one_mention && let Some(finest) = self.finest_of_one_spot(&candidates) {
            let others: Vec<&str> = candidates
                .iter()
                .filter(|candidate| candidate.place != finest.place)
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
            ordered.sort_by_key(|candidate| candidate.place != dominant.place);
            return self.answer(ordered, rules, score);
        }
        if is_one_mention && let Some(district) = self.named_district_of(&candidates) {
            let name = district.place.name(Language::Ru);
            rules.push(format!("{} places in {name} are called so: placed at the district", candidates.len()));
            return self.answer([vec![district], candidates].concat(), rules, score::FALLBACK);
        }
        rules.push(if is_one_mention {
            format!("{} places are called so", candidates.len())
        } else {
            "places that do not lie in each other are named".to_owned()
        });
        let candidates = if is_one_mention { candidates } else { self.dominant_of_each(candidates) };
        self.ambiguous(&candidates, rules)
    }

    /// The district that is named with its kind and in which all candidates lie, as far as anybody knows.
    fn named_district_of(&self, candidates: &[Weighed<'a>]) -> Option<Weighed<'a>> {
        let all = self.weighed();
        let mut districts = all
            .into_iter()
            .filter(|other| other.place.kind() == PlaceKind::District && self.mentions[other.mention].kind.is_some());
        districts.find(|district| {
            candidates
                .iter()
                .all(|candidate| candidate.mention != district.mention && self.lies_in(candidate, district))
        })
    }

    /// Of several names each with the settlement that dominates its namesakes, where one does.
    fn dominant_of_each(&self, candidates: Vec<Weighed<'a>>) -> Vec<Weighed<'a>> {
        let of_each = candidates.chunk_by(|one, other| one.mention == other.mention);
        of_each
            .flat_map(|namesakes| match self.dominant(namesakes) {
                Some(dominant) => vec![dominant],
                None => namesakes.to_vec(),
            })
            .collect()
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

    fn explain(&self, candidate: &Weighed<'a>, rules: &mut Vec<String>) {
        let mention = &self.mentions[candidate.mention];
        let toponym = candidate.place.toponym(candidate.posting.toponym);
        match candidate.posting.rule {
            Rule::AsWritten => rules.push(format!("`{}` is the name `{}`", mention.surface, toponym.name)),
            Rule::Inflected(case) => rules.push(format!("`{}`: {case} of `{}`", mention.surface, toponym.name)),
            Rule::Joined => rules.push(format!("`{}` is `{}` written otherwise", mention.surface, toponym.name)),
            Rule::Transliterated => {
                rules.push(format!("`{}` is `{}` in Cyrillic letters", mention.surface, toponym.name))
            }
            Rule::Latin => rules.push(format!("`{}` sounds like `{}`", mention.surface, toponym.name)),
            Rule::Adjective => rules.push(format!("`{}` is an adjective of `{}`", mention.surface, toponym.name)),
        }
        if toponym.status == NameStatus::Former {
            rules.push(format!("`{}` is a former name of {}", toponym.name, candidate.place.name(Language::Ru)));
        }
        if let Some((_, word)) = &mention.kind {
            rules.push(format!("`{word}` says that it is a {}", candidate.place.kind().as_str().replace('_', " ")));
        }
        for (number, other) in self.mentions.iter().enumerate().filter(|(number, _)| *number != candidate.mention) {
            let allowed = self.allowed(other);
            if let Some(above) = allowed.into_iter().find(|above| candidate.place.is_in(self.gazetteer.at(above.place)))
            {
                let origin = self.mentions[number].origin.name();
                let name = self.gazetteer.at(above.place).name(Language::Ru);
                rules.push(format!("inside {name}, named in {origin}"));
            } else if let Some(around) = self.likely_around(candidate, number) {
                let origin = self.mentions[number].origin.name();
                let name = around.name(Language::Ru);
                rules.push(format!("near enough to the middle of {name}, named in {origin}, to belong to it"));
            }
        }
    }

    fn score_of(&self, candidate: &Weighed<'a>) -> f64 {
        if let Some(most) = self.most_score {
            return most;
        }
        let spelling = match candidate.posting.rule {
            Rule::AsWritten => score::EXACT,
            Rule::Inflected(_) => score::INFLECTED,
            Rule::Joined | Rule::Transliterated | Rule::Latin | Rule::Adjective => score::OTHER_SPELLING,
        };
        if candidate.support > 0 { spelling.max(score::NAMED_WITH_PARENT) } else { spelling }
    }

    fn answer(&self, candidates: Vec<Weighed<'a>>, rules: Vec<String>, score: f64) -> Resolution {
        let chosen = &candidates[0];
        let place = chosen.place;
        Resolution {
            status: Status::Resolved,
            place_id: Some(place.place_id()),
            path: self.path(place),
            method: Some(Method::Gazetteer),
            precision: place.kind().precision(),
            uncertainty_m: Some(place.uncertainty_m()),
            position: Some(place.position()),
            score,
            toponym: place.toponym(chosen.posting.toponym).name.to_owned(),
            surface: self.mentions[chosen.mention].surface.clone(),
            rules,
            candidates: self.listed(&candidates, Some(place), score),
        }
    }

    /// Several places are possible: the incident sits at the smallest place that contains them all, unless that is a country.
    fn ambiguous(&self, candidates: &[Weighed<'a>], mut rules: Vec<String>) -> Resolution {
        let path_of = |candidate: &Weighed<'a>| {
            let mut path: Vec<Place<'a>> = self.gazetteer.path(candidate.place, self.day);
            path.push(candidate.place);
            path
        };
        let mut shared: Vec<Place<'_>> = path_of(&candidates[0]);
        for candidate in &candidates[1..] {
            let path = path_of(candidate);
            shared.retain(|place| path.contains(place));
        }
        let all_contradicted = candidates.len() == 1;
        let place = shared.last().copied().filter(|place| place.kind() != PlaceKind::Country && !all_contradicted);
        rules.push(match place {
            Some(place) => format!("all lie in {}: placed there", place.name(Language::Ru)),
            None => "they share no place smaller than a country: not placed".to_owned(),
        });
        let chosen = &candidates[0];
        Resolution {
            status: Status::Ambiguous,
            place_id: place.map(Place::place_id),
            path: place.map(|place| self.path(place)).unwrap_or_default(),
            method: place.map(|_| Method::Gazetteer),
            precision: place.map_or(Precision::Unlocated, |place| place.kind().precision()),
            uncertainty_m: place.map(|place| place.uncertainty_m()),
            position: place.map(|place| place.position()),
            score: if place.is_some() { score::SHARED } else { 0.0 },
            toponym: chosen.place.toponym(chosen.posting.toponym).name.to_owned(),
            surface: self.mentions[chosen.mention].surface.clone(),
            rules,
            candidates: self.listed(candidates, None, score::SHARED),
        }
    }

    pub(super) fn path(&self, place: Place<'a>) -> Vec<PlaceId> {
        self.gazetteer.path(place, self.day).into_iter().chain([place]).map(Place::place_id).collect()
    }

    /// The candidates as they are shown: those weighed last first, then what else the same words may mean.
    fn listed(&self, candidates: &[Weighed<'a>], chosen: Option<Place<'a>>, score: f64) -> Vec<Candidate> {
        let mut listed: Vec<Candidate> = Vec::new();
        let share = score / candidates.len() as f64;
        for candidate in candidates {
            let is_chosen = Some(candidate.place) == chosen;
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
                let place = self.gazetteer.at(posting.place);
                if listed.len() >= MAX_CANDIDATES {
                    break;
                }
                if listed.iter().all(|known| known.place_id.0 != place.id()) {
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

    pub(super) fn candidate(&self, place: Place<'a>, toponym: usize, score: f64, reason: &str) -> Candidate {
        let above: Vec<&str> =
            self.gazetteer.path(place, self.day).into_iter().map(|step| step.name(Language::Ru)).collect();
        Candidate {
            place_id: place.place_id(),
            name: place.name(Language::Ru).to_owned(),
            kind: place.kind(),
            position: place.position(),
            score,
            toponym: place.toponym(toponym).name.to_owned(),
            reason: if above.is_empty() { reason.to_owned() } else { format!("{reason}; in {}", above.join(" › ")) },
        }
    }
}
