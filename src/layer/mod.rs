//! Layers: named selections of incidents, and the forms in which they are shown.
//!
//! [`Snapshot`] holds what a filter needs in columns; [`FeatureQuery`] is the filter; [`feature`] and [`story`] write one incident
//! as GeoJSON and as its whole story; [`places`], [`areas`], [`histogram`] and [`counts`] are the views. Values in, values out:
//! no HTTP, no SQL, no clock. Read [`Snapshot`] first.

pub mod areas;
pub mod body;
pub mod clusters;
pub mod counts;
mod drawn_place;
pub mod export;
pub mod extent;
pub mod feature;
mod geometry;
pub mod histogram;
pub mod likeness;
pub mod places;
mod point_layer;
mod query;
pub mod segment;
mod select;
mod snapshot;
pub mod story;
mod tally;
pub mod tiles;
pub mod world;

pub use drawn_place::{DrawnPlace, Names};
pub use geometry::{feature_geometry, geojson_of};
pub use query::{After, FeatureQuery, LocatedAt, QueryError, Words};
pub use segment::{Commit, Segment};
pub use select::{Found, Selection};
pub use snapshot::{ImportColumn, Row, Snapshot, Tables};

use std::fmt;

/// Identity of a layer: `incidents`, or `dataset-` and a name made of the dataset's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LayerId(String);

impl LayerId {
    /// The id of the layer of all incidents.
    pub const INCIDENTS: &str = "incidents";

    /// The layer of all incidents.
    #[must_use]
    pub fn incidents() -> Self {
        Self(Self::INCIDENTS.to_owned())
    }

    /// The layer of one dataset: letters and digits of any script are kept in lower case, all else becomes `-`.
    #[must_use]
    pub fn of_dataset(dataset: &str) -> Self {
        let mut id = String::from("dataset-");
        for c in dataset.chars() {
            if c.is_alphanumeric() {
                id.extend(c.to_lowercase());
            } else if !id.ends_with('-') {
                id.push('-');
            }
        }
        Self(id.trim_end_matches('-').to_owned())
    }

    /// The id as typed in an address.
    #[must_use]
    pub fn from_address(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LayerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
