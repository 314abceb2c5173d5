//! Every form in which the names of an entry stand in sentences, and how each comes from its name.
//!
//! Names are inflected when a gazetteer is compiled; the query is never stemmed.

use super::spellings::{self, other_spellings};
use super::synonym::synonyms;
use super::{Entry, NameStatus, PlaceKind, Toponym};
use crate::incident::Language;
use crate::text::{CASES, ENGLISH_GENITIVE, cyrillic, fold, kazakh, latin, russian, tokens, ukrainian};
use std::collections::BTreeSet;

/// Longest name, in words.
pub const MAX_NAME_WORDS: usize = 8;

/// Longest name, in letters, that is also looked for with its words written together.
const MAX_JOINED_LETTERS: usize = 24;

/// Longest abbreviation, in letters: "ВКО" does not decline.
const MAX_ABBREVIATION_LETTERS: usize = 4;

/// How a form comes from a name; the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The name itself, letters folded.
    AsWritten,
    /// A case form.
    Inflected(&'static str),
    /// The words of the name written together, or a name of one word in two.
    Joined,
    /// A name in Latin letters, written in Cyrillic, in any case.
    Transliterated,
    /// Another Latin spelling.
    Latin,
    /// An adjective made of the name: "алматинский".
    Adjective,
}

impl Rule {
    /// The byte that stands for it in a compiled gazetteer; of two rules the nearer one has the smaller byte.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::AsWritten => 0,
            Self::Inflected(case) => 1 + CASES.iter().position(|known| *known == case).unwrap_or_default() as u8,
            Self::Joined => JOINED,
            Self::Transliterated => TRANSLITERATED,
            Self::Latin => TRANSLITERATED + 1,
            Self::Adjective => ADJECTIVE,
        }
    }

    /// The rule of a byte.
    pub(super) fn of_code(code: u8) -> Self {
        match code {
            0 => Self::AsWritten,
            JOINED => Self::Joined,
            TRANSLITERATED => Self::Transliterated,
            ADJECTIVE => Self::Adjective,
            code => CASES.get(usize::from(code) - 1).map_or(Self::Latin, |case| Self::Inflected(case)),
        }
    }
}

/// The byte of [`Rule::Joined`]: after all cases.
const JOINED: u8 = 1 + CASES.len() as u8;
const TRANSLITERATED: u8 = JOINED + 1;
const ADJECTIVE: u8 = JOINED + 3;

/// Where a form is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Among the forms: folded words joined by one space.
    Form,
    /// Among the skeletons of names in Latin letters.
    Skeleton,
}

/// What takes a form: where it is looked for, the form, the number of its name and how it comes from it.
pub(super) type Visit<'v, E> = dyn FnMut(Kind, &str, usize, Rule) -> Result<(), E> + 'v;

/// Gives every form of every name of an entry to `visit`; a form may come more than once. Where both Russian and Kazakh are spoken
/// (`is_bilingual`) a settlement's name takes the endings of both, in whichever language a list has it, and a name in Latin letters is
/// also looked for in Cyrillic.
pub(super) fn each_form<E>(entry: &Entry, is_bilingual: bool, visit: &mut Visit<'_, E>) -> Result<(), E> {
    let is_bilingual = is_bilingual && entry.kind.is_settlement();
    for (toponym, name) in entry.toponyms.iter().enumerate() {
        let own = spellings::without_named_after(&name.name);
        let words: Vec<String> = tokens(&own).into_iter().map(|token| token.folded).collect();
        if words.is_empty() || words.len() > MAX_NAME_WORDS {
            continue;
        }
        let key = words.join(" ");
        let letters = key.chars().count();
        visit(Kind::Form, &key, toponym, Rule::AsWritten)?;
        if words.len() > 1 && letters <= MAX_JOINED_LETTERS {
            visit(Kind::Form, &words.concat(), toponym, Rule::Joined)?;
        }
        // An abbreviation and a number do not decline, and neither does the genitive that names a street ("Абая").
        if name.status == NameStatus::Short && letters <= MAX_ABBREVIATION_LETTERS {
            continue;
        }
        let declines = !is_genitive(entry, name.language, &words);
        if declines {
            for (form, case) in inflected(name.language, &own, &words) {
                visit(Kind::Form, &form, toponym, Rule::Inflected(case))?;
            }
        }
        if is_bilingual && let Some(other) = other_language(entry, name) {
            for (form, case) in inflected_as(other, &name.name, &words) {
                visit(Kind::Form, &form, toponym, Rule::Inflected(case))?;
            }
        }
        let has_ukrainian =
            || entry.toponyms.iter().any(|other| other.language == Language::Uk && other.status == name.status);
        if name.language == Language::Ru && !has_ukrainian() {
            for spelled in ukrainian::spellings(&own) {
                let letters: Vec<String> = tokens(&spelled).into_iter().map(|token| token.folded).collect();
                if letters != words {
                    visit(Kind::Form, &letters.join(" "), toponym, Rule::Inflected(ukrainian::SPELLING))?;
                }
                let forms = declines.then(|| inflected(Language::Uk, &spelled, &letters));
                for (form, case) in forms.into_iter().flatten() {
                    visit(Kind::Form, &form, toponym, Rule::Inflected(case))?;
                }
            }
        }
        // A Kazakh sentence may have the Russian name of a town: "Петропавловскіде", "Омскіден".
        if matches!(entry.kind, PlaceKind::City | PlaceKind::Town) && name.language == Language::Ru {
            for (form, case) in fold_forms(kazakh::forms(&own.to_lowercase())) {
                visit(Kind::Form, &form, toponym, Rule::Inflected(case))?;
            }
        }
        for spelling in other_spellings(entry.kind, name.language, &words) {
            visit(Kind::Form, &spelling, toponym, Rule::Joined)?;
        }
        // "кесенесі", "әкімдігі": what belongs to a name or a town has the endings of a possessive.
        let is_possessed = name.language == Language::Kk && is_part_of_town(entry.kind) && own.ends_with(['ы', 'і']);
        if is_possessed {
            let unfolded = own.to_lowercase();
            for (form, case) in fold_forms(kazakh::possessive_forms(&unfolded)) {
                visit(Kind::Form, &form, toponym, Rule::Inflected(case))?;
            }
            if let Some(bare) = spellings::without_possessive(&unfolded) {
                for (form, _) in fold_forms([vec![(bare.clone(), "")], kazakh::forms(&bare)].concat()) {
                    visit(Kind::Form, &form, toponym, Rule::Joined)?;
                }
            }
        }
        if entry.kind == PlaceKind::City && name.language == Language::Ru && name.status != NameStatus::Short {
            for form in russian::adjectives(&words) {
                visit(Kind::Form, &form, toponym, Rule::Adjective)?;
            }
        }
        if let Some(short) = with_initial(entry.kind, name.language, &words) {
            visit(Kind::Form, &short.join(" "), toponym, Rule::Joined)?;
            for (form, _) in declines.then(|| russian::forms(&short)).into_iter().flatten() {
                visit(Kind::Form, &form, toponym, Rule::Joined)?;
            }
        }
        for other in synonyms(entry.kind, name.language, &key) {
            visit(Kind::Form, &fold(other), toponym, Rule::Joined)?;
            for (form, _) in case_forms(name.language, other) {
                visit(Kind::Form, &form, toponym, Rule::Joined)?;
            }
        }
        if let Some(skeleton) = latin::skeleton(&words.concat()) {
            visit(Kind::Skeleton, &skeleton, toponym, Rule::Latin)?;
        }
    }
    if is_bilingual {
        each_transliteration(entry, &mut |form, toponym| visit(Kind::Form, form, toponym, Rule::Transliterated))?;
    }
    Ok(())
}

/// Russian for a Kazakh name, Kazakh for a Russian one; `None` where the entry has the name in that language too, which makes the forms.
fn other_language(entry: &Entry, name: &Toponym) -> Option<Language> {
    let other = match name.language {
        Language::Ru => Language::Kk,
        Language::Kk => Language::Ru,
        Language::Uk | Language::En => return None,
    };
    let has_own =
        || entry.toponyms.iter().any(|known| known.language == other && fold(&known.name) == fold(&name.name));
    (name.name.contains(is_cyrillic) && !has_own()).then_some(other)
}

fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{52f}').contains(&c)
}

/// The case forms in a language that is not the name's own: a Kazakh name declines in Russian, and where Russian spells it with a soft
/// sign, so.
fn inflected_as(language: Language, name: &str, words: &[String]) -> Vec<(String, &'static str)> {
    let mut forms = inflected(language, name, words);
    // A vowel is fleeting in Russian words only: "Мартука" is of Мартук, and "Мәртөк" gives no "Мартка".
    if let Some(stem) = words.last().filter(|word| word.ends_with("ок") || word.ends_with("ек")) {
        forms.retain(|(form, _)| form.contains(stem.as_str()));
    }
    if language == Language::Ru
        && let Some(soft) = cyrillic::with_soft_end(&name.to_lowercase())
    {
        let words: Vec<String> = tokens(&soft).into_iter().map(|token| token.folded).collect();
        forms.extend(russian::forms(&words));
    }
    forms
}

/// Most names in Latin letters that are written in Cyrillic for a place that has no Cyrillic name; one for others.
const MOST_TRANSLITERATED: usize = 3;

/// Gives every form of names in Latin letters as Russian and Kazakh would write them. A place that has names in Cyrillic is looked for
/// by those; only its official name is written anew, when it is another one ("Maqanshy" beside "Маканчи").
fn each_transliteration<E>(entry: &Entry, visit: &mut dyn FnMut(&str, usize) -> Result<(), E>) -> Result<(), E> {
    let known: Vec<String> =
        entry.toponyms.iter().filter(|name| name.name.contains(is_cyrillic)).map(|name| fold(&name.name)).collect();
    let has = |language| entry.toponyms.iter().any(|name| name.language == language && name.name.contains(is_cyrillic));
    if has(Language::Ru) && has(Language::Kk) {
        return Ok(());
    }
    let most = if known.is_empty() { MOST_TRANSLITERATED } else { 1 };
    let mut bases: BTreeSet<String> = BTreeSet::new();
    for (toponym, name) in entry.toponyms.iter().enumerate() {
        let is_wanted = known.is_empty() || name.status == NameStatus::Official;
        if bases.len() >= most || !is_wanted || name.name.contains(is_cyrillic) {
            continue;
        }
        let Some(base) = cyrillic::from_latin(&name.name) else { continue };
        let base = base.replace('-', " ");
        for base in cyrillic::with_one_letter_for_ng(&base).into_iter().chain([base]) {
            if known.iter().any(|known| known.replace('-', " ") == fold(&base)) || !bases.insert(base.clone()) {
                continue;
            }
            let words: Vec<String> = tokens(&base).into_iter().map(|token| token.folded).collect();
            if words.is_empty() || words.len() > MAX_NAME_WORDS {
                continue;
            }
            visit(&words.join(" "), toponym)?;
            let kazakh = inflected(Language::Kk, base.trim_end_matches('ь'), &words);
            for (form, _) in inflected_as(Language::Ru, &base, &words).into_iter().chain(kazakh) {
                visit(&form, toponym)?;
            }
            if let Some(soft) = cyrillic::with_soft_end(&base) {
                visit(&fold(&soft), toponym)?;
            }
        }
    }
    Ok(())
}

/// Whether a kind is that of what stands in towns.
fn is_part_of_town(kind: PlaceKind) -> bool {
    matches!(kind, PlaceKind::Building | PlaceKind::Square | PlaceKind::Station | PlaceKind::Park | PlaceKind::Market)
}

/// Whether a street or square is named by a genitive ("улица Козыбаева", "площадь Республики"), which does not decline. A name that is
/// the same in Kazakh stands in the nominative ("Арбат", "Сарыарка").
fn is_genitive(entry: &Entry, language: Language, words: &[String]) -> bool {
    let is_named_after = matches!(entry.kind, PlaceKind::Street | PlaceKind::Square);
    let ends = |word: Option<&String>, endings: &[&str]| {
        word.is_some_and(|word| endings.iter().any(|ending| word.ends_with(ending)))
    };
    // "Карагандинское шоссе" declines; "Советской Армии" does not.
    let is_adjective =
        ends(words.last(), &["ая", "ий", "ый", "ой", "ое"]) || ends(words.first(), &["ая", "ий", "ый", "ое"]);
    let is_nominative = || {
        let key = words.join(" ");
        entry.toponyms.iter().any(|other| other.language == Language::Kk && fold(&other.name.replace('-', " ")) == key)
    };
    is_named_after && matches!(language, Language::Ru | Language::Uk) && !is_adjective && !is_nominative()
}

/// First parts of towns' names that are written as one letter: "У.-Каменогорск", "С. Петербург".
const FIRST_PARTS: [&str; 7] = ["усть", "санкт", "нижний", "новый", "большой", "малый", "южно"];

/// Letters from which the second part of a name still tells the town when the first is one letter.
const TELLING_LETTERS: usize = 6;

/// A name of two words with the initial of the first: of towns ("У.-Каменогорск"), and of districts that are named after a person
/// ("район Т. Рыскулова").
fn with_initial(kind: PlaceKind, language: Language, words: &[String]) -> Option<Vec<String>> {
    let [first, second] = words else { return None };
    let is_town = kind.is_settlement() && FIRST_PARTS.contains(&first.as_str());
    let is_of_person = kind == PlaceKind::District && second.ends_with(['а', 'я']);
    let is_wanted = language == Language::Ru && second.chars().count() >= TELLING_LETTERS && (is_town || is_of_person);
    is_wanted.then(|| vec![first.chars().take(1).collect(), second.clone()])
}

fn fold_forms(forms: Vec<(String, &'static str)>) -> Vec<(String, &'static str)> {
    let folded = |form: &str| tokens(form).into_iter().map(|token| token.folded).collect::<Vec<_>>().join(" ");
    forms.into_iter().map(|(form, case)| (folded(&form), case)).collect()
}

/// The case forms of a name, folded: of one in Cyrillic letters those that a sentence may show.
pub(crate) fn case_forms(language: Language, name: &str) -> Vec<(String, &'static str)> {
    let words: Vec<String> = tokens(name).into_iter().map(|token| token.folded).collect();
    inflected(language, name, &words)
}

/// The case forms of a name, folded.
fn inflected(language: Language, name: &str, words: &[String]) -> Vec<(String, &'static str)> {
    // Kazakh and Ukrainian endings depend on letters that folding takes away, so they are made before it.
    let unfolded = name.to_lowercase();
    match language {
        Language::Ru => russian::forms(words),
        Language::Kk => fold_forms(kazakh::forms(&unfolded)),
        Language::Uk => {
            let words: Vec<String> = unfolded.split([' ', '-']).map(str::to_owned).collect();
            fold_forms(ukrainian::forms(&words))
        }
        Language::En => {
            words.last().map(|_| vec![(format!("{}s", words.join(" ")), ENGLISH_GENITIVE)]).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_survives_its_byte_and_nearer_rules_have_smaller_bytes() {
        let rules: Vec<Rule> = [Rule::AsWritten]
            .into_iter()
            .chain(CASES.map(Rule::Inflected))
            .chain([Rule::Joined, Rule::Transliterated, Rule::Latin, Rule::Adjective])
            .collect();
        for (code, rule) in rules.into_iter().enumerate() {
            assert_eq!((usize::from(rule.code()), Rule::of_code(rule.code())), (code, rule));
        }
    }
}
