//! Words of every day that are names of towns, districts and countries as well: "воздушный шар", "500 тысяч тенге", "темір есік".
//!
//! Where a text marks names with capitals the letters tell. In lower case, and at the start of a sentence, such a word is a name only
//! with a word for its kind, after a preposition of place, or alone.

use super::kind_word::{KindWords, is_filler, is_fine};
use super::mention::is_well_known;
use crate::gazetteer::{Gazetteer, PlaceKind, Posting};
use crate::text::{Token, fold, kazakh, russian};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Russian nouns; with all their cases.
const NOUNS: &str = "\
    шар караул курган кулан батыр степняк дружба достык чад катар панама гренада лима куба куб рига тиран вена мальта доха \
    сарай маяк перевал разъезд рассвет урожай искра заря родник источник колодец берег арал отар \
    авангард агроном аптека база базар большевик бригада буран буревестник волна восход восток возрождение гигант звезда знамя \
    интернационал кетмень кожа коммуна коммунар комсомолец кордон космос мельница молот мостик нива новостройка образец октябрь \
    пахарь партизан пикет пионер питомник плотина победа полянка правда прогресс прожектор птицефабрика птичник путь разведка \
    родина рудник учитель школа баба кошка карта орел семья факел гора танк собака свет сибиряк смена совет сокол сосна спутник стан строитель сувенир табун таран точка труд ударник утес \
    хлебороб целина чайка шахта якорь";

/// Russian adjectives in the masculine; with all their cases and genders.
const ADJECTIVES: &str = "\
    рудный грозный глубокий верный приозерный майский степной боровой луговой переметный октябрьский \
    первомайский зеленый красный белый новый целинный озерный лесной горный железный солнечный самый какой каждый главный богатый хороший мой большой малый красивый прямой вечный святой широкий горький заречный мирный родной южный северный западный восточный вольный дальний \
    молодежный научный песчаный полевой прибрежный пригородный речной русский светлый свободный тихий угольный ударный";

/// Single forms: of words whose other forms are no names, and of other languages.
const FORMS: [&str; 70] = [
    "еркин",
    // "20 семей", "по мерке", "принадлежит перу", "того", "на баке".
    "семей",
    "мерке",
    "перу",
    "того",
    "мали",
    "мале",
    "баку",
    "май",
    "мая",
    "маи",
    "жем",
    "жемом",
    "сана",
    "сане",
    "сану",
    "ломе",
    "чили",
    "конго",
    "боровое",
    "луговое",
    "сараи",
    "мары",
    "тенге",
    // Kazakh: "returned", "only" (ғана), "from water", "good", "pilaf", "mind".
    "оралды",
    "гана",
    "судан",
    "жаксы",
    "палау",
    "багамы",
    "алга",
    "улкен",
    "темир",
    "тениз",
    "шу",
    "шет",
    "талас",
    "таласты",
    "казан",
    "улан",
    "арал",
    "талшык",
    "корган",
    "майда",
    "мунаилы",
    "мунайлы",
    "шалкар",
    "ойыл",
    "сауран",
    // English.
    "turkey",
    "china",
    "chad",
    "jordan",
    "may",
    "male",
    "mali",
    "mary",
    "oral",
    "lima",
    "jam",
    "chile",
    "georgia",
    "cuba",
    "panama",
    "guinea",
    "niger",
    "togo",
    "asa",
    "muscat",
    "kurgan",
];

/// Pronouns, conjunctions, adverbs, English words and single forms of other words that villages are called as well.
const OTHER_FORMS: &str = "как или сам сама само сами самого самому самой самим мой моя мое мои моего моей моему моим моих там когда карты танки юным звездою медвежья запасное sam lay air ay tan mere dos share";

/// Kazakh nouns with their cases.
const KAZAKH: [&str; 12] =
    ["теңге", "теңіз", "шу", "темір", "құлан", "талас", "қорған", "талшық", "арал", "жаңалық", "бадам", "отар"];

static EVERYDAY: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut words: HashSet<String> = FORMS.iter().map(|form| (*form).to_owned()).collect();
    words.extend(OTHER_FORMS.split(' ').map(str::to_owned));
    for noun in NOUNS.split_whitespace() {
        words.insert(fold(noun));
        words.extend(russian::word_forms(&fold(noun)).into_iter().map(|(form, _)| form));
    }
    for adjective in ADJECTIVES.split_whitespace() {
        let stem: String = adjective.chars().take(adjective.chars().count() - 2).collect();
        for ending in [
            "ый", "ий", "ой", "ого", "его", "ому", "ему", "ым", "им", "ом", "ем", "ая", "яя", "ую", "ое", "ее", "ые",
            "ие", "ых", "их",
        ] {
            words.insert(fold(&format!("{stem}{ending}")));
        }
    }
    for noun in KAZAKH {
        words.insert(fold(noun));
        words.extend(kazakh::forms(noun).into_iter().map(|(form, _)| fold(&form)));
    }
    words
});

/// Whether a folded word is one of every day.
pub(super) fn is_everyday(folded: &str) -> bool {
    EVERYDAY.contains(folded)
}

/// Words (folded) that are said alone before the rest of a sentence.
const CALLS: [&str; 2] = ["алга", "жаксы"];

/// Words (folded) after which an everyday word is a name all the same.
const INTO: [&str; 18] = [
    "в",
    "во",
    "на",
    "из",
    "до",
    "под",
    "через",
    "близ",
    "около",
    "возле",
    "у",
    "г",
    "in",
    "at",
    "from",
    "to",
    "near",
    "по",
];

/// Endings of verbs, folded: "Рудный остался без тепла".
const VERB_ENDINGS: [&str; 14] =
    ["ся", "сь", "ал", "ил", "ел", "ула", "ала", "ила", "ела", "ет", "ит", "ут", "ют", "ают"];

/// Whether the `used` words at `at` are rather the words of every day than the place that is called so.
pub(super) fn is_rather_everyday(
    words: &[Token],
    at: usize,
    used: usize,
    is_lower_case: bool,
    postings: &[Posting],
    kind_words: &KindWords,
    gazetteer: &Gazetteer,
) -> bool {
    let word = &words[at];
    let opens = at == 0 && word.is_capital;
    // "Алга, жастар!", "жақсы, ертең": a call, or an answer.
    let is_call = |next: &Token| next.is_after_break && !next.is_capital;
    if at == 0 && CALLS.contains(&word.folded.as_str()) && words.get(at + used).is_some_and(is_call) {
        return true;
    }
    if !(opens || (is_lower_case && !word.is_capital))
        || !words[at..at + used].iter().all(|word| is_everyday(&word.folded))
    {
        return false;
    }
    let is_kind = |word: &Token| kind_words.get(&word.folded, word.is_dotted).is_some();
    // A common word is none that joins names, and no name itself.
    let is_common = |word: &Token| {
        let is_name = || is_name_only(&word.folded, gazetteer);
        !is_kind(word) && !is_filler(&word.folded) && !word.is_capital && !is_name()
    };
    let before = at.checked_sub(1).filter(|_| !word.is_after_break).map(|before| &words[before]);
    if before.is_some_and(|before| is_kind(before) || INTO.contains(&before.folded.as_str())) {
        return false;
    }
    let next = at + used;
    // "Аралдан 50 км жерде" is some way off the town.
    if words.get(next).is_some_and(|word| word.folded.starts_with(|c: char| c.is_ascii_digit())) {
        return false;
    }
    let after = words.get(next).filter(|next| !next.is_after_break);
    if after.is_some_and(is_kind) {
        return false;
    }
    let beyond = |mut at: usize| loop {
        let next = words.get(at).filter(|next| !next.is_after_break)?;
        if !is_filler(&next.folded) {
            return Some(next);
        }
        at += 1;
    };
    if opens {
        // "Рудный остался без тепла" is the town, "Глубокое сочувствие" no village.
        let is_city = postings.iter().any(|posting| gazetteer.at(posting.place).kind() == PlaceKind::City);
        let is_verb = |next: &Token| VERB_ENDINGS.iter().any(|ending| next.folded.ends_with(ending));
        // "Школа - линия обороны" says what a school is, "Рудный - взрыв на шахте" where it was.
        let defines = |next: &Token| next.is_after_dash && !is_city && is_common(next);
        if words.get(at + used).is_some_and(defines) {
            return true;
        }
        return beyond(next).is_some_and(|next| is_common(next) && !(is_city && is_verb(next)));
    }
    before.is_some_and(|before| is_common(before) || is_filler(&before.folded)) || beyond(next).is_some_and(is_common)
}

/// Whether a folded word is the name of a town or an area and no word of every day.
fn is_name_only(folded: &str, gazetteer: &Gazetteer) -> bool {
    let is_area = |posting: Posting| {
        let place = gazetteer.at(posting.place);
        !is_fine(place.kind()) && is_well_known(place)
    };
    !is_everyday(folded) && gazetteer.names().places(folded).any(is_area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_day_in_their_cases() {
        for word in [
            "тенге",
            "шаром",
            "караула",
            "рудной",
            "глубокое",
            "теңізде",
            "семей",
            "оралды",
            "turkey",
            "кургане",
            "темірдің",
        ] {
            assert!(is_everyday(&fold(word)), "{word}");
        }
        for word in ["актау", "семее", "оралда", "рим", "алматы"] {
            assert!(!is_everyday(word), "{word}");
        }
    }
}
