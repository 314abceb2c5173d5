//! Ukrainian case forms of names.

use super::russian::Form;

pub(super) const GENITIVE: &str = "Ukrainian genitive";
pub(super) const DATIVE: &str = "Ukrainian dative";
pub(super) const ACCUSATIVE: &str = "Ukrainian accusative";
pub(super) const INSTRUMENTAL: &str = "Ukrainian instrumental";
pub(super) const LOCATIVE: &str = "Ukrainian locative";
/// What stands for a case where a Russian name is only spelled as Ukrainian spells it.
pub const SPELLING: &str = "Ukrainian spelling";

/// The case forms of one word in lower case with its Ukrainian letters.
#[must_use]
pub fn word_forms(word: &str) -> Vec<Form> {
    if word.chars().count() < 3 || word.chars().any(|c| c.is_ascii()) {
        return Vec::new();
    }
    let cut = |letters: usize| {
        let end = word.char_indices().rev().nth(letters - 1).map_or(0, |(at, _)| at);
        &word[..end]
    };
    let with = |stem: &str, endings: &[(&str, &'static str)]| -> Vec<Form> {
        endings.iter().map(|(ending, case)| (format!("{stem}{ending}"), *case)).collect()
    };
    if word.ends_with("ська") || word.ends_with("цька") {
        return with(cut(1), &[("ої", GENITIVE), ("ій", LOCATIVE), ("у", ACCUSATIVE), ("ою", INSTRUMENTAL)]);
    }
    if word.ends_with("ський") || word.ends_with("цький") || word.ends_with("ий") {
        return with(cut(2), &[("ого", GENITIVE), ("ому", LOCATIVE), ("им", INSTRUMENTAL)]);
    }
    // Харків, у Харкові; Миколаїв, у Миколаєві
    for (ending, stem) in [("ів", "ов"), ("їв", "єв")] {
        if let Some(start) = word.strip_suffix(ending).filter(|start| start.chars().count() >= 2) {
            let stem = format!("{start}{stem}");
            return with(&stem, &[("а", GENITIVE), ("у", DATIVE), ("ом", INSTRUMENTAL), ("і", LOCATIVE)]);
        }
    }
    let last = word.chars().next_back().unwrap_or(' ');
    match last {
        'а' => {
            let stem = cut(1);
            // г, к, х before і become з, ц, с: Караганда has none of them, Рига does (у Ризі).
            let softened = match stem.chars().next_back() {
                Some('г') => format!("{}зі", cut(2)),
                Some('к') => format!("{}ці", cut(2)),
                Some('х') => format!("{}сі", cut(2)),
                _ => format!("{stem}і"),
            };
            let mut forms = with(stem, &[("и", GENITIVE), ("у", ACCUSATIVE), ("ою", INSTRUMENTAL)]);
            forms.push((softened, LOCATIVE));
            forms
        }
        'я' => with(
            cut(1),
            &[("ї", GENITIVE), ("і", GENITIVE), ("ю", ACCUSATIVE), ("єю", INSTRUMENTAL), ("ею", INSTRUMENTAL)],
        ),
        // "Осло" stays as it is.
        'о' if word == "осло" => Vec::new(),
        'о' => with(cut(1), &[("а", GENITIVE), ("у", DATIVE), ("ом", INSTRUMENTAL), ("і", LOCATIVE)]),
        'ь' => with(cut(1), &[("я", GENITIVE), ("ю", DATIVE), ("ем", INSTRUMENTAL), ("і", LOCATIVE)]),
        'й' => with(cut(1), &[("я", GENITIVE), ("ю", DATIVE), ("єм", INSTRUMENTAL), ("ї", LOCATIVE)]),
        'и' | 'і' | 'ї' | 'у' | 'ю' | 'е' | 'є' | 'ы' | 'э' => Vec::new(),
        _ => with(word, &[("а", GENITIVE), ("у", GENITIVE), ("ом", INSTRUMENTAL), ("і", LOCATIVE)]),
    }
}

/// Letters after which Ukrainian writes an apostrophe, where Russian has a soft sign before я, ю, е: "Прокоф'єва". The apostrophe
/// folds away.
const BEFORE_APOSTROPHE: [char; 11] = ['б', 'п', 'в', 'м', 'ф', 'р', 'к', 'г', 'х', 'ж', 'ш'];

/// Endings of words in Russian and in Ukrainian, the first that fits.
const ENDINGS: [(&str, &str); 17] = [
    ("сского", "ського"),
    ("сской", "ської"),
    ("сская", "ська"),
    ("сский", "ський"),
    ("ского", "ського"),
    ("цкого", "цького"),
    ("ской", "ської"),
    ("цкой", "цької"),
    ("ская", "ська"),
    ("цкая", "цька"),
    ("ский", "ський"),
    ("цкий", "цький"),
    ("ск", "ськ"),
    ("ная", "на"),
    ("вая", "ва"),
    ("ное", "не"),
    ("вое", "ве"),
];

/// A Russian name as Ukrainian writes it, lower case: "Кызылорда" is "Кизилорда", "Уральск" is "Уральськ", "Мангистауская" is
/// "Мангистауська", "Прокофьева" is "Прокоф'єва", "Королёва" is "Корольова". Letters that folding makes one (і and и) are left.
#[must_use]
pub fn from_russian(name: &str) -> String {
    let words: Vec<String> = name
        .to_lowercase()
        .split(' ')
        .map(|word| {
            let letters: Vec<char> = word.chars().collect();
            let mut spelled = String::with_capacity(word.len());
            for (at, &c) in letters.iter().enumerate() {
                let before = at.checked_sub(1).map(|before| letters[before]);
                let is_before_vowel = letters.get(at + 1).is_some_and(|next| "яюеёи".contains(*next));
                match c {
                    'ы' => spelled.push('и'),
                    'э' => spelled.push('е'),
                    'ъ' => {}
                    'ь' if is_before_vowel && before.is_some_and(|before| BEFORE_APOSTROPHE.contains(&before)) => {}
                    'ё' if before.is_some_and(|before| "жшчщ".contains(before)) => spelled.push('о'),
                    'ё' if before.is_none_or(|before| "аеиоуыэюяьъ".contains(before)) => {
                        spelled.push_str("йо")
                    }
                    'ё' => spelled.push_str("ьо"),
                    c => spelled.push(c),
                }
            }
            for (russian, ukrainian) in ENDINGS {
                if let Some(stem) = spelled.strip_suffix(russian) {
                    return format!("{stem}{ukrainian}");
                }
            }
            // The genitive of a woman's name: "Маметовой" is "Маметової".
            match spelled.strip_suffix("вой").or_else(|| spelled.strip_suffix("ной")) {
                Some(_) => format!("{}ї", spelled.trim_end_matches('й')),
                None => spelled,
            }
        })
        .collect();
    words.join(" ")
}

/// What Ukrainian may make of the ends of words beside [`from_russian`], which only spells them: "Байзакський" is "Байзацький",
/// "Сергеевка" "Сергіївка".
const CHANGES: [(&str, &str); 4] = [("кськ", "цьк"), ("еевк", "іївк"), ("еєвк", "іївк"), ("иевк", "іївк")];

/// The ways in which Ukrainian writes a Russian name, the nearest first, lower case.
#[must_use]
pub fn spellings(name: &str) -> Vec<String> {
    let plain = from_russian(name);
    let changed = CHANGES.iter().filter(|(from, _)| plain.contains(from)).map(|(from, to)| plain.replace(from, to));
    let changed: Vec<String> = changed.collect();
    std::iter::once(plain).chain(changed).collect()
}

/// The forms of a name: the last word declines ("Усть-Каменогорську"), the first, which the rest says more about ("департаменту
/// поліції"), or both of two ("Казанському собору").
#[must_use]
pub fn forms(words: &[String]) -> Vec<Form> {
    let Some((last, rest)) = words.split_last() else { return Vec::new() };
    let joined = |before: &[String], form: &str, after: &[String]| {
        let words: Vec<&str> =
            before.iter().map(String::as_str).chain([form]).chain(after.iter().map(String::as_str)).collect();
        words.join(" ")
    };
    let mut forms: Vec<Form> =
        word_forms(last).into_iter().map(|(form, case)| (joined(rest, &form, &[]), case)).collect();
    if let Some((first, others)) = words.split_first().filter(|(_, others)| !others.is_empty()) {
        let of_first = word_forms(first);
        if let [second] = others {
            let of_second = word_forms(second);
            let agreeing = of_first.iter().flat_map(|(form, case)| {
                let agrees = move |(_, other): &&Form| is_agreeing(case, other);
                of_second.iter().filter(agrees).map(move |(other, case)| (format!("{form} {other}"), *case))
            });
            forms.extend(agreeing);
        }
        forms.extend(of_first.into_iter().map(|(form, case)| (joined(&[], &form, others), case)));
    }
    forms
}

/// Whether an adjective in the one case stands beside a noun in the other: one form of it is both dative and locative.
fn is_agreeing(adjective: &str, noun: &str) -> bool {
    adjective == noun || (adjective == LOCATIVE && noun == DATIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_names_as_ukrainian_spells_them() {
        for (russian, ukrainian) in [
            ("Кызылорда", "кизилорда"),
            ("Уральск", "уральськ"),
            ("Мангистауская", "мангистауська"),
            ("Байтурсынова", "байтурсинова"),
            ("Прокофьева", "прокофева"),
            ("Ульянова", "ульянова"),
            ("Королёва", "корольова"),
            ("Маметовой", "маметової"),
            ("Достоевского", "достоевського"),
            ("Центральная", "центральна"),
            ("Рудный", "рудний"),
            ("Таласский", "таласький"),
            ("Райымбека", "райимбека"),
        ] {
            assert_eq!(from_russian(russian), ukrainian, "{russian}");
            assert_eq!(spellings(russian)[0], ukrainian, "{russian}");
        }
    }

    #[test]
    fn locatives_and_genitives() {
        for (name, form) in [
            ("жанаозен", "жанаозені"),
            ("мангістауська", "мангістауській"),
            ("харків", "харкові"),
            ("миколаїв", "миколаєва"),
            ("рига", "ризі"),
            ("нур султан", "нур султані"),
            ("тараз", "таразі"),
            ("караганда", "караганді"),
            ("департамент поліції", "департаменту поліції"),
            ("мавзолей ясаві", "мавзолею ясаві"),
            ("казанський собор", "казанському соборі"),
        ] {
            assert!(
                forms(&name.split(' ').map(str::to_owned).collect::<Vec<_>>()).iter().any(|(known, _)| known == form),
                "{form}"
            );
        }
        assert!(forms(&["алмати".to_owned()]).is_empty());
    }

    #[test]
    fn what_ukrainian_changes_beside_letters_is_a_spelling_of_its_own() {
        assert_eq!(spellings("Байзакский"), ["байзакський", "байзацький"]);
        assert_eq!(spellings("Сергеевка"), ["сергеевка", "сергіївка"]);
        assert_eq!(spellings("Актау"), ["актау"]);
    }
}
