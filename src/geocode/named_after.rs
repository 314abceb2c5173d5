//! Orchestras, theatres and the like that are named after somebody: "Құрманғазы атындағы оркестр" plays anywhere.
//!
//! The words that say so are left out when the words of a text are looked at ([`super::kind_phrase`]); here they are read from the text.

use super::kind_word::{KindWords, is_filler};
use crate::text::Token;

/// Beginnings, in small letters, of the words between a name and what is named after it, and of those before the name.
const AFTER: [&str; 2] = ["атында", "atynda"];
const BEFORE: [&str; 3] = ["имени", "им.", "imeni"];

/// Words that are looked at for one for a kind of place.
const REACH: usize = 2;

/// Whether something that is no place is named after what a name stands for.
pub(super) fn gives_its_name(chars: &[char], words: &[Token], at: usize, used: usize, kind_words: &KindWords) -> bool {
    let is_kind = |word: &Token| kind_words.get(&word.folded, word.is_dotted).is_some();
    let gap = |left: &Token, right: &Token| {
        let between = chars.get(left.end..right.start).unwrap_or_default();
        // Nearly always there is a blank.
        (between.len() > 2).then(|| between.iter().flat_map(|c| c.to_lowercase()).collect::<String>())
    };
    let says = |gap: Option<String>, stems: &[&str]| {
        gap.is_some_and(|gap| gap.split_whitespace().any(|word| stems.iter().any(|stem| word.starts_with(stem))))
    };
    if let Some(next) = words.get(at + used).filter(|next| !next.is_after_break)
        && says(gap(&words[at + used - 1], next), &AFTER)
    {
        return !words[at + used..].iter().take(REACH).any(is_kind);
    }
    let Some(before) = at.checked_sub(1).filter(|_| !words[at].is_after_break) else { return false };
    let thing = &words[before];
    let is_common = !thing.is_capital && !is_filler(&thing.folded) && thing.folded.chars().all(char::is_alphabetic);
    is_common
        && says(gap(thing, &words[at]), &BEFORE)
        && !words[..at].iter().rev().take(REACH).any(is_kind)
        && !words.get(at + used).is_some_and(is_kind)
}

#[cfg(test)]
mod tests {
    use super::super::kind_phrase;
    use super::*;

    #[test]
    fn what_is_named_after_somebody_is_no_place_but_for_places() {
        let kind_words = KindWords::new();
        for (text, at, expected) in [
            ("Құрманғазы атындағы оркестрдің концерті", 0, true),
            ("концерт оркестра имени Курмангазы", 2, true),
            ("концерт оркестра им. Курмангазы", 2, true),
            ("Құрманғазы атындағы көше", 0, false),
            ("Абай атындағы орталық алаңда", 0, false),
            ("село имени Панфилова", 1, false),
            ("концерт в Курмангазы", 2, false),
        ] {
            let words = kind_phrase::words(text, &kind_words);
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(gives_its_name(&chars, &words, at, 1, &kind_words), expected, "{text}");
        }
    }
}
