//! Lists under one word: "посёлки Макат и Доссор", "3-й, 4-й и 5-й микрорайоны" are several places of one kind.

use super::kind_word::{KindWord, Side};
use crate::gazetteer::{Gazetteer, PlaceKind, Posting, Rule};
use crate::text::Token;

/// Words (folded) that join the last of a list.
const JOINING: [&str; 9] = ["и", "та", "й", "and", "мен", "пен", "бен", "жане", "также"];

/// A name among the pieces of a text: what it may mean, its first and its last word.
type Name<'p> = Option<(&'p [Posting], usize, usize)>;

/// Gives each plural kind word to all names of the list at whose end it stands, when it stands beside one of them already.
pub(super) fn spread_plurals(
    plurals: &[Option<(KindWord, usize)>],
    names: &[Name<'_>],
    kinds: &mut [Option<(KindWord, String)>],
    chars: &[char],
    words: &[Token],
    gazetteer: &Gazetteer,
) {
    let is_listed = |left: usize, right: usize| {
        let (Some((.., from)), Some((_, to, _))) = (names[left], names[right]) else { return false };
        let joins = (from + 1..to).all(|at| JOINING.contains(&words[at].folded.as_str()));
        let gap = &chars[words[from].end..words[to].start];
        let is_parted = to > from + 1 || gap.iter().any(|c| [',', ';'].contains(c));
        joins && is_parted && !gap.iter().any(|c| ['(', ')', ':', '/'].contains(c))
    };
    for (number, plural) in plurals.iter().enumerate() {
        let Some((kind, _)) = plural else { continue };
        let kind_of = |posting: &Posting| gazetteer.at(posting.place).kind();
        // "улицы Абая, Алматы": a city after a comma is where they are.
        let is_city = |posting: &Posting| {
            kind_of(posting) == PlaceKind::City
                && posting.rule == Rule::AsWritten
                && !kind.kinds.contains(&PlaceKind::City)
        };
        let may_be = |left: usize, name: usize| {
            let is_joined = |to: usize| names[left].is_some_and(|(.., from)| to > from + 1);
            names[name].is_some_and(|(postings, start, _)| {
                postings.iter().any(|posting| kind.kinds.contains(&kind_of(posting)))
                    && (left > name || is_joined(start) || !postings.iter().any(is_city))
            })
        };
        let mut spread = |from: usize, next: &dyn Fn(usize) -> Option<usize>| {
            let Some(given) = kinds.get(from).cloned().flatten().filter(|(own, _)| own == kind) else { return };
            let mut last = from;
            while let Some(other) = next(last).filter(|other| *other < names.len()) {
                if !is_listed(last.min(other), last.max(other)) || kinds[other].is_some() || !may_be(last, other) {
                    break;
                }
                kinds[other] = Some(given.clone());
                last = other;
            }
        };
        if kind.side != Side::After {
            spread(number + 1, &|at| Some(at + 1));
        }
        if let Some(before) = number.checked_sub(1).filter(|_| kind.side != Side::Before) {
            spread(before, &|at| at.checked_sub(1));
        }
    }
}
