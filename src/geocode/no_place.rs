//! Words that make a name no place: common words, persons, titles, organisations, and what only belongs to a country.

use super::kind_word::{KindWords, is_filler};
use crate::gazetteer::PlaceKind;
use crate::text::Token;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Folded words for quick look-up.
pub(super) struct WordSet(LazyLock<HashSet<&'static str>>);

impl WordSet {
    pub(super) const fn new(make: fn() -> HashSet<&'static str>) -> Self {
        Self(LazyLock::new(make))
    }

    pub(super) fn contains(&self, folded: &str) -> bool {
        self.0.contains(folded)
    }
}

/// Words that are also names of small places, folded; without a kind word they are no mention (GEOCODING: about 270 Kazakh common words).
const COMMON_WORDS_LIST: [&str; 86] = [
    "kazakh",
    "kyrgyz",
    "uzbek",
    "russian",
    "tatar",
    "наурыз",
    "жибек",
    "казах",
    "казахи",
    "русский",
    "узбек",
    "тан",
    "гулдер",
    "шапагат",
    "арман",
    "нурлы",
    "жол",
    "женис",
    "отан",
    "куат",
    "ынталы",
    "келешек",
    "болашак",
    "тайга",
    "степь",
    "поле",
    "лес",
    "сад",
    "берег",
    "мост",
    "завод",
    "шахта",
    "разъезд",
    "станция",
    "новый",
    "новая",
    "красный",
    "красная",
    "первый",
    "октябрь",
    "восточный",
    "западный",
    "бирлик",
    "мереке",
    "орталык",
    "аса",
    "мир",
    "восток",
    "запад",
    "север",
    "юг",
    "труд",
    "победа",
    "дружба",
    "восход",
    "заря",
    "центр",
    "республика",
    "республики",
    "республике",
    "народ",
    "москва",
    "береке",
    "достык",
    "енбек",
    "жастар",
    "жана",
    "бала",
    "ак",
    "кара",
    "бас",
    "тан",
    "арал",
    "береги",
    "улгили",
    "талап",
    "ынтымак",
    "коктем",
    "самал",
    "керемет",
    "арай",
    "рахат",
    "алга",
    "шугыла",
    "нур",
    "отан",
];

/// Endings of surnames and patronymics, folded: a town's name before one is a first name ("Абай Кунанбаев"), and a town's name
/// that ends so after another capitalised word is a surname ("Каныш Сатпаев").
const SURNAME_ENDINGS: [&str; 17] = [
    "ев", "ов", "ин", "ева", "ова", "ина", "еву", "ову", "евым", "овым", "енко", "баи", "ич", "вна", "улы", "кызы",
    "yev",
];

/// Words before a name that make it the name of a team, paper, firm or party, folded.
const ORGANISATIONS_LIST: [&str; 42] = [
    "авиакомпания",
    "авиакомпании",
    "авиакомпанией",
    "air",
    "эйр",
    "fly",
    "фк",
    "хк",
    "бк",
    "вк",
    "мфк",
    "жфк",
    "газета",
    "газеты",
    "газете",
    "журнал",
    "телеканал",
    "телеканала",
    "канал",
    "радио",
    "компания",
    "компании",
    "фирма",
    "банк",
    "тоо",
    "ао",
    "оо",
    "партия",
    "партии",
    "движение",
    "сборная",
    "сборной",
    "команда",
    "клуб",
    "кубок",
    "кубка",
    "чемпионат",
    "чемпионата",
    "лига",
    "fc",
    "fk",
    "hc",
];

/// Words before a name that make it a person, folded.
const TITLES_LIST: [&str; 40] = [
    "президент",
    "президента",
    "министр",
    "министра",
    "премьер",
    "генерал",
    "генерала",
    "полковник",
    "полковника",
    "подполковник",
    "майор",
    "капитан",
    "лейтенант",
    "сержант",
    "депутат",
    "депутата",
    "сенатор",
    "господин",
    "госпожа",
    "журналист",
    "журналиста",
    "журналистка",
    "активист",
    "активиста",
    "активистка",
    "блогер",
    "адвокат",
    "правозащитник",
    "политик",
    "бизнесмен",
    "президенти",
    "министри",
    "депутаты",
    "president",
    "minister",
    "general",
    "colonel",
    "activist",
    "journalist",
    "mr",
];

/// Words before a country that make it an attribute of something else, folded: "посольство России" is no place in Russia.
const ATTRIBUTED_LIST: [&str; 56] = [
    "президент",
    "президента",
    "президентом",
    "посольство",
    "посольства",
    "посольству",
    "посольством",
    "посольстве",
    "консульство",
    "консульства",
    "консульству",
    "консульством",
    "консульстве",
    "генконсульство",
    "генконсульства",
    "генконсульстве",
    "житель",
    "жителя",
    "жители",
    "жителей",
    "жителям",
    "жительница",
    "народ",
    "народа",
    "граждане",
    "граждан",
    "гражданин",
    "гражданина",
    "гражданка",
    "гражданам",
    "сборная",
    "сборной",
    "правительство",
    "правительства",
    "парламент",
    "парламента",
    "мид",
    "мвд",
    "кнб",
    "минздрав",
    "армия",
    "армии",
    "войска",
    "флаг",
    "флагом",
    "паспорт",
    "паспорта",
    "власти",
    "посол",
    "посла",
    "embassy",
    "consulate",
    "citizens",
    "government",
    "army",
    "посольстви",
];

/// Beginnings of the short names of ministries and the like, which do the same.
const MINISTRIES: [&str; 10] =
    ["минобор", "минздрав", "минюст", "минфин", "минэнерго", "минобр", "минтруд", "генпрокур", "госдум", "центробанк"];

/// Beginnings of the words after a country that do the same.
const ATTRIBUTED_AFTER: [&str; 15] = [
    "president",
    "government",
    "parliament",
    "citizens",
    "border",
    "minister",
    "елшилиг",
    "консулдыг",
    "президент",
    "укимет",
    "азамат",
    "халк",
    "парламент",
    "шекара",
    "embassy",
];

/// Endings that make people of a place, folded: "алматинцы", "алматылық".
const PEOPLE: [&str; 14] =
    ["цы", "цев", "цам", "цами", "цах", "чане", "лык", "лик", "дык", "дик", "тык", "тик", "лыктар", "дыктар"];

/// First names that are a slip away from names of places, folded; in Kazakhstan half of all names are.
const FIRST_NAMES_LIST: [&str; 96] = [
    "айгуль",
    "айгерим",
    "айдар",
    "айдос",
    "айман",
    "акмарал",
    "алибек",
    "алия",
    "алмас",
    "алмат",
    "алтынай",
    "аманжол",
    "амангельды",
    "арман",
    "арсен",
    "аскар",
    "асхат",
    "аян",
    "багдат",
    "бакыт",
    "бакытжан",
    "бауыржан",
    "берик",
    "бекзат",
    "болат",
    "булат",
    "галым",
    "гаухар",
    "гульмира",
    "гульнара",
    "дамир",
    "данияр",
    "дания",
    "дархан",
    "даурен",
    "динара",
    "досжан",
    "ербол",
    "ержан",
    "ерлан",
    "ермек",
    "есен",
    "жандос",
    "жанар",
    "жанат",
    "жансая",
    "жомарт",
    "ильяс",
    "кайрат",
    "камила",
    "канат",
    "карима",
    "касым",
    "куат",
    "куаныш",
    "лаура",
    "мадина",
    "максат",
    "марат",
    "маржан",
    "медет",
    "мейрам",
    "мурат",
    "мухтар",
    "назгуль",
    "нуржан",
    "нурлан",
    "нурсултан",
    "олжас",
    "рахат",
    "роза",
    "рустам",
    "сабит",
    "салтанат",
    "самат",
    "сания",
    "санжар",
    "саят",
    "серик",
    "серикжан",
    "султан",
    "талгат",
    "тимур",
    "толеген",
    "улан",
    "фарида",
    "шолпан",
    "шынгыс",
    "эльдар",
    "юлия",
    "sanjar",
    "nurlan",
    "yermek",
    "serik",
    "arman",
    "timur",
];

/// Names of streets, squares and parks that every town of the country has, folded: without a town they say nothing.
const EVERYWHERE_LIST: [&str; 56] = [
    "абая",
    "абай",
    "abay",
    "abai",
    "назарбаева",
    "назарбаев",
    "nazarbayev",
    "сатпаева",
    "сатбаев",
    "satpayev",
    "ауэзова",
    "ауезов",
    "толе би",
    "tole bi",
    "жибек жолы",
    "достык",
    "dostyk",
    "республики",
    "республика",
    "republic",
    "независимости",
    "тауелсиздик",
    "ленина",
    "мира",
    "победы",
    "гагарина",
    "пушкина",
    "гоголя",
    "горького",
    "панфилова",
    "сейфуллина",
    "уалиханова",
    "валиханова",
    "момышулы",
    "кабанбаи батыра",
    "кабанбай батыра",
    "богенбай батыра",
    "абылай хана",
    "наурызбай батыра",
    "карасай батыра",
    "казыбек би",
    "айтеке би",
    "жамбыла",
    "алтынсарина",
    "маметовой",
    "молдагуловой",
    "рыскулова",
    "кунаева",
    "желтоксан",
    "конституции",
    "астана",
    "алматы",
    "центральная",
    "central",
    "орталык",
    "шевченко",
];

static EVERYWHERE: WordSet = WordSet::new(|| EVERYWHERE_LIST.into_iter().collect());

/// Whether every town has a street or square of this folded name.
pub(super) fn is_everywhere(folded: &str) -> bool {
    EVERYWHERE.contains(folded)
}

static COMMON_WORDS: WordSet = WordSet::new(|| COMMON_WORDS_LIST.into_iter().collect());
static ORGANISATIONS: WordSet = WordSet::new(|| ORGANISATIONS_LIST.into_iter().collect());
static TITLES: WordSet = WordSet::new(|| TITLES_LIST.into_iter().collect());
static ATTRIBUTED: WordSet = WordSet::new(|| ATTRIBUTED_LIST.into_iter().collect());
static FIRST_NAMES: WordSet = WordSet::new(|| FIRST_NAMES_LIST.into_iter().collect());

/// Whether a folded word is a common word that is also the name of small places.
pub(super) fn is_common_word(folded: &str) -> bool {
    COMMON_WORDS.contains(folded)
}

/// Whether a folded word is a common word with an ending: "орталықта".
pub(super) fn begins_as_common_word(folded: &str) -> bool {
    COMMON_WORDS_LIST.iter().any(|word| {
        folded.strip_prefix(word).is_some_and(|ending| word.chars().count() >= 5 && ending.chars().count() <= 4)
    })
}

/// Whether a folded word makes the name after it a person or an organisation.
pub(super) fn is_title_or_organisation(folded: &str) -> bool {
    ORGANISATIONS.contains(folded) || TITLES.contains(folded)
}

/// Whether a country is only what something else belongs to ("посольство России", "граница с Россией").
pub(super) fn is_attribute(words: &[Token], at: usize, used: usize, kind: PlaceKind) -> bool {
    if !matches!(kind, PlaceKind::Country | PlaceKind::Region) {
        return false;
    }
    let before = |steps: usize| at.checked_sub(steps).map_or("", |before| words[before].folded.as_str());
    let is_continued = !words[at].is_after_break;
    let is_border = ["с", "со", "with", "з", "of"].contains(&before(1))
        && ["границ", "кордон", "border"].iter().any(|stem| before(2).starts_with(stem));
    let is_border = is_border
        || before(1).starts_with("границ")
        || before(1).starts_with("кордон")
        || (["и", "and", "та", "мен"].contains(&before(1)) && before(3).starts_with("границ"));
    let is_owned = ATTRIBUTED.contains(before(1))
        || MINISTRIES.iter().any(|stem| before(1).starts_with(stem))
        || (before(1) == "of" && ATTRIBUTED.contains(before(2)));
    let after = words.get(at + used).filter(|word| !word.is_after_break);
    let owns = after.is_some_and(|word| ATTRIBUTED_AFTER.iter().any(|stem| word.folded.starts_with(stem)));
    (is_continued && (is_border || (is_owned && kind == PlaceKind::Country))) || (owns && kind == PlaceKind::Country)
}

/// Whether the words before a name make it a person or an organisation: "ФК Актобе", "министр Сатпаев", "Каныш Сатпаев", "Д. Кунаев".
pub(super) fn is_person_or_organisation(words: &[Token], at: usize, used: usize, kind_words: &KindWords) -> bool {
    let Some(before) = at.checked_sub(1).filter(|_| !words[at].is_after_break) else { return false };
    let word = &words[before];
    if is_title_or_organisation(&word.folded) {
        return true;
    }
    let is_kind = |at: usize| kind_words.get(&words[at].folded, words[at].is_dotted).is_some();
    // "улица Каныша Сатпаева" is a street.
    let is_named_after = (1..=3).any(|steps| at.checked_sub(steps).is_some_and(is_kind))
        || words.get(at + used).is_some_and(|_| is_kind(at + used));
    let is_surname =
        used == 1 && words[at].is_capital && SURNAME_ENDINGS.iter().any(|ending| words[at].folded.ends_with(ending));
    let is_initial = word.is_capital && word.is_dotted && word.folded.chars().count() == 1;
    let is_first_name = word.is_capital
        && !word.is_dotted
        && word.folded.chars().count() >= 3
        && !is_filler(&word.folded)
        && !is_kind(before);
    is_surname && !is_named_after && (is_initial || is_first_name)
}

/// Whether the first word is a first name before a surname.
pub(super) fn is_before_surname(words: &[Token]) -> bool {
    let [first, next, ..] = words else { return false };
    first.is_capital
        && next.is_capital
        && !next.is_after_break
        && !first.is_dotted
        && next.folded.chars().count() >= 5
        && SURNAME_ENDINGS.iter().any(|ending| next.folded.ends_with(ending))
}

/// Beginnings of words for institutions, folded.
const INSTITUTIONS: [&str; 16] = [
    "универси",
    "академи",
    "институт",
    "завод",
    "комбинат",
    "министерств",
    "комитет",
    "департамент",
    "больниц",
    "аурухана",
    "стадион",
    "прокуратур",
    "суд",
    "банк",
    "компани",
    "university",
];

/// Whether a name is that of an institution.
pub(super) fn names_institution(name: &str) -> bool {
    crate::text::words(name).iter().any(|word| INSTITUTIONS.iter().any(|stem| word.starts_with(stem)))
}

/// Whether a folded word is made of a place for the people who live there.
pub(super) fn is_of_people(word: &str) -> bool {
    PEOPLE.iter().any(|ending| word.ends_with(ending))
}

/// Names of countries and of cities abroad that are also words, first names or surnames, folded, in the forms that are.
const LIKE_WORDS_LIST: [&str; 37] = [
    "того",
    "чад",
    "чада",
    "чаде",
    "чаду",
    "вена",
    "вены",
    "вене",
    "вену",
    "веной",
    "мали",
    "мале",
    "сана",
    "сане",
    "сану",
    "манила",
    "манил",
    "ломе",
    "софия",
    "софии",
    "софию",
    "софией",
    "виктория",
    "виктории",
    "викторию",
    "бутан",
    "чили",
    "панама",
    "панамы",
    "панаме",
    "доминика",
    "дания",
    "николаев",
    "энгельс",
    "доха",
    "лима",
    "куба",
];

static LIKE_WORDS: WordSet = WordSet::new(|| LIKE_WORDS_LIST.into_iter().collect());

/// Words (folded) after which such a name is that of a place.
const INTO: [&str; 9] = ["в", "во", "из", "у", "in", "at", "from", "to", "до"];

/// Whether the word is rather a word or a person than the country or city that is called so: no preposition puts anything there, and
/// it does not stand alone.
pub(super) fn is_rather_a_word(words: &[Token], at: usize) -> bool {
    let is_led = at.checked_sub(1).is_some_and(|before| INTO.contains(&words[before].folded.as_str()));
    let is_alone = at == 0 && words.get(1).is_none_or(|next| next.is_after_break);
    let is_named = words[at].is_capital && (is_led || is_alone);
    LIKE_WORDS.contains(&words[at].folded) && !is_named
}

/// Whether a folded word is a first name.
pub(super) fn is_first_name(word: &str) -> bool {
    FIRST_NAMES.contains(word)
}
