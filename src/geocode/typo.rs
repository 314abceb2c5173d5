//! Names with a slip of the finger: tried only when nothing else was found, and only for towns, districts, regions and countries.

use super::everyday::is_everyday;
use super::kind_word::is_fine;
use super::mention::is_well_known;
use crate::gazetteer::{Gazetteer, MIN_MISSPELT_LETTERS, Place, PlaceKind, Posting, Rule};
use crate::text::ENGLISH_GENITIVE;

/// Letters from which one slip is forgiven.
const ONE_SLIP_FROM: usize = MIN_MISSPELT_LETTERS;
/// Longer words are no names; their automata would be costly.
const MOST_LETTERS: usize = 40;
/// Letters from which two slips are forgiven when the ear does not hear one of them.
const TWO_SLIPS_FROM: usize = 9;
/// Letters from which any two slips are: "Сарышаган" is no Сарыагаш.
const ANY_TWO_SLIPS_FROM: usize = 11;

/// What a wrong, missing or swapped letter counts.
const SLIP: usize = 2;
/// What a slip counts that the ear does not hear: и for й or ы, о for а, е for э, a doubled letter, a soft sign.
const CHEAP_SLIP: usize = 1;
/// Letters that are written for each other.
const CHEAP_PAIRS: [(char, char); 8] =
    [('и', 'й'), ('и', 'ы'), ('о', 'а'), ('е', 'э'), ('е', 'и'), ('i', 'y'), ('k', 'q'), ('у', 'ю')];

/// What slips may count in the name of a little-known place of so many letters: long names are hardly met by chance.
fn most_in_little(letters: usize) -> usize {
    match letters {
        12.. => 2 * SLIP,
        9.. => SLIP + CHEAP_SLIP,
        8 => SLIP,
        7 => CHEAP_SLIP,
        _ => 0,
    }
}

/// Endings of adjectives, which say nothing about the name: "Сайрамский" is no slip of "Сауранский".
const ADJECTIVE_ENDINGS: [&str; 12] =
    ["ский", "ская", "ское", "ского", "ской", "скому", "ским", "ском", "скую", "ська", "ськои", "ськии"];

/// How many letters of a folded word are only the ending of an adjective.
fn adjective_letters(word: &str) -> usize {
    ADJECTIVE_ENDINGS.iter().find(|ending| word.ends_with(**ending)).map_or(0, |ending| ending.chars().count())
}

/// The places whose forms are nearest to a folded word, when they are near enough: the postings, the form and the slips. A word that
/// is written carelessly, without a capital or a word for its kind, is more likely another word than a city abroad. Little-known places
/// are looked at when the words say that a place is meant (`may_be_little`), and no known one is as near.
pub(super) fn nearest(
    word: &str,
    kinds: Option<&[PlaceKind]>,
    is_careless: bool,
    may_be_little: bool,
    gazetteer: &Gazetteer,
) -> Option<(Vec<Posting>, String, usize)> {
    let letters: Vec<char> = word.chars().collect();
    let most = match letters.len() - adjective_letters(word) {
        MOST_LETTERS.. => return None,
        ANY_TWO_SLIPS_FROM.. => 2 * SLIP,
        TWO_SLIPS_FROM.. => SLIP + CHEAP_SLIP,
        _ if letters.len() >= ONE_SLIP_FROM => SLIP,
        _ => return None,
    };
    let is_wanted = |place: Place<'_>| {
        // The names of districts are those of rivers, lakes and people: a slip is forgiven only where a kind word stands beside.
        let may_slip = place.kind() != PlaceKind::District || kinds.is_some();
        !is_fine(place.kind())
            && may_slip
            && (!is_careless || place.kind() == PlaceKind::Country || gazetteer.is_at_home(place))
            && kinds.is_none_or(|kinds| kinds.contains(&place.kind()))
    };
    let is_name = |postings: &[Posting]| postings.iter().all(|posting| posting.rule != Rule::Adjective);
    // Two letters that are heard are looked for only where one explains nothing: that costs several times as much.
    let best = (1..=most.div_ceil(SLIP)).find_map(|apart| {
        let (mut known, mut little): (Option<Near>, Option<Near>) = (None, None);
        for (form, postings) in gazetteer.names().near(word, apart) {
            let length = form.chars().count();
            if length.abs_diff(letters.len()) > most / CHEAP_SLIP {
                continue;
            }
            // "стадо куланов" is no slip of a village Кулан.
            if kinds.is_none() && is_everyday(&form) {
                continue;
            }
            // A case form of a country a slip away from a common word is chance.
            let may_be_careless = |posting: &Posting| {
                !is_careless || posting.rule == Rule::AsWritten || gazetteer.is_at_home(gazetteer.at(posting.place))
            };
            let Some(slips) = distance(&letters, &form.chars().collect::<Vec<_>>(), most) else { continue };
            // A name that is written in Cyrillic letters only by our own rules has to be long to be meant by a slip as well.
            let may_be_guessed = letters.len() >= TWO_SLIPS_FROM;
            let (well_known, others): (Vec<Posting>, Vec<Posting>) = postings
                .filter(|posting| posting.rule != Rule::Transliterated || may_be_guessed)
                // "Almas" is no slip of "Alga's": what makes the genitive is an apostrophe, and nobody forgets the letters before it.
                .filter(|posting| posting.rule != Rule::Inflected(ENGLISH_GENITIVE))
                .filter(|posting| is_wanted(gazetteer.at(posting.place)))
                .filter(may_be_careless)
                .partition(|posting| is_well_known(gazetteer.at(posting.place)));
            take_nearer(&mut known, well_known, &form, slips);
            if may_be_little && slips <= most_in_little(letters.len()) {
                take_nearer(&mut little, others, &form, slips);
            }
        }
        match (known, little) {
            (Some(known), Some(little))
                if little.2 + CHEAP_SLIP < known.2 || (little.2 == known.2 && !is_name(&known.0)) =>
            {
                Some(little)
            }
            (known, little) => known.or(little),
        }
    });
    // A form without a slip was found already, and refused. So is an adjective, with a slip or without, unless a name is as near.
    best.filter(|(postings, _, slips)| *slips > 0 && is_name(postings)).map(|(mut postings, form, slips)| {
        postings.sort_by_key(|posting| (posting.place, posting.toponym));
        (postings, form, slips.div_ceil(SLIP))
    })
}

/// Letters from which a whole slip is forgiven in the name of a street of a named town; in shorter ones only what the ear does not hear.
const STREET_SLIP_FROM: usize = 7;

/// The streets, squares and quarters of these towns whose name is nearest to a folded word, and the form: when only one is near.
pub(super) fn nearest_in_town(
    word: &str,
    kinds: &[PlaceKind],
    towns: &[Place<'_>],
    gazetteer: &Gazetteer,
) -> Option<(Vec<Posting>, String)> {
    let letters: Vec<char> = word.chars().collect();
    let most = match letters.len() {
        MOST_LETTERS.. => return None,
        STREET_SLIP_FROM.. => SLIP,
        ONE_SLIP_FROM.. => CHEAP_SLIP,
        _ => return None,
    };
    if towns.is_empty() {
        return None;
    }
    let is_wanted = |place: Place<'_>| kinds.contains(&place.kind()) && towns.iter().any(|town| place.is_in(*town));
    let mut near: Vec<(usize, String, Posting)> = Vec::new();
    for (form, postings) in gazetteer.names().near(word, 1) {
        let Some(slips) = distance(&letters, &form.chars().collect::<Vec<_>>(), most) else { continue };
        let wanted = postings.filter(|posting| is_wanted(gazetteer.at(posting.place)));
        near.extend(wanted.map(|posting| (slips, form.clone(), posting)));
    }
    near.sort_by(|one, other| (one.0, &one.1, one.2.place).cmp(&(other.0, &other.1, other.2.place)));
    let (slips, form, first) = near.first()?.clone();
    let is_clear = near.iter().all(|(other, _, posting)| *other > slips || posting.place == first.place);
    is_clear.then(|| (vec![first], form))
}

/// Forms that are nearest: what they may mean, the first of them, and what their slips count.
type Near = (Vec<Posting>, String, usize);

/// Takes the postings of a form when it is as near as the nearest so far, or nearer.
fn take_nearer(best: &mut Option<Near>, postings: Vec<Posting>, form: &str, slips: usize) {
    if postings.is_empty() {
        return;
    }
    match best {
        Some((_, _, known_slips)) if *known_slips < slips => {}
        Some((known, known_form, known_slips)) if *known_slips == slips => {
            for posting in postings {
                if !known.iter().any(|other| other.place == posting.place) {
                    known.push(posting);
                }
            }
            // Which of equal forms is shown must not depend on the order of a hash map.
            if form < known_form.as_str() {
                form.clone_into(known_form);
            }
        }
        _ => *best = Some((postings, form.to_owned(), slips)),
    }
}

/// Weighted Damerau-Levenshtein distance (adjacent letters swapped are one slip) when it is at most `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    let extra = |word: &[char], at: usize| {
        let is_doubled = at > 0 && word[at - 1] == word[at];
        if is_doubled || word[at] == 'ь' { CHEAP_SLIP } else { SLIP }
    };
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = Vec::with_capacity(b.len() + 1);
    last.push(0);
    for column in 0..b.len() {
        last.push(last[column] + extra(b, column));
    }
    for (row, &letter) in a.iter().enumerate() {
        let mut next = Vec::with_capacity(b.len() + 1);
        next.push(last[0] + extra(a, row));
        for (column, &other) in b.iter().enumerate() {
            let mut cost = (last[column] + replaced(letter, other))
                .min(last[column + 1] + extra(a, row))
                .min(next[column] + extra(b, column));
            if row > 0 && column > 0 && letter == b[column - 1] && a[row - 1] == other {
                cost = cost.min(before[column - 1] + SLIP);
            }
            next.push(cost);
        }
        if next.iter().min().is_none_or(|least| *least > most) {
            return None;
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().filter(|distance| *distance <= most)
}

/// Whether one slip makes a folded word of another.
pub(super) fn is_one_slip(word: &str, of: &str) -> bool {
    let letters = |word: &str| word.chars().collect::<Vec<char>>();
    word.chars().count().abs_diff(of.chars().count()) <= 1 && distance(&letters(word), &letters(of), SLIP).is_some()
}

fn replaced(one: char, other: char) -> usize {
    if one == other {
        0
    } else if CHEAP_PAIRS.contains(&(one, other)) || CHEAP_PAIRS.contains(&(other, one)) {
        CHEAP_SLIP
    } else {
        SLIP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_missing_and_wrong_letters_are_one_slip_each() {
        let slips =
            |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), 2 * SLIP);
        assert_eq!(slips("караганда", "карагадна"), Some(SLIP));
        assert_eq!(slips("караганда", "караанда"), Some(SLIP));
        assert_eq!(slips("караганда", "каррагонда"), Some(2 * CHEAP_SLIP));
        assert_eq!(slips("караганда", "курупанды"), None);
        assert_eq!(slips("актау", "актау"), Some(0));
    }
}
