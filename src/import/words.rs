//! The words by which incidents are found: the keys of what their sources say.

use crate::incident::Report;
use crate::text;
use foldhash::HashMap;
use std::sync::Arc;

/// Different spellings that are remembered; when there are more, all are forgotten.
const MAX_REMEMBERED: usize = 100_000;

/// The keys (see [`crate::text::stem`]) of the words of a piece of a file, each with the rows of the piece that have it, in order.
pub type PieceWords = Vec<(Arc<str>, Vec<u16>)>;

/// Finds the words of rows; each thread has its own.
#[derive(Default)]
pub(super) struct WordFinder {
    /// What is met again and again.
    lasting: Spellings,
    /// What has digits: numbers and ids are seldom met again, and a file may have as many of them as rows.
    passing: Spellings,
}

/// The keys of what was met.
#[derive(Default)]
struct Spellings {
    /// From what stands between two spaces to the numbers of its keys.
    keys: HashMap<Box<str>, Box<[u32]>>,
    numbers: HashMap<Arc<str>, u32>,
    /// By number, the key and the rows of the present piece that have it.
    found: Vec<(Arc<str>, Vec<u16>)>,
    /// The numbers of the keys of the present piece.
    of_piece: Vec<u32>,
}

impl WordFinder {
    /// Takes the words of the row with this number in its piece.
    pub(super) fn look_at(&mut self, report: &Report, row: u16) {
        let said =
            [&report.title, &report.description, &report.place_text, &report.city, &report.region, &report.source];
        for spelling in said.into_iter().flat_map(|text| text::spaced(text)) {
            let has_digit = spelling.bytes().any(|byte| byte.is_ascii_digit());
            let spellings = if has_digit { &mut self.passing } else { &mut self.lasting };
            spellings.look_at(spelling, row);
        }
    }

    /// The words of the piece; the next one begins. A word may be there twice, from a spelling with digits and from one without.
    pub(super) fn take(&mut self) -> PieceWords {
        let mut taken = self.lasting.take();
        taken.append(&mut self.passing.take());
        self.passing = Spellings::default();
        if self.lasting.keys.len() >= MAX_REMEMBERED {
            self.lasting = Spellings::default();
        }
        taken
    }
}

impl Spellings {
    fn look_at(&mut self, spelling: &str, row: u16) {
        let numbers = match self.keys.get(spelling) {
            Some(numbers) => numbers,
            None => learn(spelling, &mut self.keys, &mut self.numbers, &mut self.found),
        };
        for &number in numbers {
            let (_, rows) = &mut self.found[number as usize];
            if rows.is_empty() {
                self.of_piece.push(number);
            }
            if rows.last() != Some(&row) {
                rows.push(row);
            }
        }
    }

    fn take(&mut self) -> PieceWords {
        let found = &mut self.found;
        let taken = self.of_piece.drain(..).map(|number| {
            let (word, rows) = &mut found[number as usize];
            (Arc::clone(word), std::mem::take(rows))
        });
        taken.collect()
    }
}

/// Remembers a spelling and gives the numbers of its keys.
fn learn<'s>(
    spelling: &str,
    spellings: &'s mut HashMap<Box<str>, Box<[u32]>>,
    known: &mut HashMap<Arc<str>, u32>,
    found: &mut Vec<(Arc<str>, Vec<u16>)>,
) -> &'s [u32] {
    let mut numbers = Vec::new();
    for word in text::words(spelling) {
        let key = text::stem::key(&word);
        let number = known.get(key.as_str()).copied().unwrap_or_else(|| {
            let number = found.len() as u32;
            let key: Arc<str> = key.into();
            known.insert(Arc::clone(&key), number);
            found.push((key, Vec::new()));
            number
        });
        numbers.push(number);
    }
    spellings.entry(spelling.into()).or_insert(numbers.into())
}
