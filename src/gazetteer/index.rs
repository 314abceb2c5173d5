//! From a form, as it stands in a sentence, to the places that may be meant.

use super::compiled::{Compiled, Part, PostingRow, Section, SoundRow};
use super::forms::{MAX_NAME_WORDS, Rule};
use foldhash::HashMap;
use fst::raw::Fst;
use fst::{IntoStreamer, Streamer};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// A place that a form may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// Number of the place.
    pub place: usize,
    /// Number of its name.
    pub toponym: usize,
    /// How the form comes from the name.
    pub rule: Rule,
}

/// The places that a form may mean, by their numbers.
#[derive(Clone, Default)]
pub struct Postings<'g>(std::slice::Iter<'g, PostingRow>);

impl Postings<'_> {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_slice().is_empty()
    }
}

impl Iterator for Postings<'_> {
    type Item = Posting;

    fn next(&mut self) -> Option<Posting> {
        self.0.next().map(|row| Posting {
            place: row.place.get() as usize,
            toponym: row.toponym.get().into(),
            rule: Rule::of_code(row.rule),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

/// The forms of all names of a gazetteer.
pub struct NameIndex {
    compiled: Arc<Compiled>,
    forms: Fst<Part>,
    skeletons: Fst<Part>,
    /// From what a form of one word sounds like to the forms.
    sounds: fst::Map<Part>,
    remembered: Mutex<Remembered>,
}

/// By sound and slips, the first rows of the sounds that are near.
type Remembered = HashMap<(String, usize), Arc<[u64]>>;

/// Sounds whose near ones are remembered; when there are more, all are forgotten.
const MAX_REMEMBERED: usize = 10_000;

/// Near ones of a sound that are remembered; a sound with more is looked for again. Together they take at most some 7 MB.
const MAX_REMEMBERED_NEAR: usize = 64;

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
    pub(super) fn new(compiled: Arc<Compiled>) -> Result<Self, fst::Error> {
        let fst = |section| Fst::new(compiled.part(section));
        let (forms, skeletons) = (fst(Section::Forms)?, fst(Section::Skeletons)?);
        let sounds = fst::Map::new(compiled.part(Section::Sounds))?;
        Ok(Self { forms, skeletons, sounds, compiled, remembered: Mutex::default() })
    }

    /// The places of a form of folded words joined by one space.
    #[must_use]
    pub fn places(&self, form: &str) -> Postings<'_> {
        self.postings(Section::FormPostings, self.forms.get(form).map(fst::raw::Output::value))
    }

    /// The places of the first word, of the first two words and so on, as far as any name goes on with these folded words.
    #[must_use]
    pub fn places_of_beginnings(&self, words: &[&str]) -> Vec<Postings<'_>> {
        let mut found = Vec::new();
        let mut node = self.forms.root();
        let mut output = 0;
        for (number, word) in words.iter().take(MAX_NAME_WORDS).enumerate() {
            let parting: &[u8] = if number == 0 { b"" } else { b" " };
            for &byte in parting.iter().chain(word.as_bytes()) {
                let Some(next) = node.find_input(byte) else { return found };
                let transition = node.transition(next);
                output += transition.out.value();
                node = self.forms.node(transition.addr);
            }
            let first = node.is_final().then(|| output + node.final_output().value());
            found.push(self.postings(Section::FormPostings, first));
        }
        found
    }

    /// The places whose names have this skeleton (see [`crate::text::latin`]).
    #[must_use]
    pub fn of_skeleton(&self, skeleton: &str) -> Postings<'_> {
        self.postings(Section::SkeletonPostings, self.skeletons.get(skeleton).map(fst::raw::Output::value))
    }

    /// The forms of one word that sound like this folded word but for at most `slips` letters (1 or 2), in no telling order.
    #[must_use]
    pub fn near(&self, word: &str, slips: usize) -> Vec<(String, Postings<'_>)> {
        let all = self.compiled.rows::<SoundRow>(Section::SoundForms);
        let mut found = Vec::new();
        for &first in self.near_sounds(sound(word), slips.clamp(1, 2)).iter() {
            let rows = all.get(first as usize..).unwrap_or_default();
            let length = rows.iter().position(|row| row.last == 1).map_or(0, |last| last + 1);
            found.extend(rows[..length].iter().filter_map(|row| {
                // The values of the forms grow with them, so that one leads back to its form.
                let form = String::from_utf8(self.forms.get_key(row.form.get())?).ok()?;
                Some((form, self.postings(Section::FormPostings, Some(row.form.get()))))
            }));
        }
        found
    }

    /// The first rows of the sounds that are near. A file repeats its slips and its unknown names, and a search costs as much as a hundred
    /// names that are found at once.
    fn near_sounds(&self, sound: String, slips: usize) -> Arc<[u64]> {
        let key = (sound, slips);
        let remembered = || self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = remembered().get(&key) {
            return Arc::clone(known);
        }
        let mut near = Vec::new();
        let mut stream = self.sounds.search(Near(NEAR[slips - 1].build_dfa(&key.0))).into_stream();
        while let Some((_, first)) = stream.next() {
            near.push(first);
        }
        let near: Arc<[u64]> = near.into();
        if near.len() <= MAX_REMEMBERED_NEAR {
            let mut remembered = remembered();
            if remembered.len() >= MAX_REMEMBERED {
                remembered.clear();
            }
            remembered.insert(key, Arc::clone(&near));
        }
        near
    }

    fn postings(&self, section: Section, first: Option<u64>) -> Postings<'_> {
        let rows = first.and_then(|first| self.compiled.rows(section).get(first as usize..)).unwrap_or_default();
        let length = rows.iter().position(|row: &PostingRow| row.last == 1).map_or(0, |last| last + 1);
        Postings(rows[..length].iter())
    }
}
