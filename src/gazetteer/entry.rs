//! What a gazetteer file says of a place, before it is compiled.

use super::{PlaceId, PlaceKind, Toponym, Validity};
use crate::geo::{LonLat, Shape};
use std::sync::Arc;

/// A containing place and when it contained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// Which place.
    pub id: PlaceId,
    /// When.
    pub validity: Validity,
}

/// A gazetteer entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Identity.
    pub id: PlaceId,
    /// What it is.
    pub kind: PlaceKind,
    /// All its names; the official one of each language comes first.
    pub toponyms: Vec<Toponym>,
    /// The smallest containing place of today first, then former ones. Empty for countries.
    pub parents: Vec<Parent>,
    /// A position inside that stands for it.
    pub position: LonLat,
    /// How far from `position` something reported there may be, metres.
    pub uncertainty_m: f64,
    /// People.
    pub population: Option<u64>,
    /// When it existed as such.
    pub validity: Validity,
    /// The line of a street, the outline of an area.
    pub shape: Option<Box<Shape>>,
    /// Where the entry comes from.
    pub source: Arc<str>,
}
