//! Under which key a word is indexed, and which keys a word of a query finds: so that the forms of a word meet.
//!
//! The key is the word without its Slavic or English ending, from closed lists, the longest first; it is made once for each spelling and
//! costs next to nothing. A word may end by chance as others do by inflection ("музей", "остров"), and Kazakh endings follow one another
//! and look like the ends of Russian words. So what is ambiguous is left to the query, which is short: it looks for every key that a form
//! of its word may have. Not found are forms with another stem: fleeting vowels ("рынок", "рынка"), conjugated verbs.

use std::sync::LazyLock;

/// Endings of Russian and Ukrainian nouns and adjectives, folded, the longest first.
const SLAVIC: [&[&str]; 4] = [
    &["иями"],
    &["ами", "ями", "иях", "иям", "ией", "ием", "иею", "ого", "его", "ому", "ему", "ыми", "ими", "ови", "еви"],
    &[
        "ам", "ям", "ах", "ях", "ов", "ев", "ив", "ей", "ой", "ый", "ий", "ым", "им", "ых", "их", "ом", "ем", "ою",
        "ею", "ью", "ая", "яя", "ое", "ее", "ые", "ие", "ия", "ии", "ию", "ую", "юю", "ои",
    ],
    &["а", "я", "ы", "и", "у", "ю", "е", "о", "ь", "й"],
];

/// Letters that stay before an ending of one letter, and before a longer one.
const MIN_BEFORE_LETTER: usize = 2;
const MIN_BEFORE_ENDING: usize = 3;

/// The key of a folded word.
///
/// ```
/// use incident_map::text::stem::key;
/// assert_eq!(key("митингом"), key("митинга"));
/// assert_eq!(key("cities"), key("city"));
/// ```
#[must_use]
pub fn key(word: &str) -> String {
    let stem = if is_latin(word) { english(word) } else { slavic_stems(word).next().unwrap_or(word).to_owned() };
    single_end(stem)
}

fn is_latin(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// What is left of a word without each of the endings that it may have, the longest ending first.
fn slavic_stems(word: &str) -> impl Iterator<Item = &str> {
    let letters = word.chars().count();
    SLAVIC.iter().flat_map(move |endings| {
        endings.iter().filter_map(move |ending| {
            let stem = word.strip_suffix(ending)?;
            let length = ending.len() / 2;
            let least = if length == 1 { MIN_BEFORE_LETTER } else { MIN_BEFORE_ENDING };
            (letters >= length + least).then_some(stem)
        })
    })
}

/// A stem that ends in the same consonant twice without the second: "зіткнень" and "зіткнення", "stopped" and "stop".
fn single_end(mut stem: String) -> String {
    let mut last = stem.chars().rev();
    if let (Some(a), Some(b)) = (last.next(), last.next())
        && a == b
        && a.is_alphabetic()
        && stem.chars().count() > MIN_BEFORE_ENDING
    {
        stem.pop();
    }
    stem
}

/// An English word without -s, -es, -ies, -ed, -ing or a final e; a final y is an i, as in the plural.
fn english(word: &str) -> String {
    let has_vowel = |stem: &str| stem.len() >= MIN_BEFORE_ENDING && stem.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    let one = match word.strip_suffix("ies") {
        Some(stem) if stem.len() >= MIN_BEFORE_LETTER => return format!("{stem}i"),
        _ => {
            let plural = || word.strip_suffix('s').filter(|stem| has_vowel(stem) && !stem.ends_with(['s', 'u', 'i']));
            word.strip_suffix("es").filter(|stem| has_vowel(stem)).or_else(plural).unwrap_or(word)
        }
    };
    let past = || one.strip_suffix("ed").filter(|stem| has_vowel(stem) && !stem.ends_with('e'));
    let stem = past().or_else(|| one.strip_suffix("ing").filter(|stem| has_vowel(stem))).unwrap_or(one);
    let stem = stem.strip_suffix('e').filter(|stem| has_vowel(stem)).unwrap_or(stem);
    match stem.strip_suffix('y') {
        Some(before) if before.len() >= MIN_BEFORE_LETTER => format!("{before}i"),
        _ => stem.to_owned(),
    }
}

/// Which keys a word of a query finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    beginning: String,
    keys: Vec<String>,
}

impl Sought {
    /// For a folded word.
    #[must_use]
    pub fn new(word: &str) -> Self {
        let mut keys = vec![key(word)];
        if !is_latin(word) {
            for stem in slavic_stems(word) {
                keys.push(single_end(stem.to_owned()));
                // "паром" is indexed without what looks like an ending, and "парома" has to find it.
                keys.extend(slavic_stems(stem).map(|stem| single_end(stem.to_owned())));
            }
            // The forms of the word itself begin with it, but for its last letter.
            let voiceless = word.ends_with(['к', 'п']).then(|| word.to_owned());
            for stem in kazakh_stems(word).into_iter().chain(voiceless) {
                keys.extend(kazakh_forms(&stem).map(|form| key(&form)));
            }
        }
        keys.retain(|key| !key.starts_with(word));
        keys.sort_unstable();
        keys.dedup();
        Self { beginning: word.to_owned(), keys }
    }

    /// The word itself: it finds every key that begins with it.
    #[must_use]
    pub fn beginning(&self) -> &str {
        &self.beginning
    }

    /// Further keys, which it finds as they are.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// Whether it finds a key.
    #[must_use]
    pub fn finds(&self, key: &str) -> bool {
        key.starts_with(&self.beginning) || self.keys.iter().any(|own| own == key)
    }
}

/// Kazakh endings with vowels of the back and of the front, folded: plurals, then what says whose (with one of these `н` stands between
/// it and a case), then cases. The sets follow each other in this order, and each may be left out.
struct Endings {
    plurals: &'static [&'static str],
    whose: &'static [&'static str],
    cases: &'static [&'static str],
    cases_of_whose: &'static [&'static str],
}

static HARMONIES: [Endings; 2] = [
    Endings {
        plurals: &["лар", "дар", "тар"],
        whose: &["ы", "сы"],
        cases: &[
            "нын", "дын", "тын", "га", "ка", "ны", "ды", "ты", "да", "та", "дан", "тан", "нан", "мен", "бен", "пен",
            "дагы", "тагы",
        ],
        cases_of_whose: &["нын", "на", "н", "нда", "нан", "мен", "ндагы"],
    },
    Endings {
        plurals: &["лер", "дер", "тер"],
        whose: &["и", "си"],
        cases: &[
            "нин", "дин", "тин", "ге", "ке", "ни", "ди", "ти", "де", "те", "ден", "тен", "нен", "мен", "бен", "пен",
            "деги", "теги",
        ],
        cases_of_whose: &["нин", "не", "н", "нде", "нен", "мен", "ндеги"],
    },
];

/// Every sequence of the endings of a harmony.
static CHAINS: LazyLock<[Vec<String>; 2]> = LazyLock::new(|| HARMONIES.each_ref().map(Endings::chains));

impl Endings {
    fn chains(&self) -> Vec<String> {
        let mut chains = Vec::new();
        for plural in std::iter::once(&"").chain(self.plurals) {
            chains.extend(std::iter::once(&"").chain(self.cases).map(|case| format!("{plural}{case}")));
            for whose in self.whose {
                let cases = std::iter::once(&"").chain(self.cases_of_whose);
                chains.extend(cases.map(|case| format!("{plural}{whose}{case}")));
            }
        }
        chains
    }

    /// Whether the first ending of a chain may follow a stem: its consonant follows the stem's last letter, its vowel the stem's vowels.
    fn fits(&self, stem: &str, chain: &str) -> bool {
        let (Some(last), Some(first)) = (stem.chars().next_back(), chain.chars().next()) else { return true };
        let is_vowel = |c: char| "аеиоуыэюя".contains(c);
        let is_voiceless = |c: char| "кптсшщчцфх".contains(c);
        let vowel = stem.chars().rev().find(|c| is_vowel(*c));
        // Folding makes one letter of о and ө, у, ұ and ү.
        let is_harmonious = match vowel {
            Some('а' | 'ы' | 'я') => self.whose[0] == "ы" || chain.contains("мен"),
            Some('е' | 'и' | 'э') => self.whose[0] == "и",
            _ => true,
        };
        let is_joined = match first {
            'т' | 'к' | 'п' => is_voiceless(last),
            'д' | 'б' => !is_voiceless(last),
            'г' => !is_voiceless(last),
            'л' => is_vowel(last) || "рй".contains(last),
            'ы' | 'и' => !is_vowel(last),
            'с' => is_vowel(last),
            _ => true,
        };
        // No Kazakh word ends in о.
        is_harmonious && is_joined && last != 'о'
    }
}

/// What a word may be without its Kazakh endings; nothing when it has none.
fn kazakh_stems(word: &str) -> Vec<String> {
    let mut stems = Vec::new();
    for (endings, chains) in HARMONIES.iter().zip(&*CHAINS) {
        for chain in chains.iter().filter(|chain| !chain.is_empty()) {
            let Some(stem) = word.strip_suffix(chain.as_str()) else { continue };
            if stem.chars().count() < MIN_BEFORE_ENDING || !endings.fits(stem, chain) {
                continue;
            }
            stems.push(stem.to_owned());
            // Before a vowel a voiceless end is voiced: наразылық, наразылығы.
            if chain.starts_with(['ы', 'и']) {
                stems.extend(stem.strip_suffix('г').map(|stem| format!("{stem}к")));
                stems.extend(stem.strip_suffix('б').map(|stem| format!("{stem}п")));
            }
        }
    }
    stems.sort_unstable();
    stems.dedup();
    stems
}

/// Every form of a Kazakh stem.
fn kazakh_forms(stem: &str) -> impl Iterator<Item = String> + '_ {
    let voiced = || {
        let voiced = [('к', 'г'), ('п', 'б')].into_iter();
        voiced.filter_map(|(end, voiced)| stem.strip_suffix(end).map(|stem| format!("{stem}{voiced}"))).next()
    };
    HARMONIES.iter().zip(&*CHAINS).flat_map(move |(endings, chains)| {
        chains.iter().filter(|chain| endings.fits(stem, chain)).map(move |chain| match voiced() {
            Some(voiced) if chain.starts_with(['ы', 'и']) => voiced + chain,
            _ => format!("{stem}{chain}"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;
    use proptest::prelude::*;

    fn finds(query: &str, text: &str) -> bool {
        Sought::new(&fold(query)).finds(&key(&fold(text)))
    }

    #[test]
    fn forms_of_a_word_find_each_other_in_four_languages() {
        for forms in [
            "митинг митинга митингу митингом митинге митинги митингов митингам митингами митингах",
            "площадь площади площадью площадей площадям площадях площадями",
            "улица улицы улице улицу улицей улиц улицам улицами улицах",
            "взрыв взрыва взрывов взрывом взрывах взрывы",
            "город города городу городом городе городов городами",
            "житель жителя жителей жители жителям жителями жителях",
            "полиция полиции полицию полицией полиций",
            "полицейский полицейского полицейскому полицейским полицейском полицейских полицейскими полицейские",
            "столкновение столкновения столкновений столкновению столкновением столкновениях столкновениями",
            "музей музея музеем музее музеи музеев",
            "остров острова островом острове островов",
            "паром парома паромом пароме паромы",
            "здание здания зданий зданием зданиях",
            "раненый раненого раненых ранеными",
            "ата аты ате ату",
            "акимат акимата акиматом акимате",
            "вибух вибуху вибухом вибухи вибухів вибухами",
            "місто міста місту містом місті міст",
            "площа площі площу площею площ площах",
            "вулиця вулиці вулицю вулицею вулиць вулицях",
            "зіткнення зіткнень зіткненням зіткненнями зіткненнях",
            "поліція поліції поліцію поліцією",
            "поліцейський поліцейського поліцейським поліцейських",
            "президент президента президентові президентом",
            "протест протесту протестів протестами протестах",
            "қала қаланың қалаға қаланы қалада қаладан қаламен қалалар қалалардың қаласы қаласының қаласында",
            "полиция полицияның полицияны полициясы полициясына полицияға полициядан",
            "көше көшенің көшеге көшені көшеде көшеден көшелер көшесі көшесінде көшелерде",
            "шеру шеруге шеруді шеруде шерудің шерулер",
            "наразылық наразылыққа наразылықты наразылықта наразылығы наразылықтар",
            "алаң алаңға алаңда алаңын алаңы алаңында",
            "тұрғын тұрғындар тұрғындардың тұрғындары тұрғынға",
            "city cities city's",
            "body bodies",
            "protest protests protested protesting",
            "clash clashes clashed clashing",
            "house houses",
            "stop stops stopped stopping",
            "kill killed killing kills",
            "fire fires fired firing",
            "police",
            "bus buses",
            "day days",
            "airport airports airport's",
            "building buildings",
        ] {
            for one in forms.split(' ') {
                for other in forms.split(' ') {
                    assert!(finds(one, other), "{one} finds {other}");
                }
            }
        }
    }

    #[test]
    fn words_that_only_look_alike_do_not_find_each_other() {
        for (one, other) in [
            ("победа", "побег"),
            ("погода", "погоня"),
            ("улица", "лица"),
            ("площадь", "площадка"),
            ("полиция", "полис"),
            ("взрыв", "взрослый"),
            ("пожара", "пожалуй"),
            ("банка", "бандит"),
            ("дорога", "дорожка"),
            ("работа", "раб"),
            ("школа", "школьник"),
            ("правило", "право"),
            ("городом", "огород"),
            ("місто", "міцний"),
            ("вибухів", "вибори"),
            ("көшеде", "көктем"),
            ("city", "cite"),
            ("police", "policy"),
            ("string", "strong"),
            ("speed", "special"),
            ("thing", "this"),
            ("body", "bad"),
            ("алматыда", "алтын"),
        ] {
            assert!(!finds(one, other), "{one} finds {other}");
        }
    }

    /// Common words, no two of one family.
    const UNRELATED: &str = "авария автобус авиация адвокат аким апрель аптека армия аэропорт базар банк батальон безопасность \
        беженец беспорядки больница борьба брат бунт вагон ветер взрыв власть вода водитель война вокзал врач время встреча \
        выборы гараж гвардия генерал герой гибель глава год голос гора город господин граница граната группа давление дача \
        дверь девушка дежурный декабрь дело день деревня деньги директор договор дождь доказательство документ дом дорога \
        друг дым дядя женщина жертва житель завод задание задержание закон залп заявление звонок здание земля зима знамя игра \
        идея имя интернет источник июль камень камера канал капитан карта квартал квартира километр книга колонна комиссия \
        комитет конец конфликт корабль кровь крыша куртка лагерь лестница лето лидер линия лицо магазин майор март массы \
        машина медик метро министр минута митинг мост мужчина музей мысль набережная надежда налёт народ насилие начало неделя \
        новость ночь область обстрел обыск огонь окно октябрь операция оружие отдел отец офис офицер очередь памятник парк \
        парламент партия патруль перекрёсток письмо площадь победа повод погром поезд пожар полиция помощь порт посольство \
        пострадавший правда право праздник президент приказ причина провод прокурор протест проспект пуля пушка работа рабочий \
        радио раненый ребёнок режим результат река республика речь решение рота рука рынок ряд самолёт свет свидетель свобода \
        сведения секунда село сентябрь сержант сестра сила скорая слово служба смерть снег собака собрание совет солдат стадион \
        станция старик стена столица сторона страна стрельба студент суд сутки танк театр текст телефон толпа толстый трамвай \
        транспорт труба тюрьма убийство угол угроза удар университет участок учитель февраль флаг фото хозяин хлеб цель центр \
        церковь часть человек школа штаб шоссе экран эфир юноша январь \
        алаң әкім ауыл аудан басшы бала бейбіт билік газ ғимарат дауыс дәрігер дүкен еркек жаңалық жарылыс жол жұмысшы жер кеше \
        көпір көше қала қару қоғам құжат құқық мектеп митинг наразылық облыс оқиға орталық өрт полиция сарбаз су тұрғын үй үкімет \
        халық хабар шеру шекара әйел \
        будинок вибух вулиця влада громадянин держава дитина загиблий заява зброя зіткнення кордон лікар лікарня людина мешканець \
        місто міліція натовп обшук площа пожежа поранений постріл потяг рух сварка свідок справа уряд хлопець цілий школа \
        airport army arrest body border bridge building bullet camera city clash crowd curfew doctor embassy explosion fire flag \
        government guard gun hospital house internet journalist killing law mayor market minister night office officer police \
        president prison protest railway river road school shooting soldier square station street strike tank town train troops \
        village water window witness woman worker";

    #[test]
    fn few_unrelated_words_share_a_key_or_find_each_other() {
        let words: std::collections::BTreeSet<String> = UNRELATED.split_whitespace().map(fold).collect();
        let sought: Vec<Sought> = words.iter().map(|word| Sought::new(word)).collect();
        let (mut merged, mut wrong) = (Vec::new(), Vec::new());
        for (word, own) in words.iter().zip(&sought) {
            for other in words.iter().filter(|other| *other != word && !other.starts_with(word.as_str())) {
                if key(word) == key(other) {
                    merged.push((word, other));
                } else if own.finds(&key(other)) {
                    wrong.push((word, other));
                }
            }
        }
        // Of some 140,000 pairs; the same word in two languages counts as one.
        assert!(merged.len() <= 12 && wrong.len() <= 12, "{merged:?} {wrong:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_word_is_found_by_itself_and_by_its_beginning(word in "[а-яa-z0-9]{1,20}|[а-я]{1,20}|[a-z]{1,20}") {
            let own = key(&word);
            prop_assert!(Sought::new(&word).finds(&own), "{} {}", word, own);
            prop_assert!(!own.is_empty());
            for end in own.char_indices().map(|(at, _)| at).skip(1) {
                prop_assert!(Sought::new(&own[..end]).finds(&own));
            }
        }

        #[test]
        fn a_kazakh_stem_is_found_by_its_forms(stem in "[бгдклмнрст][аеоу][лмнрш][аек]") {
            let text = key(&stem);
            for form in kazakh_forms(&stem) {
                prop_assert!(Sought::new(&form).finds(&text), "{} {}", form, stem);
            }
        }
    }
}
