//! Which words of a text may be a misspelt name: what stands around them decides, and [`super::typo`] finds the names.

use super::everyday::is_everyday;
use super::kind_word::{is_filler, is_fine};
use super::mention::{Found, Mention, Origin, is_place_preposition};
use super::{Geocoder, no_place, person, typo};
use crate::gazetteer::{Gazetteer, Place, PlaceKind, Rule};
use crate::text::Token;

/// Words of a text that are looked at for slips: a place name with a slip stands in a short text.
const MAX_MISSPELT_WORDS: usize = 16;

/// Words of a text in which a name may stand with a slip and without a word that leads to it.
const MOST_BARE_WORDS: usize = 4;

/// Letters from which the first word of a line is a city with a slip: before a comma, and before other words of a short line.
const HEADING_LETTERS: usize = 6;
const OPENING_LETTERS: usize = 8;

/// People from which a town is meant by the first word of a line, with a slip and nothing that leads to it.
const KNOWN_PEOPLE: u64 = 15_000;

/// Whether a place is of the country and large enough for that: "Работа" is no Рабат.
fn is_known_city(place: Place<'_>, gazetteer: &Gazetteer) -> bool {
    place.kind().is_settlement()
        && gazetteer.is_at_home(place)
        && place.population().is_some_and(|people| people >= KNOWN_PEOPLE)
}

/// Letters from which a misspelt word before another one with a capital is a name of its own.
const LONG_LETTERS: usize = 7;

/// Whether a word is all that a text says, but for one that joins or leads: a common word beside it would be as near to some name.
fn is_alone(words: &[Token], at: usize) -> bool {
    let mut others = words.iter().enumerate().filter(|(number, _)| *number != at);
    words.len() <= 2 && others.all(|(_, other)| is_filler(&other.folded))
}

/// A misspelt name in a text in which nothing else was found, or nothing but a region.
pub(super) fn misspelt(geocoder: &Geocoder, text: &str, found: &Found, rules: &mut Vec<String>) -> Option<Mention> {
    let is_known_name = |at: usize| {
        found.mentions.iter().any(|mention| !mention.is_common && (mention.first..=mention.last).contains(&at))
    };
    let chars: Vec<char> = text.chars().collect();
    let words: &[Token] = &found.words;
    let is_lower_case = !words.iter().any(|word| word.is_capital);
    let is_upper_case = !chars.iter().any(|c| c.is_lowercase());
    words.iter().enumerate().take(MAX_MISSPELT_WORDS).find_map(|(number, word)| {
        // Quoted words are organisations; a capital at the start of a sentence says nothing about a name.
        let kind_beside = [number.checked_sub(1), Some(number + 1)].into_iter().flatten().find_map(|beside| {
            // "Костанаай, мкр Аэропорт"
            let word = words.get(beside).filter(|_| !words[number.max(beside)].is_after_break)?;
            let kind = geocoder.kind_words.get(&word.folded, word.is_dotted)?;
            Some((kind, chars[word.start..word.end].iter().collect::<String>()))
        });
        // "Усть-Каменагорск" is one name in two words.
        let pair = words
            .get(number + 1)
            .filter(|next| word.is_capital && chars.get(word.end) == Some(&'-') && next.start == word.end + 1);
        // "Новая Бухторма": two words with capitals may be one name as well.
        let two_words = words.get(number + 1).filter(|next| {
            word.is_capital
                && next.is_capital
                && !next.is_after_break
                && chars.get(word.end) == Some(&' ')
                && geocoder.kind_words.get(&next.folded, next.is_dotted).is_none()
                && !person::is_before_surname(&words[number..])
        });
        if is_known_name(number) {
            return None;
        }
        // A capital at the start of a sentence says nothing, but that a region follows it.
        let opens_address = !found.mentions.is_empty() && words.get(number + 1).is_some_and(|next| next.is_after_break);
        // "Мечислав Шарган": two words with capitals are rather somebody than a town with a slip.
        let is_beside_capital = kind_beside.is_none()
            && number.checked_sub(1).filter(|_| !word.is_after_break).is_some_and(|before| {
                let before = &words[before];
                before.is_capital && !is_filler(&before.folded) && before.folded.chars().count() > 1
            });
        // In a sentence only a word that puts something there makes a name likely.
        let is_led = number.checked_sub(1).is_some_and(|before| is_place_preposition(&words[before].folded));
        let may_be_bare = (is_led || words.len() <= MOST_BARE_WORDS) && !(is_upper_case && words.len() > 2);
        // "Щучиснк, пожар в гостинице", "экибастус без тепла": what opens a line that long is a city, or no name.
        let letters = word.folded.chars().count();
        let heads_line = number == 0
            && (word.is_capital || is_lower_case)
            && kind_beside.is_none()
            && match words.get(1) {
                Some(next) if next.is_after_break => letters >= HEADING_LETTERS,
                Some(_) => {
                    let is_only_name = !words[1..].iter().any(|word| word.is_capital);
                    letters >= OPENING_LETTERS && words.len() <= MOST_BARE_WORDS && is_only_name
                }
                None => false,
            };
        let is_likely_name =
            (word.is_capital && !is_beside_capital && may_be_bare && (number > 0 || words.len() == 1 || opens_address))
                || (is_lower_case && is_alone(words, number))
                || kind_beside.is_some()
                || pair.is_some();
        let may_be_name = is_likely_name || heads_line;
        let is_whole_text = number == 0 && words.len() == 2;
        // "Усть Каменогорс, авария"
        let heads_as_two = number == 0 && words.get(2).is_some_and(|next| next.is_after_break);
        let two_words = two_words.filter(|_| is_likely_name || is_whole_text || heads_as_two);
        let is_known = is_filler(&word.folded) || geocoder.kind_words.get(&word.folded, false).is_some();
        let is_common = no_place::begins_as_common_word(&word.folded) || no_place::is_common_word(&word.folded);
        let may_be_name = may_be_name && !is_common;
        let is_everyday = is_everyday(&word.folded);
        let is_other = (two_words.is_none() && is_everyday)
            || person::is_first_name(&word.folded)
            || person::is_person_or_organisation(words, number, 1, &geocoder.kind_words)
            || person::is_before_surname(&words[number..])
            || no_place::is_team(&chars, words, number, 1)
            || no_place::is_before_organisation_word(words, number, 1);
        // "Рио-де-Жанейро": a part of a longer name is none of its own.
        let is_hyphenated = |left: usize, right: usize| {
            words
                .get(right)
                .is_some_and(|next| chars.get(words[left].end) == Some(&'-') && next.start == words[left].end + 1)
        };
        let goes_on = is_hyphenated(pair.map_or(number, |_| number + 1), pair.map_or(number, |_| number + 1) + 1);
        let is_part = goes_on || number.checked_sub(1).is_some_and(|before| is_hyphenated(before, number));
        if is_part || !(may_be_name || two_words.is_some()) || word.is_quoted || is_known || is_other {
            return None;
        }
        let kinds = kind_beside.as_ref().map(|(kind, _)| kind.kinds);
        let nearest = |text: &str, used: usize| {
            let is_careless = !word.is_capital && kinds.is_none();
            let may_be_little = kinds.is_some() || is_led || words.len() == used;
            typo::nearest(text, kinds, is_careless, may_be_little, geocoder.gazetteer())
        };
        let with_next = |next: &Token| nearest(&format!("{}{}", word.folded, next.folded), 2);
        let ((mut postings, form, slips), last) = match (pair, two_words) {
            (Some(next), _) => (with_next(next)?, number + 1),
            (None, Some(next)) => match with_next(next) {
                Some(found) => (found, number + 1),
                // A short word before another one with a capital is rather a part of a longer name.
                None if may_be_name && !is_everyday && word.folded.chars().count() >= LONG_LETTERS => {
                    (nearest(&word.folded, 1)?, number)
                }
                None => return None,
            },
            (None, None) => (nearest(&word.folded, 1)?, number),
        };
        if pair.is_some() {
            postings.retain(|posting| posting.rule == Rule::Joined);
        }
        if !is_likely_name && (two_words.is_none() || !is_whole_text) {
            let gazetteer = geocoder.gazetteer();
            postings.retain(|posting| slips == 1 && is_known_city(gazetteer.at(posting.place), gazetteer));
        }
        // "Костанаев" is somebody, "Гурьевв" a town.
        let ends = |word: &str| ["ев", "ов"].iter().any(|ending| word.ends_with(ending));
        let is_surname = ends(&word.folded) && !ends(&form);
        if kind_beside.is_none() && is_surname {
            return None;
        }
        // "алматылик" are people of Алматы; Арықбалық is a village.
        if postings.is_empty() || no_place::is_of_people(&word.folded) && !no_place::is_of_people(&form) {
            return None;
        }
        let surface: String = chars[word.start..words[last].end].iter().collect();
        rules.push(format!("`{surface}` is {slips} letter{} from `{form}`", if slips == 1 { "" } else { "s" }));
        Some(Mention {
            surface,
            postings,
            kind: kind_beside,
            origin: Origin::Text,
            first: number,
            last,
            is_from: false,
            is_common: false,
            is_after_site_word: false,
            is_organisation: false,
        })
    })
}

/// The street, square or quarter of a named town whose name is misspelt beside the word for its kind: "Алматы, ул. Розыбакеева".
pub(super) fn misspelt_in_town(
    gazetteer: &Gazetteer,
    text: &str,
    found: &Found,
    columns: &[Mention],
    rules: &mut Vec<String>,
) -> Option<Mention> {
    let is_of_town = |kind: &PlaceKind| is_fine(*kind) && *kind != PlaceKind::Building;
    // A word that is some village's name is no less a misspelt street beside "ул.".
    let called_otherwise = found.mentions.iter().filter_map(|mention| {
        let (kind, word) = mention.kind.as_ref()?;
        let is_of_kind =
            mention.postings.iter().any(|posting| kind.kinds.contains(&gazetteer.at(posting.place).kind()));
        (mention.first == mention.last && !is_of_kind).then_some((kind, word, mention.first))
    });
    let beside_kind = found.beside_kind.iter().map(|(kind, word, at)| (kind, word, *at));
    let (kind, word, at) = beside_kind.chain(called_otherwise).find(|(kind, ..)| kind.kinds.iter().all(is_of_town))?;
    let towns: Vec<Place<'_>> = found
        .mentions
        .iter()
        .chain(columns)
        .flat_map(|mention| &mention.postings)
        .map(|posting| gazetteer.at(posting.place))
        .filter(|place| place.kind().is_settlement())
        .collect();
    let token = &found.words[at];
    let (postings, form) = typo::nearest_in_town(&token.folded, kind.kinds, &towns, gazetteer)?;
    let surface: String = text.chars().skip(token.start).take(token.end - token.start).collect();
    rules.push(format!("`{surface}` is nearly `{form}`"));
    Some(Mention {
        surface,
        postings,
        kind: Some((*kind, word.clone())),
        origin: Origin::Text,
        first: at,
        last: at,
        is_from: false,
        is_common: false,
        is_after_site_word: false,
        is_organisation: false,
    })
}
