//! What the words around a found name say for and against it: its kind, that it is no name here, that it is quoted for a team.

use super::everyday::is_rather_everyday;
use super::full_name::begins_full_name;
use super::kind_word::{KindWord, KindWords, Side, is_filler, is_fine};
use super::named_after::gives_its_name;
use super::nature::{is_of_nature, may_be_of_nature};
use super::no_place::{
    is_before_organisation_word, is_everywhere, is_of_clock, is_organisation_word, is_team, is_venue_word,
};
use super::person::{
    is_acting_person, is_before_initials, is_before_kinship, is_full_name, is_named_after_everywhere, is_of_person,
    is_speaker, is_spoken_to, is_surname,
};
use super::saying::is_in_saying;
use super::sports_team::is_sports_team;
use crate::gazetteer::{Gazetteer, PlaceKind, Posting, Rule};
use crate::text::{Token, fold, russian};

/// Whether the words of a name are no name here: a team, a paper, a person, a word of every day. Takes from the postings what only
/// some of them are.
#[expect(clippy::too_many_arguments, reason = "what stands around a name decides")]
pub(super) fn is_no_name(
    chars: &[char],
    words: &[Token],
    at: usize,
    used: usize,
    is_lower_case: bool,
    postings: &mut Vec<Posting>,
    kind_words: &KindWords,
    gazetteer: &Gazetteer,
) -> bool {
    if is_rather_everyday(words, at, used, is_lower_case, postings, kind_words, gazetteer) {
        return true;
    }
    if is_team(chars, words, at, used) || is_before_organisation_word(words, at, used) || is_speaker(words, at, used) {
        return true;
    }
    if is_sports_team(words, at, used) || begins_full_name(words, at, used, kind_words, gazetteer) {
        return true;
    }
    if gives_its_name(chars, words, at, used, kind_words) {
        postings.retain(|posting| gazetteer.at(posting.place).kind() == PlaceKind::Building);
        if postings.is_empty() {
            return true;
        }
    }
    if is_of_clock(words, at) || is_in_saying(words, at) {
        return true;
    }
    if is_before_initials(words, at, used, kind_words) || is_before_kinship(words, at, used) {
        return true;
    }
    if is_spoken_to(words, at, used) && postings.iter().any(|posting| names_person(posting, gazetteer)) {
        return true;
    }
    if is_in_title(words, at) {
        return true;
    }
    // "in May" is when it was.
    if words[at].folded == "may" && kind_beside(words, at, used, kind_words).is_none() {
        return true;
    }
    if is_after_venue(words, at) {
        let has_case = |posting: &Posting| {
            let name = fold(gazetteer.at(posting.place).toponym(posting.toponym).name);
            russian::word_forms(&name).is_empty() || posting.rule != Rule::AsWritten
        };
        postings.retain(|posting| is_fine(gazetteer.at(posting.place).kind()) || has_case(posting));
        if postings.is_empty() {
            return true;
        }
    }
    if is_of_nature(words, at, used) {
        postings.retain(|posting| may_be_of_nature(gazetteer.at(posting.place).kind()));
        return postings.is_empty();
    }
    // A district that is named after a person is called so with its kind word only.
    let says_district = || {
        words.iter().any(|word| {
            kind_words.get(&word.folded, word.is_dotted).is_some_and(|kind| kind.kinds.contains(&PlaceKind::District))
        })
    };
    if is_full_name(words, at, used) && !says_district() {
        postings.retain(|posting| gazetteer.at(posting.place).kind() != PlaceKind::District);
        if postings.is_empty() {
            return true;
        }
    }
    // "Абая, 10" is a street that every town has, not something of the town Абай.
    let is_street = words[at].is_after_break && is_everywhere(&words[at].folded) && used == 1;
    if is_street && kind_beside(words, at, used, kind_words).is_none() {
        postings.retain(|posting| {
            is_fine(gazetteer.at(posting.place).kind()) || !matches!(posting.rule, Rule::Inflected(_))
        });
        if postings.is_empty() {
            return true;
        }
    }
    let is_of_somebody = (is_of_person(words, at) && postings.iter().any(|posting| names_person(posting, gazetteer)))
        || (is_named_after_everywhere(words, at)
            && is_everywhere(&words[at].folded)
            && !postings.iter().any(|posting| is_large_city(posting, gazetteer)));
    if is_of_somebody || is_acting_person(words, at, used, kind_words) {
        postings.retain(|posting| is_fine(gazetteer.at(posting.place).kind()));
        return postings.is_empty();
    }
    false
}

/// Whether a name stands in quotes behind other words, and these quotes follow the word for an organisation or a work: "газета «Огни
/// Алатау»".
fn is_in_title(words: &[Token], at: usize) -> bool {
    let first = (0..at).rev().take_while(|&before| words[before].is_quoted && !words[before + 1].is_after_break).last();
    let lead = first.and_then(|first| first.checked_sub(1)).filter(|_| words[at].is_quoted);
    lead.is_some_and(|lead| is_organisation_word(&words[lead].folded) || is_venue_word(&words[lead].folded))
}

/// Abbreviations (folded) for what has a name of its own, which a town in the nominative is: "ТЦ Москва".
const VENUES: [&str; 7] = ["тц", "трц", "трк", "жк", "бц", "тд", "рк"];

fn is_after_venue(words: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).filter(|_| !words[at].is_after_break);
    before.is_some_and(|before| VENUES.contains(&words[before].folded.as_str()) && words[at].is_capital)
}

/// Whether a quoted word is rather the name of a team or firm than that of a building: nothing leads to it, or an adjective does
/// ("киевское «Динамо»").
pub(super) fn is_rather_a_team(words: &[Token], at: usize) -> bool {
    words[at].is_after_break
        || at.checked_sub(1).is_none_or(|before| {
            ["ский", "ское", "ская", "ского", "ской"].iter().any(|ending| words[before].folded.ends_with(ending))
        })
}

/// Whether a name in lower case is followed by a common word that it may describe.
pub(super) fn is_before_noun(words: &[Token], at: usize, used: usize, kind_words: &KindWords) -> bool {
    words.get(at + used).is_some_and(|next| {
        let is_common = !next.is_after_break && !next.is_capital && !is_filler(&next.folded);
        !words[at].is_capital && is_common && kind_words.get(&next.folded, next.is_dotted).is_none()
    })
}

/// People from which a city is what a school or hospital is in, and not after whom it is named.
const LARGE_CITY: u64 = 100_000;

/// Whether a posting is a city that nobody takes for a person: "школа Алматы" is one of the city's.
fn is_large_city(posting: &Posting, gazetteer: &Gazetteer) -> bool {
    let place = gazetteer.at(posting.place);
    place.kind() == PlaceKind::City && place.population().is_some_and(|people| people >= LARGE_CITY)
}

/// Whether a town or district is called as a person is.
fn names_person(posting: &Posting, gazetteer: &Gazetteer) -> bool {
    let name = fold(gazetteer.at(posting.place).toponym(posting.toponym).name);
    is_everywhere(&name) || is_surname(&name) || ["махамбет", "исатаи", "курмангазы"].contains(&name.as_str())
}

/// Whether a word beside a quoted name says that it is of this kind: "микрорайон «Самал-2»", "«Нұрлы жол» вокзалында".
pub(super) fn says_kind(words: &[Token], at: usize, used: usize, kind: PlaceKind, kind_words: &KindWords) -> bool {
    let get = |word: &Token| kind_words.get(&word.folded, word.is_dotted);
    let before = at.checked_sub(1).filter(|_| !words[at].is_after_break).and_then(|before| get(&words[before]));
    let after = words.get(at + used).filter(|word| !word.is_after_break).and_then(get);
    before.is_some_and(|word| word.side != Side::After && word.kinds.contains(&kind))
        || after.is_some_and(|word| word.side != Side::Before && word.kinds.contains(&kind))
}

/// Whether a place of this kind is called by a name in quotes.
pub(super) fn may_be_quoted(kind: PlaceKind) -> bool {
    matches!(kind, PlaceKind::Building | PlaceKind::Market | PlaceKind::Park)
}

/// The kind word directly before or after a name: "на центральной площади" needs no capital.
pub(super) fn kind_beside(words: &[Token], at: usize, used: usize, kind_words: &KindWords) -> Option<KindWord> {
    let kind = |word: &Token| kind_words.get(&word.folded, word.is_dotted);
    let after = words.get(at + used).filter(|word| !word.is_after_break).and_then(kind);
    after.or_else(|| at.checked_sub(1).filter(|_| !words[at].is_after_break).and_then(|before| kind(&words[before])))
}

/// Beginnings of the months, which make a number and a name a date ("9 мая").
const MONTHS: [&str; 12] =
    ["январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"];

/// Whether a name that begins with a number ("312 стрелковой дивизии", "8 Марта") is one without a word for its kind. What is a date as
/// well has to be written as a name, and to stand alone or where streets stand.
pub(super) fn is_numbered_name(words: &[Token], at: usize, used: usize) -> bool {
    if used == 1 {
        return false;
    }
    if !MONTHS.iter().any(|month| words[at + 1].folded.starts_with(month)) {
        return true;
    }
    let is_led = at
        .checked_sub(1)
        .is_some_and(|before| ["по", "на", "угол", "от", "до"].contains(&words[before].folded.as_str()));
    let is_at_start = words[at].is_after_break;
    let joins = |next: &Token| ["и", "до", "угол", "уг"].contains(&next.folded.as_str());
    let ends = words.get(at + used).is_none_or(|next| next.is_after_break || joins(next));
    words[at + 1].is_capital && ends && (is_led || is_at_start)
}
