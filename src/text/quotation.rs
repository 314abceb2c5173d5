//! Quotes around a whole field.

/// Characters that open or close a quotation.
const QUOTES: [char; 13] = ['"', '«', '»', '“', '”', '„', '‟', '‘', '’', '‚', '‹', '›', '\''];

/// What stands between the quotes when they stand around the whole text and nowhere in it: such a field is a name that somebody
/// quoted, and no firm in a sentence.
///
/// ```
/// use incident_map::text::without_outer_quotes;
/// assert_eq!(without_outer_quotes("„Тараз“"), "Тараз");
/// assert_eq!(without_outer_quotes("«Тараз» и «Семей»"), "«Тараз» и «Семей»");
/// ```
#[must_use]
pub fn without_outer_quotes(text: &str) -> &str {
    let inner = text.trim();
    if !inner.starts_with(QUOTES) || !inner.ends_with(QUOTES) {
        return text;
    }
    let inner = inner.trim_matches(QUOTES);
    // An apostrophe inside a word is a letter ("Кам'янське").
    let is_apostrophe = |at: usize, c: char| {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        is_letter(inner[..at].chars().next_back()) && is_letter(inner[at + c.len_utf8()..].chars().next())
    };
    let is_quoted_again = inner.char_indices().any(|(at, c)| QUOTES.contains(&c) && !is_apostrophe(at, c));
    if inner.is_empty() || is_quoted_again { text } else { inner }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_of_any_kind_go_when_they_stand_around_everything() {
        for (text, inner) in [
            ("«Тараз»", "Тараз"),
            (" \"Тараз\" ", "Тараз"),
            ("\"\"Тараз\"\"", "Тараз"),
            ("‚Тараз‘", "Тараз"),
            ("“Кам'янське”", "Кам'янське"),
            ("«Тараз», «Семей»", "«Тараз», «Семей»"),
            ("ресторан «Тараз»", "ресторан «Тараз»"),
            ("«»", "«»"),
            ("'", "'"),
            ("Тараз", "Тараз"),
        ] {
            assert_eq!(without_outer_quotes(text), inner);
        }
    }
}
