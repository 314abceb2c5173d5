//! How many incidents there are, where and when: of a whole snapshot and of each dataset, counted in one pass; of a selection.

use super::segment::UNDATED;
use super::{Selection, Snapshot};
use crate::geo::{Bbox, LonLat};
use foldhash::{HashMap, HashSet};

/// What is told of a layer in the list of layers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Extent {
    /// Its incidents.
    pub count: usize,
    /// Those with a location.
    pub located: usize,
    /// The box around what is drawn of them.
    pub bbox: Option<Bbox>,
    /// First and last minute, both included.
    pub span: Option<(i64, i64)>,
}

impl Extent {
    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.located += other.located;
        self.bbox = union(self.bbox, other.bbox);
        self.span = match (self.span, other.span) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (span, None) | (None, span) => span,
        };
    }
}

fn union(a: Option<Bbox>, b: Option<Bbox>) -> Option<Bbox> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.union(b)),
        (bbox, None) | (None, bbox) => bbox,
    }
}

/// Of all incidents, and of those of each dataset by its name.
pub type Extents = (Extent, HashMap<String, Extent>);

/// Counts all incidents.
#[must_use]
pub fn extents(snapshot: &Snapshot) -> Extents {
    let mut by_number: HashMap<u32, Extent> = HashMap::default();
    // Places are few beside incidents: their boxes are taken once for each location that is met.
    let mut met: HashSet<(u32, u32)> = HashSet::default();
    for (_, live, run) in snapshot.runs() {
        let segment = &live.segment;
        let (lons, lats, starts, ends) = (segment.lons(), segment.lats(), segment.starts(), segment.ends());
        let (datasets, locations) = (segment.datasets(), segment.locations());
        for row in run.rows().filter(|row| !live.is_dead(*row)) {
            let index = row as usize;
            let extent = by_number.entry(datasets[index]).or_default();
            extent.count += 1;
            if starts[index] != UNDATED {
                let (start, end) = (i64::from(starts[index]), i64::from(ends[index]));
                extent.span = Some(extent.span.map_or((start, end), |span| (span.0.min(start), span.1.max(end))));
            }
            if lons[index].is_nan() {
                continue;
            }
            extent.located += 1;
            let place = snapshot.brief(locations[index]).place;
            if place == 0 {
                let at = LonLat { lon: lons[index], lat: lats[index] };
                extent.bbox = union(extent.bbox, Some(Bbox::of(at)));
            } else if met.insert((datasets[index], place)) {
                let drawn = snapshot.tables().place(place);
                extent.bbox = union(extent.bbox, drawn.map(|drawn| drawn.bbox));
            }
        }
    }
    let mut whole = Extent::default();
    let mut by_dataset: HashMap<String, Extent> = HashMap::default();
    for (dataset, extent) in by_number {
        whole.merge(&extent);
        by_dataset.insert(snapshot.name(dataset).to_owned(), extent);
    }
    (whole, by_dataset)
}

/// Of the selected incidents.
#[must_use]
pub fn extent(selection: &Selection<'_>) -> Extent {
    let snapshot = selection.snapshot();
    let mut extent = Extent::default();
    let mut met: HashSet<u32> = HashSet::default();
    for row in selection.rows() {
        let at = snapshot.position(row);
        let place = snapshot.brief(snapshot.location_number(row)).place;
        let bbox = match at {
            Some(at) if place == 0 => Some(Bbox::of(at)),
            Some(_) if met.insert(place) => snapshot.tables().place(place).map(|drawn| drawn.bbox),
            Some(_) | None => None,
        };
        extent.merge(&Extent { count: 1, located: usize::from(at.is_some()), bbox, span: snapshot.span(row) });
    }
    extent
}
