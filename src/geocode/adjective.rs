//! What an adjective of a town says about: "карагандинская больница" is a place in the town, "карагандинские шахтёры" and
//! "кызылординский рис" are none.

use super::kind_word::{KindWords, is_filler};
use crate::gazetteer::PlaceKind;
use crate::text::Token;

/// Beginnings of the words (folded) for people and what they make up, for whom a place is only where they come from.
const PEOPLE: &str = "\
    абитуриент автор адвокат активист акимы акимов акционер артист архитектор атлет бабушк бизнес блогер боец бойц боксер \
    болельщик борец борц ветеран водител военн волонтер врач выпускник гастарбайтер гимнаст горняк горож гражд группировк \
    девоч девушк депутат диаспор должник доктор дольщик донор друг друз жених женщин жител журналист заемщик игрок \
    избирател инвалид инженер инспектор клан коллег коммунальщик металлург мужчин музыкант народ невест нефтяник оппозиц \
    пассажир педагог пенсионер певец певиц писател пловец пловц поэт парен парн подрост пожарн покупател полицейск \
    прокурор протестующ рабоч ребен ребят родител садовод семь семей следовател спасател спортсмен старик строител студент \
    судь татар теннисист тренер туркм турист уйгур узник ученик учен учител фермер футболист хан хоккеист хулиган художник \
    чиновник чемпион шахтер школьник штангист эмир юнош";

/// Beginnings of the words (folded) for goods, for what bears a town's name elsewhere, and for what has no place.
const GOODS: &str = "\
    акцент апорт арбуз бассейн берег битв блюд болезн валенк вальс облас облст облс обалст райн раен раио виноград вирус \
    врем газет говор губерн двигател декларац диалект диалог договор дын ежедневн еженедельн журнал заготов залив зерн \
    издани инициатив капуст картин картофел кефир климат княж княз ковер ковр колбас команд коммун компани конвенц \
    конденсат конфет коньяк котлет кулинар кумыс кухн лепешк лиг лошад мануфактур марафонец масл мебел месторожден метод \
    минерал молок море моря морк мрамор мыл напит наречи нефть нефти новост овц овощ огур одеял озер округ оливье осетр \
    парти песн песен печень плов платок платк полигон помидор поход порода породы посуд пряник процесс пустын пшениц \
    разлом радио республик река реке реки рецепт саксаул самолет сборн сигарет словар сметан соглашен стиль табак \
    телеканал ткан томат торт трактор фарфор фирм формат фрукт ханств хлеб хлопок хлопк холдинг хребет хребт шелк шерст \
    шоколад винн пиво пива пивн сырок степь степи рыба рыбы рыбу мясо мяса";

/// The same, whole words.
const EXACTLY: &str = "\
    аким акима акиму мед меда соль соли вода воды воде воду рис риса рису рисом мука муку муки вино вина край краю края \
    град год года году имя имени руда руды руду сыр сыра чай чая угол уголь угля углем папа папы папу орда орды орде весна \
    весны рыба хан хана клуб клуба клубу клубом дети детей детям детьми роман романа район районе района утка утки \
    коллегия стена стены";

/// Nouns that begin as one of the above and are places all the same, folded.
const PLACES_ALL_THE_SAME: &str = "\
    водохранилищ военкомат военном военный военная военной военного учебн учебк рудник градирн студенческ строительн \
    спасательн пассажирск рабочем газетн";

/// Endings of nouns for people, folded: "-цы", "-щики", "-исты".
const PEOPLE_ENDINGS: [&str; 22] = [
    "цы",
    "цев",
    "цам",
    "цами",
    "чане",
    "чан",
    "щик",
    "щики",
    "щиков",
    "щика",
    "щица",
    "исты",
    "истов",
    "истка",
    "тели",
    "телей",
    "енты",
    "ентов",
    "ологи",
    "ологов",
    "ичи",
    "анин",
];

/// What of an adjective's ending (folded) the ending of its noun agrees with.
const AGREEMENT: [(&str, &[&str]); 12] = [
    ("ого", &["а", "я"]),
    ("ому", &["у", "ю"]),
    ("ими", &["ами", "ями", "ми"]),
    (
        "ий",
        &["б", "в", "г", "д", "ж", "з", "й", "к", "л", "м", "н", "п", "р", "с", "т", "ф", "х", "ц", "ч", "ш", "щ", "ь"],
    ),
    ("им", &["ом", "ем", "ам", "ям", "им"]),
    ("ом", &["е", "у", "и", "ом"]),
    ("ая", &["а", "я", "ь", "ая"]),
    ("ой", &["е", "и", "ы", "ой", "ей", "ью"]),
    ("ую", &["у", "ю", "ь", "ую"]),
    ("ое", &["о", "е", "ое"]),
    ("ие", &["ы", "и", "а", "я", "ие"]),
    (
        "их",
        &[
            "ов", "ев", "ей", "ах", "ях", "й", "к", "ц", "л", "н", "р", "м", "д", "т", "ш", "ь", "б", "в", "г", "з",
            "п", "с", "х",
        ],
    ),
];

/// Endings of adjectives between that of a town and its noun: "алматинская детская больница".
const ADJECTIVE_ENDINGS: [&str; 17] =
    ["ая", "яя", "ой", "ей", "ую", "ый", "ий", "ого", "его", "ому", "ему", "ом", "ое", "ые", "ие", "ых", "их"];

/// Endings of past verbs that look like nouns after an adjective in "-ой" ("в Карагандинской прошли обыски").
const VERB_ENDINGS: [&str; 11] = ["шли", "вали", "зали", "жали", "чали", "щали", "нали", "или", "ели", "ыли", "сь"];

/// Words for what a town has that do not decline, or are abbreviations: no ending tells that they agree.
const INDECLINABLE: &str = "\
    тэц гэс грэс аэс нпз гпз гок сизо ик ивс кпп црб цгб бснп трц трк тц цон мол нии жд дк тюз метро депо шоссе ателье \
    фойе кафе";

/// Most adjectives between that of the town and the noun.
const MAX_BETWEEN: usize = 2;

/// Whether the word after the adjective of a town, whose last word is `last`, is something that has its place in the town.
pub(super) fn describes_place(
    words: &[Token],
    last: usize,
    kind_words: &KindWords,
    names_site: &dyn Fn(&str) -> bool,
) -> bool {
    let adjective = words[last].folded.as_str();
    // "ул. Алматинская", "в районе Алматинский": the name is that of the street.
    let is_named = last.checked_sub(1).is_some_and(|before| {
        !words[last].is_after_break && kind_words.get(&words[before].folded, words[before].is_dotted).is_some()
    });
    if is_named {
        return false;
    }
    for at in last + 1..=last + 1 + MAX_BETWEEN {
        let Some(word) = words.get(at).filter(|word| !word.is_after_break) else { return false };
        if let Some(kind) = kind_words.get(&word.folded, word.is_dotted) {
            let is_site = |kind: &PlaceKind| super::kind_word::is_fine(*kind) && *kind != PlaceKind::CityDistrict;
            let is_street = kind.kinds == [PlaceKind::Street];
            // "Алматинская улица" is a street of the name.
            return is_site(&kind.kinds[0]) && !(is_street && words[last].is_capital && !kind.may_be_plural);
        }
        // "на алматинском Арбате": what has a name of its own there.
        if holds(INDECLINABLE, &word.folded) || (word.is_capital && names_site(&word.folded)) {
            return true;
        }
        if is_noun_of_town(adjective, word) {
            return true;
        }
        let goes_on = words.get(at + 1).is_some_and(|next| !next.is_after_break && !is_filler(&next.folded));
        let is_adjective = ADJECTIVE_ENDINGS.iter().any(|ending| word.folded.ends_with(ending));
        // "шымкентские полицейские вышли", but "шымкентский полицейский участок".
        let are_people = ["ие", "ые", "их", "ых"].iter().any(|ending| word.folded.ends_with(ending))
            && is_of_people_or_goods(&word.folded);
        if !is_adjective || !goes_on || are_people {
            return false;
        }
    }
    false
}

/// Whether a word is a common noun that agrees with the adjective and names nobody and nothing to eat.
fn is_noun_of_town(adjective: &str, word: &Token) -> bool {
    let noun = word.folded.as_str();
    let Some((ending, agreeing)) = AGREEMENT.iter().find(|(ending, _)| adjective.ends_with(ending)) else {
        return false;
    };
    let is_adjective = ADJECTIVE_ENDINGS.iter().any(|ending| *ending != "ей" && noun.ends_with(ending));
    let may_be_noun = !is_adjective || noun.chars().count() <= 5;
    let is_verb = *ending == "ой" && VERB_ENDINGS.iter().any(|ending| noun.ends_with(ending));
    !word.is_capital
        && noun.chars().count() >= 3
        && !is_filler(noun)
        && !is_verb
        && may_be_noun
        && agreeing.iter().any(|ending| noun.ends_with(ending))
        && !is_of_people_or_goods(noun)
}

/// Whether a word is one of these.
fn holds(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

fn is_of_people_or_goods(noun: &str) -> bool {
    let begins = |stems: &str| stems.split(' ').any(|stem| noun.starts_with(stem));
    (begins(PEOPLE)
        || begins(GOODS)
        || holds(EXACTLY, noun)
        || PEOPLE_ENDINGS.iter().any(|ending| noun.ends_with(ending)))
        && !begins(PLACES_ALL_THE_SAME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens;

    #[test]
    fn what_has_its_place_in_a_town_and_what_only_comes_from_there() {
        let kind_words = KindWords::new();
        for (text, is_place) in [
            ("карагандинской пятиэтажке", true),
            ("шымкентская толкучка", true),
            ("бишкекская мэрия", true),
            ("рудненской школе", true),
            ("алматинская детская больница", true),
            ("актауской набережной", true),
            ("алматинские улицы", true),
            ("московское метро", true),
            ("экибастузской ТЭЦ", true),
            ("костанайском ипподроме", true),
            ("павлодарских дворах", true),
            ("уральского роддома", true),
            ("уральского акимата", true),
            ("алматинском Арбате", true),
            ("шымкентский полицейский участок", true),
            ("павлодарский аким", false),
            ("кызылординский рис", false),
            ("алматинский апорт", false),
            ("жанаозенские нефтяники", false),
            ("уральский хребет", false),
            ("шымкентские полицейские", false),
            ("алматинские студенты", false),
            ("павлодарский тракторист Иванов", false),
            ("московское время", false),
            ("Алматинская улица", false),
            ("Алматинская область", false),
            ("Карагандинской прошли", false),
            ("Уральский", false),
            ("киевский торт", false),
            ("кокшетауская минеральная вода", false),
        ] {
            assert_eq!(describes_place(&tokens(text), 0, &kind_words, &|word| word == "арбате"), is_place, "{text}");
        }
    }
}
