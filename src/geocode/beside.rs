//! Locations that are no gazetteer entry: some way off a place, between two, at the crossing of streets.

use super::Resolution;
use super::kind_word::is_fine;
use super::resolve::{Decision, score};
use crate::gazetteer::{Place, PlaceId, PlaceKind};
use crate::incident::{Language, Method, Precision, Status};

/// How far off a settlement "near" and a direction without a distance may mean, metres. Reporters say "under" a town of what is
/// within half an hour's drive.
const NEAR_M: f64 = 15_000.0;

/// How wrong a distance with a direction may be, as a share of it: eight directions leave 22.5 degrees, and distances are rounded.
const OFFSET_SHARE: f64 = 0.4;

/// Streets whose lines come no nearer than this (metres) do not cross.
const CROSSING_GAP_M: f64 = 800.0;

/// How exact the line of a street is drawn, metres.
const LINE_ERROR_M: f64 = 250.0;

impl<'a> Decision<'a> {
    /// The answer moved off its place, when the place is the one the words are about.
    pub(super) fn off(
        &self,
        answer: Resolution,
        mention: usize,
        distance_m: Option<f64>,
        bearing_deg: Option<f64>,
    ) -> Resolution {
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
    pub(super) fn between(&self, which: &[usize]) -> Option<Resolution> {
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
    pub(super) fn crossing(&self, which: &[usize]) -> Option<Resolution> {
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
}
