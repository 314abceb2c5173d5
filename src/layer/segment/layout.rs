//! What the bytes of a segment are: columns, runs, locations and the heads of bodies.

use crate::geo::Bbox;
use crate::layer::world::Cell;
use std::ops::Range;
use zerocopy::little_endian::{F64, I64, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

pub(super) const MAGIC: [u8; 8] = *b"imaplay\n";

/// The version of this layout.
pub(super) const LAYOUT: u32 = 4;

#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    Runs,
    Lon,
    Lat,
    WorldX,
    WorldY,
    Start,
    End,
    Category,
    Source,
    Dataset,
    Import,
    Location,
    Seq,
    Rank,
    Uncertainty,
    Id,
    BodyAt,
    BodyBytes,
    ByRank,
    ById,
    BySeq,
    Locations,
    Paths,
    Texts,
    UsedLocations,
    UsedDatasets,
}

pub(super) const COLUMNS: usize = Column::UsedDatasets as usize + 1;

#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub(super) struct Header {
    pub(super) magic: [u8; 8],
    pub(super) layout: u32,
    /// Is not 1 on a machine of the other byte order.
    pub(super) byte_order: u32,
    pub(super) generation: u64,
    pub(super) mark: i64,
    pub(super) first_location: u32,
    pub(super) locations: u32,
    pub(super) rows: u32,
    pub(super) padding: u32,
    /// [`Shown::fingerprint`] of the places that its boxes were measured with.
    pub(super) shown: u64,
    pub(super) extents: [[u64; 2]; COLUMNS],
}

/// Rows that lie together.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub(in crate::layer) struct Run {
    pub(super) west: f64,
    pub(super) south: f64,
    pub(super) east: f64,
    pub(super) north: f64,
    pub(super) first: u32,
    pub(super) end: u32,
    /// Rows with a date; they come first.
    pub(super) dated: u32,
    /// Longest span of a row, minutes.
    pub(super) longest: u32,
    /// The cell that holds all positions; of rows of wide places and unlocated ones, nothing.
    pub(super) level: u32,
    pub(super) x: u32,
    pub(super) y: u32,
    /// [`RunKind`].
    pub(super) kind: u8,
    pub(super) has_places: u8,
    pub(super) padding: [u8; 2],
}

/// What the rows of a run have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::layer) enum RunKind {
    /// They lie in one cell.
    Cell,
    /// They lie at one place that is drawn wide.
    WidePlace,
    /// They lie nowhere.
    Unlocated,
}

impl Run {
    pub(in crate::layer) fn bbox(&self) -> Bbox {
        Bbox { west: self.west, south: self.south, east: self.east, north: self.north }
    }

    pub(in crate::layer) fn rows(&self) -> Range<u32> {
        self.first..self.end
    }

    pub(in crate::layer) fn dated(&self) -> Range<u32> {
        self.first..self.first + self.dated
    }

    pub(in crate::layer) fn longest(&self) -> i64 {
        i64::from(self.longest)
    }

    pub(in crate::layer) fn kind(&self) -> RunKind {
        match self.kind {
            0 => RunKind::Cell,
            1 => RunKind::WidePlace,
            _ => RunKind::Unlocated,
        }
    }

    /// The cell that holds all positions.
    pub(in crate::layer) fn cell(&self) -> Option<Cell> {
        (self.kind() == RunKind::Cell).then_some(Cell { level: self.level, x: self.x, y: self.y })
    }

    pub(in crate::layer) fn has_places(&self) -> bool {
        self.has_places > 0
    }
}

#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub(super) struct LocationRow {
    /// NaN when there is none.
    pub(super) lon: f64,
    pub(super) lat: f64,
    pub(super) uncertainty_m: f64,
    pub(super) text_at: u64,
    pub(super) text_bytes: u32,
    pub(super) path_at: u32,
    pub(super) path_length: u32,
    /// 0 when it is drawn at its position.
    pub(super) place: u32,
    pub(super) status: u32,
    pub(super) precision: u32,
}

/// What a feature needs beside its body, kept before it so that writing features looks at nothing else.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(in crate::layer) struct BodyHead {
    pub(in crate::layer) id: [I64; 2],
    /// NaN when it is unlocated.
    pub(in crate::layer) lon: F64,
    pub(in crate::layer) lat: F64,
    /// NaN when its coordinates were not given.
    pub(in crate::layer) uncertainty_m: F64,
    pub(in crate::layer) dataset: U32,
    pub(in crate::layer) import: U32,
    pub(in crate::layer) line: U32,
    pub(in crate::layer) location: U32,
}

pub(super) const HEAD_BYTES: usize = size_of::<BodyHead>();

/// The end of a file with a segment. Columns come after the bodies, which are written while it is not known yet how many there are.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Trailer {
    /// Where the columns begin.
    pub(super) columns_at: U64,
    pub(super) magic: [u8; 8],
}
