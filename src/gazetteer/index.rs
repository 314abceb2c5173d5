//! From a form, as it stands in a sentence, to the places that may be meant.
//!
//! Every name is inflected when the index is built; the query is never stemmed.

use super::{Gazetteer, NameStatus, PlaceKind};
use crate::incident::Language;
use crate::text::{kazakh, latin, russian, tokens, ukrainian};
use std::collections::HashMap;

/// Longest name, in words.
pub const MAX_NAME_WORDS: usize = 8;

/// How a form comes from a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The name itself, letters folded.
    AsWritten,
    /// A case form.
    Inflected(&'static str),
    /// The words of the name written together, or a name of one word in two.
    Joined,
    /// Another Latin spelling.
    Latin,
}

/// A place that a form may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// Index in [`Gazetteer::places`].
    pub place: usize,
    /// Index in the place's toponyms.
    pub toponym: usize,
    /// How the form comes from the name.
    pub rule: Rule,
}

/// The forms of all names of a gazetteer.
#[derive(Debug, Default)]
pub struct NameIndex {
    forms: HashMap<String, Vec<Posting>>,
    skeletons: HashMap<String, Vec<Posting>>,
}

impl NameIndex {
    /// Makes the forms of every name.
    #[must_use]
    pub fn new(gazetteer: &Gazetteer) -> Self {
        let mut index = Self::default();
        for (number, place) in gazetteer.places().iter().enumerate() {
            for (toponym, name) in place.toponyms.iter().enumerate() {
                let words: Vec<String> = tokens(&name.name).into_iter().map(|token| token.folded).collect();
                if words.is_empty() || words.len() > MAX_NAME_WORDS {
                    continue;
                }
                let posting = |rule| Posting { place: number, toponym, rule };
                let key = words.join(" ");
                index.add(key.clone(), posting(Rule::AsWritten));
                if words.len() > 1 && key.chars().count() <= 24 {
                    index.add(words.concat(), posting(Rule::Joined));
                }
                // An abbreviation ("ВКО") and a number do not decline, and neither does the genitive that names a street ("Абая").
                if name.status == NameStatus::Short && key.chars().count() <= 4 {
                    continue;
                }
                if !is_genitive(place.kind, name.language, &words) {
                    for (form, case) in inflected(name.language, &name.name, &words) {
                        index.add(form, posting(Rule::Inflected(case)));
                    }
                }
                let needs_ukrainian = name.language == Language::Ru
                    && !place
                        .toponyms
                        .iter()
                        .any(|other| other.language == Language::Uk && other.status == name.status);
                if needs_ukrainian && !is_genitive(place.kind, name.language, &words) {
                    let spelled = ukrainian::from_russian(&name.name);
                    let own: Vec<String> = tokens(&spelled).into_iter().map(|token| token.folded).collect();
                    index.add(own.join(" "), posting(Rule::Inflected("Ukrainian spelling")));
                    for (form, case) in inflected(Language::Uk, &spelled, &own) {
                        index.add(form, posting(Rule::Inflected(case)));
                    }
                }
                if let Some(skeleton) = skeleton_of(&words) {
                    push(index.skeletons.entry(skeleton).or_default(), posting(Rule::Latin));
                }
            }
        }
        index
    }

    fn add(&mut self, form: String, posting: Posting) {
        push(self.forms.entry(form).or_default(), posting);
    }

    /// The places of a form of folded words joined by one space; the nearest form of each place first.
    #[must_use]
    pub fn places(&self, form: &str) -> &[Posting] {
        self.forms.get(form).map_or(&[], Vec::as_slice)
    }

    /// The places whose names in Latin letters sound like these words.
    #[must_use]
    pub fn sounding_like(&self, words: &[&str]) -> &[Posting] {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        skeleton_of(&words).and_then(|skeleton| self.skeletons.get(&skeleton)).map_or(&[], Vec::as_slice)
    }

    /// All forms with their places.
    pub fn forms(&self) -> impl Iterator<Item = (&str, &[Posting])> {
        self.forms.iter().map(|(form, postings)| (form.as_str(), postings.as_slice()))
    }
}

fn push(postings: &mut Vec<Posting>, posting: Posting) {
    match postings.iter_mut().find(|known| known.place == posting.place) {
        Some(known) if posting.rule < known.rule => *known = posting,
        Some(_) => {}
        None => postings.push(posting),
    }
}

fn skeleton_of(words: &[String]) -> Option<String> {
    latin::skeleton(&words.concat())
}

/// Whether a street or square is named by a genitive ("улица Козыбаева", "площадь Республики"), which does not decline.
fn is_genitive(kind: PlaceKind, language: Language, words: &[String]) -> bool {
    let is_named_after = matches!(kind, PlaceKind::Street | PlaceKind::Square | PlaceKind::Park);
    let is_adjective =
        words.last().is_some_and(|word| ["ая", "ий", "ый", "ой", "ое"].iter().any(|end| word.ends_with(end)));
    is_named_after && matches!(language, Language::Ru | Language::Uk) && !is_adjective
}

/// The case forms of a name, folded.
fn inflected(language: Language, name: &str, words: &[String]) -> Vec<(String, &'static str)> {
    // Kazakh and Ukrainian endings depend on letters that folding takes away, so they are made before it.
    let unfolded = name.to_lowercase();
    let fold_all = |forms: Vec<(String, &'static str)>| -> Vec<(String, &'static str)> {
        forms
            .into_iter()
            .map(|(form, case)| {
                (tokens(&form).into_iter().map(|token| token.folded).collect::<Vec<_>>().join(" "), case)
            })
            .collect()
    };
    match language {
        Language::Ru => russian::forms(words),
        Language::Kk => fold_all(kazakh::forms(&unfolded)),
        Language::Uk => {
            let words: Vec<String> = unfolded.split([' ', '-']).map(str::to_owned).collect();
            fold_all(ukrainian::forms(&words))
        }
        Language::En => {
            words.last().map(|_| vec![(format!("{}s", words.join(" ")), "English genitive")]).unwrap_or_default()
        }
    }
}
