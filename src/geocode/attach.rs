//! Which name each kind word belongs to, and what is left over: kind words without a name, names without one, unknown words.

use super::kind_word::{KindWord, Side, is_fine};
use super::list::spread_plurals;
use super::mention::{Found, Mention, Origin, Piece, is_place_preposition};
use super::no_place::is_common_word;
use super::person::is_first_name;
use super::relation::is_vicinity_word;
use super::surroundings::is_numbered_name;
use crate::gazetteer::{Gazetteer, PlaceKind, Posting, Rule};
use crate::text::{Token, cyrillic, fold};

/// Whether a posting is that of a town or an area, by a name that is no street's genitive.
fn names_parent(posting: &Posting, gazetteer: &Gazetteer) -> bool {
    let kind = gazetteer.at(posting.place).kind();
    kind.is_settlement() || matches!(kind, PlaceKind::District | PlaceKind::Region)
}

/// Whether a posting is a city whose streets or quarters are spoken of: "улицы Алматы", "районы Шымкента". The genitive of a city that
/// is named after a person is that of a street as well ("улицы Сатпаева").
fn names_city_of(posting: &Posting, kinds: &[PlaceKind], gazetteer: &Gazetteer) -> bool {
    let is_genitive = matches!(posting.rule, Rule::Inflected(case) if case.ends_with("genitive"));
    let is_plain = posting.rule == Rule::AsWritten || (is_genitive && kinds != [PlaceKind::Street]);
    let is_of_part = kinds.iter().all(|kind| is_fine(*kind) || *kind == PlaceKind::District);
    gazetteer.at(posting.place).kind() == PlaceKind::City && is_of_part && is_plain
}

/// Whether the last words before a name, its kind words left out, say "from".
fn is_from(before: &[Token]) -> bool {
    before
        .iter()
        .rev()
        .take(3)
        .take_while(|word| !word.is_after_break)
        .any(|word| ["от", "из", "from", "вид"].contains(&word.folded.as_str()))
}

/// Whether a distance follows a name, as in Kazakh: "Аралдан 50 км жерде".
fn is_measured(words: &[Token], next: usize) -> bool {
    let is_number = |word: &Token| word.folded.bytes().all(|byte| byte.is_ascii_digit());
    let is_unit = |word: &Token| word.folded == "км" || word.folded == "km" || word.folded.starts_with("шакырым");
    words.get(next).is_some_and(is_number) && words.get(next + 1).is_some_and(is_unit)
}

/// Words (folded) for the institutions of a district, which sit in its town.
const OF_DISTRICT: [&str; 8] =
    ["court", "hospital", "police", "prosecutor", "administration", "akimat", "office", "department"];

/// Whether "district" belongs to the institution after it, and no district is called as the town before it: "Zharkent district court".
fn is_of_institution(words: &[Token], at: usize, before: &[Piece], gazetteer: &Gazetteer) -> bool {
    let is_institution = |next: &Token| OF_DISTRICT.contains(&next.folded.as_str());
    let Some(Piece::Name(postings, ..)) = before.last() else { return false };
    words[at].folded == "district"
        && words.get(at + 1).is_some_and(is_institution)
        && !postings.iter().any(|posting| gazetteer.at(posting.place).kind() == PlaceKind::District)
}

/// Words for a capital that are names of it beside names of what is in it.
const CAPITALS: [&str; 2] = ["Елорда", "Elorda"];

/// Words (folded) between a kind word and a name that part them: "площадь и Абай", "a village in the Korday district".
const PARTING: [&str; 15] =
    ["и", "and", "жане", "та", "in", "at", "near", "on", "в", "во", "на", "у", "биля", "i", "v"];

/// Gives each kind word to the name it belongs to: the one on its side that no break parts from it.
pub(super) fn attach(text: &str, words: &[Token], pieces: Vec<Piece>, origin: Origin, gazetteer: &Gazetteer) -> Found {
    let chars: Vec<char> = text.chars().collect();
    let shown = |from: usize, to: usize| chars[words[from].start..words[to].end].iter().collect::<String>();
    // "в Таразе и области": what a conjunction parts is not one name.
    let breaks_between = |from: usize, to: usize| {
        (from + 1..=to).any(|word| words[word].is_after_break)
            || (from + 1..to).any(|word| PARTING.contains(&words[word].folded.as_str()))
    };
    // "Masanchi, a village in the Korday district": the kind stands in apposition.
    let is_apposition = |from: usize, to: usize| {
        to == from + 2
            && words[from + 1].is_after_break
            && ["a", "an", "the"].contains(&words[from + 1].folded.as_str())
    };
    // "Жибек жолы (село)"
    let is_in_brackets = |from: usize, to: usize| {
        let gap = chars.get(words[from].end..words[to].start).unwrap_or_default();
        to == from + 1
            && gap.contains(&'(')
            && chars.get(words[to].end..).unwrap_or_default().iter().take(2).any(|c| *c == ')')
    };
    let mut kinds: Vec<Option<(KindWord, String)>> = vec![None; pieces.len()];
    let mut found = Found::default();
    for (number, piece) in pieces.iter().enumerate() {
        let Piece::Kind(kind, at) = piece else { continue };
        if is_of_institution(words, *at, &pieces[..number], gazetteer) {
            continue;
        }
        // "площадь Жанаозена" is a square in Zhanaozen, whose name is not said; "улица Актау" is a street that is not known.
        let may_be_parent = kind.kinds.iter().all(|kind| {
            matches!(
                kind,
                PlaceKind::Square | PlaceKind::Station | PlaceKind::Airport | PlaceKind::Park | PlaceKind::Market
            )
        });
        let is_name = |other: Option<usize>| matches!(other.and_then(|other| pieces.get(other)), Some(Piece::Name(..)));
        let is_called_so = |other: usize| match &pieces[other] {
            Piece::Name(postings, ..) => {
                let is_listed = is_name(other.checked_sub(1)) || is_name(Some(other + 1));
                let is_of_city = kind.may_be_plural
                    && !is_listed
                    && postings.iter().any(|posting| names_city_of(posting, kind.kinds, gazetteer));
                !is_of_city && postings.iter().any(|posting| kind.kinds.contains(&gazetteer.at(posting.place).kind()))
            }
            Piece::Kind(..) | Piece::Unknown(_) => false,
        };
        // "улицы Усть-Каменогорска", "сёла Наурзумского района": of several unnamed ones the name is that of their town or district.
        let are_unnamed = |other: usize| match &pieces[other] {
            Piece::Name(postings, ..) => {
                kind.may_be_plural && postings.iter().any(|posting| names_parent(posting, gazetteer))
            }
            Piece::Kind(..) | Piece::Unknown(_) => false,
        };
        let is_adjective = |other: usize| match &pieces[other] {
            Piece::Name(postings, ..) => postings.iter().all(|posting| posting.rule == Rule::Adjective),
            Piece::Kind(..) | Piece::Unknown(_) => false,
        };
        // "в районе Приозерска" and "в районе села Шетпе" are around a settlement, after which no district is called.
        let is_led = at.checked_sub(1).is_none_or(|lead| is_place_preposition(&words[lead].folded));
        let is_vicinity = |other: usize| match pieces.get(other) {
            Some(Piece::Name(_, start, _)) => !breaks_between(*at, *start) && !is_called_so(other),
            Some(Piece::Kind(next, _)) => {
                next.kinds.iter().any(|kind| kind.is_settlement()) && is_name(Some(other + 1))
            }
            Some(Piece::Unknown(_)) | None => false,
        };
        // "район Жилгородка" is around it as well, where nothing but the genitive may be meant.
        let is_genitive = |other: usize| match pieces.get(other) {
            Some(Piece::Name(postings, ..)) => postings
                .iter()
                .all(|posting| matches!(posting.rule, Rule::Inflected(case) if case.ends_with("genitive"))),
            _ => false,
        };
        let is_around =
            is_vicinity_word(&words[*at].folded) || (words[*at].folded == "район" && is_genitive(number + 1));
        if is_around && is_led && is_vicinity(number + 1) {
            continue;
        }
        let is_free = |other: usize| {
            matches!(pieces[other], Piece::Name(..))
                && kinds[other].is_none()
                && (is_called_so(other) || !(may_be_parent || are_unnamed(other) || is_adjective(other)))
        };
        let before = number.checked_sub(1).filter(|&other| match pieces[other] {
            Piece::Name(_, start, used) => {
                let last = start + used - 1;
                // "Furmanov St, Almaty. Street sign still old"
                let ends = words[last].is_dotted && words[*at].is_capital && words[last].folded.chars().count() > 3;
                is_free(other)
                    && !ends
                    && (!breaks_between(last, *at) || is_apposition(last, *at) || is_in_brackets(last, *at))
            }
            _ => false,
        });
        let after = Some(number + 1).filter(|&other| other < pieces.len()).filter(|&other| match pieces[other] {
            Piece::Name(_, start, _) => is_free(other) && !breaks_between(*at, start),
            _ => false,
        });
        // Of two neighbours the one that has a place of this kind: "7-й микрорайон Актау".
        let (before, after) = match (before, after) {
            (Some(one), Some(other)) if kind.side != Side::Before && is_called_so(one) && !is_called_so(other) => {
                (Some(one), None)
            }
            (Some(one), Some(other)) if kind.side != Side::After && is_called_so(other) && !is_called_so(one) => {
                (None, Some(other))
            }
            both => both,
        };
        let chosen = match kind.side {
            Side::Before => after.or(before),
            Side::After => before,
            // Russian says "улица Абая" and "Абайская область": what stands directly beside decides, a following name first,
            // but for regions and districts the one before.
            Side::Both if kind.kinds.contains(&PlaceKind::Region) || kind.kinds.contains(&PlaceKind::District) => {
                before.or(after)
            }
            Side::Both if words[*at].folded.is_ascii() => before.or(after),
            Side::Both => after.or(before),
        };
        match chosen {
            Some(other) => kinds[other] = Some((*kind, shown(*at, *at))),
            None => {
                let beside = |other: Option<usize>| match other.and_then(|other| pieces.get(other)) {
                    Some(Piece::Unknown(word)) => Some(shown(*word, *word)),
                    _ => None,
                };
                let phrase: Vec<String> =
                    [beside(number.checked_sub(1)), Some(shown(*at, *at)), beside(Some(number + 1))]
                        .into_iter()
                        .flatten()
                        .collect();
                found.unnamed.push((*kind, phrase.join(" ")));
                let word_at = |other: Option<usize>| match other.and_then(|other| pieces.get(other)) {
                    Some(Piece::Unknown(word)) if !breaks_between(*word.min(at), *word.max(at)) => Some(*word),
                    _ => None,
                };
                let (before, after) = (word_at(number.checked_sub(1)), word_at(Some(number + 1)));
                let name = if kind.side == Side::After { before } else { after.or(before) };
                if let Some(name) = name.filter(|name| words[*name].is_capital) {
                    found.beside_kind.push((*kind, shown(*at, *at), name));
                }
            }
        }
    }
    if pieces.iter().any(|piece| matches!(piece, Piece::Kind(kind, _) if kind.may_be_plural)) {
        let of_pieces: Vec<Option<(KindWord, usize)>> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Kind(kind, at) if kind.may_be_plural => Some((*kind, *at)),
                _ => None,
            })
            .collect();
        let names: Vec<Option<(&[Posting], usize, usize)>> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Name(postings, start, used) => Some((&postings[..], *start, start + used - 1)),
                Piece::Kind(..) | Piece::Unknown(_) => None,
            })
            .collect();
        spread_plurals(&of_pieces, &names, &mut kinds, &chars, words, gazetteer);
    }
    let site_words: Vec<usize> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Kind(kind, at) if kind.kinds.iter().all(|kind| is_fine(*kind)) => Some(*at),
            _ => None,
        })
        .collect();
    let is_site_word = |at: usize| site_words.contains(&at);
    for (number, piece) in pieces.into_iter().enumerate() {
        match piece {
            Piece::Name(postings, at, used) => {
                let kind = kinds[number].take();
                // The name counts, not its form: "площадь Победы" is no square in a village Победа.
                let is_common_name = |posting: &Posting| {
                    let place = gazetteer.at(posting.place);
                    let is_large = matches!(place.kind(), PlaceKind::City | PlaceKind::Region | PlaceKind::Country);
                    let name = place.toponym(posting.toponym).name;
                    let in_cyrillic =
                        (posting.rule == Rule::Transliterated).then(|| cyrillic::from_latin(name)).flatten();
                    let is_common = |name: &str| is_common_word(name) || is_first_name(name);
                    // "Елордада" alone names the capital of any country, "Елордадағы Тәуелсіздік алаңы" is in Astana.
                    if is_large {
                        CAPITALS.contains(&name)
                    } else {
                        is_common(&fold(in_cyrillic.as_deref().unwrap_or(name)))
                    }
                };
                // "Нурсултан" in one word is a first name, "Нур-Султан" was a city.
                let is_first_name_joined =
                    is_first_name(&words[at].folded) && postings.iter().all(|posting| posting.rule == Rule::Joined);
                let is_common = used == 1 && (postings.iter().all(is_common_name) || is_first_name_joined);
                let is_number = words[at].folded.bytes().all(|byte| byte.is_ascii_digit());
                if is_number && kind.is_none() && origin == Origin::Text && !is_numbered_name(words, at, used) {
                    continue;
                }
                let is_common = is_common && kind.is_none() && origin == Origin::Text && !is_measured(words, at + used);
                found.mentions.push(Mention {
                    surface: shown(at, at + used - 1),
                    postings,
                    kind,
                    origin,
                    is_common,
                    is_organisation: false,
                    is_after_site_word: at.checked_sub(1).is_some_and(is_site_word),
                    first: at,
                    last: at + used - 1,
                    is_from: is_from(&words[..at]),
                });
            }
            // A capital that opens a sentence says nothing.
            Piece::Unknown(at) if words[at].is_capital && (at > 0 || words[at].is_quoted || words.len() == 1) => {
                found.unknown.push(shown(at, at));
            }
            Piece::Unknown(_) | Piece::Kind(..) => {}
        }
    }
    found
}
