//! What an adjective of a town says about: "карагандинская больница" is a place in the town, "карагандинские шахтёры" and
//! "кызылординский рис" are none.

use super::kind_word::{KindWords, is_filler, is_fine};
use super::word_list::{begins_as_one_of, holds};
use crate::gazetteer::PlaceKind;
use crate::text::Token;

/// Beginnings of the words (folded) for people and what they make up, for whom a place is only where they come from.
const PEOPLE: &str = "\
    абитуриент автор дальнобойщик девятиклассн десятиклассн медик медсестр предпринимател правозащитник таксист таможенник \
    энергетик адвокат активист акимы акимов акционер артист архитектор атлет бабушк бизнес блогер боец бойц боксер \
    болельщик борец борц ветеран водител военн волонтер врач выпускник гастарбайтер гимнаст горняк горож гражд группировк \
    девоч девушк депутат диаспор должник доктор дольщик донор друг друз жених женщин жител журналист заемщик игрок \
    избирател инвалид инженер инспектор клан коллег коммунальщик металлург мужчин музыкант народ невест нефтяник оппозиц \
    пассажир педагог пенсионер певец певиц писател пловец пловц поэт парен парн подрост пожарн покупател полицейск \
    прокурор протестующ рабоч ребен ребят родител садовод семь семей следовател спасател спортсмен старик строител студент \
    судь татар теннисист тренер туркм турист уйгур узник ученик учен учител фермер футболист хан хоккеист хулиган художник \
    чиновник чемпион шахтер школьник штангист эмир юнош";

/// Beginnings of the words (folded) for goods, for what bears a town's name elsewhere, and for what has no place.
const GOODS: &str = "\
    пельмен акцент апорт арбуз бассейн берег битв блюд болезн валенк вальс облас облст облс обалст райн раен раио виноград вирус \
    врем газет говор губерн двигател декларац диалект диалог договор дын ежедневн еженедельн журнал заготов залив зерн \
    издани инициатив капуст картин картофел кефир климат княж княз ковер ковр колбас команд коммун компани конвенц \
    конденсат конфет коньяк котлет кулинар кумыс кухн лепешк лиг лошад мануфактур марафонец масл мебел месторожден метод \
    минерал молок море моря морк мрамор мыл напит наречи нефть нефти новост овц овощ огур одеял озер округ оливье осетр \
    окун сазан судак парти песн песен печень плов платок платк полигон помидор поход порода породы посуд пряник процесс пустын пшениц \
    разлом радио республик река реке реки рецепт саксаул самолет сборн сигарет словар сметан соглашен стиль табак \
    телеканал ткан томат торт трактор фарфор фирм формат фрукт ханств хлеб хлопок хлопк холдинг хребет хребт шелк шерст \
    трасс тракт шоссе автодорог автотрасс водохранилищ заповедн ущель перевал плато каньон ледник канал шоколад винн пиво пива пивн сырок степь степи рыба рыбы рыбу мясо мяса";

/// The same, whole words.
const EXACTLY: &str = "\
    аким акима акиму мед меда соль соли вода воды воде воду рис риса рису рисом мука муку муки вино вина край краю края \
    град год года году имя имени руда руды руду сыр сыра чай чая угол уголь угля углем папа папы папу орда орды орде весна \
    весны рыба хан хана клуб клуба клубу клубом дети детей детям детьми роман романа район районе района утка утки \
    коллегия стена стены \
    горы гор горам горами горах футбол хоккей бокс спорт баскетбол волейбол небо неба смог";

/// Nouns that begin as one of the above and are places all the same, folded.
const PLACES_ALL_THE_SAME: &str = "\
    военкомат военном военный военная военной военного учебн учебк рудник градирн студенческ строительн \
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

/// Endings of adjectives (folded), those of another adjective that agrees, and those of a noun.
const AGREEMENT: [(&str, &[&str], &str); 12] = [
    ("ого", &["ого", "его"], "а я"),
    ("ому", &["ому", "ему"], "у ю"),
    ("ими", &["ими", "ыми"], "ами ями ми"),
    ("ий", &["ий", "ый", "ой"], "б в г д ж з й к л м н п р с т ф х ц ч ш щ ь"),
    ("им", &["им", "ым"], "ом ем ам ям"),
    ("ом", &["ом", "ем"], "е у и ом"),
    ("ая", &["ая", "яя"], "а я ь"),
    ("ой", &["ой", "ей"], "е и ы ой ей ью"),
    ("ую", &["ую", "юю"], "у ю ь"),
    ("ое", &["ое", "ее"], "о е"),
    ("ие", &["ие", "ые"], "ы и а я"),
    ("их", &["их", "ых"], "ов ев ей ах ях й к ц л н р м д т ш ь б в г з п с х"),
];

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
    let Some((ending, adjectives, nouns)) = AGREEMENT.iter().find(|(ending, ..)| words[last].folded.ends_with(ending))
    else {
        return false;
    };
    // "ул. Алматинская": the name is that of the street.
    let is_named = last.checked_sub(1).filter(|_| !words[last].is_after_break).is_some_and(|before| {
        let kind = kind_words.get(&words[before].folded, words[before].is_dotted);
        kind.is_some_and(|kind| kind.kinds.iter().all(|kind| is_fine(*kind)))
    });
    if is_named {
        return false;
    }
    for at in last + 1..=last + 1 + MAX_BETWEEN {
        // "алматинский «Кайрат»" is a team.
        let Some(word) = words.get(at).filter(|word| !word.is_after_break && !word.is_quoted) else { return false };
        let noun = word.folded.as_str();
        if let Some(kind) = kind_words.get(noun, word.is_dotted) {
            let is_site = is_fine(kind.kinds[0]) && kind.kinds[0] != PlaceKind::CityDistrict;
            let is_street = kind.kinds == [PlaceKind::Street];
            // "Алматинская улица" is a street of the name.
            return is_site && !(is_street && words[last].is_capital && !kind.may_be_plural);
        }
        // "на алматинском Арбате": what has a name of its own there.
        if holds(INDECLINABLE, noun) || (word.is_capital && names_site(noun)) {
            return true;
        }
        let goes_on = words.get(at + 1).is_some_and(|next| !next.is_after_break && !is_filler(&next.folded));
        let is_adjective = adjectives.iter().any(|ending| noun.ends_with(ending)) && noun.chars().count() > 5;
        let is_verb = *ending == "ой" && VERB_ENDINGS.iter().any(|ending| noun.ends_with(ending));
        let agrees = nouns.split(' ').any(|ending| noun.ends_with(ending));
        if is_adjective && goes_on {
            // "шымкентские полицейские вышли", but "шымкентский полицейский участок".
            if matches!(*ending, "ие" | "их" | "ими") && is_of_people_or_goods(noun) {
                return false;
            }
            continue;
        }
        return agrees
            && !word.is_capital
            && noun.chars().count() >= 3
            && !is_filler(noun)
            && !is_verb
            && !is_of_people_or_goods(noun);
    }
    false
}

/// Whether a word stands for several people of a calling or place: "горняки", "жители".
pub(super) fn is_of_many_people(folded: &str) -> bool {
    folded.ends_with(['и', 'ы', 'е']) && begins_as_one_of(PEOPLE, folded)
}

/// Whether a word stands for people or goods, which are not where their name says.
pub(super) fn is_of_people_or_goods(noun: &str) -> bool {
    let is_site = ["ницы", "ницам", "ницами"].iter().any(|ending| noun.ends_with(ending));
    (begins_as_one_of(PEOPLE, noun)
        || begins_as_one_of(GOODS, noun)
        || holds(EXACTLY, noun)
        || !is_site && PEOPLE_ENDINGS.iter().any(|ending| noun.ends_with(ending)))
        && !begins_as_one_of(PLACES_ALL_THE_SAME, noun)
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
            ("шымкентские больницы", true),
            ("кокшетауский роддом", true),
            ("карагандинской школой", true),
            ("алматинский «Кайрат»", false),
            ("уральские горы", false),
            ("уральская река", false),
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
