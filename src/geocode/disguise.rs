//! Names in disguise: typed in another keyboard layout ("Fkvfns"), with digits for letters ("4imkent"), with the letters set apart
//! ("А л м а т ы"), as Polish writes them ("Pietropawłowsk"), or grown together with a house number ("пр. Туран37").
//!
//! Looked for only where a text names nothing that is known, and believed only when what comes out is exactly the name of a place that
//! people know.

use super::Geocoder;
use super::mention::{Found, Origin, find, is_well_known};
use super::resolve::score;
use crate::gazetteer::{Gazetteer, PlaceKind, Posting, Rule};
use crate::text::digit_letter::with_letters_for_digits;
use crate::text::keyboard::in_other_layouts;
use crate::text::latin::skeleton;
use crate::text::letter_spacing::{LEAST_LETTERS as SPACED_LETTERS, without_letter_spacing};
use crate::text::polish::from_polish;
use crate::text::{Token, fold, tokens};

/// Words of a text in which a disguised name is looked for: such names stand in fields for a place, not in articles.
const MOST_WORDS: usize = 8;

/// Letters that a name in the other layout has at least; shorter ones come out of other words by chance.
const LAYOUT_LETTERS: usize = 5;
/// The same for a name with digits.
const DIGIT_LETTERS: usize = 4;

/// A text with the names that were meant in place of those that were typed.
pub(super) struct Disguise {
    pub(super) text: String,
    pub(super) found: Found,
    /// What was changed.
    pub(super) rule: String,
    /// The score that an answer has at most; `None` when the change is no guess.
    pub(super) most_score: Option<f64>,
}

/// What a text in which nothing is known means when its names are in disguise.
pub(super) fn seen_through(geocoder: &Geocoder, text: &str, found: &Found) -> Option<Disguise> {
    if !found.beside_kind.is_empty()
        && let Some(disguise) = house_number(geocoder, text, found)
    {
        return Some(disguise);
    }
    if found.mentions.iter().any(|mention| !mention.is_common) {
        return None;
    }
    let is_letter = |word: &Token| word.end == word.start + 1;
    let is_spaced = found.words.windows(SPACED_LETTERS).any(|words| words.iter().all(is_letter));
    let spaced = is_spaced.then(|| letter_spacing(geocoder, text)).flatten();
    spaced.or_else(|| {
        let is_short = (1..=MOST_WORDS).contains(&found.words.len());
        is_short.then(|| other_words(geocoder, text, found).or_else(|| other_layout(geocoder, text)))?
    })
}

fn look(geocoder: &Geocoder, text: &str) -> Found {
    find(text, Origin::Text, geocoder.gazetteer(), &geocoder.kind_words)
}

/// Letters set apart.
fn letter_spacing(geocoder: &Geocoder, text: &str) -> Option<Disguise> {
    let (joined, words) = without_letter_spacing(text)?;
    let found = shown_as_typed(look(geocoder, &joined), &words);
    let is_named = found.mentions.iter().any(|mention| !mention.is_common);
    is_named.then(|| Disguise {
        rule: format!("the letters of `{}` were set apart", words[0].1),
        text: joined,
        found,
        most_score: Some(score::TYPO),
    })
}

/// A word with digits for letters, or in Polish spelling, that is exactly a known name.
fn other_words(geocoder: &Geocoder, text: &str, found: &Found) -> Option<Disguise> {
    let chars: Vec<char> = text.chars().collect();
    let may_differ = |word: &&Token| {
        word.folded.contains(|c: char| c.is_ascii_digit() || matches!(c, 'w' | 'z' | 'ł' | 'ż' | 'ź' | 'ś' | 'ć' | 'ń'))
    };
    found.words.iter().filter(may_differ).find_map(|word| {
        let typed: String = chars[word.start..word.end].iter().collect();
        let (digits, polish) = (with_letters_for_digits(&typed), from_polish(&typed));
        let with_digits = digits.iter().map(|meant| (meant, DIGIT_LETTERS, "with digits for letters"));
        let in_polish = polish.iter().map(|meant| (meant, LAYOUT_LETTERS, "in Polish spelling"));
        with_digits.chain(in_polish).find_map(|(meant, least, how)| {
            // "Moscow" is spelled so in English as well, and was looked for.
            let is_other = skeleton(meant) != skeleton(&typed);
            if !is_other || !is_known(geocoder, &fold(meant), least, true) {
                return None;
            }
            let around = |part: &[char]| part.iter().collect::<String>();
            let meant_text = format!("{}{meant}{}", around(&chars[..word.start]), around(&chars[word.end..]));
            let found = named(geocoder, &meant_text, least, true)?;
            Some(Disguise {
                found: shown_as_typed(found, &[(typed.clone(), meant.clone())]),
                text: meant_text,
                rule: format!("`{typed}` is `{meant}` {how}"),
                most_score: Some(score::DISGUISED),
            })
        })
    })
}

/// A text typed in another layout than was meant.
fn other_layout(geocoder: &Geocoder, text: &str) -> Option<Disguise> {
    in_other_layouts(text).find_map(|meant| {
        // Nearly every text is turned into words that begin no name: that is seen without looking at the words around them.
        if !holds_known(geocoder, &tokens(&meant)) {
            return None;
        }
        let mut found = named(geocoder, &meant, LAYOUT_LETTERS, false)?;
        let chars: Vec<char> = text.chars().collect();
        let first = found.mentions.iter().map(|mention| mention.surface.clone()).next().unwrap_or_default();
        for mention in &mut found.mentions {
            let (start, end) = (found.words[mention.first].start, found.words[mention.last].end);
            mention.surface = chars.get(start..end).unwrap_or_default().iter().collect();
        }
        let typed = &found.mentions[0].surface;
        let rule = format!("`{typed}` was typed in another keyboard layout: `{first}`");
        Some(Disguise { text: meant, found, rule, most_score: Some(score::DISGUISED) })
    })
}

/// A house number that grew together with the name before it, beside a word for a street: "пр.Туран37".
fn house_number(geocoder: &Geocoder, text: &str, found: &Found) -> Option<Disguise> {
    let glued = |word: &Token| {
        let letters = word.folded.chars().take_while(|c| c.is_alphabetic()).count();
        let digits = word.folded.chars().skip(letters).take_while(char::is_ascii_digit).count();
        let rest = word.folded.chars().count() - letters - digits;
        (letters >= 3 && (1..=4).contains(&digits) && rest <= 1).then_some(letters)
    };
    let (word, letters) = found.beside_kind.iter().find_map(|(_, _, at)| {
        // "пр.Тауке хана65"
        let next = found.words.get(at + 1).filter(|next| !next.is_after_break);
        [Some(&found.words[*at]), next].into_iter().flatten().find_map(|word| Some((word, glued(word)?)))
    })?;
    let (before, number) = (word.start + letters, word.end);
    let chars: Vec<char> = text.chars().collect();
    let parted: String = chars[..before].iter().chain([&' ']).chain(&chars[before..]).collect();
    let again = look(geocoder, &parted);
    (again.mentions.len() > found.mentions.len()).then(|| Disguise {
        rule: format!("`{}` is a house number", chars[before..number].iter().collect::<String>()),
        text: parted,
        found: again,
        most_score: None,
    })
}

/// Whether a folded word is exactly the name of a settlement, region or country that people know, or with `by_sound` sounds like that of
/// a city, and long enough.
fn is_known(geocoder: &Geocoder, folded: &str, least_letters: usize, by_sound: bool) -> bool {
    let gazetteer = geocoder.gazetteer();
    if folded.chars().count() < least_letters {
        return false;
    }
    let is_named = gazetteer.names().places(folded).any(|posting| is_exact(&posting, gazetteer));
    let sounds_so = || {
        let sound = skeleton(folded).filter(|_| by_sound && folded.is_ascii());
        sound.is_some_and(|sound| {
            let mut places = gazetteer.names().of_skeleton(&sound);
            places.any(|posting| gazetteer.at(posting.place).kind() == PlaceKind::City)
        })
    };
    is_named || sounds_so()
}

/// Whether a form is exactly the name of a place that people know.
fn is_exact(posting: &Posting, gazetteer: &Gazetteer) -> bool {
    let place = gazetteer.at(posting.place);
    let is_large = place.kind().is_settlement() || matches!(place.kind(), PlaceKind::Region | PlaceKind::Country);
    matches!(posting.rule, Rule::AsWritten | Rule::Inflected(_)) && is_large && is_well_known(place)
}

/// Whether some words in a row are such a name.
fn holds_known(geocoder: &Geocoder, words: &[Token]) -> bool {
    let gazetteer = geocoder.gazetteer();
    let folded: Vec<&str> = words.iter().map(|word| word.folded.as_str()).collect();
    (0..folded.len()).any(|first| {
        let names = gazetteer.names().places_of_beginnings(&folded[first..]);
        names.into_iter().enumerate().any(|(length, mut postings)| {
            let letters: usize = folded[first..=first + length].iter().map(|word| word.chars().count()).sum();
            letters >= LAYOUT_LETTERS && postings.any(|posting| is_exact(&posting, gazetteer))
        })
    })
}

/// What a text holds, when one of its names is known exactly.
fn named(geocoder: &Geocoder, text: &str, least_letters: usize, by_sound: bool) -> Option<Found> {
    let found = look(geocoder, text);
    let is_named = found.mentions.iter().any(|mention| {
        let name = joined(&found.words[mention.first..=mention.last]);
        !mention.is_common && is_known(geocoder, &name, least_letters, by_sound)
    });
    is_named.then_some(found)
}

/// Words as a name of several is known.
fn joined(words: &[Token]) -> String {
    words.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ")
}

/// The names as they stand in the text that was given.
fn shown_as_typed(mut found: Found, words: &[(String, String)]) -> Found {
    for mention in &mut found.mentions {
        for (typed, meant) in words {
            if mention.surface.contains(meant.as_str()) {
                mention.surface = mention.surface.replace(meant.as_str(), typed);
            }
        }
    }
    found
}
