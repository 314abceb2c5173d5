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

/// The case forms of a name in lower case with its Kazakh letters; endings go to the last word.
#[must_use]
pub fn forms(name: &str) -> Vec<Form> {
    let Some(last) = name.chars().next_back().filter(|c| c.is_alphabetic() && !c.is_ascii()) else { return Vec::new() };
    let table = if VOICELESS.contains(&last) { ENDINGS.voiceless } else { ENDINGS.voiced };
    with(name, table)
}

/// The case forms of a word with a possessive ending, such as `облысы`, `көшесі`, `алаңы`.
#[must_use]
pub fn possessive_forms(word: &str) -> Vec<Form> {
    with(word, ENDINGS.possessive)
}

fn with(name: &str, table: &[(&'static str, &'static str, &'static str)]) -> Vec<Form> {
    // у and и go with either; without a telling vowel both are made.
    let harmony = name.chars().rev().find_map(|c| {
        if BACK.contains(&c) {
            Some(true)
        } else if FRONT.contains(&c) {
            Some(false)
        } else {
            None
        }
    });
    // Surnames in -ев and -ов go with either, as one hears them: "Мыңбаевта", "Жансүгіровте".
    let harmony = harmony.filter(|_| !name.ends_with("ев") && !name.ends_with("ов"));
    let mut forms = Vec::new();
    for (case, back, front) in table {
        if harmony != Some(false) {
            forms.push((format!("{name}{back}"), *case));
        }
        if harmony != Some(true) {
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
}
