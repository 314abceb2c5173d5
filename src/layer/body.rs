//! Incidents as whole features: the ready-made parts of the snapshot put together.

use super::feature::FeatureProperties;
use super::segment::BodyHead;
use super::{Row, Snapshot};
use crate::geo::LonLat;
use crate::incident::IncidentId;
use std::io;
use std::ops::Range;
use zerocopy::FromBytes;

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
    bytes: Vec<u8>,
    /// By row.
    ranges: Vec<Range<usize>>,
}

/// Where one of the bodies stands that are to be read.
struct StandingBody {
    segment: u32,
    bytes: Range<u64>,
    /// Which of the rows asked for it belongs to.
    number: u32,
}

impl<'a> Bodies<'a> {
    /// Reads the bodies of these rows: those that stand near each other at once.
    ///
    /// # Errors
    /// The file of the snapshot cannot be read.
    pub fn read(snapshot: &'a Snapshot, rows: &[Row]) -> io::Result<Self> {
        let body = |row: &Row| snapshot.segments[row.segment as usize].segment.body(row.index);
        let mut order: Vec<StandingBody> = (0..)
            .zip(rows)
            .map(|(number, row)| StandingBody { segment: row.segment, bytes: body(row), number })
            .collect();
        order.sort_unstable_by_key(|body| (body.segment, body.bytes.start));
        // Which stretches of the file are read: how many rows, from where, how many bytes.
        let mut spans: Vec<(usize, u64, usize)> = Vec::new();
        let mut next = 0;
        while next < order.len() {
            let (segment, start) = (order[next].segment, order[next].bytes.start);
            let (mut end, mut last) = (order[next].bytes.end, next + 1);
            while let Some(body) = order.get(last) {
                let is_far = body.segment != segment || body.bytes.start > end + MAX_GAP;
                if is_far || body.bytes.end - start > MAX_SPAN {
                    break;
                }
                (end, last) = (body.bytes.end, last + 1);
            }
            spans.push((last - next, start, (end - start) as usize));
            next = last;
        }
        let mut bytes = vec![0; spans.iter().map(|(_, _, length)| length).sum()];
        let mut ranges = vec![0..0; rows.len()];
        let (mut next, mut offset) = (0, 0);
        for (count, start, length) in spans {
            let segment = &snapshot.segments[order[next].segment as usize].segment;
            segment.read_bodies(start, &mut bytes[offset..offset + length])?;
            for body in &order[next..next + count] {
                let place = |byte: u64| offset + (byte - start) as usize;
                ranges[body.number as usize] = place(body.bytes.start)..place(body.bytes.end);
            }
            (next, offset) = (next + count, offset + length);
        }
        Ok(Self { snapshot, bytes, ranges })
    }

    /// The rows with their bodies, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Body<'_>> {
        self.ranges.iter().filter_map(|range| {
            let (head, said) = BodyHead::ref_from_prefix(&self.bytes[range.clone()]).ok()?;
            Some(Body { snapshot: self.snapshot, head, said })
        })
    }

    /// About how many bytes all features take.
    #[must_use]
    pub fn features_bytes(&self) -> usize {
        const BESIDE_BODY: usize = 640;
        self.ranges.iter().map(|range| range.len() + BESIDE_BODY).sum()
    }
}

/// One incident with its body.
#[derive(Clone, Copy)]
pub struct Body<'a> {
    snapshot: &'a Snapshot,
    head: &'a BodyHead,
    /// Properties that come from the report, without braces.
    said: &'a [u8],
}

impl Body<'_> {
    /// Where it is.
    #[must_use]
    pub fn position(&self) -> Option<LonLat> {
        let (lon, lat) = (self.head.lon.get(), self.head.lat.get());
        (!lon.is_nan()).then_some(LonLat { lon, lat })
    }

    /// Writes it as a GeoJSON feature.
    pub fn write_feature(&self, out: &mut Vec<u8>, geometries: Geometries) {
        let [head, tail] = self.head.id;
        out.extend_from_slice(br#"{"type":"Feature","id":""#);
        out.extend_from_slice(IncidentId::of_halves(head.get(), tail.get()).encode(&mut [0; 36]).as_bytes());
        out.extend_from_slice(br#"","geometry":"#);
        self.write_geometry(out, geometries);
        out.extend_from_slice(br#","properties":"#);
        self.write_properties(out);
        out.push(b'}');
    }

    fn write_geometry(&self, out: &mut Vec<u8>, geometries: Geometries) {
        let place = match geometries {
            Geometries::Whole => self.snapshot.drawn_at(self.head.location.get()),
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
        let location = self.snapshot.location(self.head.location.get());
        let given = self.head.uncertainty_m.get();
        let uncertainty_m = if given.is_nan() { location.uncertainty_m } else { Some(given) };
        let tables = self.snapshot.tables();
        out.push(b'{');
        out.extend_from_slice(self.said);
        out.push(b',');
        out.extend_from_slice(location.properties);
        out.extend_from_slice(br#","uncertainty_m":"#);
        match uncertainty_m {
            Some(metres) => push_number(out, metres),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(br#","dataset":"#);
        push_json(out, tables.name_of(self.head.dataset.get()));
        out.push(b',');
        let origin = tables.import_of(self.head.import.get());
        out.extend_from_slice(origin.map_or("\"row\":", |import| &import.origin).as_bytes());
        push_json(out, &self.head.line.get());
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
    push_json(out, &number);
}

fn push_json(out: &mut Vec<u8>, value: &(impl serde::Serialize + ?Sized)) {
    serde_json::to_writer(out, value).expect("texts and finite numbers always become JSON in memory");
}
