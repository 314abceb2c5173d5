//! Other ways in which a name is written that no case explains: named after somebody with and without a word that says so, British and
//! American English, a Kazakh noun without the ending that ties it to its name.

use super::PlaceKind;
use crate::incident::Language;
use crate::text::{fold, kazakh};
use std::borrow::Cow;

/// Words that say after whom something is named, folded. Left out of names and of the texts in which they are looked for.
pub const NAMED_AFTER: [&str; 5] = ["имени", "атындагы", "atyndagy", "atyndaghy", "imeni"];

/// English words that are spelled in two ways, or said in short.
const ENGLISH_PAIRS: [(&str, &str); 6] = [
    ("theatre", "theater"),
    ("centre", "center"),
    ("harbour", "harbor"),
    ("saint", "st"),
    ("railway", "railroad"),
    ("mall", "shopping mall"),
];

/// English nouns that stand before or after a name: "Yasawi Mausoleum" is "Mausoleum of Yasawi".
const ENGLISH_NOUNS: [&str; 22] = [
    "mausoleum",
    "university",
    "theatre",
    "museum",
    "library",
    "mosque",
    "palace",
    "stadium",
    "monument",
    "cathedral",
    "church",
    "prison",
    "mine",
    "plant",
    "refinery",
    "hospital",
    "academy",
    "institute",
    "akimat",
    "administration",
    "department",
    "port",
];

/// English nouns that stand before or after a name without more.
const MOBILE_NOUNS: [&str; 6] = ["hotel", "cinema", "mall", "restaurant", "cafe", "tower"];

/// A name as forms are made of it.
pub(super) fn without_named_after(name: &str) -> Cow<'_, str> {
    let is_said = |word: &str| NAMED_AFTER.contains(&fold(word).as_str());
    if !name.split(' ').any(is_said) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.split(' ').filter(|word| !is_said(word)).collect::<Vec<_>>().join(" "))
}

/// Endings of the Russian genitive of surnames, and of the surnames themselves.
const OF_SURNAMES: [(&str, &str); 8] = [
    ("ова", "ов"),
    ("ева", "ев"),
    ("ина", "ин"),
    ("ына", "ын"),
    ("ского", "ский"),
    ("овой", "ова"),
    ("евой", "ева"),
    ("иной", "ина"),
];

/// The surname after which a street is named, as Kazakh and English say it: "улица Сатпаева" is "Сатпаев көшесі".
fn surname(words: &[String]) -> Option<Vec<String>> {
    let (last, rest) = words.split_last()?;
    let (genitive, own) = OF_SURNAMES.iter().find(|(genitive, _)| last.ends_with(genitive))?;
    let stem = last.strip_suffix(genitive).filter(|stem| stem.chars().count() >= 2)?;
    Some([rest.to_vec(), vec![format!("{stem}{own}")]].concat())
}

/// The other spellings of a name, as folded words joined by one space; `words` are its own.
pub(super) fn other_spellings(kind: PlaceKind, language: Language, words: &[String]) -> Vec<String> {
    let mut found: Vec<Vec<String>> = Vec::new();
    if language == Language::Ru && matches!(kind, PlaceKind::Street | PlaceKind::Square | PlaceKind::Park) {
        found.extend(surname(words));
    }
    if language == Language::En {
        for (one, other) in ENGLISH_PAIRS {
            for (from, to) in [(one, other), (other, one)] {
                if words.len() > 1 && words.iter().any(|word| word == from) {
                    found.push(words.iter().map(|word| if word == from { to } else { word }.to_owned()).collect());
                }
            }
        }
        if kind == PlaceKind::Building
            && let Some((last, rest)) = words.split_last().filter(|(_, rest)| !rest.is_empty())
            && ENGLISH_NOUNS.contains(&last.as_str())
        {
            let of = [vec![last.clone(), "of".to_owned()], rest.to_vec()].concat();
            let of_the = [vec![last.clone(), "of".to_owned(), "the".to_owned()], rest.to_vec()].concat();
            found.extend([of, of_the]);
        }
        // "Hotel Kazakhstan" is the "Kazakhstan Hotel" as well.
        if words.len() > 1 && kind == PlaceKind::Building {
            let is_mobile = |word: &String| MOBILE_NOUNS.contains(&word.as_str());
            if words.first().is_some_and(is_mobile) {
                found.push([&words[1..], &words[..1]].concat());
            } else if words.last().is_some_and(is_mobile) {
                found.push([&words[words.len() - 1..], &words[..words.len() - 1]].concat());
            }
        }
    }
    found.into_iter().map(|words| words.join(" ")).collect()
}

/// A Kazakh name in lower case whose last noun has lost its ending, as after "атындағы": "Есенов университеті" is
/// "Есенов атындағы университет".
pub(super) fn without_possessive(name: &str) -> Option<String> {
    let (rest, last) = name.rsplit_once(' ')?;
    Some(format!("{rest} {}", kazakh::without_possessive(last)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_in_several_ways() {
        let spellings = |language, name: &str| {
            let words: Vec<String> = name.split(' ').map(str::to_owned).collect();
            other_spellings(PlaceKind::Building, language, &words)
        };
        assert_eq!(without_named_after("Театр имени Ауэзова"), "Театр Ауэзова");
        assert_eq!(without_named_after("Достық"), "Достық");
        assert_eq!(spellings(Language::En, "saint petersburg"), ["st petersburg"]);
        assert!(spellings(Language::En, "auezov theatre").contains(&"auezov theater".to_owned()));
        assert!(spellings(Language::En, "yasawi mausoleum").contains(&"mausoleum of yasawi".to_owned()));
        assert!(spellings(Language::En, "ush konyr").is_empty());
        let street = |name: &str| other_spellings(PlaceKind::Street, Language::Ru, &[name.to_owned()]);
        assert_eq!(street("сатпаева"), ["сатпаев"]);
        assert_eq!(street("маметовой"), ["маметова"]);
        assert!(street("мира").is_empty() && street("абая").is_empty());
        assert_eq!(without_possessive("есенов университеті").as_deref(), Some("есенов университет"));
    }
}
