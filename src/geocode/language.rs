//! The language of a text, as far as a reading of a name hangs on it: "в Николаевке" is a Russian prepositional, and the Kazakh dative of
//! Николаев only in a Kazakh text.

use crate::gazetteer::{Posting, Rule};
use crate::text::Token;

/// Beginnings of the Kazakh words (folded) that stand beside places, whatever letters the rest has.
const KAZAKH_WORDS: [&str; 9] =
    ["ауыл", "аудан", "облыс", "кентин", "каласы", "калада", "тургын", "жанында", "манында"];

/// Russian prepositions before places.
const RUSSIAN_LEADS: [&str; 10] = ["в", "во", "из", "до", "от", "под", "из-за", "возле", "около", "близ"];

/// Whether letters that only Kazakh has, or its words for places, stand in a text.
pub(super) fn is_kazakh(chars: &[char], words: &[Token]) -> bool {
    chars.iter().any(|c| "әғқңөұүһӘҒҚҢӨҰҮҺ".contains(*c))
        || words.iter().any(|word| KAZAKH_WORDS.iter().any(|start| word.folded.starts_with(start)))
}

/// Leaves out the readings as a case of another language, where the text's own has one or the name stands as it is.
/// After a Russian preposition (`lead`) no Kazakh ending stands, whatever else there is: "в Николаевке" is not to Николаев.
pub(super) fn without_foreign_cases(postings: &mut Vec<Posting>, lead: Option<&Token>, is_kazakh: impl Fn() -> bool) {
    let of_kazakh = |posting: &Posting| matches!(posting.rule, Rule::Inflected(case) if case.starts_with("Kazakh"));
    let of_others = |posting: &Posting| matches!(posting.rule, Rule::Inflected(_)) && !of_kazakh(posting);
    let is_led = lead.is_some_and(|word| RUSSIAN_LEADS.contains(&word.folded.as_str()));
    if is_led && postings.iter().any(of_kazakh) && !is_kazakh() {
        postings.retain(|posting| !of_kazakh(posting));
        return;
    }
    if postings.len() < 2 || !postings.iter().any(|posting| matches!(posting.rule, Rule::Inflected(_))) {
        return;
    }
    let is_foreign: &dyn Fn(&Posting) -> bool = if is_kazakh() { &of_others } else { &of_kazakh };
    let is_own =
        |posting: &Posting| matches!(posting.rule, Rule::AsWritten | Rule::Inflected(_)) && !is_foreign(posting);
    if postings.iter().any(is_own) {
        postings.retain(|posting| !is_foreign(posting));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens;

    #[test]
    fn letters_and_words_tell_kazakh() {
        for (text, expected) in [
            ("в Николаевке", false),
            ("Қоғалы", true),
            ("Келлеровка ауылында", true),
            ("Кизилорді, вулиця Миру", false),
            ("Текесте", false),
        ] {
            assert_eq!(is_kazakh(&text.chars().collect::<Vec<_>>(), &tokens(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_case_of_another_language_stays_only_when_nothing_else_is_read() {
        let posting = |rule| Posting { place: 0, toponym: 0, rule };
        let (kazakh, russian) = (Rule::Inflected("Kazakh dative"), Rule::Inflected("Russian prepositional"));
        for (rules, is_kazakh, left) in [
            (&[kazakh, russian][..], false, &[russian][..]),
            (&[kazakh, russian], true, &[kazakh]),
            (&[kazakh, Rule::AsWritten], false, &[Rule::AsWritten]),
            (&[kazakh, kazakh], false, &[kazakh, kazakh]),
        ] {
            let mut postings: Vec<Posting> = rules.iter().map(|rule| posting(*rule)).collect();
            without_foreign_cases(&mut postings, None, || is_kazakh);
            assert_eq!(postings.iter().map(|posting| posting.rule).collect::<Vec<_>>(), left);
        }
    }
}
