//! Names with a slip of the finger: tried only when nothing else was found, and only for towns, districts, regions and countries.

use super::kind_word::is_fine;
use crate::gazetteer::{Gazetteer, NameIndex, Posting};

/// Letters from which one slip is forgiven.
const ONE_SLIP_FROM: usize = 5;
/// Letters from which two slips are forgiven.
const TWO_SLIPS_FROM: usize = 9;

/// The places whose forms are nearest to a folded word, when they are near enough: the postings, the form and the slips.
pub(super) fn nearest<'a>(
    word: &str,
    gazetteer: &Gazetteer,
    index: &'a NameIndex,
) -> Option<(Vec<Posting>, &'a str, usize)> {
    let letters: Vec<char> = word.chars().collect();
    let most = match letters.len() {
        TWO_SLIPS_FROM.. => 2,
        ONE_SLIP_FROM.. => 1,
        _ => return None,
    };
    let mut best: Option<(Vec<Posting>, &str, usize)> = None;
    for (form, postings) in index.forms() {
        let length = form.chars().count();
        if length.abs_diff(letters.len()) > most || length < ONE_SLIP_FROM || form.contains(' ') {
            continue;
        }
        let limit = best.as_ref().map_or(most, |(_, _, slips)| *slips);
        let Some(slips) = distance(&letters, &form.chars().collect::<Vec<_>>(), limit) else { continue };
        let coarse: Vec<Posting> =
            postings.iter().copied().filter(|posting| !is_fine(gazetteer.places()[posting.place].kind)).collect();
        if coarse.is_empty() {
            continue;
        }
        match &mut best {
            Some((known, known_form, known_slips)) if *known_slips == slips => {
                for posting in coarse {
                    if !known.iter().any(|other| other.place == posting.place) {
                        known.push(posting);
                    }
                }
                // Which of equal forms is shown must not depend on the order of a hash map.
                if form < *known_form {
                    *known_form = form;
                }
            }
            _ => best = Some((coarse, form, slips)),
        }
    }
    best.map(|(mut postings, form, slips)| {
        postings.sort_by_key(|posting| (posting.place, posting.toponym));
        (postings, form, slips)
    })
}

/// Damerau-Levenshtein distance (adjacent letters swapped count once) when it is at most `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, &letter) in a.iter().enumerate() {
        let mut next = Vec::with_capacity(b.len() + 1);
        next.push(row + 1);
        for (column, &other) in b.iter().enumerate() {
            let mut cost =
                (last[column] + usize::from(letter != other)).min(last[column + 1] + 1).min(next[column] + 1);
            if row > 0 && column > 0 && letter == b[column - 1] && a[row - 1] == other {
                cost = cost.min(before[column - 1] + 1);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_missing_and_wrong_letters_are_one_slip_each() {
        let slips = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), 2);
        assert_eq!(slips("караганда", "карагадна"), Some(1));
        assert_eq!(slips("караганда", "караанда"), Some(1));
        assert_eq!(slips("караганда", "корогандо"), None);
        assert_eq!(slips("актау", "актау"), Some(0));
    }
}
