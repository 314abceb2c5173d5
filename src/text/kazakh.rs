//! Kazakh case endings: a closed table with vowel harmony and the last letter's class.

use super::russian::Form;

pub(super) const LOCATIVE: &str = "Kazakh locative";
pub(super) const ABLATIVE: &str = "Kazakh ablative";
pub(super) const DATIVE: &str = "Kazakh dative";
pub(super) const GENITIVE: &str = "Kazakh genitive";
pub(super) const ACCUSATIVE: &str = "Kazakh accusative";
pub(super) const INSTRUMENTAL: &str = "Kazakh instrumental";
pub(super) const ATTRIBUTIVE: &str = "Kazakh attributive";

/// (case, back vowels, front vowels), after a vowel or voiced consonant, a voiceless consonant, a nasal, a possessive.
struct Endings {
    voiced: &'static [(&'static str, &'static str, &'static str)],
    voiceless: &'static [(&'static str, &'static str, &'static str)],
    possessive: &'static [(&'static str, &'static str, &'static str)],
}

const ENDINGS: Endings = Endings {
    voiced: &[
        (LOCATIVE, "да", "де"),
        (ABLATIVE, "дан", "ден"),
        (ABLATIVE, "нан", "нен"),
        (DATIVE, "ға", "ге"),
        (GENITIVE, "ның", "нің"),
        (GENITIVE, "дың", "дің"),
        (ACCUSATIVE, "ны", "ні"),
        (ACCUSATIVE, "ды", "ді"),
        (INSTRUMENTAL, "мен", "мен"),
        (INSTRUMENTAL, "бен", "бен"),
        (ATTRIBUTIVE, "дағы", "дегі"),
    ],
    voiceless: &[
        (LOCATIVE, "та", "те"),
        (ABLATIVE, "тан", "тен"),
        (DATIVE, "қа", "ке"),
        (GENITIVE, "тың", "тің"),
        (ACCUSATIVE, "ты", "ті"),
        (INSTRUMENTAL, "пен", "пен"),
        (ATTRIBUTIVE, "тағы", "тегі"),
    ],
    possessive: &[
        (LOCATIVE, "нда", "нде"),
        (ABLATIVE, "нан", "нен"),
        (DATIVE, "на", "не"),
        (GENITIVE, "ның", "нің"),
        (ACCUSATIVE, "н", "н"),
        (INSTRUMENTAL, "мен", "мен"),
        (ATTRIBUTIVE, "ндағы", "ндегі"),
    ],
};

/// Voiceless last letters; б, в, г and д at the end are spoken without voice.
const VOICELESS: [char; 15] = ['к', 'қ', 'п', 'с', 'т', 'ф', 'х', 'ц', 'ч', 'ш', 'щ', 'б', 'в', 'г', 'д'];
const BACK: [char; 7] = ['а', 'о', 'ұ', 'ы', 'я', 'ё', 'ю'];
const FRONT: [char; 6] = ['ә', 'ө', 'ү', 'і', 'е', 'э'];

/// Ends of borrowed words that no Kazakh word has: і comes between them and an ending ("Степногорскіде"), though many leave it out
/// ("Степногорскте").
const CLUSTERS: [&str; 12] = ["ск", "цк", "нк", "рк", "лк", "рг", "нг", "кт", "кс", "ст", "зд", "льт"];

/// The case forms of a name in lower case with its Kazakh letters; endings go to the last word.
#[must_use]
pub fn forms(name: &str) -> Vec<Form> {
    let Some(last) = name.chars().next_back().filter(|c| c.is_alphabetic() && !c.is_ascii()) else { return Vec::new() };
    // A soft sign leaves the consonant before it as it is: "Пермьде", "Керчьте".
    let sounded = if last == 'ь' { name.chars().rev().nth(1).unwrap_or(last) } else { last };
    let table = if VOICELESS.contains(&sounded) { ENDINGS.voiceless } else { ENDINGS.voiced };
    let mut forms = with(name, table, harmony_of_name(name));
    if CLUSTERS.iter().any(|cluster| name.ends_with(cluster)) {
        forms.extend(with(&format!("{name}і"), ENDINGS.voiced, Harmony::Front));
    }
    forms
}

/// The case forms of a word with a possessive ending, such as `облысы`, `көшесі`, `алаңы`.
#[must_use]
pub fn possessive_forms(word: &str) -> Vec<Form> {
    with(word, ENDINGS.possessive, harmony(word))
}

/// A word without its possessive ending, when it has one: "театры" is "театр", "мектебі" is "мектеп", "кафесі" is "кафе".
#[must_use]
pub fn without_possessive(word: &str) -> Option<String> {
    let stem = word.strip_suffix(['ы', 'і']).filter(|stem| stem.chars().count() >= 3)?;
    let is_vowel = |c: char| BACK.contains(&c) || FRONT.contains(&c) || matches!(c, 'и' | 'у');
    let mut back = stem.chars().rev();
    let (last, before) = (back.next()?, back.next()?);
    if is_vowel(last) {
        return None;
    }
    if last == 'с' && is_vowel(before) && before != 'и' {
        return stem.strip_suffix('с').map(str::to_owned);
    }
    // к, қ and п are voiced between vowels.
    let unvoiced = [('г', 'к'), ('ғ', 'қ'), ('б', 'п')].into_iter().find(|(voiced, _)| *voiced == last);
    Some(match unvoiced {
        Some((voiced, unvoiced)) => format!("{}{unvoiced}", stem.strip_suffix(voiced)?),
        None => stem.to_owned(),
    })
}

/// Which vowels the endings of a word have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harmony {
    /// а, ы.
    Back,
    /// е, і.
    Front,
    /// No vowel tells, or people waver.
    Either,
}

fn harmony(word: &str) -> Harmony {
    // у and и go with either; without a telling vowel both are made.
    let telling = word.chars().rev().find_map(|c| {
        if BACK.contains(&c) {
            Some(Harmony::Back)
        } else if FRONT.contains(&c) {
            Some(Harmony::Front)
        } else {
            None
        }
    });
    telling.unwrap_or(Harmony::Either)
}

/// The harmony of a name. A borrowed one is heard as soft after a soft sign, a cluster or a last и, whatever its vowels ("Парижде",
/// "Томскіге", "Ставропольде"); its spelling does not say how it is spoken, so both are made.
fn harmony_of_name(name: &str) -> Harmony {
    let last_vowel = name.chars().rev().find(|c| BACK.contains(c) || FRONT.contains(c) || matches!(c, 'и' | 'у'));
    let is_soft = name.ends_with('ь') || last_vowel == Some('и');
    // Surnames in -ев and -ов go with either, as one hears them: "Мыңбаевта", "Жансүгіровте".
    let is_soft = is_soft || name.ends_with("ев") || name.ends_with("ов");
    if is_soft || CLUSTERS.iter().any(|cluster| name.ends_with(cluster)) { Harmony::Either } else { harmony(name) }
}

fn with(name: &str, table: &[(&'static str, &'static str, &'static str)], harmony: Harmony) -> Vec<Form> {
    let mut forms = Vec::new();
    for (case, back, front) in table {
        if harmony != Harmony::Front {
            forms.push((format!("{name}{back}"), *case));
        }
        if harmony != Harmony::Back {
            forms.push((format!("{name}{front}"), *case));
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_follow_harmony_and_the_last_letter() {
        for (name, form) in [
            ("ақтау", "ақтауда"),
            ("жаңаөзен", "жаңаөзенде"),
            ("алматы", "алматыдан"),
            ("тараз", "таразға"),
            ("шымкент", "шымкентте"),
            ("ақтөбе", "ақтөбенің"),
            ("өскемен", "өскеменнен"),
            ("қазақстан", "қазақстанды"),
            ("бішкек", "бішкекке"),
            ("нұр-сұлтан", "нұр-сұлтандағы"),
            ("степногорск", "степногорскіде"),
            ("степногорск", "степногорскте"),
            ("щучинск", "щучинскіден"),
            ("лисаковск", "лисаковскіге"),
            ("петропавловск", "петропавловскінің"),
            ("томск", "томскіні"),
            ("омск", "омскідегі"),
            ("троицк", "троицкіде"),
            ("нью-йорк", "нью-йоркте"),
            ("санкт-петербург", "санкт-петербургте"),
            ("брест", "брестіге"),
            ("париж", "парижде"),
            ("ставрополь", "ставропольден"),
            ("керчь", "керчьте"),
            ("мыңбаев", "мыңбаевта"),
            ("жансүгіров", "жансүгіровке"),
        ] {
            assert!(forms(name).iter().any(|(known, _)| known == form), "{form}");
        }
        for (word, form) in
            [("облысы", "облысында"), ("көшесі", "көшесіндегі"), ("алаңы", "алаңына"), ("қаласы", "қаласынан")]
        {
            assert!(possessive_forms(word).iter().any(|(known, _)| known == form), "{form}");
        }
        assert!(!forms("ақтау").iter().any(|(known, _)| known == "ақтауде"));
    }

    #[test]
    fn a_possessive_ending_is_taken_off_with_what_it_changed() {
        for (word, bare) in [
            ("театры", "театр"),
            ("университеті", "университет"),
            ("мектебі", "мектеп"),
            ("саябағы", "саябақ"),
            ("кесенесі", "кесене"),
            ("көшесі", "көше"),
            ("қаласы", "қала"),
        ] {
            assert_eq!(without_possessive(word).as_deref(), Some(bare), "{word}");
        }
        assert_eq!(without_possessive("алматы").as_deref(), Some("алмат"));
        assert_eq!(without_possessive("ақтау"), None);
    }
}
