//! Finding names in a text: the longest name at each word, with the kind word that belongs to it.

use super::adjective::{describes_place, is_of_people_or_goods};
use super::attach::attach;
use super::everyday::is_everyday;
use super::full_name::is_latin_first_name;
use super::institution::leave_out_namesakes;
use super::kind_phrase;
use super::kind_word::{KindWord, KindWords, Side, is_filler, is_fine};
use super::language::{is_kazakh, without_foreign_cases};
use super::latin_ending::without_ending;
use super::no_place::{
    begins_as_common_word, is_attribute, is_common_word, is_of_people_before_noun, is_rather_a_word, is_venue_word,
    leads_organisation,
};
use super::part_of_name::{
    begins_another_name, called_as_a_kind, is_end_of_another_name, is_part_of_another_name, named_without_kind,
};
use super::person::{is_before_surname, is_first_name, is_person_or_organisation, is_title};
use super::relation::{is_on_quoted_road, says_crossing};
use super::surroundings::{is_before_noun, is_no_name, is_rather_a_team, kind_beside, may_be_quoted, says_kind};
use super::word_list::holds;
use crate::gazetteer::{Gazetteer, MAX_NAME_WORDS, Place, PlaceKind, Posting, Rule};
use crate::text::{Token, latin};
use std::collections::HashSet;

/// A name found in a text, and what it may mean.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    /// The words that named it, as written, without the kind word.
    pub(super) surface: String,
    /// What it may mean.
    pub(super) postings: Vec<Posting>,
    /// The word that says its kind.
    pub(super) kind: Option<(KindWord, String)>,
    /// Where it came from.
    pub(super) origin: Origin,
    /// Whether it is a common word as well, and no kind word says that a place is meant.
    pub(super) is_common: bool,
    /// Whether a word such as "площадь" stands before it, which may make it the name of a square and not of a town.
    pub(super) is_after_site_word: bool,
    /// Whether it is the name of an organisation, which is meant as a place only where its town is named.
    pub(super) is_organisation: bool,
    /// Its first word in the text.
    pub(super) first: usize,
    /// Its last word in the text.
    pub(super) last: usize,
    /// Whether the words say that something comes from there ("от акимата", "from the square").
    pub(super) is_from: bool,
}

/// Where a mention stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Text,
    City,
    Region,
    Country,
}

impl Origin {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "the text",
            Self::City => "the city column",
            Self::Region => "the region column",
            Self::Country => "the country column",
        }
    }
}

/// What a text holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) mentions: Vec<Mention>,
    /// The words of the text.
    pub(super) words: Vec<Token>,
    /// Kind words without a known name, with the unknown words beside them.
    pub(super) unnamed: Vec<(KindWord, String)>,
    /// The same kind words as written, with the one unknown word that may be the misspelt name.
    pub(super) beside_kind: Vec<(KindWord, String, usize)>,
    /// Capitalised words that are no name and no kind word, as written.
    pub(super) unknown: Vec<String>,
}

/// What the words at some position are: a kind word and where it stands, a name with its first word and their number, an unknown word.
pub(super) enum Piece {
    Kind(KindWord, usize),
    Name(Vec<Posting>, usize, usize),
    Unknown(usize),
}

/// Finds the names in a text.
pub(super) fn find(text: &str, origin: Origin, gazetteer: &Gazetteer, kind_words: &KindWords) -> Found {
    let words = kind_phrase::words(text, kind_words);
    let chars: Vec<char> = text.chars().collect();
    let is_upper_case = !chars.iter().any(|c| c.is_lowercase());
    // "ДТП в актау": an abbreviation does not make a text one that marks names with capitals.
    let is_abbreviated =
        |word: &Token| chars[word.start..word.end].iter().take(2).filter(|c| c.is_uppercase()).count() == 2;
    let is_lower_case = !is_upper_case && !words.iter().any(|word| word.is_capital && !is_abbreviated(word));
    let mut pieces = Vec::new();
    let mut organisations = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if origin == Origin::Text && is_of_house(&words, at) {
            at += 1;
            continue;
        }
        // "Air" before a name is a firm's, whatever village sounds so.
        let is_of_next =
            origin == Origin::Text && (leads_organisation(&words, at) || is_of_people_before_noun(&words, at));
        let lead = at.checked_sub(1).map(|before| &words[before]);
        let named = longest_name(&words[at..], lead, gazetteer, kind_words)
            .filter(|(_, used)| *used > 1 || !is_of_next)
            .or_else(|| called_as_a_kind(&words, at, gazetteer, kind_words).map(|postings| (postings, 1)));
        if let Some((mut postings, used)) = named {
            without_foreign_cases(&mut postings, lead, || is_kazakh(&chars, &words));
            // "алматинский аэропорт" names the town; "алматинские студенты" and "уральский хребет" do not.
            if postings.iter().any(|posting| posting.rule == Rule::Adjective) {
                let names_site = |word: &str| {
                    let mut places = gazetteer.names().places(word);
                    places.any(|posting| is_fine(gazetteer.at(posting.place).kind()) && posting.rule != Rule::Adjective)
                };
                if describes_place(&words, at + used - 1, kind_words, &names_site) {
                    // "в карагандинской пятиэтажке" is a house in the town, although the region is called so as well.
                    postings.retain(|posting| posting.rule == Rule::Adjective);
                } else {
                    // "уральская река" is not in the region that was called Уральская either.
                    let is_area = |posting: &Posting| {
                        matches!(gazetteer.at(posting.place).kind(), PlaceKind::Region | PlaceKind::District)
                    };
                    // "Балхашский окунь"; the word for a district may have a slip.
                    let is_of_goods = |next: &Token| {
                        let may_be_kind = ["об", "ра", "окр"].iter().any(|start| next.folded.starts_with(start));
                        !next.is_after_break && !may_be_kind && is_of_people_or_goods(&next.folded)
                    };
                    let has_noun =
                        is_before_noun(&words, at, used, kind_words) || words.get(at + used).is_some_and(is_of_goods);
                    postings.retain(|posting| posting.rule != Rule::Adjective && !(has_noun && is_area(posting)));
                }
            }
            if origin == Origin::Text && is_of_street(&words, at, &postings, kind_words, gazetteer) {
                at += 1;
                continue;
            }
            let is_led = lead
                .is_some_and(|lead| is_place_preposition(&lead.folded) || LATIN_LEADS.contains(&lead.folded.as_str()));
            let is_bare = || kind_beside(&words, at, used, kind_words).is_none();
            let may_be_anything = is_led || words.len() <= MOST_HEARD_WORDS || says_crossing(&words);
            if origin == Origin::Text && !may_be_anything && is_bare() {
                postings.retain(|posting| {
                    posting.rule != Rule::Latin || may_be_heard(&words[at..at + used], posting, gazetteer)
                });
                // "Kairat Nurtas" is one person.
                let is_next = |next: &Token| next.is_capital && !next.is_after_break;
                if postings.is_empty()
                    && is_latin_first_name(&words[at].folded)
                    && words.get(at + 1).is_some_and(is_next)
                {
                    at += 2;
                    continue;
                }
            }
            if origin == Origin::Text
                && is_no_name(&chars, &words, at, used, is_lower_case, &mut postings, kind_words, gazetteer)
            {
                at += used;
                continue;
            }
            if used == 1 && origin == Origin::Text && is_rather_a_word(&words, at) {
                let has_kind = kind_beside(&words, at, used, kind_words).is_some();
                postings.retain(|posting| {
                    let kind = gazetteer.at(posting.place).kind();
                    let is_abroad = matches!(kind, PlaceKind::Country | PlaceKind::City);
                    is_fine(kind) || (has_kind && !is_abroad)
                });
            }
            // "у здания акимата": a building is often named by a common noun, which has no capital in the gazetteer either.
            if is_lower_case && kind_beside(&words, at, used, kind_words).is_none() {
                let may_be_little = stands_alone(&words, at, used, kind_words) && postings.len() <= FEW_NAMESAKES;
                postings.retain(|posting| may_be_little || is_well_known(gazetteer.at(posting.place)));
            }
            let is_number = words[at].folded.bytes().all(|byte| byte.is_ascii_digit());
            let is_adjective = postings.iter().any(|posting| posting.rule == Rule::Adjective);
            let has_capital = words[at..at + used].iter().any(|word| word.is_capital)
                || is_lower_case
                || is_number
                || is_adjective
                || {
                    let kind = kind_beside(&words, at, used, kind_words);
                    postings.retain(|posting| {
                        let place_kind = gazetteer.at(posting.place).kind();
                        // "на левом берегу": a name of two words is hardly met by chance.
                        let is_phrase = used > 1
                            && lead.is_some_and(|lead| lead.folded == "на" || is_place_preposition(&lead.folded));
                        (is_phrase && is_fine(place_kind))
                            || is_common_noun(gazetteer, posting)
                            || (used == 1 && is_typed_city(&words[at], lead, posting, gazetteer))
                            || kind.is_some_and(|kind| {
                                // "алматинская обл Талгар"
                                let is_area = matches!(place_kind, PlaceKind::Region | PlaceKind::District);
                                (is_fine(place_kind) || is_area) && kind.kinds.contains(&place_kind)
                            })
                    });
                    !postings.is_empty()
                };
            // "Абая-Розыбакиева" is a crossing, "Абай Кунанбаев" a person.
            let is_hyphenated = chars.get(words[at].end) == Some(&'-');
            // "Алматыдағы Сейфуллин даңғылы": no first name has a Kazakh ending before a surname. Forms of names that are known in
            // Latin letters only do not tell their case.
            let is_kazakh_case =
                |posting: &Posting| matches!(posting.rule, Rule::Inflected(case) if case.starts_with("Kazakh"));
            let has_kazakh_ending = postings.iter().any(is_kazakh_case)
                && postings.iter().all(|posting| is_kazakh_case(posting) || posting.rule == Rule::Transliterated);
            // "БҚО Казталов ауданында": nobody's first name is an abbreviation.
            let is_abbreviation =
                !is_upper_case && chars[words[at].start..words[at].end].iter().all(|c| c.is_uppercase());
            // "Айша Биби Каримова"
            let is_whole_person = used > 1
                && is_first_name(&words[at].folded)
                && words[at + used - 1..].len() > 1
                && is_before_surname(&words[at + used - 1..]);
            if origin == Origin::Text && is_whole_person {
                at += used + 1;
                continue;
            }
            let is_person = used == 1
                && !is_hyphenated
                && !has_kazakh_ending
                && !is_abbreviation
                && is_before_surname(&words[at..]);
            // "ресторан «Алматы»" is no town, but "торговый дом «Ромашка»" may well be in the gazetteer.
            if words[at].is_quoted && origin == Origin::Text {
                let is_on_road = is_on_quoted_road(&words, at);
                let opens = at.checked_sub(1).filter(|before| !words[*before].is_quoted && !words[at].is_after_break);
                if opens.is_some_and(|before| is_venue_word(&words[before].folded)) {
                    at += used;
                    continue;
                }
                let is_said = |kind: PlaceKind| {
                    (is_on_road && kind.is_settlement()) || says_kind(&words, at, used, kind, kind_words)
                };
                postings.retain(|posting| {
                    let kind = gazetteer.at(posting.place).kind();
                    may_be_quoted(kind) || is_said(kind)
                });
            }
            if origin == Origin::Text && kind_beside(&words, at, used, kind_words).is_none() {
                leave_out_namesakes(&words, at, used, &mut postings, gazetteer);
            }
            let is_attributed = |posting: &Posting| is_attribute(&words, at, used, gazetteer.at(posting.place).kind());
            let is_country = |posting: &Posting| gazetteer.at(posting.place).kind() == PlaceKind::Country;
            // "правительство Кыргызстана" is not that of a village called so.
            if postings.iter().any(|posting| is_country(posting) && is_attributed(posting)) {
                postings.clear();
            }
            postings.retain(|posting| !is_attributed(posting));
            let is_after_name = matches!(pieces.last(), Some(Piece::Name(_, start, length)) if start + length == at);
            let is_organisation =
                origin == Origin::Text && !is_after_name && is_person_or_organisation(&words, at, used, kind_words);
            // "телеканал «Мир» в Алматы": where it has its office, when that is known.
            if is_organisation {
                postings
                    .retain(|posting| gazetteer.at(posting.place).kind() == PlaceKind::Building && words[at].is_quoted);
                if postings.is_empty() {
                    // "Mr. Aktau Bekov" is one person.
                    let is_whole = at > 0
                        && is_title(&words[at - 1].folded)
                        && words.get(at + used).is_some_and(|next| next.is_capital && !next.is_after_break);
                    at += used + usize::from(is_whole);
                    continue;
                }
                organisations.push(at);
            } else if used == 1 && words[at].is_quoted && is_rather_a_team(&words, at) {
                organisations.push(at);
            }
            if is_end_of_another_name(&chars, &words, at, gazetteer, kind_words) {
                at += used;
                continue;
            }
            if is_part_of_another_name(&chars, &words, at + used, gazetteer, kind_words) {
                at += used + 1;
                continue;
            }
            if begins_another_name(&words, at + used, kind_words) {
                pieces.extend((at..=at + used).map(Piece::Unknown));
                at += used + 1;
                continue;
            }
            if has_capital && !is_person && !postings.is_empty() {
                pieces.push(Piece::Name(postings, at, used));
                at += used;
                continue;
            }
            // "ул. Гани Муратбаева": the street is called after the surname.
            if is_person
                && matches!(pieces.last(), Some(Piece::Kind(kind, before)) if before + 1 == at && kind.kinds.iter().all(|kind| is_fine(*kind)))
            {
                pieces.push(Piece::Unknown(at));
                at += 1;
                continue;
            }
            if is_person {
                at += 2;
                continue;
            }
        }
        let word = &words[at];
        match kind_words.get(&word.folded, word.is_dotted) {
            // "ул. С. Сейфуллина" is no street in a village.
            Some(_) if is_initial(&words, at, kind_words) => pieces.push(Piece::Unknown(at)),
            Some(kind) => pieces.push(Piece::Kind(kind, at)),
            None if is_filler(&word.folded) => {}
            None => pieces.push(Piece::Unknown(at)),
        }
        at += 1;
    }
    let pieces = without_first_names(pieces, &words);
    let mut found = attach(text, &words, pieces, origin, gazetteer);
    for mention in &mut found.mentions {
        mention.is_organisation = organisations.contains(&mention.first);
    }
    found.words = words;
    found
}

/// Words (folded) for a house or a flat, beside its number.
const HOUSES: [&str; 14] =
    ["дом", "дома", "доме", "д", "кв", "квартира", "корпус", "уи", "уй", "уйи", "house", "building", "flat", "буд"];

/// Whether a number is that of a house: "Актау 14 мкр 20 дом".
fn is_of_house(words: &[Token], at: usize) -> bool {
    let number = &words[at].folded;
    if !number.starts_with(|c: char| c.is_ascii_digit()) || number.len() > 4 {
        return false;
    }
    let is_house = |word: &Token| HOUSES.contains(&word.folded.as_str());
    let next = words.get(at + 1).filter(|next| !next.is_after_break);
    let before = at.checked_sub(1).filter(|_| !words[at].is_after_break).map(|before| &words[before]);
    // "д. 5" is a house, "14 д" may go on.
    next.is_some_and(|word| is_house(word) && word.folded != "д")
        || before.is_some_and(|word| is_house(word) && (word.folded != "д" || word.is_dotted))
}

/// Whether "имени" begins a name after the word for a street or a square and nothing of that kind is called so: the street is called
/// after the rest of it ("улица имени Абая"), whatever village "имени Абая" there is.
fn is_of_street(
    words: &[Token],
    at: usize,
    postings: &[Posting],
    kind_words: &KindWords,
    gazetteer: &Gazetteer,
) -> bool {
    let kind = at.checked_sub(1).and_then(|before| kind_words.get(&words[before].folded, words[before].is_dotted));
    words[at].folded == "имени"
        && kind.is_some_and(|kind| {
            kind.kinds.iter().all(|kind| is_fine(*kind))
                && !postings.iter().any(|posting| kind.kinds.contains(&gazetteer.at(posting.place).kind()))
        })
}

/// People from which a village is known enough to be meant by a word without a capital, or with a slip.
const KNOWN_PEOPLE: u64 = 2_000;

/// Whether a place is known enough to be meant although the spelling is careless.
pub(super) fn is_well_known(place: Place<'_>) -> bool {
    place.kind() != PlaceKind::Village || place.population().is_some_and(|people| people >= KNOWN_PEOPLE)
}

/// Letters from which a name without a capital that is the whole text is that of a village, and from which it is after a preposition.
const ALONE_FROM: usize = 8;
const LED_FROM: usize = 8;

/// Places that share a name at most when it is no word: every steppe has its "родина" and "рассвет".
const FEW_NAMESAKES: usize = 3;

/// Whether a long word is the whole text, or follows a preposition that puts something there.
fn stands_alone(words: &[Token], at: usize, used: usize, kind_words: &KindWords) -> bool {
    let letters: usize = words[at..at + used].iter().map(|word| word.folded.chars().count()).sum();
    let is_alone = words.len() == used;
    let is_led = at == 1 && words.len() == used + 1 && is_place_preposition(&words[0].folded);
    let is_word = used == 1
        && (is_common_word(&words[at].folded)
            || begins_as_common_word(&words[at].folded)
            || is_first_name(&words[at].folded)
            || kind_words.get(&words[at].folded, true).is_some());
    !is_word && ((is_alone && letters >= ALONE_FROM) || (is_led && letters >= LED_FROM))
}

/// Whether a folded word puts something in, out of or near a place and does not stand before persons as a rule.
pub(super) fn is_place_preposition(folded: &str) -> bool {
    ["в", "во", "из", "до", "под", "близ", "через", "in", "at", "near", "from", "outside"].contains(&folded)
}

/// Leaves out the first names and initials between a kind word and a name: "улица Каныша Сатпаева", "ул. Д. Кунаева".
fn without_first_names(pieces: Vec<Piece>, words: &[Token]) -> Vec<Piece> {
    let is_first_name = |number: usize| {
        let Piece::Unknown(at) = pieces[number] else { return false };
        let rest = pieces[number..].iter().take(3).position(|piece| matches!(piece, Piece::Name(..)));
        let follows = rest.is_some_and(|rest| match pieces[number + rest] {
            // "улица Иксова в Астане" is no street of a person called Astana.
            Piece::Name(_, name, _) => {
                let is_between = |word: usize| words[word].is_dotted || !is_filler(&words[word].folded);
                (at + 1..=name).all(|word| !words[word].is_after_break)
                    && (at + 1..name).all(is_between)
                    && name - at <= 2
            }
            _ => false,
        });
        let is_led = pieces[..number].iter().rev().take(2).any(|piece| {
            matches!(piece, Piece::Kind(kind, before) if kind.side != Side::After && kind.kinds.iter().all(|kind| is_fine(*kind)) && at - before <= 2)
        });
        words[at].is_capital && follows && is_led
    };
    let dropped: Vec<bool> = (0..pieces.len()).map(is_first_name).collect();
    pieces.into_iter().zip(dropped).filter(|(_, is_dropped)| !is_dropped).map(|(piece, _)| piece).collect()
}

/// Whether a capital letter with a full stop is that of a first name: it stands after the word for a street, or after another one.
fn is_initial(words: &[Token], at: usize, kind_words: &KindWords) -> bool {
    let is_letter = |word: &Token| word.is_capital && word.is_dotted && word.folded.chars().count() == 1;
    let before = at.checked_sub(1).map(|before| &words[before]);
    is_letter(&words[at])
        && before.is_some_and(|before| {
            let kind = kind_words.get(&before.folded, before.is_dotted);
            is_letter(before) || kind.is_some_and(|kind| kind.kinds.iter().all(|kind| is_fine(*kind)))
        })
}

/// People from which a city is meant by a word that is typed without a capital among words that have theirs.
const TYPED_PEOPLE: u64 = 50_000;

/// Whether a word without a capital is a city of the country that something is in, by a preposition or a Kazakh ending: "Сегодня в алматы
/// стрельба".
fn is_typed_city(word: &Token, lead: Option<&Token>, posting: &Posting, gazetteer: &Gazetteer) -> bool {
    let place = gazetteer.at(posting.place);
    let is_led = lead.is_some_and(|lead| ["в", "во", "из", "in", "у"].contains(&lead.folded.as_str()));
    let has_ending = matches!(posting.rule, Rule::Inflected("Kazakh locative" | "Kazakh ablative"));
    place.kind() == PlaceKind::City
        && gazetteer.is_at_home(place)
        && place.population().is_some_and(|people| people >= TYPED_PEOPLE)
        && (is_led || has_ending)
        && matches!(posting.rule, Rule::AsWritten | Rule::Inflected(_))
        && !is_everyday(&word.folded)
        && !is_common_word(&word.folded)
}

fn is_common_noun(gazetteer: &Gazetteer, posting: &Posting) -> bool {
    gazetteer.at(posting.place).toponym(posting.toponym).name.starts_with(char::is_lowercase)
}

/// Words that are one name written apart: "Нур Султан", "Кзыл Орда".
const MOST_APART: usize = 3;

/// Words (folded) that are no part of a name written apart.
const NEVER_PARTS: &str = "\
    а и ли о но не ни да ты мы вы он она я же бы как там или сам \
    a an as is i im o but now may the to we he she it my no not so or if do be by up us am are was";

/// Words of a text in which a name in Latin letters that only sounds like one is looked for everywhere.
const MOST_HEARD_WORDS: usize = 4;

/// Letters from which a name that only sounds like that of a city or region is one in any sentence: "Janaozen workers strike".
const HEARD_LETTERS: usize = 5;

/// Whether words that only sound like a name may be it in a sentence that nothing leads to them in: "Share", "Andrew" and "Kyogen" are
/// other words.
fn may_be_heard(words: &[Token], posting: &Posting, gazetteer: &Gazetteer) -> bool {
    let place = gazetteer.at(posting.place);
    let letters: usize = words.iter().map(|word| word.folded.chars().count()).sum();
    letters > HEARD_LETTERS
        && gazetteer.is_at_home(place)
        && matches!(
            place.kind(),
            PlaceKind::City
                | PlaceKind::Region
                | PlaceKind::District
                | PlaceKind::Street
                | PlaceKind::Square
                | PlaceKind::Quarter
                | PlaceKind::Microdistrict
                | PlaceKind::CityDistrict
                | PlaceKind::Town
        )
}

/// Words of a name in Latin letters that may have the ending of another language.
const MOST_ENDED_WORDS: usize = 2;

/// Russian prepositions in Latin letters that put something into a town, out of it or near it.
const LATIN_LEADS: [&str; 7] = ["v", "vo", "iz", "pod", "okolo", "vozle", "bliz"];

/// The longest name that begins at the first word (after the word `lead`), with what it may mean and its length in words.
fn longest_name(
    words: &[Token],
    lead: Option<&Token>,
    gazetteer: &Gazetteer,
    kind_words: &KindWords,
) -> Option<(Vec<Posting>, usize)> {
    let names = gazetteer.names();
    // "Усть - Каменогорск": a dash may stand where a hyphen is meant, and then the name is known.
    let unbroken = words.iter().skip(1).take_while(|word| !word.is_after_break || word.is_after_dash).count() + 1;
    let parts_at_dash = |length: usize| words[1..length].iter().any(|word| word.is_after_break);
    let folded: Vec<&str> = words[..unbroken.min(MAX_NAME_WORDS)].iter().map(|word| word.folded.as_str()).collect();
    let beginnings = names.places_of_beginnings(&folded);
    // Longer than any name that begins so a window finds nothing but names written apart, and names in Latin letters.
    let most =
        if words[0].folded.is_ascii() { folded.len() } else { beginnings.len().max(MOST_APART).min(folded.len()) };
    for length in (1..=most).rev() {
        let window = &folded[..length];
        let mut postings: Vec<Posting> = beginnings.get(length - 1).cloned().into_iter().flatten().collect();
        // A window never begins or ends with a word that only joins names.
        let is_edged = is_filler(window[0]) || is_filler(window[length - 1]);
        if is_edged && length > 1 && postings.is_empty() {
            continue;
        }
        // "у Каменогорска" is no "У.-Каменогорска".
        if length > 1 && !words[0].is_capital && !words[0].is_dotted && window[0].chars().count() == 1 {
            postings.retain(|posting| posting.rule != Rule::Joined);
        }
        // "ул. Би Боранбая" is no village Улби.
        let has_stop = words[..length - 1].iter().any(|word| word.is_dotted);
        // "Булаев А. С." is nobody from Булаево.
        let ends_in_initial = words[length - 1].is_dotted && window[length - 1].chars().count() == 1;
        // "ли мы" is no Лима, "А сам" no Асы.
        let is_run = length > 1 && window.iter().any(|word| holds(NEVER_PARTS, word));
        if (2..=MOST_APART).contains(&length) && !parts_at_dash(length) && !has_stop && !ends_in_initial && !is_run {
            let joined = names.places(&window.concat());
            postings.extend(joined.map(|posting| Posting { rule: posting.rule.max(Rule::Joined), ..posting }));
        }
        // "A man" is no town that sounds like "aman".
        let has_article = length > 1 && window.iter().any(|word| word.len() == 1);
        if window.iter().all(|word| word.is_ascii())
            && !parts_at_dash(length)
            && !has_article
            && !is_run
            && let Some(skeleton) = latin::skeleton(&window.concat())
        {
            postings.extend(names.of_skeleton(&skeleton));
            // "iz Astany" is the town, although a square is called "Астаны".
            let names_only_parts = postings.iter().all(|posting| is_fine(gazetteer.at(posting.place).kind()));
            // "v kostanae" says with its preposition what a capital says elsewhere.
            let is_led = lead.is_some_and(|lead| LATIN_LEADS.contains(&lead.folded.as_str()));
            if length <= MOST_ENDED_WORDS && (words[0].is_capital || is_led) && names_only_parts {
                let ended = without_ending(&window.concat(), &skeleton, gazetteer);
                postings.extend(ended.into_iter().filter(|posting| is_well_known(gazetteer.at(posting.place))));
            }
        }
        if length == 1 {
            let word = &words[0];
            let is_kind = kind_words.get(&word.folded, word.is_dotted).is_some();
            let is_too_short = word.folded.chars().count() < 2 && !word.folded.bytes().all(|b| b.is_ascii_digit());
            // "Парк" or "Центр" alone may be a building's name only as part of a longer one.
            if is_kind || is_filler(&word.folded) || is_too_short {
                continue;
            }
        }
        if length > 1 && !postings.is_empty() {
            postings.extend(named_without_kind(&words[..length], gazetteer, kind_words));
        }
        let mut seen = HashSet::new();
        postings.retain(|posting| seen.insert(posting.place));
        if !postings.is_empty() {
            return Some((postings, length));
        }
    }
    None
}
