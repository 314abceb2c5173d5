//! HTML entities that a table kept from a web page: "Ақт&#1257;бе", "г.&nbsp;Экибастуз", "&laquo;Актау&raquo;".

use std::borrow::Cow;

/// Named entities that stand in names and around them. Letters with marks are written by number or as they are.
const NAMED: [(&str, char); 22] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("shy", '\u{ad}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("bdquo", '„'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
];

/// Longest entity, in bytes between `&` and `;`.
const LONGEST: usize = 8;

/// How often a text may have been escaped: `&amp;nbsp;` is a blank that was escaped twice.
const MOST_ESCAPES: usize = 2;

/// The text with the characters that its HTML entities stand for; what is no entity stays as it is.
///
/// ```
/// use incident_map::text::without_entities;
/// assert_eq!(without_entities("Ақт&#1257;бе"), "Ақтөбе");
/// assert_eq!(without_entities("Johnson & Johnson; ТОО"), "Johnson & Johnson; ТОО");
/// ```
#[must_use]
pub fn without_entities(text: &str) -> Cow<'_, str> {
    let mut decoded = Cow::Borrowed(text);
    for _ in 0..MOST_ESCAPES {
        match decode(&decoded) {
            Some(next) => decoded = Cow::Owned(next),
            None => break,
        }
    }
    decoded
}

/// The text with its entities read once; `None` when it holds none.
fn decode(text: &str) -> Option<String> {
    let mut rest = text;
    let mut decoded: Option<String> = None;
    let mut kept = 0;
    while let Some(at) = rest.find('&') {
        let offset = text.len() - rest.len() + at;
        rest = &rest[at + 1..];
        let entity = rest.bytes().take(LONGEST + 1).position(|byte| byte == b';').map(|end| &rest[..end]);
        let Some((entity, c)) = entity.and_then(|entity| Some((entity, character(entity)?))) else { continue };
        let into = decoded.get_or_insert_default();
        into.push_str(&text[kept..offset]);
        into.push(c);
        rest = &rest[entity.len() + 1..];
        kept = text.len() - rest.len();
    }
    decoded.map(|decoded| decoded + &text[kept..])
}

/// What stands for itself between `&` and `;`.
fn character(entity: &str) -> Option<char> {
    let Some(number) = entity.strip_prefix('#') else {
        return NAMED.iter().find(|(name, _)| *name == entity).map(|(_, c)| *c);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    let c = char::from_u32(code)?;
    // A no-break space by number is a space as well; control characters are no text.
    if c.is_whitespace() { Some(' ') } else { Some(c).filter(|c| !c.is_control()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn entities_by_name_and_number_are_read_and_everything_else_stays() {
        for (text, read) in [
            ("Ақт&#1257;бе", "Ақтөбе"),
            ("&#x410;ктау", "Актау"),
            ("г.&nbsp;Актау", "г. Актау"),
            ("г.&#160;Актау", "г. Актау"),
            ("&laquo;Тараз&raquo;", "«Тараз»"),
            ("&quot;Тараз&quot;", "\"Тараз\""),
            ("Тараз &amp;nbsp; 5", "Тараз   5"),
            ("Rock & Roll; A&B", "Rock & Roll; A&B"),
            ("a=1&b=2;c &unknown; &#0; &#xD800; &;", "a=1&b=2;c &unknown; &#0; &#xD800; &;"),
            ("&&amp;", "&&"),
            ("ө&", "ө&"),
        ] {
            assert_eq!(without_entities(text), read);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(&|;|#|x|[0-9]|amp|nbsp|\\PC){0,30}") {
            let _ = without_entities(&text);
        }
    }
}
