//! Names inside names: a known one that is only a part of a longer unknown one, and the word for a kind that is part of a name or one itself.

use super::kind_word::{KindWords, is_filler};
use super::surroundings::kind_beside;
use crate::gazetteer::{Gazetteer, PlaceKind, Posting};
use crate::text::Token;

/// Whether a name is only the adjective of a longer unknown one: "Новый Топар" is not "Новый".
pub(super) fn begins_another_name(words: &[Token], next: usize, kind_words: &KindWords) -> bool {
    let (Some(last), Some(word)) = (next.checked_sub(1).and_then(|last| words.get(last)), words.get(next)) else {
        return false;
    };
    let is_kind = kind_words.get(&word.folded, word.is_dotted).is_some();
    last.is_capital && word.is_capital && !word.is_after_break && !is_kind && is_of_several(&last.folded)
}

/// Whether a hyphen and an unknown word with a capital follow a name: "Петропавловск-Камчатский" is another town.
pub(super) fn is_part_of_another_name(
    chars: &[char],
    words: &[Token],
    next: usize,
    gazetteer: &Gazetteer,
    kind_words: &KindWords,
) -> bool {
    let (Some(last), Some(word)) = (next.checked_sub(1).and_then(|last| words.get(last)), words.get(next)) else {
        return false;
    };
    chars.get(last.end) == Some(&'-')
        && word.start == last.end + 1
        && word.is_capital
        && gazetteer.names().places(&word.folded).is_empty()
        && kind_words.get(&word.folded, word.is_dotted).is_none()
        && !word.folded.is_ascii()
}

/// Whether an unknown word with a capital and a hyphen stand before a name: "Булан-Батыр" is not the village Батыр.
pub(super) fn is_end_of_another_name(
    chars: &[char],
    words: &[Token],
    at: usize,
    gazetteer: &Gazetteer,
    kind_words: &KindWords,
) -> bool {
    let Some(word) = at.checked_sub(1).map(|before| &words[before]) else { return false };
    // "Новый Топар" is not Топар.
    if word.is_capital && words[at].is_capital && !words[at].is_after_break && is_of_several(&word.folded) {
        return true;
    }
    // "ДТП-Актау" is a label.
    let is_word = chars[word.start..word.end].iter().skip(1).all(|c| c.is_lowercase());
    word.end + 1 == words[at].start
        && chars.get(word.end) == Some(&'-')
        && word.is_capital
        && words[at].is_capital
        && is_word
        && word.end - word.start >= LEAST_PART_LETTERS
        && gazetteer.names().places(&word.folded).is_empty()
        && kind_words.get(&word.folded, word.is_dotted).is_none()
        && !is_filler(&word.folded)
        && !word.folded.is_ascii()
}

/// Beginnings (folded) of the adjectives that tell places of one name apart, and their endings.
const OF_SEVERAL: [&str; 6] = ["нов", "стар", "больш", "мал", "верхн", "нижн"];
const ENDINGS: [&str; 16] =
    ["ый", "ий", "ая", "яя", "ое", "ее", "ого", "его", "ому", "ему", "ом", "ем", "ой", "ей", "ую", "юю"];

fn is_of_several(folded: &str) -> bool {
    OF_SEVERAL.iter().any(|stem| folded.strip_prefix(stem).is_some_and(|ending| ENDINGS.contains(&ending)))
}

/// Letters from which a word before a hyphen is the part of a name, and no preposition or abbreviation.
const LEAST_PART_LETTERS: usize = 4;

/// What a name whose last word says its kind means without it: one town has a "Старая площадь", another a square that is called "Старая".
pub(super) fn named_without_kind(name: &[Token], gazetteer: &Gazetteer, kind_words: &KindWords) -> Vec<Posting> {
    let Some((last, rest)) = name.split_last() else { return Vec::new() };
    let Some(kind) = kind_words.get(&last.folded, last.is_dotted) else { return Vec::new() };
    let folded: Vec<&str> = rest.iter().map(|word| word.folded.as_str()).collect();
    let is_of_kind = |posting: &Posting| kind.kinds.contains(&gazetteer.at(posting.place).kind());
    gazetteer.names().places(&folded.join(" ")).filter(is_of_kind).collect()
}

/// What a word for one kind means when a word for another kind stands beside it and something of that kind is called so: "мкр. Аэропорт", "Бақты ауылы".
pub(super) fn called_as_a_kind(
    words: &[Token],
    at: usize,
    gazetteer: &Gazetteer,
    kind_words: &KindWords,
) -> Option<Vec<Posting>> {
    let own = kind_words.get(&words[at].folded, words[at].is_dotted)?;
    let beside = kind_beside(words, at, 1, kind_words)?;
    let may_be_called = |kind: PlaceKind| {
        (kind.is_settlement() || matches!(kind, PlaceKind::Microdistrict | PlaceKind::Quarter))
            && beside.kinds.contains(&kind)
    };
    if words[at].is_dotted || own.kinds.iter().any(|kind| beside.kinds.contains(kind)) {
        return None;
    }
    let is_called_so = |posting: &Posting| may_be_called(gazetteer.at(posting.place).kind());
    let postings: Vec<Posting> = gazetteer.names().places(&words[at].folded).filter(is_called_so).collect();
    (!postings.is_empty()).then_some(postings)
}
