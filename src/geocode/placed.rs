//! Whether words put something at a name: what an institution does and says happens nowhere, "near the university" is a place.

use super::kind_word::is_filler;
use crate::gazetteer::Rule;
use crate::text::Token;

/// Words (folded) before a name that put something there.
const PLACING: [&str; 28] = [
    "в",
    "во",
    "у",
    "на",
    "при",
    "за",
    "около",
    "возле",
    "напротив",
    "перед",
    "рядом",
    "вблизи",
    "недалеко",
    "внутри",
    "биля",
    "коло",
    "поблизу",
    "навпроти",
    "неподалик",
    "in",
    "at",
    "near",
    "outside",
    "inside",
    "opposite",
    "v",
    "u",
    "vozle",
];

/// Beginnings (folded) of the Kazakh words after a name that do the same.
const PLACING_AFTER: [&str; 12] = [
    "алдынд",
    "жанынд",
    "касынд",
    "манынд",
    "манайынд",
    "ишинд",
    "артынд",
    "ауласынд",
    "аумагынд",
    "тубинд",
    "гимаратынд",
    "иргесинд",
];

/// Whether nothing stands beside a name, from its first to its last word.
pub(super) fn is_alone(words: &[Token], first: usize, last: usize) -> bool {
    let says_nothing = |word: &Token| is_filler(&word.folded) || word.folded.len() < 2;
    words.iter().enumerate().all(|(at, word)| (first..=last).contains(&at) || says_nothing(word))
}

/// Whether the words around a name, from its first to its last word, put something there.
pub(super) fn is_placed(words: &[Token], first: usize, last: usize, rule: Rule) -> bool {
    let has_place_case = matches!(rule, Rule::Inflected("Kazakh locative" | "Kazakh attributive"));
    // The small words between ("near the university", "рядом с университетом") are passed over.
    let mut before = words[..first].iter().rev().take_while(|_| !words[first].is_after_break).take(2);
    let is_led = before.any(|word| PLACING.contains(&word.folded.as_str()));
    let is_followed = words.get(last + 1..).is_some_and(|rest| {
        let next = rest.iter().take(2).find(|word| !is_ending(word));
        next.is_some_and(|word| PLACING_AFTER.iter().any(|stem| word.folded.starts_with(stem)))
    });
    has_place_case || is_led || is_followed
}

/// Whether a word is only the ending that a hyphen joins to an abbreviation: "ҚБТУ-дың".
fn is_ending(word: &Token) -> bool {
    word.folded.chars().count() <= 3 && !word.is_capital
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens;

    #[test]
    fn a_name_is_placed_by_the_words_around_it() {
        for (text, first, last, expected) in [
            ("near the Al-Farabi University", 2, 4, true),
            ("Есенов университетінің алдында", 0, 1, true),
            ("ҚБТУ-дың алдында", 0, 0, true),
            ("Назарбаев Университет объявил набор", 0, 1, false),
            ("Al-Farabi University announced a tender", 0, 2, false),
        ] {
            assert_eq!(is_placed(&tokens(text), first, last, Rule::AsWritten), expected, "{text}");
        }
        assert!(is_alone(&tokens("the Al-Farabi University"), 1, 3) && !is_alone(&tokens("Мәскеу университеті"), 1, 1));
    }
}
