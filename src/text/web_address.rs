//! E-mail and web addresses, account names: their words are no words of the text.

use std::borrow::Cow;

/// Endings of host names that stand in reports without `www` or `http`.
const HOSTS: [&str; 12] = [".kz", ".ru", ".com", ".org", ".net", ".info", ".ua", ".uz", ".kg", ".io", ".me", ".online"];

/// The text with blanks in place of web and e-mail addresses and account names, so that every other character keeps its place.
///
/// ```
/// use incident_map::text::without_web_addresses;
/// assert_eq!(without_web_addresses("info@akorda.kz, Астана"), "                Астана");
/// ```
#[must_use]
pub fn without_web_addresses(text: &str) -> Cow<'_, str> {
    let may_hold_one = text.bytes().enumerate().any(|(at, byte)| match byte {
        b'@' => true,
        b'.' | b':' => text.as_bytes().get(at + 1).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'/'),
        _ => false,
    });
    if !may_hold_one {
        return Cow::Borrowed(text);
    }
    let mut rest = String::with_capacity(text.len());
    for chunk in text.split_inclusive(char::is_whitespace) {
        if is_web_address(chunk) {
            rest.extend(chunk.chars().map(|c| if c == '\n' { c } else { ' ' }));
        } else {
            rest.push_str(chunk);
        }
    }
    Cow::Owned(rest)
}

/// Whether what stands between two blanks is an address of the net.
fn is_web_address(chunk: &str) -> bool {
    let chunk = chunk.trim_matches(|c: char| !c.is_alphanumeric() && c != '@').to_lowercase();
    let Some(first) = chunk.split(['/', '?', '#']).next() else { return false };
    let is_host = || {
        let is_plain = first.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
        is_plain && HOSTS.iter().any(|end| first.ends_with(end)) && first.len() >= 4
    };
    chunk.contains('@') || chunk.contains("://") || chunk.starts_with("www.") || is_host()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_go_and_everything_else_keeps_its_place() {
        for (text, rest) in [
            ("press@aktau.kz", ""),
            ("www.akorda.kz", ""),
            ("https://tengrinews.kz/almaty/2022", ""),
            ("t.me/almaty_live пишет: взрыв в Алматы", "пишет: взрыв в Алматы"),
            ("(zakon.kz) Актау", "Актау"),
            ("@astana_chp", ""),
            ("г.Алматы", "г.Алматы"),
            ("ул.Абая,д.5", "ул.Абая,д.5"),
            ("12:45", "12:45"),
            ("St.Petersburg", "St.Petersburg"),
        ] {
            let masked = without_web_addresses(text);
            assert_eq!(masked.trim(), rest);
            assert_eq!(masked.chars().count(), text.chars().count());
        }
    }
}
