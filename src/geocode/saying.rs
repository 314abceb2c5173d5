//! Sayings that name a town and mean none: "Язык до Киева доведёт".

use crate::text::Token;

/// The words of each, folded.
const SAYINGS: [&str; 8] = [
    "язык до киева",
    "москва не сразу строилась",
    "не сразу москва строилась",
    "москва слезам не верит",
    "париж стоит мессы",
    "увидеть париж и умереть",
    "все дороги ведут в рим",
    "rome was not built in a day",
];

/// The towns in them, folded, in the forms that stand there.
const TOWNS: [&str; 5] = ["киева", "москва", "париж", "рим", "rome"];

/// Whether a word stands in a saying.
pub(super) fn is_in_saying(words: &[Token], at: usize) -> bool {
    TOWNS.contains(&words[at].folded.as_str())
        && SAYINGS.iter().any(|saying| {
            let length = saying.split(' ').count();
            (at.saturating_sub(length - 1)..=at).any(|start| {
                words
                    .get(start..start + length)
                    .is_some_and(|run| run.iter().map(|word| word.folded.as_str()).eq(saying.split(' ')))
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens;

    #[test]
    fn a_town_in_a_saying_is_told_from_one_in_a_sentence() {
        for (text, at, expected) in [
            ("Язык до Киева доведёт, говорила бабушка", 2, true),
            ("Говорят, Москва слезам не верит", 1, true),
            ("Добрались до Киева", 2, false),
            ("Москва", 0, false),
        ] {
            assert_eq!(is_in_saying(&tokens(text), at), expected, "{text}");
        }
    }
}
