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
    /// From what stands between two spaces to the numbers of its keys.
    spellings: HashMap<Box<str>, Box<[u32]>>,
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
            let numbers = match self.spellings.get(spelling) {
                Some(numbers) => numbers,
                None => learn(spelling, &mut self.spellings, &mut self.numbers, &mut self.found),
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
    }

    /// The words of the piece; the next one begins.
    pub(super) fn take(&mut self) -> PieceWords {
        let found = &mut self.found;
        let taken = self.of_piece.drain(..).map(|number| {
            let (word, rows) = &mut found[number as usize];
            (Arc::clone(word), std::mem::take(rows))
        });
        let taken = taken.collect();
        if self.spellings.len() >= MAX_REMEMBERED {
            *self = Self::default();
        }
        taken
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
