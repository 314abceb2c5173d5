//! Names of the East as Polish writes them: "Pietropawłowsk", "Czelabińsk".

/// Spellings of Polish and what English writes for them, the longer first.
const SPELLINGS: [(&str, &str); 20] = [
    ("szcz", "shch"),
    ("dż", "j"),
    ("dz", "dz"),
    ("ch", "kh"),
    ("cz", "ch"),
    ("sz", "sh"),
    ("rz", "r"),
    ("ie", "e"),
    ("ia", "ya"),
    ("io", "yo"),
    ("iu", "yu"),
    ("ł", "l"),
    ("w", "v"),
    ("j", "y"),
    ("ż", "zh"),
    ("ź", "z"),
    ("ś", "s"),
    ("ć", "ch"),
    ("ń", "n"),
    ("ó", "o"),
];

/// How English writes a word that is spelled as in Polish; `None` when nothing in it is (w, ł, cz, sz, or a letter with a mark).
#[must_use]
pub fn from_polish(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    let is_polish = ["w", "ł", "cz", "sz", "ż", "ź", "ś", "ć", "ń"].iter().any(|sign| lower.contains(sign))
        && lower.chars().all(|c| c.is_ascii_alphabetic() || "łżźśćńóąę-".contains(c));
    if !is_polish {
        return None;
    }
    let mut english = String::with_capacity(lower.len());
    let mut rest = lower.as_str();
    while let Some(c) = rest.chars().next() {
        let (typed, read) = SPELLINGS.iter().find(|(typed, _)| rest.starts_with(typed)).copied().unwrap_or(("", ""));
        if typed.is_empty() {
            english.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            english.push_str(read);
            rest = &rest[typed.len()..];
        }
    }
    if !word.starts_with(char::is_uppercase) {
        return Some(english);
    }
    let mut chars = english.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polish_spellings_are_read() {
        for (polish, english) in
            [("Pietropawłowsk", "Petropavlovsk"), ("Szczuczyńsk", "Shchuchynsk"), ("Pawłodar", "Pavlodar")]
        {
            assert_eq!(from_polish(polish).as_deref(), Some(english));
        }
        assert_eq!(from_polish("Almaty"), None);
        assert_eq!(from_polish("Щучинск"), None);
    }
}
