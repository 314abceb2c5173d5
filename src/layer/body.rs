//! Incidents as whole features: the ready-made parts of the snapshot put together.

use super::feature::FeatureProperties;
use super::{Row, Snapshot};
use crate::geo::LonLat;
use std::io;
use std::ops::Range;

/// Bytes between two bodies up to which both are read at once.
const MAX_GAP: u64 = 4_096;

/// Bytes that are read at once.
const MAX_SPAN: u64 = 1 << 20;

/// How geometries are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Geometries {
    /// Lines and areas as they are drawn.
    Whole,
    /// Only the position.
    Points,
}

/// The bodies of some rows.
pub struct Bodies<'a> {
    snapshot: &'a Snapshot,
    rows: &'a [Row],
    bytes: Vec<u8>,
    /// By row.
    ranges: Vec<Range<usize>>,
}

impl<'a> Bodies<'a> {
    /// Reads the bodies of these rows: those that stand near each other at once.
    ///
    /// # Errors
    /// The file of the snapshot cannot be read.
    pub fn read(snapshot: &'a Snapshot, rows: &'a [Row]) -> io::Result<Self> {
        let at = |number: usize| {
            let row = rows[number];
            (row.segment, snapshot.segment(row).body(row.index))
        };
        let mut order: Vec<u32> = (0..rows.len() as u32).collect();
        order.sort_unstable_by_key(|&number| rows[number as usize]);
        let mut bytes = Vec::new();
        let mut ranges = vec![0..0; rows.len()];
        let mut next = 0;
        while next < order.len() {
            let (segment, first) = at(order[next] as usize);
            let mut end = first.end;
            let mut last = next + 1;
            while last < order.len() {
                let (other, body) = at(order[last] as usize);
                if other != segment || body.start > end + MAX_GAP || body.end - first.start > MAX_SPAN {
                    break;
                }
                end = body.end;
                last += 1;
            }
            let offset = bytes.len();
            bytes.resize(offset + (end - first.start) as usize, 0);
            snapshot.segments[segment as usize].segment.read_bodies(first.start, &mut bytes[offset..])?;
            for &number in &order[next..last] {
                let (_, body) = at(number as usize);
                let place = |byte: u64| offset + (byte - first.start) as usize;
                ranges[number as usize] = place(body.start)..place(body.end);
            }
            next = last;
        }
        Ok(Self { snapshot, rows, bytes, ranges })
    }

    /// The rows with their bodies, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Body<'_>> {
        self.rows.iter().zip(&self.ranges).map(|(&row, range)| Body {
            snapshot: self.snapshot,
            row,
            said: &self.bytes[range.clone()],
        })
    }
}

/// One incident with its body.
#[derive(Clone, Copy)]
pub struct Body<'a> {
    snapshot: &'a Snapshot,
    row: Row,
    /// Properties that come from the report, without braces.
    said: &'a [u8],
}

impl Body<'_> {
    /// Where it is.
    #[must_use]
    pub fn position(&self) -> Option<LonLat> {
        self.snapshot.position(self.row)
    }

    /// Writes it as a GeoJSON feature.
    pub fn write_feature(&self, out: &mut Vec<u8>, geometries: Geometries) {
        out.extend_from_slice(br#"{"type":"Feature","id":""#);
        push_display(out, &self.snapshot.id(self.row));
        out.extend_from_slice(br#"","geometry":"#);
        self.write_geometry(out, geometries);
        out.extend_from_slice(br#","properties":"#);
        self.write_properties(out);
        out.push(b'}');
    }

    fn write_geometry(&self, out: &mut Vec<u8>, geometries: Geometries) {
        let place = match geometries {
            Geometries::Whole => self.snapshot.place(self.row),
            Geometries::Points => None,
        };
        match (place, self.position()) {
            (Some(place), Some(_)) => out.extend_from_slice(place.geometry.get().as_bytes()),
            (None, Some(at)) => write_point(out, at),
            (_, None) => out.extend_from_slice(b"null"),
        }
    }

    /// Writes its flat properties as a JSON object.
    pub fn write_properties(&self, out: &mut Vec<u8>) {
        let snapshot = self.snapshot;
        out.push(b'{');
        out.extend_from_slice(self.said);
        out.push(b',');
        out.extend_from_slice(snapshot.location_of(self.row).properties);
        out.extend_from_slice(br#","uncertainty_m":"#);
        match snapshot.uncertainty_m(self.row) {
            Some(metres) => push_number(out, metres),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(br#","dataset":"#);
        serde_json::to_writer(&mut *out, snapshot.dataset(self.row)).expect("writing a text to memory does not fail");
        out.push(b',');
        let origin = snapshot.tables().import_of(snapshot.import_number(self.row));
        out.extend_from_slice(origin.map_or("\"row\":", |import| &import.origin).as_bytes());
        push_display(out, &snapshot.segment(self.row).lines()[self.row.index as usize]);
        out.push(b'}');
    }

    /// Its properties, read.
    ///
    /// # Errors
    /// They are no JSON: the file of the snapshot is damaged.
    pub fn properties(&self) -> Result<FeatureProperties, serde_json::Error> {
        let mut json = Vec::with_capacity(self.said.len() + 512);
        self.write_properties(&mut json);
        serde_json::from_slice(&json)
    }

    /// Its title as JSON writes it, with quotes.
    #[must_use]
    pub fn title(&self) -> &[u8] {
        const BEFORE: &[u8] = br#","title":"#;
        let Some(start) = memchr::memmem::find(self.said, BEFORE).map(|at| at + BEFORE.len()) else { return b"\"\"" };
        let mut end = start + 1;
        while let Some(at) = memchr::memchr2(b'"', b'\\', &self.said[end..]) {
            if self.said[end + at] == b'"' {
                return &self.said[start..=end + at];
            }
            // What follows a backslash ends nothing.
            end += at + 2;
        }
        b"\"\""
    }
}

/// Writes a `Point` geometry.
pub fn write_point(out: &mut Vec<u8>, at: LonLat) {
    out.extend_from_slice(br#"{"type":"Point","coordinates":["#);
    push_number(out, at.lon);
    out.push(b',');
    push_number(out, at.lat);
    out.extend_from_slice(b"]}");
}

fn push_number(out: &mut Vec<u8>, number: f64) {
    serde_json::to_writer(out, &number).expect("writing a number to memory does not fail");
}

fn push_display(out: &mut Vec<u8>, value: &impl std::fmt::Display) {
    io::Write::write_fmt(out, format_args!("{value}")).expect("writing to memory does not fail");
}
