//! Names that are known in Latin letters only, written in Cyrillic: BGN/PCGN romanisation of Russian and Kazakh, and the Kazakh alphabet
//! of 2021. The way back from [`super::latin`], for one name and not for a key.

/// Latin spellings of one letter or two, the longest first, in lower case.
const SPELLINGS: [(&str, &str); 58] = [
    ("shch", "щ"),
    ("dzh", "ж"),
    ("zh", "ж"),
    ("kh", "х"),
    ("gh", "г"),
    ("sh", "ш"),
    ("ch", "ч"),
    ("ts", "ц"),
    ("yu", "ю"),
    ("ya", "я"),
    ("yo", "е"),
    ("yë", "е"),
    ("ye", "е"),
    ("a", "а"),
    ("b", "б"),
    ("c", "к"),
    ("d", "д"),
    ("e", "е"),
    ("f", "ф"),
    ("g", "г"),
    ("h", "х"),
    ("j", "ж"),
    ("k", "к"),
    ("l", "л"),
    ("m", "м"),
    ("n", "н"),
    ("o", "о"),
    ("p", "п"),
    ("q", "к"),
    ("r", "р"),
    ("s", "с"),
    ("t", "т"),
    ("u", "у"),
    ("v", "в"),
    ("w", "у"),
    ("x", "кс"),
    ("z", "з"),
    ("ä", "ә"),
    ("á", "ә"),
    ("ā", "а"),
    ("ë", "е"),
    ("ē", "е"),
    ("é", "е"),
    ("ğ", "г"),
    ("ǵ", "г"),
    ("ñ", "ң"),
    ("ń", "ң"),
    ("ö", "ө"),
    ("ó", "ө"),
    ("ō", "о"),
    ("ü", "ү"),
    ("ú", "ү"),
    ("ū", "у"),
    ("ī", "и"),
    ("ı", "и"),
    ("ş", "ш"),
    ("ç", "ч"),
    ("’", "ь"),
];

/// A name in Latin letters, lower case, as it is written in Cyrillic; `None` when it has letters or signs that no romanisation has.
/// `ng` is read as two letters; see [`with_one_letter_for_ng`].
#[must_use]
pub fn from_latin(name: &str) -> Option<String> {
    let lower = name.to_lowercase().replace(['\'', 'ʹ', '‘', '`'], "’");
    let mut rest = lower.as_str();
    let mut cyrillic = String::with_capacity(2 * lower.len());
    while let Some(c) = rest.chars().next() {
        let before = cyrillic.chars().next_back();
        let is_after_vowel = before.is_some_and(|c| "аәеиоөуүыюя".contains(c));
        let is_after_letter = before.is_some_and(char::is_alphabetic);
        // y and i close a diphthong after a vowel: "Moyynty" is Мойынты, "Akbakai" Акбакай.
        let vowel = match c {
            'y' if is_after_vowel && !["ye", "ya", "yu", "yo"].iter().any(|start| rest.starts_with(start)) => Some('й'),
            'i' if is_after_vowel && closes_diphthong(rest) => Some('й'),
            'y' if is_after_letter && !["ya", "yu", "ye", "yo"].iter().any(|start| rest.starts_with(start)) => {
                Some('ы')
            }
            'i' => Some('и'),
            _ => None,
        };
        if let Some(vowel) = vowel {
            cyrillic.push(vowel);
            rest = &rest[1..];
        } else if c == ' ' || c == '-' || c.is_ascii_digit() {
            cyrillic.push(c);
            rest = &rest[1..];
        } else {
            let (latin, letter) = SPELLINGS.iter().find(|(latin, _)| rest.starts_with(latin))?;
            cyrillic.push_str(letter);
            rest = &rest[latin.len()..];
        }
    }
    Some(cyrillic)
}

/// Whether the i at the beginning closes a diphthong with the vowel before it: "Kairat" is Кайрат, "Uil" Уил, "Mointy" Моинты.
fn closes_diphthong(rest: &str) -> bool {
    let is_vowel = |c: char| "aeiouyäöüıīū".contains(c);
    let mut next = rest.chars().skip(1);
    match (next.next(), next.next()) {
        (None, _) => true,
        (Some(one), _) if is_vowel(one) || !one.is_alphabetic() => true,
        (Some(_), other) => other.is_some_and(is_vowel),
    }
}

/// The other reading of a Cyrillic name made from Latin letters: where нг stands before a vowel or at the end it may be one ң.
#[must_use]
pub fn with_one_letter_for_ng(name: &str) -> Option<String> {
    let letters: Vec<char> = name.chars().collect();
    let is_one = |at: usize| {
        letters[at] == 'н'
            && letters.get(at + 1) == Some(&'г')
            && letters.get(at + 2).is_none_or(|next| "аәеиоөуүы".contains(*next))
    };
    let at = (0..letters.len()).find(|at| is_one(*at))?;
    let mut other: String = letters[..at].iter().collect();
    other.push('ң');
    other.extend(&letters[at + 2..]);
    Some(other)
}

/// A Kazakh name as Russian spells it where that is not a matter of letters alone: a final л after a front vowel is soft, "Қатаркөл" is
/// "Катарколь", "Аманөткел" "Аманоткель". The name in lower case with its Kazakh letters.
#[must_use]
pub fn with_soft_end(name: &str) -> Option<String> {
    let stem = name.strip_suffix('л')?;
    let is_soft = stem.ends_with(['ө', 'ү', 'е', 'і', 'ә']) || stem.ends_with("ко");
    is_soft.then(|| format!("{name}ь"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_names_are_written_as_russian_or_kazakh_would() {
        for (latin, cyrillic) in [
            ("Taskesken", "таскескен"),
            ("Moyynty", "мойынты"),
            ("Shashubay", "шашубай"),
            ("Khantau", "хантау"),
            ("Mynaral", "мынарал"),
            ("Amanotkel’", "аманоткель"),
            ("Maqanshy", "маканшы"),
            ("Aqbaqay", "акбакай"),
            ("Akbakai", "акбакай"),
            ("Novodolinskiy", "новодолинский"),
            ("Chernoretskoye", "чернорецкое"),
            ("Verkhniy Uzen’", "верхний узень"),
            ("Zhangatalap", "жангаталап"),
            ("Qotyrköl", "котыркөл"),
            ("Novyy Mir", "новый мир"),
            ("Raiymbek", "райымбек"),
            ("Kairat", "кайрат"),
            ("Uil", "уил"),
            ("Yesik", "есик"),
            ("Jañajol", "жаңажол"),
        ] {
            assert_eq!(from_latin(latin).as_deref(), Some(cyrillic));
        }
        assert_eq!(from_latin("Café №5"), None);
        assert_eq!(with_one_letter_for_ng("жангаталап").as_deref(), Some("жаңаталап"));
        assert_eq!(with_one_letter_for_ng("ангренсор"), None);
        assert_eq!(with_soft_end("қатаркөл").as_deref(), Some("қатаркөль"));
        assert_eq!(with_soft_end("амангелді"), None);
        assert_eq!(with_soft_end("шандақтал"), None);
    }
}
