//! Words that say what kind of place a name stands for: "область", "ул.", "көшесі", "square".

use super::no_place::WordSet;
use crate::gazetteer::PlaceKind;
use crate::text::{fold, kazakh, latin, russian, ukrainian};
use std::collections::HashMap;

/// Where the name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The name follows: "улица Абая".
    Before,
    /// The name precedes: "Абай көшесі", "Мангистауская область".
    After,
    /// Either.
    Both,
}

/// A word for a kind of place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KindWord {
    pub(super) kinds: &'static [PlaceKind],
    pub(super) side: Side,
    /// Short forms that are other words when no full stop follows ("с.", "п.", "г.").
    pub(super) needs_stop: bool,
    /// Whether it may speak of several ("улицы", "посёлки"): of those that follow in a list, or of the streets of a town.
    pub(super) may_be_plural: bool,
}

use PlaceKind::{
    Airport, Building, City, CityDistrict, Country, District, Market, Microdistrict, Park, Quarter, Region, Square,
    Station, Street, Town, Village,
};
use Side::{After, Before, Both};

const SETTLEMENT: &[PlaceKind] = &[City, Town, Village];
/// A word for a village: a city of the name is not meant. Towns have swallowed villages, which are still called so.
const VILLAGE: &[PlaceKind] = &[Village, Town, Quarter, Microdistrict];
const TOWNSHIP: &[PlaceKind] = &[City, Town, Village, Quarter, Microdistrict];
const DISTRICT: &[PlaceKind] = &[District, CityDistrict];
const QUARTER: &[PlaceKind] = &[Microdistrict, Quarter, CityDistrict];

/// Russian words and their case forms.
const RUSSIAN: [(&str, &[PlaceKind], Side); 28] = [
    ("область", &[Region], Both),
    ("регион", &[Region], Both),
    ("район", DISTRICT, Both),
    ("страна", &[Country], Before),
    ("город", SETTLEMENT, Before),
    ("городок", SETTLEMENT, Before),
    ("село", VILLAGE, Before),
    ("аул", VILLAGE, Before),
    ("поселок", TOWNSHIP, Before),
    ("деревня", VILLAGE, Before),
    ("станица", VILLAGE, Before),
    ("улица", &[Street], Both),
    ("проспект", &[Street], Both),
    ("бульвар", &[Street], Both),
    ("шоссе", &[Street], Both),
    ("переулок", &[Street], Both),
    ("набережная", &[Street], Both),
    ("площадь", &[Square], Both),
    ("сквер", &[Park, Square], Both),
    ("парк", &[Park], Both),
    ("рынок", &[Market], Both),
    ("базар", &[Market], Both),
    ("вокзал", &[Station], Both),
    ("автовокзал", &[Station], Both),
    ("станция", &[Station, City, Town, Village], Both),
    ("аэропорт", &[Airport], Both),
    ("микрорайон", QUARTER, Both),
    ("квартал", QUARTER, Both),
];

/// Plurals in the cases that stand before or after several names, or before the name of the town that has them. Some are the
/// genitive of one as well.
const PLURALS: [(&[&str], &[PlaceKind]); 24] = [
    (&["области", "областей", "областям", "областями", "областях"], &[Region]),
    (&["районы", "районов", "районам", "районами", "районах"], DISTRICT),
    (&["города", "городов", "городам", "городами", "городах"], SETTLEMENT),
    (&["села", "сел", "селам", "селами", "селах"], VILLAGE),
    (&["аулы", "аулов", "аулам", "аулами", "аулах"], VILLAGE),
    (&["деревни", "деревень", "деревням", "деревнями", "деревнях"], VILLAGE),
    (&["поселки", "поселков", "поселкам", "поселками", "поселках"], TOWNSHIP),
    (&["улицы", "улиц", "улицам", "улицами", "улицах"], &[Street]),
    (&["проспекты", "проспектов", "проспектам", "проспектами", "проспектах"], &[Street]),
    (&["бульвары", "бульваров", "бульварам", "бульварами", "бульварах"], &[Street]),
    (&["переулки", "переулков", "переулкам", "переулками", "переулках"], &[Street]),
    (&["площади", "площадей", "площадям", "площадями", "площадях"], &[Square]),
    (&["скверы", "скверов", "скверах"], &[Park, Square]),
    (&["парки", "парков", "паркам", "парками", "парках"], &[Park]),
    (&["рынки", "рынков", "рынкам", "рынках", "базары", "базаров", "базарах"], &[Market]),
    (&["вокзалы", "вокзалов", "вокзалам", "вокзалах"], &[Station]),
    (&["станции", "станций", "станциям", "станциями", "станциях"], &[Station, City, Town, Village]),
    (&["микрорайоны", "микрорайонов", "микрорайонам", "микрорайонами", "микрорайонах"], QUARTER),
    (&["кварталы", "кварталов", "кварталам", "кварталами", "кварталах"], QUARTER),
    (&["вулиці", "вулиць", "вулицям", "вулицями", "вулицях", "streets", "avenues"], &[Street]),
    (&["районів", "districts"], DISTRICT),
    (&["селища", "селищ", "селищах", "settlements"], TOWNSHIP),
    (&["міста", "міст", "містах", "towns", "cities"], SETTLEMENT),
    (&["villages"], VILLAGE),
];

/// Kazakh words; with the possessive ending that stands after a name, and its case forms.
const KAZAKH: [(&str, &str, &[PlaceKind]); 23] = [
    ("облыс", "облысы", &[Region]),
    ("аудан", "ауданы", DISTRICT),
    ("қала", "қаласы", SETTLEMENT),
    ("ауыл", "ауылы", VILLAGE),
    ("кент", "кенті", TOWNSHIP),
    ("көше", "көшесі", &[Street]),
    ("даңғыл", "даңғылы", &[Street]),
    ("алаң", "алаңы", &[Square]),
    ("ықшамаудан", "ықшамауданы", QUARTER),
    ("шағынаудан", "шағынауданы", QUARTER),
    ("әуежай", "әуежайы", &[Airport]),
    ("вокзал", "вокзалы", &[Station]),
    ("базар", "базары", &[Market]),
    ("саябақ", "саябағы", &[Park]),
    ("бульвар", "бульвары", &[Street]),
    ("өңір", "өңірі", &[Region]),
    ("көшелер", "көшелері", &[Street]),
    ("облыстар", "облыстары", &[Region]),
    ("аудандар", "аудандары", DISTRICT),
    ("қалалар", "қалалары", SETTLEMENT),
    ("ауылдар", "ауылдары", VILLAGE),
    ("кенттер", "кенттері", TOWNSHIP),
    ("ықшамаудандар", "ықшамаудандары", QUARTER),
];

/// What makes one of these several: "көшелері", "аудандарында".
const KAZAKH_PLURAL: [&str; 6] = ["лар", "лер", "дар", "дер", "тар", "тер"];

/// Ukrainian words and their case forms.
const UKRAINIAN: [(&str, &[PlaceKind], Side); 10] = [
    ("область", &[Region], Both),
    ("район", DISTRICT, Both),
    ("місто", SETTLEMENT, Before),
    ("село", VILLAGE, Before),
    ("селище", TOWNSHIP, Before),
    ("вулиця", &[Street], Both),
    ("площа", &[Square], Both),
    ("майдан", &[Square], Both),
    ("аеропорт", &[Airport], Both),
    ("мікрорайон", QUARTER, Both),
];

/// Kazakh words for stations, gardens, quarters and settlements beside those above.
const KAZAKH_OTHERS: [(&str, &str, &[PlaceKind]); 14] = [
    ("автобекет", "автобекеті", &[Station]),
    ("автовокзал", "автовокзалы", &[Station]),
    ("автостанция", "автостанциясы", &[Station]),
    ("бекет", "бекеті", &[Station, City, Town, Village]),
    ("станса", "стансасы", &[Station, City, Town, Village]),
    ("станция", "станциясы", &[Station, City, Town, Village]),
    ("метро", "метросы", &[Station]),
    ("аэропорт", "аэропорты", &[Airport]),
    ("гүлзар", "гүлзары", &[Park, Square]),
    ("бақ", "бағы", &[Park]),
    ("парк", "паркі", &[Park]),
    ("жағалау", "жағалауы", &[Street]),
    ("квартал", "кварталы", QUARTER),
    ("елдімекен", "елдімекені", &[Village, Town, City]),
];

/// Ukrainian words beside those above, and forms that the rules do not make.
const UKRAINIAN_OTHERS: [(&str, &[PlaceKind], Side); 24] = [
    ("проспект", &[Street], Both),
    ("бульвар", &[Street], Both),
    ("провулок", &[Street], Both),
    ("провулку", &[Street], Both),
    ("шосе", &[Street], Both),
    ("набережна", &[Street], Both),
    ("набережній", &[Street], Both),
    ("вокзал", &[Station], Both),
    ("автовокзал", &[Station], Both),
    ("автостанція", &[Station], Both),
    ("станція", &[Station, City, Town, Village], Both),
    ("ринок", &[Market], Both),
    ("ринку", &[Market], Both),
    ("ринком", &[Market], Both),
    ("базар", &[Market], Both),
    ("парк", &[Park], Both),
    ("сквер", &[Park, Square], Both),
    ("квартал", QUARTER, Both),
    ("аул", VILLAGE, Before),
    ("хутір", VILLAGE, Before),
    ("містечко", SETTLEMENT, Before),
    ("селищі", SETTLEMENT, Before),
    ("майдані", &[Square], Both),
    ("летовище", &[Airport], Both),
];

/// Abbreviations and short English words beside those below: name, kinds, side, whether a full stop must follow.
const FIXED_OTHERS: [(&str, &[PlaceKind], Side, bool); 11] = [
    ("ауд", DISTRICT, After, true),
    ("кварт", QUARTER, Both, true),
    ("бульв", &[Street], Both, true),
    ("пров", &[Street], Both, true),
    ("жағ", &[Street], After, true),
    ("blvd", &[Street], Both, false),
    ("sq", &[Square], Both, true),
    ("neighborhood", QUARTER, Both, false),
    ("neighbourhood", QUARTER, Both, false),
    ("embankment", &[Street], Both, false),
    ("lane", &[Street], Both, false),
];

/// What the abbreviation "қ." after a name stands for, and "к." in its place, which may be short for a street as well: no text has these
/// words ([`super::kind_phrase`] writes them).
pub(super) const CITY_AFTER: &str = "қ-қаласы";
pub(super) const CITY_OR_STREET_AFTER: &str = "к-қаласы";
const SETTLEMENT_OR_STREET: &[PlaceKind] = &[City, Town, Village, Street];

/// English words and everything that has one form.
const FIXED: [(&str, &[PlaceKind], Side, bool); 59] = [
    ("region", &[Region], Both, false),
    ("oblast", &[Region], Both, false),
    ("province", &[Region], Both, false),
    ("district", DISTRICT, Both, false),
    ("city", SETTLEMENT, Both, false),
    ("town", SETTLEMENT, Both, false),
    ("village", VILLAGE, Both, false),
    ("settlement", TOWNSHIP, Both, false),
    ("street", &[Street], Both, false),
    ("avenue", &[Street], Both, false),
    ("ave", &[Street], Both, false),
    ("boulevard", &[Street], Both, false),
    ("st", &[Street], After, false),
    ("square", &[Square], Both, false),
    ("airport", &[Airport], Both, false),
    ("station", &[Station], Both, false),
    ("market", &[Market], Both, false),
    ("bazaar", &[Market], Both, false),
    ("park", &[Park], Both, false),
    ("microdistrict", QUARTER, Both, false),
    ("ауезжай", &[Airport], After, false),
    ("метро", &[Station], Both, false),
    ("metro", &[Station], Both, false),
    ("обл", &[Region], Both, false),
    ("рн", DISTRICT, Both, false),
    ("г", SETTLEMENT, Before, true),
    ("гор", SETTLEMENT, Before, true),
    ("с", VILLAGE, Before, true),
    ("п", TOWNSHIP, Before, true),
    ("пос", TOWNSHIP, Before, true),
    ("пгт", TOWNSHIP, Before, false),
    ("ул", &[Street], Both, false),
    ("пр", &[Street], Both, true),
    ("просп", &[Street], Both, true),
    ("бул", &[Street], Both, true),
    ("пер", &[Street], Both, true),
    ("пл", &[Square], Both, false),
    ("мкр", QUARTER, Both, false),
    ("микр", QUARTER, Both, false),
    ("мкрн", QUARTER, Both, false),
    ("мк", QUARTER, Both, true),
    ("көш", &[Street], After, false),
    ("даңғ", &[Street], After, true),
    ("обл-сы", &[Region], After, false),
    ("вул", &[Street], Both, false),
    ("просп-т", &[Street], Both, false),
    ("м", SETTLEMENT, Before, true),
    ("смт", SETTLEMENT, Before, false),
    ("koshesi", &[Street], After, false),
    ("kosesi", &[Street], After, false),
    ("dangyly", &[Street], After, false),
    ("alany", &[Square], After, false),
    ("oblysy", &[Region], After, false),
    ("audany", DISTRICT, After, false),
    ("qalasy", SETTLEMENT, After, false),
    ("ulitsa", &[Street], Before, false),
    ("prospekt", &[Street], Both, false),
    ("ploshchad", &[Square], Before, false),
    ("rayon", DISTRICT, Both, false),
];

/// Words around a name that say nothing about which place it is, folded.
const FILLERS_LIST: [&str; 85] = [
    "имени",
    "атындагы",
    "в",
    "во",
    "на",
    "по",
    "у",
    "около",
    "возле",
    "при",
    "из",
    "к",
    "ко",
    "от",
    "до",
    "с",
    "со",
    "и",
    "близ",
    "вблизи",
    "рядом",
    "перед",
    "напротив",
    "под",
    "над",
    "центр",
    "центре",
    "районе",
    "здание",
    "здания",
    "зданию",
    "зданием",
    "здании",
    "международный",
    "международного",
    "международном",
    "международному",
    "города",
    "городе",
    "городской",
    "городского",
    "in",
    "at",
    "on",
    "the",
    "of",
    "near",
    "and",
    "from",
    "to",
    "by",
    "international",
    "building",
    "outside",
    "downtown",
    "қ",
    "халыкаралык",
    "гимараты",
    "гимаратында",
    "гимаратынын",
    "жанында",
    "маныда",
    "мен",
    "пен",
    "бен",
    "жане",
    "та",
    "з",
    "na",
    "v",
    "vo",
    "u",
    "iz",
    "ot",
    "po",
    "vozle",
    "okolo",
    "із",
    "биля",
    "будивля",
    "будивли",
    "мижнародний",
    "зи",
    "будинок",
    "терен",
];

static FILLERS: WordSet = WordSet::new(|| FILLERS_LIST.into_iter().collect());

/// Kind words by their folded forms.
#[derive(Debug)]
pub(super) struct KindWords(HashMap<String, KindWord>);

impl KindWords {
    pub(super) fn new() -> Self {
        let mut words: HashMap<String, KindWord> = HashMap::new();
        for (forms, kinds) in PLURALS {
            for form in forms {
                words.entry(fold(form)).or_insert(KindWord {
                    kinds,
                    side: if kinds[0].is_settlement() { Before } else { Both },
                    needs_stop: false,
                    may_be_plural: true,
                });
            }
        }
        let mut add = |form: &str, kinds, side, needs_stop| {
            let may_be_plural = side == After && KAZAKH_PLURAL.iter().any(|ending| form.contains(ending));
            words.entry(fold(form)).or_insert(KindWord { kinds, side, needs_stop, may_be_plural });
        };
        for (word, kinds, side) in RUSSIAN {
            add(word, kinds, side, false);
            for (form, _) in russian::word_forms(word) {
                add(&form, kinds, side, false);
            }
        }
        for (bare, possessive, kinds) in KAZAKH.into_iter().chain(KAZAKH_OTHERS) {
            for word in [bare, possessive] {
                add(word, kinds, After, false);
            }
            for (form, _) in kazakh::forms(bare).into_iter().chain(kazakh::possessive_forms(possessive)) {
                add(&form, kinds, After, false);
            }
        }
        for (word, kinds, side) in UKRAINIAN.into_iter().chain(UKRAINIAN_OTHERS) {
            add(word, kinds, side, false);
            for (form, _) in ukrainian::word_forms(word) {
                add(&form, kinds, side, false);
            }
        }
        for form in ["області", "областю"] {
            add(form, &[Region], Both, false);
        }
        for form in ["площі", "площу", "площею"] {
            add(form, &[Square], Both, false);
        }
        for form in ["вулиці", "вулицю", "вулицею"] {
            add(form, &[Street], Both, false);
        }
        for form in ["саябақта", "саябағында"] {
            add(form, &[Park], After, false);
        }
        for (word, kinds, side, needs_stop) in FIXED.into_iter().chain(FIXED_OTHERS) {
            add(word, kinds, side, needs_stop);
        }
        let after = |kinds| KindWord { kinds, side: After, needs_stop: false, may_be_plural: false };
        words.insert(CITY_AFTER.to_owned(), after(SETTLEMENT));
        words.insert(CITY_OR_STREET_AFTER.to_owned(), after(SETTLEMENT_OR_STREET));
        in_latin_letters(&mut words);
        Self(words)
    }

    /// The kind word that a folded word is.
    pub(super) fn get(&self, folded: &str, is_dotted: bool) -> Option<KindWord> {
        self.0.get(folded).copied().filter(|word| is_dotted || !word.needs_stop)
    }
}

/// Kind words in Latin letters that are English words or names: "Kent", "Alan".
const ALSO_ENGLISH: [&str; 14] = [
    "kent", "alan", "bazar", "park", "parka", "aula", "sela", "sele", "bak", "baki", "parki", "region", "terminal", "s",
];

/// Abbreviations that may be typed in Latin letters. Those of one letter are left out but for "g.": "U.S.", "5 p.m.".
const LATIN_ABBREVIATIONS: [(&str, &str); 17] = [
    ("ул", "ul"),
    ("пр", "pr"),
    ("просп", "prosp"),
    ("пер", "per"),
    ("бул", "bul"),
    ("мкр", "mkr"),
    ("мкр", "mcr"),
    ("мкрн", "mkrn"),
    ("мкр", "mikr"),
    ("обл", "obl"),
    ("г", "g"),
    ("гор", "gor"),
    ("пос", "pos"),
    ("пгт", "pgt"),
    ("вул", "vul"),
    ("ауд", "aud"),
    ("көш", "kosh"),
];

/// Adds the kind words as they are typed in Latin letters: romanised Russian and Ukrainian, Kazakh in the 2021 alphabet and in ASCII.
/// Of the Kazakh ones only those with the possessive ending that stands after a name.
fn in_latin_letters(words: &mut HashMap<String, KindWord>) {
    let of = |words: &HashMap<String, KindWord>, form: &str| words.get(&fold(form)).copied();
    let mut spelled: Vec<(String, KindWord)> = Vec::new();
    let mut add = |form: &str, kind: Option<KindWord>| {
        spelled.extend(kind.into_iter().flat_map(|kind| {
            latin::spellings(form).into_iter().map(move |spelling| (spelling, KindWord { needs_stop: false, ..kind }))
        }));
    };
    for (word, ..) in RUSSIAN {
        add(word, of(words, word));
        for (form, _) in russian::word_forms(word) {
            add(&form, of(words, &form));
        }
    }
    for (_, possessive, _) in KAZAKH.into_iter().chain(KAZAKH_OTHERS) {
        add(possessive, of(words, possessive));
        for (form, _) in kazakh::possessive_forms(possessive) {
            add(&form, of(words, &form));
        }
    }
    for (word, ..) in UKRAINIAN {
        add(word, of(words, word));
        for (form, _) in ukrainian::word_forms(word) {
            add(&form, of(words, &form));
        }
    }
    for (spelling, kind) in spelled {
        if !ALSO_ENGLISH.contains(&spelling.as_str()) {
            words.entry(spelling).or_insert(kind);
        }
    }
    for (word, spelling) in LATIN_ABBREVIATIONS {
        if let Some(kind) = of(words, word) {
            words.entry(spelling.to_owned()).or_insert(kind);
        }
    }
    // "pl." is "площадь"; without a full stop it may be anything.
    let square = KindWord { kinds: &[Square], side: Both, needs_stop: true, may_be_plural: false };
    words.entry("pl".to_owned()).or_insert(square);
}

/// Whether a folded word says nothing about which place is meant.
pub(super) fn is_filler(folded: &str) -> bool {
    FILLERS.contains(folded)
}

/// Whether a kind is found only with its town, or with a word that says the kind.
pub(super) fn is_fine(kind: PlaceKind) -> bool {
    matches!(
        kind,
        CityDistrict | Quarter | Microdistrict | Street | Square | Station | Airport | Park | Market | Building
    )
}
