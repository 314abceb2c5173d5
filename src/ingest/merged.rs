//! Cells that are merged over several rows of a sheet: the file has the words in the first row only, people see them beside all.

use super::workbook::SheetRow;
use std::collections::BTreeMap;

/// Merged cells of a sheet that are known; Excel itself becomes unusable long before.
pub(super) const MAX_MERGED: usize = 200_000;

/// A cell that covers rows below its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MergedCell {
    /// Its first row, from 0.
    pub(super) first: u32,
    /// Its last row.
    pub(super) last: u32,
    /// Its first column, from 0.
    pub(super) column: u32,
}

/// Gives the rows of a sheet, in order, the words of the cells that cover them.
pub(super) struct Below<'m> {
    /// Those that the sheet names apart from its rows, by their first row.
    ahead: std::iter::Peekable<std::slice::Iter<'m, MergedCell>>,
    /// By column, those that cover the present row: the last row, and the words.
    covering: BTreeMap<u32, (u32, String)>,
    /// A column whose cells cover no rows below.
    without: Option<u32>,
    /// How many had words.
    count: u64,
}

impl<'m> Below<'m> {
    /// For a sheet with these, by their first row.
    pub(super) fn new(merged: &'m [MergedCell]) -> Self {
        Self { ahead: merged.iter().peekable(), covering: BTreeMap::new(), without: None, count: 0 }
    }

    /// The same without those of a column.
    pub(super) fn without(self, column: Option<u32>) -> Self {
        Self { without: column, ..self }
    }

    /// How many merged cells with words had rows below theirs.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Fills the empty cells of a row that a merged cell covers. A row without words of its own stays empty.
    pub(super) fn fill(&mut self, row: &mut SheetRow) {
        self.covering.retain(|_, (last, _)| *last >= row.number);
        if !self.covering.is_empty() && row.is_filled() {
            for (&column, (_, words)) in &self.covering {
                if row.text(column).is_none_or(|text| text.trim().is_empty()) {
                    row.push(column, words);
                }
            }
        }
        let mut begin = |cell: &MergedCell| {
            let words = row.text(cell.column).filter(|text| !text.trim().is_empty());
            if let Some(words) = words.filter(|_| self.without != Some(cell.column)) {
                self.covering.insert(cell.column, (cell.last, words.to_owned()));
                self.count += 1;
            }
        };
        row.merged.iter().for_each(&mut begin);
        while let Some(cell) = self.ahead.next_if(|cell| cell.first <= row.number) {
            // Of a row that the sheet has not, there are no words.
            if cell.first == row.number {
                begin(cell);
            }
        }
    }
}
