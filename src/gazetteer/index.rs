//! From a form, as it stands in a sentence, to the places that may be meant.
//!
//! Every name is inflected when the index is built; the query is never stemmed.

use super::{Gazetteer, NameStatus, PlaceKind};
use crate::incident::Language;
use crate::text::{kazakh, latin, russian, tokens, ukrainian};
use fst::{IntoStreamer, Streamer};
use std::collections::HashMap;
use std::sync::LazyLock;

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

/// Keys with their postings: an FST from the key to the place of its list.
#[derive(Debug)]
struct Table<T> {
    keys: fst::Map<Vec<u8>>,
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T> Table<T> {
    fn new(lists: HashMap<String, Vec<T>>) -> Self {
        let mut lists: Vec<(String, Vec<T>)> = lists.into_iter().collect();
        lists.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let keys = fst::Map::from_iter((0u64..).zip(&lists).map(|(number, (key, _))| (key, number)))
            .expect("the keys of a hash map are unique, and they are sorted here");
        let (mut starts, mut items) = (vec![0], Vec::new());
        for (_, list) in lists {
            items.extend(list);
            starts.push(items.len() as u32);
        }
        Self { keys, starts, items }
    }

    fn get(&self, key: &str) -> &[T] {
        self.keys.get(key).map_or(&[], |number| self.list(number))
    }

    fn list(&self, number: u64) -> &[T] {
        let at = number as usize;
        &self.items[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// The forms of all names of a gazetteer.
#[derive(Debug)]
pub struct NameIndex {
    forms: Table<Posting>,
    skeletons: Table<Posting>,
    /// By the first word of forms, the most words of a form that begins so.
    most_words: HashMap<Box<str>, u8>,
    /// From what a form of one word sounds like to the forms, as they are in `forms`.
    sounds: Table<Box<str>>,
}

/// The lists while they grow.
#[derive(Default)]
struct Lists {
    forms: HashMap<String, Vec<Posting>>,
    skeletons: HashMap<String, Vec<Posting>>,
}

impl Lists {
    fn add(&mut self, form: String, posting: Posting) {
        push(self.forms.entry(form).or_default(), posting);
    }
}

/// Shortest form, in letters, that may be meant by a misspelt word.
pub const MIN_MISSPELT_LETTERS: usize = 5;

/// What a word sounds like: letters that are written for each other are one, doubled letters and soft signs are left out.
#[must_use]
pub fn sound(word: &str) -> String {
    let mut sound = String::with_capacity(word.len());
    for c in word.chars() {
        let c = match c {
            'ы' | 'й' => 'и',
            'э' => 'е',
            'о' => 'а',
            'ю' => 'у',
            'y' => 'i',
            'q' => 'k',
            'ь' | 'ъ' => continue,
            c => c,
        };
        if !sound.ends_with(c) {
            sound.push(c);
        }
    }
    sound
}

/// A Levenshtein automaton as `fst` wants it; its own does not match Cyrillic (BurntSushi/fst#38).
struct Near(levenshtein_automata::DFA);

impl fst::Automaton for Near {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), levenshtein_automata::Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != levenshtein_automata::SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}

/// Builders of the automata for one and two slips, adjacent letters swapped counting once: costly to make, the same for every word.
static NEAR: LazyLock<[levenshtein_automata::LevenshteinAutomatonBuilder; 2]> =
    LazyLock::new(|| [1, 2].map(|slips| levenshtein_automata::LevenshteinAutomatonBuilder::new(slips, true)));

impl NameIndex {
    /// Makes the forms of every name.
    #[must_use]
    pub fn new(gazetteer: &Gazetteer) -> Self {
        let mut index = Lists::default();
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
        let mut sounds: HashMap<String, Vec<Box<str>>> = HashMap::new();
        for form in index.forms.keys() {
            if !form.contains(' ') && form.chars().count() >= MIN_MISSPELT_LETTERS {
                sounds.entry(sound(form)).or_default().push(form.as_str().into());
            }
        }
        // Which of several forms is looked at first must not depend on the order of a hash map.
        for forms in sounds.values_mut() {
            forms.sort_unstable();
        }
        let mut most_words: HashMap<Box<str>, u8> = HashMap::new();
        for form in index.forms.keys() {
            let words = form.split(' ').count().min(MAX_NAME_WORDS) as u8;
            let first = form.split(' ').next().unwrap_or("");
            match most_words.get_mut(first) {
                Some(most) => *most = words.max(*most),
                None => {
                    most_words.insert(first.into(), words);
                }
            }
        }
        Self {
            most_words,
            forms: Table::new(index.forms),
            skeletons: Table::new(index.skeletons),
            sounds: Table::new(sounds),
        }
    }

    /// The most words of a form that begins with this folded word; 0 when none does.
    #[must_use]
    pub fn most_words(&self, first: &str) -> usize {
        self.most_words.get(first).copied().unwrap_or(0).into()
    }

    /// The places of a form of folded words joined by one space; the nearest form of each place first.
    #[must_use]
    pub fn places(&self, form: &str) -> &[Posting] {
        self.forms.get(form)
    }

    /// The places whose names in Latin letters sound like these words.
    #[must_use]
    pub fn sounding_like(&self, words: &[&str]) -> &[Posting] {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        skeleton_of(&words).map_or(&[], |skeleton| self.skeletons.get(&skeleton))
    }

    /// The forms of one word that sound like this folded word but for at most `slips` letters (1 or 2), in no telling order.
    pub fn near(&self, word: &str, slips: usize) -> Vec<(&str, &[Posting])> {
        let automaton = Near(NEAR[slips.clamp(1, 2) - 1].build_dfa(&sound(word)));
        let mut found = Vec::new();
        let mut stream = self.sounds.keys.search(automaton).into_stream();
        while let Some((_, number)) = stream.next() {
            found.extend(self.sounds.list(number).iter().map(|form| (&**form, self.forms.get(form))));
        }
        found
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
