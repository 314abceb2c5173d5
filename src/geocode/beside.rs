//! Locations that are no gazetteer entry: some way off a place, between two, at the crossing of streets.

use super::Resolution;
use super::kind_word::is_fine;
use super::mention::{Mention, Origin};
use super::no_place::is_everywhere;
use super::relation::says_crossing;
use super::resolve::{Decision, score};
use super::weigh::is_surrounded;
use crate::gazetteer::{NameStatus, Place, PlaceId, PlaceKind, Posting};
use crate::geo::LonLat;
use crate::incident::{Language, Method, Precision, Status};
use crate::text::fold;

/// How far off a settlement "near" and a direction without a distance may mean, metres. Reporters say "under" a town of what is
/// within half an hour's drive.
const NEAR_M: f64 = 15_000.0;

/// How far (metres) from a settlement another one may lie that a text says is near it: people name a city that everybody knows.
const BESIDE_M: f64 = 100_000.0;

/// Words after the one settlement within which the other is named: "Красный Яр, это рядом с Кокшетау".
const BESIDE_WORDS: usize = 4;

/// How wrong a distance with a direction may be, as a share of it: eight directions leave 22.5 degrees, and distances are rounded.
const OFFSET_SHARE: f64 = 0.4;

/// Streets whose lines come no nearer than this (metres) do not cross.
const CROSSING_GAP_M: f64 = 800.0;

/// How much longer than the straight line a road may be.
const WINDING: f64 = 1.4;

/// How wrong the place of a kilometre mark may be that is sought along the straight line, as a share of its distance.
const MARK_SHARE: f64 = 0.3;

/// How exact the line of a street is drawn at best, metres.
const LINE_ERROR_M: f64 = 250.0;

/// How far (metres) a street may run beside its line: what its uncertainty is more than the way to its farthest end.
fn line_error_m(street: Place<'_>) -> f64 {
    let off = |at: LonLat| at.distance_m(street.position());
    let reach_m = street.shape().map_or(0.0, |shape| shape.positions().map(off).fold(0.0, f64::max));
    (street.uncertainty_m() - reach_m).max(LINE_ERROR_M)
}

/// The settlement that a street is in, whatever quarter of it that is.
fn town_of(street: Place<'_>) -> Option<Place<'_>> {
    std::iter::successors(street.parent(), |place| place.parent()).find(|place| place.kind().is_settlement())
}

impl<'a> Decision<'a> {
    /// The answer moved off its place, when the place is the one the words are about.
    pub(super) fn off(
        &self,
        answer: Resolution,
        mention: usize,
        distance_m: Option<f64>,
        bearing_deg: Option<f64>,
    ) -> Resolution {
        let is_about_it =
            |place: &Place<'_>| self.mentions[mention].postings.iter().any(|posting| posting.place == place.number());
        let Some(place) = answer.place_id.as_ref().and_then(|id| self.gazetteer.place(id)).filter(is_about_it) else {
            return answer;
        };
        let may_move = place.kind().is_settlement() || (is_fine(place.kind()) && distance_m.is_some());
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
            position: Some(
                bearing_deg.map_or(place.position(), |bearing| place.position().destination(bearing, moved_m)),
            ),
            uncertainty_m: Some((place.uncertainty_m() + spread_m).round()),
            score: answer.score.min(score::FALLBACK),
            rules,
            ..answer
        }
    }

    /// The settlement that a mention stands for, the larger first.
    fn settlement_of(&self, mention: usize) -> Option<Place<'a>> {
        self.allowed(&self.mentions[mention])
            .into_iter()
            .map(|posting| (posting, self.gazetteer.at(posting.place)))
            .filter(|(_, place)| place.kind().is_settlement())
            .min_by_key(|(posting, place)| {
                // A name that only a list has is rather that of the other place.
                let is_listed = place.toponym(posting.toponym).status == NameStatus::Listed;
                (is_listed, std::cmp::Reverse(place.population().unwrap_or(0)), posting.rule)
            })
            .map(|(_, place)| place)
    }

    /// The stretch between settlements: its middle, and half its length as uncertainty.
    pub(super) fn between(&self, which: &[usize]) -> Option<Resolution> {
        if let Some(stretch) = self.between_streets(which) {
            return Some(stretch);
        }
        // "между Абая и Сатпаева, Алматы" speaks of streets, although towns are called so as well.
        let names_town =
            (0..self.mentions.len()).any(|mention| !which.contains(&mention) && self.settlement_of(mention).is_some());
        if names_town && which.iter().all(|&mention| !self.streets_of(mention).is_empty()) {
            return None;
        }
        let ends: Vec<Place<'_>> = which.iter().filter_map(|&mention| self.settlement_of(mention)).collect();
        let (first, last) = (*ends.first()?, *ends.last()?);
        if ends.len() < which.len() || first == last {
            return None;
        }
        let half = first.position().distance_m(last.position()) / 2.0;
        let shared: Vec<PlaceId> = {
            let others = self.path(last);
            self.path(first).into_iter().filter(|id| others.contains(id)).collect()
        };
        let reach = ends.iter().map(|place| place.uncertainty_m()).fold(0.0, f64::max);
        let names: Vec<&str> = ends.iter().map(|place| place.name(Language::Ru)).collect();
        let surfaces: Vec<&str> = which.iter().map(|&mention| self.mentions[mention].surface.as_str()).collect();
        Some(Resolution {
            status: Status::Resolved,
            path: shared,
            method: Some(Method::Offset),
            precision: Precision::Area,
            uncertainty_m: Some((half + reach).round()),
            position: Some(first.position().middle(last.position())),
            score: score::BETWEEN,
            toponym: names.join(" – "),
            surface: surfaces.join(" – "),
            rules: vec![format!("between {}: the middle, with half the distance as uncertainty", names.join(" and "))],
            candidates: ends.iter().map(|place| self.candidate(*place, 0, 0.0, "an end of the stretch")).collect(),
            ..Resolution::unresolved(Vec::new())
        })
    }

    /// Some way along the road from one settlement to another, measured from the first.
    pub(super) fn mark(&self, ends: &[usize; 2], distance_m: f64) -> Option<Resolution> {
        let whole = self.between(ends)?;
        let [first, last] = [self.settlement_of(ends[0])?, self.settlement_of(ends[1])?];
        let length_m = first.position().distance_m(last.position());
        // Roads wind, and kilometres may be counted from elsewhere: then only the stretch is known.
        if whole.precision != Precision::Area || distance_m > length_m * WINDING {
            return Some(whole);
        }
        let share = (distance_m / length_m).min(1.0);
        let mut rules = whole.rules;
        rules.truncate(0);
        rules.push(format!(
            "{} km from {} on the way to {}: so far along the straight line",
            distance_m / 1000.0,
            first.name(Language::Ru),
            last.name(Language::Ru)
        ));
        Some(Resolution {
            position: Some(first.position().towards(last.position(), share)),
            uncertainty_m: Some((first.uncertainty_m() + distance_m * MARK_SHARE).round()),
            rules,
            ..whole
        })
    }

    /// The stretch of a street from one to another; where it cannot be measured the whole street, which the ends do not contradict.
    pub(super) fn stretch(&self, ends: &[usize; 2], rules: &[String]) -> Option<Resolution> {
        if let Some(stretch) = self.between_streets(ends) {
            return Some(stretch);
        }
        if ends.iter().any(|end| self.streets_of(*end).is_empty()) {
            return None;
        }
        let mentions: Vec<Mention> =
            (0..self.mentions.len()).filter(|at| !ends.contains(at)).map(|at| self.mentions[at].clone()).collect();
        let rest = self.among(&mentions);
        let street = rest.resolve(rules.to_vec());
        (street.precision == Precision::Street && street.status == Status::Resolved).then_some(street)
    }

    /// The settlement that a text names beside the one that it is near: "Красный Яр, это рядом с Кокшетау", "Saryagash, near Tashkent".
    pub(super) fn beside_named(&self, near: usize, rules: &[String]) -> Option<Resolution> {
        let settlements = |mention: &Mention| -> Vec<(Posting, Place<'a>)> {
            let allowed = self.allowed(mention).into_iter().map(|posting| (posting, self.gazetteer.at(posting.place)));
            allowed.filter(|(_, place)| place.kind().is_settlement()).collect()
        };
        let around = settlements(&self.mentions[near]);
        let mut others = (0..self.mentions.len())
            .filter(|&other| other != near && self.mentions[other].origin == Origin::Text)
            .filter(|&other| !settlements(&self.mentions[other]).is_empty());
        let (Some(other), None) = (others.next(), others.next()) else { return None };
        let (one, last) = (&self.mentions[near.min(other)], &self.mentions[near.max(other)]);
        if last.first - one.last > BESIDE_WORDS {
            return None;
        }
        let is_beside = |(_, place): &(Posting, Place<'a>)| {
            around.iter().any(|(_, town)| {
                town.number() != place.number() && town.position().distance_m(place.position()) <= BESIDE_M
            })
        };
        let postings: Vec<Posting> =
            settlements(&self.mentions[other]).into_iter().filter(is_beside).map(|(posting, _)| posting).collect();
        if postings.is_empty() {
            return None;
        }
        let mentions: Vec<Mention> = self
            .mentions
            .iter()
            .enumerate()
            .filter(|(number, _)| *number != near)
            .map(|(number, mention)| match number == other {
                true => Mention { postings: postings.clone(), ..mention.clone() },
                false => mention.clone(),
            })
            .collect();
        let decision = self.among(&mentions);
        let rules = [rules, &[format!("near {}, named in the text", self.mentions[near].surface)]].concat();
        let answer = decision.resolve(rules);
        (answer.status == Status::Resolved).then_some(answer)
    }

    /// The same with other mentions.
    fn among<'m>(&self, mentions: &'m [Mention]) -> Decision<'m>
    where
        'a: 'm,
    {
        Decision { gazetteer: self.gazetteer, day: self.day, mentions, found: self.found, most_score: self.most_score }
    }

    /// The streets that a mention may mean, with their lines.
    fn streets_of(&self, mention: usize) -> Vec<Place<'a>> {
        let is_street = |place: &Place<'_>| place.kind() == PlaceKind::Street && place.shape().is_some();
        let allowed = self.allowed(&self.mentions[mention]).into_iter();
        allowed.map(|posting| self.gazetteer.at(posting.place)).filter(is_street).collect()
    }

    /// Where streets of two mentions cross, in the town that another mention names if there is one.
    fn crossings(&self, first: usize, second: usize) -> Vec<Crossing<'a>> {
        let is_named = |town: Place<'_>| {
            (0..self.mentions.len()).filter(|&other| other != first && other != second).any(|other| {
                let allowed = self.allowed(&self.mentions[other]);
                allowed.iter().any(|posting| posting.place == town.number())
            })
        };
        let mut found: Vec<Crossing<'a>> = Vec::new();
        for one in self.streets_of(first) {
            for other in self.streets_of(second) {
                let (Some(town), Some(same)) = (town_of(one), town_of(other)) else { continue };
                if town != same || one == other {
                    continue;
                }
                let lines = one.shape().zip(other.shape());
                let Some((a, b)) = lines.and_then(|(one, other)| one.closest_positions(&other)) else { continue };
                let gap_m = a.distance_m(b);
                if gap_m <= CROSSING_GAP_M {
                    found.push(Crossing { one, other, town, at: a.middle(b), gap_m, is_named: is_named(town) });
                }
            }
        }
        // The row's own city is where it is, and a town that is named beside the streets as well.
        let names_town = (0..self.mentions.len()).filter(|&other| other != first && other != second).any(|other| {
            let mention = &self.mentions[other];
            self.settlement_of(other).is_some()
                && (mention.origin == Origin::City
                    || (mention.origin == Origin::Text && self.streets_of(other).is_empty()))
        });
        if names_town || found.iter().any(|crossing| crossing.is_named) {
            found.retain(|crossing| crossing.is_named);
        }
        found.retain(|crossing| !self.is_outside_columns(crossing.town));
        found
    }

    /// Whether the region or country column names something that the town does not lie in.
    fn is_outside_columns(&self, town: Place<'a>) -> bool {
        self.mentions.iter().filter(|mention| matches!(mention.origin, Origin::Region | Origin::Country)).any(
            |mention| {
                let allowed = self.allowed(mention);
                let is_around = |place: Place<'a>| {
                    place == town || town.is_in(place) || place.is_in(town) || is_surrounded(town, place)
                };
                !allowed.is_empty() && !allowed.iter().any(|posting| is_around(self.gazetteer.at(posting.place)))
            },
        )
    }

    /// The crossing of two streets of one town, named or the only one that has both.
    pub(super) fn crossing(&self, which: &[usize]) -> Option<Resolution> {
        let pairs =
            (0..which.len()).flat_map(|one| (one + 1..which.len()).map(move |other| (which[one], which[other])));
        let mut found: Vec<Crossing<'a>> = pairs.flat_map(|(one, other)| self.crossings(one, other)).collect();
        if found.iter().any(|crossing| crossing.is_named) {
            found.retain(|crossing| crossing.is_named);
        }
        let [crossing] = &found[..] else { return None };
        let names = [crossing.one.name(Language::Ru), crossing.other.name(Language::Ru)];
        // "Исатай и Махамбет подняли восстание": two names without a town may be those of anybody.
        let is_said =
            || says_crossing(&self.found.words) || which.iter().any(|mention| self.mentions[*mention].kind.is_some());
        if !crossing.is_named && !is_said() {
            return None;
        }
        // Every town has an Abay and a Satpayev street, and most have their crossing.
        if !crossing.is_named && names.iter().all(|name| is_everywhere(&fold(name))) {
            return None;
        }
        Some(Resolution {
            status: Status::Resolved,
            path: self.path(crossing.town),
            method: Some(Method::Intersection),
            precision: Precision::Point,
            uncertainty_m: Some(
                (line_error_m(crossing.one).max(line_error_m(crossing.other)) + crossing.gap_m / 2.0).round(),
            ),
            position: Some(crossing.at),
            score: if crossing.is_named { score::FALLBACK } else { score::FINE_WITHOUT_TOWN },
            toponym: names.join(" × "),
            surface: names.join(" × "),
            rules: vec![format!(
                "the crossing of {} and {} in {}",
                names[0],
                names[1],
                crossing.town.name(Language::Ru)
            )],
            candidates: [crossing.one, crossing.other]
                .map(|street| self.candidate(street, 0, 0.0, "one of the streets"))
                .to_vec(),
            ..Resolution::unresolved(Vec::new())
        })
    }

    /// What streets whose crossing is said and not found are, without the towns that are called as they: "corner of Abay and Auezov" is
    /// nothing in the town Auezov. `None` where it is not said, or a name is not that of a street that every town has.
    pub(super) fn without_towns_of(&self, which: &[usize], rules: &[String]) -> Option<Resolution> {
        let has_street = |mention: &Mention| {
            mention.kind.is_none()
                && mention.origin == Origin::Text
                && self.allowed(mention).iter().any(|posting| self.is_common_street(posting))
        };
        let streets: Vec<usize> = which.iter().copied().filter(|number| has_street(&self.mentions[*number])).collect();
        let is_town =
            |answer: &Resolution| answer.status == Status::Resolved && answer.precision == Precision::Settlement;
        if !says_crossing(&self.found.words)
            || streets.len() < 2
            || streets.len() < self.mentions.len()
            || !is_town(&self.resolve(rules.to_vec()))
        {
            return None;
        }
        let mut mentions = self.mentions.to_vec();
        for number in streets {
            mentions[number].postings.retain(|posting| is_fine(self.gazetteer.at(posting.place).kind()));
        }
        let decision = self.among(&mentions);
        Some(decision.resolve(rules.to_vec()))
    }

    /// Whether a posting is that of a street of which every town has one.
    fn is_common_street(&self, posting: &Posting) -> bool {
        let place = self.gazetteer.at(posting.place);
        place.kind() == PlaceKind::Street && is_everywhere(&fold(place.name(Language::Ru)))
    }

    /// The stretch of a street between two others: "по Абая между Байзакова и Ауэзова".
    fn between_streets(&self, which: &[usize]) -> Option<Resolution> {
        let &[first, second] = which else { return None };
        let streets = (0..self.mentions.len()).filter(|mention| !which.contains(mention));
        let (from, to) = streets.into_iter().find_map(|street| {
            let (mut from, mut to) = (self.crossings(street, first), self.crossings(street, second));
            from.retain(|from| to.iter().any(|to| to.one == from.one));
            to.retain(|to| from.iter().any(|from| to.one == from.one));
            let is_clear = from.len() == 1 && to.len() == 1 && from[0].is_named;
            is_clear.then(|| (from.remove(0), to.remove(0)))
        })?;
        let half = from.at.distance_m(to.at) / 2.0;
        let names = [from.one, from.other, to.other].map(|street| street.name(Language::Ru));
        Some(Resolution {
            status: Status::Resolved,
            path: self.path(from.town),
            method: Some(Method::Intersection),
            precision: Precision::Street,
            uncertainty_m: Some(
                (half + [from.one, from.other, to.other].map(line_error_m).into_iter().fold(0.0, f64::max)).round(),
            ),
            position: Some(from.at.middle(to.at)),
            score: score::FALLBACK,
            toponym: names.join(" × "),
            surface: self.mentions[first].surface.clone(),
            rules: vec![format!(
                "{} between {} and {} in {}",
                names[0],
                names[1],
                names[2],
                from.town.name(Language::Ru)
            )],
            candidates: [from.one, from.other, to.other]
                .map(|street| self.candidate(street, 0, 0.0, "one of the streets"))
                .to_vec(),
            ..Resolution::unresolved(Vec::new())
        })
    }
}

/// Where two streets of a town come together.
struct Crossing<'a> {
    one: Place<'a>,
    other: Place<'a>,
    town: Place<'a>,
    at: LonLat,
    /// Metres between the lines, as the gazetteer draws them.
    gap_m: f64,
    /// Whether the request names the town.
    is_named: bool,
}
