//! How many incidents a query leaves, by category, precision, outcome and dataset.

use super::{FeatureQuery, Found, Segment, Selection};
use crate::incident::{Precision, Status};
use serde::Serialize;
use std::collections::BTreeMap;

/// The numbers beside the controls of the map. `matched = located + unlocated`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Incidents of the layer, without any filter.
    pub total: usize,
    /// Incidents that pass the filter.
    pub matched: usize,
    /// Those of them that have a location.
    pub located: usize,
    /// Those of them that have none.
    pub unlocated: usize,
    /// Those of them that have no date.
    pub undated: usize,
    /// By category, under all filters but the one by category.
    pub by_category: BTreeMap<String, usize>,
    /// By precision, under all filters but the one by precision.
    pub by_precision: BTreeMap<Precision, usize>,
    /// By outcome.
    pub by_status: BTreeMap<&'static str, usize>,
    /// By dataset.
    pub by_dataset: BTreeMap<String, usize>,
}

/// Counts what passes `query`, of all incidents of `layer`.
#[must_use]
pub fn counts(layer: &Selection<'_>, query: &FeatureQuery, found: &[Found]) -> Counts {
    let snapshot = layer.snapshot();
    let matched = snapshot.select(query, found);
    let any_category = FeatureQuery { categories: Vec::new(), ..query.clone() };
    let any_precision = FeatureQuery { precision: None, ..query.clone() };
    let by_location = count(&matched, Segment::locations);
    let mut by_status: BTreeMap<&'static str, usize> = Status::ALL.iter().map(|status| (status.as_str(), 0)).collect();
    for (location, count) in by_location {
        *by_status.entry(snapshot.brief(location).status.as_str()).or_default() += count;
    }
    let mut by_precision = BTreeMap::new();
    for (location, count) in count(&snapshot.select(&any_precision, found), Segment::locations) {
        *by_precision.entry(snapshot.brief(location).precision).or_default() += count;
    }
    let by_category = count(&snapshot.select(&any_category, found), Segment::categories);
    let mut by_dataset = BTreeMap::new();
    for (dataset, count) in count(&matched, Segment::datasets) {
        by_dataset.insert(snapshot.name(dataset).to_owned(), count);
    }
    let unlocated = matched.unlocated();
    Counts {
        total: layer.len(),
        matched: matched.len(),
        located: matched.len() - unlocated,
        unlocated,
        undated: matched.undated(),
        by_category: by_category.into_iter().map(|(number, count)| (snapshot.name(number).to_owned(), count)).collect(),
        by_precision,
        by_status,
        by_dataset,
    }
}

/// How often each number stands in a column.
fn count(selection: &Selection<'_>, column: impl Fn(&Segment) -> &[u32]) -> BTreeMap<u32, usize> {
    let mut counts: Vec<usize> = Vec::new();
    for stretch in selection.stretches() {
        let numbers = column(stretch.segment);
        for index in stretch.indexes() {
            let number = numbers[index as usize] as usize;
            if counts.len() <= number {
                counts.resize(number + 1, 0);
            }
            counts[number] += 1;
        }
    }
    (0..).zip(counts).filter(|(_, count)| *count > 0).collect()
}
