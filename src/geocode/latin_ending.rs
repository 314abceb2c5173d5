//! Names typed in Latin letters with the endings of Russian, Kazakh or Ukrainian: "v Karagande", "Almatydağy", "u TSUMa".
//!
//! The ending is taken off, and what is left counts only when the name, declined as its language does, sounds like what was typed.

use crate::gazetteer::{Gazetteer, Posting, Rule, case_forms};
use crate::incident::Language;
use crate::text::latin::skeleton;

/// Kazakh endings as skeletons.
const KAZAKH: [&str; 34] = [
    "dagi", "degi", "tagi", "tegi", "ndagi", "ndegi", "da", "de", "ta", "te", "nda", "nde", "dan", "den", "tan", "ten",
    "nan", "nen", "ga", "ge", "ka", "ke", "nin", "din", "tin", "ni", "di", "ti", "men", "ben", "pen", "idegi", "iden",
    "ide",
];

/// Russian and Ukrainian endings as skeletons, and what the name may have had in their place.
const SLAVIC: [(&str, &[&str]); 14] = [
    ("e", &["", "a", "o", "i", "ia"]),
    ("i", &["", "a", "ia", "o"]),
    ("u", &["", "a", "o", "ia"]),
    ("a", &["", "o"]),
    ("iu", &["ia", "i"]),
    ("ia", &["i", ""]),
    ("oi", &["a", "aia", "oi"]),
    ("oiu", &["a", "aia"]),
    ("uiu", &["aia"]),
    ("om", &["", "o", "i", "oe"]),
    ("em", &["", "i", "ee"]),
    ("ogo", &["i", "oe"]),
    ("omu", &["i", "oe"]),
    ("im", &["i"]),
];

/// Shortest word, in letters, that may be a name with an ending.
const LEAST_LETTERS: usize = 5;

/// What a word that sounds like nothing may mean when an ending is taken off. `typed` is its skeleton.
pub(super) fn without_ending(word: &str, typed: &str, gazetteer: &Gazetteer) -> Vec<Posting> {
    let names = gazetteer.names();
    let mut found: Vec<Posting> = Vec::new();
    if word.len() < LEAST_LETTERS || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return found;
    }
    let mut try_base = |base: &str| {
        for posting in names.of_skeleton(base) {
            if found.iter().all(|known| known.place != posting.place) && sounds_so(&posting, typed, gazetteer) {
                found.push(Posting { rule: Rule::Latin, ..posting });
            }
        }
    };
    for ending in KAZAKH {
        if let Some(stem) = typed.strip_suffix(ending) {
            try_base(stem);
            // Skeletons have no doubled letters: "Shymkentte".
            try_base(&typed[..stem.len() + 1]);
        }
    }
    for (ending, own) in SLAVIC {
        if let Some(stem) = typed.strip_suffix(ending) {
            for last in own {
                try_base(&format!("{stem}{last}"));
            }
        }
    }
    // Names of three and four letters have no skeleton: "TSUMa".
    if found.is_empty() && word.len() <= LEAST_LETTERS + 2 {
        for letters in 1..=3 {
            for posting in names.places(&word[..word.len() - letters]) {
                if found.iter().all(|known| known.place != posting.place) && sounds_so(&posting, typed, gazetteer) {
                    found.push(Posting { rule: Rule::Latin, ..posting });
                }
            }
        }
    }
    found
}

/// Whether a name of the place sounds like `typed` in one of its cases.
fn sounds_so(posting: &Posting, typed: &str, gazetteer: &Gazetteer) -> bool {
    gazetteer.at(posting.place).toponyms().filter(|toponym| toponym.language != Language::En).any(|toponym| {
        let forms = case_forms(toponym.language, toponym.name);
        forms.iter().any(|(form, _)| skeleton(form).is_some_and(|skeleton| skeleton == typed))
    })
}
