//! Schools, hospitals, museums and the like that are named after somebody: "Auezov Hospital" is no place in Auezov Street, and where the
//! gazetteer does not know it, it is somewhere in its town.

use super::person::has_surname_ending;
use crate::gazetteer::{Gazetteer, PlaceKind, Posting};
use crate::text::Token;

/// Beginnings (folded) of words for institutions and for what else is named after people.
const STEMS: [&str; 60] = [
    "универси",
    "академи",
    "институт",
    "школ",
    "мектеп",
    "мектеби",
    "лице",
    "гимнази",
    "колледж",
    "больниц",
    "госпитал",
    "аурухана",
    "поликлиник",
    "емхана",
    "роддом",
    "ликарн",
    "театр",
    "музей",
    "музее",
    "музеи",
    "мурагат",
    "библиотек",
    "китапхана",
    "мечет",
    "мешит",
    "мавзоле",
    "кесене",
    "завод",
    "зауыт",
    "фабрик",
    "шахт",
    "стадион",
    "ескерткиш",
    "памятник",
    "церк",
    "собор",
    "гостиниц",
    "конакуй",
    "ресторан",
    "кафе",
    "кинотеатр",
    "детсад",
    "балабакша",
    "university",
    "academy",
    "institute",
    "school",
    "college",
    "hospital",
    "clinic",
    "theatre",
    "theater",
    "museum",
    "library",
    "mosque",
    "mausoleum",
    "stadium",
    "monument",
    "statue",
    "hotel",
];

/// Words (folded) before a name of a street that is meant as such: "на Абая больница горит".
const ON: [&str; 6] = ["на", "по", "угол", "углу", "on", "along"];

/// Endings of surnames in Latin letters.
const LATIN_SURNAMES: [&str; 5] = ["ov", "ev", "ova", "eva", "skiy"];
/// The poet, after whom a town and a thousand schools are named.
const ABAY: [&str; 4] = ["абай", "абая", "abay", "abai"];

fn is_institution(word: &Token) -> bool {
    STEMS.iter().any(|stem| word.folded.starts_with(stem))
}

/// Takes from the postings of a name without a kind word the streets and squares, and the towns called after a person, where an
/// institution stands directly beside it that has the name.
pub(super) fn leave_out_namesakes(
    words: &[Token],
    at: usize,
    used: usize,
    postings: &mut Vec<Posting>,
    gazetteer: &Gazetteer,
) {
    let before = at.checked_sub(1).map(|before| &words[before]);
    let is_on = before.is_some_and(|word| ON.contains(&word.folded.as_str()));
    let is_before = words.get(at + used).is_some_and(|next| !next.is_after_break && is_institution(next)) && !is_on;
    let is_after = before.is_some_and(is_institution) && !words[at].is_after_break;
    let is_itself = used == 1 && is_institution(&words[at]);
    if !(is_before || is_after || is_itself) {
        return;
    }
    let name = words[at].folded.as_str();
    // "больница Булаева" is in Булаево: only whoever has a street as well is a person.
    let has_street = postings.iter().any(|posting| gazetteer.at(posting.place).kind() == PlaceKind::Street);
    let is_of_person = used == 1
        && has_street
        && (has_surname_ending(name)
            || LATIN_SURNAMES.iter().any(|ending| name.ends_with(ending))
            || ABAY.contains(&name));
    postings.retain(|posting| match gazetteer.at(posting.place).kind() {
        PlaceKind::Street | PlaceKind::Square | PlaceKind::Station | PlaceKind::Park | PlaceKind::Market => false,
        PlaceKind::CityDistrict | PlaceKind::Quarter | PlaceKind::Microdistrict => !is_of_person,
        kind if kind.is_settlement() => !is_of_person,
        PlaceKind::District | PlaceKind::Region => !is_of_person,
        _ => true,
    });
}
