//! Lists of words, and of the beginnings of words, as one text each.

/// Whether a word is one of a list.
pub(super) fn holds(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

/// Whether a word begins as one of a list.
pub(super) fn begins_as_one_of(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|stem| word.starts_with(stem))
}
