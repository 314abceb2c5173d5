//! Words that make a name no place: common words, organisations, teams, and what only belongs to a country.

use super::word_list::holds;
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
const COMMON_WORDS_LIST: [&str; 107] = [
    "мектеп",
    "kent",
    "кенес",
    "комсомол",
    "комсомола",
    "солнечный",
    "долина",
    "гора",
    "озеро",
    "роща",
    "родник",
    "маяк",
    "рассвет",
    "урожай",
    "искра",
    "прогресс",
    "источник",
    "пограничник",
    "целинник",
    "колос",
    "ударник",
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

/// Words before a name that make it the name of a team, paper, firm or party, folded.
const ORGANISATIONS_LIST: [&str; 55] = [
    "холдинг",
    "холдинга",
    "концерн",
    "корпорация",
    "корпорации",
    "страховая",
    "страховой",
    "агентство",
    "агентства",
    "издательство",
    "ассоциация",
    "ассоциации",
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
    "bc",
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

/// Names of streets, squares and parks that every town of the country has, folded: without a town they say nothing.
const EVERYWHERE_LIST: [&str; 58] = [
    "нур отан",
    "nur otan",
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
static AFTER: WordSet = WordSet::new(|| ORGANISATIONS_AFTER.split_whitespace().collect());
static ATTRIBUTED: WordSet = WordSet::new(|| ATTRIBUTED_LIST.into_iter().collect());

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

/// English adjectives of peoples (folded) that villages are called after.
const PEOPLES: [&str; 9] = ["kazakh", "uzbek", "kyrgyz", "russian", "turkmen", "tajik", "uyghur", "tatar", "ukrainian"];

/// Whether a word says of which people the next word is: "the Kazakh city of Taraz".
pub(super) fn is_of_people_before_noun(words: &[Token], at: usize) -> bool {
    let is_noun = |next: &Token| !next.is_capital && !next.is_after_break;
    words[at].folded.is_ascii()
        && PEOPLES.contains(&words[at].folded.as_str())
        && words.get(at + 1).is_some_and(is_noun)
}

/// Whether a word with a capital begins the name of a firm or team with the name that follows: "Air Astana".
pub(super) fn leads_organisation(words: &[Token], at: usize) -> bool {
    let is_name = |next: &Token| next.is_capital && !next.is_after_break;
    words[at].is_capital && words.get(at + 1).is_some_and(is_name) && is_organisation_word(&words[at].folded)
}

/// Whether a folded word makes the name after it that of an organisation.
pub(super) fn is_organisation_word(folded: &str) -> bool {
    ORGANISATIONS.contains(folded)
}

/// Beginnings of the words before a quoted name for what every town has under such names, and for works and prizes, folded.
const VENUES: &str = "кафе ресторан магазин супермаркет минимаркет бар паб салон баня сауна аптек азс автозаправк столов чайхан детсад \
    садик ясл школ гимнази лице автомойк сто фильм спектакл балет опер роман повест книг песн орден медал преми ансамбл групп проект \
    программ конкурс фестивал шоколад конфет водк пив рома поезд рейс маршрут самолет тоо ао ип жк кск фонд акци операци дукен \
    дамхана мейрамхана мектеб балабакша cafe restaurant shop bar";

/// Whether a word before a quoted name says that it is that of a shop, a work or a prize.
pub(super) fn is_venue_word(folded: &str) -> bool {
    VENUES.split_whitespace().any(|stem| folded.starts_with(stem) && folded.chars().count() <= stem.chars().count() + 3)
}

/// Words after a name that make it the name of a paper, team or firm, folded.
const ORGANISATIONS_AFTER: &str = "\
    times post herald tribune gazette daily weekly news independent fc fk hc bc team united airlines airways bank таймс ньюс \
    банк газети газетинин командасы командасынын клубы клубынын компаниясы компаниясынын банки партиясы партиясынын \
    баспасоз журналы телеарнасы радиосы коры фильми маршы кубогы";

/// Whether the word after a name makes it that of an organisation: "The Astana Times", "Қайрат командасы".
pub(super) fn is_before_organisation_word(words: &[Token], at: usize, used: usize) -> bool {
    let next = words.get(at + used).filter(|next| !next.is_after_break);
    // "Astana Qazaqstan Team" has two names.
    let second = next.filter(|next| next.is_capital && next.folded.is_ascii()).and_then(|_| words.get(at + used + 1));
    let is_of_second = second.is_some_and(|second| {
        second.is_capital && !second.is_after_break && second.folded.is_ascii() && AFTER.contains(&second.folded)
    });
    is_of_second
        || next.is_some_and(|next| {
            // "Almaty news" is news of Almaty.
            ((next.is_capital || !next.folded.is_ascii()) && AFTER.contains(&next.folded))
                || holds(AGREEMENTS, &next.folded)
        })
}

/// Whether a name only says by whose clock: "по времени Астаны".
pub(super) fn is_of_clock(words: &[Token], at: usize) -> bool {
    let before =
        at.checked_sub(1).filter(|_| !words[at].is_after_break).map_or("", |before| words[before].folded.as_str());
    ["времени", "время", "часового"].contains(&before)
}

/// Words (folded) after the name of a town for what was agreed on or is done in its name, anywhere: "the Astana format".
const AGREEMENTS: &str =
    "format process protocol declaration accord accords pro cycling битими форматы процеси хаттамасы декларациясы";

/// Words of a text (beginnings, folded) that speaks of a match.
const MATCHES: [&str; 9] = ["обыграл", "счетом", "матч", "vs", "дерби", "четвертьфинал", "полуфинал", "плей", "derby"];

/// Whether a name is that of a team: it stands beside another with a dash or "vs" between, in a text that speaks of a match or gives
/// the goals.
pub(super) fn is_team(chars: &[char], words: &[Token], at: usize, used: usize) -> bool {
    let versus =
        |word: Option<&Token>| word.is_some_and(|word| ["vs", "против", "versus"].contains(&word.folded.as_str()));
    if versus(at.checked_sub(1).map(|before| &words[before])) || versus(words.get(at + used)) {
        return true;
    }
    let is_joined = |left: usize, right: usize| {
        words.get(right).is_some_and(|next| {
            let gap = &chars[words[left].end..next.start];
            next.is_after_break && gap.iter().any(|c| ['-', '–', '—'].contains(c)) && !gap.contains(&',')
        })
    };
    // "матч Қайрат пен Тобыл", "матч Казахстана с Сербией"; "в Актау и Актобе" is where they were.
    let is_with = |word: Option<&Token>| {
        word.is_some_and(|word| ["и", "с", "со", "мен", "пен", "бен", "and"].contains(&word.folded.as_str()))
    };
    let before = at.checked_sub(1).map(|before| &words[before]);
    let is_partner = is_with(before) || is_with(words.get(at + used));
    let is_led = before.is_some_and(|before| INTO.contains(&before.folded.as_str()))
        || (is_with(before) && at.checked_sub(3).is_some_and(|lead| INTO.contains(&words[lead].folded.as_str())));
    let is_paired = is_joined(at + used - 1, at + used)
        || at.checked_sub(1).is_some_and(|left| is_joined(left, at))
        || (is_partner && !is_led);
    is_paired && speaks_of_match(chars, words)
}

fn speaks_of_match(chars: &[char], words: &[Token]) -> bool {
    let is_number = |word: &Token| word.folded.len() <= 2 && word.folded.bytes().all(|byte| byte.is_ascii_digit());
    let gives_goals = words
        .windows(2)
        .any(|pair| is_number(&pair[0]) && is_number(&pair[1]) && chars[pair[0].end..pair[1].start] == [':']);
    // "matches the pharmacy sign" is no match.
    let is_match = |word: &Token| word.folded == "match" || MATCHES.iter().any(|stem| word.folded.starts_with(stem));
    gives_goals || words.iter().any(is_match)
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
const LIKE_WORDS_LIST: [&str; 48] = [
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
    "jordan",
    "chad",
    "georgia",
    "paris",
    "sofia",
    "victoria",
    "mary",
    "male",
    "mali",
    "florence",
    "sydney",
];

static LIKE_WORDS: WordSet = WordSet::new(|| LIKE_WORDS_LIST.into_iter().collect());

/// Words (folded) after which such a name is that of a place.
const INTO: [&str; 15] =
    ["в", "во", "из", "у", "in", "at", "from", "to", "до", "near", "of", "outside", "around", "into", "through"];

/// Whether the word is rather a word or a person than the country or city that is called so: no preposition puts anything there, and
/// it does not stand alone.
pub(super) fn is_rather_a_word(words: &[Token], at: usize) -> bool {
    let is_led = at.checked_sub(1).is_some_and(|before| INTO.contains(&words[before].folded.as_str()));
    // "Того, Бенин", but "Того, кто"
    let ends = words.get(at + 1).is_none_or(|next| next.is_after_break && next.is_capital);
    let is_alone = words[at].is_after_break && ends;
    let is_named = words[at].is_capital && (is_led || is_alone);
    LIKE_WORDS.contains(&words[at].folded) && !is_named
}
