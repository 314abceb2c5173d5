//! The cells of a row in one piece of memory: a file has ten times as many cells as rows.

use super::MAX_COLUMNS;
use std::ops::Index;

/// Cells of a row that are kept: what has more is no row of a table.
const MAX_KEPT: usize = 2 * MAX_COLUMNS;

/// The cells of a row, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells {
    /// All of them, one after the other.
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
    /// How many came after those that are kept.
    beyond: usize,
    /// Whether one of these says something.
    is_filled_beyond: bool,
}

impl Cells {
    /// None yet, with room for so many of so many bytes.
    pub(super) fn with_room(cells: usize, bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ends: Vec::with_capacity(cells), ..Self::default() }
    }

    /// How many the row has in the file; no more than 1,000 of them are kept.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ends.len() + self.beyond
    }

    /// Whether a cell that is not kept says something.
    #[must_use]
    pub fn is_filled_beyond(&self) -> bool {
        self.is_filled_beyond
    }

    /// How many are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether one of them has this ASCII character.
    #[must_use]
    pub fn any_has(&self, character: u8) -> bool {
        memchr::memchr(character, self.text.as_bytes()).is_some()
    }

    /// How many bytes all of them have.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The cell with this number, from 0.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        Some(&self.text[self.start(number)..end])
    }

    /// The cells from the first on.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|number| &self[number])
    }

    fn start(&self, number: usize) -> usize {
        number.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// Adds to the cell that is not ended yet.
    pub(super) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// How many bytes the cell has that is not ended yet.
    pub(super) fn open_bytes(&self) -> usize {
        self.text.len() - self.start(self.len())
    }

    /// Cuts the cell that is not ended yet to at most so many bytes of whole characters.
    pub(super) fn cut_open(&mut self, most: usize) {
        let end = self.text.floor_char_boundary(self.start(self.len()) + most);
        self.text.truncate(end);
    }

    /// Ends a cell; the next one begins.
    pub(super) fn end_cell(&mut self) {
        if self.ends.len() == MAX_KEPT {
            let start = self.start(MAX_KEPT);
            self.is_filled_beyond |= !self.text[start..].trim().is_empty();
            self.text.truncate(start);
            self.beyond += 1;
            return;
        }
        self.ends.push(self.text.len());
    }
}

impl Index<usize> for Cells {
    type Output = str;

    fn index(&self, number: usize) -> &str {
        &self.text[self.start(number)..self.ends[number]]
    }
}

impl<T: AsRef<str>> FromIterator<T> for Cells {
    fn from_iter<I: IntoIterator<Item = T>>(cells: I) -> Self {
        let mut made = Self::default();
        for cell in cells {
            made.push_str(cell.as_ref());
            made.end_cell();
        }
        made
    }
}
