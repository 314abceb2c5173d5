//! What follows a surname or first name when a whole person is named: initials, a patronymic, a surname in Latin letters.

use super::kind_word::KindWords;
use super::mention::is_place_preposition;
use super::no_place::is_everywhere;
use super::person::{is_first_name, is_surname};
use super::surroundings::kind_beside;
use crate::gazetteer::Gazetteer;
use crate::text::{Token, cyrillic, fold, latin};

/// Endings (folded) of patronymics, with their cases.
const PATRONYMICS: [&str; 38] = [
    "ович",
    "овича",
    "овичу",
    "овичем",
    "овиче",
    "евич",
    "евича",
    "евичу",
    "евичем",
    "евиче",
    "ьич",
    "ьича",
    "ьичу",
    "овна",
    "овны",
    "овне",
    "овну",
    "овной",
    "евна",
    "евны",
    "евне",
    "евну",
    "евной",
    "ивна",
    "ивни",
    "ивну",
    "ивною",
    "ична",
    "ичны",
    "улы",
    "кызы",
    "ovich",
    "evich",
    "ovych",
    "ovna",
    "evna",
    "uly",
    "kyzy",
];

/// Endings of surnames in Latin letters. Those in -in are left out where English words end so.
const LATIN_SURNAMES: [&str; 14] =
    ["ov", "ev", "ova", "eva", "uly", "kyzy", "qyzy", "ovich", "evich", "enko", "kin", "nin", "kina", "nina"];
/// Letters of the shortest of them.
const LATIN_LETTERS: usize = 6;

/// Names of cities and ideas that every town has a street of, and that are nobody's name, folded.
const NOBODY: [&str; 12] = [
    "астана",
    "алматы",
    "республика",
    "республики",
    "republic",
    "независимости",
    "победы",
    "мира",
    "конституции",
    "желтоксан",
    "центральная",
    "достык",
];

/// Pairs of letters (folded) that stand for a country after the name of a town: "Астана Р.К."
const COUNTRIES: [[&str; 2]; 4] = [["р", "к"], ["р", "ф"], ["к", "р"], ["р", "б"]];

/// Whether a name and the words after it are the whole name of a person: "Шевченко Т. Г.", "Шевченко Тарас Іванович", "Altai Sultanov".
/// A word for a kind of place beside it says that something is called after the person.
pub(super) fn begins_full_name(
    words: &[Token],
    at: usize,
    used: usize,
    kind_words: &KindWords,
    gazetteer: &Gazetteer,
) -> bool {
    let follows = |steps: usize| {
        let last = at + used - 1;
        let unbroken = words.get(last + 1..=last + steps)?.iter().all(|word| !word.is_after_break && word.is_capital);
        words.get(last + steps).filter(|_| unbroken)
    };
    let Some(next) = follows(1).filter(|_| used == 1 && words[at].is_capital) else { return false };
    let is_kind = |at: usize| words.get(at).is_some_and(|word| kind_words.get(&word.folded, word.is_dotted).is_some());
    let is_said = kind_beside(words, at, used, kind_words).is_some() || is_kind(at + 2) || is_kind(at + 3);
    let name = words[at].folded.as_str();
    if name.is_ascii() {
        let is_led = at.checked_sub(1).is_some_and(|before| is_place_preposition(&words[before].folded));
        return !is_said && !is_led && is_latin_surname(&next.folded, gazetteer);
    }
    let may_be_person = || !NOBODY.contains(&name) && (is_surname(name) || is_first_name(name) || is_everywhere(name));
    let is_initial = |word: &Token| word.folded.chars().count() == 1;
    if is_initial(next) {
        let second = follows(2).filter(|second| is_initial(second));
        let is_country = second.is_some_and(|second| COUNTRIES.contains(&[&next.folded, &second.folded]));
        // "Шевченко Д. 5" is a house.
        let is_house = words.get(at + 2).is_some_and(|word| word.folded.starts_with(|c: char| c.is_ascii_digit()));
        let is_enough = second.is_some() || (next.is_dotted && is_surname(name));
        // One letter is a kind word as well ("Г.", "С."): here another initial or nothing follows it.
        let is_led = at.checked_sub(1).is_some_and(is_kind) && !words[at].is_after_break;
        return is_enough && !is_country && !is_house && !is_led && may_be_person();
    }
    let is_patronymic = |word: &Token| PATRONYMICS.iter().any(|ending| word.folded.ends_with(ending));
    let has_patronymic = follows(2).is_some_and(is_patronymic);
    !is_said && (has_patronymic || (is_first_name(&next.folded) && is_surname(name))) && may_be_person()
}

/// Whether a folded word in Latin letters is a first name.
pub(super) fn is_latin_first_name(folded: &str) -> bool {
    let with_short_i = |name: &str| {
        ["а", "е", "о", "у"]
            .iter()
            .fold(name.to_owned(), |name, vowel| name.replace(&format!("{vowel}и"), &format!("{vowel}й")))
    };
    folded.is_ascii()
        && cyrillic::from_latin(folded).is_some_and(|name| {
            let name = fold(&name);
            is_first_name(&name) || is_first_name(&with_short_i(&name))
        })
}

/// Whether two folded words are a first name and a surname, in Cyrillic or Latin letters.
pub(super) fn is_first_name_and_surname(first: &str, last: &str) -> bool {
    let in_cyrillic = |word: &str| if word.is_ascii() { cyrillic::from_latin(word) } else { Some(word.to_owned()) };
    let (first, last) = (in_cyrillic(first), in_cyrillic(last));
    first.is_some_and(|first| is_first_name(&fold(&first))) && last.is_some_and(|last| is_surname(&fold(&last)))
}

/// Whether a folded word is a surname in Latin letters, and no place that is known.
fn is_latin_surname(folded: &str, gazetteer: &Gazetteer) -> bool {
    let is_place = || {
        !gazetteer.names().places(folded).is_empty()
            || latin::skeleton(folded).is_some_and(|skeleton| !gazetteer.names().of_skeleton(&skeleton).is_empty())
    };
    folded.is_ascii()
        && folded.len() >= LATIN_LETTERS
        && LATIN_SURNAMES.iter().any(|ending| folded.ends_with(ending))
        && !is_place()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens;

    #[test]
    fn initials_a_patronymic_or_a_latin_surname_make_a_person() {
        let places = "id,kind,name_ru,parent,lon,lat,uncertainty_m,source\n\
            xx,country,Страна,,80,50,900000,own\nxx-rostov,city,Ростов,xx,80,50,9000,own\n\
            xx-zhandosov,street,Жандосов,xx-rostov,80,50,900,own\n";
        let gazetteer = Gazetteer::from_csv(places.as_bytes(), "test").unwrap();
        let kind_words = KindWords::new();
        for (text, at, expected) in [
            ("Шевченко Т. Г.", 0, true),
            ("Шевченко Т.Г.", 0, true),
            ("Сатпаев К.", 0, true),
            ("Шевченко Тарас Іванович", 0, true),
            ("Жамбыл Айгерим Болатовна", 0, false),
            ("Шевченко Иван", 0, true),
            ("Altai Sultanov, a lawyer", 0, true),
            ("in Altai Sultanov said", 1, false),
            ("Kokshetau Rostov flight", 0, false),
            ("Almaty Zhandosov Street", 0, false),
            ("Шевченко Д. 5", 0, false),
            ("ул. Шевченко Т. Г.", 1, false),
            ("Абай Р.К.", 0, false),
            ("Караганда Т. Г.", 0, false),
            ("Шевченко, Т. Г.", 0, false),
        ] {
            let words = tokens(text);
            assert_eq!(begins_full_name(&words, at, 1, &kind_words, &gazetteer), expected, "{text}");
        }
    }
}
