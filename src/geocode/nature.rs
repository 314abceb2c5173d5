//! Waters, mountains and the like that are called as a town is: nothing that happened on "озеро Балхаш" happened in the town, and the lake
//! is larger than some regions. Gazetteers of settlements do not have them, so that a name beside such a word names nothing.

use super::no_place::WordSet;
use crate::gazetteer::PlaceKind;
use crate::text::{Token, fold, russian};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Russian words for them, which stand before the name, as they stand in a dictionary; in all cases.
const RUSSIAN: &str = "\
    река речка озеро водохранилище море залив пролив канал гора хребет перевал плато ущелье полуостров остров ледник пик \
    вершина пустыня каньон водопад";

/// The same in Ukrainian, English and Latin letters, folded.
const OTHERS: &str = "\
    ричка рички ричци ричку ричкою озери гори хребта хребту хребтом хребте хребти водосховище водосховища водосховищи затока затоки затоци lake river mount reka reki \
    reke ozero ozera ozere";

/// Abbreviations of such words, which have a full stop.
const DOTTED: [&str; 5] = ["р", "оз", "вдхр", "l", "r"];

/// Beginnings of the Kazakh words that stand after a name, folded.
const KAZAKH: [&str; 9] = ["озени", "тенизи", "тауы", "таулары", "жотасы", "асуы", "коймасы", "шаткалы", "муздыгы"];

/// Letters that a Kazakh ending has at most: "өзенінің", "теңізіндегі".
const MOST_ENDING: usize = 5;

/// Whole words that do the same: "көлі" begins as "көлік" does, which is a car.
const AFTER: &str = "\
    коли колинин колине колин колинде колиндеги колинен колимен river lake reservoir hill mountains range ridge peak glacier gorge \
    canyon sea desert plateau valley";

static BEFORE: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let declined = RUSSIAN.split_whitespace().flat_map(|noun| {
        let noun = fold(noun);
        let forms = russian::word_forms(&noun).into_iter().map(|(form, _)| form);
        forms.chain([noun.clone()]).collect::<Vec<_>>()
    });
    declined.chain(OTHERS.split_whitespace().map(str::to_owned)).collect()
});
static BEHIND: WordSet = WordSet::new(|| AFTER.split_whitespace().collect());

/// The range of many names, folded: "Заилийский Алатау", "Таласского Алатау", "Жетісу Алатауы".
const RANGES: [&str; 2] = ["алатау", "alatau"];

/// Whether the word before or after a name makes it that of a water, a mountain or the like.
pub(super) fn is_of_nature(words: &[Token], at: usize, used: usize) -> bool {
    let before = at.checked_sub(1).filter(|_| !words[at].is_after_break).map(|before| &words[before]);
    let is_range = used == 1
        && RANGES.contains(&words[at].folded.as_str())
        && before.is_some_and(|word| word.is_capital && is_adjective(&word.folded));
    let is_led = before.is_some_and(|word| {
        BEFORE.contains(&word.folded) || (word.is_dotted && DOTTED.contains(&word.folded.as_str()))
    });
    // "Қапшағай су қоймасы"
    let next = if words.get(at + used).is_some_and(|word| word.folded == "су") { at + used + 1 } else { at + used };
    let after = words.get(next).filter(|word| !word.is_after_break);
    let has_stem = |word: &str| {
        KAZAKH.iter().any(|stem| word.strip_prefix(stem).is_some_and(|ending| ending.chars().count() <= MOST_ENDING))
    };
    let is_followed = after.is_some_and(|word| BEHIND.contains(&word.folded) || has_stem(&word.folded));
    // "Кордайский перевал"; "Semipalatinsk nuclear test site" is far from the town as well.
    let is_described = is_adjective(&words[at + used - 1].folded)
        && after.is_some_and(|word| !word.is_capital && BEFORE.contains(&word.folded));
    let rest = || words[at + used..].iter().take(3).take_while(|word| !word.is_after_break);
    let is_test_site = after.is_some_and(|word| ["test", "nuclear"].contains(&word.folded.as_str()))
        && rest().any(|word| word.folded == "test")
        && rest().any(|word| ["site", "range", "ground"].contains(&word.folded.as_str()));
    // "на Семипалатинском испытательном полигоне"
    let is_proving_ground =
        is_adjective(&words[at + used - 1].folded) && rest().any(|word| word.folded.starts_with("полигон"));
    is_range || is_led || is_followed || is_described || is_test_site || is_proving_ground
}

fn is_adjective(folded: &str) -> bool {
    ["ский", "ского", "скому", "ским", "ском", "ское", "ская", "скую", "ий", "ого", "ому", "им", "ом"]
        .iter()
        .any(|ending| folded.ends_with(ending))
}

/// Whether a place of this kind may be called a mountain or a lake: "гора Кок-Тобе" is a park.
pub(super) fn may_be_of_nature(kind: PlaceKind) -> bool {
    matches!(kind, PlaceKind::Park | PlaceKind::Building | PlaceKind::Station | PlaceKind::Country)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens;

    #[test]
    fn words_beside_a_name_make_it_a_lake_or_a_mountain() {
        for (text, at, expected) in [
            ("на озере Балхаш", 2, true),
            ("оз. Балхаш", 1, true),
            ("Балқаш көлінде", 0, true),
            ("Балқаш көлігі", 0, false),
            ("Есіл өзенінің деңгейі", 0, true),
            ("у реки, Балхаш", 2, false),
            ("Lake Balkhash", 1, true),
            ("Talas River", 0, true),
            ("хребта Каратау", 1, true),
            ("город Балхаш", 1, false),
            ("гор. Балхаш", 1, false),
            ("в горах Заилийского Алатау", 3, true),
            ("город Алатау", 1, false),
            ("Қапшағай су қоймасында", 0, true),
        ] {
            assert_eq!(is_of_nature(&tokens(text), at, 1), expected, "{text}");
        }
    }
}
