//! Russian case forms of names, made from the name: no stemming, no dictionary.
//!
//! The rules follow the school grammar's declensions; more forms than a name has do no harm, a missing one is a missed place.

/// A form and the case it stands for.
pub type Form = (String, &'static str);

pub(super) const GENITIVE: &str = "Russian genitive";
pub(super) const DATIVE: &str = "Russian dative";
pub(super) const ACCUSATIVE: &str = "Russian accusative";
pub(super) const INSTRUMENTAL: &str = "Russian instrumental";
pub(super) const PREPOSITIONAL: &str = "Russian prepositional";

/// Nouns of names that have a prepositional in -у after "на" and "в".
const IN_U: [&str; 8] = ["берег", "мост", "лес", "бор", "порт", "луг", "яр", "сад"];

/// After these letters и stands where ы would.
const SIBILANTS_AND_VELARS: [char; 7] = ['г', 'к', 'х', 'ж', 'ш', 'щ', 'ч'];

/// The case forms of one word in lower case, the word itself not among them. Words that do not decline give none.
#[must_use]
pub fn word_forms(word: &str) -> Vec<Form> {
    let cut = |letters: usize| {
        let end = word.char_indices().rev().nth(letters - 1).map_or(0, |(at, _)| at);
        &word[..end]
    };
    let with = |stem: &str, endings: &[(&str, &'static str)]| -> Vec<Form> {
        endings.iter().map(|(ending, case)| (format!("{stem}{ending}"), *case)).collect()
    };
    let letters = word.chars().count();
    let ends_hard = word.ends_with(|c: char| c.is_alphabetic() && !"аеёиоуыэюяйь".contains(c));
    if letters < 2 || (letters == 2 && !ends_hard) || word.chars().any(|c| c.is_ascii()) {
        return Vec::new();
    }
    let hard = [("а", GENITIVE), ("у", DATIVE), ("ом", INSTRUMENTAL), ("е", PREPOSITIONAL)];
    let soft = [("я", GENITIVE), ("ю", DATIVE), ("ем", INSTRUMENTAL), ("е", PREPOSITIONAL)];
    let adjective =
        [("ого", GENITIVE), ("ому", DATIVE), ("ым", INSTRUMENTAL), ("им", INSTRUMENTAL), ("ом", PREPOSITIONAL)];
    let feminine_adjective = [("ой", GENITIVE), ("ую", ACCUSATIVE), ("ой", PREPOSITIONAL)];
    // "Соломоновы Острова", "Маршалловы Острова"
    if word == "острова" {
        return with(cut(1), &[("ов", GENITIVE), ("ам", DATIVE), ("ами", INSTRUMENTAL), ("ах", PREPOSITIONAL)]);
    }
    if word.ends_with("овы") {
        return with(word, &[("х", GENITIVE), ("м", DATIVE), ("ми", INSTRUMENTAL), ("х", PREPOSITIONAL)]);
    }
    // Adjectives: "Рудный", "Глубокое", "Аральский". A name in -ой is one ("Степной") or a noun ("Карой"): both are made.
    if ["ский", "цкий", "ый", "ое"].iter().any(|ending| word.ends_with(ending)) {
        return with(cut(2), &adjective);
    }
    if word.ends_with("ой") {
        return with(cut(2), &adjective).into_iter().chain(with(cut(1), &soft)).collect();
    }
    if word.ends_with("ее") {
        return with(cut(2), &[("его", GENITIVE), ("ему", DATIVE), ("им", INSTRUMENTAL), ("ем", PREPOSITIONAL)]);
    }
    if word.ends_with("ий") && !word.ends_with("ский") {
        return with(cut(1), &[("я", GENITIVE), ("ю", DATIVE), ("ем", INSTRUMENTAL), ("и", PREPOSITIONAL)])
            .into_iter()
            .chain(with(
                cut(2),
                &[
                    ("его", GENITIVE),
                    ("ему", DATIVE),
                    ("им", INSTRUMENTAL),
                    ("ем", PREPOSITIONAL),
                    ("ого", GENITIVE),
                    ("ому", DATIVE),
                    ("ом", PREPOSITIONAL),
                ],
            ))
            .collect();
    }
    if word.ends_with("ая") {
        let stem = cut(2);
        if stem.ends_with(['ж', 'ш', 'щ', 'ч']) {
            return with(stem, &[("ей", GENITIVE), ("ую", ACCUSATIVE), ("ей", PREPOSITIONAL)]);
        }
        // A noun as well: "Нурсая", "в Нурсае".
        let noun = [("и", GENITIVE), ("е", DATIVE), ("ю", ACCUSATIVE), ("ей", INSTRUMENTAL), ("е", PREPOSITIONAL)];
        return with(stem, &feminine_adjective).into_iter().chain(with(cut(1), &noun)).collect();
    }
    if word.ends_with("яя") {
        return with(cut(2), &[("ей", GENITIVE), ("юю", ACCUSATIVE)]);
    }
    if word.ends_with("ые") || word.ends_with("ие") {
        let i = if word.ends_with("ые") { 'ы' } else { 'и' };
        return with(cut(2), &[])
            .into_iter()
            .chain([
                (format!("{}{i}х", cut(2)), GENITIVE),
                (format!("{}{i}м", cut(2)), DATIVE),
                (format!("{}{i}ми", cut(2)), INSTRUMENTAL),
                (format!("{}{i}х", cut(2)), PREPOSITIONAL),
            ])
            // A noun in -ие (Приозёрье, Заречье are -ье) declines as neuter.
            .chain(with(cut(1), &[("я", GENITIVE), ("ю", DATIVE), ("ем", INSTRUMENTAL), ("и", PREPOSITIONAL)]))
            .collect();
    }
    if word.ends_with("ия") {
        return with(cut(1), &[("и", GENITIVE), ("ю", ACCUSATIVE), ("ей", INSTRUMENTAL)]);
    }
    if word.ends_with("ец") {
        return with(
            cut(2),
            &[("ца", GENITIVE), ("цу", DATIVE), ("цом", INSTRUMENTAL), ("цем", INSTRUMENTAL), ("це", PREPOSITIONAL)],
        );
    }
    if word.ends_with("ок") || word.ends_with("ек") {
        return with(cut(2), &[("ка", GENITIVE), ("ку", DATIVE), ("ком", INSTRUMENTAL), ("ке", PREPOSITIONAL)])
            .into_iter()
            .chain(with(word, &hard))
            .collect();
    }
    // "Самоа", "Никарагуа" and "Осло" stay as they are.
    if ["оа", "уа", "осло"].iter().any(|ending| word.ends_with(ending)) {
        return Vec::new();
    }
    let last = word.chars().next_back().unwrap_or(' ');
    match last {
        'а' => {
            let stem = cut(1);
            let i = if stem.ends_with(SIBILANTS_AND_VELARS) { "и" } else { "ы" };
            with(
                stem,
                &[(i, GENITIVE), ("е", PREPOSITIONAL), ("у", ACCUSATIVE), ("ой", INSTRUMENTAL), ("ей", INSTRUMENTAL)],
            )
        }
        'я' => with(cut(1), &[("и", GENITIVE), ("е", PREPOSITIONAL), ("ю", ACCUSATIVE), ("ей", INSTRUMENTAL)]),
        'ь' => {
            with(cut(1), &[("и", PREPOSITIONAL), ("ью", INSTRUMENTAL)]).into_iter().chain(with(cut(1), &soft)).collect()
        }
        'й' => with(cut(1), &soft),
        'о' if word.ends_with("во")
            || word.ends_with("но")
            || word.ends_with("ро")
            || word.ends_with("ло")
            || word.ends_with("то") =>
        {
            with(cut(1), &hard)
        }
        'е' if word.ends_with("ье") || word.ends_with("ле") || word.ends_with("ре") => {
            with(cut(1), &[("я", GENITIVE), ("ю", DATIVE), ("ем", INSTRUMENTAL)])
        }
        // Черкассы, Ессентуки, Боровики; Алматы takes none of these in good Russian, and nobody else is called so.
        'ы' | 'и' => with(cut(1), &[("ов", GENITIVE), ("ам", DATIVE), ("ами", INSTRUMENTAL), ("ах", PREPOSITIONAL)]),
        'о' | 'е' | 'у' | 'ю' | 'э' => Vec::new(),
        // "на Левом берегу", "в Чёрном бору"
        _ if IN_U.contains(&word) => [with(word, &hard), with(word, &[("у", PREPOSITIONAL)])].concat(),
        _ => with(word, &hard),
    }
}

/// Most ways in which the words of one name are put together for one case: some words have two forms.
const MAX_WAYS: usize = 12;

/// The forms of a name of one or more words: all decline ("Новый Узень", "Объединённые Арабские Эмираты"), only the last
/// ("Усть-Каменогорск"), all but the first ("Папуа — Новая Гвинея"), only the first ("акимат города"), or the first two
/// ("бывшая резиденция президента").
#[must_use]
pub fn forms(words: &[String]) -> Vec<Form> {
    let Some(last) = words.len().checked_sub(1) else { return Vec::new() };
    let of_words: Vec<Vec<Form>> = words.iter().map(|word| word_forms(word)).collect();
    let mut patterns = vec![last..=last, 0..=last, last.min(1)..=last, 0..=0];
    if last > 1 {
        patterns.push(0..=1);
    }
    patterns.dedup();
    let mut forms: Vec<Form> = Vec::new();
    for case in [GENITIVE, DATIVE, ACCUSATIVE, INSTRUMENTAL, PREPOSITIONAL] {
        for declined in &patterns {
            // A word that has no form of the case stays as it is, but not the one that the others hang on.
            let must = if declined.contains(&last) { last } else { *declined.start() };
            if !of_words[must].iter().any(|(_, other)| *other == case) {
                continue;
            }
            let mut ways = vec![String::new()];
            for (number, word) in words.iter().enumerate() {
                let own = of_words[number].iter().filter(|(_, other)| *other == case).map(|(form, _)| form.as_str());
                let mut choices: Vec<&str> = if declined.contains(&number) { own.collect() } else { Vec::new() };
                if choices.is_empty() {
                    choices.push(word);
                }
                let parting = if number == 0 { "" } else { " " };
                ways = ways
                    .iter()
                    .flat_map(|way| choices.iter().map(move |choice| format!("{way}{parting}{choice}")))
                    .take(MAX_WAYS)
                    .collect();
            }
            forms.extend(ways.into_iter().map(|form| (form, case)));
        }
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Towns whose adjective follows no rule, folded, with its stem.
const IRREGULAR_ADJECTIVES: [(&str, &str); 24] = [
    ("москва", "московск"),
    ("уфа", "уфимск"),
    ("тула", "тульск"),
    ("тверь", "тверск"),
    ("пенза", "пензенск"),
    ("вологда", "вологодск"),
    ("рига", "рижск"),
    ("прага", "пражск"),
    ("вена", "венск"),
    ("баку", "бакинск"),
    ("одесса", "одесск"),
    ("париж", "парижск"),
    ("фергана", "ферганск"),
    ("самара", "самарск"),
    ("бухара", "бухарск"),
    ("хива", "хивинск"),
    ("чита", "читинск"),
    ("шу", "шуск"),
    ("чу", "чуйск"),
    ("ош", "ошск"),
    ("текели", "текелийск"),
    ("алма ата", "алма атинск"),
    ("алмата", "алмаатинск"),
    ("нижний новгород", "нижегородск"),
];

/// The adjectives that are made of the name of a town, in every form: "алматинский", "карагандинской", "актауском". More than one where
/// usage wavers; the words and no others of a name of one word, or the last one of a longer name ("усть каменогорский").
#[must_use]
pub fn adjectives(words: &[String]) -> Vec<String> {
    const ENDINGS: [&str; 12] = ["ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ое", "ие", "их", "ими"];
    let Some((last, rest)) = words.split_last() else { return Vec::new() };
    let without = |letters: usize| {
        let end = last.char_indices().rev().nth(letters - 1).map_or(0, |(at, _)| at);
        &last[..end]
    };
    let name = words.join(" ");
    if let Some((_, stem)) = IRREGULAR_ADJECTIVES.iter().find(|(irregular, _)| *irregular == name) {
        return ENDINGS.iter().map(|ending| format!("{stem}{ending}")).collect();
    }
    if last.chars().count() < 4 || last.chars().any(|c| c.is_ascii()) {
        return Vec::new();
    }
    let stems = match last.chars().next_back().unwrap_or(' ') {
        // "Рудный" and "Степное" are adjectives themselves: only those in -ный make another ("рудненский").
        _ if last.ends_with("ный") => vec![format!("{}енск", without(2))],
        _ if ["ый", "ий", "ое", "ая"].iter().any(|ending| last.ends_with(ending)) => return Vec::new(),
        // "Сергеевка", "Мамлютка"; "Булаево", "Смирново"; "Форт-Шевченко".
        _ if ["вка", "тка", "нка"].iter().any(|ending| last.ends_with(ending)) => {
            vec![format!("{}ск", without(2))]
        }
        _ if ["ово", "ево", "ино"].iter().any(|ending| last.ends_with(ending)) => {
            vec![format!("{}ск", without(1))]
        }
        _ if last.ends_with("енко") => vec![format!("{last}вск")],
        'а' | 'ы' | 'и' | 'е' | 'я' => vec![format!("{}инск", without(1)), format!("{}ск", without(1))],
        'о' | 'у' | 'ю' => vec![format!("{last}ск")],
        'й' | 'ь' => vec![format!("{}ск", without(1)), format!("{last}ск")],
        'к' if last.ends_with("ск") => vec![last.clone()],
        'к' | 'ц' | 'ч' => vec![format!("{}цк", without(1)), format!("{last}ск")],
        _ => vec![format!("{last}ск")],
    };
    let rest: String = rest.iter().map(|word| format!("{word} ")).collect();
    stems.iter().flat_map(|stem| ENDINGS.map(|ending| format!("{rest}{stem}{ending}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjectives_of_towns() {
        for (name, form) in [
            ("алматы", "алматинского"),
            ("караганда", "карагандинской"),
            ("актау", "актауском"),
            ("шымкент", "шымкентский"),
            ("уральск", "уральская"),
            ("семей", "семейским"),
            ("усть каменогорск", "усть каменогорский"),
            ("рудный", "рудненской"),
            ("москва", "московское"),
            ("сергеевка", "сергеевской"),
            ("булаево", "булаевский"),
            ("форт шевченко", "форт шевченковская"),
            ("бишкек", "бишкекская"),
            ("алма ата", "алма атинский"),
        ] {
            let words: Vec<String> = name.split(' ').map(str::to_owned).collect();
            assert!(adjectives(&words).iter().any(|known| known == form), "{name}: {:?}", adjectives(&words));
        }
        assert!(adjectives(&["глубокое".to_owned()]).is_empty());
    }

    #[test]
    fn case_forms_of_towns_regions_and_two_word_names() {
        for (name, form) in [
            ("актобе", ""),
            ("караганда", "караганде"),
            ("караганда", "караганду"),
            ("семей", "семее"),
            ("уральск", "уральске"),
            ("тараз", "таразом"),
            ("казань", "казани"),
            ("мангистауская", "мангистауской"),
            ("мангистауская", "мангистаускую"),
            ("каракиянский", "каракиянском"),
            ("россия", "россии"),
            ("усть каменогорск", "усть каменогорске"),
            ("новый узень", "нового узеня"),
            ("резиденция президента", "резиденции президента"),
            ("приозерный", "приозерном"),
            ("щучинск", "щучинска"),
            ("степное", "степном"),
            ("алтай", "алтае"),
            ("череповец", "череповца"),
            ("сумы", "сумах"),
            ("бывшая резиденция президента", "бывшей резиденции президента"),
            ("глубокое", "глубоком"),
            ("степной", "степном"),
            ("карой", "карое"),
            ("верхнее", "верхнего"),
            ("талдыколь", "талдыколе"),
            ("николаевка", "николаевки"),
            ("теренколь", "теренколя"),
            ("ош", "оше"),
            ("нижний новгород", "нижнем новгороде"),
            ("нижний новгород", "нижнему новгороду"),
            ("объединенные арабские эмираты", "объединенных арабских эмиратах"),
            ("объединенные арабские эмираты", "объединенными арабскими эмиратами"),
            ("папуа новая гвинея", "папуа новой гвинее"),
            ("папуа новая гвинея", "папуа новую гвинею"),
            ("саудовская аравия", "саудовской аравии"),
            ("красный яр", "красного яра"),
            ("новая бухтарма", "новой бухтарме"),
            ("соломоновы острова", "соломоновых островах"),
        ] {
            let words: Vec<String> = name.split(' ').map(str::to_owned).collect();
            let forms: Vec<String> = forms(&words).into_iter().map(|(form, _)| form).collect();
            if form.is_empty() {
                assert!(forms.is_empty(), "{name}: {forms:?}");
            } else {
                assert!(forms.iter().any(|known| known == form), "{name}: {forms:?} lacks {form}");
            }
        }
    }
}
