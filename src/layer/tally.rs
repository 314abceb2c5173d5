//! Counting incidents by what a map tells of them.

use super::snapshot::Brief;
use super::{Row, Snapshot};
use crate::incident::{Precision, Status};
use crate::time::from_minutes;
use std::collections::BTreeMap;

/// What some incidents have in common, while they are counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    count: usize,
    ambiguous: usize,
    /// Number of a category and its count, in no order: there are few.
    categories: Vec<(u32, usize)>,
    /// By place in [`Precision::ALL`].
    precisions: [usize; Precision::ALL.len()],
    span: Option<(i64, i64)>,
}

impl Tally {
    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn ambiguous(&self) -> usize {
        self.ambiguous
    }

    pub(super) fn add(&mut self, snapshot: &Snapshot, row: Row) {
        let brief = snapshot.brief(snapshot.location_number(row));
        self.add_one(brief, snapshot.category_number(row), snapshot.span(row));
    }

    #[inline]
    pub(super) fn add_one(&mut self, brief: Brief, category: u32, span: Option<(i64, i64)>) {
        self.count += 1;
        self.ambiguous += usize::from(brief.status == Status::Ambiguous);
        self.precisions[brief.precision as usize] += 1;
        self.add_category(category, 1);
        if let Some(span) = span {
            self.add_span(span);
        }
    }

    /// Takes what another one counted.
    pub(super) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.ambiguous += other.ambiguous;
        for (own, count) in self.precisions.iter_mut().zip(other.precisions) {
            *own += count;
        }
        other.categories.iter().for_each(|(number, count)| self.add_category(*number, *count));
        other.span.into_iter().for_each(|span| self.add_span(span));
    }

    #[inline]
    fn add_category(&mut self, number: u32, count: usize) {
        match self.categories.iter_mut().find(|(known, _)| *known == number) {
            Some((_, known)) => *known += count,
            None => self.categories.push((number, count)),
        }
    }

    #[inline]
    fn add_span(&mut self, span: (i64, i64)) {
        let whole = self.span.unwrap_or(span);
        self.span = Some((whole.0.min(span.0), whole.1.max(span.1)));
    }

    /// Counts by category.
    pub(super) fn categories(&self, snapshot: &Snapshot) -> BTreeMap<String, usize> {
        self.categories.iter().map(|(number, count)| (snapshot.name(*number).to_owned(), *count)).collect()
    }

    /// Counts by precision, without those that are 0.
    pub(super) fn precisions(&self) -> BTreeMap<Precision, usize> {
        let all = Precision::ALL.iter().copied().zip(self.precisions);
        all.filter(|(_, count)| *count > 0).collect()
    }

    /// Days of the first and the last incident.
    pub(super) fn days(&self) -> (Option<String>, Option<String>) {
        let day = |minutes: i64| from_minutes(minutes).date().to_string();
        (self.span.map(|span| day(span.0)), self.span.map(|span| day(span.1)))
    }
}
