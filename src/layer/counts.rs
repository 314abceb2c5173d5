//! How many incidents a query leaves, by category, precision, outcome and dataset.

use super::{FeatureQuery, Row, RowSet, Snapshot};
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
    /// By category, under all filters but the one by category.
    pub by_category: BTreeMap<String, usize>,
    /// By precision, under all filters but the one by precision.
    pub by_precision: BTreeMap<Precision, usize>,
    /// By outcome.
    pub by_status: BTreeMap<&'static str, usize>,
    /// By dataset.
    pub by_dataset: BTreeMap<String, usize>,
}

/// Counts what passes `query` in the layer that `layer` selects.
#[must_use]
pub fn counts(snapshot: &Snapshot, layer: &FeatureQuery, query: &FeatureQuery, found: Option<&RowSet>) -> Counts {
    let matched = snapshot.select(query, found);
    let located = matched.iter().filter(|&&row| snapshot.position(row).is_some()).count();
    let any_category = FeatureQuery { categories: Vec::new(), ..query.clone() };
    let any_precision = FeatureQuery { precision: None, ..query.clone() };
    let mut by_status: BTreeMap<&'static str, usize> = Status::ALL.iter().map(|status| (status.as_str(), 0)).collect();
    for &row in &matched {
        *by_status.entry(snapshot.status(row).as_str()).or_default() += 1;
    }
    Counts {
        total: snapshot.select(layer, None).len(),
        matched: matched.len(),
        located,
        unlocated: matched.len() - located,
        by_category: tally(snapshot.select(&any_category, found), |row| snapshot.category(row).to_owned()),
        by_precision: tally(snapshot.select(&any_precision, found), |row| snapshot.precision(row)),
        by_status,
        by_dataset: tally(matched, |row| snapshot.dataset(row).to_owned()),
    }
}

fn tally<K: Ord>(rows: Vec<Row>, key: impl Fn(Row) -> K) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(key(row)).or_default() += 1;
    }
    counts
}
