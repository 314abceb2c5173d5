//! Kind words of more than one word, read as one: "шағын ауданы", "ш/а", "елді мекен", "ж/д вокзал", "micro district".

use super::kind_word::{CITY_AFTER, CITY_OR_STREET_AFTER, KindWords};
use super::typo::is_one_slip;
use crate::gazetteer::{NAMED_AFTER, PlaceKind};
use crate::text::{Token, tokens};

/// Words (folded) that make one kind word with what begins so: "шағын ауданында" is "шағынауданында".
const PAIRS: [(&[&str], &[&str]); 5] = [
    (&["шагын", "ыкшам"], &["аудан"]),
    (&["shagyn", "shaghyn", "yqsham", "yksham"], &["audan"]),
    (&["елди"], &["мекен"]),
    (&["микро"], &["район"]),
    (&["micro", "mikro"], &["district", "rayon", "raion"]),
];

/// Two short words, the signs that may stand between them, and what they stand for, folded.
const ABBREVIATIONS: [(&str, &str, &str, &str); 10] = [
    ("ш", "а", "/.", "микрорайон"),
    ("ы", "а", "/.", "микрорайон"),
    ("м", "а", "/", "микрорайон"),
    ("м", "р", "/", "микрорайон"),
    ("шаг", "ауд", "/. ", "шагынаудан"),
    ("ыкш", "ауд", "/. ", "ыкшамаудан"),
    ("молтек", "аудан", " ", "шагынаудан"),
    ("молтек", "ауданы", " ", "шагынауданы"),
    ("молтек", "ауданында", " ", "шагынауданында"),
    ("е", "м", "/", "елдимекен"),
];

/// Words (folded) for what runs there that say nothing before a word for a station.
const OF_RAILWAY: [&str; 9] =
    ["темиржол", "railway", "train", "rail", "bus", "intercity", "зализничний", "зализничному", "зализничного"];
/// The same in two words or letters.
const OF_RAILWAY_PAIRS: [(&str, &str); 3] = [("темир", "жол"), ("т", "ж"), ("ж", "д")];

/// Words (folded) for areas that stand after an adjective and are long enough to be known with a slip.
const AREAS: [&str; 11] = [
    "область",
    "области",
    "областью",
    "областей",
    "районе",
    "района",
    "району",
    "облысы",
    "облысында",
    "ауданы",
    "ауданында",
];

/// Corrects a slip in the word for an area after an adjective: "Атырауская обасть".
fn spell_areas(words: &mut [Token], kind_words: &KindWords) {
    for at in 1..words.len() {
        let is_adjective = ["ская", "ской", "скую", "ский", "ского", "скому", "ском"]
            .iter()
            .any(|it| words[at - 1].folded.ends_with(it));
        let word = &words[at];
        // "Тюлькубасский р."
        if is_adjective && word.folded == "р" && word.is_dotted && !word.is_after_break {
            "район".clone_into(&mut words[at].folded);
            continue;
        }
        if !is_adjective
            || word.is_capital
            || word.is_after_break
            || kind_words.get(&word.folded, word.is_dotted).is_some()
        {
            continue;
        }
        if let Some(area) = AREAS.iter().find(|area| is_one_slip(&word.folded, area)) {
            words[at].folded = (*area).to_owned();
        }
    }
}

/// Kazakh endings (folded) of a number: "Айнабулак 2де", "орбита-3те".
const NUMBER_ENDINGS: [&str; 22] = [
    "да", "де", "та", "те", "дан", "ден", "тан", "тен", "нан", "нен", "га", "ге", "ка", "ке", "дагы", "деги", "тагы",
    "теги", "нын", "нин", "дын", "дин",
];

/// Spells out what is shortened to one or two letters: "Шымкент қ." is the city, "қ. Шымкент" as well, "К." with a capital somebody's
/// first name. Takes Kazakh case endings off numbers.
fn spell_out(words: &mut [Token], text: &str) {
    for at in 0..words.len() {
        let word = &words[at];
        let digits = word.folded.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && NUMBER_ENDINGS.contains(&&word.folded[digits..]) {
            words[at].folded.truncate(digits);
            continue;
        }
        // "бр. Жубановых"
        if word.folded == "бр" && word.is_dotted && words.get(at + 1).is_some_and(|next| next.is_capital) {
            "братьев".clone_into(&mut words[at].folded);
            continue;
        }
        if word.folded != "к" || !word.is_dotted || word.is_capital {
            continue;
        }
        let is_kazakh_letter = text.chars().nth(word.start) == Some('қ');
        let follows_name = !word.is_after_break && at.checked_sub(1).is_some_and(|before| words[before].is_capital);
        let spelled = match (follows_name, is_kazakh_letter) {
            (true, true) => CITY_AFTER,
            (true, false) => CITY_OR_STREET_AFTER,
            (false, true) => "город",
            (false, false) => continue,
        };
        spelled.clone_into(&mut words[at].folded);
    }
}

/// The words of a text, kind words of several words joined to one.
pub(super) fn words(text: &str, kind_words: &KindWords) -> Vec<Token> {
    let mut words = tokens(text);
    spell_areas(&mut words, kind_words);
    spell_out(&mut words, text);
    // Nearly every text has none of them, and then nothing is copied.
    if !(0..words.len()).any(|at| begins(&words, at)) {
        return words;
    }
    let chars: Vec<char> = text.chars().collect();
    let mut joined: Vec<Token> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        // "театр имени Ауэзова", "Есенов атындағы университет"; but "от имени".
        let is_named_after = is_named_after(&words[at]) && at.checked_sub(1).is_none_or(|at| words[at].folded != "от");
        if is_named_after && at + 1 < words.len() {
            at += 1;
            continue;
        }
        let length = of_railway(&words[at..], kind_words);
        if length > 0 {
            // "Алматы-2 теміржол вокзалы": the break before it is that before the station.
            let is_after_break = words[at].is_after_break;
            at += length;
            joined.push(Token {
                is_after_break,
                is_after_dash: words[at].is_after_dash && is_after_break,
                ..words[at].clone()
            });
            at += 1;
            continue;
        }
        match words.get(at + 1).and_then(|next| one_word(&chars, &words[at], next)) {
            Some(folded) => {
                let (first, last) = (&words[at], &words[at + 1]);
                joined.push(Token { folded, end: last.end, is_dotted: last.is_dotted, ..first.clone() });
                at += 2;
            }
            None => {
                joined.push(words[at].clone());
                at += 1;
            }
        }
    }
    joined
}

/// Whether a word only says that something is named after somebody; names are looked for without it.
fn is_named_after(word: &Token) -> bool {
    NAMED_AFTER.contains(&word.folded.as_str()) || (word.folded == "им" && word.is_dotted)
}

/// Whether one of the phrases may begin at a word.
fn begins(words: &[Token], at: usize) -> bool {
    let word = words[at].folded.as_str();
    at + 1 < words.len()
        && (is_named_after(&words[at])
            || PAIRS.iter().any(|(firsts, _)| firsts.contains(&word))
            || ABBREVIATIONS.iter().any(|(first, ..)| *first == word)
            || OF_RAILWAY.contains(&word)
            || OF_RAILWAY_PAIRS.iter().any(|(first, _)| *first == word))
}

/// The one word that two words are.
fn one_word(chars: &[char], first: &Token, next: &Token) -> Option<String> {
    let gap: String = chars.get(first.end..next.start)?.iter().collect();
    let is_apart = gap.chars().all(|c| c.is_whitespace() || c == '-');
    let pair = PAIRS.iter().any(|(firsts, seconds)| {
        firsts.contains(&first.folded.as_str()) && seconds.iter().any(|second| next.folded.starts_with(second))
    });
    if pair && is_apart {
        return Some(format!("{}{}", first.folded, next.folded));
    }
    let is_sign = |signs: &str| gap.chars().all(|c| signs.contains(c) || (c.is_whitespace() && first.is_dotted));
    let short = ABBREVIATIONS.iter().find(|(one, other, signs, _)| {
        *one == first.folded && *other == next.folded && !gap.is_empty() && is_sign(signs)
    });
    short.map(|(.., stands_for)| (*stands_for).to_owned())
}

/// How many words before a word for a station only say what runs there.
fn of_railway(words: &[Token], kind_words: &KindWords) -> usize {
    let is_station = |at: usize| {
        let kind = words.get(at).and_then(|word| kind_words.get(&word.folded, word.is_dotted));
        kind.is_some_and(|kind| kind.kinds[0] == PlaceKind::Station)
    };
    let is_pair = words.get(1).is_some_and(|next| {
        OF_RAILWAY_PAIRS.iter().any(|(one, other)| *one == words[0].folded && *other == next.folded)
    });
    if OF_RAILWAY.contains(&words[0].folded.as_str()) && is_station(1) {
        1
    } else if is_pair && is_station(2) {
        2
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_one_word_and_other_words_stay() {
        let kind_words = KindWords::new();
        for (text, expected) in [
            ("Самал шағын ауданы", &["самал", "шагынауданы"][..]),
            ("27 ш/а", &["27", "микрорайон"]),
            ("27 ш.а.", &["27", "микрорайон"]),
            ("7-ықшам аудан", &["7", "ыкшамаудан"]),
            ("11 мөлтек аудан", &["11", "шагынаудан"]),
            ("14 micro-district", &["14", "microdistrict"]),
            ("Алматы-2 теміржол вокзалы", &["алматы", "2", "вокзалы"]),
            ("Алматы ж/д вокзал", &["алматы", "вокзал"]),
            ("Aktobe railway station", &["aktobe", "station"]),
            ("театр им. Ауэзова", &["театр", "ауэзова"]),
            ("Есенов атындағы университет", &["есенов", "университет"]),
            ("от имени Абая", &["от", "имени", "абая"]),
            ("шағын көше, ш а", &["шагын", "коше", "ш", "а"]),
            ("Атырауская обасть", &["атырауская", "область"]),
            ("в Мангистауском райлне", &["в", "мангистауском", "районе"]),
            ("Тюлькубасский р.", &["тюлькубасский", "район"]),
            ("Атырауская область", &["атырауская", "область"]),
            ("городская обитель", &["городская", "обитель"]),
        ] {
            let words: Vec<String> = words(text, &kind_words).into_iter().map(|word| word.folded).collect();
            assert_eq!(words, expected, "{text}");
        }
    }
}
