//! Incidents that may be the same event, told by two sources: marked for a person to look at, never merged.

use super::feature::FeatureProperties;
use super::{Row, Snapshot};
use crate::incident::Precision;
use crate::text;
use serde::Serialize;
use std::collections::HashSet;

/// Minutes between the beginnings of two reports of one event: a day either way, as a night is dated by either of its days.
const WINDOW_MINUTES: i64 = 24 * 60;

/// Incidents of the same days that are looked at for one.
const MAX_NEIGHBOURS: usize = 20_000;

/// Letters from which a word counts: shorter ones are in every sentence.
const WORD_LETTERS: usize = 4;

/// Letters of a word that are compared, so that case endings do not matter.
const STEM_LETTERS: usize = 6;

/// Share of common words, of all words of the shorter text, from which two texts are alike.
const LEAST_COMMON: f64 = 0.5;

/// Fewest common words.
const LEAST_WORDS: usize = 3;

/// Why two incidents may be the same event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// They link to the same page.
    SameSourceUrl,
    /// They tell it in much the same words.
    SimilarWords,
}

/// The rows that happened at the same time as a row, at its place, inside it or around it: what is known only to the region or country
/// is alike to nothing.
#[must_use]
pub fn neighbours(snapshot: &Snapshot, row: Row) -> Vec<Row> {
    let Some((start, _)) = snapshot.span(row).filter(|_| is_placed(snapshot, row)) else { return Vec::new() };
    let same_days = snapshot.starting(start - WINDOW_MINUTES, start + WINDOW_MINUTES).take(MAX_NEIGHBOURS);
    same_days
        .filter(|&other| other != row && is_placed(snapshot, other) && is_same_place(snapshot, row, other))
        .collect()
}

fn is_placed(snapshot: &Snapshot, row: Row) -> bool {
    snapshot.position(row).is_some() && snapshot.precision(row) < Precision::Region
}

fn is_same_place(snapshot: &Snapshot, row: Row, other: Row) -> bool {
    match (snapshot.path(row).last(), snapshot.path(other).last()) {
        (Some(one), Some(two)) => {
            let is_in = |row, place: &super::DrawnPlace| snapshot.path(row).any(|step| step.id == place.id);
            let is_fine = |place: &super::DrawnPlace| place.precision() < Precision::Region;
            (is_fine(two) && is_in(row, two)) || (is_fine(one) && is_in(other, one)) || is_close(snapshot, row, other)
        }
        _ => is_close(snapshot, row, other),
    }
}

/// Whether either may lie where the other is.
fn is_close(snapshot: &Snapshot, row: Row, other: Row) -> bool {
    let (Some(one), Some(two)) = (snapshot.position(row), snapshot.position(other)) else { return false };
    let uncertainty_m = |row| snapshot.uncertainty_m(row).unwrap_or(0.0);
    one.distance_m(two) <= uncertainty_m(row).max(uncertainty_m(other))
}

/// Why two incidents may be the same event; nothing when there is no sign of it.
#[must_use]
pub fn likeness(one: &FeatureProperties, two: &FeatureProperties) -> Vec<Likeness> {
    let mut signs = Vec::new();
    if !one.source_url.is_empty() && one.source_url == two.source_url {
        signs.push(Likeness::SameSourceUrl);
    }
    let (first, second) = (stems(one), stems(two));
    let common = first.intersection(&second).count();
    let shorter = first.len().min(second.len());
    if common >= LEAST_WORDS && common as f64 >= LEAST_COMMON * shorter as f64 {
        signs.push(Likeness::SimilarWords);
    }
    signs
}

fn stems(incident: &FeatureProperties) -> HashSet<String> {
    let words = text::words(&incident.title).into_iter().chain(text::words(&incident.description));
    let long = words.filter(|word| word.chars().count() >= WORD_LETTERS);
    long.map(|word| word.chars().take(STEM_LETTERS).collect()).collect()
}
