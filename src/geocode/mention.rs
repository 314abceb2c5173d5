//! Finding names in a text: the longest name at each word, with the kind word that belongs to it.

use super::kind_word::{KindWord, KindWords, Side, is_filler};
use crate::gazetteer::{Gazetteer, MAX_NAME_WORDS, NameIndex, PlaceKind, Posting};
use crate::text::{Token, tokens};
use std::collections::HashSet;

/// Words that are also names of small places, folded; without a kind word they are no mention (GEOCODING: about 270 Kazakh common words).
const COMMON_WORDS: [&str; 44] = [
    "бирлик",
    "мереке",
    "орталык",
    "аса",
    "мир",
    "восток",
    "запад",
    "север",
    "юг",
    "труд",
    "победа",
    "дружба",
    "восход",
    "заря",
    "центр",
    "республика",
    "республики",
    "республике",
    "народ",
    "москва",
    "береке",
    "достык",
    "енбек",
    "жастар",
    "жана",
    "бала",
    "ак",
    "кара",
    "бас",
    "тан",
    "арал",
    "береги",
    "улгили",
    "талап",
    "ынтымак",
    "коктем",
    "самал",
    "керемет",
    "арай",
    "рахат",
    "алга",
    "шугыла",
    "нур",
    "отан",
];

/// Endings of surnames, folded: a town's name before one is a first name ("Абай Кунанбаев").
const SURNAME_ENDINGS: [&str; 12] =
    ["ев", "ов", "ин", "ева", "ова", "ина", "еву", "ову", "евым", "овым", "енко", "баи"];

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
    /// Kind words without a known name, with the unknown words beside them.
    pub(super) unnamed: Vec<(KindWord, String)>,
    /// Capitalised words that are no name and no kind word, as written.
    pub(super) unknown: Vec<String>,
}

/// What the words at some position are.
enum Piece {
    Kind(KindWord, usize),
    Name(Vec<Posting>, usize, usize),
    Unknown(usize),
}

/// Finds the names in a text.
pub(super) fn find(
    text: &str,
    origin: Origin,
    gazetteer: &Gazetteer,
    index: &NameIndex,
    kind_words: &KindWords,
) -> Found {
    let words = tokens(text);
    let is_lower_case = !words.iter().any(|word| word.is_capital);
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if let Some((mut postings, used)) = longest_name(&words[at..], gazetteer, index, kind_words) {
            // "у здания акимата": a building is often named by a common noun, which has no capital in the gazetteer either.
            let is_number = words[at].folded.bytes().all(|byte| byte.is_ascii_digit());
            let has_capital =
                words[at..at + used].iter().any(|word| word.is_capital) || is_lower_case || is_number || {
                    postings.retain(|posting| is_common_noun(gazetteer, posting));
                    !postings.is_empty()
                };
            let is_person = used == 1 && is_before_surname(&words[at..]);
            // "ресторан «Алматы»" is no town, but "торговый дом «Ромашка»" may well be in the gazetteer.
            if words[at].is_quoted && origin == Origin::Text {
                postings.retain(|posting| may_be_quoted(gazetteer.places()[posting.place].kind));
            }
            if has_capital && !is_person && !postings.is_empty() {
                pieces.push(Piece::Name(postings, at, used));
                at += used;
                continue;
            }
            if is_person {
                at += 2;
                continue;
            }
        }
        let word = &words[at];
        match kind_words.get(&word.folded, word.is_dotted) {
            Some(kind) => pieces.push(Piece::Kind(kind, at)),
            None if is_filler(&word.folded) => {}
            None => pieces.push(Piece::Unknown(at)),
        }
        at += 1;
    }
    attach(text, &words, pieces, origin, gazetteer)
}

/// Whether a place of this kind is called by a name in quotes.
fn may_be_quoted(kind: PlaceKind) -> bool {
    matches!(kind, PlaceKind::Building | PlaceKind::Market | PlaceKind::Park)
}

fn is_common_noun(gazetteer: &Gazetteer, posting: &Posting) -> bool {
    let toponyms = &gazetteer.places()[posting.place].toponyms;
    toponyms.get(posting.toponym).is_some_and(|toponym| toponym.name.starts_with(char::is_lowercase))
}

/// The longest name that begins at the first word, with what it may mean and its length in words.
fn longest_name(
    words: &[Token],
    gazetteer: &Gazetteer,
    index: &NameIndex,
    kind_words: &KindWords,
) -> Option<(Vec<Posting>, usize)> {
    let most = words.iter().skip(1).take_while(|word| !word.is_after_break).count() + 1;
    for length in (1..=most.min(MAX_NAME_WORDS)).rev() {
        let window: Vec<&str> = words[..length].iter().map(|word| word.folded.as_str()).collect();
        // A window never begins or ends with a word that only joins names.
        if is_filler(window[0]) && length > 1 && !window[0].is_empty() && index.places(&window.join(" ")).is_empty() {
            continue;
        }
        let form = window.join(" ");
        let mut postings: Vec<Posting> = index.places(&form).to_vec();
        if length > 1 {
            postings.extend(index.places(&window.concat()));
        }
        if window.iter().all(|word| word.is_ascii()) {
            postings.extend(index.sounding_like(&window));
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
        let mut seen = HashSet::new();
        postings.retain(|posting| posting.place < gazetteer.places().len() && seen.insert(posting.place));
        if !postings.is_empty() {
            return Some((postings, length));
        }
    }
    None
}

fn is_before_surname(words: &[Token]) -> bool {
    let [first, next, ..] = words else { return false };
    first.is_capital
        && next.is_capital
        && !next.is_after_break
        && !first.is_dotted
        && next.folded.chars().count() >= 5
        && SURNAME_ENDINGS.iter().any(|ending| next.folded.ends_with(ending))
}

/// Gives each kind word to the name it belongs to: the one on its side that no break parts from it.
fn attach(text: &str, words: &[Token], pieces: Vec<Piece>, origin: Origin, gazetteer: &Gazetteer) -> Found {
    let chars: Vec<char> = text.chars().collect();
    let shown = |from: usize, to: usize| chars[words[from].start..words[to].end].iter().collect::<String>();
    let breaks_between = |from: usize, to: usize| (from + 1..=to).any(|word| words[word].is_after_break);
    let mut kinds: Vec<Option<(KindWord, String)>> = vec![None; pieces.len()];
    let mut found = Found::default();
    for (number, piece) in pieces.iter().enumerate() {
        let Piece::Kind(kind, at) = piece else { continue };
        // "площадь Жанаозена" is a square in Zhanaozen, whose name is not said; "улица Актау" is a street that is not known.
        let may_be_parent = kind.kinds.iter().all(|kind| {
            matches!(
                kind,
                PlaceKind::Square | PlaceKind::Station | PlaceKind::Airport | PlaceKind::Park | PlaceKind::Market
            )
        });
        let is_called_so = |other: usize| match &pieces[other] {
            Piece::Name(postings, ..) => {
                postings.iter().any(|posting| kind.kinds.contains(&gazetteer.places()[posting.place].kind))
            }
            Piece::Kind(..) | Piece::Unknown(_) => false,
        };
        let is_free = |other: usize| {
            matches!(pieces[other], Piece::Name(..))
                && kinds[other].is_none()
                && (is_called_so(other) || !may_be_parent)
        };
        let before = number.checked_sub(1).filter(|&other| match pieces[other] {
            Piece::Name(_, start, used) => is_free(other) && !breaks_between(start + used - 1, *at),
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
            }
        }
    }
    for (number, piece) in pieces.into_iter().enumerate() {
        match piece {
            Piece::Name(postings, at, used) => {
                let kind = kinds[number].take();
                let is_common = used == 1 && COMMON_WORDS.contains(&words[at].folded.as_str());
                let is_number = words[at].folded.bytes().all(|byte| byte.is_ascii_digit());
                if (is_common || is_number) && kind.is_none() && origin == Origin::Text {
                    continue;
                }
                found.mentions.push(Mention { surface: shown(at, at + used - 1), postings, kind, origin });
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
