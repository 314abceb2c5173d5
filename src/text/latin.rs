//! One key for the many Latin spellings of a name: the 2021 Kazakh alphabet, BGN, Russian romanisation, English.

/// The skeleton of a word: Cyrillic is written in Latin, then spellings that stand for the same sound are made one.
///
/// `Qaraghandy`, `Qarağandy`, `Karagandy` and `Қарағанды` have the same skeleton. Words of less than four letters have none: too many
/// of them would be the same.
#[must_use]
pub fn skeleton(word: &str) -> Option<String> {
    let mut latin = String::new();
    for c in super::fold(word).chars() {
        latin.push_str(letter(c));
    }
    // The scholarly j for й: "Mangistauskoj", "Altaj".
    if ["aj", "ej", "ij", "oj", "uj", "yj"].iter().any(|ending| latin.ends_with(ending)) {
        latin.pop();
        latin.push('i');
    }
    for (spelling, sound) in [
        ("dzh", "j"),
        ("zh", "j"),
        ("kh", "h"),
        ("gh", "g"),
        ("ya", "ia"),
        ("yu", "iu"),
        ("yo", "e"),
        ("ye", "e"),
        ("iy", "i"),
        ("yi", "i"),
        ("ts", "c"),
        ("sch", "sh"),
        ("shch", "sh"),
        ("q", "k"),
        ("y", "i"),
        ("w", "u"),
        ("v", "u"),
        ("x", "ks"),
    ] {
        latin = latin.replace(spelling, sound);
    }
    // ғ after ң is written gg, ngg or ng: doubled letters go first, then the g that only colours the n.
    let skeleton = without_doubles(&without_doubles(&latin).replace("ng", "n"));
    (skeleton.len() >= 4).then_some(skeleton)
}

/// How a Cyrillic word is typed in Latin letters, folded: the 2021 Kazakh alphabet, BGN, plain ASCII with and without y, and English
/// habits. Each spelling once.
#[must_use]
pub fn spellings(word: &str) -> Vec<String> {
    let mut spellings: Vec<String> = Vec::new();
    for scheme in &SCHEMES {
        let spelling: String = word
            .chars()
            .flat_map(char::to_lowercase)
            .map(|c| scheme.iter().find(|(letter, _)| *letter == c).map_or_else(|| plain(c), |(_, latin)| latin))
            .collect();
        if !spellings.contains(&spelling) {
            spellings.push(spelling);
        }
    }
    spellings
}

/// A letter that every scheme writes alike, its Kazakh marks left out.
fn plain(c: char) -> &'static str {
    match c {
        'ә' => "a",
        'ө' => "o",
        'ұ' | 'ү' => "u",
        'і' | 'ї' => "i",
        'һ' => "h",
        'ё' | 'є' => "e",
        'ґ' => "g",
        c => letter(c),
    }
}

/// The letters in which the ways of writing differ.
const SCHEMES: [&[(char, &str)]; 5] = [
    &[('ғ', "g"), ('ж', "j"), ('й', "i"), ('қ', "q"), ('ң', "n"), ('ц', "c"), ('щ', "sh")],
    &[('ғ', "gh"), ('й', "y"), ('қ', "q"), ('ң', "ng"), ('х', "kh"), ('щ', "shch")],
    &[('ғ', "g"), ('й', "y"), ('қ', "k"), ('ң', "n"), ('щ', "sch")],
    &[('ғ', "g"), ('й', "i"), ('қ', "k"), ('ң', "n"), ('х', "kh"), ('ц', "c"), ('ю', "iu"), ('я', "ia"), ('щ', "sch")],
    &[('ғ', "g"), ('й', "i"), ('қ', "k"), ('ң', "n"), ('ы', "i"), ('ю', "ju"), ('я', "ja"), ('щ', "sh")],
];

fn without_doubles(word: &str) -> String {
    let mut single = String::with_capacity(word.len());
    for c in word.chars().filter(char::is_ascii_alphanumeric) {
        if !single.ends_with(c) {
            single.push(c);
        }
    }
    single
}

/// A folded Cyrillic letter in Latin, near to BGN; Latin letters and digits as they are.
fn letter(c: char) -> &'static str {
    match c {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "g",
        'д' => "d",
        'е' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' | 'й' => "i",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => "h",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "sh",
        'ы' => "y",
        'э' => "e",
        'ю' => "yu",
        'я' => "ya",
        'a' => "a",
        'b' => "b",
        'c' => "c",
        'd' => "d",
        'e' => "e",
        'f' => "f",
        'g' => "g",
        'h' => "h",
        'i' => "i",
        'j' => "j",
        'k' => "k",
        'l' => "l",
        'm' => "m",
        'n' => "n",
        'o' => "o",
        'p' => "p",
        'q' => "q",
        'r' => "r",
        's' => "s",
        't' => "t",
        'u' => "u",
        'v' => "v",
        'w' => "w",
        'x' => "x",
        'y' => "y",
        'z' => "z",
        '0' => "0",
        '1' => "1",
        '2' => "2",
        '3' => "3",
        '4' => "4",
        '5' => "5",
        '6' => "6",
        '7' => "7",
        '8' => "8",
        '9' => "9",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_share_a_skeleton() {
        for spellings in [
            &["Қарағанды", "Qarağandy", "Qaraghandy", "Karagandy"][..],
            &["Ақтау", "Aqtau", "Aktau", "Aqtaw"],
            &["Маңғыстау", "Mangystau", "Mañğystau", "Mangghystau"],
            &["Алтай", "Altay", "Altai", "Altaj"],
            &["Алматинский", "Almatinskiy", "Almatinskij", "Almatinsky"],
            &["Жаңаөзен", "Zhanaozen", "Janaozen", "Jañaözen", "Zhangaozen"],
        ] {
            let skeletons: Vec<_> = spellings.iter().map(|spelling| skeleton(spelling)).collect();
            assert!(skeletons.windows(2).all(|pair| pair[0] == pair[1]), "{spellings:?} {skeletons:?}");
        }
        assert_eq!(skeleton("Шу"), None);
    }

    #[test]
    fn kind_words_in_latin_letters() {
        for (word, spelling) in [
            ("ауданында", "audanynda"),
            ("көшесі", "koshesi"),
            ("даңғылы", "dangyly"),
            ("қаласы", "qalasy"),
            ("қаласы", "kalasy"),
            ("облысы", "oblisi"),
            ("әуежайы", "auejaiy"),
            ("площадь", "ploshchad"),
            ("площадь", "ploschad"),
            ("улице", "ulitse"),
            ("улица", "ulica"),
            ("микрорайон", "mikroraion"),
        ] {
            assert!(spellings(word).iter().any(|known| known == spelling), "{word}: {:?}", spellings(word));
        }
    }
}
